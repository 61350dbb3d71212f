package notify

import (
	"context"
	"slices"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
)

// handOver puts what households could not be told on the lists of their cadres.
func (s *Service) handOver(ctx context.Context, list ...model.Message) error {
	notices := make([]model.InPersonNotice, 0, len(list))
	for _, m := range list {
		if m.HouseholdID != "" && s.now().Before(m.HandUntil) {
			notices = append(notices, model.InPersonNotice{ID: m.ID, HouseholdID: m.HouseholdID, Text: m.Text, At: s.now().UTC(), Until: m.HandUntil})
		}
	}
	return s.QueueInPerson(ctx, notices...)
}

// QueueInPerson puts notices on the list of what cadres tell in person.
func (s *Service) QueueInPerson(ctx context.Context, list ...model.InPersonNotice) error {
	return s.store.PutInPersonNotices(ctx, list)
}

// CancelInPerson takes one off the list: nobody needs to be told any more.
func (s *Service) CancelInPerson(ctx context.Context, key string) error {
	return s.store.DropInPersonNotice(ctx, key)
}

// InPersonQueue is what the households' cadre tells them in person, oldest first.
func (s *Service) InPersonQueue(ctx context.Context, houses ...access.Household) (list []model.InPersonNotice, err error) {
	all, err := s.store.InPersonNotices(ctx)
	for _, n := range all {
		if among(houses, n.HouseholdID) && s.now().Before(n.Until) {
			list = append(list, n)
		}
	}
	return list, err
}

func among(houses []access.Household, id string) bool {
	return slices.ContainsFunc(houses, func(h access.Household) bool { return h.ID() == id })
}

// ConfirmInPerson notes that a cadre of the households told one of them; the message may be named as the cadre's phone knows
// it (model.Outward). Telling it twice is no error, and what is another household's is not there.
func (s *Service) ConfirmInPerson(ctx context.Context, cadre access.Cadre, messageID string, houses ...access.Household) error {
	return s.confirmInPerson(ctx, cadre, messageID, func(id string) bool { return among(houses, id) })
}

// ConfirmAtVisit is the same of the household that a visit was to, which the visit has looked at.
func (s *Service) ConfirmAtVisit(ctx context.Context, cadre access.Cadre, messageID, householdID string) error {
	return s.confirmInPerson(ctx, cadre, messageID, func(id string) bool { return id == householdID })
}

// confirmInPerson settles what was told, whoever keeps the row of it, and then takes it off the list.
func (s *Service) confirmInPerson(ctx context.Context, cadre access.Cadre, messageID string, theirs func(householdID string) bool) error {
	list, err := s.store.InPersonNotices(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(n model.InPersonNotice) bool {
		return theirs(n.HouseholdID) && model.IsOutward(n.ID, messageID)
	})
	if i < 0 {
		return nil
	}
	key := list[i].ID
	if p, kept := s.owner(key); kept {
		err = p.OnToldInPerson(ctx, key, cadre.ID())
	} else {
		err = settledAlready(s.store.MoveMessage(ctx, key, []model.MessageState{model.MessageByHand}, model.MessageArrived, time.Time{}, s.now()))
	}
	if err != nil {
		return err
	}
	return s.store.DropInPersonNotice(ctx, key)
}

// Sending is how the way out stands: what is held back, what went today, and what a person has to look at.
type Sending struct {
	Holds    []model.ChannelSuspension
	Today    map[string]int // accepted by WeChat, by way (model.WayID)
	Quota    map[string]int // the farm's own limits a day, by way
	Troubles []model.Message
	ToTell   []model.InPersonNotice
}

// troublesShown is how many messages a person can look through at once.
const troublesShown = 200

// Sending now. Of messages to households only those are shown that the list reaches, and to whoever may read those
// households; of messages to others, to whoever may look at the whole farm's.
func (s *Service) Sending(ctx context.Context, l access.Lists) (o Sending, err error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return o, err
	}
	o.Quota, o.Today = settings.DayQuota, map[string]int{}
	holds, err := s.store.ChannelSuspensions(ctx)
	if err != nil {
		return o, err
	}
	o.Holds = slices.DeleteFunc(holds, func(h model.ChannelSuspension) bool { return !h.Stops(s.now()) })
	for _, channel := range []model.Channel{model.ChannelOA, model.ChannelMini} {
		for name := range wayLabels {
			id := model.ChannelKey(channel, name)
			if o.Today[id], err = s.store.ChannelCount(ctx, id, model.DateOf(s.now())); err != nil {
				return o, err
			}
		}
	}
	troubles, err := s.store.MessagesIn(ctx, troublesShown, model.MessageUnknown, model.MessageFailed, model.MessageByHand)
	if err != nil {
		return o, err
	}
	if o.Troubles, err = reached(ctx, l, troubles, func(m model.Message) string { return m.HouseholdID }); err != nil {
		return o, err
	}
	toTell, err := s.store.InPersonNotices(ctx)
	if err != nil {
		return o, err
	}
	o.ToTell, err = reached(ctx, l, toTell, func(n model.InPersonNotice) string { return n.HouseholdID })
	return o, err
}

// reached leaves what concerns households that the list reaches and, where it is not cut, what concerns none.
func reached[T any](ctx context.Context, l access.Lists, list []T, householdOf func(T) string) ([]T, error) {
	kept := []T{}
	for _, x := range list {
		ok, err := l.WholeFarm(), error(nil)
		if id := householdOf(x); id != "" {
			ok, err = l.CanRead(ctx, id)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, x)
		}
	}
	return kept, nil
}

// resendLife is how long a message lives after a person has it sent again.
const resendLife = 48 * time.Hour

// Resend has a message sent again that did not go, or of which nobody knows; a person takes it on themselves.
func (s *Service) Resend(ctx context.Context, farm access.Farm, messageID string) error {
	from := []model.MessageState{model.MessageUnknown, model.MessageFailed, model.MessageByHand, model.MessageExpired}
	messageID, err := s.named(ctx, messageID)
	if err != nil {
		return err
	}
	if err := s.decide(ctx, farm.Pass, messageID, from, model.MessageQueued, s.now().Add(resendLife), "重发"); err != nil {
		return err
	}
	if err := s.store.DropInPersonNotice(ctx, messageID); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, queue.SendMessage, messageID)
}

// ResendAll has messages sent again that a person has looked through, and says how many they were: one that has arrived
// meanwhile, or was sent again, is passed over.
func (s *Service) ResendAll(ctx context.Context, farm access.Farm, messageIDs []string) (int, error) {
	resent := 0
	for _, id := range messageIDs {
		err := s.Resend(ctx, farm, id)
		switch {
		case err == nil:
			resent++
		case !model.IsKind(err, model.KindConflict) && !model.IsKind(err, model.KindNotFound):
			return resent, err
		}
	}
	return resent, nil
}

// Resolve settles a message of which nobody knew whether it went: a person found out that it did, or that it
// did not and is told by hand.
func (s *Service) Resolve(ctx context.Context, farm access.Farm, messageID string, arrived bool) error {
	messageID, err := s.named(ctx, messageID)
	if err != nil {
		return err
	}
	to := model.MessageByHand
	if arrived {
		to = model.MessageArrived
	}
	if err := s.decide(ctx, farm.Pass, messageID, []model.MessageState{model.MessageUnknown}, to, time.Time{}, "查明是否送到"); err != nil || arrived {
		return err
	}
	m, err := s.store.Message(ctx, messageID)
	if err != nil {
		return err
	}
	return s.handOver(ctx, m)
}

// named is the id of a message that the office names as Sending shows it (model.Unnamed).
func (s *Service) named(ctx context.Context, given string) (string, error) {
	_, err := s.store.Message(ctx, given)
	if !model.IsKind(err, model.KindNotFound) {
		return given, err
	}
	list, err := s.store.MessagesIn(ctx, troublesShown, model.MessageUnknown, model.MessageFailed, model.MessageByHand)
	for _, m := range list {
		if model.Unnamed(m.ID) == given {
			return m.ID, err
		}
	}
	return given, err
}

func (s *Service) decide(ctx context.Context, by access.Pass, id string, from []model.MessageState, to model.MessageState, expires time.Time, why string) error {
	m, err := s.store.Message(ctx, id)
	if err != nil {
		return err
	}
	if err := s.store.MoveMessage(ctx, id, from, to, expires, s.now()); err != nil {
		return err
	}
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: by.Actor(), Action: model.AuditChange, Record: "messages/" + model.Unnamed(id), HouseholdID: m.HouseholdID, Reason: why,
	})
}
