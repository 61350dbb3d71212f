package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/scripts/bigfarm"
	"bangfu/service/model"
)

// casting is a farm, its WeChat, the process that answers people and the office (this one), and a process of its own
// that sends.
type casting struct {
	reminding
	delay  int // of the simulator, in milliseconds
	uri    string
	store  *repo.Store
	server *app.App
	homes  []string // openids of households that write meanwhile
}

// castBench measures a broadcast to n people, with a WeChat that answers at once and one that takes its time.
func castBench(ctx context.Context, w io.Writer, n int, stack bool, profile string) error {
	for _, delay := range []int{0, sendDelay} {
		if err := castOnce(ctx, w, n, delay, stack, profile); err != nil {
			return err
		}
	}
	return nil
}

func castOnce(ctx context.Context, w io.Writer, n, delay int, stack bool, profile string) (err error) {
	c := &casting{reminding: reminding{cadres: n, everyone: make(chan struct{})}, delay: delay, uri: os.Getenv("MONGO_URI")}
	if c.dir, err = os.MkdirTemp("", "bangfu-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(c.dir)
	if err := c.openWeChat(); err != nil {
		return err
	}
	defer c.sim.Close()
	redis, index := os.Getenv("REDIS_ADDR"), func(string) error { return nil }
	if !stack {
		db, err := embedded.OpenDatabase(filepath.Join(c.dir, "db"), false)
		if err != nil {
			return err
		}
		defer db.Close()
		rdb, err := embedded.OpenRedis(time.Now)
		if err != nil {
			return err
		}
		defer rdb.Close()
		c.uri, redis, index = db.URI(), rdb.Addr(), func(name string) error { return db.IndexByID(ctx, name) }
	}
	if err := c.open(ctx, redis, index); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.server.Stop(ctx), c.store.Close(ctx)) }()
	bare, err := c.bare(ctx, delay)
	if err != nil {
		return err
	}
	o, err := c.measureCast(ctx, profile)
	if err == nil {
		o.write(w, c, stack, bare)
	}
	return err
}

// open loads the farm and starts the process's own server.
func (c *casting) open(ctx context.Context, redis string, index func(database string) error) error {
	keyset, err := repo.NewKeyset()
	if err != nil {
		return err
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		return err
	}
	database := fmt.Sprintf("cast_%d", time.Now().UnixNano())
	if c.store, err = repo.Open(c.uri, database, sealer, nil); err != nil {
		return err
	}
	if _, err := c.store.Migrate(ctx, time.Now()); err != nil {
		return err
	}
	now := time.Now()
	if err := errors.Join(index(database), bigfarm.Load(ctx, c.store, c.sim, c.cadres, bigfarm.BroadcastByTemplate, now)); err != nil {
		return err
	}
	if c.homes, err = bigfarm.Households(ctx, c.store, c.sim, 20, now); err != nil {
		return err
	}
	c.env = append(c.settings(database, keyset), "MONGO_URI="+c.uri, "REDIS_ADDR="+redis, "HTTP_ADDR=127.0.0.1:0", "PUBLIC_BASE_URL=https://bangfu.test")
	env := map[string]string{}
	for _, line := range c.env {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	cfg, err := config.Load(config.Serve, env, nil)
	if err != nil {
		return err
	}
	c.server, err = app.Start(ctx, config.Serve, cfg, app.Options{Log: app.NewLog(os.Stderr, cfg)})
	return err
}

// castOutcome is what one broadcast took.
type castOutcome struct {
	freeze, send time.Duration // from the press of the button, then until the last one was settled
	accepted     int
	sender       remindOutcome
	replies      result
}

// measureCast composes a broadcast, presses the button, and lets households write until it has finished.
func (c *casting) measureCast(ctx context.Context, profile string) (o castOutcome, err error) {
	office, id, err := c.compose(ctx)
	if err != nil {
		return o, err
	}
	cmd := exec.CommandContext(ctx, os.Args[0], "-remind-step", "-cpuprofile", profile)
	var out bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = append(c.env, "WORKERS=10"), &out, os.Stderr
	told, err := cmd.StdinPipe()
	if err != nil {
		return o, err
	}
	if err := cmd.Start(); err != nil {
		return o, err
	}
	time.Sleep(3 * time.Second) // it is up, and has planned
	writing, stop := context.WithCancel(ctx)
	replied := make(chan result, 1)
	go func() { replied <- c.write(writing) }()
	begun := time.Now()
	err = office.Start(ctx, id)
	var b model.Broadcast
	for err == nil && b.State != model.BroadcastFinished {
		time.Sleep(20 * time.Millisecond)
		b, err = c.store.Broadcast(ctx, id)
	}
	stop()
	o.replies = <-replied
	o.freeze, o.send, o.accepted = b.StartedAt.Sub(begun), b.FinishedAt.Sub(b.StartedAt), b.Counts[string(model.RecipientAccepted)]
	_ = told.Close()
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return o, err
	}
	return o, json.Unmarshal(out.Bytes(), &o.sender)
}

// compose is a broadcast to everybody, approved.
func (c *casting) compose(ctx context.Context) (office bigfarm.Office, id string, err error) {
	office.URL = c.server.LocalURL()
	if office.First, office.Second, err = bigfarm.Staff(ctx, c.store, 0, time.Now()); err != nil {
		return office, "", err
	}
	id, err = office.Draft(ctx, map[string]any{
		"title": "群发", "audience": map[string]any{"to": "cadres"}, "rate": 20000,
		"content": map[string]string{"about": "政策提醒", "when": "2018年1月5日", "more": "{干部}请看", "text": "{干部}您好,请看政策。"},
	})
	if err != nil {
		return office, "", err
	}
	return office, id, office.Approve(ctx, id)
}

// write has households ask for their own page, one every 50 ms, until ctx ends.
func (c *casting) write(ctx context.Context) (r result) {
	t := target{mode: "plain", url: c.server.LocalURL() + "/wechat/oa", people: c.homes, text: "我家", want: "CDATA"}
	client := &http.Client{Timeout: 10 * time.Minute}
	defer client.CloseIdleConnections()
	var took []time.Duration
	for i := 0; ctx.Err() == nil; i++ {
		begun := time.Now()
		req, err := request(context.WithoutCancel(ctx), t, i)
		if err == nil {
			err = ask(client, req, t.want)
		}
		if err != nil {
			r.failed++
			fmt.Fprintln(os.Stderr, "reply:", err)
		} else {
			took = append(took, time.Since(begun))
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	if slices.Sort(took); len(took) > 0 {
		r.p50, r.p99, r.rate = took[len(took)/2], took[len(took)*99/100], float64(len(took))
	}
	return r
}

func (o castOutcome) write(w io.Writer, c *casting, stack bool, bare time.Duration) {
	where := "embedded engines"
	if stack {
		where = "the stack"
	}
	n := float64(c.cadres)
	count, database := 0, time.Duration(0)
	for _, cmd := range o.sender.Commands {
		count, database = count+cmd.Count, database+cmd.Took
	}
	whole := o.freeze + o.send
	fmt.Fprintf(w, "\nbroadcast to %d people, %d ms a message, %d at once, on %s; load of the machine %s\n",
		c.cadres, c.delay, atOnce, where, machineLoad())
	fmt.Fprintf(w, "  bare posts        %8s  %6.0f/s\n", bare.Round(10*time.Millisecond), n/bare.Seconds())
	fmt.Fprintf(w, "  whole path        %8s  %6.0f/s  × bare %.1f  (frozen in %s, sent and settled in %s: %.0f/s); %d accepted\n",
		whole.Round(10*time.Millisecond), n/whole.Seconds(), whole.Seconds()/bare.Seconds(), o.freeze.Round(10*time.Millisecond),
		o.send.Round(10*time.Millisecond), n/o.send.Seconds(), o.accepted)
	fmt.Fprintf(w, "  sender            peak %d MB, %.2f ms of CPU a recipient\n", o.sender.PeakMB, o.sender.CPU.Seconds()*1000/n)
	fmt.Fprintf(w, "  database          %8s in %d commands, %.2f a recipient: %.0f %% of the time of the two lanes; WeChat %.0f %% of %d connections\n",
		database.Round(10*time.Millisecond), count, float64(count)/n, 100*database.Seconds()/(2*whole.Seconds()),
		100*n*float64(c.delay)/1000/(atOnce*whole.Seconds()), atOnce)
	fmt.Fprintf(w, "  replies meanwhile %.0f, p50 %s, p99 %s, %d failed\n", o.replies.rate, rounded(o.replies.p50), rounded(o.replies.p99), o.replies.failed)
	for _, cmd := range o.sender.Commands[:min(commandsShown, len(o.sender.Commands))] {
		fmt.Fprintf(w, "    %-32s %7d × %8s\n", cmd.Name, cmd.Count, (cmd.Took / time.Duration(cmd.Count)).Round(10*time.Microsecond))
	}
}
