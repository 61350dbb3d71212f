package people_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// TestThePagesMeetTheRulesOfTheRegistry: what a sheet cannot bring in (service/sheets has the same cases), the office's
// pages refuse with the same sentence.
func TestThePagesMeetTheRulesOfTheRegistry(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	const base = "/staff/v1/households/H-001"
	person := func(change doc) doc {
		p := doc{"name": "赵新人", "national_id": apptest.NationalID(7), "relation": "child", "from": "2017-12-01"}
		for k, v := range change {
			p[k] = v
		}
		return p
	}
	r.Must(http.MethodPut, "/staff/v1/cadres", office, doc{"id": "C-901", "rev": 0, "name": "孙丙", "rank": "副科级", "unit_id": "U-area-1", "status": "left"}, nil)
	for name, c := range map[string]struct {
		method, path string
		body         doc
		status       int
		code, says   string
	}{
		"a cadre who left": {http.MethodPost, base + "/pairings", doc{"cadre_id": "C-901", "role": "member", "from": "2017-12-01"}, 400, "no_such_cadre", "没有这位干部,或已经调离"},
		"a second head":    {http.MethodPost, base + "/members", person(doc{"relation": "head"}), 409, "head_exists", "这一户已经有户主"},
		"a landline":       {http.MethodPost, base + "/members", person(doc{"phone": "04535551234"}), 400, "phone_form", "手机号要11位数字,1开头"},
		"a branch that is none": {http.MethodPut, "/staff/v1/cadres",
			doc{"id": "C-902", "rev": 0, "name": "周丁", "rank": "副科级", "unit_id": "U-area-1", "branch_id": "U-area-1", "status": "active"}, 400, "not_a_branch", "不是党支部"},
	} {
		if a := r.Refused(c.status, c.code, c.method, c.path, office, c.body); !strings.Contains(a.Body, c.says) {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
	r.Must(http.MethodPost, "/staff/v1/households/H-002/merge", office, doc{"into_household_no": "H-003", "on": "2017-12-20", "evidence": "录了两次"}, nil)
	r.Refused(409, "household_ended", http.MethodPost, "/staff/v1/households/H-002/members", office, person(nil))
	r.Refused(409, "household_ended", http.MethodPost, "/staff/v1/households/H-002/pairings", office, doc{"cadre_id": "C-110", "role": "member", "from": "2017-12-22"})
}
