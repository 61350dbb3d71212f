package model

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// RunState is how far a dividend run has come.
type RunState string

// The states, in their order. A version that was approved is never changed: it is reopened, which makes the next.
const (
	RunDraft      RunState = "draft"
	RunComputed   RunState = "computed"
	RunChecked    RunState = "checked" // every reconciliation holds
	RunApproved   RunState = "approved"
	RunPublicised RunState = "publicised"
	RunPaying     RunState = "paying"
	RunSettled    RunState = "settled"
	RunReopened   RunState = "reopened" // its next version stands for it
)

var runLabels = map[RunState]string{
	RunDraft: "填报中", RunComputed: "已算", RunChecked: "已核对", RunApproved: "已批准", RunPublicised: "公示中",
	RunPaying: "发放中", RunSettled: "已发放", RunReopened: "已重开",
}

// Label of the state.
func (s RunState) Label() string { return label(runLabels, s) }

// Announced reports whether the amounts stand: a second person approved them, and nobody reopened them.
func (s RunState) Announced() bool {
	return s == RunApproved || s == RunPublicised || s == RunPaying || s == RunSettled
}

var kindLabels = map[DividendKind]string{DividendBase: "保底分红", DividendSecondary: "二次分红"}

// Label of the kind.
func (k DividendKind) Label() string { return label(kindLabels, k) }

// DividendRun is one version of the dividend of a cooperative, year and kind. Everything that it follows from and
// that follows from it lies in it; whether a line is paid stands in the ledger, under the line's key.
type DividendRun struct {
	ID         string `bson:"_id" json:"id"` // RunVersionID
	Record     `bson:",inline"`
	Run        string          `bson:"run" json:"run"` // RunID
	Version    int             `bson:"version" json:"version"`
	CoopID     string          `bson:"coop_id" json:"coop_id"`
	Year       int             `bson:"year" json:"year"`
	Kind       DividendKind    `bson:"kind" json:"kind"`
	State      RunState        `bson:"state" json:"state"`
	Inputs     DividendInputs  `bson:"inputs" json:"inputs"`
	Published  Published       `bson:"published" json:"published"`
	Result     Dividend        `bson:"result" json:"result"`
	Checks     []DividendCheck `bson:"checks" json:"checks"`
	InputsBy   string          `bson:"inputs_by" json:"inputs_by"`
	ComputedBy string          `bson:"computed_by" json:"computed_by,omitempty"`
	Steps      []RunStep       `bson:"steps" json:"steps"`
	Notice     RunNotice       `bson:"notice" json:"notice"`
	Voucher    string          `bson:"voucher" json:"voucher,omitempty"`
	PaidOn     Date            `bson:"paid_on" json:"paid_on,omitempty"` // of all its lines, whenever each is posted
	Carried    []PaidBefore    `bson:"carried" json:"carried"`
	Reversals  []Reversal      `bson:"reversals" json:"reversals"`
	Pending    bool            `bson:"pending" json:"-"` // something of it has yet to be posted
}

// RunStep says who brought a run to a state.
type RunStep struct {
	State RunState  `bson:"state" json:"state"`
	By    string    `bson:"by" json:"by"`
	At    time.Time `bson:"at" json:"at"`
	Why   string    `bson:"why" json:"why,omitempty"`
}

// Published are figures that were given out beforehand, to be compared with what is computed; 0 is none.
type Published struct {
	UnitBenefit Fen   `bson:"unit_benefit_fen" json:"unit_benefit_fen,omitempty"`
	RatePPM     int64 `bson:"rate_ppm" json:"rate_ppm,omitempty"`
	Holders     int   `bson:"holders" json:"holders,omitempty"`
	Each        Fen   `bson:"each_fen" json:"each_fen,omitempty"`
}

// RunNotice is what was made public: frozen, with masked names.
type RunNotice struct {
	On    Date         `bson:"on" json:"on,omitempty"`
	Lines []NoticeLine `bson:"lines" json:"lines"`
}

// NoticeLine is one household of a public list. Head is masked.
type NoticeLine struct {
	HouseholdID string `bson:"household_id" json:"household_no"`
	Head        string `bson:"head" json:"head"`
	Amount      Fen    `bson:"amount_fen" json:"amount_fen"`
}

// PaidBefore is a line that an earlier version paid and nobody took back: it is not paid again.
type PaidBefore struct {
	HouseholdID string `bson:"household_id" json:"household_no"`
	EntryID     string `bson:"entry_id" json:"entry_id"`
	Amount      Fen    `bson:"amount_fen" json:"amount_fen"`
}

// Reversal is the wish to take a paid line back, by a ledger entry of its own.
type Reversal struct {
	HouseholdID string `bson:"household_id" json:"household_no"`
	EntryID     string `bson:"entry_id" json:"entry_id"` // the entry that is taken back
	On          Date   `bson:"on" json:"on"`
	By          string `bson:"by" json:"by"`
	Why         string `bson:"why" json:"why"`
}

// RunID is "coop/year/kind".
func RunID(coopID string, year int, kind DividendKind) string {
	return fmt.Sprintf("%s/%d/%s", coopID, year, kind)
}

// RunVersionID is "run/version".
func RunVersionID(run string, version int) string { return fmt.Sprintf("%s/%d", run, version) }

// EntryID is the key under which this version pays the household.
func (r DividendRun) EntryID(householdID string) string {
	return dividendEntry + r.ID + "/" + householdID
}

// Title is what the run is called, "2018年保底分红".
func (r DividendRun) Title() string { return fmt.Sprintf("%d年%s", r.Year, r.Kind.Label()) }

// CarriedFor is what an earlier version paid the household.
func (r DividendRun) CarriedFor(householdID string) (PaidBefore, bool) {
	i := slices.IndexFunc(r.Carried, func(c PaidBefore) bool { return c.HouseholdID == householdID })
	if i < 0 {
		return PaidBefore{}, false
	}
	return r.Carried[i], true
}

// Owes are the lines that this version pays, by household: those of something that no earlier version paid, or whose
// earlier payment was taken back since.
func (r DividendRun) Owes(takenBack func(entryID string) bool) (lines []DividendLine) {
	for _, l := range r.Result.Lines {
		if before, paid := r.CarriedFor(l.HouseholdID); l.Amount > 0 && (!paid || takenBack(before.EntryID)) {
			lines = append(lines, l)
		}
	}
	return lines
}

// Reversed reports whether the entry is taken back.
func (r DividendRun) Reversed(entryID string) bool {
	return slices.ContainsFunc(r.Reversals, func(x Reversal) bool { return x.EntryID == entryID })
}

// Step says who brought the run to the state last; ok is false if nobody did.
func (r DividendRun) Step(s RunState) (step RunStep, ok bool) {
	for _, x := range r.Steps {
		if x.State == s {
			step, ok = x, true
		}
	}
	return step, ok
}

// MoveTo brings the run to a state.
func (r *DividendRun) MoveTo(s RunState, by ChangeInfo) {
	r.State = s
	r.Steps = append(r.Steps, RunStep{State: s, By: by.Actor, At: by.At.UTC(), Why: by.Why})
}

// DividendCheck is one reconciliation. Want is 0 where no figure was given out beforehand.
type DividendCheck struct {
	Code string `bson:"code" json:"code"`
	Text string `bson:"text" json:"text"` // in Chinese, with the numbers
	OK   bool   `bson:"ok" json:"ok"`
}

// Reconcile checks the result against its inputs and against what was published: R4 benefit, R5 rate, R6 fund and
// holders, R7 payout, R8 remainder; that computing again gives the same; and that what earlier versions paid is what
// this one would pay.
func (r DividendRun) Reconcile() []DividendCheck {
	in, d := r.Inputs, r.Result
	again, err := Reckon(in)
	checks := []DividendCheck{
		{"again", "按存下的数据重算一遍,结果相同", err == nil && reflect.DeepEqual(again, d)},
		r.checkShares(),
		r.checkPayout(),
		{
			"R8", fmt.Sprintf("各户合计%s元,加余数%s元,等于总额%s元", d.Paid.Yuan(), d.Remainder.Yuan(), d.Pool.Yuan()),
			d.Remainder >= 0 && d.addsUp(),
		},
		r.checkCarried(),
	}
	if in.Kind == DividendBase {
		checks = append(checks, r.compared("R4", "每棚收入", d.UnitBenefit.Yuan()+"元", r.Published.UnitBenefit.Yuan()+"元",
			r.Published.UnitBenefit == 0, r.Published.UnitBenefit == d.UnitBenefit),
			r.compared("R5", "入股份额", Percent(d.RatePPM), Percent(r.Published.RatePPM),
				r.Published.RatePPM == 0, r.Published.RatePPM == d.RatePPM))
	}
	slices.SortFunc(checks, func(a, b DividendCheck) int { return cmp.Compare(a.Code, b.Code) })
	return checks
}

func (r DividendRun) checkShares() DividendCheck {
	c := r.compared("R6", "入股户数", fmt.Sprint(len(r.Inputs.Holders)), fmt.Sprint(r.Published.Holders),
		r.Published.Holders == 0, r.Published.Holders == len(r.Inputs.Holders))
	fund := CheckHolders(r.Inputs.Fund, r.Inputs.Holders) == nil
	c.OK = c.OK && fund
	c.Text += fmt.Sprintf(";各户股金合计%s元", r.Inputs.Fund.Yuan())
	if !fund {
		c.Text += "对不上"
	}
	return c
}

func (r DividendRun) checkPayout() DividendCheck {
	each, same := r.Result.Each()
	text := "各户不同"
	if same {
		text = each.Yuan() + "元"
	}
	return r.compared("R7", "每户分红", text, r.Published.Each.Yuan()+"元", r.Published.Each == 0, same && each == r.Published.Each)
}

func (r DividendRun) checkCarried() DividendCheck {
	for _, c := range r.Carried {
		if l, _ := r.Result.Line(c.HouseholdID); l.Amount != c.Amount {
			return DividendCheck{"carried", fmt.Sprintf("户号%s前一版已发%s元,这一版应发%s元,要先冲销",
				c.HouseholdID, c.Amount.Yuan(), l.Amount.Yuan()), false}
		}
	}
	return DividendCheck{"carried", fmt.Sprintf("前几版发过、没有冲销的%d户,金额不变,不再发", len(r.Carried)), true}
}

func (r DividendRun) compared(code, what, got, want string, none, same bool) DividendCheck {
	switch {
	case none:
		return DividendCheck{code, what + got + ",没有公布过", true}
	case same:
		return DividendCheck{code, what + got + ",与公布的相同", true}
	}
	return DividendCheck{code, what + got + ",公布的是" + want, false}
}

// addsUp reports whether the lines make what is paid out, and that and the remainder the pool.
func (d Dividend) addsUp() bool {
	var lines Fen
	var err error
	for _, l := range d.Lines {
		if lines, err = lines.Add(l.Amount); err != nil {
			return false
		}
	}
	pool, err := d.Paid.Add(d.Remainder)
	return err == nil && pool == d.Pool && lines == d.Paid
}
