package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/wechat/wxsim"
	"bangfu/scripts/bigfarm"
)

// The simulated WeChat takes 50 ms for a message, and 50 are under way at once.
const (
	sendDelay = 50
	atOnce    = 50
)

// reminding is a farm whose reminders are to be planned and sent, and its WeChat.
type reminding struct {
	cadres   int
	dir      string
	env      []string
	sim      *wxsim.Sim
	address  string
	sent     atomic.Int64
	everyone chan struct{} // closed when all have been sent to
}

// remindBench measures planning and sending the reminders of a farm of n cadres, beside a bare loop of posts to the
// same simulator with the same number at once. The measured part is a process of its own, so that its peak of
// memory is its own. stack: over MONGO_URI and REDIS_ADDR instead of the embedded engines.
func remindBench(ctx context.Context, w io.Writer, n int, stack bool, profile string) error {
	dir, err := os.MkdirTemp("", "bangfu-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &reminding{cadres: n, dir: dir, everyone: make(chan struct{})}
	if err := r.openWeChat(); err != nil {
		return err
	}
	defer r.sim.Close()
	if err := r.load(ctx, stack); err != nil {
		return err
	}
	bare, err := r.bare(ctx, sendDelay)
	if err != nil {
		return err
	}
	out, err := r.measure(ctx, profile)
	if err != nil {
		return err
	}
	out.write(w, n, stack, bare)
	return nil
}

func (r *reminding) openWeChat() error {
	r.sim = wxsim.New(wxsim.Config{OA: wxsim.Account{AppID: appID, Secret: "secret", Token: token, OriginalID: "gh_bench"}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.address = "http://" + l.Addr().String()
	inner := r.sim.Handler()
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		inner.ServeHTTP(w, q)
		if strings.HasPrefix(q.URL.Path, sendPath) && r.sent.Add(1) == int64(2*r.cadres) { // the bare loop's, then ours
			close(r.everyone)
		}
	})}
	go func() { _ = server.Serve(l) }()
	return nil
}

// load makes the farm. The embedded database is opened for that alone: the measured process opens it again.
func (r *reminding) load(ctx context.Context, stack bool) error {
	keyset, err := repo.NewKeyset()
	if err != nil {
		return err
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		return err
	}
	uri, database := os.Getenv("MONGO_URI"), fmt.Sprintf("bench_%d", time.Now().Unix())
	r.env = append(r.settings(database, keyset), fmt.Sprintf("WORKERS=%d", atOnce))
	index := func() error { return nil }
	if !stack {
		db, err := embedded.OpenDatabase(filepath.Join(r.dir, "db"), false)
		if err != nil {
			return err
		}
		defer db.Close()
		uri, index = db.URI(), func() error { return db.IndexByID(ctx, database) }
		r.env = append(r.env, "MONGO_URI=", "REDIS_ADDR=", "DATA_DIR="+r.dir)
	}
	store, err := repo.Open(uri, database, sealer, nil)
	if err != nil {
		return err
	}
	defer store.Close(ctx)
	if _, err := store.Migrate(ctx, time.Now()); err != nil {
		return err
	}
	return errors.Join(index(), bigfarm.Load(ctx, store, r.sim, r.cadres, bigfarm.ByTemplate, time.Now()))
}

// settings are those of a Bangfu that speaks to the simulator.
func (r *reminding) settings(database, keyset string) []string {
	return append(os.Environ(), "MONGO_DATABASE="+database, "FIELD_KEYSET="+keyset, "WECHAT_BASE_URL="+r.address,
		"METRICS_ADDR=127.0.0.1:0", "LOG_LEVEL=error",
		"WECHAT_OA_APP_ID="+appID, "WECHAT_OA_APP_SECRET=secret", "WECHAT_OA_TOKEN="+token, "WECHAT_OA_MODE=plain", "WECHAT_MP_MODE=plain",
		"WECHAT_MP_APP_ID=wx0000000000000002", "WECHAT_MP_APP_SECRET=secret", "WECHAT_MP_TOKEN="+token)
}

const sendPath = "/cgi-bin/message/template/send"

// bare sends as many messages by nothing but posts, which is the floor. Each takes the simulator so many milliseconds.
func (r *reminding) bare(ctx context.Context, delay int) (time.Duration, error) {
	if err := r.post(ctx, "/sim/faults", map[string]any{"slow_ms": delay}, nil); err != nil {
		return 0, err
	}
	var auth struct {
		Token string `json:"access_token"`
	}
	if err := r.post(ctx, "/cgi-bin/stable_token", map[string]any{"grant_type": "client_credential", "appid": appID, "secret": "secret"}, &auth); err != nil {
		return 0, err
	}
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = atOnce
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, atOnce)
	begun := time.Now()
	for hand := range atOnce {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= r.cadres || errs[hand] != nil {
					return
				}
				errs[hand] = r.post(ctx, sendPath+"?access_token="+auth.Token, bareMessage(r.sim, i), nil)
			}
		})
	}
	all.Wait()
	return time.Since(begun), errors.Join(errs...)
}

func bareMessage(sim *wxsim.Sim, i int) any {
	u := sim.AddUser(wxsim.User{ID: bigfarm.Follower(i)})
	value := func(s string) map[string]string { return map[string]string{"value": s} }
	return map[string]any{"touser": u.OAOpenID, "template_id": bigfarm.TemplateID, "data": map[string]any{
		"thing1": value("帮扶日走访"), "date2": value("2017年12月5日"), "thing3": value("1户"),
	}}
}

func (r *reminding) post(ctx context.Context, path string, body, into any) error {
	payload, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.address+path, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || bytes.Contains(raw, []byte(`"errcode":4`)) {
		return fmt.Errorf("simulator: %d %s %w", resp.StatusCode, raw, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// measure runs Bangfu in a process of its own until everybody has been sent to and the outbox is empty.
func (r *reminding) measure(ctx context.Context, profile string) (o remindOutcome, err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-remind-step", "-cpuprofile", profile)
	var out bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = r.env, &out, os.Stderr
	told, err := cmd.StdinPipe()
	if err != nil {
		return o, err
	}
	if err := cmd.Start(); err != nil {
		return o, err
	}
	go func() {
		select {
		case <-r.everyone:
		case <-ctx.Done():
		}
		_ = told.Close() // the child then waits for its outbox alone, and ends
	}()
	if err := cmd.Wait(); err != nil {
		return o, fmt.Errorf("measured process: %w", err)
	}
	return o, json.Unmarshal(out.Bytes(), &o)
}
