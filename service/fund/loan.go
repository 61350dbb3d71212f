package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// Lend enters a loan; its ID is the idempotency key. Without a schedule all of it is due on the last day.
func (s *Service) Lend(ctx context.Context, house access.Household, l model.Loan) (model.Loan, error) {
	l.HouseholdID = house.ID()
	if len(l.Schedule) == 0 {
		l.Schedule = []model.Instalment{{DueOn: l.DueOn, Amount: l.Principal}}
	}
	l.Repayments = []model.Repayment{}
	if err := l.Check(); err != nil {
		return l, err
	}
	l.Record = model.NewRecord(s.now(), house.Actor())
	err := s.store.InsertLoan(ctx, l)
	if !model.IsKind(err, model.KindConflict) {
		return l, err
	}
	there, err := s.store.Loan(ctx, l.ID)
	if err == nil && !there.Same(l) {
		err = model.ErrKeyUsed
	}
	return there, err
}

// Repay enters money that came back; the same key again changes nothing. The key is whose who enters it, for the
// loan's household: it does not serve for another loan of theirs.
func (s *Service) Repay(ctx context.Context, of access.Record[model.Loan], r model.Repayment) (model.Loan, error) {
	loanID, l := of.ID(), of.Record()
	asked := []any{loanID, r.On, r.Amount, r.Note}
	r.By, r.Key = of.Actor(), model.ClientKey(of.Actor(), l.HouseholdID, "repay:"+r.Key)
	if err := l.Repay(r); err != nil {
		return model.Loan{}, err // before the key is used, so that what was wrong can be put right under it
	}
	if err := s.store.UseKey(ctx, model.NewKeyUse(r.Key, asked, s.now())); err != nil {
		return model.Loan{}, err
	}
	by := of.ChangeInfo(s.now(), "还款")
	return s.store.ChangeLoan(ctx, loanID, 0, by, func(l *model.Loan) error { return l.Repay(r) })
}

// LoansOf a household, oldest first.
func (s *Service) LoansOf(ctx context.Context, house access.Household) ([]model.Loan, error) {
	return s.store.LoansOf(ctx, house.ID())
}

// Loans that are chosen, by household and day: all, or only those with something outstanding; next is the
// cursor of the following page.
func (s *Service) Loans(ctx context.Context, _ access.Farm, open bool, after string, limit int) (list []model.Loan, next string, err error) {
	all, err := s.store.Loans(ctx)
	if err != nil {
		return nil, "", err
	}
	for _, l := range all {
		if l.ID <= after || open && l.Outstanding() == 0 {
			continue
		}
		if len(list) == limit {
			return list, list[limit-1].ID, nil
		}
		list = append(list, l)
	}
	return list, "", nil
}

// purposeLoan is the purpose of reminders of instalments.
const purposeLoan = "loan"

const (
	remindDays  = 7 // a household hears of an instalment so many days before
	overdueDays = 3 // the office hears of an overdue one within so many days after, or never by a message
	remindHour  = 9
)

// loanKey begins the keys of the reminders of what is due on a day.
func loanKey(due model.Date) string { return "loan:" + string(due) + ":" }

// Plan asks for the reminders of loans that are due: to the household a week before an instalment, to the
// office when one is overdue. It can run at any time and on any number of machines: each is asked for once.
func (s *Service) Plan(ctx context.Context) error {
	if err := s.tellPosted(ctx); err != nil {
		return err
	}
	if s.now().In(model.Shanghai).Hour() < remindHour {
		return nil
	}
	loans, err := s.store.Loans(ctx)
	if err != nil {
		return err
	}
	today := model.DateOf(s.now())
	soon, overdue := map[model.Date][]model.Loan{}, map[model.Date][]model.Loan{}
	for _, l := range loans {
		for _, i := range l.Unpaid() {
			switch days := today.DaysUntil(i.DueOn); {
			case days >= 0 && days <= remindDays:
				soon[i.DueOn] = append(soon[i.DueOn], l)
			case days < 0 && days >= -overdueDays:
				overdue[i.DueOn] = append(overdue[i.DueOn], l)
			}
		}
	}
	mourned, err := s.notify.Mourned(ctx)
	if err != nil {
		return err
	}
	for due, list := range soon {
		list = slices.DeleteFunc(list, func(l model.Loan) bool { return mourned[l.HouseholdID] })
		if err := s.remind(ctx, due, list); err != nil {
			return err
		}
	}
	for due, list := range overdue {
		if err := s.report(ctx, today, due, list); err != nil {
			return err
		}
	}
	return nil
}

// remind tells the households of what is due on a day, unless they were told.
func (s *Service) remind(ctx context.Context, due model.Date, loans []model.Loan) error {
	list, err := s.store.MessagesUnder(ctx, loanKey(due))
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, m := range list {
		told[m.Subject] = true
	}
	for _, l := range loans {
		subject := l.ID + "|" + string(due)
		if told[subject] {
			continue
		}
		missing := l.MissingOn(due)
		err := s.notify.TellHousehold(ctx, notify.Notice{
			Key: loanKey(due) + l.ID, Purpose: purposeLoan, Until: due.AddDays(1).Start(), OwnAccord: true, Subject: subject,
			About: "无息借款到期提醒", When: due.LongYear(), More: "要还" + missing.Yuan() + "元",
			Text: fmt.Sprintf("您家的无息借款(%s)有%s元%s到期,没有利息。\n手头紧可以先和帮扶干部商量。已经还了的不用管这条消息。",
				l.Purpose, missing.Yuan(), due.Long()),
		}, l.HouseholdID)
		if err != nil {
			return err
		}
	}
	return nil
}

// stillOwed is the guard of reminders: what was paid meanwhile is not asked for.
func (s *Service) stillOwed(ctx context.Context, m *model.Message) (bool, error) {
	cut := strings.LastIndexByte(m.Subject, '|')
	if cut < 0 {
		return true, nil
	}
	l, err := s.store.Loan(ctx, m.Subject[:cut])
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return l.MissingOn(model.Date(m.Subject[cut+1:])) > 0, err
}

// report tells the office once what of a day's instalments did not come back.
func (s *Service) report(ctx context.Context, today, due model.Date, loans []model.Loan) error {
	key := "loan-overdue:" + string(due)
	told, err := s.store.MessagesUnder(ctx, "office:"+key)
	if err != nil || len(told) > 0 {
		return err
	}
	var sum model.Fen
	for _, l := range loans {
		if sum, err = sum.Add(l.Overdue(today)); err != nil {
			return err
		}
	}
	return s.notify.TellOffice(ctx, key, fmt.Sprintf("%s到期的无息借款,还有%d笔没有还清,共欠%s元。名单在“借款”里。", due.LongYear(), len(loans), sum.Yuan()))
}
