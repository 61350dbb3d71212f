package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoProposal  = model.NewError(model.KindNotFound, "no_such_proposal", "没有等着确认的这个岗位,可能已经有人办了")
	errOwnProposal = model.NewError(model.KindForbidden, "own_proposal", "自己的岗位、自己提出的岗位,要另一个人来确认")
	errWhyRefused  = model.NewError(model.KindInvalid, "why_missing", "请写明为什么不同意")
)

// assign sorts the posts that a log-in is to have into those that hold already and those that a second person has to
// confirm. A proposal that waits keeps who proposed it; one that was refused is proposed anew. A cadre's post for
// another cadre is another post. That goes for administrators' posts, too: whoever could make a second administrator
// alone could confirm their own proposals as that one.
func assign(st *model.Staff, f StaffFile, by string, now time.Time) {
	var held []model.RoleAssignment
	var proposed []model.Proposal
	for i, p := range f.Assignments {
		if slices.Contains(f.Assignments[:i], p) {
			continue
		}
		next := model.Proposal{RoleAssignment: p, By: by, At: now.UTC()}
		if p.Role == model.RoleCadre {
			next.CadreID = f.CadreID
		}
		at := slices.IndexFunc(st.Proposed, func(old model.Proposal) bool {
			return old.Open() && old.RoleAssignment == p && old.CadreID == next.CadreID
		})
		switch {
		case slices.Contains(st.Assignments, p) && (p.Role != model.RoleCadre || st.CadreID == f.CadreID):
			held = append(held, p)
		case at >= 0:
			proposed = append(proposed, st.Proposed[at])
		default:
			proposed = append(proposed, next)
		}
	}
	st.Assignments, st.Proposed = held, proposed
	if st.CadreID != f.CadreID || !st.Has(model.RoleCadre) {
		st.CadreID = ""
	}
}

// suspend turns the posts that hold into proposals.
func suspend(st *model.Staff, by string, now time.Time) {
	for _, p := range st.Assignments {
		next := model.Proposal{RoleAssignment: p, By: by, At: now.UTC()}
		if p.Role == model.RoleCadre {
			next.CadreID = st.CadreID
		}
		st.Proposed = append(st.Proposed, next)
	}
	st.Assignments, st.CadreID = nil, ""
}

// postText names a post for people.
func postText(p model.RoleAssignment) string {
	if p.UnitID == "" {
		return p.Role.Label() + "(全场)"
	}
	return p.Role.Label() + "(" + p.UnitID + ")"
}

// waiting says which posts of the log-in wait for a second person, for the audit log.
func waiting(st model.Staff) string {
	var texts []string
	for _, p := range st.Proposed {
		if p.Open() {
			texts = append(texts, postText(p.RoleAssignment))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return ";等另一个人确认:" + strings.Join(texts, "、")
}

// WaitingPost is a post that waits for a second person.
type WaitingPost struct {
	Staff    model.Staff
	Proposal model.Proposal
	Own      bool // the reader's own, or of their proposing: somebody else has to confirm it
}

// WaitingAssignments are the proposals in the reader's reach, the oldest first.
func (s *Service) WaitingAssignments(ctx context.Context, l access.Lists) ([]WaitingPost, error) {
	by := l.Staff()
	all, err := s.store.StaffList(ctx)
	if err != nil {
		return nil, err
	}
	var list []WaitingPost
	for _, st := range all {
		for _, p := range st.Proposed {
			if !p.Open() {
				continue
			}
			in, err := s.decides(ctx, by, p)
			if err != nil {
				return nil, err
			}
			if in {
				list = append(list, WaitingPost{Staff: st, Proposal: p, Own: own(by, st.ID, p)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b WaitingPost) int { return a.Proposal.At.Compare(b.Proposal.At) })
	return list, nil
}

func own(by model.Staff, id string, p model.Proposal) bool { return by.ID == id || by.Actor() == p.By }

// decides reports whether the post lies where the person may confirm posts, and its cadre too.
func (s *Service) decides(ctx context.Context, by model.Staff, p model.Proposal) (bool, error) {
	path, err := s.pathOf(ctx, p.UnitID)
	if err != nil || !by.ConfirmsIn(path) {
		return false, err
	}
	if p.CadreID == "" {
		return true, nil
	}
	cadre, err := s.store.Cadre(ctx, p.CadreID)
	if model.IsKind(err, model.KindNotFound) {
		return by.ConfirmsIn(nil), nil
	}
	if err != nil {
		return false, err
	}
	path, err = s.pathOf(ctx, cadre.UnitID)
	return err == nil && by.ConfirmsIn(path), err
}

// ConfirmPost lets a proposed post of the log-in, which was looked at in revision rev, hold from the next request on.
// It takes a second person: neither who proposed it nor who gets it.
func (s *Service) ConfirmPost(ctx context.Context, l access.Lists, id string, rev int64, post model.RoleAssignment) (model.Staff, error) {
	return s.decide(ctx, l.Staff(), id, rev, post, "确认岗位", func(st *model.Staff, at int) {
		confirm(st, at)
	})
}

// RefusePost keeps a proposed post from ever holding, and says why.
func (s *Service) RefusePost(ctx context.Context, l access.Lists, id string, rev int64, post model.RoleAssignment, why string) (model.Staff, error) {
	if why = strings.TrimSpace(why); why == "" {
		return model.Staff{}, errWhyRefused
	}
	return s.decide(ctx, l.Staff(), id, rev, post, "不同意岗位", func(st *model.Staff, at int) {
		st.Proposed = slices.Clone(st.Proposed)
		st.Proposed[at].RefusedBy, st.Proposed[at].RefusedWhy = l.Actor(), why
	})
}

func confirm(st *model.Staff, at int) {
	p := st.Proposed[at]
	if st.Assignments = append(st.Assignments, p.RoleAssignment); p.Role == model.RoleCadre {
		st.CadreID = p.CadreID
	}
	st.Proposed = slices.Delete(slices.Clone(st.Proposed), at, at+1)
}

func (s *Service) decide(ctx context.Context, by model.Staff, id string, rev int64, post model.RoleAssignment, what string, do func(st *model.Staff, at int)) (model.Staff, error) {
	// As with ChangeStaff: whoever loses the post by which they decide must not decide at the same moment.
	defer s.locks.Hold(ctx, "staff:administrators", lockLife)()
	by, err := s.store.Staff(ctx, by.ID)
	if err != nil {
		return model.Staff{}, err
	}
	var p model.Proposal
	next, err := s.store.ChangeStaff(ctx, id, rev, s.edit(by.Actor(), what), func(st *model.Staff) error {
		at := slices.IndexFunc(st.Proposed, func(p model.Proposal) bool { return p.Open() && p.RoleAssignment == post })
		if at < 0 || by.Disabled {
			return errNoProposal
		}
		p = st.Proposed[at]
		in, err := s.decides(ctx, by, p)
		switch {
		case err != nil:
			return err
		case !in:
			return errNoProposal
		case own(by, id, p):
			return errOwnProposal
		}
		do(st, at)
		return nil
	})
	if err != nil {
		return model.Staff{}, insteadOfMissing(err, errNoProposal)
	}
	return next, s.audit(ctx, by.Actor(), model.AuditStaff, id, fmt.Sprintf("%s:%s,由%s提出", what, postText(p.RoleAssignment), strings.TrimPrefix(p.By, "staff:")), "posts")
}

// ConfirmPostsOnServer lets every proposed post of a log-in hold, and returns them. It is for whoever runs the server,
// where there is no second person yet.
func ConfirmPostsOnServer(ctx context.Context, store *repo.Store, now model.Clock, id string) (held []string, err error) {
	edit := model.ChangeInfo{Actor: "command", Why: "在服务器上确认岗位", At: now()}
	_, err = store.ChangeStaff(ctx, id, 0, edit, func(st *model.Staff) error {
		held = nil
		for at := 0; at < len(st.Proposed); {
			if !st.Proposed[at].Open() {
				at++
				continue
			}
			held = append(held, postText(st.Proposed[at].RoleAssignment))
			confirm(st, at)
		}
		if held == nil {
			return errNoProposal
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("posts of %s: %w", id, err)
	}
	return held, store.AppendAudit(ctx, model.AuditEntry{
		At: now(), Actor: "command", Action: model.AuditStaff, Record: "staff/" + id,
		Reason: "在服务器上确认岗位:" + strings.Join(held, "、"), Fields: []string{"posts"},
	})
}
