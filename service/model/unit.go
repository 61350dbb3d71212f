package model

import "slices"

// UnitKind is what sort of organisation a unit is.
type UnitKind string

// The kinds of unit that the reference farm has.
const (
	UnitFarm           UnitKind = "farm"
	UnitOffice         UnitKind = "office"
	UnitLeadingGroup   UnitKind = "leading_group"
	UnitManagementArea UnitKind = "management_area"
	UnitCommunity      UnitKind = "community"
	UnitPartyBranch    UnitKind = "party_branch"
	UnitDepartment     UnitKind = "department"
	UnitHospital       UnitKind = "hospital"
	UnitServiceCentre  UnitKind = "service_centre"
	UnitLoveMarket     UnitKind = "love_supermarket"
	UnitCooperative    UnitKind = "cooperative"
	UnitInsurer        UnitKind = "insurer"
	UnitUpper          UnitKind = "upper"
)

// Unit is an organisation in the farm's tree. Path holds the ids from the root to the parent.
type Unit struct {
	ID       string `bson:"_id"`
	Record   `bson:",inline"`
	Name     string   `bson:"name"`
	Kind     UnitKind `bson:"kind"`
	ParentID string   `bson:"parent_id"`
	Path     []string `bson:"path"`
}

// UnitPath is the path of a unit as May asks for it: its ancestors from the root, then itself.
func (u Unit) UnitPath() []string { return append(slices.Clone(u.Path), u.ID) }
