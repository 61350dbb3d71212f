package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
)

// ErrBindCode is the one answer to every code that does not bind, whatever the cause, so that nobody
// learns from it which households or codes there are.
var ErrBindCode = model.NewError(model.KindNotFound, "bind_code_invalid", "绑定码不对或已过期,请向帮扶干部或扶贫办再要一个")

var (
	errOwnCode      = model.NewError(model.KindForbidden, "own_code", "这个码是您自己发的,要由户里的人在他自己的手机上用")
	errOwnHousehold = model.NewError(model.KindForbidden, "own_household", "这一户是您帮扶的,帮扶干部不能登记成户里的人")
)

// viewOf is how much of its household a code shows; empty for a cadre's code.
func viewOf(to access.Holder, proxy bool) model.View {
	switch {
	case to.Household.ID() == "":
		return ""
	case proxy:
		return model.ViewProxy
	}
	return model.ViewFull
}

// opened is what a code opens, as the audit log names it: a household, or a cadre.
func opened(householdID, cadreID string) string {
	if cadreID != "" {
		return "cadres/" + cadreID
	}
	return "households/" + householdID
}

// issuerOf is who hands a code over. In WeChat a household's own account gives codes to proxies only; any other is
// given by its cadre.
func issuerOf(to access.Holder, proxy bool) string {
	if id := to.Account().CadreID; id != "" && !proxy {
		return "cadre:" + id
	}
	return to.Actor()
}

// IssuedCode is a one-time code to hand over: digits only.
type IssuedCode struct {
	Code      string
	ExpiresAt time.Time
}

// Shown is the code as it is easily read out.
func (c IssuedCode) Shown() string {
	if len(c.Code) == longCode {
		return c.Code[:longCode/2] + " " + c.Code[longCode/2:]
	}
	return c.Code
}

// How many digits a code has. What a cadre sees is worth more than one household: their codes are longer, and so is
// every code while many wrong ones are tried.
const (
	shortCode = 6
	longCode  = 10
)

// PlainCode is the code that somebody has written, without the spaces in which it was read out; ok is false for what
// cannot be one.
func PlainCode(written string) (code string, ok bool) {
	code = model.FoldID(written)
	return code, (len(code) == shortCode || len(code) == longCode) && strings.Trim(code, "0123456789") == ""
}

// newCodeTries bounds the search for a code that is not out already.
const newCodeTries = 20

// IssueCode makes a one-time code that will tie its user to a household, wholly or as a proxy, or make them a cadre.
// Whoever hands it over cannot use it themselves. Who issued what stands in the audit log.
func (s *Service) IssueCode(ctx context.Context, to access.Holder, proxy bool) (IssuedCode, error) {
	issuer := issuerOf(to, proxy)
	digits, err := s.codeDigits(ctx, to)
	if err != nil {
		return IssuedCode{}, err
	}
	now := s.now().UTC()
	for range newCodeTries {
		code, err := newCode(digits)
		if err != nil {
			return IssuedCode{}, err
		}
		id, err := s.codeID(code)
		if err != nil {
			return IssuedCode{}, err
		}
		row := model.BindCode{
			ID: id, HouseholdID: to.Household.ID(), View: viewOf(to, proxy), CadreID: to.Cadre.ID(), IssuedBy: issuer,
			IssuedAt: now, ExpiresAt: now.Add(model.BindCodeLife),
		}
		err = s.store.InsertBindCode(ctx, row)
		if model.IsKind(err, model.KindConflict) {
			continue
		}
		if err != nil {
			return IssuedCode{}, err
		}
		return IssuedCode{Code: code, ExpiresAt: row.ExpiresAt}, s.note(ctx, issuer, opened(row.HouseholdID, row.CadreID), row.HouseholdID, "发绑定码")
	}
	return IssuedCode{}, model.NewError(model.KindUnavailable, "bind_codes_busy", "暂时发不出绑定码,请稍后再试")
}

func (s *Service) codeDigits(ctx context.Context, to access.Holder) (int, error) {
	if to.Cadre.ID() != "" {
		return longCode, nil
	}
	alarmed, err := s.alarmed(ctx)
	if alarmed {
		return longCode, err
	}
	return shortCode, err
}

func newCode(digits int) (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(rand.Reader, most)
	if err != nil {
		return "", fmt.Errorf("issue code: %w", err)
	}
	return fmt.Sprintf("%0*d", digits, n), nil
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
// success again. Whoever issued the code, and any cadre of its household, cannot use it. Everybody who was bound
// before is told. Errors: ErrBindCode, ErrBindTries and its kin, errOwnCode, errOwnHousehold.
func (s *Service) Redeem(ctx context.Context, c Caller, code, householdID string) (Bound, error) {
	code, ok := PlainCode(code)
	if !ok {
		return Bound{}, ErrBindCode
	}
	try, err := s.countTry(ctx, c.Identity)
	if err != nil {
		return Bound{}, err
	}
	row, err := s.find(ctx, code, householdID)
	if err != nil {
		return Bound{}, err
	}
	c = s.linkNow(ctx, c) // before it is asked who they are
	if row, err = s.take(ctx, c, row); err != nil {
		return Bound{}, err
	}
	bound, err := s.bindTo(ctx, c, row)
	if err != nil {
		return Bound{}, err
	}
	return bound, s.wasRight(ctx, try)
}

// bindTo gives the caller what the code stands for, and has the others told of it.
func (s *Service) bindTo(ctx context.Context, c Caller, row model.BindCode) (Bound, error) {
	changed, err := s.tie(ctx, c.Account.ID, row)
	if model.IsKind(err, model.KindNotFound) {
		// Link has led the identity to another account since the caller was met.
		if c, err = s.Identify(ctx, c.Identity.Channel, c.Identity.OpenID, c.Account.ID); err == nil {
			changed, err = s.tie(ctx, c.Account.ID, row)
		}
	}
	if err != nil {
		return Bound{}, err
	}
	if row.CadreID != "" {
		if err := s.queue.Enqueue(ctx, queue.TagCadre, c.Account.ID); err != nil {
			return Bound{}, err
		}
	}
	if changed {
		if err := s.askToTell(ctx, BindingNews{What: BindingMade, HouseholdID: row.HouseholdID, CadreID: row.CadreID, AccountID: c.Account.ID}); err != nil {
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
	joined, err := s.Identify(ctx, c.Identity.Channel, c.Identity.OpenID, c.Account.ID)
	if err != nil {
		return c
	}
	return joined
}

// tie gives the account what the code stands for, and reports whether it lacked it.
func (s *Service) tie(ctx context.Context, accountID string, code model.BindCode) (changed bool, err error) {
	gift := model.Account{CadreID: code.CadreID, CadreSince: s.now().UTC()}
	if code.HouseholdID != "" {
		gift.Bindings = []model.Binding{s.binding(code)}
	}
	err = s.change(ctx, accountID, func(a *model.Account) bool {
		if code.CadreID != "" && a.CadreID != code.CadreID {
			a.CadreID = "" // a code for a cadre replaces an older one
		}
		barred := len(a.Barred)
		a.Barred = slices.DeleteFunc(a.Barred, func(id string) bool { return id == code.HouseholdID })
		changed = absorb(a, gift)
		return changed || len(a.Barred) != barred
	})
	return changed, err
}

func (s *Service) binding(code model.BindCode) model.Binding {
	b := model.Binding{HouseholdID: code.HouseholdID, View: code.View, Since: s.now().UTC(), CodeID: code.ID, By: code.IssuedBy}
	if b.View == model.ViewProxy {
		b.Until = b.Since.Add(model.ProxyLife)
	}
	return b
}

// find is the code, of the household where one is named.
func (s *Service) find(ctx context.Context, code, householdID string) (model.BindCode, error) {
	id, err := s.codeID(code)
	if err != nil {
		return model.BindCode{}, err
	}
	row, err := s.store.BindCode(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return row, ErrBindCode
	}
	if err == nil && householdID != "" && row.HouseholdID != householdID {
		err = ErrBindCode
	}
	return row, err
}

// take uses the code up for the caller, or finds that this caller has used it before.
func (s *Service) take(ctx context.Context, c Caller, row model.BindCode) (model.BindCode, error) {
	if err := s.mayUse(ctx, c, row); err != nil {
		return row, err
	}
	err := s.store.TakeBindCode(ctx, row.ID, c.Account.ID, s.now())
	if model.IsKind(err, model.KindNotFound) {
		return s.takenBefore(ctx, row.ID, c)
	}
	return row, err
}

func (s *Service) takenBefore(ctx context.Context, id string, c Caller) (model.BindCode, error) {
	row, err := s.store.BindCode(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return row, ErrBindCode
	}
	// Before Link an account bears an id of its identity's.
	if err == nil && row.UsedBy != c.Account.ID && row.UsedBy != model.AccountID(c.Identity.ID) {
		return row, ErrBindCode
	}
	return row, err
}

// mayUse refuses the code to whoever issued it, and to the cadres of its household: they would confirm their own
// visits.
func (s *Service) mayUse(ctx context.Context, c Caller, row model.BindCode) error {
	issuer := row.IssuedBy
	if id, ok := strings.CutPrefix(issuer, "staff:"); ok && c.IsCadre() {
		st, err := s.store.Staff(ctx, id)
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return err
		}
		issuer = "cadre:" + st.CadreID
	}
	if issuer == "account:"+c.Account.ID || c.IsCadre() && issuer == "cadre:"+c.Account.CadreID {
		return errOwnCode
	}
	if row.HouseholdID != "" {
		helps, err := s.helps(ctx, c.Account.CadreID, row.HouseholdID)
		if err == nil && helps {
			err = errOwnHousehold
		}
		return err
	}
	for _, b := range c.Account.Bindings {
		helps, err := s.helps(ctx, row.CadreID, b.HouseholdID)
		if err != nil || helps {
			return errOr(err, errOwnHousehold)
		}
	}
	return nil
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// helps reports whether the cadre is paired with the household today.
func (s *Service) helps(ctx context.Context, cadreID, householdID string) (bool, error) {
	if cadreID == "" {
		return false, nil
	}
	pairings, err := s.store.PairingsOfCadre(ctx, cadreID)
	today := model.DateOf(s.now())
	return slices.ContainsFunc(pairings, func(p model.Pairing) bool { return p.HouseholdID == householdID && p.OpenOn(today) }), err
}

// note writes a line into the audit log.
func (s *Service) note(ctx context.Context, actor, record, householdID, why string) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: actor, Action: model.AuditChange, Record: record, HouseholdID: householdID, Reason: why,
	})
}
