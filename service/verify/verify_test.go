package verify_test

import (
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
	"bangfu/service/verify"
)

// farmRecords are the records of the reference farm, the caller's own to change.
func farmRecords() verify.Records { return demodata.Build().Records() }

func compute(t *testing.T, r verify.Records) verify.Report {
	t.Helper()
	report, err := verify.Compute(r)
	if err != nil {
		t.Fatalf("Compute: %v", err)
	}
	return report
}

// different are the ids of the lines that are held and not the same, sorted.
func different(report verify.Report) []string {
	var ids []string
	for _, l := range report.Lines {
		if l.Held && !l.Same {
			ids = append(ids, l.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func line(t *testing.T, report verify.Report, id string) verify.Line {
	t.Helper()
	i := slices.IndexFunc(report.Lines, func(l verify.Line) bool { return l.ID == id })
	if i < 0 {
		t.Fatalf("no line %q", id)
	}
	return report.Lines[i]
}

// The finders end the test through a panic of the index when there is nothing to find.

func household(r *verify.Records, id string) *model.Household {
	return &r.Households[slices.IndexFunc(r.Households, func(h model.Household) bool { return h.ID == id })]
}

func income(r *verify.Records, householdID string) *model.IncomeRecord {
	return &r.Incomes[slices.IndexFunc(r.Incomes, func(i model.IncomeRecord) bool { return i.HouseholdID == householdID })]
}

func person(r *verify.Records, id string) *model.Person {
	return &r.Persons[slices.IndexFunc(r.Persons, func(p model.Person) bool { return p.ID == id })]
}

// paidFor is the first entry of the programme.
func paidFor(r *verify.Records, programme string) *model.Entry {
	return &r.Entries[slices.IndexFunc(r.Entries, func(e model.Entry) bool { return e.Programme == programme })]
}

// rest is the entry of what the report gives no detail of in the category.
func rest(r *verify.Records, c model.Category) *model.Entry {
	return &r.Entries[slices.IndexFunc(r.Entries, func(e model.Entry) bool { return e.NotAllotted && e.Category == c })]
}

// reversal is the entry that takes e back.
func reversal(e model.Entry) model.Entry {
	e.ReversesID, e.ID, e.Amount = e.ID, e.ID+"/reversed", -e.Amount
	return e
}

func reverse(r *verify.Records, e *model.Entry) { r.Entries = append(r.Entries, reversal(*e)) }

func TestReferenceFarmAgrees(t *testing.T) {
	report := compute(t, farmRecords())
	if ids := different(report); len(ids) > 0 || report.Differ() {
		t.Errorf("these differ: %q", ids)
	}
	var b strings.Builder
	if err := report.Write(&b); err != nil {
		t.Fatal(err)
	}
	if want := "\n核对 57 项:相同 57,不同 0;另有 0 项尚无记录\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("the report does not end with %q:\n%s", want, b.String())
	}
}
