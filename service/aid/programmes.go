package aid

import (
	"cmp"
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoProgramme = model.NewError(model.KindNotFound, "no_such_programme", "没有这个项目,或者现在不办了")
	errBegin       = model.NewError(model.KindInvalid, "programme", "新的一版要从现在这一版之后的日期开始")
	errPayer       = model.NewError(model.KindInvalid, "programme", "没有这个发放单位")
)

// InForce are the programmes of a day, in the order of the report's categories.
func (s *Service) InForce(ctx context.Context, day model.Date) ([]model.Programme, error) {
	all, err := s.store.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	return byCategory(model.InForce(all, day)), nil
}

// LatestVersions are those of every programme, with those that begin later or are over, in the same order.
func (s *Service) LatestVersions(ctx context.Context) ([]model.Programme, error) {
	all, err := s.store.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	latest := map[string]int{}
	for _, p := range all {
		latest[p.Code] = max(latest[p.Code], p.Version)
	}
	return byCategory(slices.DeleteFunc(all, func(p model.Programme) bool { return p.Version != latest[p.Code] })), nil
}

func byCategory(list []model.Programme) []model.Programme {
	slices.SortStableFunc(list, func(a, b model.Programme) int {
		return cmp.Compare(slices.Index(model.Categories, a.Category), slices.Index(model.Categories, b.Category))
	})
	return list
}

// onDay is the version of the programme that is in force on the day.
func (s *Service) onDay(ctx context.Context, code string, day model.Date) (model.Programme, error) {
	list, err := s.InForce(ctx, day)
	if err != nil {
		return model.Programme{}, err
	}
	i := slices.IndexFunc(list, func(p model.Programme) bool { return p.Code == code })
	if i < 0 {
		return model.Programme{}, errNoProgramme
	}
	return list[i], nil
}

// Versions of a programme, the first one first.
func (s *Service) Versions(ctx context.Context, code string) (list []model.Programme, err error) {
	all, err := s.store.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Code == code {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return nil, errNoProgramme
	}
	slices.SortFunc(list, func(a, b model.Programme) int { return cmp.Compare(a.Version, b.Version) })
	return list, nil
}

// AddVersion makes the next version of a programme, or the first. after is the version that the editor looked at;
// KindConflict with the newer one when there is one. What was applied for under an older version stays under it.
func (s *Service) AddVersion(ctx context.Context, farm access.Farm, after int, p model.Programme) (model.Programme, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	if _, err := s.store.Unit(ctx, p.PayerUnitID); model.IsKind(err, model.KindNotFound) {
		return p, errPayer
	} else if err != nil {
		return p, err
	}
	versions, err := s.Versions(ctx, p.Code)
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return p, err
	}
	if n := len(versions); n > 0 {
		if last := versions[n-1]; last.Version != after {
			return p, newerVersion(last.Version)
		} else if p.From <= last.From {
			return p, errBegin
		}
	} else if after != 0 {
		return p, newerVersion(0)
	}
	p.Version = after + 1
	p.ID, p.Record = model.ProgrammeID(p.Code, p.Version), model.NewRecord(s.now(), farm.Actor())
	err = s.store.InsertProgramme(ctx, p)
	if model.IsKind(err, model.KindConflict) {
		err = newerVersion(p.Version)
	}
	if err != nil {
		return p, err
	}
	return p, s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: farm.Actor(), Action: model.AuditChange, Record: "programmes/" + p.ID, Reason: "项目的新一版",
	})
}

func newerVersion(version int) error {
	err := model.NewError(model.KindConflict, "changed_meanwhile", "刚才有人改过这个项目,请看过新的再改")
	err.Rev = int64(version)
	return err
}
