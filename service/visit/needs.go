package visit

import (
	"context"
	"slices"
	"strings"

	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
)

var errNoNeed = model.NewError(model.KindNotFound, "no_such_need", "没有这件事")

var errNeedText = model.NewError(model.KindInvalid, "need_text", "请用一两句话说清楚是什么难处,500字以内")

// NeedReport is something that a household finds hard, as it was heard. Key makes it once; it belongs to whoever
// raises it, for this household.
type NeedReport struct {
	Key      string
	Pushed   bool   // the key is that of a push, which says the same every time
	Source   string // visit | bot | office | ledger
	Text     string
	Kind     model.NeedKind // empty: guessed from the words
	OwnerID  string         // the cadre who sees to it; empty: the household's lead
	DueOn    model.Date     // empty: by its kind
	Promised bool
	About    string // the record that it is about

	Urgent bool
	Event  string            // of a life event
	Files  []model.VisitFile // pictures and voice messages, by which WeChat gives them
}

// Raise enters a difficulty of the household, or finds it when it is known already.
func (s *Service) Raise(ctx context.Context, house access.Household, d NeedReport) (model.Need, error) {
	return s.raise(ctx, house.Actor(), house.ID(), d)
}

// Promise enters what the cadre has promised the household, as theirs to see to.
func (s *Service) Promise(ctx context.Context, cadre access.Cadre, house access.Household, key, text string) (model.Need, error) {
	return s.promise(ctx, cadre, house.ID(), key, Promise{Text: text})
}

func (s *Service) promise(ctx context.Context, cadre access.Cadre, householdID, key string, p Promise) (model.Need, error) {
	return s.raise(ctx, "cadre:"+cadre.ID(), householdID, NeedReport{
		Key: key, Source: "visit", Text: p.Text, OwnerID: cadre.ID(), DueOn: p.DueOn, Promised: true,
	})
}

func (s *Service) raise(ctx context.Context, actor, householdID string, d NeedReport) (model.Need, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Need{}, err
	}
	asked := []any{d.Text, d.Kind, d.OwnerID, d.DueOn, d.Promised, d.About}
	d.Text = strings.TrimSpace(d.Text)
	if d.Text == "" || len([]rune(d.Text)) > 500 || d.Kind != "" && !d.Kind.Known() {
		return model.Need{}, errNeedText
	}
	if d.Kind == "" {
		d.Kind = model.GuessNeed(d.Text)
	}
	now := s.now()
	if d.DueOn == "" {
		d.DueOn = model.DateOf(now).AddDays(settings.DueIn(d.Kind))
		if d.Urgent {
			d.DueOn = model.DateOf(now)
		}
	}
	n := model.Need{
		ID: model.ClientKey(actor, householdID, "need:"+d.Source+":"+d.Key), Record: model.NewRecord(now, actor), HouseholdID: householdID, Source: d.Source,
		Text: d.Text, Kind: d.Kind, OwnerID: d.OwnerID, DueOn: d.DueOn, Promised: d.Promised, About: d.About,
		Urgent: d.Urgent, Event: d.Event, Files: d.Files,
	}
	if err := s.route(ctx, &n); err != nil {
		return n, err
	}
	n.Step(model.NeedOpen, actor, "", now)
	if !d.Pushed {
		if err = s.store.UseKey(ctx, model.NewKeyUse(n.ID, asked, now)); err != nil {
			return model.Need{}, err
		}
	}
	if err = s.store.InsertNeed(ctx, n); model.IsKind(err, model.KindConflict) {
		n, err = s.store.Need(ctx, n.ID)
	}
	if err != nil {
		return n, err
	}
	for _, f := range n.Files {
		if err := s.queue.Enqueue(ctx, queue.FetchMedia, needRef+n.ID+"|"+f.MediaID); err != nil {
			return n, err
		}
	}
	switch {
	case n.Urgent:
		return n, s.alarm(ctx, n)
	case actor == "cadre:"+n.OwnerID:
		return n, nil
	}
	return n, s.tellOwner(ctx, n)
}

// leadOf is the household's lead cadre today, or any other; empty when there is none.
func (s *Service) leadOf(ctx context.Context, householdID string) (string, error) {
	open, err := s.openPairings(ctx, householdID)
	return leadAmong(open), err
}

// openPairings are the household's pairings of today.
func (s *Service) openPairings(ctx context.Context, householdID string) ([]model.Pairing, error) {
	list, err := s.store.PairingsOfHousehold(ctx, householdID)
	today := model.DateOf(s.now())
	return slices.DeleteFunc(list, func(p model.Pairing) bool { return !p.OpenOn(today) }), err
}

// leadAmong is the lead among the pairings, or else their first cadre; empty when there is none.
func leadAmong(open []model.Pairing) (lead string) {
	for _, p := range open {
		if lead == "" || p.Role == model.PairingLead {
			lead = p.CadreID
		}
	}
	return lead
}

// Done is the cadre's word that the difficulty is seen to; the household has the last one and is asked for it.
func (s *Service) Done(ctx context.Context, cadre access.Cadre, needID, text string) (model.Need, error) {
	actor := "cadre:" + cadre.ID()
	n, err := s.step(ctx, needID, actor, func(n *model.Need) error {
		if n.OwnerID != cadre.ID() {
			return model.NewError(model.KindForbidden, "not_your_need", "这件难事不是您经办的")
		}
		if n.Waits() {
			n.Step(model.NeedDone, actor, text, s.now())
		}
		return nil
	})
	if err != nil || n.State != model.NeedDone {
		return n, err
	}
	return n, s.tellHouseholdOf(ctx, n, "您家反映的事,干部说办好了:"+n.Text+"\n办好了请回“办好了”或{1},还没办好请回“没办好”或{2}。")
}

// Settle is the household's word on what the cadre has done: settled, or not yet.
func (s *Service) Settle(ctx context.Context, house access.Household, needID string, settled bool, text string) (model.Need, error) {
	actor := "household:" + house.ID()
	id, err := s.needNamed(ctx, house, needID)
	if err != nil {
		return model.Need{}, err
	}
	n, err := s.step(ctx, id, actor, func(n *model.Need) error {
		state := model.NeedReopened
		if settled {
			state = model.NeedConfirmed
		}
		if n.State != state {
			n.Step(state, actor, text, s.now())
		}
		return nil
	})
	if err != nil || settled {
		return n, err
	}
	return n, s.tellOwner(ctx, n)
}

// needNamed is the id of the household's need as the household knows it.
func (s *Service) needNamed(ctx context.Context, house access.Household, given string) (string, error) {
	needs, err := s.store.NeedsOf(ctx, house.ID())
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(needs, func(n model.Need) bool { return model.IsOutward(n.ID, given) })
	if i < 0 {
		return "", errNoNeed
	}
	return needs[i].ID, nil
}

// Withdraw takes back what the household has said, while nobody has finished with it. Whoever sees to it hears so.
func (s *Service) Withdraw(ctx context.Context, house access.Household, needID string) (model.Need, error) {
	actor := "household:" + house.ID()
	id, err := s.needNamed(ctx, house, needID)
	if err != nil {
		return model.Need{}, err
	}
	moved := false
	n, err := s.step(ctx, id, actor, func(n *model.Need) error {
		if moved = n.Live(); moved {
			n.Step(model.NeedWithdrawn, actor, "", s.now())
		}
		return nil
	})
	if err != nil || !moved {
		return n, err
	}
	return n, s.tellWithdrawn(ctx, n)
}

func (s *Service) step(ctx context.Context, needID, actor string, edit func(*model.Need) error) (model.Need, error) {
	return s.store.ChangeNeed(ctx, needID, 0, model.ChangeInfo{Actor: actor, Why: "难事办理", At: s.now()}, edit)
}

// Steer is what the office decides about a need; empty fields stay as they are.
type Steer struct {
	Kind    model.NeedKind
	OwnerID string
	DueOn   model.Date
	State   model.NeedState // NeedReopened, NeedImpossible or, of what is the office's own, NeedDone
	Text    string          // why; the household reads it when something cannot be done
}

var errSteer = model.NewError(model.KindInvalid, "steer", "办不了或重新办要写明原因;种类、经办人和日期要对")

// Steer changes who sees to a need, by when, or ends it as not possible. The household is told of an end, a new
// owner of the task.
func (s *Service) Steer(ctx context.Context, need access.Record[model.Need], d Steer) (model.Need, error) {
	n := need.Record()
	if err := s.checkSteer(ctx, d); err != nil {
		return model.Need{}, err
	}
	if d.State == model.NeedDone && n.OwnerID != "" {
		return n, errSteer
	}
	before := n.OwnerID
	n, err := s.step(ctx, n.ID, need.Actor(), func(n *model.Need) error {
		if d.Kind != "" {
			n.Kind = d.Kind
		}
		if d.OwnerID != "" {
			n.OwnerID, n.OwnedSince = d.OwnerID, s.now().UTC()
		}
		if d.DueOn != "" {
			n.DueOn = d.DueOn
		}
		if d.State == model.NeedDone && n.HouseholdID == "" {
			d.State = model.NeedConfirmed // nobody is asked whether it was so
		}
		if d.State != "" {
			n.Step(d.State, need.Actor(), d.Text, s.now())
		}
		return nil
	})
	switch {
	case err != nil || n.HouseholdID == "":
		return n, err
	case d.State == model.NeedDone:
		return n, s.tellHouseholdOf(ctx, n, "您家反映的事,扶贫办答复:"+d.Text+"\n行的话请回“办好了”或{1},不行请回“没办好”或{2}。")
	case d.State == model.NeedImpossible:
		return n, s.tellHouseholdOf(ctx, n, "您家反映的事办不了:"+n.Text+"\n原因:"+d.Text+"\n不同意的话,请再发“"+model.CommandRaise+"”说一说,或者找扶贫办。")
	case n.OwnerID != before || d.State == model.NeedReopened:
		return n, s.tellOwner(ctx, n)
	}
	return n, nil
}

func (s *Service) checkSteer(ctx context.Context, d Steer) error {
	_, dateErr := model.ParseDate(string(d.DueOn))
	decided := d.State == model.NeedReopened || d.State == model.NeedImpossible || d.State == model.NeedDone
	if d.Kind != "" && !d.Kind.Known() || d.DueOn != "" && dateErr != nil || d.State != "" && !decided ||
		decided && strings.TrimSpace(d.Text) == "" {
		return errSteer
	}
	if d.OwnerID == "" {
		return nil
	}
	if _, err := s.store.Cadre(ctx, d.OwnerID); model.IsKind(err, model.KindNotFound) {
		return errSteer
	} else if err != nil {
		return err
	}
	return nil
}

// needsShown is how many of its needs a household is shown.
const needsShown = 50

// NeedsOf the household, latest first.
func (s *Service) NeedsOf(ctx context.Context, house access.Household) ([]model.Need, error) {
	list, err := s.store.NeedsOf(ctx, house.ID())
	slices.Reverse(list)
	if house.View() != model.ViewFull { // a proxy does not read whom the household complains of
		list = slices.DeleteFunc(list, func(n model.Need) bool { return n.Confidential })
	}
	return list[:min(needsShown, len(list))], err
}

// LiveNeedsOwnedBy the cadre, oldest first.
func (s *Service) LiveNeedsOwnedBy(ctx context.Context, cadre access.Cadre) ([]model.Need, error) {
	list, err := s.store.NeedsOwnedBy(ctx, cadre.ID())
	return live(list), err
}

func live(list []model.Need) (open []model.Need) {
	for _, n := range list {
		if n.Live() {
			open = append(open, n)
		}
	}
	return open
}

// Needs in the states (none: all that are live), of households that the member of staff reaches, the one that is
// due first at the top, at most limit.
func (s *Service) Needs(ctx context.Context, l access.Lists, states []model.NeedState, limit int) ([]model.Need, error) {
	if len(states) == 0 {
		states = []model.NeedState{model.NeedOpen, model.NeedReopened, model.NeedDone}
	}
	all, err := s.store.NeedsIn(ctx, states...)
	if err != nil {
		return nil, err
	}
	mine := []model.Need{}
	for _, n := range all {
		ok, err := l.WholeFarm(), error(nil)
		if n.HouseholdID != "" {
			ok, err = l.CanAccess(ctx, n.HouseholdID)
		}
		if err != nil {
			return nil, err
		}
		if ok && n.Shown(l.Staff()) && len(mine) < limit {
			mine = append(mine, n)
		}
	}
	return mine, nil
}
