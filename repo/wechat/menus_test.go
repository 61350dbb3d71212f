package wechat_test

import (
	"reflect"
	"strings"
	"testing"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	menuCreate = "/cgi-bin/menu/create"
	menuGet    = "/cgi-bin/menu/get"
	menuForTag = "/cgi-bin/menu/addconditional"
)

var someMenu = []wechat.Button{
	{Type: "click", Name: "我家", Key: "home"},
	{Name: "更多", Sub: []wechat.Button{
		{Type: "view", Name: "公开", URL: "https://x.cn/?a=1&b=2"},
		{Type: "miniprogram", Name: "办事", URL: "https://x.cn/", AppID: "wx2", PagePath: "pages/a"},
	}},
}

const someMenuJSON = `[{"type":"click","name":"我家","key":"home"},{"name":"更多","sub_button":[
	{"type":"view","name":"公开","url":"https://x.cn/?a=1&b=2"},
	{"type":"miniprogram","name":"办事","url":"https://x.cn/","appid":"wx2","pagepath":"pages/a"}]}]`

func TestMenu(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.wantsNone(s.SetMenu(t.Context(), someMenu))
	s.sent(menuCreate, `{"button":`+someMenuJSON+`}`)
	s.says(menuGet, `{"menu":{"button":`+someMenuJSON+`,"menuid":1},
		"conditionalmenu":[{"button":[{"type":"click","name":"干部","key":"k"}],"matchrule":{"tag_id":"134"},"menuid":208379533}]}`)
	got, err := s.Menu(t.Context())
	want := wechat.MenuInfo{Buttons: someMenu, ForTag: []wechat.TagMenu{
		{MenuID: "208379533", TagID: 134, Buttons: []wechat.Button{{Type: "click", Name: "干部", Key: "k"}}},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(menuGet, "")
	s.refuses(menuGet, 46003)
	if got, err = s.Menu(t.Context()); err != nil || got.Buttons != nil {
		t.Errorf("no menu: %+v %v", got, err)
	}
	s.refuses(menuGet, 48001)
	_, err = s.Menu(t.Context())
	s.wants(err, wechat.ClassAccount, 48001)
	s.requests()
	s.wantsNone(s.DeleteMenu(t.Context()))
	s.sent("/cgi-bin/menu/delete", "")
}

func TestMenuForTag(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(menuForTag, `{"menuid":"208379533"}`)
	id, err := s.AddTagMenu(t.Context(), 134, someMenu)
	if err != nil || id != "208379533" {
		t.Errorf("%s %v", id, err)
	}
	s.sent(menuForTag, `{"button":`+someMenuJSON+`,"matchrule":{"tag_id":"134"}}`)
	s.wantsNone(s.DeleteTagMenu(t.Context(), id))
	s.sent("/cgi-bin/menu/delconditional", `{"menuid":"208379533"}`)
	_, err = s.AddTagMenu(t.Context(), 0, someMenu)
	s.wantsRefused("no tag", err)
	_, err = s.AddTagMenu(t.Context(), 134, nil)
	s.wantsRefused("no buttons", err)
	s.wantsRefused("no id", s.DeleteTagMenu(t.Context(), ""))
}

func TestMenuLimits(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	click := func(name string) wechat.Button { return wechat.Button{Type: "click", Name: name, Key: "k"} }
	many := func(n int) (list []wechat.Button) {
		for range n {
			list = append(list, click("x"))
		}
		return list
	}
	long := click("x")
	long.Key = strings.Repeat("k", 129)
	for name, menu := range map[string][]wechat.Button{
		"empty": nil, "four": many(4), "six in a group": {{Name: "g", Sub: many(6)}}, "long name": {click("一二三四五六")},
		"long name in a group": {{Name: "g", Sub: []wechat.Button{click(strings.Repeat("x", 61))}}}, "no name": {click("")},
		"long key": {long}, "no key": {{Type: "click", Name: "x"}}, "no url": {{Type: "view", Name: "x"}},
		"half a page": {{Type: "miniprogram", Name: "x", AppID: "wx2"}}, "empty group": {{Name: "g"}},
		"group with a type": {{Type: "click", Name: "g", Key: "k", Sub: many(1)}},
		"group in a group":  {{Name: "g", Sub: []wechat.Button{{Name: "h", Sub: many(1)}}}},
		"long url":          {{Type: "view", Name: "x", URL: "https://" + strings.Repeat("x", 1024)}},
	} {
		s.wantsRefused(name, s.SetMenu(t.Context(), menu))
	}
	s.wantsNone(s.SetMenu(t.Context(), []wechat.Button{click("一二三四五"), {Name: "g", Sub: many(5)}, click("x")}))
}
