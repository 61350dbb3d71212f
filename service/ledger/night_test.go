package ledger_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestTheNightCompares writes past the books into what is derived from them: a line of a household, the sums of a month.
// The night says what was wrong, by its id, and puts it right.
func TestTheNightCompares(t *testing.T) {
	r := apptest.Boot(t)
	ctx, finance := t.Context(), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	right := apptest.PaidTo("H-001").Total
	total := func() string {
		var x totals
		r.Must(http.MethodGet, "/staff/v1/ledger/totals?year=2017", finance, nil, &x)
		return x.Total.Amount.Wan
	}
	if total() != "218.532" { // and the sums are kept
		t.Fatal(total())
	}
	st, err := r.Store().Statement(ctx, "H-001", 2017)
	if err != nil {
		t.Fatal(err)
	}
	st.Lines[0].Amount += 100000
	if err := r.Store().PutStatement(ctx, st); err != nil {
		t.Fatal(err)
	}
	kept, err := r.Store().TotalsBetween(ctx, "2017-03", "2017-03")
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	kept[0].Cells[0].Amount += 10000000
	if err := r.Store().PutTotals(ctx, kept[0]); err != nil {
		t.Fatal(err)
	}
	apptest.WantContains(t, r.Say("h-001", "补贴"), (right+100000).Yuan()+"元")
	if total() != "228.532" {
		t.Errorf("the sums were not what was kept: %s", total())
	}
	r.TurnTo("2017-12-29", 1)
	apptest.EventuallyAll(t, "the night has compared", func() bool { return strings.Contains(r.Log.String(), "what was derived was wrong") })
	apptest.WantContains(t, r.Log.String(), model.StatementID("H-001", 2017), `"2017-03"`)
	apptest.WantContains(t, r.Say("h-001", "补贴"), right.Yuan()+"元")
	if total() != "218.532" {
		t.Errorf("the sums are not put right: %s", total())
	}
}
