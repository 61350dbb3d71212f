package sheets

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/service/model"
)

// packed makes a package of parts by hand, so that what is odd about one is exactly what its test says.
func packed(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	mainNS = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	docNS  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relNS  = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
)

// sheetXML is a workbook with one sheet of this XML, and other parts beside it or in the place of ours.
func sheetXML(t testing.TB, sheet string, more map[string]string) string {
	t.Helper()
	parts := map[string]string{
		"_rels/.rels":     `<Relationships ` + relNS + `><Relationship Id="r" Type="` + docNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook ` + mainNS + ` xmlns:r="` + docNS + `"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships ` + relNS + `><Relationship Id="r1" Type="` + docNS + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + docNS + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="` + docNS + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheet,
	}
	for name, text := range more {
		parts[name] = text
	}
	return packed(t, parts)
}

func worksheet(rows string) string {
	return `<worksheet ` + mainNS + `><sheetData>` + heads + rows + `</sheetData></worksheet>`
}

func is(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

var heads = `<row r="1">` + is("A1", "户号") + is("B1", "年度") + is("C1", "工资性") + `</row>`

// income is a row of incomes whose wage is a cell of this XML.
func income(n int, wage string) string {
	return fmt.Sprintf(`<row r="%d">%s%s%s</row>`, n, is(fmt.Sprintf("A%d", n), "H-001"), is(fmt.Sprintf("B%d", n), "2017"), wage)
}

// readIncomes is what becomes of every row: its wage in fen, or why it is refused.
func readIncomes(t testing.TB, path string) (map[int]string, error) {
	t.Helper()
	s, err := firstSheet(model.SheetIncomes)
	if err != nil {
		t.Fatal(err)
	}
	b, err := openBook(path)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	l, err := findLayout(b, s, nil)
	if err != nil {
		return nil, err
	}
	got := map[int]string{}
	return got, b.each(l.sheet, func(r row) error {
		if r.n <= l.header || l.blankRow(r) {
			return nil
		}
		v, reasons := l.read(r)
		got[r.n] = v["wage"]
		for _, x := range reasons {
			got[r.n] = "!" + x.Msg
		}
		return nil
	})
}

// TestCellsByKind: what a person sees is what is read, or the cell says why not.
func TestCellsByKind(t *testing.T) {
	strings1 := `<sst ` + mainNS + `><si><t>1200</t></si><si><r><t>12</t></r><r><t>00</t></r><rPh><t>99</t></rPh></si></sst>`
	styles := `<styleSheet ` + mainNS + `><numFmts><numFmt numFmtId="200" formatCode="0.00&quot;万元&quot;"/><numFmt numFmtId="201" formatCode="[$$-409]#,##0"/>` +
		`<numFmt numFmtId="202" formatCode="[$¥-804]#,##0.00;[红色]-0"/><numFmt numFmtId="203" formatCode="#,##0,"/><numFmt numFmtId="204" formatCode=";;;"/></numFmts><cellXfs>` +
		`<xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="11"/><xf numFmtId="14"/><xf numFmtId="200"/><xf numFmtId="201"/><xf numFmtId="202"/><xf numFmtId="203"/><xf numFmtId="204"/>` +
		`<xf numFmtId="4"/><xf numFmtId="1"/><xf numFmtId="44"/></cellXfs></styleSheet>`
	for name, c := range map[string]struct{ cell, want string }{
		"number":                      {`<c r="C2"><v>1200</v></c>`, "120000"},
		"number as programs keep it":  {`<c r="C2"><v>7.0000000000000007E-2</v></c>`, "7"},
		"shared":                      {`<c r="C2" t="s"><v>0</v></c>`, "120000"},
		"runs, without the phonetics": {`<c r="C2" t="s"><v>1</v></c>`, "120000"},
		"shared that is not there":    {`<c r="C2" t="s"><v>7</v></c>`, "!" + problemText},
		"shared that is no number":    {`<c r="C2" t="s"><v>x</v></c>`, "!" + problemText},
		"inline without its type":     {`<c r="C2"><is><t>1200</t></is></c>`, "120000"},
		"formula":                     {`<c r="C2"><f>1200*1</f><v>1200</v></c>`, "120000"},
		"formula without a result":    {`<c r="C2"><f>1200*1</f></c>`, "!" + problemFormula},
		"formula with an empty one":   {`<c r="C2"><f>1200*1</f><v></v></c>`, "!" + problemFormula},
		"formula that gives no text":  {`<c r="C2" t="str"><f>""</f><v></v></c>`, ""},
		"error by its type":           {`<c r="C2" t="e"><v>#SPILL!</v></c>`, "!" + problemError},
		"error of no known name":      {`<c r="C2" t="e"><v>#MADEUP</v></c>`, "!" + problemError},
		"error that became a text":    {`<c r="C2" t="str"><v>#CALC!</v></c>`, "!" + problemError},
		"no number":                   {`<c r="C2"><v>abc</v></c>`, "!" + problemNumber},
		"a type of no kind":           {`<c r="C2" t="zz"><v>1</v></c>`, "!" + problemKind},
		"truth":                       {`<c r="C2" t="b"><v>1</v></c>`, "!不是金额"},
		"percent":                     {`<c r="C2" s="1"><v>0.5</v></c>`, "!" + problemLook},
		"scientific":                  {`<c r="C2" s="2"><v>1200</v></c>`, "!" + problemLook},
		"shown as a day":              {`<c r="C2" s="3"><v>42430</v></c>`, "!是日期,不是这一列该填的内容"},
		"shown as ten thousands":      {`<c r="C2" s="4"><v>3.6</v></c>`, "!请把万元换成元"},
		"shown as dollars":            {`<c r="C2" s="5"><v>1200</v></c>`, "!不是金额"},
		"shown as yuan":               {`<c r="C2" s="6"><v>1200.5</v></c>`, "120050"},
		"shown in thousands":          {`<c r="C2" s="7"><v>1200000</v></c>`, "!" + problemLook},
		"not shown":                   {`<c r="C2" s="8"><v>1200</v></c>`, "!" + problemLook},
		"shown as it is":              {`<c r="C2" s="9"><v>1200.07</v></c>`, "120007"},
		"shown rounded":               {`<c r="C2" s="10"><v>1200.5</v></c>`, "!" + problemLook},
		"accounting":                  {`<c r="C2" s="11"><v>1200.5</v></c>`, "120050"},
		"a nought of accounting":      {`<c r="C2" s="11"><v>0</v></c>`, "0"},
		"a style that is not there":   {`<c r="C2" s="99"><v>1200</v></c>`, "!" + problemLook},
		"longer than 32 KiB":          {is("C2", strings.Repeat("1", 40<<10)), "!" + problemLong},
		"text in scientific notation": {is("C2", "1.5E3"), "!是科学计数法,请写出全部数字"},
		"text with a zero byte":       {is("C2", "12_x0000_00"), "120000"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readIncomes(t, sheetXML(t, worksheet(income(2, c.cell)), map[string]string{"xl/sharedStrings.xml": strings1, "xl/styles.xml": styles}))
			if err != nil || got[2] != c.want || len(got) != 1 {
				t.Errorf("%v, %v; want %q", got, err, c.want)
			}
		})
	}
}

// TestSheetsByKind: every row is counted, or the file is refused with the place.
func TestSheetsByKind(t *testing.T) {
	two, three := income(2, ""), income(3, "")
	merged := func(ref string) string {
		return strings.Replace(worksheet(income(2, `<c r="C2"><v>3200</v></c>`)+three), `</sheetData>`, `</sheetData><mergeCells><mergeCell ref="`+ref+`"/></mergeCells>`, 1)
	}
	for name, c := range map[string]struct {
		sheet string
		rows  int
		place string
	}{
		"as it should be":            {worksheet(two + three), 2, ""},
		"no row numbers":             {strings.NewReplacer(` r="2"`, "", ` r="3"`, "").Replace(worksheet(two + three)), 2, ""},
		"a control character":        {worksheet(two + income(3, is("C3", "a\vb"))), 0, "第2行"},
		"a bare ampersand":           {worksheet(two + income(3, is("C3", "a & b"))), 0, "第2行"},
		"cut off":                    {worksheet(two + three)[:len(worksheet(two))-10], 0, "第2行"},
		"cut off behind the rows":    {strings.TrimSuffix(worksheet(two+three), "</worksheet>"), 0, "第3行"},
		"out of order":               {worksheet(three + two), 0, "第4行"},
		"a row twice":                {worksheet(two + two), 0, "第3行"},
		"a cell of another row":      {worksheet(`<row r="2">` + is("A3", "H-001") + `</row>`), 0, "第2行"},
		"a cell twice":               {worksheet(`<row r="2">` + is("A2", "H-001") + is("A2", "H-002") + `</row>`), 0, "第2行"},
		"a row in a row":             {worksheet(`<row r="2">` + three + `</row>`), 0, "第2行"},
		"something between":          {worksheet(two + `<x>` + three + `</x>`), 0, "第3行"},
		"two tables":                 {strings.Replace(worksheet(two), `</worksheet>`, `<sheetData>`+three+`</sheetData></worksheet>`, 1), 0, "第2行"},
		"rows behind the end":        {worksheet(two) + worksheet(three), 0, "第2行"},
		"a document type":            {`<!DOCTYPE worksheet [<!ENTITY a "b">]>` + worksheet(two), 0, "坏了"},
		"a row far below":            {worksheet(two + income(1048576, "")), 2, ""},
		"a row too far below":        {worksheet(two + income(1048577, "")), 0, "第3行"},
		"merges that overlap":        {strings.Replace(merged("A2:A3"), "</mergeCells>", `<mergeCell ref="A2:B3"/></mergeCells>`, 1), 0, "第2行"},
		"merges in a comment":        {worksheet(two) + `<!-- <mergeCell ref="A2:A3"/> -->`, 1, ""},
		"an amount over two rows":    {merged("C2:C3"), 2, ""},
		"blank rows that are merged": {strings.Replace(worksheet(two+`<row r="3"><c r="A3"/></row>`), `</sheetData>`, `</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>`, 1), 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readIncomes(t, sheetXML(t, c.sheet, nil))
			var e *model.Error
			switch {
			case c.place == "" && (err != nil || len(got) != c.rows):
				t.Errorf("%d rows, %v", len(got), err)
			case c.place != "" && (!errors.As(err, &e) || e.Code != "file_broken" || !strings.Contains(e.Msg, c.place)):
				t.Errorf("%d rows, %v", len(got), err)
			}
		})
	}
	got, err := readIncomes(t, sheetXML(t, merged("C2:C3"), nil))
	if err != nil || !strings.HasPrefix(got[2], "!这个数合并在2行里") || !strings.HasPrefix(got[3], "!这个数合并在2行里") {
		t.Errorf("an amount over two rows: %v %v", got, err)
	}
	if got, _ := readIncomes(t, sheetXML(t, merged("A2:A3"), nil)); got[2] != "320000" {
		t.Errorf("a household over two rows: %v", got)
	}
	beside := worksheet(two + income(3, is("C3", "5")+is("F3", "stray")))
	if got, _ := readIncomes(t, sheetXML(t, beside, nil)); got[2] != "" || !strings.Contains(got[3], "F列没有列名") {
		t.Errorf("beside the titles: %v", got)
	}
}

// TestBombs: what swells is refused at once, and work goes by what a file holds.
func TestBombs(t *testing.T) {
	for name, path := range map[string]string{
		"blanks":         sheetXML(t, worksheet(strings.Repeat(" ", 64<<20)), nil),
		"a long text":    sheetXML(t, worksheet(income(2, is("C2", strings.Repeat("1", 64<<20)))), nil),
		"another part":   sheetXML(t, worksheet(income(2, "")), map[string]string{"xl/media/x.bin": strings.Repeat("\x00", 64<<20)}),
		"a long tag":     sheetXML(t, worksheet(`<row r="2" x="`+strings.Repeat("1", 2<<20)+`"/>`), nil),
		"shared strings": sheetXML(t, worksheet(income(2, `<c r="C2" t="s"><v>0</v></c>`)), map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>x</t></si>", mostStrings+1) + "</sst>"}),
	} {
		_, err := readIncomes(t, path)
		if !errors.Is(err, errSwells) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var lines strings.Builder // merges that each reach to the end of the sheet
	for col := range 200 {
		fmt.Fprintf(&lines, `<mergeCell ref="%s2:%s1048576"/>`, columnName(col+1), columnName(col+1))
	}
	far := strings.Replace(worksheet(income(2, "")+income(1048576, "")), `</sheetData>`, `</sheetData><mergeCells>`+lines.String()+`</mergeCells>`, 1)
	if _, err := readIncomes(t, sheetXML(t, far, nil)); err != nil {
		t.Error(err)
	}
}

// TestCSVByKind: ends of lines, quotes, bad bytes, titles above.
func TestCSVByKind(t *testing.T) {
	const titles = "户号,年度,工资性\n"
	for name, c := range map[string]struct {
		text string
		want map[int]string
		code string
	}{
		"bare CR":                 {strings.ReplaceAll(titles+"H-1,2017,5\nH-2,2017,6\n", "\n", "\r"), map[int]string{2: "500", 3: "600"}, ""},
		"mixed ends":              {"户号,年度,工资性\r\nH-1,2017,5\rH-2,2017,6\n\nH-3,2017,7", map[int]string{2: "500", 3: "600", 5: "700"}, ""},
		"lines within quotes":     {titles + "H-1,2017,\"5\n\"\nH-2,2017,6\n", map[int]string{2: "500", 4: "600"}, ""},
		"a title above":           {"\"收入,汇总;2017\"\n" + titles + "H-1,2017,5\n", map[int]string{3: "500"}, ""},
		"one bad byte":            {titles + "H-1,2017,5\nH-\xe5,2017,6\nH-3,2017,7\n", map[int]string{2: "500", 3: "!有认不出的字", 4: "700"}, ""},
		"a comma too many":        {titles + "H-1,2017,3,600\n", map[int]string{2: "!D列没有列名,这一行却在那里写了内容;请补上列名,或者删掉"}, ""},
		"quoted thousands":        {titles + "H-1,2017,\"3,600.50\"\nH-2,2017,\"3,6,0,0\"\n", map[int]string{2: "360050", 3: "!逗号的位置看不懂;请去掉逗号,小数点用“.”"}, ""},
		"semicolons":              {"户号;年度;工资性\nH-1;2017;3600,50\n", map[int]string{2: "!逗号的位置看不懂;请去掉逗号,小数点用“.”"}, ""},
		"a quote that is open":    {titles + "H-1,2017,\"5\nH-2,2017,6\n", nil, "file_quotes"},
		"closed by the next one":  {titles + "H-1,2017,\"5\nH-2,2017,\"6\"\n", nil, "file_quotes"},
		"a quote within":          {titles + "H-1,2017,5\"\n", map[int]string{2: "!不是金额"}, ""},
		"an error as a text":      {titles + "H-1,2017,#N/A\nH-2,2017,#SPILL!\nH-3,2017,Err:502\n", map[int]string{2: "!" + problemError, 3: "!" + problemError, 4: "!" + problemError}, ""},
		"a cell beyond all bound": {titles + "H-1,2017," + strings.Repeat("5", 40<<10) + "\n", map[int]string{2: "!" + problemLong}, ""},
		"UTF-16 without its mark": {"7b\x00S\x00", nil, "file_other"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.csv")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readIncomes(t, path)
			var e *model.Error
			if c.code != "" {
				if !errors.As(err, &e) || e.Code != c.code {
					t.Errorf("%v %v", got, err)
				}
				return
			}
			if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v %v, want %v", got, err, c.want)
			}
		})
	}
}

// TestLooks: numbers are read as their format shows them.
func TestLooks(t *testing.T) {
	for _, c := range []struct{ format, number, want string }{
		{"000", "41", "041"}, {"000_", "42", "042"}, {`"H-B"00`, "43", "H-B43"}, {"000;-000;000", "44", "044"}, {"[$-804]000000", "45", "000045"}, {"0000-00", "46", "0000-46"},
		{`\H!-000`, "7", "H-007"}, {`"号"@`, "7", ""}, {"General", "12.5", "12.5"}, {"@", "7", "7"}, {"G/通用格式", "7", "7"}, {"0000\\-00", "201603", "2016-03"}, {"###-####", "1234567", "123-4567"},
		{"00000000000", "19900000001", "19900000001"}, {"000-0000-0000", "19900000001", "199-0000-0001"}, {"0.00", "41", "41.00"}, {"0.##", "41.5", "41.5"}, {"#,##0.00", "1234.5", "1234.50"},
		{"0%", "0.5", ""}, {"0.0", "0.25", ""}, {"# ?/?", "0.5", ""}, {"0.0,", "1200", ""}, {"[>100]0;00", "5", ""}, {"[DBNum1]0", "5", ""}, {"0E+00", "5", ""}, {"[Red]0", "5", "5"},
		{"0;(0)", "-5", "(5)"}, {"0", "-5", "-5"}, {"", "5", ""}, {"0\"", "5", ""}, {`0"人"`, "5", "5人"},
	} {
		got, ok := newNumberFormat(c.format).show(c.number)
		if got != c.want || ok != (c.want != "") {
			if !ok && c.want == "" {
				continue
			}
			t.Errorf("%s as %s is %q %v, want %q", c.number, c.format, got, ok, c.want)
		}
	}
	for format, want := range map[string][2]bool{
		"yyyy/m/d": {true, true}, `yyyy"年"m"月"d"日";@`: {true, true}, "[$-F800]dddd, mmmm dd, yyyy": {true, true}, "yyyy/m/d h:mm": {true, true}, "mmm-yy": {true, false},
		`m"月"d"日"`: {true, false}, "h:mm": {true, false}, "[h]:mm": {true, false}, "0.00": {false, false}, "General": {false, false}, "[Red]0": {false, false},
	} {
		if f := newNumberFormat(format); f.day != want[0] || f.wholeDay != want[1] {
			t.Errorf("%s: day %v, whole %v", format, f.day, f.wholeDay)
		}
	}
}

// TestInstants: an instant with a zone is the day that it was in Shanghai.
func TestInstants(t *testing.T) {
	for text, want := range map[string]string{
		"2016-02-29T16:00:00Z": "2016-03-01", "2016-02-29T15:59:59Z": "2016-02-29", "2016-03-01T00:30:00+09:00": "2016-02-29", "2016-03-01 08:00": "2016-03-01",
		"2016-03-01T00:00:00.000": "2016-03-01", "2016-02-29T11:00:00-0500": "2016-03-01", "2016-03-01 25:00": "", "2016-03-01T00:00:00 EST": "",
		"2016\u2f4e3\u2f471\u2f47": "", "2016年3\u2f491\u2f47": "2016-03-01", "2016\u20143\u20141": "2016-03-01",
	} {
		if got, problem := date(cell{text: text}); got != want || (want == "") != (problem != "") {
			t.Errorf("%s is %q (%s), want %q", text, got, problem, want)
		}
	}
}

// counted counts the rows of a sheet by itself: elements named row with a cell that has something in it. Where the XML
// is broken it counts up to there.
func counted(sheet []byte) (rows int, whole bool) {
	d := xml.NewDecoder(bytes.NewReader(sheet))
	filled, inRow, value := false, false, 0
	for {
		tok, err := d.Token()
		if err != nil {
			return rows, errors.Is(err, io.EOF)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			switch tok.Name.Local {
			case "row":
				inRow, filled = true, false
			case "v", "t", "f":
				value++
				filled = filled || inRow && tok.Name.Local == "f"
			case "c":
				for _, a := range tok.Attr {
					filled = filled || inRow && a.Name.Local == "t" && a.Value == "e"
				}
			}
		case xml.EndElement:
			switch tok.Name.Local {
			case "v", "t", "f":
				value--
			case "row":
				if inRow = false; filled {
					rows++
				}
			}
		case xml.CharData:
			filled = filled || inRow && value > 0 && !cell{text: unescaped(string(tok))}.blank()
		}
	}
}

// FuzzWorkbook: whatever becomes of the XML of a sheet, it is refused, or each of its rows is counted.
func FuzzWorkbook(f *testing.F) {
	f.Add([]byte(worksheet(income(2, `<c r="C2"><v>1200</v></c>`) + income(3, is("C3", "x")))))
	f.Add([]byte(worksheet(income(2, `<c r="C2"><f>1</f></c>`) + `<row/>` + income(9, ""))))
	f.Add([]byte(worksheet(income(2, "")+income(3, "")) + `<mergeCells><mergeCell ref="A2:A3"/></mergeCells>`))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		path := sheetXML(t, string(sheet), nil)
		b, err := openBook(path)
		if err != nil {
			return
		}
		defer b.Close()
		rows := 0
		if err := b.each("A", func(r row) error {
			for _, c := range r.cells {
				if !c.below && !c.beside && !c.blank() {
					rows++
					return nil
				}
			}
			if r.beyond > 0 {
				rows++
			}
			return nil
		}); err != nil {
			return
		}
		want, whole := counted(sheet)
		if !whole || rows > want {
			t.Errorf("%d rows read of %d, well-formed: %v", rows, want, whole)
		}
		if lost := want - rows; lost > 0 && !bytes.Contains(sheet, []byte("rPh")) && !bytes.Contains(sheet, []byte("mergeCell")) {
			t.Errorf("%d rows read of %d", rows, want)
		}
	})
}

// FuzzCSV: any bytes are read to the end or refused, and a row's number grows.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("户号,年度\nH-1,2017\n\"a\nb\",c\r\"\"\r\n"))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		last := 0
		_ = eachLine(path, func(r row) error {
			if r.n <= last {
				t.Errorf("row %d comes after row %d", r.n, last)
			}
			last = r.n
			return nil
		})
	})
}

// TestDaysOfBothEpochs as a workbook counts them.
func TestDaysOfBothEpochs(t *testing.T) {
	for _, mac := range []bool{false, true} {
		days := 42430
		if mac {
			days = 40968
		}
		s := &styles{of: []int{14}, made: map[int]*numberFormat{}}
		if got, problem := date(s.number(fmt.Sprint(days), "0", mac)); got != "2016-03-01" {
			t.Errorf("1904 %v: %s %s", mac, got, problem)
		}
	}
}
