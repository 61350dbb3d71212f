package model

import "fmt"

// Growing is all that a farm grows and shares, for what looks at everything.
type Growing struct {
	Cooperatives  []Cooperative
	Greenhouses   []Greenhouse
	Allotments    []Allotment
	Batches       []Batch
	Sales         []Sale
	Subscriptions []Subscription
	Dividends     []DividendRun
}

// Cooperative is one in which households hold shares, 合作社. It pays out of the unit that it is.
type Cooperative struct {
	ID        string `bson:"_id" json:"id"` // "K-001"
	Record    `bson:",inline"`
	Name      string `bson:"name" json:"name"`
	UnitID    string `bson:"unit_id" json:"unit_id"`
	PayoutPPM int64  `bson:"payout_ppm" json:"payout_ppm" doc:"二次分红发多少,百万分之几;1000000是全发"`
}

// Greenhouse is one house for growing fungus, 大棚. UnitID owns it: the farm, or a cooperative.
type Greenhouse struct {
	ID     string `bson:"_id" json:"id"`
	Record `bson:",inline"`
	Site   string `bson:"site" json:"site"`
	UnitID string `bson:"unit_id" json:"unit_id"`
}

// Allotment gives a greenhouse to a household for a year. A greenhouse has one household in a year.
type Allotment struct {
	ID           string `bson:"_id" json:"id"` // AllotmentID
	Record       `bson:",inline"`
	GreenhouseID string `bson:"greenhouse_id" json:"greenhouse_id"`
	HouseholdID  string `bson:"household_id" json:"household_no"`
	Year         int    `bson:"year" json:"year"`
	FeeWaived    bool   `bson:"contract_fee_waived" json:"contract_fee_waived"`
}

// AllotmentID is the id of a greenhouse's allotment in the year.
func AllotmentID(year int, greenhouseID string) string {
	return fmt.Sprintf("%d/%s", year, greenhouseID)
}

// Season is when a crop grows.
type Season string

// The seasons.
const (
	SeasonSpring Season = "spring"
	SeasonAutumn Season = "autumn"
)

// Batch is one crop of a greenhouse, 栽培批次: what was planned, and what it gave once harvested. Weights are dry,
// in thousandths of a jin.
type Batch struct {
	ID             string `bson:"_id" json:"id"` // BatchID
	Record         `bson:",inline"`
	GreenhouseID   string `bson:"greenhouse_id" json:"greenhouse_id"`
	HouseholdID    string `bson:"household_id" json:"household_no"` // to whom the greenhouse is allotted; empty for a cooperative's
	Year           int    `bson:"year" json:"year"`
	Season         Season `bson:"season" json:"season"`
	Bags           int64  `bson:"bags" json:"bags"`
	DryMilliJin    int64  `bson:"dry_millijin_per_bag" json:"dry_millijin_per_bag"` // 120 is 0.12 斤
	Input          Fen    `bson:"input_fen" json:"input_fen"`
	HarvestedOn    Date   `bson:"harvested_on" json:"harvested_on"` // empty while it grows
	ActualMilliJin int64  `bson:"actual_millijin" json:"actual_millijin"`
}

// BatchID is the id of a greenhouse's crop.
func BatchID(year int, greenhouseID string, s Season) string {
	return fmt.Sprintf("%d/%s/%s", year, greenhouseID, s)
}

// The bounds of single records keep what is reckoned from them, and sums over many, within int64.
const (
	MaxBags        = 10_000_000
	MaxDryMilliJin = 100_000
	MaxMilliJin    = MaxBags * MaxDryMilliJin
	MaxTrade       = Fen(10_000_000_000_000) // of a sale, of a batch's input, or of a pool that is divided
)

// LowYieldPercent is the part of the plan below which a harvest is a reason to look after the household.
const LowYieldPercent = 60

// Planned is the planned yield in thousandths of a jin.
func (b Batch) Planned() int64 { return b.Bags * b.DryMilliJin }

// Check is KindInvalid for a batch whose numbers cannot be right.
func (b Batch) Check() error {
	switch {
	case b.Season != SeasonSpring && b.Season != SeasonAutumn, b.Bags < 1, b.Bags > MaxBags, b.Input < 0, b.Input > MaxTrade,
		b.DryMilliJin < 1, b.DryMilliJin > MaxDryMilliJin, b.ActualMilliJin < 0, b.ActualMilliJin > MaxMilliJin,
		b.HarvestedOn == "" && b.ActualMilliJin > 0:
		return NewError(KindInvalid, "batch", "批次要写春茬或秋茬、袋数、每袋干重;采收以后才写实际产量")
	}
	return nil
}

// LowYield reports whether the harvest is in and stayed below LowYieldPercent of the plan.
func (b Batch) LowYield() bool {
	return b.HarvestedOn != "" && b.ActualMilliJin*100 < b.Planned()*LowYieldPercent
}

// Sale is the settlement of what was sold of a batch, 销售结算. The household's part of it is what it was paid:
// its own earnings, so not an entry of the aid ledger.
type Sale struct {
	ID          string `bson:"_id" json:"id"` // year + the key of whoever entered it
	Record      `bson:",inline"`
	BatchID     string `bson:"batch_id" json:"batch_id"`
	HouseholdID string `bson:"household_id" json:"household_no"` // of the batch
	SoldOn      Date   `bson:"sold_on" json:"sold_on"`
	Buyer       string `bson:"buyer" json:"buyer"`
	MilliJin    int64  `bson:"millijin" json:"millijin"`
	PricePerJin Fen    `bson:"price_per_jin_fen" json:"price_per_jin_fen"`
	Gross       Fen    `bson:"gross_fen" json:"gross_fen"`
	Costs       Fen    `bson:"costs_fen" json:"costs_fen"`
	Settlement  Fen    `bson:"settlement_fen" json:"settlement_fen"` // gross less costs
}

// Settle fills in gross and settlement from weight, price and costs; gross is rounded half up to the fen.
// KindInvalid when the costs eat up more than the sale brought, or a number is too large.
func (s *Sale) Settle() error {
	if s.MilliJin < 1 || s.PricePerJin < 1 || s.Costs < 0 {
		return NewError(KindInvalid, "sale", "斤数和单价要大于0,费用不能是负数")
	}
	var w whole
	gross := product(s.MilliJin, int64(s.PricePerJin))
	s.Gross = w.fen(quotient(gross.Add(gross, integer(500)), integer(1000)))
	if w.tooLarge || s.Gross > MaxTrade {
		return errTooLarge
	}
	var err error
	if s.Settlement, err = s.Gross.Sub(s.Costs); err != nil || s.Settlement < 0 {
		return NewError(KindInvalid, "costs_over_gross", "费用比卖的钱还多,请核对")
	}
	return nil
}
