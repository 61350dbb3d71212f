package coop

import (
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

// WhatIf changes some inputs of a run, for a look. What is nil or empty stays as it is.
type WhatIf struct {
	PricePerJin *model.Fen
	DryMilliJin *int64
	ActualNet   *model.Fen
	PayoutPPM   *int64
	Add         []model.Holder // more holders, or other shares of those that are there
	Remove      []string
}

// onto is the inputs with the changes; the fund is what its holders put in.
func (w WhatIf) onto(in model.DividendInputs) (model.DividendInputs, error) {
	set(&in.Plan.PricePerJin, w.PricePerJin)
	set(&in.Plan.DryMilliJin, w.DryMilliJin)
	set(&in.ActualNet, w.ActualNet)
	set(&in.PayoutPPM, w.PayoutPPM)
	gone := slices.Clone(w.Remove)
	for _, h := range w.Add {
		gone = append(gone, h.HouseholdID)
	}
	in.Holders = slices.DeleteFunc(slices.Clone(in.Holders), func(h model.Holder) bool { return slices.Contains(gone, h.HouseholdID) })
	in.Holders = append(in.Holders, w.Add...)
	if len(gone) == 0 {
		return in, nil
	}
	amounts := make([]model.Fen, len(in.Holders))
	for i, h := range in.Holders {
		if !h.Amount.Within(model.MaxTrade) {
			return in, errHolding
		}
		amounts[i] = h.Amount
	}
	var err error
	in.Fund, err = model.AddUp(amounts...)
	return in, err
}

var errHolding = model.NewError(model.KindInvalid, "too_large", "股金太大,算不下")

func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// Compare is what a run gives as it stands and what it would give; nothing is written.
func (s *Service) Compare(ctx context.Context, coop access.Record[model.Cooperative], k Key, w WhatIf) (now, then model.Dividend, err error) {
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return now, then, err
	}
	if now, err = model.Reckon(r.Inputs); err != nil {
		return now, then, err
	}
	inputs, err := w.onto(r.Inputs)
	if err != nil {
		return now, then, err
	}
	then, err = model.Reckon(inputs)
	return now, then, err
}
