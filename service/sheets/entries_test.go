package sheets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

const entryHeads = "户号,未分到户,名目,支出类别,体系,资金,金额(元),付款日期,方式,发放单位,凭证\n"

// entryRow is a row that the books take.
func entryRow(household, title, amount, on string) string {
	return household + ",," + title + ",教育救助,社会救助扶贫,教育救助资金," + amount + "," + on + ",转账,教育科,证明\n"
}

func sheetOfEntries(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "台账.csv")
	if err := os.WriteFile(path, []byte(entryHeads+strings.Join(rows, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func allEntries(t *testing.T, store *repo.Store) (list []model.Entry) {
	t.Helper()
	if err := store.EachEntry(t.Context(), func(e model.Entry) error { list = append(list, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestABatchThatIsKilled stops a batch at every few steps and goes on with another instance each time: every
// row is posted once.
func TestABatchThatIsKilled(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001", "H-002")
	var rows []string
	for i := range 24 {
		rows = append(rows, entryRow(fmt.Sprintf("H-00%d", 1+i%2), fmt.Sprint("补助", i), "100.5", fmt.Sprintf("2017-%02d-05", 1+i/2)))
	}
	imp := check(t, s, model.SheetEntries, sheetOfEntries(t, rows...))
	if len(imp.Months) != 12 || len(allEntries(t, store)) != 0 {
		t.Fatalf("the dry run: months %v, %d entries", imp.Months, len(allEntries(t, store)))
	}
	stops, another := 0, over(t, store)
	for {
		done, err := another().Commit(endsAfter(t.Context(), 9+4*stops), imp.ID, "test", nil)
		if err == nil {
			if want := (model.ImportCount{In: 24, Created: 24}); done.Done != want {
				t.Errorf("%+v", done.Done)
			}
			break
		}
		if !errors.Is(err, context.Canceled) && !model.IsKind(err, model.KindUnavailable) {
			t.Fatal(err)
		}
		stops++
	}
	list := allEntries(t, store)
	for _, e := range list {
		if !strings.HasPrefix(e.ID, imp.ID+"/") || e.Amount != 10050 {
			t.Errorf("%+v", e)
		}
	}
	house := must[access.Household](t)(access.New(store, clock).Mine(model.Account{Bindings: []model.Binding{{HouseholdID: "H-001", View: model.ViewFull}}}, "H-001"))
	st := must[model.Statement](t)(ledger.New(store, clock).Statement(t.Context(), house, 2017))
	if len(list) != 24 || stops < 5 || st.Count != 12 || st.Total != 12*10050 {
		t.Errorf("%d entries after %d stops, statement %d of %d", len(list), stops, st.Total, st.Count)
	}
	if again := commit(t, s, check(t, s, model.SheetEntries, sheetOfEntries(t, rows...)).ID); again.Done != (model.ImportCount{In: 24, Unchanged: 24}) {
		t.Errorf("the same sheet again: %+v", again.Done)
	}
}

// TestTheMendedSheet posts only the rows that were refused before; what is in the books stays once.
func TestTheMendedSheet(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	good := entryRow("H-001", "高中助学金", "2000", "2017-09-05")
	first := commit(t, s, check(t, s, model.SheetEntries, sheetOfEntries(t, good, entryRow("H-009", "大学助学金", "5000", "2017-09-05"))).ID)
	if first.Done != (model.ImportCount{In: 2, Created: 1, Refused: 1}) {
		t.Fatalf("%+v", first.Done)
	}
	second := commit(t, s, check(t, s, model.SheetEntries, sheetOfEntries(t, good, entryRow("H-001", "大学助学金", "5000", "2017-09-05"))).ID)
	if second.Done != (model.ImportCount{In: 2, Created: 1, Unchanged: 1}) {
		t.Errorf("%+v", second.Done)
	}
	if list := allEntries(t, store); len(list) != 2 {
		t.Errorf("%d entries", len(list))
	}
	// What was taken back may be paid again, by a row that says the same.
	books := ledger.New(store, clock)
	if _, err := books.Reverse(t.Context(), "test", first.ID+"/0000002", "", "付错了"); err != nil {
		t.Fatal(err)
	}
	third := commit(t, s, check(t, s, model.SheetEntries, sheetOfEntries(t, good, entryRow("H-001", "别的", "1", "2017-09-05"))).ID)
	if third.Done != (model.ImportCount{In: 2, Created: 2}) {
		t.Errorf("after a reversal: %+v", third.Done)
	}
	// An export comes back and changes nothing, reversals with it.
	var b bytes.Buffer
	rows, err := s.Export(t.Context(), sheets.Export{
		Kind: model.SheetEntries, CSV: true, Actor: "test", Sees: func([]string) bool { return true },
		Opens: func(model.FieldGroup, []string) bool { return false },
	}, "核对账目", &b)
	if err != nil || rows != 5 || !strings.Contains(b.String(), "-2000.00") {
		t.Fatalf("%d rows, %v:\n%s", rows, err, b.String())
	}
	path := filepath.Join(t.TempDir(), "导出.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if back := commit(t, s, check(t, s, model.SheetEntries, path).ID); back.Done != (model.ImportCount{In: 5, Unchanged: 5}) {
		t.Errorf("the export: %+v %v", back.Done, complaints(t, s, back.ID))
	}
}

// closer may close months of the whole farm.
func closer(t *testing.T, name string) access.Farm {
	t.Helper()
	farm, err := access.New(nil, clock).Farm(model.Staff{ID: "f", Name: name, Assignments: []model.RoleAssignment{{Role: model.RoleFinance}}}, model.MayCloseMonth)
	if err != nil {
		t.Fatal(err)
	}
	return farm
}

func TestRefusedEntries(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	books := ledger.New(store, clock)
	if _, err := books.Close(t.Context(), closer(t, "老账"), "2017-03"); err != nil {
		t.Fatal(err)
	}
	row := func(change func(map[string]string)) string {
		f := map[string]string{
			"h": "H-001", "t": "补助", "c": "教育救助", "s": "社会救助扶贫", "f": "教育救助资金", "a": "100", "d": "2017-09-05", "m": "转账", "p": "教育科",
		}
		change(f)
		return strings.Join([]string{f["h"], f["rest"], f["t"], f["c"], f["s"], f["f"], f["a"], f["d"], f["m"], f["p"], "证明"}, ",") + "\n"
	}
	for _, c := range []struct {
		want, key, value string
	}{
		{"没有这一户", "h", "H-777"}, {"要填户号,或者在“未分到户”里填“是”", "h", ""}, {"两样只填一样", "rest", "是"}, {"只能填:低保金和残疾人补贴", "c", "旅游"},
		{"只能填:以地扶贫", "s", "别的"}, {"2017年没有“别的资金”这笔资金", "f", "别的资金"}, {"要填不是零的金额", "a", "0"}, {"冲销请在系统里做", "a", "-5"},
		{"最多写到分", "a", "1.234"}, {"请把万元换成元", "a", "1万"}, {"2017年3月已经关账(老账", "d", "2017-03-05"}, {"付款日期不能在本月以后", "d", "2018-01-05"},
		{"只能填:转账", "m", "扫码"}, {"没有这个单位", "p", "不知道"}, {"要填", "t", ""}, {"是合计行", "t", "合计"}, {"金额太大", "a", "999999999999999"},
	} {
		imp := check(t, s, model.SheetEntries, sheetOfEntries(t, row(func(f map[string]string) { f[c.key] = c.value })))
		if got := complaints(t, s, imp.ID)[2]; !strings.Contains(got, c.want) {
			t.Errorf("%s=%q: %q, want %q", c.key, c.value, got, c.want)
		}
	}
	same := row(func(map[string]string) {})
	if got := complaints(t, s, check(t, s, model.SheetEntries, sheetOfEntries(t, same, same)).ID)[3]; !strings.Contains(got, "与第2行重复") {
		t.Error(got)
	}
	if n := len(allEntries(t, store)); n != 0 {
		t.Errorf("%d entries", n)
	}
}

// TestADroppedBatch gives a batch up; until then it keeps its month open.
func TestADroppedBatch(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	imp := check(t, s, model.SheetEntries, sheetOfEntries(t, entryRow("H-001", "助学金", "2000", "2017-09-05")))
	books, finance := ledger.New(store, clock), closer(t, "财务")
	if _, err := books.Close(t.Context(), finance, "2017-09"); !model.IsKind(err, model.KindConflict) {
		t.Errorf("closed over a draft: %v", err)
	}
	if _, err := s.Drop(t.Context(), imp.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), imp.ID, "test", nil); !model.IsKind(err, model.KindConflict) {
		t.Errorf("committed what was dropped: %v", err)
	}
	if _, err := books.Close(t.Context(), finance, "2017-09"); err != nil {
		t.Error(err)
	}
}
