// Package apptest boots the whole of Bangfu for a test: embedded engines, the reference farm, the
// simulated WeChat, and a clock that the test turns. Tests drive it over HTTP, as people and WeChat do.
package apptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/repotest"
)

// Start of the clock of every test: three days after Christmas of the reference year, 09:00 in Shanghai.
var Start = time.Date(2017, 12, 28, 1, 0, 0, 0, time.UTC)

// Patience is the setting of that name for every test: what has a limit of real time gets so many times as long, four
// seconds a quarter of an hour. A test of lateness brings it about, and does not find it on a busy machine.
const Patience = "250"

// Running is a Bangfu that runs for one test or benchmark.
type Running struct {
	t     testing.TB
	App   *app.App
	Clock *app.Clock
	Dir   string            // its DATA_DIR
	Env   map[string]string // what it was configured with
	Log   *Log              // everything it logged

	Commands *repo.Commands // what it asked of its database

	mu   sync.Mutex
	said []string // what people wrote and read
}

// Option changes how Bangfu is started.
type Option func(*setup)

type setup struct {
	dir     string
	env     map[string]string
	clock   *app.Clock
	options app.Options
}

// With sets a configuration variable.
func With(name, value string) Option { return func(s *setup) { s.env[name] = value } }

// InDir runs on a DATA_DIR that is there already.
func InDir(dir string) Option { return func(s *setup) { s.dir = dir } }

// Empty begins on the day with an empty registry: nothing of the reference farm but the people and their phones.
func Empty(t testing.TB, day time.Time) Option {
	return func(s *setup) {
		s.dir, s.clock, s.options.NoFarm = filepath.Join(t.TempDir(), "data"), app.NewClock(day), true
	}
}

// At goes on with the clock of an earlier run.
func At(c *app.Clock) Option { return func(s *setup) { s.clock = c } }

// Budget is how long an answer to a callback may take, for a test of what comes too late. It has somebody stand in the way
// for so long, because a machine may be slow or quick.
func Budget(d time.Duration) Option { return func(s *setup) { s.options.CallbackBudget = d } }

// PushTo lets the simulated official account push somewhere else.
func PushTo(address string) Option { return func(s *setup) { s.options.CallbackURL = address } }

// Boot starts Bangfu; it stops with the test, or before by Stop.
func Boot(t testing.TB, options ...Option) *Running {
	t.Helper()
	repotest.OnlyRaced(t)
	besideOthers(t)
	s := setup{env: freePorts()}
	for _, o := range options {
		o(&s)
	}
	if s.dir == "" {
		s.dir = copyOfFarm(t)
	}
	s.env["DATA_DIR"] = s.dir
	if s.clock == nil {
		s.clock = app.NewClock(Start)
	}
	r, err := boot(s)
	if err != nil {
		t.Fatalf("boot: %v", err)
	}
	r.t = t
	t.Cleanup(func() { dropOf(s.dir) })
	t.Cleanup(r.checkLog)
	t.Cleanup(r.Stop)
	return r
}

// freePorts is a configuration that disturbs nobody. Pushes are readable, so that a test can write one by hand; those
// that are not have tests of their own.
func freePorts() map[string]string {
	return map[string]string{
		"HTTP_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0", "WXSIM_ADDR": "127.0.0.1:0", "LOG_LEVEL": "debug",
		"WECHAT_OA_MODE": "plain", "WECHAT_MP_MODE": "plain", "PATIENCE": Patience,
	}
}

func boot(s setup) (*Running, error) {
	onServer(s)
	cfg, err := config.Load(config.Demo, s.env, nil)
	if err != nil {
		return nil, err
	}
	log, commands := &Log{}, &repo.Commands{Shapes: &shapes}
	s.options.Commands = commands
	s.options.Clock, s.options.RelaxedDisk, s.options.FewTemplates, s.options.IntoServers = s.clock, true, true, true
	s.options.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := app.Start(context.Background(), config.Demo, cfg, s.options)
	if err != nil {
		return nil, err
	}
	return &Running{App: a, Clock: s.clock, Dir: s.dir, Env: s.env, Log: log, Commands: commands}, nil
}

// Stop ends it in good order; stopping twice is no error.
func (r *Running) Stop() {
	r.t.Helper()
	if err := r.App.Stop(context.Background()); err != nil {
		r.t.Errorf("stop: %v", err)
	}
}

// farm is a DATA_DIR with the reference farm, made once for all tests of the process.
var farm = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "bangfu-farm-")
	if err != nil {
		return "", err
	}
	s := setup{clock: app.NewClock(Start), env: freePorts(), dir: dir}
	s.env["DATA_DIR"] = dir
	r, err := boot(s)
	if err != nil {
		return "", err
	}
	return dir, errors.Join(quickLogIns(r.Store()), r.App.Stop(context.Background()))
})

// shapes are what all tests of the process ask of their databases.
var shapes repo.Shapes

// Main runs the tests of a package, wants an index for whatever they asked of a collection that grows, and takes away what they shared. Memory is let grow, because the embedded database
// makes much garbage: collecting it took a quarter of the time.
func Main(m *testing.M) {
	debug.SetGCPercent(400)
	code := m.Run()
	if list := shapes.Unserved(); len(list) > 0 {
		fmt.Fprintln(os.Stderr, "asked without an index of what grows (repo/schema.go, or repo/shapes.go with a reason):\n"+strings.Join(list, "\n"))
		code = max(code, 1)
	}
	if dir, err := farm(); err == nil {
		_ = os.RemoveAll(dir)
		dropOf(dir)
	}
	os.Exit(code)
}

func copyOfFarm(t testing.TB) string {
	t.Helper()
	from, err := farm()
	if err != nil {
		t.Fatalf("reference farm: %v", err)
	}
	to := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := copyOnServer(from, to); err != nil {
		t.Fatal(err)
	}
	return to
}

// Store opens the database beside the running Bangfu, to look at rows.
func (r *Running) Store() *repo.Store { return r.App.Store() }

// Log keeps log lines. Safe for concurrent use.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends a line.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// beside holds the tests that run beside others already.
var beside sync.Map

// besideOthers lets the test run beside the others that boot: each has a Bangfu of its own. A benchmark runs alone.
func besideOthers(t testing.TB) {
	test, isTest := t.(*testing.T)
	if _, already := beside.LoadOrStore(t, true); !already && isTest {
		test.Parallel()
	}
}
