package visit

import (
	"context"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errActivity   = model.NewError(model.KindInvalid, "activity", "活动要有种类、名称、日期和参加人数")
	errDebriefing = model.NewError(model.KindInvalid, "debriefing", "评议要有单位、日期和票数")
)

// KeepActivity enters an activity, or changes the one that has the id, made on rev; rev 0 makes a new one, and then
// the id is a key of whoever enters it, under which it is entered once.
func (s *Service) KeepActivity(ctx context.Context, farm access.Farm, rev int64, a model.Activity) (model.Activity, error) {
	_, dateErr := model.ParseDate(string(a.On))
	if !a.Kind.Known() || strings.TrimSpace(a.Title) == "" || dateErr != nil || a.Participants < 0 || a.On > model.DateOf(s.now()) {
		return a, errActivity
	}
	if rev == 0 {
		return s.enterActivity(ctx, farm, a)
	}
	by := farm.ChangeInfo(s.now(), "修改活动")
	return s.store.ChangeActivity(ctx, a.ID, rev, by, func(old *model.Activity) error {
		old.Kind, old.Title, old.On, old.Participants, old.Households, old.Text = a.Kind, a.Title, a.On, a.Participants, a.Households, a.Text
		return nil
	})
}

func (s *Service) enterActivity(ctx context.Context, farm access.Farm, a model.Activity) (model.Activity, error) {
	a.ID = model.ClientKey(farm.Actor(), "", "activity:"+a.ID)
	asked := []any{a.Kind, a.Title, a.On, a.Participants, a.Households, a.Text}
	if err := s.store.UseKey(ctx, model.NewKeyUse(a.ID, asked, s.now())); err != nil {
		return a, err
	}
	a.Record = model.NewRecord(s.now(), farm.Actor())
	err := s.store.InsertActivity(ctx, a)
	if model.IsKind(err, model.KindConflict) {
		return s.store.Activity(ctx, a.ID)
	}
	return a, err
}

// Activities of a year, oldest first. Of the households that took part those are named that the list reaches.
func (s *Service) Activities(ctx context.Context, l access.Lists, year int) ([]model.Activity, error) {
	list, err := s.store.ActivitiesIn(ctx, year)
	if err != nil || l.WholeFarm() {
		return list, err
	}
	for i, a := range list {
		list[i].Households = nil
		for _, id := range a.Households {
			if ok, err := l.CanAccess(ctx, id); err != nil {
				return nil, err
			} else if ok {
				list[i].Households = append(list[i].Households, id)
			}
		}
	}
	return list, nil
}

// KeepDebriefing enters the votes on a unit's report of a year, or changes them, made on rev; rev 0 enters.
func (s *Service) KeepDebriefing(ctx context.Context, farm access.Farm, rev int64, d model.Debriefing) (model.Debriefing, error) {
	_, dateErr := model.ParseDate(string(d.On))
	if _, err := s.store.Unit(ctx, d.UnitID); model.IsKind(err, model.KindNotFound) || dateErr != nil || d.Ballots.Votes() == 0 {
		return d, errDebriefing
	} else if err != nil {
		return d, err
	}
	d.ID = model.DebriefingID(d.UnitID, d.Year)
	if rev == 0 {
		d.Record = model.NewRecord(s.now(), farm.Actor())
		return d, s.store.InsertDebriefing(ctx, d)
	}
	by := farm.ChangeInfo(s.now(), "修改评议")
	return s.store.ChangeDebriefing(ctx, d.ID, rev, by, func(old *model.Debriefing) error {
		old.On, old.Ballots = d.On, d.Ballots
		return nil
	})
}

// Debriefings of a year, of the units that the list reaches.
func (s *Service) Debriefings(ctx context.Context, l access.Lists, year int) ([]model.Debriefing, error) {
	all, err := s.store.DebriefingsIn(ctx, year)
	if err != nil {
		return nil, err
	}
	mine := []model.Debriefing{}
	for _, d := range all {
		if ok, err := l.CanAccessUnit(ctx, d.UnitID); err != nil {
			return nil, err
		} else if ok {
			mine = append(mine, d)
		}
	}
	return mine, nil
}
