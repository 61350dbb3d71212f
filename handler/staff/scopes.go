package staff

import (
	"context"

	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/model"
)

// caller is the member of staff who asks, with the permission that stands on the route's line.
type caller struct {
	*api
	staff model.Staff
	may   model.Permission
}

// reach is a scope of the office's routes.
type reach[T any] = scope.Scope[caller, T]

// The scopes that name nothing.
var (
	inFarm = reach[access.Farm]{Kind: "farm", Check: func(_ context.Context, c caller, _ []string) (access.Farm, error) {
		return c.Access.Farm(c.staff, c.may)
	}}
	inLists = reach[access.Lists]{Kind: "lists", Check: func(ctx context.Context, c caller, _ []string) (access.Lists, error) {
		return c.Access.Lists(ctx, c.staff, c.may, "")
	}}
	ofOneself = reach[access.Own]{Kind: "own", Check: func(_ context.Context, c caller, _ []string) (access.Own, error) {
		return c.Access.Own(c.staff), nil
	}}
	ofNobody = reach[access.Shared]{Kind: "shared", Check: func(_ context.Context, c caller, _ []string) (access.Shared, error) {
		return c.Access.Shared(c.staff, c.may), nil
	}}
)

// one is a scope of what one parameter names.
func one[T any](kind, param string, check func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, id string) (T, error)) reach[T] {
	return reach[T]{Kind: kind, Params: []string{param}, Check: func(ctx context.Context, c caller, named []string) (T, error) {
		return check(c.Access, ctx, c.staff, c.may, named[0])
	}}
}

// two is a scope of what one parameter names and another places.
func two[T any](kind, param, place string, check func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, id, place string) (T, error)) reach[T] {
	return reach[T]{Kind: kind, Params: []string{param, place}, Check: func(ctx context.Context, c caller, named []string) (T, error) {
		return check(c.Access, ctx, c.staff, c.may, named[0], named[1])
	}}
}

// byNo takes a household's number as people type it.
func byNo[T any](check func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, id string) (T, error)) func(*access.Service, context.Context, model.Staff, model.Permission, string) (T, error) {
	return func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, id string) (T, error) {
		return check(s, ctx, staff, may, model.FoldID(id))
	}
}

func ofHousehold(param string) reach[access.Household] {
	return one("household", param, byNo((*access.Service).Household))
}

// inListsOf is a list that may be narrowed to a household.
func inListsOf(param string) reach[access.Lists] {
	return one("lists", param, byNo((*access.Service).Lists))
}

func inBooks(param string) reach[access.Books] {
	return one("books", param, byNo((*access.Service).Books))
}

func ofPerson(no, person string) reach[access.Person] {
	return two("person", no, person, func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, no, person string) (access.Person, error) {
		h, err := s.Household(ctx, staff, may, model.FoldID(no))
		if err != nil {
			return access.Person{}, err
		}
		return s.Person(ctx, h, person)
	})
}

func ofHolder(no, cadre string) reach[access.Holder] {
	return two("holder", no, cadre, func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, no, cadre string) (access.Holder, error) {
		return s.Holder(ctx, staff, may, model.FoldID(no), model.FoldID(cadre))
	})
}

// ofMerge is a household that goes into another.
func ofMerge(from, into string) reach[access.Merge] {
	return two("merge", from, into, func(s *access.Service, ctx context.Context, staff model.Staff, may model.Permission, from, into string) (access.Merge, error) {
		return s.Merge(ctx, staff, may, model.FoldID(from), model.FoldID(into))
	})
}

// inUnit is a unit in which something is to be made.
func inUnit(param string) reach[access.Unit] {
	return one("in_unit", param, (*access.Service).UnitOf)
}

func ofUnit(id, parent string) reach[access.Unit] {
	return two("unit", id, parent, (*access.Service).Unit)
}

func ofCadre(id, unit string) reach[access.Cadre] {
	return two("cadre", id, unit, (*access.Service).Cadre)
}

// ofOneCadre is a cadre that there is.
func ofOneCadre(param string) reach[access.Cadre] {
	return one("one_cadre", param, byNo((*access.Service).CadreOf))
}

func ofNeed(param string) reach[access.Record[model.Need]] {
	return one("need", param, (*access.Service).Need)
}

func ofApplication(param string) reach[access.Record[model.Application]] {
	return one("application", param, (*access.Service).Application)
}

func ofExpectation(param string) reach[access.Record[model.Expectation]] {
	return one("expectation", param, (*access.Service).Expectation)
}

func ofVisitFile(param string) reach[access.Record[model.StoredFile]] {
	return one("visit_file", param, (*access.Service).VisitFile)
}

func ofAlert(param string) reach[access.Record[model.Alert]] {
	return one("alert", param, (*access.Service).Alert)
}

func ofMove(param string) reach[access.Record[model.Move]] {
	return one("move", param, (*access.Service).Move)
}

func ofLoan(param string) reach[access.Record[model.Loan]] {
	return one("loan", param, (*access.Service).Loan)
}

func ofEntry(param string) reach[access.Record[model.Entry]] {
	return one("entry", param, (*access.Service).Entry)
}

func ofBroadcast(param string) reach[access.Record[model.Broadcast]] {
	return one("broadcast", param, (*access.Service).Broadcast)
}

func ofCoop(param string) reach[access.Record[model.Cooperative]] {
	return one("coop", param, (*access.Service).Cooperative)
}

func ofCoopIn(id, unit string) reach[access.Record[model.Cooperative]] {
	return two("coop_in_unit", id, unit, (*access.Service).CooperativeIn)
}

func ofGreenhouse(param string) reach[access.Record[model.Greenhouse]] {
	return one("greenhouse", param, (*access.Service).Greenhouse)
}

func ofGreenhouseIn(id, unit string) reach[access.Record[model.Greenhouse]] {
	return two("greenhouse_in_unit", id, unit, (*access.Service).GreenhouseIn)
}

func ofBatch(param string) reach[access.Record[model.Batch]] {
	return one("batch", param, (*access.Service).Batch)
}

func ofStaff(param string) reach[access.Record[model.Staff]] {
	return one("staff", param, (*access.Service).StaffMember)
}
