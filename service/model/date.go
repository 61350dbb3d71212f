package model

import (
	"fmt"
	"time"
)

// Shanghai is the zone of every business date. China has kept UTC+8 all year since 1991,
// so a fixed zone is exact and needs no zone data on the machine.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Clock tells the time; it is injected so that tests and the demo can turn it.
type Clock func() time.Time

// Date is a business day in Asia/Shanghai, "YYYY-MM-DD". Dates compare as strings.
type Date string

// Period is a month in Asia/Shanghai, "YYYY-MM".
type Period string

// DateOf is the business day on which the instant t falls.
func DateOf(t time.Time) Date { return Date(t.In(Shanghai).Format(time.DateOnly)) }

// NewDate is the day; overflowing days and months carry, as time.Date does.
func NewDate(year, month, day int) Date {
	return DateOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, Shanghai))
}

// ParseDate accepts exactly YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("date %q: want YYYY-MM-DD", s)
	}
	return Date(s), nil
}

// Start is the first instant of the day; the zero time for an empty date.
func (d Date) Start() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), Shanghai)
	return t
}

// Year of the date.
func (d Date) Year() int { return d.Start().Year() }

// AddDays is the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Start().AddDate(0, 0, n)) }

// DaysUntil is the number of days from d to e, negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	return int(e.Start().Sub(d.Start()) / (24 * time.Hour))
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// Long is 12月5日(星期二).
func (d Date) Long() string {
	t := d.Start()
	return fmt.Sprintf("%d月%d日(星期%s)", t.Month(), t.Day(), weekdays[t.Weekday()])
}

// Near is the date as somebody says it on the day today: with the year when that is another one.
func (d Date) Near(today Date) string {
	if d.Year() == today.Year() {
		return d.Long()
	}
	return d.LongYear()
}

// LongYear is 2017年12月5日.
func (d Date) LongYear() string {
	t := d.Start()
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

// Period is the month of the date.
func (d Date) Period() Period { return Period(d[:7]) }

// Add is the month n months later.
func (p Period) Add(n int) Period {
	t := Date(p + "-01").Start()
	return NewDate(t.Year(), int(t.Month())+n, 1).Period()
}

// Label is 2017年12月.
func (p Period) Label() string {
	t := Date(p + "-01").Start()
	return fmt.Sprintf("%d年%d月", t.Year(), t.Month())
}

// First is the month's first day.
func (p Period) First() Date { return Date(p + "-01") }

// Last is the month's last day.
func (p Period) Last() Date { return p.Add(1).First().AddDays(-1) }

// ParsePeriod accepts exactly YYYY-MM.
func ParsePeriod(s string) (Period, error) {
	_, err := ParseDate(s + "-01")
	return Period(s), err
}
