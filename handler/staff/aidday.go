package staff

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// BoardRow is what one pairing owes in a month.
type BoardRow struct {
	ID        string            `json:"id"`
	Household string            `json:"household_no"`
	CadreID   string            `json:"cadre_id"`
	State     string            `json:"state"`
	VisitOn   model.Date        `json:"visit_on,omitempty"`
	Items     []model.VisitItem `json:"items,omitempty"`
	Reminded  int               `json:"reminded" doc:"送到干部的提醒有几条"`
	Answer    string            `json:"household_answer,omitempty" doc:"户里说来过没有"`
	Late      string            `json:"late_reason,omitempty"`
	Excuse    string            `json:"excuse,omitempty"`
}

type boardInput struct {
	Period string `path:"period" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"月份,如2018-01"`
}

type boardOutput struct {
	Body struct {
		AidDay  model.Date              `json:"aid_day"`
		ByState map[string]int          `json:"by_state"`
		Items   map[model.VisitKind]int `json:"items" doc:"件次"`
		Rows    []BoardRow              `json:"rows"`

		Reminded  int `json:"reminded" doc:"提醒送到了干部的有几次"`
		Confirmed int `json:"confirmed" doc:"户里说来过的有几次"`
		Denied    int `json:"denied" doc:"户里说没来的有几次"`
	}
}

func (a *api) board(ctx context.Context, cut access.Lists, in *boardInput) (*boardOutput, error) {
	b, err := a.Visit.BoardOf(ctx, cut, model.Period(in.Period))
	if err != nil {
		return nil, err
	}
	out := &boardOutput{}
	out.Body.Reminded, out.Body.Confirmed, out.Body.Denied = b.Reminded, b.Confirmed, b.Denied
	out.Body.AidDay, out.Body.ByState, out.Body.Items, out.Body.Rows = b.AidDay, b.ByState, b.Counters.Items, []BoardRow{}
	for _, r := range b.Rows {
		row := BoardRow{ID: r.ID, Household: r.HouseholdID, CadreID: r.CadreID, State: r.State, Reminded: r.Reminded, Answer: r.Answer}
		if r.Excuse.Reason != "" {
			row.Excuse = model.ExcuseLabel(r.Excuse.Reason)
		}
		if v := r.Visit; v != nil {
			row.VisitOn, row.Items, row.Late = v.On, v.Items, v.LateReason
		}
		out.Body.Rows = append(out.Body.Rows, row)
	}
	return out, nil
}

type decideInput struct {
	Body struct {
		ID      string `json:"id" minLength:"1" maxLength:"80"`
		Approve bool   `json:"approve"`
	}
}

type decideOutput struct {
	Body struct {
		State string `json:"state"`
	}
}

func (a *api) decide(ctx context.Context, of access.Record[model.Expectation], in *decideInput) (*decideOutput, error) {
	e, err := a.Visit.Decide(ctx, of, in.Body.Approve)
	if err != nil {
		return nil, err
	}
	out := &decideOutput{}
	out.Body.State = string(e.State)
	return out, nil
}

// Reminder is one message of the aid day with what became of it.
type Reminder struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Way   string `json:"way,omitempty" doc:"怎样送到的"`

	WayLabel string       `json:"way_label,omitempty"`
	At       time.Time    `json:"at"`
	ErrCode  int64        `json:"errcode,omitempty" doc:"微信的回答"`
	RID      string       `json:"rid,omitempty" doc:"向微信查询用的编号"`
	Reason   string       `json:"reason,omitempty"`
	Steps    []model.Step `json:"steps,omitempty" doc:"试过而没成的"`
}

type remindersOutput struct {
	Body struct {
		Reminders []Reminder `json:"reminders"`
	}
}

func (a *api) reminders(ctx context.Context, cut access.Lists, in *boardInput) (*remindersOutput, error) {
	list, err := a.Visit.Reminders(ctx, cut, model.Period(in.Period))
	if err != nil {
		return nil, err
	}
	out := &remindersOutput{}
	out.Body.Reminders = []Reminder{}
	for _, m := range list {
		out.Body.Reminders = append(out.Body.Reminders, reminderView(m))
	}
	return out, nil
}

// AidDaySettings are what the farm decides about the aid day.
type AidDaySettings struct {
	Rev          int64                      `json:"rev" minimum:"1"`
	AidDay       int                        `json:"aid_day" minimum:"1" maximum:"28"`
	WindowBefore int                        `json:"window_before" minimum:"0" maximum:"10"`
	WindowAfter  int                        `json:"window_after" minimum:"0" maximum:"10"`
	VisitRule    string                     `json:"visit_rule,omitempty" enum:"every,any" doc:"every每位干部都去、any有一位去就行;不填是every"`
	Stages       []model.Stage              `json:"stages" maxItems:"12"`
	QuietFrom    int                        `json:"quiet_from" minimum:"0" maximum:"23"`
	QuietTo      int                        `json:"quiet_to" minimum:"0" maximum:"23"`
	CapPerDay    int                        `json:"cap_per_day" minimum:"0" maximum:"20"`
	NeedDays     int                        `json:"need_days" minimum:"1" maximum:"365"`
	KindDays     map[model.NeedKind]int     `json:"kind_days,omitempty" doc:"各种难事的办理天数"`
	DayQuota     map[string]int             `json:"day_quota,omitempty" doc:"每天各最多发多少条:subscription、template、window;不填不限"`
	Templates    map[string]model.Templates `json:"templates,omitempty"`

	SearchPerHour int `json:"search_per_hour,omitempty" minimum:"10" maximum:"1000" doc:"一个人一小时最多按文字查几次户;不填是120"`
	ExportRows    int `json:"export_rows,omitempty" minimum:"1" maximum:"2000" doc:"导出超过几行要另一位同事同意;不填是200"`
}

type settingsOutput struct{ Body AidDaySettings }

func settingsView(s model.Settings) *settingsOutput {
	return &settingsOutput{Body: AidDaySettings{
		Rev: s.Rev, AidDay: s.AidDay, WindowBefore: s.WindowBefore, WindowAfter: s.WindowAfter, VisitRule: s.VisitRule, Stages: s.Stages, QuietFrom: s.QuietFrom,
		QuietTo: s.QuietTo, CapPerDay: s.CapPerDay, NeedDays: s.NeedDays, KindDays: s.KindDays, DayQuota: s.DayQuota, Templates: s.Templates,
		SearchPerHour: s.SearchLimit(), ExportRows: s.ExportLimit(),
	}}
}

func (a *api) aidDaySettings(ctx context.Context, shared access.Shared, _ *struct{}) (*settingsOutput, error) {
	s, err := a.Visit.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return settingsView(s), nil
}

type settingsInput struct{ Body AidDaySettings }

func (b AidDaySettings) onto(s *model.Settings) {
	s.AidDay, s.WindowBefore, s.WindowAfter, s.Stages = b.AidDay, b.WindowBefore, b.WindowAfter, b.Stages
	s.QuietFrom, s.QuietTo, s.CapPerDay, s.NeedDays, s.Templates = b.QuietFrom, b.QuietTo, b.CapPerDay, b.NeedDays, b.Templates
	s.VisitRule, s.KindDays, s.DayQuota = b.VisitRule, b.KindDays, b.DayQuota
	s.SearchPerHour, s.ExportRows = b.SearchPerHour, b.ExportRows
}

func (a *api) setAidDay(ctx context.Context, farm access.Farm, in *settingsInput) (*settingsOutput, error) {
	s, err := a.Visit.ChangeSettings(ctx, farm, in.Body.Rev, "修改帮扶日设置", in.Body.onto)
	if err != nil {
		return nil, err
	}
	return settingsView(s), nil
}

type previewOutput struct {
	Body visit.Preview
}

func (a *api) previewAidDay(ctx context.Context, farm access.Farm, in *settingsInput) (*previewOutput, error) {
	p, err := a.Visit.PreviewSettings(ctx, in.Body.onto)
	if err != nil {
		return nil, err
	}
	return &previewOutput{Body: p}, nil
}

// PastVisit is one visit to a household.
type PastVisit struct {
	ID         string            `json:"id"`
	On         model.Date        `json:"on"`
	CadreID    string            `json:"cadre_id"`
	Items      []model.VisitItem `json:"items"`
	Words      string            `json:"words,omitempty"`
	SelfFunded model.Fen         `json:"self_funded_fen"`
	RecordedAt time.Time         `json:"recorded_at"`
	Late       string            `json:"late_reason,omitempty"`
	Amended    bool              `json:"amended" doc:"更正过,原来的在修改记录里"`
	Answer     string            `json:"household_answer,omitempty"`
	Rating     int               `json:"rating,omitempty"`
	Files      []VisitFile       `json:"files"`
}

// VisitFile is a picture or a voice message of a visit.
type VisitFile struct {
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"image,voice"`
}

type pastVisitsInput struct {
	ByNo
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type pastVisitsOutput struct {
	Body struct {
		Visits []PastVisit `json:"visits"`
	}
}

func (a *api) visits(ctx context.Context, house access.Household, in *pastVisitsInput) (*pastVisitsOutput, error) {
	err := a.looked(ctx, model.AccessVisits, house.ID())
	if err != nil {
		return nil, err
	}
	list, err := a.Visit.VisitsTo(ctx, house, in.Limit)
	out := &pastVisitsOutput{}
	out.Body.Visits = []PastVisit{}
	for _, v := range list {
		out.Body.Visits = append(out.Body.Visits, PastVisit{
			ID: v.ID, On: v.On, CadreID: v.CadreID, Items: v.Items, Words: v.Words, SelfFunded: v.SelfFunded, RecordedAt: v.RecordedAt,
			Late: v.LateReason, Amended: !v.AmendedAt.IsZero(), Answer: v.Answer, Rating: v.Rating, Files: filesView(v.Files),
		})
	}
	return out, err
}

// filesView are the files that WeChat has given out by now.
func filesView(list []model.VisitFile) []VisitFile {
	files := []VisitFile{}
	for _, f := range list {
		if f.ID != "" {
			files = append(files, VisitFile{ID: f.ID, Kind: f.Kind})
		}
	}
	return files
}

type visitFileInput struct {
	ID string `path:"id" maxLength:"64"`
}

// visitFile is a picture or a voice message of a visit; who looks stands in the audit log.
func (a *api) visitFile(ctx context.Context, of access.Record[model.StoredFile], in *visitFileInput) (*download, error) {
	f, content, err := a.Visit.FileOf(ctx, of)
	if err != nil {
		return nil, err
	}
	return saved(f.Type, f.ID, content), nil
}

type calendarOutput struct {
	Body struct {
		AidDay model.Date  `json:"aid_day"`
		Days   []visit.Day `json:"days"`
	}
}

func (a *api) calendar(ctx context.Context, cut access.Lists, in *boardInput) (*calendarOutput, error) {
	aidDay, days, err := a.Visit.Calendar(ctx, cut, model.Period(in.Period))
	if err != nil {
		return nil, err
	}
	out := &calendarOutput{}
	out.Body.AidDay, out.Body.Days = aidDay, days
	return out, nil
}

type visitCountsInput struct {
	From string `query:"from" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"从哪个月"`
	To   string `query:"to" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"到哪个月"`
}

// MonthCounts are the visits of a month.
type MonthCounts struct {
	Period     model.Period                `json:"period"`
	Total      model.VisitTally            `json:"total"`
	SelfFunded model.Fen                   `json:"self_funded_fen"`
	Units      map[string]model.VisitTally `json:"units" doc:"按户所在单位"`
}

type visitCountsOutput struct {
	Body struct {
		Months []MonthCounts `json:"months"`
	}
}

func (a *api) visitCounts(ctx context.Context, cut access.Lists, in *visitCountsInput) (*visitCountsOutput, error) {
	list, err := a.Visit.Counts(ctx, cut, model.Period(in.From), model.Period(in.To))
	out := &visitCountsOutput{}
	out.Body.Months = []MonthCounts{}
	for _, c := range list {
		out.Body.Months = append(out.Body.Months, MonthCounts{
			Period: c.Period, Total: model.VisitTally{Visits: c.Visits, Items: c.Items}, SelfFunded: c.SelfFunded, Units: c.Units,
		})
	}
	return out, err
}
