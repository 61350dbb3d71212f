package model

// CadreStatus says whether a cadre can be asked to visit.
type CadreStatus string

// The statuses of a cadre.
const (
	CadreActive CadreStatus = "active"
	CadreAway   CadreStatus = "away"
	CadreLeft   CadreStatus = "left"
)

// Cadre is a party cadre who is paired with a household. ID is the cadre number, "C-001".
type Cadre struct {
	ID        string `bson:"_id"`
	Record    `bson:",inline"`
	Name      string      `bson:"name"`
	Rank      string      `bson:"rank"` // deputy_section and above
	UnitID    string      `bson:"unit_id"`
	BranchID  string      `bson:"branch_id"`
	Phone     Sealed      `bson:"phone"`
	PhoneHash string      `bson:"phone_hash"`
	Status    CadreStatus `bson:"status"`

	PhoneShared bool `bson:"phone_shared"` // the cadre lets the households that they help read the number
}
