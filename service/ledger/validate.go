package ledger

import (
	"context"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// lookups are how a line's fund, unit and person are found.
type lookups struct {
	fund   func(context.Context, string) (model.Fund, error)
	unit   func(context.Context, string) (model.Unit, error)
	person func(context.Context, string) (model.Person, error)
}

// Validate is KindInvalid for a line that a person enters and that cannot be right: of a month to come, out of
// a fund that its year does not have, by a unit that there is not, or for a person of another household.
func (s *Service) Validate(ctx context.Context, e model.Entry) error {
	return validate(ctx, e, model.DateOf(s.now()), lookups{s.store.Fund, s.store.Unit, s.store.Person})
}

func validate(ctx context.Context, e model.Entry, today model.Date, look lookups) error {
	if err := e.Check(); err != nil {
		return err
	}
	if e.PaidOn.Period() > today.Period() {
		return model.NewError(model.KindInvalid, "paid_on", "付款日期不能在本月以后")
	}
	_, err := look.fund(ctx, model.FundID(e.PaidOn.Year(), e.Fund))
	if model.IsKind(err, model.KindNotFound) {
		return model.NewError(model.KindInvalid, "no_such_fund", fmt.Sprintf("%d年没有“%s”这笔资金,请先登记", e.PaidOn.Year(), e.Fund))
	}
	if err == nil && e.PayerUnitID != "" {
		if _, err = look.unit(ctx, e.PayerUnitID); model.IsKind(err, model.KindNotFound) {
			return model.NewError(model.KindInvalid, "no_such_unit", "没有这个发放单位")
		}
	}
	if err != nil || e.PersonID == "" {
		return err
	}
	p, err := look.person(ctx, e.PersonID)
	// Ever: what is paid after somebody died or moved out is still theirs.
	ever := slices.ContainsFunc(p.Memberships, func(m model.Membership) bool { return m.HouseholdID == e.HouseholdID })
	if err == nil && !ever || model.IsKind(err, model.KindNotFound) {
		return model.NewError(model.KindInvalid, "no_such_member", "这个人不是这一户的")
	}
	return err
}
