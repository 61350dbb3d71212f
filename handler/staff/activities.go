package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Activity is a meeting, a themed day or the work of volunteers.
type Activity struct {
	ID           string             `json:"id" minLength:"8" maxLength:"64" doc:"新建时页面上生成,重发时不变"`
	Rev          int64              `json:"rev,omitempty" doc:"修改时写看到的版本;新建不写"`
	Kind         model.ActivityKind `json:"kind" enum:"meeting,themed,volunteers_join,volunteer_visit,volunteer_medical,volunteer_farm"`
	KindLabel    string             `json:"kind_label,omitempty" readOnly:"true"`
	Title        string             `json:"title" minLength:"1" maxLength:"100"`
	On           string             `json:"on" format:"date"`
	Participants int                `json:"participants" minimum:"0" maximum:"100000"`
	Households   []string           `json:"households,omitempty" maxItems:"500"`
	Text         string             `json:"text,omitempty" maxLength:"2000"`
}

func activityView(a model.Activity) Activity {
	return Activity{
		ID: a.ID, Rev: a.Rev, Kind: a.Kind, KindLabel: a.Kind.Label(), Title: a.Title, On: string(a.On), Participants: a.Participants,
		Households: a.Households, Text: a.Text,
	}
}

type yearInput struct {
	Year int `query:"year" required:"true" minimum:"2000" maximum:"2100"`
}

type activitiesOutput struct {
	Body struct {
		Activities []Activity `json:"activities"`
	}
}

func (a *api) activities(ctx context.Context, cut access.Lists, in *yearInput) (*activitiesOutput, error) {
	list, err := a.Visit.Activities(ctx, cut, in.Year)
	out := &activitiesOutput{}
	out.Body.Activities = []Activity{}
	for _, x := range list {
		out.Body.Activities = append(out.Body.Activities, activityView(x))
	}
	return out, err
}

type activityIO struct{ Body Activity }

func (a *api) keepActivity(ctx context.Context, farm access.Farm, in *activityIO) (*activityIO, error) {
	b := in.Body
	kept, err := a.Visit.KeepActivity(ctx, farm, b.Rev, model.Activity{
		ID: b.ID, Kind: b.Kind, Title: b.Title, On: model.Date(b.On), Participants: b.Participants, Households: b.Households, Text: b.Text,
	})
	if err != nil {
		return nil, err
	}
	return &activityIO{Body: activityView(kept)}, nil
}

// Debriefing is how a unit's people rated its cadres' report of the year.
type Debriefing struct {
	UnitID       string        `json:"unit_id" minLength:"1" maxLength:"40"`
	Year         int           `json:"year" minimum:"2000" maximum:"2100"`
	Rev          int64         `json:"rev,omitempty" doc:"修改时写看到的版本;新建不写"`
	On           string        `json:"on" format:"date"`
	Ballots      model.Ballots `json:"ballots"`
	Satisfaction int           `json:"satisfaction_percent,omitempty" readOnly:"true" doc:"满意和很满意的占比,向下取整"`
}

func debriefingView(d model.Debriefing) Debriefing {
	return Debriefing{
		UnitID: d.UnitID, Year: d.Year, Rev: d.Rev, On: string(d.On), Ballots: d.Ballots, Satisfaction: d.Ballots.Satisfaction(),
	}
}

type debriefingsOutput struct {
	Body struct {
		Debriefings []Debriefing `json:"debriefings"`
	}
}

func (a *api) debriefings(ctx context.Context, cut access.Lists, in *yearInput) (*debriefingsOutput, error) {
	list, err := a.Visit.Debriefings(ctx, cut, in.Year)
	out := &debriefingsOutput{}
	out.Body.Debriefings = []Debriefing{}
	for _, d := range list {
		out.Body.Debriefings = append(out.Body.Debriefings, debriefingView(d))
	}
	return out, err
}

type debriefingIO struct{ Body Debriefing }

func (a *api) keepDebriefing(ctx context.Context, farm access.Farm, in *debriefingIO) (*debriefingIO, error) {
	b := in.Body
	kept, err := a.Visit.KeepDebriefing(ctx, farm, b.Rev, model.Debriefing{UnitID: b.UnitID, Year: b.Year, On: model.Date(b.On), Ballots: b.Ballots})
	if err != nil {
		return nil, err
	}
	return &debriefingIO{Body: debriefingView(kept)}, nil
}

// Doctor is a household's contract with its family doctor.
type Doctor struct {
	Doctor string     `json:"doctor"`
	UnitID string     `json:"unit_id,omitempty"`
	From   model.Date `json:"from"`
	To     model.Date `json:"to,omitempty"`
}

type doctorsOutput struct {
	Body struct {
		Contracts []Doctor `json:"contracts"`
	}
}

func (a *api) doctors(ctx context.Context, house access.Household, in *ByNo) (*doctorsOutput, error) {
	list, err := a.People.Doctors(ctx, house)
	if err == nil {
		err = a.looked(ctx, model.AccessHealth, house.ID())
	}
	if err != nil {
		return nil, err
	}
	out := &doctorsOutput{}
	out.Body.Contracts = []Doctor{}
	for _, c := range list {
		out.Body.Contracts = append(out.Body.Contracts, Doctor{Doctor: c.Doctor, UnitID: c.UnitID, From: c.From, To: c.To})
	}
	return out, err
}

type signDoctorInput struct {
	ByNo
	Body struct {
		Doctor string `json:"doctor" minLength:"1" maxLength:"40"`
		UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"医院"`
		From   string `json:"from" format:"date"`
	}
}

type doctorOutput struct{ Body Doctor }

func (a *api) signDoctor(ctx context.Context, house access.Household, in *signDoctorInput) (*doctorOutput, error) {
	c, err := a.People.SignDoctor(ctx, house, in.Body.Doctor, in.Body.UnitID, model.Date(in.Body.From))
	if err != nil {
		return nil, err
	}
	return &doctorOutput{Body: Doctor{Doctor: c.Doctor, UnitID: c.UnitID, From: c.From}}, nil
}
