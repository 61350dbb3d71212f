package staff

import (
	"context"
	"time"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// Taker is a cadre who takes a household over.
type Taker struct {
	CadreID string `json:"cadre_id" minLength:"1" maxLength:"40"`
	Role    string `json:"role,omitempty" enum:"lead,member" doc:"牵头或参加"`
	CardNo  string `json:"card_no,omitempty" maxLength:"50" doc:"对接卡号"`
}

func (w Taker) with() people.PairWith {
	return people.PairWith{CadreID: w.CadreID, Role: model.PairingRole(w.Role), CardNo: w.CardNo}
}

type pairInput struct {
	ByNo
	Body struct {
		Taker
		From string `json:"from" format:"date"`
	}
}

type pairOutput struct {
	Body struct {
		PairingID string     `json:"pairing_id"`
		From      model.Date `json:"from"`
	}
}

func (a *api) pair(ctx context.Context, house access.Household, in *pairInput) (*pairOutput, error) {
	p, err := a.People.Pair(ctx, house, in.Body.with(), model.Date(in.Body.From))
	if err != nil {
		return nil, err
	}
	out := &pairOutput{}
	out.Body.PairingID, out.Body.From = p.ID, p.From
	return out, nil
}

type pairingsInput struct {
	Nos []string `query:"household_no" required:"true" minItems:"1" maxItems:"200" doc:"哪几户,用逗号隔开"`
}

// OpenPairing is a cadre who helps a household today.
type OpenPairing struct {
	ID      string            `json:"pairing_id"`
	No      string            `json:"household_no"`
	CadreID string            `json:"cadre_id"`
	Role    model.PairingRole `json:"role"`
	From    model.Date        `json:"from"`
}

type pairingsOutput struct {
	Body struct {
		Pairings []OpenPairing `json:"pairings"`
	}
}

func (a *api) pairings(ctx context.Context, cut access.Lists, in *pairingsInput) (*pairingsOutput, error) {
	list, err := a.People.OpenPairings(ctx, cut, in.Nos)
	if err != nil {
		return nil, err
	}
	out := &pairingsOutput{}
	out.Body.Pairings = []OpenPairing{}
	for _, p := range list {
		out.Body.Pairings = append(out.Body.Pairings, OpenPairing{p.ID, p.HouseholdID, p.CadreID, p.Role, p.From})
	}
	return out, nil
}

type handoverInput struct {
	ByNo
	Body struct {
		PairingID string  `json:"pairing_id" minLength:"1" maxLength:"80"`
		On        string  `json:"on" format:"date" doc:"从哪天起不再结对"`
		Reason    string  `json:"reason" minLength:"1" maxLength:"500"`
		To        []Taker `json:"to,omitempty" maxItems:"5" doc:"由谁接手;最后一位走时必须写"`
	}
}

type handoverOutput struct {
	Body struct {
		No      string   `json:"household_no"`
		From    string   `json:"from_cadre_id"`
		To      []string `json:"to_cadre_ids"`
		Reason  string   `json:"reason"`
		Status  string   `json:"status_label"`
		Members []Member `json:"members"`
		Needs   []Need   `json:"needs" doc:"没有办完的难事和承诺,接手的人要办"`
	}
}

func (a *api) handOver(ctx context.Context, house access.Household, in *handoverInput) (*handoverOutput, error) {
	e := people.Ending{On: model.Date(in.Body.On), Reason: in.Body.Reason}
	for _, w := range in.Body.To {
		e.Handover = append(e.Handover, w.with())
	}
	card, err := a.People.EndPairing(ctx, house, in.Body.PairingID, e)
	if err != nil {
		return nil, err
	}
	out := &handoverOutput{}
	out.Body.No, out.Body.From, out.Body.Reason, out.Body.Status = card.Household.ID, card.From.CadreID, card.Reason, card.Household.Status.Label()
	out.Body.To, out.Body.Members = []string{}, fileView(people.File{Members: card.Members}).Members
	out.Body.Needs = []Need{}
	for _, n := range card.Needs {
		out.Body.Needs = append(out.Body.Needs, a.needView(n))
	}
	for _, p := range card.To {
		out.Body.To = append(out.Body.To, p.CadreID)
	}
	return out, nil
}

// Load is how many households somebody helps.
type Load struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	UnitID   string `json:"unit_id"`
	Pairings int    `json:"pairings"`
}

type loadsInput struct {
	On string `query:"on" format:"date" doc:"哪一天的;不写就是今天"`
}

type loadsOutput struct {
	Body struct {
		Cadres  []Load   `json:"cadres"`
		Units   []Load   `json:"units"`
		Uncared []string `json:"uncared" doc:"该有干部却没有的户;应当总是空的"`
	}
}

func (a *api) loads(ctx context.Context, cut access.Lists, in *loadsInput) (*loadsOutput, error) {
	day := model.Date(in.On)
	if day == "" {
		day = model.DateOf(a.Now())
	}
	cadres, units, err := a.People.Loads(ctx, cut, day)
	if err != nil {
		return nil, err
	}
	out := &loadsOutput{}
	out.Body.Cadres, out.Body.Units = loadsView(cadres), loadsView(units)
	out.Body.Uncared, err = a.People.Unassigned(ctx, cut, day)
	if out.Body.Uncared == nil {
		out.Body.Uncared = []string{}
	}
	return out, err
}

func loadsView(list []people.Load) []Load {
	view := []Load{}
	for _, l := range list {
		view = append(view, Load(l))
	}
	return view
}

type registerInput struct {
	On string `query:"on" required:"true" format:"date"`
}

type registerOutput struct {
	Body struct {
		Households int            `json:"households"`
		Persons    int            `json:"persons"`
		Cadres     int            `json:"paired_cadres"`
		ByStatus   map[string]int `json:"by_status"`
		NotYet     int            `json:"identified" doc:"识别了、还没有建档的"`
	}
}

func (a *api) register(ctx context.Context, cut access.Lists, in *registerInput) (*registerOutput, error) {
	r, err := a.People.RegisterOn(ctx, cut, model.Date(in.On))
	if err != nil {
		return nil, err
	}
	out := &registerOutput{}
	out.Body.Households, out.Body.Persons, out.Body.Cadres, out.Body.ByStatus = r.Households, r.Persons, r.Cadres, map[string]int{}
	out.Body.NotYet = r.NotYet
	for s, n := range r.ByStatus {
		out.Body.ByStatus[string(s)] = n
	}
	return out, nil
}

type auditInput struct {
	Ordering
	Household string `query:"household_no" maxLength:"40" doc:"只看这一户的"`
	Before    string `query:"before" maxLength:"12" doc:"上一页最后一行的号"`
	Limit     int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// AuditLine is one line of the audit log.
type AuditLine struct {
	Seq       string    `json:"seq"`
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Action    string    `json:"action"`
	Record    string    `json:"record"`
	Household string    `json:"household_no,omitempty"`
	Fields    []string  `json:"fields"`
	Reason    string    `json:"reason"`
}

type auditOutput struct {
	Body struct {
		Lines []AuditLine `json:"lines"`
	}
}

func (a *api) audit(ctx context.Context, cut access.Lists, in *auditInput) (*auditOutput, error) {
	if in.Sort != "" && in.Sort != "at" {
		return nil, errOrder // the log grows without end: it is read by its numbers, from either end
	}
	list, err := a.People.Audit(ctx, cut, repo.AuditPage{After: in.Before, Oldest: in.Sort == "at" && !in.Down, Limit: int64(in.Limit)})
	if err != nil {
		return nil, err
	}
	out := &auditOutput{}
	out.Body.Lines = []AuditLine{}
	for _, e := range list {
		out.Body.Lines = append(out.Body.Lines, AuditLine{
			Seq: e.ID, At: e.At, Actor: model.Unnamed(e.Actor), Action: e.Action, Record: model.Unnamed(e.Record), Household: e.HouseholdID, Fields: e.Fields, Reason: e.Reason,
		})
	}
	return out, nil
}
