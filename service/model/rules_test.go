package model_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/service/model"
)

func unmetCodes(reasons []model.Reason) (codes []string) {
	for _, r := range reasons {
		codes = append(codes, r.Code)
	}
	return codes
}

// exiting is a household that may exit on 2018-01-10, and what the guards look at.
func exiting() (model.Household, model.Facts) {
	h := model.Household{ID: "H-001"}
	for _, c := range []model.StatusChange{
		{Status: model.StatusIdentified, On: "2017-01-01"}, {Status: model.StatusRegistered, On: "2017-01-20"},
		{Status: model.StatusUnderAssistance, On: "2017-02-01"}, {Status: model.StatusExitProposed, On: "2017-12-20", By: "staff:a"},
	} {
		h.Take(c)
	}
	for _, k := range model.GuaranteeKinds {
		h.Guarantees = append(h.Guarantees, model.Guarantee{Kind: k, OK: true, CheckedOn: "2017-12-20", CheckedBy: "李强"})
	}
	h.Signatures = []model.Signature{{Purpose: model.PurposeExit, On: "2017-12-21"}}
	h.Notices = []model.Notice{{Purpose: model.PurposeExit, From: "2018-01-01", To: "2018-01-07"}}
	return h, model.Facts{On: "2018-01-10", Today: "2018-01-10", ExitLine: 600000, Mover: "staff:b",
		Incomes: []model.IncomeRecord{{Year: 2016, Wage: 100, Members: 1}, {Year: 2017, Wage: 1_300_000, Members: 2}}}
}

// TestWhatKeepsAHouseholdFromExiting takes each condition away in turn; with all of them it may.
func TestWhatKeepsAHouseholdFromExiting(t *testing.T) {
	h, f := exiting()
	if got := h.Unmet(model.StatusExited, f); len(got) != 0 {
		t.Fatalf("it may not: %v", got)
	}
	for want, change := range map[string]func(*model.Household, *model.Facts){
		"future":            func(_ *model.Household, f *model.Facts) { f.Today = "2018-01-09" },
		"before_present":    func(_ *model.Household, f *model.Facts) { f.On = "2017-12-19"; f.Today = f.On },
		"no_income":         func(_ *model.Household, f *model.Facts) { f.Incomes = nil },
		"income_low":        func(_ *model.Household, f *model.Facts) { f.Incomes[1].Wage = 1_200_000 }, // the line itself is not above it
		"income_old":        func(_ *model.Household, f *model.Facts) { f.Incomes[1].Year = 2016; f.Incomes = f.Incomes[1:] },
		"income_wrong":      func(_ *model.Household, f *model.Facts) { f.Incomes[1].Wage, f.Incomes[1].Transfer = 1<<62, 1<<62 },
		"guarantee_water":   func(h *model.Household, _ *model.Facts) { h.Guarantees[3].OK = false },
		"guarantee_medical": func(h *model.Household, _ *model.Facts) { h.Guarantees = slices.Delete(h.Guarantees, 1, 2) },
		"no_signature":      func(h *model.Household, _ *model.Facts) { h.Signatures[0].On = "2017-12-19" }, // before it was proposed
		"no_notice":         func(h *model.Household, _ *model.Facts) { h.Notices[0].Purpose = model.PurposeRegistration },
		"notice_short":      func(h *model.Household, _ *model.Facts) { h.Notices[0].From = "2018-01-02" },
		"notice_running":    func(_ *model.Household, f *model.Facts) { f.On, f.Today = "2018-01-07", "2018-01-07" },
		"objection_open":    func(_ *model.Household, f *model.Facts) { f.Objections = 1 },
		"same_person":       func(_ *model.Household, f *model.Facts) { f.Mover = "staff:a" },
	} {
		h, f := exiting()
		change(&h, &f)
		if got := unmetCodes(h.Unmet(model.StatusExited, f)); !slices.Contains(got, want) {
			t.Errorf("want %s, got %v", want, got)
		}
	}
	// What it is expected to earn in a year to come does not let it go.
	h, planned := exiting()
	planned.Incomes[1].Year = 2019
	if got := unmetCodes(h.Unmet(model.StatusExited, planned)); !slices.Equal(got, []string{"income_low", "income_old"}) {
		t.Errorf("by a plan: %v", got)
	}
	// A disclosure that was published later counts as the notice, with its objections.
	f.Notices = []model.Notice{{Purpose: model.PurposeExit, From: "2018-01-05", To: "2018-01-11", OpenCount: 1}}
	if got := unmetCodes(h.Unmet(model.StatusExited, f)); !slices.Equal(got, []string{"notice_running", "objection_open"}) {
		t.Errorf("the later notice: %v", got)
	}
}

// TestOtherMovesOfAHousehold are each refused for what they lack, and pass when it is there.
func TestOtherMovesOfAHousehold(t *testing.T) {
	day := model.Date("2018-01-10")
	at := func(s model.HouseholdStatus) model.Household {
		return model.Household{Status: s, StatusSince: "2018-01-01"}
	}
	with := func(h model.Household, plan string) model.Household {
		h.Plans = []model.Plan{{Kind: plan, On: day}}
		return h
	}
	noticed := at(model.StatusIdentified)
	noticed.Notices = []model.Notice{{Purpose: model.PurposeRegistration, From: "2018-01-01", To: "2018-01-07"}}
	low, high := []model.IncomeRecord{{Year: 2017, Wage: 600000, Members: 1}}, []model.IncomeRecord{{Year: 2017, Wage: 600001, Members: 1}}
	wrong := []model.IncomeRecord{{Year: 2017, Wage: 1 << 62, Transfer: 1 << 62, Members: 1}}
	for _, c := range []struct {
		h    model.Household
		to   model.HouseholdStatus
		f    model.Facts
		want string
	}{
		{at(model.StatusIdentified), model.StatusExited, model.Facts{}, "no_such_move"},
		{at(model.StatusRejected), model.StatusClosed, model.Facts{}, "no_such_move"},
		{at(model.StatusIdentified), model.StatusRegistered, model.Facts{}, "no_notice"},
		{at(model.StatusIdentified), model.StatusRegistered, model.Facts{Objections: 2}, "no_notice objection_open"},
		{noticed, model.StatusRegistered, model.Facts{}, ""},
		{at(model.StatusIdentified), model.StatusRejected, model.Facts{}, ""},
		{at(model.StatusRegistered), model.StatusUnderAssistance, model.Facts{}, "no_pairing no_plan"},
		{with(at(model.StatusRegistered), model.PlanConsolidation), model.StatusUnderAssistance, model.Facts{OpenPairings: 1}, "no_plan"},
		{with(at(model.StatusRegistered), model.PlanAid), model.StatusUnderAssistance, model.Facts{OpenPairings: 1}, ""},
		{at(model.StatusExited), model.StatusConsolidated, model.Facts{}, "no_plan"},
		{with(at(model.StatusExited), model.PlanConsolidation), model.StatusConsolidated, model.Facts{}, ""},
		{at(model.StatusExited), model.StatusRelapseWarning, model.Facts{MonitoringFor: "rain"}, "no_signal"},
		{at(model.StatusExited), model.StatusRelapseWarning, model.Facts{MonitoringFor: "marginal"}, ""},
		{at(model.StatusRelapseWarning), model.StatusRelapsed, model.Facts{ExitLine: 600000}, "no_income"},
		{at(model.StatusRelapseWarning), model.StatusRelapsed, model.Facts{ExitLine: 600000, Incomes: high}, "income_high"},
		{at(model.StatusRelapseWarning), model.StatusRelapsed, model.Facts{ExitLine: 600000, Incomes: wrong}, "income_wrong"},
		{at(model.StatusRelapseWarning), model.StatusRelapsed, model.Facts{ExitLine: 600000, Incomes: low}, ""},
		{at(model.StatusExited), model.StatusClosed, model.Facts{OpenMembers: 1}, "has_members"},
		{at(model.StatusExited), model.StatusClosed, model.Facts{}, ""},
		{at(model.StatusExited), model.StatusRemoved, model.Facts{OpenMembers: 1}, ""},
	} {
		c.f.On, c.f.Today = day, day
		if got := strings.Join(unmetCodes(c.h.Unmet(c.to, c.f)), " "); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.h.Status, c.to, got, c.want)
		}
	}
}

// TestWhichStatusesNeedACadre are those from assistance until the household has left for good.
func TestWhichStatusesNeedACadre(t *testing.T) {
	for status, needs := range map[model.HouseholdStatus]bool{
		model.StatusIdentified: false, model.StatusRegistered: false, model.StatusUnderAssistance: true, model.StatusExitProposed: true, model.StatusExited: true,
		model.StatusConsolidated: true, model.StatusRelapseWarning: true, model.StatusRelapsed: true, model.StatusRemoved: false, model.StatusClosed: false,
	} {
		if status.NeedsCadre() != needs {
			t.Errorf("%s: %v", status, !needs)
		}
	}
	h := model.Household{Muted: model.Mute{From: "2018-01-02", Until: "2018-01-05"}}
	for day, muted := range map[model.Date]bool{"2018-01-01": false, "2018-01-02": true, "2018-01-05": true, "2018-01-06": false} {
		if h.MutedOn(day) != muted {
			t.Errorf("%s: muted %v", day, !muted)
		}
	}
	if (model.Household{}).MutedOn("2018-01-01") {
		t.Error("nobody muted it")
	}
}

// anEntry is one that the books take.
func anEntry() model.Entry {
	return model.Entry{ID: "e", HouseholdID: "H-001", Title: "低保金", Category: model.CategorySubsistence, System: model.SystemRelief, Amount: 40000,
		PaidOn: "2017-01-10", Method: model.MethodTransfer}
}

// TestEntriesThatTheBooksTake lists what each line must have.
func TestEntriesThatTheBooksTake(t *testing.T) {
	notAllotted := anEntry()
	notAllotted.HouseholdID, notAllotted.NotAllotted = "", true
	for _, good := range []model.Entry{anEntry(), notAllotted, anEntry().Reversal("2017-02-01", "发重了")} {
		if err := good.Check(); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for i, change := range []func(*model.Entry){
		func(e *model.Entry) { e.ID = "" }, func(e *model.Entry) { e.Title = "" }, func(e *model.Entry) { e.Amount = 0 }, func(e *model.Entry) { e.PaidOn = "2017-02-30" },
		func(e *model.Entry) { e.Method = "" }, func(e *model.Entry) { e.Category = "other" }, func(e *model.Entry) { e.System = "other" },
		func(e *model.Entry) { e.HouseholdID = "" }, func(e *model.Entry) { e.NotAllotted = true },
		func(e *model.Entry) { e.Amount = model.MaxAmount + 1 }, func(e *model.Entry) { e.Amount = -model.MaxAmount - 1 },
	} {
		e := anEntry()
		change(&e)
		if err := e.Check(); !model.IsKind(err, model.KindInvalid) {
			t.Errorf("change %d is taken: %v", i, err)
		}
	}
}

// TestAReversalTakesBackAllOfIt: with its entry it comes to nothing, in the same cell, and there is one of it.
func TestAReversalTakesBackAllOfIt(t *testing.T) {
	e := anEntry()
	r := e.Reversal("2017-02-01", "发重了")
	tally := model.Tally{}
	if err := errors.Join(tally.AddEntry(e), tally.AddEntry(r)); err != nil {
		t.Fatal(err)
	}
	if cells := tally.Cells(); len(cells) != 1 || cells[0].Amount != 0 || cells[0].Count != 2 {
		t.Errorf("%+v", cells)
	}
	if r.ReversesID != "e" || r.ID != e.Reversal("2017-03-01", "").ID || r.Title != "冲销：低保金" || r.Evidence != "发重了" || r.HouseholdID != "H-001" {
		t.Errorf("%+v", r)
	}
}

// TestTheSameAgainIsTheSame: what a repeat says is compared without who entered it and when.
func TestTheSameAgainIsTheSame(t *testing.T) {
	rec := model.NewRecord(time.Now(), "staff:x")
	entry, receipt, move, loan := anEntry(), model.Receipt{ID: "r", Amount: 1}, model.Move{ID: "m", Quantity: 1}, aLoan()
	entry2, receipt2, move2, loan2 := entry, receipt, move, loan
	entry2.Record, receipt2.Record, move2.Record, loan2.Record, move2.State = rec, rec, rec, rec, model.MoveDone
	if !entry.Same(entry2) || !receipt.Same(receipt2) || !move.Same(move2) || !loan.Same(loan2) {
		t.Error("the same is another")
	}
	entry2.Evidence, receipt2.Amount, move2.Quantity, loan2.Purpose = "x", 2, 2, "买牛"
	if entry.Same(entry2) || receipt.Same(receipt2) || move.Same(move2) || loan.Same(loan2) {
		t.Error("another is the same")
	}
}

// TestGoodsComeBack: a move and its return leave the stock as it was, and both stand in the books.
func TestGoodsComeBack(t *testing.T) {
	out := model.Move{ID: "m", ItemID: "flour", Kind: model.MoveOut, Quantity: 3, Value: 900, HouseholdID: "H-1", Fund: "救助基金"}
	back := out.Return("2018-01-05", "发错了")
	in := model.Move{ID: "n", Kind: model.MoveIn, Quantity: 5}
	if out.Change()+back.Change() != 0 || in.Change() != 5 || back.ID != "back:m" || back.Returns != "m" || back.Value != 900 || back.HouseholdID != "H-1" {
		t.Errorf("%+v", back)
	}
	if !out.InBooks() || !back.InBooks() || in.InBooks() || out.EntryID() != "stock:m" {
		t.Error("what the books know")
	}
}

// TestBatchesThatCannotBe are refused, one fault at a time.
func TestBatchesThatCannotBe(t *testing.T) {
	good := model.Batch{Season: model.SeasonSpring, Bags: 1000, DryMilliJin: 120, Input: 100}
	harvested := good
	harvested.HarvestedOn, harvested.ActualMilliJin = "2018-06-01", 100_000
	for _, b := range []model.Batch{good, harvested} {
		if err := b.Check(); err != nil {
			t.Errorf("%+v: %v", b, err)
		}
	}
	for i, change := range []func(*model.Batch){
		func(b *model.Batch) { b.Season = "winter" }, func(b *model.Batch) { b.Bags = 0 }, func(b *model.Batch) { b.Bags = model.MaxBags + 1 },
		func(b *model.Batch) { b.Input = -1 }, func(b *model.Batch) { b.Input = model.MaxTrade + 1 }, func(b *model.Batch) { b.DryMilliJin = 0 },
		func(b *model.Batch) { b.DryMilliJin = model.MaxDryMilliJin + 1 }, func(b *model.Batch) { b.ActualMilliJin = 1 },
		func(b *model.Batch) { b.HarvestedOn, b.ActualMilliJin = "2018-06-01", model.MaxMilliJin+1 }, func(b *model.Batch) { b.ActualMilliJin = -1 },
	} {
		b := good
		change(&b)
		if err := b.Check(); !model.IsKind(err, model.KindInvalid) {
			t.Errorf("change %d is taken: %v", i, err)
		}
	}
}

// TestErrorsKeepTheirCause for the log, and their sentence for the person.
func TestErrorsKeepTheirCause(t *testing.T) {
	cause := errors.New("connection refused")
	e := model.NewError(model.KindUnavailable, "away", "系统忙").Wrap(cause)
	wrapped := fmt.Errorf("posting: %w", e)
	if !errors.Is(wrapped, cause) || e.Error() != "away: connection refused" || e.Msg != "系统忙" || !model.IsKind(wrapped, model.KindUnavailable) {
		t.Errorf("%v", wrapped)
	}
	if e := model.NewError(model.KindInvalid, "x", ""); e.Error() != "x" || model.KindOf(cause) != model.KindInternal || model.IsKind(nil, model.KindInternal) {
		t.Error("an error of ours, one of others, and none")
	}
}
