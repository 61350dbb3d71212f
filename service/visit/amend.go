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
	return s.amend(ctx, cadreActor(cadre.ID()), v, a)
}

func (s *Service) amend(ctx context.Context, actor string, v model.Visit, a Amendment) (model.Visit, error) {
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
	by := model.ChangeInfo{Actor: actor, Why: a.Why, At: s.now()}
	v, err := s.store.ChangeVisit(ctx, v.ID, 0, by, func(v *model.Visit) error {
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
	if err == nil && (v.CadreID != cadre.ID() || v.Withdrawn()) {
		return model.Visit{}, errNoVisit
	}
	return v, err
}

// undoWithin is how long after the record a visit can be taken back by whoever recorded it.
const undoWithin = 24 * time.Hour

var errUndoLate = model.NewError(model.KindConflict, "undo_late", "记了超过一天的走访不能撤销。记错的请发“"+model.CommandCorrect+"”,或者找扶贫办")

// Undo takes back a visit that the cadre recorded by mistake: it leaves lists and sums, what it met is owed again with
// its reminders, and the household is not asked about it. The record stays, with who took it back.
func (s *Service) Undo(ctx context.Context, cadre access.Cadre, visitID string) (model.Visit, error) {
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	if s.now().Sub(v.RecordedAt) > undoWithin {
		return v, errUndoLate
	}
	by := model.ChangeInfo{Actor: "cadre:" + cadre.ID(), Why: "记错了,撤销", At: s.now()}
	v, err = s.store.ChangeVisit(ctx, v.ID, 0, by, func(v *model.Visit) error { v.WithdrawnAt = s.now().UTC(); return nil })
	if err != nil {
		return v, err
	}
	if err := s.unmeet(ctx, v, by); err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

// unmeet makes what only this visit met owed again.
func (s *Service) unmeet(ctx context.Context, v model.Visit, by model.ChangeInfo) error {
	owed, err := s.store.Expectations(ctx, v.Period)
	if err != nil {
		return err
	}
	rest, err := s.store.VisitsTo(ctx, v.HouseholdID)
	if err != nil {
		return err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	for _, e := range owed {
		if e.VisitID != v.ID {
			continue
		}
		if _, err := s.store.ChangeExpectation(ctx, e.ID, 0, by, func(e *model.Expectation) error { e.State, e.VisitID = model.ExpectedVisit, ""; return nil }); err != nil {
			return err
		}
	}
	for _, other := range rest { // another visit of the month may meet the same
		if other.Period == v.Period {
			if err := s.fulfilExpectation(ctx, settings, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// Undoable are the visits that the cadre recorded within the last day, the latest first.
func (s *Service) Undoable(ctx context.Context, cadre access.Cadre) (list []model.Visit, err error) {
	this := model.DateOf(s.now()).Period()
	for _, p := range []model.Period{this, this.Add(-1), this.Add(-2)} {
		visits, err := s.store.VisitsIn(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, v := range visits {
			if v.CadreID == cadre.ID() && s.now().Sub(v.RecordedAt) <= undoWithin {
				list = append(list, v)
			}
		}
	}
	slices.SortFunc(list, func(a, b model.Visit) int { return b.RecordedAt.Compare(a.RecordedAt) })
	return list, nil
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
	by := model.ChangeInfo{Actor: "cadre:" + cadre.ID(), Why: "补充自己掏的钱", At: s.now()}
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
	by := model.ChangeInfo{Actor: "cadre:" + cadre.ID(), Why: "补充走访的话", At: s.now()}
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

// visitsTo the household and those that went into it, oldest first.
func (s *Service) visitsTo(ctx context.Context, house access.Household) ([]model.Visit, error) {
	numbers, err := s.access.Numbers(ctx, house)
	if err != nil {
		return nil, err
	}
	return s.store.VisitsTo(ctx, numbers...)
}

// VisitsTo the household, latest first, at most limit.
func (s *Service) VisitsTo(ctx context.Context, house access.Household, limit int) ([]model.Visit, error) {
	list, err := s.visitsTo(ctx, house)
	slices.Reverse(list)
	return list[:min(limit, len(list))], err
}
