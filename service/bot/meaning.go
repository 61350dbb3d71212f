package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/account"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
)

// roles are as whom the caller may speak; a stranger is one too.
func (s *Service) roles(caller account.Caller) (list []understand.Role) {
	if s.isHousehold(caller) {
		list = append(list, understand.Household)
	}
	if caller.IsCadre() {
		list = append(list, understand.Cadre)
	}
	if len(list) == 0 {
		list = append(list, understand.Stranger)
	}
	return list
}

// mean is what the sentence means, from whoever of the caller's roles it means most. An act that is put as a question is
// asked back, whatever the lexicon says.
func (s *Service) mean(caller account.Caller, said string, asked understand.Asked) understand.Understanding {
	var best understand.Understanding
	for i, role := range s.roles(caller) {
		u := s.lexicon().Understand(role, said, asked)
		if c, ok := s.meant(caller, u.Intent); ok && !u.Ask && c.acts && s.lexicon().Acts(u.Intent) && asks(said) {
			u.Ask, u.Options, u.Intent = true, []understand.Intent{u.Intent}, understand.Ask
		}
		if i == 0 || best.Intent == understand.Unknown || u.Intent != understand.Unknown && u.Certainty > best.Certainty {
			best = u
		}
	}
	return best
}

// understood answers a sentence. Nothing is done that is not certain: it is asked back.
func (s *Service) understood(ctx context.Context, caller account.Caller, said string) (answer, error) {
	u := s.mean(caller, said, understand.AskedNothing)
	if slices.Contains(intents{understand.Unknown, understand.Ask, "yes", "no"}, u.Intent) {
		if a, ok, err := s.toQuestion(ctx, caller, said); ok || err != nil {
			return a, err
		}
	}
	switch {
	case u.Ask:
		return s.askBack(ctx, caller, u, said)
	case u.Intent == understand.Unknown:
		return s.unknown(ctx, caller, said)
	}
	return s.runMeant(ctx, caller, u, said)
}

// toQuestion takes the sentence as the answer to a question that was sent, if one is open and it answers it.
func (s *Service) toQuestion(ctx context.Context, caller account.Caller, said string) (a answer, ok bool, err error) {
	if !s.isHousehold(caller) || len(s.offered(caller)) > 0 {
		return a, false, nil
	}
	open, err := s.Notify.Questions(ctx, caller.Identity.ID)
	if err != nil || len(open) == 0 {
		return a, false, err
	}
	last := open[len(open)-1]
	if r, _ := order(caller, last.Choices[0].Command); r.of.name != model.CommandCame {
		return a, false, nil
	}
	u := s.mean(caller, said, understand.AskedCame)
	for _, c := range last.Choices {
		if u.Intent == "came" && c.Means == model.MeansYes || u.Intent == "not_came" && c.Means == model.MeansNo {
			a, err = s.obey(ctx, caller, c.Command)
			return a, true, err
		}
	}
	return a, false, nil
}

// lineFor is the command line that an intent with its slots stands for; words go along where the command takes them.
func lineFor(c command, u understand.Understanding, said string) string {
	parts := []string{c.name}
	for _, key := range slotNames {
		switch v := u.Slots[key].(type) {
		case nil:
		case []string:
			parts = append(parts, key+"="+strings.Join(v, ","))
		default:
			parts = append(parts, fmt.Sprintf("%s=%v", key, v))
		}
	}
	if c.takes(words) || c.name == model.CommandNotice || c.name == model.CommandPerson {
		parts = append(parts, strings.Fields(said)...)
	}
	return strings.Join(parts, " ")
}

// runMeant runs the command for what was understood.
func (s *Service) runMeant(ctx context.Context, caller account.Caller, u understand.Understanding, said string) (answer, error) {
	c, ok := s.meant(caller, u.Intent)
	if !ok {
		return s.unknown(ctx, caller, said)
	}
	return s.obey(ctx, caller, lineFor(c, u, content(said, c)))
}

// content is what was said without the words that only say what it is: 我想反映屋顶漏雨 is 屋顶漏雨. A bare 反映 has none.
func content(said string, c command) string {
	rest := said
	for _, lead := range []string{"我想", "我要", "我家", "想", "要"} {
		if cut, ok := strings.CutPrefix(rest, lead); ok && strings.HasPrefix(strings.TrimLeft(cut, "想要"), c.name) {
			rest = strings.TrimLeft(cut, "想要")
		}
	}
	for _, lead := range append([]string{c.name}, c.words...) {
		if cut, ok := strings.CutPrefix(rest, lead); ok && len([]rune(lead)) > 1 {
			cut = strings.TrimLeftFunc(cut, separates)
			for _, filler := range []string{"一下", "个", "一件事", "一个事", "情况", "难处", "问题"} {
				cut = strings.TrimLeftFunc(strings.TrimPrefix(cut, filler), separates)
			}
			return cut
		}
	}
	return rest
}

// askBack asks which of the likely intents is meant: 您是说没人来,对吗?
func (s *Service) askBack(_ context.Context, caller account.Caller, u understand.Understanding, said string) (answer, error) {
	type option struct{ label, line string }
	var list []option
	for _, in := range u.Options {
		c, ok := s.meant(caller, in)
		if !ok || c.says == "" || slices.ContainsFunc(list, func(o option) bool { return o.label == c.says }) {
			continue
		}
		one := u
		one.Intent = in
		list = append(list, option{c.says, lineFor(c, one, content(said, c))})
	}
	switch len(list) {
	case 0:
		return s.withHelp(caller, "没听懂您是不是要办什么,所以什么也没做。您可以问这些:"), nil
	case 1:
		a := say("您是说" + list[0].label + ",对吗?")
		a.yesNo(list[0].line, "对", model.CommandNo, "不对")
		return a, nil
	}
	a := say("您是说" + list[0].label + ",对吗?回复数字:")
	a.offer("对,"+list[0].label, list[0].line)
	for _, o := range list[1:] {
		a.offer(o.label, o.line)
	}
	a.choices[0].Means = model.MeansYes
	a.offer("都不是", model.CommandNo)
	a.choices[len(a.choices)-1].Means = model.MeansNo
	return a, nil
}

// unknown answers what nobody understood: policies are searched with the words, and the sentence can go to the office
// as it is. It does nothing.
func (s *Service) unknown(ctx context.Context, caller account.Caller, said string) (answer, error) {
	if err := s.notHeard(ctx, caller, said); err != nil {
		return answer{}, err
	}
	found, err := s.Broadcast.Find(ctx, normalise(said))
	if err != nil {
		return answer{}, err
	}
	if len(found) > 0 && len([]rune(normalise(said))) > 1 {
		a := say("您看是不是这条政策:")
		for _, n := range found[:min(len(found), 5)] {
			a.offer(n.Title, model.CommandNotice+" 看 "+n.ID)
		}
		return s.withHandOver(a, said), nil
	}
	var a answer
	switch {
	case s.isHousehold(caller):
		a = say("没听懂。看钱回1,找人回2,说难处回3:")
		a.offer("看收到的钱", model.CommandAid)
		a.offer("找扶贫办的人", model.CommandPerson)
		a.offer("说难处", model.CommandRaise)
	case caller.IsCadre():
		a = say("没听懂。看本月回1,找人回2,记走访回3:")
		a.offer("看本月要走访的户", model.CommandMonth)
		a.offer("找扶贫办的人", model.CommandPerson)
		a.offer("记一次走访", model.CommandRecord)
	default:
		a = say("没听懂。怎么登记回1,找人回2,说困难回3:")
		a.offer("怎么登记一户", model.CommandBind)
		a.offer("找扶贫办的人", model.CommandPerson)
		a.offer("说困难", model.CommandReport)
	}
	return s.withHandOver(a, said), nil
}

// withHandOver adds the offer to hand the sentence to the office.
func (s *Service) withHandOver(a answer, said string) answer {
	said = firstRunes(strings.Join(strings.Fields(said), " "), maxSaid)
	if said != "" {
		a.offer("把这句话原样交给扶贫办", model.CommandHandOver+" sure=yes "+said)
	}
	a.text = lines(a.text, "全部能问的,回“"+model.CommandHelp+"”。")
	return a
}

// maxSaid is how many characters of a sentence are kept with a choice.
const maxSaid = 300

func firstRunes(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), n)])
}
