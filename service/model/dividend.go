package model

import (
	"cmp"
	"math/big"
	"slices"
)

// DividendKind says what a run divides.
type DividendKind string

// The kinds.
const (
	DividendBase      DividendKind = "base"      // 保底分红: the households' share of the planned net
	DividendSecondary DividendKind = "secondary" // 二次分红: of what was earned above that
)

// Million is the whole of a share: rates are in millionths, ppm.
const Million = 1_000_000

// MaxHolders bounds a list of holders, which lies in one document.
const MaxHolders = 2000

// GrowingPlan is what the cooperative's crops of a year are expected to take and to bring.
type GrowingPlan struct {
	Greenhouses int64 `bson:"greenhouses" json:"greenhouses"`
	Crops       int64 `bson:"crops" json:"crops"`
	BagsPerCrop int64 `bson:"bags_per_crop" json:"bags_per_crop"`               // in each greenhouse
	DryMilliJin int64 `bson:"dry_millijin_per_bag" json:"dry_millijin_per_bag"` // thousandths of a jin: 120 is 0.12 斤
	PricePerJin Fen   `bson:"price_per_jin_fen" json:"price_per_jin_fen"`
	UnitInput   Fen   `bson:"unit_input_fen" json:"unit_input_fen"` // of one greenhouse over all its crops
}

// Rounding is how what does not come out even is cut. The words stand beside the steps so that a stored run
// explains itself.
type Rounding struct {
	RateStepPPM int64  `bson:"rate_step_ppm" json:"rate_step_ppm"` // 1000: one decimal of a percent
	RateRule    string `bson:"rate_rule" json:"rate_rule"`         // RoundHalfUp
	PayoutStep  Fen    `bson:"payout_step_fen" json:"payout_step_fen"`
	PayoutRule  string `bson:"payout_rule" json:"payout_rule"` // RoundDown
}

// The rules of rounding.
const (
	RoundHalfUp = "half_up"
	RoundDown   = "floor"
)

// DefaultRounding is that of the report: shares to one decimal of a percent, payouts down to the yuan.
func DefaultRounding() Rounding {
	return Rounding{RateStepPPM: 1000, RateRule: RoundHalfUp, PayoutStep: 100, PayoutRule: RoundDown}
}

// DividendInputs are everything that a dividend follows from. A base run uses the plan; a secondary one the base
// run's rate and pool, what was earned in fact, and how much of the surplus is paid out.
type DividendInputs struct {
	Kind           DividendKind `bson:"kind" json:"kind"`
	SubscriptionID string       `bson:"subscription_id" json:"subscription_id"`
	Fund           Fen          `bson:"fund_fen" json:"fund_fen"`
	Holders        []Holder     `bson:"holders" json:"holders"`
	Rounding       Rounding     `bson:"rounding" json:"rounding"`
	Plan           GrowingPlan  `bson:"plan" json:"plan"`
	BaseID         string       `bson:"base_id" json:"base_id,omitempty"` // the version of the base run
	RatePPM        int64        `bson:"rate_ppm" json:"rate_ppm,omitempty"`
	BasePool       Fen          `bson:"base_pool_fen" json:"base_pool_fen,omitempty"`
	ActualNet      Fen          `bson:"actual_net_fen" json:"actual_net_fen,omitempty"`
	PayoutPPM      int64        `bson:"payout_ppm" json:"payout_ppm,omitempty"`
}

// Dividend is what follows from the inputs. Nothing is lost on the way: every cut is kept beside what it was cut
// from, and the lines and the remainder make the pool.
type Dividend struct {
	UnitBenefit     Fen            `bson:"unit_benefit_fen" json:"unit_benefit_fen"`   // of one greenhouse
	UnitBenefitRest int64          `bson:"unit_benefit_rest" json:"unit_benefit_rest"` // cut off it, in thousandths of a fen
	TotalInput      Fen            `bson:"total_input_fen" json:"total_input_fen"`
	TotalBenefit    Fen            `bson:"total_benefit_fen" json:"total_benefit_fen"`
	Net             Fen            `bson:"net_fen" json:"net_fen"`
	RawRatePPM      int64          `bson:"raw_rate_ppm" json:"raw_rate_ppm"` // before rounding, cut to the ppm
	RatePPM         int64          `bson:"rate_ppm" json:"rate_ppm"`
	Share           Fen            `bson:"share_fen" json:"share_fen"`   // the households' part of the net
	ShareRest       int64          `bson:"share_rest" json:"share_rest"` // cut off it, in millionths of a fen
	Excess          Fen            `bson:"excess_fen" json:"excess_fen"` // of a secondary run: the share above the base pool
	Pool            Fen            `bson:"pool_fen" json:"pool_fen"`     // what is divided
	PoolRest        int64          `bson:"pool_rest" json:"pool_rest"`   // of a secondary run: cut off the pool, in millionths of a fen
	Lines           []DividendLine `bson:"lines" json:"lines"`           // by household
	Paid            Fen            `bson:"paid_out_fen" json:"paid_out_fen"`
	Remainder       Fen            `bson:"remainder_fen" json:"remainder_fen"` // the pool less what is paid out
}

// DividendLine is what one household gets for its share.
type DividendLine struct {
	HouseholdID string `bson:"household_id" json:"household_no"`
	Share       Fen    `bson:"share_fen" json:"share_fen"`
	Due         Fen    `bson:"due_fen" json:"due_fen"` // the pool by shares, to the fen
	Amount      Fen    `bson:"amount_fen" json:"amount_fen"`
}

// Line of the household.
func (d Dividend) Line(householdID string) (DividendLine, bool) {
	i, found := slices.BinarySearchFunc(d.Lines, householdID, func(l DividendLine, id string) int { return cmp.Compare(l.HouseholdID, id) })
	if !found {
		return DividendLine{}, false
	}
	return d.Lines[i], true
}

// Each is what every household gets, when all get the same.
func (d Dividend) Each() (Fen, bool) {
	for _, l := range d.Lines {
		if l.Amount != d.Lines[0].Amount {
			return 0, false
		}
	}
	if len(d.Lines) == 0 {
		return 0, false
	}
	return d.Lines[0].Amount, true
}

var (
	errTooLarge = NewError(KindInvalid, "too_large", "数字太大,算不下")
	errPlan     = NewError(KindInvalid, "growing_plan", "大棚数、茬数、每茬袋数、每袋干重、单价、每棚投入都要大于0")
	errHolders  = NewError(KindInvalid, "holders", "入股名单要有1到2000户,每户只列一次,股金大于0")
	errFund     = NewError(KindInvalid, "fund", "各户股金加起来与入股总额不等")
	errRounding = NewError(KindInvalid, "rounding", "取整规则不对:比例按步长四舍五入,发放按步长舍去")
	errRate     = NewError(KindInvalid, "share_over_whole", "入股总额超过了总投入,份额不能大于100%")
	errActual   = NewError(KindInvalid, "actual", "二次分红要有保底分红的份额和总额,发放比例在0到100%之间")
)

// CheckHolders is KindInvalid for a list of holders that cannot be one, or that does not add up to the fund.
func CheckHolders(fund Fen, holders []Holder) error {
	if len(holders) == 0 || len(holders) > MaxHolders {
		return errHolders
	}
	seen, sum := map[string]bool{}, integer(0)
	for _, h := range holders {
		if h.HouseholdID == "" || seen[h.HouseholdID] || h.Amount < 1 {
			return errHolders
		}
		seen[h.HouseholdID] = true
		sum.Add(sum, integer(int64(h.Amount)))
	}
	if sum.Cmp(integer(int64(fund))) != 0 {
		return errFund
	}
	return nil
}

func (in DividendInputs) check() error {
	r, p := in.Rounding, in.Plan
	switch {
	case r.RateStepPPM < 1 || r.RateStepPPM > Million || r.PayoutStep < 1 || r.RateRule != RoundHalfUp || r.PayoutRule != RoundDown:
		return errRounding
	case in.Kind == DividendBase:
		if min(p.Greenhouses, p.Crops, p.BagsPerCrop, p.DryMilliJin, int64(p.PricePerJin), int64(p.UnitInput)) < 1 {
			return errPlan
		}
	case in.Kind != DividendSecondary || in.RatePPM < 0 || in.RatePPM > Million || in.BasePool < 0 || in.PayoutPPM < 0 || in.PayoutPPM > Million:
		return errActual
	}
	return CheckHolders(in.Fund, in.Holders)
}

// Reckon computes the dividend, in whole numbers only. The same inputs, their holders in any order, always give the
// same dividend. KindInvalid for inputs that cannot be right, and for a result that an int64 of fen cannot hold.
func Reckon(in DividendInputs) (Dividend, error) {
	if err := in.check(); err != nil {
		return Dividend{}, err
	}
	var d Dividend
	var w whole
	net := integer(int64(in.ActualNet))
	if in.Kind == DividendBase {
		net = d.fromPlan(in, &w)
	} else {
		d.RatePPM, d.RawRatePPM = in.RatePPM, in.RatePPM
	}
	d.Net = w.fen(net)
	pool := d.pool(in, net, &w)
	for _, h := range in.Holders {
		due := w.fen(quotient(times(pool, int64(h.Amount)), integer(int64(in.Fund))))
		line := DividendLine{HouseholdID: h.HouseholdID, Share: h.Amount, Due: due, Amount: due.downTo(in.Rounding.PayoutStep)}
		d.Lines = append(d.Lines, line)
		d.Paid = w.add(d.Paid, line.Amount) // never more than the pool
	}
	slices.SortFunc(d.Lines, func(a, b DividendLine) int { return cmp.Compare(a.HouseholdID, b.HouseholdID) })
	d.Remainder = w.add(d.Pool, d.Paid.Neg())
	switch {
	case w.tooLarge || d.Pool > MaxTrade:
		return Dividend{}, errTooLarge
	case d.RatePPM > Million:
		return Dividend{}, errRate
	}
	return d, nil
}

// fromPlan fills in what the plan brings and the rate, and returns the net.
func (d *Dividend) fromPlan(in DividendInputs, w *whole) *big.Int {
	p := in.Plan
	benefit, rest := new(big.Int).QuoRem(product(p.BagsPerCrop, p.Crops, p.DryMilliJin, int64(p.PricePerJin)), integer(1000), new(big.Int))
	input, total := product(p.Greenhouses, int64(p.UnitInput)), times(benefit, p.Greenhouses)
	d.UnitBenefit, d.UnitBenefitRest = w.fen(benefit), rest.Int64()
	d.TotalInput, d.TotalBenefit = w.fen(input), w.fen(total)
	fund := product(int64(in.Fund), Million)
	d.RawRatePPM = int64(w.fen(quotient(fund, input)))
	// Half up, from the exact fraction: what is rounded twice can end up one step off.
	step := times(input, in.Rounding.RateStepPPM)
	steps := quotient(new(big.Int).Add(times(fund, 2), step), times(step, 2))
	d.RatePPM = int64(w.fen(times(steps, in.Rounding.RateStepPPM)))
	return new(big.Int).Sub(total, input)
}

// pool fills in the households' share of the net and what is divided of it. A loss is not shared: the pool is empty then.
func (d *Dividend) pool(in DividendInputs, net *big.Int, w *whole) *big.Int {
	if net.Sign() < 0 {
		net = integer(0)
	}
	share, rest := new(big.Int).QuoRem(times(net, d.RatePPM), integer(Million), new(big.Int))
	d.Share, d.ShareRest = w.fen(share), rest.Int64()
	pool := share
	if in.Kind == DividendSecondary {
		excess := new(big.Int).Sub(share, integer(int64(in.BasePool)))
		if excess.Sign() < 0 {
			excess = integer(0)
		}
		d.Excess = w.fen(excess)
		pool, rest = new(big.Int).QuoRem(times(excess, in.PayoutPPM), integer(Million), new(big.Int))
		d.PoolRest = rest.Int64()
	}
	d.Pool = w.fen(pool)
	return pool
}

// whole takes results of any size back into int64, and remembers when one did not fit.
type whole struct{ tooLarge bool }

func (w *whole) fen(n *big.Int) Fen {
	if !n.IsInt64() {
		w.tooLarge = true
		return 0
	}
	return Fen(n.Int64())
}

func (w *whole) add(f, g Fen) Fen {
	sum, err := f.Add(g)
	w.tooLarge = w.tooLarge || err != nil
	return sum
}

func integer(n int64) *big.Int { return big.NewInt(n) }

func product(first int64, others ...int64) *big.Int {
	n := integer(first)
	for _, f := range others {
		n.Mul(n, integer(f))
	}
	return n
}

func times(n *big.Int, f int64) *big.Int { return new(big.Int).Mul(n, integer(f)) }

func quotient(n, d *big.Int) *big.Int { return new(big.Int).Quo(n, d) }
