package visit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// OfficeReport is a visit that a cadre has made and the office writes down, from paper or the telephone.
type OfficeReport struct {
	Report
	CadreID string
}

var errNotTheirs = model.NewError(model.KindInvalid, "not_paired", "那一天这位干部没有和这一户结对")

// OfficeRecord keeps a cadre's visit for them, marked as the office's, by the same rules as the cadre's own. As of
// any visit, the household is asked whether it was so.
func (s *Service) OfficeRecord(ctx context.Context, house access.Household, r OfficeReport) (model.Visit, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Visit{}, err
	}
	r.HouseholdID = house.ID()
	if err := s.checkReport(ctx, settings, r.CadreID, &r.Report); err != nil {
		if errors.Is(err, errNotPaired) {
			err = errNotTheirs
		}
		return model.Visit{}, err
	}
	key := model.ClientKey(house.Actor(), r.HouseholdID, "visit:"+r.Key)
	asked := []any{r.CadreID, r.On, r.Items, r.SelfFunded, r.Words, r.LateReason}
	if err := s.store.UseKey(ctx, model.NewKeyUse(key, asked, s.now())); err != nil {
		return model.Visit{}, err
	}
	v, err := s.merge(ctx, house.Actor(), r.CadreID, r.Report, key)
	if err != nil {
		return v, err
	}
	if err := s.fulfilExpectation(ctx, settings, v); err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

// OfficeAmend corrects a visit to the household, within the days in which it could be recorded.
func (s *Service) OfficeAmend(ctx context.Context, house access.Household, visitID string, a Amendment) (model.Visit, error) {
	numbers, err := s.access.Numbers(ctx, house)
	if err != nil {
		return model.Visit{}, err
	}
	v, err := s.store.Visit(ctx, visitID)
	if model.IsKind(err, model.KindNotFound) || err == nil && !slices.Contains(numbers, v.HouseholdID) {
		return model.Visit{}, errNoVisit
	}
	if err != nil {
		return v, err
	}
	return s.amend(ctx, house.Actor(), v, a)
}

// urgeLife is how long it is worth telling a cadre that they are late.
const urgeLife = 72 * time.Hour

// Urge tells the cadres who owe visits of the month in the units that the list reaches, once a day, however often it is
// asked for. It says how many owe some.
func (s *Service) Urge(ctx context.Context, l access.Lists, p model.Period) (cadres int, err error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return 0, err
	}
	all, err := s.store.Expectations(ctx, p)
	if err != nil {
		return 0, err
	}
	owed := map[string][]model.Expectation{}
	for _, e := range all {
		if !e.Open() {
			continue
		}
		if ok, err := l.CanAccess(ctx, e.HouseholdID); err != nil {
			return 0, err
		} else if ok {
			owed[e.CadreID] = append(owed[e.CadreID], e)
		}
	}
	today, aidDay := model.DateOf(s.now()), settings.AidDayOf(p)
	stage := model.Stage{Key: "urge", Days: aidDay.DaysUntil(today), To: model.ToCadre}
	heads, err := s.heads(ctx, stage, all, aidDay)
	if err != nil {
		return 0, err
	}
	notices := map[string]notify.Notice{}
	for cadreID, list := range owed {
		notices[cadreID] = cadreNotice(notify.Notice{
			Key: fmt.Sprintf("urge:%s:%s:%s", p, cadreID, today), Purpose: purposeReminder, Until: s.now().Add(urgeLife), OwnAccord: true,
			Subject: subject(stage, p, list), About: "请安排走访", When: aidDay.LongYear(),
		}, stage, aidDay, list, heads)
	}
	return len(notices), s.notify.TellCadres(ctx, notices)
}
