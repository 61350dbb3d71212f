package visit_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestAVisitByDigits records a visit in the chat with everything that belongs to one: a digit for what was done, then
// what was spent, promised and wrong, words as they were written, a picture and a spoken message.
func TestAVisitByDigits(t *testing.T) {
	r, office, _ := aidMonth(t)
	r.TurnTo("2018-01-05", 10)
	lead := apptest.LeadOf(t, "H-001")
	apptest.WantContains(t, r.Say(lead, "记录"), "户号H-001", "2 解难事", "6 和上次一样:谈心走访1次、送政策1次、送技术1次")
	apptest.WantContains(t, r.Say(lead, "6"), "记好了:1月5日(星期五),户号H-001,谈心走访1次、送政策1次、送技术1次")
	apptest.WantContains(t, r.Say(lead, "8"), "应该记成什么", "2 只记解难事1次")
	apptest.WantContains(t, r.Say(lead, "2"), "改好了", ",解难事1次。")
	apptest.WantContains(t, r.Say(lead, "7"), "掏了多少元")
	apptest.WantContains(t, r.Say(lead, "两百"), "掏了多少元")
	apptest.WantContains(t, r.Say(lead, "200.50元"), "自己掏的钱一共200.50元")
	r.Say(lead, "自费 50")

	// Words belong to the visit after 补充 only; the digits stay on offer.
	r.Say(lead, "记录")
	r.Say(lead, "1")
	apptest.WantContains(t, r.Say(lead, "补充 家里情况好多了,低保的钱也到账了!"), "补上了:家里情况好多了,低保的钱也到账了!")
	r.Act(lead, "image", nil)
	apptest.WantContains(t, r.Act(lead, "voice", map[string]string{"recognition": "补充,老人说煤够烧"}).Text(), "补上了:老人说煤够烧")
	apptest.WantContains(t, r.Act(lead, "voice", map[string]string{"recognition": ""}).Text(), "收好了,这次走访一共2个")
	apptest.WantContains(t, r.Say(lead, "2"), "解难事1次、送政策1次")
	apptest.WantContains(t, r.Say(lead, "6"), "答应户号H-001办什么事")
	apptest.WantContains(t, r.Say(lead, "帮着找木耳的买家"), "记下了:帮着找木耳的买家", "快到时会提醒您")
	if n := needsOf(r, office, "?household_no=H-001"); len(n) != 1 || !n[0].Promised || n[0].Owner != strings.ToUpper(lead) {
		t.Errorf("%+v", n)
	}
	var past struct {
		Visits []struct {
			Words      string
			SelfFunded int64 `json:"self_funded_fen"`
			Items      []model.VisitItem
			Amended    bool
		}
	}
	r.Must(http.MethodGet, "/staff/v1/households/H-001/visits", office, nil, &past)
	want := "家里情况好多了,低保的钱也到账了!\n老人说煤够烧"
	if v := past.Visits[0]; v.SelfFunded != 25050 || v.Words != want || !v.Amended || len(v.Items) != 2 {
		t.Errorf("%+v", v)
	}
	var counts struct {
		Months []struct {
			SelfFunded int64 `json:"self_funded_fen"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/visit-counts?from=2018-01&to=2018-01", office, nil, &counts)
	if len(counts.Months) != 1 || counts.Months[0].SelfFunded != 25050 {
		t.Errorf("%+v", counts)
	}
}

// TestWhatAHouseholdSays: of several visits it says which one was not; it is heard before anybody has recorded one; and
// a difficulty is taken in its own words.
func TestWhatAHouseholdSays(t *testing.T) {
	r, office, _ := aidMonth(t)
	home := "h-001"
	r.TurnTo("2018-01-02", 9)
	// December's visit comes first, while the household has not answered for it.
	apptest.WantContains(t, r.Say(home, "来过"), "谢谢您,记下了")
	r.Clock.Advance(time.Hour)
	apptest.WantContains(t, r.Say(home, "没来"), "帮扶日是1月5日(星期五),还没到")
	r.TurnTo("2018-01-08", 9)
	apptest.EventuallyAll(t, "the month is planned", func() bool { return boardStates(r, office)["overdue"] == 9 })
	apptest.WantContains(t, r.Say(home, "没来"), "1月的走访,干部没来", "扶贫办看得到")
	board := func() (b struct {
		Confirmed, Denied int
		Rows              []struct {
			Cadre  string `json:"cadre_id"`
			State  string
			Answer string `json:"household_answer"`
		}
	}) {
		r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &b)
		return b
	}
	if b := board(); b.Denied != 3 || b.Confirmed != 0 {
		t.Errorf("%d denied, %d confirmed", b.Denied, b.Confirmed)
	}

	cadres := paired(t, r)[:2]
	for _, c := range cadres {
		r.Say(c, "记录")
		r.Say(c, "1")
		apptest.WantContains(t, r.Say(c, "1"), "记好了")
	}
	apptest.WantContains(t, r.Say(home, "没来"), "谁没来", "3 都没来")
	apptest.WantContains(t, r.Say(home, "1"), "不会让谁挨罚")
	apptest.WantContains(t, r.Say(home, "来过"), "很满意") // the other one
	apptest.WantContains(t, r.Say(home, "4"), "记下了:上次走访不满意")
	answers := map[string]string{}
	for _, row := range board().Rows {
		if row.State == "visited_late" {
			answers[strings.ToLower(row.Cadre)] = row.Answer
		}
	}
	if len(answers) != 2 || answers[cadres[0]] == answers[cadres[1]] {
		t.Errorf("%v", answers)
	}

	apptest.WantContains(t, r.Say(home, "反映"), "直接发来就行")
	apptest.WantContains(t, r.Act(home, "voice", map[string]string{"recognition": "家里的窗户漏风,想修修。"}).Text(), "您说的是:家里的窗户漏风,想修修。", "1 对,记下")
	apptest.WantContains(t, r.Say(home, "对"), "记下了:家里的窗户漏风,想修修。", "来办")
	if n := needsOf(r, office, ""); len(n) != 1 || n[0].Kind != "housing" {
		t.Errorf("%+v", n)
	}
}

// asked reports whether the person's chat holds the words.
func asked(r *apptest.Running, person, words string) bool {
	return slices.ContainsFunc(r.Chat(person), func(l apptest.ChatLine) bool { return strings.Contains(l.Content, words) })
}

func nameOf(t *testing.T, r *apptest.Running, cadre string) string {
	t.Helper()
	c, err := r.Store().Cadre(t.Context(), strings.ToUpper(cadre))
	if err != nil {
		t.Fatal(err)
	}
	return c.Name
}

// TestADigitAnswersAMessage: the household answers the question that WeChat brought it by its code, hours later, whatever
// it is choosing from meanwhile.
func TestADigitAnswersAMessage(t *testing.T) {
	r, office, _ := aidMonth(t)
	r.TurnTo("2018-01-05", 10)
	home, lead := "h-001", apptest.LeadOf(t, "H-001")
	r.Raise(home, "门前积水,老人摔过")
	r.Clock.Advance(10 * time.Minute)
	r.Say(lead, "记录")
	r.Say(lead, "1")
	r.TurnTo("2018-01-05", 18)
	apptest.EventuallyAll(t, "the question is sent", func() bool { return asked(r, home, "回“来过”或71") })
	r.Say(home, "帮助") // a digit belongs to this list now, a code to the question still
	apptest.WantContains(t, r.Say(home, "72"), "谢谢您,记下了", nameOf(t, r, lead), "没来")
	apptest.WantContains(t, r.Say(home, "来过"), "改过来了", "很满意")
	r.Say(lead, "难事")
	apptest.WantContains(t, r.Say(lead, "1"), "门前积水", "1 办好了")
	apptest.WantContains(t, r.Say(lead, "1"), "怎么办好的")
	apptest.WantContains(t, r.Say(lead, "挖了排水沟"), "户号H-001确认")
	apptest.EventuallyAll(t, "the household is asked", func() bool {
		return slices.ContainsFunc(r.Chat(home), func(l apptest.ChatLine) bool {
			return strings.Contains(l.Content, "办好了请回“办好了”或")
		})
	})
	apptest.WantContains(t, r.Say(home, "我家"), "户情")
	apptest.WantContains(t, r.Say(home, "1"), "元") // 我家's own first choice
	apptest.WantContains(t, r.Say(home, "办得怎样"), "干部说办好了:门前积水,老人摔过", "怎么办的:挖了排水沟")
	apptest.WantContains(t, r.Say(home, "没办好"), "会接着办")

	// What cannot be done is read with its reason, also where the message had no room for it.
	n := needsOf(r, office, "")[0]
	r.Must(http.MethodPost, "/staff/v1/needs/"+strings.ReplaceAll(strings.ReplaceAll(n.ID, "|", "%7C"), "/", "%2F")+"/steps", office,
		doc{"state": "not_possible", "text": "这段路归公路站修"}, nil)
	apptest.WantContains(t, r.Say(home, "办得怎样"), "办不了:门前积水,老人摔过", "原因:这段路归公路站修")
}

// TestAReminderNamesWhatIsOpen: a cadre of two households visits one while the reminder waits for the morning.
func TestAReminderNamesWhatIsOpen(t *testing.T) {
	r, office, _ := aidMonth(t)
	lead := apptest.LeadOf(t, "H-001")
	r.Must(http.MethodPost, "/staff/v1/households/H-002/pairings", office, doc{"cadre_id": strings.ToUpper(lead), "from": "2017-12-20"}, nil)
	var s doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &s)
	delete(s, "$schema")
	s["stages"] = []doc{{"key": "night", "days": 0, "hour": 21, "hours": 24, "to": "cadre"}}
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, s, nil)
	r.TurnTo("2018-01-05", 21)
	apptest.EventuallyAll(t, "the reminder waits", func() bool { return became(r, office, "night", lead).State == "queued" })
	r.Say(lead, "记录 H-001 talk")
	r.TurnTo("2018-01-06", 8)
	apptest.EventuallyAll(t, "it arrives", func() bool { return became(r, office, "night", lead).State == "arrived" })
	chat := r.Chat(lead)
	if last := chat[len(chat)-1].Content; !strings.Contains(last, "1户:H-002") {
		t.Error(last)
	}
}

// TestNobodyIsLeft: when the last member has died nothing is owed, reminded of or asked any more.
func TestNobodyIsLeft(t *testing.T) {
	r, office, owed := aidMonth(t)
	lead := apptest.LeadOf(t, "H-001")
	r.Raise("h-001", "屋顶漏雨")
	r.TurnTo("2018-01-03", 8)
	m := &monthOf{Running: r, t: t, office: office}
	m.stage("T-3", map[string]int{"arrived": owed})
	file := r.Household(office, "H-001")
	slices.Reverse(file.Members) // the head is the last
	for _, m := range file.Members {
		left := doc{"person_id": m.ID, "status": "deceased", "on": "2018-01-03", "evidence": "死亡证明"}
		r.Must(http.MethodPost, "/staff/v1/households/H-001/departures", office, left, nil)
	}
	r.TurnTo("2018-01-04", 18)
	m.stage("T-1", map[string]int{"arrived": owed - len(file.Cadres)})
	m.phone(lead, "03 08h") // when there was somebody still
	if n := boardStates(r, office)["cancelled"]; n != len(file.Cadres) {
		t.Errorf("%d cancelled", n)
	}
	r.TurnTo("2018-01-25", 9) // the difficulty would be due soon
	list, err := r.Store().MessagesUnder(t.Context(), "need:2018-")
	if err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if slices.ContainsFunc(r.Chat("h-001"), func(l apptest.ChatLine) bool { return l.Kind == "template" }) {
		t.Error("somebody was written to")
	}
}
