// Package app wires Bangfu together, by hand and in one place: configuration, stores, services,
// handlers, servers; and takes it apart in the reverse order.
package app

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bangfu/config"
	"bangfu/handler"
	"bangfu/handler/mini"
	"bangfu/handler/pages"
	"bangfu/handler/public"
	"bangfu/handler/staff"
	"bangfu/handler/task"
	callback "bangfu/handler/wechat"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/aid"
	"bangfu/service/backups"
	"bangfu/service/bot"
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/disclose"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/sheets"
	"bangfu/service/visit"
	"bangfu/web"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// Options are what is not configured: it comes from the command line or from a test.
type Options struct {
	Log            *slog.Logger
	Clock          *Clock         // nil: the real time, or CLOCK_START
	CallbackBudget time.Duration  // 0: WeChat's, with PATIENCE
	CallbackURL    string         // where the simulated account pushes; empty: to us
	RelaxedDisk    bool           // a power cut may cost the last writes of the embedded database
	IntoServers    bool           // the demo may use MONGO_URI and REDIS_ADDR; an operator says so each time
	NoFarm         bool           // the demo begins with an empty registry; its people are there
	Commands       *repo.Commands // counts what is asked of the database
	Version        string         // of this build
	FewTemplates   bool           // only broadcasts go by the demo's template
	Roots          *x509.CertPool // whose certificates the doctor believes; nil: the machine's
}

// App is a running Bangfu.
type App struct {
	cfg   config.Config
	opts  Options
	log   *slog.Logger
	clock *Clock
	// patience is how much longer than usual everything may take.
	patience model.Patience

	stops []func(context.Context) error

	database *embedded.Database // nil unless embedded
	redis    *embedded.Redis    // nil unless embedded
	store    *repo.Store
	rdb      redis.UniversalClient
	draining atomic.Bool // /readyz says no
	metrics  *prometheus.Registry
	sim      simulator // nil unless simulated
	svc      services

	httpListener, simListener, metricsListener net.Listener
}

// services are the decisions, and the edges that they go through.
type services struct {
	queue    *queue.Client
	locks    *queue.Locks
	oa, mini *wechat.Client
	account  *account.Service
	notify   *notify.Service
	people   *people.Service
	access   *access.Service
	ledger   *ledger.Service
	fund     *fund.Service
	visit    *visit.Service
	aid      *aid.Service
	coop     *coop.Service
	bot      *bot.Service
	sheets   *sheets.Service
	disclose *disclose.Service

	broadcast *broadcast.Service
	backups   *backups.Service
}

func newApp(purpose config.Purpose, cfg config.Config, opts Options) *App {
	a := &App{cfg: cfg, opts: opts, log: opts.Log, clock: opts.Clock, patience: model.Patience(cfg.Patience), metrics: prometheus.NewRegistry()}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.clock == nil {
		a.clock = NewClock(cfg.ClockStart)
		if purpose == config.Demo && cfg.ClockStart.IsZero() {
			a.clock = NewClock(demoStart)
		}
	}
	if a.opts.CallbackBudget == 0 {
		a.opts.CallbackBudget = a.patience.Of(callback.Budget)
	}
	return a
}

// Start brings Bangfu up for demo, serve or work. When it fails it leaves nothing behind.
func Start(ctx context.Context, purpose config.Purpose, cfg config.Config, opts Options) (*App, error) {
	a := newApp(purpose, cfg, opts)
	if err := a.start(ctx, purpose); err != nil {
		return nil, errors.Join(err, a.Stop(ctx))
	}
	return a, nil
}

func (a *App) start(ctx context.Context, purpose config.Purpose) error {
	if err := refuseFullTemp(); err != nil {
		return err
	}
	if err := a.openStores(ctx, purpose); err != nil {
		return err
	}
	if err := a.listen(ctx, purpose); err != nil {
		return err
	}
	if err := a.wire(); err != nil {
		return err
	}
	if purpose == config.Work || a.cfg.EmbeddedQueue() || purpose == config.Demo {
		if err := a.work(); err != nil {
			return err
		}
	}
	if purpose != config.Work {
		if err := a.svc.bot.Prepare(ctx); err != nil {
			return fmt.Errorf("lexicon: %w", err)
		}
		a.serve()
	}
	if purpose == config.Demo {
		if err := a.finishDemo(ctx); err != nil {
			return err
		}
	}
	a.log.InfoContext(ctx, "listening", "purpose", purpose, "metrics", a.metricsListener.Addr())
	return nil
}

// openStores opens database and Redis, and sees that they are what the purpose may run over.
func (a *App) openStores(ctx context.Context, purpose config.Purpose) error {
	if purpose == config.Demo {
		if err := a.refuseServers(); err != nil {
			return err
		}
	}
	if err := a.openStore(ctx, true); err != nil {
		return err
	}
	if err := a.openRedis(ctx); err != nil {
		return err
	}
	prepare := a.refuseDemo
	if purpose == config.Demo {
		prepare = a.prepareDemo
	}
	if err := prepare(ctx); err != nil {
		return err
	}
	return a.requireMigrated(ctx)
}

// requireMigrated keeps code from running over a stored form that it does not know, older or newer.
func (a *App) requireMigrated(ctx context.Context) error {
	if err := a.refuseUnfit(ctx); err != nil {
		return err
	}
	pending, err := a.store.Pending(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return fmt.Errorf("the database is behind (%s); run: bangfu migrate", strings.Join(pending, ", "))
	}
	return nil
}

// refuseUnfit keeps everything off a database that is not whole, and an older version off what a newer one has stored.
func (a *App) refuseUnfit(ctx context.Context) error {
	unfinished, err := a.store.RestoreUnfinished(ctx)
	if err != nil {
		return err
	}
	if unfinished {
		return errors.New("a restore into this database was cut off, and it is not whole; begin it anew: bangfu restore FILE --into … --again")
	}
	unknown, by, err := a.store.Unknown(ctx)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		which := "that version"
		if by != "" {
			which = "bangfu " + by + " or a newer one"
		}
		return fmt.Errorf("the database was migrated by a newer bangfu (%s), which this one (%s) does not understand; start %s, or restore the backup from before it",
			strings.Join(unknown, ", "), cmp.Or(a.opts.Version, "unknown"), which)
	}
	return nil
}

// refuseDemo keeps everything that works for real off a demo's database: whoever has read the README can log in there.
func (a *App) refuseDemo(ctx context.Context) error {
	marked, err := a.store.DemoMarked(ctx)
	if err == nil && marked {
		err = errors.New("this is the database of a demo, whose log-ins everybody knows; name another one in MONGO_URI or DATA_DIR")
	}
	return err
}

// hearNews has this process and the others forget what they hold of a collection when one of them writes it.
func (a *App) hearNews() {
	news := queue.NewNews(a.rdb)
	a.store.OnHeldWrite(news.Tell)
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { news.Hear(ctx, a.store.ForgetHeld) })
	a.onStop(func(context.Context) error { cancel(); done.Wait(); return nil })
}

// wire makes clients and services.
func (a *App) wire() error {
	a.hearNews()
	s, now := &a.svc, model.Clock(a.clock.Now)
	s.queue = queue.New(a.store, a.rdb, now, a.log).Patient(a.patience)
	s.oa = wechat.New(model.ChannelOA, a.cfg.WeChat.OA, a.wechatURL(), a.rdb, now, a.log).Patient(a.patience)
	s.mini = wechat.New(model.ChannelMini, a.cfg.WeChat.MP, a.wechatURL(), a.rdb, now, a.log).Patient(a.patience)
	a.onStop(func(context.Context) error { s.oa.Close(); s.mini.Close(); return nil })
	s.locks, s.access = queue.NewLocks(a.rdb), access.New(a.store, now)
	s.account = account.New(a.store, s.queue, s.locks, queue.NewLimits(a.rdb), s.oa, s.mini, a.rules(), now)
	s.notify = notify.New(a.store, s.queue, s.oa, s.mini, now, a.log)
	s.notify.Patient(a.patience)
	s.people = people.New(a.store, s.notify, now)
	s.ledger = ledger.New(a.store, now)
	s.fund = fund.New(a.store, s.ledger, s.notify, now)
	s.sheets = sheets.New(a.store, s.queue, s.people, s.ledger, now)
	s.disclose = disclose.New(a.store, queue.NewLimits(a.rdb), s.notify, now)
	s.visit = visit.New(a.store, s.notify, s.queue, s.oa, now)
	s.aid = aid.New(a.store, s.ledger, s.notify, s.mini, now)
	s.coop = coop.New(a.store, s.ledger, s.queue, now)
	s.broadcast = broadcast.New(a.store, s.queue, queue.NewLimits(a.rdb), s.oa, s.notify, now, a.log)
	s.bot = bot.New(bot.Services{
		Store: a.store, Turns: queue.NewTurns(a.rdb), Access: s.access, Account: s.account, Notify: s.notify,
		People: s.people, Ledger: s.ledger, Fund: s.fund, Visit: s.visit, Coop: s.coop, Aid: s.aid, Broadcast: s.broadcast, Now: now, Log: a.log,
		Patience: a.patience, PublicURL: a.cfg.PublicBaseURL,
	})
	a.onStop(func(context.Context) error { s.bot.Close(); return nil })
	var err error
	a.svc.backups, err = a.newBackups()
	a.measure()
	return err
}

// rules are those of the log-ins of staff.
func (a *App) rules() account.Rules {
	rules := account.Rules{Idle: a.cfg.StaffIdle}
	for _, d := range a.cfg.SecondFactor {
		rules.SecondFactor = append(rules.SecondFactor, model.Role(d))
	}
	return rules
}

// work begins to do what the queue hands out, and what comes again by itself.
func (a *App) work() error {
	w := task.New(task.Services{
		Store: a.store, Queue: a.svc.queue, Locks: a.svc.locks, Account: a.svc.account, Notify: a.svc.notify, People: a.svc.people,
		Sheets: a.svc.sheets, Visit: a.svc.visit, Ledger: a.svc.ledger, Fund: a.svc.fund, Aid: a.svc.aid, Coop: a.svc.coop,
		Broadcast: a.svc.broadcast, Backups: a.svc.backups, Now: a.clock.Now, Patience: a.patience, Log: a.log,
	}, a.metrics)
	server, err := queue.Start(a.rdb, a.cfg.Workers, w.Process, a.patience, a.log)
	if err != nil {
		return err
	}
	a.onStop(func(context.Context) error { server.Stop(); return nil })
	a.onStop(func(context.Context) error { a.svc.broadcast.Close(); return nil })
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { w.RunPeriodic(ctx, a.clock.turned) })
	a.onStop(func(context.Context) error { cancel(); done.Wait(); return nil })
	return nil
}

func (a *App) serve() {
	times := callback.NewTimes(a.metrics, model.ChannelOA, model.ChannelMini)
	pushes := func(channel model.Channel, account config.Account) *callback.Callback {
		codec := wechat.NewCodec(channel, account, a.clock.Now)
		return callback.New(codec, a.svc.bot, a.opts.CallbackBudget, channel == model.ChannelOA,
			times.MustCurryWith(prometheus.Labels{"channel": string(channel)}))
	}
	h := handler.New(handler.Parts{
		OA: pushes(model.ChannelOA, a.cfg.WeChat.OA), MP: pushes(model.ChannelMini, a.cfg.WeChat.MP),
		Mini: mini.Services{
			Access: a.svc.access, Account: a.svc.account, People: a.svc.people, Ledger: a.svc.ledger, Fund: a.svc.fund, Visit: a.svc.visit, Notify: a.svc.notify,
			Coop: a.svc.coop, Aid: a.svc.aid, Broadcast: a.svc.broadcast, Now: a.clock.Now,
		},
		Staff: staff.Services{
			Access: a.svc.access, Account: a.svc.account, People: a.svc.people, Ledger: a.svc.ledger,
			Fund: a.svc.fund, Visit: a.svc.visit,
			Notify: a.svc.notify, Sheets: a.svc.sheets, Coop: a.svc.coop, Aid: a.svc.aid,
			Disclose: a.svc.disclose, Broadcast: a.svc.broadcast, Backups: a.svc.backups, Bot: a.svc.bot, BaseURL: a.BaseURL(), Now: a.clock.Now,
		},
		Public:  public.New(a.svc.disclose, a.clock.Now, a.BaseURL()),
		Pages:   []*pages.Pages{pages.New("/console", web.Console())},
		Proxies: a.cfg.Proxies, BaseURL: a.BaseURL(), Docs: a.cfg.APIDocs, Metrics: a.metrics, Log: a.log, Patience: a.patience,
		Ready: []handler.Check{
			{Name: "database", Probe: a.store.Ping, Write: func(ctx context.Context) error { return a.store.ProveWrite(ctx, a.clock.Now()) }},
			{
				Name: "redis", Probe: func(ctx context.Context) error { return a.rdb.Ping(ctx).Err() },
				Write: func(ctx context.Context) error { return a.rdb.Set(ctx, "bangfu:ready", "1", time.Minute).Err() },
			},
			{Name: "migrations", Probe: a.requireMigrated},
			{Name: "process", Probe: func(context.Context) error { return a.stopping() }},
		},
	})
	a.run(a.httpListener, h)
	a.onStop(func(ctx context.Context) error { a.drain(ctx); return nil })
}

// run serves until the stop; requests under way are finished first.
func (a *App) run(l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: a.patience.Of(5 * time.Second), ReadTimeout: a.patience.Of(15 * time.Second),
		WriteTimeout: a.patience.Of(time.Minute), IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog:    slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return repo.AsRequest(context.Background()) },
	}
	var served sync.WaitGroup
	served.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("server ended", "error", err)
		}
	})
	a.onStop(func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		served.Wait()
		return err
	})
}

var errStopping = errors.New("stopping")

// stopping is an error once the process is about to stop.
func (a *App) stopping() error {
	if a.draining.Load() {
		return errStopping
	}
	return nil
}

// drain lets whoever asks /readyz see that nothing more should be sent here, for as long as DRAIN says, and goes on answering.
func (a *App) drain(ctx context.Context) {
	a.draining.Store(true)
	select {
	case <-time.After(a.cfg.Drain):
	case <-ctx.Done():
	}
}

func (a *App) onStop(f func(context.Context) error) { a.stops = append(a.stops, f) }

// stopLimit bounds the whole stop.
const stopLimit = 20 * time.Second

// Stop takes everything apart in reverse order; what is under way is finished, within bounds.
func (a *App) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.patience.Of(stopLimit))
	defer cancel()
	var errs []error
	for _, stop := range slices.Backward(a.stops) {
		errs = append(errs, stop(ctx))
	}
	a.stops = nil
	return errors.Join(errs...)
}

// Store is the database, for tests that look at rows.
func (a *App) Store() *repo.Store { return a.store }

// Embedded is the embedded Redis, for tests that flush it; nil unless it runs in process.
func (a *App) Embedded() *embedded.Redis { return a.redis }

// Redis is the one in use, for tests that look at keys, or empty it.
func (a *App) Redis() redis.UniversalClient { return a.rdb }
