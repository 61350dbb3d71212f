package sheets

import (
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// mostRows bounds a file, so that one takes no longer than somebody waits for it.
const mostRows = 300_000

var (
	errNoRows  = model.NewError(model.KindInvalid, "file_empty", "表头下面没有数据行")
	errTooMany = model.NewError(model.KindInvalid, "file_rows", fmt.Sprintf("超过%d行;请分成几个文件", mostRows))
)

// unseen gathers what is brought in though nobody who looked at the sheet has seen it: people filter a sheet, send it,
// and mean what they see.
type unseen struct {
	remarks []string // rows under the table that are none of it
	masked  int      // cells that an export has masked
	rows    int
	first   []string // the numbers of the first ones
}

func (u *unseen) row(l layout, r row) {
	if r.n > l.header && l.remark(r) {
		u.remarks = append(u.remarks, strconv.Itoa(r.n))
		return
	}
	for _, c := range l.columns {
		if r.n > l.header && c.at <= len(r.cells) && masked(c.column, r.cells[c.at-1]) {
			u.masked++
		}
	}
	if !r.hidden || r.n <= l.header || l.blankRow(r) {
		return
	}
	if u.rows++; len(u.first) < 5 {
		u.first = append(u.first, strconv.Itoa(r.n))
	}
}

func (u *unseen) notes(l layout, columns []span) []string {
	var notes []string
	if len(u.remarks) > 0 {
		notes = append(notes, fmt.Sprintf("第%s行是合计、填表人这样的行，没有导入", strings.Join(u.remarks[:min(5, len(u.remarks))], "、")))
	}
	if u.masked > 0 {
		notes = append(notes, fmt.Sprintf("有%d个格子是遮住的,不导入,原来的内容不动", u.masked))
	}
	if u.rows > 0 {
		more := ""
		if u.rows > len(u.first) {
			more = "等"
		}
		notes = append(notes, fmt.Sprintf("有%d行是隐藏的(第%s行%s),也会导入;不要的请先删掉", u.rows, strings.Join(u.first, "、"), more))
	}
	for _, c := range l.columns {
		for _, s := range columns {
			if c.at >= s.first && c.at <= s.last {
				notes = append(notes, fmt.Sprintf("“%s”这一列是隐藏的,也会导入", c.asRead))
				break
			}
		}
	}
	return notes
}
