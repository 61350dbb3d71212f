package disclose

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// Shown is a disclosure as strangers may see it, with its stage of today.
type Shown struct {
	model.Disclosure
	Stage model.DisclosureState
}

// Farm is the farm's name, and where objections are taken by word of mouth.
func (s *Service) Farm(ctx context.Context) (name, contact string, err error) {
	settings, err := s.store.Settings(ctx)
	return settings.FarmName, settings.Public.OrDefault().Contact, err
}

// Years are those of which something was ever public, latest first, each with what it is, in the order of the
// items and the newest version first; without what they say.
func (s *Service) Years(ctx context.Context) ([]int, map[int][]Shown, error) {
	list, err := s.store.DisclosureHeads(ctx)
	if err != nil {
		return nil, nil, err
	}
	open, err := s.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	of, years := map[int][]Shown{}, []int{}
	for _, d := range list {
		if !d.Public() {
			continue
		}
		if _, known := of[d.Year]; !known {
			years = append(years, d.Year)
		}
		of[d.Year] = append(of[d.Year], s.shown(d, open))
	}
	for _, y := range years {
		slices.SortStableFunc(of[y], func(a, b Shown) int {
			if byItem := place(a.Item) - place(b.Item); byItem != 0 {
				return byItem
			}
			return b.Version - a.Version
		})
	}
	slices.Sort(years)
	slices.Reverse(years)
	return years, of, nil
}

// place is the item's place among the others; those of the farm's own come last.
func place(i model.DisclosureItem) int {
	if n := slices.Index(model.DisclosureItems, i); n >= 0 {
		return n
	}
	return len(model.DisclosureItems) + len(i) + int(i[len(i)-1])
}

// open is how many objections wait, by disclosure.
func (s *Service) open(ctx context.Context) (map[string]int, error) {
	return s.store.OpenObjections(ctx)
}

func (s *Service) shown(d model.Disclosure, open map[string]int) Shown {
	v := Shown{d, d.StageOn(s.today(), open[d.ID])}
	if d.State == model.DisclosureWithdrawn { // what was taken back is not handed out again
		v.Tables, v.Text, v.Withdrawn.Note = nil, "", d.PublicNote()
	}
	return v
}

// Read is a disclosure for strangers; KindNotFound when it was never public.
func (s *Service) Read(ctx context.Context, id string) (Shown, error) {
	d, err := s.Disclosure(ctx, id)
	if err != nil {
		return Shown{}, err
	}
	if !d.Public() {
		return Shown{}, errUnknown
	}
	n, err := s.store.CountOpenObjections(ctx, id)
	return s.shown(d, map[string]int{id: n}), err
}

// Screen is what the plaza screen shows: of the latest year that has anything, the newest version of every item
// that stands, and notices while they run.
func (s *Service) Screen(ctx context.Context) ([]Shown, error) {
	years, of, err := s.Years(ctx)
	if err != nil {
		return nil, err
	}
	for _, y := range years {
		var list []Shown
		for _, v := range of[y] {
			if v.State != model.DisclosurePublished || v.Item.Purpose() != "" && v.Stage != model.DisclosureObjecting {
				continue
			}
			if n := len(list); n > 0 && list[n-1].Item == v.Item && v.Item.Purpose() == "" {
				continue // an older version
			}
			full, err := s.Disclosure(ctx, v.ID)
			if err != nil {
				return nil, err
			}
			list = append(list, Shown{full, v.Stage})
		}
		if len(list) > 0 {
			return list, nil
		}
	}
	return nil, nil
}
