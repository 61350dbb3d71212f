// Command wxsim runs the WeChat simulator alone, for development against a back end started
// elsewhere. It listens on this machine only unless told otherwise.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"bangfu/repo/wechat/wxsim"
)

// stopTimeout is longer than three callback attempts of five seconds.
const stopTimeout = 20 * time.Second

func main() {
	os.Exit(run(os.Getenv, os.Stdout, os.Stderr))
}

func run(getenv func(string) string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	sim := wxsim.New(configFrom(getenv, &clock{}))
	for _, u := range somePeople() {
		sim.AddUser(u)
	}
	if err := serve(ctx, sim, orElse(getenv("WXSIM_ADDR"), "127.0.0.1:8090"), stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "wxsim:", err)
		return 1
	}
	return 0
}

// serve runs until the context ends, then lets requests and pushes finish.
func serve(ctx context.Context, sim *wxsim.Sim, addr string, stdout io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           sim.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      time.Minute, // an action waits for three callback attempts
		IdleTimeout:       2 * time.Minute,
	}
	_, _ = fmt.Fprintf(stdout, "WeChat simulator on http://%s/\n", listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	// First the simulator: it ends the live feeds, which would otherwise hold the server open.
	sim.Close()
	if err := server.Shutdown(stopping); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func configFrom(getenv func(string) string, c *clock) wxsim.Config {
	base := strings.TrimSuffix(orElse(getenv("PUBLIC_BASE_URL"), "http://127.0.0.1:8080"), "/")
	return wxsim.Config{
		OA:     accountFrom(getenv, "WECHAT_OA_", "wx0000000000000oa1", base+"/wechat/oa"),
		MP:     accountFrom(getenv, "WECHAT_MP_", "wx0000000000000mp1", ""),
		AppURL: base,
		Now:    c.now,
		Turn:   c.turn,
		Tips: []wxsim.Tip{
			{Title: "看看我家", Text: "左边选一个家庭，关注公众号，再发送“我家”。"},
			{Title: "没有回音", Text: "后台要在 " + base + " 上运行，并且与这里用同一组公众号配置。"},
		},
	}
}

// accountFrom reads one account. The defaults are worthless outside this machine.
func accountFrom(getenv func(string) string, prefix, appID, callback string) wxsim.Account {
	return wxsim.Account{
		AppID:       orElse(getenv(prefix+"APP_ID"), appID),
		Secret:      orElse(getenv(prefix+"APP_SECRET"), "development-only-secret"),
		Token:       orElse(getenv(prefix+"TOKEN"), "developmentonlytoken"),
		AESKey:      orElse(getenv(prefix+"AES_KEY"), strings.Repeat("d", 43)),
		OriginalID:  orElse(getenv(prefix+"ORIGINAL_ID"), "gh_"+appID[len(appID)-12:]),
		Mode:        orElse(getenv(prefix+"MODE"), "safe"),
		CallbackURL: callback,
	}
}

// somePeople are enough to try the page; a back end's demo data brings its own.
func somePeople() []wxsim.User {
	return []wxsim.User{
		{ID: "household-1", Name: "王秀英", Group: "household", Note: "一连", Following: true},
		{ID: "household-2", Name: "李建国", Group: "household", Note: "三连"},
		{ID: "cadre-1", Name: "赵志强", Group: "cadre", Note: "一连包户干部", Following: true},
		{ID: "stranger-1", Name: "过路人", Group: "stranger"},
	}
}

func orElse(v, fallback string) string {
	if v != "" {
		return v
	}
	return fallback
}

// clock is the real clock plus what the page has turned it forward.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}
