package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/scripts/bigfarm"
	"bangfu/service/model"
)

const (
	castsAtOnce = 20
	castPeople  = 500
	// castGroups is into how many groups the people fall: WeChat lets an account answer somebody five times, so
	// that each of them is in five broadcasts.
	castGroups = 4
	// castRate is how many go out a second, all broadcasts together: slow enough that a lot goes wrong meanwhile.
	castRate = 120
	// refusedEvery is how many people there are to one whom WeChat refuses.
	refusedEvery = 40
)

// casts are the broadcasts of a run.
type casts struct {
	*scene
	server *app.App
	office bigfarm.Office
	ids    []string
}

// runBroadcasts is the whole test of the broadcasts. The tally is whatever was reached.
func runBroadcasts(ctx context.Context, o options) (v verdict, err error) {
	begun := time.Now()
	t := castTally{due: castsAtOnce * castPeople, broadcasts: castsAtOnce, seed: o.seed}
	defer func() { v = t }()
	people := castGroups * castPeople
	s, err := open(ctx, people+1, bigfarm.BroadcastByWindow) // the last one writes the broadcasts
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, s.close(err == nil && t.good())) }()
	c := &casts{scene: s}
	if err := c.serve(ctx, people); err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, c.server.Stop(context.WithoutCancel(ctx))) }()
	if err := c.compose(ctx, people); err != nil {
		return t, err
	}
	fmt.Printf("%s: seed %d: %d people, %d broadcasts started\n", time.Since(begun).Round(time.Second), o.seed, people, len(c.ids))

	crew, leave := context.WithCancel(ctx)
	defer leave()
	p := newProcesses(s, o)
	p.start(crew, 0)
	wrong := newTrouble(s, p, o)
	wrong.make(ctx, o.chaos, []mishap{
		{2 * time.Second, 6 * time.Second, wrong.killWorker},
		{8 * time.Second, 20 * time.Second, wrong.flush},
		{time.Second, 4 * time.Second, wrong.weather},
		{500 * time.Millisecond, 2 * time.Second, func(ctx context.Context) { c.pauseOrResume(ctx, wrong) }},
	}, func(ctx context.Context) error { return c.await(ctx, castsAtOnce*castPeople/10) })
	fmt.Printf("%s: now everything works again: %s\n", time.Since(begun).Round(time.Second), wrong.summary())
	if err = c.await(ctx, 0); err != nil {
		err = fmt.Errorf("not at rest: %w", err)
	}
	leave()
	p.wait()
	// The count is made even when the time was up.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Minute)
	defer cancel()
	err = errors.Join(err, c.count(last, &t))
	t.did, t.took = wrong.did, time.Since(begun)
	return t, err
}

// serve opens the office's API, which is not killed: what it does is one write each.
func (c *casts) serve(ctx context.Context, author int) (err error) {
	// Nobody sits at this office's desks: its sessions have no telephone and nobody touches a page for the whole run.
	env := map[string]string{"HTTP_ADDR": "127.0.0.1:0", "PUBLIC_BASE_URL": "https://bangfu.test", "LOG_LEVEL": "error", "SECOND_FACTOR": "none", "STAFF_IDLE": "0"}
	for _, line := range c.env {
		name, value, _ := strings.Cut(line, "=")
		if _, ours := env[name]; !ours {
			env[name] = value
		}
	}
	cfg, err := config.Load(config.Serve, env, nil)
	if err != nil {
		return err
	}
	if c.office.First, c.office.Second, err = bigfarm.Staff(ctx, c.store, author, time.Now()); err != nil {
		return err
	}
	if c.server, err = app.Start(ctx, config.Serve, cfg, app.Options{Log: app.NewLog(os.Stderr, cfg)}); err != nil {
		return err
	}
	c.office.URL = c.server.LocalURL()
	return nil
}

// compose writes the broadcasts, has the second person approve them, and starts them. WeChat refuses some people.
func (c *casts) compose(ctx context.Context, author int) error {
	refuse := map[string]int{}
	for i := 0; i < author; i += refusedEvery {
		refuse[c.sim.AddUser(wxsimUser(i)).OAOpenID] = []int{43004, 40003}[i/refusedEvery%2]
	}
	if err := c.control(ctx, "faults", map[string]any{"refuse": refuse}, nil); err != nil {
		return err
	}
	for k := range castsAtOnce {
		var list []string
		for i := range castPeople {
			list = append(list, bigfarm.Cadre(castPerson(k, i)))
		}
		id, err := c.office.Draft(ctx, map[string]any{
			"title": castMark(k), "audience": map[string]any{"to": "cadres", "only": true, "ids": list}, "rate": castRate,
			"content": map[string]string{"about": "试发", "when": "2018年1月5日", "more": "试", "text": castMark(k) + ":{干部}您好。"},
		})
		if err != nil {
			return err
		}
		c.ids = append(c.ids, id)
		if err := c.openWindow(ctx, author); err != nil {
			return err
		}
		if err := c.office.Approve(ctx, id); err != nil {
			return err
		}
		if err := c.office.Start(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// castMark begins every text of the k-th broadcast.
func castMark(k int) string { return fmt.Sprintf("群发第%02d号", k) }

// castPerson is the i-th recipient of the k-th broadcast.
func castPerson(k, i int) int { return k%castGroups*castPeople + i }

// pauseOrResume pauses a broadcast that runs, or resumes one that is paused.
func (c *casts) pauseOrResume(ctx context.Context, t *trouble) {
	id := c.ids[t.choose(len(c.ids))]
	b, err := c.store.Broadcast(ctx, id)
	if err != nil {
		return
	}
	switch b.State {
	case model.BroadcastRunning:
		if c.office.Pause(ctx, id) == nil {
			t.happened("paused", nil)
		}
	case model.BroadcastPaused:
		if c.resume(ctx, id) == nil {
			t.happened("resumed", nil)
		}
	}
}

func (c *casts) resume(ctx context.Context, id string) error {
	return c.office.Resume(ctx, id)
}

// await waits until no more than so many people wait for an outcome; 0: until every broadcast has finished and nothing
// is left to do. Then whatever is paused, also by itself, goes on.
func (c *casts) await(ctx context.Context, left int) error {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for said := time.Now(); ; {
		rest, open, err := c.rest(ctx, left == 0)
		jobs, jerr := c.store.CountJobs(ctx)
		err = errors.Join(err, jerr)
		if err == nil && (left > 0 && rest <= left || open == 0 && jobs == 0) {
			return nil
		}
		if time.Since(said) >= 20*time.Second && err == nil {
			fmt.Printf("%d of %d wait, %d broadcasts go on, %d jobs\n", rest, castsAtOnce*castPeople, open, jobs)
			said = time.Now()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// rest is how many people wait by the broadcasts' own progress, and how many broadcasts have not finished.
func (c *casts) rest(ctx context.Context, resume bool) (people, open int, err error) {
	for _, id := range c.ids {
		b, err := c.store.Broadcast(ctx, id)
		if err != nil {
			return 0, 0, err
		}
		p, err := c.store.Progress(ctx, id)
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return 0, 0, err
		}
		switch {
		case b.State == model.BroadcastFinished:
			continue
		case b.State == model.BroadcastPaused && resume:
			if err := c.resume(ctx, id); err != nil {
				return 0, 0, err
			}
		case !b.Frozen:
			b.Counts = map[string]int{string(model.RecipientPending): castPeople}
		}
		people, open = people+b.Counts[string(model.RecipientPending)], open+1
		for _, n := range p.Done {
			people -= n
		}
	}
	return people, open, nil
}
