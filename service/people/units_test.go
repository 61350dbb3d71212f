package people_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

func TestUnitsMoveWithWhatIsBelow(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	put := func(id, parent string, rev int) doc {
		return doc{"id": id, "name": "新单位" + id, "kind": "department", "parent_id": parent, "rev": rev}
	}
	for id, parent := range map[string]string{"N-1": "U-area-1", "N-9": ""} {
		r.Must(http.MethodPut, "/staff/v1/units", office, put(id, parent, 0), nil)
	}
	r.Must(http.MethodPut, "/staff/v1/units", office, put("N-2", "N-1", 0), nil)
	r.Refused(409, "unit_exists", http.MethodPut, "/staff/v1/units", office, put("N-2", "N-1", 0))
	r.Refused(400, "no_such_unit", http.MethodPut, "/staff/v1/units", office, put("N-3", "N-77", 0))
	r.Refused(400, "unit_circle", http.MethodPut, "/staff/v1/units", office, put("N-1", "N-2", 1))
	r.Must(http.MethodPut, "/staff/v1/units", office, put("N-1", "N-9", 1), nil)
	var out struct {
		Units []struct {
			ID   string
			Path []string
		}
	}
	r.Must(http.MethodGet, "/staff/v1/units", office, nil, &out)
	for _, u := range out.Units {
		if want := map[string]string{"N-1": "[N-9]", "N-2": "[N-9 N-1]"}[u.ID]; want != "" && fmt.Sprint(u.Path) != want {
			t.Errorf("%s lies under %v, want %s", u.ID, u.Path, want)
		}
	}
}

// TestACadreWhoLeaves hands over what they promised before they can go.
func TestACadreWhoLeaves(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	home, lead := r.Person("h-001").ID, apptest.LeadOf(t, "H-001")
	r.Raise(home, "想学种木耳")
	id := strings.ToUpper(lead)
	var all struct {
		Cadres []struct {
			ID, Name, Rank string
			UnitID         string `json:"unit_id"`
			Rev            int
		}
	}
	r.Must(http.MethodGet, "/staff/v1/cadres", office, nil, &all)
	leave := doc{}
	for _, c := range all.Cadres {
		if c.ID == id {
			leave = doc{"id": id, "rev": c.Rev, "name": c.Name, "rank": c.Rank, "unit_id": c.UnitID, "status": "left"}
		}
	}
	r.Refused(409, "cadre_still_paired", http.MethodPut, "/staff/v1/cadres", office, leave)
	for _, c := range r.Household(office, "H-001").Cadres {
		if c.CadreID != id {
			continue
		}
		var card struct {
			Needs []struct {
				Text  string
				Owner string `json:"owner_id"`
			}
		}
		r.Must(http.MethodPost, "/staff/v1/households/H-001/handovers", office, doc{
			"pairing_id": c.PairingID, "on": "2017-12-28", "reason": "调离", "to": []doc{{"cadre_id": "C-110", "role": "lead"}},
		}, &card)
		if len(card.Needs) != 1 || card.Needs[0].Text != "想学种木耳" || card.Needs[0].Owner != "C-110" {
			t.Errorf("%+v", card.Needs)
		}
	}
	r.Must(http.MethodPut, "/staff/v1/cadres", office, leave, nil)
	r.Refused(400, "no_such_cadre", http.MethodPost, "/staff/v1/households/H-001/pairings", office, doc{"cadre_id": id, "from": "2017-12-28"})
	next := doc{"id": "C-111", "name": "陈新来", "rank": "副科级", "unit_id": "U-area-1", "phone": "19912340000"}
	r.Must(http.MethodPut, "/staff/v1/cadres", office, next, nil)
	r.Refused(409, "cadre_exists", http.MethodPut, "/staff/v1/cadres", office, next)
	if a := r.Call(http.MethodGet, "/staff/v1/cadres", office, nil); strings.Contains(a.Body, "19912340000") {
		t.Error("a phone is given out")
	}
}
