package disclose

import (
	"context"
	"net/netip"
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

// What an objection costs a network, within objectionTime. The first few of each network stand among those that the
// office works on, however many others there are. What it sends beyond them is held back, for the office to sort, as long
// as its budget lasts: where much is held back from everywhere each costs more, so that the database stays bounded, but
// there is no door that many can shut for one. Somebody behind a network that others have used up is told to wait, and
// keeps their words.
const (
	objectionTime = time.Hour
	objectionsNet = 5 // that are not held back
	heldBudget    = 200
	heldCost      = 1
	heldCalm      = 500 // held back from everywhere, up to which each costs no more
	heldCostly    = 40
	toldEach      = 20 // of which the office is told one by one
)

var (
	errTooMany       = model.NewError(model.KindTooMany, "too_many_objections", "这个网络上一下提得太多,这一条还没有收下。您写的还在下面,请过几分钟再按一次提交,或者直接找扶贫办")
	errOver          = model.NewError(model.KindInvalid, "objection_over", "公示期已经过了,有意见请直接找扶贫办")
	errNotInNotice   = model.NewError(model.KindInvalid, "objection_household", "这份公示里没有这一户,请从名单里选")
	errNoObjection   = model.NewError(model.KindNotFound, "no_such_objection", "没有找到这条异议")
	errAnswered      = model.NewError(model.KindConflict, "answered_already", "已经答复过了")
	errNotAnswered   = model.NewError(model.KindConflict, "not_answered", "还没有答复,不能办结")
	errAnswer        = model.NewError(model.KindInvalid, "answer", "请写清楚核实的结果(4到500字)")
	errOwner         = model.NewError(model.KindInvalid, "no_such_staff", "没有这个经办人")
	errAside         = model.NewError(model.KindInvalid, "aside_reason", "请选一个放到一边的原因")
	errOwnDisclosure = model.NewError(model.KindForbidden, "same_person", "对自己起草的公示的异议,要由另一个人来挑拣")
	errContactReason = model.NewError(model.KindInvalid, "reason_missing", "请写明为什么要看联系方式,至少4个字")
)

// Object takes an objection to a disclosure that is open to them. The same words on the same day are the same
// objection. Everything that passes the check waits for a person to read it; until it is answered it holds up
// whatever the notice is for.
func (s *Service) Object(ctx context.Context, disclosureID string, in Objecting) (model.Objection, error) {
	in.Text, in.Contact = strings.TrimSpace(in.Text), strings.TrimSpace(in.Contact)
	in.Household = model.FoldID(in.Household)
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
	state := s.lane(ctx, network(in.Address))
	if state == "" {
		return model.Objection{}, errTooMany
	}
	o, err := s.received(ctx, d.Disclosure, about, state, in)
	if err != nil {
		return o, err
	}
	return o, s.tellOffice(ctx, d.Disclosure, o)
}

// lane is where one more objection from the network goes: among those that the office works on, among those that are
// held back, or nowhere yet (empty).
func (s *Service) lane(ctx context.Context, network string) model.ObjectionState {
	if s.limits.Allow(ctx, "objection:"+network, objectionsNet, objectionTime) == 0 {
		return model.ObjectionReceived
	}
	cost := heldCost
	if s.limits.Allow(ctx, "objections-held", heldCalm, objectionTime) > 0 {
		cost = heldCostly
	}
	if s.limits.Spend(ctx, "objection-held:"+network, heldBudget, objectionTime, cost) == 0 {
		return model.ObjectionHeld
	}
	return ""
}

// network is what bears the cost: an address, of IPv6 the 64 bits that one connection is given.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}

// tellOffice tells of an objection; of those that are held back, and of more than a person can read, once an hour.
func (s *Service) tellOffice(ctx context.Context, d model.Disclosure, o model.Objection) error {
	if o.State != model.ObjectionHeld && s.limits.Allow(ctx, "objections-told", toldEach, objectionTime) == 0 {
		return s.notify.TellOffice(ctx, "objection:"+o.ID, "收到一条对“"+d.Title+"”的异议,请在公示管理里阅看,"+o.DueOn.Long()+"前答复。")
	}
	hour := s.now().UTC().Format("2006010215")
	return s.notify.TellOffice(ctx, "objections:"+hour, "一下收到很多异议。一个来源提得多的先放在“等人挑拣”里,请在异议里看。")
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

func (s *Service) received(
	ctx context.Context, d model.Disclosure, householdID string, state model.ObjectionState, in Objecting,
) (model.Objection, error) {
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
	if state == model.ObjectionHeld {
		source, err := sealer.Hash(network(in.Address)+"|"+string(today), "objection_source")
		if err != nil {
			return o, err
		}
		o.Source = cut(source, 8)
	}
	o.Step(state, "public", s.now())
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

// Objections in the states (none: those that the office works on), the one that is due first at the top, at most limit.
func (s *Service) Objections(ctx context.Context, _ access.Farm, states []model.ObjectionState, limit int) ([]model.Objection, error) {
	if len(states) == 0 {
		states = model.WorkObjections
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
	return s.step(ctx, farm.Pass, id, 0, "交办异议", func(o *model.Objection) error {
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

// Answer writes what whoever raised the objection is to read, once a second person has let it out.
func (s *Service) Answer(ctx context.Context, farm access.Farm, id, text string) (model.Objection, error) {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n < 4 || n > 500 {
		return model.Objection{}, errAnswer
	}
	if err := s.impersonalText(ctx, text); err != nil {
		return model.Objection{}, err
	}
	return s.step(ctx, farm.Pass, id, 0, "写异议的答复", func(o *model.Objection) error {
		if !o.Open() {
			return errAnswered
		}
		o.Propose(farm.Actor(), text)
		return nil
	})
}

// ApproveAnswer settles an objection with the answer that stood there at the revision that was looked at: whoever raised
// it reads it, and it holds up nothing any more. KindForbidden for whoever wrote the answer.
func (s *Service) ApproveAnswer(ctx context.Context, farm access.Farm, id string, rev int64) (model.Objection, error) {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return model.Objection{}, err
	}
	return s.step(ctx, farm.Pass, id, rev, "答复异议", func(o *model.Objection) error {
		if !o.Open() {
			return errAnswered
		}
		if err := model.Impersonal(names, o.Draft); err != nil {
			return err
		}
		return o.Approve(farm.Actor(), s.now())
	})
}

// Close ends an objection that was answered.
func (s *Service) Close(ctx context.Context, farm access.Farm, id string) (model.Objection, error) {
	return s.step(ctx, farm.Pass, id, 0, "办结异议", func(o *model.Objection) error {
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

func (s *Service) step(
	ctx context.Context, by access.Pass, id string, rev int64, why string, edit func(*model.Objection) error,
) (model.Objection, error) {
	o, err := s.store.ChangeObjection(ctx, id, rev, by.ChangeInfo(s.now(), why), edit)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoObjection
	}
	return o, err
}

// SortMost is how many objections are sorted at once.
const SortMost = 200

// Sort decides on objections that were held back: without a reason they are taken on as any other, with one they are set
// aside, and whoever raised them reads which. One that was set aside may still be taken on. Nobody sets aside what is
// said against a disclosure that they wrote. It returns how many it moved.
func (s *Service) Sort(ctx context.Context, farm access.Farm, ids []string, aside model.AsideReason) (n int, err error) {
	if aside != "" && aside.Label() == "" {
		return 0, errAside
	}
	for _, id := range ids {
		moved, err := s.sortOne(ctx, farm.Pass, id, aside)
		if err != nil {
			return n, err
		}
		if moved {
			n++
		}
	}
	return n, nil
}

func (s *Service) sortOne(ctx context.Context, by access.Pass, id string, aside model.AsideReason) (moved bool, err error) {
	o, err := s.Objection(ctx, id)
	if err != nil {
		return false, err
	}
	state, why := model.ObjectionReceived, "收下异议"
	if aside != "" {
		state, why = model.ObjectionAside, "异议放到一边:"+aside.Label()
		d, err := s.disclosure(ctx, o.DisclosureID)
		if err != nil {
			return false, err
		}
		if slices.Contains(d.Writers, by.Actor()) {
			return false, errOwnDisclosure
		}
	}
	_, err = s.step(ctx, by, id, 0, why, func(o *model.Objection) error {
		moved = false
		if o.State != model.ObjectionHeld && (o.State != model.ObjectionAside || aside != "") {
			return nil // somebody was faster
		}
		o.Aside, moved = aside, true
		o.Step(state, by.Actor(), s.now())
		return nil
	})
	return moved, err
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
