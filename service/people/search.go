package people

import (
	"context"
	"fmt"
	"regexp"
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
	Names     bool   // heads in full where the searcher may read them; that is a look
	After     string // cursor: the number of the last household of the page before
	Limit     int    // 1 to 200
	Sort      string // a column of the list; empty: by number
	Down      bool   // the other way round
	Totals    bool   // and what the whole list comes to
}

// Found is one household of a list. Head is the masked name, or the full one where Query.Names asks for it.
type Found struct {
	model.Household
	Head, Unit string
	Members    int
	Cadres     []string // the lead's name first

	head string // in full
}

// Search is a page of the households that the member of staff reaches, by number or by a column of the list.
// KindTooMany when they searched by words more often than a person may.
func (s *Service) Search(ctx context.Context, l access.Lists, q Query) (page Page, err error) {
	if q.Sort != "" && orders[q.Sort] == nil {
		return page, model.NewError(model.KindInvalid, "sort", "不能按这一列排")
	}
	units, err := s.store.Units(ctx)
	if err != nil {
		return page, err
	}
	f, err := s.filterOf(ctx, l.Staff(), units, q)
	if err != nil {
		return page, err
	}
	if f.Term != "" {
		if err := s.countSearch(ctx, l.Pass); err != nil {
			return page, err
		}
	}
	if err := s.findOtherwise(ctx, l.Pass, &f, q.Text); err != nil {
		return page, err
	}
	if page, err = s.find(ctx, f, q, units); err != nil {
		return page, err
	}
	if err := s.noteNames(ctx, l.Pass, f.Term, f.Also, page.Rows); err != nil {
		return page, err
	}
	if err := s.namesInFull(ctx, l.Staff(), f, q.Names, page.Rows); err != nil || !q.Totals {
		return page, err
	}
	page.Totals, err = s.totals(ctx, f)
	return page, err
}

// find is the page that is asked for, with masked names. A list that is sorted is found whole: what it is sorted by
// stands in several records.
func (s *Service) find(ctx context.Context, f repo.HouseholdFilter, q Query, units []model.Unit) (page Page, err error) {
	limit := f.Limit
	f.Limit++ // one more tells whether there is a next page
	if q.Sort != "" {
		f.After, f.Limit = "", 0
	}
	households, err := s.store.FindHouseholds(ctx, f)
	if err != nil {
		return page, err
	}
	if q.Sort == "" && int64(len(households)) > limit {
		households = households[:limit]
		page.Next = households[limit-1].ID
	}
	around, err := s.around(ctx, households)
	if err != nil {
		return page, err
	}
	names := map[string]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	for _, h := range households {
		a := around[h.ID]
		page.Rows = append(page.Rows, Found{Household: h, Head: model.MaskName(a.head), Unit: names[h.UnitID], Members: a.members, Cadres: a.cadres, head: a.head})
	}
	if q.Sort != "" {
		page.Rows, page.Next = inOrder(page.Rows, q)
	}
	return page, nil
}

// namesInFull writes out the heads of those households of a page whose names the searcher may read. Each of them sees
// that it was looked at.
func (s *Service) namesInFull(ctx context.Context, staff model.Staff, f repo.HouseholdFilter, asked bool, page []Found) error {
	var ids []string
	for i, h := range page {
		if asked && (f.Names.Everywhere || slices.Contains(f.Names.Units, h.UnitID) || slices.Contains(f.Names.IDs, h.ID)) {
			page[i].Head, ids = h.head, append(ids, h.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return s.NoteAccess(ctx, staff, model.AccessNames, ids...)
}

// numbered is a household's number as people type it: h001, H-001, 001.
var numbered = regexp.MustCompile(`^([A-Z]*)-?([0-9]{1,10})$`)

// numberPattern finds the numbers that are meant by what is typed; empty when it is no number.
func numberPattern(text string) string {
	m := numbered.FindStringSubmatch(model.FoldID(text))
	if m == nil {
		return ""
	}
	if m[1] != "" {
		return "^" + m[1] + "-?" + m[2]
	}
	return "^([A-Z]+-?)?0*" + strings.TrimLeft(m[2], "0") + "$"
}

// findOtherwise adds the households of a cadre whose name or number is typed and, for who may read it, of the person whose
// id number or phone is. That somebody was found by these is in the audit log.
func (s *Service) findOtherwise(ctx context.Context, by access.Pass, f *repo.HouseholdFilter, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	cadres, err := s.store.Cadres(ctx)
	if err != nil {
		return err
	}
	typed := model.FoldID(text)
	for _, c := range cadres {
		if c.ID != typed && model.FoldName(c.Name) != model.FoldName(text) {
			continue
		}
		helped, err := s.householdsOf(ctx, c.ID)
		if err != nil {
			return err
		}
		f.Also = append(f.Also, helped...)
	}
	if f.Names.Units == nil && f.Names.IDs == nil && !f.Names.Everywhere {
		return nil
	}
	what, persons, err := s.personsBy(ctx, typed)
	if err != nil || len(persons) == 0 {
		return err
	}
	today, n := model.DateOf(s.now()), 0
	for _, p := range persons {
		for _, m := range p.Memberships {
			h, err := s.store.Household(ctx, m.HouseholdID)
			if err != nil {
				return err
			}
			_, here := p.Member(h.ID, today)
			if here && (f.Names.Everywhere || slices.Contains(f.Names.Units, h.UnitID) || slices.Contains(f.Names.IDs, h.ID)) {
				f.Also = append(f.Also, h.ID)
				n++
			}
		}
	}
	return s.note(ctx, by, model.AuditSearch, "households", "", fmt.Sprintf("按%s查找,找到%d户", what, n))
}

// personsBy are who has the id number or the phone that is typed, and which of them it is.
func (s *Service) personsBy(ctx context.Context, typed string) (what string, list []model.Person, err error) {
	var hash string
	if _, _, no := model.CheckNationalID(typed); no == nil {
		if hash, err = s.store.Sealer().Hash(typed, "national_id"); err == nil {
			list, err = s.store.PersonsByNationalID(ctx, hash)
		}
		return "身份证号", list, err
	}
	if phoneForm.MatchString(typed) {
		if hash, err = s.store.Sealer().Hash(typed, "phone"); err == nil {
			list, err = s.store.PersonsByPhone(ctx, hash)
		}
		return "电话", list, err
	}
	return "", nil, nil
}

func (s *Service) filterOf(ctx context.Context, staff model.Staff, units []model.Unit, q Query) (repo.HouseholdFilter, error) {
	f := repo.HouseholdFilter{
		Status: q.Status, Attribute: q.Attribute, After: q.After, Limit: int64(min(max(q.Limit, 1), 200)),
		Number: numberPattern(q.Text),
	}
	if f.Number == "" {
		f.Term = model.FoldName(q.Text)
	}
	for _, u := range units {
		if staff.MayIn(model.MayReadHouseholds, u.UnitPath()) {
			f.Reach.Units = append(f.Reach.Units, u.ID)
		}
		if staff.CanReadFields(model.GroupIdentity, u.UnitPath()) {
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
		if staff.CanReadFieldsAsCadre(model.GroupIdentity) {
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
func (s *Service) noteNames(ctx context.Context, by access.Pass, term string, also []string, found []Found) error {
	var named []string
	for _, h := range found {
		if !slices.Contains(also, h.ID) && !slices.ContainsFunc(h.SearchMasked, func(t string) bool { return strings.HasPrefix(t, term) }) {
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
	return s.store.SetSearch(ctx, repo.SearchTerms{HouseholdID: householdID, Terms: terms, Masked: masked})
}

// ReindexAll derives the terms of every household, as of the day.
func ReindexAll(ctx context.Context, store *repo.Store, today model.Date) error {
	households, err := store.Households(ctx)
	if err != nil {
		return err
	}
	persons, err := store.Persons(ctx)
	if err != nil {
		return err
	}
	of := map[string][]model.Person{}
	for _, p := range persons {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, today); belongs {
				of[m.HouseholdID] = append(of[m.HouseholdID], p)
			}
		}
	}
	var changed []repo.SearchTerms
	for _, h := range households {
		if terms, masked := searchTerms(h.ID, of[h.ID]); !slices.Equal(terms, h.Search) || !slices.Equal(masked, h.SearchMasked) {
			changed = append(changed, repo.SearchTerms{HouseholdID: h.ID, Terms: terms, Masked: masked})
		}
	}
	return store.SetSearch(ctx, changed...)
}

// searchTerms are all terms of a household, and those of them that tell no more than the mask shows.
func searchTerms(householdID string, members []model.Person) (terms, masked []string) {
	no := model.FoldName(householdID)
	terms, masked = []string{no}, []string{no}
	for _, p := range members {
		surname := model.Surname(p.Name)
		terms = append(terms, model.FoldName(p.Name), spelled(p.Name, pinyin.Normal), spelled(p.Name, pinyin.FirstLetter))
		masked = append(masked, model.FoldName(surname), spelled(surname, pinyin.Normal))
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
