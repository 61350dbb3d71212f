package ledger_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type total struct {
	Code   string
	Amount apptest.Amount
	Count  int
}

type totals struct {
	Total                              total
	Categories, Systems, Funds, Months []total
	Cells                              []struct {
		Category, System, Fund string
		Amount                 apptest.Amount
		Count                  int
	}
	Differences []string
}

type bookEntry struct {
	ID, Title  string
	PaidOn     string `json:"paid_on"`
	Amount     apptest.Amount
	ReversesID string `json:"reverses_id"`
	ReversedBy string `json:"reversed_by"`
}

func (x totals) cells() (sum int64, count int) {
	for _, c := range x.Cells {
		sum, count = sum+c.Amount.Fen, count+c.Count
	}
	return sum, count
}

// TestTheMatrixOverTheAPI reads the reference year, and opens every cell to its entries.
func TestTheMatrixOverTheAPI(t *testing.T) {
	r := apptest.Boot(t)
	inspector := r.Staff("looks", "", model.RoleAssignment{Role: model.RoleInspector})
	var x totals
	r.Must(http.MethodGet, "/staff/v1/ledger/totals?year=2017", inspector, nil, &x)
	if x.Total.Amount.Wan != "218.532" || len(x.Differences) > 0 || len(x.Categories) != 6 || len(x.Systems) != 7 || len(x.Months) != 12 {
		t.Errorf("%+v", x.Total)
	}
	for i, want := range []string{"29.36", "5.7", "29.19", "4.024", "115.8", "34.458"} {
		if x.Categories[i].Amount.Wan != want {
			t.Errorf("%s: %s, want %s", x.Categories[i].Code, x.Categories[i].Amount.Wan, want)
		}
	}
	if sum, n := x.cells(); sum != x.Total.Amount.Fen || n != x.Total.Count {
		t.Errorf("the cells come to %d of %d", sum, n)
	}
	for _, c := range x.Cells {
		q := url.Values{"year": {"2017"}, "category": {c.Category}, "system": {c.System}, "fund": {c.Fund}, "limit": {"200"}}
		var sum int64
		n := 0
		for after := ""; ; {
			var page struct {
				Entries []bookEntry
				Next    string
			}
			q.Set("after", after)
			r.Must(http.MethodGet, "/staff/v1/entries?"+q.Encode(), inspector, nil, &page)
			for _, e := range page.Entries {
				sum, n = sum+e.Amount.Fen, n+1
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if sum != c.Amount.Fen || n != c.Count {
			t.Errorf("%s %s %s opens to %d of %d, says %d of %d", c.Category, c.System, c.Fund, sum, n, c.Amount.Fen, c.Count)
		}
	}
	for _, m := range x.Months { // the fourth way: by period
		last := model.Period(m.Code).Last()
		var part totals
		r.Must(http.MethodGet, "/staff/v1/ledger/totals?from="+m.Code+"-01&to="+string(last), inspector, nil, &part)
		if sum, n := part.cells(); sum != m.Amount.Fen || n != m.Count || len(part.Differences) > 0 {
			t.Errorf("%s: the cells come to %d of %d, the month says %d of %d", m.Code, sum, n, m.Amount.Fen, m.Count)
		}
	}
	// As of a day, and over other days than whole months.
	var early totals
	r.Must(http.MethodGet, "/staff/v1/ledger/totals?as_of=2017-01-15", inspector, nil, &early)
	var rest totals
	r.Must(http.MethodGet, "/staff/v1/ledger/totals?from=2017-01-16&to=2017-12-31", inspector, nil, &rest)
	if early.Total.Count == 0 || early.Total.Amount.Fen+rest.Total.Amount.Fen != x.Total.Amount.Fen || len(early.Months) != 1 {
		t.Errorf("%+v and %+v", early.Total, rest.Total)
	}
	r.Refused(400, "span", http.MethodGet, "/staff/v1/ledger/totals?from=2017-12-31&to=2017-01-01", inspector, nil)
	area := r.Staff("of one area", "", model.RoleAssignment{Role: model.RoleInspector, UnitID: "U-area-1"})
	r.Refused(403, "not_your_unit", http.MethodGet, "/staff/v1/ledger/totals?year=2017", area, nil)
	r.Must(http.MethodGet, "/staff/v1/entries?year=2017&household_no=H-001", area, nil, nil)
	r.Refused(404, "no_such_household", http.MethodGet, "/staff/v1/entries?year=2017&household_no=H-030", area, nil)
	var years struct{ Years []int }
	r.Must(http.MethodGet, "/staff/v1/ledger/years", inspector, nil, &years)
	if fmt.Sprint(years.Years) != "[2017]" {
		t.Errorf("years with books: %v", years.Years)
	}
	for id, want := range map[string]string{"ref/2017/disability/P-0018/01": "", "": "《社会救助暂行办法》"} {
		if id == "" {
			var page struct{ Entries []bookEntry }
			r.Must(http.MethodGet, "/staff/v1/entries?year=2017&limit=1&fund="+url.QueryEscape("低保资金"), inspector, nil, &page)
			id = page.Entries[0].ID
		}
		var one struct{ Rule, Policy string }
		r.Must(http.MethodGet, "/staff/v1/entry?id="+url.QueryEscape(id), inspector, nil, &one)
		if one.Rule != want || one.Policy != "" {
			t.Errorf("%s was paid under %q, want that of its fund %q", id, one.Rule, want)
		}
	}
	reports(t, r, inspector)
}

// reports reads each table, also as a workbook.
func reports(t *testing.T, r *apptest.Running, token string) {
	t.Helper()
	for kind, rows := range map[string]int{"category": 6, "month": 12, "fund": 9, "household": 37, "funds": 11} {
		var x struct {
			Unit        string
			Heads       []string
			Rows        []struct{ Label string }
			Total       struct{ Amounts []apptest.Amount }
			Differences []string
		}
		r.Must(http.MethodGet, "/staff/v1/reports/"+kind+"?year=2017&limit=200", token, nil, &x)
		last := x.Total.Amounts[len(x.Total.Amounts)-1]
		unit, sum := "万元", "218.532"
		if kind == "household" {
			unit, sum = "元", "2185320"
		}
		if x.Unit != unit || len(x.Rows) != rows || len(x.Differences) > 0 || last.Wan != "218.532" {
			t.Errorf("%s: %d rows, %s %s, %q", kind, len(x.Rows), last.Wan, x.Unit, x.Differences)
		}
		file := r.Call(http.MethodGet, "/staff/v1/reports/"+kind+"/file?year=2017&reason="+url.QueryEscape("核对报表"), token, nil)
		text := sheetText(t, file.Body)
		apptest.WantContains(t, text, sum)
		for _, h := range x.Heads {
			apptest.WantContains(t, text, h)
		}
	}
	type pageOfRows struct {
		Unit string
		Rows []struct{ Label, Name string }
		Next string
	}
	var first, page pageOfRows
	r.Must(http.MethodGet, "/staff/v1/reports/household?year=2017&limit=30", r.Office("names"), nil, &first)
	r.Must(http.MethodGet, "/staff/v1/reports/household?year=2017&limit=30&after="+first.Next, token, nil, &page)
	if len(page.Rows) != 7 || page.Rows[6].Label != "未分到户" || page.Next != "" {
		t.Errorf("the second page: %+v", page)
	}
	if first.Unit != "元" || strings.HasSuffix(first.Rows[0].Name, "*") || first.Rows[0].Name == "" || page.Rows[6].Name != "" {
		t.Errorf("in plain yuan, with names: %s %+v", first.Unit, first.Rows[0])
	}
	var masked pageOfRows
	r.Must(http.MethodGet, "/staff/v1/reports/household?year=2017", token, nil, &masked)
	if masked.Rows[0].Name == "" || masked.Rows[0].Name == first.Rows[0].Name {
		t.Errorf("inspectors do not read names: %+v", masked.Rows[0])
	}
}

// sheetText is the raw XML of a workbook's sheet and strings.
func sheetText(t *testing.T, workbook string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(workbook)), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "sheet1.xml") && !strings.HasSuffix(f.Name, "sharedStrings.xml") {
			continue
		}
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, part); err != nil {
			t.Fatal(err)
		}
		_ = part.Close()
	}
	return b.String()
}

// TestAnEntryAndWhoSeesIt posts one, and looks at it as the household, its cadre, a stranger's cadre, the
// office and the finance office do.
func TestAnEntryAndWhoSeesIt(t *testing.T) {
	r := apptest.Boot(t)
	finance, office := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance}), r.Office("one")
	lead := strings.ToUpper(apptest.LeadOf(t, "H-001"))
	cadre := r.Staff("cadre", lead, model.RoleAssignment{Role: model.RoleCadre})
	var e, again bookEntry
	r.Must(http.MethodPost, "/staff/v1/entries", finance, apptest.EntryBody("paper-0001", "h-001"), &e)
	r.Must(http.MethodPost, "/staff/v1/entries", finance, apptest.EntryBody("paper-0001", "H-001"), &again)
	if e.ID != again.ID || e.Amount.Yuan != "300.50" {
		t.Errorf("%+v\n%+v", e, again)
	}
	other := apptest.EntryBody("paper-0001", "H-001")
	other["amount_yuan"] = "300.51"
	r.Refused(409, "key_used", http.MethodPost, "/staff/v1/entries", finance, other)
	r.Refused(403, "not_your_duty", http.MethodPost, "/staff/v1/entries", office, apptest.EntryBody("paper-0002", "H-001"))
	for field, c := range map[string]struct{ value, code string }{
		"fund": {"没有的资金", "no_such_fund"}, "payer_unit_id": {"U-none", "no_such_unit"}, "person_id": {"P-0061", "no_such_member"},
		"paid_on": {"2018-01-01", "paid_on"}, "amount_yuan": {"-1", "amount"},
	} {
		bad := apptest.EntryBody("paper-0003", "H-001")
		bad[field] = c.value
		r.Refused(400, c.code, http.MethodPost, "/staff/v1/entries", finance, bad)
	}
	r.Refused(404, "no_such_household", http.MethodPost, "/staff/v1/entries", finance, apptest.EntryBody("paper-0004", "H-999"))

	const sentence = "12月27日 临时救助 300.50元:由扶贫办公室从农场帮扶资金发放,依据《临时救助办法》,凭证:审批表。"
	statement := r.Call(http.MethodGet, "/staff/v1/households/H-001/statement", cadre, nil)
	apptest.WantContains(t, statement.Body, sentence, `"purpose":"木耳生产周转"`)
	r.Refused(403, "not_your_duty", http.MethodGet, "/staff/v1/ledger/totals", cadre, nil)
	r.Refused(404, "no_such_household", http.MethodGet, "/staff/v1/households/H-030/statement", cadre, nil)
	asks(t, r, e, sentence, cadre)

	// A mistake is taken back by one with the opposite amount; the household reads both.
	var back bookEntry
	r.Must(http.MethodPost, "/staff/v1/entries/reverse", finance, doc{"entry_id": e.ID, "why": "付错了户"}, &back)
	r.Must(http.MethodPost, "/staff/v1/entries/reverse", finance, doc{"entry_id": e.ID, "why": "再来一次"}, &again)
	if back.ID != again.ID || back.Amount.Fen != -30050 || back.ReversesID != e.ID {
		t.Errorf("%+v\n%+v", back, again)
	}
	r.Refused(409, "is_reversal", http.MethodPost, "/staff/v1/entries/reverse", finance, doc{"entry_id": back.ID, "why": "冲冲销"})
	r.Must(http.MethodGet, "/staff/v1/entry?id="+url.QueryEscape(e.ID), office, nil, &again)
	if again.ReversedBy != back.ID {
		t.Errorf("%+v", again)
	}
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/households/H-001/statement", cadre, nil).Body, "更正记错的一笔,原因:付错了户。")
	months(t, r, finance, office)
}

// asks goes from the sum to the entry and asks about it, in WeChat and in the mini-program.
func asks(t *testing.T, r *apptest.Running, e bookEntry, sentence, cadre string) {
	t.Helper()
	const person = "h-001"
	list := r.Say(person, "补贴")
	apptest.WantContains(t, list, "另有无息借款(木耳生产周转)还有15,000元没还")
	page := r.Say(person, apptest.Choice(t, list, "各类补贴及慰问金"))
	apptest.WantContains(t, page, sentence)
	page = r.Say(person, apptest.Choice(t, page, "有一笔不清楚"))
	about := r.Say(person, apptest.Choice(t, page, "12月27日 临时救助"))
	apptest.WantContains(t, about, sentence, "1 没有收到这笔钱")
	apptest.WantContains(t, r.Say(person, "1"), "问账:2017年12月27日 临时救助 300.50元:没有收到这笔钱", "来办")
	apptest.WantContains(t, r.Say(apptest.LeadOf(t, "H-001"), "难事"), "问账:2017年12月27日 临时救助")

	token := r.LogIn(person)
	var own struct {
		Total      apptest.Amount
		Categories []struct {
			Lines []struct {
				EntryID  string `json:"entry_id"`
				Sentence string
			}
		}
	}
	sees := func(token string) func() bool {
		return func() bool {
			return r.Call(http.MethodGet, "/mini/v1/household/ledger", token, nil).Status == http.StatusOK
		}
	}
	apptest.Eventually(t, "the account of the household", sees(token))
	r.Must(http.MethodGet, "/mini/v1/household/ledger?category=subsidy_condolence", token, nil, &own)
	if own.Total.Fen != int64(apptest.PaidTo("H-001").Total)+30050 || len(own.Categories[0].Lines) != 0 {
		t.Errorf("%+v", own)
	}
	last := own.Categories[len(own.Categories)-1].Lines
	if len(last) == 0 || last[len(last)-1].EntryID != e.ID || last[len(last)-1].Sentence != sentence {
		t.Errorf("%+v", last)
	}
	question := doc{"client_key": "question-1", "entry_id": e.ID, "text": "是给谁的"}
	var need, again struct{ ID, Text string }
	r.Must(http.MethodPost, "/mini/v1/household/questions", token, question, &need)
	r.Must(http.MethodPost, "/mini/v1/household/questions", token, question, &again)
	if need.ID != again.ID || strings.Contains(need.ID, e.ID) || !strings.HasSuffix(need.Text, ":是给谁的") {
		t.Errorf("%+v %+v", need, again)
	}
	stranger := r.LogIn("h-002")
	apptest.Eventually(t, "the account of the other household", sees(stranger))
	r.Refused(404, "no_such_entry", http.MethodPost, "/mini/v1/household/questions", stranger, question)
	r.Refused(404, "household_not_found", http.MethodGet, "/mini/v1/household/ledger?household_no=H-001", stranger, nil)
}

// months closes November over a draft, without it, and posts into it.
func months(t *testing.T, r *apptest.Running, finance, office string) {
	t.Helper()
	sheet := "户号,名目,支出类别,体系,资金,金额,付款日期,方式\nH-002,补助,教育救助,社会救助扶贫,教育救助资金,5,2017-11-05,转账\n"
	var batch struct{ ID, State string }
	r.Refused(403, "not_your_duty", http.MethodPost, "/staff/v1/batches?name=a.csv", office, sheet)
	r.Must(http.MethodPost, "/staff/v1/batches?name=a.csv", finance, sheet, &batch)
	r.Refused(404, "not_found", http.MethodGet, "/staff/v1/imports/"+batch.ID, office, nil)
	var found, others struct{ Imports []struct{ ID, Kind string } }
	r.Must(http.MethodGet, "/staff/v1/batches", finance, nil, &found)
	r.Must(http.MethodGet, "/staff/v1/imports", office, nil, &others)
	if len(found.Imports) != 1 || found.Imports[0].ID != batch.ID || len(others.Imports) != 0 {
		t.Errorf("%+v, and among the registry's %+v", found, others)
	}
	refused := r.Refused(409, "month_has_drafts", http.MethodPost, "/staff/v1/ledger/months/2017-11/close", finance, nil)
	apptest.WantContains(t, refused.Body, "a.csv", "open_batch")
	r.Must(http.MethodPost, "/staff/v1/batches/"+batch.ID+"/commit", finance, nil, nil)
	apptest.EventuallyAll(t, "the batch is in", func() bool {
		r.Must(http.MethodGet, "/staff/v1/batches/"+batch.ID, finance, nil, &batch)
		return batch.State == "done"
	})
	r.Refused(409, "month_not_over", http.MethodPost, "/staff/v1/ledger/months/2017-12/close", finance, nil)
	r.Refused(403, "not_your_duty", http.MethodPost, "/staff/v1/ledger/months/2017-11/close", office, nil)
	r.Must(http.MethodPost, "/staff/v1/ledger/months/2017-11/close", finance, nil, nil)
	late := apptest.EntryBody("paper-0009", "H-001")
	late["paid_on"] = "2017-11-30"
	apptest.WantContains(t, r.Refused(409, "month_closed", http.MethodPost, "/staff/v1/entries", finance, late).Body, "同志money")
	var list struct {
		Months []struct {
			Period, State string
			ClosedBy      string `json:"closed_by"`
			Differs       bool
			Amount        apptest.Amount
			Closed        apptest.Amount `json:"closed_amount"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/ledger/months?year=2017", office, nil, &list)
	if m := list.Months[10]; m.State != "closed" || m.ClosedBy != "同志money" || m.Differs || m.Amount != m.Closed || m.Amount.Fen == 0 {
		t.Errorf("%+v", m)
	}
	r.Must(http.MethodPost, "/staff/v1/ledger/months/2017-11/reopen", finance, doc{"why": "漏了一笔"}, nil)
	r.Must(http.MethodPost, "/staff/v1/entries", finance, late, nil)
	if s := fmt.Sprint(list.Months[0].State); s != "open" {
		t.Error(s)
	}
}
