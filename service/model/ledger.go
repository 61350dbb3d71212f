package model

import (
	"reflect"
	"slices"
	"strings"
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
	Fund        string   `bson:"fund"` // its name; with the year of PaidOn that is one fund (FundID)
	Amount      Fen      `bson:"amount_fen"`
	PaidOn      Date     `bson:"paid_on"`
	Method      Method   `bson:"method"`
	PayerUnitID string   `bson:"payer_unit_id"`
	Evidence    string   `bson:"evidence"`
	Policy      string   `bson:"policy"` // the rule under which it is paid; empty: that of its fund
	ReversesID  string   `bson:"reverses_id"`
	NotAllotted bool     `bson:"not_allotted"`
}

var (
	errEntry  = NewError(KindInvalid, "entry", "这笔账不完整:编号、名目、类别、体系、方式、日期、金额都要有,户号或“未分到户”要有一样")
	errAmount = NewError(KindInvalid, "amount_too_large", "金额太大,一笔账记不下")
)

// Check is KindInvalid for a line that the books cannot take.
func (e Entry) Check() error {
	_, dateErr := ParseDate(string(e.PaidOn))
	switch {
	case e.ID == "", e.Title == "", e.Amount == 0, dateErr != nil, e.Method == "",
		!slices.Contains(Categories, e.Category), !slices.Contains(Systems, e.System),
		(e.HouseholdID == "") != e.NotAllotted:
		return errEntry
	case !e.Amount.Within(MaxAmount):
		return errAmount
	}
	return nil
}

// Same reports whether two lines say the same, whoever entered them and when.
func (e Entry) Same(o Entry) bool {
	e.Record, o.Record = Record{}, Record{}
	return reflect.DeepEqual(e, o)
}

// ReversalID is the key of the entry that takes another one back. There is one, so a second reversal is the
// same one.
func ReversalID(entryID string) string { return "rev:" + entryID }

// What begins the keys of entries that something else than a person's hand posted.
const (
	stockEntry    = "stock:"
	aidEntry      = "app:"
	dividendEntry = "div:"
)

// ReversedElsewhere says where an entry has to be taken back that was posted by something which must hear of it; empty
// for entries that are taken back by themselves.
func (e Entry) ReversedElsewhere() string {
	switch {
	case strings.HasPrefix(e.ID, stockEntry):
		return "这一笔是爱心超市发的物品,请在库存里办退回,物品和账一起退"
	case strings.HasPrefix(e.ID, aidEntry):
		return "这一笔是按申请发的,请在那份申请里冲回"
	case strings.HasPrefix(e.ID, dividendEntry):
		return "这一笔是分红,请在那次分红里冲销"
	}
	return ""
}

// Reversal is the entry that takes e back on the day.
func (e Entry) Reversal(on Date, why string) Entry {
	r := e
	r.Record, r.ID, r.ReversesID = Record{}, ReversalID(e.ID), e.ID
	r.Amount, r.PaidOn, r.Title, r.Evidence = e.Amount.Neg(), on, "冲销："+e.Title, why
	return r
}

// EntryFilter chooses entries; an empty field chooses any. From and To are both included.
type EntryFilter struct {
	From, To    Date
	Category    Category
	System      System
	Fund        *string // may ask for those without a fund
	Programme   string
	Households  []string // none: all
	NotAllotted bool     // only those without a household
}
