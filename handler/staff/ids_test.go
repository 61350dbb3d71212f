package staff_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// anOldRecordOfEach puts records there as they were stored while ids still told who had said something.
func anOldRecordOfEach(t *testing.T, r *apptest.Running) {
	t.Helper()
	ctx, now, p := t.Context(), r.Clock.Now(), r.Person("h-001")
	key := "oa:" + p.OAOpenID + ":m:777"
	need := model.Need{
		ID: "bot:" + key, Record: model.NewRecord(now, "account:u:"+p.UnionID), HouseholdID: "H-001", Source: "bot", Text: "旧的难事", Kind: model.NeedOther,
		OwnerID: strings.ToUpper(apptest.LeadOf(t, "H-001")), DueOn: "2018-01-10",
	}
	need.Step(model.NeedOpen, "account:u:"+p.UnionID, "", now)
	need.Step(model.NeedDone, "cadre:"+need.OwnerID, "", now)
	hand := "need:told.2:" + need.ID + ":u:" + p.UnionID
	household := func(h *model.Household) error { h.Address += "(新)"; return nil }
	for what, err := range map[string]error{
		"need":   r.Store().InsertNeed(ctx, need),
		"notice": r.Store().PutInPersonNotices(ctx, []model.InPersonNotice{{ID: hand, HouseholdID: "H-001", Text: "旧的话", At: now, Until: now.Add(9 * 24 * time.Hour)}}),
		"change": second(r.Store().ChangeHousehold(ctx, "H-001", 0, model.ChangeInfo{Actor: "account:oa:" + p.OAOpenID, Why: "旧的改动", At: now}, household)),
		"audit":  r.Store().AppendAudit(ctx, model.AuditEntry{At: now, Actor: "account:oa:" + p.OAOpenID, Action: model.AuditChange, Record: "needs/" + need.ID, HouseholdID: "H-001", Reason: "旧的"}),
	} {
		if err != nil {
			t.Fatal(what, err)
		}
	}
	_, err := r.Store().InsertMessages(ctx,
		model.Message{ID: "late:" + key, Purpose: "late_answer", IdentityID: "none:H-001", State: model.MessageFailed, CreatedAt: now, ExpiresAt: now.Add(time.Hour)},
		model.Message{ID: hand, Purpose: "need", IdentityID: "none:H-001", State: model.MessageByHand, CreatedAt: now, ExpiresAt: now.Add(time.Hour), HouseholdID: "H-001"},
		model.Message{ID: "rem:2018-01:T:x:oa:" + p.OAOpenID, Purpose: "reminder", IdentityID: "none:x", State: model.MessageUnknown, CreatedAt: now, ExpiresAt: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }

// aBusyDay has people do what makes records, in the bot and on the phone.
func aBusyDay(t *testing.T, r *apptest.Running) (home, cadre string) {
	t.Helper()
	lead := apptest.LeadOf(t, "H-001")
	home, cadre = r.LogIn("h-001"), r.LogIn(lead)
	r.Follow("stranger-1")
	r.Say("stranger-1", r.BindingCode("H-001"))
	r.Raise("h-001", "H-001 屋顶漏雨了")
	r.Say("h-001", "办事 H-001 housing_rent - 申请")
	r.Say(lead, "答应 H-001 帮忙联系木耳销路")
	r.Must(http.MethodPost, "/mini/v1/needs", home, doc{"client_key": "a-clients-own-key", "text": "没有柴了"}, nil)
	r.Must(http.MethodPost, "/mini/v1/applications", home, doc{"client_key": "a-clients-own-key", "programme": "loan"}, nil)
	r.Must(http.MethodPost, "/mini/v1/papers", home, doc{"kind": "rent_contract", "content": base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff\xda\x00\x04\x01\x02 a picture of a contract\xff\xd9"))}, nil)
	r.Must(http.MethodPost, "/mini/v1/visits", cadre, doc{
		"client_key": "a-clients-own-key", "household_no": "H-001", "on": "2017-12-28", "items": []doc{{"kind": "goods", "count": 1, "text": ""}},
		"late_reason": "雪大", "promises": []doc{{"text": "送两袋面"}},
	}, nil)
	return home, cadre
}

// getters are the paths that can be read, with what stands in their braces filled in.
func getters(t *testing.T, r *apptest.Running, begins string) (list []string) {
	t.Helper()
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name, In string
				Required bool
				Schema   struct{ Enum []string }
			}
		}
	}
	r.Call(http.MethodGet, "/openapi.json", "", nil).JSON(t, &api)
	values := map[string]string{
		"no": "H-001", "period": "2017-12", "year": "2017", "cadre": "C-001", "person": "P-0001", "coop": "K-001", "id": "H-001.loan.-.1", "q": "H-001",
		"to": "2017-12", "on": "2017-12-01", "household_no": "H-001", "item_id": "FLOUR", "fund_id": "2017/扶贫救助基金", "version": "1", "code": "loan", "scene": "x", "reason": "核对材料", "from": "2017-01",
		"first": "2017-1", "second": "2017-2",
	}
	for path, methods := range api.Paths {
		op, ok := methods["get"]
		if !ok || !strings.HasPrefix(path, begins) {
			continue
		}
		query := url.Values{}
		for _, p := range op.Parameters {
			value := values[p.Name]
			if len(p.Schema.Enum) > 0 {
				value = p.Schema.Enum[0]
			}
			switch {
			case p.In == "path":
				path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
			case p.In == "query" && value != "" && (p.Required || p.Name == "household_no" || p.Name == "year"):
				query.Set(p.Name, value)
			}
		}
		list = append(list, path+"?"+query.Encode())
	}
	return list
}

// TestIdsSayNothing reads everything that can be read, as a household, as a cadre and as the office: nobody is given
// what WeChat gave us of a person, nor a key that a client chose; and outside the office an id says nothing at all.
func TestIdsSayNothing(t *testing.T) {
	r := apptest.Boot(t)
	anOldRecordOfEach(t, r)
	home, cadre := aBusyDay(t, r)
	secrets := []string{"a-clients-own-key"}
	for _, p := range r.People() {
		secrets = append(secrets, p.OAOpenID, p.MPOpenID, p.UnionID)
	}
	var posts []model.RoleAssignment
	for _, d := range letters {
		posts = append(posts, model.RoleAssignment{Role: d})
	}
	all := r.Staff("all", "", posts...)
	read := func(token, path string) apptest.Answer {
		a := r.Call(http.MethodGet, path, token, nil)
		for _, s := range secrets {
			if s != "" && strings.Contains(a.Body, s) {
				t.Errorf("%s tells %q: %.300s", path, s, a.Body)
			}
		}
		return a
	}
	ok := 0
	for _, path := range getters(t, r, "/mini/v1/") {
		for _, token := range []string{home, cadre} {
			if a := read(token, path); a.Status == http.StatusOK {
				ok++
				saysNothing(t, path, a.Body)
			}
		}
	}
	for _, path := range append(getters(t, r, "/staff/v1/"), "/staff/v1/needs?state=done_by_cadre", "/staff/v1/aid-days/2018-01/reminders", "/staff/v1/audit?limit=200") {
		if a := read(all, path); a.Status == http.StatusOK {
			ok++
		} else if a.Status >= 500 {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if ok < 70 {
		t.Errorf("only %d could be read", ok)
	}
	whatWasStoredBefore(t, r, home, cadre, all)
}

var nothing = regexp.MustCompile(`^([0-9a-f]{32})?$`)

// numbers are what people call things by, and public addresses.
var numbers = []string{"cadre_id", "person_id", "notice_id"}

// saysNothing looks through an answer for ids that say something.
func saysNothing(t *testing.T, path, body string) {
	t.Helper()
	if strings.HasPrefix(path, "/mini/v1/notices") || strings.HasPrefix(path, "/mini/v1/archive") {
		return // a policy's number is public
	}
	var answer any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var look func(name string, v any)
	look = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				look(k, x)
			}
		case []any:
			for _, x := range v {
				look(name, x)
			}
		case string:
			if (name == "id" || strings.HasSuffix(name, "_id")) && !contains(numbers, name) && !nothing.MatchString(v) {
				t.Errorf("%s: %s is %q", path, name, v)
			}
		}
	}
	look("", answer)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// whatWasStoredBefore is used by the ids under which it is shown.
func whatWasStoredBefore(t *testing.T, r *apptest.Running, home, cadre, all string) {
	t.Helper()
	var own struct{ Needs []struct{ ID, Text string } }
	r.Must(http.MethodGet, "/mini/v1/needs", home, nil, &own)
	var id string
	for _, n := range own.Needs {
		if n.Text == "旧的难事" {
			id = n.ID
		}
	}
	r.Refused(404, "no_such_need", http.MethodPost, "/mini/v1/needs/settle", r.LogIn("h-002"), doc{"need_id": id, "settled": true})
	r.Must(http.MethodPost, "/mini/v1/needs/settle", home, doc{"need_id": id, "settled": false}, nil)
	var known struct{ Needs []struct{ ID, Text string } }
	r.Must(http.MethodGet, "/staff/v1/needs", all, nil, &known)
	for _, n := range known.Needs {
		if n.Text == "旧的难事" {
			r.Must(http.MethodPost, "/staff/v1/needs/"+url.PathEscape(n.ID)+"/steps", all, doc{"kind": "housing"}, nil)
		}
	}
	if n, err := r.Store().Need(t.Context(), "bot:oa:"+r.Person("h-001").OAOpenID+":m:777"); err != nil || n.State != model.NeedReopened || n.Kind != model.NeedHousing {
		t.Errorf("%+v %v", n, err)
	}

	var sent struct {
		Troubles []struct{ ID, State string }
		ToTell   []struct{ ID, Text string } `json:"to_tell"`
	}
	r.Must(http.MethodGet, "/staff/v1/sending", all, nil, &sent)
	late := ""
	for _, m := range sent.Troubles {
		if strings.HasPrefix(m.ID, "late:") {
			late = m.ID
		}
	}
	if late == "" || len(sent.ToTell) == 0 {
		t.Fatalf("%+v", sent)
	}
	r.Must(http.MethodPost, "/staff/v1/messages/resend", all, doc{"id": late}, nil)
	r.Must(http.MethodPost, "/mini/v1/visits", cadre, doc{
		"client_key": "told-in-person", "household_no": "H-001", "on": "2017-12-27", "late_reason": "雪大", "items": []doc{{"kind": "goods", "count": 1, "text": ""}},
		"told": []string{model.Outward("need:told.2:bot:oa:" + r.Person("h-001").OAOpenID + ":m:777:u:" + r.Person("h-001").UnionID)},
	}, nil)
	list, err := r.Store().InPersonNotices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range list {
		if n.Text == "旧的话" {
			t.Errorf("not told: %+v", n)
		}
	}
}
