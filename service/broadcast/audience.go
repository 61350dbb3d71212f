package broadcast

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	"bangfu/service/model"
)

// shards is into how many parts the recipients of a broadcast fall, so that several workers send at once.
const shards = 2

func laneOf(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() % shards)
}

// target is one whom the audience chooses: a household or a cadre, with the values of the variables.
type target struct {
	vars    []string
	reached bool
	stopped bool // somebody who looks after the household wants no messages about it
}

// audience is an audience being resolved. The registry is read as it streams by; what is held of it are the
// targets, not the records.
type audience struct {
	*Service
	b        model.Broadcast
	today    model.Date
	units    map[string]model.Unit
	targets  map[string]*target // by household or cadre
	listed   map[string]bool
	except   map[string]bool
	ages     map[string][]int
	heads    map[string]string // masked name by household
	cadres   map[string]string // lead's name by household
	aid      map[string]map[string]bool
	merged   int
	yield    func(model.Recipient) error
	received map[string]bool // persons who have a row
}

// resolve calls yield with a row for everybody whom the broadcast is for, and with a skipped one for everybody who
// is left out for a reason. It says how many targets turned out to be the same person as another.
func (s *Service) resolve(ctx context.Context, b model.Broadcast, yield func(model.Recipient) error) (merged int, err error) {
	a := &audience{
		Service: s, b: b, today: model.DateOf(s.now()), yield: yield,
		units: map[string]model.Unit{}, targets: map[string]*target{}, listed: setOf(b.Audience.IDs), except: setOf(b.Audience.Except),
		ages: map[string][]int{}, heads: map[string]string{}, cadres: map[string]string{}, aid: map[string]map[string]bool{},
		received: map[string]bool{},
	}
	units, err := s.store.Units(ctx)
	if err != nil {
		return 0, err
	}
	for _, u := range units {
		a.units[u.ID] = u
	}
	if b.Audience.To == "cadres" {
		err = a.toCadres(ctx)
		return a.merged, err
	}
	steps := []func(context.Context) error{a.readPersons, a.readCadres, a.readAid, a.chooseHouseholds, a.reachAccounts, a.theRest}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return 0, err
		}
	}
	return a.merged, nil
}

func setOf(ids []string) map[string]bool {
	set := map[string]bool{}
	for _, id := range ids {
		set[model.FoldID(id)] = true
	}
	return set
}

func (a *audience) path(unitID string) []string {
	if u, ok := a.units[unitID]; ok {
		return u.UnitPath()
	}
	return []string{unitID}
}

func (a *audience) inScope(path []string) bool {
	return len(a.b.Scope) == 0 || slices.ContainsFunc(path, func(u string) bool { return slices.Contains(a.b.Scope, u) })
}

// readPersons reads what the rule or the texts want of the members. Persons who are listed stand for their
// household; the dead are skipped.
func (a *audience) readPersons(ctx context.Context) error {
	byPerson := func(set map[string]bool) bool {
		for id := range set {
			if strings.HasPrefix(id, "P-") {
				return true
			}
		}
		return false
	}
	named, aged := a.b.Content.Uses("户主") || a.b.Content.Uses("姓名"), a.b.Audience.AgeFrom > 0 || a.b.Audience.AgeTo > 0
	if !named && !aged && !byPerson(a.listed) && !byPerson(a.except) {
		return nil
	}
	return a.store.EachPerson(ctx, func(p model.Person) error {
		if a.listed[p.ID] && p.Status == model.PersonDeceased {
			return a.skip(p.ID, model.SkipDeceased)
		}
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, a.today); !belongs {
				continue
			}
			if a.listed[p.ID] {
				a.listed[m.HouseholdID] = true
			}
			if a.except[p.ID] {
				a.except[m.HouseholdID] = true
			}
			if aged {
				a.ages[m.HouseholdID] = append(a.ages[m.HouseholdID], model.AgeOn(p.BirthDate, a.today))
			}
			if named && m.Relation == model.RelationHead {
				a.heads[m.HouseholdID] = model.MaskName(p.Name)
			}
		}
		return nil
	})
}

func (a *audience) readCadres(ctx context.Context) error {
	if !a.b.Content.Uses("干部") {
		return nil
	}
	names := map[string]string{}
	if err := a.store.EachCadre(ctx, func(c model.Cadre) error { names[c.ID] = c.Name; return nil }); err != nil {
		return err
	}
	return a.store.EachPairing(ctx, func(p model.Pairing) error {
		if p.OpenOn(a.today) && (p.Role == model.PairingLead || a.cadres[p.HouseholdID] == "") {
			a.cadres[p.HouseholdID] = names[p.CadreID]
		}
		return nil
	})
}

func (a *audience) readAid(ctx context.Context) error {
	if a.b.Audience.Programme == "" {
		return nil
	}
	list, err := a.store.StatementsIn(ctx, a.today.Year())
	for _, st := range list {
		a.aid[st.HouseholdID] = map[string]bool{}
		for _, part := range st.Categories {
			a.aid[st.HouseholdID][string(part.Category)] = true
		}
	}
	return err
}

func (a *audience) chooseHouseholds(ctx context.Context) error {
	return a.store.EachHousehold(ctx, func(h model.Household) error {
		path := a.path(h.UnitID)
		chosen := a.listed[h.ID] || a.b.Audience.Chooses(h, path, a.ages[h.ID], a.aid[h.ID], a.today)
		switch {
		case !chosen || a.except[h.ID] || !a.inScope(path):
			return nil
		case h.Status.Ended():
			return a.skip(h.ID, model.SkipLeft)
		case h.MutedOn(a.today):
			return a.skip(h.ID, model.SkipMuted)
		}
		a.targets[h.ID] = &target{vars: []string{h.ID, a.heads[h.ID], a.units[h.UnitID].Name, a.cadres[h.ID], a.heads[h.ID]}}
		return nil
	})
}

// reachAccounts makes one row for every person who looks after chosen households, however many.
func (a *audience) reachAccounts(ctx context.Context) error {
	behind := map[string][]string{}
	err := a.store.EachAccount(ctx, func(acc model.Account) error {
		for _, id := range acc.Households(a.now()) {
			b, _ := acc.Binding(id, a.now())
			switch {
			case a.targets[id] == nil || b.View != model.ViewFull:
			case b.Quiet:
				a.targets[id].stopped = true
			default:
				behind[acc.ID] = append(behind[acc.ID], id)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.store.EachIdentity(ctx, model.ChannelOA, func(i model.Identity) error {
		households := behind[i.AccountID]
		if len(households) == 0 {
			return nil
		}
		a.merged += len(households) - 1
		for _, id := range households {
			a.targets[id].reached = true
		}
		vars := slices.Clone(a.targets[households[0]].vars)
		vars[0] = strings.Join(households, "、")
		return a.reach(i, households, "", vars)
	})
}

// reach yields the row of somebody whom WeChat knows.
func (a *audience) reach(i model.Identity, households []string, cadreID string, vars []string) error {
	id := model.RecipientID(a.b.ID, model.RecipientPerson(i.ID))
	if a.received[id] {
		a.merged++
		return nil
	}
	a.received[id] = true
	r := model.Recipient{
		ID: id, BroadcastID: a.b.ID, Lane: laneOf(id), Households: households, CadreID: cadreID, IdentityID: i.ID, OpenID: i.OpenID,
		WindowUntil: i.WindowUntil, Vars: a.used(vars), State: model.RecipientPending,
	}
	a.judge(&r)
	return a.yield(r)
}

// judge marks a recipient to whom the texts cannot go as they are filled in.
func (a *audience) judge(r *model.Recipient) {
	switch {
	case a.b.Content.Missing(r.Vars) != "":
		r.State, r.Reason, r.At = model.RecipientFailed, model.SkipEmpty, a.now()
	case r.State == model.RecipientPending && a.b.Content.Fill(r.Vars).Fault(fields, a.b.Mass) != "":
		r.State, r.Reason, r.At = model.RecipientFailed, model.SkipField, a.now()
	}
}

// used keeps the values of the variables that the texts have, so that a row holds no more of a person than it needs.
func (a *audience) used(vars []string) []string {
	kept := make([]string, len(vars))
	for i, name := range model.Variables {
		if a.b.Content.Uses(name) {
			kept[i] = vars[i]
		}
	}
	return kept
}

// theRest are those of whom nobody is known in WeChat, or nobody wants messages: what has to be told to everybody is
// told to them in person.
func (a *audience) theRest(context.Context) error {
	for _, id := range sortedTargets(a.targets) {
		if a.targets[id].reached {
			continue
		}
		r := model.Recipient{ID: model.RecipientID(a.b.ID, id), BroadcastID: a.b.ID, Vars: a.used(a.targets[id].vars)}
		if a.b.Audience.To == "cadres" {
			r.CadreID = id
		} else {
			r.Households = []string{id}
		}
		r.State, r.Reason, r.At = unreached(a.b), model.SkipNoAccount, a.now()
		if a.targets[id].stopped {
			r.Reason = model.SkipStopped
		}
		if r.State == model.RecipientByHand {
			a.judge(&r)
		}
		if err := a.yield(r); err != nil {
			return err
		}
	}
	return nil
}

func sortedTargets(m map[string]*target) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (a *audience) skip(id, reason string) error {
	r := model.Recipient{ID: model.RecipientID(a.b.ID, id), BroadcastID: a.b.ID, State: model.RecipientSkipped, Reason: reason, At: a.now()}
	switch {
	case strings.HasPrefix(id, "H-"):
		r.Households = []string{id}
	case a.b.Audience.To == "cadres":
		r.CadreID = id
	}
	return a.yield(r)
}

func (a *audience) toCadres(ctx context.Context) error {
	roles := map[string][]model.PairingRole{}
	err := a.store.EachPairing(ctx, func(p model.Pairing) error {
		if p.OpenOn(a.today) {
			roles[p.CadreID] = append(roles[p.CadreID], p.Role)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = a.store.EachCadre(ctx, func(c model.Cadre) error {
		path := a.path(c.UnitID)
		switch {
		case !a.listed[c.ID] && !a.b.Audience.ChoosesCadre(path, roles[c.ID]), a.except[c.ID], !a.inScope(path):
			return nil
		case c.Status != model.CadreActive:
			return a.skip(c.ID, model.SkipLeft)
		}
		a.targets[c.ID] = &target{vars: []string{"", "", a.units[c.UnitID].Name, c.Name, c.Name}}
		return nil
	})
	if err != nil {
		return err
	}
	accounts, err := a.store.CadreAccounts(ctx)
	if err != nil {
		return err
	}
	cadreOf := map[string]string{}
	for _, acc := range accounts {
		cadreOf[acc.ID] = acc.CadreID
	}
	err = a.store.EachIdentity(ctx, model.ChannelOA, func(i model.Identity) error {
		id := cadreOf[i.AccountID]
		t := a.targets[id]
		if t == nil {
			return nil
		}
		t.reached = true
		return a.reach(i, nil, id, t.vars)
	})
	if err != nil {
		return err
	}
	return a.theRest(ctx)
}

// unreached is what becomes of somebody whom WeChat does not reach.
func unreached(b model.Broadcast) model.RecipientState {
	if b.ByHand {
		return model.RecipientByHand
	}
	return model.RecipientSkipped
}
