package aid

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

func trimStaff(actor string) string { return strings.TrimPrefix(actor, "staff:") }

// Handling is one step of the office.
type Handling struct {
	Step      string            // one of the steps below
	Words     string            // what more is needed, why; the household reads it
	Confirmed map[string]string // of verify: rules whose fact the registry lacks, and how somebody made sure
	Seen      []string          // of verify: kinds of papers whose original was seen
	Reason    string            // of refuse: one of model.RefusalReasons
	Rule      string            // of refuse for a rule: which
}

// The steps of the office.
var handlings = map[string]func(*Service, context.Context, access.Pass, model.Application, Handling) (model.Application, error){
	"check":     (*Service).recheckNow,
	"need_more": (*Service).askMore,
	"verify":    (*Service).verify,
	"refuse":    (*Service).refuse,
	"publicise": (*Service).publicise,
	"pay":       (*Service).startPayment,
	"object":    (*Service).objection,
	"recheck":   (*Service).recheck,
	"submit": func(s *Service, ctx context.Context, by access.Pass, a model.Application, _ Handling) (model.Application, error) {
		return s.submit(ctx, a, by.Actor())
	},
	"withdraw": func(s *Service, ctx context.Context, by access.Pass, a model.Application, _ Handling) (model.Application, error) {
		return s.withdraw(ctx, a, by.Actor())
	},
	"close": func(s *Service, ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
		if unsettled(&a) {
			return a, errPosting
		}
		return s.simply(ctx, by, a, model.AppClosed, h.Words, "办结")
	},
}

var (
	errHandling = model.NewError(model.KindInvalid, "handling", "没有这一步")
	errSayWhy   = model.NewError(model.KindInvalid, "words_missing", "请写一句给户里看的话,至少4个字")
)

// Handle takes one step of the office with an application of a household within the staff's reach.
func (s *Service) Handle(ctx context.Context, of access.Record[model.Application], h Handling) (model.Application, error) {
	do, ok := handlings[h.Step]
	if !ok {
		return model.Application{}, errHandling
	}
	a := of.Record()
	if h.Words = strings.TrimSpace(h.Words); len([]rune(h.Words)) > mostWords {
		return a, errWords
	}
	return do(s, ctx, of.Pass, a, h)
}

// simply takes a step that has no condition but the table's.
func (s *Service) simply(ctx context.Context, by access.Pass, a model.Application, to model.ApplicationState, words, why string) (model.Application, error) {
	return s.change(ctx, a.ID, by.Actor(), why, func(x *model.Application, settings model.Settings) error {
		return s.step(x, settings, to, by.Actor(), words)
	})
}

func enough(words string) bool { return len([]rune(words)) >= 4 }

// recheckNow runs the rules again, after the registry was put right or a paper came.
func (s *Service) recheckNow(ctx context.Context, by access.Pass, a model.Application, _ Handling) (model.Application, error) {
	if !slices.Contains([]model.ApplicationState{model.AppSubmitted, model.AppChecking, model.AppNeedMore, model.AppRechecking}, a.State) {
		return a, model.NewError(model.KindConflict, "application_state", "这份申请现在是“"+a.State.Label()+"”,不用再核对")
	}
	return s.check(ctx, a, by.Actor())
}

func (s *Service) askMore(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	if !enough(h.Words) {
		return a, errSayWhy
	}
	return s.simply(ctx, by, a, model.AppNeedMore, h.Words, "要补材料")
}

// recheck begins anew after an objection: the rules run on what the registry says now.
func (s *Service) recheck(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	a, err := s.simply(ctx, by, a, model.AppRechecking, h.Words, "重新核对")
	if err != nil {
		return a, err
	}
	return s.check(ctx, a, by.Actor())
}

// objection is somebody else's word against what was approved or is public, or the household's, taken down by staff.
func (s *Service) objection(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	if !enough(h.Words) {
		return a, errSayWhy
	}
	return s.simply(ctx, by, a, model.AppObjected, h.Words, "有人提出异议")
}

// verify says that somebody made sure. Every rule must say yes by then, every paper must be there or have been seen.
func (s *Service) verify(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	return s.change(ctx, a.ID, by.Actor(), "核实", func(x *model.Application, settings model.Settings) error {
		for i, l := range x.Trace {
			how := strings.TrimSpace(h.Confirmed[l.Rule])
			if l.Result == model.ResultMissing && enough(how) {
				x.Trace[i] = model.TraceLine{
					Rule: l.Rule, Fact: l.Fact, Shown: how, Source: "核实:" + by.Staff().Name, AsOf: s.today(), Result: model.ResultYes, Says: how,
				}
			}
		}
		for _, kind := range h.Seen {
			if slices.Contains(x.Lacks, kind) {
				x.Papers = append(x.Papers, model.AttachedPaper{Kind: kind, Seen: by.Actor()})
			}
		}
		x.Lacks = slices.DeleteFunc(slices.Clone(x.Lacks), func(kind string) bool { return slices.Contains(h.Seen, kind) })
		if err := unverified(*x); err != nil {
			return err
		}
		x.HandlerID, x.Approvals, x.Amount, x.Refusal = by.Actor(), nil, 0, nil
		// What waits for more than is now at hand goes its way through the states.
		if x.State == model.AppNeedMore {
			for _, to := range []model.ApplicationState{model.AppSubmitted, model.AppChecking} {
				if err := s.step(x, settings, to, by.Actor(), ""); err != nil {
					return err
				}
			}
		}
		return s.step(x, settings, model.AppVerified, by.Actor(), h.Words)
	})
}

// unverified is KindInvalid with every rule and paper that stands against it.
func unverified(a model.Application) error {
	e := model.NewError(model.KindInvalid, "not_verified", "还有不符合的条件或者没有的材料,核实不了")
	for _, l := range a.Trace {
		if l.Result != model.ResultYes {
			e.Why = append(e.Why, model.Reason{Code: l.Rule, Msg: l.Says})
		}
	}
	for _, kind := range a.Lacks {
		e.Why = append(e.Why, model.Reason{Code: kind, Msg: "还没有" + model.PaperLabel(kind)})
	}
	if len(e.Why) == 0 {
		return nil
	}
	return e
}

var errRefusal = model.NewError(model.KindInvalid, "refusal", "不批要写明原因;因为不符合条件的,要选一条没有符合的条件")

// refuse turns an application down, with all that the household has to know of it.
func (s *Service) refuse(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	return s.change(ctx, a.ID, by.Actor(), "不批", func(x *model.Application, settings model.Settings) error {
		r, err := s.refusal(*x, by, h)
		if err != nil {
			return err
		}
		if err := s.step(x, settings, model.AppRefused, by.Actor(), h.Words); err != nil {
			return err
		}
		r.ObjectUntil = x.DueOn
		x.Refusal, x.HandlerID = &r, by.Actor()
		return nil
	})
}

func (s *Service) refusal(a model.Application, by access.Pass, h Handling) (model.Refusal, error) {
	r := model.Refusal{Reason: h.Reason, Words: h.Words, Says: h.Words, Shown: h.Words, Source: "核实:" + by.Staff().Name, AsOf: s.today()}
	switch h.Reason {
	case model.RefuseRule:
		i := slices.IndexFunc(a.Trace, func(l model.TraceLine) bool { return l.Rule == h.Rule && l.Result != model.ResultYes })
		if i < 0 {
			return r, errRefusal
		}
		l := a.Trace[i]
		r.Rule, r.Fact, r.Says, r.Change = l.Rule, l.Fact, l.Says, l.Change
		r.Shown, r.Source, r.AsOf = l.Shown, l.Source, l.AsOf
		if l.Result == model.ResultMissing {
			r.Shown, r.Source, r.AsOf = "没有登记"+model.FactLabel(l.Fact), "登记册", a.CheckedOn
		}
		return r, nil
	case model.RefusePapers:
		if len(a.Lacks) == 0 {
			return r, errRefusal
		}
		labels := make([]string, len(a.Lacks))
		for i, kind := range a.Lacks {
			labels[i] = model.PaperLabel(kind)
		}
		r.Shown, r.Source, r.AsOf = "还缺"+strings.Join(labels, "、"), "申请材料", s.today()
		if r.Says = r.Shown; !enough(h.Words) {
			r.Words = ""
		}
		return r, nil
	case model.RefuseUntrue, model.RefuseDuplicate:
		if enough(h.Words) {
			return r, nil
		}
	}
	return r, errRefusal
}

// Approve is one person's yes to a sum, 0 for the programme's own. When it is not enough yet, the office hears that
// another person is to look.
func (s *Service) Approve(ctx context.Context, of access.Record[model.Application], sum model.Fen) (model.Application, error) {
	id := of.ID()
	a := of.Record()
	programme, err := s.store.Programme(ctx, model.ProgrammeID(a.Programme, a.Version))
	if err != nil {
		return a, err
	}
	if sum == 0 {
		sum = programme.Amount
	}
	a, err = s.change(ctx, id, of.Actor(), "批准", func(x *model.Application, settings model.Settings) error {
		yes, err := x.Approve(programme, of.Actor(), sum, s.now())
		if err != nil || !yes {
			return err
		}
		return s.step(x, settings, model.AppApproved, of.Actor(), "")
	})
	if err != nil || a.State == model.AppApproved {
		return a, err
	}
	key := fmt.Sprintf("app:%s:second:%d", a.ID, len(a.Log))
	return a, s.notify.TellOffice(ctx, key, fmt.Sprintf("户号%s的“%s”%s元,%s批了,还要另一个人批。", a.HouseholdID, a.Title, sum.Yuan(), of.Staff().Name))
}

// publicise begins the public notice; the money waits for its end.
func (s *Service) publicise(ctx context.Context, by access.Pass, a model.Application, h Handling) (model.Application, error) {
	return s.change(ctx, a.ID, by.Actor(), "公示", func(x *model.Application, settings model.Settings) error {
		x.PublicTo = s.today().AddDays(model.NoticeDays - 1)
		return s.step(x, settings, model.AppPublicised, by.Actor(), h.Words)
	})
}
