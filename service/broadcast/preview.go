package broadcast

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// everyone calls yield with a row for each recipient: by the rule, or by the tag of a mass message.
func (s *Service) everyone(ctx context.Context, b model.Broadcast, yield func(model.Recipient) error) (merged int, err error) {
	if b.Mass && b.Audience.TagID > 0 {
		return 0, s.tagged(ctx, b, yield)
	}
	return s.resolve(ctx, b, yield)
}

// count is how many would be sent to now, and all counts by state.
func (s *Service) count(ctx context.Context, b model.Broadcast) (send int, by map[model.RecipientState]int, err error) {
	by = map[model.RecipientState]int{}
	_, err = s.everyone(ctx, b, func(r model.Recipient) error { by[r.State]++; return nil })
	return by[model.RecipientPending], by, err
}

// ready is how many would be sent to now. It refuses texts with a variable that somebody who is meant has no value for:
// they would read a sentence with a hole.
func (s *Service) ready(ctx context.Context, b model.Broadcast) (send int, err error) {
	var without []model.Recipient
	_, err = s.everyone(ctx, b, func(r model.Recipient) error {
		switch {
		case r.Reason == model.SkipEmpty:
			without = append(without, r)
		case r.State == model.RecipientPending:
			send++
		}
		return nil
	})
	if err != nil || len(without) == 0 {
		return send, err
	}
	r := without[0]
	return send, model.NewError(model.KindInvalid, "variable_empty", fmt.Sprintf("有%d个收件人没有{%s}可填(如%s),请换一种说法,或者不发给他们",
		len(without), b.Content.Missing(r.Vars), strings.Join(append(slices.Clone(r.Households), r.CadreID), "")))
}

// sample is somebody to whom it would go now, or who would be told by hand; errNobody when there is none.
func (s *Service) sample(ctx context.Context, b model.Broadcast) (found model.Recipient, err error) {
	_, err = s.everyone(ctx, b, func(r model.Recipient) error {
		if found.State == "" && r.State != model.RecipientSkipped || found.State != model.RecipientPending && r.State == model.RecipientPending {
			found = r
		}
		return nil
	})
	if err == nil && found.State == "" {
		err = errNobody
	}
	return found, err
}

// PreviewGroup is what will become of some recipients.
type PreviewGroup string

// The groups of a preview.
const (
	GroupNow       PreviewGroup = "now"        // a way is open
	GroupTomorrow  PreviewGroup = "tomorrow"   // they had as much today as one person may have
	GroupNoConsent PreviewGroup = "no_consent" // known in WeChat, and nothing may be sent
	GroupByHand    PreviewGroup = "by_hand"
	GroupSkipped   PreviewGroup = "skipped"
	GroupTooLong   PreviewGroup = "too_long" // their own values make a field too long
	GroupEmpty     PreviewGroup = "empty"    // a variable has no value for them
	GroupUsedUp    PreviewGroup = "used_up"  // they had all four mass messages of the month; WeChat leaves them out
)

// PreviewRow is one recipient of a preview with what they would read. Name is masked.
type PreviewRow struct {
	Person     string
	Name       string
	Households []string
	CadreID    string
	Group      PreviewGroup
	Reason     string
	Content    model.BroadcastContent
	MassUsed   int // of the four mass messages of this month
}

// Preview is what a broadcast would do if it went now.
type Preview struct {
	Groups   map[PreviewGroup]int
	Skipped  map[string]int // by reason
	Merged   int
	Rows     []PreviewRow   // at most previewRows of each group
	Quota    map[string]int // what the farm's own limits leave for today, by way; none: no limit
	MassUsed [5]int         // mass: followers by how many of the month's four they had
	Second   bool           // a second person must approve
	Quiet    time.Time      // it would wait until then; zero when it is no quiet hour
}

const previewRows = 100

// Preview of a broadcast, now.
func (s *Service) Preview(ctx context.Context, of access.Record[model.Broadcast]) (Preview, error) {
	p := Preview{Groups: map[PreviewGroup]int{}, Skipped: map[string]int{}}
	b := of.Record()
	w, err := s.waysNow(ctx, b)
	if err != nil {
		return p, err
	}
	if at := w.ladder.Settings().AfterQuiet(s.now()); at.After(s.now()) && !b.Mass {
		p.Quiet = at
	}
	p.Quota = w.ladder.Left()
	sent := 0
	p.Merged, err = s.everyone(ctx, b, func(r model.Recipient) error {
		group := w.group(r)
		p.Groups[group]++
		if r.State == model.RecipientSkipped {
			p.Skipped[r.Reason]++
		}
		if r.State == model.RecipientPending {
			sent++
			if b.Mass {
				p.MassUsed[min(w.mass[massCount(r.IdentityID)], 4)]++
			}
		}
		if p.Groups[group] > previewRows {
			return nil
		}
		name, err := s.nameOf(ctx, r)
		p.Rows = append(p.Rows, PreviewRow{
			Person: r.Person(), Name: name, Households: r.Households, CadreID: r.CadreID, Group: group, Reason: r.Reason,
			Content: b.Content.Fill(r.Vars), MassUsed: w.mass[massCount(r.IdentityID)],
		})
		return err
	})
	p.Second = sent > model.BroadcastSecond
	return p, err
}

// channels is what is known of who may be sent to now.
type channels struct {
	b         model.Broadcast
	ladder    *notify.DeliveryPolicy
	templates model.Templates
	consents  map[string]bool // identities
	today     map[string]int  // what went today, by identity
	mass      map[string]int  // what went by mass send this month
	now       time.Time
}

func (s *Service) waysNow(ctx context.Context, b model.Broadcast) (w channels, err error) {
	w = channels{b: b, consents: map[string]bool{}, now: s.now()}
	if w.ladder, err = s.notify.DeliveryPolicy(ctx); err != nil {
		return w, err
	}
	w.templates = w.ladder.Templates(Purpose)
	if w.templates.Subscription != "" {
		err = s.store.EachConsentTo(ctx, w.templates.Subscription, func(c model.Consent) error { w.consents[c.IdentityID] = true; return nil })
		if err != nil {
			return w, err
		}
	}
	if w.today, err = s.store.SentCounts(ctx, model.DateOf(w.now)); err != nil {
		return w, err
	}
	if b.Mass {
		w.mass, err = s.store.SentCounts(ctx, monthStart(w.now))
	}
	return w, err
}

// group is what would become of a recipient now.
func (w channels) group(r model.Recipient) PreviewGroup {
	limit := w.ladder.Settings().CapPerDay
	switch {
	case r.State == model.RecipientSkipped:
		return GroupSkipped
	case r.Reason == model.SkipEmpty:
		return GroupEmpty
	case r.State == model.RecipientByHand:
		return GroupByHand
	case r.State == model.RecipientFailed:
		return GroupTooLong
	case w.b.Mass && w.mass[massCount(r.IdentityID)] >= massPerMonth:
		return GroupUsedUp
	case w.b.Mass:
		return GroupNow
	case w.templates.Message == "" && !w.consents[r.IdentityID] && !w.now.Before(r.WindowUntil):
		return GroupNoConsent
	case limit > 0 && w.today[r.IdentityID] >= limit:
		return GroupTomorrow
	}
	return GroupNow
}

// nameOf is how the office knows a recipient: the masked name of the household's head, or the cadre's.
func (s *Service) nameOf(ctx context.Context, r model.Recipient) (string, error) {
	var names []string
	if r.CadreID != "" {
		c, err := s.store.Cadre(ctx, r.CadreID)
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return "", err
		}
		names = append(names, c.Name)
	}
	for _, id := range r.Households {
		name, err := s.headName(ctx, id)
		if err != nil {
			return "", err
		}
		names = append(names, name)
	}
	return strings.Join(names, "、"), nil
}

// headName is the masked name of the household's head; empty when there is none.
func (s *Service) headName(ctx context.Context, householdID string) (string, error) {
	h, err := s.store.Household(ctx, householdID)
	if err == nil && h.HeadID != "" {
		p, perr := s.store.Person(ctx, h.HeadID)
		if perr == nil {
			return model.MaskName(p.Name), nil
		}
		err = perr
	}
	if model.IsKind(err, model.KindNotFound) {
		err = nil
	}
	return "", err
}
