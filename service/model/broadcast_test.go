package model

import (
	"strings"
	"testing"
	"testing/quick"
)

var templateFields = [3]string{"thing1", "date2", "thing3"}

func TestWhatABroadcastMaySay(t *testing.T) {
	good := BroadcastContent{About: "低保标准提高", When: "2018年1月1日", More: "户号{户号}", Text: "{户主}家,您好"}
	cases := []struct {
		change func(*BroadcastContent)
		mass   bool
		want   string // in the sentence; empty: it may go
	}{
		{func(*BroadcastContent) {}, false, ""},
		{func(c *BroadcastContent) { c.About = strings.Repeat("长", 20) }, false, ""},
		{func(c *BroadcastContent) { c.About = strings.Repeat("长", 21) }, false, "21个字"},
		{func(c *BroadcastContent) { c.More = "" }, false, "说明没有内容"},
		{func(c *BroadcastContent) { c.More = "一行\n两行" }, false, "换行"},
		{func(c *BroadcastContent) { c.When = "明天" }, false, "日期"},
		{func(c *BroadcastContent) { c.Text = "{电话}" }, false, "没有{电话}"},
		{func(c *BroadcastContent) { c.Text = strings.Repeat("长", 683) }, false, "2048"},
		{func(*BroadcastContent) {}, true, "不能有变量"},
		{func(c *BroadcastContent) { *c = BroadcastContent{Text: "大家好"} }, true, ""},
	}
	for i, x := range cases {
		c := good
		x.change(&c)
		err := c.Check(templateFields, x.mass, BroadcastAudience{To: "households"})
		var msg string
		if e, ok := err.(*Error); ok {
			msg = e.Msg
		}
		if (err == nil) != (x.want == "") || !strings.Contains(msg, x.want) {
			t.Errorf("case %d: %q, want %q", i, msg, x.want)
		}
	}
}

// TestACadreHasNoHousehold refuses, of what is written to cadres, the variables that are about a household.
func TestACadreHasNoHousehold(t *testing.T) {
	for _, name := range Variables {
		c := BroadcastContent{About: "走访", When: "2018年1月1日", More: "请看", Text: "请{" + name + "}按时走访"}
		err := c.Check(templateFields, false, BroadcastAudience{To: "cadres"})
		if refused := name == "户号" || name == "户主"; (err != nil) != refused {
			t.Errorf("{%s} to cadres: %v", name, err)
		}
	}
}

// TestFillLeavesNoVariable fills whatever is written with whatever is known.
func TestFillLeavesNoVariable(t *testing.T) {
	for _, name := range Variables {
		c := BroadcastContent{Text: "a{" + name + "}b", About: "{" + name + "}{" + name + "}"}
		vars := make([]string, len(Variables))
		for i := range vars {
			vars[i] = Variables[i] + "的值"
		}
		if got := c.Fill(vars); got.Text != "a"+name+"的值b" || got.About != name+"的值"+name+"的值" || !c.Uses(name) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	noBraces := func(text string, vars []string) bool {
		for i := range vars {
			vars[i] = strings.NewReplacer("{", "", "}", "").Replace(vars[i])
		}
		filled := BroadcastContent{Text: "{户号}" + text + "{干部}"}.Fill(vars).Text
		return !strings.Contains(filled, "{户号}") && !strings.Contains(filled, "{干部}")
	}
	if err := quick.Check(noBraces, nil); err != nil {
		t.Error(err)
	}
}

func TestAudiences(t *testing.T) {
	today := Date("2018-01-01")
	h := Household{ID: "H-001", UnitID: "U-2", Status: StatusUnderAssistance, Attributes: []HouseholdAttribute{{Kind: AttributeSubsistence, From: "2017-01-01"}}}
	path, ages, aid := []string{"U-1", "U-2"}, []int{72, 30}, map[string]bool{"industry": true}
	yes := []BroadcastAudience{
		{}, {Units: []string{"U-1"}}, {Statuses: []HouseholdStatus{StatusUnderAssistance}}, {Attributes: []string{AttributeSubsistence, "x"}},
		{AgeFrom: 70}, {AgeTo: 30}, {AgeFrom: 25, AgeTo: 35}, {Programme: "industry"},
	}
	no := []BroadcastAudience{
		{Only: true}, {Units: []string{"U-3"}}, {Statuses: []HouseholdStatus{StatusExited}}, {Attributes: []string{"x"}},
		{AgeFrom: 73}, {AgeFrom: 31, AgeTo: 71}, {Programme: "education_relief"},
	}
	for _, a := range yes {
		if a.To = "households"; !a.Chooses(h, path, ages, aid, today) {
			t.Errorf("%+v does not choose", a)
		}
	}
	for _, a := range no {
		if a.To = "households"; a.Chooses(h, path, ages, aid, today) {
			t.Errorf("%+v chooses", a)
		}
	}
	h.Status = StatusClosed
	if (BroadcastAudience{To: "households"}).Chooses(h, path, ages, aid, today) {
		t.Error("a closed household is chosen")
	}
	cadre := BroadcastAudience{To: "cadres", Role: "lead"}
	if !cadre.ChoosesCadre(path, []PairingRole{PairingMember, PairingLead}) || cadre.ChoosesCadre(path, []PairingRole{PairingMember}) {
		t.Error("cadres by role")
	}
	if AgeOn("1950-06-02", "2018-06-01") != 67 || AgeOn("1950-06-01", "2018-06-01") != 68 || AgeOn("", "2018-06-01") != 0 {
		t.Error("ages")
	}
}

// TestTheWayOfABroadcast walks the state table: from every state the end can be reached, and an edit always leads back
// to a draft until the recipients are frozen.
func TestTheWayOfABroadcast(t *testing.T) {
	for state := range broadcastMoves {
		if state.Label() == "" {
			t.Errorf("%s has no name", state)
		}
		seen := map[BroadcastState]bool{}
		var walk func(BroadcastState)
		walk = func(s BroadcastState) {
			if !seen[s] {
				seen[s] = true
				for _, next := range broadcastMoves[s] {
					walk(next)
				}
			}
		}
		walk(state)
		if !seen[BroadcastFinished] {
			t.Errorf("%s never finishes", state)
		}
	}
	for _, s := range []BroadcastState{BroadcastRunning, BroadcastPaused, BroadcastFinished, BroadcastCancelled} {
		if s.May(BroadcastDraft) || s.May(BroadcastPreparing) {
			t.Errorf("%s may be edited or frozen again", s)
		}
	}
	if BroadcastSubmitted.May(BroadcastPreparing) || BroadcastDraft.May(BroadcastPreparing) || BroadcastCancelled.May(BroadcastRunning) {
		t.Error("something runs without approval")
	}
}

// TestSumsDiffer: whatever is approved is in the digest.
func TestSumsDiffer(t *testing.T) {
	base := Broadcast{Title: "a", Until: "2018-01-01"}
	for i, change := range []func(*Broadcast){
		func(b *Broadcast) { b.Content.Text = "x" }, func(b *Broadcast) { b.Audience.IDs = []string{"H-1"} }, func(b *Broadcast) { b.Mass = true },
		func(b *Broadcast) { b.NoticeV = 2 }, func(b *Broadcast) { b.Until = "2018-01-02" }, func(b *Broadcast) { b.Scope = []string{"U-1"} },
		func(b *Broadcast) { b.ByHand = true },
	} {
		b := base
		if change(&b); b.Sum() == base.Sum() {
			t.Errorf("change %d is not seen", i)
		}
	}
	running := base
	running.State, running.Rate, running.Counts = BroadcastRunning, 7, map[string]int{"pending": 1}
	if running.Sum() != base.Sum() {
		t.Error("running changes what was approved")
	}
}

func TestWhenABroadcastPausesItself(t *testing.T) {
	for _, x := range []struct {
		tried, refused int
		want           bool
	}{{19, 19, false}, {20, 5, false}, {20, 6, true}, {1000, 299, false}, {1000, 300, true}} {
		if got := (Progress{Tried: x.tried, Refused: x.refused}).TooManyRefused(); got != x.want {
			t.Errorf("%d of %d: %v", x.refused, x.tried, got)
		}
	}
}

func TestRecipients(t *testing.T) {
	a, b := RecipientPerson("oa:one"), RecipientPerson("oa:two")
	if a == b || strings.Contains(a, "one") {
		t.Error(a, b)
	}
	r := Recipient{ID: RecipientID("B-1", a), BroadcastID: "B-1"}
	first := r.ClaimID()
	r.Try = 11
	if r.Person() != a || first == r.ClaimID() || !strings.HasSuffix(r.ClaimID(), "#11") {
		t.Error(r.Person(), r.ClaimID())
	}
}

func TestNoticesByWord(t *testing.T) {
	n := NoticeText{Title: "大病救助办法", Summary: "住院报销", Text: "第一条", Keywords: []string{"看病"}}
	for word, want := range map[string]int{"": 3, "救助": 3, "看病难": 3, "住院": 2, "第一条": 1, "低保": 0} {
		if got := n.Match(word); got != want {
			t.Errorf("%q: %d, want %d", word, got, want)
		}
	}
}
