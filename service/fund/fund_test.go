package fund_test

import (
	"maps"
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

type fundAccount struct {
	ID, Name                        string
	Rev                             int64
	Planned, Received, Goods, Spent apptest.Amount
	Balance                         *apptest.Amount
	LevelLabel                      string `json:"level_label"`
}

func fundNamed(t *testing.T, r *apptest.Running, token, year, name string) fundAccount {
	t.Helper()
	var out struct{ Funds []fundAccount }
	r.Must(http.MethodGet, "/staff/v1/funds?year="+year, token, nil, &out)
	i := slices.IndexFunc(out.Funds, func(f fundAccount) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no fund %s in %s", name, year)
	}
	return out.Funds[i]
}

// TestFundsAndDonations registers a fund, money for it, and gifts of named and unnamed donors.
func TestFundsAndDonations(t *testing.T) {
	r := apptest.Boot(t)
	finance, office := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance}), r.Office("one")
	plan := fundNamed(t, r, office, "2017", "农场帮扶资金")
	if plan.Planned.Wan != "200" || plan.Spent.Wan != "162.697" || plan.LevelLabel != "农场" || plan.Balance != nil {
		t.Errorf("%+v", plan)
	}
	f := fundNamed(t, r, office, "2017", "扶贫救助基金")
	if f.Received.Yuan != "18,700" || f.Goods.Yuan != "1,800" || f.Spent.Yuan != "3,500" || f.Balance.Yuan != "15,200" {
		t.Errorf("%+v", f)
	}
	fund := doc{"year": 2018, "name": "无息扶贫专项资金", "level": "farm", "planned_yuan": "2000000"}
	r.Must(http.MethodPut, "/staff/v1/funds", finance, fund, nil)
	r.Must(http.MethodPut, "/staff/v1/funds", finance, fund, nil) // sent again
	fund["planned_yuan"] = "1"
	r.Refused(409, "fund_exists", http.MethodPut, "/staff/v1/funds", finance, fund)
	fund["rev"], fund["planned_yuan"] = 1, "2000000.50"
	r.Must(http.MethodPut, "/staff/v1/funds", finance, fund, nil)
	r.Refused(409, "changed_meanwhile", http.MethodPut, "/staff/v1/funds", finance, fund)
	receipt := doc{"client_key": "receipt-1", "fund_id": "2018/无息扶贫专项资金", "amount_yuan": "500000", "on": "2018-01-02", "from": "农场财务"}
	r.Must(http.MethodPost, "/staff/v1/fund-receipts", finance, receipt, nil)
	r.Must(http.MethodPost, "/staff/v1/fund-receipts", finance, receipt, nil)
	receipt["on"] = "2017-12-31"
	r.Refused(400, "receipt", http.MethodPost, "/staff/v1/fund-receipts", finance, receipt)
	if f := fundNamed(t, r, office, "2018", "无息扶贫专项资金"); f.Received.Wan != "50" || f.Planned.Yuan != "2,000,000.50" || f.Rev != 2 {
		t.Errorf("%+v", f)
	}
	gifts(t, r, finance, office)
}

func gifts(t *testing.T, r *apptest.Running, finance, office string) {
	t.Helper()
	gift := doc{
		"client_key": "gift-0001", "donor_kind": "person", "donor": "赵不愿名", "fund_id": "2017/扶贫救助基金", "cash_yuan": "800", "on": "2017-12-20",
		"goods": []doc{{"item_id": "FLOUR", "quantity": 5, "value_fen": 22500}},
	}
	var d, again struct {
		ID, Donor  string
		PublicName string `json:"public_name"`
		ThankedAt  string `json:"thanked_at"`
	}
	r.Must(http.MethodPost, "/staff/v1/donations", finance, gift, &d)
	r.Must(http.MethodPost, "/staff/v1/donations", finance, gift, &again)
	if d.ID != again.ID || d.Donor != "赵不愿名" || d.PublicName != model.Anonymous {
		t.Errorf("%+v %+v", d, again)
	}
	gift["donor"] = "别人"
	r.Refused(409, "key_used", http.MethodPost, "/staff/v1/donations", finance, gift)
	if n := quantityOf(r, office, "FLOUR"); n != 45 {
		t.Errorf("%d in stock", n)
	}
	seen := r.Call(http.MethodGet, "/staff/v1/donations?year=2017", office, nil)
	apptest.WantContains(t, seen.Body, model.Anonymous)
	apptest.WantWithout(t, seen.Body, "赵不愿名")
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/donations?year=2017", finance, nil).Body, "赵不愿名")
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/donations/thanks?id="+d.ID, finance, nil).Body, "尊敬的赵不愿名", "捐款800元", "面粉10公斤装5袋")
	r.Must(http.MethodPost, "/staff/v1/donations/thanked", finance, doc{"id": d.ID}, &d)
	r.Clock.Advance(time.Minute)
	r.Must(http.MethodPost, "/staff/v1/donations/thanked", finance, doc{"id": d.ID}, &again)
	if d.ThankedAt == "" || d.ThankedAt != again.ThankedAt {
		t.Errorf("thanked at %q, then %q", d.ThankedAt, again.ThankedAt)
	}
	if strings.Contains(r.Log.String(), "赵不愿名") {
		t.Error("the log names the donor")
	}
}

func quantityOf(r *apptest.Running, token, item string) int64 {
	var out struct {
		Items []struct {
			ID       string
			Quantity int64
		}
	}
	r.Must(http.MethodGet, "/staff/v1/stock", token, nil, &out)
	for _, i := range out.Items {
		if i.ID == item {
			return i.Quantity
		}
	}
	return -1
}

// TestStockNeverGoesBelowNothing lets many hands give out what is there, each sending twice.
func TestStockNeverGoesBelowNothing(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	finance := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	issue := func(key, household string, n int) doc {
		return doc{
			"client_key": key, "household_no": household, "item_id": "FLOUR", "quantity": n, "value_yuan": "45", "on": "2017-12-27", "fund": "扶贫救助基金",
		}
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for _, key := range []string{"give-0001", "give-0002", "give-0003", "give-0004", "give-0005", "give-0006"} {
		for range 2 {
			all.Go(func() {
				a := r.Call(http.MethodPost, "/staff/v1/stock/issues", finance, issue(key, "H-001", 9))
				mu.Lock()
				codes[a.Code()]++
				mu.Unlock()
			})
		}
	}
	all.Wait()
	// 40 bags: four times nine went out, two times there was not enough.
	if codes[""] != 8 || codes["stock_short"]+codes["stock_refused"] != 4 || quantityOf(r, finance, "FLOUR") != 4 {
		t.Errorf("%v, %d left", codes, quantityOf(r, finance, "FLOUR"))
	}
	statement := r.Call(http.MethodGet, "/staff/v1/households/H-001/statement", finance, nil)
	if n := strings.Count(statement.Body, "12月27日 爱心超市面粉10公斤装 45元:由责任爱心超市从扶贫救助基金发放实物"); n != 4 {
		t.Errorf("the household reads of %d", n)
	}
	bought := doc{"client_key": "buy-00001", "item_id": "FLOUR", "quantity": 10, "value_yuan": "450", "on": "2017-12-27", "source": "粮店"}
	r.Must(http.MethodPost, "/staff/v1/stock/moves", finance, bought, nil)
	r.Must(http.MethodPost, "/staff/v1/stock/issues", finance, issue("give-0007", "H-002", 14), nil)
	r.Refused(409, "stock_short", http.MethodPost, "/staff/v1/stock/issues", finance, issue("give-0008", "H-002", 1))
	r.Refused(404, "no_such_household", http.MethodPost, "/staff/v1/stock/issues", finance, issue("give-0009", "H-999", 1))
	comesBack(t, r, finance)
	var moves struct{ Moves []struct{ State string } }
	r.Must(http.MethodGet, "/staff/v1/stock/moves?item_id=FLOUR", finance, nil, &moves)
	if len(moves.Moves) != 14 || quantityOf(r, finance, "FLOUR") != 17 {
		t.Errorf("%d moves", len(moves.Moves))
	}
}

// comesBack takes back what the second household got: the goods are in the stock again, and the books say so.
func comesBack(t *testing.T, r *apptest.Running, finance string) {
	t.Helper()
	entered := func(key, household string) string { return model.ClientKey("staff:money", household, key) }
	given := entered("give-0007", "H-002")
	r.Refused(409, "reverse_elsewhere", http.MethodPost, "/staff/v1/entries/reverse", finance, doc{"entry_id": "stock:" + given, "why": "发错了"})
	returned := doc{"move_id": given, "why": "发错了户"}
	r.Refused(400, "return_on", http.MethodPost, "/staff/v1/stock/returns", finance, apptest.But(returned, "on", "2017-12-26"))
	r.Refused(404, "no_such_move", http.MethodPost, "/staff/v1/stock/returns", finance, apptest.But(returned, "move_id", entered("buy-00001", "")))
	r.Refused(409, "not_given", http.MethodPost, "/staff/v1/stock/returns", finance, apptest.But(returned, "move_id", entered("give-0008", "H-002")))
	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleFinance, UnitID: "U-area-6"})
	r.Refused(404, "no_such_move", http.MethodPost, "/staff/v1/stock/returns", far, returned)
	var all sync.WaitGroup
	for range 4 { // pressed more than once
		all.Go(func() { r.Must(http.MethodPost, "/staff/v1/stock/returns", finance, returned, nil) })
	}
	all.Wait()
	if n := quantityOf(r, finance, "FLOUR"); n != 14 {
		t.Errorf("%d in stock", n)
	}
	statement := r.Call(http.MethodGet, "/staff/v1/households/H-002/statement", finance, nil)
	if n := strings.Count(statement.Body, "更正记错的一笔,原因:发错了户"); n != 1 {
		t.Errorf("%d reversals in %s", n, statement.Body)
	}
	goesOnTakingBack(t, r, finance)
}

// goesOnTakingBack finds a return as a crash leaves it: its month has a draft, and sending it again goes on.
func goesOnTakingBack(t *testing.T, r *apptest.Running, finance string) {
	t.Helper()
	bought := doc{"client_key": "buy-00002", "item_id": "FLOUR", "quantity": 3, "value_yuan": "135", "on": "2017-11-27", "source": "粮店"}
	r.Must(http.MethodPost, "/staff/v1/stock/moves", finance, bought, nil)
	given := doc{
		"client_key": "give-0010", "household_no": "H-003", "item_id": "FLOUR", "quantity": 3, "value_yuan": "135", "on": "2017-11-28", "fund": "扶贫救助基金",
	}
	var m struct{ ID string }
	r.Must(http.MethodPost, "/staff/v1/stock/issues", finance, given, &m)
	out, err := r.Store().Move(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	back := out.Return("2017-11-29", "过期了")
	back.Record, back.State = model.NewRecord(r.Clock.Now(), "staff:money"), model.MovePlanned
	if err := r.Store().InsertMove(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	a := r.Refused(409, "month_has_drafts", http.MethodPost, "/staff/v1/ledger/months/2017-11/close", finance, nil)
	apptest.WantContains(t, a.Body, "stock_under_way", "2017年11月29日H-003的物品还没有记完")
	for range 2 {
		r.Must(http.MethodPost, "/staff/v1/stock/returns", finance, doc{"move_id": m.ID, "on": "2017-12-01", "why": "又说一次"}, nil)
	}
	r.Must(http.MethodPost, "/staff/v1/ledger/months/2017-11/close", finance, nil, nil)
	e, err := r.Store().Entry(t.Context(), model.ReversalID(out.EntryID()))
	if err != nil || e.PaidOn != "2017-11-29" || e.Evidence != "过期了" || e.Amount != -13500 || quantityOf(r, finance, "FLOUR") != 17 {
		t.Errorf("%+v %v, %d in stock", e, err, quantityOf(r, finance, "FLOUR"))
	}
}

// TestLoans lends, reminds a week before, stops reminding what is paid, and tells the office of what is not.
func TestLoans(t *testing.T) {
	r := apptest.Boot(t)
	finance := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	office := r.Staff("boss", "C-005", model.RoleAssignment{Role: model.RoleOffice})
	var settings doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &settings)
	delete(settings, "$schema")
	settings["stages"] = []doc{} // the reminders of the aid day would only take time
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, settings, nil)
	loan := doc{
		"client_key": "loan-0001", "household_no": "H-003", "principal_yuan": "9000", "purpose": "买菌棒", "lent_on": "2017-12-27", "due_on": "2018-01-12",
		"schedule": []doc{{"due_on": "2018-01-10", "amount_yuan": "4000"}, {"due_on": "2018-01-12", "amount_yuan": "5000"}},
	}
	type view struct {
		ID                   string
		Outstanding, Overdue apptest.Amount
	}
	var l, again view
	r.Must(http.MethodPost, "/staff/v1/loans", finance, loan, &l)
	r.Must(http.MethodPost, "/staff/v1/loans", finance, loan, &again)
	if l.ID != again.ID || l.Outstanding.Yuan != "9,000" {
		t.Errorf("%+v", l)
	}
	bad := maps.Clone(loan)
	bad["client_key"], bad["principal_yuan"] = "loan-0002", "9001"
	r.Refused(400, "loan_schedule", http.MethodPost, "/staff/v1/loans", finance, bad)
	repaid := func(key, yuan, note string) doc {
		return doc{"client_key": key, "loan_id": l.ID, "on": "2018-01-02", "amount_yuan": yuan, "note": note}
	}
	person, boss := "h-003", "c-005"
	r.Say(person, "我家") // both can be written to for two days
	r.Say(boss, "本月")
	r.TurnTo("2018-01-03", 8)
	r.Say(person, "我家")
	r.TurnTo("2018-01-03", 9)
	told := func(text string) func() bool {
		return func() bool {
			return slices.ContainsFunc(r.Chat(person), func(c apptest.ChatLine) bool {
				return strings.Contains(c.Content, text) && strings.Contains(c.Content, "无息借款")
			})
		}
	}
	apptest.EventuallyAll(t, "the household hears of the first instalment", told("4,000元1月10日"))
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, repaid("back-0001", "4500", ""), &l)
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, repaid("back-0001", "4500", ""), &l)
	r.Refused(409, "over_repaid", http.MethodPost, "/staff/v1/loans/repayments", finance, repaid("back-0002", "4500.01", ""))
	r.Refused(400, "repayment", http.MethodPost, "/staff/v1/loans/repayments", finance, repaid("back-0003", "-1", ""))
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, repaid("back-0003", "-500", "记多了"), &l)
	if l.Outstanding.Yuan != "5,000" || l.Overdue.Fen != 0 {
		t.Errorf("%+v", l)
	}
	r.TurnTo("2018-01-05", 9)
	apptest.EventuallyAll(t, "the household is to hear of the second instalment", func() bool {
		list, err := r.Store().MessagesUnder(t.Context(), "loan:2018-01-12:")
		return err == nil && len(list) == 1
	})
	// The loan is no aid: no category has it, and neither has the total.
	var x struct {
		Total struct{ Amount apptest.Amount }
	}
	r.Must(http.MethodGet, "/staff/v1/ledger/totals?year=2017", finance, nil, &x)
	if x.Total.Amount.Wan != "218.532" {
		t.Errorf("%+v", x.Total)
	}
	r.TurnTo("2018-01-13", 10)
	apptest.EventuallyAll(t, "the office hears of what is overdue", func() bool {
		list, err := r.Store().MessagesUnder(t.Context(), "office:loan-overdue:2018-01-12")
		// Two of the office have a phone: the demo's own log-in, and the one above.
		return err == nil && len(list) == 2 && strings.Contains(list[0].Text, "还有1笔没有还清,共欠5,000元")
	})
	if list, err := r.Store().MessagesUnder(t.Context(), "office:loan-overdue:2018-01-10"); err != nil || len(list) != 0 {
		t.Errorf("%d messages about an instalment that was paid: %v", len(list), err)
	}
	var open struct{ Loans []view }
	r.Must(http.MethodGet, "/staff/v1/loans?open=true&limit=200", office, nil, &open)
	if i := slices.IndexFunc(open.Loans, func(v view) bool { return v.ID == l.ID }); len(open.Loans) != 37 || open.Loans[i].Overdue.Yuan != "5,000" {
		t.Errorf("%d open loans", len(open.Loans))
	}
}
