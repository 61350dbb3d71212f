package staff

import (
	"context"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/broadcast"
	"bangfu/service/model"
)

// Broadcast is a broadcast with how far it has come.
type Broadcast struct {
	ID          string                  `json:"id"`
	Rev         int64                   `json:"rev"`
	Title       string                  `json:"title"`
	NoticeID    string                  `json:"notice_id,omitempty"`
	Mass        bool                    `json:"mass"`
	Audience    model.BroadcastAudience `json:"audience"`
	Content     model.BroadcastContent  `json:"content"`
	ByHand      bool                    `json:"by_hand"`
	Until       model.Date              `json:"until,omitempty"`
	Rate        int                     `json:"rate"`
	State       string                  `json:"state"`
	StateLabel  string                  `json:"state_label"`
	CreatedBy   string                  `json:"created_by"`
	SubmittedBy string                  `json:"submitted_by,omitempty"`
	ApprovedBy  string                  `json:"approved_by,omitempty"`
	ScheduledAt *time.Time              `json:"scheduled_at,omitempty"`
	StartedAt   *time.Time              `json:"started_at,omitempty"`
	FinishedAt  *time.Time              `json:"finished_at,omitempty"`
	Reason      string                  `json:"reason,omitempty" doc:"为什么暂停或退回"`
	Counts      map[string]int          `json:"counts,omitempty"`
}

func broadcastOf(b model.Broadcast) Broadcast {
	instant := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return Broadcast{
		ID: b.ID, Rev: b.Rev, Title: b.Title, NoticeID: b.NoticeID, Mass: b.Mass, Audience: b.Audience, Content: b.Content, ByHand: b.ByHand,
		Until: b.Until, Rate: b.Rate, State: string(b.State), StateLabel: b.State.Label(), CreatedBy: b.CreatedBy, SubmittedBy: b.SubmittedBy,
		ApprovedBy: b.ApprovedBy, ScheduledAt: instant(b.ScheduledAt), StartedAt: instant(b.StartedAt), FinishedAt: instant(b.FinishedAt),
		Reason: b.Reason, Counts: b.Counts,
	}
}

type broadcastOutput struct{ Body Broadcast }

func broadcastAnswer(b model.Broadcast, err error) (*broadcastOutput, error) {
	if err != nil {
		return nil, err
	}
	return &broadcastOutput{Body: broadcastOf(b)}, nil
}

type broadcastsInput struct {
	Ordering
	Before string `query:"before" maxLength:"100" doc:"上一页的next"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

// broadcastColumns are what broadcasts can be sorted by: the columns that say the same to everybody.
var broadcastColumns = columns[model.Broadcast]{
	"title": func(b model.Broadcast) string { return bySound(b.Title) },
	"state": func(b model.Broadcast) string { return bySound(b.State.Label()) },
	"when":  func(b model.Broadcast) string { return byTime(sentAt(b)) },
}

// sentAt is when the broadcast was sent: when it ended, began, or is to begin.
func sentAt(b model.Broadcast) time.Time {
	switch {
	case !b.FinishedAt.IsZero():
		return b.FinishedAt
	case !b.StartedAt.IsZero():
		return b.StartedAt
	}
	return b.ScheduledAt
}

type broadcastsOutput struct {
	Body struct {
		Broadcasts []Broadcast `json:"broadcasts"`
		Next       string      `json:"next,omitempty" doc:"有下一页时,用作before"`
	}
}

func (a *api) broadcasts(ctx context.Context, cut access.Lists, in *broadcastsInput) (*broadcastsOutput, error) {
	var list []model.Broadcast
	var next string
	var err error
	if in.Sort == "" {
		list, next, err = a.Broadcast.List(ctx, cut, in.Before, in.Limit)
	} else if list, _, err = a.Broadcast.List(ctx, cut, "", whole); err == nil {
		list, next, err = inOrder(list, in.Ordering, in.Before, in.Limit, func(b model.Broadcast) string { return b.ID }, broadcastColumns)
	}
	if err != nil {
		return nil, err
	}
	out := &broadcastsOutput{}
	out.Body.Broadcasts, out.Body.Next = []Broadcast{}, next
	for _, b := range list {
		out.Body.Broadcasts = append(out.Body.Broadcasts, broadcastOf(b))
	}
	return out, nil
}

// BroadcastDraft is what its author decides of a broadcast.
type BroadcastDraft struct {
	Title    string                  `json:"title" minLength:"2" maxLength:"60" doc:"给办公室自己看的"`
	NoticeID string                  `json:"notice_id,omitempty" maxLength:"40" doc:"讲的是哪条政策"`
	Mass     bool                    `json:"mass,omitempty" doc:"用微信群发(每位关注的人一个月只收4条)"`
	Audience model.BroadcastAudience `json:"audience"`
	Content  model.BroadcastContent  `json:"content"`
	ByHand   bool                    `json:"by_hand,omitempty" doc:"微信到不了的,请干部当面告诉"`
	Until    string                  `json:"until,omitempty" format:"date" doc:"过了这天就不再发"`
	Rate     int                     `json:"rate,omitempty" minimum:"0" maximum:"20000" doc:"一秒最多发几条"`
}

func (d BroadcastDraft) draft() broadcast.Draft {
	return broadcast.Draft{
		Title: d.Title, NoticeID: d.NoticeID, Mass: d.Mass, Audience: d.Audience, Content: d.Content, ByHand: d.ByHand,
		Until: model.Date(d.Until), Rate: d.Rate,
	}
}

type makeBroadcastInput struct{ Body BroadcastDraft }

func (a *api) makeBroadcast(ctx context.Context, cut access.Lists, in *makeBroadcastInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Create(ctx, cut, in.Body.draft()))
}

type changeBroadcastInput struct {
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		Rev int64 `json:"rev" minimum:"1"`
		BroadcastDraft
	}
}

func (a *api) changeBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *changeBroadcastInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Change(ctx, of, in.Body.Rev, in.Body.draft()))
}

// WechatTag is a tag of followers.
type WechatTag struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	People int    `json:"people" doc:"微信说有几位,可能晚一些"`
}

type wechatTagsOutput struct {
	Body struct {
		Tags []WechatTag `json:"tags"`
	}
}

func (a *api) wechatTags(ctx context.Context, shared access.Shared, _ *struct{}) (*wechatTagsOutput, error) {
	list, err := a.Broadcast.Tags(ctx)
	if err != nil {
		return nil, err
	}
	out := &wechatTagsOutput{}
	out.Body.Tags = []WechatTag{}
	for _, t := range list {
		out.Body.Tags = append(out.Body.Tags, WechatTag{ID: t.ID, Name: t.Name, People: t.Count})
	}
	return out, nil
}

type broadcastIDInput struct {
	ID string `path:"id" maxLength:"60"`
}

func (a *api) broadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Broadcast(ctx, of))
}

type broadcastHistoryOutput struct {
	Body struct {
		Steps []BroadcastStep `json:"steps"`
	}
}

// BroadcastStep is one thing that was done with a broadcast.
type BroadcastStep struct {
	Rev    int64     `json:"rev"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Why    string    `json:"why"`
	Fields []string  `json:"fields" doc:"改了哪些"`
}

func (a *api) broadcastHistory(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastHistoryOutput, error) {
	list, err := a.Broadcast.History(ctx, of)
	if err != nil {
		return nil, err
	}
	out := &broadcastHistoryOutput{}
	out.Body.Steps = []BroadcastStep{}
	for _, r := range list {
		names := append([]string{}, model.Change{Fields: r.Fields}.Names()...)
		out.Body.Steps = append(out.Body.Steps, BroadcastStep{r.Rev, r.At, r.Actor, r.Why, names})
	}
	return out, nil
}

func (a *api) testBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastOutput, error) {
	b, _, err := a.Broadcast.Test(ctx, of)
	return broadcastAnswer(b, err)
}

func (a *api) submitBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Submit(ctx, of))
}

func (a *api) approveBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *revInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Approve(ctx, of, in.Body.Rev))
}

func (a *api) rejectBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *whyInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Reject(ctx, of, in.Body.Why))
}

type startInput struct {
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		At string `json:"at,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$" doc:"北京时间,如2018-01-05 09:00;不写就是现在"`
	}
}

var errWhen = model.NewError(model.KindInvalid, "broadcast_at", "没有这个时间")

func (a *api) startBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *startInput) (*broadcastOutput, error) {
	var at time.Time
	if in.Body.At != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01-02 15:04", in.Body.At, model.Shanghai); err != nil {
			return nil, errWhen
		}
	}
	return broadcastAnswer(a.Broadcast.Start(ctx, of, at))
}

func (a *api) pauseBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *whyInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Pause(ctx, of, in.Body.Why))
}

func (a *api) resumeBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Resume(ctx, of))
}

func (a *api) cancelBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *whyInput) (*broadcastOutput, error) {
	return broadcastAnswer(a.Broadcast.Cancel(ctx, of, in.Body.Why))
}

type retryOutput struct {
	Body struct {
		Again int `json:"again" doc:"重发几位"`
		Broadcast
	}
}

func (a *api) retryBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*retryOutput, error) {
	b, n, err := a.Broadcast.Retry(ctx, of)
	if err != nil {
		return nil, err
	}
	out := &retryOutput{}
	out.Body.Again, out.Body.Broadcast = n, broadcastOf(b)
	return out, nil
}

// PreviewRow is one recipient with what they would read.
type PreviewRow struct {
	Person     string                 `json:"person"`
	Name       string                 `json:"name" doc:"户主隐去名字;干部是全名"`
	Households []string               `json:"household_nos,omitempty"`
	CadreID    string                 `json:"cadre_id,omitempty"`
	Group      string                 `json:"group"`
	Reason     string                 `json:"reason,omitempty"`
	Content    model.BroadcastContent `json:"content"`
	MassUsed   int                    `json:"mass_used,omitempty" doc:"本月已收几条群发"`
}

type broadcastPreviewOutput struct {
	Body struct {
		Groups   map[string]int `json:"groups" doc:"现在发得到now、明天才能发tomorrow、没有授权no_consent、当面告诉by_hand、不发skipped、太长too_long、有变量没有内容empty、本月用完used_up"`
		Skipped  map[string]int `json:"skipped" doc:"为什么不发"`
		Merged   int            `json:"merged" doc:"同一个人合并了几次"`
		Quota    map[string]int `json:"quota" doc:"今天每种方式还能发几条;没写的不限"`
		MassUsed []int          `json:"mass_used,omitempty" doc:"群发:本月已收0、1、2、3、4条的各有几位,每位再用掉一条"`
		Second   bool           `json:"second_person" doc:"要第二个人批准"`
		Quiet    *time.Time     `json:"quiet_until,omitempty" doc:"现在是免打扰时间,要等到这时"`
		Rows     []PreviewRow   `json:"rows"`
	}
}

func (a *api) previewBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*broadcastPreviewOutput, error) {
	p, err := a.Broadcast.Preview(ctx, of)
	if err != nil {
		return nil, err
	}
	out := &broadcastPreviewOutput{}
	b := &out.Body
	b.Groups, b.Skipped, b.Merged, b.Quota, b.Second, b.Rows = map[string]int{}, p.Skipped, p.Merged, p.Quota, p.Second, []PreviewRow{}
	for group, n := range p.Groups {
		b.Groups[string(group)] = n
	}
	if p.MassUsed != [5]int{} {
		b.MassUsed = p.MassUsed[:]
	}
	if !p.Quiet.IsZero() {
		b.Quiet = &p.Quiet
	}
	for _, r := range p.Rows {
		b.Rows = append(b.Rows, PreviewRow{r.Person, r.Name, r.Households, r.CadreID, string(r.Group), r.Reason, r.Content, r.MassUsed})
	}
	return out, nil
}

// BroadcastResult is what became of one recipient.
type BroadcastResult struct {
	Person     string     `json:"person"`
	Name       string     `json:"name"`
	Households []string   `json:"household_nos,omitempty"`
	CadreID    string     `json:"cadre_id,omitempty"`
	State      string     `json:"state"`
	Reason     string     `json:"reason,omitempty"`
	Way        string     `json:"way,omitempty"`
	ErrCode    int64      `json:"errcode,omitempty" doc:"微信的回答"`
	RID        string     `json:"rid,omitempty"`
	Tries      int        `json:"tries"`
	At         time.Time  `json:"at"`
	ArrivedAt  *time.Time `json:"arrived_at,omitempty" doc:"微信说到了手机"`
}

type resultsInput struct {
	Ordering
	ID    string `path:"id" maxLength:"60"`
	State string `query:"state" enum:"pending,accepted,failed,skipped,by_hand,told,unknown"`
	After string `query:"after" maxLength:"100"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type resultsOutput struct {
	Body struct {
		Recipients []BroadcastResult `json:"recipients"`
		Next       string            `json:"next,omitempty"`
	}
}

// resultColumns are what recipients can be sorted by. Names are not among them: each is looked up in the register.
var resultColumns = columns[model.Recipient]{
	"who":   func(r model.Recipient) string { return strings.Join(r.Households, " ") + r.CadreID },
	"state": func(r model.Recipient) string { return string(r.State) }, "way": func(r model.Recipient) string { return r.Way },
	"why": func(r model.Recipient) string { return r.Reason + byNumber(r.ErrCode) }, "at": func(r model.Recipient) string { return byTime(r.At) },
}

func (a *api) broadcastResults(ctx context.Context, of access.Record[model.Broadcast], in *resultsInput) (*resultsOutput, error) {
	state := model.RecipientState(in.State)
	var list []model.Recipient
	var next string
	var err error
	if in.Sort == "" {
		list, next, err = a.Broadcast.Recipients(ctx, of, state, in.After, in.Limit)
	} else if list, _, err = a.Broadcast.Recipients(ctx, of, state, "", whole); err == nil {
		list, next, err = inOrder(list, in.Ordering, in.After, in.Limit, model.Recipient.Person, resultColumns)
	}
	if err != nil {
		return nil, err
	}
	page, err := a.Broadcast.Named(ctx, list)
	if err != nil {
		return nil, err
	}
	out := &resultsOutput{}
	out.Body.Recipients, out.Body.Next = []BroadcastResult{}, next
	for _, r := range page {
		x := BroadcastResult{
			Person: r.Person(), Name: r.Name, Households: r.Households, CadreID: r.CadreID, State: string(r.State), Reason: r.Reason, Way: r.Way,
			ErrCode: r.ErrCode, RID: r.RID, Tries: r.Try, At: r.At,
		}
		if !r.ArrivedAt.IsZero() {
			x.ArrivedAt = &r.ArrivedAt
		}
		out.Body.Recipients = append(out.Body.Recipients, x)
	}
	return out, nil
}

type resolveInput struct {
	ID     string `path:"id" maxLength:"60"`
	Person string `path:"person" maxLength:"60"`
	Body   struct {
		Decision string `json:"decision" enum:"accepted,by_hand,again" doc:"已收到、改当面告诉、再发一次"`
	}
}

type resolveOutput struct {
	Body struct {
		State string `json:"state"`
	}
}

func (a *api) resolveRecipient(ctx context.Context, of access.Record[model.Broadcast], in *resolveInput) (*resolveOutput, error) {
	r, err := a.Broadcast.Resolve(ctx, of, in.Person, in.Body.Decision)
	if err != nil {
		return nil, err
	}
	out := &resolveOutput{}
	out.Body.State = string(r.State)
	return out, nil
}
