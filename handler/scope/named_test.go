package scope_test

import (
	"maps"
	"slices"
	"testing"

	"bangfu/cmd/app/apptest"
)

// naming are the parameters that name somebody's or something that belongs to somewhere.
var naming = []string{
	"no", "household_no", "into_household_no", "person", "cadre_id", "unit_id", "parent_id", "coop", "greenhouse_id",
	"batch_id", "entry_id", "loan_id", "move_id",
}

// checkedInside are the operations with such a parameter beside the one of their scope, and what checks it there.
var checkedInside = map[string]string{
	"staff-households/unit_id":       "a list: it is cut to the caller's units before",
	"staff-pairings/household_no":    "a list of households: each is asked for",
	"staff-edit-household/unit_id":   "access.InUnit, for it may be left out",
	"staff-split/unit_id":            "access.InUnit, for it may be left out",
	"staff-sign-doctor/unit_id":      "names the hospital, which is nobody's reach",
	"staff-keep-debriefing/unit_id":  "only for the whole farm",
	"staff-record-visit/cadre_id":    "visit: paired with the household on the day",
	"staff-pair/cadre_id":            "any cadre of the farm may be paired",
	"staff-make/cadre_id":            "account: a cadre of the granter's units",
	"staff-change/cadre_id":          "account: a cadre of the granter's units",
	"staff-allot/greenhouse_id":      "access.Greenhouse",
	"staff-identify/household_no":    "a number that there is not yet",
	"staff-broadcast-resolve/person": "a recipient of the broadcast",
	"staff-put-wage/household_no":    "access.Household",
	"staff-dividend-steps/no":        "access.Household",
	"mini-bind/household_no":         "must be the code's own",
	"mini-question/entry_id":         "a line of the household's own statement",
	"staff-keep-filter/unit_id":      "a list: it is cut to the caller's units when it is used",
	"staff-confirm-post/unit_id":     "account: where the caller confirms posts",
	"staff-refuse-post/unit_id":      "account: where the caller confirms posts",
}

// seenByProxies are the mini-program's routes that show something to those who only help a household with WeChat.
var seenByProxies = []string{"mini-household", "mini-ledger", "mini-dividends", "mini-needs", "mini-raise-need", "mini-bindings", "mini-end-binding"}

// TestWhatNamesSomethingIsInTheScope finds a route whose line names less than its request does.
func TestWhatNamesSomethingIsInTheScope(t *testing.T) {
	r := apptest.Boot(t)
	operations, doc := documented(t, r)
	left := maps.Clone(checkedInside)
	for _, o := range operations {
		if o.Scope == nil {
			continue
		}
		for _, name := range o.names(doc) {
			if !slices.Contains(naming, name) || slices.Contains(o.Scope.Params, name) {
				continue
			}
			delete(left, o.ID+"/"+name)
			if checkedInside[o.ID+"/"+name] == "" {
				t.Errorf("%s: its scope %s%v does not look at %s", o.ID, o.Scope.Kind, o.Scope.Params, name)
			}
		}
		if full := o.Scope.Kind == "own_household_in_full"; o.Scope.Kind == "own_household" != slices.Contains(seenByProxies, o.ID) && !full && o.ID != "mini-raise-need" {
			t.Errorf("%s is open to proxies", o.ID)
		}
	}
	for what := range left {
		t.Errorf("no request has %s any more", what)
	}
}

// names are the names of all parameters of the request.
func (o operation) names(doc document) (list []string) {
	for _, p := range o.Parameters {
		list = append(list, p.Name)
	}
	if o.Body != nil {
		list = slices.AppendSeq(list, maps.Keys(doc.resolve(o.Body.Content["application/json"].Schema).Properties))
	}
	slices.Sort(list)
	return list
}
