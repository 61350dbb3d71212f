package model

import "slices"

// Loan is an interest-free loan to a household. It is not aid: no category of spending holds it. What is
// still owed follows from the repayments.
type Loan struct {
	ID          string `bson:"_id"` // the idempotency key
	Record      `bson:",inline"`
	HouseholdID string       `bson:"household_id"`
	Principal   Fen          `bson:"principal_fen"`
	Purpose     string       `bson:"purpose"`
	LentOn      Date         `bson:"lent_on"`
	DueOn       Date         `bson:"due_on"` // the last instalment
	Schedule    []Instalment `bson:"schedule"`
	Contract    string       `bson:"contract"` // the paper it rests on
	Repayments  []Repayment  `bson:"repayments"`
}

// Instalment is a part that is to be paid back by a day.
type Instalment struct {
	DueOn  Date `bson:"due_on" json:"due_on"`
	Amount Fen  `bson:"amount_fen" json:"amount_fen"`
}

// Repayment is money that came back. They are only appended; a mistake is corrected by one with the opposite
// amount and a note.
type Repayment struct {
	Key    string `bson:"key" json:"key"` // the idempotency key
	On     Date   `bson:"on" json:"on"`
	Amount Fen    `bson:"amount_fen" json:"amount_fen"`
	Note   string `bson:"note" json:"note"`
	By     string `bson:"by" json:"by"`
}

var (
	errLoan     = NewError(KindInvalid, "loan", "借款要有户号、本金、用途、借出日,到期日要在借出日之后")
	errSchedule = NewError(KindInvalid, "loan_schedule", "还款计划要按日期先后,最后一期在到期日,各期加起来等于本金")
)

// Check is KindInvalid for a loan that does not add up.
func (l Loan) Check() error {
	_, err1 := ParseDate(string(l.LentOn))
	_, err2 := ParseDate(string(l.DueOn))
	if l.ID == "" || l.HouseholdID == "" || l.Purpose == "" || l.Principal <= 0 || l.Principal > MaxAmount ||
		err1 != nil || err2 != nil || l.DueOn <= l.LentOn || len(l.Schedule) == 0 {
		return errLoan
	}
	var total Fen
	last := l.LentOn
	for _, i := range l.Schedule {
		_, err := ParseDate(string(i.DueOn))
		if err != nil || i.DueOn <= last || i.Amount <= 0 || i.Amount > l.Principal.plus(total.Neg()) {
			return errSchedule
		}
		last, total = i.DueOn, total.plus(i.Amount)
	}
	if last != l.DueOn || total != l.Principal {
		return errSchedule
	}
	return nil
}

// Same reports whether two loans were lent on the same terms.
func (l Loan) Same(o Loan) bool {
	return l.ID == o.ID && l.HouseholdID == o.HouseholdID && l.Principal == o.Principal && l.Purpose == o.Purpose && l.LentOn == o.LentOn &&
		l.DueOn == o.DueOn && l.Contract == o.Contract && slices.Equal(l.Schedule, o.Schedule)
}

// Repaid is what has come back. Repay keeps it between nothing and the principal.
func (l Loan) Repaid() (sum Fen) {
	for _, r := range l.Repayments {
		sum = sum.plus(r.Amount)
	}
	return sum
}

// Outstanding is what is still owed.
func (l Loan) Outstanding() Fen { return l.Principal.plus(l.Repaid().Neg()) }

// Unpaid are the instalments that are not paid yet, in full or in part, each with what is missing of it: what
// comes back pays the oldest first.
func (l Loan) Unpaid() []Instalment {
	var list []Instalment
	paid := l.Repaid()
	for _, i := range l.Schedule {
		covered := min(paid, i.Amount).Neg()
		paid = paid.plus(covered)
		if missing := i.Amount.plus(covered); missing > 0 {
			list = append(list, Instalment{i.DueOn, missing})
		}
	}
	return list
}

// MissingOn is what is not paid yet of the instalment of the day.
func (l Loan) MissingOn(due Date) Fen {
	for _, i := range l.Unpaid() {
		if i.DueOn == due {
			return i.Amount
		}
	}
	return 0
}

// Overdue is what should have come back before the day.
func (l Loan) Overdue(day Date) (sum Fen) {
	for _, i := range l.Unpaid() {
		if i.DueOn < day {
			sum = sum.plus(i.Amount)
		}
	}
	return sum
}

var (
	errRepayment = NewError(KindInvalid, "repayment", "还款要有日期,金额不能是零,也不能早于借出日;更正要写原因")
	errOverpaid  = NewError(KindConflict, "over_repaid", "还款比欠的多,或者更正比还过的多")
)

// Repay adds a repayment; the same one again changes nothing.
func (l *Loan) Repay(r Repayment) error {
	_, err := ParseDate(string(r.On))
	if r.Key == "" || err != nil || r.On < l.LentOn || r.Amount == 0 || r.Amount < 0 && r.Note == "" || !r.Amount.Within(MaxAmount) {
		return errRepayment
	}
	for _, there := range l.Repayments {
		if there.Key == r.Key {
			if there.On == r.On && there.Amount == r.Amount && there.Note == r.Note {
				return nil
			}
			return ErrKeyUsed
		}
	}
	if repaid := l.Repaid().plus(r.Amount); repaid < 0 || repaid > l.Principal {
		return errOverpaid
	}
	l.Repayments = append(l.Repayments, r)
	return nil
}
