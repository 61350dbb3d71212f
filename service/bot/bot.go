// Package bot answers what people write to the official account. One table of commands serves words,
// menu keys, QR scenes and spoken messages; every answer is short lines with numbered choices, so that
// one digit is enough to go on.
package bot

import (
	"context"
	"errors"
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
	Turns   *queue.Turns
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

// respond answers one push, in the order in which the person sent them, and says what the person is shown by it.
func (s *Service) respond(ctx context.Context, p *push) (string, shown, error) {
	switch p.Event {
	case "unsubscribe":
		if err := s.claim(ctx); err != nil {
			return "", shown{}, err
		}
		return "", shown{}, s.Account.Erase(ctx, p.Channel, p.OpenID)
	case "MASSSENDJOBFINISH": // from WeChat itself: there is nobody to meet
		if err := s.claim(ctx); err != nil {
			return "", shown{}, err
		}
		return "", shown{}, s.Broadcast.MassFinished(ctx, p.Inbound)
	}
	last := s.lastShown(ctx, p)
	caller, err := s.Account.Identify(ctx, p.Channel, p.OpenID, last.Account)
	if err != nil {
		return "", shown{}, err
	}
	kept := caller.Identity
	caller.Identity = last.over(kept)
	a, err := s.dispatch(ctx, caller, p.Inbound)
	if errors.As(err, new(repeated)) {
		return "", shown{}, err
	}
	if err != nil {
		a, err = say(apology(err)), s.note(ctx, err)
	}
	a = a.withWay()
	show, touchErr := s.touch(ctx, p, kept, caller, a)
	if touchErr != nil && err == nil {
		err = touchErr
	}
	return fit(a.text), show, err
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

// touch keeps what follows from a push: until when we may write to the person, and what their next digit means. A push
// without an answer leaves the choices as they are. What a push that changes nothing shows is kept in Redis alone: if it
// is lost, the person sees the list again.
func (s *Service) touch(ctx context.Context, p *push, kept model.Identity, caller account.Caller, a answer) (shown, error) {
	id, now := caller.Identity, s.Now()
	next := shown{Account: caller.Account.ID, Choices: a.choices, Past: id.Past, At: now}
	if a.text == "" {
		next.Choices, next.At = id.Choices, id.ChoicesAt
	} else if !slices.Equal(a.choices, id.Choices) && hasDigits(id.Choices) {
		next.Past = id.Choices
	}
	stored := next.Choices
	if !p.isClaimed() && !p.turn.Away && !slices.Equal(stored, kept.Choices) {
		stored = nil
	}
	window := s.windowAfter(kept, p.Inbound)
	sameWindow := window.Equal(kept.WindowUntil) || window.Sub(kept.WindowUntil) < slack && kept.WindowUntil.Sub(now) > slack
	sameChoices := slices.Equal(stored, kept.Choices) && (len(stored) == 0 || next.At.Sub(kept.ChoicesAt) < slack)
	if sameWindow && sameChoices {
		return next, nil
	}
	err := s.Store.TouchIdentity(ctx, id.ID, window, stored, next.Past, next.At)
	if model.IsKind(err, model.KindNotFound) {
		return shown{}, nil // unfollowed in the same moment
	}
	return next, err
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
