package model

import (
	"reflect"
	"slices"
	"strconv"
)

// Category is one of the six spending categories of the yearly report; every entry has exactly one.
type Category string

// The six spending categories.
const (
	CategorySubsistence Category = "subsistence_disability"
	CategoryPremium     Category = "medical_premium"
	CategoryMedical     Category = "medical_relief"
	CategoryEducation   Category = "education_relief"
	CategoryIndustry    Category = "industry"
	CategorySubsidy     Category = "subsidy_condolence"
)

// Categories are the six in the order of the report.
var Categories = []Category{
	CategorySubsistence, CategoryPremium, CategoryMedical, CategoryEducation, CategoryIndustry, CategorySubsidy,
}

// System is one of the seven aid systems, 七大新体系; every entry has exactly one.
type System string

// The seven aid systems.
const (
	SystemLand       System = "land"
	SystemIndustry   System = "industry"
	SystemPost       System = "post"
	SystemTechnology System = "technology"
	SystemCapital    System = "capital_income"
	SystemFund       System = "fund_donation"
	SystemRelief     System = "social_relief"
)

// Systems are the seven in the order of the report.
var Systems = []System{
	SystemLand, SystemIndustry, SystemPost, SystemTechnology, SystemCapital, SystemFund, SystemRelief,
}

// Method is how an amount reached the household.
type Method string

// The methods of payment.
const (
	MethodTransfer      Method = "transfer"
	MethodCash          Method = "cash"
	MethodInKind        Method = "in_kind"
	MethodFeeWaiver     Method = "fee_waiver"
	MethodPremium       Method = "premium"
	MethodReimbursement Method = "reimbursement"
)

// Entry is one line of the money ledger. Entries are only ever appended; a mistake is
// corrected by an entry with the opposite amount that names the first in ReversesID.
// An entry without a household is "not allotted": the report gives its sum and no detail.
type Entry struct {
	ID          string `bson:"_id"` // the idempotency key of the posting
	Record      `bson:",inline"`
	HouseholdID string   `bson:"household_id"`
	PersonID    string   `bson:"person_id"`
	Programme   string   `bson:"programme"`
	Title       string   `bson:"title"` // in Chinese, what the household reads
	Category    Category `bson:"category"`
	System      System   `bson:"system"`
	Fund        string   `bson:"fund"`
	Amount      Fen      `bson:"amount_fen"`
	PaidOn      Date     `bson:"paid_on"`
	Method      Method   `bson:"method"`
	PayerUnitID string   `bson:"payer_unit_id"`
	Evidence    string   `bson:"evidence"`
	ReversesID  string   `bson:"reverses_id"`
	NotAllotted bool     `bson:"not_allotted"`
}

var errEntry = NewError(KindInvalid, "entry", "这笔账不完整:编号、名目、类别、体系、方式、日期、金额都要有,户号或“未分到户”要有一样")

// Check is KindInvalid for a line that the books cannot take.
func (e Entry) Check() error {
	_, dateErr := ParseDate(string(e.PaidOn))
	switch {
	case e.ID == "", e.Title == "", e.Amount == 0, dateErr != nil, e.Method == "",
		!slices.Contains(Categories, e.Category), !slices.Contains(Systems, e.System),
		(e.HouseholdID == "") != e.NotAllotted:
		return errEntry
	}
	return nil
}

// Same reports whether two lines say the same, whoever entered them and when.
func (e Entry) Same(o Entry) bool {
	e.Record, o.Record = Record{}, Record{}
	return reflect.DeepEqual(e, o)
}

// Statement is what one household received in one year: derived from the entries, rebuilt whenever
// one is posted, and kept by itself so that reading it costs one look-up. ID is "household/year".
type Statement struct {
	ID          string          `bson:"_id"`
	HouseholdID string          `bson:"household_id"`
	Year        int             `bson:"year"`
	Total       Fen             `bson:"total_fen"`
	Categories  []StatementPart `bson:"categories"`
}

// StatementPart is one category of a statement with the entries that make its sum, oldest first.
type StatementPart struct {
	Category Category        `bson:"category"`
	Total    Fen             `bson:"total_fen"`
	Lines    []StatementLine `bson:"lines"`
}

// StatementLine is one entry as the household reads it.
type StatementLine struct {
	EntryID string `bson:"entry_id"`
	PaidOn  Date   `bson:"paid_on"`
	Title   string `bson:"title"`
	Amount  Fen    `bson:"amount_fen"`
	Payer   string `bson:"payer"`
	Fund    string `bson:"fund"`
	Method  Method `bson:"method"`
}

// StatementID is the id of the household's statement of the year.
func StatementID(householdID string, year int) string {
	return householdID + "/" + strconv.Itoa(year)
}
