package access

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// What somebody in WeChat may not reach.
var (
	ErrNotYours = model.NewError(model.KindNotFound, "household_not_found", "没有找到这一户,请先用绑定码登记")
	ErrProxy    = model.NewError(model.KindForbidden, "proxy", "您是代看,这一项要本户自己说")
	ErrNotCadre = model.NewError(model.KindForbidden, "not_a_cadre", "这一项是帮扶干部用的,请先用绑定码登记")
)

func passOfAccount(acc model.Account) Pass {
	return Pass{account: acc, actor: "account:" + acc.ID}
}

// Account is one's own account in WeChat.
type Account struct{ Pass }

// OfAccount is the right to one's own account.
func (s *Service) OfAccount(acc model.Account) Account { return Account{passOfAccount(acc)} }

// Mine is the household that the account looks after, for itself or as a proxy: the one that is named or, where none
// is, its first. ErrNotYours is the same for one that there is not and one that is not theirs.
func (s *Service) Mine(acc model.Account, householdID string) (Household, error) {
	if ids := acc.Households(s.now()); householdID == "" && len(ids) > 0 {
		householdID = ids[0]
	}
	id := model.FoldID(householdID)
	view := acc.Sees(id, s.now())
	if view == "" {
		return Household{}, ErrNotYours
	}
	return Household{Pass: passOfAccount(acc), id: id, view: view}, nil
}

// AllMine are the households that the account looks after, for itself or as a proxy.
func (s *Service) AllMine(acc model.Account) (list []Household) {
	for _, id := range acc.Households(s.now()) {
		list = append(list, Household{Pass: passOfAccount(acc), id: id, view: acc.Sees(id, s.now())})
	}
	return list
}

// MineInFull is Mine without proxies: ErrProxy for those.
func (s *Service) MineInFull(acc model.Account, householdID string) (Household, error) {
	h, err := s.Mine(acc, householdID)
	if err == nil && h.view != model.ViewFull {
		return Household{}, ErrProxy
	}
	return h, err
}

// Myself is the cadre that the account belongs to; ErrNotCadre for everybody else.
func (s *Service) Myself(acc model.Account) (Cadre, error) {
	if acc.CadreID == "" {
		return Cadre{}, ErrNotCadre
	}
	return Cadre{Pass: passOfAccount(acc), id: acc.CadreID}, nil
}

// Paired is the household that the account's cadre helps today; ErrUnknown for any other.
func (s *Service) Paired(ctx context.Context, c Cadre, householdID string) (Household, error) {
	id := model.FoldID(householdID)
	helps, err := s.helps(ctx, c.id, id)
	if err != nil || !helps {
		return Household{}, or(err, ErrUnknown)
	}
	return Household{Pass: c.Pass, id: id, view: model.ViewFull}, nil
}

// AllPaired are the households that the account's cadre helps today, by number.
func (s *Service) AllPaired(ctx context.Context, c Cadre) (list []Household, err error) {
	pairings, err := s.store.PairingsOfCadre(ctx, c.id)
	today := model.DateOf(s.now())
	for _, p := range pairings {
		if p.OpenOn(today) {
			list = append(list, Household{Pass: c.Pass, id: p.HouseholdID, view: model.ViewFull})
		}
	}
	return list, err
}

// Helped is a household that the account's cadre helps or once helped; ErrUnknown for any other.
func (s *Service) Helped(ctx context.Context, c Cadre, householdID string) (Household, error) {
	id := model.FoldID(householdID)
	pairings, err := s.store.PairingsOfCadre(ctx, c.id)
	if err != nil || !slices.ContainsFunc(pairings, func(p model.Pairing) bool { return p.HouseholdID == id }) {
		return Household{}, or(err, ErrUnknown)
	}
	return Household{Pass: c.Pass, id: id, view: model.ViewFull}, nil
}

// MineOrPaired is a household that the account looks after or whose cadre it is.
func (s *Service) MineOrPaired(ctx context.Context, acc model.Account, householdID string) (Household, error) {
	h, err := s.Mine(acc, householdID)
	if err == nil || acc.CadreID == "" {
		return h, err
	}
	c, err := s.Myself(acc)
	if err != nil {
		return Household{}, err
	}
	if h, err = s.Paired(ctx, c, householdID); model.IsKind(err, model.KindNotFound) {
		err = ErrNotYours
	}
	return h, err
}
