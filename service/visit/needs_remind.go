package visit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeNeed is the purpose of every message about a difficulty.
const purposeNeed = "need"

// How long such messages are worth sending, and telling by hand.
const (
	needLife = 72 * time.Hour
	needHand = 45 * 24 * time.Hour // until the next visit, whatever happens to one
)

// needStage is a reminder of a difficulty by its due date: Days after it (negative: before), at nine.
type needStage struct {
	key    string
	days   int
	office bool
}

// needStages: the owner is reminded before and after, then the office hears that nobody has acted.
var needStages = []needStage{{"soon", -2, false}, {"over", 1, false}, {"office", 7, true}}

const needHour = 9

// lead is how the office is told at the stage.
func (st needStage) lead(what string) string {
	switch {
	case st.days < 0:
		return what + "快到期了"
	case st.office:
		return what + "过期没办,请看看要不要换人办,或者帮一把"
	}
	return what + "已经过期"
}

// planNeeds asks for the reminders of difficulties that are due. A new due date begins them anew.
func (s *Service) planNeeds(ctx context.Context, now time.Time) error {
	waiting, err := s.store.NeedsIn(ctx, model.NeedOpen, model.NeedReopened)
	if err != nil || len(waiting) == 0 {
		return err
	}
	told, err := s.toldOfNeeds(ctx)
	if err != nil {
		return err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	errs := []error{s.planDigests(ctx, waiting)}
	for _, n := range waiting {
		if n.Urgent {
			errs = append(errs, s.alarmAgain(ctx, n, settings.UrgentWithin(), told))
		}
		for _, st := range needStages {
			if !st.office && n.OwnerID != "" {
				continue // in the owner's message of the day
			}
			due := n.DueOn.AddDays(st.days).Start().Add(needHour * time.Hour)
			if now.Before(due) || !now.Before(due.Add(needLife)) {
				continue
			}
			key := needKey(n, string(n.DueOn)+"."+st.key)
			if told[key] {
				continue
			}
			if n.HouseholdID != "" {
				if stands, err := s.stands(ctx, n.HouseholdID); err != nil || !stands {
					errs = append(errs, err)
					continue
				}
			}
			if err := s.remindOffice(ctx, n, st, key); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// toldOfNeeds are the keys that were asked for already; the office's carry who of it behind them.
func (s *Service) toldOfNeeds(ctx context.Context) (map[string]bool, error) {
	told, err := s.told(ctx, "need:")
	if err != nil {
		return nil, err
	}
	const office = "office:"
	list, err := s.store.MessagesUnder(ctx, office+"need:")
	for _, m := range list {
		told[strings.TrimPrefix(m.ID[:strings.LastIndexByte(m.ID, ':')], office)] = true
	}
	return told, err
}

// needKey is the key of a message about the need. The need's own id may hold colons.
func needKey(n model.Need, occasion string) string { return "need:" + occasion + ":" + n.ID }

// remindOffice tells the office of a need that is its own, or whose owner has not acted.
func (s *Service) remindOffice(ctx context.Context, n model.Need, st needStage, key string) error {
	what := "难事"
	if n.Promised {
		what = "答应的事"
	}
	return s.tellOffice(ctx, n, key, st.lead(what))
}

// needNotice is about the need as it stands: it is not sent once the need has moved on.
func needNotice(n model.Need, key, text string, until time.Time) notify.Notice {
	return notify.Notice{
		Key: key, Purpose: purposeNeed, Text: text, Until: until, OwnAccord: true,
		Subject: string(n.State) + "|" + n.ID, About: "户号" + n.HouseholdID + "的难事", When: n.DueOn.LongYear(),
		More: firstRunes(strings.Join(strings.Fields(n.Text), " "), 20),
	}
}

// tellOwner tells whoever sees to the need that it is theirs.
func (s *Service) tellOwner(ctx context.Context, n model.Need) error {
	if n.OwnerID == "" {
		return s.tellOffice(ctx, n, needKey(n, fmt.Sprintf("owner.%d", len(n.Log))), "请办")
	}
	if n.Urgent { // waits for no day; the day's message says it again while it is not done
		notice := needNotice(n, needKey(n, fmt.Sprintf("owner.%d.%s", len(n.Log), n.OwnerID)), "紧急,请马上办:户号"+n.HouseholdID+"说“"+n.Text+"”。", s.now().Add(alarmLife))
		notice.Urgent = true
		return s.notify.TellCadre(ctx, notice, n.OwnerID)
	}
	theirs, err := s.store.NeedsOwnedBy(ctx, n.OwnerID)
	if err != nil {
		return err
	}
	return s.digest(ctx, n.OwnerID, slices.DeleteFunc(theirs, func(n model.Need) bool { return !n.Waits() }))
}

// tellWithdrawn tells whoever sees to the need that the household has taken it back.
func (s *Service) tellWithdrawn(ctx context.Context, n model.Need) error {
	key := needKey(n, "withdrawn")
	if n.OwnerID == "" {
		return s.tellOffice(ctx, n, key, "撤回了,不用再办")
	}
	if heard, _, err := s.heardInDigests(ctx, n.OwnerID, digestDay(s.now())); err != nil || !n.Urgent && !tells(heard, n) {
		return err // who has not heard of it need not hear that it is gone
	}
	text := fmt.Sprintf("户号%s撤回了这件事,不用再办:%s", n.HouseholdID, n.Text)
	return s.notify.TellCadre(ctx, needNotice(n, key, text, s.now().Add(needLife)), n.OwnerID)
}

func (s *Service) tellHouseholdOf(ctx context.Context, n model.Need, text string) error {
	notice := needNotice(n, needKey(n, fmt.Sprintf("told.%d", len(n.Log))), text, s.now().Add(needLife))
	notice.HandUntil, notice.When = s.now().Add(needHand), model.DateOf(s.now()).LongYear()
	notice.About, notice.More = "您家反映的事", "发“"+model.CommandSettle+"”看看"
	if n.State == model.NeedDone {
		notice.About, notice.More = "您家反映的事办好没有", "办好了回{1},没办好回{2}"
		notice.Choices = []model.Choice{
			{Label: "办好了", Means: model.MeansYes, Command: model.CommandSettle + " yes " + n.ID},
			{Label: "没办好", Means: model.MeansNo, Command: model.CommandSettle + " no " + n.ID},
		}
	}
	return s.notify.TellHousehold(ctx, notice, n.HouseholdID)
}

// stillSo is the guard of messages about a difficulty.
func (s *Service) stillSo(ctx context.Context, m *model.Message) (bool, error) {
	if strings.HasPrefix(m.ID, digestKeys) {
		return s.digestStands(ctx, m)
	}
	state, id, _ := strings.Cut(m.Subject, "|")
	n, err := s.store.Need(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return string(n.State) == state, err
}
