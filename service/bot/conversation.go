package bot

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// answered runs the choice of the last question that means yes, or no.
func (s *Service) answered(ctx context.Context, r request, means string) (answer, bool, error) {
	live := s.offered(r.caller)
	i := slices.IndexFunc(live, func(c model.Choice) bool { return c.Means == means })
	if i < 0 || live[i].Command == r.of.name { // a no that leads here
		return answer{}, false, nil
	}
	a, err := s.obey(ctx, r.caller, live[i].Command)
	return a, true, err
}

// yes agrees to what was asked.
func (s *Service) yes(ctx context.Context, r request) (answer, error) {
	if a, ok, err := s.answered(ctx, r, model.MeansYes); ok || err != nil {
		return a, err
	}
	if live := s.offered(r.caller); len(live) > 0 {
		return s.remind(live, "好的。请回复数字:"), nil
	}
	return s.withHelp(r.caller, "好的。您还可以问这些:"), nil
}

// no declines what was asked; nothing is done.
func (s *Service) no(ctx context.Context, r request) (answer, error) {
	if a, ok, err := s.answered(ctx, r, model.MeansNo); ok || err != nil {
		return a, err
	}
	a := say("好的,什么也没做。您要办的是哪一样?")
	a.offer("看看都能问什么", model.CommandHelp)
	a.offer("找扶贫办的人", model.CommandPerson)
	return a, nil
}

// back leaves what is open.
func (s *Service) back(_ context.Context, r request) (answer, error) {
	if w, ok := waiting(s.offered(r.caller)); ok && w.Label != "" {
		return s.withHelp(r.caller, "好的,没有记。您可以问这些:"), nil
	}
	return s.withHelp(r.caller, "好的。您可以问这些:"), nil
}

// repeat says again what is on offer.
func (s *Service) repeat(_ context.Context, r request) (answer, error) {
	if live := s.offered(r.caller); len(live) > 0 {
		lead := "再说一遍,请回复数字:"
		if w, ok := waiting(live); ok {
			lead = "我在等您说:" + w.Label + "。"
		}
		return s.remind(live, lead), nil
	}
	return s.withHelp(r.caller, "您可以问这些:"), nil
}

func (s *Service) thanks(_ context.Context, r request) (answer, error) {
	return answer{text: "不客气。有事随时发来;要找人,回“" + model.CommandPerson + "”。", choices: s.offered(r.caller)}, nil
}

func (s *Service) hello(_ context.Context, r request) (answer, error) {
	return s.withHelp(r.caller, "您好,这里是红卫农场帮扶服务。您可以问这些:"), nil
}
