// Package disclose makes public what must be public: it draws each item from the records, masked by the
// allow-list of the case model, lets a second person approve it, keeps the proof of each showing, and takes the
// public's objections.
package disclose

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// Service looks after disclosures. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	limits *queue.Limits
	notify *notify.Service
	now    model.Clock
}

// New makes the service. What only drafts and publishes needs neither limits nor n.
func New(store *repo.Store, limits *queue.Limits, n *notify.Service, now model.Clock) *Service {
	return &Service{store: store, limits: limits, notify: n, now: now}
}

var (
	errItem    = model.NewError(model.KindInvalid, "no_such_item", "没有这一项公开;其余五项先要在设置里写上名称")
	errYear    = model.NewError(model.KindInvalid, "year", "年份不对")
	errStands  = model.NewError(model.KindConflict, "stands_already", "这一年的这一项已经在公示;内容有错请先撤回,再起草新的")
	errText    = model.NewError(model.KindInvalid, "text_missing", "这一项要写公开的内容")
	errNobody  = model.NewError(model.KindInvalid, "nobody_to_publish", "现在没有要公示的户")
	errNothing = model.NewError(model.KindInvalid, "nothing_to_publish", "这一年还没有可以公开的记录")
	errTells   = model.NewError(model.KindConflict, "tells_of_few", "生成预览以后又公布了别的公示,两份一比就能看出少于3户的情况;请重新生成预览,审核过的先撤回再起草")
	errUnknown = model.NewError(model.KindNotFound, "no_such_disclosure", "没有找到这份公示")
)

func (s *Service) today() model.Date { return model.DateOf(s.now()) }

// firstYear is the earliest of which anything is made public.
const firstYear = 2000

// Draft begins the item of a year, or changes the text of the draft that there is. Text is what people write
// beside the tables; items of the farm's own consist of it. KindConflict while a version still stands.
func (s *Service) Draft(ctx context.Context, farm access.Farm, item model.DisclosureItem, year int, text string) (model.Disclosure, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Disclosure{}, err
	}
	title, text := settings.ItemTitle(item), strings.TrimSpace(text)
	switch {
	case title == "":
		return model.Disclosure{}, errItem
	case year < firstYear || year > s.today().Year():
		return model.Disclosure{}, errYear
	case item.Own() && text == "":
		return model.Disclosure{}, errText
	}
	last, err := s.latest(ctx, item, year)
	switch {
	case err != nil:
		return last, err
	case last.ID != "" && last.Editable():
		return s.rewrite(ctx, farm.Pass, last.ID, text)
	case last.ID != "" && !last.Done(s.today()):
		return last, errStands
	}
	public := settings.Public.OrDefault()
	d := model.Disclosure{
		ID: model.DisclosureID(year, item, last.Version+1), Record: model.NewRecord(s.now(), farm.Actor()), Item: item, Year: year,
		Version: last.Version + 1, State: model.DisclosureDraft, Text: text, Review: model.Review{Writers: []string{farm.Actor()}},
		Title: fmt.Sprintf("%s%d年%s", settings.FarmName, year, title), Days: public.Days, Contact: public.Contact,
	}
	if err = s.store.InsertDisclosure(ctx, d); model.IsKind(err, model.KindConflict) {
		return s.store.Disclosure(ctx, d.ID) // somebody began it at the same moment
	}
	return d, err
}

// latest is the newest version of the item; empty when there is none.
func (s *Service) latest(ctx context.Context, item model.DisclosureItem, year int) (last model.Disclosure, err error) {
	list, err := s.store.DisclosuresOf(ctx, year)
	for _, d := range list {
		if d.Item == item && d.Version > last.Version {
			last = d
		}
	}
	return last, err
}

func (s *Service) rewrite(ctx context.Context, by access.Pass, id, text string) (model.Disclosure, error) {
	return s.store.ChangeDisclosure(ctx, id, 0, by.ChangeInfo(s.now(), "改公示的说明"), func(d *model.Disclosure) error {
		return d.Rewrite(by.Actor(), text)
	})
}

// Preview draws the masked content from the records of now, in the place of an earlier preview. KindInvalid
// "personal_data" when a text holds the name of somebody on the register or a number of theirs.
func (s *Service) Preview(ctx context.Context, farm access.Farm, id string, rev int64) (model.Disclosure, error) {
	d, err := s.disclosure(ctx, id)
	if err != nil {
		return d, err
	}
	all, err := s.store.Farm(ctx)
	if err != nil {
		return d, err
	}
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return d, err
	}
	donors, err := s.donors(all.Donations)
	if err != nil {
		return d, err
	}
	past, err := s.past(ctx, d)
	if err != nil {
		return d, err
	}
	c, err := generate(d.Item, records{Farm: all, donors: donors, year: d.Year, today: s.today(), told: &telling{past: past}})
	if err != nil {
		return d, err
	}
	return s.change(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "生成脱敏预览"), func(d *model.Disclosure) error {
		if err := d.Preview(farm.Actor(), c.asOf, c.tables, c.households); err != nil {
			return err
		}
		d.Cells, d.Counted = c.cells, true
		return s.impersonal(ctx, names, *d)
	})
}

// Approve freezes the revision that was looked at. KindForbidden for whoever wrote it.
func (s *Service) Approve(ctx context.Context, farm access.Farm, id string, rev int64) (model.Disclosure, error) {
	return s.towardsPublic(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "审核通过"), func(d *model.Disclosure) error {
		return d.Approve(farm.Actor(), s.now())
	})
}

// PublicationProof is the proof that a disclosure was shown.
type PublicationProof struct {
	Channel    model.PublicChannel
	On         model.Date
	Note, Link string
}

var errProof = model.NewError(model.KindInvalid, "proof", "要写明在哪个渠道、哪一天公布的(不能早于审核、晚于今天),还要有凭据:说明或链接")

// Publish keeps the proof of a channel. With the first one the disclosure stands on the public pages and its
// notice begins. Repeating it changes nothing.
func (s *Service) Publish(ctx context.Context, farm access.Farm, id string, w PublicationProof) (model.Disclosure, error) {
	w.Note, w.Link = strings.TrimSpace(w.Note), strings.TrimSpace(w.Link)
	if _, err := model.ParseDate(string(w.On)); err != nil || !w.Channel.Known() || w.On > s.today() || w.Note+w.Link == "" {
		return model.Disclosure{}, errProof
	}
	return s.towardsPublic(ctx, id, 0, farm.Pass.ChangeInfo(s.now(), "公布:"+w.Channel.Label()), func(d *model.Disclosure) error {
		if d.State == model.DisclosureApproved && w.On < model.DateOf(d.ApprovedAt) {
			return errProof
		}
		return d.Publish(model.Publication{
			Channel: w.Channel, On: w.On, By: farm.Actor(), At: s.now().UTC(), Note: w.Note, Link: w.Link,
		}, s.today())
	})
}

var errNote = model.NewError(model.KindInvalid, "note_missing", "撤回要写明原因,公众看得到(4到200字)")

// Withdraw takes a disclosure back, at once. Whoever opens its page reads that it is gone, and the note as soon as a
// second person has let it out.
func (s *Service) Withdraw(ctx context.Context, farm access.Farm, id, note string) (model.Disclosure, error) {
	note = strings.TrimSpace(note)
	if n := len([]rune(note)); n < 4 || n > 200 {
		return model.Disclosure{}, errNote
	}
	if err := s.impersonalText(ctx, note); err != nil {
		return model.Disclosure{}, err
	}
	return s.change(ctx, id, 0, farm.Pass.ChangeInfo(s.now(), "撤回:"+note), func(d *model.Disclosure) error {
		return d.Withdraw(model.Withdrawal{Note: note, On: s.today(), By: farm.Actor()})
	})
}

// ApproveNote lets out the note of a withdrawal, of the revision that was looked at.
func (s *Service) ApproveNote(ctx context.Context, farm access.Farm, id string, rev int64) (model.Disclosure, error) {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return model.Disclosure{}, err
	}
	return s.change(ctx, id, rev, farm.Pass.ChangeInfo(s.now(), "撤回说明可以公开"), func(d *model.Disclosure) error {
		if err := model.Impersonal(names, d.Withdrawn.Note); err != nil {
			return err
		}
		return d.ApproveNote(farm.Actor())
	})
}

// towardsPublic is change for a step that brings the disclosure closer to the public. What was true of the preview may
// not be any more: the register goes on, and so do the other disclosures.
func (s *Service) towardsPublic(ctx context.Context, id string, rev int64, by model.ChangeInfo, step func(*model.Disclosure) error) (model.Disclosure, error) {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return model.Disclosure{}, err
	}
	return s.change(ctx, id, rev, by, func(d *model.Disclosure) error {
		out := d.Public()
		if err := step(d); err != nil || out { // one more channel for what is out changes nothing
			return err
		}
		if err := s.impersonal(ctx, names, *d); err != nil {
			return err
		}
		return s.tellsNothing(ctx, *d)
	})
}

// tellsNothing refuses a disclosure that tells of few, read together with what became public since its preview.
func (s *Service) tellsNothing(ctx context.Context, d model.Disclosure) error {
	past, err := s.past(ctx, d)
	if err != nil {
		return err
	}
	cells, err := s.cellsOf(ctx, d)
	if err == nil && model.Tells(past, cells) {
		err = errTells
	}
	return err
}

func (s *Service) change(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Disclosure) error) (model.Disclosure, error) {
	d, err := s.store.ChangeDisclosure(ctx, id, rev, by, edit)
	return d, unknown(err)
}

func unknown(err error) error {
	if model.IsKind(err, model.KindNotFound) {
		return errUnknown
	}
	return err
}

// Disclosure as the office reads it.
func (s *Service) Disclosure(ctx context.Context, _ access.Farm, id string) (model.Disclosure, error) {
	return s.disclosure(ctx, id)
}

func (s *Service) disclosure(ctx context.Context, id string) (model.Disclosure, error) {
	d, err := s.store.Disclosure(ctx, id)
	return d, unknown(err)
}

// Disclosures of a year (0: of all years), newest first, without what they say; at most limit.
func (s *Service) Disclosures(ctx context.Context, _ access.Farm, year, limit int) ([]model.Disclosure, error) {
	all, err := s.store.DisclosureHeads(ctx)
	list := []model.Disclosure{}
	for _, d := range all {
		if year == 0 || d.Year == year {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b model.Disclosure) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list[:min(limit, len(list))], err
}
