package people

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errUnitID = model.NewError(model.KindInvalid, "unit_id", "单位编号要2到40位,只用字母、数字和短横")
	errCircle = model.NewError(model.KindInvalid, "unit_circle", "单位不能放在自己下面")
)

// Units are all units, by id.
func (s *Service) Units(ctx context.Context) ([]model.Unit, error) { return s.store.Units(ctx) }

// PutUnit makes a unit (rev 0) or changes the one that was read at rev. A unit that moves takes everything
// below it along: their paths are derived again, and a repeat finishes what was cut off.
func (s *Service) PutUnit(ctx context.Context, at access.Unit, u model.Unit, rev int64) (model.Unit, error) {
	u.ID = at.ID()
	if !recordID.MatchString(u.ID) {
		return u, errUnitID
	}
	if u.Name = strings.TrimSpace(u.Name); checkName(u.Name) != nil {
		return u, errName
	}
	path, err := s.pathUnder(ctx, u)
	if err != nil {
		return u, err
	}
	u.Path = path
	if rev == 0 {
		u.Record = model.NewRecord(s.now(), at.Actor())
		if err := s.store.InsertUnit(ctx, u); err != nil {
			return u, taken(err, "unit_exists", "这个单位编号已经有了")
		}
	} else if u, err = s.store.ChangeUnit(ctx, u.ID, rev, at.Pass.ChangeInfo(s.now(), "修改单位"), func(old *model.Unit) error {
		old.Name, old.Kind, old.ParentID, old.Path = u.Name, u.Kind, u.ParentID, u.Path
		return nil
	}); err != nil {
		return u, err
	}
	if err := s.repath(ctx, at.Pass, u); err != nil {
		return u, err
	}
	return u, s.note(ctx, at.Pass, model.AuditChange, "units/"+u.ID, "", "单位")
}

// pathUnder is the path of a unit below its parent.
func (s *Service) pathUnder(ctx context.Context, u model.Unit) ([]string, error) {
	if u.ParentID == "" {
		return []string{}, nil
	}
	parent, err := s.unit(ctx, u.ParentID)
	path := parent.UnitPath()
	if err == nil && slices.Contains(path, u.ID) {
		err = errCircle
	}
	return path, err
}

// repath derives the paths of everything below the unit.
func (s *Service) repath(ctx context.Context, by access.Pass, above model.Unit) error {
	all, err := s.store.Units(ctx)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.ParentID != above.ID {
			continue
		}
		if !slices.Equal(u.Path, above.UnitPath()) {
			if u, err = s.store.ChangeUnit(ctx, u.ID, 0, by.ChangeInfo(s.now(), "上级单位有变动"), func(x *model.Unit) error {
				x.Path = above.UnitPath()
				return nil
			}); err != nil {
				return err
			}
		}
		if err := s.repath(ctx, by, u); err != nil {
			return err
		}
	}
	return nil
}

// Cadres are all cadres, by number.
func (s *Service) Cadres(ctx context.Context) ([]model.Cadre, error) { return s.store.Cadres(ctx) }

// PutCadre makes a cadre (rev 0) or changes the one that was read at rev. phone is nil when it stays as it is.
// A cadre who still helps a household cannot leave: hand those over first.
func (s *Service) PutCadre(ctx context.Context, at access.Cadre, c model.Cadre, phone *string, rev int64) (model.Cadre, error) {
	c.ID = at.ID()
	if !recordID.MatchString(c.ID) {
		return c, errCadreNo
	}
	if err := s.checkCadre(ctx, &c); err != nil {
		return c, err
	}
	if phone != nil {
		if err := s.sealCadrePhone(&c, *phone); err != nil {
			return c, err
		}
	}
	var err error
	if rev == 0 {
		c.Record = model.NewRecord(s.now(), at.Actor())
		err = taken(s.store.InsertCadre(ctx, c), "cadre_exists", "这个干部编号已经有了")
	} else {
		next := c
		c, err = s.store.ChangeCadre(ctx, c.ID, rev, at.Pass.ChangeInfo(s.now(), "修改干部"), func(old *model.Cadre) error {
			old.Name, old.Rank, old.UnitID, old.BranchID, old.Status = next.Name, next.Rank, next.UnitID, next.BranchID, next.Status
			if phone != nil {
				old.Phone, old.PhoneHash = next.Phone, next.PhoneHash
			}
			return nil
		})
	}
	if err != nil {
		return c, err
	}
	return c, s.note(ctx, at.Pass, model.AuditChange, "cadres/"+c.ID, "", "干部")
}

func (s *Service) checkCadre(ctx context.Context, c *model.Cadre) error {
	if c.Name = model.CleanName(c.Name); c.Status == "" {
		c.Status = model.CadreActive
	}
	return firstOf(checkName(c.Name), checkUnits(ctx, *c, s.unit), s.checkRole(ctx, *c))
}

func (s *Service) sealCadrePhone(c *model.Cadre, phone string) (err error) {
	if err := checkPhone(phone); err != nil {
		return err
	}
	if c.Phone, err = s.store.Sealer().Seal(phone, "phone", c.ID); err != nil {
		return err
	}
	c.PhoneHash, err = s.store.Sealer().Hash(phone, "phone")
	return err
}
