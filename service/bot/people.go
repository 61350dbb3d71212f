package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// despair is what somebody reads who says that they do not want to live.
const despair = "您别急,这就有人找您。现在就想有人说话,打心理援助热线12356,不要钱,白天夜里都有人接;有危险马上打120或110。"

// person tells how to reach a human being, and offers to call back: "人工 [words]". Who is in despair is not sent on:
// the office and the cadre hear of it at once.
func (s *Service) person(ctx context.Context, r request) (answer, error) {
	if r.slots["urgent"] == "true" {
		return s.inDanger(ctx, r)
	}
	settings, err := s.Visit.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	a := say(officeLine(settings.Office))
	for _, house := range s.Access.AllMine(r.caller.Account) {
		lines, err := s.phoneLines(ctx, house)
		if err != nil {
			return answer{}, err
		}
		a.text = joined(a.text, lines)
	}
	a.text = lines(a.text, "要不要给您回个电话?")
	a.yesNo(model.CommandCallBack, "请给我回电话", model.CommandNo, "不用了")
	a.offer("把事情写给扶贫办", model.CommandHandOver)
	a.offer("投诉(只有扶贫办和检查组看得到)", model.CommandComplain)
	return a, nil
}

func officeLine(o model.Office) string {
	phone := "扶贫办的电话还没有登记"
	if o.Phone != "" {
		phone = "扶贫办电话:" + o.Phone
	}
	if o.Hours != "" {
		phone += "(" + o.Hours + ")"
	}
	return phone + "。"
}

func joined(text string, more []string) string { return lines(append([]string{text}, more...)...) }

// phoneLines are the household's cadres, each with the phone of those who agreed.
func (s *Service) phoneLines(ctx context.Context, house access.Household) (list []string, err error) {
	cards, err := s.People.CadrePhones(ctx, house)
	for _, c := range cards {
		line := "帮扶干部" + c.Name
		if c.Phone != "" {
			line += ",电话" + c.Phone
		}
		list = append(list, line)
	}
	return list, err
}

// cadrePhones tells how to reach the household's cadres: "干部电话 [household]".
func (s *Service) cadrePhones(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	list, err := s.phoneLines(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if len(list) == 0 {
		list = []string{"您家眼下没有结对的干部。"}
	}
	a := say(joined("", list))
	a.text = lines(a.text, "没有写电话的,可以请他给您回电话:")
	a.offer("请给我回电话", model.CommandCallBack)
	a.offer("看干部哪天来", model.CommandVisit+" "+house.ID())
	return a, nil
}

// inDanger has the office and the cadre told at once that somebody speaks of ending their life.
func (s *Service) inDanger(ctx context.Context, r request) (answer, error) {
	text := strings.TrimSpace(r.words(0))
	if text == "" {
		text = "说不想活了"
	}
	d := visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: "bot", Text: firstRunes(text, 400), Kind: model.NeedCallBack, Urgent: true}
	if _, err := s.toOffice(ctx, r, d); err != nil {
		return answer{}, err
	}
	return say(despair), nil
}

// callBack asks the office to call: "回电话 [words]". Somebody without a household says their number first.
func (s *Service) callBack(ctx context.Context, r request) (answer, error) {
	said := strings.TrimSpace(r.words(0))
	if said == "" && !s.isHousehold(r.caller) && !r.caller.IsCadre() {
		a := say("请把您的电话号码发来,方便的时候也写一下,比如:13800000000,晚上")
		a.listen(model.CommandCallBack, "您的电话号码")
		return a, nil
	}
	text := "请回电话"
	if said != "" {
		text += ":" + said
	}
	n, err := s.toOffice(ctx, r, visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: "bot", Text: text, Kind: model.NeedCallBack})
	if err != nil {
		return answer{}, err
	}
	a := say(fmt.Sprintf("记下了,扶贫办%s前给您回电话。", n.DueOn.Near(s.today())))
	a.text = lines(a.text, "不用回了,发“"+model.CommandTakeBack+"”。")
	return a, nil
}

// toOffice enters what is the office's own: of the caller's household, or of somebody without one.
func (s *Service) toOffice(ctx context.Context, r request, d visit.NeedReport) (model.Need, error) {
	if err := s.claim(ctx); err != nil {
		return model.Need{}, err
	}
	if house, ok := s.theirs(r.caller); ok {
		return s.Visit.Raise(ctx, house, d)
	}
	if r.caller.IsCadre() {
		name, err := s.People.CadreName(ctx, r.caller.Account.CadreID)
		if err != nil {
			return model.Need{}, err
		}
		d.Text = "帮扶干部" + name + ":" + d.Text
	}
	return s.Visit.Report(ctx, s.Access.OfAccount(r.caller.Account), d)
}

// theirs is the household that the caller looks after for itself, or else as a proxy: the first.
func (s *Service) theirs(caller account.Caller) (house access.Household, ok bool) {
	for _, h := range s.Access.AllMine(caller.Account) {
		if !ok || house.View() != model.ViewFull && h.View() == model.ViewFull {
			house, ok = h, true
		}
	}
	return house, ok
}

// The reasons for which a cadre looks at a household's telephone, by one tap.
var phoneReasons = []string{"约走访的时间", "户里有急事要联系", "核对联系方式"}

// housePhone shows a cadre the telephone and address of a household of theirs, for a reason that the household can read:
// "户里电话 [household [reason]]".
func (s *Service) housePhone(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.helped(ctx, r, "看哪一户的电话?回复数字:")
	if err != nil || house.ID() == "" {
		return ask, err
	}
	reason := strings.Join(r.args[min(len(r.args), 1):], "")
	if reason == "" {
		a := say("户号" + house.ID() + ":为什么看?回复数字。看了会留下记录,户里看得到。")
		for _, why := range phoneReasons {
			a.offer(why, model.CommandHousePhone+" "+house.ID()+" "+why)
		}
		return a, nil
	}
	contact, err := s.People.ContactOf(ctx, house, reason)
	if err != nil {
		return answer{}, err
	}
	a := say("户号" + house.ID() + ":")
	for _, m := range contact.Members {
		if m.Phone != "" {
			a.text = lines(a.text, m.Name+" "+m.Phone)
		}
	}
	if len(contact.Members) == 0 || a.text == "户号"+house.ID()+":" {
		a.text = lines(a.text, "没有登记电话。")
	}
	if contact.Address != "" {
		a.text = lines(a.text, "住址:"+contact.Address)
	}
	return say(lines(a.text, "这次查看已留下记录:"+reason+"。")), nil
}

// helped is the household of the cadre's that the request names, the only one, or none with the question which. It may
// be named by its number or by its family.
func (s *Service) helped(ctx context.Context, r request, question string) (house access.Household, ask answer, err error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return house, ask, err
	}
	names := make([]string, len(houses))
	want := model.FoldID(firstOf(r.arg(0), strings.TrimSuffix(r.slots["household"], "家")))
	var found []access.Household
	list, err := s.People.Briefs(ctx, houses...)
	if err != nil {
		return house, ask, err
	}
	for i, b := range list {
		names[i] = fmt.Sprintf("%s家(%s)", b.Head, b.ID)
		if want != "" && (b.ID == want || strings.Contains(want, string([]rune(b.Head + " ")[:1]))) {
			found = append(found, houses[slices.IndexFunc(houses, func(h access.Household) bool { return h.ID() == b.ID })])
		}
	}
	switch {
	case len(found) == 1:
		return found[0], answer{}, nil
	case len(houses) == 0:
		return house, say("您眼下没有结对的户。如有出入,请联系扶贫办。"), nil
	case want != "" && len(found) == 0:
		question = "没有找到您说的这一户。" + question
	case len(houses) == 1:
		return houses[0], answer{}, nil
	}
	ask = say(question)
	rest := r.args[min(len(r.args), 1):]
	r.slots = without(r.slots, "household")
	for i, h := range houses[:min(len(houses), oneDigit)] {
		ask.offer(names[i], r.again(h.ID(), rest...))
	}
	return house, ask, nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func without(slots map[string]string, key string) map[string]string {
	kept := map[string]string{}
	for k, v := range slots {
		if k != key {
			kept[k] = v
		}
	}
	return kept
}

// ownPhone lets the cadre decide whether households read their telephone number: "公开电话 [给|不给]".
func (s *Service) ownPhone(ctx context.Context, r request) (answer, error) {
	switch r.arg(0) {
	case "给", "不给":
		if err := s.People.SharePhone(ctx, r.cadre, r.arg(0) == "给"); err != nil {
			return answer{}, err
		}
		if r.arg(0) == "给" {
			return say("好的,您结对的户问起来,会看到您登记的电话。改主意就再发“" + model.CommandOwnPhone + "”。"), nil
		}
		return say("好的,户里看不到您的电话。"), nil
	}
	a := say("您结对的户问干部电话时,给他们看您登记的电话吗?")
	a.yesNo(model.CommandOwnPhone+" 给", "给", model.CommandOwnPhone+" 不给", "不给")
	return a, nil
}
