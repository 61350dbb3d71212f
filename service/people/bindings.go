package people

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeBinding is the purpose of messages about who sees a household.
const purposeBinding = "binding"

// How long such a message is worth sending, and telling by hand.
const (
	bindingLife = model.BindingSettles
	bindingHand = 45 * 24 * time.Hour
)

// TellBinding tells those who are bound that somebody else is, or is no more; ref is account.BindingNews. Everything
// has a key of its own, so that it can be repeated.
func (s *Service) TellBinding(ctx context.Context, ref string) error {
	n, err := account.ReadNews(ref)
	if err != nil {
		return err
	}
	switch {
	case n.CadreID != "":
		return s.tellCadreBinding(ctx, n)
	case n.What == account.BindingMade:
		return s.tellNewBinding(ctx, n)
	}
	return s.tellEndedBinding(ctx, n)
}

// bindingNotice is what one account is told.
func (s *Service) bindingNotice(n account.BindingNews, accountID, about, text, more string) notify.Notice {
	return notify.Notice{
		Key:     "binding:" + n.What + ":" + n.HouseholdID + n.CadreID + ":" + n.AccountID + ":" + strconv.FormatInt(n.At.UnixMilli(), 10) + ":" + accountID,
		Purpose: purposeBinding, Until: n.At.Add(bindingLife), OwnAccord: true, Uncapped: true,
		Text: text, About: about, When: model.DateOf(n.At).LongYear(), More: more, HouseholdID: n.HouseholdID,
	}
}

func clock(at time.Time) string { return at.In(model.Shanghai).Format("1月2日15:04") }

// others are the accounts that see all of the household, but for some.
func (s *Service) others(ctx context.Context, householdID string, but ...string) ([]model.Account, error) {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	var kept []model.Account
	for _, a := range accounts {
		known := false
		for _, id := range but {
			known = known || id == a.ID
		}
		if !known && a.Sees(householdID, s.now()) == model.ViewFull {
			kept = append(kept, a)
		}
	}
	return kept, err
}

// tellNewBinding tells everybody who sees all of the household that somebody else sees it now, with one word to
// object.
func (s *Service) tellNewBinding(ctx context.Context, n account.BindingNews) error {
	fresh, err := s.store.Account(ctx, n.AccountID)
	if model.IsKind(err, model.KindNotFound) {
		return nil // unfollowed
	}
	if err != nil {
		return err
	}
	b, ok := fresh.Binding(n.HouseholdID, s.now())
	others, err := s.others(ctx, n.HouseholdID, n.AccountID)
	if err != nil || !ok {
		return err
	}
	how, sees := "用绑定码", "能看您家全部的账和资料"
	if b.CodeID == model.BoundByPhone {
		how = "用登记册里的手机号"
	}
	if b.View == model.ViewProxy {
		sees = "代看,只看得到合计和走访"
	}
	text := fmt.Sprintf("%s有人%s登记了您家(户号%s),%s。\n是家里人就不用管。不认识,请回“"+model.CommandStranger+"”,马上停掉。\n想知道谁能看,回“"+model.CommandSeers+"”。",
		clock(n.At), how, n.HouseholdID, sees)
	for _, a := range others {
		if a.ID == issuerOf(b) {
			continue // they gave the code out themselves
		}
		notice := s.bindingNotice(n, a.ID, "有人登记了您家", text, "不认识请回“"+model.CommandStranger+"”")
		notice.HandUntil = n.At.Add(bindingHand)
		if err := s.notify.TellAccount(ctx, notice, a.ID, n.HouseholdID); err != nil {
			return err
		}
	}
	return nil
}

// issuerOf is the account of the household that gave the code out; empty when it was not one.
func issuerOf(b model.Binding) string {
	id, ok := strings.CutPrefix(b.By, "account:")
	if !ok {
		return ""
	}
	return id
}

// tellEndedBinding tells whose binding ended and those who have one still, and the office when somebody was not known.
func (s *Service) tellEndedBinding(ctx context.Context, n account.BindingNews) error {
	by := "扶贫办"
	if strings.HasPrefix(n.By, "account:") {
		by = "户里的另一个人"
	}
	own := fmt.Sprintf("您看户号%s的登记,%s被%s停掉了。\n不应该停的话,请找扶贫办或帮扶干部再要一个绑定码。", n.HouseholdID, clock(n.At), by)
	if err := s.notify.TellAccount(ctx, s.bindingNotice(n, n.AccountID, "您的登记停掉了", own, "有出入请找扶贫办"), n.AccountID, n.HouseholdID); err != nil {
		return err
	}
	others, err := s.others(ctx, n.HouseholdID, n.AccountID)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s,%s停掉了一个能看您家(户号%s)的登记。\n有出入请找扶贫办。", clock(n.At), by, n.HouseholdID)
	for _, a := range others {
		if n.By == "account:"+a.ID {
			continue
		}
		if err := s.notify.TellAccount(ctx, s.bindingNotice(n, a.ID, "停掉了一个登记", text, "有出入请找扶贫办"), a.ID, n.HouseholdID); err != nil {
			return err
		}
	}
	if n.What != account.BindingObjected {
		return nil
	}
	return s.notify.TellOffice(ctx, fmt.Sprintf("binding:%s:%s:%d", n.HouseholdID, n.AccountID, n.At.UnixMilli()),
		fmt.Sprintf("户号%s的家里人说不认识%s前登记的一个人,登记已经停掉。请查一查绑定码是怎么给出去的。", n.HouseholdID, clock(n.At)))
}

// tellCadreBinding tells whoever is bound as the cadre that somebody else is, too, and whose binding ended.
func (s *Service) tellCadreBinding(ctx context.Context, n account.BindingNews) error {
	if n.What != account.BindingMade {
		text := fmt.Sprintf("您登记的帮扶干部身份,%s被扶贫办停掉了。有出入请找扶贫办。", clock(n.At))
		return s.notify.TellAccount(ctx, s.bindingNotice(n, n.AccountID, "您的登记停掉了", text, "有出入请找扶贫办"), n.AccountID, n.CadreID)
	}
	accounts, err := s.store.CadreAccounts(ctx)
	if err != nil {
		return err
	}
	text := clock(n.At) + "有人用绑定码登记成了您(帮扶干部" + n.CadreID + ")。\n是您自己换了手机就不用管。不是您,请马上告诉扶贫办停掉。"
	for _, a := range accounts {
		if a.CadreID != n.CadreID || a.ID == n.AccountID {
			continue
		}
		if err := s.notify.TellAccount(ctx, s.bindingNotice(n, a.ID, "有人登记成了您", text, "不是您请告诉扶贫办"), a.ID, n.CadreID); err != nil {
			return err
		}
	}
	return nil
}
