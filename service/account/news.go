package account

import (
	"context"
	"strconv"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

// What happened to a binding.
const (
	BindingMade     = "made"
	BindingLeft     = "left"     // its person ended it
	BindingEnded    = "ended"    // somebody else of the household did, or the office
	BindingObjected = "objected" // somebody of the household does not know them
)

// BindingNews is what those who are bound are told of. It travels as the ref of an outbox row.
type BindingNews struct {
	What        string
	HouseholdID string // or
	CadreID     string
	AccountID   string // whose binding it is, or was
	By          string // the actor who ended it
	Why         string // of the office; stays in the audit log
	At          time.Time
}

// reason is what the audit log says.
func (n BindingNews) reason() string {
	switch n.What {
	case BindingLeft:
		return "本人解除绑定"
	case BindingObjected:
		return "家里人说不认识,停掉一个登记"
	}
	if n.Why != "" {
		return "停掉一个登记:" + n.Why
	}
	return "家里人停掉一个登记"
}

// askToTell has it told by a task: account and notify do not know each other.
func (s *Service) askToTell(ctx context.Context, n BindingNews) error {
	n.At = s.now()
	return s.queue.Enqueue(ctx, queue.TellBinding, n.ref())
}

func (n BindingNews) ref() string {
	return strings.Join([]string{n.What, n.HouseholdID, n.CadreID, n.AccountID, n.By, strconv.FormatInt(n.At.UnixMilli(), 10)}, "|")
}

// ReadNews reads a ref of the outbox.
func ReadNews(ref string) (BindingNews, error) {
	parts := strings.Split(ref, "|")
	if len(parts) != 6 {
		return BindingNews{}, model.NewError(model.KindInvalid, "binding_news", "登记的消息不完整")
	}
	at, err := strconv.ParseInt(parts[5], 10, 64)
	if err != nil {
		return BindingNews{}, model.NewError(model.KindInvalid, "binding_news", "登记的消息不完整").Wrap(err)
	}
	return BindingNews{
		What: parts[0], HouseholdID: parts[1], CadreID: parts[2], AccountID: parts[3], By: parts[4], At: time.UnixMilli(at),
	}, nil
}
