package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

func TestEveryHouseholdReadsItsOwnAid(t *testing.T) {
	r := apptest.Boot(t)
	for _, h := range demodata.Build().Households {
		reply := r.Say(strings.ToLower(h.ID), "我家")
		p := apptest.PaidTo(h.ID)
		apptest.WantContains(t, reply, h.ID, "2017年", "共"+p.Total.Yuan()+"元", "已脱贫", "1月5日(星期五),还有8天")
		for c, sum := range p.Parts {
			apptest.WantContains(t, reply, c.Label()+" "+sum.Yuan()+"元")
		}
		if len(reply) > wechat.MaxText {
			t.Errorf("%s: %d bytes", h.ID, len(reply))
		}
	}
}

func TestNoAnswerShowsWhoAMemberIs(t *testing.T) {
	r := apptest.Boot(t)
	farm := demodata.Build()
	for _, h := range farm.Households {
		person := strings.ToLower(h.ID)
		all := r.Say(person, "我家") + r.Say(person, "1") + r.Say(person, "补贴") + r.Say(person, "走访") +
			r.Say(person, "绑定") + r.Say(person, "帮助")
		for _, p := range farm.Persons {
			apptest.WantWithout(t, all, p.IDNumber, p.PhoneNumber)
			if p.ID != h.HeadID { // a household reads its own head's name
				apptest.WantWithout(t, all, p.Name)
			}
		}
	}
}

// TestEveryYuanOpens goes from the total through every category and page to the entries.
func TestEveryYuanOpens(t *testing.T) {
	r := apptest.Boot(t)
	for _, h := range demodata.Build().Households {
		person, p := strings.ToLower(h.ID), apptest.PaidTo(h.ID)
		for i, c := range categoriesOf(p) {
			r.Say(person, "补贴")
			page := r.Say(person, fmt.Sprint(i+1))
			apptest.WantContains(t, page, fmt.Sprintf("2017年%s,共%d笔、%s元:", c.Label(), len(p.Entries[c]), p.Parts[c].Yuan()))
			lines := entryLines(page)
			for strings.Contains(page, "接着看") {
				page = r.Say(person, "1")
				lines = append(lines, entryLines(page)...)
			}
			if len(lines) != len(p.Entries[c]) {
				t.Errorf("%s %s: %d lines for %d entries", h.ID, c, len(lines), len(p.Entries[c]))
			}
			for _, e := range p.Entries[c] {
				apptest.WantContains(t, strings.Join(lines, "\n"), e.Title+" "+e.Amount.Yuan()+"元")
			}
		}
	}
}

func categoriesOf(p apptest.Paid) (list []model.Category) {
	for _, c := range model.Categories {
		if p.Parts[c] != 0 {
			list = append(list, c)
		}
	}
	return list
}

func entryLines(page string) (list []string) {
	for _, l := range strings.Split(page, "\n") {
		if strings.Contains(l, "日 ") && strings.Contains(l, "元") {
			list = append(list, l)
		}
	}
	return list
}

func TestWaysToSayIt(t *testing.T) {
	r := apptest.Boot(t)
	const person = "h-001"
	home := r.Say(person, "我家")
	apptest.WantContains(t, home, "户号H-001")
	for _, text := range []string{" 我家 ", "我家。", "我家!", "我家 H-001", "　我家", "请问我家怎么样", "我们家"} {
		if got := r.Say(person, text); got != home {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := r.Act(person, "voice", map[string]string{"recognition": "我家。"}).Text(); got != home {
		t.Errorf("spoken: %q", got)
	}
	if got := r.Act(person, "menu", map[string]string{"key": "我家"}).Text(); got != home {
		t.Errorf("menu: %q", got)
	}
	for _, scene := range []string{"我家"} {
		if got := r.Act(person, "scan", map[string]string{"scene": scene}).Text(); got != home {
			t.Errorf("scene %s: %q", scene, got)
		}
	}
	first := r.Say(person, "1")
	r.Say(person, "我家")
	if got := r.Say(person, "1"); got != first {
		t.Errorf("a full-width digit: %q", got)
	}
}

func TestWhatIsNotUnderstood(t *testing.T) {
	r := apptest.Boot(t)
	const person = "h-002"
	help := r.Say(person, "帮助")
	apptest.WantContains(t, help, "1 我家", "2 补贴", "3 走访", "9 还能问别的")
	apptest.WantContains(t, r.Say(person, "9"), "还可以问这些", "谁看过")
	for _, text := range []string{"今天天气不错", "abc", "99999999"} {
		apptest.WantContains(t, r.Say(person, text), "没听懂。看钱回1,找人回2,说难处回3", "4 把这句话原样交给扶贫办")
	}
	apptest.WantContains(t, r.Say(person, "4"), "交上去了", "前答复")
	apptest.WantContains(t, r.Say(person, "0"), "1 我家", "2 补贴", "3 走访")
	apptest.WantContains(t, r.Act(person, "image", nil).Text(), "只看得懂文字", "1 我家")
	apptest.WantContains(t, r.Act(person, "voice", map[string]string{"recognition": ""}).Text(), "没有听清", "1 我家")
	apptest.WantContains(t, r.Say(person, "我家的补贴"), "2017年", "元")
	apptest.WantContains(t, r.Say(person, "我的户"), "给帮扶干部用", "1 我家")
}

func TestChoicesAreForgotten(t *testing.T) {
	r := apptest.Boot(t)
	r.Say("h-003", "我家")
	r.Clock.Advance(31 * time.Minute)
	r.App.Embedded().Age()
	apptest.WantContains(t, r.Say("h-003", "1"), "之前那张单子的数字", "1 是", "2 不是")
	apptest.WantContains(t, r.Say("h-003", "对"), "2017年")
	apptest.WantContains(t, r.Say("h-003", "9"), "对不上", "1 ")
}

func TestCadre(t *testing.T) {
	r := apptest.Boot(t)
	cadre := apptest.LeadOf(t, "H-005")
	mine := r.Say(cadre, "我的户")
	apptest.WantContains(t, mine, "H-005", "1 给这一户发绑定码")
	apptest.WantContains(t, r.Say(cadre, "1"), "户号H-005的绑定码:")
	apptest.WantContains(t, r.Say(cadre, "发绑定码 H-006"), "没有找到您说的这一户", "1 ", "H-005")
	apptest.WantContains(t, r.Say(cadre, "我家"), "帮扶干部", "我的户:看您结对的户")
}

func TestStranger(t *testing.T) {
	r := apptest.Boot(t)
	apptest.WantContains(t, r.Act("stranger-1", "follow", nil).Text(), "您好", "绑定码")
	for _, text := range []string{"我家", "补贴", "走访", "帮助", "我的户", "发绑定码 H-001", "你好"} {
		reply := r.Say("stranger-1", text)
		apptest.WantContains(t, reply, "绑定码")
		apptest.WantWithout(t, reply, "H-001", "元")
	}
	apptest.WantWithout(t, r.Act("stranger-1", "scan", map[string]string{"scene": "household-H-001-abcdefgh"}).Text(), "H-001", "元")
}

func TestNewYearStillShowsWhatThereIs(t *testing.T) {
	r := apptest.Boot(t)
	r.Clock.Advance(10 * 24 * time.Hour)
	apptest.WantContains(t, r.Say("h-001", "我家"), "今年(2018年)还没有登记。2017年帮扶共"+apptest.PaidTo("H-001").Total.Yuan()+"元", "2月5日")
}
