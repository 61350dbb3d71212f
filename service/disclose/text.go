package disclose

import (
	"fmt"
	"strings"

	"bangfu/service/model"
)

// Article is the disclosure as the text of an article of the official account.
func Article(d model.Disclosure, address string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", d.Title)
	line("")
	line("(截至%s)", d.AsOf.LongYear())
	if d.Text != "" {
		line("")
		line("%s", d.Text)
	}
	for _, t := range d.Tables {
		line("")
		line("【%s】", t.Caption)
		for _, r := range t.Rows {
			line("%s", rowText(t, r.Cells))
		}
		if len(t.Total) > 0 {
			line("%s", rowText(t, t.Total))
		}
		if t.Note != "" {
			line("注:%s", t.Note)
		}
	}
	line("")
	line("%s", Period(d))
	line("有异议请在公示期内提出:%s,或到%s。", address, d.Contact)
	return b.String()
}

// rowText is 名称:户数4、人数9.
func rowText(t model.PublicTable, row []string) string {
	var parts []string
	for i, cell := range row[1:] {
		if cell == "" || cell == "—" {
			continue
		}
		f := t.Fields[i+1]
		name, unit, split := strings.Cut(strings.TrimSuffix(f.Label(), ")"), "(")
		switch {
		case split:
			parts = append(parts, name+cell+unit)
		case f.Numeric():
			parts = append(parts, name+cell)
		default:
			parts = append(parts, cell)
		}
	}
	return row[0] + ":" + strings.Join(parts, ",")
}

// Period is when the notice runs, in words.
func Period(d model.Disclosure) string {
	if d.From == "" {
		return fmt.Sprintf("公示期:自公布之日起%d天", max(d.Days, model.NoticeDays))
	}
	return fmt.Sprintf("公示期:%s至%s", d.From.LongYear(), d.To.LongYear())
}

// crawlMost is how many characters of the content a crawl may hold: it runs by in about a minute.
const crawlMost = 160

// Crawl is the disclosure as one line that runs over the television picture: as much of its first table as fits,
// and no list of names.
func Crawl(d model.Disclosure) string {
	text := d.Title + "公示。"
	if parts := crawled(d); len(parts) > 0 {
		text += strings.Join(parts, ";") + "。"
	}
	return text + Period(d) + ",全文见微信公众号和公开栏,有异议请到" + d.Contact + "提出。"
}

func crawled(d model.Disclosure) (parts []string) {
	if len(d.Tables) == 0 || d.Item == model.ItemPairings || d.Item.Purpose() != "" {
		return nil
	}
	t, left := d.Tables[0], crawlMost
	for _, r := range t.Rows {
		part := rowText(t, r.Cells)
		if left -= len([]rune(part)); left < 0 {
			break
		}
		parts = append(parts, part)
	}
	if len(t.Total) > 0 {
		parts = append(parts, rowText(t, t.Total))
	}
	return parts
}
