package people_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestFromIdentifiedToExited takes a household through the whole of its status, and tries every step too early.
func TestFromIdentifiedToExited(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	base := "/staff/v1/households/H-900"
	move := func(token, to, on string) (int64, doc) {
		return 0, doc{"rev": r.Household(one, "H-900").Rev, "to": to, "on": on, "evidence": "会议记录"}
	}
	step := func(token, to, on string) {
		t.Helper()
		_, body := move(token, to, on)
		r.Must(http.MethodPost, base+"/moves", token, body, nil)
	}
	early := func(token, to, on, reasons string) {
		t.Helper()
		_, body := move(token, to, on)
		a := r.Refused(400, "conditions_unmet", http.MethodPost, base+"/moves", token, body)
		if got := a.Reasons(t); got != reasons {
			t.Errorf("%s: %s, want %s", to, got, reasons)
		}
	}
	edit := func(fields doc) {
		t.Helper()
		fields["rev"], fields["why"] = r.Household(one, "H-900").Rev, "登记"
		r.Must(http.MethodPut, base, one, fields, nil)
	}
	r.Must(http.MethodPost, "/staff/v1/households", one, doc{
		"household_no": "h-900", "unit_id": "U-area-1", "identified_on": "2017-11-01", "evidence": "入户核查",
	}, nil)
	r.Refused(409, "household_exists", http.MethodPost, "/staff/v1/households", one, doc{
		"household_no": "H-900", "unit_id": "U-area-1", "identified_on": "2017-11-01", "evidence": "入户核查",
	})
	early(one, "exited", "2017-11-02", "no_such_move")
	early(one, "registered", "2017-11-02", "no_notice")
	early(one, "registered", "2018-11-02", "future no_notice")
	edit(doc{"notices": []doc{{"purpose": "registration", "from": "2017-11-02", "to": "2017-11-05", "open_objections": 1, "where": "公开栏"}}})
	early(one, "registered", "2017-11-04", "notice_short notice_running objection_open")
	edit(doc{"notices": []doc{{"purpose": "registration", "from": "2017-11-02", "to": "2017-11-08", "open_objections": 0, "where": "公开栏"}}})
	step(one, "registered", "2017-11-09")
	early(one, "under_assistance", "2017-11-10", "no_pairing no_plan")
	r.Must(http.MethodPost, base+"/pairings", one, doc{"cadre_id": "C-001", "role": "lead", "from": "2017-11-10"}, nil)
	edit(doc{"plans": []doc{{"kind": "aid", "year": 2017, "on": "2017-11-10", "measures": []string{"大棚"}}}})
	step(one, "under_assistance", "2017-11-10")
	step(one, "exit_proposed", "2017-12-01")

	early(two, "exited", "2017-12-20", "no_income guarantee_education guarantee_medical guarantee_housing guarantee_water no_signature no_notice")
	r.Must(http.MethodPut, base+"/incomes/2017", one, doc{
		"why": "核算", "wage_yuan": "5,999.99", "operating_yuan": "0", "property_yuan": "0", "transfer_yuan": "0", "costs_yuan": "", "members": 1,
	}, nil)
	guarantees := []doc{}
	for _, kind := range model.GuaranteeKinds {
		guarantees = append(guarantees, doc{"kind": kind, "ok": kind != "water", "checked_on": "2017-12-02", "checked_by": "检查组", "note": ""})
	}
	edit(doc{
		"guarantees": guarantees,
		"signatures": []doc{{"purpose": "exit", "on": "2017-12-03", "evidence": "签字表"}},
		"notices":    []doc{{"purpose": "exit", "from": "2017-12-04", "to": "2017-12-10", "open_objections": 0, "where": "公开栏"}},
	})
	early(two, "exited", "2017-12-20", "income_low guarantee_water")
	r.Must(http.MethodPut, base+"/incomes/2017", one, doc{
		"why": "漏了一笔", "rev": 1, "wage_yuan": "6000.01", "operating_yuan": "0", "property_yuan": "0", "transfer_yuan": "0", "costs_yuan": "", "members": 1,
	}, nil)
	guarantees[3]["ok"] = true
	edit(doc{"guarantees": guarantees})
	early(one, "exited", "2017-12-20", "same_person")
	step(two, "exited", "2017-12-20")
	if h := r.Household(one, "H-900"); h.Status != "exited" || len(h.Cadres) != 1 {
		t.Errorf("%s, %d cadres: an exit does not end the pairing", h.Status, len(h.Cadres))
	}
	early(one, "consolidated", "2017-12-21", "no_plan")
	early(one, "relapse_warning", "2017-12-21", "no_signal")
	early(one, "closed", "2017-12-01", "before_present")
}

// TestACorrectionKeepsWhatWasWritten corrects a date in the past.
func TestACorrectionKeepsWhatWasWritten(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	before := r.Household(office, "H-001")
	line := len(before.History) - 1
	r.Must(http.MethodPost, "/staff/v1/households/H-001/corrections", office, doc{
		"rev": before.Rev, "line": line, "status": before.History[line-1].Status, "on": "2017-06-01", "evidence": "日期抄错",
	}, nil)
	after := r.Household(office, "H-001")
	if after.Status != before.Status || len(after.History) != len(before.History)+1 {
		t.Errorf("%+v", after)
	}
	r.Refused(409, "corrected_already", http.MethodPost, "/staff/v1/households/H-001/corrections", office, doc{
		"rev": after.Rev, "line": line, "status": before.Status, "on": "2017-06-01", "evidence": "再改",
	})
}

// TestAsOfTheEndOf2017 changes a lot and counts the register of a past day.
func TestAsOfTheEndOf2017(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	r.Clock.Advance(400 * 24 * time.Hour)
	member := r.Household(office, "H-001").Members[1].ID
	r.Must(http.MethodPost, "/staff/v1/households/H-001/departures", office, doc{
		"person_id": member, "status": "deceased", "on": "2018-05-01", "evidence": "死亡证明",
	}, nil)
	r.Must(http.MethodPost, "/staff/v1/households/H-002/merge", office, doc{"into_household_no": "H-003", "on": "2018-06-01", "evidence": "结婚"}, nil)
	register := func(on string) string {
		var out struct{ Households, Persons, Cadres int }
		a := r.Call(http.MethodGet, "/staff/v1/register?on="+on, office, nil)
		var full struct {
			Households, Persons int
			Cadres              int `json:"paired_cadres"`
		}
		a.JSON(t, &full)
		out.Households, out.Persons, out.Cadres = full.Households, full.Persons, full.Cadres
		return fmt.Sprint(out.Households, out.Persons, out.Cadres)
	}
	if got := register("2017-12-31"); got != "36 61 110" {
		t.Errorf("end of 2017: %s", got)
	}
	if got := register("2018-12-31"); !strings.HasPrefix(got, "35 60 ") {
		t.Errorf("end of 2018: %s", got)
	}
	var then apptest.Household
	r.Must(http.MethodGet, "/staff/v1/households/H-001?on=2017-12-31", office, nil, &then)
	if len(then.Members) != len(r.Household(office, "H-001").Members)+1 {
		t.Errorf("%d members then", len(then.Members))
	}
}

// TestWhenTheLastMemberIsGone closes the household with all that hangs on it.
func TestWhenTheLastMemberIsGone(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	bound := r.Person("h-001").ID
	if got := r.Say(bound, "我家"); !strings.Contains(got, "H-001") {
		t.Fatal(got)
	}
	leave := func(person, head string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/households/H-001/departures", office, doc{
			"person_id": person, "status": "moved_out", "on": "2017-12-20", "evidence": "户口迁出", "new_head_person_id": head,
		})
	}
	members := r.Household(office, "H-001").Members
	if a := leave(members[0].ID, ""); a.Code() != "new_head_needed" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	for i, m := range members {
		head := ""
		if i+1 < len(members) {
			head = members[i+1].ID
		}
		if a := leave(m.ID, head); a.Status != 200 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	h := r.Household(office, "H-001")
	if h.Status != "closed" || len(h.Cadres) != 0 || len(h.Members) != 0 {
		t.Errorf("%+v", h)
	}
	if got := r.Say(bound, "我家"); strings.Contains(got, "H-001") {
		t.Errorf("still bound: %s", got)
	}
	if a := leave(members[0].ID, ""); a.Status != 200 {
		t.Errorf("a repeat: %d %s", a.Status, a.Body)
	}
}

func TestMergeAndItsUndoing(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	bound := r.Person("h-002").ID
	r.Say(bound, "我家")
	from, into := r.Household(office, "H-002"), r.Household(office, "H-003")
	body := doc{"into_household_no": "H-003", "on": "2017-12-20", "evidence": "登记重了"}
	for range 2 { // a repeat changes nothing
		r.Must(http.MethodPost, "/staff/v1/households/H-002/merge", office, body, nil)
	}
	merged := r.Household(office, "H-003")
	if len(merged.Members) != len(from.Members)+len(into.Members) {
		t.Errorf("%d members", len(merged.Members))
	}
	if h := r.Household(office, "H-002"); h.Status != "closed" || len(h.Cadres) != 0 {
		t.Errorf("%+v", h)
	}
	if got := r.Say(bound, "我家"); !strings.Contains(got, "H-003") {
		t.Errorf("the binding moves along: %s", got)
	}
	r.Must(http.MethodPost, "/staff/v1/households/H-002/unmerge", office, doc{"why": "弄错了"}, nil)
	back, other := r.Household(office, "H-002"), r.Household(office, "H-003")
	if back.Status != from.Status || back.StatusSince != from.StatusSince || fmt.Sprint(back.Members) != fmt.Sprint(from.Members) || fmt.Sprint(back.Cadres) != fmt.Sprint(from.Cadres) {
		t.Errorf("was %+v\nis  %+v", from, back)
	}
	if fmt.Sprint(other.Members) != fmt.Sprint(into.Members) {
		t.Errorf("%+v", other.Members)
	}
	if got := r.Say(bound, "我家"); !strings.Contains(got, "H-002") {
		t.Errorf("the binding returns: %s", got)
	}
	r.Refused(409, "not_merged", http.MethodPost, "/staff/v1/households/H-002/unmerge", office, doc{"why": "再来"})
}

func TestSplit(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	old := r.Household(office, "H-001")
	body := doc{"new_household_no": "H-901", "head_person_id": old.Members[1].ID, "person_ids": []string{old.Members[1].ID}, "on": "2017-12-20", "evidence": "分家"}
	for range 2 {
		r.Must(http.MethodPost, "/staff/v1/households/H-001/split", office, body, nil)
	}
	rest, part := r.Household(office, "H-001"), r.Household(office, "H-901")
	if len(rest.Members) != len(old.Members)-1 || len(part.Members) != 1 || part.Members[0].Relation != "head" {
		t.Errorf("%+v\n%+v", rest.Members, part.Members)
	}
	if len(part.Cadres) != len(old.Cadres) || part.Status != old.Status {
		t.Errorf("%d cadres, %s", len(part.Cadres), part.Status)
	}
	body["new_household_no"] = "H-002"
	r.Refused(400, "not_a_member", http.MethodPost, "/staff/v1/households/H-001/split", office, body)
	body = doc{"new_household_no": "H-902", "head_person_id": old.Members[0].ID, "person_ids": []string{old.Members[0].ID}, "on": "2017-12-20", "evidence": "分家"}
	r.Refused(400, "head_stays", http.MethodPost, "/staff/v1/households/H-001/split", office, body)
}

// TestNoHouseholdWithoutACadre ends pairings until one is left, then all at once from two sides.
func TestNoHouseholdWithoutACadre(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	path := "/staff/v1/households/H-001/handovers"
	end := func(pairing string, to ...doc) doc {
		return doc{"pairing_id": pairing, "on": "2017-12-28", "reason": "工作调动", "to": to}
	}
	cadres := r.Household(office, "H-001").Cadres
	for _, c := range cadres[2:] {
		r.Must(http.MethodPost, path, office, end(c.PairingID), nil)
	}
	var all sync.WaitGroup
	for _, c := range cadres[:2] {
		all.Go(func() { r.Call(http.MethodPost, path, office, end(c.PairingID)) })
	}
	all.Wait()
	left := r.Household(office, "H-001").Cadres
	if len(left) == 0 {
		t.Fatal("nobody is left")
	}
	for _, c := range left[1:] {
		r.Must(http.MethodPost, path, office, end(c.PairingID), nil)
	}
	r.Refused(400, "no_cadre_left", http.MethodPost, path, office, end(left[0].PairingID))
	r.Refused(400, "no_cadre_left", http.MethodPost, path, office, end(left[0].PairingID, doc{"cadre_id": left[0].CadreID}))
	r.Refused(400, "no_such_cadre", http.MethodPost, path, office, end(left[0].PairingID, doc{"cadre_id": "C-999"}))
	for range 2 {
		r.Must(http.MethodPost, path, office, end(left[0].PairingID, doc{"cadre_id": "C-050", "role": "lead"}), nil)
	}
	if now := r.Household(office, "H-001").Cadres; len(now) != 1 || now[0].CadreID != "C-050" {
		t.Errorf("%+v", now)
	}
	// The household and whoever takes over hear of it, once each.
	told, err := r.Store().MessagesUnder(t.Context(), "pairing:")
	if err != nil || len(told) != 2 {
		t.Fatalf("%d told, %v: %+v", len(told), err, told)
	}
	for _, m := range told {
		if want := map[bool]string{true: "由您帮扶", false: "您家的帮扶干部换人了"}[m.HouseholdID == ""]; !strings.Contains(m.Text, want) {
			t.Errorf("%q does not say %q", m.Text, want)
		}
	}
	var loads struct {
		Uncared []string
		Cadres  []struct{ Pairings int }
	}
	r.Must(http.MethodGet, "/staff/v1/loads?on=2017-12-01", office, nil, &loads)
	sum := 0
	for _, c := range loads.Cadres {
		sum += c.Pairings
	}
	if len(loads.Cadres) != 110 || sum != 110 || len(loads.Uncared) != 0 {
		t.Errorf("%d cadres help %d households, %v without", len(loads.Cadres), sum, loads.Uncared)
	}
}

// TestAnIDNumberIsOnePersons enters the same person from two sides at once.
func TestAnIDNumberIsOnePersons(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	add := func(household, id string) apptest.Answer {
		return r.Call(http.MethodPost, "/staff/v1/households/"+household+"/members", office, doc{
			"name": "赵新人", "national_id": id, "relation": "child", "from": "2017-12-01", "phone": "19912345678",
		})
	}
	var all sync.WaitGroup
	answers := make([]apptest.Answer, 6)
	for i := range answers {
		all.Go(func() { answers[i] = add(fmt.Sprintf("H-00%d", i+1), apptest.NationalID(7)) })
	}
	all.Wait()
	good := 0
	for _, a := range answers {
		switch {
		case a.Status == 200:
			good++
		case a.Code() != "person_exists":
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	if good != 1 {
		t.Errorf("entered %d times", good)
	}
	wrong := apptest.NationalID(8)
	wrong = wrong[:17] + string("0123456789X"[(strings.IndexByte("0123456789X", wrong[17])+1)%11])
	for id, code := range map[string]string{wrong: "national_id_check", "23990019601340123X": "national_id_check", "abcdefghijklmnopqr": "national_id_form"} {
		if a := add("H-001", id); a.Code() != code {
			t.Errorf("%d %s, want %s", a.Status, a.Body, code)
		}
	}
}
