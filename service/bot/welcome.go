package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
		return s.obey(ctx, caller, model.CommandBind+" "+code)
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
			return s.obey(ctx, caller, model.CommandRecord+" "+id)
		}
		if !model.IsKind(err, model.KindNotFound) {
			return answer{}, err
		}
	}
	if _, no := s.Access.Mine(caller.Account, id); no == nil {
		return s.obey(ctx, caller, model.CommandHome+" "+id)
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

// help lists what the caller can ask, a page of it: "帮助 [接着看 page]".
func (s *Service) help(_ context.Context, r request) (answer, error) {
	if page, err := strconv.Atoi(r.arg(1)); r.arg(0) == wordMore && err == nil && (s.isHousehold(r.caller) || r.caller.IsCadre()) {
		return s.offerHelp(r.caller, "还可以问这些:", page), nil
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
	return s.offerHelp(caller, text, 0)
}

// askedMost are the commands that help offers first.
var askedMost = []string{
	model.CommandHome, model.CommandAid, model.CommandVisit, model.CommandMonth, model.CommandRecord, model.CommandExcuse, model.CommandNeeds,
	model.CommandMine, model.CommandRaise, model.CommandApply, model.CommandApplications, model.CommandNotice, model.CommandPerson,
}

// offerHelp lists a page of the commands of the caller, those asked most first.
func (s *Service) offerHelp(caller account.Caller, text string, page int) answer {
	var mine []command
	for _, c := range table {
		if c.about != "" && s.allows(caller, c) {
			mine = append(mine, c)
		}
	}
	place := func(c command) int {
		if i := slices.Index(askedMost, c.name); i >= 0 {
			return i
		}
		return len(askedMost)
	}
	slices.SortStableFunc(mine, func(a, b command) int { return place(a) - place(b) })
	size := oneDigit - 1
	from := min(max(page, 0)*size, len(mine))
	to := min(from+size, len(mine))
	a := say(text)
	for _, c := range mine[from:to] {
		a.offer(c.name+":"+c.about, c.name)
	}
	if to < len(mine) {
		a.offer("还能问别的", fmt.Sprintf("%s %s %d", model.CommandHelp, wordMore, page+1))
	}
	a.text = lines(a.text, "回数字、回两个字,或者直接说要什么,都行。")
	return a
}

// wayIn tells somebody who asks for what is not theirs how it becomes theirs, and what they can do without.
func (s *Service) wayIn(caller account.Caller) answer {
	switch {
	case caller.IsCadre():
		return s.withHelp(caller, "您登记的身份是帮扶干部,这一项是给帮扶户看的。您可以看:")
	case s.isHousehold(caller):
		return s.withHelp(caller, "这一项是给帮扶干部用的。您可以看:")
	}
	a := say(lines(
		"要看自己家的帮扶情况,先登记一次:先向您家的帮扶干部或扶贫办要一个绑定码,再把这几个数字发到这里,就好了。",
		"以前登记过的,回“手机号”,一步就能回来。",
		"没有登记也可以:",
	))
	a.offer("家里过不下去,说给扶贫办", model.CommandReport)
	a.offer("查政策,看怎么申请", model.CommandNotice)
	a.offer("看公示和公开的账", model.CommandPublic)
	a.offer("找扶贫办的人", model.CommandPerson)
	return a
}
