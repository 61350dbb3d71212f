package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
	"bangfu/service/visit"
)

// wordSure in a command line says that the person has confirmed it.
const wordSure = "yes"

// needKinds are what the lexicon calls the kinds of difficulties.
var needKinds = map[string]model.NeedKind{
	"housing": model.NeedHousing, "medical": model.NeedMedical, "education": model.NeedSchooling, "heating": model.NeedLiving, "food": model.NeedLiving,
	"industry": model.NeedIncome, "job": model.NeedIncome, "money": model.NeedLiving, "water_power": model.NeedLiving, "other": model.NeedOther,
}

// raise takes a difficulty from a household, or from its cadre on its behalf: "反映 [household] [kind=…] words". It is
// said back and kept once the person agrees; what is urgent is kept at once.
func (s *Service) raise(ctx context.Context, r request) (answer, error) {
	house, source, text, ask, err := s.whoseNeed(ctx, r)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if text == "" {
		return s.askNeed(r, house), nil
	}
	u := s.mean(r.caller, text, understand.AskedWords)
	if u.Intent == "complaint" && r.slots["kind"] == "" && s.isMine(r, house) {
		return s.confirmComplaint(text), nil
	}
	d := visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: source, Text: text, Files: filesOf(r.slots["media"])}
	kind := firstOf(r.slots["kind"], fmt.Sprint(u.Slots["kind"]))
	d.Kind = needKinds[kind]
	d.Urgent = r.slots["urgent"] == "true" || u.Slots["urgent"] == true
	if r.slots["sure"] != wordSure && !d.Urgent {
		a := say(fmt.Sprintf("您说的是:%s%s\n就这样记下,请人来办?", text, withFiles(d.Files)))
		r.slots["sure"] = wordSure
		a.yesNo(r.again(house.ID(), text), "对,记下", model.CommandBack, "不记了")
		delete(r.slots, "sure")
		a.offer("重新说", r.again(house.ID()))
		return a, nil
	}
	n, err := s.Visit.Raise(ctx, house, d)
	if err != nil {
		return answer{}, err
	}
	return s.heard(ctx, n)
}

// isMine reports whether the caller speaks for the household, and not as its cadre.
func (s *Service) isMine(r request, house access.Household) bool {
	return r.caller.Account.Sees(house.ID(), s.Now()) != ""
}

func (s *Service) askNeed(r request, house access.Household) answer {
	text := "请说是什么难处,直接发来就行,一两句话,说话、照片也行。\n比如:屋顶漏雨,想修一修"
	if files := filesOf(r.slots["media"]); len(files) > 0 {
		text = fmt.Sprintf("收到%d个照片或语音,会和难处一起交上去。再说一句是什么事:", len(files))
	}
	a := say(text)
	if len(filesOf(r.slots["media"])) > 0 {
		a.offer("不说了,就这样交上去", r.again(house.ID(), "(见照片或语音)"))
	}
	a.listen(r.again(house.ID()), "是什么难处")
	return a
}

// filesOf are the pictures and voice messages that a line names: media=image-ID,voice-ID.
func filesOf(media string) (list []model.VisitFile) {
	for _, m := range strings.Split(media, ",") {
		if kind, id, ok := strings.Cut(m, "-"); ok && len(list) < model.MaxVisitFiles {
			list = append(list, model.VisitFile{Kind: kind, MediaID: id})
		}
	}
	return list
}

func withFiles(files []model.VisitFile) string {
	if len(files) == 0 {
		return ""
	}
	return fmt.Sprintf("(带%d个照片或语音)", len(files))
}

// whoseNeed is the household that a difficulty is of, where it is heard, and its words: the one that the first word or
// the sentence names, the caller's only one, or none with the question which.
func (s *Service) whoseNeed(ctx context.Context, r request) (house access.Household, source, text string, ask answer, err error) {
	text = strings.TrimSpace(r.words(0))
	if first := r.arg(0); householdNo.MatchString(first) {
		house, source, err = s.reached(ctx, r, first)
		if err == nil {
			return house, source, strings.TrimSpace(r.words(1)), ask, nil
		}
		if !model.IsKind(err, model.KindNotFound) {
			return house, source, text, ask, err
		}
	}
	if mine := s.Access.AllMine(r.caller.Account); len(mine) == 1 {
		return mine[0], "bot", text, ask, nil
	} else if len(mine) > 1 {
		ask, err = s.whichHousehold(ctx, "您登记了几户,是哪一户的难处?回复数字:", mine, func(id string) string { return r.again(id, text) })
		return house, source, text, ask, err
	}
	r.args = nil
	if text != "" {
		r.args = append([]string{""}, text)
	}
	house, ask, err = s.helped(ctx, r, "哪一户有难处?回复数字:")
	return house, "visit", text, ask, err
}

// reached is a household of the caller's own, or one that they help, and where its needs are heard.
func (s *Service) reached(ctx context.Context, r request, id string) (house access.Household, source string, err error) {
	if house, err = s.Access.Mine(r.caller.Account, id); err == nil || !r.caller.IsCadre() {
		return house, "bot", err
	}
	house, err = s.Access.Paired(ctx, r.cadre, id)
	return house, "visit", err
}

// heard tells the household who sees to what it said, and until when, and how to take it back.
func (s *Service) heard(ctx context.Context, n model.Need) (answer, error) {
	who := "扶贫办"
	if n.OwnerID != "" {
		var err error
		if who, err = s.People.CadreName(ctx, n.OwnerID); err != nil {
			return answer{}, err
		}
	}
	if n.Urgent {
		settings, err := s.Visit.Settings(ctx)
		if err != nil {
			return answer{}, err
		}
		return say(lines(
			"已经马上告诉扶贫办和帮扶干部:"+n.Text,
			fmt.Sprintf("%s内有人联系您。有生命危险打120,着火打119,要报警打110。", model.Spoken(settings.UrgentWithin())),
			officeLine(settings.Office)+"不是急事,回“"+model.CommandTakeBack+"”。",
		)), nil
	}
	text := fmt.Sprintf("记下了:%s\n由%s来办,%s前答复您。办好以后会请您确认。", n.Text, who, n.DueOn.Near(s.today()))
	if n.Confidential {
		text = lines(text, "您提到了帮扶干部,所以只有扶贫办和检查组看得到。")
	}
	return say(lines(text, "说错了,回“"+model.CommandTakeBack+"”。")), nil
}

// complain takes a complaint: "投诉 [sure=yes] words". It goes to the office and inspectors only.
func (s *Service) complain(ctx context.Context, r request) (answer, error) {
	text := strings.TrimSpace(r.words(0))
	if text == "" {
		a := say("请说是什么事、说的是谁,直接发来就行。只有扶贫办和检查组看得到,被说到的人看不到。")
		a.listen(model.CommandComplain, "投诉什么事")
		return a, nil
	}
	if r.slots["sure"] != wordSure {
		return s.confirmComplaint(text), nil
	}
	d := visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: "bot", Text: firstRunes(text, 500), Kind: model.NeedComplaint}
	n, err := s.toOffice(ctx, r, d)
	if err != nil {
		return answer{}, err
	}
	return say(lines(
		"收到了,已交给扶贫办和检查组。被说到的人看不到。",
		fmt.Sprintf("%s前答复您;发“%s”看办到哪一步,发“%s”可以撤回。", n.DueOn.Near(s.today()), model.CommandSettle, model.CommandTakeBack),
	)), nil
}

func (s *Service) confirmComplaint(text string) answer {
	a := say("您说的是投诉:" + text + "\n只交给扶贫办和检查组,被说到的人看不到。就这样交上去?")
	a.yesNo(model.CommandComplain+" sure=yes "+text, "对,交上去", model.CommandBack, "不交了")
	a.offer("不是投诉,是家里的难处", model.CommandRaise+" kind=other "+text)
	return a
}

// lifeWords are what somebody reads who tells of an event, in one line.
var lifeWords = map[string]string{
	"death": "听到这个消息很难过,请您节哀。", "birth": "恭喜添丁!", "marriage": "恭喜!", "divorce": "知道了。", "moved": "知道您家搬了。",
	"illness": "请先安心治病。", "accident": "请先顾好人;急的话打120。", "job_lost": "知道了,别着急。", "school": "恭喜孩子!", "disaster": "请先顾好人;着火打119,急救打120。",
}

// life takes what changes a household: "家里有变化 [household] [event=…] words". The office sees to it; after a death the
// household is left in peace until then.
func (s *Service) life(ctx context.Context, r request) (answer, error) {
	house, source, text, ask, err := s.whoseNeed(ctx, r)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if text == "" {
		a := say("家里有什么变化?直接说就行,比如:老伴去世了、孙子出生了、搬家了")
		a.listen(model.CommandLife+" "+house.ID(), "家里有什么变化")
		return a, nil
	}
	event := r.slots["event"]
	if event == "" {
		event = fmt.Sprint(s.mean(r.caller, text, understand.AskedNothing).Slots["event"])
	}
	urgent := r.slots["urgent"] == "true" || event == "accident" || event == "disaster"
	n, err := s.Visit.Raise(ctx, house, visit.NeedReport{
		Key: pushOf(ctx), Pushed: true, Source: source, Text: firstRunes(text, 500), Kind: model.NeedLifeEvent, Event: event, Urgent: urgent,
	})
	if err != nil {
		return answer{}, err
	}
	then := fmt.Sprintf("扶贫办会来办登记和该办的手续,%s前联系您。", n.DueOn.Near(s.today()))
	if urgent {
		then = "已经马上告诉扶贫办和帮扶干部,会尽快联系您。"
	}
	if event == model.EventDeath {
		then += "这段时间不发提醒打扰您。"
	}
	return say(lines(firstOf(lifeWords[event], "知道了。"), then, "说错了,回“"+model.CommandTakeBack+"”。")), nil
}

// selfReport takes what somebody says of themselves who cannot live as before, registered or not: "说困难 [sure=yes]
// words".
func (s *Service) selfReport(ctx context.Context, r request) (answer, error) {
	text := strings.TrimSpace(r.words(0))
	if text == "" {
		a := say("请说说家里的情况:谁、住哪儿、出了什么事、怎么联系您。直接发来就行。")
		a.listen(model.CommandReport, "家里的情况,和怎么联系您")
		return a, nil
	}
	u := s.mean(r.caller, text, understand.AskedNothing)
	urgent := u.Slots["urgent"] == true
	if r.slots["sure"] != wordSure && !urgent {
		a := say("您说的是:" + text + "\n就这样登记,请扶贫办来看?")
		a.yesNo(model.CommandReport+" sure=yes "+text, "对,登记", model.CommandBack, "不登记")
		a.offer("重新说", model.CommandReport)
		return a, nil
	}
	n, err := s.toOffice(ctx, r, visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: "bot", Text: firstRunes(text, 500), Kind: model.NeedSelfReport, Urgent: urgent})
	if err != nil {
		return answer{}, err
	}
	if urgent {
		return s.heard(ctx, n)
	}
	a := say(fmt.Sprintf("登记了,扶贫办%s前来了解情况。", n.DueOn.Near(s.today())))
	if !s.isHousehold(r.caller) {
		a.text = lines(a.text, "还没有留电话的,请再发一条写上电话:")
		a.offer("留电话", model.CommandCallBack)
	}
	return a, nil
}

// handOver gives a sentence to the office as it is: "转交扶贫办 words".
func (s *Service) handOver(ctx context.Context, r request) (answer, error) {
	text := strings.TrimSpace(r.words(0))
	if text == "" {
		a := say("请把要说的话发来,会原样交给扶贫办。")
		a.listen(model.CommandHandOver, "要交给扶贫办的话")
		return a, nil
	}
	if r.slots["sure"] != wordSure {
		a := say("原样交给扶贫办:" + text + "\n对吗?")
		a.yesNo(model.CommandHandOver+" sure=yes "+text, "对,交上去", model.CommandBack, "不交了")
		return a, nil
	}
	n, err := s.toOffice(ctx, r, visit.NeedReport{Key: pushOf(ctx), Pushed: true, Source: "bot", Text: firstRunes(text, 500), Kind: model.NeedMessage})
	if err != nil {
		return answer{}, err
	}
	return say(fmt.Sprintf("交上去了,扶贫办%s前答复。", n.DueOn.Near(s.today()))), nil
}

// takeBack lets the household take back what it has said, and says which before it does: "撤回 [need [sure]]".
func (s *Service) takeBack(ctx context.Context, r request) (answer, error) {
	type said struct {
		house access.Household
		need  model.Need
	}
	var open []said
	for _, house := range s.Access.AllMine(r.caller.Account) {
		if house.View() != model.ViewFull {
			continue
		}
		needs, err := s.Visit.NeedsOf(ctx, house)
		if err != nil {
			return answer{}, err
		}
		for _, n := range needs {
			if n.Live() && !n.Promised && n.Source != "office" {
				open = append(open, said{house, n})
			}
		}
	}
	i := slices.IndexFunc(open, func(x said) bool { return r.arg(0) != "" && model.IsOutward(x.need.ID, r.arg(0)) })
	switch {
	case len(open) == 0:
		return s.withHelp(r.caller, "眼下没有可以撤回的事。申请要撤回,发“"+model.CommandApplications+"”。您可以问这些:"), nil
	case i >= 0 && r.arg(1) == wordYes:
		n, err := s.Visit.Withdraw(ctx, open[i].house, open[i].need.ID)
		if err != nil {
			return answer{}, err
		}
		return say("撤回了:" + n.Text), nil
	case i >= 0 || len(open) == 1:
		x := open[max(i, 0)]
		a := say("撤回这件事吗:" + x.need.Text)
		a.yesNo(model.CommandTakeBack+" "+model.Outward(x.need.ID)+" "+wordYes, "撤回", model.CommandNo, "不撤")
		return a, nil
	}
	a := say("撤回哪一件?回复数字:")
	for _, x := range open[:min(len(open), 8)] {
		a.offer(firstRunes(x.need.Text, 40), model.CommandTakeBack+" "+model.Outward(x.need.ID)+" "+wordYes)
	}
	a.offer("都不撤", model.CommandNo)
	return a, nil
}
