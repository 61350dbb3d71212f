package model

import (
	"slices"
	"time"
)

// View is how much of a household a binding shows.
type View string

// The views. A proxy helps a household with WeChat (a neighbour, a niece in town): they see when the
// cadre comes and what the sums are, but neither the members nor the single payments.
const (
	ViewFull  View = "full"
	ViewProxy View = "proxy"
)

// Binding lets an account see a household until the instant Until; the zero instant is no end.
type Binding struct {
	HouseholdID string    `bson:"household_id"`
	View        View      `bson:"view"`
	Since       time.Time `bson:"since"`
	Until       time.Time `bson:"until"`
	CodeID      string    `bson:"code_id"` // the one-time code that made it, or "phone"
	By          string    `bson:"by"`      // who issued the code, as BindCode.IssuedBy; empty for a telephone number
	Quiet       bool      `bson:"quiet"`   // the person wants nothing of our own accord about this household
}

// BoundByPhone stands for a telephone number in the place of a code.
const BoundByPhone = "phone"

// BindingID names a binding to those who may end it, and says nothing.
func BindingID(accountID, to string) string { return Opaque("binding", accountID, to) }

// BindingSettles is how long a binding may not end those that are older than it: a stranger with a code that was
// overheard must not put the family out of its own house.
const BindingSettles = 7 * 24 * time.Hour

// ProxyLife is how long a proxy sees a household before it has to be asked for again.
const ProxyLife = 90 * 24 * time.Hour

func (b Binding) holdsAt(now time.Time) bool { return b.Until.IsZero() || now.Before(b.Until) }

// Households are the ids of the households that the account may see now.
func (a Account) Households(now time.Time) []string {
	var ids []string
	for _, b := range a.Bindings {
		if b.holdsAt(now) {
			ids = append(ids, b.HouseholdID)
		}
	}
	return ids
}

// Sees is how much of the household the account may see now; empty for nothing.
func (a Account) Sees(householdID string, now time.Time) View {
	b, _ := a.Binding(householdID, now)
	return b.View
}

// Binding is the account's binding to the household that holds now.
func (a Account) Binding(householdID string, now time.Time) (Binding, bool) {
	for _, b := range a.Bindings {
		if b.HouseholdID == householdID && b.holdsAt(now) {
			return b, true
		}
	}
	return Binding{}, false
}

// MayEnd reports whether whoever has binding b may end another one, of the same household. A proxy ends only their
// own; a full one those of proxies, those made after it, and once it has settled those made before it.
func (b Binding) MayEnd(other Binding, now time.Time) bool {
	if b.View != ViewFull {
		return false
	}
	return other.View == ViewProxy || !other.Since.Before(b.Since) || !now.Before(b.Since.Add(BindingSettles))
}

// Rebind takes a household from what the account sees; to, when it is named, takes its place. An account
// that sees to already keeps that binding.
func (a *Account) Rebind(householdID, to string) {
	has := slices.ContainsFunc(a.Bindings, func(b Binding) bool { return b.HouseholdID == to })
	var kept []Binding
	for _, b := range a.Bindings {
		switch {
		case b.HouseholdID != householdID:
		case to == "" || has:
			continue
		default:
			b.HouseholdID = to
		}
		kept = append(kept, b)
	}
	a.Bindings = kept
}
