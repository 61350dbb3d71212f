package visit

import (
	"context"
	"errors"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Answer is the household's word on the latest visit: whether somebody came. It changes no state and no
// count by itself; the board shows it.
func (s *Service) Answer(ctx context.Context, house access.Household, visitID, answer string, rating int) (model.Visit, error) {
	if answer != "came" && answer != "did_not_come" || rating < 0 || rating > 5 {
		return model.Visit{}, model.NewError(model.KindInvalid, "visit_answer", "请回答来过或没来")
	}
	list, err := s.visitsTo(ctx, house)
	if err != nil {
		return model.Visit{}, err
	}
	i := slices.IndexFunc(list, func(v model.Visit) bool { return model.IsOutward(v.ID, visitID) }) // as the household knows it
	if i < 0 {
		return model.Visit{}, errNoVisit
	}
	list, err = s.answer(ctx, house, list[i:i+1], answer, rating)
	if err != nil {
		return model.Visit{}, err
	}
	return list[0], nil
}

// AnswerAll is the household's word on several of its visits, as LastTo or VisitsTo gave them, in two writes.
func (s *Service) AnswerAll(ctx context.Context, house access.Household, list []model.Visit, answer string) error {
	_, err := s.answer(ctx, house, list, answer, 0)
	return err
}

func (s *Service) answer(ctx context.Context, house access.Household, list []model.Visit, answer string, rating int) (done []model.Visit, err error) {
	by := model.ChangeInfo{Actor: "household:" + house.ID(), Why: "户里的回答", At: s.now()}
	for contest, again := (repo.Contest{}), false; ; again = true {
		done, err = s.store.ChangeVisits(ctx, list, again, by, func(v *model.Visit) {
			v.Answer, v.AnsweredAt = answer, s.now().UTC()
			if rating > 0 {
				v.Rating = rating
			}
		})
		if !errors.Is(err, repo.ErrOvertaken) || !contest.Again(ctx) {
			return done, err
		}
	}
}

// askedDays is how long after a visit the household is asked whether somebody came.
const askedDays = 31

// Unanswered are the visits to the household of which it has not said yet whether somebody came, the latest first.
// Once this month's visits are due, what a household says is about this month.
func (s *Service) Unanswered(ctx context.Context, house access.Household) ([]model.Visit, error) {
	_, open, err := s.LastTo(ctx, house)
	return open, err
}

// LastTo is the latest visit to the household, without an id when there was none, and those that Unanswered means.
func (s *Service) LastTo(ctx context.Context, house access.Household) (last model.Visit, open []model.Visit, err error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return last, nil, err
	}
	today := model.DateOf(s.now())
	since := today.AddDays(-askedDays)
	if first := settings.AidDayOf(today.Period()).AddDays(-settings.WindowBefore); today >= first && first > since {
		since = first
	}
	list, err := s.visitsTo(ctx, house)
	for _, v := range slices.Backward(list) {
		if v.Answer == "" && v.On >= since {
			open = append(open, v)
		}
	}
	if len(list) > 0 {
		last = list[len(list)-1]
	}
	return last, open, err
}

// Heard is what a household says before anybody has recorded a visit: it stands beside what the cadres owe it this
// month. It reports how many visits that are, and the aid day; before that day nothing is kept.
func (s *Service) Heard(ctx context.Context, house access.Household, answer string) (n int, aidDay model.Date, err error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return 0, "", err
	}
	today := model.DateOf(s.now())
	if aidDay = settings.AidDayOf(today.Period()); today < aidDay.AddDays(-settings.WindowBefore) || today < aidDay && answer != "came" {
		return 0, aidDay, nil
	}
	by := model.ChangeInfo{Actor: "household:" + house.ID(), Why: "户里的回答", At: s.now()}
	for contest := (repo.Contest{}); ; {
		n, err = s.store.ChangeExpectationsTo(ctx, house.ID(), today.Period(), by, func(e *model.Expectation) bool {
			if !e.Open() {
				return false
			}
			e.Heard = answer
			return true
		})
		if !errors.Is(err, repo.ErrOvertaken) || !contest.Again(ctx) {
			return n, aidDay, err
		}
	}
}

// Latest is the last visit to the household; ok is false when nobody has been there.
func (s *Service) Latest(ctx context.Context, house access.Household) (v model.Visit, ok bool, err error) {
	list, err := s.visitsTo(ctx, house)
	if len(list) == 0 {
		return v, false, err
	}
	return list[len(list)-1], true, err
}
