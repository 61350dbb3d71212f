package visit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// purposeExcuse is the purpose of the answers to excuses.
const purposeExcuse = "excuse"

// RequestExcuse asks for an excuse for what the cadre owes a household this month.
func (s *Service) RequestExcuse(ctx context.Context, cadre access.Cadre, householdID, reason, note string) (model.Expectation, error) {
	if !slices.Contains(model.ExcuseReasons, reason) {
		return model.Expectation{}, model.NewError(model.KindInvalid, "excuse_reason", "原因要是出差、生病、户里没人或灾害")
	}
	id := model.ExpectationID(model.DateOf(s.now()).Period(), householdID, cadre.ID())
	by := model.ChangeInfo{Actor: "cadre:" + cadre.ID(), Why: "请假", At: s.now()}
	return s.store.ChangeExpectation(ctx, id, 0, by, func(e *model.Expectation) error {
		if !e.Open() {
			return errNotOpen
		}
		e.State = model.VisitExcuseOpen
		e.Excuse = model.Excuse{Reason: reason, Note: note, AskedBy: "cadre:" + cadre.ID(), AskedAt: s.now().UTC()}
		return nil
	})
}

var errNotOpen = model.NewError(model.KindConflict, "not_open", "这次走访已经办结")

// Decide approves an excuse or turns it down: whoever looks after the household's unit may, whoever asked may not.
func (s *Service) Decide(ctx context.Context, of access.Record[model.Expectation], approve bool) (model.Expectation, error) {
	id := of.ID()
	e, err := s.store.Expectation(ctx, id)
	if err != nil {
		return e, err
	}
	by := of.ChangeInfo(s.now(), "请假审批")
	e, err = s.store.ChangeExpectation(ctx, id, 0, by, func(e *model.Expectation) error {
		if e.State != model.VisitExcuseOpen {
			return errNotOpen
		}
		if of.Staff().CadreID != "" && e.Excuse.AskedBy == "cadre:"+of.Staff().CadreID {
			return model.NewError(model.KindForbidden, "own_excuse", "自己的请假要别人批")
		}
		e.State = model.ExpectedVisit
		if approve {
			e.State, e.Excuse.ApprovedBy = model.VisitExcused, of.Actor()
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	return e, s.tellDecision(ctx, e)
}

// excuseLife is how long the answer to an excuse is worth sending.
const excuseLife = 48 * time.Hour

// tellDecision tells the cadre what became of their excuse.
func (s *Service) tellDecision(ctx context.Context, e model.Expectation) error {
	about, more := "请假没有批准", "请按时到户走访"
	text := fmt.Sprintf("请假没有批准:户号%s。请到户走访,有难处请和领导说。", e.HouseholdID)
	if e.State == model.VisitExcused {
		about, more = "请假批准了", "户号"+e.HouseholdID+"这次不用去了"
		text = fmt.Sprintf("请假批准了:户号%s,%s的走访不用去了。能去的时候去看看更好。", e.HouseholdID, e.AidDay.Long())
	}
	return s.notify.TellCadre(ctx, notify.Notice{
		Key: fmt.Sprintf("excuse:%s:%d", e.ID, e.Rev), Purpose: purposeExcuse, Text: text, Until: s.now().Add(excuseLife), OwnAccord: true,
		About: about, When: e.AidDay.LongYear(), More: more,
	}, e.CadreID)
}
