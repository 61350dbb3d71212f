package model_test

import (
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
)

func entrantGrant(version int, from model.Date, fen model.Fen) model.Programme {
	return model.Programme{
		ID: model.ProgrammeID("new_entrant", version), Code: "new_entrant", Version: version, From: from, Title: "新生助学金",
		Summary: "考上大中专的学生一次性助学金", System: model.SystemRelief, Category: model.CategoryEducation, PerPerson: true,
		Amount: fen, SecondAbove: 500000, Documents: []string{"admission_letter"}, Method: model.MethodTransfer,
		Rules: []model.Rule{{
			Code: "NEW_COLLEGE_ENTRANT", Fact: "new_college_entrant", Op: model.OpEqual, Values: []string{"true"}, SaysYes: "是", SaysNo: "不是",
		}},
	}
}

// TestVersionsAcrossTheYearsEnd has the old version to the last day of the year and the new one from the first.
func TestVersionsAcrossTheYearsEnd(t *testing.T) {
	old, next := entrantGrant(1, "2017-01-01", 1200000), entrantGrant(2, "2018-01-01", 1300000)
	ended := entrantGrant(1, "2016-01-01", 100)
	ended.Code, ended.ID, ended.To = "ended", "ended/1", "2017-12-31"
	list := []model.Programme{ended, old, next}
	for day, want := range map[model.Date][]string{
		"2015-12-31": nil, "2016-12-31": {"ended/1"}, "2017-12-31": {"ended/1", "new_entrant/1"}, "2018-01-01": {"new_entrant/2"},
	} {
		var got []string
		for _, p := range model.InForce(list, day) {
			got = append(got, p.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
	// A rule of one version may end with the year, too, and another begin.
	ends, begins := old.Rules[0], old.Rules[0]
	ends.Code, ends.To, begins.Code, begins.From = "ENDS", "2017-12-31", "BEGINS", "2018-01-01"
	for day, want := range map[model.Date]string{"2017-12-31": "ENDS", "2018-01-01": "BEGINS"} {
		if trace := model.Evaluate([]model.Rule{ends, begins}, nil, day); len(trace) != 1 || trace[0].Rule != want {
			t.Errorf("%s: %+v", day, trace)
		}
	}
}

func TestProgrammesThatAreRefused(t *testing.T) {
	if err := entrantGrant(1, "2017-01-01", 1200000).Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*model.Programme){
		"code": func(p *model.Programme) { p.Code = "New Entrant" }, "title": func(p *model.Programme) { p.Title = "" },
		"from": func(p *model.Programme) { p.From = "2017" }, "to": func(p *model.Programme) { p.To = "2016-01-01" },
		"system": func(p *model.Programme) { p.System = "magic" }, "category": func(p *model.Programme) { p.Category = "" },
		"amount": func(p *model.Programme) { p.Amount = -1 }, "ceiling": func(p *model.Programme) { p.Ceiling = 1 },
		"method": func(p *model.Programme) { p.Method = "barter" }, "no rules": func(p *model.Programme) { p.Rules = nil },
		"paper":                          func(p *model.Programme) { p.Documents = []string{"selfie"} },
		"twice":                          func(p *model.Programme) { p.Rules = append(p.Rules, p.Rules[0]) },
		"a person's fact of a household": func(p *model.Programme) { p.PerPerson = false },
	} {
		p := entrantGrant(1, "2017-01-01", 1200000)
		if spoil(&p); p.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// student is a household with a student who entered college in September of 2017.
func student() model.EligibilityInput {
	return model.EligibilityInput{
		Household: model.Household{ID: "H-1", Attributes: []model.HouseholdAttribute{{Kind: model.AttributeSubsistence, From: "2016-03-01", To: "2017-12-31"}}},
		Persons: []model.Person{{
			ID: "P-1", Status: model.PersonAlive, BirthDate: "1999-06-15", StudentStage: "university", Disability: "肢体残疾三级",
			Memberships: []model.Membership{{HouseholdID: "H-1", From: "2016-03-01"}},
			Attrs:       map[string]any{model.FieldCollegeEntered: "2017-09-01", "work_months": int32(3)},
		}},
		Incomes: []model.IncomeRecord{{ID: "H-1/2016", Year: 2016, Wage: 500000, Members: 1}, {ID: "H-1/2018", Year: 2018, Wage: 900000, Members: 1}},
		Entries: []model.Entry{
			{ID: "e1", Programme: "new_entrant", PersonID: "P-1", Amount: 1200000, PaidOn: "2017-09-10"},
			{ID: "r1", Programme: "new_entrant", PersonID: "P-1", Amount: -1200000, PaidOn: "2017-09-12", ReversesID: "e1"},
			{ID: "e2", Programme: "new_entrant", PersonID: "P-1", Amount: 1200000, PaidOn: "2018-01-10"},
			{ID: "e3", Programme: "new_entrant", PersonID: "P-2", Amount: 1200000, PaidOn: "2017-05-01"},
		},
	}
}

func TestFacts(t *testing.T) {
	known := student()
	p := &known.Persons[0]
	for _, c := range []struct {
		day, until model.Date
		name       string
		want       any
		asOf       model.Date
	}{
		{"2017-12-31", "2017-12-31", "subsistence", true, "2016-03-01"},
		{"2018-01-01", "2018-01-01", "subsistence", false, "2018-01-01"},
		{"2017-12-31", "2017-12-31", "new_college_entrant", true, "2017-12-31"},
		{"2018-01-01", "2018-01-01", "new_college_entrant", false, "2018-01-01"},
		{"2018-06-14", "2018-06-14", "age", 18, "2018-06-14"},
		{"2018-06-15", "2018-06-15", "age", 19, "2018-06-15"},
		{"2017-12-31", "2017-12-31", "income_per_head", model.Fen(500000), "2016-12-31"},
		{"2018-01-01", "2018-01-01", "income_per_head", model.Fen(900000), "2018-01-01"},
		{"2017-12-31", "2017-12-31", "disability_grade", 3, "2017-12-31"},
		{"2017-12-31", "2017-12-31", "members", 1, "2017-12-31"},
		{"2017-12-31", "2017-12-31", "person.work_months", int32(3), "2017-12-31"},
		{"2017-09-11", "2017-09-11", "received_times", 1, "2017-09-10"},
		{"2017-12-31", "2017-12-31", "received_times", 0, "2017-12-31"}, // it was taken back
		{"2017-12-31", "2018-01-31", "received_times", 1, "2018-01-10"}, // applied before, paid since
		{"2017-12-31", "2018-01-31", "received_this_year", 0, "2018-01-10"},
	} {
		f, ok := known.FactsOn(c.day, c.until, "new_entrant", p)[c.name]
		if !ok || f.Value != c.want || f.AsOf != c.asOf || f.Source == "" {
			t.Errorf("%s on %s: %+v, want %v of %s", c.name, c.day, f, c.want, c.asOf)
		}
	}
	delete(p.Attrs, model.FieldCollegeEntered)
	if f, ok := known.FactsOn("2017-12-31", "2017-12-31", "new_entrant", p)["new_college_entrant"]; ok {
		t.Errorf("nobody entered when the student came to college, and yet: %+v", f)
	}
	if _, ok := known.FactsOn("2017-12-31", "2017-12-31", "x", nil)["age"]; ok {
		t.Error("a household has an age")
	}
	p.Disability = "智力残疾"
	if _, ok := known.FactsOn("2017-12-31", "2017-12-31", "x", p)["disability_grade"]; ok {
		t.Error("a grade that is not written")
	}
}

// TestEveryFactIsGathered so that no rule asks for what nobody ever fills in.
func TestEveryFactIsGathered(t *testing.T) {
	known := student()
	h, p := &known.Household, &known.Persons[0]
	h.StatusHistory = []model.StatusChange{{Status: model.StatusRegistered, On: "2016-03-01"}}
	p.Sex, p.LabourAbility = "male", "full"
	facts := known.FactsOn("2017-12-31", "2017-12-31", "x", p)
	for _, k := range model.FactKinds {
		if f, ok := facts[k.Name]; !ok || f.String() == "" || strings.Contains(f.String(), "%!") {
			t.Errorf("%s: %+v", k.Name, f)
		}
	}
	if got := model.FactLabel("household.housing_type"); got != "“住房类型”" {
		t.Error(got)
	}
}

func TestPapers(t *testing.T) {
	today := model.Date("2017-12-28")
	jpeg := []byte("\xff\xd8\xff\xe0 and so on")
	for name, c := range map[string]struct {
		paper   model.Paper
		content []byte
		want    string
	}{
		"good":            {model.Paper{Kind: "household_register"}, jpeg, ""},
		"a person's":      {model.Paper{Kind: "admission_letter", PersonID: "P-1"}, []byte("%PDF-1.4"), ""},
		"whose":           {model.Paper{Kind: "admission_letter"}, jpeg, "paper_kind"},
		"what":            {model.Paper{Kind: "poem"}, jpeg, "paper_kind"},
		"a page":          {model.Paper{Kind: "other"}, []byte("<html>"), "paper_type"},
		"its end only":    {model.Paper{Kind: "other"}, []byte("x%PDF-1.4"), "paper_type"},
		"empty":           {model.Paper{Kind: "other"}, nil, "paper_size"},
		"large":           {model.Paper{Kind: "other"}, append(jpeg, make([]byte, model.MaxPaper)...), "paper_size"},
		"out of date":     {model.Paper{Kind: "other", ValidTo: "2017-12-27"}, jpeg, "paper_valid_to"},
		"nonsense date":   {model.Paper{Kind: "other", ValidTo: "soon"}, jpeg, "paper_valid_to"},
		"good until then": {model.Paper{Kind: "other", ValidTo: "2017-12-28"}, jpeg, ""},
	} {
		err := model.CheckPaper(c.paper, c.content, today)
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	mine := model.Paper{Kind: "admission_letter", PersonID: "P-1", ValidTo: "2017-12-31"}
	if !mine.Fits("admission_letter", "P-1", "2017-12-31") || mine.Fits("admission_letter", "P-2", "2017-12-31") || mine.Fits("admission_letter", "P-1", "2018-01-01") {
		t.Error("a letter serves whom it is not for, or when it is not valid")
	}
}

func codeOf(err error) string {
	if e, ok := err.(*model.Error); ok {
		return e.Code
	}
	return ""
}
