package wechat_test

import (
	"fmt"
	"strings"
	"testing"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	templateSend = "/cgi-bin/message/template/send"
	bizSend      = "/cgi-bin/message/subscribe/bizsend"
	miniSend     = "/cgi-bin/message/subscribe/send"
	customSend   = "/cgi-bin/message/custom/send"
	typing       = "/cgi-bin/message/custom/typing"
	massSendAll  = "/cgi-bin/message/mass/sendall"
	massSend     = "/cgi-bin/message/mass/send"
)

func TestSendTemplate(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(templateSend, `{"errcode":0,"errmsg":"ok","msgid":200228332}`)
	msg := wechat.Template{
		To: "o1", TemplateID: "T1", URL: "https://x.cn/a?b=1&c=2", Mini: wechat.MiniPage{AppID: "wx2", Path: "pages/visit?id=1"},
		ClientMsgID: "202009-c1", Data: map[string]string{"thing1": "<走访>", "time2": "2020-09-05"},
	}
	id, err := s.SendTemplate(t.Context(), msg)
	s.wantsNone(err)
	if id != "200228332" {
		t.Errorf("msgid %q", id)
	}
	s.sent(templateSend, `{"touser":"o1","template_id":"T1","url":"https://x.cn/a?b=1&c=2",
		"miniprogram":{"appid":"wx2","pagepath":"pages/visit?id=1"},"client_msg_id":"202009-c1",
		"data":{"thing1":{"value":"<走访>"},"time2":{"value":"2020-09-05"}}}`)

	_, err = s.SendTemplate(t.Context(), wechat.Template{To: "o1", TemplateID: "T1", Data: map[string]string{"first": "a\nb"}})
	s.wantsNone(err)
	s.sent(templateSend, `{"touser":"o1","template_id":"T1","data":{"first":{"value":"a\nb"}}}`)
}

func TestSendTemplateRefusesBeforeTheCall(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	good := wechat.Template{To: "o1", TemplateID: "T1", Data: map[string]string{"thing1": "x"}}
	cases := map[string]func(*wechat.Template){
		"nobody":            func(m *wechat.Template) { m.To = "" },
		"odd openid":        func(m *wechat.Template) { m.To = hiddenText },
		"no template":       func(m *wechat.Template) { m.TemplateID = "" },
		"no data":           func(m *wechat.Template) { m.Data = nil },
		"long url":          func(m *wechat.Template) { m.URL = strings.Repeat("u", 1025) },
		"half page":         func(m *wechat.Template) { m.Mini.Path = "pages/a" },
		"long id":           func(m *wechat.Template) { m.ClientMsgID = strings.Repeat("i", 33) },
		"empty field":       func(m *wechat.Template) { m.Data = map[string]string{"thing1": " "} },
		"long thing":        func(m *wechat.Template) { m.Data = map[string]string{"thing12": strings.Repeat(hiddenText, 3)} },
		"line in thing":     func(m *wechat.Template) { m.Data = map[string]string{"thing1": "a\nb"} },
		"long phrase":       func(m *wechat.Template) { m.Data = map[string]string{"phrase1": "一二三四五六"} },
		"long Chinese name": func(m *wechat.Template) { m.Data = map[string]string{"name1": strings.Repeat("王", 11)} },
		"not UTF-8":         func(m *wechat.Template) { m.Data = map[string]string{"x": "\xff"} },
	}
	for name, spoil := range cases {
		m := good
		spoil(&m)
		_, err := s.SendTemplate(t.Context(), m)
		s.wantsRefused(name, err)
	}
	good.Data = map[string]string{"name1": strings.Repeat("n", 20), "name2": strings.Repeat("王", 10), "thing3": strings.Repeat("事", 20)}
	_, err := s.SendTemplate(t.Context(), good)
	s.wantsNone(err)
}

func TestSendNotice(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	n := wechat.Notice{
		To: "o1", TemplateID: "T1", Page: "https://x.cn/p", Mini: wechat.MiniPage{AppID: "wx2", Path: "pages/a"},
		State: wechat.StageReleased, Lang: "zh_CN", Data: map[string]string{"thing1": hiddenText},
	}
	s.wantsNone(s.SendNotice(t.Context(), n))
	s.sent(bizSend, `{"touser":"o1","template_id":"T1","page":"https://x.cn/p","miniprogram":{"appid":"wx2","pagepath":"pages/a"},
		"miniprogram_state":"formal","lang":"zh_CN","data":{"thing1":{"value":"`+hiddenText+`"}}}`)
	s.refuses(bizSend, 43101)
	s.wants(s.SendNotice(t.Context(), n), wechat.ClassUser, 43101)
	s.requests()
	n.State = "gamma"
	s.wantsRefused("unknown state", s.SendNotice(t.Context(), n))
	s.wantsRefused("empty", s.SendNotice(t.Context(), wechat.Notice{}))
}

func TestSendSubscribe(t *testing.T) {
	s := newScripted(t, model.ChannelMini)
	s.says(miniSend, `{"errcode":0,"errmsg":"ok","msgid":1700827132819554304}`)
	m := wechat.Subscribe{To: "m1", TemplateID: "T1", Page: "pages/visit?id=1", State: wechat.StageTrial, Lang: "zh_CN",
		Data: map[string]string{"thing1": "走访"}}
	id, err := s.SendSubscribe(t.Context(), m)
	s.wantsNone(err)
	if id != "1700827132819554304" {
		t.Errorf("msgid %q lost digits", id)
	}
	s.sent(miniSend, `{"touser":"m1","template_id":"T1","page":"pages/visit?id=1","miniprogram_state":"trial","lang":"zh_CN",
		"data":{"thing1":{"value":"走访"}}}`)
	m.To = ""
	_, err = s.SendSubscribe(t.Context(), m)
	s.wantsRefused("nobody", err)
}

func TestTemplateLists(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says("/cgi-bin/template/get_all_private_template",
		`{"template_list":[{"template_id":"T1","title":"走访","primary_industry":"","content":"{{thing1.DATA}}","example":"e"}]}`)
	list, err := s.Templates(t.Context())
	s.wantsNone(err)
	if len(list) != 1 || list[0] != (wechat.TemplateInfo{ID: "T1", Title: "走访", Content: "{{thing1.DATA}}", Example: "e"}) {
		t.Errorf("%+v", list)
	}
	s.sent("/cgi-bin/template/get_all_private_template", "")

	s.says("/wxaapi/newtmpl/gettemplate",
		`{"errcode":0,"errmsg":"ok","data":[{"priTmplId":"P1","title":"走访","content":"c","example":"e","type":3,"keywordEnumValueList":[]}]}`)
	subs, err := s.SubscribeTemplates(t.Context())
	s.wantsNone(err)
	if len(subs) != 1 || subs[0].ID != "P1" || subs[0].Type != wechat.SubscribeLong {
		t.Errorf("%+v", subs)
	}
	s.sent("/wxaapi/newtmpl/gettemplate", "")
}

func TestCustomerMessages(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	ctx := t.Context()
	s.wantsNone(s.SendText(ctx, "o1", hiddenText))
	s.sent(customSend, `{"touser":"o1","msgtype":"text","text":{"content":"`+hiddenText+`"}}`)

	s.wantsNone(s.SendMenu(ctx, "o1", "满意吗", []wechat.Choice{{"101", "满意"}, {"102", "不满意"}}, "谢谢"))
	s.sent(customSend, `{"touser":"o1","msgtype":"msgmenu","msgmenu":{"head_content":"满意吗",
		"list":[{"id":"101","content":"满意"},{"id":"102","content":"不满意"}],"tail_content":"谢谢"}}`)

	s.wantsNone(s.SendNews(ctx, "o1", wechat.Article{Title: "T", Description: "D", URL: "https://x.cn/?a=1&b=2", PictureURL: "P"}))
	s.sent(customSend, `{"touser":"o1","msgtype":"news","news":{"articles":[
		{"title":"T","description":"D","url":"https://x.cn/?a=1&b=2","picurl":"P"}]}}`)

	card := wechat.MiniCard{Title: "T", Page: wechat.MiniPage{AppID: "wx2", Path: "pages/a"}, ThumbID: "M"}
	s.wantsNone(s.SendMiniPage(ctx, "o1", card))
	s.sent(customSend, `{"touser":"o1","msgtype":"miniprogrampage",
		"miniprogrampage":{"title":"T","appid":"wx2","pagepath":"pages/a","thumb_media_id":"M"}}`)
	mini := newScripted(t, model.ChannelMini)
	mini.wantsNone(mini.SendMiniPage(ctx, "m1", card))
	mini.sent(customSend, `{"touser":"m1","msgtype":"miniprogrampage","miniprogrampage":{"title":"T","pagepath":"pages/a","thumb_media_id":"M"}}`)
}

func TestCustomerMessagesRefused(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	ctx := t.Context()
	s.wantsRefused("no text", s.SendText(ctx, "o1", ""))
	s.wantsRefused("long text", s.SendText(ctx, "o1", strings.Repeat(hiddenText, 100)))
	s.wantsRefused("nobody", s.SendText(ctx, "", "x"))
	s.wantsRefused("no choices", s.SendMenu(ctx, "o1", "x", nil, ""))
	s.wantsRefused("choice without text", s.SendMenu(ctx, "o1", "x", []wechat.Choice{{ID: "1"}}, ""))
	s.wantsRefused("long menu", s.SendMenu(ctx, "o1", strings.Repeat("x", 2048), []wechat.Choice{{"1", "a"}}, ""))
	s.wantsRefused("article without url", s.SendNews(ctx, "o1", wechat.Article{Title: "T"}))
	s.wantsRefused("card without appid", s.SendMiniPage(ctx, "o1", wechat.MiniCard{Title: "T", Page: wechat.MiniPage{Path: "p"}, ThumbID: "M"}))
	s.refuses(customSend, 45015)
	s.wants(s.SendText(ctx, "o1", hiddenText), wechat.ClassWindow, 45015)
}

func TestTyping(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.wantsNone(s.Typing(t.Context(), "o1", true))
	s.sent(typing, `{"touser":"o1","command":"Typing"}`)
	for _, code := range []int{45072, 45080, 45081} {
		s.refuses(typing, code)
		s.wantsNone(s.Typing(t.Context(), "o1", false))
		s.sent(typing, `{"touser":"o1","command":"CancelTyping"}`)
	}
	s.refuses(typing, 40003)
	s.wants(s.Typing(t.Context(), "o1", true), wechat.ClassUser, 40003)
	s.requests()
	s.wantsRefused("nobody", s.Typing(t.Context(), "", true))
}

const massOK = `{"errcode":0,"errmsg":"send job submission success","msg_id":34182}`

func TestMassSends(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(massSendAll, massOK)
	s.says(massSend, massOK)
	want := wechat.MassResult{MsgID: "34182"}
	got, err := s.MassByTag(t.Context(), 134, hiddenText, "c1")
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(massSendAll, `{"filter":{"is_to_all":false,"tag_id":134},"text":{"content":"`+hiddenText+`"},"msgtype":"text","clientmsgid":"c1"}`)
	got, err = s.MassAll(t.Context(), "x", "c2")
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(massSendAll, `{"filter":{"is_to_all":true},"text":{"content":"x"},"msgtype":"text","clientmsgid":"c2"}`)
	got, err = s.MassTo(t.Context(), []string{"o1", "o2", "o1"}, "x", "c3")
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	s.sent(massSend, `{"touser":["o1","o2"],"text":{"content":"x"},"msgtype":"text","clientmsgid":"c3"}`)
}

func TestMassNeverReachesAllByMistake(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	many := make([]string, wechat.MaxMass+1)
	for i := range many {
		many[i] = fmt.Sprintf("o%d", i)
	}
	for name, send := range map[string]func() (wechat.MassResult, error){
		"no tag":       func() (wechat.MassResult, error) { return s.MassByTag(t.Context(), 0, "x", "c") },
		"negative tag": func() (wechat.MassResult, error) { return s.MassByTag(t.Context(), -1, "x", "c") },
		"nil":          func() (wechat.MassResult, error) { return s.MassTo(t.Context(), nil, "x", "c") },
		"empty":        func() (wechat.MassResult, error) { return s.MassTo(t.Context(), []string{}, "x", "c") },
		"one":          func() (wechat.MassResult, error) { return s.MassTo(t.Context(), []string{"o1"}, "x", "c") },
		"one twice":    func() (wechat.MassResult, error) { return s.MassTo(t.Context(), []string{"o1", "o1"}, "x", "c") },
		"blank":        func() (wechat.MassResult, error) { return s.MassTo(t.Context(), []string{"o1", ""}, "x", "c") },
		"too many":     func() (wechat.MassResult, error) { return s.MassTo(t.Context(), many, "x", "c") },
		"no id":        func() (wechat.MassResult, error) { return s.MassAll(t.Context(), "x", "") },
		"long id":      func() (wechat.MassResult, error) { return s.MassAll(t.Context(), "x", strings.Repeat("c", 33)) },
		"no text":      func() (wechat.MassResult, error) { return s.MassAll(t.Context(), "", "c") },
	} {
		_, err := send()
		s.wantsRefused(name, err)
	}
	_, err := s.MassTo(t.Context(), many[:wechat.MaxMass], "x", "c")
	if list := s.requests(); len(list) != 1 || wechat.ClassOf(err) != wechat.ClassUnknown {
		t.Errorf("%d requests, %v; an answer without msg_id proves nothing", len(list), err)
	}
}

func TestMassRepeatedIsASuccess(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(massSendAll, `{"errcode":45065,"errmsg":"clientmsgid exist rid: `+refusalRID+`","msg_id":123456}`)
	got, err := s.MassByTag(t.Context(), 2, "x", "c")
	if err != nil || got != (wechat.MassResult{MsgID: "123456", Already: true}) {
		t.Errorf("%+v %v", got, err)
	}
	s.refuses(massSendAll, 45065)
	if got, err = s.MassByTag(t.Context(), 2, "x", "c"); err != nil || !got.Already {
		t.Errorf("without an id: %+v %v", got, err)
	}
	s.says(massSendAll, `{"errcode":89505,"errmsg":"need admin rid: `+refusalRID+`","msg_id":77}`)
	got, err = s.MassAll(t.Context(), "x", "c")
	s.wants(err, wechat.ClassPending, 89505)
	if got.MsgID != "77" || got.Already {
		t.Errorf("pending: %+v", got)
	}
	s.refuses(massSendAll, 45028)
	_, err = s.MassAll(t.Context(), "x", "c")
	s.wants(err, wechat.ClassDay, 45028)
	s.refuses(massSendAll, 45066)
	_, err = s.MassAll(t.Context(), "x", "c")
	s.wants(err, wechat.ClassMinute, 45066)
}

func TestPreviewAndStatus(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.wantsNone(s.Preview(t.Context(), "o1", hiddenText))
	s.sent("/cgi-bin/message/mass/preview", `{"touser":"o1","text":{"content":"`+hiddenText+`"},"msgtype":"text"}`)
	s.says("/cgi-bin/message/mass/get", `{"msg_id":201053012,"msg_status":"SEND_SUCCESS"}`)
	state, err := s.MassStatus(t.Context(), "201053012")
	if err != nil || state != wechat.MassSent {
		t.Errorf("%s %v", state, err)
	}
	s.sent("/cgi-bin/message/mass/get", `{"msg_id":"201053012"}`)
	s.wantsRefused("nobody", s.Preview(t.Context(), "", "x"))
	_, err = s.MassStatus(t.Context(), "")
	s.wantsRefused("no id", err)
}
