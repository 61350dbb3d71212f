package visit

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/model"
)

// Report is what a cadre says of a visit. Key is made on the phone, so that a post that is sent twice over a
// bad network counts once; the bot uses the message's own key.
type Report struct {
	Key         string
	HouseholdID string
	CadreID     string
	On          model.Date
	DeviceAt    time.Time
	Items       []model.VisitItem
	SelfFunded  model.Fen
	LateReason  string
	Promises    []Promise
}

// Promise is something that the cadre will see to until a day.
type Promise struct {
	Text  string
	DueOn model.Date
}

var (
	errNotPaired  = model.NewError(model.KindForbidden, "not_paired", "这一户不是您结对的户")
	errVisitDate  = model.NewError(model.KindInvalid, "visit_date", "走访日期不能晚于今天,也不能早于60天前")
	errLateReason = model.NewError(model.KindInvalid, "late_reason", "过了帮扶日的时限,请写一句为什么晚了")
	errItems      = model.NewError(model.KindInvalid, "visit_items", "内容要是解难事、送政策、送技术、送温暖或谈心走访,次数1到50")
)

// latestRecord is how many days after a visit it can still be recorded.
const latestRecord = 60

// Record keeps a visit. Records of the same cadre, household and day merge into one visit; a record that came
// already changes nothing.
func (s *Service) Record(ctx context.Context, r Report) (model.Visit, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Visit{}, err
	}
	if err := s.checkReport(ctx, settings, &r); err != nil {
		return model.Visit{}, err
	}
	v, err := s.merge(ctx, r)
	if err != nil {
		return v, err
	}
	for i, p := range r.Promises {
		if err := s.promise(ctx, r, i, p); err != nil {
			return v, err
		}
	}
	if err := s.meet(ctx, settings, v); err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

func (s *Service) checkReport(ctx context.Context, settings model.Settings, r *Report) error {
	today := model.DateOf(s.now())
	if _, err := model.ParseDate(string(r.On)); err != nil || r.On > today || r.On < today.AddDays(-latestRecord) {
		return errVisitDate
	}
	paired, err := s.paired(ctx, r.HouseholdID, r.CadreID, r.On)
	if err != nil {
		return err
	}
	if !paired {
		return errNotPaired
	}
	if len(r.Items) == 0 {
		r.Items = []model.VisitItem{{Kind: model.KindTalk, Count: 1}}
	}
	for _, i := range r.Items {
		if !i.Kind.Known() || i.Count < 1 || i.Count > 50 || len([]rune(i.Text)) > 500 {
			return errItems
		}
	}
	if r.SelfFunded < 0 {
		return model.NewError(model.KindInvalid, "self_funded", "自己掏的钱不能是负数")
	}
	aidDay := settings.AidDayOf(r.On.Period())
	if settings.InTime(aidDay, r.On) && settings.InTime(aidDay, today) || strings.TrimSpace(r.LateReason) != "" {
		return nil
	}
	// A visit beyond what is owed is never late.
	e, err := s.store.Expectation(ctx, model.ExpectationID(r.On.Period(), r.HouseholdID, r.CadreID))
	if err == nil && e.Open() {
		return errLateReason
	}
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	return err
}

func (s *Service) paired(ctx context.Context, householdID, cadreID string, day model.Date) (bool, error) {
	list, err := s.store.PairingsOfCadre(ctx, cadreID)
	return slices.ContainsFunc(list, func(p model.Pairing) bool { return p.HouseholdID == householdID && p.OpenOn(day) }), err
}

// merge makes the visit or adds to it.
func (s *Service) merge(ctx context.Context, r Report) (model.Visit, error) {
	now, actor := s.now().UTC(), "cadre:"+r.CadreID
	v := model.Visit{
		ID: model.VisitID(r.HouseholdID, r.CadreID, r.On), Record: model.NewRecord(now, actor),
		HouseholdID: r.HouseholdID, CadreID: r.CadreID, Period: r.On.Period(), On: r.On, RecordedAt: now, DeviceAt: r.DeviceAt.UTC(),
		Keys: []string{r.Key}, Items: r.Items, SelfFunded: r.SelfFunded, LateReason: r.LateReason,
	}
	err := s.store.InsertVisit(ctx, v)
	if !model.IsKind(err, model.KindConflict) {
		return v, err
	}
	by := model.Edit{Actor: actor, Why: "补记同一天的走访", At: s.now()}
	return s.store.ChangeVisit(ctx, v.ID, 0, by, func(old *model.Visit) error {
		if old.HasKey(r.Key) {
			return nil
		}
		old.Keys = append(old.Keys, r.Key)
		for _, i := range r.Items {
			if i.Kind != model.KindTalk || len(old.Items) == 0 {
				old.Add(i)
			}
		}
		old.SelfFunded += r.SelfFunded
		if r.LateReason != "" {
			old.LateReason = r.LateReason
		}
		return nil
	})
}

// meet turns the expectation of the visit's month into a met one.
func (s *Service) meet(ctx context.Context, settings model.Settings, v model.Visit) error {
	state := model.VisitedInTime
	if !settings.InTime(settings.AidDayOf(v.Period), v.On) {
		state = model.VisitedLate
	}
	by := model.Edit{Actor: "cadre:" + v.CadreID, Why: "走访已记录", At: s.now()}
	_, err := s.store.ChangeExpectation(ctx, model.ExpectationID(v.Period, v.HouseholdID, v.CadreID), 0, by, func(e *model.Expectation) error {
		if e.Open() || e.State == model.VisitExcused || e.State == model.VisitedLate && state == model.VisitedInTime {
			e.State, e.VisitID = state, v.ID
		}
		return nil
	})
	if model.IsKind(err, model.KindNotFound) {
		return nil // a visit beyond what is owed
	}
	return err
}

func (s *Service) promise(ctx context.Context, r Report, i int, p Promise) error {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	if p.DueOn == "" {
		p.DueOn = model.DateOf(s.now()).AddDays(settings.NeedDays)
	}
	_, err = s.openNeed(ctx, model.Need{
		ID: "visit:" + r.Key + ":" + string(rune('0'+i%10)), HouseholdID: r.HouseholdID, Source: "visit", Text: p.Text, OwnerID: r.CadreID, DueOn: p.DueOn,
	}, "cadre:"+r.CadreID)
	return err
}

// Owed is what a cadre owes in the present month.
func (s *Service) Owed(ctx context.Context, cadreID string) (list []model.Expectation, err error) {
	all, err := s.store.Expectations(ctx, model.DateOf(s.now()).Period())
	for _, e := range all {
		if e.CadreID == cadreID && e.State != model.VisitCancelled {
			list = append(list, e)
		}
	}
	return list, err
}

// Last is the cadre's last visit to the household before today, as a start for the next record.
func (s *Service) Last(ctx context.Context, householdID, cadreID string) (last model.Visit, ok bool, err error) {
	list, err := s.store.VisitsTo(ctx, householdID)
	for _, v := range list {
		if v.CadreID == cadreID && v.On < model.DateOf(s.now()) {
			last, ok = v, true
		}
	}
	return last, ok, err
}

// Ask asks for an excuse for what the cadre owes a household this month.
func (s *Service) Ask(ctx context.Context, cadreID, householdID, reason, note string) (model.Expectation, error) {
	if !slices.Contains(model.ExcuseReasons, reason) {
		return model.Expectation{}, model.NewError(model.KindInvalid, "excuse_reason", "原因要是出差、生病、户里没人或灾害")
	}
	id := model.ExpectationID(model.DateOf(s.now()).Period(), householdID, cadreID)
	by := model.Edit{Actor: "cadre:" + cadreID, Why: "请假", At: s.now()}
	return s.store.ChangeExpectation(ctx, id, 0, by, func(e *model.Expectation) error {
		if !e.Open() {
			return errNotOpen
		}
		e.State = model.VisitExcuseOpen
		e.Excuse = model.Excuse{Reason: reason, Note: note, AskedBy: "cadre:" + cadreID, AskedAt: s.now().UTC()}
		return nil
	})
}

var errNotOpen = model.NewError(model.KindConflict, "not_open", "这次走访已经办结")

// Decide approves an excuse or turns it down: whoever looks after the household's unit may, whoever asked may not.
func (s *Service) Decide(ctx context.Context, staff model.Staff, id string, approve bool) (model.Expectation, error) {
	e, err := s.store.Expectation(ctx, id)
	if err != nil {
		return e, err
	}
	if _, err := s.access.Within(ctx, staff, model.MayPair, e.HouseholdID); err != nil {
		return e, err
	}
	by := model.Edit{Actor: staff.Actor(), Why: "请假审批", At: s.now()}
	return s.store.ChangeExpectation(ctx, id, 0, by, func(e *model.Expectation) error {
		if e.State != model.VisitExcuseOpen {
			return errNotOpen
		}
		if staff.CadreID != "" && e.Excuse.AskedBy == "cadre:"+staff.CadreID {
			return model.NewError(model.KindForbidden, "own_excuse", "自己的请假要别人批")
		}
		e.State = model.ExpectedVisit
		if approve {
			e.State, e.Excuse.ApprovedBy = model.VisitExcused, staff.Actor()
		}
		return nil
	})
}

// Answer is the household's word on the latest visit: whether somebody came. It changes no state and no
// count by itself; the board shows it.
func (s *Service) Answer(ctx context.Context, householdID, visitID, answer string, rating int) (model.Visit, error) {
	if answer != "came" && answer != "did_not_come" || rating < 0 || rating > 5 {
		return model.Visit{}, model.NewError(model.KindInvalid, "visit_answer", "请回答来过或没来")
	}
	by := model.Edit{Actor: "household:" + householdID, Why: "户里的回答", At: s.now()}
	return s.store.ChangeVisit(ctx, visitID, 0, by, func(v *model.Visit) error {
		if v.HouseholdID != householdID {
			return model.NewError(model.KindNotFound, "no_such_visit", "没有这次走访")
		}
		v.Answer, v.AnsweredAt = answer, s.now().UTC()
		if rating > 0 {
			v.Rating = rating
		}
		return nil
	})
}

// Latest is the last visit to the household; ok is false when nobody has been there.
func (s *Service) Latest(ctx context.Context, householdID string) (v model.Visit, ok bool, err error) {
	list, err := s.store.VisitsTo(ctx, householdID)
	if len(list) == 0 {
		return v, false, err
	}
	return list[len(list)-1], true, err
}
