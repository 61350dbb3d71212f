package broadcast

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	// massList is how many people one call of the mass send names: one fewer than may be, because WeChat refuses a
	// last list of one person, who then joins the list before.
	massList = wechat.MaxMass - 1
	// massPerMonth is how many mass messages WeChat lets a follower have.
	massPerMonth = 4
	// massPoll is how often WeChat is asked what became of a mass message whose report does not come.
	massPoll = 2 * time.Minute
	// massAdmin is how long an administrator of the account has to agree.
	massAdmin = 30 * time.Minute
	// massKnown is for how long WeChat surely knows a clientmsgid, a little less than the day that it promises.
	massKnown = 23 * time.Hour
)

var errTag = model.NewError(model.KindInvalid, "tag_empty", "这个标签下一个人也没有,不能发;系统不会改成发给所有人")

// massCount names the count of mass messages of a follower.
func massCount(identityID string) string { return "mass/" + identityID }

// monthStart is the day under which the mass messages of a month are counted.
func monthStart(t time.Time) model.Date { return model.Date(model.DateOf(t).Period() + "-01") }

func massJobID(broadcastID string, n int) string { return fmt.Sprintf("%s/%04d", broadcastID, n) }

// massPlace is the list of the n-th recipient; all who have a tag are one message.
func massPlace(b model.Broadcast, n int) int {
	if b.Audience.TagID > 0 {
		return 0
	}
	return n / massList
}

// massLeast is how few people a mass message may have.
func massLeast(b model.Broadcast) int {
	if b.Audience.TagID > 0 {
		return 1
	}
	return wechat.MinMass
}

// Tags of the account's followers.
func (s *Service) Tags(ctx context.Context) ([]wechat.Tag, error) {
	tags, err := s.oa.Tags(ctx)
	if err != nil {
		return nil, weChatSays(err)
	}
	return tags, nil
}

// tagged yields a row for every follower with the tag. A tag without anybody is refused.
func (s *Service) tagged(ctx context.Context, b model.Broadcast, yield func(model.Recipient) error) error {
	n := 0
	for page, err := range s.oa.TagMembers(ctx, b.Audience.TagID) {
		if err != nil {
			return weChatSays(err)
		}
		for _, openID := range page {
			identityID := model.IdentityID(model.ChannelOA, openID)
			id := model.RecipientID(b.ID, model.RecipientPerson(identityID))
			n++
			r := model.Recipient{ID: id, BroadcastID: b.ID, Lane: laneOf(id), IdentityID: identityID, OpenID: openID, State: model.RecipientPending}
			if err := yield(r); err != nil {
				return err
			}
		}
	}
	if n == 0 {
		return errTag
	}
	return nil
}

// weChatSays turns WeChat's refusal of what a person asked for into a sentence for them.
func weChatSays(err error) error {
	switch wechat.ClassOf(err) {
	case wechat.ClassPayload:
		return model.NewError(model.KindInvalid, "wechat_refused", fmt.Sprintf("微信不接受(错误码%d)", wechat.CodeOf(err))).Wrap(err)
	case wechat.ClassUnknown:
		return err
	}
	return model.NewError(model.KindUnavailable, "wechat_away", fmt.Sprintf("微信这会儿不行(错误码%d),请稍后再试", wechat.CodeOf(err))).Wrap(err)
}

// makeMassJobs makes a job for each list of recipients; followers with a tag are one job.
func (s *Service) makeMassJobs(ctx context.Context, b model.Broadcast) error {
	people, last := map[string]int{}, map[string]string{}
	err := s.store.EachRecipient(ctx, b.ID, func(r model.Recipient) error {
		if r.MassJob != "" {
			people[r.MassJob]++
			last[r.MassJob] = r.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(people); n > 1 && people[massJobID(b.ID, n-1)] == 1 {
		lone, before := massJobID(b.ID, n-1), massJobID(b.ID, n-2)
		if err := s.store.SetMassJob(ctx, last[lone], before); err != nil {
			return err
		}
		people[before]++
		delete(people, lone)
	}
	for id, n := range people {
		j := model.MassJob{ID: id, BroadcastID: b.ID, ClientID: wechat.ShortID(id), People: n, State: model.MassQueued, At: s.now().UTC()}
		if err := s.store.InsertMassJob(ctx, j); err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	return nil
}

// RunMass hands the mass messages of a broadcast over to WeChat, one after the other, and asks how they went.
func (s *Service) RunMass(ctx context.Context, id string) error {
	jobs, err := s.store.MassJobs(ctx, id)
	if err != nil {
		return err
	}
	var next time.Time
	for _, j := range jobs {
		b, err := s.store.Broadcast(ctx, id)
		if err != nil || b.State != model.BroadcastRunning {
			return err
		}
		at, err := s.massStep(ctx, b, j)
		if err != nil {
			return err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if !next.IsZero() {
		return queue.RetryAt{At: next, Err: errWaits}
	}
	b, err := s.store.Broadcast(ctx, id)
	if err != nil || b.State != model.BroadcastRunning {
		return err
	}
	return s.finish(ctx, b)
}

// massStep brings one mass message on, and says when to look again; zero when it is over.
func (s *Service) massStep(ctx context.Context, b model.Broadcast, j model.MassJob) (time.Time, error) {
	switch j.State {
	case model.MassQueued:
		if b.Until != "" && model.DateOf(s.now()) > b.Until {
			return time.Time{}, s.massOver(ctx, j, model.SkipExpired, 0)
		}
		return s.massSend(ctx, b, j)
	case model.MassWaiting, model.MassSending:
		if at := j.AskedAt.Add(massPoll); s.now().Before(at) {
			return at, nil
		}
		return s.massAsk(ctx, j)
	}
	return time.Time{}, nil
}

// massSend hands one over. It may be repeated: within a day WeChat knows the clientmsgid and answers with the same
// message. Once that day is over nobody can find out any more whether a call that got no answer was taken.
func (s *Service) massSend(ctx context.Context, b model.Broadcast, j model.MassJob) (time.Time, error) {
	if !j.TriedAt.IsZero() && s.now().Sub(j.TriedAt) > massKnown {
		return time.Time{}, s.massLost(ctx, j)
	}
	if n, wait := s.limits.Grant(ctx, "mass", 1, 1); n == 0 { // WeChat takes 60 a minute
		return s.now().Add(max(wait, time.Second)), nil
	}
	if j.TriedAt.IsZero() {
		j.TriedAt = s.now().UTC()
		if err := s.store.MoveMassJob(ctx, j, model.MassQueued); err != nil {
			return time.Time{}, model.IgnoreKind(err, model.KindConflict)
		}
	}
	res, err := s.massCall(ctx, b, j)
	j.MsgID, j.ErrCode, j.AskedAt, j.At = res.MsgID, wechat.CodeOf(err), s.now().UTC(), s.now().UTC()
	switch class := wechat.ClassOf(err); {
	case err == nil:
		j.State = model.MassSending
	case class == wechat.ClassPending:
		j.State = model.MassWaiting
	case class == wechat.ClassRetry, class == wechat.ClassToken, class == wechat.ClassMinute, class == wechat.ClassUnknown:
		return s.now().Add(time.Minute), nil // the clientmsgid keeps it from going twice
	case class == wechat.ClassDay, class == wechat.ClassAccount:
		return s.massRefused(ctx, b, j, class)
	default:
		return time.Time{}, s.massOver(ctx, j, string(class), j.ErrCode)
	}
	if err := s.store.MoveMassJob(ctx, j, model.MassQueued); err != nil {
		return time.Time{}, model.IgnoreKind(err, model.KindConflict)
	}
	return s.now().Add(massPoll), s.massTaken(ctx, j)
}

// massRefused keeps one that WeChat surely did not take for later: until midnight, or until somebody has mended the
// account.
func (s *Service) massRefused(ctx context.Context, b model.Broadcast, j model.MassJob, class wechat.Class) (time.Time, error) {
	j.TriedAt = time.Time{}
	if err := s.store.MoveMassJob(ctx, j, model.MassQueued); err != nil {
		return time.Time{}, model.IgnoreKind(err, model.KindConflict)
	}
	if class == wechat.ClassDay {
		return s.massNoQuota(ctx, b, j)
	}
	return time.Time{}, s.pauseBecause(ctx, b, fmt.Sprintf("微信不接受本账号群发(错误码%d),已自动暂停", j.ErrCode))
}

// massNoAnswer is the result of a mass message of which nobody knows whether WeChat sent it.
const massNoAnswer = "no answer"

// massLost settles one of which nobody knows whether WeChat has it.
func (s *Service) massLost(ctx context.Context, j model.MassJob) error {
	if err := s.store.SettleMass(ctx, j.ID, model.RecipientUnknown, massNoAnswer, j.ErrCode, s.now(), model.RecipientPending); err != nil {
		return err
	}
	from := j.State
	j.State, j.Result, j.At = model.MassFailed, massNoAnswer, s.now().UTC()
	return model.IgnoreKind(s.store.MoveMassJob(ctx, j, from), model.KindConflict)
}

// massAgain has the messages sent once more that surely reached nobody, each under a new clientmsgid: WeChat would
// answer the old one with the message that failed. Their recipients are pending again already.
func (s *Service) massAgain(ctx context.Context, b model.Broadcast) error {
	jobs, err := s.store.MassJobs(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.State != model.MassFailed || j.Result == massNoAnswer {
			continue
		}
		again := model.MassJob{ID: j.ID, BroadcastID: j.BroadcastID, People: j.People, Try: j.Try + 1, State: model.MassQueued, At: s.now().UTC()}
		again.ClientID = wechat.ShortID(fmt.Sprintf("%s/%d", again.ID, again.Try))
		if err := s.store.MoveMassJob(ctx, again, model.MassFailed); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) massCall(ctx context.Context, b model.Broadcast, j model.MassJob) (wechat.MassResult, error) {
	text := b.Content.Fill(nil).Text
	if b.Audience.TagID > 0 {
		res, err := s.oa.MassByTag(ctx, b.Audience.TagID, text, j.ClientID)
		s.notify.CountMass(err)
		return res, err
	}
	rows, err := s.store.MassRecipients(ctx, j.ID)
	if err != nil {
		return wechat.MassResult{}, err
	}
	openIDs := make([]string, 0, len(rows))
	for _, r := range rows {
		if r.State == model.RecipientPending && r.OpenID != "" {
			openIDs = append(openIDs, r.OpenID)
		}
	}
	slices.Sort(openIDs)
	res, err := s.oa.MassTo(ctx, openIDs, text, j.ClientID)
	s.notify.CountMass(err)
	return res, err
}

// massTaken settles the recipients of a message that WeChat has, and counts it among their four of the month.
func (s *Service) massTaken(ctx context.Context, j model.MassJob) error {
	if j.State != model.MassSending {
		return nil
	}
	rows, err := s.store.MassRecipients(ctx, j.ID)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, r := range rows {
		if r.State == model.RecipientPending {
			counts[massCount(r.IdentityID)]++
		}
	}
	if len(counts) == 0 {
		return nil
	}
	if err := s.store.SettleMass(ctx, j.ID, model.RecipientAccepted, "", 0, s.now(), model.RecipientPending); err != nil {
		return err
	}
	if err := s.store.CountSentBulk(ctx, counts, nil, monthStart(s.now())); err != nil {
		s.log.ErrorContext(ctx, "mass message not counted for the month", "broadcast", j.BroadcastID, "error", err)
	}
	done := model.Progress{Done: map[string]int{string(model.RecipientAccepted): len(counts)}, Tried: len(counts)}
	_, err = s.store.AddProgress(ctx, j.BroadcastID, done, s.now())
	return err
}

// massNoQuota waits for midnight in Shanghai, when the account may send again, and tells the office.
func (s *Service) massNoQuota(ctx context.Context, b model.Broadcast, j model.MassJob) (time.Time, error) {
	midnight := model.DateOf(s.now()).AddDays(1).Start()
	key := fmt.Sprintf("mass:%s:%s", b.ID, model.DateOf(s.now()))
	text := fmt.Sprintf("群发“%s”:今天的群发次数用完了(错误码%d),明天零点以后自动接着发。", b.Title, j.ErrCode)
	if err := s.notify.TellOffice(ctx, key, text); err != nil {
		s.log.ErrorContext(ctx, "office not told of a quota", "error", err)
	}
	return midnight, nil
}

// massAsk asks WeChat what became of a message.
func (s *Service) massAsk(ctx context.Context, j model.MassJob) (time.Time, error) {
	if j.MsgID == "" {
		// An administrator had to agree first, and WeChat gave no id: asking again with the same clientmsgid gives it.
		if s.now().Sub(j.TriedAt) > massAdmin {
			return time.Time{}, s.massOver(ctx, j, "administrator did not agree", j.ErrCode)
		}
		again := j
		again.State = model.MassQueued
		if err := s.store.MoveMassJob(ctx, again, model.MassWaiting); err != nil {
			return time.Time{}, model.IgnoreKind(err, model.KindConflict)
		}
		return s.now().Add(time.Second), nil
	}
	state, err := s.oa.MassStatus(ctx, j.MsgID)
	if err != nil {
		return s.now().Add(massPoll), nil
	}
	switch state {
	case wechat.MassSent, wechat.MassDeleted:
		return time.Time{}, s.massEnd(ctx, j, model.MassSent, string(state))
	case wechat.MassFailed:
		return time.Time{}, s.massEnd(ctx, j, model.MassFailed, string(state))
	}
	if s.now().Sub(j.TriedAt) > massKnown { // it never says how it ended
		if j.State == model.MassWaiting {
			return time.Time{}, s.massLost(ctx, j)
		}
		return time.Time{}, s.massEnd(ctx, j, model.MassSent, "no report")
	}
	j.AskedAt = s.now().UTC()
	if err := s.store.MoveMassJob(ctx, j, j.State); err != nil {
		return time.Time{}, model.IgnoreKind(err, model.KindConflict)
	}
	return s.now().Add(massPoll), nil
}

// massEnd settles a message that WeChat had: the recipients first, so that a crash leaves something to go on with.
func (s *Service) massEnd(ctx context.Context, j model.MassJob, state model.MassState, result string) error {
	to, code, from := model.RecipientAccepted, int64(0), []model.RecipientState{model.RecipientPending}
	if state == model.MassFailed {
		to, code, from = model.RecipientFailed, j.ErrCode, append(from, model.RecipientAccepted)
	}
	if j.State == model.MassWaiting && state == model.MassSent {
		j.State = model.MassSending // the administrator agreed; whoever notices first counts it
		err := s.store.MoveMassJob(ctx, j, model.MassWaiting)
		if err == nil {
			err = s.massTaken(ctx, j)
		}
		if err != nil {
			return model.IgnoreKind(err, model.KindConflict)
		}
	}
	reason := result
	if to == model.RecipientAccepted {
		reason = ""
	}
	if err := s.store.SettleMass(ctx, j.ID, to, reason, code, s.now(), from...); err != nil {
		return err
	}
	j.State, j.Result, j.At = state, result, s.now().UTC()
	return model.IgnoreKind(s.store.MoveMassJob(ctx, j, model.MassQueued, model.MassWaiting, model.MassSending), model.KindConflict)
}

// massOver settles a message that WeChat never took.
func (s *Service) massOver(ctx context.Context, j model.MassJob, why string, code int64) error {
	j.ErrCode = code
	return s.massEnd(ctx, j, model.MassFailed, why)
}

// MassFinished takes WeChat's report on a mass message (MASSSENDJOBFINISH). It comes from WeChat itself, not from a
// person. The same report again changes nothing.
func (s *Service) MassFinished(ctx context.Context, in model.Inbound) error {
	j, err := s.massJob(ctx, in.JobID)
	if err != nil {
		return model.IgnoreKind(err, model.KindNotFound) // not ours
	}
	j.Report = in.Mass
	if j.Ended() { // we have asked WeChat meanwhile
		return s.store.MoveMassJob(ctx, j, j.State)
	}
	state := model.MassSent
	if in.Status != massSuccess {
		state = model.MassFailed
	}
	if err := s.massEnd(ctx, j, state, in.Status); err != nil {
		return err
	}
	b, err := s.store.Broadcast(ctx, j.BroadcastID)
	if err != nil || b.State != model.BroadcastRunning {
		return err
	}
	jobs, err := s.store.MassJobs(ctx, b.ID)
	if err != nil || slices.ContainsFunc(jobs, func(j model.MassJob) bool { return !j.Ended() }) {
		return err
	}
	return s.finish(ctx, b)
}

// massJob is the job that WeChat reports on. The report may overtake the answer to our call, so it is waited for a
// little; if it is missed, WeChat is asked.
func (s *Service) massJob(ctx context.Context, msgID string) (j model.MassJob, err error) {
	for range 10 {
		j, err = s.store.MassJobByMsg(ctx, msgID)
		if !model.IsKind(err, model.KindNotFound) || wait(ctx, 300*time.Millisecond) != nil {
			return j, err
		}
	}
	return j, err
}

// massSuccess is WeChat's word for a mass message that went.
const massSuccess = "send success"

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(min(max(d, time.Millisecond), time.Second))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
