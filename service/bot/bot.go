// Package bot answers what people write to the official account. One table of commands serves words,
// menu keys, QR scenes and spoken messages; every answer is short lines with numbered choices, so that
// one digit is enough to go on.
package bot

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/aid"
	"bangfu/service/broadcast"
	"bangfu/service/coop"
	"bangfu/service/fund"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"
	"bangfu/service/visit"
)

// Services are what the bot asks for its answers.
type Services struct {
	Store   *repo.Store
	Locks   *queue.Locks
	Access  *access.Service
	Account *account.Service
	Notify  *notify.Service
	People  *people.Service
	Ledger  *ledger.Service
	Fund    *fund.Service
	Visit   *visit.Service
	Aid     *aid.Service
	Coop    *coop.Service
	Now     model.Clock

	Broadcast *broadcast.Service
	Log       *slog.Logger

	Patience  model.Patience
	PublicURL string // where the public pages are reached from outside; empty when nobody has said
}

// Service is the bot. Safe for concurrent use.
type Service struct {
	Services
	line    *line
	learned *learned
}

// New makes the bot.
func New(s Services) *Service { return &Service{Services: s, line: newLine(), learned: &learned{}} }

// Close waits for answers under way; call it after the callers have stopped.
func (s *Service) Close() { s.line.close() }

// today is the business day.
func (s *Service) today() model.Date { return model.DateOf(s.Now()) }

// respond answers one push, in the order in which the person sent them.
func (s *Service) respond(ctx context.Context, in model.Inbound) (string, error) {
	if in.Event == "unsubscribe" {
		return "", s.Account.Erase(ctx, in.Channel, in.OpenID)
	}
	if in.Event == "MASSSENDJOBFINISH" {
		return "", s.Broadcast.MassFinished(ctx, in) // from WeChat itself: there is nobody to meet
	}
	caller, err := s.Account.Identify(ctx, in.Channel, in.OpenID)
	if err != nil {
		return "", err
	}
	a, err := s.dispatch(context.WithValue(ctx, pushKey{}, in.Key()), caller, in)
	if err != nil {
		a, err = say(apology(err)), s.note(ctx, err)
	}
	a = a.withWay()
	if touchErr := s.touch(ctx, caller.Identity, in, a); touchErr != nil && err == nil {
		err = touchErr
	}
	return fit(a.text), err
}

// The windows in which WeChat lets us write to a person, by what they did. Source: customer service
// messages, developers.weixin.qq.com.
const (
	messageWindow = 48 * time.Hour
	tapWindow     = time.Minute
)

// windowAfter is until when we may write to the person after the push; most events open no window.
func (s *Service) windowAfter(id model.Identity, in model.Inbound) time.Time {
	until := id.WindowUntil
	switch {
	case !in.IsEvent():
		until = s.Now().Add(messageWindow)
	case slices.Contains([]string{"subscribe", "SCAN", "CLICK", "user_enter_tempsession"}, in.Event):
		if soon := s.Now().Add(tapWindow); soon.After(until) {
			until = soon
		}
	}
	return until
}

// slack is how far behind the kept window and choices may lag, so that not every message costs a write.
const slack = 5 * time.Minute

// touch keeps what follows from a push: until when we may write to the person, and what their next digit
// means. A push without an answer leaves the choices as they are.
func (s *Service) touch(ctx context.Context, id model.Identity, in model.Inbound, a answer) error {
	now, window := s.Now(), s.windowAfter(id, in)
	choices, at := a.choices, now
	if a.text == "" {
		choices, at = id.Choices, id.ChoicesAt
	}
	sameWindow := window.Equal(id.WindowUntil) || window.Sub(id.WindowUntil) < slack && id.WindowUntil.Sub(now) > slack
	if sameWindow && slices.Equal(choices, id.Choices) && at.Sub(id.ChoicesAt) < slack {
		return nil
	}
	past := id.Past
	if !slices.Equal(choices, id.Choices) && hasDigits(id.Choices) {
		past = id.Choices
	}
	err := s.Store.TouchIdentity(ctx, id.ID, window, choices, past, at)
	if model.IsKind(err, model.KindNotFound) {
		return nil // unfollowed in the same moment
	}
	return err
}

func hasDigits(list []model.Choice) bool {
	return slices.ContainsFunc(list, func(c model.Choice) bool { return c.Digit != "" })
}

// apology is the sentence for a failed command.
func apology(err error) string {
	switch model.KindOf(err) {
	case model.KindInternal, model.KindUnavailable:
		return "对不起,系统这会儿有点忙,没查出来。\n请过几分钟再发一次,您的资料都在。"
	default:
		return messageOf(err) + "。"
	}
}
