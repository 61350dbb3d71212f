package bot

import (
	"regexp"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// dayOf is the day that somebody means by 昨天, 上礼拜三, 1月3日, 3号: the last such day that is not after today. ok is
// false for what no day can be made of, so that it is asked for.
func (s *Service) dayOf(said string) (model.Date, bool) {
	today := s.today()
	if days, ok := daysAgo[said]; ok {
		return today.AddDays(-days), true
	}
	if d, err := model.ParseDate(said); err == nil {
		return d, d <= today
	}
	said = inDigits(said)
	if m := weekday.FindStringSubmatch(said); m != nil {
		return s.lastWeekday(strings.Index(weekdays, m[2])/len("一")+1, strings.Count(m[1], "上")), true
	}
	if m := monthDay.FindStringSubmatch(said); m != nil {
		month, _ := strconv.Atoi(m[1])
		day, _ := strconv.Atoi(m[2])
		d := model.NewDate(today.Year(), month, day)
		if d > today {
			d = model.NewDate(today.Year()-1, month, day)
		}
		return d, month <= 12 && day <= 31 && month > 0 && day > 0
	}
	if m := dayOnly.FindStringSubmatch(said); m != nil {
		day, _ := strconv.Atoi(m[2])
		p := today.Period()
		if m[1] != "" || p.First().AddDays(day-1) > today {
			p = p.Add(-1)
		}
		d := p.First().AddDays(day - 1)
		return d, day > 0 && d.Period() == p
	}
	return "", false
}

var daysAgo = map[string]int{
	"today": 0, "yesterday": 1, "day_before_yesterday": 2, "今天": 0, "昨天": 1, "前天": 2, "大前天": 3, "昨儿": 1, "今儿": 0, "前儿": 2,
}

const weekdays = "一二三四五六日"

var (
	weekday  = regexp.MustCompile(`(上上|上|这|本)?个?(?:周|礼拜|星期)([一二三四五六日])`)
	monthDay = regexp.MustCompile(`^(\d{1,2})[月./-](\d{1,2})[日号]?$`)
	dayOnly  = regexp.MustCompile(`^(上个?月)?(?:这个?月|本月)?(\d{1,2})[号日]$`)
)

// lastWeekday is that day of this week, or so many weeks before; one that is still to come is of the week before.
func (s *Service) lastWeekday(day, weeks int) model.Date {
	today := s.today()
	now := (int(today.Start().Weekday())+6)%7 + 1
	d := today.AddDays(day - now - 7*weeks)
	if d > today {
		d = d.AddDays(-7)
	}
	return d
}

var chineseNumber = regexp.MustCompile(`[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]`)

// inDigits writes the numbers of a date in digits, and leaves the days of the week.
func inDigits(said string) string {
	said = strings.ReplaceAll(strings.ReplaceAll(said, "礼拜天", "礼拜日"), "周天", "周日")
	if weekday.MatchString(said) {
		return said
	}
	return chineseNumber.ReplaceAllStringFunc(said, func(n string) string {
		tens, ones, ten := strings.Cut(n, "十")
		value := func(d string) int { return max(0, strings.Index(chineseDigits, d)/len("一")) }
		switch {
		case !ten:
			return strconv.Itoa(value(n))
		case tens == "":
			return strconv.Itoa(10 + oneOf(ones, value))
		}
		return strconv.Itoa(10*value(tens) + oneOf(ones, value))
	})
}

func oneOf(ones string, value func(string) int) int {
	if ones == "" {
		return 0
	}
	return value(ones)
}
