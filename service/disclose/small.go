package disclose

import (
	"context"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// telling is what the numbers of an item may not tell together with those that are public already. A small group shows
// not in one table alone: also by the difference of two versions, or of a total and its lines.
type telling struct {
	past []model.PublicCell // of the other disclosures
	next []model.PublicCell // of this one, as far as it is drawn
}

// past are the numbers that are public beside those of d, or will be. The register goes on over the new year, so the years
// next to it count, too.
func (s *Service) past(ctx context.Context, d model.Disclosure) (cells []model.PublicCell, err error) {
	for year := d.Year - 1; year <= d.Year+1; year++ {
		list, err := s.store.DisclosuresOf(ctx, year)
		if err != nil {
			return nil, err
		}
		for _, other := range list {
			if other.ID == d.ID || !other.Numbers() {
				continue
			}
			known, err := s.cellsOf(ctx, other)
			if err != nil {
				return nil, err
			}
			cells = append(cells, known...)
		}
	}
	return cells, nil
}

func (s *Service) cellsOf(ctx context.Context, d model.Disclosure) ([]model.PublicCell, error) {
	if d.Counted {
		return d.Cells, nil
	}
	return s.redrawn(ctx, d)
}

// redrawn are the numbers of a disclosure from before they were kept, as the records of today say that they were then:
// without what was recorded since.
func (s *Service) redrawn(ctx context.Context, d model.Disclosure) ([]model.PublicCell, error) {
	if _, drawn := generators[d.Item]; !drawn {
		return nil, nil
	}
	farm, err := s.store.Farm(ctx)
	if err != nil {
		return nil, err
	}
	later := func(r model.Record) bool { return r.CreatedAt.After(d.ApprovedAt) }
	farm.Households = slices.DeleteFunc(farm.Households, func(h model.Household) bool { return later(h.Record) })
	farm.Persons = slices.DeleteFunc(farm.Persons, func(p model.Person) bool { return later(p.Record) })
	farm.Entries = slices.DeleteFunc(farm.Entries, func(e model.Entry) bool { return later(e.Record) })
	c, err := generate(d.Item, records{Farm: farm, year: d.Year, today: d.AsOf, told: &telling{}})
	if model.IsKind(err, model.KindInvalid) { // nothing to publish, now
		return nil, nil
	}
	return c.cells, err
}

// add makes the numbers part of the item, unless they tell of too few.
func (t *telling) add(cells ...model.PublicCell) bool {
	if !t.allows(cells) {
		return false
	}
	t.next = append(t.next, cells...)
	return true
}

func (t *telling) allows(cells []model.PublicCell) bool {
	return !model.Tells(slices.Concat(t.past, t.next), cells)
}

// shape is which numbers become public with these lines, and with their total where it stands below them.
type shape func(lines []model.PublicGroup, total bool) []model.PublicCell

// shown are the lines of a table.
type shown struct {
	lines []model.PublicGroup
	total bool
	note  string
}

// fit makes the groups lines that may be shown: as they are; or the small ones and those whose change would tell joined
// with others; or, when nothing but the total is left and that tells, those lines alone that did not change by too few.
func (t *telling) fit(groups []model.PublicGroup, cells shape) shown {
	lines, merged, whole := model.MergeSmall(groups)
	if !whole {
		t.add(cells(lines, false)...) // those of nobody
		return shown{lines: lines, note: model.MergedNote(merged, whole)}
	}
	s := shown{lines: lines, total: true, note: model.MergedNote(merged, whole)}
	for !t.add(cells(s.lines, true)...) {
		i := t.toJoin(s.lines, cells)
		if i < 0 {
			return t.some(lines, cells)
		}
		s.lines = model.Join(s.lines, i)
		s.note = fmt.Sprintf("少于%d户的项目,和已经公布的一比变动少于%d户的项目,已合并,不单列。", model.SmallGroup, model.SmallGroup)
	}
	return s
}

// toJoin is the line that has to go among the others next; -1 when there is none left.
func (t *telling) toJoin(lines []model.PublicGroup, cells shape) int {
	tells := func(g model.PublicGroup) bool { return !t.allows(cells([]model.PublicGroup{g}, true)) }
	smallest, mends, rest := -1, -1, model.PublicGroup{}
	if n := len(lines); n > 0 && len(lines[n-1].Of) > 0 {
		rest = lines[n-1]
	}
	for i, g := range lines {
		if len(g.Of) > 0 || len(g.Households) == 0 {
			continue
		}
		if tells(g) {
			return i
		}
		if mends < 0 && len(rest.Of) > 0 && tells(rest) {
			if joined := model.Join([]model.PublicGroup{g, rest}, 0); !tells(joined[0]) {
				mends = i
			}
		}
		if smallest < 0 || len(g.Households) < len(lines[smallest].Households) {
			smallest = i
		}
	}
	if mends >= 0 {
		return mends
	}
	return smallest
}

// some are the lines that tell nothing, without their total: it would give away what is left out.
func (t *telling) some(lines []model.PublicGroup, cells shape) shown {
	s := shown{note: fmt.Sprintf("和已经公布的一比变动少于%d户的项目不列,也不列合计,以前面公布的为准。", model.SmallGroup)}
	for _, g := range lines {
		if t.add(cells([]model.PublicGroup{g}, false)...) {
			s.lines = append(s.lines, g)
		}
	}
	return s
}

// The frames of the register: who is on it, by unit, by status, in all. They run on from year to year.
const (
	frameHouseholds = "register households"
	framePersons    = "register persons"
)

// fitRegister is fit for a table of the register. Its lines add up to the total, so where that tells nothing is to be joined.
func (t *telling) fitRegister(groups []model.PublicGroup) shown {
	lines, _, whole := model.MergeSmall(groups)
	if whole && !t.allows(onRegister([]model.PublicGroup{model.SumOf(groups)}, true)) {
		return t.some(lines, onRegister)
	}
	return t.fit(groups, onRegister)
}

// onRegister is the shape of a table in which every household stands in one line. The total is the sum of the lines.
func onRegister(lines []model.PublicGroup, _ bool) (cells []model.PublicCell) {
	for _, g := range lines {
		cells = append(cells,
			model.PublicCell{Frames: []string{frameHouseholds}, Sum: g.Households},
			model.PublicCell{Frames: []string{framePersons}, Sum: g.Parts})
	}
	return cells
}

// paidIn is the shape of a table of the year's payments. A household stands in several lines, so a line is compared with
// itself at other times and with the total: of how much two lines have in common nobody outside knows.
func paidIn(table string, year int, amounts bool, all []model.PublicGroup) shape {
	frame := func(g model.PublicGroup) (frames []string) {
		for _, l := range g.Labels() {
			frames = append(frames, fmt.Sprintf("%s %d %s", table, year, l))
		}
		return frames
	}
	return func(lines []model.PublicGroup, total bool) (cells []model.PublicCell) {
		for _, g := range lines {
			cells = append(cells, model.PublicCell{Frames: frame(g), Sum: g.Households})
			if amounts {
				cells = append(cells, model.PublicCell{Frames: []string{fmt.Sprintf("%s %d amounts", table, year)}, Sum: g.Parts})
			}
		}
		if whole := model.SumOf(all); total && amounts {
			cells = append(cells, model.PublicCell{Frames: frame(whole), Sum: whole.Households})
		}
		return cells
	}
}
