package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/wechat"
	"bangfu/scripts/reference"
	"bangfu/service/model"
)

func TestEveryHouseholdReadsItsOwnAid(t *testing.T) {
	r := apptest.Boot(t)
	for _, h := range reference.Build().Households {
		reply := r.Say(strings.ToLower(h.ID), "我家")
		p := paidTo(h.ID)
		wantContains(t, reply, h.ID, "2017年", "共"+p.total.Yuan()+"元", "已脱贫", "1月5日(星期五),还有8天")
		for c, sum := range p.parts {
			wantContains(t, reply, c.Label()+" "+sum.Yuan()+"元")
		}
		if len(reply) > wechat.MaxText {
			t.Errorf("%s: %d bytes", h.ID, len(reply))
		}
	}
}

func TestNoAnswerShowsWhoAMemberIs(t *testing.T) {
	r := apptest.Boot(t)
	farm := reference.Build()
	for _, h := range farm.Households {
		person := strings.ToLower(h.ID)
		all := r.Say(person, "我家") + r.Say(person, "1") + r.Say(person, "补贴") + r.Say(person, "走访") +
			r.Say(person, "绑定") + r.Say(person, "帮助")
		for _, p := range farm.Persons {
			wantWithout(t, all, p.IDNumber, p.PhoneNumber, p.Name)
		}
	}
}

// TestEveryYuanOpens goes from the total through every category and page to the entries.
func TestEveryYuanOpens(t *testing.T) {
	r := apptest.Boot(t)
	for _, h := range reference.Build().Households {
		person, p := strings.ToLower(h.ID), paidTo(h.ID)
		for i, c := range categoriesOf(p) {
			r.Say(person, "补贴")
			page := r.Say(person, fmt.Sprint(i+1))
			wantContains(t, page, fmt.Sprintf("2017年%s,共%d笔、%s元:", c.Label(), len(p.entries[c]), p.parts[c].Yuan()))
			lines := entryLines(page)
			for strings.Contains(page, "接着看") {
				page = r.Say(person, "1")
				lines = append(lines, entryLines(page)...)
			}
			if len(lines) != len(p.entries[c]) {
				t.Errorf("%s %s: %d lines for %d entries", h.ID, c, len(lines), len(p.entries[c]))
			}
			for _, e := range p.entries[c] {
				wantContains(t, strings.Join(lines, "\n"), e.Title+" "+e.Amount.Yuan()+"元")
			}
		}
	}
}

func categoriesOf(p paid) (list []model.Category) {
	for _, c := range model.Categories {
		if p.parts[c] != 0 {
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
	wantContains(t, home, "户号H-001")
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
	wantContains(t, help, "1 我家", "2 补贴", "3 走访", "9 还能问别的")
	wantContains(t, r.Say(person, "9"), "还可以问这些", "谁看过")
	for _, text := range []string{"今天天气不错", "abc", "99999999", "0"} {
		wantContains(t, r.Say(person, text), "1 我家", "2 补贴", "3 走访")
	}
	wantContains(t, r.Act(person, "image", nil).Text(), "只看得懂文字", "1 我家")
	wantContains(t, r.Act(person, "voice", map[string]string{"recognition": ""}).Text(), "没有听清", "1 我家")
	wantContains(t, r.Say(person, "我家的补贴"), "1 我家", "2 补贴")
	wantContains(t, r.Say(person, "2"), "2017年", "元")
	wantContains(t, r.Say(person, "我的户"), "给帮扶干部用", "1 我家")
}

func TestChoicesAreForgotten(t *testing.T) {
	r := apptest.Boot(t)
	r.Say("h-003", "我家")
	r.Clock.Turn(31 * time.Minute)
	wantContains(t, r.Say("h-003", "1"), "对不上", "1 我家")
}

func TestCadre(t *testing.T) {
	r := apptest.Boot(t)
	cadre := leadOf(t, "H-005")
	mine := r.Say(cadre, "我的户")
	wantContains(t, mine, "H-005", "1 给这一户发绑定码")
	wantContains(t, r.Say(cadre, "1"), "户号H-005的绑定码:")
	wantContains(t, r.Say(cadre, "发绑定码 H-006"), "没有找到这一户")
	wantContains(t, r.Say(cadre, "我家"), "帮扶干部", "我的户:看您结对的户")
}

func TestStranger(t *testing.T) {
	r := apptest.Boot(t)
	wantContains(t, r.Act("stranger-1", "follow", nil).Text(), "您好", "绑定码")
	for _, text := range []string{"我家", "补贴", "走访", "帮助", "我的户", "发绑定码 H-001", "你好", "什么"} {
		reply := r.Say("stranger-1", text)
		wantContains(t, reply, "绑定码")
		wantWithout(t, reply, "H-001", "元")
	}
	wantWithout(t, r.Act("stranger-1", "scan", map[string]string{"scene": "household-H-001-abcdefgh"}).Text(), "H-001", "元")
}

func TestNewYearStillShowsWhatThereIs(t *testing.T) {
	r := apptest.Boot(t)
	r.Clock.Turn(10 * 24 * time.Hour)
	wantContains(t, r.Say("h-001", "我家"), "2017年帮扶共"+paidTo("H-001").total.Yuan()+"元(今年还没有记录)", "2月5日")
}
