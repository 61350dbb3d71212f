package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// budget is what an effect may ask of the database: commands that read and that write, and how often it waits for them, because
// commands that are under way at once are one round.
type budget struct {
	reads, writes, rounds int
	all                   int // at most, of either; 0: no other bound
}

func (b budget) within(of budget) bool {
	return b.reads <= of.reads && b.writes <= of.writes && b.rounds <= of.rounds && (of.all == 0 || b.reads+b.writes <= of.all)
}

// tries is how often an effect is done: the first time nothing is held yet, and on a busy machine commands that could be one
// round are not always under way at once.
const tries = 12

// spent is what do asks of the database, within what it may or at its least.
func spent(r *apptest.Running, may budget, do func()) (least budget, commands string) {
	for i := range tries {
		r.Commands.Reset()
		do()
		n := budget{reads: r.Commands.About() - r.Commands.Writes(), writes: r.Commands.Writes(), rounds: r.Commands.Rounds()}
		if i == 0 || n.reads+n.writes+n.rounds < least.reads+least.writes+least.rounds {
			least, commands = n, r.Commands.String()
		}
		if n.within(may) {
			break
		}
	}
	return least, commands
}

// TestCommandBudget does each effect over HTTP and compares what it asks of the database with the table that docs/benchmarks.md
// shows.
func TestCommandBudget(t *testing.T) {
	r := apptest.Boot(t)
	r.Commands.OnlyRequests()
	office := r.Office("office2")
	finance := r.StaffToken("finance")
	cadre := apptest.LeadOf(t, "H-001")
	pushes := 0
	push := func(person, text string) {
		pushes++
		a := r.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(r.Clock.Now()), "",
			apptest.TextPush(r.Person(person).OAOpenID, fmt.Sprint(9000+pushes), text))
		if a.Status != 200 || strings.Contains(a.Body, "有点忙") {
			t.Fatalf("%s: %d %s", text, a.Status, a.Body)
		}
	}
	says := func(person, text string) func() { return func() { push(person, text) } }
	entries := 0
	item := "/public/items/" + firstPublic(t, r)
	const signedIn = 2 // the log-in and the member of staff, which every request of the office reads
	reading, acting, page := budget{reads: 8, rounds: 3}, budget{reads: 8, writes: 5, rounds: 10, all: 10}, budget{reads: signedIn + 4, rounds: signedIn + 4}
	table := []struct {
		effect string
		may    budget
		do     func()
	}{
		{"帮助", reading, says("h-001", "帮助")},
		{"我家", reading, says("h-001", "我家")},
		{"补贴", reading, says("h-001", "补贴")},
		{"走访", reading, says("h-001", "走访")},
		{"政策", reading, says("h-001", "政策")},
		{"申请", reading, says("h-001", "申请")},
		{"进展", reading, says("h-001", "进展")},
		{"分红", reading, says("h-001", "分红")},
		{"找人", reading, says("h-001", "找人")},
		{"谁看过我家", reading, says("h-001", "谁看过我家")},
		{"公示", reading, says("h-001", "公示")},
		{"本月", reading, says(cadre, "本月")},
		{"我的户", reading, says(cadre, "我的户")},
		{"来过", acting, says("h-001", "来过")},
		{"反映", acting, says("h-001", "反映 屋顶漏雨,想修一修")},
		{"对,记下", acting, func() { push("h-001", "反映 屋顶漏雨,想修一修"); r.Commands.Reset(); push("h-001", "1") }},
		{"走访记录", acting, says(cadre, "记录 H-001")},
		{"the same push again", budget{reads: 1, rounds: 1}, func() { push("h-001", "我家"); r.Commands.Reset(); pushes--; push("h-001", "我家") }},
		{"a public item", budget{reads: 1, rounds: 1}, func() { r.Call("GET", item, "", nil) }},
		{"the public list", budget{reads: 1, rounds: 1}, func() { r.Call("GET", "/public", "", nil) }},
		{"the plaza screen", budget{reads: 1, rounds: 1}, func() { r.Call("GET", "/public/screen", "", nil) }},
		{"a posted entry", budget{reads: signedIn + 2, writes: 4, rounds: signedIn + 6}, func() {
			entries++
			r.Must("POST", "/staff/v1/entries", finance, apptest.EntryBody(fmt.Sprint("budget-", entries), "H-004"), nil)
		}},
		{"the board of a month", page, func() { r.Must("GET", "/staff/v1/aid-days/2017-12", office, nil, nil) }},
		{"50 households", page, func() { r.Must("GET", "/staff/v1/households?limit=50", office, nil, nil) }},
		{"50 entries", page, func() { r.Must("GET", "/staff/v1/entries?year=2017&limit=50", finance, nil, nil) }},
		{"50 needs", page, func() { r.Must("GET", "/staff/v1/needs?limit=50", office, nil, nil) }},
		{"the cadres", page, func() { r.Must("GET", "/staff/v1/cadres", office, nil, nil) }},
		{"broadcasts", page, func() { r.Must("GET", "/staff/v1/broadcasts", office, nil, nil) }},
		{"applications", page, func() { r.Must("GET", "/staff/v1/applications", office, nil, nil) }},
		{"disclosures", page, func() { r.Must("GET", "/staff/v1/disclosures?year=2017", office, nil, nil) }},
	}
	for _, row := range table {
		n, commands := spent(r, row.may, row.do)
		if !n.within(row.may) {
			t.Errorf("%s: %+v, may %+v:\n%s", row.effect, n, row.may, commands)
		} else {
			t.Logf("%s: %+v", row.effect, n)
		}
	}
}

// firstPublic is the id of something that is public.
func firstPublic(t *testing.T, r *apptest.Running) string {
	t.Helper()
	_, rest, ok := strings.Cut(r.Call("GET", "/public", "", nil).Body, "/public/items/")
	if !ok {
		t.Fatal("nothing is public")
	}
	return rest[:strings.IndexAny(rest, `"?/`)]
}
