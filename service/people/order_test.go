package people_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

type listed struct {
	Households []struct {
		No      string `json:"household_no"`
		Head    string
		Unit    string
		Members int `json:"member_count"`
	}
	Next   string
	Totals *struct{ Households, People int }
}

// walk reads the whole list, ten households a page.
func walk(t *testing.T, r *apptest.Running, token, query string) (all listed) {
	t.Helper()
	for after := ""; ; {
		var page listed
		r.Must(http.MethodGet, fmt.Sprintf("/staff/v1/households?limit=10&%s&after=%s", query, after), token, nil, &page)
		all.Households = append(all.Households, page.Households...)
		if all.Totals == nil {
			all.Totals = page.Totals
		}
		if after = page.Next; after == "" {
			return all
		}
	}
}

// TestAListIsSortedWhole, not page by page, and its totals are those of the whole.
func TestAListIsSortedWhole(t *testing.T) {
	r := apptest.Boot(t)
	token := r.Office("sorter")
	plain := walk(t, r, token, "totals=true")
	people := 0
	for _, h := range plain.Households {
		people += h.Members
	}
	if plain.Totals == nil || plain.Totals.Households != len(plain.Households) || plain.Totals.People != people {
		t.Errorf("%d households with %d people: %+v", len(plain.Households), people, plain.Totals)
	}
	for _, down := range []bool{false, true} {
		list := walk(t, r, token, fmt.Sprintf("sort=members&down=%v", down)).Households
		sizes, nos := make([]int, len(list)), map[string]bool{}
		for i, h := range list {
			sizes[i], nos[h.No] = h.Members, true
		}
		if down {
			slices.Reverse(sizes)
		}
		if !slices.IsSorted(sizes) || len(nos) != len(plain.Households) {
			t.Errorf("down %v: %d households by members: %v", down, len(nos), sizes)
		}
	}
	for _, column := range []string{"no", "head", "unit", "cadres", "status", "since", "registered", "exited", "causes", "attributes"} {
		if got := walk(t, r, token, "sort="+column).Households; len(got) != len(plain.Households) {
			t.Errorf("by %s: %d", column, len(got))
		}
	}
	heads := walk(t, r, token, "sort=head").Households
	if !strings.Contains(heads[0].Head, "*") {
		t.Errorf("sorted by %q: what is not shown", heads[0].Head)
	}
	apptest.WantProblem(t, "a column that there is not", r.Call(http.MethodGet, "/staff/v1/households?sort=phone", token, nil), 400, "sort")
	if few := walk(t, r, token, "totals=true&text=H-001"); few.Totals.Households != len(few.Households) || few.Totals.Households == len(plain.Households) {
		t.Errorf("of a filter: %+v for %d", few.Totals, len(few.Households))
	}
}
