package broadcast

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// fields are those of every template that a broadcast fills in.
var fields = notify.TemplateFields

// Draft is what its author decides of a broadcast.
type Draft struct {
	Title    string
	NoticeID string
	Mass     bool
	Audience model.BroadcastAudience
	Content  model.BroadcastContent
	ByHand   bool
	Until    model.Date // the last day on which it is worth sending; empty: seven days from the start
	Rate     int        // a second; 0: usualRate
}

// usualRate is how many a second go where the author says nothing.
const usualRate = 50

var (
	errAudience = model.NewError(model.KindInvalid, "broadcast_audience", "请选发给户还是发给干部")
	errUnits    = model.NewError(model.KindForbidden, "not_your_units", "只能发给您岗位范围内的单位")
	errFilter   = model.NewError(model.KindInvalid, "filter_not_usable", "这个筛选按文字或补充项目挑户,群发用不了,请改用单位、户情、属性")
	errAges     = model.NewError(model.KindForbidden, "ages_hidden", "按年龄挑户要有看得到出生日期的岗位;请扶贫办来写,或者改用单位、户情、属性")
	errUntil    = model.NewError(model.KindInvalid, "broadcast_until", "最后一天已经过了")
)

// Create begins a broadcast.
func (s *Service) Create(ctx context.Context, l access.Lists, d Draft) (model.Broadcast, error) {
	b := model.Broadcast{
		ID: "B-" + s.now().In(model.Shanghai).Format("20060102-150405") + "-" + rand.Text()[:4], State: model.BroadcastDraft,
		Record: model.NewRecord(s.now(), l.Actor()), Scope: scopeOf(l.Pass),
	}
	if err := s.write(ctx, l.Pass, &b, d); err != nil {
		return b, err
	}
	return b, s.store.InsertBroadcast(ctx, b)
}

// Change changes a broadcast that has not begun, from the revision that was looked at. It is a draft then: an approval
// is void.
func (s *Service) Change(ctx context.Context, of access.Record[model.Broadcast], rev int64, d Draft) (model.Broadcast, error) {
	id := of.ID()
	return s.store.ChangeBroadcast(ctx, id, rev, of.Pass.ChangeInfo(s.now(), "修改"), func(b *model.Broadcast) error {
		if !b.State.May(model.BroadcastDraft) || b.State == model.BroadcastPreparing {
			return errState
		}
		b.State, b.SubmittedBy, b.ApprovedBy, b.ApprovedSum, b.ScheduledAt, b.Reason = model.BroadcastDraft, "", "", "", time.Time{}, ""
		b.Scope = scopeOf(of.Pass)
		return s.write(ctx, of.Pass, b, d)
	})
}

func (s *Service) write(ctx context.Context, by access.Pass, b *model.Broadcast, d Draft) error {
	if d.Rate == 0 {
		d.Rate = usualRate
	}
	if !s.mayChooseAges(ctx, by.Staff(), b, d.Audience) {
		return errAges
	}
	b.Title, b.NoticeID, b.Mass, b.Audience, b.Content = d.Title, d.NoticeID, d.Mass, d.Audience, d.Content
	b.ByHand, b.Until, b.Rate, b.NoticeV = d.ByHand, d.Until, d.Rate, 0
	if d.Mass {
		b.ByHand = false
	}
	if d.Audience.To != "households" && d.Audience.To != "cadres" {
		return errAudience
	}
	if d.Until != "" && d.Until < model.DateOf(s.now()) {
		return errUntil
	}
	if d.NoticeID != "" {
		n, err := s.store.Notice(ctx, d.NoticeID)
		if err != nil {
			return err
		}
		b.NoticeV = n.Version
	}
	if err := s.takeFilter(ctx, by, b); err != nil {
		return err
	}
	if units := b.Audience.Units; len(units) > 0 {
		if ok, err := s.access.InAll(ctx, by, units); err != nil {
			return err
		} else if !ok {
			return errUnits
		}
	}
	return b.Content.Check(fields, b.Mass, b.Audience)
}

// mayChooseAges reports whether the audience may go by these ages. Who reads no birth dates could learn them from who is
// in the preview, age by age; ages that somebody else chose stay.
func (s *Service) mayChooseAges(ctx context.Context, staff model.Staff, b *model.Broadcast, a model.BroadcastAudience) bool {
	if a.AgeFrom == 0 && a.AgeTo == 0 || a.AgeFrom == b.Audience.AgeFrom && a.AgeTo == b.Audience.AgeTo {
		return true
	}
	if len(b.Scope) == 0 {
		return staff.CanReadFields(model.GroupIdentity, nil)
	}
	return !slices.ContainsFunc(b.Scope, func(unit string) bool {
		path, err := s.access.UnitPath(ctx, unit)
		return err != nil || !staff.CanReadFields(model.GroupIdentity, path)
	})
}

// takeFilter writes what a saved filter says into the audience, so that what is approved cannot change with it.
func (s *Service) takeFilter(ctx context.Context, by access.Pass, b *model.Broadcast) error {
	if b.Audience.Filter == "" {
		return nil
	}
	f, err := s.store.SavedFilter(ctx, by.Staff().ID+"/"+b.Audience.Filter)
	if err != nil {
		return err
	}
	if f.Text != "" || len(f.Attrs) > 0 {
		return errFilter
	}
	if f.UnitID != "" {
		b.Audience.Units = []string{f.UnitID}
	}
	if f.Status != "" {
		b.Audience.Statuses = []model.HouseholdStatus{f.Status}
	}
	if f.Attribute != "" {
		b.Audience.Attributes = []string{f.Attribute}
	}
	return nil
}

// Broadcast by id, for staff who may read it.
func (s *Service) Broadcast(ctx context.Context, of access.Record[model.Broadcast]) (model.Broadcast, error) {
	return of.Record(), nil
}

// History is who changed a broadcast, and how, oldest first.
func (s *Service) History(ctx context.Context, of access.Record[model.Broadcast]) ([]model.Revision, error) {
	id := of.ID()
	return s.store.BroadcastHistory(ctx, id)
}

// List is a page of broadcasts, latest first; next is the cursor of the page after, empty at the end. A page may be
// shorter than limit where the member of staff does not see all.
func (s *Service) List(ctx context.Context, l access.Lists, before string, limit int) (page []model.Broadcast, next string, err error) {
	list, err := s.store.BroadcastsBefore(ctx, before, int64(limit)+1)
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	for _, b := range list {
		ok, err := s.access.InAll(ctx, l.Pass, b.Scope)
		if err != nil {
			return nil, "", err
		}
		if ok {
			page = append(page, b)
		}
	}
	return page, next, err
}

var errNoPhone = model.NewError(model.KindInvalid, "staff_not_bound", "试发要发到您自己的微信。请先在公众号里登记成干部,并让管理员在您的登录名上填干部编号")

// Test sends the broadcast to its author's own WeChat, as somebody of its audience would read it.
func (s *Service) Test(ctx context.Context, of access.Record[model.Broadcast]) (model.Broadcast, notify.Outcome, error) {
	id := of.ID()
	b := of.Record()
	if !b.State.May(model.BroadcastTestSent) {
		return b, notify.Outcome{}, errState
	}
	to, err := s.identityOf(ctx, of.Staff().CadreID)
	if err != nil {
		return b, notify.Outcome{}, err
	}
	filled := b.Content
	if !b.Mass { // which is one text for all
		like, err := s.sample(ctx, b)
		if err != nil {
			return b, notify.Outcome{}, err
		}
		filled = b.Content.Fill(like.Vars)
	}
	var o notify.Outcome
	if b.Mass {
		o.State, err = model.MessageAccepted, s.oa.Preview(ctx, to.OpenID, filled.Text)
		o.ErrCode, o.Reason = wechat.CodeOf(err), string(wechat.ClassOf(err))
	} else {
		ladder, lerr := s.notify.DeliveryPolicy(ctx)
		if lerr != nil {
			return b, o, lerr
		}
		o, err = ladder.Attempt(ctx, contentFor(fmt.Sprintf("test:%s:%d", b.ID, b.Rev), filled), to)
	}
	if err != nil || o.State != model.MessageAccepted {
		return b, o, model.NewError(model.KindUnavailable, "test_not_sent",
			fmt.Sprintf("试发没有送到(微信错误码%d,%s)", o.ErrCode, o.Reason)).Wrap(err)
	}
	b, err = s.move(ctx, id, of.Pass.ChangeInfo(s.now(), "试发给自己"), model.BroadcastTestSent, nil)
	return b, o, err
}

func contentFor(key string, c model.BroadcastContent) notify.Content {
	return notify.Content{Key: key, Purpose: Purpose, Text: c.Text, About: c.About, When: c.When, More: c.More}
}

// identityOf is the cadre's identity at the official account.
func (s *Service) identityOf(ctx context.Context, cadreID string) (model.Identity, error) {
	if cadreID == "" {
		return model.Identity{}, errNoPhone
	}
	account, err := s.store.CadreAccount(ctx, cadreID)
	if model.IsKind(err, model.KindNotFound) {
		return model.Identity{}, errNoPhone
	}
	if err != nil {
		return model.Identity{}, err
	}
	list, err := s.store.IdentitiesOf(ctx, account.ID)
	if err != nil {
		return model.Identity{}, err
	}
	for _, i := range list {
		if i.Channel == model.ChannelOA {
			return i, nil
		}
	}
	return model.Identity{}, errNoPhone
}

// Submit asks for approval. A broadcast for few needs no second person and is approved at once.
func (s *Service) Submit(ctx context.Context, of access.Record[model.Broadcast]) (model.Broadcast, error) {
	id := of.ID()
	b := of.Record()
	n, err := s.ready(ctx, b)
	if err != nil {
		return b, err
	}
	if n == 0 {
		return b, errNobody
	}
	to := model.BroadcastSubmitted
	if n <= model.BroadcastSecond {
		to = model.BroadcastApproved
	}
	return s.move(ctx, id, of.Pass.ChangeInfo(s.now(), "提交"), to, func(b *model.Broadcast) error {
		b.SubmittedBy, b.Reason = of.Actor(), ""
		if b.ApprovedBy = ""; to == model.BroadcastApproved {
			b.ApprovedSum = b.Sum() // and nobody has approved it
		}
		return nil
	})
}

var errNobody = model.NewError(model.KindInvalid, "nobody", "这样选一个人也没有,不能发")

// Approve is the second person's word, on the revision that they looked at.
func (s *Service) Approve(ctx context.Context, of access.Record[model.Broadcast], rev int64) (model.Broadcast, error) {
	id := of.ID()
	if _, err := s.ready(ctx, of.Record()); err != nil {
		return of.Record(), err
	}
	return s.store.ChangeBroadcast(ctx, id, rev, of.Pass.ChangeInfo(s.now(), "批准"), func(b *model.Broadcast) error {
		if b.State != model.BroadcastSubmitted {
			return errState
		}
		if b.SubmittedBy == of.Actor() || b.CreatedBy == of.Actor() {
			return errSame
		}
		b.State, b.ApprovedBy, b.ApprovedSum = model.BroadcastApproved, of.Actor(), b.Sum()
		return nil
	})
}

// Reject sends a broadcast back to its author.
func (s *Service) Reject(ctx context.Context, of access.Record[model.Broadcast], why string) (model.Broadcast, error) {
	id := of.ID()
	return s.store.ChangeBroadcast(ctx, id, 0, of.Pass.ChangeInfo(s.now(), "退回:"+why), func(b *model.Broadcast) error {
		if b.State != model.BroadcastSubmitted && b.State != model.BroadcastApproved && b.State != model.BroadcastScheduled {
			return errState
		}
		b.State, b.ApprovedBy, b.ApprovedSum, b.Reason = model.BroadcastDraft, "", "", "退回:"+why
		return nil
	})
}

// Start sends an approved broadcast, now (at is zero) or at an instant. Of two people who press it at once one is
// told that it is done.
func (s *Service) Start(ctx context.Context, of access.Record[model.Broadcast], at time.Time) (model.Broadcast, error) {
	id := of.ID()
	to, why := model.BroadcastPreparing, "发送"
	if at.After(s.now()) {
		to, why = model.BroadcastScheduled, "定时发送"
	}
	b, err := s.move(ctx, id, of.Pass.ChangeInfo(s.now(), why), to, func(b *model.Broadcast) error {
		b.ScheduledAt = at.UTC()
		return nil
	})
	if err != nil || to == model.BroadcastScheduled {
		return b, err
	}
	return b, s.queue.Enqueue(ctx, queue.PrepareBroadcast, id)
}

// Pause stops a running broadcast after the batch that is under way.
func (s *Service) Pause(ctx context.Context, of access.Record[model.Broadcast], why string) (model.Broadcast, error) {
	id := of.ID()
	return s.move(ctx, id, of.Pass.ChangeInfo(s.now(), "暂停:"+why), model.BroadcastPaused, func(b *model.Broadcast) error {
		b.Reason = why
		return nil
	})
}

// Resume goes on with those who wait still.
func (s *Service) Resume(ctx context.Context, of access.Record[model.Broadcast]) (model.Broadcast, error) {
	id := of.ID()
	return s.again(ctx, of.Pass, id, "继续", model.BroadcastPaused)
}

// Cancel ends a broadcast. Whoever has it has it; nobody else gets it.
func (s *Service) Cancel(ctx context.Context, of access.Record[model.Broadcast], why string) (model.Broadcast, error) {
	id := of.ID()
	return s.move(ctx, id, of.Pass.ChangeInfo(s.now(), "取消:"+why), model.BroadcastCancelled, func(b *model.Broadcast) error {
		b.Reason = why
		return nil
	})
}

// Retry sends once more to those of a finished or paused broadcast whom WeChat refused, and to nobody else.
func (s *Service) Retry(ctx context.Context, of access.Record[model.Broadcast]) (model.Broadcast, int, error) {
	id := of.ID()
	b := of.Record()
	if b.State != model.BroadcastFinished && b.State != model.BroadcastPaused {
		return b, 0, errState
	}
	n, err := s.store.RetryFailed(ctx, id, s.now())
	if err == nil && b.Mass {
		err = s.massAgain(ctx, b)
	}
	if err != nil {
		return b, 0, err
	}
	b, err = s.again(ctx, of.Pass, id, "重发没有成功的", model.BroadcastFinished, model.BroadcastPaused)
	return b, n, err
}

// again has the engine go on with a broadcast that is in one of the states. What WeChat refused before has been looked
// at: the count begins anew.
func (s *Service) again(ctx context.Context, by access.Pass, id, why string, from ...model.BroadcastState) (model.Broadcast, error) {
	counts, err := s.store.CountRecipients(ctx, id)
	if err != nil {
		return model.Broadcast{}, err
	}
	b, err := s.store.ChangeBroadcast(ctx, id, 0, by.ChangeInfo(s.now(), why), func(b *model.Broadcast) error {
		if !slices.Contains(from, b.State) {
			return errState
		}
		b.State, b.Reason, b.FinishedAt, b.Counts = model.BroadcastRunning, "", time.Time{}, counts
		return nil
	})
	if err != nil {
		return b, err
	}
	at := s.now().UTC()
	if err := s.store.PutProgress(ctx, model.Progress{ID: id, Done: map[string]int{}, Later: 1, BeganAt: at, LatestAt: at}); err != nil {
		return b, err
	}
	return b, s.ask(ctx, b)
}

// The decisions on a recipient of whom nobody knows whether WeChat sent it.
const (
	ResolveAccepted = "accepted"
	ResolveByHand   = "by_hand"
	ResolveAgain    = "again"
)

// Resolve takes a person's word on such a recipient: they have it, are told by hand, or get it again.
func (s *Service) Resolve(ctx context.Context, of access.Record[model.Broadcast], person, decision string) (model.Recipient, error) {
	id := of.ID()
	b := of.Record()
	r, err := s.store.Recipient(ctx, model.RecipientID(id, person))
	if err != nil {
		return r, err
	}
	if b.Mass && decision == ResolveAgain {
		return r, errMassOfOne
	}
	try := r.Try
	r.Reason, r.At = "查明:"+decision, s.now()
	switch decision {
	case ResolveAccepted:
		r.State = model.RecipientAccepted
	case ResolveByHand:
		r.State = model.RecipientByHand
	default:
		r.State, r.Try, r.DueAt = model.RecipientPending, try+1, s.now()
	}
	if err := s.moveWithHand(ctx, b, r, try, model.RecipientUnknown); err != nil {
		return r, err
	}
	if err := s.note(ctx, of.Pass, model.AuditChange, "broadcast_recipients/"+r.ID, "", r.Reason); err != nil {
		return r, err
	}
	if r.State != model.RecipientPending {
		return r, s.recount(ctx, b)
	}
	_, err = s.again(ctx, of.Pass, id, "重发给一位不确定的", model.BroadcastRunning, model.BroadcastPaused, model.BroadcastFinished)
	return r, err
}
