package public_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// answerIt has the publisher write the answer to an objection and a second person let it out.
func answerIt(t *testing.T, r *apptest.Running, objection, where, writer, second string) {
	t.Helper()
	r.Refused(400, "personal_data", http.MethodPost, objection+"/answer", writer, doc{"answer": "钟离守田的车是借的"})
	var o struct {
		Rev   int64
		Draft string `json:"draft_answer"`
	}
	r.Must(http.MethodPost, objection+"/answer", second, doc{"answer": "车是另一户的"}, &o)
	r.Refused(403, "same_person", http.MethodPost, objection+"/answer/approve", second, doc{"rev": o.Rev})
	if a := browse(t, r, where); strings.Contains(a.Body, "车是") {
		t.Errorf("nobody has let it out: %s", a.Body)
	}
	third := r.Office("third")
	r.Must(http.MethodPost, objection+"/answer", writer, doc{"answer": "已经入户核实,车不是这一户的"}, &o)
	r.Refused(409, "changed_meanwhile", http.MethodPost, objection+"/answer/approve", third, doc{"rev": o.Rev - 1})
	r.Must(http.MethodPost, objection+"/answer/approve", third, doc{"rev": o.Rev}, nil)
}

// objecting is an objection as the office lists it.
type objecting struct {
	ID, State, Source, Text string
}

func listed(r *apptest.Running, token, state string) []objecting {
	var out struct{ Objections []objecting }
	r.Must(http.MethodGet, "/staff/v1/objections?limit=500&state="+state, token, nil, &out)
	return out.Objections
}

// TestWhoMaySendObjections: pages of others may not, machines are forgotten, and whatever one network sends is kept.
func TestWhoMaySendObjections(t *testing.T) {
	r := apptest.Boot(t)
	const id = "2017-funds-1"
	say := func(text string, headers ...string) apptest.Answer {
		return objectTo(t, r, id, map[string]string{"text": text}, headers...)
	}
	open := func() int {
		list, err := r.Store().ObjectionsIn(t.Context(), model.ObjectionStates...)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elsewhere.example"}, {"Origin", "null"}} {
		if a := say("这一类的金额和账上的不一样", headers...); a.Status != 403 {
			t.Errorf("%v: %d", headers, a.Status)
		}
	}
	if a := objectTo(t, r, id, map[string]string{"text": "这一类的金额和账上的不一样", "website": "x"}); a.Status != 303 || open() != 0 {
		t.Errorf("a machine: %d, %d objections", a.Status, open())
	}
	if a := objectTo(t, r, id, map[string]string{"text": strings.Repeat("很", 20000)}); a.Status != 400 || open() != 0 {
		t.Errorf("a flood in one form: %d", a.Status)
	}
	if a := objectTo(t, r, "2017-funds-2", map[string]string{"text": "这一类的金额和账上的不一样"}); a.Status != 404 {
		t.Errorf("to nothing: %d", a.Status)
	}
	got := []int{}
	for i := range 7 {
		got = append(got, say(fmt.Sprintf("第%d条:这一类的金额不一样", i), "Sec-Fetch-Site", "same-origin", "Origin", r.App.LocalURL()).Status)
	}
	if fmt.Sprint(got) != "[303 303 303 303 303 303 303]" || open() != 7 {
		t.Errorf("%v, %d objections", got, open())
	}
}

// TestManyNetworksShutNoDoor: a hundred objections from twenty networks leave the door open for the next, and one network
// that sends without end gets them into the queue of the office, not among its work.
func TestManyNetworksShutNoDoor(t *testing.T) {
	r := apptest.Boot(t)
	const id = "2017-funds-1"
	say := func(from string, i int) apptest.Answer {
		return objectTo(t, r, id, map[string]string{"text": fmt.Sprintf("第%d条:这一类的金额不一样", i)}, "X-Forwarded-For", from)
	}
	for net := range 20 {
		for i := range 5 {
			if a := say(fmt.Sprintf("203.0.113.%d", net), net*100+i); a.Status != 303 {
				t.Fatalf("network %d, %d: %d", net, i, a.Status)
			}
		}
	}
	office := r.Office("one")
	if a := say("198.51.100.7", 9000); a.Status != 303 || len(listed(r, office, "received")) != 101 {
		t.Errorf("the next: %d, %d received", a.Status, len(listed(r, office, "received")))
	}
	for i := range 30 { // one connection has 2⁶⁴ addresses
		if a := say(fmt.Sprintf("2001:db8:0:1::%x", i+1), 10000+i); a.Status != 303 {
			t.Fatalf("%d: %d", i, a.Status)
		}
	}
	honest := objectTo(t, r, id, map[string]string{"text": "教育救助的户数和村里贴的不一样"}, "X-Forwarded-For", "2001:db8:0:1:ffff::9")
	held := listed(r, office, "held")
	if honest.Status != 303 || len(held) != 26 || len(listed(r, office, "received")) != 106 || len(listed(r, office, "")) != 106 {
		t.Fatalf("%d, %d held, %d received", honest.Status, len(held), len(listed(r, office, "received")))
	}
	if a := browse(t, r, honest.Header.Get("Location")); !strings.Contains(a.Body, "已收到") || strings.Contains(a.Body, "挑拣") {
		t.Errorf("%s", a.Body)
	}
	sortThem(t, r, office, held)
	if a := browse(t, r, honest.Header.Get("Location")); !strings.Contains(a.Body, "已收到") {
		t.Errorf("%s", a.Body)
	}
}

// sortThem takes the one that says something on, and sets the others aside; twice, which changes nothing.
func sortThem(t *testing.T, r *apptest.Running, office string, held []objecting) {
	t.Helper()
	var good, others []string
	for _, o := range held {
		if o.Source != held[0].Source || o.Source == "" {
			t.Errorf("one connection is one source: %+v", o)
		}
		if strings.Contains(o.Text, "教育救助") {
			good = append(good, o.ID)
		} else {
			others = append(others, o.ID)
		}
	}
	const path = "/staff/v1/objections/sort"
	publisher := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	r.Refused(403, "not_your_duty", http.MethodPost, path, publisher, doc{"ids": good})
	for _, want := range []int{25, 0} {
		var out struct{ Moved int }
		r.Must(http.MethodPost, path, office, doc{"ids": others, "aside": "repeated"}, &out)
		if out.Moved != want {
			t.Errorf("%d set aside, want %d", out.Moved, want)
		}
	}
	r.Must(http.MethodPost, path, office, doc{"ids": good}, nil)
	if a, n := listed(r, office, "set_aside"), len(listed(r, office, "received")); len(a) != 25 || n != 107 {
		t.Errorf("%d aside, %d received", len(a), n)
	}
	if a := browse(t, r, "/public/objections/"+others[0]); !strings.Contains(a.Body, "说的是同一件事") {
		t.Errorf("%s", a.Body)
	}
	r.Must(http.MethodPost, path, office, doc{"ids": others[:1]}, nil) // a mistake can be taken back
	if n := len(listed(r, office, "set_aside")); n != 24 {
		t.Errorf("%d aside", n)
	}
}
