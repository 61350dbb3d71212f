package broadcast

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
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
func (s *Service) Progress(ctx context.Context, of access.Record[model.Broadcast]) (Progress, error) {
	id := of.ID()
	b, err := s.store.Broadcast(ctx, id) // of now: those who watch ask again and again
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
func (s *Service) Reasons(ctx context.Context, of access.Record[model.Broadcast]) (map[string]int, error) {
	id := of.ID()
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

// Recipients are a page of the recipients by id, of one state unless that is empty; next is the cursor of the page after.
func (s *Service) Recipients(ctx context.Context, of access.Record[model.Broadcast], state model.RecipientState, after string, limit int) (page []model.Recipient, next string, err error) {
	if after != "" {
		after = model.RecipientID(of.ID(), after)
	}
	page, err = s.recipients(ctx, of.ID(), state, after, limit+1)
	if err == nil && len(page) > limit {
		page = page[:limit]
		next = page[limit-1].Person()
	}
	return page, next, err
}

// Named are the recipients with their names.
func (s *Service) Named(ctx context.Context, page []model.Recipient) (results []Result, err error) {
	for _, r := range page {
		name, err := s.nameOf(ctx, r)
		if err != nil {
			return nil, err
		}
		results = append(results, Result{r, name})
	}
	return results, nil
}

// recipients are those with a row and those who wait in batches, by id.
func (s *Service) recipients(ctx context.Context, id string, state model.RecipientState, after string, limit int) ([]model.Recipient, error) {
	rows, err := s.store.Recipients(ctx, id, state, after, int64(limit))
	if err != nil || state != "" && state != model.RecipientPending {
		return rows, err
	}
	byID := func(a, b model.Recipient) int { return strings.Compare(a.ID, b.ID) }
	first := func() {
		slices.SortFunc(rows, byID)
		rows = rows[:min(len(rows), limit)]
	}
	err = s.store.EachWaiting(ctx, id, func(r model.Recipient) error {
		if r.ID > after {
			rows = append(rows, r)
		}
		if len(rows) > 10*limit { // so that it stays small, however many wait
			first()
		}
		return nil
	})
	first()
	return rows, err
}

// Export calls f with every recipient, in no order.
func (s *Service) Export(ctx context.Context, of access.Record[model.Broadcast], f func(model.Recipient) error) error {
	id := of.ID()
	return errors.Join(s.store.EachRecipient(ctx, id, f), s.store.EachWaiting(ctx, id, f))
}

// reported notes what WeChat reports of a recipient beside their outcome, and moves them to it. One whose row is not
// written yet is found by whoever writes it.
func (s *Service) reported(ctx context.Context, key, wechatID, result string) error {
	id := strings.TrimPrefix(key, keys)
	result = strings.TrimSpace(strings.TrimPrefix(result, "failed:"))
	r, err := s.store.ReportRecipient(ctx, id, wechatID, result, s.now())
	if err != nil || result == model.ReportArrived && r.State == model.RecipientAccepted {
		return model.IgnoreKind(err, model.KindNotFound)
	}
	b, err := s.store.Broadcast(ctx, r.BroadcastID)
	if err != nil {
		return err
	}
	moved, err := s.reconcileReports(ctx, b, r)
	if err != nil || !moved {
		return err
	}
	// First the note, then the look: whoever finishes it looks the other way round.
	if _, err := s.store.AddProgress(ctx, b.ID, model.Progress{Reports: 1}, s.now()); err != nil {
		return err
	}
	return s.recount(ctx, b)
}

// reconcileReports moves a recipient to what WeChat reported, once their outcome is known to be waiting for that.
func (s *Service) reconcileReports(ctx context.Context, b model.Broadcast, r model.Recipient) (moved bool, err error) {
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
	err = s.moveWithHand(ctx, b, r, r.Try, from)
	return err == nil, model.IgnoreKind(err, model.KindConflict)
}

// moveWithHand moves a recipient, who may be one that a cadre is to tell from then on: the cadre's list comes first,
// so that a crash forgets nobody.
func (s *Service) moveWithHand(ctx context.Context, b model.Broadcast, r model.Recipient, try int, from ...model.RecipientState) error {
	if err := s.handOver(ctx, b, r); err != nil {
		return err
	}
	err := s.store.MoveRecipient(ctx, r, try, from...)
	if !model.IsKind(err, model.KindConflict) || r.State != model.RecipientByHand {
		return err
	}
	if now, rerr := s.store.Recipient(ctx, r.ID); rerr == nil && now.State != model.RecipientByHand {
		return errors.Join(err, s.notify.CancelInPerson(ctx, handKey(r.ID)))
	}
	return err
}

// forgetGone takes those out of their rows who unfollowed while their rows were being written.
func (s *Service) forgetGone(ctx context.Context, b model.Broadcast) error {
	list, err := s.store.Reports(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, gone := range list {
		err := s.store.ForgetRow(ctx, gone.Recipient)
		if model.IsKind(err, model.KindNotFound) {
			continue // they are being sent to
		}
		if err == nil {
			err = s.store.DropReport(ctx, gone.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
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

// toldInPerson notes that a cadre told a recipient's household, whom WeChat did not reach.
func (s *Service) toldInPerson(ctx context.Context, key, cadreID string) error {
	r, err := s.store.Recipient(ctx, strings.TrimPrefix(key, keys))
	if err != nil {
		return model.IgnoreKind(err, model.KindNotFound)
	}
	r.State, r.At = model.RecipientTold, s.now()
	if err := s.store.MoveRecipient(ctx, r, r.Try, model.RecipientByHand); err != nil {
		return model.IgnoreKind(err, model.KindConflict)
	}
	b, err := s.store.Broadcast(ctx, r.BroadcastID)
	if err != nil {
		return err
	}
	if b.NoticeID != "" {
		for _, h := range r.Households {
			if err := s.know(ctx, b.NoticeID, h, model.NoticeTold, "cadre:"+cadreID, ""); err != nil {
				return err
			}
		}
	}
	return s.recount(ctx, b)
}
