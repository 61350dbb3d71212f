// Package bigfarm invents a farm of any size for the fault tests and the benchmarks: every cadre follows the simulated
// account and, where reminders are measured, is paired with a household, and a reminder to all of them is due now.
package bigfarm

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/model"
)

// TemplateID is the template of the reminders that ByTemplate gives to the account.
const TemplateID = "big-farm-reminder"

const template = "{{thing1.DATA}}\n{{date2.DATA}}\n{{thing3.DATA}}"

// Way is how the reminders can go.
type Way int

// ByWindow sends customer messages to cadres who have just written: each one sent is one received. ByTemplate sends
// template messages, of which WeChat takes a repeat for the first within ten minutes. Of the last two no reminder is
// due: a broadcast goes by one or the other.
const (
	ByWindow Way = iota
	ByTemplate
	BroadcastByWindow
	BroadcastByTemplate
)

func (w Way) reminds() bool { return w == ByWindow || w == ByTemplate }

func (w Way) template() bool { return w == ByTemplate || w == BroadcastByTemplate }

// Stage is the stage that is due from this hour on.
const Stage = "now"

// Cadre is the number of the i-th cadre.
func Cadre(i int) string { return fmt.Sprintf("C-%05d", i) }

// Household is the number of the household that is the i-th cadre's.
func Household(i int) string { return fmt.Sprintf("H-%05d", i) }

// Follower is the i-th cadre's id in the simulator.
func Follower(i int) string { return strings.ToLower(Cadre(i)) }

// farmUnit is the one unit of the farm.
const farmUnit = "U-BIG"

// Load writes a farm of n cadres into a migrated database, and their followers into the simulator.
func Load(ctx context.Context, store *repo.Store, sim *wxsim.Sim, n int, way Way, now time.Time) error {
	record := model.NewRecord(now, "bigfarm")
	farm := model.Farm{Settings: settings(way, now), Units: []model.Unit{{ID: farmUnit, Record: record, Name: "大农场", Kind: model.UnitFarm}}}
	farm.Settings.Record = record
	var crowd crowd
	for i := range n {
		crowd.cadres = append(crowd.cadres, model.Cadre{ID: Cadre(i), Record: record, Name: "干部", UnitID: farmUnit, Status: model.CadreActive})
		crowd.bind(sim, Follower(i), model.Account{CadreID: Cadre(i)}, way, now)
		if !way.reminds() {
			continue
		}
		farm.Households = append(farm.Households, model.Household{ID: Household(i), Record: record, UnitID: farmUnit, Status: model.StatusUnderAssistance})
		from := model.Date("2016-01-01")
		farm.Pairings = append(farm.Pairings, model.Pairing{
			ID: model.PairingID(Household(i), Cadre(i), from), Record: record, HouseholdID: Household(i), CadreID: Cadre(i),
			Role: model.PairingLead, From: from,
		})
	}
	if err := store.PutFarm(ctx, farm); err != nil {
		return err
	}
	if err := sim.AddTemplate("oa", wxsim.Template{ID: TemplateID, Title: "提醒", Content: template}); err != nil {
		return err
	}
	return store.InsertCrowd(ctx, crowd.cadres, crowd.accounts, crowd.identities)
}

// Households adds n households with one follower each, and gives the followers' openids.
func Households(ctx context.Context, store *repo.Store, sim *wxsim.Sim, n int, now time.Time) (openIDs []string, err error) {
	var crowd crowd
	farm := model.Farm{}
	for i := range n {
		farm.Households = append(farm.Households, model.Household{
			ID: Household(i), Record: model.NewRecord(now, "bigfarm"), UnitID: farmUnit, Status: model.StatusUnderAssistance,
		})
		crowd.bind(sim, fmt.Sprintf("h-%05d", i), model.Account{
			Bindings: []model.Binding{{HouseholdID: Household(i), View: model.ViewFull, Since: now.UTC()}},
		}, ByWindow, now)
		openIDs = append(openIDs, crowd.identities[i].OpenID)
	}
	farm.Settings, err = store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return openIDs, errors.Join(store.PutFarm(ctx, farm), store.InsertCrowd(ctx, nil, crowd.accounts, crowd.identities))
}

// settings make a stage due from this hour on, at any hour of any day; or none, and no cap on broadcasts.
func settings(way Way, now time.Time) model.Settings {
	s := model.DefaultSettings()
	local := now.In(model.Shanghai)
	s.AidDay, s.QuietFrom, s.QuietTo = 15, 0, 0
	s.Stages = nil
	if way.reminds() {
		s.Stages = []model.Stage{{Key: Stage, Days: local.Day() - s.AidDay, Hour: local.Hour(), Hours: 12, To: model.ToCadre}}
	} else {
		s.CapPerDay = 0
	}
	if way.template() {
		s.Templates = map[string]model.Templates{"reminder": {Message: TemplateID}, "broadcast": {Message: TemplateID}}
	}
	return s
}

// crowd are people whom WeChat knows.
type crowd struct {
	cadres     []model.Cadre
	accounts   []model.Account
	identities []model.Identity
}

// bind makes a follower of the simulated account the one who has the account here.
func (c *crowd) bind(sim *wxsim.Sim, follower string, account model.Account, way Way, now time.Time) {
	u := sim.AddUser(wxsim.User{ID: follower, Name: "群众", Group: "crowd", Following: true})
	account.ID, account.Rev, account.CreatedAt = model.UnionAccountID(u.UnionID), 1, now.UTC()
	identity := model.Identity{
		ID: model.IdentityID(model.ChannelOA, u.OAOpenID), Channel: model.ChannelOA, OpenID: u.OAOpenID,
		UnionID: u.UnionID, AccountID: account.ID, FirstSeenAt: now.UTC(),
	}
	if !way.template() {
		identity.WindowUntil = now.Add(24 * time.Hour).UTC()
	}
	c.accounts, c.identities = append(c.accounts, account), append(c.identities, identity)
}

// Reminders are the keys of the reminders that are due, by the number of the cadre.
func Reminders(n int, now time.Time) map[string]int {
	keys := map[string]int{}
	for i := range n {
		keys[model.ReminderKey(model.Stage{Key: Stage}, model.DateOf(now).Period(), Cadre(i))] = i
	}
	return keys
}

// Staff logs two people of the office in, of whom the first is the author-th cadre, and gives their tokens.
func Staff(ctx context.Context, store *repo.Store, author int, now time.Time) (first, second string, err error) {
	for i, name := range []string{"first", "second"} {
		token := rand.Text()
		staff := model.Staff{ID: name, Record: model.NewRecord(now, "bigfarm"), Name: "同志", Assignments: []model.RoleAssignment{{Role: model.RoleOffice}}, PasswordHash: "none",
			TOTP: []byte("none")} // posts like this one ask for a second factor
		if i == 0 {
			staff.CadreID, first = Cadre(author), token
		}
		second = token
		sum := sha256.Sum256([]byte(token))
		session := model.Session{ID: hex.EncodeToString(sum[:]), StaffID: name, CreatedAt: now.UTC(), ExpiresAt: now.Add(24 * time.Hour).UTC()}
		if err := errors.Join(store.InsertStaff(ctx, staff), store.InsertSession(ctx, session)); err != nil {
			return "", "", err
		}
	}
	return first, second, nil
}
