package sheets

import (
	"regexp"
	"strconv"
	"strings"
)

// styles tell how the numbers of a workbook are shown.
type styles struct {
	of   []int          // style → number format
	code map[int]string // of the formats that the workbook brings along
	made map[int]*numberFormat
}

func (w *workbook) readStyles(name string) (*styles, error) {
	s := &styles{code: map[int]string{}, made: map[int]*numberFormat{}}
	if name == "" || !w.has(name) {
		return s, nil
	}
	var part struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(name, &part); err != nil {
		return nil, err
	}
	for _, f := range part.Formats {
		s.code[f.ID] = f.Code
	}
	for _, x := range part.Cells {
		s.of = append(s.of, x.Format)
	}
	return s, nil
}

// look is how a style shows numbers; nil when the workbook does not say.
func (s *styles) look(style string) *numberFormat {
	id := 0
	if style != "" && len(s.of) > 0 {
		i, err := strconv.Atoi(style)
		if err != nil || i < 0 || i >= len(s.of) {
			return nil
		}
		id = s.of[i]
	}
	if made, ok := s.made[id]; ok {
		return made
	}
	code, ok := s.code[id]
	if !ok {
		if code, ok = builtIn[id]; !ok {
			return nil
		}
	}
	s.made[id] = newNumberFormat(code)
	return s.made[id]
}

// builtIn are the formats that a workbook names without saying what they are, as Chinese spreadsheets show them.
var builtIn = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: `"¥"#,##0;"¥"-#,##0`, 6: `"¥"#,##0;"¥"-#,##0`, 7: `"¥"#,##0.00;"¥"-#,##0.00`,
	8: `"¥"#,##0.00;"¥"-#,##0.00`, 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
	17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: `yyyy"年"m"月"`, 28: `m"月"d"日"`,
	29: `m"月"d"日"`, 30: "m/d/yy", 31: `yyyy"年"m"月"d"日"`, 32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss", 36: `yyyy"年"m"月"`,
	37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: `_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `,
	42: `_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ `, 43: `_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ `,
	44: `_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ `, 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
	50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`, 55: "h:mm", 56: "h:mm:ss", 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// Why a number is not read: what it looks like is not what the file holds.
const (
	problemLook = "显示的样子和存的数不一样,或者看不懂;请把格子设成常规或文本再填"
	problemDay  = "只显示了年月日的一部分,请显示成 2016-03-01 这样"
)

// number is a cell that holds a number: its text is what a person sees of it, of a day its serial number.
func (s *styles) number(raw, style string, mac bool) cell {
	c := cell{text: raw, number: longNumber(raw), numeric: true, since1904: mac}
	plain, ok := storedDigits(raw)
	if !ok {
		return cell{problem: problemNumber}
	}
	look := s.look(style)
	whole, _, _ := strings.Cut(strings.TrimPrefix(plain, "-"), ".")
	switch {
	case look == nil:
		c.problem = problemLook
	case look.day:
		c.text, c.day = plain, true
		if !look.wholeDay {
			c.problem = problemDay
		}
	case len(whole) > spreadsheetDigits: // it may have lost digits, which its column finds out
		if !look.plain {
			c.problem = problemLook
		}
	default:
		if c.text, ok = look.show(plain); !ok {
			c.problem = problemLook
		}
	}
	return c
}

var storedNumber = regexp.MustCompile(`^(-?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$`)

// storedDigits is a number without an exponent, of no more digits than a spreadsheet keeps: of
// 7.0000000000000007E-2 it is 0.07.
func storedDigits(raw string) (string, bool) {
	if isDigits(raw) && len(raw) <= spreadsheetDigits && (raw[0] != '0' || raw == "0") {
		return raw, true
	}
	m := storedNumber.FindStringSubmatch(raw)
	if m == nil || m[2]+m[3] == "" {
		return "", false
	}
	exponent, _ := strconv.Atoi(m[4])
	digits, point := m[2]+m[3], len(m[2])+exponent
	for strings.HasPrefix(digits, "0") {
		digits, point = digits[1:], point-1
	}
	if len(digits) > spreadsheetDigits {
		digits = rounded(digits, &point)
	}
	digits = strings.TrimRight(digits, "0")
	switch {
	case digits == "":
		return "0", true
	case point > 40 || point < -40:
		return "", false
	case point <= 0:
		return m[1] + "0." + strings.Repeat("0", -point) + digits, true
	case point >= len(digits):
		return m[1] + digits + strings.Repeat("0", point-len(digits)), true
	}
	return m[1] + digits[:point] + "." + digits[point:], true
}

// longNumber reports whether a number has more digits than a spreadsheet keeps, or hides them.
func longNumber(text string) bool {
	return len(strings.Trim(text, "0.")) > spreadsheetDigits || len(text) > spreadsheetDigits || strings.ContainsAny(text, "eE")
}
