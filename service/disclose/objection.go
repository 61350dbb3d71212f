package disclose

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Objecting is what somebody writes into the form.
type Objecting struct {
	Address   string // of the network it came from
	Household string // the number, if they name one
	Text      string
	Contact   string
}

// How many objections one network, and everybody together, may send.
const (
	objectionsEach = 5
	objectionsAll  = 100
	objectionTime  = time.Hour
)

var (
	errTooMany       = model.NewError(model.KindTooMany, "too_many_objections", "这个网络上提的异议太多了,请过一小时再提,或者直接找扶贫办")
	errOver          = model.NewError(model.KindInvalid, "objection_over", "公示期已经过了,有意见请直接找扶贫办")
	errNotInNotice   = model.NewError(model.KindInvalid, "objection_household", "这份公示里没有这一户,请从名单里选")
	errNoObjection   = model.NewError(model.KindNotFound, "no_such_objection", "没有找到这条异议")
	errAnswered      = model.NewError(model.KindConflict, "answered_already", "已经答复过了")
	errNotAnswered   = model.NewError(model.KindConflict, "not_answered", "还没有答复,不能办结")
	errAnswer        = model.NewError(model.KindInvalid, "answer", "请写清楚核实的结果(4到500字)")
	errOwner         = model.NewError(model.KindInvalid, "no_such_staff", "没有这个经办人")
	errContactReason = model.NewError(model.KindInvalid, "reason_missing", "请写明为什么要看联系方式,至少4个字")
)

// Object takes an objection to a disclosure that is open to them. The same words on the same day are the same
// objection. Everything that passes the check waits for a person to read it; until it is answered it holds up
// whatever the notice is for.
func (s *Service) Object(ctx context.Context, disclosureID string, in Objecting) (model.Objection, error) {
	in.Text, in.Contact = strings.TrimSpace(in.Text), strings.TrimSpace(in.Contact)
	in.Household = strings.ToUpper(strings.TrimSpace(in.Household))
	if err := model.CheckObjection(in.Text, in.Contact); err != nil {
		return model.Objection{}, err
	}
	d, err := s.Read(ctx, disclosureID)
	if err != nil {
		return model.Objection{}, err
	}
	if !d.Objectable(s.today()) {
		return model.Objection{}, errOver
	}
	about, err := s.about(ctx, d.Disclosure, in.Household)
	if err != nil {
		return model.Objection{}, err
	}
	if s.limits.Allow(ctx, "objection:"+in.Address, objectionsEach, objectionTime) > 0 ||
		s.limits.Allow(ctx, "objections", objectionsAll, objectionTime) > 0 {
		return model.Objection{}, errTooMany
	}
	o, err := s.received(ctx, d.Disclosure, about, in)
	if err != nil {
		return o, err
	}
	return o, s.notify.TellOffice(ctx, "objection:"+o.ID, "收到一条对“"+d.Title+"”的异议,请在公示管理里阅看,"+o.DueOn.Long()+"前答复。")
}

// about is the household that is meant; empty for none that we know. A stranger learns nothing of which numbers
// there are, except from a notice, where they stand.
func (s *Service) about(ctx context.Context, d model.Disclosure, no string) (string, error) {
	switch {
	case no == "":
		return "", nil
	case d.Item.Purpose() != "" && !d.Names(no):
		return "", errNotInNotice
	case len(no) > 20:
		return "", nil
	}
	h, err := s.store.Household(ctx, no)
	if model.IsKind(err, model.KindNotFound) {
		return "", nil
	}
	return h.ID, err
}

func (s *Service) received(ctx context.Context, d model.Disclosure, householdID string, in Objecting) (model.Objection, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Objection{}, err
	}
	sealer, today := s.store.Sealer(), s.today()
	id, err := sealer.Hash(strings.Join([]string{d.ID, in.Household, in.Text, in.Contact, string(today)}, "|"), "objection")
	if err != nil {
		return model.Objection{}, err
	}
	o := model.Objection{
		ID: id, Record: model.NewRecord(s.now(), "public"), DisclosureID: d.ID, HouseholdID: householdID, Text: in.Text,
		Named: cut(in.Household, 20), DueOn: today.AddDays(settings.Public.OrDefault().AnswerDays),
	}
	if o.Contact, err = sealer.Seal(in.Contact, "contact", id); err != nil {
		return o, err
	}
	o.Step(model.ObjectionReceived, "public", s.now())
	if err = s.store.InsertObjection(ctx, o); model.IsKind(err, model.KindConflict) {
		return s.store.Objection(ctx, id)
	}
	return o, err
}

func cut(text string, most int) string {
	r := []rune(text)
	return string(r[:min(most, len(r))])
}

// Objection by its id, which only whoever raised it and the office know.
func (s *Service) Objection(ctx context.Context, id string) (model.Objection, error) {
	o, err := s.store.Objection(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoObjection
	}
	return o, err
}

// Objections in the states (none: those that are open), the one that is due first at the top, at most limit.
func (s *Service) Objections(ctx context.Context, states []model.ObjectionState, limit int) ([]model.Objection, error) {
	if len(states) == 0 {
		states = model.OpenObjections
	}
	list, err := s.store.ObjectionsIn(ctx, states...)
	return list[:min(limit, len(list))], err
}

// ownersMost is how many log-ins a person can choose from.
const ownersMost = 500

// Owners are the members of staff whom an objection can be given to: those who see households.
func (s *Service) Owners(ctx context.Context, farm access.Farm) ([]model.Staff, error) {
	list, err := s.store.StaffAfter(ctx, "", ownersMost)
	return slices.DeleteFunc(list, func(x model.Staff) bool { return x.Disabled || !x.May(model.MayReadHouseholds) }), err
}

// Assign says who looks into an objection and by when; empty fields stay as they are.
func (s *Service) Assign(ctx context.Context, farm access.Farm, id, ownerID string, due model.Date) (model.Objection, error) {
	if _, err := s.store.Staff(ctx, ownerID); model.IsKind(err, model.KindNotFound) {
		return model.Objection{}, errOwner
	} else if err != nil {
		return model.Objection{}, err
	}
	return s.step(ctx, farm.Pass, id, "交办异议", func(o *model.Objection) error {
		if !o.Open() {
			return errAnswered
		}
		if due != "" {
			o.DueOn = due
		}
		o.OwnerID = ownerID
		o.Step(model.ObjectionAssigned, farm.Actor(), s.now())
		return nil
	})
}

// Answer settles an objection: whoever raised it reads the answer, and it holds up nothing any more.
func (s *Service) Answer(ctx context.Context, farm access.Farm, id, text string) (model.Objection, error) {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n < 4 || n > 500 {
		return model.Objection{}, errAnswer
	}
	if err := s.impersonal(ctx, text); err != nil {
		return model.Objection{}, err
	}
	return s.step(ctx, farm.Pass, id, "答复异议", func(o *model.Objection) error {
		if !o.Open() {
			return errAnswered
		}
		o.Answer = text
		o.Step(model.ObjectionAnswered, farm.Actor(), s.now())
		return nil
	})
}

// Close ends an objection that was answered.
func (s *Service) Close(ctx context.Context, farm access.Farm, id string) (model.Objection, error) {
	return s.step(ctx, farm.Pass, id, "办结异议", func(o *model.Objection) error {
		switch o.State {
		case model.ObjectionClosed:
			return nil
		case model.ObjectionAnswered:
			o.Step(model.ObjectionClosed, farm.Actor(), s.now())
			return nil
		}
		return errNotAnswered
	})
}

func (s *Service) step(ctx context.Context, by access.Pass, id, why string, edit func(*model.Objection) error) (model.Objection, error) {
	o, err := s.store.ChangeObjection(ctx, id, 0, s.edit(by, why), edit)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoObjection
	}
	return o, err
}

// Contact is how to reach whoever objected. The reading is in the audit log before it is given out.
func (s *Service) Contact(ctx context.Context, farm access.Farm, id, reason string) (string, error) {
	if !model.GoodReason(reason) {
		return "", errContactReason
	}
	o, err := s.Objection(ctx, id)
	if err != nil {
		return "", err
	}
	err = s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: farm.Actor(), Action: model.AuditRead, Record: "objections/" + id, Fields: []string{"contact"}, Reason: reason,
	})
	if err != nil {
		return "", err
	}
	return s.store.Sealer().Open(o.Contact, "contact", id)
}
