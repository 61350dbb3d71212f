package visit

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

// Report enters what somebody says who has no household here: of themselves, or to the office. It is the office's.
func (s *Service) Report(ctx context.Context, from access.Account, d NeedReport) (model.Need, error) {
	if !d.Kind.OfOffice() {
		d.Kind = model.NeedMessage
	}
	return s.raise(ctx, from.Actor(), "", d)
}

// posts are how people call a cadre behind the surname.
var posts = []string{"干部", "书记", "主任", "科长", "队长", "场长", "股长", "局长", "组长", "站长", "处长", "姓"}

// route decides who sees to the need. What accuses somebody, or names a cadre of the household, goes to the office and
// inspectors, past those whom it concerns; the office's own kinds go to the office; everything else to the household's
// lead cadre.
func (s *Service) route(ctx context.Context, n *model.Need) error {
	if n.HouseholdID == "" || n.Kind.OfOffice() && n.Kind != model.NeedComplaint {
		n.OwnerID, n.Confidential = "", n.Kind == model.NeedComplaint
		if n.HouseholdID == "" {
			n.From = strings.TrimPrefix(n.CreatedBy, "account:")
			return nil
		}
	}
	pairings, named, err := s.named(ctx, n.HouseholdID, n.Text)
	if err != nil {
		return err
	}
	accuses := n.Kind == model.NeedComplaint
	if accuses || len(named) > 0 && n.Source == "bot" && !n.Urgent {
		n.OwnerID, n.Confidential, n.Concerns = "", true, named
		if len(named) == 0 {
			for _, p := range pairings {
				n.Concerns = append(n.Concerns, p.CadreID) // it may be any of them
			}
		}
		return nil
	}
	if n.OwnerID == "" && !n.Kind.OfOffice() {
		n.OwnerID = leadAmong(pairings)
	}
	return nil
}

// named are the household's pairings of today, and the cadres of them whom the words name.
func (s *Service) named(ctx context.Context, householdID, text string) (open []model.Pairing, named []string, err error) {
	if open, err = s.openPairings(ctx, householdID); err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(open))
	for i, p := range open {
		ids[i] = p.CadreID
	}
	cadres, err := s.store.CadresByID(ctx, ids)
	for _, id := range ids {
		if names(text, cadres[id].Name) {
			named = append(named, id)
		}
	}
	return open, named, err
}

// names reports whether the words name somebody: by the whole name, or by the surname with a post.
func names(text, name string) bool {
	if name == "" {
		return false
	}
	surname := string([]rune(name)[:1])
	return strings.Contains(text, name) || slices.ContainsFunc(posts, func(post string) bool {
		return strings.Contains(text, surname+post) || post == "姓" && strings.Contains(text, post+surname)
	})
}

// readers are who is told of what is the office's.
func readers(n model.Need) []model.Role {
	if n.Confidential {
		return []model.Role{model.RoleOffice, model.RoleInspector}
	}
	return []model.Role{model.RoleOffice}
}

// tellOffice tells of a need that the office sees to. What is confidential stays out of the message: it is read where
// only those who may are let in.
func (s *Service) tellOffice(ctx context.Context, n model.Need, key, lead string) error {
	text := fmt.Sprintf("%s(%s,户号%s):%s(%s前)", lead, n.Kind.Label(), n.HouseholdID, n.Text, n.DueOn.Long())
	switch {
	case n.Confidential:
		text = fmt.Sprintf("%s:一件要保密的事,请在后台“难事”里看,%s前答复。", lead, n.DueOn.Long())
	case n.HouseholdID == "":
		text = fmt.Sprintf("%s(%s,没有登记的人):%s(%s前)", lead, n.Kind.Label(), n.Text, n.DueOn.Long())
	}
	return s.notify.TellDuties(ctx, notify.Notice{
		Key: "office:" + key, Purpose: "office", Text: text, Until: s.now().Add(needLife),
	}, n.Concerns, readers(n)...)
}

// alarmLife is how long an alarm is worth sending.
const alarmLife = 12 * time.Hour

// alarm tells the office and the household's cadre of what cannot wait, whatever the hour and however much they were
// told today.
func (s *Service) alarm(ctx context.Context, n model.Need) error {
	text := fmt.Sprintf("紧急:户号%s说“%s”。请马上联系这一户,做了什么在“难事”里记一笔。", n.HouseholdID, n.Text)
	if n.HouseholdID == "" {
		text = fmt.Sprintf("紧急:没有登记的人说“%s”。请马上看后台“难事”。", n.Text)
	}
	notice := notify.Notice{
		Key: needKey(n, "urgent"), Purpose: purposeNeed, Text: text, Until: s.now().Add(alarmLife), OwnAccord: true, Urgent: true,
		Subject: string(n.State) + "|" + n.ID, About: firstRunes("紧急:户号"+n.HouseholdID, 20), When: n.DueOn.LongYear(),
		More: firstRunes(strings.Join(strings.Fields(n.Text), " "), 20),
	}
	if err := s.notify.TellDuties(ctx, notice, nil, model.RoleOffice); err != nil || n.HouseholdID == "" {
		return err
	}
	cadreID, err := n.OwnerID, error(nil)
	if cadreID == "" {
		cadreID, err = s.leadOf(ctx, n.HouseholdID)
	}
	if err != nil || cadreID == "" || n.CreatedBy == "cadre:"+cadreID {
		return err
	}
	notice.Key += ":" + cadreID
	return s.notify.TellCadre(ctx, notice, cadreID)
}

// alarmAgain tells the office once more of what nobody has seen to within the time.
func (s *Service) alarmAgain(ctx context.Context, n model.Need, within time.Duration, told map[string]bool) error {
	key := needKey(n, "unseen")
	if s.now().Before(n.CreatedAt.Add(within)) || s.now().After(n.CreatedAt.Add(within+alarmLife)) || told[key] || len(n.Log) > 1 {
		return nil
	}
	return s.notify.TellDuties(ctx, notify.Notice{
		Key: "office:" + key, Purpose: "office", Until: s.now().Add(alarmLife), OwnAccord: true, Urgent: true,
		Text:  fmt.Sprintf("还没有人处理:户号%s说“%s”,已经过了%s。", n.HouseholdID, n.Text, model.Spoken(within)),
		About: firstRunes("没人处理:户号"+n.HouseholdID, 20), When: n.DueOn.LongYear(), More: "紧急,请马上联系",
	}, nil, model.RoleOffice, model.RoleInspector)
}
