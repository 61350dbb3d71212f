package access

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/model"
)

// Books are the farm's money or one household's.
type Books struct {
	Pass
	Household Household // zero: the farm's
}

// Books are the household's money or, without a household, the farm's.
func (s *Service) Books(ctx context.Context, staff model.Staff, may model.Permission, householdID string) (Books, error) {
	if householdID == "" {
		f, err := s.Farm(staff, may)
		return Books{Pass: f.Pass}, err
	}
	h, err := s.Household(ctx, staff, may, householdID)
	return Books{Pass: h.Pass, Household: h}, err
}

// Holder is the household or the cadre for whom a code is made: one of the two.
type Holder struct {
	Pass
	Household Household
	Cadre     Cadre
}

// Holder is the household as one for whom a code is made.
func (h Household) Holder() Holder { return Holder{Pass: h.Pass, Household: h} }

// Holder is the household or the cadre that is named.
func (s *Service) Holder(ctx context.Context, staff model.Staff, may model.Permission, householdID, cadreID string) (x Holder, err error) {
	x.Pass = passOf(staff, may)
	switch {
	case (householdID == "") == (cadreID == ""):
		return Holder{}, errNothingNamed
	case householdID != "":
		x.Household, err = s.Household(ctx, staff, may, householdID)
	default:
		x.Cadre, err = s.CadreOf(ctx, staff, may, cadreID)
	}
	return x, err
}

// ofHousehold is a record that belongs to a household, if the caller reaches that; a record out of reach reads as
// unknown, like one that there is not.
func ofHousehold[T any](ctx context.Context, s *Service, staff model.Staff, may model.Permission, id, householdID string, x T, loadErr error, none *model.Error) (Record[T], error) {
	if loadErr != nil {
		return Record[T]{}, as(none, loadErr)
	}
	h, err := s.Household(ctx, staff, may, householdID)
	if err != nil {
		return Record[T]{}, as(none, err)
	}
	return Record[T]{h.Pass, id, x, h}, nil
}

// as says what was not found in the words of what was asked for, so that what is out of reach reads like what there
// is not.
func as(none *model.Error, err error) error {
	if model.IsKind(err, model.KindNotFound) {
		return none
	}
	return err
}

// The words for each kind of record.
var (
	errNoNeed        = model.NewError(model.KindNotFound, "no_such_need", "没有找到这件难事")
	errNoApplication = model.NewError(model.KindNotFound, "no_such_application", "没有找到这份申请")
	errNoAlert       = model.NewError(model.KindNotFound, "no_such_alert", "没有这一次紧急查看")
	errNoLoan        = model.NewError(model.KindNotFound, "no_such_loan", "没有这笔借款")
	errNoEntry       = model.NewError(model.KindNotFound, "no_such_entry", "没有找到这笔账")
	errNoMove        = model.NewError(model.KindNotFound, "no_such_move", "没有这次发放")
	errNoBroadcast   = model.NewError(model.KindNotFound, "no_such_broadcast", "没有找到这次群发")
	errNoCoop        = model.NewError(model.KindNotFound, "no_such_coop", "没有找到这个合作社")
	errNoGreenhouse  = model.NewError(model.KindNotFound, "no_such_greenhouse", "没有找到这个大棚")
	errNoBatch       = model.NewError(model.KindNotFound, "no_such_batch", "没有找到这个栽培批次")
)

// Need is the need of a household that the caller reaches.
func (s *Service) Need(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Need], error) {
	n, err := s.needNamed(ctx, id)
	switch {
	case err == nil && !n.Shown(staff):
		return Record[model.Need]{}, errNoNeed
	case err == nil && n.HouseholdID == "": // of somebody who is not on the register: the whole farm's office
		f, err := s.Farm(staff, may)
		if err != nil {
			return Record[model.Need]{}, errNoNeed
		}
		return Record[model.Need]{f.Pass, n.ID, n, Household{}}, nil
	}
	return ofHousehold(ctx, s, staff, may, n.ID, n.HouseholdID, n, err, errNoNeed)
}

// needNamed is a need by its id or as the office knows it (model.Unnamed), which tells no openid.
func (s *Service) needNamed(ctx context.Context, given string) (model.Need, error) {
	n, err := s.store.Need(ctx, given)
	if !model.IsKind(err, model.KindNotFound) {
		return n, err
	}
	list, listErr := s.store.NeedsIn(ctx, model.NeedStates...)
	for _, x := range list {
		if model.Unnamed(x.ID) == given {
			return x, nil
		}
	}
	return n, or(listErr, err)
}

// Application is the application of a household that the caller reaches.
func (s *Service) Application(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Application], error) {
	a, err := s.store.Application(ctx, id)
	return ofHousehold(ctx, s, staff, may, a.ID, a.HouseholdID, a, err, errNoApplication)
}

// Expectation is what a cadre owes a household that the caller reaches.
func (s *Service) Expectation(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Expectation], error) {
	e, err := s.store.Expectation(ctx, id)
	return ofHousehold(ctx, s, staff, may, e.ID, e.HouseholdID, e, err, ErrUnknownRecord)
}

// VisitFile is a picture or a voice message of a visit to a household that the caller reaches. Other files are out
// of reach here: papers ask for another right.
func (s *Service) VisitFile(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.StoredFile], error) {
	f, _, err := s.store.File(ctx, id)
	if err == nil && !strings.HasPrefix(f.Of, "visits/") {
		err = ErrUnknownRecord
	}
	return ofHousehold(ctx, s, staff, may, f.ID, f.HouseholdID, f, err, ErrUnknownRecord)
}

// Alert is a breaking of the glass at a household that the caller reaches.
func (s *Service) Alert(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Alert], error) {
	a, err := s.store.Alert(ctx, id)
	return ofHousehold(ctx, s, staff, may, a.ID, a.HouseholdID, a, err, errNoAlert)
}

// Loan is the loan of a household that the caller reaches.
func (s *Service) Loan(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Loan], error) {
	l, err := s.store.Loan(ctx, id)
	return ofHousehold(ctx, s, staff, may, l.ID, l.HouseholdID, l, err, errNoLoan)
}

// Entry is an entry of a household that the caller reaches, or of the whole farm's books.
func (s *Service) Entry(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Entry], error) {
	e, err := s.store.Entry(ctx, id)
	if err != nil || e.HouseholdID != "" {
		return ofHousehold(ctx, s, staff, may, e.ID, e.HouseholdID, e, err, errNoEntry)
	}
	if !staff.MayIn(may, nil) {
		return Record[model.Entry]{}, errNoEntry
	}
	return Record[model.Entry]{Pass: passOf(staff, may), id: e.ID, record: e}, nil
}

// Move is goods that went to a household that the caller reaches.
func (s *Service) Move(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Move], error) {
	m, err := s.store.Move(ctx, id)
	if err == nil && m.Kind != model.MoveOut {
		err = errNoMove
	}
	return ofHousehold(ctx, s, staff, may, m.ID, m.HouseholdID, m, err, errNoMove)
}

// inUnits is a record that belongs to units, if the caller may do this in all of them; no unit is the whole farm.
func inUnits[T any](ctx context.Context, s *Service, staff model.Staff, may model.Permission, id string, units []string, x T, loadErr error, none *model.Error) (Record[T], error) {
	if loadErr != nil {
		return Record[T]{}, as(none, loadErr)
	}
	p := passOf(staff, may)
	if ok, err := s.InAll(ctx, p, units); err != nil || !ok {
		return Record[T]{}, or(err, none)
	}
	return Record[T]{Pass: p, id: id, record: x}, nil
}

// InAll reports whether the permission holds in all of the units; none means the whole farm.
func (s *Service) InAll(ctx context.Context, p Pass, units []string) (bool, error) {
	if len(units) == 0 {
		return p.Covers(nil), nil
	}
	for _, u := range units {
		path, err := s.UnitPath(ctx, u)
		if err != nil || !p.Covers(path) {
			return false, err
		}
	}
	return true, nil
}

// Broadcast is a broadcast that may go to no unit in which the caller may not do this.
func (s *Service) Broadcast(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Broadcast], error) {
	b, err := s.store.Broadcast(ctx, id)
	return inUnits(ctx, s, staff, may, b.ID, b.Scope, b, err, errNoBroadcast)
}

// Cooperative is a cooperative of a unit that the caller reaches.
func (s *Service) Cooperative(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Cooperative], error) {
	c, err := s.store.Cooperative(ctx, id)
	return inUnits(ctx, s, staff, may, c.ID, []string{c.UnitID}, c, err, errNoCoop)
}

// Greenhouse is a greenhouse of a unit that the caller reaches.
func (s *Service) Greenhouse(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Greenhouse], error) {
	g, err := s.store.Greenhouse(ctx, id)
	return inUnits(ctx, s, staff, may, g.ID, []string{g.UnitID}, g, err, errNoGreenhouse)
}

// CooperativeIn is a cooperative to be written in a unit that the caller reaches: one of a unit that they reach, or a
// new one.
func (s *Service) CooperativeIn(ctx context.Context, staff model.Staff, may model.Permission, id, unitID string) (Record[model.Cooperative], error) {
	c, err := s.Cooperative(ctx, staff, may, id)
	return writtenIn(ctx, s, c, staff, may, id, unitID, err, func() error { _, err := s.store.Cooperative(ctx, id); return err })
}

// GreenhouseIn is the same for a greenhouse.
func (s *Service) GreenhouseIn(ctx context.Context, staff model.Staff, may model.Permission, id, unitID string) (Record[model.Greenhouse], error) {
	g, err := s.Greenhouse(ctx, staff, may, id)
	return writtenIn(ctx, s, g, staff, may, id, unitID, err, func() error { _, err := s.store.Greenhouse(ctx, id); return err })
}

// writtenIn lets what is not there yet be made, where exists says that it is not.
func writtenIn[T any](ctx context.Context, s *Service, r Record[T], staff model.Staff, may model.Permission, id, unitID string, err error, exists func() error) (Record[T], error) {
	if model.IsKind(err, model.KindNotFound) && model.IsKind(exists(), model.KindNotFound) {
		r, err = Record[T]{Pass: passOf(staff, may), id: id}, nil
	}
	if err != nil {
		return Record[T]{}, err
	}
	return r, s.InUnit(ctx, r.Pass, unitID)
}

// Batch is a crop in a greenhouse of a unit that the caller reaches.
func (s *Service) Batch(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Batch], error) {
	b, err := s.store.Batch(ctx, id)
	if err != nil {
		return Record[model.Batch]{}, as(errNoBatch, err)
	}
	g, err := s.Greenhouse(ctx, staff, may, b.GreenhouseID)
	if err != nil {
		return Record[model.Batch]{}, as(errNoBatch, err)
	}
	return Record[model.Batch]{Pass: g.Pass, id: b.ID, record: b}, nil
}

// StaffMember is a log-in that the caller looks after.
func (s *Service) StaffMember(ctx context.Context, staff model.Staff, may model.Permission, id string) (Record[model.Staff], error) {
	other, err := s.store.Staff(ctx, id)
	if err != nil {
		return Record[model.Staff]{}, as(ErrUnknownStaff, err)
	}
	p := passOf(staff, may)
	if ok, err := s.LooksAfter(ctx, p, other); err != nil || !ok {
		return Record[model.Staff]{}, or(err, ErrUnknownStaff)
	}
	return Record[model.Staff]{Pass: p, id: other.ID, record: other}, nil
}

// LooksAfter reports whether the permission holds in all units of the log-in's posts, the proposed and the refused
// among them. A log-in without any is for whoever looks after the whole farm.
func (s *Service) LooksAfter(ctx context.Context, p Pass, other model.Staff) (bool, error) {
	posts := slices.Clone(other.Assignments)
	for _, x := range other.Proposed {
		posts = append(posts, x.RoleAssignment)
	}
	if len(posts) == 0 {
		return p.Covers(nil), nil
	}
	return s.InAssignments(ctx, p, posts)
}

// InAssignments reports whether the permission holds in all units of the posts; a unit that is gone counts as the whole farm.
func (s *Service) InAssignments(ctx context.Context, p Pass, posts []model.RoleAssignment) (bool, error) {
	for _, post := range posts {
		var path []string
		u, err := s.store.Unit(ctx, post.UnitID)
		switch {
		case err == nil:
			path = u.UnitPath()
		case !model.IsKind(err, model.KindNotFound):
			return false, err
		}
		if !p.Covers(path) {
			return false, nil
		}
	}
	return true, nil
}
