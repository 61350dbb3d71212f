package visit

import (
	"context"
	"errors"
	"fmt"
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
	var errs []error
	for _, n := range waiting {
		for _, st := range needStages {
			due := n.DueOn.AddDays(st.days).Start().Add(needHour * time.Hour)
			if now.Before(due) || !now.Before(due.Add(needLife)) {
				continue
			}
			key := needKey(n, string(n.DueOn)+"."+st.key)
			if told[key] {
				continue
			}
			if stands, err := s.stands(ctx, n.HouseholdID); err != nil || !stands {
				errs = append(errs, err)
				continue
			}
			if err := s.remindNeed(ctx, n, st, key, due.Add(needLife)); err != nil {
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

func (s *Service) remindNeed(ctx context.Context, n model.Need, st needStage, key string, until time.Time) error {
	what := "难事"
	if n.Promised {
		what = "答应的事"
	}
	if st.office || n.OwnerID == "" {
		text := fmt.Sprintf("户号%s的%s过期没办:%s(%s前)。请看看要不要换人办,或者帮一把。", n.HouseholdID, what, n.Text, n.DueOn.Long())
		return s.notify.TellOffice(ctx, key, text)
	}
	lead := fmt.Sprintf("户号%s的%s快到期了", n.HouseholdID, what)
	if st.days > 0 {
		lead = fmt.Sprintf("户号%s的%s已经过期", n.HouseholdID, what)
	}
	return s.notify.TellCadre(ctx, needNotice(n, key, lead+":"+n.Text+"\n办好了发“难事”,按数字告诉我们。", until), n.OwnerID)
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
func (s *Service) tellOwner(ctx context.Context, n model.Need, lead string) error {
	key := needKey(n, fmt.Sprintf("owner.%d", len(n.Log)))
	text := fmt.Sprintf("%s:%s(%s前)", lead, n.Text, n.DueOn.Long())
	if n.OwnerID == "" {
		return s.notify.TellOffice(ctx, key, text)
	}
	return s.notify.TellCadre(ctx, needNotice(n, key+":"+n.OwnerID, text, s.now().Add(needLife)), n.OwnerID)
}

func (s *Service) tellHouseholdOf(ctx context.Context, n model.Need, text string) error {
	notice := needNotice(n, needKey(n, fmt.Sprintf("told.%d", len(n.Log))), text, s.now().Add(needLife))
	notice.HandUntil, notice.When = s.now().Add(needHand), model.DateOf(s.now()).LongYear()
	notice.About, notice.More = "您家反映的事", "发“办得怎样”看看"
	if n.State == model.NeedDone {
		notice.About, notice.More = "您家反映的事办好没有", "办好了请回1,没办好回2"
		notice.Choices = []model.Choice{{Digit: "1", Command: "办得怎样 yes " + n.ID}, {Digit: "2", Command: "办得怎样 no " + n.ID}}
	}
	return s.notify.TellHousehold(ctx, notice, n.HouseholdID)
}

// stillSo is the guard of messages about a difficulty.
func (s *Service) stillSo(ctx context.Context, m *model.Message) (bool, error) {
	state, id, _ := strings.Cut(m.Subject, "|")
	n, err := s.store.Need(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return string(n.State) == state, err
}
