package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"

	"github.com/mozillazg/go-pinyin"
)

// Query searches households. Text is the beginning of a number, of a surname or its pinyin and, where the searcher may
// read names, of a name, its pinyin or initials. Attrs are flexible fields by key, with the value as people write it.
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
// page after, empty at the end. KindTooMany when they searched by words more often than a person may.
func (s *Service) Search(ctx context.Context, l access.Lists, q Query) (page []Found, next string, err error) {
	units, err := s.store.Units(ctx)
	if err != nil {
		return nil, "", err
	}
	f, err := s.filterOf(ctx, l.Staff(), units, q)
	if err != nil {
		return nil, "", err
	}
	if f.Term != "" {
		if err := s.countSearch(ctx, l.Pass); err != nil {
			return nil, "", err
		}
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
	if err := s.noteNames(ctx, l.Pass, f.Term, households); err != nil {
		return nil, "", err
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

func (s *Service) filterOf(ctx context.Context, staff model.Staff, units []model.Unit, q Query) (repo.HouseholdFilter, error) {
	f := repo.HouseholdFilter{
		Status: q.Status, Attribute: q.Attribute, After: q.After, Limit: int64(min(max(q.Limit, 1), 200)),
		Term: strings.ToLower(strings.TrimSpace(q.Text)),
	}
	for _, u := range units {
		if staff.MayIn(model.MayReadHouseholds, u.UnitPath()) {
			f.Reach.Units = append(f.Reach.Units, u.ID)
		}
		if staff.Opens(model.GroupIdentity, u.UnitPath()) {
			f.Names.Units = append(f.Names.Units, u.ID)
		}
		if q.UnitID != "" && slices.Contains(u.UnitPath(), q.UnitID) {
			f.In = append(f.In, u.ID)
		}
	}
	if q.UnitID != "" && f.In == nil {
		return f, errUnit
	}
	f.Reach.Everywhere = len(f.Reach.Units) == len(units)
	f.Names.Everywhere = len(f.Names.Units) == len(units)
	if staff.MayAsCadre(model.MayReadHouseholds) {
		var err error
		if f.Reach.IDs, err = s.householdsOf(ctx, staff.CadreID); err != nil {
			return f, err
		}
		if staff.OpensAsCadre(model.GroupIdentity) {
			f.Names.IDs = f.Reach.IDs
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

// errSearches is KindTooMany and says when there is more.
func errSearches(limit int, now time.Time) error {
	left := now.Truncate(time.Hour).Add(time.Hour).Sub(now)
	return model.NewError(model.KindTooMany, "too_many_searches",
		fmt.Sprintf("一小时里按文字查了%d次,到数了,请过%d分钟再查;按单位、户情筛选不受影响", limit, int((left+time.Minute-1)/time.Minute)))
}

// countSearch takes one of the searches by words that a person has in an hour: spelling a name out, letter by letter,
// takes hundreds. The first one too many is in the audit log.
func (s *Service) countSearch(ctx context.Context, by access.Pass) error {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	now, limit := s.now(), settings.SearchLimit()
	n, err := s.store.CountSearch(ctx, by.Staff().ID, model.DateOf(now), now.In(model.Shanghai).Format("15"))
	if err != nil || n <= limit {
		return err
	}
	if n == limit+1 {
		if err := s.note(ctx, by, model.AuditSearch, "households", "", fmt.Sprintf("一小时里按文字查找超过%d次,停了", limit)); err != nil {
			return err
		}
	}
	return errSearches(limit, now)
}

// noteNames writes into the audit log that households were found by a name: who and how many, and a keyed hash of the
// text, by which the same search is known again. What only a number or a surname found is not worth a line.
func (s *Service) noteNames(ctx context.Context, by access.Pass, term string, found []model.Household) error {
	var named []string
	for _, h := range found {
		if !slices.ContainsFunc(h.SearchMasked, func(t string) bool { return strings.HasPrefix(t, term) }) {
			named = append(named, h.ID)
		}
	}
	if term == "" || len(named) == 0 {
		return nil
	}
	hash, err := s.store.Sealer().Hash(term, "search")
	if err != nil {
		return err
	}
	only := ""
	if len(named) == 1 {
		only = named[0]
	}
	return s.note(ctx, by, model.AuditSearch, "searches/"+hash, only, fmt.Sprintf("按姓名查找,找到%d户", len(named)))
}

// Reindex derives the terms by which the household is found: its number, and of every member the name, its
// pinyin and the initials; and the number and the surnames with their pinyin, which anybody may search by.
func (s *Service) Reindex(ctx context.Context, householdID string) error {
	members, err := s.membersOn(ctx, householdID, model.DateOf(s.now()))
	if err != nil {
		return err
	}
	terms, masked := searchTerms(householdID, members)
	return s.store.SetSearch(ctx, householdID, terms, masked)
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
		if terms, masked := searchTerms(h.ID, of[h.ID]); !slices.Equal(terms, h.Search) || !slices.Equal(masked, h.SearchMasked) {
			if err := s.store.SetSearch(ctx, h.ID, terms, masked); err != nil {
				return err
			}
		}
	}
	return nil
}

// searchTerms are all terms of a household, and those of them that tell no more than the mask shows.
func searchTerms(householdID string, members []model.Person) (terms, masked []string) {
	no := strings.ToLower(householdID)
	terms, masked = []string{no}, []string{no}
	for _, p := range members {
		surname := model.Surname(p.Name)
		terms = append(terms, strings.ToLower(p.Name), spelled(p.Name, pinyin.Normal), spelled(p.Name, pinyin.FirstLetter))
		masked = append(masked, strings.ToLower(surname), spelled(surname, pinyin.Normal))
	}
	return distinct(terms), distinct(masked)
}

func spelled(name string, style int) string {
	args := pinyin.NewArgs()
	args.Style = style
	return strings.Join(pinyin.LazyPinyin(name, args), "")
}

func distinct(terms []string) []string {
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
