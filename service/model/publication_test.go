package model_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"bangfu/service/model"
)

// TestAWaitingRecipientIsTheSamePerson: what waits in a batch comes back as the row that it will be.
func TestAWaitingRecipientIsTheSamePerson(t *testing.T) {
	r := model.Recipient{
		ID: model.RecipientID("b", model.RecipientPerson("oa:o-1")), BroadcastID: "b", Lane: 3, Households: []string{"H-1"}, IdentityID: "oa:o-1", OpenID: "o-1",
		WindowUntil: time.Date(2018, 1, 5, 0, 0, 0, 0, time.UTC), Vars: []string{"", "王"}, State: model.RecipientPending,
	}
	unnamed := r
	unnamed.Vars = []string{"", ""} // takes no room
	batch := model.WaitingBatch{BroadcastID: "b", Waiting: []model.Waiting{r.Wait(), unnamed.Wait()}}
	back := batch.Recipients()
	unnamed.Vars = nil
	if !reflect.DeepEqual(back, []model.Recipient{r, unnamed}) {
		t.Errorf("%+v", back)
	}
	for state, ended := range map[model.MassState]bool{model.MassQueued: false, model.MassSending: false, model.MassSent: true, model.MassFailed: true} {
		if (model.MassJob{State: state}).Ended() != ended {
			t.Errorf("%s has ended: %v", state, !ended)
		}
	}
}

// TestCadresOfABroadcast are chosen by unit and role, and only where cadres are meant.
func TestCadresOfABroadcast(t *testing.T) {
	lead := []model.PairingRole{model.PairingLead}
	for i, c := range []struct {
		a    model.BroadcastAudience
		want bool
	}{
		{model.BroadcastAudience{To: "cadres"}, true}, {model.BroadcastAudience{To: "households"}, false}, {model.BroadcastAudience{To: "cadres", Only: true}, false},
		{model.BroadcastAudience{To: "cadres", Units: []string{"U-2"}}, true}, {model.BroadcastAudience{To: "cadres", Units: []string{"U-3"}}, false},
		{model.BroadcastAudience{To: "cadres", Role: "member"}, false},
	} {
		if got := c.a.ChoosesCadre([]string{"U-1", "U-2"}, lead); got != c.want {
			t.Errorf("case %d: %v", i, got)
		}
	}
}

// TestTablesForThePublic: totals are masked as rows are, a chart wants a number for each row.
func TestTablesForThePublic(t *testing.T) {
	rows := []model.SourceRow{{model.FieldNumber: "H-1", model.FieldHead: "王秀兰"}, {model.FieldNumber: "H-2", model.FieldHead: "李强"}}
	heads := model.Disclose(model.ItemAdmitted, "名单", []model.PublicField{model.FieldNumber, model.FieldHead}, rows)
	heads.AddTotal(model.SourceRow{model.FieldNumber: "合计", model.FieldHead: "赵某某"})
	if !slices.Equal(heads.Total, []string{"合计", "赵**"}) {
		t.Errorf("%q", heads.Total)
	}
	funds := model.Disclose(model.ItemFunds, "资金", []model.PublicField{model.FieldCategory, model.FieldAmount}, []model.SourceRow{{}, {}})
	for _, c := range []struct {
		field model.PublicField
		bars  []int64
		drawn bool
	}{{model.FieldAmount, []int64{1, 2}, true}, {model.FieldAmount, []int64{1}, false}, {model.FieldHouseholds, []int64{1, 2}, false}} {
		table := funds
		if table.Draw(c.field, c.bars); (table.Chart != "") != c.drawn {
			t.Errorf("%s with %v is drawn: %v", c.field, c.bars, !c.drawn)
		}
	}
	if !model.FieldAmount.Numeric() || model.FieldHead.Numeric() {
		t.Error("numbers stand on the right")
	}
	d := model.Disclosure{Title: "t", Text: "x", Withdrawn: model.Withdrawal{Note: "n"}, Tables: []model.PublicTable{{
		Caption: "c", Note: "m", Fields: []model.PublicField{model.FieldHead, model.FieldCadres}, Rows: []model.PublicRow{{Cells: []string{"王**", "李强"}}},
		Total: []string{"1户", "1人"},
	}}}
	texts, cadres := d.Texts()
	if !slices.Equal(texts, []string{"t", "x", "n", "c", "m", "王**", "1户"}) || !slices.Equal(cadres, []string{"李强", "1人"}) {
		t.Errorf("%q, cadres %q", texts, cadres)
	}
}

// TestJoinedGroups keep what is in them, and the note says why a line reads 其他.
func TestJoinedGroups(t *testing.T) {
	group := func(label string, households ...string) model.PublicGroup {
		return model.PublicGroup{Label: label, Households: households, Amount: 100, Persons: 1}
	}
	joined := model.Join([]model.PublicGroup{group("a", "H-1"), group("b", "H-2", "H-3"), group("c", "H-1", "H-4")}, 0)
	joined = model.Join(joined, 0)
	if len(joined) != 2 || joined[1].Label != "其他(2项合并)" || joined[1].Amount != 200 || joined[1].Persons != 2 ||
		!slices.Equal(joined[1].Households, []string{"H-1", "H-2", "H-3"}) || !slices.Equal(joined[1].Labels(), []string{"a", "b"}) {
		t.Errorf("%+v", joined)
	}
	if one := model.Join([]model.PublicGroup{group("a", "H-1")}, 0); len(one) != 1 || !slices.Equal(one[0].Of, []string{"a"}) {
		t.Errorf("%+v", one)
	}
	if model.MergedNote(nil, true) != "" || model.MergedNote([]string{"a"}, true) == model.MergedNote(nil, false) {
		t.Error("notes")
	}
}

// TestWordsThatMustNotBecomePublic are named to their writer.
func TestWordsThatMustNotBecomePublic(t *testing.T) {
	if err := model.Impersonal([]string{"王秀兰"}, "王某某家", "已经办好"); err != nil {
		t.Error(err)
	}
	if err := model.Impersonal([]string{"王秀兰"}, "已经办好", "王 秀兰家"); codeOf(err) != "personal_data" {
		t.Errorf("%v", err)
	}
}

// TestDividendRuns: who brought it where, and what is taken back of it.
func TestDividendRuns(t *testing.T) {
	r := model.DividendRun{ID: "K-001/2018/base/1", Year: 2018, Kind: model.DividendBase, Reversals: []model.Reversal{{EntryID: "div:1"}}}
	announced := []model.RunState{model.RunApproved, model.RunPublicised, model.RunPaying, model.RunSettled}
	for _, s := range []model.RunState{model.RunDraft, model.RunComputed, model.RunChecked, model.RunApproved, model.RunPublicised, model.RunPaying, model.RunSettled, model.RunReopened} {
		r.MoveTo(s, model.ChangeInfo{Actor: "staff:" + string(s), At: noonOf})
		if s.Announced() != slices.Contains(announced, s) {
			t.Errorf("%s is announced: %v", s, s.Announced())
		}
	}
	r.MoveTo(model.RunPaying, model.ChangeInfo{Actor: "staff:again", At: noonOf})
	if step, ok := r.Step(model.RunPaying); !ok || step.By != "staff:again" {
		t.Errorf("the last to bring it to its paying is %+v", step)
	}
	if _, ok := (model.DividendRun{}).Step(model.RunPaying); ok || r.Title() != "2018年保底分红" || !r.Reversed("div:1") || r.Reversed("div:2") {
		t.Errorf("%s", r.Title())
	}
	if _, same := (model.Dividend{}).Each(); same {
		t.Error("nobody gets the same as nobody")
	}
}

// TestListsOfHolders: a frozen list says who holds what, and why somebody holds nothing.
func TestListsOfHolders(t *testing.T) {
	s := model.Subscription{LeftOut: []model.LeftOut{{HouseholdID: "H-9", Reason: "已迁出"}}}
	if s.Frozen() || s.Reason("H-9") != "已迁出" || s.Reason("H-1") != "" {
		t.Errorf("%+v", s)
	}
	if s.FrozenAt = noonOf; !s.Frozen() {
		t.Error("it is frozen")
	}
	for name, list := range map[string][]model.Holder{
		"none": nil, "twice": {{HouseholdID: "H-1", Amount: 50}, {HouseholdID: "H-1", Amount: 50}}, "nothing": {{HouseholdID: "H-1"}}, "nobody": {{Amount: 100}},
		"not all of it": {{HouseholdID: "H-1", Amount: 99}}, "too many": slices.Repeat([]model.Holder{{HouseholdID: "H-1", Amount: 1}}, model.MaxHolders+1),
	} {
		if err := model.CheckHolders(100, list); !model.IsKind(err, model.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestALineOfAStatement is found by its entry, and asked about with all that the household reads.
func TestALineOfAStatement(t *testing.T) {
	st := model.NewStatement("H-1", 2017)
	st.Lines = []model.StatementLine{{EntryID: "e", PaidOn: "2017-01-10", Title: "低保金", Amount: 40000}}
	l, ok := st.Line("e")
	if _, none := st.Line("x"); !ok || none || l.Question("少了100元") != "问账:2017年1月10日 低保金 400元:少了100元" {
		t.Errorf("%v %q", ok, l.Question("少了100元"))
	}
	for method, want := range map[model.Method]string{
		model.MethodReimbursement: "1月10日 药费 1元:由医院从救助基金报销。", model.MethodInKind: "1月10日 药费 1元:由医院从救助基金发放实物。", model.MethodCash: "1月10日 药费 1元:由医院从救助基金发放。",
	} {
		l := model.StatementLine{PaidOn: "2017-01-10", Title: "药费", Amount: 100, Payer: "医院", Fund: "救助基金", Method: method}
		if got := l.Sentence(); got != want {
			t.Errorf("%s: %s", method, got)
		}
	}
}

// TestFieldsOfTemplates: a name counts Chinese characters twice, a typed field takes no line break.
func TestFieldsOfTemplates(t *testing.T) {
	for _, c := range []struct{ key, value, want string }{
		{"thing1", "好", ""}, {"thing1", " ", "is empty"}, {"thing1", "a\nb", "has a control character"}, {"thing1", "\xff", "is not UTF-8"}, {"old", "a\nb", ""},
		{"name1", "王秀兰王秀兰王秀兰王", ""}, {"name1", "王秀兰王秀兰王秀兰王秀", "is too long"}, {"name1", "abcdefghijklmnopqrst", ""}, {"name1", "abcdefghijklmnopqrstu", "is too long"},
	} {
		if got := model.FieldFault(c.key, c.value); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.key, c.value, got, c.want)
		}
	}
}

// TestWhatIsNotKnownIsNotAFact: an accounting without a sum, an entrance that nobody has entered, a record that never changed.
func TestWhatIsNotKnownIsNotAFact(t *testing.T) {
	day := model.Date("2018-01-10")
	h := model.Household{ID: "H-1", Record: model.Record{UpdatedAt: time.Date(2018, 1, 5, 0, 0, 0, 0, time.UTC)}, Attrs: map[string]any{"arable": 3, "note": nil}}
	known := model.EligibilityInput{Household: h, Incomes: []model.IncomeRecord{
		{Year: 2016, Wage: 100, Members: 1}, {Year: 2017, Wage: math.MaxInt64, Transfer: 1, Members: 1}, {Year: 2019, Wage: 1, Members: 1},
	}}
	facts := known.FactsOn(day, day, "x", nil)
	if _, there := facts["income_per_head"]; there {
		t.Error("an older accounting stands for one that has no sum")
	}
	if f := facts["household.arable"]; f.AsOf != "2018-01-05" || f.String() != "3" {
		t.Errorf("%+v", f)
	}
	if _, there := facts["household.note"]; there {
		t.Error("an empty field is a fact")
	}
	entered := func(p model.Person) model.Fact { return known.FactsOn(day, day, "x", &p)["new_college_entrant"] }
	for want, p := range map[string]model.Person{
		"2018年1月1日入学": {Attrs: map[string]any{model.FieldCollegeEntered: "2018-01-01"}}, "中学": {StudentStage: "secondary"}, "": {StudentStage: "university"},
	} {
		if got := entered(p); got.Shown != want {
			t.Errorf("%q, want %q", got.Shown, want)
		}
	}
	for name, group := range map[string]model.FieldGroup{"age": model.GroupIdentity, "chronic": model.GroupHealth, "income_per_head": model.GroupMoney, "unit": "", "nothing": ""} {
		if got := model.FactGroup(name); got != group {
			t.Errorf("%s is of %q", name, got)
		}
	}
	for value, want := range map[any]string{true: "是", false: "否", model.Fen(150): "1.50元", "": "无", 7: "7"} {
		if got := (model.Fact{Value: value}).String(); got != want {
			t.Errorf("%v reads %s", value, got)
		}
	}
	if got := (model.Fact{Value: []string{}}).String() + (model.Fact{Value: []string{"a", "b"}}).String(); got != "无a、b" {
		t.Error(got)
	}
}

// TestSumsThatFitNowhere are refused wherever sums are made.
func TestSumsThatFitNowhere(t *testing.T) {
	huge := model.Sum{Amount: math.MaxInt64, Count: 1}
	cell := func(c model.Category) model.Cell {
		return model.Cell{CellKey: model.CellKey{Category: c, System: model.SystemRelief}, Sum: huge}
	}
	for name, months := range map[string]map[model.Period][]model.Cell{
		"two months": {"2017-01": {cell(model.CategoryMedical)}, "2017-02": {cell(model.CategoryMedical)}},
		"one month":  {"2017-01": {cell(model.CategoryMedical), cell(model.CategoryEducation)}},
	} {
		if _, err := model.NewMatrix("2017-01-01", "2017-12-31", months); !model.IsKind(err, model.KindInternal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := model.Matrix{Total: huge, ByFund: map[string]model.Sum{"a": huge, "b": huge}}
	if got := fmt.Sprint(m.Differences()); !slices.ContainsFunc(m.Differences(), func(d string) bool { return d == "按资金加起来超出了能记的范围" }) {
		t.Error(got)
	}
	st := model.NewStatement("H-1", 2017)
	st.Lines = []model.StatementLine{{EntryID: "a", Amount: math.MaxInt64, Category: "x"}, {EntryID: "b", Amount: 1, Category: "y"}}
	if err := st.SumUp(); !model.IsKind(err, model.KindInternal) {
		t.Errorf("%v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a month of visits has a wrong sum")
		}
	}()
	model.CountVisits("2018-01", []model.Visit{{SelfFunded: math.MaxInt64}, {SelfFunded: 1}}, nil)
}

// TestAmountsOfProgrammes as people read them.
func TestAmountsOfProgrammes(t *testing.T) {
	for want, p := range map[string]model.Programme{
		"1,200元": {Amount: 120000}, "每人1,200元": {Amount: 120000, PerPerson: true}, "最多1,200元，按审批": {Ceiling: 120000}, "最多每人1,200元，按审批": {Ceiling: 120000, PerPerson: true},
		"金额按审批": {},
	} {
		if got := p.AmountText(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestARelapseTakesTheExitBack: the day of the exit goes when the household is helped again.
func TestARelapseTakesTheExitBack(t *testing.T) {
	var h model.Household
	for _, c := range []struct {
		to     model.HouseholdStatus
		on     model.Date
		exited model.Date
	}{
		{model.StatusRegistered, "2016-01-01", ""}, {model.StatusUnderAssistance, "2016-02-01", ""}, {model.StatusExited, "2017-01-01", "2017-01-01"},
		{model.StatusRelapseWarning, "2017-06-01", "2017-01-01"}, {model.StatusRelapsed, "2017-07-01", ""}, {model.StatusUnderAssistance, "2017-08-01", ""},
	} {
		h.Take(model.StatusChange{Status: c.to, On: c.on})
		if h.ExitedOn != c.exited || h.RegisteredOn != "2016-01-01" || h.HasExited(c.on) != (c.exited != "") {
			t.Errorf("%s: exited %q, registered %q", c.to, h.ExitedOn, h.RegisteredOn)
		}
	}
}
