package sheets

import (
	"bufio"
	"errors"
	"io"
	"path"
	"strings"
)

// workbook is an .xlsx file under way. Its parts are read by ourselves, tag by tag: the library ends quietly where a
// sheet is broken, and takes for an empty cell whatever it does not understand.
type workbook struct {
	*pack
	list    []sheetPart
	strings string // the part of the shared strings; empty without
	styles  *styles
	mac     bool // days are counted from 1904

	shared *sharedStrings     // once a cell needed one
	merges map[string][]merge // by sheet, once it was looked at
	hidden map[string][]span  // columns, by sheet
}

// sheetPart is a sheet of the workbook and where it lies.
type sheetPart struct {
	name, part string
	hidden     bool
}

func openWorkbook(file string) (*workbook, error) {
	p, err := openPack(file)
	if err != nil {
		return nil, err
	}
	w := &workbook{pack: p, merges: map[string][]merge{}, hidden: map[string][]span{}}
	if err := w.load(); err != nil {
		_ = p.file.Close()
		return nil, err
	}
	return w, nil
}

// load reads which sheets there are, and the styles of their cells.
func (w *workbook) load() error {
	if w.has("mimetype") || w.has("xl/workbook.bin") || w.has("Index/Document.iwa") {
		return errOtherFormat
	}
	root, err := w.relationshipsOf("")
	if err != nil {
		return err
	}
	main := root.first("officeDocument")
	if main == "" {
		return errBroken.Wrap(errors.New("the package does not say where its workbook is"))
	}
	main = strings.TrimPrefix(main, "/")
	if path.Ext(main) == ".bin" {
		return errOtherFormat
	}
	var book struct {
		Properties struct {
			Mac string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			RID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			RID2  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"` // the strict form
		} `xml:"sheets>sheet"`
	}
	if err := w.decode(main, &book); err != nil {
		return err
	}
	rels, err := w.relationshipsOf(main)
	if err != nil {
		return err
	}
	w.mac = isTrue(book.Properties.Mac)
	for _, s := range book.Sheets {
		to, ok := rels[s.RID]
		if !ok {
			to, ok = rels[s.RID2]
		}
		switch {
		case !ok:
			return errBroken.Wrap(errors.New("the workbook does not say where a sheet is"))
		case to.kind == "worksheet": // a sheet of a chart has no cells
			w.list = append(w.list, sheetPart{s.Name, to.target, s.State != "" && s.State != "visible"})
		}
	}
	w.strings = rels.first("sharedStrings")
	w.styles, err = w.readStyles(rels.first("styles"))
	return err
}

func isTrue(s string) bool { return s == "1" || strings.EqualFold(s, "true") }

func (w *workbook) partOf(sheet string) (string, error) {
	for _, s := range w.list {
		if s.name == sheet {
			return s.part, nil
		}
	}
	return "", errBroken.Wrap(errors.New("no such sheet"))
}

// size is how much a sheet is, unpacked, with the texts that it names.
func (w *workbook) size(sheet string) uint64 {
	name, err := w.partOf(sheet)
	if err != nil {
		return 0
	}
	size := w.parts[partName(name)].UncompressedSize64
	if w.strings != "" && w.has(w.strings) {
		size += w.parts[partName(w.strings)].UncompressedSize64
	}
	return size
}

// eachRow calls f with every row that the sheet's XML has, in order.
func (w *workbook) eachRow(sheet string, f func(row) error) error {
	name, err := w.partOf(sheet)
	if err != nil {
		return err
	}
	if _, known := w.merges[sheet]; !known {
		if w.merges[sheet], err = w.mergesOf(name); err != nil {
			return err
		}
	}
	p, err := w.open(name, unpackedLimit)
	if err != nil {
		return err
	}
	defer p.Close()
	r := newSheetReader(w, p, w.merges[sheet])
	err = r.read(f)
	w.hidden[sheet] = r.hidden
	return err
}

// mergesOf are the merged cells of a sheet, which stand behind its rows.
func (w *workbook) mergesOf(name string) ([]merge, error) {
	p, err := w.open(name, unpackedLimit)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	merges, err := scanMerges(bufio.NewReaderSize(io.LimitReader(p.r, p.left), 1<<18))
	return merges, p.fault(err)
}
