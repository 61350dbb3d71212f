package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposePosted is the purpose of telling a household what was posted for it.
const purposePosted = "posted"

// Households are told once a day, in the late afternoon, of what was posted since; not of what was paid long before, as
// books are entered of past years.
const (
	postedHour   = 17
	postedUntil  = 20
	postedLife   = 24 * time.Hour
	postedWithin = 3  // days since it was entered
	paidWithin   = 45 // days since it was paid
	postedShown  = 3  // entries in one message
)

// tellPosted tells the households what was posted for them, if the farm wants that; each entry once.
func (s *Service) tellPosted(ctx context.Context) error {
	now := s.now().In(model.Shanghai)
	if now.Hour() < postedHour || now.Hour() >= postedUntil {
		return nil
	}
	settings, err := s.store.Settings(ctx)
	if err != nil || !settings.TellPostings {
		return err
	}
	today := model.DateOf(now)
	told, err := s.toldOfPostings(ctx)
	if err != nil {
		return err
	}
	mourned, err := s.notify.Mourned(ctx)
	if err != nil {
		return err
	}
	of := map[string][]model.Entry{}
	err = s.store.EachEntryOf(ctx, model.EntryFilter{From: today.AddDays(-paidWithin), To: today}, func(e model.Entry) error {
		fresh := model.DateOf(e.CreatedAt) >= today.AddDays(-postedWithin) && e.CreatedBy != "seed"
		if fresh && e.HouseholdID != "" && e.Amount > 0 && e.ReversesID == "" && !told[e.ID] && !mourned[e.HouseholdID] {
			of[e.HouseholdID] = append(of[e.HouseholdID], e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for householdID, list := range of {
		if err := s.notify.TellHousehold(ctx, postedNotice(householdID, today, list, s.now()), householdID); err != nil {
			return err
		}
	}
	return nil
}

// toldOfPostings holds the entries that households were told of.
func (s *Service) toldOfPostings(ctx context.Context) (map[string]bool, error) {
	list, err := s.store.MessagesUnder(ctx, purposePosted+":")
	told := map[string]bool{}
	for _, m := range list {
		for _, id := range strings.Split(m.Subject, "\n") {
			told[id] = true
		}
	}
	return told, err
}

// byMethod says how money comes to a household.
var byMethod = map[model.Method]string{
	model.MethodTransfer: "打到卡上", model.MethodCash: "发现金", model.MethodInKind: "发东西",
	model.MethodFeeWaiver: "不用您交,替您交了", model.MethodPremium: "替您交的保险费", model.MethodReimbursement: "给您报销的",
}

func postedNotice(householdID string, today model.Date, list []model.Entry, now time.Time) notify.Notice {
	slices.SortFunc(list, func(a, b model.Entry) int { return strings.Compare(string(a.PaidOn)+a.ID, string(b.PaidOn)+b.ID) })
	var says, ids []string
	sum := model.Fen(0)
	for i, e := range list {
		ids = append(ids, e.ID)
		sum, _ = sum.Add(e.Amount)
		if i < postedShown {
			says = append(says, fmt.Sprintf("%s,%s%s元,%s", e.PaidOn.Near(today), e.Title, e.Amount.Yuan(), byMethod[e.Method]))
		}
	}
	text := "到账了:" + strings.Join(says, ";") + "。"
	if len(list) > postedShown {
		text = fmt.Sprintf("到账了%d笔,一共%s元:%s……", len(list), sum.Yuan(), strings.Join(says, ";"))
	}
	command := model.CommandMissing + " " + householdID
	if len(list) == 1 {
		command = fmt.Sprintf("%s %s 笔 %s 没有收到这笔钱", model.CommandAsk, householdID, list[0].ID)
	}
	return notify.Notice{
		Key: purposePosted + ":" + string(today) + ":" + householdID, Purpose: purposePosted, Until: now.Add(postedLife), OwnAccord: true,
		Text: text + "\n没到账的,请回“没到”或{1}。", Subject: strings.Join(ids, "\n"),
		About: "到账", When: today.LongYear(), More: fmt.Sprintf("%s元,没到回{1}", sum.Yuan()),
		Choices: []model.Choice{{Label: "没到", Command: command}},
	}
}
