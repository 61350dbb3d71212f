package wxsim

import (
	"strings"
	"testing"
)

func TestKeywordValues(t *testing.T) {
	for key, c := range map[string]struct{ good, bad []string }{
		"thing1": {[]string{strings.Repeat("走", 20), "a b-1。"}, []string{strings.Repeat("走", 21), "a\nb", "a\tb", "\x7f"}},
		"number2": {[]string{"1", "3.5", strings.Repeat("1", 32)},
			[]string{"1a", "-1", ".5", "1.", strings.Repeat("1", 33), strings.Repeat("1", 32) + ".5"}},
		"letter3":           {[]string{"abcXYZ"}, []string{"a1", "字", strings.Repeat("a", 33)}},
		"symbol4":           {[]string{"!@#$%"}, []string{"!a", "!!!!!!"}},
		"character_string5": {[]string{"A-1_b", strings.Repeat("9", 32)}, []string{"户1", "a b", strings.Repeat("9", 33)}},
		"time6": {[]string{"15:01", "2019年10月1日 15:01", "2020-10-05 09:00:00", "2020/1/5 9:00", "15:01~16:00", "2019年10月1日15:01"},
			[]string{"2020-10-05", "25:00", "12:60", "下午三点", "2020-13-01 09:00", "09:00~"}},
		"date7": {[]string{"2019年10月1日", "2020-10-05", "2020/10/05", "2019年10月1日 15:01", "2020-10-01 ~ 2020-10-05"},
			[]string{"10月1日", "15:01", "2020-10-32", "20201005"}},
		"amount8":       {[]string{"￥100", "100.50元", "1"}, []string{"12345678901", "百元", "100元整"}},
		"phone_number9": {[]string{"+86-0766-66888866", "13800000000"}, []string{"电话", strings.Repeat("1", 18)}},
		"car_number10":  {[]string{"粤A8Z888挂", "A12345"}, []string{"粤粤A88888", "粤A8Z8888挂"}},
		"name11": {[]string{"王秀英", strings.Repeat("王", 10), strings.Repeat("a", 20), "O'Neil"},
			[]string{strings.Repeat("王", 11), strings.Repeat("a", 21), "王1", "王" + strings.Repeat("a", 10)}},
		"phrase12": {[]string{"配送中"}, []string{"配送中一二三", "ok", "配送1"}},
		"first":    {[]string{"anything\nat all", strings.Repeat("走", 100)}, nil},
	} {
		for _, v := range c.good {
			if !fits(key, v) {
				t.Errorf("%s refuses %q", key, v)
			}
		}
		for _, v := range c.bad {
			if fits(key, v) {
				t.Errorf("%s takes %q", key, v)
			}
		}
	}
}
