package bot

import (
	"context"
	"strings"

	"bangfu/service/account"
	"bangfu/service/model"
)

// greet answers somebody who has begun to follow, perhaps by a QR code.
func (s *Service) greet(ctx context.Context, caller account.Caller, scene string) (answer, error) {
	if scene != "" {
		return s.scanned(ctx, caller, scene)
	}
	return s.withHelp(caller, "您好,这里是红卫农场帮扶服务。"), nil
}

// scanned answers a QR code. Its scene is "bind-<code>" with a one-time code, "household-<number>-<key>" on a
// household's card, or the name of a command. A card leads its cadre to the record of a visit and the household
// to its page; to anybody else it opens nothing: it lies about for everyone to scan.
func (s *Service) scanned(ctx context.Context, caller account.Caller, scene string) (answer, error) {
	if code, ok := strings.CutPrefix(scene, "bind-"); ok {
		return s.obey(ctx, caller, cmdBind+" "+code)
	}
	if account.IsCardScene(scene) {
		return s.card(ctx, caller, scene)
	}
	return s.obey(ctx, caller, scene)
}

func (s *Service) card(ctx context.Context, caller account.Caller, scene string) (answer, error) {
	id, ok, err := s.Account.CardHousehold(ctx, scene)
	if err != nil || !ok {
		return s.notTheirs(caller), err
	}
	if caller.IsCadre() {
		cadre, err := s.Access.Myself(caller.Account)
		if err == nil {
			_, err = s.Access.Paired(ctx, cadre, id)
		}
		if err == nil {
			return s.obey(ctx, caller, cmdRecord+" "+id)
		}
		if !model.IsKind(err, model.KindNotFound) {
			return answer{}, err
		}
	}
	if _, no := s.Access.Mine(caller.Account, id); no == nil {
		return s.obey(ctx, caller, cmdHome+" "+id)
	}
	return s.notTheirs(caller), nil
}

// notTheirs answers whoever scans a card that opens nothing to them, whether there is such a household or not.
func (s *Service) notTheirs(caller account.Caller) answer {
	if caller.IsCadre() || s.isHousehold(caller) {
		return s.withHelp(caller, "这个码只有结对的干部和本户打得开。您可以问这些:")
	}
	return s.wayIn(caller)
}

// help lists what the caller can ask, as choices.
func (s *Service) help(_ context.Context, r request) (answer, error) {
	if len(r.args) > 0 && r.args[0] == wordMore && (s.isHousehold(r.caller) || r.caller.IsCadre()) {
		return s.offerHelp(r.caller, "还可以问这些:", true), nil
	}
	return s.withHelp(r.caller, "您可以问这些:"), nil
}

// withHelp is a text followed by what the caller can ask.
func (s *Service) withHelp(caller account.Caller, text string) answer {
	if !s.isHousehold(caller) && !caller.IsCadre() {
		way := s.wayIn(caller)
		way.text = lines(text, way.text)
		return way
	}
	return s.offerHelp(caller, text, false)
}

// oneDigit is how many choices are answered with a single digit.
const oneDigit = 9

// offerHelp lists the commands of the caller: those asked most, and behind the ninth digit the others.
func (s *Service) offerHelp(caller account.Caller, text string, others bool) answer {
	var mine []command
	for _, c := range table {
		if c.about != "" && s.allows(caller, c) {
			mine = append(mine, c)
		}
	}
	rest := false
	if len(mine) > oneDigit {
		first := oneDigit - 1
		if others {
			mine = mine[first:]
		} else {
			mine, rest = mine[:first], true
		}
	}
	a := say(text)
	for _, c := range mine {
		a.offer(c.name+":"+c.about, c.name)
	}
	if rest {
		a.offer("还能问别的", cmdHelp+" "+wordMore)
	}
	a.text = lines(a.text, "回复数字或者两个字都行。")
	return a
}

// lost answers what the bot does not understand.
func (s *Service) lost(caller account.Caller, text string) answer {
	if len(text) == 1 && strings.Trim(text, "0123456789") == "" {
		return s.withHelp(caller, "这个数字对不上前面的选项了,请重新选:")
	}
	return s.withHelp(caller, "没有看懂您的意思。您可以问这些:")
}

// wayIn tells somebody who asks for what is not theirs how it becomes theirs.
func (s *Service) wayIn(caller account.Caller) answer {
	switch {
	case caller.IsCadre():
		return s.withHelp(caller, "您登记的身份是帮扶干部,这一项是给帮扶户看的。您可以看:")
	case s.isHousehold(caller):
		return s.withHelp(caller, "这一项是给帮扶干部用的。您可以看:")
	}
	return say(lines(
		"要看自己家的帮扶情况,先登记一次:",
		"1、向您家的帮扶干部或扶贫办要一个绑定码。",
		"2、把这几个数字发到这里,就好了。",
		"绑定码10分钟内有效,只能用一次。",
	))
}
