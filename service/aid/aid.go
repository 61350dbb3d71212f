// Package aid is what a household can get: programmes as rules, who they fit and why, and the way of an
// application from the first press to the money. Every answer names the rule, the value, its source and its date.
package aid

import (
	"context"

	"bangfu/repo"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"

	"golang.org/x/sync/errgroup"
)

// Service keeps programmes and applications. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	access *access.Service
	ledger *ledger.Service
	notify *notify.Service
	mini   *wechat.Client
	now    model.Clock
}

// New makes the service and sets the guard that drops a notice once its application has moved on. mini is the client
// of the mini-program, which has WeChat look at what people write.
func New(store *repo.Store, l *ledger.Service, n *notify.Service, mini *wechat.Client, now model.Clock) *Service {
	s := &Service{store: store, access: access.New(store, now), ledger: l, notify: n, mini: mini, now: now}
	n.Register(notify.Purpose{Name: purposeApplication, Guard: notify.OneByOne(s.stillThere)})
	return s
}

func (s *Service) today() model.Date { return model.DateOf(s.now()) }

// known is what the registry and the books hold of a household; access.ErrUnknown when there is none.
func (s *Service) known(ctx context.Context, householdID string) (k model.EligibilityInput, err error) {
	g, reading := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		k.Household, err = s.store.Household(reading, householdID)
		if model.IsKind(err, model.KindNotFound) {
			return access.ErrUnknown
		}
		if err == nil {
			k.Entries, err = s.store.EntriesTo(reading, k.Household.Numbers()...) // what one of them got, both have got
		}
		return err
	})
	g.Go(func() (err error) { k.Persons, err = s.store.PersonsOf(reading, householdID); return err })
	g.Go(func() (err error) { k.Incomes, err = s.store.IncomesOf(reading, householdID); return err })
	return k, g.Wait()
}

// memberOf is the living member with this id; nil without an id or when there is none.
func memberOf(k model.EligibilityInput, personID string, day model.Date) *model.Person {
	for _, m := range k.Members(day) {
		if m.ID == personID && personID != "" {
			return &m
		}
	}
	return nil
}
