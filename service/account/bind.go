package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

// ErrBindCode is the one answer to every code that does not bind, whatever the cause, so that nobody
// learns from it which households or codes there are.
var ErrBindCode = model.NewError(model.KindNotFound, "bind_code_invalid", "绑定码不对或已过期,请向帮扶干部或扶贫办再要一个")

// ErrBindTries is KindTooMany: too many wrong codes.
var ErrBindTries = model.NewError(model.KindTooMany, "bind_too_many_tries", "试错的次数多了,请过十分钟再试")

// CodeFor says to whom a one-time code will tie its user: a household (wholly or as a proxy) or a cadre,
// one of the two.
type CodeFor struct {
	HouseholdID string
	Proxy       bool
	CadreID     string
}

// view of the household that the code gives.
func (to CodeFor) view() model.View {
	switch {
	case to.HouseholdID == "":
		return ""
	case to.Proxy:
		return model.ViewProxy
	}
	return model.ViewFull
}

// IssuedCode is a one-time code to hand over. Code is six digits.
type IssuedCode struct {
	Code      string
	ExpiresAt time.Time
}

// newCodeTries bounds the search for a code that is not out already.
const newCodeTries = 20

// IssueCode makes a one-time code; issuer is the id of whoever hands it over, for the record.
// The household or cadre must exist.
func (s *Service) IssueCode(ctx context.Context, to CodeFor, issuer string) (IssuedCode, error) {
	if err := s.checkCodeFor(ctx, to); err != nil {
		return IssuedCode{}, err
	}
	now := s.now().UTC()
	for range newCodeTries {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return IssuedCode{}, fmt.Errorf("issue code: %w", err)
		}
		code := fmt.Sprintf("%06d", n)
		id, err := s.codeID(code)
		if err != nil {
			return IssuedCode{}, err
		}
		row := model.BindCode{
			ID: id, HouseholdID: to.HouseholdID, View: to.view(), CadreID: to.CadreID, IssuedBy: issuer,
			IssuedAt: now, ExpiresAt: now.Add(model.BindCodeLife),
		}
		err = s.store.InsertBindCode(ctx, row)
		if err == nil {
			return IssuedCode{Code: code, ExpiresAt: row.ExpiresAt}, nil
		}
		if !model.IsKind(err, model.KindConflict) {
			return IssuedCode{}, err
		}
	}
	return IssuedCode{}, model.NewError(model.KindUnavailable, "bind_codes_busy", "暂时发不出绑定码,请稍后再试")
}

func (s *Service) checkCodeFor(ctx context.Context, to CodeFor) (err error) {
	switch {
	case (to.HouseholdID == "") == (to.CadreID == ""):
		return model.NewError(model.KindInvalid, "bind_code_for", "请写明一个户号或者一个干部编号")
	case to.HouseholdID != "":
		_, err = s.store.Household(ctx, to.HouseholdID)
	default:
		_, err = s.store.Cadre(ctx, to.CadreID)
	}
	return err
}

func (s *Service) codeID(code string) (string, error) {
	return s.store.Sealer().Hash(code, "bind_code")
}

// Bound is what a code has tied the caller to; Already says that it was so before.
type Bound struct {
	HouseholdID, CadreID string
	View                 model.View
	Already              bool
}

// Redeem ties the caller to the household or cadre of a one-time code. householdID may be empty;
// when it is given it must be the code's. Entering the same code again, as a bad network does, is a
// success again. Errors: ErrBindCode, ErrBindTries.
func (s *Service) Redeem(ctx context.Context, c Caller, code, householdID string) (Bound, error) {
	code = strings.TrimSpace(code)
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return Bound{}, ErrBindCode
	}
	if err := s.countTry(ctx, c.Identity); err != nil {
		return Bound{}, err
	}
	row, err := s.take(ctx, c, code, householdID)
	if err != nil {
		return Bound{}, err
	}
	bound, err := s.bindTo(ctx, c, row)
	if err != nil {
		return Bound{}, err
	}
	return bound, s.store.ResetTries(ctx, c.Identity.ID, s.now())
}

// bindTo gives the caller what the code stands for.
func (s *Service) bindTo(ctx context.Context, c Caller, row model.BindCode) (Bound, error) {
	c = s.linkNow(ctx, c)
	changed, err := s.tie(ctx, c.Account.ID, row)
	if model.IsKind(err, model.KindNotFound) {
		// Link has led the identity to another account since the caller was met.
		if c, err = s.Meet(ctx, c.Identity.Channel, c.Identity.OpenID); err == nil {
			changed, err = s.tie(ctx, c.Account.ID, row)
		}
	}
	if err != nil {
		return Bound{}, err
	}
	if row.CadreID != "" {
		if err := s.queue.Ask(ctx, queue.TagCadre, c.Account.ID); err != nil {
			return Bound{}, err
		}
	}
	return Bound{HouseholdID: row.HouseholdID, CadreID: row.CadreID, View: row.View, Already: !changed}, nil
}

// linkNow joins the caller's accounts at once if it can, so that whoever has bound in the official
// account and opens the mini-program in the next second is known there. If it cannot, the job that was
// asked for at the first contact still will. A person waits for the answer to their code, so WeChat gets a quarter of
// their time.
func (s *Service) linkNow(ctx context.Context, c Caller) Caller {
	if c.Identity.Channel != model.ChannelOA || c.Identity.UnionID != "" {
		return c
	}
	linkCtx, cancel := model.Share(ctx, 4)
	defer cancel()
	if s.Link(linkCtx, c.Identity.ID) != nil {
		return c
	}
	joined, err := s.Meet(ctx, c.Identity.Channel, c.Identity.OpenID)
	if err != nil {
		return c
	}
	return joined
}

// tie gives the account what the code stands for, and reports whether it lacked it.
func (s *Service) tie(ctx context.Context, accountID string, code model.BindCode) (changed bool, err error) {
	gift := model.Account{CadreID: code.CadreID}
	if code.HouseholdID != "" {
		gift.Bindings = []model.Binding{s.binding(code.HouseholdID, code.View, code.ID)}
	}
	err = s.change(ctx, accountID, func(a *model.Account) bool {
		if code.CadreID != "" && a.CadreID != code.CadreID {
			a.CadreID = "" // a code for a cadre replaces an older one
		}
		changed = absorb(a, gift)
		return changed
	})
	return changed, err
}

func (s *Service) binding(householdID string, view model.View, source string) model.Binding {
	b := model.Binding{HouseholdID: householdID, View: view, Since: s.now().UTC(), CodeID: source}
	if view == model.ViewProxy {
		b.Until = b.Since.Add(model.ProxyLife)
	}
	return b
}

// countTry counts before it looks, so that codes tried at once cannot slip through.
func (s *Service) countTry(ctx context.Context, identity model.Identity) error {
	if !s.now().Before(identity.TriesSince.Add(model.BindCodeLife)) {
		if err := s.store.ResetTries(ctx, identity.ID, s.now()); err != nil {
			return err
		}
	}
	tries, err := s.store.CountTry(ctx, identity.ID)
	if err == nil && tries > model.BindCodeTries {
		return ErrBindTries
	}
	return err
}

// take uses the code up for the caller, or finds that this caller has used it before.
func (s *Service) take(ctx context.Context, c Caller, code, householdID string) (model.BindCode, error) {
	id, err := s.codeID(code)
	if err != nil {
		return model.BindCode{}, err
	}
	row, err := s.store.BindCode(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return row, ErrBindCode
	}
	if err != nil {
		return row, err
	}
	if householdID != "" && row.HouseholdID != householdID {
		return row, ErrBindCode
	}
	err = s.store.TakeBindCode(ctx, id, c.Account.ID, s.now())
	if model.IsKind(err, model.KindNotFound) {
		return s.takenBefore(ctx, id, c)
	}
	return row, err
}

func (s *Service) takenBefore(ctx context.Context, id string, c Caller) (model.BindCode, error) {
	row, err := s.store.BindCode(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return row, ErrBindCode
	}
	// Before Link an account bears the id of its identity.
	if err == nil && row.UsedBy != c.Account.ID && row.UsedBy != c.Identity.ID {
		return row, ErrBindCode
	}
	return row, err
}
