package staff_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// row is one of a list, as JSON has it.
type row = map[string]any

// fen is the amount in a field of a row.
func fen(field string) func(row) string {
	return func(r row) string {
		n, _ := r[field].(float64)
		if a, ok := r[field].(map[string]any); ok {
			n, _ = a["fen"].(float64)
		}
		return fmt.Sprintf("%020.0f", n+1e15)
	}
}

func text(field string) func(row) string { return func(r row) string { return fmt.Sprint(r[field]) } }

// pageByPage is the whole list, asked for a few rows at a time, and the answer to the first asking.
func pageByPage(t *testing.T, r *apptest.Running, token, path, name string) (all []row, first row) {
	t.Helper()
	for after := ""; ; {
		var page row
		r.Must(http.MethodGet, path+"&limit=3&after="+url.QueryEscape(after), token, nil, &page)
		if first == nil {
			first = page
		}
		list, _ := page[name].([]any)
		for _, x := range list {
			all = append(all, x.(row))
		}
		if after, _ = page["next"].(string); after == "" {
			return all, first
		}
		if len(all) > 2000 {
			t.Fatalf("%s: no end", path)
		}
	}
}

// money is the amount in a field of a row.
func money(r row, field string) float64 {
	if a, ok := r[field].(map[string]any); ok {
		r, field = a, "fen"
	}
	n, _ := r[field].(float64)
	return n
}

// fillLists writes a few records of each kind, in no order, and gives the id of a kind of goods that was moved.
func fillLists(t *testing.T, r *apptest.Running, office, finance string) (itemID string) {
	t.Helper()
	for i, text := range []string{"屋顶漏雨", "水管坏了", "要买药", "孩子上学", "没有工作"} {
		r.Must(http.MethodPost, "/staff/v1/needs", office, doc{"client_key": fmt.Sprintf("need-%d-of-five", i), "household_no": fmt.Sprintf("H-00%d", (3*i)%5+1), "text": text, "kind": "living"}, nil)
	}
	for i, yuan := range []string{"300", "20000", "1000", "50", "800"} {
		r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{"client_key": fmt.Sprintf("loan-%d-of-five", i), "household_no": fmt.Sprintf("H-00%d", 5-i), "principal_yuan": yuan, "purpose": "买种苗", "lent_on": "2017-06-01", "due_on": fmt.Sprintf("2018-0%d-01", 9-i)}, nil)
	}
	for i, title := range []string{"医疗救助", "助学", "住房租金", "贷款", "救急"} {
		err := r.Store().InsertApplication(t.Context(), model.Application{
			ID: fmt.Sprintf("A-%d", i), Record: model.NewRecord(r.Clock.Now(), "test"), HouseholdID: fmt.Sprintf("H-01%d", 5-i), Title: title,
			State: []model.ApplicationState{model.AppChecking, model.AppNeedMore, model.AppVerified}[i%3], DueOn: model.NewDate(2018, 1, 3*i+1), Amount: []model.Fen{0, 120000, 90000, 90000, 3000}[i],
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var stock struct{ Items []struct{ ID string } }
	r.Must(http.MethodGet, "/staff/v1/stock", finance, nil, &stock)
	itemID = stock.Items[0].ID
	for i, yuan := range []string{"90", "10", "2000", "5"} {
		r.Must(http.MethodPost, "/staff/v1/stock/moves", finance, doc{"client_key": fmt.Sprintf("stock-%d-of-four", i), "item_id": itemID, "quantity": 3*i + 1, "value_yuan": yuan, "on": fmt.Sprintf("2017-0%d-05", 5-i), "source": "买的"}, nil)
	}
	return itemID
}

// longList is a list that pages, and its columns: what they hold, nil for the order of Chinese or what is not shown.
type longList struct {
	token, path, name string
	columns           map[string]func(row) string
	sums              []string
}

// TestListsAreSortedAsAWhole: by any of its columns a list comes page by page in the order of the whole, both ways, with
// every row once; and what stands below it is of the whole, whatever page is shown.
func TestListsAreSortedAsAWhole(t *testing.T) {
	r := apptest.Boot(t)
	office, finance := r.Office("one"), r.StaffToken("finance")
	item := fillLists(t, r, office, finance)
	for _, l := range []longList{
		{finance, "/entries?year=2017&household_no=H-001&totals=true", "entries", map[string]func(row) string{
			"on": text("paid_on"), "no": text("household_no"), "title": nil, "category": nil, "system": nil, "fund": nil, "amount": fen("amount"), "method": nil}, []string{"amount"}},
		{finance, "/loans?open=false", "loans", map[string]func(row) string{
			"no": text("household_no"), "purpose": nil, "principal": fen("principal"), "lent": text("lent_on"), "due": text("due_on"), "repaid": fen("repaid"), "left": fen("outstanding"), "state": nil}, []string{"principal", "repaid", "outstanding"}},
		{finance, "/donations?year=2017", "donations", map[string]func(row) string{
			"on": text("on"), "donor": nil, "kind": nil, "fund": nil, "cash": fen("cash"), "value": fen("value"), "thanked": nil}, []string{"cash", "value"}},
		{finance, "/stock/moves?item_id=" + item, "moves", map[string]func(row) string{
			"on": text("on"), "quantity": nil, "value": fen("value"), "whom": nil, "fund": nil, "state": text("state")}, nil},
		{office, "/needs?brief=false", "needs", map[string]func(row) string{
			"no": text("household_no"), "text": nil, "kind": nil, "state": nil, "owner": text("owner_id"), "due": text("due_on")}, nil},
		{office, "/applications?brief=false", "applications", map[string]func(row) string{
			"no": text("household_no"), "title": nil, "state": nil, "result": text("result"), "amount": fen("amount_fen"), "next": nil, "due": text("due_on")}, []string{"amount_fen"}},
	} {
		plain, first := pageByPage(t, r, l.token, "/staff/v1"+l.path, l.name)
		if total, said := first["total"].(float64); said && int(total) != len(plain) || len(plain) < 4 {
			t.Errorf("%s: %d rows, and %v are said", l.path, len(plain), first["total"])
		}
		for _, s := range l.sums {
			sum := 0.0
			for _, x := range plain {
				sum += money(x, s)
			}
			if money(first, s) != sum || sum == 0 && s != "repaid" {
				t.Errorf("%s: %s %v, want %v", l.path, s, money(first, s), sum)
			}
		}
		if l.name == "moves" {
			movesAddUp(t, plain, first)
		}
		for column, key := range l.columns {
			l.inOrder(t, r, column, key, idsOf(plain))
		}
		apptest.WantProblem(t, "a column that there is not", r.Call(http.MethodGet, "/staff/v1"+l.path+"&sort=phone", l.token, nil), 400, "sort")
	}
}

// movesAddUp compares what stands below the moves of an item with the moves.
func movesAddUp(t *testing.T, plain []row, first row) {
	t.Helper()
	in := 0.0
	for _, x := range plain {
		if x["kind"] == "in" && x["state"] == "done" {
			in += x["quantity"].(float64)
		}
	}
	if first["in"] != in || in == 0 {
		t.Errorf("in: %v, want %v", first["in"], in)
	}
}

// idsOf are the rows' ids, sorted.
func idsOf(list []row) (ids []string) {
	for _, x := range list {
		ids = append(ids, fmt.Sprint(x["id"]))
	}
	slices.Sort(ids)
	return ids
}

// inOrder asks for the list by a column, both ways.
func (l longList) inOrder(t *testing.T, r *apptest.Running, column string, key func(row) string, every []string) {
	t.Helper()
	for _, down := range []bool{false, true} {
		got, _ := pageByPage(t, r, l.token, fmt.Sprintf("/staff/v1%s&sort=%s&down=%v", l.path, column, down), l.name)
		if !slices.Equal(idsOf(got), every) {
			t.Errorf("%s by %s: not every row once", l.path, column)
		}
		if key == nil {
			continue
		}
		var keys []string
		for _, x := range got {
			keys = append(keys, key(x))
		}
		if down {
			slices.Reverse(keys)
		}
		if !slices.IsSorted(keys) {
			t.Errorf("%s by %s, down %v: %q", l.path, column, down, keys)
		}
	}
}
