package bot

import (
	"slices"
	"testing"
	"time"

	"bangfu/service/account"
	"bangfu/service/model"
)

var noon = time.Date(2017, 12, 28, 4, 0, 0, 0, time.UTC)

func clockOf(at time.Time) model.Clock { return func() time.Time { return at } }

var (
	stranger  = account.Caller{}
	villager  = account.Caller{Account: model.Account{Bindings: []model.Binding{{HouseholdID: "H-001", View: model.ViewFull}}}}
	helper    = account.Caller{Account: model.Account{CadreID: "C-001"}}
	cadreBoth = account.Caller{Account: model.Account{CadreID: "C-001", Bindings: villager.Account.Bindings}}
)

func TestMatch(t *testing.T) {
	s := New(Services{Now: clockOf(noon)})
	cases := []struct {
		caller account.Caller
		text   string
		want   []string
		args   []string
	}{
		{villager, "我家", []string{cmdHome}, nil},
		{villager, "补贴 H-001 2017", []string{cmdAid}, []string{"H-001", "2017"}},
		{villager, "123456", []string{cmdBind}, []string{"123456"}},
		{villager, "绑定123456", []string{cmdBind}, []string{"123456"}},
		{villager, "绑定 123456", []string{cmdBind}, []string{"123456"}},
		{villager, "我想看看补贴", []string{cmdAid}, nil},
		{villager, "我家的补贴", []string{cmdHome, cmdAid}, nil},
		{villager, "干部什么时候来", []string{cmdVisit}, nil},
		{helper, "怎么发绑定码", []string{cmdIssue}, nil},
		{helper, "我帮扶的户有谁", []string{cmdMine}, nil},
		{cadreBoth, "我的户和我家", []string{cmdHome, cmdMine}, nil},
		{stranger, "我家怎么样", []string{cmdHome}, nil}, // leads to the way in
		{villager, "下雨了", nil, nil},
		{villager, "", nil, nil},
		{villager, "?", []string{cmdHelp}, nil},
	}
	for _, c := range cases {
		found, args := s.match(c.caller, c.text)
		var names []string
		for _, f := range found {
			names = append(names, f.name)
		}
		if !slices.Equal(names, c.want) || !slices.Equal(args, c.args) {
			t.Errorf("%q: %v %v, want %v %v", c.text, names, args, c.want, c.args)
		}
	}
}

// TestEveryButtonIsACommand so that no tap leads to 没有看懂.
func TestEveryButtonIsACommand(t *testing.T) {
	for _, top := range append(Menu(), CadreMenu()...) {
		for _, b := range append(top.Sub, top) {
			if b.Key != "" && named(b.Key).name == "" {
				t.Errorf("the button %s has the key %s", b.Name, b.Key)
			}
		}
	}
}

// TestNoWordHasTwoMeanings so that an exact word never depends on the order of the table.
func TestNoWordHasTwoMeanings(t *testing.T) {
	seen := map[string]string{}
	for _, c := range table {
		for _, w := range append([]string{c.name}, c.words...) {
			if other, taken := seen[w]; taken {
				t.Errorf("%s is both %s and %s", w, other, c.name)
			}
			seen[w] = c.name
		}
	}
}
