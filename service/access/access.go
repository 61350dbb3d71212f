// Package access owns the right to reach: which farm, unit, household, cadre or record somebody may read or change,
// and for what. It answers with values that only it can make, and services take those instead of ids, so that a
// service cannot be called for something unchecked. What is out of reach reads as what does not exist.
package access

import (
	"context"
	"slices"
	"time"

	"bangfu/repo"
	"bangfu/service/model"
)

// Service knows who reaches what. Safe for concurrent use.
type Service struct {
	store *repo.Store
	now   model.Clock
}

// New makes the service.
func New(store *repo.Store, now model.Clock) *Service { return &Service{store: store, now: now} }

// What is not there, or not for the caller.
var (
	ErrUnknown        = model.NewError(model.KindNotFound, "no_such_household", "没有找到这一户")
	ErrUnknownUnit    = model.NewError(model.KindNotFound, "no_such_unit", "没有找到这个单位")
	ErrUnknownCadre   = model.NewError(model.KindNotFound, "no_such_cadre", "没有找到这位干部")
	ErrUnknownPerson  = model.NewError(model.KindNotFound, "no_such_person", "没有找到这个人")
	ErrUnknownRecord  = model.NewError(model.KindNotFound, "not_found", "没有找到")
	ErrUnknownStaff   = model.NewError(model.KindNotFound, "no_such_staff", "没有这个登录名")
	errWholeFarm      = model.NewError(model.KindForbidden, "not_your_unit", "这件事要有全场的岗位")
	errNothingNamed   = model.NewError(model.KindInvalid, "bind_code_for", "请写户号或干部编号,只写一样")
	errUnitOutOfReach = model.NewError(model.KindInvalid, "no_such_unit", "没有这个单位")
)

// Pass is what every authorised value carries: whom it was made for, and what they came to do.
// Only this package makes one that holds anything.
type Pass struct {
	staff   model.Staff
	account model.Account
	may     model.Permission
	actor   string
}

// Staff is the member of staff whom it was made for; the zero value for a household or a cadre in WeChat.
func (p Pass) Staff() model.Staff { return p.staff }

// Account is the WeChat account whom it was made for; the zero value for staff.
func (p Pass) Account() model.Account { return p.account }

// Actor is who does what is done with it, as revisions and the audit log keep it: "staff:…", "account:…".
func (p Pass) Actor() string { return p.actor }

// May is the permission that was asked for.
func (p Pass) May() model.Permission { return p.may }

// ChangeInfo is the account of a change that the person makes at the instant.
func (p Pass) ChangeInfo(at time.Time, why string) model.ChangeInfo {
	return model.ChangeInfo{Actor: p.actor, Why: why, At: at}
}

// AuditEntry is a line of the audit log about what the person does at the instant.
func (p Pass) AuditEntry(at time.Time, action, record, householdID, reason string, fields ...string) model.AuditEntry {
	return model.AuditEntry{
		At: at, Actor: p.actor, Action: action, Record: record, HouseholdID: householdID, Fields: fields, Reason: reason,
	}
}

// Covers reports whether the permission holds in the unit with this path (from the root, itself last).
func (p Pass) Covers(path []string) bool { return p.staff.MayIn(p.may, path) }

func passOf(staff model.Staff, may model.Permission) Pass {
	return Pass{staff: staff, may: may, actor: staff.Actor()}
}

// Farm is the right to do something for the whole farm.
type Farm struct{ Pass }

// Lists is the right to read a list that is cut to the units in which the caller's posts allow it, and to the households
// whose cadre they are. It is for one request: what it has found out of units and households it remembers.
type Lists struct {
	Pass
	access *Service
	of     Household       // what the list is narrowed to; zero: not narrowed
	units  map[string]bool // whether the units that were asked for are reached
	houses map[string]bool // likewise households
}

// Own is the right to one's own log-in and what belongs to it.
type Own struct{ Pass }

// Shared is the right to what belongs to nobody and is the same for all who have the permission: forms, names of
// units, versions of programmes.
type Shared struct{ Pass }

// Household is a household that the caller may reach. The zero value is none.
type Household struct {
	Pass
	id     string
	record model.Household
	view   model.View
}

// ID of the household; empty for the zero value, which no service finds.
func (h Household) ID() string { return h.id }

// Record is the household as it was when it was looked at; empty for a caller in WeChat, of whom only the binding
// was looked at.
func (h Household) Record() model.Household { return h.record }

// Numbers are the household's own and those of the households that went into it: under them its past was written.
func (s *Service) Numbers(ctx context.Context, h Household) ([]string, error) {
	if h.record.ID != "" {
		return h.record.Numbers(), nil
	}
	record, err := s.store.Household(ctx, h.id)
	if model.IsKind(err, model.KindNotFound) {
		return []string{h.id}, nil
	}
	return record.Numbers(), err
}

// View is how much of it the caller sees: everything, or what a proxy sees.
func (h Household) View() model.View { return h.view }

// Unit is a unit that the caller may reach, or a new one whose parent they reach.
type Unit struct {
	Pass
	id string
}

// ID of the unit.
func (u Unit) ID() string { return u.id }

// Cadre is a cadre whom the caller may reach, or is, or a new one in a unit that they reach.
type Cadre struct {
	Pass
	id string
}

// ID of the cadre; empty for the zero value.
func (c Cadre) ID() string { return c.id }

// Person is a person of a household that the caller may reach.
type Person struct {
	Household Household
	id        string
}

// ID of the person.
func (p Person) ID() string { return p.id }

// Record is a record of T that the caller may reach, by its id: a need, an application, a broadcast.
type Record[T any] struct {
	Pass
	id        string
	record    T
	household Household
}

// ID of the record.
func (r Record[T]) ID() string { return r.id }

// Record is the record as it was when it was looked at.
func (r Record[T]) Record() T { return r.record }

// Household is whose record it is; zero for one of the farm's or of a unit's.
func (r Record[T]) Household() Household { return r.household }

// Farm is the right to do this for the whole farm; KindForbidden for whoever may do it in some units only.
func (s *Service) Farm(staff model.Staff, may model.Permission) (Farm, error) {
	if !staff.MayIn(may, nil) {
		return Farm{}, errWholeFarm
	}
	return Farm{passOf(staff, may)}, nil
}

// Lists is the right to a list cut to the caller's units and, where a household is named, to that household.
func (s *Service) Lists(ctx context.Context, staff model.Staff, may model.Permission, householdID string) (Lists, error) {
	l := Lists{Pass: passOf(staff, may), access: s, units: map[string]bool{}, houses: map[string]bool{}}
	if householdID == "" {
		return l, nil
	}
	var err error
	l.of, err = s.Household(ctx, staff, may, householdID)
	return l, err
}

// Own is the right to one's own log-in.
func (s *Service) Own(staff model.Staff) Own { return Own{passOf(staff, model.MaySelf)} }

// Shared is the right to what belongs to nobody.
func (s *Service) Shared(staff model.Staff, may model.Permission) Shared {
	return Shared{passOf(staff, may)}
}

// WholeFarm reports whether the list is not cut at all.
func (l Lists) WholeFarm() bool { return l.of.id == "" && l.staff.MayIn(l.may, nil) }

// Of is the household that the list is narrowed to; empty when it is not.
func (l Lists) Of() string { return l.of.id }

// CanAccess reports whether a household's records belong in the list.
func (l Lists) CanAccess(ctx context.Context, householdID string) (bool, error) {
	if l.of.id != "" {
		return householdID == l.of.id, nil
	}
	if l.WholeFarm() {
		return true, nil
	}
	ok, known := l.houses[householdID]
	if known {
		return ok, nil
	}
	_, err := l.access.Household(ctx, l.staff, l.may, householdID)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return false, err
	}
	l.houses[householdID] = err == nil
	return err == nil, nil
}

// CanRead reports whether a household's records belong in the list and the caller may read its file: a post that
// only looks after the system sees neither its words nor those to it.
func (l Lists) CanRead(ctx context.Context, householdID string) (bool, error) {
	ok, err := l.CanAccess(ctx, householdID)
	if err != nil || !ok || l.may == model.MayReadHouseholds {
		return ok, err
	}
	_, err = l.access.Household(ctx, l.staff, model.MayReadHouseholds, householdID)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// CanAccessUnit reports whether records of the unit belong in the list.
func (l Lists) CanAccessUnit(ctx context.Context, unitID string) (bool, error) {
	if l.WholeFarm() {
		return true, nil
	}
	ok, known := l.units[unitID]
	if known {
		return ok, nil
	}
	path, err := l.access.UnitPath(ctx, unitID)
	if err == nil {
		l.units[unitID] = l.Covers(path)
	}
	return l.units[unitID], err
}

// Household is the household, if the member of staff may do this with it: by a post over its unit, or as its cadre.
// ErrUnknown if not.
func (s *Service) Household(ctx context.Context, staff model.Staff, may model.Permission, id string) (Household, error) {
	h, err := s.store.Household(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return Household{}, ErrUnknown
	}
	if err != nil {
		return Household{}, err
	}
	ok, err := s.reaches(ctx, staff, may, h)
	if err != nil || !ok {
		return Household{}, or(err, ErrUnknown)
	}
	return Household{Pass: passOf(staff, may), id: h.ID, record: h, view: model.ViewFull}, nil
}

// For is the same household for another permission, which the caller may have or not.
func (s *Service) For(ctx context.Context, h Household, may model.Permission) (Household, error) {
	return s.Household(ctx, h.staff, may, h.id)
}

func or(err, instead error) error {
	if err != nil {
		return err
	}
	return instead
}

func (s *Service) reaches(ctx context.Context, staff model.Staff, may model.Permission, h model.Household) (bool, error) {
	path, err := s.UnitPath(ctx, h.UnitID)
	if err != nil {
		return false, err
	}
	if staff.MayIn(may, path) || !staff.MayAsCadre(may) {
		return staff.MayIn(may, path), nil
	}
	return s.helps(ctx, staff.CadreID, h.ID)
}

// CanReadFields reports whether the member of staff may read the group of the household's fields in full.
func (s *Service) CanReadFields(ctx context.Context, h Household, g model.FieldGroup) (bool, error) {
	path, err := s.UnitPath(ctx, h.record.UnitID)
	if err != nil {
		return false, err
	}
	if h.staff.CanReadFields(g, path) || !h.staff.CanReadFieldsAsCadre(g) {
		return h.staff.CanReadFields(g, path), nil
	}
	return s.helps(ctx, h.staff.CadreID, h.id)
}

func (s *Service) helps(ctx context.Context, cadreID, householdID string) (bool, error) {
	pairings, err := s.store.PairingsOfCadre(ctx, cadreID)
	today := model.DateOf(s.now())
	return slices.ContainsFunc(pairings, func(p model.Pairing) bool {
		return p.HouseholdID == householdID && p.OpenOn(today)
	}), err
}

// UnitPath is the unit's ancestors from the root, then itself; a unit that is not known has no ancestors.
func (s *Service) UnitPath(ctx context.Context, unitID string) ([]string, error) {
	u, err := s.store.Unit(ctx, unitID)
	if model.IsKind(err, model.KindNotFound) {
		return []string{unitID}, nil
	}
	return u.UnitPath(), err
}

// Merge is a household that goes into another, both of which the caller reaches.
type Merge struct{ From, Into Household }

// Merge is the two households that are named.
func (s *Service) Merge(ctx context.Context, staff model.Staff, may model.Permission, from, into string) (m Merge, err error) {
	if m.From, err = s.Household(ctx, staff, may, from); err == nil {
		m.Into, err = s.Household(ctx, staff, may, into)
	}
	return m, err
}

// UnitOf is a unit that there is, if the member of staff may do this in it.
func (s *Service) UnitOf(ctx context.Context, staff model.Staff, may model.Permission, id string) (Unit, error) {
	p := passOf(staff, may)
	return Unit{Pass: p, id: id}, s.InUnit(ctx, p, id)
}

// Person is a person of the household, whether they belong to it today or once did; ErrUnknownPerson if not.
func (s *Service) Person(ctx context.Context, h Household, personID string) (Person, error) {
	p, err := s.store.Person(ctx, personID)
	if model.IsKind(err, model.KindNotFound) {
		return Person{}, ErrUnknownPerson
	}
	if err != nil {
		return Person{}, err
	}
	if !slices.ContainsFunc(p.Memberships, func(m model.Membership) bool { return m.HouseholdID == h.id }) {
		return Person{}, ErrUnknownPerson
	}
	return Person{h, p.ID}, nil
}

// Unit is the unit, if the member of staff may do this in it. Of one that there is not the parent decides, and
// without a parent only the whole farm's post may make it.
func (s *Service) Unit(ctx context.Context, staff model.Staff, may model.Permission, id, parentID string) (Unit, error) {
	pass := passOf(staff, may)
	u, err := s.store.Unit(ctx, id)
	isNew := model.IsKind(err, model.KindNotFound)
	if err != nil && !isNew {
		return Unit{}, err
	}
	if !isNew && !pass.Covers(u.UnitPath()) {
		return Unit{}, ErrUnknownUnit
	}
	if isNew || parentID != u.ParentID {
		err = s.below(ctx, pass, parentID)
	}
	return Unit{pass, id}, err
}

// below is KindInvalid for a parent in which the caller may not do this; no parent is the farm itself.
func (s *Service) below(ctx context.Context, p Pass, parentID string) error {
	if parentID == "" {
		if !p.Covers(nil) {
			return errWholeFarm
		}
		return nil
	}
	return s.InUnit(ctx, p, parentID)
}

// InUnit is KindInvalid for a unit that there is not, or in which the caller may not do this: a unit that somebody
// names in what they write.
func (s *Service) InUnit(ctx context.Context, p Pass, unitID string) error {
	u, err := s.store.Unit(ctx, unitID)
	if model.IsKind(err, model.KindNotFound) {
		return errUnitOutOfReach
	}
	if err == nil && !p.Covers(u.UnitPath()) {
		err = errUnitOutOfReach
	}
	return err
}

// Cadre is the cadre, if the member of staff may do this in their unit. One who there is not yet is made in a unit
// that the caller reaches, and a cadre moves only between such units.
func (s *Service) Cadre(ctx context.Context, staff model.Staff, may model.Permission, id, unitID string) (Cadre, error) {
	pass := passOf(staff, may)
	c, err := s.store.Cadre(ctx, id)
	isNew := model.IsKind(err, model.KindNotFound)
	if err != nil && !isNew {
		return Cadre{}, err
	}
	if !isNew {
		path, err := s.UnitPath(ctx, c.UnitID)
		if err != nil || !pass.Covers(path) {
			return Cadre{}, or(err, ErrUnknownCadre)
		}
	}
	if isNew || unitID != c.UnitID {
		err = s.below(ctx, pass, unitID)
	}
	return Cadre{pass, id}, err
}

// CadreOf is a cadre that there is, if the member of staff may do this in their unit.
func (s *Service) CadreOf(ctx context.Context, staff model.Staff, may model.Permission, id string) (Cadre, error) {
	c, err := s.store.Cadre(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return Cadre{}, ErrUnknownCadre
	}
	if err != nil {
		return Cadre{}, err
	}
	return s.Cadre(ctx, staff, may, id, c.UnitID)
}
