package aid

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeApplication is the purpose of every message about an application.
const purposeApplication = "application"

// How long such a message is worth sending, and telling by hand.
const (
	tellLife = 72 * time.Hour
	tellHand = 45 * 24 * time.Hour // until the next visit, whatever happens to one
)

// Says is the state in one sentence: what is missing, what was decided, by when.
func (s *Service) Says(ctx context.Context, a model.Application) (string, error) {
	what, err := s.What(ctx, a)
	return a.Sentence(what), err
}

// tell tells the household of the state that the application has come to, once.
func (s *Service) tell(ctx context.Context, a model.Application) error {
	if a.Told == len(a.Log) {
		return nil
	}
	says, err := s.Says(ctx, a)
	if err != nil {
		return err
	}
	more := "发“" + model.CommandApplications + "”看详情"
	if a.State == model.AppRefused {
		more = "为什么、不同意怎么办,请发“" + model.CommandApplications + "”"
	}
	if err := s.notify.TellHousehold(ctx, s.notice(a, string(a.State), says+"\n"+more+"。"), a.HouseholdID); err != nil {
		return err
	}
	return s.store.NoteTold(ctx, a.ID, len(a.Log))
}

// notice is about the application as it stands; its key is the application, the occasion and the step.
func (s *Service) notice(a model.Application, occasion, text string) notify.Notice {
	return notify.Notice{
		Key: fmt.Sprintf("app:%s:%s:%d", a.ID, occasion, len(a.Log)), Purpose: purposeApplication, Text: text,
		Subject: a.ID + "|" + strconv.Itoa(len(a.Log)), Until: s.now().Add(tellLife), HandUntil: s.now().Add(tellHand),
		OwnAccord: true, About: short(a.Title), When: s.today().LongYear(), More: a.State.Label(),
	}
}

// short is a text of at most the 20 characters that a template's field takes.
func short(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 20)])
}

// stillThere is the guard of messages about an application: it has not moved on since.
func (s *Service) stillThere(ctx context.Context, m *model.Message) (bool, error) {
	id, step, _ := strings.Cut(m.Subject, "|")
	a, err := s.store.Application(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return strconv.Itoa(len(a.Log)) == step, err
}

// Plan goes on with what a crash cut off, closes what has served its time, and reminds of what is overdue, once a
// state. It can run at any time, on any number of machines.
func (s *Service) Plan(ctx context.Context) error {
	live, err := s.store.ApplicationsIn(ctx, model.LiveStates()...)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range live {
		if err := s.goOn(ctx, a); err != nil {
			errs = append(errs, fmt.Errorf("application %s: %w", a.ID, err))
		}
	}
	gone, err := s.store.GonePapers(ctx)
	errs = append(errs, err)
	for _, p := range gone {
		errs = append(errs, s.remove(ctx, p.ID))
	}
	return errors.Join(errs...)
}

// planner is who goes on, as revisions name it.
const planner = "planner"

func (s *Service) goOn(ctx context.Context, a model.Application) (err error) {
	switch {
	case a.State == model.AppSubmitted:
		_, err = s.check(ctx, a, planner)
		return err
	case a.State == model.AppPaying && a.Paying().PaidOn != "":
		_, err = s.finishPayment(ctx, a)
		return err
	case a.State == model.AppReversed && !a.Paying().Reversed:
		_, err = s.finishReversal(ctx, a)
		return err
	case a.Told != len(a.Log):
		err = s.tell(ctx, a)
	}
	if err != nil || !a.Overdue(s.today()) {
		return err
	}
	if a.State.EndsItself() {
		_, err = s.change(ctx, a.ID, planner, "到期办结", func(x *model.Application, settings model.Settings) error {
			if x.State != a.State {
				return nil
			}
			return s.step(x, settings, model.AppClosed, planner, "")
		})
		return err
	}
	return s.remind(ctx, a)
}

// remind tells whose turn it is that the application is overdue: the household, or the office with the name of the
// role. Once a state.
func (s *Service) remind(ctx context.Context, a model.Application) error {
	if a.Reminded == len(a.Log) {
		return nil
	}
	what, err := s.What(ctx, a)
	if err != nil {
		return err
	}
	next, err := s.Next(ctx, a)
	if err != nil {
		return err
	}
	if a.State.Role() == "" {
		text := a.Sentence(what) + "\n过了日子也可以补,不想办了就回复“" + model.CommandApplications + "”撤回。"
		err = s.notify.TellHousehold(ctx, s.notice(a, "overdue", text), a.HouseholdID)
	} else {
		text := fmt.Sprintf("户号%s的“%s”停在“%s”,%s前就该办,该%s办。", a.HouseholdID, what, a.State.Label(), a.DueOn.ShortOr(""), next)
		err = s.notify.TellOffice(ctx, fmt.Sprintf("app:%s:overdue:%d", a.ID, len(a.Log)), text)
	}
	if err != nil {
		return err
	}
	return s.store.NoteReminded(ctx, a.ID, len(a.Log))
}
