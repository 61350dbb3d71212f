package sheets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"bangfu/service/model"
)

// cell is one cell, as a person sees it.
type cell struct {
	text    string
	problem string // why it cannot be read, in Chinese; then there is something in it nevertheless

	numeric   bool // the file holds a number, not a text
	number    bool // of more digits than a spreadsheet keeps, or in scientific notation: the last digits may be gone
	day       bool // which is shown as a day
	since1904 bool // days are counted from 1904, as the old Macintosh did

	rows, columns int  // of the range that it is merged in; 0 for most
	below, beside bool // of such a range, not the first row, not the first column
}

// blank reports whether there is nothing in the cell.
func (c cell) blank() bool { return c.problem == "" && tidy(c.text) == "" }

// parser turns a cell that is not blank into its normal form; problem is why it cannot, in Chinese, and
// never repeats the cell: it may hold an id number in the wrong place.
type parser func(c cell) (value, problem string)

// none is what people write for "there is none"; it clears a field, which a blank cell does not.
var none = map[string]bool{"无": true, "没有": true, "清空": true, "/": true, "-": true, "—": true}

// tidy takes away what cannot be read, blanks at both ends, also full-width, unbreakable and invisible ones, and the
// apostrophe that guards a text which would otherwise be a formula.
func tidy(s string) string {
	s = strings.TrimFunc(model.Clean(s), blank)
	if rest, ok := strings.CutPrefix(s, "'"); ok && (guarded(rest) || isDigits(rest)) {
		s = strings.TrimFunc(rest, blank)
	}
	return s
}

func blank(r rune) bool { return unicode.IsSpace(r) || model.Invisible(r) }

// narrow makes alike what looks alike in a code, a number or a day, and takes away all blanks.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if blank(r) {
			return -1
		}
		return r
	}, model.Fold(s))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

var (
	scientific = regexp.MustCompile(`^([0-9])(?:\.([0-9]+))?[Ee]\+?([0-9]{1,3})$`)
	wholeFloat = regexp.MustCompile(`^([0-9]+)\.0+$`)
)

const lostDigits = "数字太长,表格软件已经丢了末尾几位;请把这一列设成文本再填"

// digitsOf undoes what spreadsheets do to a code of digits: 1.99E+10, 19900001001.0.
func digitsOf(s string) (string, string) {
	if m := wholeFloat.FindStringSubmatch(s); m != nil {
		return m[1], ""
	}
	m := scientific.FindStringSubmatch(s)
	if m == nil {
		return s, ""
	}
	exponent, _ := strconv.Atoi(m[3])
	digits := m[1] + m[2]
	missing := exponent + 1 - len(digits)
	switch {
	case missing < 0 && strings.Trim(digits[exponent+1:], "0") == "":
		return digits[:exponent+1], ""
	case missing < 0:
		return "", "不是完整的编号"
	case missing == 0:
		return digits, ""
	case exponent+1 > spreadsheetDigits || missing > 3:
		// What is missing may have been zeros or anything.
		return "", lostDigits
	}
	return digits + strings.Repeat("0", missing), ""
}

// spreadsheetDigits is how many digits a number in a spreadsheet keeps.
const spreadsheetDigits = 15

func code(c cell) (string, string) {
	s := narrow(tidy(c.text))
	if c.number || strings.Contains(strings.ToUpper(s), "E+") {
		var problem string
		if s, problem = digitsOf(s); problem != "" {
			return "", problem
		}
	} else if m := wholeFloat.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = model.FoldID(s)
	return s, model.CheckID(s)
}

func name(c cell) (string, string) {
	s := model.CleanName(tidy(c.text))
	if len([]rune(s)) > 50 {
		return "", "太长,最多50个字"
	}
	if strings.ContainsAny(s, "0123456789") {
		return "", "姓名里不能有数字"
	}
	return s, ""
}

func text(c cell) (string, string) {
	s := tidy(c.text)
	if none[s] {
		return "", ""
	}
	if len([]rune(s)) > 2000 {
		return "", "太长,最多2000个字"
	}
	return s, ""
}

var listSeparators = regexp.MustCompile(`[、,\x{ff0c};\x{ff1b}\n]+`)

// list is several texts in one cell; its normal form separates them with 、.
func list(c cell) (string, string) {
	s, problem := text(c)
	if problem != "" || s == "" {
		return s, problem
	}
	var parts []string
	for p := range strings.SplitSeq(listSeparators.ReplaceAllString(s, "、"), "、") {
		if p = tidy(p); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "、"), ""
}

func nationalID(c cell) (string, string) {
	s := strings.ToUpper(narrow(tidy(c.text)))
	s = strings.TrimPrefix(s, "'")
	if none[s] {
		return "", ""
	}
	if isDigits(s) && len(s) == 15 {
		return "", "是15位的旧证号,请填18位的"
	}
	plain := isDigits(s)
	s, problem := digitsOf(s)
	if problem != "" {
		return "", problem
	}
	if c.number && plain && strings.HasSuffix(s, "000") {
		return "", lostDigits
	}
	if len(s) != 18 {
		return "", fmt.Sprintf("应当是18位,这里是%d位", len([]rune(s)))
	}
	check := model.IDCheckDigit(s[:17])
	if check == 0 {
		return "", "前17位应当都是数字"
	}
	if s[17] != check {
		if c.number {
			return "", lostDigits
		}
		return "", "最后一位校验码不对,可能抄错了某一位"
	}
	return s, ""
}

var (
	mobile   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline = regexp.MustCompile(`^0[0-9]{9,11}$`)
)

func phone(c cell) (string, string) {
	s := narrow(tidy(c.text))
	if none[s] {
		return "", ""
	}
	s, problem := digitsOf(s)
	if problem != "" {
		return "", problem
	}
	s = strings.NewReplacer("-", "", "(", "", ")", "").Replace(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "86")
	if !mobile.MatchString(s) && !landline.MatchString(s) {
		return "", "不像电话号码:手机11位,座机带区号"
	}
	return s, ""
}

var dateForms = []*regexp.Regexp{
	regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$`),
	regexp.MustCompile(`^(\d{4})年(\d{1,2})月(\d{1,2})[日号]?$`),
	regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`),
}

var serialDay = regexp.MustCompile(`^(\d{4,5})(?:\.\d+)?$`)

// date is a day in one of five forms: 2016-03-01, 2016/3/1, 2016.3.1, 2016年3月1日, 20160301; and the number
// that a spreadsheet counts it as. An instant with a zone is the day that it was in Shanghai.
func date(c cell) (string, string) {
	s := tidy(c.text)
	if none[s] || s == "至今" {
		return "", ""
	}
	if c.day {
		return serial(c)
	}
	s = narrow(s)
	for _, form := range dateForms {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		month, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		d, err := model.ParseDate(fmt.Sprintf("%s-%02d-%02d", m[1], month, day))
		if err != nil {
			return "", "没有这一天"
		}
		if len(m) > 4 && m[4] != "" {
			var ok bool
			if d, ok = dayOf(d, m[4:]); !ok {
				return "", "没有这个时刻"
			}
		}
		if d < "1900-01-01" || d > "2100-12-31" {
			return "", "年份不对"
		}
		return string(d), ""
	}
	return serial(c)
}

// dayOf is the day of an instant: hours, minutes, seconds and perhaps a zone.
func dayOf(d model.Date, clock []string) (model.Date, bool) {
	if clock[2] == "" {
		clock[2] = "00"
	}
	zone := strings.ReplaceAll(clock[3], ":", "")
	layout := "2006-01-02 15:04:05"
	if zone != "" {
		layout += "Z0700"
	}
	at, err := time.ParseInLocation(layout, fmt.Sprintf("%s %02s:%s:%s%s", d, clock[0], clock[1], clock[2], zone), model.Shanghai)
	return model.DateOf(at), err == nil
}

// serial is a day by the number that a spreadsheet counts it as.
func serial(c cell) (string, string) {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.since1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if m := serialDay.FindStringSubmatch(narrow(tidy(c.text))); m != nil {
		n, _ := strconv.Atoi(m[1])
		if d := epoch.AddDate(0, 0, n); n > 2100 && d.Year() >= 1910 && d.Year() <= 2100 { // 1956 alone is a year, no day
			return d.Format(time.DateOnly), ""
		}
	}
	return "", "不是完整的日期,请写成 2016-03-01"
}

var (
	decimal  = regexp.MustCompile(`^([0-9]+)(?:\.([0-9]+))?$`)
	exponent = regexp.MustCompile(`^[0-9.]+[Ee][+-]?[0-9]+$`)
)

// figures are the digits of a number with at most one point; commas may stand in it in groups of three only, since
// anywhere else they might be a decimal point.
func figures(s string) (whole, decimals string, ok bool) {
	m := decimal.FindStringSubmatch(model.Ungroup(s))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// largestAmount is in yuan: nobody's income has more digits.
const largestAmount = 10

// money is an amount in yuan; its normal form is whole fen. It is read digit by digit: floats cannot hold
// most amounts. What can be read in two ways is refused.
func money(c cell) (string, string) {
	s := strings.ToUpper(strings.TrimFunc(model.Fold(tidy(c.text)), blank))
	if none[s] {
		return "0", ""
	}
	s = strings.TrimFunc(strings.TrimSuffix(strings.TrimPrefix(s, "¥"), "元"), blank)
	switch {
	case s == "-": // ¥-, as accountants show nothing
		return "0", ""
	case strings.Contains(s, "万"):
		return "", "请把万元换成元"
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "("):
		return "", "不能是负数"
	case strings.HasSuffix(s, "%"), strings.HasSuffix(s, "‰"):
		return "", "是百分数,不是金额"
	case exponent.MatchString(s):
		return "", "是科学计数法,请写出全部数字"
	}
	whole, decimals, ok := figures(s)
	switch {
	case !ok && strings.Contains(s, ","):
		return "", "逗号的位置看不懂;请去掉逗号,小数点用“.”"
	case !ok:
		return "", "不是金额"
	}
	return fenOf(whole+decimals, len(whole))
}

// fenOf reads digits with the decimal point after the first point of them.
func fenOf(digits string, point int) (string, string) {
	for strings.HasPrefix(digits, "0") {
		digits, point = digits[1:], point-1
	}
	if len(digits) > spreadsheetDigits { // 1234.5600000000001 is how a spreadsheet keeps 1234.56
		digits = rounded(digits, &point)
	}
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return "0", ""
	}
	fen := point + 2 // so many of the digits are whole fen
	switch {
	case fen < len(digits):
		return "", "最多写到分(两位小数)"
	case point > largestAmount:
		return "", "金额太大"
	}
	return digits + strings.Repeat("0", fen-len(digits)), ""
}

// rounded keeps as many digits as a spreadsheet shows.
func rounded(digits string, point *int) string {
	n, _ := strconv.ParseUint(digits[:spreadsheetDigits], 10, 64)
	if digits[spreadsheetDigits] >= '5' {
		n++
	}
	s := strconv.FormatUint(n, 10)
	if len(s) > spreadsheetDigits {
		*point++
	}
	return s
}

// whole is a number between low and high, with whatever unit people write behind it.
func whole(low, high int, units string) parser {
	return func(c cell) (string, string) {
		s := strings.TrimRight(narrow(tidy(c.text)), units)
		if m := wholeFloat.FindStringSubmatch(s); m != nil {
			s = m[1]
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			return "", fmt.Sprintf("应当是%d到%d之间的整数", low, high)
		}
		return strconv.Itoa(n), ""
	}
}

// word is one entry of a vocabulary: the code that is stored, what people read, what else they write.
type word struct {
	code, label string
	others      []string
}

type vocabulary []word

// parse accepts a label, another way to write it, or the code itself.
func (v vocabulary) parse(c cell) (string, string) {
	s := narrow(tidy(c.text))
	for _, w := range v {
		if s == narrow(w.label) || strings.EqualFold(s, w.code) && w.code != "" {
			return w.code, ""
		}
		for _, o := range w.others {
			if s == narrow(o) {
				return w.code, ""
			}
		}
	}
	return "", "只能填:" + strings.Join(v.labels(), "、")
}

func (v vocabulary) labels() []string {
	list := make([]string, len(v))
	for i, w := range v {
		list[i] = w.label
	}
	return list
}

func (v vocabulary) label(code string) string {
	for _, w := range v {
		if w.code == code {
			return w.label
		}
	}
	return code
}
