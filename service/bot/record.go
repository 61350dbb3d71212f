package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
	"bangfu/service/visit"
)

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
			a.offer(line+",去记录", model.CommandRecord+" "+e.HouseholdID)
		} else {
			a.text = lines(a.text, line)
		}
	}
	return s.withNeeds(ctx, r, a)
}

func (s *Service) withNeeds(ctx context.Context, r request, a answer) (answer, error) {
	needs, err := s.Visit.LiveNeedsOwnedBy(ctx, r.cadre)
	if err == nil && len(needs) > 0 {
		a.offer(fmt.Sprintf("经办的难事%d件", len(needs)), model.CommandNeeds)
	}
	return a, err
}

// What may stand in the command line of 记录 in the place of a kind, and the reason that asks for the day.
const (
	wordLast   = "照上次"
	wordForgot = "去过了,忘了记"
	wordToday  = "今天才去" // begins a reason for being late
)

// record keeps a visit in two or three digits: "记录 [household [kinds [day] [late reason]]]"; the kinds are parted by
// commas. What a sentence says is said back before it is kept.
func (s *Service) record(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.helped(ctx, r, "走访了哪一户?回复数字:")
	if err != nil || house.ID() == "" {
		return ask, err
	}
	id, what := house.ID(), r.arg(1)
	day, dated := s.dayOf(r.slots["when"])
	if what == "" && r.slots["items"] != "" {
		return s.confirmRecord(r, id, day, dated), nil
	}
	items, ok, err := s.itemsOf(ctx, r.cadre, id, what)
	if err != nil || !ok {
		if err == nil {
			return s.whichKind(ctx, r, id)
		}
		return answer{}, err
	}
	on, reason := s.today(), r.words(2)
	if day, err := model.ParseDate(r.arg(2)); err == nil {
		on, reason = day, r.words(3)
	} else if dated {
		on = day
	} else if a, asked, err := s.dayOfReason(ctx, r, id, what, reason); asked || err != nil {
		return a, err
	}
	v, err := s.Visit.Record(ctx, r.cadre, visit.Report{Key: pushOf(ctx), HouseholdID: id, On: on, Items: items, LateReason: reason})
	if e := codeOf(err); e == "late_reason" {
		return s.askLate(id, what, on), nil
	}
	if err != nil {
		return answer{}, err
	}
	return s.recorded(ctx, r.cadre, "记好了", v)
}

// itemsOf reads the kinds of a line; ok is false when there is none that is known.
func (s *Service) itemsOf(ctx context.Context, cadre access.Cadre, id, what string) (items []model.VisitItem, ok bool, err error) {
	if what == wordLast {
		last, _, err := s.Visit.Last(ctx, cadre, id)
		return last.Items, true, err
	}
	for _, k := range strings.Split(what, ",") {
		kind := model.VisitKind(k)
		if !kind.Known() {
			return nil, false, nil
		}
		items = append(items, model.VisitItem{Kind: kind, Count: 1})
	}
	return items, true, nil
}

// confirmRecord says a sentence back as the record that it would be.
func (s *Service) confirmRecord(r request, id string, day model.Date, dated bool) answer {
	if !dated {
		day = s.today()
	}
	var kinds []string
	var said []string
	for _, k := range strings.Split(r.slots["items"], ",") {
		if kind := model.VisitKind(k); kind.Known() {
			kinds, said = append(kinds, k), append(said, kind.Label())
		}
	}
	a := say(fmt.Sprintf("记成:%s,户号%s,%s。对吗?", day.Near(s.today()), id, strings.Join(said, "、")))
	line := model.CommandRecord + " " + id + " " + strings.Join(kinds, ",")
	if day != s.today() {
		line += " " + string(day)
	}
	a.yesNo(line, "对,记下", model.CommandRecord+" "+id, "不对,重新选")
	return a
}

// dayOfReason looks whether the reason says that the visit was on another day than today: then that day is asked about,
// and never today recorded in its place.
func (s *Service) dayOfReason(ctx context.Context, r request, id, what, reason string) (a answer, asked bool, err error) {
	if reason == "" || strings.HasPrefix(reason, wordToday) {
		return a, false, nil
	}
	u := s.mean(r.caller, reason, understand.AskedReason)
	when, _ := u.Slots["when"].(string)
	if day, ok := s.dayOf(when); ok && day < s.today() {
		a = say(fmt.Sprintf("是%s去的,对吗?", day.Long()))
		a.yesNo(fmt.Sprintf("%s %s %s %s %s", model.CommandRecord, id, what, day, reason), "对", model.CommandRecord+" "+id+" "+what+" "+wordForgot, "不对,选哪一天")
		return a, true, nil
	}
	if reason == wordForgot || when != "" && when != "today" || strings.Contains(reason, "忘") {
		a, err = s.whichDay(ctx, id, what)
		return a, true, err
	}
	return a, false, nil
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
		a.offer("再记一次"+k.Label(), fmt.Sprintf("%s %s %s %s %s", model.CommandRecord, v.HouseholdID, k, v.On, v.LateReason))
	}
	a.offer("户里有难处", model.CommandRaise+" "+v.HouseholdID)
	a.offer("答应了户里一件事", model.CommandPromise+" "+v.HouseholdID)
	a.offer("自己掏了钱", model.CommandPocket+" "+v.ID)
	a.offer("记错了,改一改", model.CommandCorrect+" "+v.ID)
	if len(list) > 0 {
		a.offer("当面告诉过了", model.CommandTold)
	}
	a.text = lines(a.text, "想补一句话,先写“"+model.CommandMore+"”再写;照片半小时内直接发来。记错了,一天内回“"+model.CommandUndo+"”。")
	return a, nil
}

// toTell is what the household has to be told in person; nothing for one that the cadre does not help any more.
func (s *Service) toTell(ctx context.Context, cadre access.Cadre, householdID string) ([]model.InPersonNotice, error) {
	house, err := s.Access.Paired(ctx, cadre, householdID)
	if model.IsKind(err, model.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.Notify.InPersonQueue(ctx, house)
}

// pocket takes what the cadre paid for the household themself: "自费 [visit] yuan".
func (s *Service) pocket(ctx context.Context, r request) (answer, error) {
	visitID, amount := r.arg(0), r.words(1)
	if !strings.Contains(visitID, "/") {
		v, ok, err := s.Visit.Recent(ctx, r.cadre)
		if err != nil || !ok {
			return say("请先发“" + model.CommandRecord + "”记走访,再记自己掏的钱。"), err
		}
		visitID, amount = v.ID, r.words(0)
	}
	amount = strings.TrimSpace(normalYuan.Replace(amount))
	fen, err := model.ParseYuan(amount)
	if amount == "" || err != nil {
		a := say("自己掏了多少元?直接发数字就行,比如 200")
		a.listen(model.CommandPocket+" "+visitID, "自己掏了多少元,一个数字")
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

// correct puts another kind in the place of what was recorded by mistake, or leads to taking it back: "更正 [visit
// [kind]]".
func (s *Service) correct(ctx context.Context, r request) (answer, error) {
	visitID, kind := r.arg(0), model.VisitKind(r.arg(1))
	if visitID == "" {
		v, ok, err := s.Visit.Recent(ctx, r.cadre)
		if err != nil {
			return answer{}, err
		}
		if !ok {
			a := say("半小时内没有记过走访。")
			a.offer("撤销一天内记的走访", model.CommandUndo)
			a.offer("早先的,找扶贫办更正", model.CommandPerson)
			return a, nil
		}
		visitID = v.ID
	}
	if !kind.Known() {
		a := say("应该记成什么?回复数字就改好,原来记的也留着:")
		for _, k := range model.VisitKinds {
			a.offer("只记"+k.Label()+"1次", model.CommandCorrect+" "+visitID+" "+string(k))
		}
		a.offer("没去过,撤销这次走访", model.CommandUndo+" "+visitID)
		return a, nil
	}
	v, err := s.Visit.Correct(ctx, r.cadre, visitID, kind)
	if err != nil {
		return answer{}, err
	}
	return s.recorded(ctx, r.cadre, "改好了", v)
}

// undo takes back a visit that was recorded by mistake within the last day, and says which before it does: "撤销 [visit
// [确定]]".
func (s *Service) undo(ctx context.Context, r request) (answer, error) {
	list, err := s.Visit.Undoable(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(list, func(v model.Visit) bool { return v.ID == r.arg(0) })
	switch {
	case len(list) == 0:
		return s.withHelp(r.caller, "一天内没有记过走访,没有可以撤销的。早先的请找扶贫办。您可以看:"), nil
	case i >= 0 && r.arg(1) == wordYes:
		v, err := s.Visit.Undo(ctx, r.cadre, list[i].ID)
		if err != nil {
			return answer{}, err
		}
		a := say(fmt.Sprintf("撤销了:%s,户号%s。这次走访不再计数,也不会去问户里。", v.On.Near(s.today()), v.HouseholdID))
		a.offer("重新记这一户", model.CommandRecord+" "+v.HouseholdID)
		return a, nil
	case i >= 0 || len(list) == 1:
		v := list[max(i, 0)]
		a := say(fmt.Sprintf("撤销这次走访吗:%s,户号%s,%s?", v.On.Near(s.today()), v.HouseholdID, itemsLine(v.Items)))
		a.yesNo(model.CommandUndo+" "+v.ID+" "+wordYes, "撤销", model.CommandNo, "不撤")
		return a, nil
	}
	a := say("撤销哪一次走访?回复数字:")
	for _, v := range list[:min(len(list), 8)] {
		a.offer(fmt.Sprintf("%s,户号%s,%s", v.On.Near(s.today()), v.HouseholdID, itemsLine(v.Items)), model.CommandUndo+" "+v.ID)
	}
	a.offer("都不撤", model.CommandNo)
	return a, nil
}

// told takes the cadre's word that the household was told: "已告知 message".
func (s *Service) told(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if len(r.args) > 0 {
		key := strings.Join(r.args, " ")
		if err := s.Notify.ConfirmInPerson(ctx, r.cadre, key, houses...); err != nil {
			return answer{}, err
		}
	}
	list, err := s.Notify.InPersonQueue(ctx, houses...)
	if err != nil || len(list) == 0 {
		return say("没有要当面告诉户里的事了,谢谢。"), err
	}
	a := say("还要当面告诉户里:")
	for _, n := range list[:min(len(list), 5)] {
		a.text = lines(a.text, "户号"+n.HouseholdID+":"+n.Text)
		a.offer("已经告诉了", model.CommandTold+" "+n.ID)
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
	return answer{text: text, choices: digitsOf(s.offered(caller))}, true, nil
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
	if err := s.claim(ctx); err != nil {
		return answer{}, err
	}
	if v, err = s.Visit.AddMedia(ctx, cadre, v.ID, in.Type, in.MediaID); err != nil {
		return answer{}, err
	}
	text := fmt.Sprintf("收好了,这次走访一共%d个。\n(户号%s,%s的走访)", len(v.Files), v.HouseholdID, v.On.Near(s.today()))
	return answer{text: text, choices: digitsOf(s.offered(caller))}, nil
}

// more adds words to the visit that was recorded last: "补充 words".
func (s *Service) more(ctx context.Context, r request) (answer, error) {
	said := strings.TrimSpace(r.words(0))
	v, ok, err := s.Visit.Recent(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if !ok {
		a := say("半小时内没有记过走访,补不上。先记一次走访,再补。")
		a.offer("记一次走访", model.CommandRecord)
		return a, nil
	}
	if said == "" {
		a := say(fmt.Sprintf("给%s户号%s的走访补一句什么?直接发来就行。", v.On.Near(s.today()), v.HouseholdID))
		a.listen(model.CommandMore, "给走访补的话")
		return a, nil
	}
	a, _, err := s.addWords(ctx, r.caller, said)
	return a, err
}

func codeOf(err error) string {
	if e, ok := asModel(err); ok {
		return e.Code
	}
	return ""
}

// whichKind asks what the visit brought; a day that was named goes along.
func (s *Service) whichKind(ctx context.Context, r request, id string) (answer, error) {
	a, day := say("户号"+id+",这次做了什么?回复数字就记好了:"), ""
	if on, ok := s.dayOf(r.slots["when"]); ok && on != s.today() {
		a, day = say(fmt.Sprintf("户号%s,%s去的。这次做了什么?回复数字就记好了:", id, on.Near(s.today()))), " "+string(on)
	}
	for _, k := range model.VisitKinds {
		a.offer(k.Label(), model.CommandRecord+" "+id+" "+string(k)+day)
	}
	last, ok, err := s.Visit.Last(ctx, r.cadre, id)
	if ok && len(last.Items) > 0 {
		a.offer("和上次一样:"+itemsLine(last.Items), model.CommandRecord+" "+id+" "+wordLast+day)
	}
	return a, err
}

// askLate asks why a visit is recorded late, before anything is kept.
func (s *Service) askLate(id, what string, on model.Date) answer {
	line := model.CommandRecord + " " + id + " " + what
	reasons := []string{wordToday + ",前几天出差", wordToday + ",前几天生病", wordToday + ",前几天户里没人", wordForgot}
	if on != s.today() {
		line += " " + string(on)
		reasons = []string{"忘了记", "出差", "生病", "户里没人"}
	}
	a := say("过了帮扶日的时限。为什么晚了?回复数字,或者写一句:")
	for _, reason := range reasons {
		a.offer(reason, line+" "+reason)
	}
	a.listen(line, "为什么晚了")
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
		a.offer(label, fmt.Sprintf("%s %s %s %s %s", model.CommandRecord, id, what, day, wordForgot))
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
