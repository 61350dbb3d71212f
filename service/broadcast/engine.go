package broadcast

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// runFor is how long a lane goes on before it asks for its next turn; less than the task's time.
	runFor = 25 * time.Second
	// claimLife is longer than a batch can take. Whoever holds a claim past it died.
	claimLife = 3 * time.Minute
	// mostTries is how often WeChat may be too busy for one recipient.
	mostTries = 8
	// busyWait is how long a lane waits for others of the same process.
	busyWait = 2 * time.Second
	// usualLife is for how many days a broadcast is worth sending if its author says nothing.
	usualLife = 7
)

func engineEdit(why string, at time.Time) model.ChangeInfo {
	return model.ChangeInfo{Actor: engine, Why: why, At: at}
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
				err = s.queue.Enqueue(ctx, queue.PrepareBroadcast, b.ID)
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
		return s.queue.Enqueue(ctx, typ, ref)
	}
	return err
}

func (s *Service) eachJob(b model.Broadcast, do func(typ, ref string) error) error {
	if b.Mass {
		return do(queue.MassBroadcast, b.ID)
	}
	for lane := range shards {
		if err := do(queue.RunBroadcast, b.ID+"/"+strconv.Itoa(lane)); err != nil {
			return err
		}
	}
	return nil
}

// ask has the broadcast gone on with at once, also where it waits for something.
func (s *Service) ask(ctx context.Context, b model.Broadcast) error {
	return s.eachJob(b, func(typ, ref string) error { return s.queue.EnqueueNow(ctx, typ, ref) })
}

// Prepare freezes the recipients of a broadcast and sets it going. What was approved must be what there is.
func (s *Service) Prepare(ctx context.Context, id string) error {
	free, ok := take(s.freezer)
	if !ok {
		return queue.RetryAt{At: s.now().Add(busyWait), Err: errBusy}
	}
	defer free()
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
	f, err := s.snapshotRecipients(ctx, b)
	if err != nil {
		return err
	}
	return s.begin(ctx, f)
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
	var e *model.Error
	switch {
	case model.IsKind(err, model.KindInvalid) && errors.As(err, &e):
		return model.BroadcastDraft, e.Msg, nil // say, a tag that nobody has any more
	case err != nil:
		return "", "", err
	case send+by[model.RecipientByHand] == 0:
		return model.BroadcastDraft, errNobody.Msg, nil
	case b.Mass && send < massLeast(b):
		return model.BroadcastDraft, "群发至少要有两位关注的人", nil
	case send > model.BroadcastSecond && (b.ApprovedBy == "" || b.ApprovedBy == b.SubmittedBy):
		return model.BroadcastSubmitted, fmt.Sprintf("人数已到%d,要第二个人批准", send), nil
	}
	return "", "", nil
}

// take takes a place if one is free.
func take(places chan struct{}) (free func(), ok bool) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, true
	default:
		return nil, false
	}
}

// Run sends one lane of a broadcast until nobody in it waits, or its turn is over: ref is "broadcast/lane".
func (s *Service) Run(ctx context.Context, ref string) error {
	id, last, _ := strings.Cut(ref, "/")
	lane, err := strconv.Atoi(last)
	if err != nil {
		return model.NewError(model.KindInvalid, "lane", "没有这一路").Wrap(err)
	}
	free, ok := take(s.slots)
	if !ok {
		return queue.RetryAt{At: s.now().Add(busyWait), Err: errBusy}
	}
	r := &run{Service: s, shard: lane, until: time.Now().Add(runFor), free: free}
	defer func() { r.free() }()
	return r.drive(ctx, id)
}

var (
	errBusy    = model.NewError(model.KindTooMany, "broadcast_busy", "别的群发正在进行")
	errWaits   = model.NewError(model.KindTooMany, "broadcast_waits", "群发在等")
	errTurn    = model.NewError(model.KindTooMany, "broadcast_turn", "轮到别的先发")
	errClaimed = model.NewError(model.KindTooMany, "broadcast_claimed", "别的进程正在发")
)

// run is one turn of a lane.
type run struct {
	*Service
	b      model.Broadcast
	shard  int
	until  time.Time // of real time
	ladder *notify.DeliveryPolicy
	today  map[string]int
	free   func() // gives the lane's place back
}

// drive goes through the batches of those who wait for their first try, then through the rows of those who were put
// back. Before each piece it looks whether the broadcast still runs, so that a pause takes effect within one.
func (r *run) drive(ctx context.Context, id string) (err error) {
	if r.today, err = r.store.SentCounts(ctx, model.DateOf(r.now())); err != nil {
		return err
	}
	ids, err := r.store.WaitingIDs(ctx, id, r.shard)
	if err != nil {
		return err
	}
	claimed := 0
	for _, batchID := range ids {
		goOn, left, err := r.firstTries(ctx, id, batchID)
		if err != nil || !goOn {
			return err
		}
		claimed += left
	}
	for {
		page, err := r.waitingRows(ctx, id)
		if err != nil {
			return err
		}
		if len(page) == 0 && claimed == 0 {
			if r.b, err = r.store.Broadcast(ctx, id); err != nil || r.b.State != model.BroadcastRunning {
				return err
			}
			return r.finish(ctx)
		}
		goOn, left, err := r.sendChunks(ctx, id, page, r.store.SettleRecipients)
		if err != nil || !goOn {
			return err
		}
		if left == len(page) {
			return queue.RetryAt{At: r.now().Add(claimLife / 6), Err: errClaimed}
		}
	}
}

// waitingRows are the recipients with a row who wait and are due. Looking for them reads all rows on some engines.
func (r *run) waitingRows(ctx context.Context, id string) ([]model.Recipient, error) {
	p, err := r.store.Progress(ctx, id)
	if err != nil || p.Later == 0 {
		return nil, model.IgnoreKind(err, model.KindNotFound)
	}
	return r.store.PendingRecipients(ctx, id, r.shard, r.now(), pageSize)
}

// firstTries sends to a batch of those who wait, and takes it out once each of them has a row. Those who have theirs
// from an earlier turn are passed over before the rate is asked for: at a low rate a turn would be over before it came
// to anybody new. left is how many another process holds.
func (r *run) firstTries(ctx context.Context, id, batchID string) (goOn bool, left int, err error) {
	w, err := r.store.Waiting(ctx, batchID)
	if model.IsKind(err, model.KindNotFound) {
		return true, 0, nil
	}
	if err != nil {
		return false, 0, err
	}
	rows := w.Recipients()
	have, err := r.store.WithRow(ctx, rows)
	if err != nil {
		return false, 0, err
	}
	rows = slices.DeleteFunc(rows, func(x model.Recipient) bool { return have[x.ID] })
	if goOn, left, err = r.sendChunks(ctx, id, rows, r.store.SettleWaiting); err != nil || !goOn || left > 0 {
		return goOn, left, err
	}
	return true, 0, r.store.DropWaiting(ctx, batchID)
}

// sendChunks sends to recipients in pieces, as large as the rate allows. left is how many another process holds.
func (r *run) sendChunks(ctx context.Context, id string, rows []model.Recipient, write settle) (goOn bool, left int, err error) {
	for len(rows) > 0 {
		if goOn, err := r.ready(ctx, id); err != nil || !goOn {
			return false, left, err
		}
		n, err := r.grant(ctx, min(len(rows), batchSize))
		if err != nil {
			return false, left, err
		}
		held, err := r.sendChunk(ctx, rows[:n], write)
		if err != nil {
			return false, left, err
		}
		rows, left = rows[n:], left+held
	}
	return true, left, nil
}

// grant waits until the rate lets some of n pass: all of them, or as many as half a second has. Each broadcast has a
// rate of its own. While it waits the lane gives its place to others.
func (r *run) grant(ctx context.Context, n int) (granted int, err error) {
	n = min(n, max(r.b.Rate/2, 1))
	for granted < n {
		got, wait := r.limits.Grant(ctx, "broadcast:"+r.b.ID, r.b.Rate, n-granted)
		if granted += got; granted == n || got == 0 && granted > 0 {
			break
		}
		if err := r.pause(ctx, wait); err != nil {
			return granted, err
		}
	}
	return granted, nil
}

// ready looks at everything that may stop a lane before its next batch.
func (r *run) ready(ctx context.Context, id string) (goOn bool, err error) {
	if r.b, err = r.store.Broadcast(ctx, id); err != nil || r.b.State != model.BroadcastRunning {
		return false, err
	}
	if r.closing.Load() || time.Now().After(r.until) || ctx.Err() != nil {
		return false, queue.RetryAt{At: r.now(), Err: errTurn}
	}
	if r.ladder, err = r.notify.DeliveryPolicy(ctx); err != nil {
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
		return false, queue.RetryAt{At: at, Err: errWaits}
	}
	return true, nil
}

// over reports whether the broadcast's last day is past.
func (r *run) over() bool { return r.b.Until != "" && model.DateOf(r.now()) > r.b.Until }

// pause waits without the lane's place, and takes one again.
func (r *run) pause(ctx context.Context, d time.Duration) error {
	r.free()
	r.free = func() {}
	if err := wait(ctx, d); err != nil {
		return err
	}
	free, ok := take(r.slots)
	if !ok {
		return queue.RetryAt{At: r.now().Add(busyWait), Err: errBusy}
	}
	r.free = free
	return nil
}

// finish ends the broadcast when nobody waits, or says when this lane goes on.
func (r *run) finish(ctx context.Context) error {
	p, err := r.store.Progress(ctx, r.b.ID)
	if err != nil {
		return err
	}
	for lane := range shards {
		if ids, err := r.store.WaitingIDs(ctx, r.b.ID, lane); err != nil || len(ids) > 0 {
			return err // the other lane's
		}
	}
	if p.Later > 0 {
		next, err := r.store.NextRecipient(ctx, r.b.ID, r.shard)
		if err != nil {
			return err
		}
		if !next.IsZero() {
			return queue.RetryAt{At: r.later(next), Err: errWaits}
		}
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

// finish counts the rows: a broadcast is finished when nobody waits.
func (s *Service) finish(ctx context.Context, b model.Broadcast) error {
	if err := s.forgetGone(ctx, b); err != nil {
		return err
	}
	before, err := s.store.Progress(ctx, b.ID)
	if err != nil {
		return err
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
	after, err := s.store.Progress(ctx, b.ID)
	if err != nil || after.Reports == before.Reports {
		return err
	}
	return s.recount(ctx, b) // a report came in between
}
