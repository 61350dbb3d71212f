package visit

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Settings of the farm.
func (s *Service) Settings(ctx context.Context) (model.Settings, error) { return s.store.Settings(ctx) }

var errStages = model.NewError(model.KindInvalid, "stages", "提醒的阶段要有不同的名字,时间在0到23点,有效1到240小时,对象是cadre、household、secretary或office")

func checkStages(s model.Settings) error {
	seen := map[string]bool{}
	for _, st := range s.Stages {
		known := st.To == model.ToCadre || st.To == model.ToHousehold || st.To == model.ToSecretary || st.To == model.ToOffice
		if st.Key == "" || seen[st.Key] || st.Hour < 0 || st.Hour > 23 || st.Hours < 1 || st.Hours > 240 || st.Days < -20 || st.Days > 25 || !known {
			return errStages
		}
		seen[st.Key] = true
	}
	return nil
}

var (
	errOfficePhone = model.NewError(model.KindInvalid, "office_phone", "扶贫办的电话写数字,可以有空格和短横线,最多30个字")
	errOfficeHours = model.NewError(model.KindInvalid, "office_hours", "办公时间最多40个字")
)

// officePhone is how a telephone number is written that people are to dial: 0453-1234567, 138 0000 0000 转 8.
var officePhone = regexp.MustCompile(`^[0-9][0-9 \-]{4,24}( ?转 ?[0-9]{1,6})?$`)

func checkOffice(o model.Office) error {
	if o.Phone != "" && !officePhone.MatchString(o.Phone) {
		return errOfficePhone
	}
	if utf8.RuneCountInString(o.Hours) > 40 {
		return errOfficeHours
	}
	return nil
}

// ChangeSettings changes what edit sets. KindConflict when somebody changed them since rev.
func (s *Service) ChangeSettings(ctx context.Context, farm access.Farm, rev int64, why string, edit func(*model.Settings)) (model.Settings, error) {
	return s.store.ChangeSettings(ctx, rev, farm.ChangeInfo(s.now(), why), func(x *model.Settings) error {
		edit(x)
		x.Office.Phone, x.Office.Hours = strings.TrimSpace(x.Office.Phone), strings.TrimSpace(x.Office.Hours)
		if err := checkStages(*x); err != nil {
			return err
		}
		return checkOffice(x.Office)
	})
}

// Preview is what settings would do in the coming month.
type Preview struct {
	AidDay   model.Date     `json:"aid_day"`
	Cadres   int            `json:"cadres" doc:"要走访的干部"`
	Messages map[string]int `json:"messages" doc:"每个阶段最多发多少条"`
	Text     string         `json:"text"`
}

// PreviewSettings reckons without writing anything: at most so many messages, if nobody records a visit.
func (s *Service) PreviewSettings(ctx context.Context, edit func(*model.Settings)) (Preview, error) {
	x, err := s.store.Settings(ctx)
	if err != nil {
		return Preview{}, err
	}
	if edit(&x); checkStages(x) != nil {
		return Preview{}, errStages
	}
	day := x.NextAidDay(model.DateOf(s.now()))
	pairings, err := s.store.Pairings(ctx)
	if err != nil {
		return Preview{}, err
	}
	roles, err := s.reportRecipients(ctx)
	if err != nil {
		return Preview{}, err
	}
	cadres, households := map[string]bool{}, map[string]bool{}
	for _, p := range pairings {
		if p.OpenOn(day) {
			cadres[p.CadreID], households[p.HouseholdID] = true, true
		}
	}
	p := Preview{AidDay: day, Cadres: len(cadres), Messages: map[string]int{}}
	total := 0
	for _, st := range x.Stages {
		switch st.To {
		case model.ToCadre:
			p.Messages[st.Key] = len(cadres)
		case model.ToHousehold:
			p.Messages[st.Key] = len(households)
		default:
			p.Messages[st.Key] = roles[st.To]
		}
		total += p.Messages[st.Key]
	}
	p.Text = fmt.Sprintf("按这样设置,下个帮扶日是%s,%d位干部、%d户,最多发%d条提醒。", day.Long(), len(cadres), len(households), total)
	return p, nil
}

// reportRecipients is how many secretaries, and how many of the office, a report goes to.
func (s *Service) reportRecipients(ctx context.Context) (map[model.Audience]int, error) {
	staff, err := s.store.StaffList(ctx)
	n := map[model.Audience]int{}
	for _, st := range staff {
		for audience, role := range reportsTo {
			if st.Has(role) && st.CadreID != "" && !st.Disabled {
				n[audience]++
			}
		}
	}
	return n, err
}

// Reminders of a month with what became of each: of all, or of the cadres whose units the list reaches.
func (s *Service) Reminders(ctx context.Context, l access.Lists, p model.Period) ([]model.Message, error) {
	all, err := s.remindersOf(ctx, p)
	if err != nil || l.WholeFarm() {
		return all, err
	}
	mine := []model.Message{}
	for _, m := range all {
		c, err := s.store.Cadre(ctx, remindedPerson(m))
		if model.IsKind(err, model.KindNotFound) {
			continue // a report to a secretary or to the office
		}
		if err != nil {
			return nil, err
		}
		if ok, err := l.CanAccessUnit(ctx, c.UnitID); err != nil {
			return nil, err
		} else if ok {
			mine = append(mine, m)
		}
	}
	return mine, nil
}

func (s *Service) remindersOf(ctx context.Context, p model.Period) ([]model.Message, error) {
	return s.store.MessagesUnder(ctx, "rem:"+string(p)+":")
}

// remindedPerson is to whom a reminder goes: the last part of its key (see model.ReminderKey).
func remindedPerson(m model.Message) string {
	parts := strings.Split(m.ID, ":")
	if len(parts) != 4 {
		return ""
	}
	return parts[3]
}
