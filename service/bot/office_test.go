package bot_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestTheOfficeSaysHowToReachIt: what the office sets is what people read, at once.
func TestTheOfficeSaysHowToReachIt(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("office2")
	apptest.WantContains(t, r.Say("h-001", "人工"), "电话还没有登记")
	var s doc
	r.Must(http.MethodGet, "/staff/v1/settings", office, nil, &s)
	if s["urgent_minutes"] != 120.0 || s["tell_postings"] != true {
		t.Errorf("%v", s)
	}
	s["office"] = doc{"phone": "电话五", "hours": ""}
	r.Refused(400, "office_phone", http.MethodPut, "/staff/v1/settings", office, s)
	s["office"], s["urgent_minutes"], s["tell_postings"] = doc{"phone": "0453-5550101", "hours": "天天8:00—17:00"}, 30, false
	r.Must(http.MethodPut, "/staff/v1/settings", office, s, nil)
	r.Refused(409, "changed_meanwhile", http.MethodPut, "/staff/v1/settings", office, s) // somebody else looked at it before
	for _, who := range []string{"h-001", apptest.LeadOf(t, "H-001")} {
		apptest.WantContains(t, r.Say(who, "人工"), "扶贫办电话:0453-5550101(天天8:00—17:00)。")
	}
	apptest.WantContains(t, r.Say("h-001", "家里断粮了,两天没吃饭"), "30分钟内有人联系您", "0453-5550101")
}

// TestTheOfficeOpensWhatCameWithANeed: a picture with a difficulty is opened by whoever reaches the need, and nobody else.
func TestTheOfficeOpensWhatCameWithANeed(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("office2")
	r.Say("h-001", "反映")
	r.Act("h-001", "image", nil)
	r.Say("h-001", "墙裂了")
	r.Say("h-001", "1")
	var list struct {
		Needs []struct {
			ID    string
			Files []struct{ ID, Kind string }
		}
	}
	apptest.EventuallyAll(t, "the picture is there", func() bool {
		r.Must(http.MethodGet, "/staff/v1/needs", office, nil, &list)
		return len(list.Needs) == 1 && len(list.Needs[0].Files) == 1
	})
	n := list.Needs[0]
	path := "/staff/v1/needs/" + n.ID + "/files/"
	if a := r.Call(http.MethodGet, path+n.Files[0].ID, office, nil); a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "\xff\xd8") {
		t.Errorf("%d %.20q", a.Status, a.Body)
	}
	r.Refused(404, "no_such_file", http.MethodGet, path+"another", office, nil)
	elsewhere := r.Staff("far", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-2"})
	r.Refused(404, "no_such_need", http.MethodGet, path+n.Files[0].ID, elsewhere, nil)
}

// TestAYearWithoutRecords: the answer says which years have any.
func TestAYearWithoutRecords(t *testing.T) {
	r := apptest.Boot(t)
	apptest.WantContains(t, r.Say("h-001", "补贴 H-001 2012"), "2012年没有登记", "有登记的是2017年")
	apptest.WantContains(t, r.Say("h-001", "2012年低保发了多少"), "2012年没有登记低保", "有登记的是2017年")
}

// TestHowAConditionIsHeld: after what can be applied for, 怎么算 shows each condition with the value it was held against.
func TestHowAConditionIsHeld(t *testing.T) {
	r := apptest.Boot(t)
	apptest.WantContains(t, r.Say("h-001", "怎么算"), "分红")
	r.Say("h-001", "办事")
	apptest.WantContains(t, r.Say("h-001", "1"), "回“怎么算”")
	apptest.WantContains(t, r.Say("h-001", "怎么算"), "一条一条这样看", "符合:", "(", "年")
}
