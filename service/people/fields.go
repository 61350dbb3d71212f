package people

import (
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Fields are the sensitive fields of a household's members and the household itself, in full, by group.
// A field that is not there is left out.
type Fields struct {
	Members []MemberFields
	Address string
	Incomes []model.IncomeRecord
}

// MemberFields are one member's.
type MemberFields struct {
	PersonID, Name, NationalID, Phone, BankAccount string
	LabourAbility, Disability                      string
	BirthDate                                      model.Date
	Chronic                                        []string
}

// Reading asks for groups of fields in full. Reason is kept and shown to the household.
type Reading struct {
	Groups     []model.FieldGroup
	Reason     string
	BreakGlass bool // in an emergency, without the right; the office is told
}

var (
	errReason  = model.NewError(model.KindInvalid, "reason_missing", "请写明为什么要看,至少4个字;这一户看得到")
	errGroup   = model.NewError(model.KindForbidden, "field_group", "您的岗位看不了这一类内容")
	errNoGroup = model.NewError(model.KindInvalid, "no_group", "请写明要看哪几类:identity、health、money、contact")
)

// ReadFields reads groups of fields in full. The reading is in the audit log before anything is given out.
func (s *Service) ReadFields(ctx context.Context, house access.Household, r Reading) (Fields, error) {
	if !model.GoodReason(r.Reason) {
		return Fields{}, errReason
	}
	h := house.Record()
	action, err := s.mayRead(ctx, house, r)
	if err != nil {
		return Fields{}, err
	}
	if err := s.note(ctx, house.Pass, action, "households/"+h.ID, h.ID, r.Reason, groupNames(r.Groups)...); err != nil {
		return Fields{}, err
	}
	if action == model.AuditBreakGlass {
		if err := s.raise(ctx, house.Pass, h.ID, r); err != nil {
			return Fields{}, err
		}
	}
	return s.openFields(ctx, h, r.Groups)
}

func groupNames(groups []model.FieldGroup) []string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = string(g)
	}
	return names
}

// mayRead says as what the reading goes into the audit log.
func (s *Service) mayRead(ctx context.Context, house access.Household, r Reading) (action string, err error) {
	if len(r.Groups) == 0 {
		return "", errNoGroup
	}
	for _, g := range r.Groups {
		if !slices.Contains(model.FieldGroups, g) {
			return "", errNoGroup
		}
		ok, err := s.access.CanReadFields(ctx, house, g)
		if err != nil {
			return "", err
		}
		if ok {
			continue
		}
		if _, err := s.access.For(ctx, house, model.MayBreakGlass); err != nil || !r.BreakGlass {
			return "", firstOf(keep(err), errGroup)
		}
		action = model.AuditBreakGlass
	}
	if action == "" {
		action = model.AuditRead
	}
	return action, nil
}

func (s *Service) openFields(ctx context.Context, h model.Household, groups []model.FieldGroup) (f Fields, err error) {
	has := func(g model.FieldGroup) bool { return slices.Contains(groups, g) }
	members, err := s.membersOn(ctx, h.ID, model.DateOf(s.now()))
	if err != nil {
		return f, err
	}
	for _, p := range members {
		m := MemberFields{PersonID: p.ID}
		if err := s.openMember(&m, p, has); err != nil {
			return f, err
		}
		f.Members = append(f.Members, m)
	}
	if has(model.GroupContact) {
		f.Address = h.Address
	}
	if has(model.GroupMoney) {
		f.Incomes, err = s.store.IncomesOf(ctx, h.ID)
	}
	return f, err
}

func (s *Service) openMember(m *MemberFields, p model.Person, has func(model.FieldGroup) bool) (err error) {
	sealer := s.store.Sealer()
	if has(model.GroupIdentity) {
		m.Name, m.BirthDate = p.Name, p.BirthDate
		if m.NationalID, err = sealer.Open(p.NationalID, "national_id", p.ID); err != nil {
			return err
		}
	}
	if has(model.GroupContact) {
		if m.Phone, err = sealer.Open(p.Phone, "phone", p.ID); err != nil {
			return err
		}
	}
	if has(model.GroupMoney) {
		if m.BankAccount, err = sealer.Open(p.BankAccount, "bank_account", p.ID); err != nil {
			return err
		}
	}
	if has(model.GroupHealth) {
		m.LabourAbility, m.Disability, m.Chronic = p.LabourAbility, p.Disability, p.Chronic
	}
	return nil
}
