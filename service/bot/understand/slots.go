package understand

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// slotWords are the slots that an intent may have and the cues of their values.
type slotWords []struct {
	Name   string   `yaml:"name"`
	Of     []Intent `yaml:"of"`
	Values []struct {
		Is   any      `yaml:"is"`
		Cues []string `yaml:"cues"`
	} `yaml:"values"`
}

// slot is a compiled slot.
type slot struct {
	name   string
	of     []Intent
	values []value
}

type value struct {
	is   any
	cues []cue
}

func (l *Lexicon) loadSlots(words slotWords) error {
	for _, w := range words {
		sl := slot{name: w.Name, of: w.Of}
		for _, v := range w.Values {
			one := value{is: v.Is}
			for _, text := range v.Cues {
				c, err := l.compile(text, false)
				if err != nil {
					return err
				}
				one.cues = append(one.cues, c)
			}
			sl.values = append(sl.values, one)
		}
		l.slots = append(l.slots, sl)
	}
	return nil
}

// fill are the slots of the intent that the sentence names.
func (l *Lexicon) fill(s *sentence, in Intent, role Role, asked Asked) map[string]any {
	slots := map[string]any{}
	for _, sl := range l.slots {
		if !slices.Contains(sl.of, in) {
			continue
		}
		best := 0.0
		for _, v := range sl.values {
			for _, c := range v.cues {
				if c.weight > best && c.matches(s, role, asked) {
					best, slots[sl.name] = c.weight, v.is
				}
			}
		}
	}
	switch in {
	case "money", "money_missing", "dividend", "wages":
		if when := period(string(s.text)); when != "" {
			slots["when"] = when
		}
	case "rate":
		if m := saidStars.FindStringSubmatch(string(s.text)); m != nil {
			slots["stars"] = int(numeral([]rune(m[1])[0]))
		}
	case "record", "excuse", "issue_code", "told", "correct", "household_phone", "need":
		if role == Cadre {
			l.said(s, in, slots)
		}
	}
	return slots
}

// said puts in the household and the day as they were said.
func (l *Lexicon) said(s *sentence, in Intent, slots map[string]any) {
	if h, ok := l.first(s, isHousehold); ok {
		slots["household"] = strings.ToUpper(h)
	} else if h, ok := l.first(s, "family"); ok {
		slots["household"] = h
	}
	if in == "record" || in == "correct" {
		if items := l.items(s); len(items) > 0 {
			slots["items"] = items
		}
	}
	if in == "need" || in == "household_phone" || in == "issue_code" {
		return
	}
	if d := saidDay.FindString(string(s.said)); d != "" {
		slots["when"] = cmp.Or(saidAs(l, s, d), d)
	}
}

// items are the kinds of what a visit brought, as service/model names them.
func (l *Lexicon) items(s *sentence) (kinds []string) {
	for _, k := range []string{"goods", "policy_delivered", "difficulty_solved", "technology_delivered", "talk"} {
		if slices.ContainsFunc(s.hits[l.ids["item_"+k]], func(h hit) bool { return !h.negated }) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// saidAs names the last days; another day stays as it was said.
func saidAs(l *Lexicon, s *sentence, said string) string {
	return map[string]string{"今天": "today", "昨天": "yesterday", "前天": "day_before_yesterday"}[string(l.replace([]rune(said)))]
}

// first is the first word of the concept, the longest that begins there.
func (l *Lexicon) first(s *sentence, concept string) (string, bool) {
	var best hit
	for _, h := range s.hits[l.ids[concept]] {
		if best.hi == 0 || h.lo < best.lo || h.lo == best.lo && h.hi > best.hi {
			best = h
		}
	}
	if best.hi < len(s.text) && s.text[best.hi] == '家' {
		best.hi++
	}
	return string(s.text[best.lo:best.hi]), best.hi > 0
}

var saidStars = regexp.MustCompile(`([1-5一二两三四五])[颗个]?[星分]`)

// saidDay is a day as people say it.
var saidDay = regexp.MustCompile(`(大前天|前天|昨(天|日|儿个|儿|个)|今(天|日|儿个|儿|个|早)|夜儿?个|明(天|日|儿个|儿)|后天|上上?个?(周|礼拜|星期)[一二三四五六日天]|[这本]个?(周|礼拜|星期)[一二三四五六日天]|(周|礼拜|星期)[一二三四五六日天]` +
	`|(农历|阴历)?([正二三四五六七八九十冬腊]|十[一二])月(初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?)|(\d{4}[-年./])?\d{1,2}[-月./]\d{1,2}[日号]?|([一二三四五六七八九]|十[一二]?)月([二三]?十?[一二三四五六七八九]|[二三]?十)[日号]` +
	`|(上个?月|这个?月|本月)?(\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[号日]|(刚过的|上个)?(腊八|小年|除夕|年三十|大年初[一二三四五六七八九]|初[一二三四五六七八九十]|元旦|国庆|中秋|端午|清明|五一|十一)` +
	`|上上?个?(周|礼拜|星期)|头[两几]天|前[两几]天)([早晚]上|上午|下午|中午|晚上)?`)

var (
	yearMonth = regexp.MustCompile(`(20\d\d|\d\d)[年./-](0?[1-9]|1[0-2])(月|$)`)
	yearOnly  = regexp.MustCompile(`(20[0-3]\d)`)
	shortYear = regexp.MustCompile(`(^|\D)([12]\d)年`)
)

// period is the time that a question about money names, in the form of the slot `when`.
func period(text string) string {
	if m := yearMonth.FindStringSubmatch(text); m != nil {
		year, month := m[1], m[2]
		if len(year) == 2 {
			year = "20" + year
		}
		if len(month) == 1 {
			month = "0" + month
		}
		return year + "-" + month
	}
	if m := yearOnly.FindString(text); m != "" {
		return m
	}
	if m := shortYear.FindStringSubmatch(text); m != nil {
		return "20" + m[2]
	}
	for _, w := range []struct{ said, is string }{{"上个月", "last_month"}, {"这个月", "this_month"}, {"去年", "last_year"}, {"今年", "this_year"}} {
		if strings.Contains(text, w.said) {
			return w.is
		}
	}
	return ""
}
