package staff_test

import (
	"maps"
	"net/http"
	"slices"
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

// keyedElsewhere ask for a file that takes two persons; TestALargeFileNeedsASecondPerson sends their keys as two.
var keyedElsewhere = []string{
	"POST /staff/v1/broadcasts/{id}/export/requests", "POST /staff/v1/exports/{kind}/requests", "POST /staff/v1/reports/{kind}/file/requests",
}

// TestAKeyBelongsToItsSender sends the same key as two persons, twice, and with something else, to every operation that
// takes one. Nobody meets another's record, and nothing is done twice.
func TestAKeyBelongsToItsSender(t *testing.T) {
	r := apptest.Boot(t)
	list := everyKeyed(t, r)
	for _, path := range keyedPaths(t, r) {
		if _, ok := list[path]; !ok && !slices.Contains(keyedElsewhere, path) {
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

// with is the body with some of its fields changed.
func with(body, changes doc) doc {
	changed := maps.Clone(body)
	maps.Copy(changed, changes)
	return changed
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
	n := stored{t, r}
	list := keyedOnPhones(t, r, n)
	maps.Copy(list, keyedOfTheOffice(r, n))
	maps.Copy(list, keyedMoney(r, n))
	maps.Copy(list, keyedGoods(r, n))
	return list
}

// keyedOnPhones are the operations of households and cadres.
func keyedOnPhones(t *testing.T, r *apptest.Running, n stored) map[string]keyed {
	t.Helper()
	h1, h2 := r.LogIn("h-001"), r.LogIn("h-002")
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
	return map[string]keyed{
		"POST /mini/v1/needs": {
			mine: h1, theirs: h2, body: doc{"text": "老伴得了重病,药费不够"}, other: doc{"text": "水井坏了"}, changed: doc{"text": "屋顶漏雨"},
			answer: "id", stored: n.needs("bot", "H-001", "H-002"),
		},
		"POST /mini/v1/household/questions": {
			mine: h1, theirs: h2, body: doc{"text": "是给谁的", "entry_id": entry(h1)}, other: doc{"entry_id": entry(h2)}, changed: doc{"text": "没有收到"},
			answer: "id", stored: n.needs(model.SourceLedger, "H-001", "H-002"),
		},
		"POST /mini/v1/visits": {
			mine: r.LogIn(apptest.LeadOf(t, "H-001")), theirs: r.LogIn(apptest.LeadOf(t, "H-010")),
			body:  doc{"household_no": "H-001", "on": "2017-12-27", "items": []doc{{"kind": "goods", "count": 1, "text": ""}}, "late_reason": "雪大"},
			other: doc{"household_no": "H-010"}, changed: doc{"on": "2017-12-26"}, answer: "visit_id", stored: n.visits,
		},
		"POST /mini/v1/consents": {
			mine: h1, theirs: h2, body: doc{"answers": []doc{{"template_id": "T9", "answer": "accept"}}},
			changed: doc{"answers": []doc{{"template_id": "T9", "answer": "reject"}}}, stored: n.consents,
		},
		"POST /mini/v1/applications": {
			mine: h1, theirs: h2, body: doc{"programme": "loan"}, changed: doc{"programme": "housing_rent"}, answer: "id", stored: n.applications("loan"),
		},
	}
}

// keyedOfTheOffice are those of the office that are not about money.
func keyedOfTheOffice(r *apptest.Running, n stored) map[string]keyed {
	one, two := r.Office("one"), r.Office("two")
	return map[string]keyed{
		"POST /staff/v1/households/H-001/applications": {
			mine: one, theirs: two, body: doc{"programme": "new_entrant", "person_id": "P-0001", "draft": true}, other: doc{"programme": "housing_rent", "person_id": ""},
			changed: doc{"programme": "housing_rent", "person_id": ""}, answer: "id", stored: n.applications("new_entrant", "housing_rent"),
		},
		"POST /staff/v1/needs": {
			mine: one, theirs: two, body: doc{"household_no": "H-001", "text": "炕塌了"}, other: doc{"text": "没有柴"}, changed: doc{"text": "没有煤"},
			answer: "id", stored: n.needs("office", "H-001"),
		},
		"POST /staff/v1/households/H-001/visits": {
			mine: one, theirs: two, body: doc{"cadre_id": "C-001", "on": "2017-12-20", "late_reason": "补记"}, other: doc{"on": "2017-12-19"},
			changed: doc{"on": "2017-12-18"}, answer: "id", stored: n.officeVisits,
		},
		"PUT /staff/v1/activities": {
			mine: one, theirs: two, body: doc{"kind": "meeting", "title": "试开会", "on": "2017-12-27", "participants": 3}, other: doc{"title": "试开会二"},
			changed: doc{"title": "改了"}, answer: "id", stored: n.activities,
		},
	}
}

// keyedMoney are those of the books.
func keyedMoney(r *apptest.Running, n stored) map[string]keyed {
	one, two := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance}), r.Staff("money2", "", model.RoleAssignment{Role: model.RoleFinance})
	loan := doc{"household_no": "H-005", "principal_yuan": "500", "purpose": "试借", "lent_on": "2017-12-01", "due_on": "2018-12-01"}
	var lent struct{ ID string }
	r.Must(http.MethodPost, "/staff/v1/loans", one, with(loan, doc{"client_key": "lent-before", "purpose": "试还"}), &lent)
	return map[string]keyed{
		"POST /staff/v1/entries": {
			mine: one, theirs: two, body: with(apptest.EntryBody("the-same-key", "H-001"), doc{"title": "试记一笔"}),
			other: doc{"household_no": "H-003"}, changed: doc{"amount_yuan": "1"}, answer: "id", stored: n.entries,
		},
		"POST /staff/v1/fund-receipts": {
			mine: one, theirs: two, body: doc{"fund_id": aFund, "amount_yuan": "77", "on": "2017-12-27", "from": "试收"},
			changed: doc{"amount_yuan": "78"}, answer: "id", stored: n.receipts,
		},
		"POST /staff/v1/donations": {
			mine: one, theirs: two, body: doc{"donor_kind": "person", "donor": "钱某", "fund_id": aFund, "cash_yuan": "66", "on": "2017-12-27", "note": "试捐"},
			changed: doc{"cash_yuan": "67"}, answer: "id", stored: n.donations,
		},
		"POST /staff/v1/loans": {
			mine: one, theirs: two, body: loan, changed: doc{"principal_yuan": "501"}, answer: "id", stored: func() int { return len(n.loans("试借")) },
		},
		"POST /staff/v1/loans/repayments": {
			mine: one, theirs: two, body: doc{"loan_id": lent.ID, "on": "2017-12-27", "amount_yuan": "10"}, changed: doc{"amount_yuan": "11"},
			stored: func() int { return len(n.loans("试还")[0].Repayments) },
		},
	}
}

// keyedGoods are those of the love supermarket.
func keyedGoods(r *apptest.Running, n stored) map[string]keyed {
	one, two := r.Staff("goods", "", model.RoleAssignment{Role: model.RoleFinance}), r.Staff("goods2", "", model.RoleAssignment{Role: model.RoleFinance})
	return map[string]keyed{
		"POST /staff/v1/stock/moves": {
			mine: one, theirs: two, body: doc{"item_id": "FLOUR", "quantity": 5, "value_yuan": "225", "on": "2017-12-27", "source": "试买"},
			changed: doc{"quantity": 6}, answer: "id", stored: n.moves(func(m model.Move) bool { return m.Source == "试买" }),
		},
		"POST /staff/v1/stock/issues": {
			mine: one, theirs: two, body: doc{"household_no": "H-001", "item_id": "FLOUR", "quantity": 1, "value_yuan": "45", "on": "2017-12-26", "fund": "扶贫救助基金"},
			other: doc{"household_no": "H-003"}, changed: doc{"quantity": 2}, answer: "id",
			stored: n.moves(func(m model.Move) bool { return m.Kind == model.MoveOut && m.On == "2017-12-26" }),
		},
	}
}

const aFund = "2017/扶贫救助基金"

// stored counts what the requests of this test have left.
type stored struct {
	t *testing.T
	r *apptest.Running
}

// those are how many of a list the test has made.
func those[T any](s stored, list []T, err error, ours func(T) bool) (n int) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, x := range list {
		if ours(x) {
			n++
		}
	}
	return n
}

func (s stored) needs(source string, households ...string) func() int {
	return func() (n int) {
		for _, h := range households {
			list, err := s.r.Store().NeedsOf(s.t.Context(), h)
			n += those(s, list, err, func(x model.Need) bool { return x.Source == source })
		}
		return n
	}
}

func (s stored) visits() (n int) {
	for _, h := range []string{"H-001", "H-010"} {
		list, err := s.r.Store().VisitsTo(s.t.Context(), h)
		n += those(s, list, err, func(v model.Visit) bool {
			if v.On == "2017-12-27" && (len(v.Items) != 1 || v.Items[0].Count != 1) {
				s.t.Errorf("counted twice: %+v", v.Items)
			}
			return v.On == "2017-12-27"
		})
	}
	return n
}

// consents are one message each that may be sent.
func (s stored) consents() (n int) {
	for _, p := range []string{"h-001", "h-002"} {
		c, err := s.r.Store().Consent(s.t.Context(), model.ConsentID("mp:"+s.r.Person(p).MPOpenID, "T9"))
		if err != nil {
			s.t.Fatal(err)
		}
		n += c.Credit
	}
	return n
}

func (s stored) applications(programmes ...string) func() int {
	return func() (n int) {
		for _, h := range []string{"H-001", "H-002"} {
			list, err := s.r.Store().ApplicationsOf(s.t.Context(), h)
			n += those(s, list, err, func(a model.Application) bool { return slices.Contains(programmes, a.Programme) })
		}
		return n
	}
}

func (s stored) activities() int {
	list, err := s.r.Store().ActivitiesIn(s.t.Context(), 2017)
	return those(s, list, err, func(a model.Activity) bool { return strings.HasPrefix(a.Title, "试开会") })
}

func (s stored) entries() int {
	f, err := s.r.Store().Farm(s.t.Context())
	return those(s, f.Entries, err, func(e model.Entry) bool { return e.Title == "试记一笔" })
}

func (s stored) receipts() int {
	list, err := s.r.Store().ReceiptsOf(s.t.Context(), aFund)
	return those(s, list, err, func(x model.Receipt) bool { return x.From == "试收" })
}

func (s stored) donations() int {
	list, err := s.r.Store().DonationsIn(s.t.Context(), 2017)
	return those(s, list, err, func(x model.Donation) bool { return x.Note == "试捐" })
}

func (s stored) loans(purpose string) []model.Loan {
	list, err := s.r.Store().Loans(s.t.Context())
	those(s, list, err, func(model.Loan) bool { return false })
	return slices.DeleteFunc(list, func(l model.Loan) bool { return l.Purpose != purpose })
}

func (s stored) moves(ours func(model.Move) bool) func() int {
	return func() int {
		list, err := s.r.Store().MovesOf(s.t.Context(), "FLOUR", "", 1000)
		return those(s, list, err, ours)
	}
}

// TestAKeyServesForOneThing tries what two of a kind would let through: another loan, another entry, another day.
func TestAKeyServesForOneThing(t *testing.T) {
	r := apptest.Boot(t)
	finance := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	lend := func(key string) (l struct{ ID string }) {
		r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{
			"client_key": key, "household_no": "H-004", "principal_yuan": "900", "purpose": "周转", "lent_on": "2017-12-01", "due_on": "2018-12-01",
		}, &l)
		return l
	}
	one, two := lend("loan-one"), lend("loan-two")
	repaid := doc{"client_key": "paid-back", "loan_id": one.ID, "on": "2017-12-27", "amount_yuan": "10"}
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, repaid, nil)
	r.Refused(409, "key_used", http.MethodPost, "/staff/v1/loans/repayments", finance, apptest.But(repaid, "loan_id", two.ID))

	// What was refused can be put right under its key.
	wrong := apptest.But(repaid, "client_key", "put-right")
	r.Refused(409, "over_repaid", http.MethodPost, "/staff/v1/loans/repayments", finance, apptest.But(wrong, "amount_yuan", "901"))
	r.Must(http.MethodPost, "/staff/v1/loans/repayments", finance, wrong, nil)
	lead := r.LogIn(apptest.LeadOf(t, "H-001"))
	visit := doc{"client_key": "put-right", "household_no": "H-001", "on": "2018-01-05", "late_reason": "雪大", "items": []doc{{"kind": "goods", "count": 1, "text": ""}}}
	r.Refused(400, "visit_date", http.MethodPost, "/mini/v1/visits", lead, visit)
	r.Must(http.MethodPost, "/mini/v1/visits", lead, apptest.But(visit, "on", "2017-12-28"), nil)
}

// officeVisits are the visits that the office has written down for cadres.
func (s stored) officeVisits() int {
	list, err := s.r.Store().VisitsIn(s.t.Context(), "2017-12")
	return those(s, list, err, func(v model.Visit) bool { return strings.HasPrefix(v.CreatedBy, "staff:") })
}
