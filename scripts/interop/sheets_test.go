package interop_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
)

// writers write the table that sheets.mjs describes, each with a program of its own. The text says what is missing here.
var writers = map[string]func(t *testing.T, table []byte, file string) (missing string){
	"exceljs": byNode, "sheetjs": byNode,
	"openpyxl": func(t *testing.T, table []byte, file string) string {
		for _, python := range []string{"python3", "/usr/bin/python3"} { // Debian's library is with Debian's interpreter
			if exec.Command(python, "-c", "import openpyxl").Run() == nil {
				run(t, table, python, "sheets.py", file)
				return ""
			}
		}
		return "no python3 with openpyxl"
	},
	"excelize": byExcelize,
	"LibreOffice": func(t *testing.T, table []byte, file string) string {
		if missing := noOffice(); missing != "" {
			return missing
		}
		byExcelize(t, table, file)
		byOffice(t, file, "ods")
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		byOffice(t, strings.TrimSuffix(file, ".xlsx")+".ods", "xlsx")
		return ""
	},
}

func noOffice() string {
	if _, err := exec.LookPath("soffice"); err != nil {
		return "no soffice on the PATH"
	}
	return ""
}

// byOffice lets LibreOffice write the file anew in the format, beside it.
func byOffice(t *testing.T, file, format string) {
	t.Helper()
	run(t, nil, "soffice", "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", format, "--outdir", filepath.Dir(file), file)
}

func byNode(t *testing.T, table []byte, file string) string {
	t.Helper()
	run(t, table, "node", "sheets.mjs", strings.TrimSuffix(filepath.Base(file), ".xlsx"), file)
	return ""
}

func byExcelize(t *testing.T, table []byte, file string) string {
	t.Helper()
	var rows [][]any
	if err := json.Unmarshal(table, &rows); err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	defer book.Close()
	for r, row := range rows {
		for c, value := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, r+1)
			format := ""
			if special, ok := value.(map[string]any); ok {
				value, format = special["number"], fmt.Sprint(special["format"])
				if day, ok := special["date"].(string); ok {
					start := model.Date(day).Start()
					value, format = start.In(model.Shanghai), "yyyy-mm-dd"
				}
			}
			if err := book.SetCellValue("Sheet1", at, value); err != nil {
				t.Fatal(err)
			}
			if format != "" {
				style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
				if err != nil {
					t.Fatal(err)
				}
				if err := book.SetCellStyle("Sheet1", at, at, style); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	return ""
}

func run(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(string(stdin))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// TestSheetsThatOthersWrite: the same table, written by other programs, is read as the same: a number that looks like a
// code, a day, amounts, several lines in a cell.
func TestSheetsThatOthersWrite(t *testing.T) {
	needNode(t)
	r := apptest.Boot(t)
	office := r.Office("one")
	table, err := json.Marshal([][]any{
		{"户号", "单位", "地址", "建档日期", "致贫原因"},
		{"H-B01", "第一管理区", "3号楼 & <2单元>", map[string]any{"date": "2016-03-01"}, "因病、因残"},
		{map[string]any{"number": 41, "format": `"H-B"00`}, "第一管理区", "", "2016年3月2日", "缺劳力"},
		{"H-B03", "第一管理区", "两行\n地址", map[string]any{"number": 42432, "format": "yyyy/m/d"}, ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name+".xlsx")
			if missing := write(t, table, file); missing != "" {
				t.Skip(missing)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var checked struct {
				Expected model.ImportCount
				Refused  []struct{ Reason string }
			}
			a := r.Call(http.MethodPost, "/staff/v1/imports?kind=households&name=x.xlsx", office, string(text))
			if a.JSON(t, &checked); a.Status != http.StatusCreated || checked.Expected != (model.ImportCount{In: 3, Created: 3}) {
				t.Errorf("%d %+v", a.Status, checked)
			}
		})
	}
}

// TestOurSheetsForOthers: what we export opens in other programs and says there what it says in ours, and what
// LibreOffice writes from it comes back without a change.
func TestOurSheetsForOthers(t *testing.T) {
	needNode(t)
	r := apptest.Boot(t)
	office := r.StaffToken("office")
	export := func(format string) string {
		a := r.Call(http.MethodGet, "/staff/v1/exports/households?format="+format+"&reason="+url.QueryEscape("核对地址"), office, nil)
		if a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		return a.Body
	}
	file := filepath.Join(t.TempDir(), "households.xlsx")
	if err := os.WriteFile(file, []byte(export("xlsx")), 0o600); err != nil {
		t.Fatal(err)
	}
	ours, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(export("csv"), "\ufeff"))).ReadAll()
	if err != nil || len(ours) < 30 {
		t.Fatalf("%d lines, %v", len(ours), err)
	}
	for _, reader := range []string{"read-exceljs", "read-sheetjs"} {
		var theirs [][]string
		if err := json.Unmarshal(run(t, nil, "node", "sheets.mjs", reader, file), &theirs); err != nil {
			t.Fatal(err)
		}
		for i, line := range ours {
			if i >= len(theirs) || theirs[i][0] != line[0] || !slices.Contains(theirs[i], line[1]) {
				t.Errorf("%s, line %d: %v", reader, i+1, line[:2])
				break
			}
		}
	}
	if missing := noOffice(); missing != "" {
		t.Skip(missing)
	}
	byOffice(t, file, "ods")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	byOffice(t, strings.TrimSuffix(file, ".xlsx")+".ods", "xlsx")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var checked struct{ Expected model.ImportCount }
	a := r.Call(http.MethodPost, "/staff/v1/imports?kind=households&name=x.xlsx", office, string(text))
	if a.JSON(t, &checked); a.Status != http.StatusCreated || checked.Expected.Unchanged != checked.Expected.In || checked.Expected.In != len(ours)-1 {
		t.Errorf("%d %+v", a.Status, checked)
	}
}
