package mini

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// Owed is one visit of the month.
type Owed struct {
	HouseholdNo string            `json:"household_no"`
	AidDay      model.Date        `json:"aid_day"`
	State       string            `json:"state"`
	StateLabel  string            `json:"state_label"`
	VisitID     string            `json:"visit_id,omitempty" doc:"已经记录的走访"`
	Last        []model.VisitItem `json:"last" doc:"上次记的内容,可以照着改"`
	ToTell      []InPersonNotice  `json:"to_tell" doc:"微信送不到,要当面告诉户里的事"`
}

// InPersonNotice is something that the household has to be told in person.
type InPersonNotice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type monthOutput struct {
	Body struct {
		Visits []Owed           `json:"visits"`
		Tally  model.VisitTally `json:"tally" doc:"本人本月的件次,只有自己看得到"`
		Needs  []Need           `json:"needs" doc:"经办的难事"`
	}
}

func (a *api) month(ctx context.Context, cadre access.Cadre, _ *struct{}) (*monthOutput, error) {
	list, err := a.Visit.Owed(ctx, cadre)
	if err != nil {
		return nil, err
	}
	toTell, err := a.toTell(ctx, cadre)
	if err != nil {
		return nil, err
	}
	out := &monthOutput{}
	out.Body.Visits, out.Body.Needs = []Owed{}, []Need{}
	for _, e := range list {
		owed, err := a.owed(ctx, cadre, e, toTell[e.HouseholdID])
		if err != nil {
			return nil, err
		}
		out.Body.Visits = append(out.Body.Visits, owed)
	}
	if out.Body.Tally, err = a.Visit.TallyOf(ctx, cadre); err != nil {
		return nil, err
	}
	needs, err := a.Visit.LiveNeedsOwnedBy(ctx, cadre)
	for _, n := range needs {
		out.Body.Needs = append(out.Body.Needs, needView(n))
	}
	return out, err
}

// toTell is what the cadre's households have to be told in person, by household.
func (a *api) toTell(ctx context.Context, cadre access.Cadre) (map[string][]InPersonNotice, error) {
	houses, err := a.Access.AllPaired(ctx, cadre)
	if err != nil {
		return nil, err
	}
	list, err := a.Notify.InPersonQueue(ctx, houses...)
	of := map[string][]InPersonNotice{}
	for _, n := range list {
		of[n.HouseholdID] = append(of[n.HouseholdID], InPersonNotice{ID: model.Outward(n.ID), Text: n.Text})
	}
	return of, err
}

// owed is a visit as the cadre's phone gets it, filled in as the last one was.
func (a *api) owed(ctx context.Context, cadre access.Cadre, e model.Expectation, toTell []InPersonNotice) (Owed, error) {
	o := Owed{
		HouseholdNo: e.HouseholdID, AidDay: e.AidDay, State: string(e.State), StateLabel: e.State.Label(), VisitID: model.Outward(e.VisitID),
		Last: []model.VisitItem{}, ToTell: append([]InPersonNotice{}, toTell...),
	}
	last, ok, err := a.Visit.Last(ctx, cadre, e.HouseholdID)
	if ok {
		o.Last = last.Items
	}
	return o, err
}

type promiseInput struct {
	Text  string `json:"text" minLength:"1" maxLength:"500"`
	DueOn string `json:"due_on,omitempty" format:"date"`
}

type visitInput struct {
	Body struct {
		Key         string            `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		HouseholdNo string            `json:"household_no" minLength:"2" maxLength:"40"`
		On          string            `json:"on" format:"date"`
		DeviceAt    time.Time         `json:"device_at,omitempty" doc:"手机上的时间"`
		Items       []model.VisitItem `json:"items,omitempty" maxItems:"20"`
		SelfFunded  string            `json:"self_funded_yuan,omitempty" doc:"自己掏的钱,元"`
		Words       string            `json:"words,omitempty" maxLength:"1000"`
		LateReason  string            `json:"late_reason,omitempty" maxLength:"200"`
		Told        []string          `json:"told,omitempty" maxItems:"20" doc:"当面告诉了户里的事,month里to_tell的id"`
		Promises    []promiseInput    `json:"promises,omitempty" maxItems:"5"`
	}
}

type visitOutput struct {
	Body struct {
		VisitID string            `json:"visit_id"`
		Items   []model.VisitItem `json:"items" doc:"同一天的合在一起"`
	}
}

func (a *api) recordVisit(ctx context.Context, house access.Household, in *visitInput) (*visitOutput, error) {
	cadre, err := a.Access.Myself(house.Account())
	if err != nil {
		return nil, err
	}
	b := in.Body
	fen, err := model.ParseYuan(b.SelfFunded)
	if err != nil {
		return nil, err
	}
	r := visit.Report{
		Key: b.Key, HouseholdID: house.ID(), On: model.Date(b.On), DeviceAt: b.DeviceAt,
		Items: b.Items, SelfFunded: fen, Words: b.Words, LateReason: b.LateReason, Told: b.Told,
	}
	for _, p := range b.Promises {
		r.Promises = append(r.Promises, visit.Promise{Text: p.Text, DueOn: model.Date(p.DueOn)})
	}
	v, err := a.Visit.Record(ctx, cadre, r)
	if err != nil {
		return nil, err
	}
	out := &visitOutput{}
	out.Body.VisitID, out.Body.Items = model.Outward(v.ID), v.Items
	return out, nil
}

type needInput struct {
	Body struct {
		Key         string `json:"client_key" minLength:"8" maxLength:"64"`
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		Text        string `json:"text" minLength:"1" maxLength:"500"`

		Kind model.NeedKind `json:"kind,omitempty" enum:"housing,medical,schooling,income,living,money,other" doc:"不填就按内容猜"`
	}
}

// Need is a difficulty with how far it has come.
type Need struct {
	ID         string     `json:"id"`
	Text       string     `json:"text"`
	Kind       string     `json:"kind"`
	State      string     `json:"state"`
	StateLabel string     `json:"state_label"`
	DueOn      model.Date `json:"due_on"`
}

func needView(n model.Need) Need {
	return Need{ID: model.Outward(n.ID), Text: n.Text, Kind: n.Kind.Label(), State: string(n.State), StateLabel: n.State.Label(), DueOn: n.DueOn}
}

type needOutput struct{ Body Need }

func needAnswer(n model.Need, err error) (*needOutput, error) {
	if err != nil {
		return nil, err
	}
	return &needOutput{Body: needView(n)}, nil
}

func (a *api) raiseNeed(ctx context.Context, house access.Household, in *needInput) (*needOutput, error) {
	return needAnswer(a.Visit.Raise(ctx, house, visit.NeedReport{Key: in.Body.Key, Source: "bot", Text: in.Body.Text, Kind: in.Body.Kind}))
}

type settleInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		NeedID      string `json:"need_id" minLength:"1" maxLength:"200"`
		Settled     bool   `json:"settled" doc:"办好了是true"`
		Text        string `json:"text,omitempty" maxLength:"500"`
	}
}

func (a *api) settleNeed(ctx context.Context, house access.Household, in *settleInput) (*needOutput, error) {
	return needAnswer(a.Visit.Settle(ctx, house, in.Body.NeedID, in.Body.Settled, in.Body.Text))
}

type amendInput struct {
	Body struct {
		VisitID    string            `json:"visit_id" minLength:"1" maxLength:"80"`
		Items      []model.VisitItem `json:"items" minItems:"1" maxItems:"20"`
		SelfFunded string            `json:"self_funded_yuan,omitempty"`
		Words      string            `json:"words,omitempty" maxLength:"1000"`
		Why        string            `json:"why" minLength:"1" maxLength:"200"`
	}
}

func (a *api) amendVisit(ctx context.Context, cadre access.Cadre, in *amendInput) (*visitOutput, error) {
	fen, err := model.ParseYuan(in.Body.SelfFunded)
	if err != nil {
		return nil, err
	}
	v, err := a.Visit.Amend(ctx, cadre, in.Body.VisitID, visit.Amendment{
		Items: in.Body.Items, SelfFunded: fen, Words: in.Body.Words, Why: in.Body.Why,
	})
	if err != nil {
		return nil, err
	}
	out := &visitOutput{}
	out.Body.VisitID, out.Body.Items = model.Outward(v.ID), v.Items
	return out, nil
}

type sceneInput struct {
	Scene string `query:"scene" required:"true" maxLength:"64"`
}

type sceneOutput struct {
	Body struct {
		Opens string `json:"opens" enum:"visit,household,nothing" doc:"扫了门上的码:干部去记走访,本户看自家,别人什么也看不到"`
		Visit *Owed  `json:"visit,omitempty" doc:"填好了上次内容的走访"`

		HouseholdNo string `json:"household_no,omitempty"`
	}
}

// scene is what a household's card opens for the caller.
func (a *api) scene(ctx context.Context, own access.Account, in *sceneInput) (*sceneOutput, error) {
	out := &sceneOutput{}
	out.Body.Opens = "nothing"
	id, ok, err := a.Account.CardHousehold(ctx, in.Scene)
	if err != nil || !ok {
		return out, err
	}
	if cadre, no := a.Access.Myself(own.Account()); no == nil {
		house, err := a.Access.Paired(ctx, cadre, id)
		if err == nil {
			out.Body.Visit, err = a.visitOf(ctx, cadre, house)
			out.Body.Opens, out.Body.HouseholdNo = "visit", id
		}
		if !model.IsKind(err, model.KindNotFound) {
			return out, err
		}
	}
	if _, no := a.Access.Mine(own.Account(), id); no == nil {
		out.Body.Opens, out.Body.HouseholdNo = "household", id
	}
	return out, nil
}

// visitOf is the visit that the cadre owes the household this month, or a further one.
func (a *api) visitOf(ctx context.Context, cadre access.Cadre, house access.Household) (*Owed, error) {
	e, err := a.Visit.OwedTo(ctx, cadre, house)
	if err != nil {
		return nil, err
	}
	toTell, err := a.toTell(ctx, cadre)
	if err != nil {
		return nil, err
	}
	owed, err := a.owed(ctx, cadre, e, toTell[house.ID()])
	return &owed, err
}

type answerInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40"`
		VisitID     string `json:"visit_id" minLength:"1" maxLength:"80"`
		Answer      string `json:"answer" enum:"came,did_not_come"`
		Rating      int    `json:"rating,omitempty" minimum:"0" maximum:"5"`
	}
}

// answerVisit is the household's word on a visit.
func (a *api) answerVisit(ctx context.Context, house access.Household, in *answerInput) (*struct{}, error) {
	_, err := a.Visit.Answer(ctx, house, in.Body.VisitID, in.Body.Answer, in.Body.Rating)
	return nil, err
}

type needsInput struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
}

type needsOutput struct {
	Body struct {
		Needs []Need `json:"needs"`
	}
}

// needs are the household's difficulties, the latest first.
func (a *api) needs(ctx context.Context, house access.Household, in *needsInput) (*needsOutput, error) {
	list, err := a.Visit.NeedsOf(ctx, house)
	out := &needsOutput{}
	out.Body.Needs = []Need{}
	for _, n := range list {
		out.Body.Needs = append(out.Body.Needs, needView(n))
	}
	return out, err
}

type addFileInput struct {
	Body struct {
		VisitID string `json:"visit_id" minLength:"1" maxLength:"80"`
		Content []byte `json:"content" doc:"JPEG或PNG,base64"`
	}
}

type addFileOutput struct {
	Body struct {
		Files int `json:"files" doc:"这次走访现在有几个"`
	}
}

// addFile adds a picture to the cadre's own visit; nobody has to.
func (a *api) addFile(ctx context.Context, cadre access.Cadre, in *addFileInput) (*addFileOutput, error) {
	v, err := a.Visit.AddFile(ctx, cadre, in.Body.VisitID, in.Body.Content)
	if err != nil {
		return nil, err
	}
	out := &addFileOutput{}
	out.Body.Files = len(v.Files)
	return out, nil
}
