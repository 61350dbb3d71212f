package broadcast

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
)

// Progress is how a broadcast stands.
type Progress struct {
	State   model.BroadcastState
	Counts  map[string]int // by RecipientState
	Total   int
	Rest    int            // who wait still
	Reasons map[string]int // why not, by reason
	PerSec  float64        // sent a second, over the last turn
	Reason  string         // why it is paused or went back
	Merged  int
	At      time.Time
	Jobs    []model.MassJob
}

// Progress of a broadcast, as it is counted while it runs; the rows are counted when it is frozen, and again when it
// has finished.
func (s *Service) Progress(ctx context.Context, staff model.Staff, id string) (Progress, error) {
	b, err := s.within(ctx, staff, model.MayReadNotices, id)
	if err != nil {
		return Progress{}, err
	}
	o := Progress{State: b.State, Counts: b.Counts, Reason: b.Reason, Merged: b.Merged, At: b.UpdatedAt}
	for _, n := range b.Counts {
		o.Total += n
	}
	if b.Mass {
		if o.Jobs, err = s.store.MassJobs(ctx, id); err != nil {
			return o, err
		}
	}
	p, err := s.store.Progress(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	if o.At = p.LatestAt; b.State != model.BroadcastFinished {
		o.Counts = live(b.Counts, p.Done)
	}
	if d := p.LatestAt.Sub(p.BeganAt).Seconds(); d > 0 {
		o.PerSec = float64(p.Done[string(model.RecipientAccepted)]) / d
	}
	o.Rest = o.Counts[string(model.RecipientPending)]
	return o, nil
}

// live are the counts of the freeze, moved on by what was done since.
func live(frozen, done map[string]int) map[string]int {
	counts := map[string]int{}
	for state, n := range frozen {
		counts[state] = n
	}
	for state, n := range done {
		counts[state] += n
		counts[string(model.RecipientPending)] -= n
	}
	counts[string(model.RecipientPending)] = max(counts[string(model.RecipientPending)], 0)
	return counts
}

// Reasons counts why recipients have it not, by state and reason. It reads every row.
func (s *Service) Reasons(ctx context.Context, staff model.Staff, id string) (map[string]int, error) {
	if _, err := s.within(ctx, staff, model.MayReadNotices, id); err != nil {
		return nil, err
	}
	reasons := map[string]int{}
	err := s.store.EachRecipient(ctx, id, func(r model.Recipient) error {
		if r.Reason != "" {
			reasons[string(r.State)+":"+r.Reason]++
		}
		return nil
	})
	return reasons, err
}

// Result is one recipient with what became of them. Name is masked.
type Result struct {
	model.Recipient
	Name string
}

// Results are a page of the recipients, of one state unless that is empty; next is the cursor of the page after.
func (s *Service) Results(ctx context.Context, staff model.Staff, id string, state model.RecipientState, after string, limit int) (page []Result, next string, err error) {
	if _, err := s.within(ctx, staff, model.MayReadNotices, id); err != nil {
		return nil, "", err
	}
	if after != "" {
		after = model.RecipientID(id, after)
	}
	rows, err := s.store.Recipients(ctx, id, state, after, int64(limit)+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Person()
	}
	for _, r := range rows {
		name, err := s.nameOf(ctx, r)
		if err != nil {
			return nil, "", err
		}
		page = append(page, Result{r, name})
	}
	return page, next, nil
}

// Export calls f with every recipient, in no order.
func (s *Service) Export(ctx context.Context, staff model.Staff, id string, f func(model.Recipient) error) error {
	if _, err := s.within(ctx, staff, model.MayReadNotices, id); err != nil {
		return err
	}
	return s.store.EachRecipient(ctx, id, f)
}

// reportsWithin is how long after a broadcast WeChat reports at the latest.
const reportsWithin = time.Hour

// Delivered takes WeChat's report on a template message (TEMPLATESENDJOBFINISH). It reports whether the message was a
// broadcast's. Of a recipient whose outcome nobody knew it is the outcome.
func (s *Service) Delivered(ctx context.Context, identity model.Identity, wechatID, result string) (ours bool, err error) {
	if wechatID == "" {
		return false, nil
	}
	list, err := s.store.BroadcastsIn(ctx, model.BroadcastRunning, model.BroadcastPaused, model.BroadcastFinished, model.BroadcastCancelled)
	if err != nil {
		return false, err
	}
	for _, b := range slices.Backward(list) {
		if b.Mass || !b.Frozen || !b.FinishedAt.IsZero() && s.now().Sub(b.FinishedAt) > reportsWithin {
			continue
		}
		r, err := s.store.Recipient(ctx, model.RecipientID(b.ID, model.RecipientPerson(identity.ID)))
		if model.IsKind(err, model.KindNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if ours, err = s.reported(ctx, b, r, wechatID, result); ours || err != nil {
			return ours, err
		}
	}
	return false, nil
}

// reported joins a report to the recipient if it is theirs: it has the id of their message, or they are being sent to
// and have no id yet. The report is noted beside the outcome, because it may come before it.
func (s *Service) reported(ctx context.Context, b model.Broadcast, r model.Recipient, wechatID, result string) (bool, error) {
	open := r.WechatID == "" && (r.State == model.RecipientUnknown || r.State == model.RecipientPending)
	if r.WechatID != wechatID && !open {
		return false, nil
	}
	if open && r.State == model.RecipientPending {
		if _, err := s.store.Claim(ctx, r.ClaimID()); err != nil {
			return false, ignore(err, model.KindNotFound) // nobody is sending to them
		}
	}
	result = strings.TrimSpace(strings.TrimPrefix(result, "failed:"))
	r, err := s.store.ReportRecipient(ctx, r.ID, wechatID, result, s.now())
	if err != nil {
		return true, err
	}
	moved, err := s.heard(ctx, b, r)
	if err != nil || !moved {
		return true, err
	}
	return true, s.recount(ctx, b)
}

// heard moves a recipient to what WeChat reported, once their outcome is known to be waiting for that. Whoever writes
// the outcome and whoever writes the report both look afterwards, so that the later one finds both.
func (s *Service) heard(ctx context.Context, b model.Broadcast, r model.Recipient) (moved bool, err error) {
	from := r.State
	switch {
	case r.Report == "", from != model.RecipientUnknown && from != model.RecipientAccepted:
		return false, nil
	case r.Report == model.ReportArrived && from == model.RecipientAccepted:
		return false, nil
	case r.Report == model.ReportArrived:
		r.State, r.Reason = model.RecipientAccepted, ""
	default:
		r.State, r.Reason = model.RecipientFailed, r.Report
		if b.ByHand {
			r.State = model.RecipientByHand
		}
	}
	if err := s.store.MoveRecipient(ctx, r, r.Try, from); err != nil {
		return false, ignoreConflict(err)
	}
	return true, s.handOver(ctx, b, r)
}

func ignore(err error, kind model.Kind) error {
	if model.IsKind(err, kind) {
		return nil
	}
	return err
}

// doubt settles a recipient of whom nobody knows whether WeChat has it, unless its report says so already.
func (s *Service) doubt(ctx context.Context, b model.Broadcast, r model.Recipient) error {
	r.State = model.RecipientUnknown
	if err := s.store.MoveRecipient(ctx, r, r.Try, model.RecipientPending); err != nil {
		return ignoreConflict(err)
	}
	r, err := s.store.Recipient(ctx, r.ID)
	if err == nil {
		_, err = s.heard(ctx, b, r)
	}
	return err
}

// recount writes the counts of the rows into a broadcast that has finished.
func (s *Service) recount(ctx context.Context, b model.Broadcast) error {
	b, err := s.store.Broadcast(ctx, b.ID)
	if err != nil || b.State != model.BroadcastFinished {
		return err
	}
	counts, err := s.store.CountRecipients(ctx, b.ID)
	if err != nil {
		return err
	}
	_, err = s.store.ChangeBroadcast(ctx, b.ID, 0, engineEdit("重新数", s.now()), func(b *model.Broadcast) error {
		b.Counts = counts
		return nil
	})
	return err
}

// ToldByHand notes that a cadre told a recipient whom WeChat did not reach. key is that of the hand notice; of another
// purpose's it does nothing.
func (s *Service) ToldByHand(ctx context.Context, key, by string) error {
	id, ours := strings.CutPrefix(key, "bc:")
	if !ours {
		return nil
	}
	r, err := s.store.Recipient(ctx, id)
	if err != nil {
		return err
	}
	r.State, r.At = model.RecipientTold, s.now()
	if err := s.store.MoveRecipient(ctx, r, r.Try, model.RecipientByHand); err != nil {
		return ignoreConflict(err)
	}
	b, err := s.store.Broadcast(ctx, r.BroadcastID)
	if err != nil || b.NoticeID == "" {
		return err
	}
	for _, h := range r.Households {
		if err := s.know(ctx, b.NoticeID, h, model.NoticeTold, by, ""); err != nil {
			return err
		}
	}
	return s.recount(ctx, b)
}
