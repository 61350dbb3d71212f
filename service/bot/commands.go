package bot

import (
	"context"
	"slices"
	"strings"

	"bangfu/service/account"
	"bangfu/service/bot/understand"
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

// part is something that a command needs. What is missing is asked for.
type part string

// The parts.
const (
	aHousehold part = "household" // of those that the person looks after, or helps
	anEntry    part = "entry"     // of the books
	aVisit     part = "visit"
	aNeed      part = "need"
	aKind      part = "kind" // of help at a visit
	aReason    part = "reason"
	words      part = "words" // what the person says in their own words
	aCode      part = "code"
	aPhone     part = "phone"
	anAmount   part = "amount"
)

// command is one line of the table: whose it is, what it needs, and what it does.
//
// Its name is what menus, scenes and choices use; the words are other exact ways to say it, and the intents are what
// sentences mean that lead here. Help offers it as "about", in this order, to those who may use it.
type command struct {
	name    string
	words   []string
	intents []understand.Intent
	who     role
	own     bool   // of the household itself: a proxy may not
	needs   []part // what is asked for when it is missing
	acts    bool   // it changes something: a sentence that is not certain is asked back, or it confirms by itself
	waits   understand.Asked
	says    string // as what it is asked back: "您是说…"
	about   string
	run     func(s *Service, ctx context.Context, r request) (answer, error)
}

// table is every command.
var table []command

func init() { // a variable's initialiser may not refer to itself through help
	table = slices.Concat(ofHouseholds, ofCadres, ofEverybody)
}

type intents = []understand.Intent

var ofHouseholds = []command{
	{name: model.CommandHome, words: []string{"我们家", "家里", "家庭", "户情", "情况"}, intents: intents{"home"}, who: household, needs: []part{aHousehold}, says: "看家里的情况", about: "看看家里的情况和今年的帮扶", run: (*Service).home},
	{name: model.CommandAid, words: []string{"钱", "补助", "发了多少", "到账"}, who: household, needs: []part{aHousehold}, says: "看收到的钱", about: "一笔一笔看收到的钱", run: (*Service).aid},
	{name: model.CommandMoney, intents: intents{"money"}, who: household, needs: []part{aHousehold}, says: "问一笔钱", run: (*Service).money},
	{name: model.CommandVisit, words: []string{"干部", "什么时候来", "谁来", "看望"}, intents: intents{"visit_when", "cadre_who"}, who: household, needs: []part{aHousehold}, says: "看干部哪天来", about: "帮扶干部是谁,哪天来", run: (*Service).visits},
	{name: model.CommandPhone, intents: intents{"cadre_phone"}, who: household, needs: []part{aHousehold}, says: "找干部的电话", run: (*Service).cadrePhones},
	{name: model.CommandMissing, words: []string{"没到", "没收到", "没到帐", "钱没到"}, intents: intents{"money_missing"}, who: household, own: true, needs: []part{aHousehold, anEntry}, says: "有钱没到账", run: (*Service).missing},
	{name: model.CommandLoan, intents: intents{"loan"}, who: household, own: true, needs: []part{aHousehold}, says: "看欠的借款", run: (*Service).loan},
	{name: model.CommandApply, words: []string{"可申请什么", "能申请什么", "申请"}, intents: intents{"apply"}, who: household, own: true, needs: []part{aHousehold}, says: "申请补助", about: "看看能申请什么,按数字就能申请", run: (*Service).apply},
	{name: model.CommandWhyNot, intents: intents{"why_not"}, who: household, own: true, needs: []part{aHousehold}, says: "问为什么没有这一项", run: (*Service).whyNot},
	{name: model.CommandApplications, words: []string{"申请进度", "办到哪了", "审批"}, intents: intents{"application_status"}, who: household, own: true, needs: []part{aHousehold}, says: "看申请办到哪一步", about: "看申请办到哪一步,下一步谁办", run: (*Service).applications},
	{name: model.CommandDividend, words: []string{"股份", "入股", "合作社", "工钱", "木耳款"}, intents: intents{"dividend", "wages"}, who: household, own: true, needs: []part{aHousehold}, says: "看分红和工钱", about: "合作社的股份、分红和工钱", run: (*Service).dividend},
	{name: model.CommandHow, words: []string{"怎么算的", "咋算", "咋算的", "怎么算出来的", "如何算"}, who: household, own: true, needs: []part{aHousehold}, says: "看是怎么算的", run: (*Service).how},
	{name: model.CommandSettle, words: []string{"进展"}, intents: intents{"need_status"}, who: household, needs: []part{aHousehold, aNeed}, says: "看反映的事办得怎样", about: "看反映的事办得怎样", run: (*Service).settle},
	{name: model.CommandFixed, words: []string{"办完了", "解决了"}, who: household, own: true, needs: []part{aNeed}, acts: true, says: "事情办好了", run: settledAs("yes")},
	{name: model.CommandNotFixed, words: []string{"还没办好", "没解决"}, who: household, own: true, needs: []part{aNeed}, acts: true, says: "事情还没办好", run: settledAs("no")},
	{name: model.CommandTakeBack, intents: intents{"withdraw"}, who: household, own: true, needs: []part{aNeed}, acts: true, says: "撤回刚才说的", about: "撤回反映过的事", run: (*Service).takeBack},
	{name: model.CommandCame, words: []string{"都来过", "来过了", "来了"}, intents: intents{"came"}, who: household, own: true, needs: []part{aHousehold, aVisit}, acts: true, says: "干部来过", run: cameAs("came")},
	{name: model.CommandNotCame, words: []string{"没有来", "都没来", "没来过"}, intents: intents{"not_came"}, who: household, own: true, needs: []part{aHousehold, aVisit}, acts: true, says: "没人来", run: cameAs("did_not_come")},
	{name: model.CommandWhoCame, who: household, own: true, needs: []part{aHousehold, aVisit}, acts: true, says: "有的来了有的没来", run: (*Service).whoOfThem},
	{name: model.CommandRate, words: []string{"打分"}, intents: intents{"rate"}, who: household, own: true, needs: []part{aHousehold, aVisit}, acts: true, says: "评价上次走访", about: "说说上次走访怎么样", run: (*Service).rate},
	{name: model.CommandProxy, words: []string{"代办", "亲友", "托人"}, intents: intents{"proxy"}, who: household, needs: []part{aHousehold}, acts: true, says: "托人代看", about: "让亲友替您看看干部哪天来", run: (*Service).proxy},
	{name: model.CommandLooks, words: []string{"看过我家", "谁查过", "隐私"}, intents: intents{"who_looked"}, who: household, own: true, needs: []part{aHousehold}, says: "看谁查过我家", about: "谁看过您家的资料,为什么看", run: (*Service).looks},
	{name: model.CommandSeers, words: []string{"谁能看", "谁登记了"}, who: household, own: true, needs: []part{aHousehold}, acts: true, says: "看谁能看我家", about: "谁能看我家,不认识的停掉", run: (*Service).seers},
	{name: model.CommandStranger, words: []string{"不是我们家的"}, who: household, needs: []part{aHousehold}, acts: true, says: "登记的人我不认识", run: (*Service).stranger},
	{name: model.CommandAsk, words: []string{"问这笔", "钱不对"}, who: household, own: true, needs: []part{aHousehold, anEntry}, acts: true, says: "问一笔账", run: (*Service).ask},
}

var ofCadres = []command{
	{name: model.CommandMonth, words: []string{"任务"}, intents: intents{"month"}, who: cadre, says: "看本月要走访哪几户", about: "看本月要走访哪几户", run: (*Service).month},
	{name: model.CommandRecord, words: []string{"走访记录", "记走访"}, intents: intents{"record"}, who: cadre, needs: []part{aHousehold, aKind, aReason}, acts: true, waits: understand.AskedReason, says: "记一次走访", about: "走访后按数字记一笔", run: (*Service).record},
	{name: model.CommandExcuse, words: []string{"去不了"}, intents: intents{"excuse"}, who: cadre, needs: []part{aHousehold, aReason}, acts: true, says: "说明这个月去不了", about: "说明这个月去不了的原因", run: (*Service).excuse},
	{name: model.CommandNeeds, words: []string{"经办"}, intents: intents{"needs", "need_status"}, who: cadre, needs: []part{aNeed}, acts: true, waits: understand.AskedWords, says: "看经办的难事", about: "看经办的难事", run: (*Service).needs},
	{name: model.CommandMine, words: []string{"我帮扶的户", "帮扶户", "结对"}, intents: intents{"my_households"}, who: cadre, needs: []part{aHousehold}, says: "看结对的户", about: "看您结对的户", run: (*Service).mine},
	{name: model.CommandIssue, words: []string{"要绑定码", "绑定码"}, intents: intents{"issue_code"}, who: cadre, needs: []part{aHousehold}, acts: true, says: "给户里发绑定码", about: "给结对的户发绑定码", run: (*Service).issue},
	{name: model.CommandHousePhone, intents: intents{"household_phone"}, who: cadre, needs: []part{aHousehold, aReason}, acts: true, says: "看户里的电话", about: "看户里的电话和住址(留下记录)", run: (*Service).housePhone},
	{name: model.CommandUndo, words: []string{"删掉走访"}, intents: intents{"withdraw"}, who: cadre, needs: []part{aVisit}, acts: true, says: "撤销记的走访", about: "一天内记错的走访,撤销它", run: (*Service).undo},
	{name: model.CommandCorrect, words: []string{"记错了"}, intents: intents{"correct"}, who: cadre, needs: []part{aVisit, aKind}, acts: true, says: "更正或撤销记的走访", run: (*Service).correct},
	{name: model.CommandMore, who: cadre, needs: []part{aVisit, words}, acts: true, waits: understand.AskedWords, says: "给走访补一句话", run: (*Service).more},
	{name: model.CommandPocket, who: cadre, needs: []part{aVisit, anAmount}, acts: true, says: "记自己掏的钱", run: (*Service).pocket},
	{name: model.CommandPromise, who: cadre, needs: []part{aHousehold, words}, acts: true, waits: understand.AskedWords, says: "记答应户里的事", run: (*Service).promise},
	{name: model.CommandTold, words: []string{"告知"}, intents: intents{"told"}, who: cadre, needs: []part{aHousehold}, acts: true, says: "当面告诉过了", run: (*Service).told},
	{name: model.CommandOwnPhone, who: cadre, acts: true, says: "让户里看到我的电话", run: (*Service).ownPhone},
}

var ofEverybody = []command{
	{name: model.CommandRaise, words: []string{"困难", "难处", "帮帮"}, intents: intents{"need"}, who: known, needs: []part{aHousehold, words}, acts: true, waits: understand.AskedWords, says: "有难处要人帮", about: "说说户里的难处", run: (*Service).raise},
	{name: model.CommandNotice, words: []string{"政策法规", "通知", "规定"}, intents: intents{"policy"}, who: anyone, says: "查政策", about: "查政策,比如发“取暖费”", run: (*Service).notices},
	{name: model.CommandPerson, words: []string{"电话", "转人工", "扶贫办", "找人"}, intents: intents{"person"}, who: anyone, says: "找人", about: "扶贫办的电话,请人给您回电话", run: (*Service).person},
	{name: model.CommandCallBack, who: anyone, needs: []part{words}, acts: true, waits: understand.AskedWords, says: "请人给我回电话", run: (*Service).callBack},
	{name: model.CommandComplain, words: []string{"举报"}, intents: intents{"complaint"}, who: anyone, needs: []part{words}, acts: true, waits: understand.AskedWords, says: "投诉", about: "投诉只有扶贫办和检查组看得到", run: (*Service).complain},
	{name: model.CommandLife, intents: intents{"life_event"}, who: known, needs: []part{aHousehold, words}, acts: true, waits: understand.AskedWords, says: "家里有大事", run: (*Service).life},
	{name: model.CommandReport, intents: intents{"self_report"}, who: anyone, needs: []part{words}, acts: true, waits: understand.AskedWords, says: "日子过不下去,要登记困难", about: "日子过不下去,说给扶贫办", run: (*Service).selfReport},
	{name: model.CommandHandOver, who: anyone, needs: []part{words}, acts: true, waits: understand.AskedWords, says: "把话交给扶贫办", run: (*Service).handOver},
	{name: model.CommandBind, words: []string{"登记", "关联"}, intents: intents{understand.Bind}, who: anyone, needs: []part{aCode}, acts: true, says: "登记", about: "登记一户,或者再登记一户", run: (*Service).bind},
	{name: model.CommandComeBack, words: []string{"手机号码", "电话号码"}, who: anyone, needs: []part{aPhone}, acts: true, says: "凭手机号回来", run: (*Service).comeBack},
	{name: model.CommandUnbind, words: []string{"解绑", "取消绑定", "取消登记"}, intents: intents{"unbind"}, who: known, needs: []part{aHousehold}, acts: true, says: "解除登记", run: (*Service).unbind},
	{name: model.CommandStop, words: []string{"别发了"}, intents: intents{"stop"}, who: anyone, needs: []part{aHousehold}, acts: true, says: "不要再发提醒", about: "不要再主动发提醒", run: (*Service).stop},
	{name: model.CommandResume, intents: intents{"resume"}, who: anyone, acts: true, says: "恢复提醒", run: (*Service).resume},
	{name: model.CommandPublic, words: []string{"公开"}, intents: intents{"public"}, who: anyone, says: "看公示", about: "看公示和公开的账", run: (*Service).public},
	{name: model.CommandYes, intents: intents{"yes"}, who: anyone, run: (*Service).yes},
	{name: model.CommandNo, intents: intents{"no"}, who: anyone, run: (*Service).no},
	{name: model.CommandBack, words: []string{"取消", "算了", "退出"}, intents: intents{"back"}, who: anyone, run: (*Service).back},
	{name: model.CommandRepeat, intents: intents{"repeat"}, who: anyone, run: (*Service).repeat},
	{name: model.CommandThanks, intents: intents{"thanks"}, who: anyone, run: (*Service).thanks},
	{name: model.CommandGreet, words: []string{"您好", "在吗"}, intents: intents{"greet"}, who: anyone, run: (*Service).hello},
	{name: model.CommandHelp, words: []string{"?", "菜单", "功能", "怎么用"}, intents: intents{"help"}, who: anyone, run: (*Service).help},
}

// isHousehold reports whether the caller looks after a household now.
func (s *Service) isHousehold(caller account.Caller) bool {
	return len(caller.Account.Households(s.Now())) > 0
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

// takes reports whether the command needs the part.
func (c command) takes(p part) bool { return slices.Contains(c.needs, p) }

func (c command) said(word string) bool {
	return strings.EqualFold(word, c.name) || slices.ContainsFunc(c.words, func(w string) bool { return strings.EqualFold(word, w) })
}

func named(name string) command {
	for _, c := range table {
		if c.name == name {
			return c
		}
	}
	return command{}
}

// called is the command that the word names.
func called(word string) (command, bool) {
	i := slices.IndexFunc(table, func(c command) bool { return c.said(word) })
	if i < 0 {
		return command{}, false
	}
	return table[i], true
}

// meant is the caller's command for an intent.
func (s *Service) meant(caller account.Caller, in understand.Intent) (command, bool) {
	for _, c := range table {
		if slices.Contains(c.intents, in) && s.allows(caller, c) {
			return c, true
		}
	}
	return command{}, false
}
