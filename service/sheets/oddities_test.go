package sheets_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
	"bangfu/service/sheets"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// number makes an id number of the region that no place has.
func number(born string, serial int) string {
	first17 := "239900" + strings.ReplaceAll(born, "-", "") + fmt.Sprintf("%03d", serial)
	return first17 + string(model.IDCheckDigit(first17))
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// oddPersons is a sheet as offices write it: a title over the table, merged cells, full-width digits, dates
// in every form, numbers where texts belong, running numbers down to the end of the page.
func oddPersons(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	const s = "Sheet1"
	set := func(cell string, v any) {
		if err := f.SetCellValue(s, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "红卫农场建档立卡人员台账(2017年)")
	titles := []string{"序号", "户 编 号", "人员编号", "姓名", "性别", "与户主的关系", "身份证号码", "联系电话(手机)", "出生日期", "入户时间", "备注"}
	for i, title := range titles {
		set(must[string](t)(excelize.CoordinatesToCellName(i+1, 3)), title)
	}
	rows := []struct {
		id, name, sex, relation string
		number, phone           any
		born, since             any
	}{
		{"P-9001", " 王 芳\u00a0", "女", "户主", number("1960-05-24", 2), "19900000001", "1960-05-24", "2016/3/1"},
		{"P-9002", "李强", "男", "子", strings.ToLower(number("1990-01-02", 3)), "199 0000 0002", "1990年\uff11月\uff12日", "2016.3.1"},
		{"P-9003", "李梅", "女", "女儿", number("1992-11-30", 4), 19900000003, "19921130", "2016年3月1日"},
		{"P-9004", "赵敏", "", "孙女", number("2010-07-08", 6), "", 40367, "20160301"},
		{"P-9005", "钱多", "男", "户主", number("1950-02-03", 5), 1.9900000005e10, "1950-2-3", 42430},
	}
	for i, r := range rows {
		n := i + 4
		for col, v := range map[string]any{"A": i + 1, "C": r.id, "D": r.name, "E": r.sex, "F": r.relation, "G": r.number, "H": r.phone, "I": r.born, "J": r.since} {
			set(fmt.Sprintf("%s%d", col, n), v)
		}
	}
	set("B4", "\uff28-\uff10\uff10\uff11") // full-width, and merged over the family
	set("B8", "H-002\t")
	for n := 9; n <= 40; n++ {
		set(fmt.Sprintf("A%d", n), n-3)
	}
	for _, err := range []error{f.MergeCell(s, "A1", "K1"), f.MergeCell(s, "B4", "B7")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "人员.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOddSheet(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001", "H-002")
	imp := check(t, s, model.SheetPersons, oddPersons(t))
	if imp.HeaderRow != 3 || !slices.Equal(imp.Ignored, []string{"备注"}) {
		t.Errorf("header %d, ignored %q", imp.HeaderRow, imp.Ignored)
	}
	if want := (model.ImportCount{In: 5, Created: 5}); imp.Expected != want {
		t.Fatalf("expected %+v: %+v", imp.Expected, complaints(t, s, imp.ID))
	}
	commit(t, s, imp.ID)
	for i, want := range []struct {
		house, name, sex, phone string
		born                    model.Date
	}{
		{"H-001", "王芳", "female", "19900000001", "1960-05-24"},
		{"H-001", "李强", "male", "19900000002", "1990-01-02"},
		{"H-001", "李梅", "female", "19900000003", "1992-11-30"},
		{"H-001", "赵敏", "female", "", "2010-07-08"},
		{"H-002", "钱多", "male", "19900000005", "1950-02-03"},
	} {
		p := must[model.Person](t)(store.Person(t.Context(), fmt.Sprintf("P-900%d", i+1)))
		m, ok := p.Member(want.house, "2017-01-01")
		phone := must[string](t)(store.Sealer().Open(p.Phone, "phone", p.ID))
		if !ok || m.From != "2016-03-01" || p.Name != want.name || p.Sex != want.sex || phone != want.phone || p.BirthDate != want.born {
			t.Errorf("row %d became %+v, phone %s", i+1, p, phone)
		}
	}
	h := must[model.Household](t)(store.Household(t.Context(), "H-001"))
	if h.HeadID != "P-9001" {
		t.Errorf("head %q", h.HeadID)
	}
}

// TestWrongCells names the row, the column and the reason, colours the cell, and gives the workbook back.
func TestWrongCells(t *testing.T) {
	s, _ := empty(t)
	households(t, s, "H-001")
	good := number("1960-05-24", 2)
	lost := good[:15] + "000"
	bad := []struct{ number, phone, born, house, want string }{
		{"2.3399E+17", "", "", "H-001", "身份证号:数字太长"},
		{good[:17] + "Y", "", "", "H-001", "身份证号:最后一位"},
		{good[:17], "", "", "H-001", "身份证号:应当是18位"},
		{"230102600524001", "", "", "H-001", "15位的旧证号"},
		{number("1961-05-24", 2), "", "1960-05-24", "H-001", "出生日期:与身份证号里的不同"},
		{number("1962-05-24", 2), "", "2016-02-30", "H-001", "出生日期:没有这一天"},
		{number("1963-05-24", 2), "", "1963年5月", "H-001", "不是完整的日期"},
		{number("1964-05-24", 2), "1990000", "", "H-001", "手机号:不像电话号码"},
		{number("1965-05-24", 2), "", "", "H-099", "户号:没有这一户"},
		{number("1966-05-24", 2), "", "", "", "户号:新登记的要填"},
		{"#N/A", "", "", "H-001", "公式算不出来"},
	}
	f := excelize.NewFile()
	defer f.Close()
	sheet := func(row int, cells ...any) {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row), &cells); err != nil {
			t.Fatal(err)
		}
	}
	sheet(1, "户号", "人员编号", "姓名", "性别", "与户主关系", "身份证号", "手机号", "出生日期", "入户日期")
	for i, b := range bad {
		sheet(i+2, b.house, fmt.Sprintf("P-8%03d", i), "张三", "女", "配偶", b.number, b.phone, b.born, "2016-03-01")
	}
	n := len(bad) + 2
	sheet(n, "H-001", "P-8100", "张三", "女", "配偶", "", "", "1960-05-24", "2016-03-01")
	if err := f.SetCellDefault("Sheet1", fmt.Sprintf("F%d", n), lost); err != nil { // a number, as LibreOffice stores it
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	imp := check(t, s, model.SheetPersons, path)
	if imp.Expected.Refused != n-1 || imp.Expected.In != n-1 {
		t.Errorf("%+v", imp.Expected)
	}
	said := complaints(t, s, imp.ID)
	for i, b := range append(bad, struct{ number, phone, born, house, want string }{want: "设成文本"}) {
		if !strings.Contains(said[i+2], b.want) {
			t.Errorf("row %d: %q, want %q", i+2, said[i+2], b.want)
		}
	}
	var out bytes.Buffer
	if err := s.Marked(t.Context(), imp.ID, path, &out); err != nil {
		t.Fatal(err)
	}
	checkMarked(t, &out, said)
}

func checkMarked(t *testing.T, out *bytes.Buffer, said map[int]string) {
	t.Helper()
	f := must[*excelize.File](t)(excelize.OpenReader(out))
	defer f.Close()
	for row, want := range said {
		if got, _ := f.GetCellValue("Sheet1", fmt.Sprintf("J%d", row)); got != want {
			t.Errorf("J%d: %q, want %q", row, got, want)
		}
	}
	style := must[int](t)(f.GetCellStyle("Sheet1", "F2"))
	if look := must[*excelize.Style](t)(f.GetStyle(style)); len(look.Fill.Color) != 1 || !strings.HasSuffix(look.Fill.Color[0], "FF9999") {
		t.Errorf("F2 is not red: %+v", look.Fill)
	}
	if style := must[int](t)(f.GetCellStyle("Sheet1", "A2")); style != 0 {
		t.Error("A2 is marked, too")
	}
	if list := must[[]excelize.Comment](t)(f.GetComments("Sheet1")); len(list) < len(said) {
		t.Errorf("%d comments", len(list))
	}
}

// TestCodesKeepTheirZeros has the household number 007 as text, as a number shown with zeros, and as "=…".
func TestCodesKeepTheirZeros(t *testing.T) {
	s, store := empty(t)
	f := excelize.NewFile()
	defer f.Close()
	row := func(n int, cells ...any) {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n), &cells); err != nil {
			t.Fatal(err)
		}
	}
	row(1, "户号", "单位", "建档日期")
	row(2, "007", "第一管理区", "2016-03-01")
	row(3, 8, "第一管理区", "2016-03-01")
	row(4, "'009", "第一管理区", "2016-03-01")
	format := "000"
	style := must[int](t)(f.NewStyle(&excelize.Style{CustomNumFmt: &format}))
	if err := f.SetCellStyle("Sheet1", "A3", "A3", style); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "h.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	commit(t, s, check(t, s, model.SheetHouseholds, path).ID)
	for _, id := range []string{"007", "008", "009"} {
		if _, err := store.Household(t.Context(), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestCSV(t *testing.T) {
	const sheet = "户号,单位,地址,建档日期\r\nH-001,第一管理区,\"=3号楼,1单元\",2016年3月1日\r\n=\"0002\",第二管理区,黑龙江畔,2016/3/1\r\n,,,\r\n"
	gbk := must[string](t)(simplifiedchinese.GBK.NewEncoder().String(sheet))
	for name, text := range map[string]string{"plain": sheet, "bom": "\ufeff" + sheet, "gbk": gbk, "tabs": strings.NewReplacer("\"=3号楼,1单元\"", "=3号楼,1单元", ",", "\t").Replace(sheet)} {
		t.Run(name, func(t *testing.T) {
			s, store := empty(t)
			path := filepath.Join(t.TempDir(), "户.csv")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			imp := commit(t, s, check(t, s, model.SheetHouseholds, path).ID)
			if want := (model.ImportCount{In: 2, Created: 2}); imp.Done != want {
				t.Fatalf("%+v %v", imp.Done, complaints(t, s, imp.ID))
			}
			h := must[model.Household](t)(store.Household(t.Context(), "0002"))
			if h.Address != "黑龙江畔" || h.RegisteredOn != "2016-03-01" || h.UnitID != "U-area-2" {
				t.Errorf("%+v", h)
			}
		})
	}
}

// TestMarkedCSV: a CSV file comes back as a workbook, with its reasons beside the rows.
func TestMarkedCSV(t *testing.T) {
	s, _ := empty(t)
	path := filepath.Join(t.TempDir(), "h.csv")
	if err := os.WriteFile(path, []byte("户号,单位,建档日期,备注\nH-1,第一管理区,2016-03-01\n0002,没有的,昨天,很长的备注\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	imp := check(t, s, model.SheetHouseholds, path)
	var out bytes.Buffer
	if err := s.Marked(t.Context(), imp.ID, path, &out); err != nil {
		t.Fatal(err)
	}
	f := must[*excelize.File](t)(excelize.OpenReader(&out))
	defer f.Close()
	rows := must[[][]string](t)(f.GetRows("户表"))
	if len(rows) != 3 || rows[0][4] != "原因" || len(rows[1]) != 3 || rows[2][0] != "0002" || rows[2][4] != "建档日期:不是完整的日期,请写成 2016-03-01;单位:没有这个单位" {
		t.Errorf("%q", rows)
	}
	for cell, want := range map[string]bool{"A3": false, "B3": true, "C3": true, "C2": false, "E3": true} {
		style := must[int](t)(f.GetCellStyle("户表", cell))
		if (style != 0) != want {
			t.Errorf("%s marked: %v", cell, style != 0)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	s, _ := empty(t)
	for code, text := range map[string]string{
		"file_old": "\xd0\xcf\x11\xe0 old", "file_broken": "PK\x03\x04 broken", "file_empty": "", "import_columns": "甲,乙\n1,2\n",
		"import_columns_twice": "户号,所在单位,管理区\n1,2,3\n", "file_quotes": "户号,单位,建档日期,备注\nH-1,第一管理区,2016-03-01,\"高\nH-2,第一管理区,2016-03-01,\n",
		"import_unit": "户号,年度,工资性(万元)\n1,2017,2\n",
	} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		kind := model.SheetHouseholds
		if code == "import_unit" {
			kind = model.SheetIncomes
		}
		_, err := s.Check(t.Context(), sheets.Upload{Kind: kind, Name: "x", Path: path})
		var e *model.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}
