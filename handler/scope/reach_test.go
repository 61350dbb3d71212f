package scope_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// targets are what a kind of scope can name, as seen by a post for area 1 and its household: their own, another's, and
// for each of those the same with something that there is not.
type targets struct{ own, foreign, absent [][]string }

// somebody is who asks.
type somebody struct {
	name, token string
	staff       model.Staff // of the office's callers
	whole       bool        // has their posts in the whole farm
	cadre       bool        // is the own household's cadre, in the office's log-in or in WeChat
	household   model.View  // of the own household, in WeChat
	nobody      bool        // in WeChat, and bound to nothing
}

// refusals are the codes with which a scope or a permission keeps somebody out.
var refusals = regexp.MustCompile(`^(not_your_duty|not_your_unit|no_such_\w+|not_found|proxy|not_a_cadre|household_not_found)$`)

// expected is the answer to each kind of scope, for each who asks: "open", "cut off" (403), or "unknown" (404, the same
// as for what there is not).
func expected(o operation, who somebody, own bool) string {
	if strings.HasPrefix(o.path, "/mini/") {
		return expectedInWeChat(o.Scope.Kind, who, own)
	}
	asCadre := who.cadre && who.staff.MayAsCadre(o.Permission)
	byPost := slices.ContainsFunc(who.staff.Assignments, func(p model.RoleAssignment) bool {
		return p.Role != model.RoleCadre && model.Staff{Assignments: []model.RoleAssignment{p}}.May(o.Permission)
	})
	switch {
	case !who.staff.May(o.Permission):
		return "cut off"
	case slices.Contains([]string{"own", "shared", "lists"}, o.Scope.Kind) && len(o.Scope.Params) == 0:
		return "open"
	case o.Scope.Kind == "farm" && (!who.whole || !byPost):
		return "cut off"
	case who.whole && byPost:
		return "open"
	case own && byPost:
		return "open"
	case own && asCadre && slices.Contains(throughHouseholds, o.Scope.Kind):
		return "open"
	}
	return "unknown"
}

// throughHouseholds are the kinds that a cadre reaches by being paired with the household.
var throughHouseholds = []string{"household", "lists", "books", "person", "need", "application", "expectation", "visit_file", "loan", "entry", "move", "alert"}

func expectedInWeChat(kind string, who somebody, own bool) string {
	switch kind {
	case "own":
		return "open"
	case "own_cadre":
		if who.cadre {
			return "open"
		}
		return "cut off"
	case "own_household", "own_household_in_full":
		switch {
		case !own || who.household == "":
			return "unknown"
		case kind == "own_household_in_full" && who.household != model.ViewFull:
			return "cut off"
		}
		return "open"
	case "own_or_paired_household":
		if own && (who.household != "" || who.cadre) {
			return "open"
		}
		return "unknown"
	case "helped_household":
		switch {
		case !who.cadre:
			return "cut off"
		case own:
			return "open"
		}
		return "unknown"
	}
	return "a kind of scope without an expectation: " + kind
}

// TestEveryRouteForEverybody calls every route of the API's document as everybody there is, on what is theirs and on
// what is not. What is another's reads as what there is not, to the letter.
func TestEveryRouteForEverybody(t *testing.T) {
	r := apptest.Boot(t)
	world := build(t, r)
	operations, doc := documented(t, r)
	unscoped := []string{"mini-login", "staff-login", "mini-archive", "mini-archived"}
	endsLogIn := []string{"mini-logout", "mini-logout-everywhere", "staff-logout", "mini-end-cadre-binding"} // whoever calls it is nobody afterwards
	asked := 0
	for _, o := range operations {
		if o.Scope == nil {
			if !slices.Contains(unscoped, o.ID) {
				t.Errorf("%s has no scope", o.ID)
			}
			continue
		}
		if a := call(r, o, doc, "", nil); a.Status != http.StatusUnauthorized {
			t.Errorf("%s without a log-in: %d %s", o.ID, a.Status, a.Body)
		}
		if slices.Contains(endsLogIn, o.ID) {
			continue
		}
		for _, who := range world.askers(o) {
			for _, x := range world.of(t, o) {
				asked++
				check(t, r, o, doc, who, x)
			}
		}
	}
	if asked < 2000 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// one is one thing to ask for; twin is the same with something that there is not.
type one struct {
	values, twin []string
	own          bool
}

func check(t *testing.T, r *apptest.Running, o operation, doc document, who somebody, x one) {
	t.Helper()
	want := expected(o, who, x.own)
	a := call(r, o, doc, who.token, x.values)
	code, what := a.Code(), fmt.Sprintf("%s as %s on %v", o.ID, who.name, x.values)
	switch want {
	case "open":
		if a.Status == http.StatusUnauthorized && code == "not_logged_in" || code == "not_your_duty" || code == "not_your_unit" ||
			refusals.MatchString(code) && x.own && len(x.values) > 0 && slices.Contains(refusedAs[o.Scope.Kind], code) {
			t.Errorf("%s: %d %s, want it open", what, a.Status, a.Body)
		}
	case "cut off":
		if a.Status != http.StatusForbidden {
			t.Errorf("%s: %d %s, want 403", what, a.Status, a.Body)
		}
	case "unknown":
		twin := call(r, o, doc, who.token, x.twin)
		same := a.Status == twin.Status && withoutID(a.Body) == withoutID(twin.Body)
		if !refusals.MatchString(code) || a.Status < 400 || !same {
			t.Errorf("%s: %d %s, want what %v is: %d %s", what, a.Status, a.Body, x.twin, twin.Status, twin.Body)
		}
	default:
		t.Fatal(want)
	}
}

// refusedAs are the codes that each kind's own refusal has.
var refusedAs = map[string][]string{
	"household": {"no_such_household"}, "lists": {"no_such_household"}, "books": {"no_such_household"}, "person": {"no_such_household", "no_such_person"},
	"merge": {"no_such_household"}, "in_unit": {"no_such_unit"}, "unit": {"no_such_unit"}, "cadre": {"no_such_cadre"}, "one_cadre": {"no_such_cadre"}, "holder": {"no_such_household", "no_such_cadre"},
	"need": {"no_such_need"}, "application": {"no_such_application"}, "expectation": {"not_found"}, "visit_file": {"not_found"}, "loan": {"no_such_loan"},
	"entry": {"no_such_entry"}, "alert": {"no_such_alert"}, "move": {"no_such_move"}, "broadcast": {"no_such_broadcast"}, "coop": {"no_such_coop"}, "coop_in_unit": {"no_such_coop"},
	"greenhouse": {"no_such_greenhouse"}, "greenhouse_in_unit": {"no_such_greenhouse"}, "batch": {"no_such_batch"}, "staff": {"no_such_staff"},
	"own_household": {"household_not_found"}, "own_household_in_full": {"household_not_found", "proxy"}, "own_or_paired_household": {"household_not_found"},
	"helped_household": {"no_such_household", "not_a_cadre"},
}

var requestID = regexp.MustCompile(`"request_id":"[^"]*"`)

func withoutID(body string) string { return requestID.ReplaceAllString(body, "") }

func call(r *apptest.Running, o operation, doc document, token string, values []string) apptest.Answer {
	named := map[string]string{}
	for i, p := range o.Scope.Params {
		named[p] = ""
		if i < len(values) {
			named[p] = values[i]
		}
	}
	path, body := o.request(doc, named)
	return r.Call(o.method, path, token, body)
}
