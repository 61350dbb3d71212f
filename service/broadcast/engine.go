package broadcast

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
	"bangfu/service/notify"
)

const (
	// lanesAtOnce leaves most workers of a process to what cannot wait, whatever is broadcast.
	lanesAtOnce = 2
	// pageSize is how many recipients a lane reads at once, batchSize how many it claims and settles at once.
	pageSize, batchSize = 1000, 100
	// conns is how many calls to WeChat a lane makes at once.
	conns = 32
	// runFor is how long a lane goes on before it asks for its next turn; less than the task's time.
	runFor = 25 * time.Second
	// claimLife is longer than a batch can take. Whoever holds a claim past it died.
	claimLife = 3 * time.Minute
	// mostTries is how often WeChat may be too busy for one recipient.
	mostTries = 8
	// freezeBatch is how many recipients are written at once.
	freezeBatch = 500
	// usualLife is for how many days a broadcast is worth sending if its author says nothing.
	usualLife = 7
)

func engineEdit(why string, at time.Time) model.Edit {
	return model.Edit{Actor: engine, Why: why, At: at}
}

// Due begins what is scheduled and asks again for what is under way: the outbox may have lost nothing, but a crash may
// have come between a state and its row.
func (s *Service) Due(ctx context.Context) error {
	list, err := s.store.BroadcastsIn(ctx, model.BroadcastScheduled, model.BroadcastPreparing, model.BroadcastRunning)
	if err != nil {
		return err
	}
	for _, b := range list {
		switch {
		case b.State == model.BroadcastScheduled && !b.ScheduledAt.After(s.now()):
			_, err = s.move(ctx, b.ID, engineEdit("到了定时", s.now()), model.BroadcastPreparing, nil)
			if err == nil {
				err = s.queue.Ask(ctx, queue.PrepareBroadcast, b.ID)
			}
			if errors.Is(err, errState) {
				err = nil // another process was faster
			}
		case b.State == model.BroadcastPreparing:
			err = s.ensure(ctx, queue.PrepareBroadcast, b.ID)
		case b.State == model.BroadcastRunning:
			err = s.eachJob(b, func(typ, ref string) error { return s.ensure(ctx, typ, ref) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ensure asks for work unless it waits in the outbox already.
func (s *Service) ensure(ctx context.Context, typ, ref string) error {
	_, err := s.store.Job(ctx, model.NewJob(typ, ref, s.now()).ID)
	if model.IsKind(err, model.KindNotFound) {
		return s.queue.Ask(ctx, typ, ref)
	}
	return err
}

func (s *Service) eachJob(b model.Broadcast, do func(typ, ref string) error) error {
	if b.Mass {
		return do(queue.MassBroadcast, b.ID)
	}
	for lane := range lanes {
		if err := do(queue.RunBroadcast, b.ID+"/"+strconv.Itoa(lane)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) ask(ctx context.Context, b model.Broadcast) error {
	return s.eachJob(b, func(typ, ref string) error { return s.queue.Ask(ctx, typ, ref) })
}

// Prepare freezes the recipients of a broadcast and sets it going. What was approved must be what there is.
func (s *Service) Prepare(ctx context.Context, id string) error {
	b, err := s.store.Broadcast(ctx, id)
	if err != nil || b.State != model.BroadcastPreparing {
		return err
	}
	back, why, err := s.stale(ctx, b)
	if err != nil {
		return err
	}
	if why != "" {
		_, err := s.move(ctx, id, engineEdit(why, s.now()), back, func(b *model.Broadcast) error {
			b.ApprovedBy, b.ApprovedSum, b.Reason = "", "", why
			return nil
		})
		return err
	}
	if b.Merged, err = s.freeze(ctx, b); err != nil {
		return err
	}
	return s.begin(ctx, b)
}

// stale says why the approval does not hold any more, and where the broadcast goes back to; empty when it does.
func (s *Service) stale(ctx context.Context, b model.Broadcast) (model.BroadcastState, string, error) {
	if b.ApprovedSum != b.Sum() {
		return model.BroadcastDraft, "批准以后内容变了,要重新批准", nil
	}
	if b.NoticeID != "" {
		n, err := s.store.Notice(ctx, b.NoticeID)
		if err != nil {
			return "", "", err
		}
		if n.Version != b.NoticeV || n.Dirty || n.Withdrawn {
			return model.BroadcastDraft, "批准以后政策改过了,要重新批准", nil
		}
	}
	send, by, err := s.count(ctx, b)
	switch {
	case err != nil:
		return "", "", err
	case send+by[model.RecipientByHand] == 0:
		return model.BroadcastDraft, errNobody.Msg, nil
	case b.Mass && send < massLeast(b):
		return model.BroadcastDraft, "群发至少要有两位关注的人", nil
	case send > model.BroadcastSecond && b.ApprovedBy == b.SubmittedBy:
		return model.BroadcastSubmitted, fmt.Sprintf("人数已到%d,要第二个人批准", send), nil
	}
	return "", "", nil
}

func (s *Service) freeze(ctx context.Context, b model.Broadcast) (merged int, err error) {
	rows := make([]model.Recipient, 0, freezeBatch)
	flush := func() error {
		if err := s.store.InsertRecipients(ctx, rows); err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.handOver(ctx, b, r); err != nil {
				return err
			}
		}
		rows = rows[:0]
		return nil
	}
	n := 0
	merged, err = s.everyone(ctx, b, func(r model.Recipient) error {
		if b.Mass && r.State == model.RecipientPending {
			r.MassJob = massJobID(b.ID, massPlace(b, n))
			n++
		}
		if rows = append(rows, r); len(rows) < freezeBatch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return merged, err
	}
	return merged, flush()
}

func (s *Service) begin(ctx context.Context, frozen model.Broadcast) error {
	counts, err := s.store.CountRecipients(ctx, frozen.ID)
	if err != nil {
		return err
	}
	if frozen.Mass {
		if err := s.makeMassJobs(ctx, frozen); err != nil {
			return err
		}
	}
	if err := s.store.PutProgress(ctx, model.Progress{ID: frozen.ID, Done: map[string]int{}, BeganAt: s.now().UTC(), LatestAt: s.now().UTC()}); err != nil {
		return err
	}
	b, err := s.move(ctx, frozen.ID, engineEdit("名单列好了,开始发", s.now()), model.BroadcastRunning, func(b *model.Broadcast) error {
		b.Frozen, b.StartedAt, b.Counts, b.Merged = true, s.now().UTC(), counts, frozen.Merged
		if b.Until == "" {
			b.Until = model.DateOf(s.now()).AddDays(usualLife)
		}
		return nil
	})
	if errors.Is(err, errState) {
		return nil // cancelled meanwhile, or another worker was faster
	}
	if err != nil {
		return err
	}
	return s.ask(ctx, b)
}

// Run sends one lane of a broadcast until nobody in it waits, or its turn is over: ref is "broadcast/lane".
func (s *Service) Run(ctx context.Context, ref string) error {
	id, last, _ := strings.Cut(ref, "/")
	lane, err := strconv.Atoi(last)
	if err != nil {
		return model.NewError(model.KindInvalid, "lane", "没有这一路").Wrap(err)
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return queue.Later{At: s.now().Add(time.Second), Err: errBusy}
	}
	r := &run{Service: s, lane: lane, until: time.Now().Add(runFor)}
	return r.drive(ctx, id)
}

var (
	errBusy    = model.NewError(model.KindTooMany, "broadcast_busy", "别的群发正在进行")
	errWaits   = model.NewError(model.KindTooMany, "broadcast_waits", "群发在等")
	errClaimed = model.NewError(model.KindTooMany, "broadcast_claimed", "别的进程正在发")
)

// run is one turn of a lane.
type run struct {
	*Service
	b      model.Broadcast
	lane   int
	until  time.Time // of real time
	ladder *notify.Ladder
	today  map[string]int
}

// drive goes page by page and batch by batch. Before each batch it looks whether the broadcast still runs, so that a
// pause takes effect within one.
func (r *run) drive(ctx context.Context, id string) (err error) {
	if r.today, err = r.store.SentCounts(ctx, model.DateOf(r.now())); err != nil {
		return err
	}
	for {
		page, err := r.store.PendingRecipients(ctx, id, r.lane, r.now(), pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			if r.b, err = r.store.Broadcast(ctx, id); err != nil || r.b.State != model.BroadcastRunning {
				return err
			}
			return r.finish(ctx)
		}
		sent := 0
		for len(page) > 0 {
			if goOn, err := r.ready(ctx, id); err != nil || !goOn {
				return err
			}
			n, wait := r.limits.Grant(ctx, "broadcast", r.b.Rate, min(len(page), batchSize))
			if n == 0 {
				if err := pause(ctx, wait); err != nil {
					return err
				}
				continue
			}
			mine, err := r.batch(ctx, page[:n])
			if err != nil {
				return err
			}
			page, sent = page[n:], sent+mine
		}
		if sent == 0 {
			return queue.Later{At: r.now().Add(claimLife / 6), Err: errClaimed}
		}
	}
}

// ready looks at everything that may stop a lane before its next batch.
func (r *run) ready(ctx context.Context, id string) (goOn bool, err error) {
	if r.b, err = r.store.Broadcast(ctx, id); err != nil || r.b.State != model.BroadcastRunning {
		return false, err
	}
	if r.closing.Load() || time.Now().After(r.until) || ctx.Err() != nil {
		return false, r.queue.Ask(context.WithoutCancel(ctx), queue.RunBroadcast, id+"/"+strconv.Itoa(r.lane))
	}
	if r.ladder, err = r.notify.Ladder(ctx); err != nil {
		return false, err
	}
	if r.over() {
		return true, nil // there is nothing to wait for: they are skipped
	}
	at := r.ladder.Settings().AfterQuiet(r.now())
	if held := r.ladder.HeldUntil(model.ChannelOA, Purpose); held.After(r.now()) {
		at = r.ladder.Settings().AfterQuiet(held)
	}
	if at.After(r.now()) {
		return false, queue.Later{At: at, Err: errWaits}
	}
	return true, nil
}

// over reports whether the broadcast's last day is past.
func (r *run) over() bool { return r.b.Until != "" && model.DateOf(r.now()) > r.b.Until }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(min(max(d, time.Millisecond), time.Second))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish ends the broadcast when no row waits, or says when this lane goes on.
func (r *run) finish(ctx context.Context) error {
	next, err := r.store.NextRecipient(ctx, r.b.ID, r.lane)
	if err != nil {
		return err
	}
	if !next.IsZero() {
		return queue.Later{At: r.later(next), Err: errWaits}
	}
	return r.Service.finish(ctx, r.b)
}

// later keeps an instant from lying in the past.
func (r *run) later(t time.Time) time.Time {
	if t.After(r.now()) {
		return t
	}
	return r.now().Add(time.Second)
}

// finish counts the rows: a broadcast is finished when none of them waits.
func (s *Service) finish(ctx context.Context, b model.Broadcast) error {
	reported, err := s.store.ReportedRecipients(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, r := range reported {
		if _, err := s.heard(ctx, b, r); err != nil {
			return err
		}
	}
	counts, err := s.store.CountRecipients(ctx, b.ID)
	if err != nil || counts[string(model.RecipientPending)] > 0 {
		return err
	}
	b, err = s.move(ctx, b.ID, engineEdit("发完了", s.now()), model.BroadcastFinished, func(b *model.Broadcast) error {
		b.FinishedAt, b.Counts = s.now().UTC(), counts
		return nil
	})
	if errors.Is(err, errState) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.recount(ctx, b) // a report may have come in between
}
