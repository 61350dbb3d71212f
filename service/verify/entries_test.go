package verify_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
	"bangfu/service/verify"
)

func TestEntriesThatNoTotalCanHold(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*model.Entry)
		bad   bool
	}{
		{"as it was", func(*model.Entry) {}, false},
		{"unknown category", func(e *model.Entry) { e.Category = "travel" }, true},
		{"no category", func(e *model.Entry) { e.Category = "" }, true},
		{"neither household nor not allotted", func(e *model.Entry) { e.HouseholdID = "" }, true},
		{"both household and not allotted", func(e *model.Entry) { e.NotAllotted = true }, true},
		{"no day", func(e *model.Entry) { e.PaidOn = "" }, true},
		{"a day that is none", func(e *model.Entry) { e.PaidOn = "2017-02-30" }, true},
		{"a day in another form", func(e *model.Entry) { e.PaidOn = "2017/02/10" }, true},
		{"unknown category in another year", func(e *model.Entry) { e.Category, e.PaidOn = "travel", "2016-12-31" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := farmRecords()
			e := paidFor(&r, verify.ProgrammeHeating)
			c.spoil(e)
			report, err := verify.Compute(r)
			if !c.bad {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !model.IsKind(err, model.KindInternal) || !strings.Contains(err.Error(), e.ID) {
				t.Errorf("error %v, want an internal one that names %s", err, e.ID)
			}
			if len(report.Lines) > 0 {
				t.Errorf("%d lines beside the error", len(report.Lines))
			}
		})
	}
}

// TestSumsThatDoNotFit: two amounts that int64 cannot hold together came to less than nothing.
func TestSumsThatDoNotFit(t *testing.T) {
	for sign, amount := range map[string]model.Fen{"paid": math.MaxInt64, "taken back": math.MinInt64} {
		r := farmRecords()
		r.Entries[0].Amount, r.Entries[1].Amount = amount, amount
		if _, err := verify.Compute(r); !model.IsKind(err, model.KindInternal) || !strings.Contains(err.Error(), "sum_overflow") {
			t.Errorf("%s: %v", sign, err)
		}
	}
	for what, spoil := range map[string]func(*verify.Records){
		"plans": func(r *verify.Records) { r.Funds[0].Planned, r.Funds[1].Planned = math.MaxInt64, math.MaxInt64 },
		"loans": func(r *verify.Records) {
			r.Loans[0].Principal, r.Loans[1].Principal, r.Loans[1].HouseholdID = math.MaxInt64, math.MaxInt64, r.Loans[0].HouseholdID
		},
		"pockets": func(r *verify.Records) { r.Visits[0].SelfFunded, r.Visits[1].SelfFunded = math.MaxInt64, math.MaxInt64 },
		"incomes": func(r *verify.Records) { r.Incomes[0].Wage, r.Incomes[0].Operating = math.MaxInt64, math.MaxInt64 },
	} {
		r := farmRecords()
		spoil(&r)
		report, err := verify.Compute(r)
		if err != nil || !report.Differ() {
			t.Errorf("%s: %v, and the report says that all is well", what, err)
		}
	}
}

// An error that listed hundreds of ids would not be read.
func TestBadEntriesAreNamedInPart(t *testing.T) {
	r := farmRecords()
	for i := range r.Entries {
		r.Entries[i].Category = "travel"
	}
	_, err := verify.Compute(r)
	if n := strings.Count(err.Error(), "ref/2017/"); n != 5 {
		t.Errorf("the error names %d entries, want 5: %v", n, err)
	}
}

// Whatever kind of entry is lost, the sums show it; and one that was taken back counts as one that never was.
func TestNoEntryGoesUnnoticed(t *testing.T) {
	r := farmRecords()
	all, seen := r.Entries, map[string]bool{}
	for i, e := range all {
		kind := string(e.Category) + "/" + e.Programme
		if seen[kind] {
			continue
		}
		seen[kind] = true
		r.Entries = slices.Delete(slices.Clone(all), i, i+1)
		lost := compute(t, r)
		if ids := different(lost); !slices.Contains(ids, "spend_total_fen") || len(ids) < 2 {
			t.Errorf("without %s only %q differ", e.ID, ids)
		}
		r.Entries = append(slices.Clone(all), reversal(e))
		if back := compute(t, r); !slices.Equal(back.Lines, lost.Lines) {
			t.Errorf("%s taken back reads other than never paid: %q, %q", e.ID, different(back), different(lost))
		}
	}
}

// The order of posting, payments in parts and corrections to and fro are the office's affair.
func TestSameMoneySameFigures(t *testing.T) {
	want := compute(t, farmRecords())
	for _, c := range []struct {
		name string
		do   func([]model.Entry) []model.Entry
	}{
		{"backwards", func(list []model.Entry) []model.Entry { slices.Reverse(list); return list }},
		{"in two parts", func(list []model.Entry) []model.Entry {
			var out []model.Entry
			for i, e := range list {
				part := e
				part.ID, part.Amount = e.ID+"/2", model.Fen(i)*7
				e.Amount -= part.Amount
				out = append(out, e, part)
			}
			return out
		}},
		{"posted twice and once taken back", func(list []model.Entry) []model.Entry {
			out := slices.Clone(list)
			for _, e := range list {
				again := e
				again.ID += "/2"
				out = append(out, again, reversal(again))
			}
			return out
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := farmRecords()
			r.Entries = c.do(r.Entries)
			if got := compute(t, r); !slices.Equal(got.Lines, want.Lines) {
				t.Errorf("these differ: %q", different(got))
			}
		})
	}
}
