package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/access"
	"bangfu/service/aid"
	"bangfu/service/model"
)

// optionsPage is how many programmes one answer offers, so that a digit is enough and more fits beside them.
const optionsPage = 6

// What follows the household in the command line of 办事.
const (
	wordMore  = "接着看" // and the page
	wordOther = "不符合"
	wordGo    = "申请" // after programme and person
)

func applyCommand(householdID string, words ...string) string {
	return strings.Join(append([]string{model.CommandApply, householdID}, words...), " ")
}

// optionCommand names one option; "-" is no person.
func optionCommand(householdID string, o aid.Option, words ...string) string {
	person := o.PersonID
	if person == "" {
		person = "-"
	}
	return applyCommand(householdID, append([]string{o.Programme.Code, person}, words...)...)
}

// apply lists what the household can apply for, shows what one thing takes, and applies for it:
// "办事 [household [programme person [申请]]]".
func (s *Service) apply(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandApply)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您是代看的,申请要本户自己来。"), nil
	}
	list, err := s.Aid.Options(ctx, house)
	if err != nil {
		return answer{}, err
	}
	id := house.ID()
	switch what := r.arg(1); what {
	case wordOther:
		return others(id, list), nil
	case "", wordMore:
		page, _ := strconv.Atoi(r.arg(2))
		return offerOptions(id, list, max(0, page)), nil
	}
	for _, o := range list {
		if o.Programme.Code == r.arg(1) && (o.PersonID == r.arg(2) || o.PersonID == "" && r.arg(2) == "-") {
			if r.arg(3) == wordGo {
				return s.applyFor(ctx, house, o)
			}
			return oneOption(id, o), nil
		}
	}
	return offerOptions(id, list, 0), nil
}

// offerOptions says what fits and what lacks only an entry or a paper, a page of it, and what needs no application.
func offerOptions(id string, list []aid.Option, page int) answer {
	var open []aid.Option
	var given []string
	running, not := 0, 0
	for _, o := range list {
		switch {
		case o.Application != nil:
			running++
		case o.Result == model.ResultNo:
			not++
		case o.Programme.Automatic:
			if n := len(given); n == 0 || given[n-1] != o.Programme.Title {
				given = append(given, o.Programme.Title)
			}
		default:
			open = append(open, o)
		}
	}
	a := say("您家可以申请的,回复数字看要什么:")
	from := min(page*optionsPage, len(open))
	to := min(from+optionsPage, len(open))
	for _, o := range open[from:to] {
		a.offer(optionLine(o), optionCommand(id, o))
	}
	if len(open) == 0 {
		a = say("眼下没有您家能申请、还没有申请的项目。")
	}
	if to < len(open) {
		a.offer(fmt.Sprintf("接着看后面%d项", len(open)-to), applyCommand(id, wordMore, strconv.Itoa(page+1)))
	}
	if running > 0 {
		a.offer(fmt.Sprintf("正在办的%d份,看办到哪一步", running), model.CommandApplications+" "+id)
	}
	if not > 0 {
		a.offer(fmt.Sprintf("看另外%d项为什么不行", not), applyCommand(id, wordOther))
	}
	if len(given) > 0 {
		a.text = lines(a.text, "不用申请、直接给您家办的:"+strings.Join(given, "、")+"。")
	}
	return a
}

func optionLine(o aid.Option) string {
	line := o.Title() + ":" + o.Programme.AmountText()
	if o.Result == model.ResultMissing {
		line += "(还缺登记)"
	}
	return line
}

// others says of every programme that does not fit what stands against it; each can be looked at.
func others(id string, list []aid.Option) answer {
	a := say("这些现在不行,回复数字看怎样就能行:")
	for _, o := range list {
		if o.Result != model.ResultNo || len(a.choices) == oneDigit-1 {
			continue
		}
		for _, l := range o.Trace {
			if l.Result == model.ResultNo {
				a.offer(o.Programme.Title+":"+l.Says, optionCommand(id, o))
				break
			}
		}
	}
	return a
}

// oneOption says what a programme gives, what stands for and against it, and what it takes.
func oneOption(id string, o aid.Option) answer {
	a := say(lines(o.Title(), o.Programme.Summary+"。"+o.Programme.AmountText()+"。"))
	for _, l := range o.Trace {
		a.text = lines(a.text, traceLine(l))
	}
	a.text = lines(a.text, papersLine(o.Papers))
	switch {
	case o.Application != nil:
		a.offer("已经申请了,看办到哪一步", model.CommandApplications+" "+id+" "+o.Application.ID)
	case o.Programme.Automatic:
		a.text = lines(a.text, "这一项不用申请,符合的会直接办。")
	case o.Result == model.ResultNo:
		a.offer("登记得不对,还是要申请,请扶贫办核对", optionCommand(id, o, wordGo))
	default:
		a.offer("就申请这一项", optionCommand(id, o, wordGo))
	}
	a.offer("看看别的", applyCommand(id))
	a.offer("怎么算的", howCommand(id, o))
	a.text = lines(a.text, "每一条是拿什么算的,回“"+model.CommandHow+"”。")
	return a
}

// howRules in a command line says that it is about the conditions of a programme.
const howRules = "条件"

func howCommand(householdID string, o aid.Option) string {
	return strings.Replace(optionCommand(householdID, o), model.CommandApply+" "+householdID, model.CommandHow+" "+householdID+" "+howRules, 1)
}

// howRules shows every condition of a programme with the value that it was held against, where that is from, and of when.
func (s *Service) howRules(ctx context.Context, house access.Household, programme, person string) (answer, error) {
	list, err := s.Aid.Options(ctx, house)
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(list, func(o aid.Option) bool {
		return o.Programme.Code == programme && (o.PersonID == person || o.PersonID == "" && person == "-")
	})
	if i < 0 {
		return offerOptions(house.ID(), list, 0), nil
	}
	o := list[i]
	a := say(o.Title() + ",一条一条这样看:")
	for _, l := range o.Trace {
		a.text = lines(a.text, resultWords[l.Result]+l.Says+usedLine(l))
	}
	a.text = lines(a.text, o.Programme.AmountText()+"。")
	a.offer("回到这一项", optionCommand(house.ID(), o))
	a.offer("登记得不对,找扶贫办的人", model.CommandPerson)
	return a, nil
}

// usedLine is what a condition was held against, where that is from, and of when.
func usedLine(l model.TraceLine) string {
	if l.Shown == "" {
		return ""
	}
	line := "(" + model.FactLabel(l.Fact) + ":" + l.Shown
	if l.Source != "" {
		line += "," + l.Source
	}
	if l.AsOf != "" {
		line += "," + l.AsOf.LongYear()
	}
	return line + ")"
}

var resultWords = map[model.Result]string{model.ResultYes: "符合:", model.ResultNo: "不符合:", model.ResultMissing: "待核实:"}

// traceLine is a rule's answer; what is not yes comes with the value that was used, its source and date.
func traceLine(l model.TraceLine) string {
	line := resultWords[l.Result] + l.Says
	if l.Result == model.ResultNo {
		line += fmt.Sprintf("(%s:%s,%s,%s)", model.FactLabel(l.Fact), l.Shown, l.Source, l.AsOf.LongYear())
		if l.Change != "" {
			line += "。" + l.Change
		}
	}
	return line
}

func papersLine(list []aid.Needed) string {
	if len(list) == 0 {
		return ""
	}
	parts, lacks := make([]string, len(list)), false
	for i, n := range list {
		parts[i] = n.Label
		if n.PaperID != "" {
			parts[i] += "(已经存着)"
		} else {
			lacks = true
		}
	}
	line := "要的材料:" + strings.Join(parts, "、") + "。"
	if lacks {
		line += "没有存着的,在小程序里拍照上传,或者交给帮扶干部、扶贫办都行。"
	}
	return line
}

// applyFor hands the application in; the same message twice is one application.
func (s *Service) applyFor(ctx context.Context, house access.Household, o aid.Option) (answer, error) {
	if err := s.claim(ctx); err != nil {
		return answer{}, err
	}
	x, err := s.Aid.Apply(ctx, house, aid.Press{Programme: o.Programme.Code, PersonID: o.PersonID, Key: pushOf(ctx)})
	if err != nil {
		return answer{}, err
	}
	return s.oneApplication(ctx, house.ID(), x)
}

// What follows the application in the command line of 我的申请.
const (
	wordSubmit   = "再交"
	wordObject   = "异议"
	wordWithdraw = "撤回"
	wordReally   = "真的撤回"
)

func applicationCommand(householdID, applicationID string, word string) string {
	return strings.TrimSpace(model.CommandApplications + " " + householdID + " " + applicationID + " " + word)
}

// shownApplications is how many applications one answer lists.
const shownApplications = 8

// applications shows how far each application is, in a sentence, and takes the household's word on one:
// "我的申请 [household [application [再交 | 异议 words… | 撤回]]]".
func (s *Service) applications(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandApplications)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您是代看的,申请的事要本户自己看。"), nil
	}
	list, err := s.Aid.ApplicationsOf(ctx, house)
	if err != nil {
		return answer{}, err
	}
	id := house.ID()
	for _, x := range list {
		if x.ID == r.arg(1) {
			return s.withApplication(ctx, r, house, x)
		}
	}
	switch len(list) {
	case 0:
		a := say("您家还没有申请过什么。")
		a.offer("看看能申请什么", applyCommand(id))
		return a, nil
	case 1:
		return s.oneApplication(ctx, id, list[0])
	}
	a := say("您家的申请,回复数字看一份:")
	for _, x := range list[:min(len(list), shownApplications)] {
		what, err := s.Aid.What(ctx, x)
		if err != nil {
			return answer{}, err
		}
		a.offer(what+":"+x.State.Label(), applicationCommand(id, x.ID, ""))
	}
	a.offer("看看还能申请什么", applyCommand(id))
	return a, nil
}

// withApplication takes the household's word on one application, or shows it.
func (s *Service) withApplication(ctx context.Context, r request, house access.Household, x model.Application) (answer, error) {
	word, err := r.arg(2), error(nil)
	if word == wordSubmit || word == wordObject || word == wordReally {
		err = s.claim(ctx)
	}
	if err != nil {
		return answer{}, err
	}
	switch id := house.ID(); word {
	case wordSubmit:
		x, err = s.Aid.Submit(ctx, house, x.ID)
	case wordObject:
		x, err = s.Aid.Object(ctx, house, x.ID, strings.Join(r.args[3:], " "))
	case wordReally:
		x, err = s.Aid.Withdraw(ctx, house, x.ID)
	case wordWithdraw:
		a := say("真的要撤回这份申请吗?撤回以后还可以再申请。")
		a.offer("真的撤回", applicationCommand(id, x.ID, wordReally))
		a.offer("不撤回", applicationCommand(id, x.ID, ""))
		return a, nil
	}
	if err != nil {
		return answer{}, err
	}
	return s.oneApplication(ctx, house.ID(), x)
}

// whoHasIt says who has the application, since when, and by when; what is overdue says so.
func (s *Service) whoHasIt(x model.Application, next string) string {
	since := x.Since.Near(s.today())
	if x.State.Role() == "" {
		return "该" + next + "办。"
	}
	switch {
	case x.Overdue(s.today()):
		return fmt.Sprintf("%s起在%s手里,%s前就该有结果,过期了;已经提醒扶贫办。急的话回“%s”。", since, next, x.DueOn.LongYear(), model.CommandPerson)
	case x.DueOn != "":
		return fmt.Sprintf("%s起在%s手里,%s前有结果。", since, next, x.DueOn.Near(s.today()))
	}
	return fmt.Sprintf("%s起在%s手里。", since, next)
}

// whyNot says of what the household asks for why it does not get it, or of everything: "为什么没有 [household]
// [category=…]".
func (s *Service) whyNot(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, r.of.name)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	list, err := s.Aid.Options(ctx, house)
	if err != nil {
		return answer{}, err
	}
	if f, named := funds[r.slots["category"]]; named {
		for _, o := range list {
			if o.Programme.Category == f.category && (len(f.words) == 0 || slices.ContainsFunc(f.words, func(w string) bool { return strings.Contains(o.Title(), w) })) {
				return oneOption(house.ID(), o), nil
			}
		}
	}
	a := others(house.ID(), list)
	if len(a.choices) == 0 {
		return offerOptions(house.ID(), list, 0), nil
	}
	a.offer("找扶贫办的人", model.CommandPerson)
	return a, nil
}

// oneApplication is one application: its state in a sentence, whose turn it is, and of a refusal all there is to
// know, with what the household can do by a digit.
func (s *Service) oneApplication(ctx context.Context, id string, x model.Application) (answer, error) {
	says, err := s.Aid.Says(ctx, x)
	if err != nil {
		return answer{}, err
	}
	next, err := s.Aid.Next(ctx, x)
	if err != nil {
		return answer{}, err
	}
	a := say(says)
	if x.State == model.AppNeedMore {
		a.text = lines(a.text, "材料在小程序里拍照上传,或者交给帮扶干部、扶贫办都行。补好了回复数字再交。")
	} else if next != "" {
		a.text = lines(a.text, s.whoHasIt(x, next))
	}
	if x.Refusal != nil && x.State == model.AppRefused {
		a.text = lines(a.text, x.Refusal.Explain())
	}
	if x.State == model.AppDraft || x.State == model.AppNeedMore {
		a.offer("补好了,交上去", applicationCommand(id, x.ID, wordSubmit))
	}
	if x.CanObject(model.DateOf(s.Now())) {
		a.offer("不同意,提出异议", applicationCommand(id, x.ID, wordObject))
	}
	if x.CanWithdraw() {
		a.offer("撤回这份申请", applicationCommand(id, x.ID, wordWithdraw))
	}
	return a, nil
}
