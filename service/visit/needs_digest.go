package visit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// A cadre hears of difficulties once a day, unless one is urgent: the first of a day at once, what comes after it with
// the next day's, at nine. Otherwise nine words of one household would use up the day's places of the cadre, and the
// reminder of the aid day would find none.

// digestDay is the day to whose message what happens now belongs: it begins at nine.
func digestDay(now time.Time) model.Date { return model.DateOf(now.Add(-needHour * time.Hour)) }

// digestKeys is how the keys of days' messages begin.
const digestKeys = "need:day:"

func digestKey(day model.Date, cadreID string) string {
	return digestKeys + string(day) + ":" + cadreID
}

// Why a difficulty stands in a day's message. Each is told once for an owner, or a due date.
const (
	needNew  = "new"
	needSoon = "soon"
	needOver = "over"
)

// digestItem is one line of a day's message, and its trace in the message's subject.
type digestItem struct {
	need model.Need
	why  []string // the first is the one that is said
}

// itemOf is what the owner of the need has to hear now, as far as it is worth that still; ok is false for nothing.
func itemOf(n model.Need, now time.Time) (i digestItem, ok bool) {
	if !n.Waits() || n.OwnerID == "" || n.Confidential {
		return i, false
	}
	i.need = n
	during := func(from time.Time) bool { return !now.Before(from) && now.Before(from.Add(needLife)) }
	// Of an alarm, and of what they have raised themselves, the first owner knows.
	knows := !n.OwnedSince.After(n.CreatedAt) && (n.Urgent || n.CreatedBy == "cadre:"+n.OwnerID)
	if !n.OwnedSince.IsZero() && during(n.OwnedSince) && !knows {
		i.why = append(i.why, fmt.Sprintf("%s.%d", needNew, n.OwnedSince.Unix()))
	}
	for _, st := range needStages {
		if !st.office && during(n.DueOn.AddDays(st.days).Start().Add(needHour*time.Hour)) {
			i.why = append(i.why, st.key+"."+string(n.DueOn))
		}
	}
	return i, len(i.why) > 0
}

func (i digestItem) marks() (marks []string) {
	for _, why := range i.why {
		marks = append(marks, why+"|"+i.need.ID)
	}
	return marks
}

// say is the line; alone, it is the message.
func (i digestItem) say() string {
	n, what := i.need, "难事"
	if n.Promised {
		what = "答应的事"
	}
	lead := "反映了一件难事,请您来办"
	why, _, _ := strings.Cut(i.why[0], ".")
	switch {
	case why == needSoon:
		lead = "的" + what + "快到期了"
	case why == needOver:
		lead = "的" + what + "已经过期"
	case n.State == model.NeedReopened:
		lead = "说这件事还没办好,请接着办"
	case n.OwnedSince.After(n.CreatedAt):
		lead = "的一件" + what + "请您来办"
	}
	return fmt.Sprintf("户号%s%s:%s(%s前)", n.HouseholdID, lead, n.Text, n.DueOn.Long())
}

// digestText is the message of some difficulties.
func digestText(items []digestItem) string {
	var b strings.Builder
	if len(items) > 1 {
		fmt.Fprintf(&b, "有%d件难事要您办:\n", len(items))
	}
	for _, i := range items {
		b.WriteString(i.say() + "\n")
	}
	b.WriteString("办好了发“" + model.CommandNeeds + "”,按数字告诉我们。")
	return b.String()
}

// digest tells the cadre of those of the difficulties that they have not heard of, once a day: where today's message is
// out already, the next day's says it.
func (s *Service) digest(ctx context.Context, cadreID string, needs []model.Need) error {
	now := s.now()
	day := digestDay(now)
	heard, today, err := s.heardInDigests(ctx, cadreID, day)
	if err != nil || today {
		return err
	}
	var items []digestItem
	var marks []string
	for _, n := range needs {
		i, ok := itemOf(n, now)
		if !ok || n.OwnerID != cadreID {
			continue
		}
		if i.why = slices.DeleteFunc(i.why, func(why string) bool { return heard[why+"|"+n.ID] }); len(i.why) == 0 {
			continue
		}
		if stands, err := s.stands(ctx, n.HouseholdID); err != nil || !stands {
			if err != nil {
				return err
			}
			continue
		}
		items, marks = append(items, i), append(marks, i.marks()...)
	}
	if len(items) == 0 {
		return nil
	}
	first := slices.MinFunc(items, func(a, b digestItem) int { return strings.Compare(string(a.need.DueOn), string(b.need.DueOn)) }).need
	about := "户号" + first.HouseholdID + "的难事"
	if len(items) > 1 {
		about = fmt.Sprintf("%d件难事要您办", len(items))
	}
	return s.notify.TellCadre(ctx, notify.Notice{
		Key: digestKey(day, cadreID), Purpose: purposeNeed, Text: digestText(items), Until: now.Add(needLife), OwnAccord: true,
		Subject: strings.Join(marks, "\n"), About: firstRunes(about, 20), When: first.DueOn.LongYear(),
		More: firstRunes(strings.Join(strings.Fields(first.Text), " "), 20),
	}, cadreID)
}

// heardInDigests are the marks of what the cadre's messages of the last days said, and whether today's is out.
func (s *Service) heardInDigests(ctx context.Context, cadreID string, day model.Date) (heard map[string]bool, today bool, err error) {
	var keys []string
	for back := range int(needLife/(24*time.Hour)) + 2 {
		keys = append(keys, digestKey(day.AddDays(-back), cadreID))
	}
	list, err := s.store.MessagesByID(ctx, keys)
	heard = map[string]bool{}
	for _, m := range list {
		today = today || m.ID == keys[0]
		for mark := range strings.SplitSeq(m.Subject, "\n") {
			heard[mark] = true
		}
	}
	return heard, today, err
}

// tells reports whether one of the marks is about the need.
func tells(marks map[string]bool, n model.Need) bool {
	for mark := range marks {
		if strings.HasSuffix(mark, "|"+n.ID) {
			return true
		}
	}
	return false
}

// planDigests asks for the day's message of every cadre who has to hear of something.
func (s *Service) planDigests(ctx context.Context, waiting []model.Need) error {
	of := map[string][]model.Need{}
	for _, n := range waiting {
		if _, ok := itemOf(n, s.now()); ok {
			of[n.OwnerID] = append(of[n.OwnerID], n)
		}
	}
	var errs []error
	for _, cadreID := range slices.Sorted(maps.Keys(of)) {
		errs = append(errs, s.digest(ctx, cadreID, of[cadreID]))
	}
	return errors.Join(errs...)
}

// digestStands is the guard of a day's message: it says what still stands, and is not sent when nothing does.
func (s *Service) digestStands(ctx context.Context, m *model.Message) (bool, error) {
	var items []digestItem
	for mark := range strings.SplitSeq(m.Subject, "\n") {
		why, id, _ := strings.Cut(mark, "|")
		n, err := s.store.Need(ctx, id)
		if model.IsKind(err, model.KindNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		same := strings.HasSuffix(m.ID, ":"+n.OwnerID)
		switch kind, of, _ := strings.Cut(why, "."); {
		case kind == needNew:
			same = same && of == fmt.Sprint(n.OwnedSince.Unix())
		default:
			same = same && of == string(n.DueOn)
		}
		if last := len(items) - 1; !same || !n.Waits() || last >= 0 && items[last].need.ID == n.ID {
			continue
		}
		items = append(items, digestItem{n, []string{why}})
	}
	m.Text = digestText(items)
	return len(items) > 0, nil
}
