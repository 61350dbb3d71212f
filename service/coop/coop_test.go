package coop_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	listPath = "/staff/v1/coops/K-001/subscriptions"
	runPath  = "/staff/v1/coops/K-001/dividends/2019/base"
)

type dividendRun struct {
	Rev     int
	State   string
	Version int
	Result  struct {
		Pool      int64 `json:"pool_fen"`
		Remainder int64 `json:"remainder_fen"`
		RatePPM   int64 `json:"rate_ppm"`
	}
	Checks []struct {
		Code, Text string
		OK         bool
	}
	Notice struct {
		Lines []struct{ Head string }
	}
	Lines []struct {
		No         string `json:"household_no"`
		Amount     int64  `json:"amount_fen"`
		EntryID    string `json:"entry_id"`
		ReversedOn string `json:"reversed_on"`
	}
}

// step brings a version of a run on and returns it.
func step(r *apptest.Running, token, version, what string, more doc) (run dividendRun) {
	r.Must(http.MethodGet, version, token, nil, &run)
	body := doc{"rev": run.Rev}
	for k, v := range more {
		body[k] = v
	}
	r.Must(http.MethodPost, version+"/"+what, token, body, &run)
	return run
}

// postedRun waits until the version is settled, and what it has to post is in the ledger.
func postedRun(t *testing.T, r *apptest.Running, token, version string, posted func(dividendRun) bool) (run dividendRun) {
	t.Helper()
	apptest.EventuallyAll(t, version+" is posted", func() bool {
		run = dividendRun{}
		r.Must(http.MethodGet, version, token, nil, &run)
		return run.State == "settled" && posted(run)
	})
	return run
}

// TestADividendFromInputsToTheHousehold goes the whole way: the list, what does not reconcile, four eyes, paying, taking
// back, the next version, the second dividend. Two households hold shares; the tests of service/coop pay all 34.
func TestADividendFromInputsToTheHousehold(t *testing.T) {
	r := apptest.Boot(t)
	office, finance := r.Office("one"), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	aFrozenList(r, office)
	run := aCheckedRun(t, r, office)
	v1, v2 := runPath+"/1", runPath+"/2"
	r.Refused(403, "four_eyes", http.MethodPost, v1+"/approve", office, doc{"rev": run.Rev})
	r.Refused(409, "changed_meanwhile", http.MethodPost, v1+"/approve", finance, doc{"rev": run.Rev - 1})
	r.Refused(409, "dividend_state", http.MethodPost, v1+"/pay", finance, doc{"rev": run.Rev})
	run = step(r, finance, v1, "approve", nil)
	r.Refused(409, "dividend_approved", http.MethodPut, runPath, office, draft("33", "K-001/2019/1", run.Rev))
	apptest.WantContains(t, r.Say("h-002", "分红"), "2019年您家在红卫润之源食用菌合作社入股6,000元", "2018年保底分红")
	run = step(r, office, v1, "publicise", nil)
	if len(run.Notice.Lines) != 2 || !strings.HasSuffix(run.Notice.Lines[0].Head, "*") {
		t.Errorf("%+v", run.Notice)
	}
	apptest.WantContains(t, r.Say("h-001", "分红"), "2019年保底分红:您家2,160元,公示中", "钱还没有发")
	step(r, finance, v1, "pay", nil)
	r.Must(http.MethodPost, v1+"/pay", finance, doc{"rev": run.Rev}, nil) // pressed twice
	postedRun(t, r, office, v1, func(run dividendRun) bool { return run.Lines[1].EntryID != "" })
	apptest.WantContains(t, r.Say("h-001", "分红"), "已发放", "2017年12月28日发了2,160元")
	apptest.WantContains(t, r.Say("h-001", "补贴"), "产业扶贫 2,160元(1笔)")

	step(r, finance, v1, "reversals", doc{"household_nos": []string{"H-002"}, "why": "账号写错"})
	postedRun(t, r, office, v1, func(run dividendRun) bool { return run.Lines[1].ReversedOn != "" && run.Lines[0].ReversedOn == "" })
	apptest.WantContains(t, r.Say("h-002", "分红"), "发了2,160元", "冲销2,160元")
	run = step(r, finance, v1, "reopen", doc{"why": "重发一户"})
	apptest.WantContains(t, r.Say("h-002", "分红"), "正在重新核算")
	for _, s := range []struct{ token, what string }{
		{office, "compute"}, {office, "check"}, {finance, "approve"}, {office, "publicise"}, {finance, "pay"},
	} {
		step(r, s.token, v2, s.what, nil)
	}
	run = postedRun(t, r, office, v2, func(run dividendRun) bool { return run.Lines[1].EntryID != "" })
	if run.Lines[0].EntryID != "div:K-001/2019/base/1/H-001" || run.Lines[1].EntryID != "div:K-001/2019/base/2/H-002" {
		t.Errorf("%+v", run.Lines)
	}
	if reply := r.Say("h-002", "分红"); strings.Count(reply, "发了2,160元") != 2 || strings.Count(reply, "冲销") != 1 {
		t.Error(reply)
	}
	secondDividend(t, r, office, finance)
}

// aFrozenList has two holders.
func aFrozenList(r *apptest.Running, office string) {
	list := doc{"year": 2019, "version": 1, "fund_yuan": "12000", "holders": []doc{
		{"household_no": "H-001", "amount_yuan": "6000"}, {"household_no": "H-002", "amount_yuan": "6000"},
	}, "left_out": []doc{{"household_no": "H-003", "reason": "不愿入股"}}}
	r.Refused(400, "fund", http.MethodPut, listPath, office, apptest.But(list, "fund_yuan", "12001"))
	r.Refused(400, "no_such_household", http.MethodPut, listPath, office, apptest.But(list, "left_out", []doc{{"household_no": "H-099", "reason": "没有"}}))
	r.Refused(400, "left_out", http.MethodPut, listPath, office, apptest.But(list, "left_out", []doc{{"household_no": "H-001", "reason": "没有"}}))
	r.Must(http.MethodPut, listPath, office, list, nil)
	r.Refused(400, "list_version", http.MethodPut, listPath, office, apptest.But(list, "version", 2))
	r.Refused(400, "list_not_frozen", http.MethodPut, runPath, office, draft("33", "K-001/2019/1", 0))
	r.Must(http.MethodPost, listPath+"/2019/1/freeze", office, doc{"rev": 1}, nil)
	r.Refused(409, "list_frozen", http.MethodPut, listPath, office, apptest.But(list, "rev", 2))
}

// aCheckedRun is one that agrees with what was published at the second try.
func aCheckedRun(t *testing.T, r *apptest.Running, office string) dividendRun {
	t.Helper()
	d := draft("33", "K-001/2019/1", 0)
	d["published"] = doc{"each_fen": 100000}
	r.Must(http.MethodPut, runPath, office, d, nil)
	r.Refused(409, "dividend_exists", http.MethodPut, runPath, office, d)
	r.Refused(409, "dividend_state", http.MethodPost, runPath+"/1/check", office, doc{"rev": 1})
	step(r, office, runPath+"/1", "compute", nil)
	a := r.Refused(400, "does_not_reconcile", http.MethodPost, runPath+"/1/check", office, doc{"rev": 2})
	apptest.WantContains(t, a.Body, `"R7"`, "每户分红2,160元,公布的是1,000元")
	run := dividendRun{}
	r.Must(http.MethodGet, runPath+"/1", office, nil, &run)
	if run.State != "computed" || len(run.Checks) == 0 {
		t.Errorf("%+v", run)
	}
	d["rev"], d["published"] = run.Rev, doc{"each_fen": 216000, "rate_ppm": 4000}
	r.Must(http.MethodPut, runPath, office, d, nil)
	step(r, office, runPath+"/1", "compute", nil)
	return step(r, office, runPath+"/1", "check", nil)
}

func draft(price, list string, rev int) doc {
	return doc{"rev": rev, "subscription_id": list, "plan": doc{
		"greenhouses": 20, "crops": 2, "bags_per_crop": 25000, "dry_millijin_per_bag": 120, "price_yuan_per_jin": price, "unit_input_yuan": "143985",
	}}
}

// secondDividend is drawn up on the settled base run; the base cannot be reopened under it.
func secondDividend(t *testing.T, r *apptest.Running, office, finance string) {
	t.Helper()
	path := "/staff/v1/coops/K-001/dividends/2019/secondary"
	r.Must(http.MethodPut, path, office, doc{"actual_net_yuan": "1200000"}, nil)
	step(r, office, path+"/1", "compute", nil)
	run := step(r, office, path+"/1", "check", nil)
	if run.Result.Pool != 47880 || run.Result.Remainder != 80 || run.State != "checked" {
		t.Errorf("%+v", run)
	}
	step(r, finance, path+"/1", "approve", nil)
	r.Refused(409, "secondary_stands", http.MethodPost, runPath+"/2/reopen", finance, doc{"rev": 1, "why": "试"})
	step(r, office, path+"/1", "publicise", nil)
	apptest.WantContains(t, r.Say("h-001", "分红"), "2019年二次分红:您家239元", "1 看2019年保底分红", "2 看2018年保底分红")
	apptest.WantContains(t, r.Say("h-001", "怎么算的"), "多出478.80元")
	r.Say("h-001", "分红")
	apptest.WantContains(t, r.Say("h-001", "1"), "2019年保底分红:您家2,160元")
}

// TestThePublishedDividendOf2018 is read by everybody whom it concerns; a look at other numbers writes nothing.
func TestThePublishedDividendOf2018(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	reply := r.Say("h-001", "分红")
	apptest.WantContains(t, reply, "入股6,000元", "2018年保底分红:您家2,255元,公示中", "钱还没有发", "回“怎么算”")
	apptest.WantWithout(t, reply, "每棚收入")
	reply = r.Say("h-001", "怎么算")
	apptest.WantContains(t, reply, "每棚收入198,000元", "净收益1,080,300元", "按7.1%算",
		"7.1%是76,701.30元", "76,701.30×6,000÷204,000得2,255.92元,不足1元的零头舍去,是2,255元", "34户一共发76,670元,余31.30元")
	if len(reply) > wechat.MaxText {
		t.Errorf("%d bytes", len(reply))
	}
	apptest.WantContains(t, r.Say("h-035", "分红"), "没有红卫润之源食用菌合作社的股份:没有入股，名单上没有写原因")
	path := "/staff/v1/coops/K-001/dividends/2018/base/1"
	var run, after dividendRun
	r.Must(http.MethodGet, path, office, nil, &run)
	if run.Result.Pool != 7670130 || run.Result.Remainder != 3130 || run.Result.RatePPM != 71000 || len(run.Lines) != 34 || run.Lines[0].EntryID != "" {
		t.Errorf("%+v", run.Result)
	}
	r.Refused(400, "amount_too_large", http.MethodPost, path+"/what-if", office, doc{"price_yuan_per_jin": "90000000000000000"})
	r.Refused(400, "too_large", http.MethodPost, path+"/what-if", office, doc{"price_yuan_per_jin": "900000000000"})
	var look struct {
		Now, Then struct {
			Lines []struct {
				Amount int64 `json:"amount_fen"`
			}
		}
	}
	r.Must(http.MethodPost, path+"/what-if", office, doc{"price_yuan_per_jin": "40", "dry_millijin_per_bag": 110, "remove": []string{"H-002"}}, &look)
	if len(look.Now.Lines) != 34 || len(look.Then.Lines) != 33 || look.Then.Lines[0].Amount <= look.Now.Lines[0].Amount {
		t.Errorf("%+v", look)
	}
	if r.Must(http.MethodGet, path, office, nil, &after); after.Rev != run.Rev {
		t.Error("looking wrote something")
	}
	a := r.Call(http.MethodGet, path+"/statements/H-034", office, nil)
	apptest.WantContains(t, a.Body, "2,255.92")
	r.Refused(404, "no_share", http.MethodGet, path+"/statements/H-035", office, nil)
	differences(t, r, office)
}

// differences between the greenhouses of 2017, the shares of 2018, and the register.
func differences(t *testing.T, r *apptest.Running, office string) {
	t.Helper()
	between := func(first, second string) string {
		var out struct {
			Rows []struct {
				No, Head, Reason string
				InFirst          bool   `json:"in_first"`
				HouseholdNo      string `json:"household_no"`
			}
		}
		r.Must(http.MethodGet, "/staff/v1/coops/K-001/differences?first="+first+"&second="+second, office, nil, &out)
		var b strings.Builder
		for _, row := range out.Rows {
			if !strings.Contains(row.Head, "*") {
				t.Errorf("%s: a name is not masked", row.HouseholdNo)
			}
			fmt.Fprint(&b, row.HouseholdNo, row.InFirst, row.Reason, ";")
		}
		return b.String()
	}
	want := "H-035true没有入股，名单上没有写原因;H-036true没有入股，名单上没有写原因;"
	for _, first := range []string{"allotments/2017", "register/2017-12-31"} {
		if got := between(first, "K-001/2018/1"); got != want {
			t.Errorf("%s: %s", first, got)
		}
	}
	if got := between("allotments/2017", "register/2015-01-01"); strings.Count(got, "true当时还没有识别") != 36 {
		t.Error(got)
	}
	r.Refused(404, "no_such_list", http.MethodGet, "/staff/v1/coops/K-001/differences?first=K-002/2018/1&second=allotments/2017", office, nil)
}

// TestWhatAHouseholdGrowsAndEarns: crops, sales and wages, to what the household reads; and who is too far away to see.
func TestWhatAHouseholdGrowsAndEarns(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	put := func(path string, body doc) { t.Helper(); r.Must(http.MethodPut, "/staff/v1"+path, office, body, nil) }
	batch := doc{"greenhouse_id": "G-001", "year": 2017, "season": "autumn", "bags": 1000, "dry_millijin_per_bag": 120, "input_yuan": "1900"}
	put("/production-batches", batch)
	r.Refused(409, "batch_exists", http.MethodPut, "/staff/v1/production-batches", office, batch)
	put("/production-batches", apptest.But(apptest.But(apptest.But(batch, "rev", 1), "harvested_on", "2017-11-20"), "actual_millijin", 71999))
	var grown struct {
		Rows []struct {
			ID       string
			No       string `json:"household_no"`
			LowYield bool   `json:"low_yield"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/production-batches?year=2017", office, nil, &grown)
	if len(grown.Rows) != 2 || !grown.Rows[0].LowYield || grown.Rows[0].No != "H-001" || grown.Rows[1].LowYield {
		t.Errorf("%+v", grown.Rows)
	}
	sale := doc{
		"key": "bill-0001", "batch_id": "2017/G-001/autumn", "sold_on": "2017-12-01", "buyer": "收购站", "millijin": 70500,
		"price_yuan_per_jin": "32.10", "costs_yuan": "63.05",
	}
	put("/sales", sale)
	put("/sales", sale) // sent again
	r.Refused(409, "key_used", http.MethodPut, "/staff/v1/sales", office, apptest.But(sale, "millijin", 70000))
	r.Refused(400, "costs_over_gross", http.MethodPut, "/staff/v1/sales", office, apptest.But(sale, "costs_yuan", "99999"))
	wage := doc{"household_no": "H-001", "person_id": "P-0001", "period": "2017-11", "days": 12, "amount_yuan": "1200", "paid_on": "2017-12-05"}
	put("/coops/K-001/wages", wage)
	r.Refused(409, "wage_exists", http.MethodPut, "/staff/v1/coops/K-001/wages", office, wage)
	r.Refused(400, "not_a_member", http.MethodPut, "/staff/v1/coops/K-001/wages", office, apptest.But(wage, "household_no", "H-020"))
	paid := r.Call(http.MethodGet, "/staff/v1/coops/K-001/wages?period=2017-11", office, nil)
	apptest.WantContains(t, paid.Body, `"amount_fen":120000`, `"person":"王**"`) // by a masked name
	before := r.Say("h-001", "补贴")
	apptest.WantContains(t, r.Say("h-001", "合作社"), "务工:2017-11在红卫润之源食用菌合作社干了12天,工钱1,200元", "卖木耳:2017年12月1日70.5斤,每斤32.10元,扣费用63.05元,到手2,200元")
	apptest.WantWithout(t, before, "工钱", "1,200")

	token := r.LogIn("h-001")
	var own struct {
		Shares    []struct{ Coop string }
		Dividends []struct{ Steps []string }
		Wages     []struct{ Days int }
		Sales     []struct {
			Settlement int64 `json:"settlement_fen"`
		}
	}
	apptest.Eventually(t, "the account of H-001", func() bool {
		return r.Call(http.MethodGet, "/mini/v1/household/dividends", token, nil).Status == 200
	})
	a := r.Call(http.MethodGet, "/mini/v1/household/dividends", token, nil)
	a.JSON(t, &own)
	if len(own.Shares) != 1 || len(own.Dividends) != 1 || len(own.Dividends[0].Steps) != 6 || len(own.Wages) != 1 || own.Sales[0].Settlement != 220000 {
		t.Errorf("%+v", own)
	}
	apptest.WantWithout(t, a.Body, "H-002", "H-034")
	if a := r.Call(http.MethodGet, "/mini/v1/household/dividends?household_no=H-002", token, nil); a.Code() != "household_not_found" {
		t.Errorf("%d %s", a.Status, a.Body)
	}

	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-2"})
	r.Refused(404, "no_such_coop", http.MethodGet, "/staff/v1/coops/K-001/dividends/2018/base/1", far, nil)
	r.Refused(404, "no_such_coop", http.MethodGet, "/staff/v1/coops/K-001/subscriptions", far, nil)
	r.Refused(404, "no_such_greenhouse", http.MethodPut, "/staff/v1/production-batches", far, apptest.But(batch, "season", "spring"))
	for _, path := range []string{"/coops", "/greenhouses", "/allotments?year=2017", "/production-batches?year=2017", "/sales?year=2017"} {
		if a := r.Call(http.MethodGet, "/staff/v1"+path, far, nil); !strings.Contains(a.Body, `"rows":[]`) {
			t.Errorf("%s shows %s", path, a.Body)
		}
	}
}
