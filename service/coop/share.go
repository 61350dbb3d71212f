package coop

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoList  = model.NewError(model.KindNotFound, "no_such_list", "没有找到这份名单")
	errFrozen  = model.NewError(model.KindConflict, "list_frozen", "名单已经定稿,不能再改;要更正请做下一版")
	errListNo  = model.NewError(model.KindInvalid, "list_version", "名单从第1版起,上一版定稿以后才能做下一版")
	errLeftOut = model.NewError(model.KindInvalid, "left_out", "未入股的户要写原因,不能同时在入股名单里")
)

// mostLists bounds the lists of one cooperative that are shown.
const mostLists = 200

// Subscriptions of the cooperative, by year and version.
func (s *Service) Subscriptions(ctx context.Context, coop access.Record[model.Cooperative]) ([]model.Subscription, error) {
	coopID := coop.ID()
	return s.store.Subscriptions(ctx, repo.Page{Prefix: coopID + "/", Limit: mostLists})
}

// PutSubscription makes a list (rev 0) or changes the one that was read at rev, until it is frozen.
func (s *Service) PutSubscription(ctx context.Context, coop access.Record[model.Cooperative], v model.Subscription, rev int64) (model.Subscription, error) {
	if v.Year < 2000 || v.Year > 2100 {
		return v, errYear
	}
	v.CoopID = coop.ID()
	if err := s.checkList(ctx, v); err != nil {
		return v, err
	}
	v.ID = model.SubscriptionID(v.CoopID, v.Year, v.Version)
	if rev != 0 {
		return s.store.ChangeSubscription(ctx, v.ID, rev, coop.Pass.ChangeInfo(s.now(), "修改入股名单"), func(old *model.Subscription) error {
			if old.Frozen() {
				return errFrozen
			}
			old.Fund, old.Holders, old.LeftOut = v.Fund, v.Holders, v.LeftOut
			return nil
		})
	}
	if v.Version != 1 {
		before, err := s.store.Subscription(ctx, model.SubscriptionID(v.CoopID, v.Year, v.Version-1))
		if model.IsKind(err, model.KindNotFound) || err == nil && !before.Frozen() {
			return v, errListNo
		}
		if err != nil {
			return v, err
		}
	}
	v.Record = model.NewRecord(s.now(), coop.Actor())
	return v, taken(s.store.InsertSubscription(ctx, v), "list_exists", "这一版名单已经有了")
}

func (s *Service) checkList(ctx context.Context, v model.Subscription) error {
	if err := model.CheckHolders(v.Fund, v.Holders); err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, h := range v.Holders {
		ids[h.HouseholdID] = true
	}
	for _, l := range v.LeftOut {
		if ids[l.HouseholdID] || strings.TrimSpace(l.Reason) == "" {
			return errLeftOut
		}
		ids[l.HouseholdID] = true
	}
	for id := range ids {
		if _, err := s.store.Household(ctx, id); model.IsKind(err, model.KindNotFound) {
			return model.NewError(model.KindInvalid, "no_such_household", "名单里的户号"+id+"没有找到")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Freeze fixes a list for good; from then on a dividend may be drawn up on it. Freezing it again is no error.
func (s *Service) Freeze(ctx context.Context, coop access.Record[model.Cooperative], year, version int, rev int64) (model.Subscription, error) {
	coopID := coop.ID()
	id := model.SubscriptionID(coopID, year, version)
	v, err := s.store.Subscription(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoList
	}
	if err != nil || v.Frozen() {
		return v, err
	}
	v, err = s.store.ChangeSubscription(ctx, id, rev, coop.Pass.ChangeInfo(s.now(), "入股名单定稿"), func(v *model.Subscription) error {
		if !v.Frozen() {
			v.FrozenAt, v.FrozenBy = s.now().UTC(), coop.Actor()
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.note(ctx, coop.Pass, "share_subscriptions/"+id, "", "入股名单定稿")
}

// Difference is a household that stands in only one of two lists.
type Difference struct {
	HouseholdID string
	Head        string // masked
	InFirst     bool   // in the first and not in the second; else the other way round
	Reason      string // why it is not in the other; empty when the list does not say
}

// list is a set of households, and why some are not in it.
type list struct {
	ids    map[string]bool
	reason func(householdID string) string
}

// Differences names the households that stand in one list and not in the other, with the reason where there is one.
// A list is the id of a share list ("K-001/2018/1"), "allotments/2017" or "register/2017-12-31".
func (s *Service) Differences(ctx context.Context, coop access.Record[model.Cooperative], first, second string) ([]Difference, error) {
	coopID := coop.ID()
	a, err := s.list(ctx, coopID, first)
	if err != nil {
		return nil, err
	}
	b, err := s.list(ctx, coopID, second)
	if err != nil {
		return nil, err
	}
	diff := append(missing(a, b, true), missing(b, a, false)...)
	for i, d := range diff {
		if diff[i].Head, err = s.head(ctx, d.HouseholdID); err != nil {
			return nil, err
		}
	}
	return diff, nil
}

// missing are the households of a that are not in b, by number.
func missing(a, b list, inFirst bool) (diff []Difference) {
	for id := range a.ids {
		if !b.ids[id] {
			diff = append(diff, Difference{HouseholdID: id, InFirst: inFirst, Reason: b.reason(id)})
		}
	}
	slices.SortFunc(diff, func(x, y Difference) int { return cmp.Compare(x.HouseholdID, y.HouseholdID) })
	return diff
}

func (s *Service) list(ctx context.Context, coopID, name string) (list, error) {
	kind, when, _ := strings.Cut(name, "/")
	switch {
	case kind == "allotments":
		year, err := strconv.Atoi(when)
		if err != nil {
			return list{}, errNoList
		}
		return s.allotted(ctx, year)
	case kind == "register":
		day, err := model.ParseDate(when)
		if err != nil {
			return list{}, errNoList
		}
		return s.registered(ctx, day)
	case kind != coopID:
		return list{}, errNoList
	}
	v, err := s.store.Subscription(ctx, name)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoList
	}
	l := list{map[string]bool{}, v.Reason}
	for _, h := range v.Holders {
		l.ids[h.HouseholdID] = true
	}
	return l, err
}

func (s *Service) allotted(ctx context.Context, year int) (list, error) {
	l := list{map[string]bool{}, func(string) string { return "" }}
	given, err := s.store.Allotments(ctx, repo.Page{Prefix: yearPrefix(year)})
	for _, a := range given {
		l.ids[a.HouseholdID] = true
	}
	return l, err
}

// registered are the households on the books on the day; whoever was not, was something else then.
func (s *Service) registered(ctx context.Context, day model.Date) (list, error) {
	households, err := s.store.Households(ctx)
	status := map[string]model.HouseholdStatus{}
	l := list{map[string]bool{}, func(id string) string {
		if status[id] == "" {
			return "当时还没有识别"
		}
		return "当时" + status[id].Label()
	}}
	for _, h := range households {
		st := h.StatusOn(day)
		status[h.ID] = st
		l.ids[h.ID] = h.OnRegister(day)
	}
	for id, listed := range l.ids {
		if !listed {
			delete(l.ids, id)
		}
	}
	return l, err
}

// head is the masked name of the household's head.
func (s *Service) head(ctx context.Context, householdID string) (string, error) {
	h, err := s.store.Household(ctx, householdID)
	if err != nil {
		return "", fmt.Errorf("household %s: %w", householdID, err)
	}
	if h.HeadID == "" {
		return "", nil
	}
	p, err := s.store.Person(ctx, h.HeadID)
	return model.MaskName(p.Name), err
}
