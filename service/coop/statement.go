package coop

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"

	"golang.org/x/sync/errgroup"
)

// Statement says, step by step and in plain words, how the household's dividend follows from the inputs. It is empty
// for a household that holds no share, and before the run is computed.
func Statement(r model.DividendRun, householdID string) []string {
	line, holds := r.Result.Line(householdID)
	if !holds {
		return nil
	}
	steps := fromPlan(r)
	if r.Kind == model.DividendSecondary {
		steps = fromActual(r)
	}
	in, d := r.Inputs, r.Result
	own := fmt.Sprintf("您家入股%s元:%s×%s÷%s得%s元,%s,是%s元", line.Share.Yuan(), d.Pool.Yuan(), line.Share.Yuan(),
		in.Fund.Yuan(), line.Due.Yuan(), stepWord(in.Rounding.PayoutStep), line.Amount.Yuan())
	rest := fmt.Sprintf("%d户一共发%s元,余%s元,留在合作社,账上记着", len(d.Lines), d.Paid.Yuan(), d.Remainder.Yuan())
	return append(steps, own, rest)
}

func fromPlan(r model.DividendRun) []string {
	p, d := r.Inputs.Plan, r.Result
	pool := fmt.Sprintf("净收益的%s是%s元,这是各户的分红总额", model.Percent(d.RatePPM), d.Pool.Yuan())
	if d.Net <= 0 {
		pool = "没有净收益,这一次没有分红"
	}
	return []string{
		fmt.Sprintf("%d个大棚,每棚%d茬、每茬%s袋,每袋出干耳%s斤,每斤%s元:每棚收入%s元", p.Greenhouses, p.Crops, model.Grouped(p.BagsPerCrop),
			model.Decimal(p.DryMilliJin, 3), p.PricePerJin.Yuan(), d.UnitBenefit.Yuan()),
		fmt.Sprintf("每棚投入%s元,%d棚投入%s元、收入%s元,净收益%s元", p.UnitInput.Yuan(), p.Greenhouses,
			d.TotalInput.Yuan(), d.TotalBenefit.Yuan(), d.Net.Yuan()),
		fmt.Sprintf("%d户入股%s元,是投入的%s,四舍五入到%s,按%s算", len(d.Lines), r.Inputs.Fund.Yuan(),
			model.Percent(d.RawRatePPM), model.Percent(r.Inputs.Rounding.RateStepPPM), model.Percent(d.RatePPM)),
		pool,
	}
}

func fromActual(r model.DividendRun) []string {
	in, d := r.Inputs, r.Result
	return []string{
		fmt.Sprintf("全年实际净收益%s元,各户的份额是%s,合%s元", d.Net.Yuan(), model.Percent(d.RatePPM), d.Share.Yuan()),
		fmt.Sprintf("保底分红已算了%s元,多出%s元", in.BasePool.Yuan(), d.Excess.Yuan()),
		fmt.Sprintf("多出的部分发%s,是%s元", model.Percent(in.PayoutPPM), d.Pool.Yuan()),
	}
}

// stepWord says what happens to what is less than a step of the payout.
func stepWord(step model.Fen) string { return "不足" + step.Yuan() + "元的零头舍去" }

// House is all that a household has to do with the cooperative, latest first.
type House struct {
	Shares    []Share       `json:"shares"`
	Dividends []OwnDividend `json:"dividends"`
	Wages     []Pay         `json:"wages"`
	Sales     []Sold        `json:"sales"`
}

// Share is what the household put into a cooperative, or why it did not.
type Share struct {
	Coop    string    `json:"coop"`
	Year    int       `json:"year"`
	Amount  model.Fen `json:"amount_fen" doc:"0是没有入股"`
	Fund    model.Fen `json:"fund_fen" doc:"入股总额"`
	LeftOut string    `json:"left_out,omitempty" doc:"没有入股的原因"`
}

// OwnDividend is one run as a household sees it: its latest version that was made public, and what was paid and taken
// back under any version. Of other households it says nothing but how many they are.
type OwnDividend struct {
	Coop     string             `json:"coop"`
	Title    string             `json:"title"`
	Year     int                `json:"year"`
	Kind     model.DividendKind `json:"kind"`
	Version  int                `json:"version"`
	State    model.RunState     `json:"state"`
	Label    string             `json:"state_label"`
	NoticeOn model.Date         `json:"notice_on" doc:"公示的日期"`
	Amount   model.Fen          `json:"amount_fen"`
	Steps    []string           `json:"steps" doc:"一步一步怎么算的"`
	Payments []DividendPayment  `json:"payments"`
	Redoing  bool               `json:"redoing" doc:"正在重新核算"`
}

// DividendPayment is one movement of a dividend in the ledger; a reversal is negative.
type DividendPayment struct {
	On     model.Date `json:"on"`
	Amount model.Fen  `json:"amount_fen"`
	Title  string     `json:"title"`
}

// Pay is what somebody of the household earned in a month in the cooperative.
type Pay struct {
	Coop   string       `json:"coop"`
	Period model.Period `json:"period"`
	Days   int          `json:"days"`
	Amount model.Fen    `json:"amount_fen"`
	PaidOn model.Date   `json:"paid_on"`
}

// Sold is the settlement of what the household grew.
type Sold struct {
	On          model.Date `json:"on"`
	Buyer       string     `json:"buyer"`
	MilliJin    int64      `json:"millijin" doc:"千分之一斤"`
	PricePerJin model.Fen  `json:"price_per_jin_fen"`
	Gross       model.Fen  `json:"gross_fen"`
	Costs       model.Fen  `json:"costs_fen"`
	Settlement  model.Fen  `json:"settlement_fen" doc:"到手"`
}

// How much of its past a household is shown.
const (
	shownLists = 4
	shownRuns  = 12 // versions
	shownWages = 12
	shownSales = 12
)

// House of a household, with what those had that went into it. A run is told of once it was made public; before that
// its figures may be wrong.
func (s *Service) House(ctx context.Context, house access.Household) (h House, err error) {
	h = House{Shares: []Share{}, Dividends: []OwnDividend{}, Wages: []Pay{}, Sales: []Sold{}}
	numbers, err := s.access.Numbers(ctx, house)
	if err != nil {
		return h, err
	}
	for _, id := range numbers {
		var (
			shares    []Share
			dividends []OwnDividend
			wages     []Pay
			sales     []Sold
		)
		g, reading := errgroup.WithContext(ctx)
		g.Go(func() (err error) { shares, err = s.shares(reading, id); return err })
		g.Go(func() (err error) { dividends, err = s.dividends(reading, id); return err })
		g.Go(func() (err error) { wages, err = s.pay(reading, id); return err })
		g.Go(func() (err error) { sales, err = s.sold(reading, id); return err })
		if err := g.Wait(); err != nil {
			return h, err
		}
		h.Shares, h.Dividends = append(h.Shares, shares...), append(h.Dividends, dividends...)
		h.Wages, h.Sales = append(h.Wages, wages...), append(h.Sales, sales...)
	}
	return h, nil
}

func (s *Service) pay(ctx context.Context, householdID string) ([]Pay, error) {
	wages, err := s.store.WagesOf(ctx, householdID, shownWages)
	list := make([]Pay, len(wages))
	for i, w := range wages {
		name, nameErr := s.coopName(ctx, w.CoopID)
		if nameErr != nil {
			return nil, nameErr
		}
		list[i] = Pay{Coop: name, Period: w.Period, Days: w.Days, Amount: w.Amount, PaidOn: w.PaidOn}
	}
	return list, err
}

func (s *Service) sold(ctx context.Context, householdID string) ([]Sold, error) {
	sales, err := s.store.SalesOf(ctx, householdID, shownSales)
	list := make([]Sold, len(sales))
	for i, v := range sales {
		list[i] = Sold{
			On: v.SoldOn, Buyer: v.Buyer, MilliJin: v.MilliJin, PricePerJin: v.PricePerJin, Gross: v.Gross, Costs: v.Costs, Settlement: v.Settlement,
		}
	}
	slices.SortFunc(list, func(a, b Sold) int { return cmp.Compare(b.On, a.On) })
	return list, err
}

func (s *Service) coopName(ctx context.Context, id string) (string, error) {
	c, err := s.store.Cooperative(ctx, id)
	return c.Name, err
}

// shares by the latest frozen list of each year.
func (s *Service) shares(ctx context.Context, householdID string) ([]Share, error) {
	lists, err := s.store.SubscriptionsNaming(ctx, householdID, shownLists)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(lists, func(a, b model.Subscription) int { return cmp.Or(b.Year-a.Year, b.Version-a.Version) })
	shares, seen := []Share{}, map[string]bool{}
	for _, v := range lists {
		year := fmt.Sprint(v.CoopID, "/", v.Year)
		if !v.Frozen() || seen[year] {
			continue
		}
		seen[year] = true
		name, err := s.coopName(ctx, v.CoopID)
		if err != nil {
			return nil, err
		}
		share := Share{Coop: name, Year: v.Year, Fund: v.Fund, LeftOut: v.Reason(householdID)}
		if i := slices.IndexFunc(v.Holders, func(x model.Holder) bool { return x.HouseholdID == householdID }); i >= 0 {
			share.Amount = v.Holders[i].Amount
		}
		shares = append(shares, share)
	}
	return shares, nil
}

// dividends groups the versions by run.
func (s *Service) dividends(ctx context.Context, householdID string) ([]OwnDividend, error) {
	versions, err := s.store.DividendRunsOf(ctx, householdID, shownRuns)
	if err != nil {
		return nil, err
	}
	paid, err := s.payments(ctx, householdID, versions)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(versions, func(a, b model.DividendRun) int { return b.Version - a.Version })
	list, at := []OwnDividend{}, map[string]int{}
	for _, r := range versions {
		i, known := at[r.Run]
		if !known {
			name, err := s.coopName(ctx, r.CoopID)
			if err != nil {
				return nil, err
			}
			i, at[r.Run] = len(list), len(list)
			list = append(list, OwnDividend{Coop: name, Redoing: r.Notice.On == ""})
		}
		if list[i].Version == 0 && r.Notice.On != "" {
			list[i].show(r, householdID)
		}
		list[i].Payments = append(paid[r.ID], list[i].Payments...) // the versions come backwards
	}
	list = slices.DeleteFunc(list, func(d OwnDividend) bool { return d.Version == 0 }) // not public yet
	slices.SortFunc(list, func(a, b OwnDividend) int {
		return cmp.Or(b.Year-a.Year, cmp.Compare(b.Kind, a.Kind)) // "secondary" before "base"
	})
	return list, nil
}

// show fills in what the version says to the household.
func (d *OwnDividend) show(r model.DividendRun, householdID string) {
	line, _ := r.Result.Line(householdID)
	d.Title, d.Year, d.Kind, d.Version, d.State, d.Label = r.Title(), r.Year, r.Kind, r.Version, r.State, r.State.Label()
	d.NoticeOn, d.Amount, d.Steps = r.Notice.On, line.Amount, Statement(r, householdID)
}

// payments of each version to the household, by the version, as they stand in the ledger.
func (s *Service) payments(ctx context.Context, householdID string, versions []model.DividendRun) (map[string][]DividendPayment, error) {
	var keys []string
	for _, r := range versions {
		id := r.EntryID(householdID)
		keys = append(keys, id, reversalID(id))
	}
	entries, err := s.store.EntriesByID(ctx, keys)
	paid := map[string][]DividendPayment{}
	for _, r := range versions {
		id := r.EntryID(householdID)
		for _, key := range []string{id, reversalID(id)} {
			if e, posted := entries[key]; posted {
				paid[r.ID] = append(paid[r.ID], DividendPayment{On: e.PaidOn, Amount: e.Amount, Title: e.Title})
			}
		}
	}
	return paid, err
}

// LineState is what became of a line of a run.
type LineState struct {
	model.DividendLine
	EntryID    string // of the ledger; empty while it is not paid
	PaidOn     model.Date
	ReversedOn model.Date
}

// Lines of a run with what became of each, from the ledger.
func (s *Service) Lines(ctx context.Context, r model.DividendRun) ([]LineState, error) {
	posted, err := s.books(ctx, r.Run)
	lines := make([]LineState, len(r.Result.Lines))
	for i, l := range r.Result.Lines {
		lines[i].DividendLine = l
		e, paid := posted[r.EntryID(l.HouseholdID)]
		if before, ok := r.CarriedFor(l.HouseholdID); ok && !paid {
			e, paid = posted[before.EntryID]
		}
		if paid {
			lines[i].EntryID, lines[i].PaidOn, lines[i].ReversedOn = e.ID, e.PaidOn, posted[reversalID(e.ID)].PaidOn
		}
	}
	return lines, err
}

// StatementOf a household in one version of a run, whatever its state: for the office.
func (s *Service) StatementOf(ctx context.Context, coop access.Record[model.Cooperative], k Key, householdID string) ([]string, error) {
	if _, err := s.access.Household(ctx, coop.Staff(), coop.May(), householdID); err != nil {
		return nil, err
	}
	r, err := s.reach(ctx, coop, k)
	if err != nil {
		return nil, err
	}
	steps := Statement(r, householdID)
	if len(steps) == 0 {
		return nil, model.NewError(model.KindNotFound, "no_share", "这一户不在这次分红里")
	}
	return steps, nil
}
