package model

import "slices"

// Guarantee says whether a household has one of the four guarantees, 三保障和饮水安全.
type Guarantee struct {
	Kind      string `bson:"kind" json:"kind"` // one of GuaranteeKinds
	OK        bool   `bson:"ok" json:"ok"`
	CheckedOn Date   `bson:"checked_on" json:"checked_on"`
	CheckedBy string `bson:"checked_by" json:"checked_by"`
	Note      string `bson:"note" json:"note"`
}

// GuaranteeKinds are the four guarantees without which no household exits.
var GuaranteeKinds = []string{"education", "medical", "housing", "water"}

var guaranteeLabels = map[string]string{"education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全"}

// GuaranteeLabel is what people call the guarantee.
func GuaranteeLabel(kind string) string { return label(guaranteeLabels, kind) }

// Notice is a public notice of a planned registration or exit, 公示.
type Notice struct {
	Purpose   string `bson:"purpose" json:"purpose"` // "registration" | "exit"
	From      Date   `bson:"from" json:"from"`
	To        Date   `bson:"to" json:"to"`
	OpenCount int    `bson:"open_objections" json:"open_objections"` // objections not yet settled
	Where     string `bson:"where" json:"where"`                     // on which board, in which channel
}

// Signature is a household's consent in writing.
type Signature struct {
	Purpose  string `bson:"purpose" json:"purpose"` // "exit"
	On       Date   `bson:"on" json:"on"`
	Evidence string `bson:"evidence" json:"evidence"`
}

// Plan is a household's plan, 帮扶计划 or 巩固计划.
type Plan struct {
	Kind     string   `bson:"kind" json:"kind"` // "aid" | "consolidation"
	Year     int      `bson:"year" json:"year"`
	On       Date     `bson:"on" json:"on"`
	Measures []string `bson:"measures" json:"measures"`
}

// The purposes of notices and signatures, and the kinds of plans.
const (
	PurposeRegistration = "registration"
	PurposeExit         = "exit"
	PlanAid             = "aid"
	PlanConsolidation   = "consolidation"
)

// HasPlan reports whether there is a plan of the kind that began on or before the day.
func (h Household) HasPlan(kind string, day Date) bool {
	for _, p := range h.Plans {
		if p.Kind == kind && p.On <= day {
			return true
		}
	}
	return false
}

// latestNotice is the notice for the purpose that ended last; ok is false when there was none.
func latestNotice(purpose string, lists ...[]Notice) (n Notice, ok bool) {
	for _, x := range slices.Concat(lists...) {
		if x.Purpose == purpose && (!ok || x.To >= n.To) {
			n, ok = x, true
		}
	}
	return n, ok
}
