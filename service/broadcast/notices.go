package broadcast

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoNotice = model.NewError(model.KindNotFound, "no_such_notice", "没有找到这条政策,可能已经过期")
	errDates    = model.NewError(model.KindInvalid, "notice_dates", "有效期的最后一天在第一天之前")
	errWhy      = model.NewError(model.KindInvalid, "reason_missing", "请写明原因")
)

// WriteNotice makes a notice (id is empty) or changes one from the revision that was looked at. Readers see it once a
// second person has approved it and it is published.
func (s *Service) WriteNotice(ctx context.Context, farm access.Farm, id string, rev int64, t model.NoticeText) (model.PolicyNotice, error) {
	if t.ValidTo != "" && t.ValidTo < t.ValidFrom {
		return model.PolicyNotice{}, errDates
	}
	if id != "" {
		return s.changeNotice(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "修改"), func(n *model.PolicyNotice) error {
			n.Rewrite(farm.Actor(), t)
			return nil
		})
	}
	n := model.PolicyNotice{
		ID:     "N-" + s.now().In(model.Shanghai).Format("20060102") + "-" + rand.Text()[:6],
		Record: model.NewRecord(s.now(), farm.Actor()),
	}
	n.Rewrite(farm.Actor(), t)
	return n, s.store.InsertNotice(ctx, n)
}

func (s *Service) changeNotice(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.PolicyNotice) error) (model.PolicyNotice, error) {
	n, err := s.store.ChangeNotice(ctx, id, rev, by, edit)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoNotice
	}
	return n, err
}

// impersonal is changeNotice for a step towards the readers: KindInvalid "personal_data" when the text names somebody
// on the register, or holds a number like theirs. It is asked at every step, because the register goes on meanwhile.
func (s *Service) impersonal(ctx context.Context, id string, rev int64, by model.ChangeInfo, step func(*model.PolicyNotice) error) (model.PolicyNotice, error) {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return model.PolicyNotice{}, err
	}
	return s.changeNotice(ctx, id, rev, by, func(n *model.PolicyNotice) error {
		if err := model.Impersonal(names, n.Texts()...); err != nil {
			return err
		}
		return step(n)
	})
}

// SubmitNotice asks for the second person, on the revision that was looked at.
func (s *Service) SubmitNotice(ctx context.Context, farm access.Farm, id string, rev int64) (model.PolicyNotice, error) {
	return s.impersonal(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "提交审核"), func(n *model.PolicyNotice) error {
		return n.Submit(farm.Actor())
	})
}

// ApproveNotice is the second person's word on the revision that they looked at. KindForbidden for its writers.
func (s *Service) ApproveNotice(ctx context.Context, farm access.Farm, id string, rev int64) (model.PolicyNotice, error) {
	return s.impersonal(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "审核通过"), func(n *model.PolicyNotice) error {
		return n.Approve(farm.Actor(), s.now())
	})
}

// ReturnNotice sends a notice back to its writers, who read why.
func (s *Service) ReturnNotice(ctx context.Context, farm access.Farm, id, why string) (model.PolicyNotice, error) {
	if why = strings.TrimSpace(why); why == "" {
		return model.PolicyNotice{}, errWhy
	}
	return s.changeNotice(ctx, id, 0, farm.Pass.ChangeInfo(s.now(), "退回:"+why), func(n *model.PolicyNotice) error { return n.Return(why) })
}

// PublishNotice shows an approved notice to readers, as a new version. The version is kept before the notice says so.
func (s *Service) PublishNotice(ctx context.Context, farm access.Farm, id string, rev int64) (model.PolicyNotice, error) {
	return s.impersonal(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "发布"), func(n *model.PolicyNotice) error {
		if err := n.Publish(s.now()); err != nil {
			return err
		}
		return s.keepVersion(ctx, n, farm.Actor())
	})
}

// keepVersion keeps the notice as the readers see it. A number that a publishing took which never came to its end, with
// another text, is passed over: the readers of a version see what was approved for it.
func (s *Service) keepVersion(ctx context.Context, n *model.PolicyNotice, by string) error {
	for {
		v := model.NoticeVersion{
			ID: fmt.Sprintf("%s/%04d", n.ID, n.Version), NoticeID: n.ID, Version: n.Version, NoticeText: n.NoticeText,
			PublishedAt: n.PublishedAt, PublishedBy: by, ApprovedBy: n.ApprovedBy,
		}
		err := s.store.InsertNoticeVersion(ctx, v)
		if !model.IsKind(err, model.KindConflict) {
			return err
		}
		kept, err := s.store.NoticeVersions(ctx, n.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(kept, func(k model.NoticeVersion) bool {
			return k.ID == v.ID && k.ApprovedBy == v.ApprovedBy && slices.Equal(k.Texts(), v.Texts())
		}) {
			return nil
		}
		n.Version++
	}
}

// WithdrawNotice takes a notice away from readers, at once.
func (s *Service) WithdrawNotice(ctx context.Context, farm access.Farm, id, why string) (model.PolicyNotice, error) {
	return s.changeNotice(ctx, id, 0, farm.Pass.ChangeInfo(s.now(), "撤下:"+why), func(n *model.PolicyNotice) error {
		n.Withdraw()
		return nil
	})
}

// Notice with its versions, for staff.
func (s *Service) Notice(ctx context.Context, id string) (model.PolicyNotice, []model.NoticeVersion, error) {
	n, err := s.notice(ctx, id)
	if err != nil {
		return n, nil, err
	}
	versions, err := s.store.NoticeVersions(ctx, id)
	return n, versions, err
}

func (s *Service) notice(ctx context.Context, id string) (model.PolicyNotice, error) {
	n, err := s.store.Notice(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoNotice
	}
	return n, err
}

// Notices for staff, latest first.
func (s *Service) Notices(ctx context.Context) ([]model.PolicyNotice, error) {
	list, err := s.store.Notices(ctx)
	slices.SortFunc(list, func(a, b model.PolicyNotice) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	return list, err
}

// Find are the notices that readers may see today and that answer the word, best first; every one answers the empty
// word, the latest first. What readers see is the published version, also while the office writes the next.
func (s *Service) Find(ctx context.Context, word string) ([]model.PolicyNotice, error) {
	today := model.DateOf(s.now())
	return s.find(ctx, word, func(n model.PolicyNotice) bool { return n.ValidOn(today) })
}

// Archive are those that readers may see today or could see once, in the same order.
func (s *Service) Archive(ctx context.Context, word string) ([]model.PolicyNotice, error) {
	today := model.DateOf(s.now())
	return s.find(ctx, word, func(n model.PolicyNotice) bool { return n.ValidBy(today) })
}

// Archived is one of them. Reading it counts for nobody.
func (s *Service) Archived(ctx context.Context, id string) (model.PolicyNotice, error) {
	n, err := s.notice(ctx, id)
	if err != nil {
		return n, err
	}
	if n, err = s.published(ctx, n); err == nil && !n.ValidBy(model.DateOf(s.now())) {
		err = errNoNotice
	}
	return n, err
}

func (s *Service) find(ctx context.Context, word string, shown func(model.PolicyNotice) bool) ([]model.PolicyNotice, error) {
	list, err := s.store.Notices(ctx)
	if err != nil {
		return nil, err
	}
	found := list[:0]
	for _, n := range list {
		if n, err = s.published(ctx, n); err != nil {
			return nil, err
		}
		if shown(n) && n.Match(word) > 0 {
			found = append(found, n)
		}
	}
	slices.SortStableFunc(found, func(a, b model.PolicyNotice) int {
		return cmp.Or(b.Match(word)-a.Match(word), b.PublishedAt.Compare(a.PublishedAt))
	})
	return found, nil
}

// published is the notice with the text that readers see.
func (s *Service) published(ctx context.Context, n model.PolicyNotice) (model.PolicyNotice, error) {
	if !n.Dirty {
		return n, nil
	}
	versions, err := s.store.NoticeVersions(ctx, n.ID)
	for _, v := range versions {
		if v.Version == n.Version {
			n.NoticeText = v.NoticeText
		}
	}
	return n, err
}

// Open is a notice that a reader opens, and counts it for the households of which they see everything: a proxy's reading
// is not the household's.
func (s *Service) Open(ctx context.Context, own access.Account, id string) (model.PolicyNotice, error) {
	n, err := s.notice(ctx, id)
	if err != nil {
		return n, err
	}
	if n, err = s.published(ctx, n); err != nil {
		return n, err
	}
	if !n.ValidOn(model.DateOf(s.now())) {
		return n, errNoNotice
	}
	acc := own.Account()
	for _, h := range acc.Households(s.now()) {
		if acc.Sees(h, s.now()) != model.ViewFull {
			continue
		}
		if err := s.know(ctx, id, h, model.NoticeOpened, own.Actor(), ""); err != nil {
			return n, err
		}
	}
	return n, nil
}

// know notes that a household knows of a notice; once is enough.
func (s *Service) know(ctx context.Context, noticeID, householdID, how, by, visitID string) error {
	n, err := s.notice(ctx, noticeID)
	if err != nil {
		return err
	}
	return model.IgnoreKind(s.store.InsertNoticeRead(ctx, model.NoticeRead{
		ID: model.NoticeReadID(noticeID, householdID), NoticeID: noticeID, HouseholdID: householdID, Version: n.Version,
		How: how, By: by, VisitID: visitID, At: s.now().UTC(),
	}), model.KindConflict)
}

// ConfirmInPerson notes that a household was told of a notice, say at a visit, by a member of staff who reaches the household.
func (s *Service) ConfirmInPerson(ctx context.Context, house access.Household, noticeID, visitID string) error {
	h := house.Record()
	return s.know(ctx, noticeID, h.ID, model.NoticeTold, house.Actor(), visitID)
}

// InPersonQueue is a household that does not know of a notice yet. Head is the masked name.
type InPersonQueue struct {
	HouseholdID, Head, UnitID string
}

// Knowing is how many of the households that a notice is for know of it.
type Knowing struct {
	Of, Know, Opened, Told int
	Left                   []InPersonQueue // at most leftShown
}

// leftShown is how many households a person can go through at once.
const leftShown = 500

// Knowing of a notice, among the households that the member of staff reaches.
func (s *Service) Knowing(ctx context.Context, l access.Lists, id string) (Knowing, error) {
	var k Knowing
	n, err := s.notice(ctx, id)
	if err != nil {
		return k, err
	}
	reads, err := s.store.NoticeReads(ctx, id)
	if err != nil {
		return k, err
	}
	knows := map[string]string{}
	for _, r := range reads {
		knows[r.HouseholdID] = r.How
	}
	audience := n.Audience
	audience.To = "households"
	households, err := s.households(ctx, audience)
	if err != nil {
		return k, err
	}
	for _, id := range households {
		h, err := s.store.Household(ctx, id)
		if err != nil {
			return k, err
		}
		if ok, err := l.CanAccess(ctx, h.ID); err != nil {
			return k, err
		} else if !ok {
			continue
		}
		if err := s.tally(ctx, &k, h, knows[id]); err != nil {
			return k, err
		}
	}
	return k, nil
}

func (s *Service) tally(ctx context.Context, k *Knowing, h model.Household, how string) error {
	k.Of++
	switch how {
	case model.NoticeOpened:
		k.Know, k.Opened = k.Know+1, k.Opened+1
	case model.NoticeTold:
		k.Know, k.Told = k.Know+1, k.Told+1
	default:
		if len(k.Left) == leftShown {
			return nil
		}
		head, err := s.headName(ctx, h.ID)
		k.Left = append(k.Left, InPersonQueue{h.ID, head, h.UnitID})
		return err
	}
	return nil
}

// households are those whom an audience chooses, muted ones too, by number.
func (s *Service) households(ctx context.Context, a model.BroadcastAudience) ([]string, error) {
	set := map[string]bool{}
	_, err := s.resolve(ctx, model.Broadcast{Audience: a, ByHand: true}, func(r model.Recipient) error {
		if r.Reason == model.SkipLeft || r.Reason == model.SkipDeceased {
			return nil
		}
		for _, h := range r.Households {
			set[h] = true
		}
		return nil
	})
	ids := make([]string, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, err
}
