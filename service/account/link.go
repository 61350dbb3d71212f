package account

import (
	"context"
	"slices"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/model"
)

// Link learns the unionid of a follower and leads the identity to the person's one account, so that
// official account and mini-program show the same. Every step can be repeated; a crash in between
// leaves two accounts with the same bindings, which the next try joins.
func (s *Service) Link(ctx context.Context, identityID string) error {
	identity, err := s.store.Identity(ctx, identityID)
	if model.IsKind(err, model.KindNotFound) {
		return nil // unfollowed meanwhile
	}
	if err != nil {
		return err
	}
	unionID := identity.UnionID
	if unionID == "" {
		if unionID, err = s.oa.UnionID(ctx, identity.OpenID); err != nil {
			return err
		}
	}
	if unionID == "" {
		return nil // not on an open-platform account; the identity keeps an account of its own
	}
	return s.join(ctx, identity, unionID)
}

// join moves the identity, and all that its account can see, to the account of the unionid.
func (s *Service) join(ctx context.Context, identity model.Identity, unionID string) error {
	from, to := identity.AccountID, model.UnionAccountID(unionID)
	if from == to && identity.UnionID == unionID {
		return nil
	}
	if _, err := s.ensureAccount(ctx, to); err != nil {
		return err
	}
	if err := s.merge(ctx, from, to); err != nil {
		return err
	}
	if err := s.store.JoinIdentity(ctx, identity.ID, unionID, to); err != nil {
		return err
	}
	if from == to {
		return nil
	}
	if err := s.store.MoveSessions(ctx, from, to); err != nil {
		return err
	}
	if err := s.retire(ctx, from, to); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, queue.TagCadre, to) // does nothing unless it is a cadre
}

// merge copies what one account sees to another.
func (s *Service) merge(ctx context.Context, from, to string) error {
	if from == to {
		return nil
	}
	old, err := s.store.Account(ctx, from)
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.change(ctx, to, func(a *model.Account) bool { return absorb(a, old) })
}

// absorb adds old's bindings and cadre to a, and reports whether a changed.
func absorb(a *model.Account, old model.Account) bool {
	changed := false
	for _, b := range old.Bindings {
		i := slices.IndexFunc(a.Bindings, func(have model.Binding) bool { return have.HouseholdID == b.HouseholdID })
		switch {
		case i < 0:
			a.Bindings = append(a.Bindings, b)
		case shows(b, a.Bindings[i]):
			a.Bindings[i] = b
		default:
			continue
		}
		changed = true
	}
	if a.CadreID == "" && old.CadreID != "" {
		a.CadreID, a.CadreSince = old.CadreID, old.CadreSince
		changed = true
	}
	for _, id := range old.Barred {
		if !slices.Contains(a.Barred, id) {
			a.Barred, changed = append(a.Barred, id), true
		}
	}
	return changed
}

// shows reports whether a binding shows more of the household than another, or for longer.
func shows(b, than model.Binding) bool {
	if b.View != than.View {
		return b.View == model.ViewFull
	}
	return !than.Until.IsZero() && (b.Until.IsZero() || b.Until.After(than.Until))
}

// retire removes an account to which no identity leads any more. A binding may have been added to it
// since it was merged, so it goes only in the very revision that was merged last.
func (s *Service) retire(ctx context.Context, from, to string) error {
	left, err := s.store.IdentitiesOf(ctx, from)
	if err != nil || len(left) > 0 {
		return err
	}
	for contest := (repo.Contest{}); ; {
		old, err := s.store.Account(ctx, from)
		if model.IsKind(err, model.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.change(ctx, to, func(a *model.Account) bool { return absorb(a, old) }); err != nil {
			return err
		}
		if err = s.store.RetireAccount(ctx, old); !model.IsKind(err, model.KindConflict) {
			return err
		}
		if !contest.Again(ctx) {
			break
		}
	}
	return model.NewError(model.KindUnavailable, "account_busy", "账号正忙,请稍后再试")
}
