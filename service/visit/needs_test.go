package visit_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type need struct {
	ID, Text, Kind, State string
	Owner                 string `json:"owner_id"`
	DueOn                 string `json:"due_on"`
	Overdue, Promised     bool
}

func needsOf(r *apptest.Running, staff, query string) []need {
	var out struct{ Needs []need }
	r.Must(http.MethodGet, "/staff/v1/needs"+query, staff, nil, &out)
	return out.Needs
}

// TestNeedsOfTheOffice raises, steers and ends difficulties, and looks at who is told.
func TestNeedsOfTheOffice(t *testing.T) {
	r, office, _ := aidMonth(t)
	home, lead := r.Person("h-001").ID, apptest.LeadOf(t, "H-001")
	raise := doc{"client_key": "need-key-1", "household_no": "h-001", "text": "孩子上学缺书本"}
	for range 2 { // posted twice over a bad network
		r.Must(http.MethodPost, "/staff/v1/needs", office, raise, nil)
	}
	list := needsOf(r, office, "?household_no=H-001")
	if len(list) != 1 || list[0].Kind != "schooling" || list[0].Owner != strings.ToUpper(lead) || list[0].State != "open" {
		t.Fatalf("%+v", list)
	}
	if want := string(model.DateOf(r.Clock.Now()).AddDays(15)); list[0].DueOn != want {
		t.Errorf("due %s, want %s", list[0].DueOn, want)
	}
	elsewhere := r.Staff("far", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-6"})
	if got := needsOf(r, elsewhere, ""); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	steps := "/staff/v1/needs/" + url.PathEscape(list[0].ID) + "/steps"
	r.Refused(404, "no_such_need", http.MethodPost, steps, elsewhere, doc{"due_on": "2018-02-01"})
	r.Refused(400, "steer", http.MethodPost, steps, office, doc{"state": "not_possible"})
	r.Refused(400, "steer", http.MethodPost, steps, office, doc{"owner_id": "C-999"})

	// The owner is reminded before and after the day, once each.
	r.Must(http.MethodPost, steps, office, doc{"due_on": "2018-01-10"}, nil)
	r.Say(lead, "难事") // opens the window in which WeChat lets us write
	r.TurnTo("2018-01-08", 9)
	told := func(word string) func() bool {
		return func() bool {
			list, err := r.Store().MessagesUnder(t.Context(), "need:"+word)
			return err == nil && len(list) == 1 && list[0].State != model.MessageQueued && list[0].State != model.MessageSending
		}
	}
	apptest.EventuallyAll(t, "the owner is reminded before", told("day:2018-01-08:"))
	r.TurnTo("2018-01-11", 9)
	apptest.EventuallyAll(t, "the owner is reminded after", told("day:2018-01-11:"))
	if !needsOf(r, office, "")[0].Overdue {
		t.Error("not overdue")
	}

	// What cannot be done is told to the household with the reason; the household is out of reach in WeChat, so its
	// cadre tells it at the next visit.
	r.Act(home, "unfollow", nil)
	r.Must(http.MethodPost, steps, office, doc{"state": "not_possible", "text": "今年没有这项经费"}, nil)
	apptest.EventuallyAll(t, "it is to be told by hand", func() bool {
		return strings.Contains(r.Say(lead, "已告知"), "今年没有这项经费")
	})
	if got := r.Say(lead, "1"); !strings.Contains(got, "没有要当面告诉") {
		t.Error(got)
	}
	if got := needsOf(r, office, "?state=not_possible"); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestAVisitWithWords records a visit on the phone with a promise, adds words by the bot, amends it, and lets the
// household have its say.
func TestAVisitWithWords(t *testing.T) {
	r, office, _ := aidMonth(t)
	r.TurnTo("2018-01-05", 10)
	home, lead := r.Person("h-001").ID, apptest.LeadOf(t, "H-001")
	token := r.LogIn(lead)
	visit := doc{
		"client_key": "phone-key-1", "household_no": "H-001", "on": "2018-01-05", "items": []doc{{"kind": "difficulty_solved", "count": 2, "text": "修炕"}},
		"self_funded_yuan": "200.50", "words": "身体不错", "promises": []doc{{"text": "帮忙联系木耳销路", "due_on": "2018-01-20"}},
	}
	var made struct {
		VisitID string `json:"visit_id"`
	}
	for range 2 {
		r.Must(http.MethodPost, "/mini/v1/visits", token, visit, &made)
	}
	if got := r.Say(lead, "补充 水井也看过了,不用修"); !strings.Contains(got, "补上了:水井也看过了,不用修") {
		t.Error(got)
	}
	r.Refused(400, "amend_why", http.MethodPut, "/mini/v1/visits", token, doc{"visit_id": made.VisitID, "items": []doc{{"kind": "goods", "count": 1, "text": ""}}, "why": " "})
	r.Must(http.MethodPut, "/mini/v1/visits", token, doc{
		"visit_id": made.VisitID, "items": []doc{{"kind": "difficulty_solved", "count": 1, "text": "修炕"}, {"kind": "goods", "count": 1, "text": ""}},
		"self_funded_yuan": "150", "words": "身体不错", "why": "次数记多了",
	}, nil)
	stranger := r.LogIn(apptest.LeadOf(t, "H-010"))
	r.Refused(404, "no_such_visit", http.MethodPut, "/mini/v1/visits", stranger, doc{"visit_id": made.VisitID, "items": []doc{{"kind": "goods", "count": 1, "text": ""}}, "why": "试"})

	filesOfAVisit(t, r, office, lead, token, made.VisitID)
	if got := r.Say(home, "走访"); !strings.Contains(got, "上次走访记的是1月5日") || !strings.Contains(got, "解难事1次、送温暖1次") {
		t.Fatal(got)
	}
	if got := r.Say(home, "1"); !strings.Contains(got, "很满意") {
		t.Fatal(got)
	}
	if got := r.Say(home, "1"); !strings.Contains(got, "上次走访很满意") {
		t.Fatal(got)
	}
	var past struct {
		Visits []struct {
			Words      string
			SelfFunded int64  `json:"self_funded_fen"`
			Answer     string `json:"household_answer"`
			Rating     int
			Amended    bool
		}
	}
	r.Must(http.MethodGet, "/staff/v1/households/H-001/visits", office, nil, &past)
	// The revisions keep what it said before.
	if v, err := r.Store().Visit(t.Context(), model.VisitID("H-001", strings.ToUpper(lead), "2018-01-05")); err != nil || v.Rev < 4 {
		t.Errorf("revision %d, %v", v.Rev, err)
	}
	if v := past.Visits[0]; v.SelfFunded != 15000 || v.Answer != "came" || v.Rating != 5 || !v.Amended || v.Words != "身体不错" {
		t.Errorf("%+v", v)
	}
	var counts struct {
		Months []struct {
			Total struct{ Items map[string]int }
			Units map[string]struct{ Visits int }
		}
	}
	r.Must(http.MethodGet, "/staff/v1/visit-counts?from=2018-01&to=2018-01", office, nil, &counts)
	if m := counts.Months[0]; m.Total.Items["difficulty_solved"] != 1 || len(m.Units) != 1 {
		t.Errorf("%+v", m)
	}
	var month struct {
		Tally struct{ Visits int }
		Needs []need
	}
	r.Must(http.MethodGet, "/mini/v1/month", token, nil, &month)
	if month.Tally.Visits != 1 || len(month.Needs) != 1 {
		t.Errorf("%+v", month)
	}
}

// TestAHouseholdsCard opens the visit for its cadre, the page for the household, nothing for a stranger, and
// nothing to anybody once it is replaced.
func TestAHouseholdsCard(t *testing.T) {
	r, office, _ := aidMonth(t)
	home, lead := r.Person("h-001").ID, apptest.LeadOf(t, "H-001")
	card := func(renew bool) string {
		var c struct {
			Scene string `json:"mini_scene"`
			Image string `json:"mini_image"`
		}
		r.Must(http.MethodPost, "/staff/v1/household-cards", office, doc{"household_no": "H-001", "renew": renew, "draw": true}, &c)
		if !strings.HasPrefix(c.Image, "data:image/") || len(c.Scene) > 32 {
			t.Errorf("%.40s %s", c.Image, c.Scene)
		}
		return c.Scene
	}
	opens := func(person, scene string) string {
		var out struct{ Opens string }
		r.Must(http.MethodGet, "/mini/v1/scene?scene="+url.QueryEscape(scene), r.LogIn(person), nil, &out)
		return out.Opens
	}
	scan := func(person, scene string) string {
		return r.Act(person, "scan", map[string]string{"scene": "household-" + scene}).Text()
	}
	old := card(false)
	if again := card(false); again != old {
		t.Errorf("another card without asking for one: %s", again)
	}
	if got := scan(lead, old); !strings.Contains(got, "户号H-001,这次做了什么") {
		t.Error(got)
	}
	if got := scan(home, old); !strings.Contains(got, "户情") {
		t.Error(got)
	}
	apptest.WantWithout(t, scan(apptest.LeadOf(t, "H-010"), old), "H-001")
	if a, b, c := opens(lead, old), opens(home, old), opens(apptest.LeadOf(t, "H-010"), old); a != "visit" || b != "household" || c != "nothing" {
		t.Error(a, b, c)
	}
	fresh := card(true)
	r.Clock.Advance(2 * time.Second) // the same scan within one second is one scan
	apptest.WantWithout(t, scan(lead, old), "这次做了什么")
	if a, b := opens(lead, old), opens(lead, fresh); a != "nothing" || b != "visit" {
		t.Error(a, b)
	}
	elsewhere := r.Staff("far", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-6"})
	r.Refused(404, "no_such_household", http.MethodPost, "/staff/v1/household-cards", elsewhere, doc{"household_no": "H-001"})
}

// filesOfAVisit adds a picture and a voice message by the chat, which WeChat is asked for while it keeps them, and
// a picture by the mini-program.
func filesOfAVisit(t *testing.T, r *apptest.Running, office, lead, token, visitID string) {
	t.Helper()
	r.Act(lead, "image", nil)
	if got := r.Act(lead, "voice", map[string]string{"recognition": ""}).Text(); !strings.Contains(got, "共2个") {
		t.Error(got)
	}
	files := func() (ids []string) {
		var past struct {
			Visits []struct{ Files []struct{ ID string } }
		}
		r.Must(http.MethodGet, "/staff/v1/households/H-001/visits", office, nil, &past)
		for _, f := range past.Visits[0].Files {
			ids = append(ids, f.ID)
		}
		return ids
	}
	apptest.EventuallyAll(t, "both are fetched", func() bool { return len(files()) == 2 })
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	photo := doc{"visit_id": visitID, "content": drawn.Bytes()}
	for range 2 {
		r.Must(http.MethodPost, "/mini/v1/visits/files", token, photo, nil)
	}
	ids := files()
	if len(ids) != 3 {
		t.Fatalf("%v", ids)
	}
	for i, kind := range []string{"image/jpeg", "audio/amr", "image/png"} {
		a := r.Call(http.MethodGet, "/staff/v1/visit-files/"+ids[i], office, nil)
		if a.Status != 200 || a.Header.Get("Content-Type") != kind {
			t.Errorf("%d %s, want %s", a.Status, a.Header.Get("Content-Type"), kind)
		}
	}
	r.Refused(400, "file_kind", http.MethodPost, "/mini/v1/visits/files", token, doc{"visit_id": visitID, "content": []byte("no picture")})
	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-6"})
	r.Refused(404, "not_found", http.MethodGet, "/staff/v1/visit-files/"+ids[0], far, nil)
}
