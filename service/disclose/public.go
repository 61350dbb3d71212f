package disclose

import (
	"cmp"
	"context"
	"slices"

	"bangfu/service/model"
)

// PublicView is a disclosure as strangers may see it, with its stage of today.
type PublicView struct {
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
func (s *Service) Years(ctx context.Context) ([]int, map[int][]PublicView, error) {
	list, err := s.store.DisclosureHeads(ctx)
	if err != nil {
		return nil, nil, err
	}
	open, err := s.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	of, years := map[int][]PublicView{}, []int{}
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
		slices.SortStableFunc(of[y], func(a, b PublicView) int {
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

// OpenFor are those of all years to which objections are taken today, the one that closes first coming first.
func (s *Service) OpenFor(of map[int][]PublicView) []PublicView {
	var open []PublicView
	for _, list := range of {
		for _, v := range list {
			if v.Objectable(s.today()) {
				open = append(open, v)
			}
		}
	}
	slices.SortFunc(open, func(a, b PublicView) int {
		return cmp.Or(cmp.Compare(a.To, b.To), place(a.Item)-place(b.Item), b.Version-a.Version, cmp.Compare(a.ID, b.ID))
	})
	return open
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

func (s *Service) shown(d model.Disclosure, open map[string]int) PublicView {
	v := PublicView{d, d.StageOn(s.today(), open[d.ID])}
	if d.State == model.DisclosureWithdrawn { // what was taken back is not handed out again
		v.Tables, v.Text, v.Withdrawn.Note = nil, "", d.PublicNote()
	}
	return v
}

// Read is a disclosure for strangers; KindNotFound when it was never public.
func (s *Service) Read(ctx context.Context, id string) (PublicView, error) {
	d, err := s.disclosure(ctx, id)
	if err != nil {
		return PublicView{}, err
	}
	if !d.Public() {
		return PublicView{}, errUnknown
	}
	open, err := s.open(ctx)
	return s.shown(d, open), err
}

// Screen is what the plaza screen shows: first whatever is open to objections, then, of the latest year that has
// anything, the newest version of every other item that stands.
func (s *Service) Screen(ctx context.Context) ([]PublicView, error) {
	years, of, err := s.Years(ctx)
	if err != nil {
		return nil, err
	}
	list := s.OpenFor(of)
	for _, y := range years {
		if standing := s.standing(of[y]); len(standing) > 0 {
			list = append(list, standing...)
			break
		}
	}
	for i, v := range list {
		full, err := s.disclosure(ctx, v.ID)
		if err != nil {
			return nil, err
		}
		list[i] = PublicView{full, v.Stage}
	}
	return list, nil
}

// standing are the newest versions that are published and no longer open to objections; a notice only while it runs.
func (s *Service) standing(list []PublicView) []PublicView {
	var newest []PublicView
	for _, v := range list {
		if v.State != model.DisclosurePublished || v.Item.Purpose() != "" && v.Stage != model.DisclosureObjecting || len(newest) > 0 && newest[len(newest)-1].Item == v.Item {
			continue
		}
		newest = append(newest, v)
	}
	return slices.DeleteFunc(newest, func(v PublicView) bool { return v.Objectable(s.today()) })
}
