package app_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// keyed is one request that carries a key of the client's: two senders use the same one for what is theirs.
type keyed struct {
	method, path string
	mine, theirs string // tokens
	body         doc    // of the first, without the key
	other        doc    // what the second sends instead
	changed      doc    // what the first may not send under the same key
	answer       string // the field of the answer that names the record; empty: it has none
	stored       func() int
}

// keyName is where an operation takes its key.
func (k keyed) keyName() string {
	if k.path == "/staff/v1/activities" {
		return "id"
	}
	return "client_key"
}

func (k keyed) send(r *apptest.Running, token string, content doc) apptest.Answer {
	body := doc{k.keyName(): "the-same-key"}
	maps.Copy(body, k.body)
	maps.Copy(body, content)
	return r.Call(k.method, k.path, token, body)
}

// TestAKeyBelongsToItsSender sends the same key as two persons, twice, and with something else, to every operation that
// takes one. Nobody meets another's record, and nothing is done twice.
func TestAKeyBelongsToItsSender(t *testing.T) {
	r := apptest.Boot(t)
	list := everyKeyed(t, r)
	for _, path := range keyedPaths(t, r) {
		if _, ok := list[path]; !ok {
			t.Errorf("%s takes a client's key, and this test does not try it", path)
		}
	}
	for path, k := range list {
		k.method, k.path = cutPath(path)
		first := k.send(r, k.mine, nil)
		second := k.send(r, k.theirs, k.other)
		if first.Status >= 300 || second.Status >= 300 {
			t.Errorf("%s: %d %s, then %d %s", path, first.Status, first.Body, second.Status, second.Body)
			continue
		}
		again := k.send(r, k.mine, nil)
		if again.Status != first.Status || idIn(t, again, k.answer) != idIn(t, first, k.answer) {
			t.Errorf("%s: sent again: %d %s", path, again.Status, again.Body)
		}
		if k.answer != "" && idIn(t, first, k.answer) == idIn(t, second, k.answer) {
			t.Errorf("%s: the second sender got the first one's record: %s", path, second.Body)
		}
		if a := k.send(r, k.mine, k.changed); a.Status != 409 || a.Code() != "key_used" {
			t.Errorf("%s: something else under the key: %d %s", path, a.Status, a.Body)
		}
		if n := k.stored(); n != 2 {
			t.Errorf("%s: %d stored of two", path, n)
		}
	}
}

func cutPath(operation string) (method, path string) {
	method, path, _ = strings.Cut(operation, " ")
	return method, path
}

func idIn(t *testing.T, a apptest.Answer, field string) string {
	t.Helper()
	if field == "" {
		return ""
	}
	var all map[string]any
	a.JSON(t, &all)
	id, _ := all[field].(string)
	if id == "" {
		t.Errorf("no %s in %s", field, a.Body)
	}
	return id
}

// keyedPaths are the operations that take a client's key, as the API's document has them.
func keyedPaths(t *testing.T, r *apptest.Running) (list []string) {
	t.Helper()
	type schema struct {
		Ref        string `json:"$ref"`
		Properties map[string]any
	}
	var api struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]schema }
	}
	r.Call(http.MethodGet, "/openapi.json", "", nil).JSON(t, &api)
	for path, methods := range api.Paths {
		for method, o := range methods {
			for _, c := range o.RequestBody.Content {
				s := c.Schema
				if s.Ref != "" {
					s = api.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
				}
				if _, ok := s.Properties["client_key"]; ok {
					list = append(list, strings.ToUpper(method)+" "+strings.ReplaceAll(path, "{no}", "H-001"))
				}
			}
		}
	}
	if len(list) < 10 {
		t.Errorf("only %v", list)
	}
	return list
}

func everyKeyed(t *testing.T, r *apptest.Running) map[string]keyed {
	t.Helper()
	finance, finance2 := r.Staff("money", "", model.Post{Duty: model.DutyFinance}), r.Staff("money2", "", model.Post{Duty: model.DutyFinance})
	office, office2 := r.Office("one"), r.Office("two")
	h1, h2 := r.LogIn("h-001"), r.LogIn("h-002")
	count := func(n int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	needs := func(source string, households ...string) func() int {
		return func() (n int) {
			for _, h := range households {
				list, err := r.Store().NeedsOf(t.Context(), h)
				for _, x := range list {
					if x.Source == source {
						n++
					}
				}
				n = count(n, err)
			}
			return n
		}
	}
	entry := func(token string) string {
		var own struct {
			Categories []struct {
				Lines []struct {
					EntryID string `json:"entry_id"`
				}
			}
		}
		r.Must(http.MethodGet, "/mini/v1/household/ledger", token, nil, &own)
		return own.Categories[0].Lines[0].EntryID
	}
	applications := func() int {
		one, err := r.Store().ApplicationsOf(t.Context(), "H-001")
		two, err2 := r.Store().ApplicationsOf(t.Context(), "H-002")
		return count(len(one)+len(two), err) + count(0, err2)
	}
	farm := func() (n [6]int) {
		f, err := r.Store().Farm(t.Context())
		count(0, err)
		for _, e := range f.Entries {
			if e.Title == "试记一笔" {
				n[0]++
			}
		}
		return n
	}
	moves := func(kind model.MoveKind) int {
		list, err := r.Store().MovesOf(t.Context(), "FLOUR", "", 1000)
		n := 0
		for _, m := range list {
			if m.Kind == kind && (m.Source == "试买" || kind == model.MoveOut && m.On == "2017-12-26") {
				n++
			}
		}
		return count(n, err)
	}
	loans := func(purpose string) (list []model.Loan) {
		all, err := r.Store().Loans(t.Context())
		count(0, err)
		for _, l := range all {
			if l.Purpose == purpose {
				list = append(list, l)
			}
		}
		return list
	}
	var lent struct{ ID string }
	r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{
		"client_key": "lent-before", "household_no": "H-004", "principal_yuan": "900", "purpose": "试还", "lent_on": "2017-12-01", "due_on": "2018-12-01",
	}, &lent)
	visits := func() (n int) {
		for _, h := range []string{"H-001", "H-010"} {
			list, err := r.Store().VisitsTo(t.Context(), h)
			for _, v := range list {
				if v.On == "2017-12-27" {
					n++
					if len(v.Items) != 1 || v.Items[0].Count != 1 {
						t.Errorf("counted twice: %+v", v.Items)
					}
				}
			}
			n = count(n, err)
		}
		return n
	}
	goods := []doc{{"kind": "goods", "count": 1, "text": ""}}
	return map[string]keyed{
		"POST /mini/v1/needs": {
			mine: h1, theirs: h2, body: doc{"text": "老伴得了重病,药费不够"}, other: doc{"text": "水井坏了"}, changed: doc{"text": "屋顶漏雨"},
			answer: "id", stored: needs("bot", "H-001", "H-002"),
		},
		"POST /mini/v1/household/questions": {
			mine: h1, theirs: h2, body: doc{"text": "是给谁的", "entry_id": entry(h1)}, other: doc{"entry_id": entry(h2)}, changed: doc{"text": "没有收到"},
			answer: "id", stored: needs(model.SourceLedger, "H-001", "H-002"),
		},
		"POST /mini/v1/visits": {
			mine: r.LogIn(leadOf(t, "H-001")), theirs: r.LogIn(leadOf(t, "H-010")),
			body:  doc{"household_no": "H-001", "on": "2017-12-27", "items": goods, "late_reason": "雪大"},
			other: doc{"household_no": "H-010"}, changed: doc{"on": "2017-12-26"}, answer: "visit_id", stored: visits,
		},
		"POST /mini/v1/consents": {
			mine: h1, theirs: h2, body: doc{"answers": []doc{{"template_id": "T9", "answer": "accept"}}},
			changed: doc{"answers": []doc{{"template_id": "T9", "answer": "reject"}}},
			stored: func() int { // one message each that may be sent
				n := 0
				for _, p := range []string{"h-001", "h-002"} {
					c, err := r.Store().Consent(t.Context(), model.ConsentID("mp:"+r.Person(p).MPOpenID, "T9"))
					n = count(n+c.Credit, err)
				}
				return n
			},
		},
		"POST /mini/v1/applications": {
			mine: h1, theirs: h2, body: doc{"programme": "loan"}, changed: doc{"programme": "housing_rent"}, answer: "id", stored: applications,
		},
		"POST /staff/v1/households/H-001/applications": {
			mine: office, theirs: office2, body: doc{"programme": "new_entrant", "person_id": "P-0001", "draft": true},
			other: doc{"programme": "housing_rent", "person_id": ""}, changed: doc{"programme": "housing_rent", "person_id": ""}, answer: "id",
			stored: func() int { return applications() - 2 }, // two of the households themselves
		},
		"POST /staff/v1/needs": {
			mine: office, theirs: office2, body: doc{"household_no": "H-001", "text": "炕塌了"}, other: doc{"text": "没有柴"}, changed: doc{"text": "没有煤"},
			answer: "id", stored: needs("office", "H-001"),
		},
		"PUT /staff/v1/activities": {
			mine: office, theirs: office2, body: doc{"kind": "meeting", "title": "试开会", "on": "2017-12-27", "participants": 3}, other: doc{"title": "试开会二"},
			changed: doc{"title": "改了"}, answer: "id",
			stored: func() int {
				list, err := r.Store().ActivitiesIn(t.Context(), 2017)
				n := 0
				for _, a := range list {
					if strings.HasPrefix(a.Title, "试开会") {
						n++
					}
				}
				return count(n, err)
			},
		},
		"POST /staff/v1/entries": {
			mine: finance, theirs: finance2, body: merge(anEntry("", "H-001"), doc{"title": "试记一笔", "client_key": "the-same-key"}),
			other: doc{"household_no": "H-003"}, changed: doc{"amount_yuan": "1"}, answer: "id", stored: func() int { return farm()[0] },
		},
		"POST /staff/v1/fund-receipts": {
			mine: finance, theirs: finance2, body: doc{"fund_id": "2017/扶贫救助基金", "amount_yuan": "77", "on": "2017-12-27", "from": "试收"},
			changed: doc{"amount_yuan": "78"}, answer: "id",
			stored: func() int {
				list, err := r.Store().ReceiptsOf(t.Context(), "2017/扶贫救助基金")
				n := 0
				for _, x := range list {
					if x.From == "试收" {
						n++
					}
				}
				return count(n, err)
			},
		},
		"POST /staff/v1/donations": {
			mine: finance, theirs: finance2,
			body:    doc{"donor_kind": "person", "donor": "钱某", "fund_id": "2017/扶贫救助基金", "cash_yuan": "66", "on": "2017-12-27", "note": "试捐"},
			changed: doc{"cash_yuan": "67"}, answer: "id",
			stored: func() int {
				list, err := r.Store().DonationsIn(t.Context(), 2017)
				n := 0
				for _, x := range list {
					if x.Note == "试捐" {
						n++
					}
				}
				return count(n, err)
			},
		},
		"POST /staff/v1/loans": {
			mine: finance, theirs: finance2,
			body:    doc{"household_no": "H-005", "principal_yuan": "500", "purpose": "试借", "lent_on": "2017-12-27", "due_on": "2018-12-01"},
			changed: doc{"principal_yuan": "501"}, answer: "id", stored: func() int { return len(loans("试借")) },
		},
		"POST /staff/v1/loans/repayments": {
			mine: finance, theirs: finance2, body: doc{"loan_id": lent.ID, "on": "2017-12-27", "amount_yuan": "10"}, changed: doc{"amount_yuan": "11"},
			stored: func() int { return len(loans("试还")[0].Repayments) },
		},
		"POST /staff/v1/stock/moves": {
			mine: finance, theirs: finance2, body: doc{"item_id": "FLOUR", "quantity": 5, "value_yuan": "225", "on": "2017-12-27", "source": "试买"},
			changed: doc{"quantity": 6}, answer: "id", stored: func() int { return moves(model.MoveIn) },
		},
		"POST /staff/v1/stock/issues": {
			mine: finance, theirs: finance2,
			body:  doc{"household_no": "H-001", "item_id": "FLOUR", "quantity": 1, "value_yuan": "45", "on": "2017-12-26", "fund": "扶贫救助基金"},
			other: doc{"household_no": "H-003"}, changed: doc{"quantity": 2}, answer: "id", stored: func() int { return moves(model.MoveOut) },
		},
	}
}

// TestAKeyServesForOneThing tries what two of a kind would let through: another loan, another entry, another day.
func TestAKeyServesForOneThing(t *testing.T) {
	r := apptest.Boot(t)
	finance := r.Staff("money", "", model.Post{Duty: model.DutyFinance})
	lend := func(key string) (l struct{ ID string }) {
		r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{
			"client_key": key, "household_no": "H-004", "principal_yuan": "900", "purpose": "周转", "lent_on": "2017-12-01", "due_on": "2018-12-01",
		}, &l)
		return l
	}
	one, two := lend("loan-one"), lend("loan-two")
	repaid := doc{"client_key": "paid-back", "loan_id": one.ID, "on": "2017-12-27", "amount_yuan": "10"}
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, repaid, nil)
	r.Refused(409, "key_used", http.MethodPost, "/staff/v1/loans/repayments", finance, but(repaid, "loan_id", two.ID))

	// What was refused can be put right under its key.
	wrong := but(repaid, "client_key", "put-right")
	r.Refused(409, "over_repaid", http.MethodPost, "/staff/v1/loans/repayments", finance, but(wrong, "amount_yuan", "901"))
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, wrong, nil)
	lead := r.LogIn(leadOf(t, "H-001"))
	visit := doc{"client_key": "put-right", "household_no": "H-001", "on": "2018-01-05", "items": []doc{{"kind": "goods", "count": 1, "text": ""}}}
	r.Refused(400, "visit_date", http.MethodPost, "/mini/v1/visits", lead, visit)
	r.Must(http.MethodPost, "/mini/v1/visits", lead, but(visit, "on", "2017-12-28"), nil)
}
