package aid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoPaper    = model.NewError(model.KindNotFound, "no_such_paper", "没有这份材料")
	errPaperUsed  = model.NewError(model.KindConflict, "paper_used", "这份材料在申请里用着,不能删")
	errManyPapers = model.NewError(model.KindInvalid, "many_papers", "一户最多存60份材料,请先删掉不用的")
	errNotMember  = model.NewError(model.KindInvalid, "no_such_member", "家里没有这个人")
	errReason     = model.NewError(model.KindInvalid, "reason_missing", "请写明为什么要看,至少4个字;这一户看得到")
)

// mostPapers is how many papers a household may keep.
const mostPapers = 60

// AddPaper keeps a paper of a household, sealed, for this and later applications. The same content again is the
// same paper.
func (s *Service) AddPaper(ctx context.Context, house access.Household, p model.Paper, content []byte) (model.Paper, error) {
	p.HouseholdID = house.ID()
	if err := model.CheckPaper(p, content, s.today()); err != nil {
		return p, err
	}
	k, err := s.known(ctx, p.HouseholdID)
	if err != nil {
		return p, err
	}
	if p.PersonID != "" && memberOf(k, p.PersonID, s.today()) == nil {
		return p, errNotMember
	}
	papers, err := s.Papers(ctx, house)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(content)
	p.ID = strings.Join([]string{p.HouseholdID, p.Kind, p.PersonID, hex.EncodeToString(sum[:12])}, ".")
	if len(papers) >= mostPapers && !slices.ContainsFunc(papers, func(x model.Paper) bool { return x.ID == p.ID }) {
		return p, errManyPapers
	}
	p.Record, p.Type, p.Size = model.NewRecord(s.now(), house.Actor()), model.PaperType(content), len(content)
	return s.keep(ctx, p, content)
}

// keep stores the content before the paper, so that a paper always has one.
func (s *Service) keep(ctx context.Context, p model.Paper, content []byte) (model.Paper, error) {
	there, err := s.store.Paper(ctx, p.ID)
	if err == nil && there.Gone { // its removal was cut off
		err = errors.Join(s.remove(ctx, there.ID), errNoPaper)
	}
	if err == nil {
		return there, nil
	}
	if !model.IsKind(err, model.KindNotFound) {
		return p, err
	}
	err = s.store.PutFile(ctx, model.StoredFile{
		ID: p.ID, Of: "papers/" + p.ID, HouseholdID: p.HouseholdID, Type: p.Type, At: s.now().UTC(), By: p.CreatedBy,
	}, content)
	if err != nil {
		return p, err
	}
	if err = s.store.InsertPaper(ctx, p); model.IsKind(err, model.KindConflict) {
		return s.store.Paper(ctx, p.ID)
	}
	return p, err
}

// Papers of a household, oldest first.
func (s *Service) Papers(ctx context.Context, house access.Household) ([]model.Paper, error) {
	return s.papersOf(ctx, house.ID())
}

func (s *Service) papersOf(ctx context.Context, householdID string) ([]model.Paper, error) {
	list, err := s.store.PapersOf(ctx, householdID)
	return slices.DeleteFunc(list, func(p model.Paper) bool { return p.Gone }), err
}

// RemovePaper takes away a paper of the household that no application rests on; it may be named as the household knows
// it (model.Outward).
func (s *Service) RemovePaper(ctx context.Context, house access.Household, paperID string) error {
	papers, err := s.Papers(ctx, house)
	if err != nil {
		return err
	}
	for _, p := range papers {
		if model.IsOutward(p.ID, paperID) {
			paperID = p.ID
		}
	}
	by := house.ChangeInfo(s.now(), "删掉材料")
	_, err = s.store.ChangePaper(ctx, paperID, 0, by, func(p *model.Paper) error {
		switch {
		case p.HouseholdID != house.ID():
			return errNoPaper
		case len(p.Used) > 0:
			return errPaperUsed
		}
		p.Gone = true
		return nil
	})
	if model.IsKind(err, model.KindNotFound) {
		return errNoPaper
	}
	if err != nil {
		return err
	}
	return s.remove(ctx, paperID)
}

// remove finishes the removal of a paper that is gone.
func (s *Service) remove(ctx context.Context, paperID string) error {
	if err := s.store.DeleteFile(ctx, paperID); err != nil {
		return err
	}
	return s.store.DeletePaper(ctx, paperID)
}

// use ties the papers to an application, so that nobody takes them away under it.
func (s *Service) use(ctx context.Context, list []Needed, applicationID, actor string) error {
	by := model.ChangeInfo{Actor: actor, Why: "用于申请", At: s.now()}
	for _, n := range list {
		if n.PaperID == "" {
			continue
		}
		_, err := s.store.ChangePaper(ctx, n.PaperID, 0, by, func(p *model.Paper) error {
			if p.Gone {
				return errNoPaper
			}
			if !slices.Contains(p.Used, applicationID) {
				p.Used = append(p.Used, applicationID)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// free unties the papers from an application that was taken back.
func (s *Service) free(ctx context.Context, a model.Application, actor string) error {
	by := model.ChangeInfo{Actor: actor, Why: "申请撤回了", At: s.now()}
	for _, x := range a.Papers {
		if x.PaperID == "" {
			continue
		}
		_, err := s.store.ChangePaper(ctx, x.PaperID, 0, by, func(p *model.Paper) error {
			p.Used = slices.DeleteFunc(p.Used, func(id string) bool { return id == a.ID })
			return nil
		})
		if err != nil && !model.IsKind(err, model.KindNotFound) {
			return err
		}
	}
	return nil
}

// OpenPaper reads a paper's content for a member of staff; the reading is in the audit log, with its reason, before
// anything is given out.
func (s *Service) OpenPaper(ctx context.Context, house access.Household, paperID, reason string) (model.Paper, []byte, error) {
	if !model.GoodReason(reason) {
		return model.Paper{}, nil, errReason
	}
	h := house.Record()
	p, err := s.store.Paper(ctx, paperID)
	if model.IsKind(err, model.KindNotFound) || err == nil && (p.HouseholdID != h.ID || p.Gone) {
		return model.Paper{}, nil, errNoPaper
	}
	if err != nil {
		return p, nil, err
	}
	err = s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: house.Actor(), Action: model.AuditRead, Record: "papers/" + p.ID, HouseholdID: h.ID,
		Fields: []string{string(model.GroupPapers)}, Reason: reason,
	})
	if err != nil {
		return p, nil, err
	}
	_, content, err := s.store.File(ctx, p.ID)
	return p, content, err
}
