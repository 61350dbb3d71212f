package staff

import (
	"context"
	"strconv"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
)

// Reason is one condition that is not met.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text" doc:"缺什么、用的是哪个数、从哪里来、哪一天的"`
}

func reasonsOf(list []model.Reason) []Reason {
	reasons := []Reason{}
	for _, r := range list {
		reasons = append(reasons, Reason{r.Code, r.Msg})
	}
	return reasons
}

type unmetInput struct {
	ByNo
	To         string `query:"to" required:"true" maxLength:"30"`
	On         string `query:"on" required:"true" format:"date"`
	Monitoring string `query:"monitoring" maxLength:"30"`
}

type unmetOutput struct {
	Body struct {
		Unmet []Reason `json:"unmet" doc:"空的就是条件都够"`
	}
}

func (a *api) unmet(ctx context.Context, house access.Household, in *unmetInput) (*unmetOutput, error) {
	m := people.Move{To: model.HouseholdStatus(in.To), On: model.Date(in.On), Monitoring: in.Monitoring}
	list, err := a.People.Unmet(ctx, house, m)
	if err != nil {
		return nil, err
	}
	out := &unmetOutput{}
	out.Body.Unmet = reasonsOf(list)
	return out, nil
}

type moveInput struct {
	ByNo
	Body struct {
		Rev        int64  `json:"rev" minimum:"1"`
		To         string `json:"to" minLength:"1" maxLength:"30" doc:"改成哪种户情"`
		On         string `json:"on" format:"date"`
		Evidence   string `json:"evidence" minLength:"1" maxLength:"500" doc:"依据"`
		Monitoring string `json:"monitoring,omitempty" maxLength:"30" doc:"列入监测时:unstable_exited、marginal或sudden_hardship"`
	}
}

func (a *api) move(ctx context.Context, house access.Household, in *moveInput) (*householdOutput, error) {
	b := in.Body
	return answer(a.People.MoveStatus(ctx, house, people.Move{
		Rev: b.Rev, To: model.HouseholdStatus(b.To), On: model.Date(b.On), Evidence: b.Evidence, Monitoring: b.Monitoring,
	}))
}

type correctionInput struct {
	ByNo
	Body struct {
		Rev      int64  `json:"rev" minimum:"1"`
		Line     int    `json:"line" minimum:"1" doc:"更正户情记录的第几行"`
		Status   string `json:"status" minLength:"1" maxLength:"30"`
		On       string `json:"on" format:"date"`
		Evidence string `json:"evidence" minLength:"1" maxLength:"500"`
	}
}

func (a *api) correct(ctx context.Context, house access.Household, in *correctionInput) (*householdOutput, error) {
	b := in.Body
	return answer(a.People.CorrectStatus(ctx, house, b.Rev, b.Line, model.StatusChange{
		Status: model.HouseholdStatus(b.Status), On: model.Date(b.On), Evidence: b.Evidence,
	}))
}

type leaveInput struct {
	ByNo
	Body struct {
		PersonID  string `json:"person_id" minLength:"1" maxLength:"50"`
		Status    string `json:"status" enum:"deceased,moved_out" doc:"去世或迁出"`
		On        string `json:"on" format:"date" doc:"从哪天起不在"`
		Evidence  string `json:"evidence" minLength:"1" maxLength:"500"`
		NewHeadID string `json:"new_head_person_id,omitempty" maxLength:"50" doc:"走的是户主时,由谁当户主"`
	}
}

func (a *api) leave(ctx context.Context, house access.Household, in *leaveInput) (*householdOutput, error) {
	b := in.Body
	return answer(a.People.Leave(ctx, house, people.Leaving{
		PersonID: b.PersonID, Status: model.PersonStatus(b.Status), On: model.Date(b.On), Evidence: b.Evidence, NewHeadID: b.NewHeadID,
	}))
}

type splitInput struct {
	ByNo
	Body struct {
		NewNo     string   `json:"new_household_no" minLength:"2" maxLength:"40"`
		HeadID    string   `json:"head_person_id" minLength:"1" maxLength:"50"`
		MemberIDs []string `json:"person_ids" minItems:"1" maxItems:"20"`
		UnitID    string   `json:"unit_id,omitempty" maxLength:"50"`
		Address   string   `json:"address,omitempty" maxLength:"200"`
		On        string   `json:"on" format:"date"`
		Evidence  string   `json:"evidence" minLength:"1" maxLength:"500"`
	}
}

func (a *api) split(ctx context.Context, house access.Household, in *splitInput) (*householdOutput, error) {
	b := in.Body
	return answer(a.People.Split(ctx, house, people.Splitting{
		NewID: b.NewNo, HeadID: b.HeadID, MemberIDs: b.MemberIDs, UnitID: b.UnitID, Address: b.Address, On: model.Date(b.On), Evidence: b.Evidence,
	}))
}

type mergeInput struct {
	ByNo
	Body struct {
		IntoNo   string `json:"into_household_no" minLength:"2" maxLength:"40"`
		On       string `json:"on" format:"date"`
		Evidence string `json:"evidence" minLength:"1" maxLength:"500"`
	}
}

func (a *api) merge(ctx context.Context, both access.Merge, in *mergeInput) (*householdOutput, error) {
	return answer(a.People.Merge(ctx, both, people.Merging{
		On: model.Date(in.Body.On), Evidence: in.Body.Evidence,
	}))
}

type unsplitInput struct {
	ByNo
	Body struct {
		IntoNo string `json:"into_household_no" minLength:"2" maxLength:"40" doc:"当时从哪一户分出来的"`
		Why    string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (a *api) unsplit(ctx context.Context, both access.Merge, in *unsplitInput) (*householdOutput, error) {
	return answer(a.People.UndoSplit(ctx, both, in.Body.Why))
}

type unmergeInput struct {
	ByNo
	Body struct {
		Why string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (a *api) unmerge(ctx context.Context, house access.Household, in *unmergeInput) (*householdOutput, error) {
	return answer(a.People.UndoMerge(ctx, house, in.Body.Why))
}

type incomeInput struct {
	ByNo
	Year int `path:"year" minimum:"2000" maximum:"2100"`
	Body struct {
		Rev       int64  `json:"rev,omitempty" doc:"新的写0"`
		Why       string `json:"why" minLength:"1" maxLength:"500"`
		Wage      string `json:"wage_yuan" doc:"工资性收入,元,最多两位小数"`
		Operating string `json:"operating_yuan" doc:"经营性收入"`
		Property  string `json:"property_yuan" doc:"财产性收入"`
		Transfer  string `json:"transfer_yuan" doc:"转移性收入"`
		Costs     string `json:"costs_yuan" doc:"生产经营支出"`
		Members   int    `json:"members" minimum:"1" maximum:"30" doc:"年末人数"`
	}
}

type incomeOutput struct {
	Body struct {
		Rev     int64  `json:"rev"`
		Net     string `json:"net_yuan"`
		PerHead string `json:"per_head_yuan"`
		Year    string `json:"year"`
	}
}

func (a *api) putIncome(ctx context.Context, house access.Household, in *incomeInput) (*incomeOutput, error) {
	b := in.Body
	r := model.IncomeRecord{HouseholdID: in.No, Year: in.Year, Members: b.Members}
	for _, part := range []struct {
		to   *model.Fen
		text string
	}{{&r.Wage, b.Wage}, {&r.Operating, b.Operating}, {&r.Property, b.Property}, {&r.Transfer, b.Transfer}, {&r.Costs, b.Costs}} {
		fen, err := model.ParseYuan(part.text)
		if err != nil {
			return nil, err
		}
		*part.to = fen
	}
	r, err := a.People.PutIncome(ctx, house, r, b.Rev, b.Why)
	if err != nil {
		return nil, err
	}
	v, out := incomeView(r), &incomeOutput{}
	out.Body.Rev, out.Body.Net, out.Body.PerHead, out.Body.Year = v.Rev, v.Net, v.PerHead, strconv.Itoa(v.Year)
	return out, nil
}
