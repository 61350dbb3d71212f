package bot

import (
	"context"

	"bangfu/service/model"
)

// excuse asks for a visit to be excused: "请假 [household [reason]]".
func (s *Service) excuse(ctx context.Context, r request) (answer, error) {
	id := model.FoldID(r.arg(0))
	if id == "" {
		return s.whichExcused(ctx, r)
	}
	if r.arg(1) == "" {
		a := say("户号" + id + ":什么原因?回复数字:")
		for _, reason := range model.ExcuseReasons {
			a.offer(model.ExcuseLabel(reason), model.CommandExcuse+" "+id+" "+reason)
		}
		return a, nil
	}
	e, err := s.Visit.RequestExcuse(ctx, r.cadre, id, r.arg(1), "")
	if model.IsKind(err, model.KindNotFound) {
		return s.withHelp(r.caller, "这一户本月没有要您走访的安排。您可以看:"), nil
	}
	if err != nil {
		return answer{}, err
	}
	return say("已报上去,等领导批准:户号" + e.HouseholdID + "," + model.ExcuseLabel(e.Excuse.Reason) + "。批准前仍请抽空联系户里。"), nil
}

// whichExcused asks which of the visits that are owed still cannot be.
func (s *Service) whichExcused(ctx context.Context, r request) (answer, error) {
	owed, err := s.Visit.Owed(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	a := say("哪一户这个月去不了?回复数字:")
	for _, e := range owed {
		if e.Open() && len(a.choices) < oneDigit {
			a.offer("户号"+e.HouseholdID, model.CommandExcuse+" "+e.HouseholdID)
		}
	}
	if len(a.choices) == 0 {
		return s.withHelp(r.caller, "本月没有还没走访的户,不用请假。您可以看:"), nil
	}
	return a, nil
}
