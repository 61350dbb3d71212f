package staff_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/service/model"
)

type importAnswer struct {
	ID, State      string
	Expected, Done model.ImportCount
	Refused        []struct {
		Row    int
		Reason string
	}
}

// TestImportOverHTTP checks a sheet, gets it back with its fault in red, commits it in the background, and
// finds the rows in an export.
func TestImportOverHTTP(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	sheet := "户号,单位,地址,建档日期\nH-101,第一管理区,=1+1,2017-11-01\nH-102,第九管理区,5号楼,2017-11-01\n"
	var checked importAnswer
	a := r.Call(http.MethodPost, "/staff/v1/imports?kind=households&name="+url.QueryEscape("新户.csv"), token, sheet)
	a.JSON(t, &checked)
	if a.Status != http.StatusCreated || checked.Expected != (model.ImportCount{In: 2, Created: 1, Refused: 1}) || checked.State != "checked" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if len(checked.Refused) != 1 || checked.Refused[0].Row != 3 || checked.Refused[0].Reason != "单位:没有这个单位" {
		t.Errorf("refused: %+v", checked.Refused)
	}
	at := "/staff/v1/imports/" + url.PathEscape(checked.ID)
	if a := r.Call(http.MethodGet, at+"/workbook", token, nil); a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("workbook: %d", a.Status)
	}
	if _, err := r.Store().Household(t.Context(), "H-101"); !model.IsKind(err, model.KindNotFound) {
		t.Errorf("the dry run wrote something: %v", err)
	}
	for range 2 { // pressing twice is harmless
		if a := r.Call(http.MethodPost, at+"/commit", token, nil); a.Status != http.StatusAccepted {
			t.Fatalf("commit: %d %s", a.Status, a.Body)
		}
	}
	var done importAnswer
	apptest.Eventually(t, "the import is done", func() bool {
		r.Call(http.MethodGet, at, token, nil).JSON(t, &done)
		return done.State == "done"
	})
	if done.Done != checked.Expected {
		t.Errorf("done: %+v", done.Done)
	}
	masked := r.Call(http.MethodGet, "/staff/v1/exports/households?format=csv", token, nil)
	if !strings.Contains(masked.Body, "H-101") || strings.Contains(masked.Body, "=1+1") {
		t.Errorf("export without a reason: %d %s", masked.Status, masked.Body)
	}
	open := r.Call(http.MethodGet, "/staff/v1/exports/households?format=csv&reason="+url.QueryEscape("核对地址"), token, nil)
	if !strings.Contains(open.Body, "'=1+1") {
		t.Errorf("export for a reason: %d", open.Status)
	}
	lines, err := r.Store().AuditLines(t.Context(), repo.AuditPage{Limit: 10})
	export := slices.IndexFunc(lines, func(l model.AuditEntry) bool { return l.Action == model.AuditExport })
	if err != nil || export < 0 || !strings.HasPrefix(lines[export].Reason, "核对地址(") || lines[export].Actor != "staff:office" {
		t.Errorf("audit: %+v %v", lines, err)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	if a := r.Call(http.MethodPost, "/staff/v1/imports?kind=households&name=x", token, strings.Repeat("x,", 11<<20)); a.Status < 400 || a.Status >= 500 {
		t.Errorf("22 MB: %d %s", a.Status, a.Body)
	}
	if a := r.Call(http.MethodPost, "/staff/v1/imports?kind=cows", token, "x"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown kind: %d %s", a.Status, a.Body)
	}
	if a := r.Call(http.MethodPost, "/staff/v1/imports?kind=households", "", "x"); a.Status != http.StatusUnauthorized {
		t.Errorf("without a log-in: %d", a.Status)
	}
	if a := r.Call(http.MethodGet, "/staff/v1/templates/persons", token, nil); a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("template: %d %s", a.Status, a.Body)
	}
}

// TestMultipartUpload sends persons as a browser would, and looks for their numbers in the log.
func TestMultipartUpload(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	dir := t.TempDir()
	if err := demodata.WriteWorkbooks(dir); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, "persons.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "人员.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(part, "%s", file)
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, r.App.LocalURL()+"/staff/v1/imports?kind=persons", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	var checked importAnswer
	apptest.Answer{Status: resp.StatusCode, Body: out.String()}.JSON(t, &checked)
	if checked.Expected != (model.ImportCount{In: 61, Unchanged: 61}) {
		t.Errorf("%d %s", resp.StatusCode, out.String())
	}
	for _, p := range demodata.Build().Persons {
		if strings.Contains(r.Log.String(), p.IDNumber) {
			t.Errorf("the id number of %s is in the log", p.ID)
		}
	}
}

// TestTheSampleOfTheFirstHour: all that is wrong with a row is said in one round, also what it names and the farm does
// not have.
func TestTheSampleOfTheFirstHour(t *testing.T) {
	r := apptest.Boot(t)
	sheet, err := os.ReadFile("../../docs/samples/households.csv")
	if err != nil {
		t.Fatal(err)
	}
	var checked importAnswer
	r.Call(http.MethodPost, "/staff/v1/imports?kind=households&name=households.csv", r.StaffToken("office"), string(sheet)).JSON(t, &checked)
	if len(checked.Refused) != 1 || !strings.Contains(checked.Refused[0].Reason, "没有这个单位") || !strings.Contains(checked.Refused[0].Reason, "没有这一天") {
		t.Errorf("%+v", checked.Refused)
	}
}

// TestAnImportedRowIsATenthOfACommand: rows are looked at and written a few hundred at a time.
func TestAnImportedRowIsATenthOfACommand(t *testing.T) {
	const rows = 1200
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	var houses, persons strings.Builder
	houses.WriteString("户号,单位,地址,建档日期\n")
	persons.WriteString("人员编号,户号,姓名,性别,出生日期,与户主关系,入户日期\n")
	for i := range rows {
		fmt.Fprintf(&houses, "H-%d,第一管理区,%d号,2017-11-01\n", 5000+i, i)
		fmt.Fprintf(&persons, "P-%d,H-%d,王小%c,女,1980-01-02,户主,2017-11-01\n", 50000+i, 5000+i, '一'+rune(i))
	}
	for _, s := range []struct{ kind, text string }{{"households", houses.String()}, {"persons", persons.String()}, {"persons", persons.String() + "\n"}} {
		about := []string{"households", "persons", "national_ids", "import_rows", "revisions", "units"} // not those of asking how far it is
		r.Commands.Reset()
		var checked, done importAnswer
		a := r.Call(http.MethodPost, "/staff/v1/imports?kind="+s.kind+"&name=many.csv", token, s.text)
		if a.JSON(t, &checked); a.Status != http.StatusCreated || checked.Expected.In != rows || checked.Expected.Refused > 0 {
			t.Fatalf("%d %.300s", a.Status, a.Body)
		}
		if n := r.Commands.About(about...); n > rows/10 {
			t.Errorf("%s, looked at: %d commands:\n%s", s.kind, n, r.Commands)
		}
		r.Commands.Reset()
		at := "/staff/v1/imports/" + url.PathEscape(checked.ID)
		r.Must(http.MethodPost, at+"/commit", token, nil, nil)
		apptest.Eventually(t, "the import is done", func() bool {
			r.Call(http.MethodGet, at, token, nil).JSON(t, &done)
			return done.State == "done"
		})
		if n := r.Commands.About(about...); n > rows/10 {
			t.Errorf("%s, committed: %d commands:\n%s", s.kind, n, r.Commands)
		}
	}
}

type changesAnswer struct {
	Rows []struct {
		Row   int
		About string
		Cells []struct {
			Title, Before, After string
			Masked               bool
		}
	}
	Next int
}

// cells are all changed cells: row, record, column, before → after.
func (a changesAnswer) cells() (list []string) {
	for _, r := range a.Rows {
		for _, c := range r.Cells {
			star := ""
			if c.Masked {
				star = " (masked)"
			}
			list = append(list, fmt.Sprintf("%d %s %s: %s → %s%s", r.Row, r.About, c.Title, c.Before, c.After, star))
		}
	}
	return list
}

// TestTheDryRunSaysWhatChanges: each cell that would change, as it is and as it would be, in the words of the sheet;
// what is sensitive is masked on both sides until somebody says what for, and then the household sees who looked.
func TestTheDryRunSaysWhatChanges(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	check := func(kind, sheet string) string {
		t.Helper()
		var checked importAnswer
		a := r.Call(http.MethodPost, "/staff/v1/imports?kind="+kind+"&name="+kind+".csv", token, sheet)
		if a.JSON(t, &checked); a.Status != http.StatusCreated || checked.Expected.Updated == 0 || checked.Expected.Refused > 0 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		return "/staff/v1/imports/" + url.PathEscape(checked.ID) + "/changes"
	}
	changes := func(path string) (a changesAnswer) {
		t.Helper()
		r.Must(http.MethodGet, path, token, nil, &a)
		return a
	}
	same := func(got changesAnswer, want ...string) {
		t.Helper()
		if !slices.Equal(got.cells(), want) {
			t.Errorf("%s\nwant\n%s", strings.Join(got.cells(), "\n"), strings.Join(want, "\n"))
		}
	}
	one, two := apptest.MembersOf("H-001")[0], apptest.MembersOf("H-001")[1]
	house, err := r.Store().Household(t.Context(), "H-001")
	if err != nil {
		t.Fatal(err)
	}
	unit, err := r.Store().Unit(t.Context(), house.UnitID)
	if err != nil {
		t.Fatal(err)
	}
	other := "第一管理区"
	if unit.Name == other {
		other = "第二管理区"
	}

	houses := check("households", "户号,管理区,家庭住址,建档日期,致贫原因\nH-002,,,,\nH-001,"+other+",新楼5单元,,因灾\nH-701,"+other+",,2017-11-01,\n")
	causes := strings.Join(house.PovertyCauses, "、")
	same(changes(houses), "3 H-001 管理区: "+unit.Name+" → "+other, "3 H-001 家庭住址: *** → *** (masked)", "3 H-001 致贫原因: "+causes+" → 因灾")

	phones := func(full bool) (was, is string) {
		if was, is = one.PhoneNumber, "19900007777"; !full {
			was, is = was[:3]+"****"+was[7:], "199****7777"
		}
		return was, is
	}
	persons := check("persons", "人员编号,户号,联系电话,劳动能力,在读,离户日期\n"+one.ID+",,19900007777,,小学,\n"+two.ID+",H-001,,,,2017-12-01\n")
	was, is := phones(false)
	same(changes(persons), fmt.Sprintf("2 %s · H-001 联系电话: %s → %s (masked)", one.ID, was, is), fmt.Sprintf("2 %s · H-001 在读:  → 小学", one.ID),
		"3 "+two.ID+" · H-001 离户日期:  → 2017-12-01")

	looks, _ := r.Store().AccessRecordsOf(t.Context(), "H-001", 100)
	if a := r.Call(http.MethodGet, persons+"?reason="+url.QueryEscape("看看"), token, nil); a.Code() != "reason_missing" {
		t.Errorf("a reason of two characters: %d %s", a.Status, a.Body)
	}
	was, is = phones(true)
	same(changes(persons+"?reason="+url.QueryEscape("核对电话")), fmt.Sprintf("2 %s · H-001 联系电话: %s → %s", one.ID, was, is),
		fmt.Sprintf("2 %s · H-001 在读:  → 小学", one.ID), "3 "+two.ID+" · H-001 离户日期:  → 2017-12-01")
	seen, _ := r.Store().AccessRecordsOf(t.Context(), "H-001", 100)
	if len(seen) != len(looks)+1 || seen[0].Reason != "核对电话" || !slices.Equal(seen[0].Groups, []model.FieldGroup{model.GroupContact}) {
		t.Errorf("the household sees %+v", seen)
	}
	if p, err := r.Store().Person(t.Context(), two.ID); err != nil || p.Memberships[0].To != "" {
		t.Errorf("the dry run wrote something: %+v %v", p, err)
	}
}

// TestManyChangesComeByThePage, and a sheet that makes records only has none.
func TestManyChangesComeByThePage(t *testing.T) {
	r := apptest.Boot(t)
	token := r.StaffToken("office")
	var fresh, moved strings.Builder
	fresh.WriteString("户号,单位,建档日期,致贫原因\n")
	moved.WriteString("户号,致贫原因\n")
	for i := range 130 {
		fmt.Fprintf(&fresh, "H-%d,第一管理区,2017-11-01,因病\n", 5000+i)
		fmt.Fprintf(&moved, "H-%d,因灾\n", 5000+i)
	}
	at := func(sheet string) (path string) {
		var checked importAnswer
		r.Must(http.MethodPost, "/staff/v1/imports?kind=households&name=a.csv", token, sheet, &checked)
		return "/staff/v1/imports/" + url.PathEscape(checked.ID)
	}
	var first, second changesAnswer
	made := at(fresh.String())
	r.Must(http.MethodGet, made+"/changes", token, nil, &first)
	if len(first.Rows) != 0 || first.Next != 0 {
		t.Errorf("new records: %+v", first)
	}
	r.Must(http.MethodPost, made+"/commit", token, nil, nil)
	apptest.Eventually(t, "the import is done", func() bool {
		var done importAnswer
		r.Call(http.MethodGet, made, token, nil).JSON(t, &done)
		return done.State == "done"
	})
	changed := at(moved.String())
	r.Must(http.MethodGet, changed+"/changes", token, nil, &first)
	r.Must(http.MethodGet, fmt.Sprintf("%s/changes?after=%d", changed, first.Next), token, nil, &second)
	if len(first.Rows) != 100 || len(second.Rows) != 30 || second.Next != 0 || first.Rows[99].Row+1 != second.Rows[0].Row || second.cells()[29] != "131 H-5129 致贫原因: 因病 → 因灾" {
		t.Errorf("%d rows to %d, then %+v", len(first.Rows), first.Next, second)
	}
}
