package sheets

import (
	"strconv"
	"strings"
	"testing"
	"testing/quick"

	"bangfu/service/model"
)

func TestMoney(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "3600": "360000", "1,234.5": "123450", "¥12.34元": "1234", "\uffe512.3": "1230", "0.07": "7",
		"\uff11\uff12\uff0e\uff15": "1250", "1234.5600000000001": "123456", "9999999999.99": "999999999999", "无": "0", "12.300": "1230",
		"1234.123": "", "-5": "", "12万": "", "abc": "", "1e20": "", "12345678901": "", "0.001": "", "1.5E3": "", "7e-2": "", "3600,50": "", "1,2345.6": "", "3,6,0,0": "", "0,123": "", "36 00": "", "50%": "", "1.234,50": "", "１．２．３": "", "(500)": "",
	} {
		got, problem := money(cell{text: text})
		if got != want || (want == "") != (problem != "") {
			t.Errorf("%s is %q (%s), want %q", text, got, problem, want)
		}
	}
}

// TestMoneyReadsBack reads any amount back from what exports show, to the fen.
func TestMoneyReadsBack(t *testing.T) {
	same := func(n uint32) bool {
		fen := strconv.Itoa(int(n))
		got, problem := money(cell{text: yuan(fen)})
		read, _ := money(cell{text: model.Fen(n).Yuan()})
		return problem == "" && got == fen && read == fen
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"2016-03-01": "2016-03-01", "2016/3/1": "2016-03-01", "2016.3.1": "2016-03-01", "2016年3月1日": "2016-03-01", "20160301": "2016-03-01",
		"42430": "2016-03-01", "42430.5": "2016-03-01", "2016-03-01 00:00:00": "2016-03-01", "\uff12\uff10\uff11\uff16年3月1号": "2016-03-01",
		"2016-02-29": "2016-02-29", "2015-02-29": "", "2016年3月": "", "1956": "", "3/1/2016": "", "16-3-1": "", "20161301": "", "昨天": "",
	} {
		got, problem := date(cell{text: text})
		if got != want || (want == "") != (problem != "") {
			t.Errorf("%s is %q (%s), want %q", text, got, problem, want)
		}
	}
	if got, _ := date(cell{text: "40968", since1904: true}); got != "2016-03-01" {
		t.Errorf("1904: %s", got)
	}
}

func TestNationalIDs(t *testing.T) {
	good := "23990019600524002"
	good += string(model.IDCheckDigit(good))
	for text, want := range map[string]string{good: good, " " + strings.ToLower(good) + "\u3000": good, "'" + good: good, good[:6] + " " + good[6:]: good} {
		if got, problem := nationalID(cell{text: text}); got != want {
			t.Errorf("a number as text: %s", problem)
		}
	}
	if isDigits(good) {
		scientific := good[:1] + "." + good[1:] + "E+17"
		if got, _ := nationalID(cell{text: scientific, number: true}); got != good {
			t.Error("scientific notation with every digit lost some")
		}
	}
	for _, text := range []string{good[:15] + "000", "2.3990019600524E+17", "2.39900196005240E17"} {
		if got, problem := nationalID(cell{text: text, number: true}); got != "" || problem != lostDigits {
			t.Errorf("a number that lost digits: %q %s", got, problem)
		}
	}
}

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		cell
		want string
	}{
		{cell{text: "007"}, "007"}, {cell{text: "h-001"}, "H-001"}, {cell{text: "\uff28-\uff10\uff10\uff11"}, "H-001"}, {cell{text: "12.0"}, "12"},
		{cell{text: "1.2345E+7", number: true}, "12345000"}, {cell{text: "1E5"}, "1E5"}, {cell{text: "=1"}, "=1"},
		{cell{text: "123456789012345678", number: true}, "123456789012345678"}, {cell{text: "1.2345678E+17", number: true}, ""},
	} {
		if got, _ := code(c.cell); got != c.want {
			t.Errorf("%+v is %q", c.cell, got)
		}
	}
}

// TestGuard: whatever text, a spreadsheet takes it for text or for a plain number, and it comes back.
func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+8613": "+8613", "-12.5": "-12.5", "-cmd": "'-cmd", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "": "", "3号楼": "3号楼",
		"\n=1+1": "'\n=1+1", "\r\n=1": "'\r\n=1", "\r=1": "'\r=1", "\n注": "'\n注", "\t": "'\t",
		" =1": "' =1", "\u3000=1": "'\u3000=1", "\u00a0@A1": "'\u00a0@A1", "\ufeff=1": "'\ufeff=1", "\u200b\u2060=1": "'\u200b\u2060=1",
		"\x00=1": "'\x00=1", "\v\f=1": "'\v\f=1", "\u0085=1": "'\u0085=1", "\u2028=1": "'\u2028=1",
		"\uff1d1+1": "'\uff1d1+1", "\uff0b1": "'\uff0b1", "\uff0dcmd": "'\uff0dcmd", "\uff20SUM(A1)": "'\uff20SUM(A1)",
		" \uff1dHYPERLINK(1)": "' \uff1dHYPERLINK(1)", "\ufe661": "'\ufe661", "\u2212cmd": "'\u2212cmd",
		" -12.5": " -12.5", "一=二": "一=二", " 3号楼": " 3号楼", "a@b": "a@b",
	} {
		if got := Guard(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	back := func(s string) bool {
		s = strings.TrimFunc(model.Clean(s), blank)
		return strings.HasPrefix(s, "'") || tidy(Guard(s)) == s
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

// TestTitlesAreGuarded: the office names the fields that it adds itself, and those names head the list.
func TestTitlesAreGuarded(t *testing.T) {
	var b strings.Builder
	list, err := newTable(sheet{columns: []column{{title: "户号"}, {title: "=1+1"}, {title: "\uff1d2"}}}, true, &b)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.end(); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "\ufeff户号,'=1+1,'\uff1d2\r\n" {
		t.Errorf("the first line is %q", got)
	}
}
