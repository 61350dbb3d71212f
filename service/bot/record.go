package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/visit"
)

type pushKey struct{}

// pushOf is the key of the push that is being answered: it makes what the answer does happen once.
func pushOf(ctx context.Context) string {
	key, _ := ctx.Value(pushKey{}).(string)
	return key
}

// month shows what the cadre owes this month: "本月".
func (s *Service) month(ctx context.Context, r request) (answer, error) {
	owed, err := s.Visit.Owed(ctx, r.caller.Account.CadreID)
	if err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	a := say(next)
	if len(owed) == 0 {
		a.text = lines(a.text, "本月没有要走访的户。")
	}
	for _, e := range owed {
		line := e.HouseholdID + " " + e.State.Label()
		if e.Open() {
			a.offer(line+",去记录", cmdRecord+" "+e.HouseholdID)
		} else {
			a.text = lines(a.text, line)
		}
	}
	return s.withNeeds(ctx, r, a)
}

func (s *Service) withNeeds(ctx context.Context, r request, a answer) (answer, error) {
	needs, err := s.Visit.LiveNeedsOwnedBy(ctx, r.caller.Account.CadreID)
	if err == nil && len(needs) > 0 {
		a.offer(fmt.Sprintf("经办的难事%d件", len(needs)), cmdNeeds)
	}
	return a, err
}

// record keeps a visit in two or three digits: "记录 [household [kind [late reason]]]".
func (s *Service) record(ctx context.Context, r request) (answer, error) {
	cadreID := r.caller.Account.CadreID
	id := strings.ToUpper(r.arg(0))
	if id == "" {
		return s.whichVisit(ctx, cadreID)
	}
	kind := model.VisitKind(r.arg(1))
	if !kind.Known() {
		return s.whichKind(ctx, id, cadreID)
	}
	v, err := s.Visit.Record(ctx, visit.Report{
		Key: pushOf(ctx), HouseholdID: id, CadreID: cadreID, On: model.DateOf(s.Now()),
		Items: []model.VisitItem{{Kind: kind, Count: 1}}, LateReason: strings.Join(r.args[min(2, len(r.args)):], " "),
	})
	if e := codeOf(err); e == "late_reason" {
		return askLate(id, kind), nil
	}
	if err != nil {
		return answer{}, err
	}
	a := say(fmt.Sprintf("记好了:%s,户号%s,%s。", v.On.Long(), id, itemsLine(v.Items)))
	for _, k := range model.VisitKinds[1:] {
		a.offer("再记一次"+k.Label(), cmdRecord+" "+id+" "+string(k))
	}
	a.offer("户里有难处,记下来", cmdRaise+" "+id)
	return s.withToTell(ctx, a, id)
}

// withToTell adds what the household could not be told in WeChat, so that its cadre does.
func (s *Service) withToTell(ctx context.Context, a answer, id string) (answer, error) {
	list, err := s.Notify.ToTell(ctx, id)
	if err != nil {
		return answer{}, err
	}
	for _, n := range list[:min(len(list), 3)] {
		a.text = lines(a.text, "请当面告诉户里:"+n.Text)
		a.offer("已经告诉了", cmdTold+" "+n.ID)
	}
	a.text = lines(a.text, "还想补一句话,或者发张照片,半小时内直接发来就行。")
	return a, nil
}

// told takes the cadre's word that the household was told: "已告知 message".
func (s *Service) told(ctx context.Context, r request) (answer, error) {
	ids, err := s.People.HouseholdsOf(ctx, r.caller.Account.CadreID)
	if err != nil {
		return answer{}, err
	}
	if len(r.args) > 0 {
		if err := s.Notify.ToldByHand(ctx, strings.Join(r.args, " "), ids); err != nil {
			return answer{}, err
		}
	}
	list, err := s.Notify.ToTell(ctx, ids...)
	if err != nil || len(list) == 0 {
		return say("没有要当面告诉户里的事了,谢谢。"), err
	}
	a := say("还要当面告诉户里:")
	for _, n := range list[:min(len(list), 5)] {
		a.text = lines(a.text, "户号"+n.HouseholdID+":"+n.Text)
		a.offer("已经告诉了", cmdTold+" "+n.ID)
	}
	return a, nil
}

// addWords adds to the visit that the cadre has just recorded: "补充 words". ok is false when there is none.
func (s *Service) addWords(ctx context.Context, cadreID, words string) (a answer, ok bool, err error) {
	v, ok, err := s.Visit.Recent(ctx, cadreID)
	if err != nil || !ok {
		return answer{}, false, err
	}
	if v, err = s.Visit.AddWords(ctx, cadreID, v.ID, pushOf(ctx), words); err != nil {
		return answer{}, true, err
	}
	return say(fmt.Sprintf("补到户号%s%s的走访里了:%s", v.HouseholdID, v.On.Long(), words)), true, nil
}

// addMedia adds a picture or a voice message to the visit that the cadre has just recorded.
func (s *Service) addMedia(ctx context.Context, caller account.Caller, in model.Inbound) (answer, error) {
	v, ok, err := s.Visit.Recent(ctx, caller.Account.CadreID)
	if err != nil || !ok {
		return s.notUnderstood(caller, in), err
	}
	if v, err = s.Visit.AddMedia(ctx, caller.Account.CadreID, v.ID, in.Type, in.MediaID); err != nil {
		return answer{}, err
	}
	return say(fmt.Sprintf("放到户号%s%s的走访里了,共%d个。", v.HouseholdID, v.On.Long(), len(v.Files))), nil
}

func (s *Service) more(ctx context.Context, r request) (answer, error) {
	a, ok, err := s.addWords(ctx, r.caller.Account.CadreID, strings.Join(r.args, " "))
	if err == nil && !ok {
		return say("半小时内没有记过走访。请先发“记录”。"), nil
	}
	return a, err
}

func codeOf(err error) string {
	if e, ok := asModel(err); ok {
		return e.Code
	}
	return ""
}

func (s *Service) whichVisit(ctx context.Context, cadreID string) (answer, error) {
	ids, err := s.People.HouseholdsOf(ctx, cadreID)
	if err != nil {
		return answer{}, err
	}
	if len(ids) == 1 {
		return s.whichKind(ctx, ids[0], cadreID)
	}
	a := say("走访了哪一户?回复数字:")
	for _, id := range ids {
		b, err := s.People.Brief(ctx, id)
		if err != nil {
			return answer{}, err
		}
		a.offer(fmt.Sprintf("%s家(%s)", b.Head, b.ID), cmdRecord+" "+id)
	}
	if len(ids) == 0 {
		a = say("您眼下没有结对的户。")
	}
	return a, nil
}

func (s *Service) whichKind(ctx context.Context, id, cadreID string) (answer, error) {
	a := say("户号" + id + ",这次做了什么?回复数字就记好了:")
	for _, k := range model.VisitKinds {
		a.offer(k.Label(), cmdRecord+" "+id+" "+string(k))
	}
	last, ok, err := s.Visit.Last(ctx, id, cadreID)
	if ok {
		a.text = lines(a.text, "上次("+last.On.Long()+")记的是:"+itemsLine(last.Items))
	}
	return a, err
}

// askLate asks why a visit is recorded late, before anything is kept.
func askLate(id string, kind model.VisitKind) answer {
	a := say("过了帮扶日的时限。为什么晚了?回复数字:")
	for _, reason := range []string{"出差", "生病", "户里没人", "去过了,忘了记", "别的原因"} {
		a.offer(reason, cmdRecord+" "+id+" "+string(kind)+" "+reason)
	}
	return a
}

func itemsLine(items []model.VisitItem) string {
	parts := make([]string, len(items))
	for i, x := range items {
		parts[i] = x.Kind.Label() + strconv.Itoa(x.Count) + "次"
	}
	return strings.Join(parts, "、")
}

// excuse asks for a visit to be excused: "请假 [household [reason]]".
func (s *Service) excuse(ctx context.Context, r request) (answer, error) {
	id := strings.ToUpper(r.arg(0))
	if id == "" {
		owed, err := s.Visit.Owed(ctx, r.caller.Account.CadreID)
		if err != nil {
			return answer{}, err
		}
		a := say("哪一户这个月去不了?回复数字:")
		for _, e := range owed {
			if e.Open() {
				a.offer("户号"+e.HouseholdID, cmdExcuse+" "+e.HouseholdID)
			}
		}
		if len(a.choices) == 0 {
			return say("本月没有还没走访的户,不用请假。"), nil
		}
		return a, nil
	}
	if r.arg(1) == "" {
		a := say("什么原因?回复数字:")
		for _, reason := range model.ExcuseReasons {
			a.offer(model.ExcuseLabel(reason), cmdExcuse+" "+id+" "+reason)
		}
		return a, nil
	}
	e, err := s.Visit.Ask(ctx, r.caller.Account.CadreID, id, r.arg(1), "")
	if model.IsKind(err, model.KindNotFound) {
		return say("这一户本月没有要您走访的安排。"), nil
	}
	if err != nil {
		return answer{}, err
	}
	return say("已报上去,等领导批准:户号" + e.HouseholdID + "," + model.ExcuseLabel(e.Excuse.Reason) + "。批准前仍请抽空联系户里。"), nil
}

// needs shows the difficulties that a cadre sees to, and takes "done": "难事 [need]".
func (s *Service) needs(ctx context.Context, r request) (answer, error) {
	if id := strings.Join(r.args, " "); id != "" {
		n, err := s.Visit.Done(ctx, id, r.caller.Account.CadreID, "")
		if err != nil {
			return answer{}, err
		}
		return say("记下了:" + n.Text + "\n已请户号" + n.HouseholdID + "确认。户里说没办好,会再回到您这里。"), nil
	}
	list, err := s.Visit.LiveNeedsOwnedBy(ctx, r.caller.Account.CadreID)
	if err != nil {
		return answer{}, err
	}
	if len(list) == 0 {
		return say("您眼下没有经办的难事。"), nil
	}
	a := say("您经办的难事,办好了的回复数字:")
	for _, n := range list[:min(len(list), 9)] {
		if n.State == model.NeedDone {
			a.text = lines(a.text, "(等户里确认)"+n.HouseholdID+" "+n.Text)
			continue
		}
		a.offer(fmt.Sprintf("%s %s(%s前)", n.HouseholdID, n.Text, n.DueOn.Long()), cmdNeeds+" "+n.ID)
	}
	return a, nil
}

// raise takes a difficulty from a household, or from its cadre on its behalf: "反映 words" or
// "反映 household words".
func (s *Service) raise(ctx context.Context, r request) (answer, error) {
	id, source, actor := strings.ToUpper(r.arg(0)), "bot", "account:"+r.caller.Account.ID
	words := r.args
	mine := s.sees(r, id) != ""
	if !mine && r.caller.IsCadre() {
		ids, err := s.People.HouseholdsOf(ctx, r.caller.Account.CadreID)
		if err != nil {
			return answer{}, err
		}
		for _, x := range ids {
			mine = mine || x == id
		}
		source = "visit"
	}
	if mine {
		words = words[1:]
	} else if ids := r.caller.Account.Households(s.Now()); len(ids) > 0 {
		id, source = ids[0], "bot"
	} else {
		return say("请写“反映”,空一格,写户号,再空一格,写是什么难处。"), nil
	}
	text := strings.Join(words, " ")
	if text == "" {
		return say("请在“反映”后面空一格,用一两句话写是什么难处。\n比如:反映 屋顶漏雨,想修一修"), nil
	}
	n, err := s.Visit.Raise(ctx, visit.Difficulty{Key: pushOf(ctx), HouseholdID: id, Source: source, Text: text}, actor)
	if err != nil {
		return answer{}, err
	}
	return s.heard(ctx, n)
}

// heard tells the household who sees to its difficulty, and until when.
func (s *Service) heard(ctx context.Context, n model.Need) (answer, error) {
	who := "扶贫办"
	if n.OwnerID != "" {
		var err error
		if who, err = s.People.CadreName(ctx, n.OwnerID); err != nil {
			return answer{}, err
		}
	}
	return say(fmt.Sprintf("记下了:%s\n由%s来办,%s前答复您。办好以后会请您确认。", n.Text, who, n.DueOn.Long())), nil
}

// cameAs takes the household's word on the last visit: "来过 [household]" or "没来 [household]".
func cameAs(answered string) func(*Service, context.Context, request) (answer, error) {
	return func(s *Service, ctx context.Context, r request) (answer, error) {
		command := cmdCame
		if answered != "came" {
			command = cmdNotCame
		}
		id, ask, err := s.chosen(ctx, r, command)
		if err != nil || id == "" {
			return ask, err
		}
		v, ok, err := s.Visit.Latest(ctx, id)
		if err != nil {
			return answer{}, err
		}
		if !ok {
			return say("还没有走访记录。谢谢您告诉我们,扶贫办看得到。"), nil
		}
		if _, err := s.Visit.Answer(ctx, id, v.ID, answered, 0); err != nil {
			return answer{}, err
		}
		a := say("谢谢您,记下了。您说的不会让谁挨罚,只是让我们心里有数。")
		if answered == "came" {
			offerRatings(&a, id)
		}
		return a, nil
	}
}

var ratings = []string{"很不满意", "不满意", "一般", "满意", "很满意"}

func offerRatings(a *answer, id string) {
	a.text = lines(a.text, "愿意的话,说说这次走访怎么样,回复数字:")
	for i := len(ratings); i > 0; i-- {
		a.offer(ratings[i-1], fmt.Sprintf("%s %s %d", cmdRate, id, i))
	}
}

// rate takes what the household thinks of the last visit: "评价 [household [1 to 5]]".
func (s *Service) rate(ctx context.Context, r request) (answer, error) {
	id, ask, err := s.chosen(ctx, r, cmdRate)
	if err != nil || id == "" {
		return ask, err
	}
	v, ok, err := s.Visit.Latest(ctx, id)
	if err != nil {
		return answer{}, err
	}
	if !ok {
		return say("还没有走访记录,以后再评价。"), nil
	}
	stars, err := strconv.Atoi(r.arg(1))
	if err != nil || stars < 1 || stars > len(ratings) {
		a := say(fmt.Sprintf("上次走访是%s。", v.On.Long()))
		offerRatings(&a, id)
		return a, nil
	}
	if _, err := s.Visit.Answer(ctx, id, v.ID, "came", stars); err != nil {
		return answer{}, err
	}
	return say("谢谢您的评价:" + ratings[stars-1] + "。评价只用来改进工作,不排名。"), nil
}

// settle takes the household's word on a difficulty that the cadre has seen to: "确认 yes|no need".
func (s *Service) settle(ctx context.Context, r request) (answer, error) {
	ids := r.caller.Account.Households(s.Now())
	if r.arg(1) != "" {
		needID := strings.Join(r.args[1:], " ")
		for _, id := range ids {
			n, err := s.Visit.Settle(ctx, needID, id, r.arg(0) == "yes", "")
			if model.IsKind(err, model.KindNotFound) {
				continue
			}
			if err != nil {
				return answer{}, err
			}
			if n.State == model.NeedConfirmed {
				return say("好的,这件事就算办好了:" + n.Text), nil
			}
			return say("知道了,会接着办:" + n.Text), nil
		}
		return say("没有找到这件事。"), nil
	}
	a := say("")
	for _, id := range ids {
		needs, err := s.Visit.LiveNeedsOf(ctx, id)
		if err != nil {
			return answer{}, err
		}
		for _, n := range needs {
			if len(a.choices) > 7 {
				break
			}
			if n.State != model.NeedDone {
				a.text = lines(a.text, "正在办:"+n.Text+"("+n.DueOn.Long()+"前)")
				continue
			}
			a.text = lines(a.text, "干部说办好了:"+n.Text)
			a.offer("是办好了", cmdSettle+" yes "+n.ID)
			a.offer("还没办好", cmdSettle+" no "+n.ID)
		}
	}
	if a.text == "" {
		return say("您家没有在办的事。有难处就发“反映”,空一格,写要说的话。"), nil
	}
	return a, nil
}
