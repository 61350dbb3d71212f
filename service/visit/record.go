package visit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Report is what a cadre says of a visit. Key is made on the phone, so that a post that is sent twice over a
// bad network counts once; the bot uses the message's own key. It is the cadre's, for this household.
type Report struct {
	Key         string
	HouseholdID string
	On          model.Date
	DeviceAt    time.Time
	Items       []model.VisitItem
	SelfFunded  model.Fen
	Words       string
	LateReason  string
	Promises    []Promise
	Told        []string // ids of what the household was told in person (notify.ToTell)
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

var (
	errSelfFunded = model.NewError(model.KindInvalid, "self_funded", "自己掏的钱要在0到10万元之间")
	errWords      = model.NewError(model.KindInvalid, "visit_words", "走访的话太长,1000字以内")
)

// mostSelfFunded keeps a slip of the finger out of the sums.
const mostSelfFunded model.Fen = 100_000_00

// latestRecord is how many days after a visit it can still be recorded.
const latestRecord = 60

// Record keeps a visit. Records of the same cadre, household and day merge into one visit; a record that came
// already changes nothing.
func (s *Service) Record(ctx context.Context, cadre access.Cadre, r Report) (model.Visit, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Visit{}, err
	}
	if err := s.checkReport(ctx, settings, cadre.ID(), &r); err != nil {
		return model.Visit{}, err
	}
	key := visitKey(cadre.ID(), r.HouseholdID, "visit:"+r.Key)
	asked := []any{r.On, r.Items, r.SelfFunded, r.Words, r.LateReason, r.Promises, r.Told}
	if err := s.store.UseKey(ctx, model.NewKeyUse(key, asked, s.now())); err != nil {
		return model.Visit{}, err
	}
	for _, id := range r.Told {
		if err := s.notify.ConfirmAtVisit(ctx, cadre, id, r.HouseholdID); err != nil {
			return model.Visit{}, err
		}
	}
	v, err := s.merge(ctx, cadreActor(cadre.ID()), cadre.ID(), r, key)
	if err != nil {
		return v, err
	}
	for i, p := range r.Promises {
		if _, err := s.promise(ctx, cadre, r.HouseholdID, "promise:"+r.Key+":"+strconv.Itoa(i), p); err != nil {
			return v, err
		}
	}
	if err := s.fulfilExpectation(ctx, settings, v); err != nil {
		return v, err
	}
	return v, s.count(ctx, v.Period)
}

func (s *Service) checkReport(ctx context.Context, settings model.Settings, cadreID string, r *Report) error {
	today := model.DateOf(s.now())
	if _, err := model.ParseDate(string(r.On)); err != nil || r.On > today || r.On < today.AddDays(-latestRecord) {
		return errVisitDate
	}
	paired, err := s.paired(ctx, r.HouseholdID, cadreID, r.On)
	if err != nil {
		return err
	}
	if !paired {
		return errNotPaired
	}
	if len(r.Items) == 0 {
		r.Items = []model.VisitItem{{Kind: model.KindTalk, Count: 1}}
	}
	if err := checkItems(r.Items); err != nil {
		return err
	}
	if r.SelfFunded < 0 || r.SelfFunded > mostSelfFunded {
		return errSelfFunded
	}
	if len([]rune(r.Words)) > model.MaxWords {
		return errWords
	}
	aidDay := settings.AidDayOf(r.On.Period())
	if settings.InTime(aidDay, r.On) && settings.InTime(aidDay, today) || strings.TrimSpace(r.LateReason) != "" {
		return nil
	}
	// A visit beyond what is owed is never late.
	e, err := s.store.Expectation(ctx, model.ExpectationID(r.On.Period(), r.HouseholdID, cadreID))
	if err == nil && e.Open() {
		return errLateReason
	}
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	return err
}

func checkItems(items []model.VisitItem) error {
	for _, i := range items {
		if !i.Kind.Known() || i.Count < 1 || i.Count > 50 || len([]rune(i.Text)) > 500 {
			return errItems
		}
	}
	return nil
}

func (s *Service) paired(ctx context.Context, householdID, cadreID string, day model.Date) (bool, error) {
	list, err := s.store.PairingsOfCadre(ctx, cadreID)
	return slices.ContainsFunc(list, func(p model.Pairing) bool { return p.HouseholdID == householdID && p.OpenOn(day) }), err
}

// visitKey is what a cadre's key for a visit to the household is stored as.
func visitKey(cadreID, householdID, key string) string {
	return model.ClientKey("cadre:"+cadreID, householdID, key)
}

func cadreActor(cadreID string) string { return "cadre:" + cadreID }

// merge makes the visit or adds to it.
func (s *Service) merge(ctx context.Context, actor, cadreID string, r Report, key string) (model.Visit, error) {
	now := s.now().UTC()
	v := model.Visit{
		ID: model.VisitID(r.HouseholdID, cadreID, r.On), Record: model.NewRecord(now, actor),
		HouseholdID: r.HouseholdID, CadreID: cadreID, Period: r.On.Period(), On: r.On, RecordedAt: now, DeviceAt: r.DeviceAt.UTC(),
		Keys: []string{key}, Items: r.Items, SelfFunded: r.SelfFunded, Words: strings.TrimSpace(r.Words), LateReason: r.LateReason,
	}
	err := s.store.InsertVisit(ctx, v)
	if !model.IsKind(err, model.KindConflict) {
		return v, err
	}
	by := model.ChangeInfo{Actor: actor, Why: "补记同一天的走访", At: s.now()}
	return s.store.ChangeVisit(ctx, v.ID, 0, by, func(old *model.Visit) error {
		if old.Withdrawn() { // recorded anew
			keys := append(old.Keys, key)
			rev := old.Record
			*old = v
			old.Record, old.Keys = rev, keys
			return nil
		}
		// As it is, the key stands in visits of before keys belonged to their senders.
		if old.HasKey(key) || old.HasKey("phone:"+r.Key) {
			return nil
		}
		old.Keys = append(old.Keys, key)
		for _, i := range r.Items {
			if i.Kind != model.KindTalk || len(old.Items) == 0 {
				old.Add(i)
			}
		}
		var err error
		if old.SelfFunded, err = old.SelfFunded.Add(r.SelfFunded); err != nil {
			return err
		}
		old.Say(r.Words)
		if r.LateReason != "" {
			old.LateReason = r.LateReason
		}
		return nil
	})
}

// fulfilExpectation turns what the visit's month owes into met: the cadre's own expectation, or where one visit is enough those
// of all the household's cadres.
func (s *Service) fulfilExpectation(ctx context.Context, settings model.Settings, v model.Visit) error {
	cadres := []string{v.CadreID}
	if settings.VisitRule == model.VisitAny {
		pairings, err := s.store.PairingsOfHousehold(ctx, v.HouseholdID)
		if err != nil {
			return err
		}
		for _, p := range pairings {
			if p.OpenOn(v.On) && p.CadreID != v.CadreID {
				cadres = append(cadres, p.CadreID)
			}
		}
	}
	for _, cadreID := range cadres {
		if err := s.meetOne(ctx, settings, v, cadreID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) meetOne(ctx context.Context, settings model.Settings, v model.Visit, cadreID string) error {
	state := model.VisitedInTime
	if !settings.InTime(settings.AidDayOf(v.Period), v.On) {
		state = model.VisitedLate
	}
	by := model.ChangeInfo{Actor: "cadre:" + v.CadreID, Why: "走访已记录", At: s.now()}
	_, err := s.store.ChangeExpectation(ctx, model.ExpectationID(v.Period, v.HouseholdID, cadreID), 0, by, func(e *model.Expectation) error {
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

// Owed is what a cadre owes in the present month.
func (s *Service) Owed(ctx context.Context, cadre access.Cadre) (list []model.Expectation, err error) {
	list, err = s.store.ExpectationsOf(ctx, cadre.ID(), model.DateOf(s.now()).Period())
	return slices.DeleteFunc(list, func(e model.Expectation) bool { return e.State == model.VisitCancelled }), err
}

// OwedTo is what the cadre owes the household in the present month; an expectation without an id when nothing.
func (s *Service) OwedTo(ctx context.Context, cadre access.Cadre, house access.Household) (model.Expectation, error) {
	p := model.DateOf(s.now()).Period()
	e, err := s.store.Expectation(ctx, model.ExpectationID(p, house.ID(), cadre.ID()))
	if model.IsKind(err, model.KindNotFound) {
		return model.Expectation{HouseholdID: house.ID(), CadreID: cadre.ID(), Period: p}, nil
	}
	return e, err
}

// Last is the cadre's last visit to the household before today, as a start for the next record.
func (s *Service) Last(ctx context.Context, cadre access.Cadre, householdID string) (last model.Visit, ok bool, err error) {
	list, err := s.store.VisitsTo(ctx, householdID)
	for _, v := range list {
		if v.CadreID == cadre.ID() && v.On < model.DateOf(s.now()) {
			last, ok = v, true
		}
	}
	return last, ok, err
}
