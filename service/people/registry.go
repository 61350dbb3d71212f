package people

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// NewHousehold is what makes a household known: 识别.
type NewHousehold struct {
	ID, UnitID, Address string
	PovertyCauses       []string
	IdentifiedOn        model.Date
	Evidence            string
	Attrs               map[string]any
}

// Identify enters a household that may become registered. KindConflict when the number is taken.
func (s *Service) Identify(ctx context.Context, unit access.Unit, n NewHousehold) (model.Household, error) {
	n.ID = model.FoldID(n.ID)
	if err := checkHouseholdNo(n.ID); err != nil {
		return model.Household{}, err
	}
	n.UnitID = unit.ID()
	h := model.Household{
		ID: n.ID, Record: model.NewRecord(s.now(), unit.Actor()), UnitID: n.UnitID, Address: n.Address, PovertyCauses: n.PovertyCauses,
	}
	var err error
	if h.FormV, h.Attrs, err = s.fillForm(ctx, FormHousehold, n.Attrs); err != nil {
		return model.Household{}, err
	}
	h.Take(model.StatusChange{Status: model.StatusIdentified, On: n.IdentifiedOn, By: unit.Actor(), At: s.now().UTC(), Evidence: n.Evidence})
	if err := s.store.InsertHousehold(ctx, h); err != nil {
		return model.Household{}, taken(err, "household_exists", "这个户号已经有了")
	}
	if err := s.Reindex(ctx, h.ID); err != nil {
		return h, err
	}
	return h, s.note(ctx, unit.Pass, model.AuditChange, "households/"+h.ID, h.ID, "识别新户")
}

func taken(err error, code, msg string) error {
	if model.IsKind(err, model.KindConflict) {
		return model.NewError(model.KindConflict, code, msg)
	}
	return err
}

// HouseholdEdit changes what is set; nil leaves a field as it is.
type HouseholdEdit struct {
	Rev           int64 // the revision that the person looked at
	Why           string
	UnitID        *string
	Address       *string
	HeadID        *string
	PovertyCauses *[]string
	Attributes    *[]model.HouseholdAttribute
	Guarantees    *[]model.Guarantee
	Notices       *[]model.Notice
	Signatures    *[]model.Signature
	Plans         *[]model.Plan
	Muted         *model.Mute    // an empty one ends it
	Attrs         map[string]any // replaces all flexible fields
}

// EditHousehold changes a household. KindConflict with the newer revision when somebody changed it since.
func (s *Service) EditHousehold(ctx context.Context, house access.Household, e HouseholdEdit) (model.Household, error) {
	id := house.ID()
	if strings.TrimSpace(e.Why) == "" {
		return model.Household{}, errWhy
	}
	if err := s.checkEdit(ctx, house.Pass, id, e); err != nil {
		return model.Household{}, err
	}
	h, err := s.store.ChangeHousehold(ctx, id, e.Rev, house.Pass.ChangeInfo(s.now(), e.Why), func(h *model.Household) error {
		setIf(&h.UnitID, e.UnitID)
		setIf(&h.Address, e.Address)
		setIf(&h.HeadID, e.HeadID)
		setIf(&h.PovertyCauses, e.PovertyCauses)
		setIf(&h.Attributes, e.Attributes)
		setIf(&h.Guarantees, e.Guarantees)
		setIf(&h.Notices, e.Notices)
		setIf(&h.Signatures, e.Signatures)
		setIf(&h.Plans, e.Plans)
		setIf(&h.Muted, e.Muted)
		if e.Attrs == nil {
			return nil
		}
		var err error
		h.FormV, h.Attrs, err = s.fillForm(ctx, FormHousehold, e.Attrs)
		return err
	})
	if err == nil && e.HeadID != nil {
		err = s.agreeOnHead(ctx, house.Pass, h, model.DateOf(s.now()), e.Why)
	}
	if err != nil {
		return h, err
	}
	return h, s.note(ctx, house.Pass, model.AuditChange, "households/"+id, id, e.Why)
}

func setIf[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// checkEdit refuses what would leave the household pointing nowhere.
func (s *Service) checkEdit(ctx context.Context, by access.Pass, id string, e HouseholdEdit) error {
	if e.UnitID != nil {
		if err := s.access.InUnit(ctx, by, *e.UnitID); err != nil {
			return err
		}
	}
	if e.HeadID != nil {
		p, err := s.store.Person(ctx, *e.HeadID)
		if _, belongs := p.Member(id, model.DateOf(s.now())); err != nil || !belongs {
			return errors.Join(keep(err), errNotMember)
		}
	}
	if m := e.Muted; m != nil && *m != (model.Mute{}) {
		_, fromErr := model.ParseDate(string(m.From))
		_, untilErr := model.ParseDate(string(m.Until))
		if strings.TrimSpace(m.Reason) == "" || fromErr != nil || untilErr != nil || m.Until < m.From {
			return model.NewError(model.KindInvalid, "mute", "暂停走访要写原因、开始和结束日期")
		}
	}
	if e.Notices != nil {
		for _, n := range *e.Notices {
			if n.From == "" || n.To < n.From {
				return model.NewError(model.KindInvalid, "notice_dates", "公示的开始和结束日期不对")
			}
		}
	}
	return nil
}

// keep passes on an error that is not about what the caller named.
func keep(err error) error {
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	return err
}

// HouseholdOn is the household as it was known at the end of a day.
func (s *Service) HouseholdOn(ctx context.Context, house access.Household, day model.Date) (model.Household, error) {
	id := house.ID()
	return s.store.HouseholdAsOf(ctx, id, day.AddDays(1).Start())
}

// Changed is a revision of the household, or of one of its members, whose masked name Of is.
type Changed struct {
	model.Revision
	Of string
}

// History are the revisions of the household and of who belongs to it or did, oldest first.
func (s *Service) History(ctx context.Context, house access.Household) ([]Changed, error) {
	own, err := s.store.HouseholdHistory(ctx, house.ID())
	if err != nil {
		return nil, err
	}
	list := make([]Changed, len(own))
	for i, r := range own {
		list[i] = Changed{Revision: r}
	}
	members, err := s.store.PersonsOf(ctx, house.ID())
	if err != nil {
		return nil, err
	}
	for _, p := range members {
		theirs, err := s.store.PersonHistory(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range theirs {
			list = append(list, Changed{r, model.MaskName(p.Name)})
		}
	}
	slices.SortStableFunc(list, func(a, b Changed) int { return a.At.Compare(b.At) })
	return list, nil
}
