package public

import (
	"embed"
	"fmt"
	"html/template"
	"strings"

	"bangfu/service/disclose"
	"bangfu/service/model"
)

// view is what the pages are made from; each uses its part.
type view struct {
	Title, Farm, Contact string
	Sheet                string       // address of the style sheet
	Styles               template.CSS // or the sheet itself
	Problem              string

	Years []int
	Year  int
	List  []disclose.PublicView

	Objectable []disclose.PublicView // of all years, on the first page

	Item        *disclose.PublicView
	Open        bool // to objections
	Least, Most int
	Form        disclose.Objecting
	Objection   *model.Objection

	Slide slide
	N, Of int
	Hold  bool

	QR    template.HTML // of a poster
	Phone string
}

//go:embed templates
var files embed.FS

// styleText is our own sheet, so it may stand in a page as it is.
var styleText = template.CSS(sheet)

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"chart": chartOf, "period": disclose.Period, "paragraphs": paragraphs,
	"class": classOf,
	"day":   func(d model.Date) string { return d.LongYear() },
	"place": func(i int) int { return i + 1 },
	"next":  func(n, of int) int { return n%of + 1 },
	"last":  func(n, of int) int { return (n+of-2)%of + 1 },
}).ParseFS(files, "templates/*.html"))

// classOf is the style of a field's cells.
func classOf(f model.PublicField) string {
	if f.Numeric() {
		return "number"
	}
	return string(f)
}

func paragraphs(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// chart is a bar chart in units of its view box, which is as wide as a narrow phone.
type chart struct {
	Width, Height int
	Label         string
	Bars          []bar
}

type bar struct {
	Label, Value      string
	TextY, BarY, Size int
}

// The measures of a chart.
const (
	chartWidth = 280
	barStep    = 54
)

// chartOf draws a table's bars; nil when it has none.
func chartOf(t model.PublicTable) *chart {
	if t.Chart == "" || len(t.Bars) != len(t.Rows) {
		return nil
	}
	most := int64(1)
	for _, b := range t.Bars {
		most = max(most, b)
	}
	column := columnOf(t, t.Chart)
	c := &chart{Width: chartWidth, Height: barStep * len(t.Rows)}
	parts := make([]string, len(t.Rows))
	for i, r := range t.Rows {
		name := nameOf(t, r.Cells)
		c.Bars = append(c.Bars, bar{
			Label: name, Value: r.Cells[column], TextY: i*barStep + 20, BarY: i*barStep + 29, Size: int(max(t.Bars[i], 0) * chartWidth / most),
		})
		parts[i] = name + r.Cells[column]
	}
	c.Label = fmt.Sprintf("柱状图,%s,%s:%s", t.Caption, t.Chart.Label(), strings.Join(parts, ","))
	return c
}

func columnOf(t model.PublicTable, f model.PublicField) int {
	for i, x := range t.Fields {
		if x == f {
			return i
		}
	}
	return 0
}

// nameOf is what a row is about: its last column of words before the numbers.
func nameOf(t model.PublicTable, row []string) string {
	name := row[0]
	for i, f := range t.Fields {
		if !f.Numeric() {
			name = row[i]
		}
	}
	return name
}

// slide is one picture of the plaza screen.
type slide struct {
	Title, Caption string
	Fields         []model.PublicField
	Rows           []slideRow
	Total          []string
	Lines          []string // in the place of a table
	Foot           string
	Bars           bool
}

type slideRow struct {
	Cells []string
	Size  int // of its bar, in percent
	Value string
}

// What fits on a slide so that it reads at ten metres.
const (
	slideRows  = 6
	slideLine  = 26
	slideLines = 5
)

// slidesOf cuts disclosures into slides.
func slidesOf(shown []disclose.PublicView) []slide {
	var slides []slide
	for _, d := range shown {
		foot := "公示到" + d.To.LongYear() + " 有异议请到" + d.Contact
		if lines := wrapped(d.Text); len(lines) > 0 {
			slides = append(slides, slide{Title: d.Title, Lines: lines, Foot: foot})
		}
		for _, t := range d.Tables {
			slides = append(slides, tableSlides(d.Title, foot, t)...)
		}
	}
	return slides
}

// wrapped is the beginning of a text in lines.
func wrapped(text string) []string {
	var lines []string
	for _, p := range paragraphs(text) {
		for r := []rune(p); len(r) > 0; {
			n := min(slideLine, len(r))
			lines = append(lines, string(r[:n]))
			r = r[n:]
		}
	}
	if len(lines) > slideLines {
		lines = append(lines[:slideLines-1], "……全文见公开栏和微信公众号")
	}
	return lines
}

func tableSlides(title, foot string, t model.PublicTable) (slides []slide) {
	rows, drawn := slideRowsOf(t)
	pages := (len(rows) + slideRows - 1) / slideRows
	each := slideRows
	if pages > 0 {
		each = (len(rows) + pages - 1) / pages // as full as one another
	}
	for from := 0; from < len(rows); from += each {
		s := slide{Title: title, Caption: t.Caption, Fields: t.Fields, Rows: rows[from:min(from+each, len(rows))], Foot: foot, Bars: drawn}
		if from+each >= len(rows) {
			s.Total = t.Total
		}
		if pages > 1 {
			s.Caption = fmt.Sprintf("%s(%d/%d)", t.Caption, from/each+1, pages)
		}
		slides = append(slides, s)
	}
	return slides
}

func slideRowsOf(t model.PublicTable) (rows []slideRow, drawn bool) {
	c := chartOf(t)
	for i, r := range t.Rows {
		row := slideRow{Cells: r.Cells}
		if c != nil {
			row.Size, row.Value = c.Bars[i].Size*100/chartWidth, t.Chart.Label()+r.Cells[columnOf(t, t.Chart)]
		}
		rows = append(rows, row)
	}
	return rows, c != nil
}
