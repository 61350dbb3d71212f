package exchange

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"bangfu/service/model"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of what is unpacked: a small file can be packed to swell without end. XML larger than the second
// is read from the disk, not from memory.
const (
	unpackedLimit = 1 << 30
	inMemory      = 4 << 20
)

// widest is the last column that is looked at.
const widest = 256

var (
	errOldExcel = model.NewError(model.KindInvalid, "file_old", "是旧的xls格式或加了密码;请在表格软件里另存为不加密的 xlsx")
	errBroken   = model.NewError(model.KindInvalid, "file_broken", "文件打不开,可能坏了;请在表格软件里打开再另存一次")
	errQuotes   = model.NewError(model.KindInvalid, "file_quotes", "有一个双引号没有配对,后面的行分不清了;请在表格软件里打开再另存一次")
	errEmpty    = model.NewError(model.KindInvalid, "file_empty", "文件里没有数据")
)

// book is a workbook or a CSV file, open for reading row by row.
type book struct {
	path  string
	excel *excelize.File // nil: CSV
	mac   bool
	known map[string]*facts // by sheet
}

func excelOptions() excelize.Options {
	return excelize.Options{
		RawCellValue: true, UnzipSizeLimit: unpackedLimit, UnzipXMLSizeLimit: inMemory,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	}
}

// openBook opens a file by what is in it, not by its name.
func openBook(file string) (*book, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	head := make([]byte, 8)
	n, err := io.ReadFull(f, head)
	_ = f.Close()
	switch {
	case n == 0 && err != nil:
		return nil, errEmpty
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, errOldExcel
	case !bytes.HasPrefix(head, []byte("PK")):
		return &book{path: file}, nil
	}
	x, err := excelize.OpenFile(file, excelOptions())
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	b := &book{path: file, excel: x, known: map[string]*facts{}}
	if props, err := x.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		b.mac = *props.Date1904
	}
	return b, nil
}

// Close frees what reading has put on the disk.
func (b *book) Close() error {
	if b.excel == nil {
		return nil
	}
	return b.excel.Close()
}

// sheets are the names of the sheets that people see; a CSV file has one without a name.
func (b *book) sheets() []string {
	if b.excel == nil {
		return []string{""}
	}
	var names []string
	for _, n := range b.excel.GetSheetList() {
		if seen, err := b.excel.GetSheetVisible(n); err == nil && seen {
			names = append(names, n)
		}
	}
	return names
}

var errEnough = errors.New("enough rows")

// each calls f with every row, blank ones too, until f returns an error. The cells are f's to keep.
func (b *book) each(sheet string, f func(n int, cells []cell) error) error {
	var err error
	if b.excel == nil {
		err = b.eachLine(f)
	} else {
		err = b.eachRow(sheet, f)
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (b *book) eachRow(sheet string, f func(n int, cells []cell) error) error {
	found, err := b.facts(sheet)
	if err != nil {
		return err
	}
	rows, err := b.excel.Rows(sheet)
	if err != nil {
		return errBroken.Wrap(err)
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		texts, err := rows.Columns(excelOptions())
		if err != nil {
			return errBroken.Wrap(err)
		}
		if err := f(n, found.row(n, texts, b.mac)); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return errBroken.Wrap(err)
	}
	return nil
}

// facts looks at the sheet's XML for what the library's row reader does not tell.
func (b *book) facts(sheet string) (*facts, error) {
	if found := b.known[sheet]; found != nil {
		found.active, found.next = nil, 0
		return found, nil
	}
	z, err := zip.OpenReader(b.path)
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	defer z.Close()
	part, err := partOf(&z.Reader, sheet)
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	r, err := part.Open()
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	defer r.Close()
	found := &facts{padTo: b.zerosOf}
	if err := found.scan(bufio.NewReaderSize(io.LimitReader(r, unpackedLimit), 1<<18)); err != nil {
		return nil, errBroken.Wrap(err)
	}
	b.known[sheet] = found
	return found, nil
}

// zerosOf is how many digits a style shows at least, 0 for most.
func (b *book) zerosOf(style int) int {
	s, err := b.excel.GetStyle(style)
	if err != nil || s.CustomNumFmt == nil {
		return 0
	}
	if f := *s.CustomNumFmt; len(f) > 1 && strings.Trim(f, "0") == "" {
		return len(f)
	}
	return 0
}

// partOf finds the part of the package that holds a sheet.
func partOf(z *zip.Reader, sheet string) (*zip.File, error) {
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			RID  string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			RID2 string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"` // the strict form
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(decodePart(z, "xl/workbook.xml", &workbook), decodePart(z, "xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return nil, err
	}
	for _, s := range workbook.Sheets {
		for _, r := range rels.List {
			if s.Name != sheet || r.ID != s.RID && r.ID != s.RID2 {
				continue
			}
			name := path.Join("xl", r.Target)
			if strings.HasPrefix(r.Target, "/") {
				name = strings.TrimPrefix(path.Clean(r.Target), "/")
			}
			return part(z, name)
		}
	}
	return nil, errors.New("the workbook does not say where the sheet is")
}

func part(z *zip.Reader, name string) (*zip.File, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(strings.ReplaceAll(f.Name, "\\", "/"), name) })
	if i < 0 {
		return nil, fmt.Errorf("no part %s", name)
	}
	return z.File[i], nil
}

func decodePart(z *zip.Reader, name string, into any) error {
	f, err := part(z, name)
	if err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(io.LimitReader(r, inMemory)).Decode(into)
}

func (b *book) eachLine(f func(n int, cells []cell) error) error {
	file, err := os.Open(b.path)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer file.Close()
	decoder, err := encodingOf(file)
	if err != nil {
		return err
	}
	text := bufio.NewReaderSize(transform.NewReader(file, decoder), 1<<16)
	r := csv.NewReader(text)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = separatorOf(text), true, -1, true
	most := 0
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errBroken.Wrap(err)
		}
		line, _ := r.FieldPos(0)
		if most = max(most, len(fields)); swallowed(fields, most, r.Comma) {
			return errQuotes
		}
		cells := make([]cell, min(len(fields), widest))
		for i := range cells {
			cells[i].text = strings.Clone(unquoted(fields[i]))
		}
		if err := f(line, cells); err != nil {
			return err
		}
	}
}

// swallowed reports whether a field holds whole lines of the table, because its quote is never closed. They
// would be lost, and nobody would know.
func swallowed(fields []string, most int, comma rune) bool {
	if most < 3 {
		return false
	}
	for _, f := range fields {
		_, rest, more := strings.Cut(f, "\n")
		for more {
			var line string
			line, rest, more = strings.Cut(rest, "\n")
			if strings.Count(line, string(comma)) >= most-2 {
				return true
			}
		}
	}
	return false
}

// unquoted undoes ="001", by which a CSV file keeps a spreadsheet from taking away zeros.
func unquoted(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		if inner, ok := strings.CutSuffix(rest, `"`); ok {
			return inner
		}
	}
	return s
}

// encodingOf tells how a CSV file is written: with a mark at its beginning, in UTF-8, or as Chinese
// spreadsheets write it.
func encodingOf(file *os.File) (transform.Transformer, error) {
	utf, err := validUTF8(bufio.NewReaderSize(file, 1<<18))
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if utf {
		return unicode.BOMOverride(unicode.UTF8.NewDecoder()), nil
	}
	return unicode.BOMOverride(simplifiedchinese.GB18030.NewDecoder()), nil
}

func validUTF8(r *bufio.Reader) (bool, error) {
	for {
		c, size, err := r.ReadRune()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if c == utf8.RuneError && size == 1 {
			return false, nil
		}
	}
}

// separatorOf is the sign that occurs most often in the first line.
func separatorOf(r *bufio.Reader) rune {
	head, _ := r.Peek(4096)
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	best := ','
	for _, c := range "\t;" {
		if bytes.Count(head, []byte(string(c))) > bytes.Count(head, []byte(string(best))) {
			best = c
		}
	}
	return best
}
