package aid_test

import (
	"net/http"
	"slices"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// waiting are the applications that wait for whoever has this log-in.
func waiting(r *apptest.Running, token string) (ids []string) {
	var out struct{ Applications []application }
	r.Must(http.MethodGet, "/staff/v1/applications?waiting=true", token, nil, &out)
	for _, a := range out.Applications {
		ids = append(ids, a.ID)
	}
	return ids
}

// TestWhatWaitsForWhom follows an application from hand to hand: each sees it in their list while it is their turn,
// and whoever verified it does not wait for their own yes.
func TestWhatWaitsForWhom(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one, two, finance := r.Office("one"), r.Office("two"), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	part := r.Staff("part", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-2"}) // H-001 is not there
	want := func(when string, who ...string) {
		t.Helper()
		for name, token := range map[string]string{"one": one, "two": two, "money": finance, "part": part} {
			if got, his := waiting(r, token), slices.Contains(who, name); (len(got) == 1 && got[0] == rented) != his || len(got) > 1 {
				t.Errorf("%s, %s: %v", when, name, got)
			}
		}
	}
	askForRent(t, r)
	want("checking", "one", "two")
	appStep(t, r, one, rented, "verify", "verified", nil)
	want("verified", "two")
	approvals := "/staff/v1/applications/" + rented + "/approvals"
	r.Must(http.MethodPost, approvals, two, doc{"amount_yuan": "5800"}, nil)
	want("one yes", "one")
	r.Must(http.MethodPost, approvals, one, doc{"amount_yuan": "5800"}, nil)
	appStep(t, r, one, rented, "publicise", "publicised", nil)
	r.TurnTo("2018-01-09", 12)
	appStep(t, r, one, rented, "pay", "paying", nil)
	want("paying", "money")
	payment(r, finance, doc{"outcome": "failed", "why": "账号销户了"})
	want("failed", "one", "two")
}

// TestTheListNamesWhomItIsFor with a masked name, so that two students of a household are told apart.
func TestTheListNamesWhomItIsFor(t *testing.T) {
	r := apptest.Boot(t)
	one := r.Office("one")
	var options struct{ Options []offer }
	r.Must(http.MethodGet, "/staff/v1/households/H-001/eligibility", one, nil, &options)
	i := slices.IndexFunc(options.Options, func(o offer) bool { return o.PersonID != "" && !o.Automatic })
	o := options.Options[i]
	var a struct{ Title string }
	r.Must(http.MethodPost, "/staff/v1/households/H-001/applications", one, doc{
		"client_key": "key-for-whom", "programme": o.Programme, "person_id": o.PersonID,
	}, &a)
	apptest.WantContains(t, a.Title, "("+o.Person+")")
}

// TestEveryProgramme shows what has yet to begin, once, beside what is in force.
func TestEveryProgramme(t *testing.T) {
	r := apptest.Boot(t)
	one := r.Office("one")
	list := func(query string) (all []programmeLine) {
		var out struct{ Programmes []programmeLine }
		r.Must(http.MethodGet, "/staff/v1/programmes"+query, one, nil, &out)
		return out.Programmes
	}
	before := list("")
	later := doc{
		"after": 0, "from": "2030-01-01", "title": "以后的项目", "summary": "以后才有", "system": before[0].System, "category": "industry",
		"method": "cash", "payer_unit_id": before[0].Payer, "rules": []doc{{
			"code": "MANY", "fact": "members", "op": "gte", "values": []string{"3"}, "says_yes": "人多", "says_no": "人少",
		}},
	}
	r.Must(http.MethodPut, "/staff/v1/programmes/later", one, later, nil)
	later["after"], later["from"] = 1, "2031-01-01"
	r.Must(http.MethodPut, "/staff/v1/programmes/later", one, later, nil)
	if now := list(""); len(now) != len(before) {
		t.Errorf("%d in force, were %d", len(now), len(before))
	}
	every := list("?every=true")
	found := slices.DeleteFunc(slices.Clone(every), func(p programmeLine) bool { return p.Code != "later" })
	if len(every) != len(before)+1 || len(found) != 1 || found[0].Version != 2 {
		t.Errorf("%d of every kind, %d in force: %+v", len(every), len(before), found)
	}
}

type programmeLine struct {
	Code, System string
	Version      int
	Payer        string `json:"payer_unit_id"`
}

type offer struct {
	Programme, Person string
	PersonID          string `json:"person_id"`
	Automatic         bool
}
