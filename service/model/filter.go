package model

// SavedFilter is a search that a member of staff keeps under a name.
type SavedFilter struct {
	ID        string            `bson:"_id"` // "staff/name"
	StaffID   string            `bson:"staff_id"`
	Name      string            `bson:"name"`
	Text      string            `bson:"text"`
	UnitID    string            `bson:"unit_id"`
	Status    HouseholdStatus   `bson:"status"`
	Attribute string            `bson:"attribute"`
	Attrs     map[string]string `bson:"attrs"`
}
