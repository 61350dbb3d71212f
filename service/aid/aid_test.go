package aid_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// application is an application as its household or the office reads it.
type application struct {
	ID, State, Says, Next, Explanation, Result string
	Version                                    int   `json:"programme_version"`
	AmountFen                                  int64 `json:"amount_fen"`
	Needs, Lacks                               []string
	CanObject                                  bool `json:"can_object"`
	Trace                                      []model.TraceLine
	Refusal                                    *model.Refusal
	Flag                                       string `json:"words_check"`
	Duty                                       string
}

const rentContract = "\xff\xd8\xff\xda\x00\x04\x01\x02 a picture of a contract\xff\xd9"

func paper(kind, content string) doc {
	return doc{"kind": kind, "content": base64.StdEncoding.EncodeToString([]byte(content))}
}

// appStep lets the office take a step and looks at the state that follows.
func appStep(t *testing.T, r *apptest.Running, token, id, what, want string, more doc) {
	t.Helper()
	body := doc{"step": what}
	for k, v := range more {
		body[k] = v
	}
	var a application
	r.Must(http.MethodPost, "/staff/v1/applications/"+id+"/steps", token, body, &a)
	if a.State != want {
		t.Fatalf("%s: %s, want %s", what, a.State, want)
	}
}

// toldOf are the states of which the household was to be told.
func toldOf(t *testing.T, r *apptest.Running, id string) (states []string) {
	t.Helper()
	list, err := r.Store().MessagesUnder(t.Context(), "app:"+id+":")
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b model.Message) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, m := range list {
		states = append(states, strings.Split(m.ID, ":")[2])
	}
	return states
}

// inBooks is what the household received in 2018, after reversals.
func inBooks(t *testing.T, r *apptest.Running, household string) (fen model.Fen, lines int) {
	t.Helper()
	err := r.Store().EachEntry(t.Context(), func(e model.Entry) error {
		if e.HouseholdID == household && e.PaidOn.Year() == 2018 {
			fen, lines = fen+e.Amount, lines+1
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fen, lines
}

// rented is the application that the next test follows.
const rented = "H-001.housing_rent.-.1"

// payment says what became of an attempt to pay, and returns the state that follows.
func payment(r *apptest.Running, token string, body doc) string {
	var a application
	r.Must(http.MethodPost, "/staff/v1/applications/"+rented+"/payments", token, body, &a)
	return a.State
}

// TestFromThePressToTheMoney goes the whole way: asked for in the chat, a paper from the phone, two persons' yes, the
// public notice, a payment that fails, one that works, and one that is taken back.
func TestFromThePressToTheMoney(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one, two, finance := r.Office("one"), r.Office("two"), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	askForRent(t, r)
	appStep(t, r, one, rented, "verify", "verified", nil)
	approveRent(t, r, one, two)
	pay := doc{"step": "pay"}
	r.Refused(409, "not_public", http.MethodPost, "/staff/v1/applications/"+rented+"/steps", one, pay)
	appStep(t, r, one, rented, "publicise", "publicised", nil)
	r.Refused(409, "not_public", http.MethodPost, "/staff/v1/applications/"+rented+"/steps", one, pay)
	r.TurnTo("2018-01-09", 12)
	appStep(t, r, one, rented, "pay", "paying", nil)
	if s := payment(r, finance, doc{"outcome": "failed", "why": "账号销户了"}); s != "payment_failed" {
		t.Fatal(s)
	}
	apptest.WantContains(t, r.Say("h-001", "我的申请"), "这次没有发成,我们会再发")
	appStep(t, r, one, rented, "pay", "paying", nil)
	for _, c := range []struct {
		body  doc
		state string
		fen   model.Fen
		lines int
	}{
		{doc{"outcome": "paid", "on": "2018-01-09", "evidence": "转账单17"}, "paid", 580000, 1},
		{doc{"outcome": "reversed", "on": "2018-01-09", "why": "金额算错了"}, "reversed", 0, 2},
	} {
		for range 2 { // pressed twice
			if s := payment(r, finance, c.body); s != c.state {
				t.Fatal(s)
			}
		}
		if fen, lines := inBooks(t, r, "H-001"); fen != c.fen || lines != c.lines {
			t.Errorf("%s: %d fen in %d lines", c.state, fen, lines)
		}
	}
	appStep(t, r, one, rented, "pay", "paying", nil)
	if s := payment(r, finance, doc{"outcome": "paid", "on": "2018-01-09", "evidence": "转账单18"}); s != "paid" {
		t.Fatal(s)
	}
	if fen, lines := inBooks(t, r, "H-001"); fen != 580000 || lines != 3 {
		t.Errorf("paid again: %d fen in %d lines", fen, lines)
	}
	apptest.WantContains(t, r.Say("h-001", "我的申请"), "5,800元已经发放")
	apptest.WantContains(t, r.Say("h-001", "补贴"), "5,800")
	appStep(t, r, one, rented, "close", "closed", nil)
	want := []string{
		"need_more", "checking", "verified", "approved", "publicised", "paying", "payment_failed", "paying", "paid", "reversed",
		"paying", "paid", "closed",
	}
	if told := toldOf(t, r, rented); !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

// askForRent asks for the subsidy in the chat and hands in the paper that it takes.
func askForRent(t *testing.T, r *apptest.Running) {
	t.Helper()
	got := r.Say("h-001", "可申请什么")
	apptest.WantContains(t, got, "廉租住房补贴:金额按审批", "不用申请、直接给您家办的", "居民医疗保险费", "看另外")
	at := strings.Index(got, " 廉租住房补贴")
	got = r.Say("h-001", got[at-1:at])
	apptest.WantContains(t, got, "符合:您家住廉租房", "要的材料:租房合同", "拍照上传", "1 就申请这一项")
	got = r.Say("h-001", "1")
	apptest.WantContains(t, got, "“廉租住房补贴”的申请还缺:租房合同;请在1月16日前补上。")
	r.Must(http.MethodPost, "/mini/v1/papers", r.LogIn("h-001"), paper("rent_contract", rentContract), nil)
	r.Say("h-001", "我的申请")
	apptest.WantContains(t, r.Say("h-001", "1"), "正在核对,1月6日前有结果", "在扶贫办手里")
}

// approveRent needs both: above 5,000 yuan one is not enough, and the second says yes to the same sum.
func approveRent(t *testing.T, r *apptest.Running, one, two string) {
	t.Helper()
	approve := func(token, yuan string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/applications/"+rented+"/approvals", token, doc{"amount_yuan": yuan})
	}
	apptest.WantContains(t, approve(one, "5800").Body, `"verified"`)
	for _, c := range []struct {
		token, yuan, code string
	}{{one, "5800", "second_person"}, {two, "5900", "amount_differs"}, {two, "0", "amount"}} {
		if a := approve(c.token, c.yuan); a.Code() != c.code {
			t.Errorf("%s yuan: %d %s, want %s", c.yuan, a.Status, a.Body, c.code)
		}
	}
	apptest.WantContains(t, approve(two, "5,800").Body, `"approved"`)
	var home struct {
		Pending []struct {
			Says   string
			Amount apptest.Amount
		}
	}
	r.Must(http.MethodGet, "/mini/v1/household", r.LogIn("h-001"), nil, &home)
	if len(home.Pending) != 1 || home.Pending[0].Amount.Fen != 580000 || !strings.Contains(home.Pending[0].Says, "批准了,5,800元") {
		t.Errorf("pending: %+v", home.Pending)
	}
	apptest.WantContains(t, r.Say("h-001", "我家"), "正在办的申请1份")
	account := r.Say("h-001", "补贴")
	apptest.WantContains(t, account, "还在办、钱还没有发的:\n“廉租住房补贴”的申请批准了,5,800元。")
	apptest.WantContains(t, r.Say("h-001", apptest.Choice(t, account, "看办到哪一步")), "批准了,5,800元", "在扶贫办（同志one）手里")
	apptest.WantContains(t, r.Call(http.MethodGet, "/mini/v1/household/ledger", r.LogIn("h-001"), nil).Body, `"pending":[{"application_id":"`+model.Outward(rented)+`"`)
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/households/H-001/statement", one, nil).Body, `"application_id":"`+rented+`"`)
}

// TestARefusalAndAnObjection refuses by a rule: the household reads the rule, the value, its source and date, objects by
// a digit, and gets another look at what the registry says now.
func TestARefusalAndAnObjection(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one, mini := r.Office("one"), r.LogIn("h-002")
	r.Must(http.MethodPost, "/mini/v1/papers", mini, paper("rent_contract", rentContract), nil)
	apptest.WantContains(t, r.Say("h-002", "办事 H-002 housing_rent -"), "不符合:您家住的不是廉租房(“住房类型”:自有楼房,户档案,2017年12月28日)。住房情况变了")
	apptest.WantContains(t, r.Say("h-002", "1"), "正在核对")
	const id = "H-002.housing_rent.-.1"
	path := "/staff/v1/applications/" + id + "/steps"
	a := r.Refused(400, "not_verified", http.MethodPost, path, one, doc{"step": "verify"})
	apptest.WantContains(t, a.Body, "HOUSING_RENT_ELIGIBLE")
	r.Refused(400, "refusal", http.MethodPost, path, one, doc{"step": "refuse", "reason": "rule", "rule": "SUBSISTENCE_IN"})
	r.Refused(400, "refusal", http.MethodPost, path, one, doc{"step": "refuse", "reason": "untrue", "words": "不"})
	appStep(t, r, one, id, "refuse", "refused", doc{"reason": "rule", "rule": "HOUSING_RENT_ELIGIBLE"})

	got := r.Say("h-002", "我的申请")
	apptest.WantContains(t, got, "没有批下来", "HOUSING_RENT_ELIGIBLE", "您家住的不是廉租房", "自有楼房", "户档案", "2017年12月28日", "1月16日前可以提出异议", "1 不同意,提出异议")
	got = r.Say("h-002", "1")
	apptest.WantContains(t, got, "有异议,已经记下", "扶贫办（同志one）")

	file := r.Household(one, "H-002")
	r.Must(http.MethodPut, "/staff/v1/households/H-002", one, doc{
		"rev": file.Rev, "why": "搬家了", "attrs": doc{"housing_type": "廉租房", "housing_area": 40},
	}, nil)
	appStep(t, r, one, id, "recheck", "rechecking", nil)
	var x application
	r.Must(http.MethodGet, "/staff/v1/applications/"+id, one, nil, &x)
	if x.Result != "yes" || len(x.Lacks) != 0 {
		t.Errorf("after the registry was put right: %+v", x)
	}
	appStep(t, r, one, id, "verify", "verified", nil)

	// Too late to object is too late.
	r.Say("h-002", "办事 H-002 loan -")
	r.Say("h-002", "1")
	const loan = "H-002.loan.-.1"
	appStep(t, r, one, loan, "refuse", "refused", doc{"reason": "duplicate", "words": "去年的还没有还清"})
	r.TurnTo("2018-02-20", 9)
	apptest.EventuallyAll(t, "the refusal is closed", func() bool {
		y, err := r.Store().Application(t.Context(), loan)
		return err == nil && y.State == model.AppClosed
	})
	r.Refused(409, "object_late", http.MethodPost, "/mini/v1/applications/"+loan+"/steps", r.LogIn("h-002"), doc{"step": "object"})
}

// TestADecisionReachesWhoWantsNoMessages: a household that has stopped messages is still told what was decided on its money,
// by its cadre, and not by another message.
func TestADecisionReachesWhoWantsNoMessages(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-01", 9)
	one := r.Office("one")
	r.Say("h-002", "办事 H-002 loan -")
	r.Say("h-002", "1")
	r.Say("h-002", "退订")
	apptest.WantContains(t, r.Say("h-002", "1"), "不再主动发了")
	before := len(r.Chat("h-002"))
	const loan = "H-002.loan.-.1"
	appStep(t, r, one, loan, "refuse", "refused", doc{"reason": "duplicate", "words": "去年的还没有还清"})
	r.Clock.Advance(2 * time.Minute)
	var mine []model.InPersonNotice
	apptest.EventuallyAll(t, "its cadre has it to tell", func() bool {
		list, err := r.Store().InPersonNotices(t.Context())
		mine = slices.DeleteFunc(list, func(n model.InPersonNotice) bool { return n.HouseholdID != "H-002" })
		return err == nil && len(mine) > 0
	})
	apptest.WantContains(t, mine[0].Text, "没有批下来")
	if chat := r.Chat("h-002"); len(chat) != before {
		t.Errorf("written to all the same: %+v", chat[before:])
	}
	a := r.Call(http.MethodGet, "/mini/v1/month", r.LogIn(apptest.LeadOf(t, "H-002")), nil)
	apptest.WantContains(t, a.Body, `"to_tell":[{`, "没有批下来")
}

// TestPressedTwice presses from eight phones at once, and again over a bad network: one application.
func TestPressedTwice(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	mini := r.LogIn("h-001")
	var all sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		all.Go(func() {
			var a application
			r.Call(http.MethodPost, "/mini/v1/applications", mini, doc{"client_key": fmt.Sprintf("key-%05d", i), "programme": "loan"}).JSON(t, &a)
			ids[i] = a.ID
		})
	}
	all.Wait()
	list, err := r.Store().ApplicationsOf(t.Context(), "H-001")
	if err != nil || len(list) != 1 || len(list[0].Log) != 4 { // draft, submitted, checking, need_more
		t.Fatalf("%d applications, %v: %+v", len(list), err, list)
	}
	if ids = slices.Compact(ids); len(ids) != 1 || ids[0] != model.Outward(list[0].ID) {
		t.Errorf("answered %v", ids)
	}
	// What was taken back can be asked for anew, but not by the press that came late.
	step := func(what string) {
		r.Must(http.MethodPost, "/mini/v1/applications/"+list[0].ID+"/steps", mini, doc{"step": what}, nil)
	}
	step("withdraw")
	step("withdraw")
	var late, anew application
	for i := range 8 { // the press that made it
		if key := fmt.Sprintf("key-%05d", i); model.ClientKey(list[0].CreatedBy, "H-001", "apply:"+key) == list[0].Key {
			r.Must(http.MethodPost, "/mini/v1/applications", mini, doc{"client_key": key, "programme": "loan"}, &late)
		}
	}
	r.Must(http.MethodPost, "/mini/v1/applications", mini, doc{"client_key": "key-another", "programme": "loan"}, &anew)
	if late.State != "withdrawn" || anew.ID != model.Outward("H-001.loan.-.2") {
		t.Errorf("late %+v, anew %+v", late, anew)
	}
	for code, body := range map[string]doc{
		"automatic": {"programme": "premium", "person_id": "P-0001"}, "whose": {"programme": "new_entrant"}, "no_such_programme": {"programme": "x"},
	} {
		body["client_key"] = "key-" + code
		if a := r.Call(http.MethodPost, "/mini/v1/applications", mini, body); a.Code() != code {
			t.Errorf("%s: %d %s", code, a.Status, a.Body)
		}
	}
	other := r.LogIn("h-003")
	r.Refused(404, "no_such_application", http.MethodPost, "/mini/v1/applications/"+list[0].ID+"/steps", other, doc{"step": "withdraw"})
	r.Refused(400, "whose", http.MethodPost, "/mini/v1/applications", other, doc{"client_key": "key-whose2", "programme": "new_entrant", "person_id": "P-0003"})
}

// TestTheContentCheck refuses forbidden words kindly, and takes the others even when WeChat is away.
func TestTheContentCheck(t *testing.T) {
	r := apptest.Boot(t)
	mini := r.LogIn("h-001")
	press := func(key, programme, words string) apptest.Answer {
		return r.Call(http.MethodPost, "/mini/v1/applications", mini, doc{"client_key": key, "programme": programme, "words": words, "draft": true})
	}
	flag := func(programme string) string {
		a, err := r.Store().Application(t.Context(), "H-001."+programme+".-.1")
		if err != nil {
			return err.Error()
		}
		return a.WordsCheck + "/" + a.Words
	}
	r.Faults(doc{"risky": []string{"赌博"}})
	if a := press("key-00001", "loan", "想借钱赌博"); a.Code() != "words_risky" || apptest.IsASCII(a.Body) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := press("key-00002", "loan", "想种木耳"); a.Status != 200 || flag("loan") != "/想种木耳" {
		t.Errorf("%d %s: %s", a.Status, a.Body, flag("loan"))
	}
	r.Faults(doc{"system_busy": 1000})
	if a := press("key-00003", "temporary", "屋顶被风刮了"); a.Status != 200 || flag("temporary") != "unchecked/屋顶被风刮了" {
		t.Errorf("%d %s: %s", a.Status, a.Body, flag("temporary"))
	}
	r.Faults(doc{"system_busy": 0})
	office := r.Office("one")
	var out struct{ Applications []application }
	r.Must(http.MethodGet, "/staff/v1/applications?programme=temporary", office, nil, &out)
	if len(out.Applications) != 1 || out.Applications[0].Flag != "unchecked" {
		t.Errorf("%+v", out.Applications)
	}
	if a := press("key-00004", "relief_medical", strings.Repeat("病", 501)); a.Status != 422 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestWhatACrashLeft finds applications as a crash leaves them: the tick goes on, and reminds of what is overdue once.
func TestWhatACrashLeft(t *testing.T) {
	r := apptest.Boot(t)
	r.Staff("bound", "C-001", model.RoleAssignment{Role: model.RoleOffice})
	now := r.Clock.Now()
	leave := func(id, household, programme string, state model.ApplicationState, more func(*model.Application)) {
		a := model.Application{
			ID: id, Record: model.NewRecord(now, "account:x"), HouseholdID: household, Programme: programme, Version: 1, Title: programme,
			AppliedOn: "2017-12-28", State: state, Since: "2017-12-28", Amount: 100000, DueOn: "2017-12-31",
			Log: []model.AppStep{{At: now.UTC(), By: "account:x", State: state}},
		}
		more(&a)
		if err := r.Store().InsertApplication(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	leave("a", "H-001", "loan", model.AppSubmitted, func(*model.Application) {})
	leave("b", "H-002", "heating", model.AppPaying, func(a *model.Application) {
		a.Payments = []model.AidPayment{{Attempt: 1, PaidOn: "2017-12-28", Evidence: "x", By: "staff:money"}}
	})
	leave("c", "H-003", "heating", model.AppReversed, func(a *model.Application) {
		e := model.Entry{
			ID: "app:c/1", Record: model.NewRecord(now, "x"), HouseholdID: "H-003", Programme: "heating", Title: "取暖", Amount: 100000, PaidOn: "2017-12-20",
			Category: model.CategorySubsidy, System: model.SystemRelief, Method: model.MethodCash,
		}
		if err := r.Store().InsertEntry(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		a.Payments = []model.AidPayment{{Attempt: 1, PaidOn: "2017-12-20", By: "staff:money", EntryID: e.ID, ReversedOn: "2017-12-28", Why: "发错了"}}
	})
	leave("d", "H-004", "loan", model.AppVerified, func(*model.Application) {})
	state := func(id string) model.Application {
		a, err := r.Store().Application(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	r.Clock.Advance(2 * time.Minute)
	apptest.EventuallyAll(t, "the tick goes on", func() bool {
		return state("a").State == model.AppNeedMore && state("b").State == model.AppPaid && state("c").Payments[0].Reversed && state("d").Told == 1
	})
	for _, id := range []string{"app:b/1", "rev:app:c/1"} {
		if _, err := r.Store().Entry(t.Context(), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	reminded := func() int {
		list, err := r.Store().MessagesUnder(t.Context(), "office:app:d:overdue:")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := reminded(); n != 0 {
		t.Errorf("%d reminders before the day", n)
	}
	r.TurnTo("2018-01-01", 9)
	// Two of the office have a phone: the demo's own log-in, and the one above.
	apptest.EventuallyAll(t, "the office is reminded", func() bool { return reminded() == 2 && state("d").Reminded == 1 })
	list, err := r.Store().MessagesUnder(t.Context(), "office:app:d:overdue:")
	if err != nil || !strings.Contains(list[0].Text, "该扶贫办办") {
		t.Errorf("%v %+v", err, list)
	}
	var late struct{ Applications []application }
	r.Must(http.MethodGet, "/staff/v1/applications?overdue=true&household_no=H-004", r.Office("one"), nil, &late)
	if len(late.Applications) != 1 || late.Applications[0].ID != "d" || late.Applications[0].Duty != "office" {
		t.Errorf("overdue: %+v", late)
	}
}
