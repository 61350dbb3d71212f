package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/account"
	"bangfu/service/model"
)

// role says who may use a command. A person can be both.
type role int

const (
	anyone role = iota
	household
	cadre
	known // a household or a cadre
)

// command is one line of the table. Its name is what the menu, the scenes and the choices use; words are
// other ways to say it. Help offers it as "about", in this order, to those who may use it.
type command struct {
	name  string
	words []string
	who   role
	about string
	run   func(s *Service, ctx context.Context, r request) (answer, error)
}

// The names of the commands.
const (
	cmdHome  = "我家"
	cmdAid   = "补贴"
	cmdAsk   = "问账"
	cmdVisit = "走访"
	cmdBind  = "绑定"
	cmdHelp  = "帮助"
	cmdMine  = "我的户"
	cmdIssue = "发绑定码"
	cmdProxy = "代看"
	cmdLooks = "谁看过"

	cmdSeers    = "谁能看我家"
	cmdStranger = "不认识"
	cmdUnbind   = "解除绑定"

	cmdDividend = "分红"

	cmdMonth   = "本月"
	cmdRecord  = "记录"
	cmdExcuse  = "请假"
	cmdNeeds   = "难事"
	cmdRaise   = "反映"
	cmdCame    = "来过"
	cmdNotCame = "没来"
	cmdSettle  = "办得怎样"
	cmdRate    = "评价"
	cmdTold    = "已告知"
	cmdNotice  = "政策"
	cmdMore    = "补充"
	cmdPocket  = "自费"
	cmdPromise = "答应"
	cmdCorrect = "更正"

	cmdApply        = "办事"
	cmdApplications = "我的申请"
)

// table is every command.
var table []command

func init() { // a variable's initialiser may not refer to itself through help
	table = []command{
		{cmdHome, []string{"我们家", "家里", "家庭", "户情", "情况"}, household, "看看家里的情况和今年的帮扶", (*Service).home},
		{cmdAid, []string{"钱", "补助", "发了多少", "低保", "救助", "到账"}, household, "一笔一笔看收到的钱", (*Service).aid},
		{cmdVisit, []string{"干部", "什么时候来", "谁来", "看望"}, household, "帮扶干部是谁,哪天来", (*Service).visits},
		{cmdMonth, []string{"任务"}, cadre, "看本月要走访哪几户", (*Service).month},
		{cmdRecord, []string{"走访记录", "去过了"}, cadre, "走访后按数字记一笔", (*Service).record},
		{cmdExcuse, []string{"去不了"}, cadre, "说明这个月去不了的原因", (*Service).excuse},
		{cmdNeeds, []string{"经办"}, cadre, "看经办的难事", (*Service).needs},
		{cmdMine, []string{"我帮扶的户", "帮扶户", "结对"}, cadre, "看您结对的户", (*Service).mine},
		{cmdIssue, []string{"要绑定码", "绑定码"}, cadre, "给结对的户发绑定码", (*Service).issue},
		{cmdApply, []string{"可申请什么", "能申请什么", "申请"}, household, "看看能申请什么,按数字就能申请", (*Service).apply},
		{cmdApplications, []string{"申请进度", "办到哪了", "审批"}, household, "看申请办到哪一步,下一步谁办", (*Service).applications},
		{cmdDividend, []string{"股份", "入股", "合作社", "工钱", "木耳款"}, household, "合作社的股份、分红和工钱", (*Service).dividend},
		{cmdRaise, []string{"困难", "难处", "帮帮"}, known, "说说户里的难处", (*Service).raise},
		{cmdNotice, []string{"政策法规", "通知", "规定"}, anyone, "查政策,比如发“政策 低保”", (*Service).notices},
		{cmdSettle, []string{"办好", "进展"}, household, "看反映的事办得怎样", (*Service).settle},
		{cmdRate, []string{"打分", "满意"}, household, "说说上次走访怎么样", (*Service).rate},
		{cmdProxy, []string{"代办", "亲友", "托人"}, household, "让亲友替您看看干部哪天来", (*Service).proxy},
		{cmdLooks, []string{"看过我家", "谁查过", "隐私"}, household, "谁看过您家的资料,为什么看", (*Service).looks},
		{cmdSeers, []string{"谁能看", "谁登记了"}, household, "谁能看我家,不认识的停掉", (*Service).seers},
		{cmdStranger, []string{"不是我们家的"}, household, "", (*Service).stranger},
		{cmdUnbind, []string{"解绑", "取消绑定", "取消登记"}, known, "", (*Service).unbind},
		{cmdAsk, []string{"问这笔", "没收到", "钱不对"}, household, "", (*Service).ask},
		{cmdCame, nil, household, "", cameAs("came")},
		{cmdNotCame, []string{"没有来"}, household, "", cameAs("did_not_come")},
		{cmdTold, []string{"告知"}, cadre, "", (*Service).told},
		{cmdMore, nil, cadre, "", (*Service).more},
		{cmdPocket, nil, cadre, "", (*Service).pocket},
		{cmdPromise, nil, cadre, "", (*Service).promise},
		{cmdCorrect, []string{"记错了"}, cadre, "", (*Service).correct},
		{cmdBind, []string{"登记", "关联"}, anyone, "", (*Service).bind},
		{cmdHelp, []string{"?", "菜单", "功能", "怎么用", "你好", "您好", "在吗"}, anyone, "", (*Service).help},
	}
}

// isHousehold reports whether the caller looks after a household now.
func (s *Service) isHousehold(caller account.Caller) bool {
	return len(caller.Account.Households(s.Now())) > 0
}

// dispatch finds the command of a push and runs it. Events of no concern have an empty answer.
func (s *Service) dispatch(ctx context.Context, caller account.Caller, in model.Inbound) (answer, error) {
	switch {
	case in.Event == "subscribe":
		return s.greet(ctx, caller, strings.TrimPrefix(in.EventKey, "qrscene_"))
	case in.Event == "SCAN":
		return s.scanned(ctx, caller, in.EventKey)
	case in.Event == "CLICK":
		return s.obey(ctx, caller, in.EventKey)
	case in.Event == "TEMPLATESENDJOBFINISH":
		if ours, err := s.Broadcast.Delivered(ctx, caller.Identity, in.JobID, in.Status); ours || err != nil {
			return answer{}, err
		}
		return answer{}, s.Notify.Delivered(ctx, caller.Identity, in.JobID, in.Status)
	case len(in.Reports) > 0:
		return answer{}, s.Notify.Record(ctx, caller.Identity, in)
	case in.IsEvent():
		return answer{}, nil
	case in.Type == "text":
		return s.obey(ctx, caller, in.Content)
	case in.MediaID != "" && (in.Type == "image" || in.Type == "voice" && in.Recognition == "") && caller.IsCadre():
		return s.addMedia(ctx, caller, in)
	case in.Type == "voice" && in.Recognition != "":
		return s.obey(ctx, caller, in.Recognition)
	}
	return s.notUnderstood(caller, in), nil
}

func (s *Service) notUnderstood(caller account.Caller, in model.Inbound) answer {
	if in.Type == "voice" {
		return s.withHelp(caller, "这段话没有听清。请打几个字,或者再说一遍。")
	}
	return s.withHelp(caller, "收到了,谢谢您。这里暂时只看得懂文字。")
}

// obey runs the command that a text means.
func (s *Service) obey(ctx context.Context, caller account.Caller, said string) (answer, error) {
	text := normalise(said)
	if chosen := s.resolve(caller, text); chosen != text {
		text, said = chosen, chosen
	}
	if listening := s.listening(caller, text); listening != "" {
		name, args, _ := strings.Cut(listening, " ")
		said = strings.TrimSpace(said)
		return s.run(ctx, named(name), request{caller: caller, args: append(strings.Fields(args), said), said: listening + " " + said})
	}
	found, args := s.match(caller, text)
	switch len(found) {
	case 1:
		return s.run(ctx, found[0], request{caller: caller, args: args, said: said})
	case 0:
		if caller.IsCadre() && strings.Trim(text, "0123456789") != "" {
			// Words of no command, right after a record, belong to the visit.
			if a, ok, err := s.addWords(ctx, caller, strings.TrimSpace(said)); ok || err != nil {
				return a, err
			}
		}
		return s.lost(caller, text), nil
	}
	a := answer{text: "您想看哪一样?回复数字就行:"}
	for _, c := range found {
		a.offer(c.name, c.name)
	}
	return a, nil
}

// run runs a command if the caller may use it; the others are told the way in.
func (s *Service) run(ctx context.Context, c command, r request) (answer, error) {
	if !s.allows(r.caller, c) {
		return s.wayIn(r.caller), nil
	}
	r.cadre, _ = s.Access.Myself(r.caller.Account)
	return c.run(s, ctx, r)
}

func (s *Service) allows(caller account.Caller, c command) bool {
	switch c.who {
	case household:
		return s.isHousehold(caller)
	case cadre:
		return caller.IsCadre()
	case known:
		return s.isHousehold(caller) || caller.IsCadre()
	}
	return true
}

// resolve turns a digit into the choice it stands for, while the last answer's choices live.
func (s *Service) resolve(caller account.Caller, text string) string {
	for _, c := range s.offered(caller) {
		if c.Digit == text && text != "" {
			return c.Command
		}
	}
	return text
}

// offered are the choices that live still.
func (s *Service) offered(caller account.Caller) []model.Choice {
	if s.Now().After(caller.Identity.ChoicesUntil) {
		return nil
	}
	return caller.Identity.Choices
}

// listening is the command that takes whatever the person says next, because the last answer asked for words. The
// name of a command is always that command, and a digit a choice where any were offered.
func (s *Service) listening(caller account.Caller, text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || slices.ContainsFunc(table, func(c command) bool { return c.said(first) }) {
		return ""
	}
	number, command, digits := strings.Trim(text, "0123456789 ") == "", "", false
	for _, c := range s.offered(caller) {
		if c.Digit == "" {
			command = c.Command
		}
		digits = digits || c.Digit != ""
	}
	if number && digits {
		return ""
	}
	return command
}

// match finds the commands that a text can mean and the words that follow: the exact name or word, the digits of a
// binding code, a name at the start, or any name or word somewhere in the sentence.
func (s *Service) match(caller account.Caller, text string) (found []command, args []string) {
	first, rest, _ := strings.Cut(text, " ")
	if isCode(text) {
		return []command{named(cmdBind)}, []string{text}
	}
	for _, c := range table {
		if c.said(first) {
			return []command{c}, strings.Fields(rest)
		}
	}
	if tail, ok := strings.CutPrefix(text, cmdBind); ok && isCode(strings.TrimSpace(tail)) {
		return []command{named(cmdBind)}, []string{strings.TrimSpace(tail)}
	}
	for _, c := range table {
		if s.allows(caller, c) && c.within(text) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		for _, c := range table {
			if c.within(text) {
				found = append(found, c)
			}
		}
		found = found[:min(len(found), 1)] // not theirs; it leads to the way in
	}
	return longest(found, text), nil
}

func (c command) said(word string) bool {
	if strings.EqualFold(word, c.name) {
		return true
	}
	for _, w := range c.words {
		if strings.EqualFold(word, w) {
			return true
		}
	}
	return false
}

// within reports whether the text holds the command's name or one of its words.
func (c command) within(text string) bool { return c.hit(text) != "" }

// hit is the longest of the command's words in the text.
func (c command) hit(text string) string {
	best := ""
	for _, w := range append([]string{c.name}, c.words...) {
		if len(w) > len(best) && len([]rune(w)) > 1 && strings.Contains(text, w) {
			best = w
		}
	}
	return best
}

// longest drops a command whose word is only a part of another's: 绑定 in 发绑定码.
func longest(found []command, text string) []command {
	var kept []command
	for i, c := range found {
		part := false
		for j, other := range found {
			part = part || i != j && c.hit(text) != other.hit(text) && strings.Contains(other.hit(text), c.hit(text))
		}
		if !part {
			kept = append(kept, c)
		}
	}
	return kept
}

func named(name string) command {
	for _, c := range table {
		if c.name == name {
			return c
		}
	}
	return command{}
}

func isCode(text string) bool {
	_, ok := account.PlainCode(text)
	return ok
}

// offer adds a numbered choice: a line with the next digit, and the command that it stands for.
func (a *answer) offer(label, command string) {
	digit := strconv.Itoa(len(a.choices) + 1) // listen comes last
	a.choices = append(a.choices, model.Choice{Digit: digit, Command: command})
	a.text = lines(a.text, digit+" "+label)
}

// listen lets whatever the person says next follow the command.
func (a *answer) listen(command string) {
	a.choices = append(a.choices, model.Choice{Command: command})
}
