package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"

	"github.com/mozillazg/go-pinyin"
)

// Query searches households. Text is the beginning of a name, of its pinyin or initials, or of a number;
// Attrs are flexible fields by key, with the value as people write it.
type Query struct {
	Text      string
	UnitID    string // and everything below it
	Status    model.HouseholdStatus
	Attribute string
	Attrs     map[string]string
	After     string // cursor: the number of the last household of the page before
	Limit     int    // 1 to 200
}

// Found is one household of a list. Head is the masked name.
type Found struct {
	model.Household
	Head, Unit string
}

// Search is a page of the households that the member of staff reaches, by number. next is the cursor of the
// page after, empty at the end.
func (s *Service) Search(ctx context.Context, l access.Lists, q Query) (page []Found, next string, err error) {
	units, err := s.store.Units(ctx)
	if err != nil {
		return nil, "", err
	}
	f, err := s.filterOf(ctx, l.Pass, units, q)
	if err != nil {
		return nil, "", err
	}
	f.Limit++ // one more tells whether there is a next page
	households, err := s.store.FindHouseholds(ctx, f)
	if err != nil {
		return nil, "", err
	}
	if int64(len(households)) == f.Limit {
		households = households[:len(households)-1]
		next = households[len(households)-1].ID
	}
	names := map[string]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	for _, h := range households {
		found := Found{Household: h, Unit: names[h.UnitID]}
		if p, err := s.store.Person(ctx, h.HeadID); err == nil {
			found.Head = model.MaskName(p.Name)
		} else if !model.IsKind(err, model.KindNotFound) {
			return nil, "", err
		}
		page = append(page, found)
	}
	return page, next, nil
}

func (s *Service) filterOf(ctx context.Context, by access.Pass, units []model.Unit, q Query) (repo.HouseholdFilter, error) {
	f := repo.HouseholdFilter{
		Status: q.Status, Attribute: q.Attribute, After: q.After, Limit: int64(min(max(q.Limit, 1), 200)),
		Term: strings.ToLower(strings.TrimSpace(q.Text)),
	}
	for _, u := range units {
		if by.Staff().MayIn(model.MayReadHouseholds, u.UnitPath()) {
			f.Units = append(f.Units, u.ID)
		}
		if q.UnitID != "" && slices.Contains(u.UnitPath(), q.UnitID) {
			f.In = append(f.In, u.ID)
		}
	}
	if q.UnitID != "" && f.In == nil {
		return f, errUnit
	}
	f.Everywhere = len(f.Units) == len(units)
	if by.Staff().MayAsCadre(model.MayReadHouseholds) {
		var err error
		if f.IDs, err = s.HouseholdsOf(ctx, by.Staff().CadreID); err != nil {
			return f, err
		}
	}
	if len(q.Attrs) == 0 {
		return f, nil
	}
	form, err := s.Form(ctx, FormHousehold, 0)
	if err != nil {
		return f, err
	}
	f.Attrs, err = typed(form.Schema, q.Attrs)
	return f, err
}

// typed turns what people write into the values of a form's fields.
func typed(schema map[string]any, text map[string]string) (map[string]any, error) {
	fields := properties(schema)
	values := map[string]any{}
	for key, t := range text {
		f, ok := fields[key].(map[string]any)
		if !ok {
			return nil, say(errAttrs, "没有“"+key+"”这一项")
		}
		switch f["type"] {
		case "integer", "number":
			n, err := strconv.ParseFloat(t, 64)
			if err != nil {
				return nil, say(errAttrs, titleOf(schema, key)+"要填数字")
			}
			values[key] = n
		case "boolean":
			values[key] = t == "true" || t == "是"
		default:
			values[key] = t
		}
	}
	return values, nil
}

// Reindex derives the terms by which the household is found: its number, and of every member the name, its
// pinyin and the initials.
func (s *Service) Reindex(ctx context.Context, householdID string) error {
	members, err := s.membersOn(ctx, householdID, model.DateOf(s.now()))
	if err != nil {
		return err
	}
	return s.store.SetSearch(ctx, householdID, searchTerms(householdID, members))
}

// ReindexAll derives the terms of every household.
func (s *Service) ReindexAll(ctx context.Context) error {
	households, err := s.store.Households(ctx)
	if err != nil {
		return err
	}
	persons, err := s.store.Persons(ctx)
	if err != nil {
		return err
	}
	today := model.DateOf(s.now())
	of := map[string][]model.Person{}
	for _, p := range persons {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, today); belongs {
				of[m.HouseholdID] = append(of[m.HouseholdID], p)
			}
		}
	}
	for _, h := range households {
		if terms := searchTerms(h.ID, of[h.ID]); !slices.Equal(terms, h.Search) {
			if err := s.store.SetSearch(ctx, h.ID, terms); err != nil {
				return err
			}
		}
	}
	return nil
}

func searchTerms(householdID string, members []model.Person) []string {
	terms := []string{strings.ToLower(householdID)}
	for _, p := range members {
		full := strings.Join(pinyin.LazyPinyin(p.Name, pinyin.NewArgs()), "")
		first := pinyin.NewArgs()
		first.Style = pinyin.FirstLetter
		terms = append(terms, p.Name, full, strings.Join(pinyin.LazyPinyin(p.Name, first), ""))
	}
	slices.Sort(terms)
	return slices.DeleteFunc(slices.Compact(terms), func(t string) bool { return t == "" })
}

// Filters are the searches that the member of staff keeps.
func (s *Service) Filters(ctx context.Context, own access.Own) ([]model.SavedFilter, error) {
	return s.store.SavedFilters(ctx, own.Staff().ID)
}

// KeepFilter keeps a search under a name, in place of one of the same name.
func (s *Service) KeepFilter(ctx context.Context, own access.Own, f model.SavedFilter) error {
	f.StaffID, f.ID = own.Staff().ID, own.Staff().ID+"/"+f.Name
	return s.store.PutFilter(ctx, f)
}

// DropFilter forgets a search.
func (s *Service) DropFilter(ctx context.Context, own access.Own, name string) error {
	return s.store.DeleteFilter(ctx, own.Staff().ID+"/"+name)
}
