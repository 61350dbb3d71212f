package people_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
	"bangfu/service/people"
)

// holdsNumber are stored fields that hold the number of a household or a person.
var holdsNumber = regexp.MustCompile(`^((\w+_)?(household|person)_ids?|households|split_from|merged_into|absorbed|barred)$`)

// TestEveryNumberHasAFate: a field that holds a household's or a person's number is in the table of what a merge, a
// split, an end and a departure do to it, and the table names no field that there is not.
func TestEveryNumberHasAFate(t *testing.T) {
	found := map[string]bool{}
	for _, dir := range []string{"../model", "../../repo"} {
		names, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := spec.Type.(*ast.StructType); ok {
					for _, field := range numbersIn(s) {
						found[spec.Name.Name+"."+field] = true
					}
				}
				return true
			})
		}
	}
	listed := map[string]bool{}
	for _, c := range people.TheCarried {
		listed[c.Type] = true
		if !found[c.Type] {
			t.Errorf("%s.%s: there is no %s", c.Collection, c.Field, c.Type)
		}
	}
	for name := range found {
		if !listed[name] {
			t.Errorf("%s holds a number, and nobody has said what a merge does to it (service/people/carry.go)", name)
		}
	}
	if len(found) < 40 {
		t.Errorf("only %d fields found", len(found))
	}
}

// numbersIn are the struct's stored fields of that kind.
func numbersIn(s *ast.StructType) (fields []string) {
	for _, f := range s.Fields.List {
		if f.Tag == nil || len(f.Names) == 0 {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("bson"), ",")
		if ident, isText := f.Type.(*ast.Ident); isText && ident.Name == "int" {
			continue
		}
		if holdsNumber.MatchString(name) {
			fields = append(fields, f.Names[0].Name)
		}
	}
	return fields
}

// heads are the members of a household whose relation is head.
func heads(r *apptest.Running, token, no string) (ids []string) {
	for _, m := range r.Household(token, no).Members {
		if m.Relation == "head" {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// TestAMergeTakesEverythingAlong: the household that goes on has one head, and what the other one had: its needs, its
// money, its loans, its visits. Whoever followed it sees them. Undoing gives everything back.
func TestAMergeTakesEverythingAlong(t *testing.T) {
	r := apptest.Boot(t)
	office, store, ctx := r.Office("one"), r.Store(), t.Context()
	bound := r.Person("h-020").ID
	r.Say(bound, "我家")
	r.Must(http.MethodPost, "/staff/v1/needs", office, doc{"client_key": "roof-of-h020", "household_no": "H-020", "text": "屋顶漏雨要修", "kind": "housing"}, nil)
	statements, err := store.StatementsOf(ctx, "H-020")
	var years []int
	for _, st := range statements {
		years = append(years, st.Year)
	}
	if err != nil || len(years) == 0 {
		t.Fatal(years, err)
	}
	total := func(no string) (sum model.Fen) {
		for _, y := range years {
			st, err := store.Statement(ctx, no, y)
			if err != nil && !model.IsKind(err, model.KindNotFound) || st.SumUp() != nil {
				t.Fatal(err)
			}
			sum += st.Total
		}
		return sum
	}
	counts := func(no string) string {
		needs, err1 := store.NeedsOf(ctx, no)
		loans, err2 := store.LoansOf(ctx, no)
		contracts, err3 := store.ContractsOf(ctx, no)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		return fmt.Sprint(len(needs), len(loans), len(contracts), total(no), heads(r, office, no))
	}
	from, into := counts("H-020"), counts("H-021")
	sum := total("H-020") + total("H-021")
	for range 2 {
		r.Must(http.MethodPost, "/staff/v1/households/H-020/merge", office, doc{"into_household_no": "H-021", "on": "2017-12-20", "evidence": "录了两次"}, nil)
	}
	if got := heads(r, office, "H-021"); len(got) != 1 {
		t.Errorf("heads: %v", got)
	}
	if got := total("H-021"); got != sum {
		t.Errorf("its statements say %s, both had %s", got.Yuan(), sum.Yuan())
	}
	if needs, _ := store.NeedsOf(ctx, "H-020"); len(needs) > 0 {
		t.Errorf("%d needs stay behind", len(needs))
	}
	if got := r.Say(bound, "办得怎样"); !strings.Contains(got, "漏雨") {
		t.Errorf("the follower's need: %s", got)
	}
	needs, err := store.NeedsOf(ctx, "H-021")
	if err != nil || len(needs) == 0 {
		t.Fatal(needs, err)
	}
	pairings, _ := store.PairingsOfHousehold(ctx, "H-021")
	if !strings.Contains(fmt.Sprintf("%+v", pairings), needs[len(needs)-1].OwnerID) {
		t.Errorf("%s sees to the need and does not help the household", needs[len(needs)-1].OwnerID)
	}
	r.Must(http.MethodPost, "/staff/v1/households/H-020/unmerge", office, doc{"why": "弄错了"}, nil)
	if a, b := counts("H-020"), counts("H-021"); a != from || b != into {
		t.Errorf("undone: %s and %s, before %s and %s", a, b, from, into)
	}
}

// TestSplitAndMergeBackLeavesOneHead, who is the one that was.
func TestSplitAndMergeBackLeavesOneHead(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	before := r.Household(office, "H-001").Members
	r.Must(http.MethodPost, "/staff/v1/households/H-001/split", office, doc{
		"new_household_no": "H-901", "head_person_id": before[1].ID, "person_ids": []string{before[1].ID}, "on": "2017-12-20", "evidence": "分家",
	}, nil)
	r.Must(http.MethodPost, "/staff/v1/households/H-901/merge", office, doc{"into_household_no": "H-001", "on": "2017-12-22", "evidence": "又合了"}, nil)
	if after := r.Household(office, "H-001").Members; fmt.Sprint(after) == "" || len(after) != len(before) || after[0].ID != before[0].ID ||
		len(heads(r, office, "H-001")) != 1 || after[1].Relation != before[1].Relation {
		t.Errorf("%+v, before %+v", after, before)
	}
}

// TestASplitIsTakenBackWithOnePress: the members are what they were, the number is used up, and whoever has changed since
// is not undone.
func TestASplitIsTakenBackWithOnePress(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	before := r.Household(office, "H-001").Members
	split := doc{"new_household_no": "H-901", "head_person_id": before[1].ID, "person_ids": []string{before[1].ID}, "on": "2017-12-20", "evidence": "分家"}
	back := doc{"into_household_no": "H-001", "why": "刚才分错了"}
	r.Must(http.MethodPost, "/staff/v1/households/H-001/split", office, split, nil)
	if a := r.Call(http.MethodPost, "/staff/v1/households/H-901/unsplit", office, doc{"into_household_no": "H-002", "why": "弄错了"}); a.Code() != "not_split" {
		t.Errorf("from another household: %d %s", a.Status, a.Body)
	}
	for range 2 {
		r.Must(http.MethodPost, "/staff/v1/households/H-901/unsplit", office, back, nil)
	}
	if after := r.Household(office, "H-001").Members; !reflect.DeepEqual(after, before) || len(heads(r, office, "H-001")) != 1 {
		t.Errorf("%+v, before %+v", after, before)
	}
	if a := r.Call(http.MethodPost, "/staff/v1/households/H-001/split", office, split); a.Code() != "household_exists" {
		t.Errorf("the number of a household that is no more: %d %s", a.Status, a.Body)
	}
	split["new_household_no"] = "H-902"
	r.Must(http.MethodPost, "/staff/v1/households/H-001/split", office, split, nil)
	r.Must(http.MethodPost, "/staff/v1/households/H-902/members", office, doc{"name": "新来的人", "national_id": apptest.NationalID(903), "relation": "child", "from": "2017-12-21"}, nil)
	if a := r.Call(http.MethodPost, "/staff/v1/households/H-902/unsplit", office, back); a.Code() != "split_goes_on" {
		t.Errorf("somebody came since: %d %s", a.Status, a.Body)
	}
}

// TestARelationChanges: a member becomes head in the place of the one before, and the head does not stop being it.
func TestARelationChanges(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	members := r.Household(office, "H-001").Members
	change := func(person, relation string) apptest.Answer {
		rev := int64(0)
		p, err := r.Store().Person(t.Context(), person)
		if err == nil {
			rev = p.Rev
		}
		return r.Call(http.MethodPut, "/staff/v1/households/H-001/members/"+person, office, doc{"rev": rev, "why": "换户主", "relation": relation})
	}
	if a := change(members[0].ID, "child"); a.Code() != "head_stays" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	for range 2 {
		if a := change(members[1].ID, "head"); a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if got := heads(r, office, "H-001"); len(got) != 1 || got[0] != members[1].ID {
		t.Errorf("%v", got)
	}
	if a := change(members[0].ID, "spouse"); a.Status != http.StatusOK {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestAMemberIsCorrected: every field, by its owner's rules; the number that was wrong is free for whose it is.
func TestAMemberIsCorrected(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	member := r.Household(office, "H-001").Members[1]
	path := "/staff/v1/households/H-001/members/" + member.ID
	change := func(fields doc) apptest.Answer {
		p, err := r.Store().Person(t.Context(), member.ID)
		if err != nil {
			t.Fatal(err)
		}
		fields["rev"], fields["why"] = p.Rev, "核对户口簿"
		return r.Call(http.MethodPut, path, office, fields)
	}
	must := func(fields doc) {
		t.Helper()
		if a := change(fields); a.Status != http.StatusOK {
			t.Fatalf("%v: %d %s", fields, a.Status, a.Body)
		}
	}
	was := apptest.MembersOf("H-001")[1]
	number := apptest.NationalID(902)
	must(doc{"national_id": number, "relation": "sibling", "phone": "", "disability": "", "chronic": []string{}, "labour_ability": ""})
	p, err := r.Store().Person(t.Context(), member.ID)
	if err != nil || p.BirthDate != "1960-02-03" || p.Sex != "female" || p.Disability+p.LabourAbility != "" || len(p.Chronic) > 0 {
		t.Errorf("%+v %v", p, err)
	}
	if got := r.Household(office, "H-001").Members; got[1].Relation != "sibling" && got[2].Relation != "sibling" {
		t.Errorf("%+v", got)
	}
	for code, fields := range map[string]doc{
		"national_id_stays": {"national_id": ""}, "person_exists": {"national_id": apptest.MembersOf("H-002")[0].IDNumber}, "sex": {"sex": "male"},
	} {
		if a := change(fields); a.Code() != code {
			t.Errorf("%v: %d %s", fields, a.Status, a.Body)
		}
	}
	r.Must(http.MethodPost, "/staff/v1/households/H-001/members", office, doc{"name": "原来的人", "national_id": was.IDNumber, "relation": "daughter_in_law", "from": "2017-12-01"}, nil)
}
