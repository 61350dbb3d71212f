package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
)

// outgoing is a message of a chunk. It has an outcome once o.State is set.
type outgoing struct {
	model.Message
	to  model.Identity
	o   Outcome
	err error // nothing was sent
}

// sending is a chunk of messages on its way.
type sending struct {
	*Service
	ladder  *DeliveryPolicy
	today   model.Date
	later   map[string]error // why messages are to be tried again, queue.Later when
	settled []repo.Settled   // outcomes of those that are not sent
	hand    []model.Message  // of them, those that are to be told in person
}

// Send brings messages one step on, a chunk of them at once. It answers those that are to be tried again, with the
// reason; queue.Later says when. An error means that all of them are.
func (s *Service) Send(ctx context.Context, ids ...string) (later map[string]error, err error) {
	list, err := s.store.MessagesByID(ctx, ids) // one that is not there was of a person who unfollowed
	if err != nil || len(list) == 0 {
		return nil, err
	}
	c := &sending{Service: s, today: model.DateOf(s.now()), later: map[string]error{}}
	if c.ladder, err = s.DeliveryPolicy(ctx); err != nil {
		return nil, err
	}
	queued, err := c.queued(ctx, list)
	if err != nil {
		return nil, err
	}
	ready, err := c.ready(ctx, queued)
	if err != nil {
		return nil, err
	}
	if err := c.settleUnsent(ctx); err != nil {
		return nil, err
	}
	if err := c.prefetch(ctx, ready); err != nil {
		return nil, err
	}
	f := Flow[outgoing]{Write: c.write, Send: c.send}
	err = f.Run(ctx, ready)
	return c.later, c.end(context.WithoutCancel(ctx), ready, err)
}

// queued are those of the messages that wait to be sent. Of one that somebody is sending, or was when they crashed,
// nobody can know whether WeChat got it: a second copy is worse than a gap that a person can see.
func (c *sending) queued(ctx context.Context, list []model.Message) (queued []*outgoing, err error) {
	for _, m := range list {
		switch {
		case m.State == model.MessageQueued && !c.now().Before(m.ExpiresAt):
			c.settle(m, model.MessageExpired, "stale")
		case m.State == model.MessageQueued:
			queued = append(queued, &outgoing{Message: m})
		case m.State == model.MessageSending && c.now().Before(m.LeaseUntil):
			c.later[m.ID] = queue.RetryAt{At: m.LeaseUntil, Err: fmt.Errorf("message %s: being sent", m.ID)}
		case m.State == model.MessageSending:
			err = c.unknown(ctx, m, repo.Settlement{Reason: "sender died", Way: m.Way})
		case m.State == model.MessageAccepted:
			err = c.lookForReport(ctx, m.ID, m.IdentityID)
		}
		if err != nil {
			return nil, err
		}
	}
	return queued, nil
}

// ready are those that may go now: the person is known, what it is about still stands, it is not night, and the person
// has not got enough today. What has priority goes first.
func (c *sending) ready(ctx context.Context, list []*outgoing) (ready []*outgoing, err error) {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.IdentityID
	}
	identities, err := c.store.IdentitiesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var own []*outgoing
	for _, x := range list {
		to, known := identities[x.IdentityID]
		switch x.to = to; {
		case !known:
			c.settle(x.Message, model.MessageByHand, "no identity")
		case c.ladder.suspended(to.Channel):
			c.later[x.ID] = queue.RetryAt{At: c.ladder.suspendedUntil(to.Channel, allChannels).Until, Err: errHeld}
		case x.OwnAccord:
			own = append(own, x)
		default:
			ready = append(ready, x)
		}
	}
	if own, err = c.standing(ctx, own); err != nil {
		return nil, err
	}
	slices.SortStableFunc(own, func(a, b *outgoing) int { return cmp.Compare(c.rank(a), c.rank(b)) })
	allowed, err := c.allowed(ctx, c.awake(own))
	return append(ready, allowed...), err
}

func (c *sending) rank(x *outgoing) int {
	if c.purposes[x.Purpose].First {
		return 0
	}
	return 1
}

// standing leaves what still stands, as the guards of the purposes say.
func (c *sending) standing(ctx context.Context, list []*outgoing) (left []*outgoing, err error) {
	of := map[string][]*model.Message{}
	for _, x := range list {
		if c.purposes[x.Purpose].Guard != nil {
			of[x.Purpose] = append(of[x.Purpose], &x.Message)
		}
	}
	over := map[string]bool{}
	for purpose, messages := range of {
		stand, err := c.purposes[purpose].Guard(ctx, messages)
		if err != nil {
			return nil, err
		}
		for i, m := range messages {
			if !stand[i] {
				over[m.ID] = true
				c.settle(*m, model.MessageDropped, "settled meanwhile")
			}
		}
	}
	return slices.DeleteFunc(list, func(x *outgoing) bool { return over[x.ID] }), nil
}

// awake keeps what nobody asked for back in the quiet hours.
func (c *sending) awake(list []*outgoing) (left []*outgoing) {
	at := c.ladder.settings.AfterQuiet(c.now())
	if !at.After(c.now()) {
		return list
	}
	for _, x := range list {
		if x.Urgent {
			left = append(left, x)
			continue
		}
		if at.Before(x.ExpiresAt) {
			c.later[x.ID] = queue.RetryAt{At: at, Err: errQuiet}
			continue
		}
		c.settle(x.Message, model.MessageExpired, "quiet hours until the end")
	}
	return left
}

// firstPlace marks the places of what goes first.
const firstPlace = "first|"

func (c *sending) placeName(x *outgoing) string {
	if c.purposes[x.Purpose].First {
		return firstPlace + x.ID
	}
	return x.ID
}

// fits reports whether a place is within the limit of a day. Of a cadre's one place is kept for what goes first, until that
// has come.
func (c *sending) fits(x *outgoing, p repo.Place, limit int) bool {
	if p.Counted+len(p.Before) >= limit {
		return false
	}
	others := p.Counted
	for _, name := range p.Before {
		if !strings.HasPrefix(name, firstPlace) {
			others++
		}
	}
	return c.purposes[x.Purpose].First || x.HouseholdID != "" || limit == 1 || others < limit-1
}

// allowed takes a place among each person's messages of the day, or says that they have got enough.
func (c *sending) allowed(ctx context.Context, list []*outgoing) (left []*outgoing, err error) {
	limit := c.ladder.settings.CapPerDay
	places := map[string][]string{}
	for _, x := range list {
		if !x.Uncapped && limit > 0 {
			places[x.IdentityID] = append(places[x.IdentityID], c.placeName(x))
		}
	}
	if len(places) == 0 {
		return list, nil
	}
	taken, err := c.store.ReserveSends(ctx, places, c.today)
	if err != nil {
		return nil, err
	}
	tomorrow := c.ladder.settings.AfterQuiet(c.today.AddDays(1).Start())
	back := map[string][]string{}
	for _, x := range list {
		if x.Uncapped || limit <= 0 || c.fits(x, taken[c.placeName(x)], limit) {
			left = append(left, x)
			continue
		}
		back[x.IdentityID] = append(back[x.IdentityID], c.placeName(x))
		if tomorrow.Before(x.ExpiresAt) {
			c.later[x.ID] = queue.RetryAt{At: tomorrow, Err: errCap}
		} else {
			c.settle(x.Message, model.MessageByHand, "cap of the day")
		}
	}
	return left, c.store.ReleaseSends(ctx, back, c.today)
}

func (c *sending) prefetch(ctx context.Context, list []*outgoing) error {
	of := map[string][]string{}
	for _, x := range list {
		if x.OwnAccord && x.About != "" {
			of[x.Purpose] = append(of[x.Purpose], x.IdentityID)
		}
	}
	for purpose, ids := range of {
		if err := c.ladder.Prefetch(ctx, purpose, ids...); err != nil {
			return err
		}
	}
	return nil
}

func (x *outgoing) content() Content {
	content := Content{Key: x.ID, Purpose: x.Purpose, Text: x.Text, Spent: x.Spent, Until: x.ExpiresAt}
	if x.OwnAccord {
		content.About, content.When, content.More = x.About, x.When, x.More
	}
	return content
}

// send tells one person. A way that rests is waited for, if the message lives that long.
func (c *sending) send(ctx context.Context, x *outgoing) {
	x.o, x.err = c.ladder.Attempt(ctx, x.content(), x.to)
	if x.err != nil {
		x.o = Outcome{State: model.MessageQueued}
	}
}

// settle ends a message that is not sent.
func (c *sending) settle(m model.Message, state model.MessageState, why string) {
	c.settled = append(c.settled, repo.Settled{MessageID: m.ID, Settlement: repo.Settlement{State: state, Reason: why, Way: m.Way, At: c.now()}})
	if state == model.MessageByHand {
		c.hand = append(c.hand, m)
	}
}

func (c *sending) settleUnsent(ctx context.Context) error {
	if err := c.handOver(ctx, c.hand...); err != nil {
		return err
	}
	_, err := c.store.WriteMessages(ctx, c.settled, nil, time.Time{})
	return err
}

// write keeps outcomes and marks who is next. What joins a message to WeChat's report, and what a cadre has to tell,
// comes first: a message that counts as sent has it.
func (c *sending) write(ctx context.Context, done, next []*outgoing) (mine []*outgoing, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience.Of(5*time.Second))
	defer cancel()
	if err := c.Joinable(ctx, deliveriesOf(done)...); err != nil {
		return nil, err
	}
	var hand []model.Message
	settled := make([]repo.Settled, len(done))
	for i, x := range done {
		settled[i] = repo.Settled{MessageID: x.ID, Settlement: repo.Settlement{
			State: x.o.State, At: c.now(), ErrCode: x.o.ErrCode, RID: x.o.RID, Reason: x.o.Reason, Way: x.o.Way, Spent: x.o.Spent, Steps: x.o.Steps,
		}}
		if x.o.State == model.MessageByHand {
			hand = append(hand, x.Message)
		}
	}
	if err := c.handOver(ctx, hand...); err != nil {
		return nil, err
	}
	ids := make([]string, len(next))
	for i, x := range next {
		ids[i] = x.ID
	}
	taken, err := c.store.WriteMessages(ctx, settled, ids, c.now().Add(c.patience.Of(sendLease)))
	for _, x := range next {
		if taken[x.ID] {
			mine = append(mine, x)
		}
	}
	return mine, err
}

// end does what follows from the outcomes of a chunk, for all of them at once.
func (c *sending) end(ctx context.Context, list []*outgoing, failed error) error {
	ways, back := map[string]int{}, map[string][]string{}
	var joined []Joined
	for _, x := range list {
		if !x.o.went() && !x.Uncapped && x.OwnAccord {
			back[x.IdentityID] = append(back[x.IdentityID], c.placeName(x))
		}
		switch x.o.State {
		case "": // not begun, or somebody else's: should they crash, whoever does the work again notices
			c.later[x.ID] = queue.RetryAt{At: c.now().Add(c.patience.Of(sendLease)), Err: errBegun}
			if failed != nil {
				c.later[x.ID] = queue.RetryAt{Err: failed}
			}
			continue
		case model.MessageQueued:
			c.later[x.ID] = queue.RetryAt{At: x.o.RetryAt, Err: cmp.Or(x.err, error(errRetry))}
			continue
		case model.MessageAccepted:
			ways[model.ChannelKey(x.to.Channel, x.o.Way)]++
		}
		joined = append(joined, deliveriesOf([]*outgoing{x})...)
	}
	for way, n := range ways {
		if err := c.store.IncrChannelCount(ctx, way, n, c.today); err != nil {
			c.log.ErrorContext(ctx, "messages not counted", "error", err)
		}
	}
	if err := c.store.ReleaseSends(ctx, back, c.today); err != nil {
		c.log.ErrorContext(ctx, "places of the day not given back", "error", err)
	}
	if err := c.Reports(ctx, joined...); err != nil {
		return err
	}
	return failed
}

// deliveriesOf are the messages that WeChat will report on.
func deliveriesOf(list []*outgoing) (joined []Joined) {
	for _, x := range list {
		if x.o.went() {
			joined = append(joined, Joined{Key: x.ID, To: x.to, Way: x.o.Way, WechatID: x.o.WechatID, Unknown: x.o.State == model.MessageUnknown})
		}
	}
	return joined
}
