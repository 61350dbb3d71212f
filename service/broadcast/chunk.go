package broadcast

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// settle is how the outcomes of recipients are written: over their rows, or as new ones.
type settle func(context.Context, []model.Recipient) error

// chunk is a chunk of recipients on its way.
type chunk struct {
	*run
	settle settle
	stop   atomic.Pointer[model.Recipient] // the one that showed that WeChat refuses the whole account
	taken  []model.Recipient               // that another process has claimed
}

// sendChunk sends to recipients whom nobody else has claimed, by the engine that carries messages too. It says how many
// another process holds.
func (r *run) sendChunk(ctx context.Context, rows []model.Recipient, write settle) (held int, err error) {
	list, ids := make([]*model.Recipient, len(rows)), make([]string, len(rows))
	for i := range rows {
		list[i], ids[i] = &rows[i], rows[i].IdentityID
	}
	if err := r.ladder.Prefetch(ctx, Purpose, ids...); err != nil {
		return 0, err
	}
	p := &chunk{run: r, settle: write}
	err = notify.Flow[model.Recipient]{Write: p.write, Send: p.tell}.Run(ctx, list)
	ctx = context.WithoutCancel(ctx)
	err = errors.Join(err, r.forgetGone(ctx, r.b), r.notify.Reports(ctx, joinable(list)...))
	if countErr := r.countSent(ctx, r.sentTo(list)); countErr != nil {
		r.log.ErrorContext(ctx, "broadcast not counted for the day", "broadcast", r.b.ID, "error", countErr)
	}
	if err != nil || len(p.taken) == 0 {
		return 0, err
	}
	return r.abandoned(ctx, p.taken)
}

// write keeps what became of recipients and claims the next ones, right before they are sent to: whoever is claimed and
// has no outcome may have got it.
func (p *chunk) write(ctx context.Context, done, next []*model.Recipient) (mine []*model.Recipient, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if len(done) > 0 {
		if err := p.keep(ctx, done); err != nil {
			return nil, err
		}
	}
	if len(next) == 0 {
		return nil, nil
	}
	free, err := p.store.ClaimRecipients(ctx, next, engine, p.now())
	for i, x := range next {
		if free[i] {
			mine = append(mine, x)
		} else if err == nil {
			p.taken = append(p.taken, *x)
		}
	}
	return mine, err
}

// keep writes outcomes. First what follows from them, so that a crash forgets nobody; a pause, too: with the last
// outcome another lane may find that nobody waits any more.
func (p *chunk) keep(ctx context.Context, done []*model.Recipient) error {
	rows := make([]model.Recipient, len(done))
	for i, x := range done {
		rows[i] = *x
	}
	if err := p.handOver(ctx, p.b, rows...); err != nil {
		return err
	}
	if err := p.account(ctx, p.b, rows, p.stop.Load()); err != nil {
		return err
	}
	if err := p.notify.Joinable(ctx, joinable(done)...); err != nil {
		return err
	}
	return p.settle(ctx, rows)
}

// joinable are the recipients on whom WeChat will report.
func joinable(list []*model.Recipient) (joined []notify.Joined) {
	for _, x := range list {
		if unknown := x.State == model.RecipientUnknown; unknown || x.State == model.RecipientAccepted {
			to := model.Identity{ID: x.IdentityID, Channel: model.ChannelOA}
			joined = append(joined, notify.Joined{Key: handKey(x.ID), To: to, Way: x.Way, WechatID: x.WechatID, Unknown: unknown})
		}
	}
	return joined
}

// tell sends to one, unless WeChat refuses the whole account by now.
func (p *chunk) tell(ctx context.Context, x *model.Recipient) {
	if ctx.Err() != nil || p.stop.Load() != nil {
		p.putBack(x, p.now(), "stopped")
		return
	}
	if p.send(ctx, x) {
		p.stop.Store(x)
	}
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
	case r.b.Content.Missing(x.Vars) != "":
		x.State, x.Reason = model.RecipientFailed, model.SkipEmpty
		return false
	case content.Fault(fields, false) != "":
		x.State, x.Reason = model.RecipientFailed, model.SkipField
		return false
	}
	to := model.Identity{ID: x.IdentityID, Channel: model.ChannelOA, OpenID: x.OpenID, WindowUntil: x.WindowUntil}
	o, err := r.ladder.Attempt(ctx, contentFor(handKey(x.ID), content), to)
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
// process crashed, nobody knows whether WeChat got it: a second copy is worse than a gap that a person can see.
func (r *run) abandoned(ctx context.Context, rows []model.Recipient) (held int, err error) {
	for _, x := range rows {
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
		if err := r.markUnknown(ctx, x); err != nil {
			return held, err
		}
	}
	return held, nil
}

// markUnknown settles a recipient whose sender died. Whatever that one managed to write stays.
func (r *run) markUnknown(ctx context.Context, x model.Recipient) error {
	if x.Try == 0 {
		if err := r.store.InsertLost(ctx, []model.Recipient{x}); err != nil {
			return err
		}
	}
	if err := r.store.MoveRecipient(ctx, x, x.Try, model.RecipientPending); err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	lost := []*model.Recipient{&x}
	if err := errors.Join(r.notify.Joinable(ctx, joinable(lost)...), r.notify.Reports(ctx, joinable(lost)...)); err != nil {
		return err
	}
	_, err := r.store.AddProgress(ctx, r.b.ID, model.Progress{Done: map[string]int{string(model.RecipientUnknown): 1}}, r.now())
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
func (r *run) sentTo(rows []*model.Recipient) sentCounts {
	c := sentCounts{day: model.DateOf(r.now()), people: map[string]int{}, ways: map[string]int{}, before: map[string]int{}}
	for _, x := range rows {
		if x.State != model.RecipientAccepted {
			continue
		}
		c.people[x.IdentityID]++
		c.ways[model.ChannelKey(model.ChannelOA, x.Way)]++
		c.before[x.IdentityID] = r.today[x.IdentityID]
		r.today[x.IdentityID]++
	}
	return c
}

// countSent counts for the day.
func (r *run) countSent(ctx context.Context, c sentCounts) error {
	err := r.store.CountSentBulk(ctx, c.people, c.before, c.day)
	for way, n := range c.ways {
		err = errors.Join(err, r.store.IncrChannelCount(ctx, way, n, c.day))
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

// handKey is the key of what a recipient gets, among what is told in person and among deliveries.
func handKey(recipientID string) string { return keys + recipientID }

// handOver puts recipients whom WeChat does not reach on the lists of the households' cadres.
func (s *Service) handOver(ctx context.Context, b model.Broadcast, rows ...model.Recipient) error {
	until := b.Until
	if until == "" {
		until = model.DateOf(s.now()).AddDays(usualLife)
	}
	var list []model.InPersonNotice
	for _, r := range rows {
		if r.State == model.RecipientByHand && len(r.Households) > 0 {
			list = append(list, model.InPersonNotice{
				ID: handKey(r.ID), HouseholdID: r.Households[0], Text: b.Content.Fill(r.Vars).Text, At: s.now().UTC(), Until: until.AddDays(handDays).Start(),
			})
		}
	}
	return s.notify.QueueInPerson(ctx, list...)
}

// handDays is how long after its last day a cadre may still tell it: until the next aid day.
const handDays = 31
