package coop

import (
	"context"
	"fmt"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errWage      = model.NewError(model.KindInvalid, "wage", "务工要写月份、1到31天、工钱和发钱的日期")
	errNotMember = model.NewError(model.KindInvalid, "not_a_member", "这个人那个月不是这一户的成员")
)

// mostWage of a month keeps sums of them far from overflowing.
const mostWage = model.Fen(1_000_000_000)

// Wages of a month in the cooperative, a page by person.
func (s *Service) Wages(ctx context.Context, coop access.Record[model.Cooperative], p model.Period, after string, limit int64) ([]model.Wage, string, error) {
	coopID := coop.ID()
	list, err := s.store.Wages(ctx, repo.Page{Prefix: model.WageID(p, coopID, ""), After: after, Limit: limit})
	return list, nextOf(list, limit, func(w model.Wage) string { return w.ID }), err
}

// Workers are the masked names of whom the wages were paid to, by person.
func (s *Service) Workers(ctx context.Context, wages []model.Wage) (map[string]string, error) {
	names := map[string]string{}
	for _, w := range wages {
		if _, known := names[w.PersonID]; known {
			continue
		}
		p, err := s.store.Person(ctx, w.PersonID)
		if err != nil {
			return nil, fmt.Errorf("person %s: %w", w.PersonID, err)
		}
		names[w.PersonID] = model.MaskName(p.Name)
	}
	return names, nil
}

// PutWage keeps what a member of a household earned in a month (rev 0), or changes what was read at rev.
func (s *Service) PutWage(ctx context.Context, coop access.Record[model.Cooperative], w model.Wage, rev int64, why string) (model.Wage, error) {
	first, err := model.ParseDate(string(w.Period) + "-01")
	if _, paidErr := model.ParseDate(string(w.PaidOn)); err != nil || paidErr != nil || w.Days < 1 || w.Days > 31 || w.Amount < 1 || w.Amount > mostWage {
		return w, errWage
	}
	if _, err := s.access.Household(ctx, coop.Staff(), coop.May(), w.HouseholdID); err != nil {
		return w, err
	}
	w.CoopID = coop.ID()
	p, err := s.store.Person(ctx, w.PersonID)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return w, err
	}
	_, early := p.Member(w.HouseholdID, first)
	if _, late := p.Member(w.HouseholdID, model.Date(w.Period.Add(1)+"-01").AddDays(-1)); err != nil || !early && !late {
		return w, errNotMember
	}
	w.ID = model.WageID(w.Period, w.CoopID, w.PersonID)
	if rev == 0 {
		w.Record = model.NewRecord(s.now(), coop.Actor())
		return w, taken(s.store.InsertWage(ctx, w), "wage_exists", "这个人这个月的务工已经记过")
	}
	return s.store.ChangeWage(ctx, w.ID, rev, coop.Pass.ChangeInfo(s.now(), why), func(old *model.Wage) error {
		old.HouseholdID, old.Days, old.Amount, old.PaidOn = w.HouseholdID, w.Days, w.Amount, w.PaidOn
		return nil
	})
}
