package model

import (
	"fmt"
	"time"
)

// Subscription is a list of who holds shares of a cooperative in a year, 入股. Once frozen it never changes again;
// what was wrong in it is put right in its next version.
type Subscription struct {
	ID       string `bson:"_id" json:"id"` // SubscriptionID
	Record   `bson:",inline"`
	CoopID   string    `bson:"coop_id" json:"coop_id"`
	Year     int       `bson:"year" json:"year"`
	Version  int       `bson:"version" json:"version"`
	Fund     Fen       `bson:"fund_fen" json:"fund_fen"` // the subsidy that was packed into shares
	Holders  []Holder  `bson:"holders" json:"holders"`
	LeftOut  []LeftOut `bson:"left_out" json:"left_out"`
	FrozenAt time.Time `bson:"frozen_at" json:"frozen_at,omitzero"`
	FrozenBy string    `bson:"frozen_by" json:"frozen_by,omitempty"`
}

// Holder is one household's share.
type Holder struct {
	HouseholdID string `bson:"household_id" json:"household_no"`
	Amount      Fen    `bson:"amount_fen" json:"amount_fen"`
}

// LeftOut says why a household holds no share.
type LeftOut struct {
	HouseholdID string `bson:"household_id" json:"household_no" minLength:"2" maxLength:"20"`
	Reason      string `bson:"reason" json:"reason" minLength:"1" maxLength:"200"`
}

// SubscriptionID is "coop/year/version".
func SubscriptionID(coopID string, year, version int) string {
	return fmt.Sprintf("%s/%d/%d", coopID, year, version)
}

// Frozen reports whether the list is fixed.
func (s Subscription) Frozen() bool { return !s.FrozenAt.IsZero() }

// Reason why the household is left out; empty when the list gives none.
func (s Subscription) Reason(householdID string) string {
	for _, l := range s.LeftOut {
		if l.HouseholdID == householdID {
			return l.Reason
		}
	}
	return ""
}
