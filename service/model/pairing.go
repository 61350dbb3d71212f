package model

// PairingRole is a cadre's part among the N cadres of one household.
type PairingRole string

// The roles in a pairing.
const (
	PairingLead   PairingRole = "lead"
	PairingMember PairingRole = "member"
)

// Pairing says that a cadre helps a household from From to To (empty: still).
// ID is "household/cadre/from", so the same pairing cannot be opened twice on one day.
type Pairing struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string      `bson:"household_id"`
	CadreID     string      `bson:"cadre_id"`
	Role        PairingRole `bson:"role"`
	CardNo      string      `bson:"card_no"`
	From        Date        `bson:"from"`
	To          Date        `bson:"to"`
	EndReason   string      `bson:"end_reason"`
	HandoverTo  []string    `bson:"handover_to"` // the cadres who took over when it ended
}

// PairingID is the id of the pairing that begins on the day.
func PairingID(householdID, cadreID string, from Date) string {
	return householdID + "/" + cadreID + "/" + string(from)
}

// OpenOn reports whether the pairing holds on the day.
func (p Pairing) OpenOn(day Date) bool { return covers(p.From, p.To, day) }
