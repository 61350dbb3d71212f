package broadcast

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"bangfu/service/model"
)

// keeping is how the outcomes of a piece are written.
type keeping struct {
	settle  func(context.Context, []model.Recipient) error
	batch   string // to be taken out when all of it is settled; empty: none
	last    bool   // nothing of the batch is left after this piece
	refused *model.Recipient
}

// piece claims recipients and sends to those whom nobody else has: one command. What became of them is written while
// the next piece is being sent. It says how many another process holds.
func (r *run) piece(ctx context.Context, rows []model.Recipient, k keeping) (held int, err error) {
	mine, err := r.store.ClaimRecipients(ctx, rows, engine, r.now())
	if err != nil {
		return 0, err
	}
	if len(mine) < len(rows) {
		if held, err = r.abandoned(ctx, rows, mine); err != nil {
			return held, err
		}
	}
	k.refused = r.sendAll(ctx, mine)
	k.last = k.last && held == 0
	err = r.kept() // of the piece before; these must be kept in any case
	r.keep(ctx, r.b, mine, k)
	return held, err
}

// keep writes what became of recipients, even when the lane's time is up.
func (r *run) keep(ctx context.Context, b model.Broadcast, mine []model.Recipient, k keeping) {
	sent := r.sentTo(mine)
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		done <- r.write(ctx, b, mine, sent, k)
	}()
	r.keeping = done
}

func (r *run) write(ctx context.Context, b model.Broadcast, mine []model.Recipient, sent sentCounts, k keeping) error {
	// First what follows from them, so that a crash forgets nobody.
	for _, x := range mine {
		if err := r.handOver(ctx, b, x); err != nil {
			return err
		}
	}
	// A pause, too: with the last outcome another lane may find that nobody waits any more.
	if err := r.account(ctx, b, mine, k.refused); err != nil {
		return err
	}
	if err := k.settle(ctx, mine); err != nil {
		return err
	}
	if k.batch != "" && k.last {
		if err := r.store.DropWaiting(ctx, k.batch); err != nil {
			return err
		}
	}
	if err := r.hearAll(ctx, b, mine); err != nil {
		return err
	}
	if err := r.countSent(ctx, sent); err != nil {
		r.log.ErrorContext(ctx, "broadcast not counted for the day", "broadcast", b.ID, "error", err)
	}
	return nil
}

// hearAll joins what WeChat reported before the outcomes were written.
func (r *run) hearAll(ctx context.Context, b model.Broadcast, mine []model.Recipient) error {
	for _, x := range mine {
		if x.State != model.RecipientUnknown || x.Try == 0 {
			continue // a first try has no row before; what is reported of it waits elsewhere
		}
		row, err := r.store.Recipient(ctx, x.ID)
		if err == nil {
			_, err = r.heard(ctx, b, row)
		}
		if err != nil {
			return err
		}
	}
	return r.joinReports(ctx, b)
}

// sendAll sends to the recipients, several at once, and writes the outcome into each. It reports the one that showed
// that WeChat refuses the whole account, if one did; then nobody else is tried.
func (r *run) sendAll(ctx context.Context, rows []model.Recipient) (refused *model.Recipient) {
	var next atomic.Int64
	var stop atomic.Pointer[model.Recipient]
	var all sync.WaitGroup
	for range min(conns, len(rows)) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(rows) {
					return
				}
				x := &rows[i]
				if ctx.Err() != nil || stop.Load() != nil {
					r.putBack(x, r.now(), "stopped")
					continue
				}
				if r.send(ctx, x) {
					stop.Store(x)
				}
			}
		})
	}
	all.Wait()
	return stop.Load()
}

// send tells one recipient and writes the outcome into the row. It reports whether WeChat refuses the account.
func (r *run) send(ctx context.Context, x *model.Recipient) (account bool) {
	x.At = r.now()
	settings := r.ladder.Settings()
	content := r.b.Content.Fill(x.Vars)
	switch {
	case r.over():
		x.State, x.Reason = model.RecipientSkipped, model.SkipExpired
		return false
	case x.OpenID == "":
		x.State, x.Reason = unreached(r.b), model.SkipNoAccount // they unfollowed after they were frozen
		return false
	case settings.CapPerDay > 0 && r.today[x.IdentityID] >= settings.CapPerDay:
		r.putBack(x, settings.AfterQuiet(model.DateOf(r.now()).AddDays(1).Start()), "cap_per_day")
		if model.DateOf(x.DueAt) > r.b.Until {
			x.State, x.Reason = model.RecipientSkipped, model.SkipQuota
		}
		return false
	case content.Fault(fields, false) != "":
		x.State, x.Reason = model.RecipientFailed, model.SkipField
		return false
	}
	to := model.Identity{ID: x.IdentityID, Channel: model.ChannelOA, OpenID: x.OpenID, WindowUntil: x.WindowUntil}
	o, err := r.ladder.Attempt(ctx, contentFor("bc:"+x.ID, content), to)
	if err != nil {
		r.log.WarnContext(ctx, "recipient put back", "broadcast", r.b.ID, "error", err)
		r.putBack(x, r.now().Add(10*time.Second), "database")
		return false
	}
	x.Way, x.WechatID, x.ErrCode, x.RID, x.Reason = o.Way, o.WechatID, o.ErrCode, o.RID, o.Reason
	switch o.State {
	case model.MessageAccepted:
		x.State = model.RecipientAccepted
	case model.MessageUnknown:
		x.State = model.RecipientUnknown
	case model.MessageFailed:
		x.State = model.RecipientFailed
	case model.MessageByHand:
		r.noWay(x)
	default:
		r.tryLater(x, o.RetryAt)
	}
	return o.Account
}

// noWay settles somebody whom no way reached: WeChat refused them, or nothing may be sent to them now.
func (r *run) noWay(x *model.Recipient) {
	if x.ErrCode == 0 {
		x.State, x.Reason = unreached(r.b), model.SkipNoConsent
		return
	}
	x.State = model.RecipientFailed
	if r.b.ByHand {
		x.State = model.RecipientByHand
	}
}

// tryLater puts somebody back until WeChat has time; after too many tries it is a failure.
func (r *run) tryLater(x *model.Recipient, at time.Time) {
	switch {
	case at.IsZero() && x.Try >= mostTries:
		x.State = model.RecipientFailed
	case at.IsZero():
		r.putBack(x, r.now().Add(5*time.Second<<x.Try), x.Reason)
	default:
		r.putBack(x, at, x.Reason)
	}
}

// putBack makes a recipient to whom nothing was sent wait until an instant; the next try needs a claim of its own.
func (r *run) putBack(x *model.Recipient, until time.Time, why string) {
	x.State, x.Reason, x.DueAt = model.RecipientPending, why, until
	x.Try++
}

// abandoned deals with recipients whom somebody else has claimed, and says how many of them are being sent to. If that
// one died, nobody knows whether WeChat got it: a second copy is worse than a gap that a person can see.
func (r *run) abandoned(ctx context.Context, rows, mine []model.Recipient) (held int, err error) {
	own := map[string]bool{}
	for _, x := range mine {
		own[x.ID] = true
	}
	for _, x := range rows {
		if own[x.ID] {
			continue
		}
		row, err := r.store.Recipient(ctx, x.ID)
		switch {
		case err == nil && (row.State != model.RecipientPending || row.Try != x.Try):
			continue // settled, or put back, by whoever claimed them
		case err != nil && !model.IsKind(err, model.KindNotFound):
			return held, err
		}
		claim, err := r.store.Claim(ctx, x.ClaimID())
		if err != nil {
			return held, err
		}
		if r.now().Sub(claim.At) < claimLife {
			held++
			continue
		}
		x.State, x.Reason, x.At = model.RecipientUnknown, "sender died", r.now()
		if err := r.lost(ctx, x); err != nil {
			return held, err
		}
	}
	return held, nil
}

// lost settles a recipient whose sender died. Whatever that one managed to write stays.
func (r *run) lost(ctx context.Context, x model.Recipient) error {
	if x.Try == 0 {
		if err := r.store.InsertLost(ctx, []model.Recipient{x}); err != nil {
			return err
		}
	}
	if err := r.store.MoveRecipient(ctx, x, x.Try, model.RecipientPending); err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	row, err := r.store.Recipient(ctx, x.ID)
	if err != nil {
		return err
	}
	if _, err = r.heard(ctx, r.b, row); err != nil {
		return err
	}
	_, err = r.store.AddProgress(ctx, r.b.ID, model.Progress{Done: map[string]int{string(model.RecipientUnknown): 1}}, r.now())
	return err
}

// account counts what a piece did, for the progress, and for the decision whether somebody must look before it goes
// on.
func (r *run) account(ctx context.Context, b model.Broadcast, rows []model.Recipient, refused *model.Recipient) error {
	add := model.Progress{Done: map[string]int{}}
	for _, x := range rows {
		if x.State == model.RecipientPending {
			add.Later++
			continue
		}
		add.Done[string(x.State)]++
		if x.Way != "" {
			add.Tried++
		}
		if x.State != model.RecipientAccepted && (x.ErrCode != 0 || x.State == model.RecipientFailed) {
			add.Refused++
		}
	}
	p, err := r.store.AddProgress(ctx, b.ID, add, r.now())
	switch {
	case err != nil:
		return err
	case refused != nil:
		return r.pauseBecause(ctx, b, fmt.Sprintf("微信不接受本账号发消息(错误码%d),群发已自动暂停", refused.ErrCode))
	case p.TooManyRefused():
		return r.pauseBecause(ctx, b, fmt.Sprintf("试了%d位,微信退回%d位,群发已自动暂停,请看原因再继续", p.Tried, p.Refused))
	}
	return nil
}

// sentCounts is what went on a day, to whom and which way; before is to whom something had gone already.
type sentCounts struct {
	day          model.Date
	people, ways map[string]int
	before       map[string]int
}

// sentTo counts what went, also for this turn's own cap.
func (r *run) sentTo(rows []model.Recipient) sentCounts {
	c := sentCounts{day: model.DateOf(r.now()), people: map[string]int{}, ways: map[string]int{}, before: map[string]int{}}
	for _, x := range rows {
		if x.State != model.RecipientAccepted {
			continue
		}
		c.people[x.IdentityID]++
		c.ways[model.WayID(model.ChannelOA, x.Way)]++
		c.before[x.IdentityID] = r.today[x.IdentityID]
		r.today[x.IdentityID]++
	}
	return c
}

// countSent counts for the day.
func (r *run) countSent(ctx context.Context, c sentCounts) error {
	err := r.store.CountSentBulk(ctx, c.people, c.before, c.day)
	for way, n := range c.ways {
		err = errors.Join(err, r.store.CountWay(ctx, way, n, c.day))
	}
	return err
}

// pauseBecause pauses the broadcast by itself and tells the office.
func (s *Service) pauseBecause(ctx context.Context, b model.Broadcast, why string) error {
	b, err := s.move(ctx, b.ID, engineEdit(why, s.now()), model.BroadcastPaused, func(b *model.Broadcast) error {
		b.Reason = why
		return nil
	})
	if model.IsKind(err, model.KindConflict) {
		return nil // somebody else stopped it already
	}
	if err != nil {
		return err
	}
	s.log.ErrorContext(ctx, "broadcast paused by itself", "broadcast", b.ID)
	key := fmt.Sprintf("broadcast:%s:%d", b.ID, b.Rev)
	if err := s.notify.TellOffice(ctx, key, "群发“"+b.Title+"”:"+why+"。"); err != nil {
		s.log.ErrorContext(ctx, "office not told of a pause", "error", err)
	}
	return nil
}

// handKey is the id of what a cadre tells for a recipient.
func handKey(r model.Recipient) string { return "bc:" + r.ID }

// handOver puts a recipient whom WeChat does not reach on the list of the household's cadre.
func (s *Service) handOver(ctx context.Context, b model.Broadcast, r model.Recipient) error {
	if r.State != model.RecipientByHand || len(r.Households) == 0 {
		return nil
	}
	until := b.Until
	if until == "" {
		until = model.DateOf(s.now()).AddDays(usualLife)
	}
	return s.store.PutHandNotice(ctx, model.HandNotice{
		ID: handKey(r), HouseholdID: r.Households[0], Text: b.Content.Fill(r.Vars).Text, At: s.now().UTC(), Until: until.AddDays(handDays).Start(),
	})
}

// handDays is how long after its last day a cadre may still tell it: until the next aid day.
const handDays = 31
