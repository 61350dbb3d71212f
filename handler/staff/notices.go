package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Notice is a policy or a notice with how far it has come.
type Notice struct {
	ID          string           `json:"id"`
	Rev         int64            `json:"rev"`
	Version     int              `json:"version" doc:"户里看到的是第几版;0是还没有发布"`
	State       string           `json:"state" enum:"draft,submitted,approved,published,changed,withdrawn" doc:"submitted是等另一个人审核;changed是发布以后又改过"`
	Out         bool             `json:"out" doc:"户里现在看得到一版;还没发布的改动他们看不到"`
	Writers     []string         `json:"writers" doc:"写的和提交的人,不能由他们审核"`
	ApprovedBy  string           `json:"approved_by,omitempty"`
	Returned    string           `json:"returned,omitempty" doc:"退回的原因"`
	PublishedAt time.Time        `json:"published_at,omitempty"`
	Text        model.NoticeText `json:"text"`
}

func noticeOf(n model.PolicyNotice) Notice {
	return Notice{
		ID: n.ID, Rev: n.Rev, Version: n.Version, State: noticeState(n), Out: n.Published && !n.Withdrawn, Writers: append([]string{}, n.Writers...),
		ApprovedBy: n.ApprovedBy, Returned: n.Returned, PublishedAt: n.PublishedAt, Text: n.NoticeText,
	}
}

// noticeState is one word for where a notice stands.
func noticeState(n model.PolicyNotice) string {
	switch step := n.Stage(); {
	case step == model.NoticeSubmitted || step == model.NoticeApproved:
		return string(step)
	case n.Withdrawn:
		return "withdrawn"
	case n.Published && n.Dirty:
		return "changed"
	case n.Published:
		return "published"
	}
	return string(model.NoticeDraft)
}

type noticesOutput struct {
	Body struct {
		Notices []Notice `json:"notices"`
	}
}

func (a *api) notices(ctx context.Context, shared access.Shared, _ *struct{}) (*noticesOutput, error) {
	list, err := a.Broadcast.Notices(ctx)
	out := &noticesOutput{}
	out.Body.Notices = []Notice{}
	for _, n := range list {
		out.Body.Notices = append(out.Body.Notices, noticeOf(n))
	}
	return out, err
}

type noticeIDInput struct {
	ID string `path:"id" maxLength:"40"`
}

type noticeOutput struct{ Body Notice }

func noticeAnswer(n model.PolicyNotice, err error) (*noticeOutput, error) {
	if err != nil {
		return nil, err
	}
	return &noticeOutput{Body: noticeOf(n)}, nil
}

type makeNoticeInput struct {
	Body struct {
		Text model.NoticeText `json:"text"`
	}
}

func (a *api) makeNotice(ctx context.Context, farm access.Farm, in *makeNoticeInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.WriteNotice(ctx, farm, "", 0, in.Body.Text))
}

type changeNoticeInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Rev  int64            `json:"rev" minimum:"1"`
		Text model.NoticeText `json:"text"`
	}
}

func (a *api) changeNotice(ctx context.Context, farm access.Farm, in *changeNoticeInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.WriteNotice(ctx, farm, in.ID, in.Body.Rev, in.Body.Text))
}

// NoticeVersion is a notice as it was published.
type NoticeVersion struct {
	Version     int              `json:"version"`
	PublishedAt time.Time        `json:"published_at"`
	PublishedBy string           `json:"published_by"`
	ApprovedBy  string           `json:"approved_by,omitempty" doc:"第二人;没有的是有这一步以前发布的"`
	Text        model.NoticeText `json:"text"`
}

type noticeFileOutput struct {
	Body struct {
		Notice
		Versions []NoticeVersion `json:"versions"`
	}
}

func (a *api) notice(ctx context.Context, shared access.Shared, in *noticeIDInput) (*noticeFileOutput, error) {
	n, versions, err := a.Broadcast.Notice(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &noticeFileOutput{}
	out.Body.Notice, out.Body.Versions = noticeOf(n), []NoticeVersion{}
	for _, v := range versions {
		out.Body.Versions = append(out.Body.Versions, NoticeVersion{v.Version, v.PublishedAt, v.PublishedBy, v.ApprovedBy, v.NoticeText})
	}
	return out, nil
}

func (a *api) submitNotice(ctx context.Context, farm access.Farm, in *revInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.SubmitNotice(ctx, farm, in.ID, in.Body.Rev))
}

func (a *api) approveNotice(ctx context.Context, farm access.Farm, in *revInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.ApproveNotice(ctx, farm, in.ID, in.Body.Rev))
}

func (a *api) returnNotice(ctx context.Context, farm access.Farm, in *whyInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.ReturnNotice(ctx, farm, in.ID, in.Body.Why))
}

func (a *api) publishNotice(ctx context.Context, farm access.Farm, in *revInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.PublishNotice(ctx, farm, in.ID, in.Body.Rev))
}

func (a *api) withdrawNotice(ctx context.Context, farm access.Farm, in *whyInput) (*noticeOutput, error) {
	return noticeAnswer(a.Broadcast.WithdrawNotice(ctx, farm, in.ID, in.Body.Why))
}

// NoticeToTell is a household that does not know yet.
type NoticeToTell struct {
	HouseholdNo string `json:"household_no"`
	Head        string `json:"head" doc:"户主,隐去名字"`
	UnitID      string `json:"unit_id"`
}

type knowingOutput struct {
	Body struct {
		Of     int            `json:"of" doc:"要告知多少户"`
		Know   int            `json:"know"`
		Opened int            `json:"opened" doc:"自己在微信里看的"`
		Told   int            `json:"told" doc:"走访时告知的"`
		Rate   float64        `json:"rate" doc:"告知率,0到1"`
		Left   []NoticeToTell `json:"left" doc:"还要告知的户"`
	}
}

func (a *api) knowing(ctx context.Context, cut access.Lists, in *noticeIDInput) (*knowingOutput, error) {
	k, err := a.Broadcast.Knowing(ctx, cut, in.ID)
	if err != nil {
		return nil, err
	}
	out := &knowingOutput{}
	b := &out.Body
	b.Of, b.Know, b.Opened, b.Told, b.Left = k.Of, k.Know, k.Opened, k.Told, []NoticeToTell{}
	if k.Of > 0 {
		b.Rate = float64(k.Know) / float64(k.Of)
	}
	for _, h := range k.Left {
		b.Left = append(b.Left, NoticeToTell{h.HouseholdID, h.Head, h.UnitID})
	}
	return out, nil
}

type toldInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		HouseholdNo string `json:"household_no" minLength:"2" maxLength:"40"`
		VisitID     string `json:"visit_id,omitempty" maxLength:"80"`
	}
}

func (a *api) toldNotice(ctx context.Context, house access.Household, in *toldInput) (*struct{}, error) {
	return nil, a.Broadcast.ConfirmInPerson(ctx, house, in.ID, in.Body.VisitID)
}
