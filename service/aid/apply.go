package aid

import (
	"context"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Press is somebody's wish to apply. Key is made where it was pressed, so that a bad network presses once; it is
// whoever's presses, for the household.
type Press struct {
	Programme string
	PersonID  string // of a programme for persons
	Words     string // may be empty
	Key       string
	Draft     bool // keep it, do not hand it in yet
}

var (
	errAutomatic = model.NewError(model.KindInvalid, "automatic", "这一项不用申请,会直接办给您家")
	errWhose     = model.NewError(model.KindInvalid, "whose", "请选是替家里哪个人申请")
	errNoSuch    = model.NewError(model.KindNotFound, "no_such_application", "没有这份申请")
)

// Apply makes an application and hands it in: its rules are run at once. While one for the same programme and person
// is under way, that one is the answer.
func (s *Service) Apply(ctx context.Context, house access.Household, p Press) (model.Application, error) {
	programme, err := s.onDay(ctx, p.Programme, s.today())
	if err != nil {
		return model.Application{}, err
	}
	if err := s.checkPress(ctx, programme, house, p); err != nil {
		return model.Application{}, err
	}
	asked := model.NewKeyUse(model.ClientKey(house.Actor(), house.ID(), "apply:"+p.Key), []any{p.Programme, p.PersonID, p.Words}, s.now())
	if err := s.store.CheckKey(ctx, asked); err != nil {
		return model.Application{}, err
	}
	p.Key = asked.ID
	a, found, err := s.earlier(ctx, house.ID(), p)
	if err == nil && !found {
		a, err = s.begin(ctx, programme, house, p, a.ID, asked)
	}
	if err != nil || p.Draft || a.State != model.AppDraft {
		return a, err
	}
	return s.handIn(ctx, a, house.Actor())
}

func (s *Service) checkPress(ctx context.Context, programme model.Programme, house access.Household, p Press) error {
	k, err := s.known(ctx, house.ID())
	switch {
	case err != nil:
		return err
	case programme.Automatic:
		return errAutomatic
	case programme.PerPerson != (p.PersonID != ""), programme.PerPerson && memberOf(k, p.PersonID, s.today()) == nil:
		return errWhose
	}
	return nil
}

// earlier is the application of the same press, or one that is under way for the same. Without one, its id is that
// of the next.
func (s *Service) earlier(ctx context.Context, householdID string, p Press) (a model.Application, found bool, err error) {
	list, err := s.store.ApplicationsOf(ctx, householdID)
	n := 1
	for _, x := range list {
		if x.Programme != p.Programme || x.PersonID != p.PersonID {
			continue
		}
		if x.State.Open() || x.Key == p.Key {
			return x, true, err
		}
		n++
	}
	a.ID = model.ApplicationID(householdID, p.Programme, p.PersonID, n)
	return a, false, err
}

// begin makes the draft. Two presses at once make one: its id is counted from what there is.
func (s *Service) begin(ctx context.Context, programme model.Programme, house access.Household, p Press, id string, asked model.KeyUse) (model.Application, error) {
	words, flag, err := s.checkWords(ctx, p.Words, house.Account().ID)
	if err != nil {
		return model.Application{}, err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Application{}, err
	}
	a := model.Application{
		ID: id, Record: model.NewRecord(s.now(), house.Actor()), HouseholdID: house.ID(), PersonID: p.PersonID, Programme: programme.Code,
		Version: programme.Version, Title: programme.Title, Key: p.Key, Words: words, WordsCheck: flag,
	}
	if err := s.step(&a, settings, model.AppDraft, house.Actor(), ""); err != nil {
		return a, err
	}
	a.Told = len(a.Log) // a draft is nobody's news
	if err := s.store.UseKey(ctx, asked); err != nil {
		return a, err
	}
	err = s.store.InsertApplication(ctx, a)
	if model.IsKind(err, model.KindConflict) {
		return s.store.Application(ctx, id)
	}
	return a, err
}

// step moves an application on, with the day by which the new state should end.
func (s *Service) step(a *model.Application, settings model.Settings, to model.ApplicationState, by, text string) error {
	due := model.Date("")
	if days := settings.AidDays(to); days > 0 {
		due = s.today().AddDays(days)
	}
	return a.Step(to, by, text, s.now(), due)
}

// change changes an application and tells the household of the state that it has come to.
func (s *Service) change(ctx context.Context, id, actor, why string, edit func(*model.Application, model.Settings) error) (model.Application, error) {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return model.Application{}, err
	}
	by := model.ChangeInfo{Actor: actor, Why: why, At: s.now()}
	a, err := s.store.ChangeApplication(ctx, id, 0, by, func(a *model.Application) error { return edit(a, settings) })
	if model.IsKind(err, model.KindNotFound) {
		err = errNoSuch
	}
	if err != nil || a.State == model.AppSubmitted {
		return a, err // the rules follow at once, and the news with them
	}
	return a, s.tell(ctx, a)
}

// Submit hands a draft in, or what was asked for more: the rules are run at once. Handing in again what is handed in
// changes nothing.
func (s *Service) Submit(ctx context.Context, house access.Household, id string) (model.Application, error) {
	a, err := s.own(ctx, house, id)
	if err != nil {
		return a, err
	}
	return s.submit(ctx, a, house.Actor())
}

func (s *Service) submit(ctx context.Context, a model.Application, actor string) (model.Application, error) {
	if a.State != model.AppDraft && a.State != model.AppNeedMore {
		return a, nil
	}
	return s.handIn(ctx, a, actor)
}

// handIn hands in what was seen as a draft or as lacking something, unless somebody else has moved it on since: of
// two presses at once the second must not hand in again what the first one's check has asked more for.
func (s *Service) handIn(ctx context.Context, seen model.Application, actor string) (model.Application, error) {
	a := seen
	if a.AppliedOn == "" {
		programme, err := s.onDay(ctx, a.Programme, s.today())
		if err != nil {
			return a, err
		}
		a.Version = programme.Version // a draft may have lain over a year's end
	}
	a, err := s.change(ctx, a.ID, actor, "交申请", func(x *model.Application, settings model.Settings) error {
		if x.State != seen.State || len(x.Log) != len(seen.Log) {
			return nil
		}
		if x.AppliedOn == "" {
			x.AppliedOn, x.Version = s.today(), a.Version
		}
		return s.step(x, settings, model.AppSubmitted, actor, "")
	})
	if err != nil {
		return a, err
	}
	return s.check(ctx, a, actor)
}

// own is the household's application, which may be named as the household knows it (model.Outward).
func (s *Service) own(ctx context.Context, house access.Household, id string) (model.Application, error) {
	list, err := s.store.ApplicationsOf(ctx, house.ID())
	if err != nil {
		return model.Application{}, err
	}
	for _, a := range list {
		if model.IsOutward(a.ID, id) {
			return a, nil
		}
	}
	return model.Application{}, errNoSuch
}

// check runs the rules of the day on which it was applied for and keeps their trace. What lacks a fact or a paper is
// asked for; what a rule says no to waits for a person's decision.
func (s *Service) check(ctx context.Context, a model.Application, actor string) (model.Application, error) {
	programme, err := s.store.Programme(ctx, model.ProgrammeID(a.Programme, a.Version))
	if err != nil {
		return a, err
	}
	k, err := s.known(ctx, a.HouseholdID)
	if err != nil {
		return a, err
	}
	papers, err := s.papersOf(ctx, a.HouseholdID)
	if err != nil {
		return a, err
	}
	list := needed(programme.Documents, papers, a.PersonID, s.today())
	if err := s.use(ctx, list, a.ID, actor); err != nil {
		return a, err
	}
	facts := k.FactsOn(a.AppliedOn, s.today(), a.Programme, memberOf(k, a.PersonID, a.AppliedOn))
	trace := model.Evaluate(programme.Rules, facts, a.AppliedOn)
	return s.change(ctx, a.ID, actor, "按条件核对", func(x *model.Application, settings model.Settings) error {
		return s.checked(x, settings, trace, list, actor)
	})
}

// checked keeps what the rules said, and moves on from it.
func (s *Service) checked(a *model.Application, settings model.Settings, trace []model.TraceLine, list []Needed, actor string) error {
	if !slices.Contains([]model.ApplicationState{model.AppSubmitted, model.AppChecking, model.AppNeedMore, model.AppRechecking}, a.State) {
		return nil // somebody decided meanwhile
	}
	attach(a, list)
	a.Trace, a.CheckedOn = trace, s.today()
	short := len(a.Lacks) > 0 || model.Outcome(trace) == model.ResultMissing
	if a.State == model.AppNeedMore {
		if short {
			return nil
		}
		if err := s.step(a, settings, model.AppSubmitted, actor, ""); err != nil {
			return err
		}
	}
	if a.State == model.AppSubmitted {
		if err := s.step(a, settings, model.AppChecking, actor, ""); err != nil {
			return err
		}
	}
	if !short {
		return nil
	}
	return s.step(a, settings, model.AppNeedMore, actor, "")
}

// attach puts the papers to the application; those whose original somebody has seen stay.
func attach(a *model.Application, list []Needed) {
	seen := slices.DeleteFunc(slices.Clone(a.Papers), func(x model.AttachedPaper) bool { return x.Seen == "" })
	a.Papers, a.Lacks = seen, nil
	for _, n := range list {
		switch {
		case n.PaperID != "":
			a.Papers = append(a.Papers, model.AttachedPaper{Kind: n.Kind, PaperID: n.PaperID})
		case !slices.ContainsFunc(seen, func(x model.AttachedPaper) bool { return x.Kind == n.Kind }):
			a.Lacks = append(a.Lacks, n.Kind)
		}
	}
}

// Withdraw takes an application back. Taking it back again changes nothing.
func (s *Service) Withdraw(ctx context.Context, house access.Household, id string) (model.Application, error) {
	a, err := s.own(ctx, house, id)
	if err != nil {
		return a, err
	}
	return s.withdraw(ctx, a, house.Actor())
}

func (s *Service) withdraw(ctx context.Context, a model.Application, actor string) (model.Application, error) {
	if a.State == model.AppWithdrawn {
		return a, nil
	}
	a, err := s.change(ctx, a.ID, actor, "撤回申请", func(a *model.Application, settings model.Settings) error {
		return s.step(a, settings, model.AppWithdrawn, actor, "")
	})
	if err != nil {
		return a, err
	}
	return a, s.free(ctx, a, actor)
}

var errLate = model.NewError(model.KindConflict, "object_late", "这份申请现在不能提异议,或者已经过了期限;可以重新申请,也可以找扶贫办")

// Object is the household's word against a refusal. Objecting again changes nothing.
func (s *Service) Object(ctx context.Context, house access.Household, id, words string) (model.Application, error) {
	a, err := s.own(ctx, house, id)
	if err != nil || a.State == model.AppObjected || a.State == model.AppRechecking {
		return a, err
	}
	words, flag, err := s.checkWords(ctx, words, house.Account().ID)
	if err != nil {
		return a, err
	}
	return s.change(ctx, a.ID, house.Actor(), "提出异议", func(a *model.Application, settings model.Settings) error {
		if !a.CanObject(s.today()) {
			return errLate
		}
		if words != "" {
			a.WordsCheck = flag
		}
		return s.step(a, settings, model.AppObjected, house.Actor(), words)
	})
}

// ApplicationsOf the household, latest first.
func (s *Service) ApplicationsOf(ctx context.Context, house access.Household) ([]model.Application, error) {
	list, err := s.store.ApplicationsOf(ctx, house.ID())
	slices.Reverse(list)
	return list[:min(len(list), 100)], err
}

// Pending are the household's applications of which money may still come, oldest first.
func (s *Service) Pending(ctx context.Context, house access.Household) ([]model.Application, error) {
	list, err := s.store.ApplicationsOf(ctx, house.ID())
	return slices.DeleteFunc(list, func(a model.Application) bool { return !a.State.Pending() }), err
}

// What the application is for, in the words of the household: its title and the masked name of the person.
func (s *Service) What(ctx context.Context, a model.Application) (string, error) {
	if a.PersonID == "" {
		return a.Title, nil
	}
	p, err := s.store.Person(ctx, a.PersonID)
	if model.IsKind(err, model.KindNotFound) {
		return a.Title, nil
	}
	return titled(a.Title, model.MaskName(p.Name)), err
}

// Next says whose turn it is, by name where somebody has taken it up; empty when it is nobody's.
func (s *Service) Next(ctx context.Context, a model.Application) (string, error) {
	role := a.State.Role()
	switch {
	case a.State == model.AppDraft || a.State == model.AppNeedMore:
		return "您家", nil
	case role == "":
		return "", nil
	case role != model.RoleOffice || a.HandlerID == "":
		return role.Label(), nil
	}
	name, err := s.staffName(ctx, a.HandlerID)
	if a.State == model.AppVerified {
		return role.Label() + "的另一个人（核实的是" + name + "）", err
	}
	return role.Label() + "（" + name + "）", err
}

// staffName is the name behind an actor of staff.
func (s *Service) staffName(ctx context.Context, actor string) (string, error) {
	st, err := s.store.Staff(ctx, trimStaff(actor))
	if model.IsKind(err, model.KindNotFound) {
		return "已离岗的同志", nil
	}
	return st.Name, err
}
