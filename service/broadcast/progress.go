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

// Results are a page of the recipients, of one state unless that is empty; next is the cursor of the page after.
func (s *Service) Results(ctx context.Context, of access.Record[model.Broadcast], state model.RecipientState, after string, limit int) (page []Result, next string, err error) {
	id := of.ID()
	if after != "" {
		after = model.RecipientID(id, after)
	}
	rows, err := s.recipients(ctx, id, state, after, limit+1)
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
		id := model.RecipientID(b.ID, model.RecipientPerson(identity.ID))
		r, err := s.store.Recipient(ctx, id)
		switch {
		case model.IsKind(err, model.KindNotFound):
			ours, err = s.early(ctx, b, id, wechatID, result)
		case err == nil:
			ours, err = s.reported(ctx, b, r, wechatID, result)
		}
		if ours || err != nil {
			return ours, err
		}
	}
	return false, nil
}

// early keeps a report on somebody who is being sent to and has no row yet; whoever writes the row looks for it
// afterwards. It reports whether it is the broadcast's.
func (s *Service) early(ctx context.Context, b model.Broadcast, id, wechatID, result string) (bool, error) {
	first := model.Recipient{ID: id}
	if _, err := s.store.Claim(ctx, first.ClaimID()); err != nil {
		return false, ignore(err, model.KindNotFound) // nobody is sending to them
	}
	report := model.EarlyReport{ID: id, BroadcastID: b.ID, Recipient: id, WechatID: wechatID, Result: result, At: s.now().UTC()}
	if err := s.store.InsertReport(ctx, report); err != nil {
		return true, err
	}
	r, err := s.store.Recipient(ctx, id)
	if err != nil {
		return true, ignore(err, model.KindNotFound)
	}
	// The row came in between.
	if _, err := s.reported(ctx, b, r, wechatID, result); err != nil {
		return true, err
	}
	return true, s.store.DropReport(ctx, id)
}

// reported joins a report to the recipient if it is theirs.
func (s *Service) reported(ctx context.Context, b model.Broadcast, r model.Recipient, wechatID, result string) (bool, error) {
	if r.WechatID == "" && r.State == model.RecipientPending {
		if _, err := s.store.Claim(ctx, r.ClaimID()); err != nil {
			return false, ignore(err, model.KindNotFound) // nobody is sending to them
		}
	}
	return s.join(ctx, b, r, wechatID, result)
}

// join notes a report beside the outcome, if it has the id of their message, or they are being sent to and have no id
// yet. It may come before the outcome.
func (s *Service) join(ctx context.Context, b model.Broadcast, r model.Recipient, wechatID, result string) (ours bool, err error) {
	open := r.WechatID == "" && (r.State == model.RecipientUnknown || r.State == model.RecipientPending)
	if r.WechatID != wechatID && !open {
		return false, nil
	}
	result = strings.TrimSpace(strings.TrimPrefix(result, "failed:"))
	if r, err = s.store.ReportRecipient(ctx, r.ID, wechatID, result, s.now()); err != nil {
		return true, err
	}
	moved, err := s.heard(ctx, b, r)
	if err != nil || !moved {
		return true, err
	}
	// First the note, then the look: whoever finishes it looks the other way round.
	if _, err := s.store.AddProgress(ctx, b.ID, model.Progress{Reports: 1}, s.now()); err != nil {
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
	err = s.moveWithHand(ctx, b, r, r.Try, from)
	return err == nil, ignoreConflict(err)
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
		return errors.Join(err, s.store.DropHandNotice(ctx, handKey(r)))
	}
	return err
}

func ignore(err error, kind model.Kind) error {
	if model.IsKind(err, kind) {
		return nil
	}
	return err
}

// joinReports joins the reports that came before the rows they are about.
func (s *Service) joinReports(ctx context.Context, b model.Broadcast) error {
	list, err := s.store.Reports(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, early := range list {
		r, err := s.store.Recipient(ctx, early.Recipient)
		switch {
		case model.IsKind(err, model.KindNotFound):
			continue // it is being sent to
		case err != nil:
			return err
		case early.Result == model.ReportForget:
			err = s.store.ForgetRow(ctx, r.ID)
		default:
			_, err = s.join(ctx, b, r, early.WechatID, early.Result)
		}
		if err == nil {
			err = s.store.DropReport(ctx, early.ID)
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

// ToldByHand notes that the cadre of the households told a recipient whom WeChat did not reach. key is that of the hand
// notice; of another purpose's, or of a recipient of other households, it does nothing.
func (s *Service) ToldByHand(ctx context.Context, cadre access.Cadre, key string, houses []access.Household) error {
	id, ours := strings.CutPrefix(key, "bc:")
	if !ours {
		return nil
	}
	r, err := s.store.Recipient(ctx, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(houses, func(h access.Household) bool { return slices.Contains(r.Households, h.ID()) }) {
		return nil
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
		if err := s.know(ctx, b.NoticeID, h, model.NoticeTold, "cadre:"+cadre.ID(), ""); err != nil {
			return err
		}
	}
	return s.recount(ctx, b)
}
