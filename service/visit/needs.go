package visit

import (
	"context"
	"strings"

	"bangfu/service/model"
)

var errNeedText = model.NewError(model.KindInvalid, "need_text", "请用一两句话说清楚是什么难处,500字以内")

// Raise enters a difficulty of a household. key makes it once; owner is the cadre who sees to it, empty for
// the household's first one.
func (s *Service) Raise(ctx context.Context, key, householdID, source, text, owner, actor string) (model.Need, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Need{}, err
	}
	if owner == "" {
		if owner, err = s.leadOf(ctx, householdID); err != nil {
			return model.Need{}, err
		}
	}
	return s.openNeed(ctx, model.Need{
		ID: source + ":" + key, HouseholdID: householdID, Source: source, Text: text, OwnerID: owner,
		DueOn: model.DateOf(s.now()).AddDays(settings.NeedDays),
	}, actor)
}

func (s *Service) openNeed(ctx context.Context, n model.Need, actor string) (model.Need, error) {
	if n.Text = strings.TrimSpace(n.Text); n.Text == "" || len([]rune(n.Text)) > 500 {
		return n, errNeedText
	}
	n.Record = model.NewRecord(s.now(), actor)
	n.Step(model.NeedOpen, actor, "", s.now())
	err := s.store.InsertNeed(ctx, n)
	if model.IsKind(err, model.KindConflict) {
		return s.store.Need(ctx, n.ID)
	}
	return n, err
}

// leadOf is the household's lead cadre today, or any other; empty when there is none.
func (s *Service) leadOf(ctx context.Context, householdID string) (string, error) {
	list, err := s.store.PairingsOfHousehold(ctx, householdID)
	today, lead := model.DateOf(s.now()), ""
	for _, p := range list {
		if p.OpenOn(today) && (lead == "" || p.Role == model.PairingLead) {
			lead = p.CadreID
		}
	}
	return lead, err
}

// Done is the cadre's word that the difficulty is seen to; the household has the last one.
func (s *Service) Done(ctx context.Context, needID, cadreID, text string) (model.Need, error) {
	return s.step(ctx, needID, "cadre:"+cadreID, func(n *model.Need) error {
		if n.OwnerID != cadreID {
			return model.NewError(model.KindForbidden, "not_your_need", "这件难事不是您经办的")
		}
		if n.State == model.NeedOpen || n.State == model.NeedReopened {
			n.Step(model.NeedDone, "cadre:"+cadreID, text, s.now())
		}
		return nil
	})
}

// Settle is the household's word on what the cadre has done: settled, or not yet.
func (s *Service) Settle(ctx context.Context, needID, householdID string, settled bool, text string) (model.Need, error) {
	return s.step(ctx, needID, "household:"+householdID, func(n *model.Need) error {
		if n.HouseholdID != householdID {
			return model.NewError(model.KindNotFound, "no_such_need", "没有这件事")
		}
		state := model.NeedReopened
		if settled {
			state = model.NeedConfirmed
		}
		if n.State != state {
			n.Step(state, "household:"+householdID, text, s.now())
		}
		return nil
	})
}

func (s *Service) step(ctx context.Context, needID, actor string, edit func(*model.Need) error) (model.Need, error) {
	return s.store.ChangeNeed(ctx, needID, 0, model.Edit{Actor: actor, Why: "难事办理", At: s.now()}, edit)
}

// LiveNeedsOf the household, oldest first.
func (s *Service) LiveNeedsOf(ctx context.Context, householdID string) ([]model.Need, error) {
	list, err := s.store.NeedsOf(ctx, householdID)
	return live(list), err
}

// LiveNeedsOwnedBy the cadre, oldest first.
func (s *Service) LiveNeedsOwnedBy(ctx context.Context, cadreID string) ([]model.Need, error) {
	list, err := s.store.NeedsOwnedBy(ctx, cadreID)
	return live(list), err
}

func live(list []model.Need) (open []model.Need) {
	for _, n := range list {
		if n.Live() {
			open = append(open, n)
		}
	}
	return open
}
