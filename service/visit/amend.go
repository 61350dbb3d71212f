package visit

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Amendment is what a visit should have said. The revisions keep what it said before.
type Amendment struct {
	Items      []model.VisitItem
	SelfFunded model.Fen
	Words      string
	Why        string
}

var (
	errNoVisit  = model.NewError(model.KindNotFound, "no_such_visit", "没有这次走访")
	errAmendWhy = model.NewError(model.KindInvalid, "amend_why", "请写一句为什么更正")
)

// Amend puts another content in the place of the cadre's own visit, within the days in which it could be recorded.
func (s *Service) Amend(ctx context.Context, cadre access.Cadre, visitID string, a Amendment) (model.Visit, error) {
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	switch {
	case strings.TrimSpace(a.Why) == "":
		return v, errAmendWhy
	case v.On < model.DateOf(s.now()).AddDays(-latestRecord):
		return v, errVisitDate
	case len(a.Items) == 0 || checkItems(a.Items) != nil:
		return v, errItems
	case a.SelfFunded < 0 || a.SelfFunded > mostSelfFunded:
		return v, errSelfFunded
	case len([]rune(a.Words)) > model.MaxWords:
		return v, errWords
	}
	by := model.Edit{Actor: "cadre:" + cadre.ID(), Why: a.Why, At: s.now()}
	v, err = s.store.ChangeVisit(ctx, v.ID, 0, by, func(v *model.Visit) error {
		v.Items, v.SelfFunded, v.Words, v.AmendedAt = a.Items, a.SelfFunded, strings.TrimSpace(a.Words), s.now().UTC()
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

// own is the cadre's own visit, which may be named as their phone knows it (model.Outward).
func (s *Service) own(ctx context.Context, cadre access.Cadre, visitID string) (model.Visit, error) {
	v, err := s.store.Visit(ctx, visitID)
	if model.IsKind(err, model.KindNotFound) {
		v, err = s.ownNamed(ctx, cadre, visitID)
	}
	if err == nil && v.CadreID != cadre.ID() {
		return model.Visit{}, errNoVisit
	}
	return v, err
}

// ownNamed looks for the visit in the months in which it can still be changed.
func (s *Service) ownNamed(ctx context.Context, cadre access.Cadre, given string) (model.Visit, error) {
	today := model.DateOf(s.now())
	for p := today.Period(); p >= today.AddDays(-latestRecord).Period(); p = p.Add(-1) {
		visits, err := s.store.VisitsIn(ctx, p)
		if err != nil {
			return model.Visit{}, err
		}
		for _, v := range visits {
			if v.CadreID == cadre.ID() && model.IsOutward(v.ID, given) {
				return v, nil
			}
		}
	}
	return model.Visit{}, errNoVisit
}

// addWithin is how long after a record words and files still belong to it.
const addWithin = 30 * time.Minute

// Recent is the visit that the cadre recorded last, within the last half hour: what they send now belongs to it.
func (s *Service) Recent(ctx context.Context, cadre access.Cadre) (v model.Visit, ok bool, err error) {
	this := model.DateOf(s.now()).Period()
	for _, p := range []model.Period{this, this.Add(-1)} {
		visits, err := s.store.VisitsIn(ctx, p)
		if err != nil {
			return v, false, err
		}
		for _, x := range visits {
			if x.CadreID == cadre.ID() && s.now().Sub(x.UpdatedAt) < addWithin && x.UpdatedAt.After(v.UpdatedAt) {
				v, ok = x, true
			}
		}
	}
	return v, ok, nil
}

// Correct puts one kind, once, in the place of what the cadre recorded; money and words stay.
func (s *Service) Correct(ctx context.Context, cadre access.Cadre, visitID string, kind model.VisitKind) (model.Visit, error) {
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	return s.Amend(ctx, cadre, visitID, Amendment{
		Items: []model.VisitItem{{Kind: kind, Count: 1}}, SelfFunded: v.SelfFunded, Words: v.Words, Why: "记错了,当时就改",
	})
}

// AddPocket adds to what the cadre paid themself at their own visit. The same key adds once.
func (s *Service) AddPocket(ctx context.Context, cadre access.Cadre, visitID, key string, fen model.Fen) (model.Visit, error) {
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	key = visitKey(cadre.ID(), v.HouseholdID, "pocket:"+key)
	by := model.Edit{Actor: "cadre:" + cadre.ID(), Why: "补充自己掏的钱", At: s.now()}
	v, err = s.store.ChangeVisit(ctx, v.ID, 0, by, func(v *model.Visit) error {
		if slices.Contains(v.Keys, key) {
			return nil
		}
		sum, err := v.SelfFunded.Add(fen)
		if err != nil || fen <= 0 || sum > mostSelfFunded {
			return errSelfFunded
		}
		v.Keys, v.SelfFunded = append(v.Keys, key), sum
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

// AddWords adds words to the cadre's own visit. The same key adds once.
func (s *Service) AddWords(ctx context.Context, cadre access.Cadre, visitID, key, words string) (model.Visit, error) {
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	key = visitKey(cadre.ID(), v.HouseholdID, "words:"+key)
	by := model.Edit{Actor: "cadre:" + cadre.ID(), Why: "补充走访的话", At: s.now()}
	return s.store.ChangeVisit(ctx, v.ID, 0, by, func(v *model.Visit) error {
		if slices.Contains(v.Keys, key) {
			return nil
		}
		if len([]rune(v.Words+words)) > model.MaxWords {
			return errWords
		}
		v.Keys = append(v.Keys, key)
		v.Say(words)
		return nil
	})
}

// VisitsTo the household, latest first, at most limit.
func (s *Service) VisitsTo(ctx context.Context, house access.Household, limit int) ([]model.Visit, error) {
	list, err := s.store.VisitsTo(ctx, house.ID())
	slices.Reverse(list)
	return list[:min(limit, len(list))], err
}
