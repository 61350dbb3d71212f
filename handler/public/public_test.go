package public_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/service/model"
)

type disclosureView struct {
	ID      string
	Rev     int64
	State   string
	Title   string
	From    string
	To      string
	Writers []string
	Tables  []struct {
		Rows []struct{ Cells []string }
	}
}

// browse is a GET as a browser does it; headers are name, value, name, value.
func browse(t *testing.T, r *apptest.Running, path string, headers ...string) apptest.Answer {
	t.Helper()
	return surf(t, r, http.MethodGet, path, "", headers...)
}

// surf does not follow where the answer sends it.
func surf(t *testing.T, r *apptest.Running, method, path, body string, headers ...string) apptest.Answer {
	t.Helper()
	req, err := http.NewRequest(method, r.App.LocalURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return apptest.Answer{Status: resp.StatusCode, Header: resp.Header, Body: string(raw)}
}

// objectTo fills in the form of a disclosure.
func objectTo(t *testing.T, r *apptest.Running, id string, form map[string]string, headers ...string) apptest.Answer {
	t.Helper()
	values := url.Values{}
	for k, v := range form {
		values.Set(k, v)
	}
	return surf(t, r, http.MethodPost, "/public/items/"+id+"/objections", values.Encode(), headers...)
}

// proposedToExit enters a household for which nothing is missing but the notice, proposed by one.
func proposedToExit(t *testing.T, r *apptest.Running, one string) {
	t.Helper()
	store, now := r.Store(), r.Clock.Now()
	h := model.Household{
		ID: "H-900", Record: model.NewRecord(now, "test"), UnitID: "U-area-1", HeadID: "P-9000", Address: "9栋9单元909室",
		Signatures: []model.Signature{{Purpose: model.PurposeExit, On: "2017-12-02", Evidence: "签字表"}},
	}
	for _, kind := range model.GuaranteeKinds {
		h.Guarantees = append(h.Guarantees, model.Guarantee{Kind: kind, OK: true, CheckedOn: "2017-12-02", CheckedBy: "检查组"})
	}
	h.Take(model.StatusChange{Status: model.StatusUnderAssistance, On: "2017-01-05", By: "test", Evidence: "对接卡"})
	h.Take(model.StatusChange{Status: model.StatusExitProposed, On: "2017-12-01", By: "staff:" + one, Evidence: "评议"})
	p := model.Person{
		ID: "P-9000", Record: model.NewRecord(now, "test"), Name: "钟离守田", Status: model.PersonAlive,
		Memberships: []model.Membership{{HouseholdID: h.ID, Relation: model.RelationHead, From: "2017-01-01"}},
	}
	income := model.IncomeRecord{
		ID: model.IncomeID(h.ID, 2017), Record: model.NewRecord(now, "test"), HouseholdID: h.ID, Year: 2017, Wage: 900000, Members: 1,
	}
	ctx := t.Context()
	for _, err := range []error{store.InsertHousehold(ctx, h), store.InsertPerson(ctx, p), store.InsertIncome(ctx, income)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnObjectionHoldsUpAnExit goes the whole way: draft, preview, approval by a second person, publishing,
// a stranger's objection, the exit that waits for the answer.
func TestAnObjectionHoldsUpAnExit(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	publisher := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	proposedToExit(t, r, "one")
	exit := func(on, reasons string) { t.Helper(); tryExit(t, r, one, two, on, reasons) }
	exit("2017-12-28", "no_notice")
	d := publishExits(t, r, publisher, two, exit)
	where := objectToExit(t, r, d)

	r.Clock.Advance(8 * 24 * time.Hour)
	exit("2018-01-05", "objection_open")
	if a := browse(t, r, "/public/items/"+d.ID); strings.Contains(a.Body, "<form") || !strings.Contains(a.Body, "异议还在办理") {
		t.Errorf("the time to object is over: %s", a.Body)
	}
	id := onlyObjection(t, r, publisher)
	objection := "/staff/v1/objections/" + id
	r.Refused(409, "not_answered", http.MethodPost, objection+"/close", publisher, nil)
	r.Refused(400, "no_such_staff", http.MethodPost, objection+"/assign", publisher, doc{"owner_id": "nobody"})
	r.Must(http.MethodPost, objection+"/assign", publisher, doc{"owner_id": "one", "due_on": "2018-01-08"}, nil)
	exit("2018-01-05", "objection_open")
	answerIt(t, r, objection, where, publisher, two)
	if a := browse(t, r, where); !strings.Contains(a.Body, "车不是这一户的") {
		t.Errorf("the answer is not where the objection is: %s", a.Body)
	}
	exit("2018-01-05", "")
	r.Must(http.MethodPost, objection+"/close", publisher, nil, nil)
	checkContact(t, r, publisher, id)
}

// tryExit takes H-900 to its exit as two; reasons are why it may not, empty when it may.
func tryExit(t *testing.T, r *apptest.Running, one, two, on, reasons string) {
	t.Helper()
	body := doc{"rev": r.Household(one, "H-900").Rev, "to": "exited", "on": on, "evidence": "批准文件"}
	if reasons == "" {
		r.Must(http.MethodPost, "/staff/v1/households/H-900/moves", two, body, nil)
		return
	}
	a := r.Refused(400, "conditions_unmet", http.MethodPost, "/staff/v1/households/H-900/moves", two, body)
	if got := a.Reasons(t); got != reasons {
		t.Errorf("on %s: %s, want %s", on, got, reasons)
	}
}

// publishExits takes the notice from its draft to the board, trying every step too early.
func publishExits(t *testing.T, r *apptest.Running, publisher, two string, exit func(on, reasons string)) (d disclosureView) {
	t.Helper()
	r.Must(http.MethodPost, "/staff/v1/disclosures", publisher, doc{"item": "exits", "year": 2017}, &d)
	base := "/staff/v1/disclosures/" + d.ID
	r.Refused(409, "not_previewed", http.MethodPost, base+"/approve", two, doc{"rev": d.Rev})
	r.Must(http.MethodPost, base+"/preview", publisher, doc{"rev": d.Rev}, &d)
	if got := fmt.Sprint(d.Tables[0].Rows); got != "[{[H-900 钟*** 第一管理区]}]" {
		t.Errorf("preview: %s", got)
	}
	r.Refused(409, "not_approved", http.MethodPost, base+"/publications", publisher, doc{"channel": "board", "on": "2017-12-28", "note": "公开栏"})
	r.Refused(403, "not_your_duty", http.MethodPost, base+"/approve", publisher, doc{"rev": d.Rev})
	r.Refused(409, "changed_meanwhile", http.MethodPost, base+"/approve", two, doc{"rev": d.Rev - 1})
	if a := browse(t, r, "/public/items/"+d.ID); a.Status != 404 {
		t.Errorf("before it is published: %d", a.Status)
	}
	r.Must(http.MethodPost, base+"/approve", two, doc{"rev": d.Rev}, &d)
	exit("2017-12-28", "no_notice")
	r.Refused(409, "approved_already", http.MethodPost, base+"/preview", publisher, doc{"rev": d.Rev})
	for range 2 { // a repeat changes nothing
		r.Must(http.MethodPost, base+"/publications", publisher, doc{"channel": "board", "on": "2017-12-28", "note": "第一管理区公开栏"}, &d)
	}
	if d.From != "2017-12-28" || d.To != "2018-01-03" || d.Rev != 4 {
		t.Errorf("%+v", d)
	}
	exit("2017-12-28", "notice_running")
	return d
}

// objectToExit finds the household in the notice and objects to it; it returns where the answer will stand.
func objectToExit(t *testing.T, r *apptest.Running, d disclosureView) string {
	t.Helper()
	page := browse(t, r, "/public/items/"+d.ID).Body
	if !strings.Contains(page, "钟***") || !strings.Contains(page, `<option value="H-900"`) || strings.Contains(page, "第一管理区公开栏") {
		t.Error(page)
	}
	for _, c := range []struct{ household, text string }{{"H-001", "收入不对,请核实"}, {"H-900", "短"}} {
		if a := objectTo(t, r, d.ID, map[string]string{"household": c.household, "text": c.text}); a.Status != 400 || !strings.Contains(a.Body, c.text) {
			t.Errorf("%+v: %d", c, a.Status)
		}
	}
	said := map[string]string{"household": "H-900", "text": "这一户去年买了车,收入没有算全", "contact": "139 0000 1999"}
	first, again := objectTo(t, r, d.ID, said), objectTo(t, r, d.ID, said)
	where := first.Header.Get("Location")
	if first.Status != 303 || !strings.HasPrefix(where, "/public/objections/") || again.Header.Get("Location") != where {
		t.Fatalf("%d %s, again %s", first.Status, where, again.Header.Get("Location"))
	}
	if a := browse(t, r, where); !strings.Contains(a.Body, "已收到") || strings.Contains(a.Body, "买了车") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s", a.Header, a.Body)
	}

	return where
}

// onlyObjection is the id of the one that waits.
func onlyObjection(t *testing.T, r *apptest.Running, token string) string {
	t.Helper()
	var list struct {
		Objections []struct {
			ID         string
			Household  string `json:"household_no"`
			Unread     bool
			HasContact bool `json:"has_contact"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/objections", token, nil, &list)
	if len(list.Objections) != 1 || list.Objections[0].Household != "H-900" || !list.Objections[0].Unread || !list.Objections[0].HasContact {
		t.Fatalf("%+v", list)
	}
	return list.Objections[0].ID
}

// checkContact reads how to reach whoever objected: sealed as it is stored, and never without a trace.
func checkContact(t *testing.T, r *apptest.Running, token, id string) {
	t.Helper()
	stored, err := r.Store().Objection(t.Context(), id)
	if err != nil || strings.Contains(string(stored.Contact), "1999") || len(stored.Contact) == 0 {
		t.Errorf("stored: %q, %v", stored.Contact, err)
	}
	r.Refused(400, "reason_missing", http.MethodPost, "/staff/v1/objections/"+id+"/contact", token, doc{"reason": "看"})
	var out struct{ Contact string }
	r.Must(http.MethodPost, "/staff/v1/objections/"+id+"/contact", token, doc{"reason": "回电话核实"}, &out)
	lines, err := r.Store().AuditLines(t.Context(), repo.AuditPage{Limit: 1})
	if out.Contact != "139 0000 1999" || err != nil || len(lines) != 1 || lines[0].Record != "objections/"+id || lines[0].Reason != "回电话核实" {
		t.Errorf("%+v, %+v, %v", out, lines, err)
	}
}

var screenCount = regexp.MustCompile(`<span>\d+ / (\d+)</span>`)

// publicPages are all that strangers can open.
func publicPages(t *testing.T, r *apptest.Running) map[string]string {
	t.Helper()
	pages := map[string]string{}
	var open func(path string)
	open = func(path string) {
		if _, seen := pages[path]; seen {
			return
		}
		a := browse(t, r, path)
		if a.Status != 200 {
			t.Errorf("%s: %d", path, a.Status)
		}
		pages[path] = a.Body
		for _, link := range regexp.MustCompile(`(?:href|url)="?=?(/public[^"#]*)"`).FindAllStringSubmatch(a.Body, -1) {
			open(strings.ReplaceAll(link[1], "&amp;", "&"))
		}
	}
	open("/public")
	return pages
}

// TestNobodyIsNamedInPublic follows every link from the first page and looks for everybody on the register.
func TestNobodyIsNamedInPublic(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	pages := publicPages(t, r)
	for _, item := range []string{"families", "pairings", "measures", "funds", "progress"} {
		for _, kind := range []string{"article", "crawl", "poster"} {
			path := "/staff/v1/disclosures/2017-" + item + "-1/materials/" + kind
			pages[path] = r.Call(http.MethodGet, path, office, nil).Body
		}
	}
	all := ""
	for path, body := range pages {
		all += body
		for _, secret := range secretsOf(demodata.Build()) {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
		turns := strings.Contains(body, "http-equiv") && !strings.Contains(path, "/screen")
		if strings.Contains(body, "<script") || strings.Contains(body, " style=") || turns {
			t.Errorf("%s needs what its policy forbids", path)
		}
	}
	for _, want := range []string{
		"218.532", "王**", "36户", "187件次", "廉租住房补贴", `lang="zh-CN"`, `scope="row"`, "<caption>", `role="img"`, `class="skip"`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("nowhere: %s", want)
		}
	}
	slides := screenCount.FindStringSubmatch(pages["/public/screen"])
	if len(slides) != 2 || len(pages) < 15+5+5+10 {
		t.Errorf("%v, %d pages", slides, len(pages))
	}
}

func secretsOf(farm demodata.Farm) (list []string) {
	for _, p := range farm.Persons {
		for _, s := range []string{p.Name, p.IDNumber, p.PhoneNumber, string(p.BirthDate)} {
			if s != "" {
				list = append(list, s)
			}
		}
	}
	for _, h := range farm.Households {
		list = append(list, h.ID, h.Address)
	}
	for _, c := range farm.Cadres {
		list = append(list, c.PhoneNumber)
	}
	return list
}

// TestPagesForCaches asks twice, and once for what is not there.
func TestPagesForCaches(t *testing.T) {
	r := apptest.Boot(t)
	for _, path := range []string{
		"/public", "/public/items/2017-funds-1", "/public/items/2017-funds-1/poster", "/public/archive/2017", "/public/screen", "/public/public.css",
	} {
		first := browse(t, r, path)
		tag := first.Header.Get("ETag")
		if first.Status != 200 || tag == "" || !strings.HasPrefix(first.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: %d %v", path, first.Status, first.Header)
		}
		if csp := first.Header.Get("Content-Security-Policy"); csp != "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" {
			t.Errorf("%s: %s", path, csp)
		}
		again := browse(t, r, path, "If-None-Match", `"other", W/`+tag)
		if again.Status != 304 || again.Body != "" || browse(t, r, path, "If-None-Match", `"other"`).Status != 200 {
			t.Errorf("%s: %d, %d bytes", path, again.Status, len(again.Body))
		}
	}
	for _, path := range []string{"/public/items/2017-funds-9", "/public/archive/1999", "/public/archive/x", "/public/objections/x"} {
		if a := browse(t, r, path); a.Status != 404 || !strings.Contains(a.Header.Get("Content-Type"), "text/html") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, a.Status, a.Header)
		}
	}
}

// TestWithdrawnAndDrawnUpAgain takes back what was wrong; the page keeps the note, the archive the list.
func TestWithdrawnAndDrawnUpAgain(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	const base = "/staff/v1/disclosures/2017-funds-1"
	r.Refused(409, "stands_already", http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "funds", "year": 2017})
	r.Refused(400, "personal_data", http.MethodPost, base+"/withdraw", one, doc{"note": "王志田的金额写错了"})
	r.Must(http.MethodPost, base+"/withdraw", one, doc{"note": "医疗救助的金额有误,更正后重新公布"}, nil)
	noteLetOut(t, r, "2017-funds-1", one, two)
	page := browse(t, r, "/public/items/2017-funds-1")
	if !strings.Contains(page.Body, "医疗救助的金额有误") || strings.Contains(page.Body, "29.19") || strings.Contains(page.Body, "<form") {
		t.Errorf("%s", page.Body)
	}
	for _, path := range []string{"/public/items/2017-funds-1/poster", "/public/screen?n=12"} {
		if a := browse(t, r, path); strings.Contains(a.Body, "29.19") {
			t.Errorf("%s still shows it", path)
		}
	}
	r.Refused(409, "not_approved", http.MethodGet, base+"/materials/article", one, nil)

	var d disclosureView
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "funds", "year": 2017, "text": "更正后重新公布。"}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", one, doc{"rev": d.Rev}, &d)
	r.Refused(403, "same_person", http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/approve", one, doc{"rev": d.Rev})
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/approve", two, doc{"rev": d.Rev}, nil)
	for _, wrong := range []doc{
		{"channel": "board", "on": "2017-12-28"}, {"channel": "tv", "on": "2017-12-29", "note": "新闻后"},
		{"channel": "tv", "on": "2017-12-27", "note": "新闻后"},
	} {
		r.Refused(400, "proof", http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/publications", one, wrong)
	}
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/publications", one, doc{"channel": "tv", "on": "2017-12-28", "note": "新闻后"}, nil)
	archive := browse(t, r, "/public/archive/2017").Body
	if !strings.Contains(archive, "2017-funds-1") || !strings.Contains(archive, "第2版") || !strings.Contains(archive, "已撤回") {
		t.Errorf("%s", archive)
	}
	if a := browse(t, r, "/public/items/"+d.ID); !strings.Contains(a.Body, "29.19") || !strings.Contains(a.Body, "电视(2017年12月28日)") {
		t.Errorf("%s", a.Body)
	}
}

// TestTheFarmsOwnItems have no name and no page until the farm gives them both.
func TestTheFarmsOwnItems(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	r.Refused(400, "no_such_item", http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "item-6", "year": 2017, "text": "内容"})
	var settings struct{ Rev int64 }
	r.Must(http.MethodGet, "/staff/v1/disclosure-settings", one, nil, &settings)
	body := doc{"rev": settings.Rev, "titles": doc{"item-3": "试一试"}, "days": 10, "answer_days": 5, "contact": "场部301室"}
	r.Refused(400, "public_settings", http.MethodPut, "/staff/v1/disclosure-settings", one, body)
	body["titles"] = doc{"item-6": "试公开的一项"}
	settingsLetOut(t, r, body, one, two)
	var d disclosureView
	r.Refused(400, "text_missing", http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "item-6", "year": 2017})
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "item-6", "year": 2017, "text": "受助的有王 志田等人"}, &d)
	r.Refused(400, "personal_data", http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", one, doc{"rev": d.Rev})
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "item-6", "year": 2017, "text": "第一段。\n第二段<b>。"}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", one, doc{"rev": d.Rev}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/approve", two, doc{"rev": d.Rev}, nil)
	proof := doc{"channel": "wechat", "on": "2017-12-28", "link": "https://mp.weixin.qq.com/s/x"}
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/publications", one, proof, &d)
	page := browse(t, r, "/public/items/"+d.ID).Body
	if d.To != "2018-01-06" || !strings.Contains(page, "试公开的一项") || !strings.Contains(page, "<p>第二段&lt;b&gt;。</p>") {
		t.Errorf("%+v\n%s", d, page)
	}
}

// TestWhatIsOpenComesFirst: a later year's notice hides none of an earlier year that is open to objections, neither on
// the first page nor on the screen.
func TestWhatIsOpenComesFirst(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	publisher := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	proposedToExit(t, r, "one")
	open := publishExits(t, r, publisher, two, func(on, reasons string) { t.Helper(); tryExit(t, r, one, two, on, reasons) })
	later, err := r.Store().Disclosure(t.Context(), open.ID)
	if err != nil {
		t.Fatal(err)
	}
	later.ID, later.Year, later.Item, later.Title = "2018-annual_spending-1", 2018, model.DisclosureItems[0], "明年的一项"
	later.From, later.To = "2017-12-01", "2017-12-08"
	if err := r.Store().InsertDisclosure(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	page := browse(t, r, "/public").Body
	if i, j := strings.Index(page, open.Title), strings.Index(page, "明年的一项"); i < 0 || j < i {
		t.Errorf("the open one at %d, the latest year's at %d:\n%s", i, j, page)
	}
	if n := strings.Count(page, ">"+open.Title+"<"); n != 1 {
		t.Errorf("the open one stands %d times", n)
	}
	shown := false
	for n := 1; n <= 30 && !shown; n++ {
		shown = strings.Contains(browse(t, r, fmt.Sprint("/public/screen?n=", n)).Body, open.Title)
	}
	if !shown {
		t.Error("the screen does not show what is open")
	}
	if a := browse(t, r, "/public/archive/2018"); strings.Contains(a.Body, open.Title) {
		t.Error("the archive of a year has another year's")
	}
}
