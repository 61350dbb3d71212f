package bot_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

type doc = map[string]any

type need struct {
	ID, Text, Kind, State string
	Owner                 string `json:"owner_id"`
	Confidential, Urgent  bool
}

func needsOf(r *apptest.Running, staff string) []need {
	var out struct{ Needs []need }
	r.Must(http.MethodGet, "/staff/v1/needs", staff, nil, &out)
	return out.Needs
}

func texts(list []need) (all []string) {
	for _, n := range list {
		all = append(all, n.Text)
	}
	return all
}

// answerTo is what the household has said of its last visit.
func answerTo(t *testing.T, r *apptest.Running, household string) string {
	t.Helper()
	list, err := r.Store().VisitsTo(t.Context(), household)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return list[len(list)-1].Answer
}

// TestNegationsAndQuestionsDoNotAct: 来过 stands in all of these, and none of them says that somebody came.
func TestNegationsAndQuestionsDoNotAct(t *testing.T) {
	r := apptest.Boot(t)
	for _, said := range []string{
		"没人来过", "来过没有", "来过吗?", "来过?", "谁来过", "听说来过", "要是来过就好了", "干部说来过了,其实没来", "不是没来过", "别人家来过", "没有人来过我家", "不能说来过",
	} {
		r.Say("h-001", said)
		if answerTo(t, r, "H-001") == "came" {
			t.Fatalf("%q is kept as came", said)
		}
		r.Say("h-001", "0")
	}
	apptest.WantContains(t, r.Say("h-001", "来过"), "12月5日", "来过", "很满意")
	if answerTo(t, r, "H-001") != "came" {
		t.Error("来过 is not kept")
	}
}

// TestDigitsBelongToTheLastList: a digit of a list of before is asked about; a code of no question does nothing.
func TestDigitsBelongToTheLastList(t *testing.T) {
	r := apptest.Boot(t)
	r.Say("h-001", "我家")
	r.Say("h-001", "谢谢")
	r.Say("h-001", "干部什么时候来")
	r.Say("h-001", "帮助")
	r.Say("h-001", "没听说过的事情呀") // four choices
	apptest.WantContains(t, r.Say("h-001", "7"), "之前那张单子的数字")
	apptest.WantContains(t, r.Say("h-001", "不是"), "什么也没做")
	apptest.WantContains(t, r.Say("h-001", "71"), "没有要回“71”的事")
	for _, said := range []string{"一。", "第一个", "\u200b1", "1"} {
		r.Say("h-001", "补贴")
		apptest.WantContains(t, r.Say("h-001", said), "2017年低保金和残疾人补贴")
	}
}

// TestAComplaintIsKeptFromWhomItIsAbout: the office and inspectors read it, the cadre does not, wherever they look.
func TestAComplaintIsKeptFromWhomItIsAbout(t *testing.T) {
	r := apptest.Boot(t)
	office, lead := r.Office("office2"), apptest.LeadOf(t, "H-001")
	name := cadreName(t, r, lead)
	said := "我要投诉" + name + ",每次来都要东西"
	apptest.WantContains(t, r.Say("h-001", said), "您说的是投诉", "被说到的人看不到")
	apptest.WantContains(t, r.Say("h-001", "1"), "已交给扶贫办和检查组", "前答复您")
	r.Say("h-001", "反映")
	r.Say("h-001", name+"说话难听,屋顶漏了也不管") // names them, in the words of a difficulty
	r.Say("h-001", "1")

	for who, token := range map[string]string{
		"the office": office, "an inspector": r.Staff("insp", "", model.RoleAssignment{Role: model.RoleInspector}),
	} {
		if list := needsOf(r, token); len(list) != 2 || list[0].Owner != "" || !list[0].Confidential {
			t.Errorf("%s: %+v", who, list)
		}
	}
	for who, token := range map[string]string{
		"the secretary":           r.Staff("sec", "", model.RoleAssignment{Role: model.RoleSecretary}),
		"the cadre":               r.Staff("self", strings.ToUpper(lead), model.RoleAssignment{Role: model.RoleCadre}),
		"the cadre in the office": r.Staff("both", strings.ToUpper(lead), model.RoleAssignment{Role: model.RoleOffice}, model.RoleAssignment{Role: model.RoleCadre}),
	} {
		if list := needsOf(r, token); len(list) != 0 {
			t.Errorf("%s reads %v", who, texts(list))
		}
	}
	apptest.WantWithout(t, r.Say(lead, "难事"), name, "要东西")
	for _, l := range r.Chat(lead) {
		apptest.WantWithout(t, l.Content, "要东西", "说话难听")
	}
	apptest.WantContains(t, r.Say("h-001", "办得怎样"), "投诉已收到,扶贫办在查")
	var answered need
	id := needsOf(r, office)[0].ID
	r.Must(http.MethodPost, "/staff/v1/needs/"+id+"/steps", office, doc{"state": "done_by_cadre", "text": "谈过话了,以后不会"}, &answered)
	if answered.State != "done_by_cadre" {
		t.Errorf("%+v", answered)
	}
	apptest.WantContains(t, r.Say("h-001", "办得怎样"), "扶贫办说办好了", "谈过话了")
}

func cadreName(t *testing.T, r *apptest.Running, cadre string) string {
	t.Helper()
	c, err := r.Store().Cadre(t.Context(), strings.ToUpper(cadre))
	if err != nil {
		t.Fatal(err)
	}
	return c.Name
}

// TestChatterIsNotRecorded: what a cadre says after a record is no part of it, and a wrong record is taken back with its
// counts and what it met.
func TestChatterIsNotRecorded(t *testing.T) {
	r := apptest.Boot(t)
	lead := apptest.LeadOf(t, "H-001")
	r.TurnTo("2018-01-05", 10)
	apptest.EventuallyAll(t, "the month is planned", func() bool {
		list, err := r.Store().Expectations(t.Context(), "2018-01")
		return err == nil && len(list) > 0
	})
	r.Say(lead, "记录")
	apptest.WantContains(t, r.Say(lead, "2"), "记好了", "撤销")
	id := model.VisitID("H-001", strings.ToUpper(lead), "2018-01-05")
	for _, said := range []string{"怎么删掉", "H-002家的屋顶也漏了", "今天真冷", "好的", "晚上吃啥"} {
		r.Say(lead, said)
		r.Say(lead, "0")
		if v, err := r.Store().Visit(t.Context(), id); err != nil || v.Words != "" {
			t.Errorf("%q: %q %v", said, v.Words, err)
		}
	}
	apptest.WantContains(t, r.Say(lead, "补充 老人身体好"), "补上了")
	apptest.WantContains(t, r.Say(lead, "撤销"), "撤销这次走访吗", "1 撤销", "2 不撤")
	apptest.WantContains(t, r.Say(lead, "2"), "什么也没做")
	r.Say(lead, "撤销")
	apptest.WantContains(t, r.Say(lead, "1"), "撤销了")
	e, err := r.Store().Expectation(t.Context(), model.ExpectationID("2018-01", "H-001", strings.ToUpper(lead)))
	if err != nil || e.State != model.ExpectedVisit || e.VisitID != "" {
		t.Errorf("%+v %v", e, err)
	}
	if c, err := r.Store().Counter(t.Context(), "2018-01"); err != nil || c.Visits != 0 {
		t.Errorf("%+v %v", c, err)
	}
	r.TurnTo("2018-01-05", 18)
	for _, l := range r.Chat("h-001") {
		apptest.WantWithout(t, l.Content, "记了到您家走访的")
	}
	apptest.WantContains(t, r.Say(lead, "记录 H-001 goods"), "记好了", "送温暖1次") // anew, on the same day
	r.Clock.Advance(25 * time.Hour)
	apptest.WantContains(t, r.Say(lead, "撤销"), "没有可以撤销的")
}

// TestOneQuestionForAllCadres: a household is asked once in the evening, about everybody, and the thanks repeat of whom
// what was kept.
func TestOneQuestionForAllCadres(t *testing.T) {
	r := apptest.Boot(t)
	r.TurnTo("2018-01-05", 10)
	r.Say("h-001", "我家") // opens the window in which WeChat lets us write
	var names []string
	for _, c := range cadresOf(t, r, "H-001")[:2] {
		apptest.WantContains(t, r.Say(c, "记录 H-001 talk"), "记好了")
		names = append(names, cadreName(t, r, c))
	}
	r.TurnTo("2018-01-05", 18)
	question := func() (found []string) {
		for _, l := range r.Chat("h-001") {
			if strings.Contains(l.Content, "记了到您家走访的") {
				found = append(found, l.Content)
			}
		}
		return found
	}
	apptest.EventuallyAll(t, "the household is asked", func() bool { return len(question()) == 1 })
	apptest.WantContains(t, question()[0], names[0], names[1], "71", "72", "73")
	r.Say("h-001", "帮助")
	apptest.WantContains(t, r.Say("h-001", "73"), "谁没来", "都没来")
	apptest.WantContains(t, r.Say("h-001", "1"), "没来", "记下了")
	apptest.WantContains(t, r.Say("h-001", "71"), names[0], names[1], "来过", "改过来了")
}

// TestQuestionsForWordsHaveAWayOut: none of these is a difficulty; what is said in the same breath is, once confirmed.
func TestQuestionsForWordsHaveAWayOut(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("office2")
	for _, out := range []string{"取消", "返回", "0", "算了", "不说了", "算了吧", "退出"} {
		apptest.WantContains(t, r.Say("h-001", "反映"), "请说是什么难处", "取消")
		apptest.WantContains(t, r.Say("h-001", out), "没有记")
	}
	r.Say("h-001", "反映")
	apptest.WantContains(t, r.Say("h-001", "3"), "您回的是3", "我在等您说:是什么难处")
	apptest.WantContains(t, r.Say("h-001", "屋顶漏雨了"), "您说的是:屋顶漏雨了", "1 对,记下", "2 不记了")
	r.Say("h-001", "2")
	if list := needsOf(r, office); len(list) != 0 {
		t.Fatalf("%v", texts(list))
	}
	r.Say("h-001", "反映")
	r.Clock.Advance(31 * time.Minute)
	apptest.WantWithout(t, r.Say("h-001", "今天天气不错"), "您说的是")
	apptest.WantContains(t, r.Say("h-001", "反映屋顶漏雨了"), "您说的是:屋顶漏雨了")
	apptest.WantContains(t, r.Say("h-001", "对"), "记下了:屋顶漏雨了", "撤回")
	apptest.WantContains(t, r.Say("h-001", "撤回"), "撤回这件事吗:屋顶漏雨了")
	apptest.WantContains(t, r.Say("h-001", "1"), "撤回了:屋顶漏雨了")
	if list := needsOf(r, office); len(list) != 0 {
		t.Fatalf("%v", texts(list))
	}
	// A picture is taken where words are.
	r.Say("h-001", "反映")
	apptest.WantContains(t, r.Act("h-001", "image", nil).Text(), "收到1个照片或语音")
	apptest.WantContains(t, r.Say("h-001", "墙裂了"), "墙裂了(带1个照片或语音)")
	apptest.WantContains(t, r.Say("h-001", "1"), "记下了:墙裂了")
	apptest.EventuallyAll(t, "the picture is kept", func() bool {
		list, err := r.Store().NeedsOf(t.Context(), "H-001")
		return err == nil && slices.ContainsFunc(list, func(n model.Need) bool { return len(n.Files) == 1 && n.Files[0].ID != "" })
	})
}

// TestAProxyDoesNotSpeakForTheHousehold in what only the household can say.
func TestAProxyDoesNotSpeakForTheHousehold(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Say("h-001", "代看")
	r.Say("stranger-1", codeIn(t, r.Say("h-001", "1")))
	for _, said := range []string{"没来", "来过", "评价", "很满意", "没人来过", "撤回", "没到账"} {
		apptest.WantContains(t, r.Say("stranger-1", said), "要本户自己来")
		r.Say("stranger-1", "1")
	}
	if a := answerTo(t, r, "H-001"); a != "" {
		t.Errorf("answered %s", a)
	}
}

// TestCadresAreUnderstood: a sentence of a cadre is their own command, a day in a reason is that day, and nothing is said
// to be done without a look.
func TestCadresAreUnderstood(t *testing.T) {
	r := apptest.Boot(t)
	lead := apptest.LeadOf(t, "H-002")
	r.Must(http.MethodPost, "/staff/v1/households/H-003/pairings", r.Office("office2"), doc{"cadre_id": strings.ToUpper(lead), "from": "2017-12-20"}, nil)
	apptest.WantContains(t, r.Act(lead, "menu", map[string]string{"key": "发绑定码"}).Text(), "给哪一户发绑定码", "H-002", "H-003")
	apptest.WantContains(t, r.Say(lead, "2"), "户号H-003的绑定码")
	apptest.WantContains(t, r.Say(lead, "我已经走访了"), "走访了哪一户", "H-002")
	r.TurnTo("2018-01-10", 10)
	apptest.EventuallyAll(t, "the month is planned", func() bool {
		list, err := r.Store().Expectations(t.Context(), "2018-01")
		return err == nil && len(list) > 0
	})
	apptest.WantContains(t, r.Say(lead, "昨天去了H-002家,送了米面"), "1月9日", "H-002", "送温暖", "1 对,记下")
	apptest.WantContains(t, r.Say(lead, "1"), "为什么晚了")
	apptest.WantContains(t, r.Say(lead, "出差刚回来"), "记好了:1月9日")
	r.Say(lead, "记录 H-003 talk")
	apptest.WantContains(t, r.Say(lead, "昨天去的,忘了记"), "是1月9日", "对吗")
	apptest.WantContains(t, r.Say(lead, "1"), "记好了:1月9日")
	if _, err := r.Store().Visit(t.Context(), model.VisitID("H-003", strings.ToUpper(lead), "2018-01-10")); !model.IsKind(err, model.KindNotFound) {
		t.Errorf("recorded for today: %v", err)
	}
	apptest.WantContains(t, r.Say(lead, "H-002家屋顶也漏了"), "您说的是", "1 对,记下")
	r.Say(lead, "1")
	r.Say(lead, "难事")
	apptest.WantContains(t, r.Say(lead, "1"), "漏了", "1 办好了")
	apptest.WantContains(t, r.Say(lead, "户里电话"), "看哪一户的电话")
	apptest.WantContains(t, r.Say(lead, "1"), "为什么看", "1 约走访的时间")
	apptest.WantContains(t, r.Say(lead, "1"), "这次查看已留下记录:约走访的时间")
	apptest.WantContains(t, r.Say("h-002", "谁看过"), "帮扶干部", "约走访的时间")
}

// TestWhatCannotWait reaches the office and the cadre at once, in the night too, and the reply names whom to call.
func TestWhatCannotWait(t *testing.T) {
	r := apptest.Boot(t)
	lead := apptest.LeadOf(t, "H-001")
	r.Say(lead, "本月") // opens the window in which WeChat lets us write
	r.TurnTo("2017-12-29", 2)
	for said, want := range map[string]string{"没饭吃了": "120", "屋里没煤了": "120", "不想活了": "12356"} {
		apptest.WantContains(t, r.Say("h-001", said), "120", want)
		apptest.EventuallyAll(t, "the cadre hears of "+said, func() bool {
			return slices.ContainsFunc(r.Chat(lead), func(l apptest.ChatLine) bool {
				return strings.Contains(l.Content, "紧急") && strings.Contains(l.Content, said)
			})
		})
	}
	for _, n := range needsOf(r, r.Office("office2")) {
		if !n.Urgent || n.Kind == "housing" {
			t.Errorf("%+v", n)
		}
	}
}

// TestTheOffice: a person, a call back, a death, a stranger's hardship and a sentence handed over are tasks of the
// office; after a death nobody is reminded.
func TestTheOffice(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("office2")
	apptest.WantContains(t, r.Say("h-001", "人工"), "扶贫办", cadreName(t, r, apptest.LeadOf(t, "H-001")), "1 请给我回电话")
	apptest.WantContains(t, r.Say("h-001", "1"), "给您回电话")
	apptest.WantContains(t, r.Say("h-002", "老伴昨天走了"), "节哀", "不发提醒")
	r.Follow("stranger-1")
	apptest.WantContains(t, r.Say("stranger-1", "说困难"), "家里的情况")
	apptest.WantContains(t, r.Say("stranger-1", "我住三队,男人病了,地也种不了,日子过不下去"), "您说的是")
	apptest.WantContains(t, r.Say("stranger-1", "1"), "登记了", "留电话")
	kinds := map[string]int{}
	for _, n := range needsOf(r, office) {
		kinds[n.Kind]++
	}
	for _, k := range []string{"call_back", "life_event", "self_report"} {
		if kinds[k] != 1 {
			t.Errorf("%s: %v", k, kinds)
		}
	}
	lead := apptest.LeadOf(t, "H-001")
	r.Say(lead, "公开电话")
	apptest.WantContains(t, r.Say(lead, "1"), "看到您登记的电话")
	apptest.WantContains(t, r.Say("h-001", "干部电话"), "电话199")
}

// TestTheQuestionFirst: a question about money is answered in its own words, first.
func TestTheQuestionFirst(t *testing.T) {
	r := apptest.Boot(t)
	apptest.WantContains(t, r.Say("h-002", "这个月低保发了没"), "发了:12月10日", "低保金", "打到卡上", "没到账回“没到”")
	apptest.WantContains(t, r.Say("h-002", "没到"), "哪一笔没到", "12月10日")
	apptest.WantContains(t, r.Say("h-002", "1"), "记下了", "来办")
	r.Clock.Advance(31 * 24 * time.Hour)
	apptest.WantContains(t, r.Say("h-002", "这个月低保发了没"), "还没有登记1月的低保", "上一次:2017年12月10日")
	apptest.WantContains(t, r.Say("h-002", "别发了"), "真的停?")
	apptest.WantContains(t, r.Say("h-002", "是的"), "不再主动发了", "恢复")
	apptest.WantContains(t, r.Say("h-002", "恢复提醒"), "恢复了")
}

// cadresOf are those who are paired with the household, by the names of their phones.
func cadresOf(t *testing.T, r *apptest.Running, household string) (list []string) {
	t.Helper()
	pairings, err := r.Store().PairingsOfHousehold(t.Context(), household)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairings {
		list = append(list, strings.ToLower(p.CadreID))
	}
	return list
}

// TestWhatWasNotUnderstoodIsTaught: the office reads the sentences without names, and one click makes one a cue that
// works at once.
func TestWhatWasNotUnderstoodIsTaught(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("office2")
	name := cadreName(t, r, apptest.LeadOf(t, "H-001"))
	apptest.WantContains(t, r.Say("h-001", "咕噜咕噜"+name+"呱唧"), "没听懂")
	for range 2 {
		apptest.WantContains(t, r.Say("h-001", "那啥呱唧呱唧"), "没听懂")
	}
	type listed struct {
		Sentences []struct {
			ID, Text string
			Times    int
		}
		Intents []struct{ Intent string }
	}
	var list listed
	r.Must(http.MethodGet, "/staff/v1/unheard", office, nil, &list)
	if len(list.Sentences) != 2 || list.Sentences[0].Text != "那啥呱唧呱唧" || list.Sentences[0].Times != 2 || len(list.Intents) < 40 {
		t.Fatalf("%+v", list)
	}
	apptest.WantWithout(t, list.Sentences[1].Text, name)
	r.Refused(400, "cue", http.MethodPost, "/staff/v1/unheard/"+list.Sentences[0].ID+"/teach", office, doc{"intent": "nothing"})
	r.Must(http.MethodPost, "/staff/v1/unheard/"+list.Sentences[0].ID+"/teach", office, doc{"intent": "home"}, nil)
	apptest.WantContains(t, r.Say("h-001", "那啥呱唧呱唧"), "户情")
	r.Must(http.MethodPost, "/staff/v1/unheard/"+list.Sentences[1].ID+"/teach", office, doc{}, nil)
	var cues struct{ Cues []struct{ ID, Text string } }
	r.Must(http.MethodGet, "/staff/v1/cues", office, nil, &cues)
	list = listed{}
	r.Must(http.MethodGet, "/staff/v1/unheard", office, nil, &list)
	if len(cues.Cues) != 1 || len(list.Sentences) != 0 {
		t.Errorf("%+v %+v", cues, list)
	}
	r.Must(http.MethodPost, "/staff/v1/cues/"+cues.Cues[0].ID+"/remove", office, doc{}, nil)
	apptest.WantContains(t, r.Say("h-001", "那啥呱唧呱唧"), "没听懂")
}

// TestAPostingIsTold once a day, with everything of the day in it, and 没到 opens the question at that entry.
func TestAPostingIsTold(t *testing.T) {
	r := apptest.Boot(t)
	finance := r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	r.Say("h-001", "我家") // opens the window in which WeChat lets us write
	entry := apptest.EntryBody("key-of-an-entry", "H-001")
	entry["paid_on"] = "2017-12-27"
	r.Must(http.MethodPost, "/staff/v1/entries", finance, entry, nil)
	r.TurnTo("2017-12-28", 17)
	told := func() bool {
		return slices.ContainsFunc(r.Chat("h-001"), func(l apptest.ChatLine) bool { return strings.Contains(l.Content, "到账了:12月27日") })
	}
	apptest.EventuallyAll(t, "the household is told", told)
	apptest.WantContains(t, r.Say("h-001", "没到"), "记下了", "来办")
	needs, err := r.Store().NeedsOf(t.Context(), "H-001")
	if err != nil || len(needs) != 1 || !strings.HasPrefix(needs[0].About, "ledger_entries/") {
		t.Errorf("%+v %v", needs, err)
	}
}
