package model

import "slices"

// Relation is how a member stands to the head of the household.
type Relation string

// The relations. Other is whoever has none of these to the present head, or one that nobody has said yet.
const (
	RelationHead          Relation = "head"
	RelationSpouse        Relation = "spouse"
	RelationChild         Relation = "child"
	RelationDaughterInLaw Relation = "daughter_in_law"
	RelationSonInLaw      Relation = "son_in_law"
	RelationGrandchild    Relation = "grandchild"
	RelationParent        Relation = "parent"
	RelationGrandparent   Relation = "grandparent"
	RelationSibling       Relation = "sibling"
	RelationOther         Relation = "other"
)

// Known reports whether it is a relation at all.
func (r Relation) Known() bool { _, ok := relationLabels[r]; return ok }

// Membership says that a person belongs to a household from From to To (empty: still).
type Membership struct {
	HouseholdID string   `bson:"household_id"`
	Relation    Relation `bson:"relation"`
	From        Date     `bson:"from"`
	To          Date     `bson:"to"`
}

// Insurance kinds that the reference farm has.
const (
	InsuranceBasic = "basic_medical" // the yearly premium that the finance department pays
	InsuranceGroup = "group_medical" // the mutual insurer's group policy
)

// Insurance is a policy that covers a person in a year.
type Insurance struct {
	Kind string `bson:"kind"`
	Year int    `bson:"year"`
}

// Person is a member of a household. NationalID and Phone are sealed (encrypted) as stored;
// NationalIDHash finds a person by number without opening it.
type Person struct {
	ID             string `bson:"_id"`
	Record         `bson:",inline"`
	Name           string         `bson:"name"`
	Sex            string         `bson:"sex"` // "male" | "female"
	BirthDate      Date           `bson:"birth_date"`
	NationalID     Sealed         `bson:"national_id"`
	NationalIDHash string         `bson:"national_id_hash"`
	Phone          Sealed         `bson:"phone"`
	PhoneHash      string         `bson:"phone_hash"`
	StudentStage   string         `bson:"student_stage"` // "", nursery, primary, secondary, university
	LabourAbility  string         `bson:"labour_ability"`
	Disability     string         `bson:"disability"`
	Chronic        []string       `bson:"chronic"`
	Insurances     []Insurance    `bson:"insurances"`
	Memberships    []Membership   `bson:"memberships"`
	Status         PersonStatus   `bson:"status"`
	StatusOn       Date           `bson:"status_on"` // when they died or moved out
	BankAccount    Sealed         `bson:"bank_account"`
	FormV          int            `bson:"form_v"` // version of the form that Attrs was written with
	Attrs          map[string]any `bson:"attrs,omitempty"`
}

// PersonStatus says whether a person still lives here.
type PersonStatus string

// The statuses of a person.
const (
	PersonAlive    PersonStatus = "alive"
	PersonDeceased PersonStatus = "deceased"
	PersonMovedOut PersonStatus = "moved_out"
)

// Sealed is a text encrypted for storage; only the store seals and opens it.
type Sealed []byte

// Member is the person's membership of the household on the day, if there is one.
func (p Person) Member(householdID string, day Date) (Membership, bool) {
	for _, m := range p.Memberships {
		if m.HouseholdID == householdID && covers(m.From, m.To, day) {
			return m, true
		}
	}
	return Membership{}, false
}

// EndMembership ends the person's membership of the household; on is the first day without.
func (p *Person) EndMembership(householdID string, on Date) {
	for i, m := range p.Memberships {
		if m.HouseholdID == householdID && covers(m.From, m.To, on) {
			p.Memberships[i].To = on.AddDays(-1)
		}
	}
}

// spell is the place of the membership of the household for which it holds; -1 without one.
func (p Person) spell(householdID string, holds func(Membership) bool) int {
	return slices.IndexFunc(p.Memberships, func(m Membership) bool { return m.HouseholdID == householdID && holds(m) })
}

// GoBack takes back that the person came into a household from another one on the day, and reports whether they did.
func (p *Person) GoBack(from, to string, on Date) bool {
	came := p.spell(from, func(m Membership) bool { return m.From == on })
	left := p.spell(to, func(m Membership) bool { return m.To == on.AddDays(-1) })
	if came < 0 || left < 0 {
		return false
	}
	p.Memberships[left].To = p.Memberships[came].To
	p.Memberships = slices.Delete(p.Memberships, came, came+1)
	return true
}

// WentBack reports whether GoBack has taken back that they came into the household from the other one on the day, so
// that nothing tells of it any more.
func (p Person) WentBack(from, to string, on Date) bool {
	here := func(m Membership) bool { return covers(m.From, m.To, on) }
	return p.spell(from, here) < 0 && p.spell(to, func(m Membership) bool { return here(m) && m.From < on }) >= 0
}

// CameFrom is the day on which the person came from one household into another where they are since; empty when they did
// not, or have left it.
func (p Person) CameFrom(from, to string) Date {
	came := p.spell(to, func(Membership) bool { return true })
	if came < 0 {
		return ""
	}
	on := p.Memberships[came].From
	again := p.spell(to, func(m Membership) bool { return m.From != on || m.To != "" })
	left := p.spell(from, func(m Membership) bool { return m.To == on.AddDays(-1) })
	if again >= 0 || left < 0 {
		return ""
	}
	return on
}

// Relate changes the relation of the person's membership of the household on the day.
func (p *Person) Relate(householdID string, relation Relation, day Date) {
	for i, m := range p.Memberships {
		if m.HouseholdID == householdID && covers(m.From, m.To, day) {
			p.Memberships[i].Relation = relation
		}
	}
}

// BelongsAnywhere reports whether the person is in some household on the day.
func (p Person) BelongsAnywhere(day Date) bool {
	for _, m := range p.Memberships {
		if covers(m.From, m.To, day) {
			return true
		}
	}
	return false
}

// Insured reports whether a policy of this kind covers the person in the year.
func (p Person) Insured(kind string, year int) bool {
	for _, i := range p.Insurances {
		if i.Kind == kind && i.Year == year {
			return true
		}
	}
	return false
}

// MaskName hides a name's middle and end: 王秀兰 → 王**, 李强 → 李*. Empty stays empty.
func MaskName(name string) string {
	runes := []rune(name)
	for i := range runes {
		if i > 0 {
			runes[i] = '*'
		}
	}
	return string(runes)
}
