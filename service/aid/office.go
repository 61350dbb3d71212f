package aid

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Wanted chooses applications for a list.
type Wanted struct {
	States      []model.ApplicationState // none: all that are live
	HouseholdID string
	Programme   string
	Overdue     bool
	Waiting     bool // for this member of staff to act
}

// Applications that are wanted, of households that the member of staff reaches, the one that is due first at the
// top, at most limit.
func (s *Service) Applications(ctx context.Context, l access.Lists, w Wanted, limit int) ([]model.Application, error) {
	if len(w.States) == 0 {
		w.States = model.LiveStates()
	}
	all, err := s.store.ApplicationsIn(ctx, w.States...)
	if err != nil {
		return nil, err
	}
	mine, reaches := []model.Application{}, s.reach(ctx, l.Staff())
	for _, a := range all {
		if len(mine) == limit {
			break
		}
		if w.HouseholdID != "" && a.HouseholdID != w.HouseholdID || w.Programme != "" && a.Programme != w.Programme || w.Overdue && !a.Overdue(s.today()) {
			continue
		}
		ok, err := reaches(model.MayReadApplications, a.HouseholdID)
		if ok && w.Waiting {
			may := a.ActsNext(l.Actor())
			ok = may != ""
			if ok {
				ok, err = reaches(may, a.HouseholdID)
			}
		}
		if err != nil {
			return nil, err
		}
		if ok {
			mine = append(mine, a)
		}
	}
	return mine, nil
}

// reach answers whether the member of staff may do something with a household, asking once.
func (s *Service) reach(ctx context.Context, staff model.Staff) func(model.Permission, string) (bool, error) {
	type question struct {
		may       model.Permission
		household string
	}
	known := map[question]bool{}
	return func(may model.Permission, household string) (bool, error) {
		q := question{may, household}
		if ok, asked := known[q]; asked {
			return ok, nil
		}
		_, err := s.access.Household(ctx, staff, may, household)
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return false, err
		}
		known[q] = err == nil
		return known[q], nil
	}
}

// Read is one application for a member of staff. Values of masked groups are left out, unless the reader gives a
// reason and their role opens the group: that is in the audit log before it is given out.
func (s *Service) Read(ctx context.Context, of access.Record[model.Application], reason string) (model.Application, error) {
	a := of.Record()
	trace, err := s.open(ctx, of.Household(), "applications/"+a.ID, reason, a.Trace)
	if err != nil {
		return model.Application{}, err
	}
	if r := a.Refusal; r != nil && r.Fact != "" {
		i := slices.IndexFunc(trace, func(l model.TraceLine) bool { return l.Rule == r.Rule })
		masked := *r
		if model.FactGroup(r.Fact) != "" && (i < 0 || trace[i].Shown == "" || trace[i].Shown == maskedValue) {
			masked.Shown = maskedValue
		}
		a.Refusal = &masked
	}
	a.Trace = trace
	return a, nil
}

// OptionsFor staff: as the household has them, values masked as in Read.
func (s *Service) OptionsFor(ctx context.Context, house access.Household, reason string) ([]Option, error) {
	h := house.Record()
	list, err := s.Options(ctx, house)
	if err != nil {
		return nil, err
	}
	var all []model.TraceLine
	for _, o := range list {
		all = append(all, o.Trace...)
	}
	if all, err = s.open(ctx, house, "households/"+h.ID, reason, all); err != nil {
		return nil, err
	}
	for i, n := 0, 0; i < len(list); i++ {
		next := n + len(list[i].Trace)
		list[i].Trace, n = all[n:next:next], next
	}
	return list, nil
}

// maskedValue stands for a value that only a reading with a reason shows.
const maskedValue = "(已遮住)"

// open masks the lines of a trace that the reader may not read in full now.
func (s *Service) open(ctx context.Context, house access.Household, record, reason string, trace []model.TraceLine) ([]model.TraceLine, error) {
	opened := map[model.FieldGroup]bool{"": true}
	if reason = strings.TrimSpace(reason); reason != "" {
		if !model.GoodReason(reason) {
			return nil, errReason
		}
		groups, err := s.openGroups(ctx, house, trace)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, g := range groups {
			opened[g] = true
			names = append(names, string(g))
		}
		if len(names) > 0 {
			err = s.store.AppendAudit(ctx, model.AuditEntry{
				At: s.now(), Actor: house.Actor(), Action: model.AuditRead, Record: record, HouseholdID: house.ID(), Fields: names, Reason: reason,
			})
		}
		if err != nil {
			return nil, err
		}
	}
	trace = slices.Clone(trace)
	for i, l := range trace {
		if !opened[model.FactGroup(l.Fact)] && l.Shown != "" {
			trace[i].Shown = maskedValue
		}
	}
	return trace, nil
}

// openGroups are the groups of the trace that the reader's role opens.
func (s *Service) openGroups(ctx context.Context, house access.Household, trace []model.TraceLine) (groups []model.FieldGroup, err error) {
	for _, g := range model.FieldGroups {
		if !slices.ContainsFunc(trace, func(l model.TraceLine) bool { return model.FactGroup(l.Fact) == g }) {
			continue
		}
		ok, err := s.access.CanReadFields(ctx, house, g)
		if err != nil {
			return nil, err
		}
		if ok {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// Settings hold how long each state of an application may last.
func (s *Service) Settings(ctx context.Context) (model.Settings, error) { return s.store.Settings(ctx) }

var errDays = model.NewError(model.KindInvalid, "application_days", "每个环节的天数要在1到180之间,环节要是有期限的")

// ChangeDays sets how long states may last; those that are left out keep their default.
func (s *Service) ChangeDays(ctx context.Context, farm access.Farm, rev int64, days map[model.ApplicationState]int) (model.Settings, error) {
	for state, n := range days {
		if state.Days() == 0 || n < 1 || n > 180 {
			return model.Settings{}, errDays
		}
	}
	by := farm.ChangeInfo(s.now(), "修改申请各环节的天数")
	return s.store.ChangeSettings(ctx, rev, by, func(x *model.Settings) error {
		x.ApplicationDays = days
		return nil
	})
}
