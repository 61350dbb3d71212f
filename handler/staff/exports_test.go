package staff_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/service/model"
)

// files are all that leave the house and list households row by row.
var files = map[string]string{
	"households": "/exports/households?format=csv", "persons": "/exports/persons?format=csv", "pairings": "/exports/pairings?format=xlsx",
	"incomes": "/exports/incomes?format=csv", "entries": "/exports/entries?format=csv",
	"report": "/reports/household/file?year=2017", "broadcast": "/broadcasts/%s/export?",
}

// exporter is a farm with a finished broadcast, and somebody who takes files.
type exporter struct {
	*apptest.Running
	office, second, broadcast string
}

func newExporter(t *testing.T) exporter {
	t.Helper()
	r := apptest.Boot(t)
	e := exporter{Running: r, office: r.Staff("one", "C-001", model.RoleAssignment{Role: model.RoleOffice}), second: r.Office("two")}
	r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "TB", "title": "政策提醒", "content": apptest.ReminderTemplate, "type": 0}, nil)
	edit := model.ChangeInfo{Actor: "test", Why: "template", At: apptest.Start}
	_, err := r.Store().ChangeSettings(t.Context(), 0, edit, func(s *model.Settings) error {
		s.Templates, s.CapPerDay = map[string]model.Templates{"broadcast": {Message: "TB"}}, 0
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b struct {
		ID, State string
		Rev       int64
	}
	r.Must(http.MethodPost, "/staff/v1/broadcasts", e.office, doc{
		"title": "低保标准", "audience": doc{"to": "households"}, "by_hand": true, "rate": 5000,
		"content": doc{"about": "低保标准提高", "when": "2018年1月1日", "more": "户号{户号}请看详情", "text": "您好,{户号}的低保标准明年提高,请问帮扶干部。"},
	}, &b)
	e.broadcast = b.ID
	path := "/staff/v1/broadcasts/" + b.ID
	r.Must(http.MethodPost, path+"/test", e.office, nil, nil)
	r.Must(http.MethodPost, path+"/submit", e.office, nil, &b)
	if r.Must(http.MethodGet, path, e.office, nil, &b); b.State == "submitted" { // to so few nobody has to approve it
		r.Must(http.MethodPost, path+"/approve", e.second, doc{"rev": b.Rev}, nil)
	}
	r.Must(http.MethodPost, path+"/start", e.office, doc{}, nil)
	apptest.EventuallyAll(t, "the broadcast is finished", func() bool {
		r.Must(http.MethodGet, path, e.office, nil, &b)
		return b.State == "finished"
	})
	return e
}

// setRows sets above how many rows a second person is needed.
func (e exporter) setRows(t *testing.T, n int) {
	t.Helper()
	edit := model.ChangeInfo{Actor: "test", Why: "test", At: apptest.Start}
	_, err := e.Store().ChangeSettings(t.Context(), 0, edit, func(s *model.Settings) error { s.ExportRows = n; return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// path of a file, with more in its query.
func (e exporter) path(file, more string) string {
	path := files[file]
	if file == "broadcast" {
		path = fmt.Sprintf(path, e.broadcast)
	}
	return "/staff/v1" + path + "&" + more
}

// proposals is where a request for the file is made.
func (e exporter) proposals(file string) string {
	path, query, _ := strings.Cut(e.path(file, ""), "?")
	return path + "/requests?" + query
}

func because(reason string) string { return "reason=" + url.QueryEscape(reason) }

func TestAFileNeedsAReason(t *testing.T) {
	e := newExporter(t)
	e.setRows(t, 5000)
	for file := range files {
		for _, reason := range []string{"看", "核对", "    ", " 核 "} {
			a := e.Call(http.MethodGet, e.path(file, because(reason)), e.office, nil)
			masked := strings.TrimSpace(reason) == "" && !slices.Contains([]string{"entries", "report", "broadcast"}, file)
			if masked && a.Status != http.StatusOK || !masked && a.Code() != "reason_missing" {
				t.Errorf("%s for %q: %d %s", file, reason, a.Status, a.Body[:min(len(a.Body), 200)])
			}
		}
		if a := e.Call(http.MethodGet, e.path(file, because("年底核对")), e.office, nil); a.Status != http.StatusOK {
			t.Errorf("%s for a reason: %d %s", file, a.Status, a.Body)
		}
	}
	if a := e.Call(http.MethodGet, e.path("persons", because("年底核对")+"&masked=true"), e.office, nil); strings.Contains(a.Body, apptest.MembersOf("H-001")[0].Name) {
		t.Error("a masked sheet for a reason shows names")
	}
}

// TestHouseholdsSeeFiles takes each file out and asks a household in it, and one that is not.
func TestHouseholdsSeeFiles(t *testing.T) {
	e := newExporter(t)
	e.setRows(t, 5000)
	unit := ""
	for _, h := range demodata.Build().Households {
		if h.ID == "H-001" {
			unit = h.UnitID
		}
	}
	clerk := e.Staff("clerk", "", model.RoleAssignment{Role: model.RoleFinance, UnitID: unit})
	bound := e.Person("h-001").ID
	e.Must(http.MethodGet, e.path("persons", ""), clerk, nil, nil)
	if got := e.Say(bound, "谁看过"); !strings.Contains(got, "同志clerk(财务),看了导出人员表(遮住敏感内容的)。没有写原因") {
		t.Errorf("a masked sheet:\n%s", got)
	}
	e.Must(http.MethodGet, e.path("persons", because("发放前核对")), clerk, nil, nil)
	got := e.Say(bound, "谁看过")
	if !strings.Contains(got, "同志clerk(财务),看了导出人员表、姓名和身份证号。原因:发放前核对") {
		t.Errorf("what finance opens:\n%s", got)
	}
	for _, h := range demodata.Build().Households {
		list, err := e.Store().AccessRecordsOf(t.Context(), h.ID, 1000)
		if err != nil || (len(list) > 0) != (h.UnitID == unit) {
			t.Errorf("%s of %s: %+v", h.ID, h.UnitID, list)
		}
	}
	for _, c := range []struct{ file, want string }{
		{"households", "导出户表、电话和住址、姓名和身份证号"}, {"pairings", "导出结对表"}, {"incomes", "导出收入表、收入和银行账号"}, {"entries", "导出台账表"},
		{"report", "导出帮扶资金到户情况表"}, {"broadcast", "导出群发“低保标准”的结果"},
	} {
		reason := "年底核对" + c.file
		e.Must(http.MethodGet, e.path(c.file, because(reason)), e.office, nil, nil)
		if got := e.Say(bound, "谁看过"); !strings.Contains(got, "(扶贫办),看了"+c.want+"。原因:"+reason) {
			t.Errorf("%s:\n%s", c.file, got)
		}
	}
	var mini struct {
		Looks []struct{ Reason string }
	}
	e.Must(http.MethodGet, "/mini/v1/household/looks", e.LogIn(bound), nil, &mini)
	if len(mini.Looks) != 8 || mini.Looks[0].Reason != "年底核对broadcast" {
		t.Errorf("in the mini-program: %+v", mini.Looks)
	}
	lines, err := e.Store().AuditLines(t.Context(), repo.AuditPage{Limit: 1})
	if err != nil || lines[0].Action != model.AuditExport || !strings.HasSuffix(lines[0].Reason, "(36行,36户)") {
		t.Errorf("%+v %v", lines, err)
	}
}

type requested struct {
	ID, State    string
	Rows         int
	Waits, Ready bool
}

// TestALargeFileNeedsASecondPerson goes the whole way with each file, and every wrong way beside it.
func TestALargeFileNeedsASecondPerson(t *testing.T) {
	e := newExporter(t)
	e.setRows(t, 20)
	same := e.Staff("same", "C-001", model.RoleAssignment{Role: model.RoleOffice})
	part := e.Staff("part", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-1"})
	inspector := e.Staff("looker", "", model.RoleAssignment{Role: model.RoleInspector})
	for file := range files {
		e.Refused(403, "export_second", http.MethodGet, e.path(file, because("年底核对")), e.office, nil)
		e.Refused(400, "reason_missing", http.MethodPost, e.proposals(file), e.office, doc{"client_key": "key-" + file, "reason": "核对"})
		var r, again requested
		ask := doc{"client_key": "key-" + file, "reason": "年底核对"}
		e.Must(http.MethodPost, e.proposals(file), e.office, ask, &r)
		e.Must(http.MethodPost, e.proposals(file), e.office, ask, &again)
		if again.ID != r.ID || r.State != "proposed" || r.Rows < 36 {
			t.Errorf("%s: %+v, again %+v", file, r, again)
		}
		e.Refused(409, "key_used", http.MethodPost, e.proposals(file), e.office, doc{"client_key": "key-" + file, "reason": "另一个用途"})
		take, decide := e.path(file, "request="+r.ID), "/staff/v1/export-requests/"+r.ID+"/decision"
		e.Refused(403, "export_not_agreed", http.MethodGet, take, e.office, nil)
		e.Refused(403, "second_person", http.MethodPost, decide, e.office, doc{"agree": true})
		e.Refused(403, "second_person", http.MethodPost, decide, same, doc{"agree": true})
		e.Refused(404, "no_such_request", http.MethodPost, decide, part, doc{"agree": true})
		e.Refused(403, "not_your_duty", http.MethodPost, decide, inspector, doc{"agree": true})
		e.Must(http.MethodPost, decide, e.second, doc{"agree": true}, nil)
		e.Refused(409, "export_state", http.MethodPost, decide, e.second, doc{"agree": false, "why": "再想想"})
		e.Refused(404, "no_such_request", http.MethodGet, take, e.second, nil)
		e.Refused(404, "no_such_request", http.MethodGet, e.path(other(file), "request="+r.ID), e.office, nil)
		if a := e.Call(http.MethodGet, take, e.office, nil); a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", file, a.Status, a.Body)
		}
	}
	if a := e.Call(http.MethodGet, "/staff/v1/exports/persons?format=csv", e.office, nil); a.Code() != "export_second" {
		t.Errorf("a masked one of 61 rows: %d %s", a.Status, a.Body)
	}
	var list struct{ Requests []requested }
	e.Must(http.MethodGet, "/staff/v1/export-requests", part, nil, &list)
	if len(list.Requests) != 0 {
		t.Errorf("a post of one unit sees %+v", list.Requests)
	}
	e.Must(http.MethodGet, "/staff/v1/export-requests", e.office, nil, &list)
	if len(list.Requests) != len(files) || !list.Requests[0].Ready || list.Requests[0].Waits {
		t.Errorf("whoever proposed sees %+v", list.Requests)
	}
	e.Clock.Advance(25 * time.Hour)
	e.Refused(403, "export_not_agreed", http.MethodGet, e.path("persons", "request="+idOf(t, e, "persons")), e.office, nil)
	if report, err := e.Store().VerifyAudit(t.Context()); err != nil || len(report.Broken) > 0 {
		t.Errorf("%+v %v", report, err)
	}
}

func other(file string) string {
	if file == "persons" {
		return "households"
	}
	return "persons"
}

// idOf is the request for a file of the test above.
func idOf(t *testing.T, e exporter, file string) string {
	t.Helper()
	var r requested
	e.Must(http.MethodPost, e.proposals(file), e.office, doc{"client_key": "key-" + file, "reason": "年底核对"}, &r)
	return r.ID
}

// TestARefusedFile says no, lets one wait too long, and lets the list grow after it was agreed to.
func TestARefusedFile(t *testing.T) {
	e := newExporter(t)
	e.setRows(t, 20)
	ask := func(key string) (id, decide string) {
		var r requested
		e.Must(http.MethodPost, e.proposals("households"), e.office, doc{"client_key": key, "reason": "年底核对"}, &r)
		return r.ID, "/staff/v1/export-requests/" + r.ID + "/decision"
	}
	id, decide := ask("refused-1")
	e.Refused(400, "why_missing", http.MethodPost, decide, e.second, doc{"agree": false})
	e.Must(http.MethodPost, decide, e.second, doc{"agree": false, "why": "用不着全场的"}, nil)
	e.Refused(403, "export_not_agreed", http.MethodGet, e.path("households", "request="+id), e.office, nil)
	id, decide = ask("grown-001")
	e.Must(http.MethodPost, decide, e.second, doc{"agree": true}, nil)
	e.setRows(t, 1)
	for i := range 2 {
		e.Must(http.MethodPost, "/staff/v1/households", e.office, doc{
			"household_no": fmt.Sprintf("H-90%d", i), "unit_id": "U-area-1", "identified_on": "2017-12-20", "evidence": "入户调查表"}, nil)
	}
	e.Refused(409, "export_grown", http.MethodGet, e.path("households", "request="+id), e.office, nil)
	_, decide = ask("too-late-1")
	e.Clock.Advance(8 * 24 * time.Hour)
	e.Refused(409, "export_state", http.MethodPost, decide, e.second, doc{"agree": true})
}

// TestTheOfficeSetsTheLimits sets both limits as the console does, and tries values that would leave none.
func TestTheOfficeSetsTheLimits(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	if s["search_per_hour"] != 120.0 || s["export_rows"] != 200.0 {
		t.Errorf("what holds at first: %v", s)
	}
	for key, values := range map[string][]int{"search_per_hour": {9, 1001}, "export_rows": {-1, 2001}} {
		for _, v := range values {
			wrong := doc{}
			for k, old := range s {
				wrong[k] = old
			}
			wrong[key] = v
			if a := r.Call(http.MethodPut, "/staff/v1/aid-day-settings", office, wrong); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s %d: %d", key, v, a.Status)
			}
		}
	}
	s["search_per_hour"], s["export_rows"] = 10, 35
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
	r.Refused(403, "export_second", http.MethodGet, "/staff/v1/exports/households", office, nil)
	for range 10 {
		r.Must(http.MethodGet, "/staff/v1/households?text=wang", office, nil, nil)
	}
	r.Refused(429, "too_many_searches", http.MethodGet, "/staff/v1/households?text=wang", office, nil)
}
