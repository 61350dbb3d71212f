package model_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/service/model"
)

// TestAPersonBelongsFromDayToDay: the day on which a membership ends is the first without.
func TestAPersonBelongsFromDayToDay(t *testing.T) {
	p := model.Person{Memberships: []model.Membership{
		{HouseholdID: "H-1", Relation: model.RelationHead, From: "2017-01-01"}, {HouseholdID: "H-2", From: "2016-01-01", To: "2016-12-31"},
	}}
	p.EndMembership("H-1", "2018-01-10")
	for day, where := range map[model.Date]string{"2015-12-31": "", "2016-12-31": "H-2", "2017-01-01": "H-1", "2018-01-09": "H-1", "2018-01-10": ""} {
		_, in1 := p.Member("H-1", day)
		_, in2 := p.Member("H-2", day)
		if in1 != (where == "H-1") || in2 != (where == "H-2") || p.BelongsAnywhere(day) != (where != "") {
			t.Errorf("%s: in H-1 %v, in H-2 %v", day, in1, in2)
		}
	}
	if p.EndMembership("H-2", "2018-01-10"); p.Memberships[1].To != "2016-12-31" {
		t.Error("what had ended ends again")
	}
	p.Insurances = []model.Insurance{{Kind: model.InsuranceBasic, Year: 2017}}
	if !p.Insured(model.InsuranceBasic, 2017) || p.Insured(model.InsuranceBasic, 2018) || p.Insured(model.InsuranceGroup, 2017) {
		t.Error("insurance")
	}
}

// TestIdsOfPeopleThatCannotBe says what is wrong with each.
func TestIdsOfPeopleThatCannotBe(t *testing.T) {
	valid := func(first17 string) string { return first17 + string(model.IDCheckDigit(first17)) }
	if born, sex, err := model.CheckNationalID(" " + strings.ToLower(valid("23990019500101002")) + " "); err != nil || born != "1950-01-01" || sex != "female" {
		t.Errorf("%s %s %v", born, sex, err)
	}
	for id, want := range map[string]string{
		"": "national_id_form", "2399001950010100": "national_id_form", "23990019500101A012": "national_id_form",
		valid("23990019500101001")[:17] + "?": "national_id_check", valid("23990019501301001"): "national_id_birth",
	} {
		if _, _, err := model.CheckNationalID(id); codeOf(err) != want {
			t.Errorf("%q: %v, want %s", id, err, want)
		}
	}
}

// TestDaysAsPeopleSayThem: the year only where it is another one.
func TestDaysAsPeopleSayThem(t *testing.T) {
	if got := model.Date("2018-01-05").Near("2018-12-31"); got != "1月5日(星期五)" {
		t.Error(got)
	}
	if got := model.Date("2018-01-05").Near("2017-12-31"); got != "2018年1月5日" {
		t.Error(got)
	}
	p, err := model.ParsePeriod("2018-02")
	if err != nil || p.Label() != "2018年2月" || p.First() != "2018-02-01" || p.Last() != "2018-02-28" || model.Period("2020-02").Last() != "2020-02-29" {
		t.Errorf("%s %v", p.Label(), err)
	}
	if (model.Month{ID: "2018-02"}).Period() != p || (model.Donation{On: "2018-02-01"}).Year() != 2018 {
		t.Error("the month of the books, the year of a donation")
	}
	for _, bad := range []string{"", "2018", "2018-13", "2018-1", "2018-01-05"} {
		if _, err := model.ParsePeriod(bad); err == nil {
			t.Errorf("%q is a month", bad)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 25000: "25,000", -25000: "-25,000", 1234567: "1,234,567"} {
		if got := model.Grouped(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	if model.Fen(-5).Abs() != 5 || model.Fen(5).Abs() != 5 {
		t.Error("amounts without a sign")
	}
}

// TestWhatTheFarmHasDecided, and what holds where it has decided nothing.
func TestWhatTheFarmHasDecided(t *testing.T) {
	s := model.DefaultSettings()
	if s.DueIn(model.NeedMedical) != 7 || s.DueIn(model.NeedHousing) != s.NeedDays || s.SearchLimit() != 120 || s.ExportLimit() != 200 {
		t.Error("the defaults")
	}
	s.SearchPerHour, s.ExportRows = 5, 6
	if s.SearchLimit() != 5 || s.ExportLimit() != 6 {
		t.Error("its own limits")
	}
	s.ApplicationDays = map[model.ApplicationState]int{model.AppChecking: 9, model.AppClosed: 9}
	for state, days := range map[model.ApplicationState]int{model.AppChecking: 9, model.AppVerified: 5, model.AppClosed: 0} {
		if got := s.AidDays(state); got != days {
			t.Errorf("%s: %d days", state, got)
		}
	}
	if !s.InTime("2018-01-05", "2018-01-07") || s.InTime("2018-01-05", "2018-01-08") {
		t.Error("a visit in time")
	}
}

// TestVisitsMerge: the same kind with the same words adds up, and words are not said twice.
func TestVisitsMerge(t *testing.T) {
	v := model.Visit{Keys: []string{"k"}}
	for _, i := range []model.VisitItem{{Kind: model.KindTalk, Count: 1}, {Kind: model.KindTalk, Count: 2}, {Kind: model.KindGoods, Count: 1, Text: "大米"},
		{Kind: model.KindGoods, Count: 1, Text: "油"}, {Kind: model.KindGoods, Count: 1}} {
		v.Add(i)
	}
	want := []model.VisitItem{{Kind: model.KindTalk, Count: 3}, {Kind: model.KindGoods, Count: 2, Text: "大米"}, {Kind: model.KindGoods, Count: 1, Text: "油"}}
	if !reflect.DeepEqual(v.Items, want) {
		t.Errorf("%+v", v.Items)
	}
	for _, words := range []string{"  ", "房顶漏雨", " 房顶漏雨 ", "要买药"} {
		v.Say(words)
	}
	if v.Words != "房顶漏雨\n要买药" || !v.HasKey("k") || v.HasKey("x") {
		t.Errorf("%q", v.Words)
	}
	for state, open := range map[model.ExpectationState]bool{model.ExpectedVisit: true, model.VisitExcuseOpen: true, model.VisitedInTime: false, model.VisitCancelled: false} {
		if (model.Expectation{State: state}).Open() != open {
			t.Errorf("%s is open: %v", state, !open)
		}
	}
}

// TestNeeds: whose turn it is in each state, and what the words sound like.
func TestNeeds(t *testing.T) {
	for _, s := range model.NeedStates {
		n := model.Need{State: s}
		live := s != model.NeedConfirmed && s != model.NeedImpossible && s != model.NeedWithdrawn
		if n.Live() != live || n.Waits() != (s == model.NeedOpen || s == model.NeedReopened) {
			t.Errorf("%s: live %v, waits %v", s, n.Live(), n.Waits())
		}
	}
	n := model.Need{}
	n.Step(model.NeedDone, "cadre:C-1", "办好了", noonOf)
	if n.State != model.NeedDone || len(n.Log) != 1 || n.Log[0].At.Location() != time.UTC || n.Log[0].Text != "办好了" {
		t.Errorf("%+v", n)
	}
	for text, kind := range map[string]model.NeedKind{
		"房顶漏雨": model.NeedHousing, "要买药": model.NeedMedical, "孩子考上了": model.NeedSchooling, "想找点活干": model.NeedIncome, "没有煤了": model.NeedLiving,
		"补助没到账": model.NeedMoney, "想聊聊": model.NeedOther, "": model.NeedOther,
	} {
		if got := model.GuessNeed(text); got != kind {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// TestSumsOfVisits count each visit once for the farm, its household's unit and its cadre, in any order.
func TestSumsOfVisits(t *testing.T) {
	visits := []model.Visit{
		{HouseholdID: "H-1", CadreID: "C-1", SelfFunded: 100, Items: []model.VisitItem{{Kind: model.KindTalk, Count: 2}}},
		{HouseholdID: "H-2", CadreID: "C-1", Items: []model.VisitItem{{Kind: model.KindTalk, Count: 1}, {Kind: model.KindGoods, Count: 1}}},
	}
	units := map[string]string{"H-1": "U-1", "H-2": "U-2"}
	got := model.CountVisits("2018-01", visits, units)
	want := model.Counter{ID: "2018-01", Period: "2018-01", Visits: 2, SelfFunded: 100, Items: map[model.VisitKind]int{model.KindTalk: 3, model.KindGoods: 1},
		Units: map[string]model.VisitTally{
			"U-1": {Visits: 1, Items: map[model.VisitKind]int{model.KindTalk: 2}},
			"U-2": {Visits: 1, Items: map[model.VisitKind]int{model.KindTalk: 1, model.KindGoods: 1}},
		},
		Cadres: map[string]model.VisitTally{"C-1": {Visits: 2, Items: map[model.VisitKind]int{model.KindTalk: 3, model.KindGoods: 1}}},
	}
	if !reflect.DeepEqual(got, want) || !got.Equal(want) {
		t.Errorf("%+v", got)
	}
	slices.Reverse(visits)
	if other := model.CountVisits("2018-01", visits, units); !other.Equal(want) {
		t.Errorf("in another order %+v", other)
	}
	if other := model.CountVisits("2018-01", visits[:1], units); other.Equal(want) {
		t.Error("one visit less is the same")
	}
	units["H-2"] = "U-1"
	if other := model.CountVisits("2018-01", visits, units); other.Equal(want) {
		t.Error("another unit is the same")
	}
}

// TestChangesHideWhatIsSensitive: the name of the field stays, its values do not.
func TestChangesHideWhatIsSensitive(t *testing.T) {
	c := model.Change{Fields: []model.FieldChange{{Field: "phone", Before: "a", After: "b"}, {Field: "unit_id", Before: "U-1", After: "U-2"}}}
	if !slices.Equal(c.Names(), []string{"phone", "unit_id"}) {
		t.Error(c.Names())
	}
	if got := c.Fields[0].Masked(); got != (model.FieldChange{Field: "phone", Sealed: true}) {
		t.Errorf("%+v", got)
	}
	if got := c.Fields[1].Masked(); got != c.Fields[1] {
		t.Errorf("%+v", got)
	}
	rec := model.NewRecord(noonOf, "seed")
	if rec.Rec() != &rec || rec.Rev != 1 || rec.CreatedBy != "seed" || rec.CreatedAt.Location() != time.UTC {
		t.Errorf("%+v", rec)
	}
}

// TestTheFirstFormsAreForms: their fields come in order, with titles and options, as the store gives them back.
func TestTheFirstFormsAreForms(t *testing.T) {
	for _, f := range model.FirstForms() {
		fields, err := f.Fields()
		if err != nil || len(fields) < 5 {
			t.Fatalf("%s: %d fields, %v", f.Kind, len(fields), err)
		}
		for i, x := range fields {
			if x.Order != i+1 || x.Title == "" || x.Key == "" || x.Type == "" || !model.FactKnown(f.Kind+"."+x.Key) {
				t.Errorf("%s: %+v", f.Kind, x)
			}
			if x.IsDay() != (x.Key == model.FieldCollegeEntered) {
				t.Errorf("%s is a day: %v", x.Key, x.IsDay())
			}
		}
	}
	if f, _ := model.FirstForms()[0].Fields(); !slices.Equal(f[0].Options, []string{"自有平房", "自有楼房", "廉租房", "借住"}) || f[1].Unit != "平方米" {
		t.Errorf("%+v", f[:2])
	}
	for _, broken := range []any{"x", make(chan int)} {
		if _, err := (model.Form{ID: "household/9", Schema: map[string]any{"properties": broken}}).Fields(); err == nil {
			t.Errorf("%T are properties", broken)
		}
	}
}

// TestImportsCountEveryRow: what came in is the sum of what became of it.
func TestImportsCountEveryRow(t *testing.T) {
	var c model.ImportCount
	for _, s := range []model.RowState{model.RowCreated, model.RowCreated, model.RowUpdated, model.RowUnchanged, model.RowRefused} {
		c.Add(s)
		if s.Settled() != (s != model.RowRefused) {
			t.Errorf("%s is settled: %v", s, s.Settled())
		}
	}
	if c != (model.ImportCount{In: 5, Created: 2, Updated: 1, Unchanged: 1, Refused: 1}) || model.RowWaiting.Settled() {
		t.Errorf("%+v", c)
	}
}

func TestBallots(t *testing.T) {
	b := model.Ballots{VerySatisfied: 5, Satisfied: 1, Fair: 2, Unsatisfied: 1}
	if b.Votes() != 9 || b.Satisfaction() != 66 || (model.Ballots{}).Satisfaction() != 0 {
		t.Errorf("%d votes, %d %%", b.Votes(), b.Satisfaction())
	}
	c := model.DoctorContract{From: "2018-01-02", To: "2018-01-05"}
	for day, open := range map[model.Date]bool{"2018-01-01": false, "2018-01-02": true, "2018-01-05": true, "2018-01-06": false} {
		if c.OpenOn(day) != open {
			t.Errorf("%s: %v", day, !open)
		}
	}
}
