package sheets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/sheets"
	"bangfu/service/verify"

	"pgregory.net/rapid"
)

// referenceSheets are the reference farm as an office would bring it.
func referenceSheets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := demodata.WriteWorkbooks(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func sheetIn(dir string, kind model.SheetKind) string {
	return filepath.Join(dir, string(kind)+".xlsx")
}

func TestImportsTheWholeFarm(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	for _, kind := range model.SheetKinds {
		imp := commit(t, s, check(t, s, kind, sheetIn(dir, kind)).ID)
		if imp.Done.Created != imp.Done.In || imp.Done != imp.Expected || imp.State != model.ImportDone {
			t.Errorf("%s: %+v", kind, imp)
		}
	}
	got, want := must[model.Farm](t)(store.Farm(t.Context())), demodata.Build()
	for i, h := range got.Households {
		h.Record, h.Search, h.SearchMasked = model.Record{}, nil, nil // the terms of search follow from the members
		for j := range h.StatusHistory {                              // who wrote it down and when is not in the sheet
			h.StatusHistory[j].By, h.StatusHistory[j].At = want.Households[i].StatusHistory[j].By, want.Households[i].StatusHistory[j].At
		}
		w := want.Households[i] // what was checked, posted, signed and planned is not in the sheet
		w.Guarantees, w.Notices, w.Signatures, w.Plans = nil, nil, nil, nil
		same(t, h.ID, h, w)
	}
	for i, p := range got.Persons {
		w := want.Persons[i]
		if must[string](t)(store.Sealer().Open(p.NationalID, "national_id", p.ID)) != w.IDNumber ||
			must[string](t)(store.Sealer().Open(p.Phone, "phone", p.ID)) != w.PhoneNumber {
			t.Errorf("%s: id number or phone differ", p.ID)
		}
		if p.NationalIDHash != must[string](t)(store.Sealer().Hash(w.IDNumber, "national_id")) {
			t.Errorf("%s cannot be found by its number", p.ID)
		}
		p.Record, p.NationalID, p.NationalIDHash, p.Phone, p.PhoneHash = model.Record{}, nil, "", nil, ""
		same(t, p.ID, p, w.Person)
	}
	for i, c := range got.Cadres {
		c.Record, c.Phone, c.PhoneHash = model.Record{}, nil, ""
		same(t, c.ID, c, want.Cadres[i].Cadre)
	}
	pairings := map[string]model.Pairing{}
	for _, p := range want.Pairings {
		pairings[p.ID] = p
	}
	for _, p := range got.Pairings {
		p.Record = model.Record{}
		same(t, p.ID, p, pairings[p.ID])
	}
	for i, r := range got.Incomes {
		r.Record = model.Record{}
		same(t, r.ID, r, want.Incomes[i])
	}
	sameBooks(t, store, got.Entries, want.Entries)
}

// sameBooks compares entries by what they say, and the published sums that follow from them.
func sameBooks(t *testing.T, store *repo.Store, got, want []model.Entry) {
	t.Helper()
	plain := func(list []model.Entry) []string {
		out := make([]string, len(list))
		for i, e := range list {
			e.ID, e.Record = "", model.Record{}
			out[i] = fmt.Sprintf("%+v", e)
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(plain(got), plain(want)) {
		t.Errorf("%d entries, want %d, or they say something else", len(got), len(want))
	}
	before := must[verify.Report](t)(verify.Compute(verify.Records{Entries: want}))
	after := must[verify.Report](t)(verify.Compute(verify.Records{Entries: got}))
	for i, l := range after.Lines {
		if l != before.Lines[i] || strings.HasPrefix(l.ID, "spend_") && !l.Same {
			t.Errorf("%s: %d, want %d of %d", l.ID, l.Computed, before.Lines[i].Computed, l.Published)
		}
	}
	books := ledger.New(store, clock)
	if wrong := must[[]string](t)(books.Recount(t.Context())); len(wrong) > 0 {
		t.Errorf("wrong after the import: %q", wrong)
	}
	m := must[model.Matrix](t)(books.Matrix(t.Context(), "2017-01-01", "2017-12-31"))
	if d := m.Differences(); m.Total.Amount != 218532000 || m.Total.Count != len(want) || len(d) > 0 {
		t.Errorf("%+v %q", m.Total, d)
	}
}

// same compares what is stored; the database knows no difference between no list and an empty one.
func same(t *testing.T, id string, got, want any) {
	t.Helper()
	if a, b := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); a != b {
		t.Errorf("%s:\n got %s\nwant %s", id, a, b)
	}
}

func TestTwiceChangesNothing(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	first := commit(t, s, check(t, s, model.SheetHouseholds, sheetIn(dir, model.SheetHouseholds)).ID)
	before := must[model.Farm](t)(store.Farm(t.Context()))
	if again := commit(t, s, first.ID); again.Done != first.Done {
		t.Errorf("the same commit: %+v", again.Done)
	}
	checked := check(t, s, model.SheetHouseholds, sheetIn(dir, model.SheetHouseholds))
	again := commit(t, s, checked.ID)
	if want := (model.ImportCount{In: 36, Unchanged: 36}); again.ID != first.ID || again.Done != want || checked.Expected != want {
		t.Errorf("the same file: %+v, expected %+v", again.Done, checked.Expected)
	}
	if after := must[model.Farm](t)(store.Farm(t.Context())); !reflect.DeepEqual(before, after) {
		t.Error("the registry changed")
	}
	if h := must[[]model.Revision](t)(store.HouseholdHistory(t.Context(), "H-001")); len(h) != 1 || h[0].Why != "导入 households.xlsx" || h[0].Actor != "test" {
		t.Errorf("history: %+v", h)
	}
}

// TestGoesOnAfterAKill stops commits at every few rows, with another instance each time, and finds the counts
// and the registry of one that was never stopped.
func TestGoesOnAfterAKill(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	commit(t, s, check(t, s, model.SheetHouseholds, sheetIn(dir, model.SheetHouseholds)).ID)
	commit(t, s, check(t, s, model.SheetCadres, sheetIn(dir, model.SheetCadres)).ID)
	id := check(t, s, model.SheetPairings, sheetIn(dir, model.SheetPairings)).ID
	stops, another := 0, over(t, store)
	for {
		// A context that ends after some calls stops the commit between any two steps of it.
		imp, err := another().Commit(endsAfter(t.Context(), 2+stops), id, "test", nil)
		if err == nil {
			if want := (model.ImportCount{In: 110, Created: 110}); imp.Done != want {
				t.Errorf("%+v", imp.Done)
			}
			break
		}
		if !errors.Is(err, context.Canceled) && !model.IsKind(err, model.KindUnavailable) {
			t.Fatal(err)
		}
		if again := check(t, s, model.SheetPairings, sheetIn(dir, model.SheetPairings)); again.State != model.ImportCommitting && again.State != model.ImportChecked {
			t.Fatalf("looked at again: %s", again.State)
		}
		stops++
	}
	if stops < 5 {
		t.Errorf("stopped only %d times", stops)
	}
	if list := must[[]model.Pairing](t)(store.Pairings(t.Context())); len(list) != 110 || list[0].Rev != 1 {
		t.Errorf("%d pairings, first at revision %d", len(list), list[0].Rev)
	}
}

// ending is a context that ends when it has been asked so often.
type ending struct {
	context.Context
	mu   sync.Mutex
	left int
	done chan struct{}
}

func endsAfter(ctx context.Context, n int) context.Context {
	return &ending{Context: ctx, left: n, done: make(chan struct{})}
}

func (e *ending) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left--; e.left > 0 {
		return nil
	}
	if e.left == 0 {
		close(e.done)
	}
	return context.Canceled
}

func (e *ending) Done() <-chan struct{} { return e.done }

func TestTwoCommitsAtOnce(t *testing.T) {
	repotest.Raced(t)
	s, store := empty(t)
	dir := referenceSheets(t)
	id := check(t, s, model.SheetHouseholds, sheetIn(dir, model.SheetHouseholds)).ID
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			imp, err := s.Commit(t.Context(), id, "test", nil)
			if err != nil || imp.Done != (model.ImportCount{In: 36, Created: 36}) {
				t.Errorf("%+v %v", imp.Done, err)
			}
		})
	}
	both.Wait()
	for _, h := range must[[]model.Household](t)(store.Households(t.Context())) {
		if h.Rev != 1 {
			t.Errorf("%s is at revision %d", h.ID, h.Rev)
		}
	}
}

// TestExportComesBack exports every list and imports it again, which changes nothing.
func TestExportComesBack(t *testing.T) {
	s, _ := empty(t)
	dir := referenceSheets(t)
	for _, kind := range model.SheetKinds {
		commit(t, s, check(t, s, kind, sheetIn(dir, kind)).ID)
	}
	for _, kind := range model.SheetKinds {
		for _, csv := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), "export")
			var b bytes.Buffer
			rows, err := s.Export(t.Context(), everything(kind, csv, true), "核对名册", &b)
			if err = errors.Join(err, os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
				t.Fatal(err)
			}
			imp := check(t, s, kind, path)
			if imp.Expected != (model.ImportCount{In: rows, Unchanged: rows}) {
				t.Errorf("%s csv=%v: %+v %v", kind, csv, imp.Expected, complaints(t, s, imp.ID))
			}
		}
	}
}

func everything(kind model.SheetKind, csv, full bool) sheets.Export {
	return sheets.Export{
		Kind: kind, CSV: csv, Full: full, Actor: "test",
		Sees: func([]string) bool { return true }, Opens: func(model.FieldGroup, []string) bool { return true },
	}
}

func TestMaskedExport(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	for _, kind := range model.SheetKinds {
		commit(t, s, check(t, s, kind, sheetIn(dir, kind)).ID)
	}
	_, err := store.ChangeHousehold(t.Context(), "H-001", 0, model.ChangeInfo{Actor: "test", Why: "test", At: start}, func(h *model.Household) error {
		h.PovertyCauses = []string{"=cmd|' /C calc'!A0"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var persons, houses bytes.Buffer
	if _, err := s.Export(t.Context(), everything(model.SheetPersons, true, false), "", &persons); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(t.Context(), everything(model.SheetHouseholds, true, false), "", &houses); err != nil {
		t.Fatal(err)
	}
	for _, p := range demodata.Build().Persons {
		for _, secret := range []string{p.IDNumber, p.PhoneNumber, p.Name, string(p.BirthDate)} {
			if secret != "" && strings.Contains(persons.String(), secret) {
				t.Fatalf("%s is not masked", p.ID)
			}
		}
	}
	if !strings.Contains(houses.String(), "'=cmd") {
		t.Error("the formula is not guarded")
	}
	path := filepath.Join(t.TempDir(), "masked.csv")
	if err := os.WriteFile(path, persons.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if imp := check(t, s, model.SheetPersons, path); imp.Expected.Unchanged != 61 || !slices.ContainsFunc(imp.Notes, func(n string) bool { return strings.Contains(n, "遮住") }) {
		t.Errorf("a masked sheet came back: %+v, %v", imp.Expected, imp.Notes)
	}
	lines := must[[]model.AuditEntry](t)(store.AuditLines(t.Context(), repo.AuditPage{Limit: 3}))
	if lines[1].Action != model.AuditExport || lines[1].Actor != "test" || lines[0].Action != model.AuditImport {
		t.Errorf("audit: %+v", lines)
	}
}

// TestNothingReadableIsStored looks for id numbers, phones and names in the rows that wait for the commit.
func TestNothingReadableIsStored(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	commit(t, s, check(t, s, model.SheetHouseholds, sheetIn(dir, model.SheetHouseholds)).ID)
	imp := must[model.Import](t)(s.Check(t.Context(), sheets.Upload{
		Kind: model.SheetPersons, Name: "p.xlsx", Path: sheetIn(dir, model.SheetPersons), Keep: true, Actor: "test",
	}))
	people := demodata.Build().Persons
	err := store.EachImportRow(t.Context(), imp.ID, "", func(r model.ImportRow) error {
		for _, p := range people {
			if bytes.Contains(r.Content, []byte(p.IDNumber)) || bytes.Contains(r.Content, []byte(p.Name)) {
				t.Errorf("row %d is readable", r.Row)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	piece := must[model.Sealed](t)(store.ImportPiece(t.Context(), imp.ID, 0))
	if bytes.HasPrefix(piece, []byte("PK")) {
		t.Error("the file is readable")
	}
	var b bytes.Buffer
	if err := s.Marked(t.Context(), imp.ID, "", &b); err != nil || !bytes.HasPrefix(b.Bytes(), []byte("PK")) {
		t.Errorf("the kept file: %v", err)
	}
}

func TestMappingIsRemembered(t *testing.T) {
	s, _ := empty(t)
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "h.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	said := map[string]string{"家门牌": "户号", "建立": "registered_on", "单位": "unit", "地址": sheets.Skip}
	path := write("家门牌,单位,建立,地址\nH-1,第一管理区,2016-03-01,甲\n")
	imp := must[model.Import](t)(s.Check(t.Context(), sheets.Upload{Kind: model.SheetHouseholds, Name: "h", Path: path, Mapping: said}))
	if imp.Expected.Created != 1 || len(imp.Ignored) != 1 {
		t.Errorf("%+v", imp)
	}
	if imp := check(t, s, model.SheetHouseholds, write("家门牌,单位,建立\nH-2,第一管理区,2016-03-01\n")); imp.Expected.Created != 1 {
		t.Errorf("%+v", imp)
	}
}

// TestStatusStaysWithItsRules: a sheet cannot move a household past the rules of its status.
func TestStatusStaysWithItsRules(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	path := filepath.Join(t.TempDir(), "h.csv")
	if err := os.WriteFile(path, []byte("户号,户情,地址\nH-001,已脱贫,3号楼\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	imp := commit(t, s, check(t, s, model.SheetHouseholds, path).ID)
	h := must[model.Household](t)(store.Household(t.Context(), "H-001"))
	if imp.Done.Refused != 1 || h.Status != model.StatusRegistered || h.Address != "" {
		t.Errorf("%+v %+v", imp.Done, h)
	}
}

// TestEveryRowIsCounted makes sheets of anything at all: rows in are always the sum of what became of them,
// the commit agrees, and doing it again leaves nothing to do.
func TestEveryRowIsCounted(t *testing.T) {
	s, _ := empty(t)
	households(t, s, "H-001", "H-002")
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		years := rapid.SampledFrom([]string{"2016", "2017年", "2018.0", "17", "", "=1", "二〇一七"})
		amounts := rapid.SampledFrom([]string{"0", "1,234.50", "3600元", "1.5e3", "", "-1", "1.234", "无", "12万", "\uff11\uff12", "1234.5600000000001"})
		house := rapid.SampledFrom([]string{"H-001", "H-002", "h-001 ", "H-003", "", "合计"})
		var text strings.Builder
		text.WriteString("户号,年度,工资性,经营性,财产性,转移性,生产经营支出,人数\n")
		rows := rapid.IntRange(1, 12).Draw(rt, "rows")
		in := 0
		for range rows {
			cells := []string{house.Draw(rt, "house"), years.Draw(rt, "year")}
			for range 5 {
				cells = append(cells, `"`+amounts.Draw(rt, "amount")+`"`)
			}
			cells = append(cells, rapid.SampledFrom([]string{"2", "3人", "0", ""}).Draw(rt, "members"))
			line := strings.Join(cells, ",")
			if strings.Trim(line, `",`) != "" && !strings.HasPrefix(line, "合计") { // which is no row of the table
				in++
			}
			text.WriteString(line + "\n")
		}
		if in == 0 { // a file of titles only is refused as a whole
			text.WriteString("H-003,2016,,,,,,\n")
			in++
		}
		path := filepath.Join(dir, "incomes.csv")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			rt.Fatal(err)
		}
		checked, err := s.Check(t.Context(), sheets.Upload{Kind: model.SheetIncomes, Name: "incomes.csv", Path: path, Actor: "test"})
		if err != nil {
			rt.Fatal(err)
		}
		done, err := s.Commit(t.Context(), checked.ID, "test", nil)
		if err != nil {
			rt.Fatal(err)
		}
		for _, n := range []model.ImportCount{checked.Expected, done.Done} {
			if n.In != in || n.In != n.Created+n.Updated+n.Unchanged+n.Refused {
				rt.Fatalf("%d rows in, counted %+v", in, n)
			}
		}
		if done.Done != checked.Expected {
			rt.Fatalf("expected %+v, done %+v", checked.Expected, done.Done)
		}
	})
}

// TestImportedPersonsAreFound: what an import brings is found by name and pinyin, and its id numbers are taken.
func TestImportedPersonsAreFound(t *testing.T) {
	s, store := empty(t)
	dir := referenceSheets(t)
	for _, kind := range []model.SheetKind{model.SheetHouseholds, model.SheetPersons} {
		commit(t, s, check(t, s, kind, sheetIn(dir, kind)).ID)
	}
	h := must[model.Household](t)(store.Household(t.Context(), "H-001"))
	if head := demodata.Build().Persons[0]; !slices.Contains(h.Search, head.Name) {
		t.Errorf("terms of H-001: %q", h.Search)
	}
	p := must[model.Person](t)(store.Person(t.Context(), "P-0001"))
	if err := store.ClaimNationalID(t.Context(), p.NationalIDHash, "P-other"); !model.IsKind(err, model.KindConflict) {
		t.Errorf("the id number is free: %v", err)
	}
}
