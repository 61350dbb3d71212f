package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/access"
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
	owed, err := s.Visit.Owed(ctx, r.cadre)
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
	needs, err := s.Visit.LiveNeedsOwnedBy(ctx, r.cadre)
	if err == nil && len(needs) > 0 {
		a.offer(fmt.Sprintf("经办的难事%d件", len(needs)), cmdNeeds)
	}
	return a, err
}

// What may stand in the command line of 记录 in the place of a kind, and the reason that asks for the day.
const (
	wordLast   = "照上次"
	wordForgot = "去过了,忘了记"
)

// record keeps a visit in two or three digits: "记录 [household [kind [day] [late reason]]]".
func (s *Service) record(ctx context.Context, r request) (answer, error) {
	id, what := strings.ToUpper(r.arg(0)), r.arg(1)
	if id == "" {
		return s.whichVisit(ctx, r.cadre)
	}
	items := []model.VisitItem{{Kind: model.VisitKind(what), Count: 1}}
	if what == wordLast {
		last, _, err := s.Visit.Last(ctx, r.cadre, id)
		if err != nil {
			return answer{}, err
		}
		items = last.Items
	} else if !items[0].Kind.Known() {
		return s.whichKind(ctx, r.cadre, id)
	}
	on, reason := s.today(), r.words(2)
	if day, err := model.ParseDate(r.arg(2)); err == nil {
		on, reason = day, r.words(3)
	} else if reason == wordForgot {
		return s.whichDay(ctx, id, what)
	}
	v, err := s.Visit.Record(ctx, r.cadre, visit.Report{Key: pushOf(ctx), HouseholdID: id, On: on, Items: items, LateReason: reason})
	if e := codeOf(err); e == "late_reason" {
		return askLate(id, what), nil
	}
	if err != nil {
		return answer{}, err
	}
	return s.recorded(ctx, r.cadre, "记好了", v)
}

// recorded is what a cadre reads once a visit is kept, with what can be added to it.
func (s *Service) recorded(ctx context.Context, cadre access.Cadre, lead string, v model.Visit) (answer, error) {
	a := say(fmt.Sprintf("%s:%s,户号%s,%s。", lead, v.On.Near(s.today()), v.HouseholdID, itemsLine(v.Items)))
	list, err := s.toTell(ctx, cadre, v.HouseholdID)
	if err != nil {
		return answer{}, err
	}
	for _, n := range list[:min(len(list), 3)] {
		a.text = lines(a.text, "请当面告诉户里:"+n.Text)
	}
	a.text = lines(a.text, "还有的话,回复数字:")
	for _, k := range model.VisitKinds[1:] {
		a.offer("再记一次"+k.Label(), fmt.Sprintf("%s %s %s %s %s", cmdRecord, v.HouseholdID, k, v.On, v.LateReason))
	}
	a.offer("户里有难处", cmdRaise+" "+v.HouseholdID)
	a.offer("答应了户里一件事", cmdPromise+" "+v.HouseholdID)
	a.offer("自己掏了钱", cmdPocket+" "+v.ID)
	a.offer("记错了,改一改", cmdCorrect+" "+v.ID)
	if len(list) > 0 {
		a.offer("当面告诉过了", cmdTold)
	}
	a.text = lines(a.text, "想补一句话、说一段话,或者发张照片,半小时内直接发来。")
	a.listen(cmdMore)
	return a, nil
}

// toTell is what the household has to be told in person; nothing for one that the cadre does not help any more.
func (s *Service) toTell(ctx context.Context, cadre access.Cadre, householdID string) ([]model.HandNotice, error) {
	house, err := s.Access.Paired(ctx, cadre, householdID)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.Notify.ToTell(ctx, house)
}

// pocket takes what the cadre paid for the household themself: "自费 [visit] yuan".
func (s *Service) pocket(ctx context.Context, r request) (answer, error) {
	visitID, amount := r.arg(0), r.words(1)
	if !strings.Contains(visitID, "/") {
		v, ok, err := s.Visit.Recent(ctx, r.cadre)
		if err != nil || !ok {
			return say("请先发“记录”记走访,再记自己掏的钱。"), err
		}
		visitID, amount = v.ID, r.words(0)
	}
	amount = strings.TrimSpace(normalYuan.Replace(amount))
	fen, err := model.ParseYuan(amount)
	if amount == "" || err != nil {
		a := say("自己掏了多少元?直接发数字就行,比如 200")
		a.listen(cmdPocket + " " + visitID)
		return a, nil
	}
	v, err := s.Visit.AddPocket(ctx, r.cadre, visitID, pushOf(ctx), fen)
	if err != nil {
		return answer{}, err
	}
	return say(fmt.Sprintf("记下了:%s元。这次走访自己掏的钱一共%s元。", fen.Yuan(), v.SelfFunded.Yuan())), nil
}

// normalYuan leaves the number of an amount.
var normalYuan = strings.NewReplacer("元", "", "块钱", "", "块", "", "¥", "", "￥", "")

// correct puts another kind in the place of what was recorded by mistake: "更正 visit [kind]".
func (s *Service) correct(ctx context.Context, r request) (answer, error) {
	visitID, kind := r.arg(0), model.VisitKind(r.arg(1))
	if visitID == "" {
		v, ok, err := s.Visit.Recent(ctx, r.cadre)
		if err != nil || !ok {
			return say("半小时内没有记过走访。早先的请在小程序里更正。"), err
		}
		visitID = v.ID
	}
	if !kind.Known() {
		a := say("应该记成什么?回复数字就改好,原来记的也留着:")
		for _, k := range model.VisitKinds {
			a.offer("只记"+k.Label()+"1次", cmdCorrect+" "+visitID+" "+string(k))
		}
		return a, nil
	}
	v, err := s.Visit.Correct(ctx, r.cadre, visitID, kind)
	if err != nil {
		return answer{}, err
	}
	return s.recorded(ctx, r.cadre, "改好了", v)
}

// told takes the cadre's word that the household was told: "已告知 message".
func (s *Service) told(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if len(r.args) > 0 {
		key := strings.Join(r.args, " ")
		if err := s.Notify.ToldByHand(ctx, key, houses...); err != nil {
			return answer{}, err
		}
		if err := s.Broadcast.ToldByHand(ctx, r.cadre, key, houses); err != nil {
			return answer{}, err
		}
	}
	list, err := s.Notify.ToTell(ctx, houses...)
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

// addWords adds to the visit that the cadre has just recorded: "补充 words". ok is false when there is none. What the
// last answer offered stays on offer.
func (s *Service) addWords(ctx context.Context, caller account.Caller, words string) (a answer, ok bool, err error) {
	cadre, err := s.Access.Myself(caller.Account)
	if err != nil || words == "" {
		return answer{}, false, err
	}
	v, ok, err := s.Visit.Recent(ctx, cadre)
	if err != nil || !ok {
		return answer{}, false, err
	}
	if v, err = s.Visit.AddWords(ctx, cadre, v.ID, pushOf(ctx), words); err != nil {
		return answer{}, true, err
	}
	text := fmt.Sprintf("补上了:%s\n(户号%s,%s的走访)", words, v.HouseholdID, v.On.Near(s.today()))
	return answer{text: text, choices: s.offered(caller)}, true, nil
}

// addMedia adds a picture or a voice message to the visit that the cadre has just recorded.
func (s *Service) addMedia(ctx context.Context, caller account.Caller, in model.Inbound) (answer, error) {
	cadre, err := s.Access.Myself(caller.Account)
	if err != nil {
		return answer{}, err
	}
	v, ok, err := s.Visit.Recent(ctx, cadre)
	if err != nil || !ok {
		return s.notUnderstood(caller, in), err
	}
	if v, err = s.Visit.AddMedia(ctx, cadre, v.ID, in.Type, in.MediaID); err != nil {
		return answer{}, err
	}
	text := fmt.Sprintf("收好了,这次走访一共%d个。\n(户号%s,%s的走访)", len(v.Files), v.HouseholdID, v.On.Near(s.today()))
	return answer{text: text, choices: s.offered(caller)}, nil
}

func (s *Service) more(ctx context.Context, r request) (answer, error) {
	a, ok, err := s.addWords(ctx, r.caller, r.words(0))
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

func (s *Service) whichVisit(ctx context.Context, cadre access.Cadre) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, cadre)
	if err != nil {
		return answer{}, err
	}
	if len(houses) == 1 {
		return s.whichKind(ctx, cadre, houses[0].ID())
	}
	a := say("走访了哪一户?回复数字:")
	for _, house := range houses {
		b, err := s.People.Brief(ctx, house)
		if err != nil {
			return answer{}, err
		}
		a.offer(fmt.Sprintf("%s家(%s)", b.Head, b.ID), cmdRecord+" "+b.ID)
	}
	if len(houses) == 0 {
		a = say("您眼下没有结对的户。")
	}
	return a, nil
}

func (s *Service) whichKind(ctx context.Context, cadre access.Cadre, id string) (answer, error) {
	a := say("户号" + id + ",这次做了什么?回复数字就记好了:")
	for _, k := range model.VisitKinds {
		a.offer(k.Label(), cmdRecord+" "+id+" "+string(k))
	}
	last, ok, err := s.Visit.Last(ctx, cadre, id)
	if ok && len(last.Items) > 0 {
		a.offer("和上次一样:"+itemsLine(last.Items), cmdRecord+" "+id+" "+wordLast)
	}
	return a, err
}

// askLate asks why a visit is recorded late, before anything is kept.
func askLate(id, what string) answer {
	a := say("过了帮扶日的时限。为什么晚了?回复数字,或者写一句:")
	for _, reason := range []string{"今天才去,前几天出差", "今天才去,前几天生病", "今天才去,前几天户里没人", wordForgot} {
		a.offer(reason, cmdRecord+" "+id+" "+what+" "+reason)
	}
	a.listen(cmdRecord + " " + id + " " + what)
	return a
}

// whichDay asks on which day the cadre was there: those of the aid day's window, and the last two.
func (s *Service) whichDay(ctx context.Context, id, what string) (answer, error) {
	settings, err := s.Visit.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	today := s.today()
	aidDay := settings.AidDayOf(today.Period())
	first, last := aidDay.AddDays(-settings.WindowBefore), aidDay.AddDays(settings.WindowAfter)
	a := say("哪天去的?回复数字:")
	for day := first; day < today && len(a.choices) < 9; day = day.AddDays(1) {
		if day > last && day < today.AddDays(-2) {
			continue
		}
		label := day.Long()
		if day == aidDay {
			label += ",帮扶日"
		}
		a.offer(label, fmt.Sprintf("%s %s %s %s %s", cmdRecord, id, what, day, wordForgot))
	}
	return a, nil
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
		owed, err := s.Visit.Owed(ctx, r.cadre)
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
	e, err := s.Visit.Ask(ctx, r.cadre, id, r.arg(1), "")
	if model.IsKind(err, model.KindNotFound) {
		return say("这一户本月没有要您走访的安排。"), nil
	}
	if err != nil {
		return answer{}, err
	}
	return say("已报上去,等领导批准:户号" + e.HouseholdID + "," + model.ExcuseLabel(e.Excuse.Reason) + "。批准前仍请抽空联系户里。"), nil
}
