package wechat_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/model"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// senders are both accounts that the simulator plays, with the reports that our codec read.
type senders struct {
	t        *testing.T
	oa, mini *wechat.Client
	sim      *wxsim.Sim
	url      string
	reports  chan model.Inbound
	wang, li wxsim.User // they follow
	passer   wxsim.User // does not
}

func newSenders(t *testing.T) *senders {
	t.Helper()
	s := &senders{t: t, reports: make(chan model.Inbound, 20)}
	now := func() time.Time { return time.Unix(1601600400, 0) }
	accounts := map[model.Channel]config.Account{
		model.ChannelOA:   {AppID: "wx1", AppSecret: "s1", Token: "t1", Mode: "plain"},
		model.ChannelMini: {AppID: "wx2", AppSecret: "s2", Token: "t2", Mode: "plain"},
	}
	hook := func(channel model.Channel) string {
		codec := wechat.NewCodec(channel, accounts[channel], now)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			push, err := codec.Open(r.URL.Query(), body)
			if err != nil {
				t.Errorf("push not understood: %v in %s", err, body)
			}
			_, _ = io.WriteString(w, wechat.Nothing)
			s.reports <- push.Inbound
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	played := func(channel model.Channel, original string) wxsim.Account {
		a := accounts[channel]
		return wxsim.Account{AppID: a.AppID, Secret: a.AppSecret.Reveal(), Token: a.Token.Reveal(), OriginalID: original,
			Mode: "plain", CallbackURL: hook(channel)}
	}
	s.sim = wxsim.New(wxsim.Config{OA: played(model.ChannelOA, "gh_1"), MP: played(model.ChannelMini, "gh_2"), Now: now, PushTimeout: hangs})
	server := httptest.NewServer(s.sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(s.sim.Close)
	s.url = server.URL
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	client := func(channel model.Channel) *wechat.Client {
		c := wechat.New(channel, accounts[channel], s.url, rdb, now, slog.New(slog.NewTextHandler(io.Discard, nil))).Patient(patience)
		t.Cleanup(c.Close)
		return c
	}
	s.oa, s.mini = client(model.ChannelOA), client(model.ChannelMini)
	s.wang = s.sim.AddUser(wxsim.User{ID: "wang", Following: true})
	s.li = s.sim.AddUser(wxsim.User{ID: "li", Following: true})
	s.passer = s.sim.AddUser(wxsim.User{ID: "passer"})
	s.control("templates", `{"id":"T","title":"走访","content":"{{thing1.DATA}} {{time2.DATA}}"}`)
	s.control("templates", `{"id":"S","title":"走访","content":"{{thing1.DATA}} {{time2.DATA}}","type":2}`)
	s.control("templates", `{"account":"mp","id":"M","title":"走访","content":"{{thing1.DATA}} {{time2.DATA}}","type":3}`)
	return s
}

func (s *senders) control(path, body string) {
	s.t.Helper()
	resp, err := http.Post(s.url+"/sim/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		raw, _ := io.ReadAll(resp.Body)
		s.t.Fatalf("%s: %d %s", path, resp.StatusCode, raw)
	}
}

// report is the next push.
func (s *senders) report() model.Inbound {
	s.t.Helper()
	select {
	case in := <-s.reports:
		return in
	case <-time.After(hangs):
		s.t.Fatal("no report has come")
		return model.Inbound{}
	}
}

func (s *senders) wants(err error, class wechat.Class, code int64) {
	s.t.Helper()
	if wechat.ClassOf(err) != class || wechat.CodeOf(err) != code || wechat.RIDOf(err) == "" {
		s.t.Errorf("%v, want %s %d with a rid", err, class, code)
	}
}

var visitData = map[string]string{"thing1": "入户走访", "time2": "2020-10-05 09:00"}

func TestTemplatesAgainstTheSimulator(t *testing.T) {
	s := newSenders(t)
	ctx := t.Context()
	m := wechat.Template{To: s.wang.OAOpenID, TemplateID: "T", ClientMsgID: "202010-1", Data: visitData, Mini: wechat.MiniPage{AppID: "wx2", Path: "p"}}
	id, err := s.oa.SendTemplate(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	if in := s.report(); in.Event != "TEMPLATESENDJOBFINISH" || in.JobID != id || in.Status != "success" || in.OpenID != s.wang.OAOpenID {
		t.Errorf("report %+v of %s", in, id)
	}
	if again, err := s.oa.SendTemplate(ctx, m); err != nil || again != id {
		t.Errorf("repeated: %s %v, want %s", again, err, id)
	}
	m.To = s.passer.OAOpenID
	_, err = s.oa.SendTemplate(ctx, m)
	s.wants(err, wechat.ClassUser, 43004)
	m.To, m.ClientMsgID, m.Data = s.wang.OAOpenID, "", map[string]string{"thing1": "入户走访"}
	_, err = s.oa.SendTemplate(ctx, m)
	s.wants(err, wechat.ClassPayload, 47003)
	m.TemplateID = "S"
	_, err = s.oa.SendTemplate(ctx, m)
	s.wants(err, wechat.ClassPayload, 40037)
	if list, err := s.oa.Templates(ctx); err != nil || len(list) != 1 || list[0].ID != "T" || list[0].Title != "走访" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestNoticesAgainstTheSimulator(t *testing.T) {
	s := newSenders(t)
	ctx := t.Context()
	n := wechat.Notice{To: s.passer.OAOpenID, TemplateID: "S", Data: visitData, State: wechat.StageReleased, Lang: "zh_CN"}
	s.wants(s.oa.SendNotice(ctx, n), wechat.ClassUser, 43101)
	s.control("users/passer/consent", `{"templates":[{"id":"S","status":"accept"},{"id":"X","status":"reject"}],"scene":1}`)
	in := s.report()
	if in.Event != "subscribe_msg_popup_event" || len(in.Reports) != 2 || in.Reports[0].Answer != "accept" || in.Reports[1].TemplateID != "X" {
		t.Errorf("popup %+v", in)
	}
	if err := s.oa.SendNotice(ctx, n); err != nil {
		t.Error(err)
	}
	in = s.report()
	if in.Event != "subscribe_msg_sent_event" || len(in.Reports) != 1 || in.Reports[0].TemplateID != "S" ||
		in.Reports[0].ErrorCode != "0" || in.Reports[0].MsgID == "" {
		t.Errorf("sent %+v", in)
	}
	s.wants(s.oa.SendNotice(ctx, n), wechat.ClassUser, 43101)
	n.Data = map[string]string{"thing1": "入户走访", "time2": "明天"}
	s.wants(s.oa.SendNotice(ctx, n), wechat.ClassPayload, 47003)
	if list, err := s.oa.SubscribeTemplates(ctx); err != nil || len(list) != 1 || list[0].Type != wechat.SubscribeOnce {
		t.Errorf("%+v %v", list, err)
	}
}

func TestSubscriptionsAgainstTheSimulator(t *testing.T) {
	s := newSenders(t)
	ctx := t.Context()
	m := wechat.Subscribe{To: s.wang.MPOpenID, TemplateID: "M", Page: "pages/visit?id=1", Data: visitData}
	_, err := s.mini.SendSubscribe(ctx, m)
	s.wants(err, wechat.ClassUser, 43101)
	s.control("users/wang/consent", `{"account":"mp","templates":[{"id":"M","status":"accept"}]}`)
	s.report()
	for range 2 { // long-term
		id, err := s.mini.SendSubscribe(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		if in := s.report(); len(in.Reports) != 1 || in.Reports[0].MsgID != id || in.Channel != model.ChannelMini {
			t.Errorf("report %+v of %s", in, id)
		}
	}
	s.control("users/wang/consent-change", `{"account":"mp","templates":[{"id":"M","status":"reject"}]}`)
	if in := s.report(); in.Event != "subscribe_msg_change_event" || len(in.Reports) != 1 || in.Reports[0].Answer != "reject" {
		t.Errorf("change %+v", in)
	}
	_, err = s.mini.SendSubscribe(ctx, m)
	s.wants(err, wechat.ClassUser, 43101)
}

func TestMassAgainstTheSimulator(t *testing.T) {
	s := newSenders(t)
	ctx, people := t.Context(), []string{s.wang.OAOpenID, s.li.OAOpenID}
	first, err := s.oa.MassTo(ctx, people, "农场通知", "c1")
	if err != nil || first.Already {
		t.Fatalf("%+v %v", first, err)
	}
	if in := s.report(); in.Event != "MASSSENDJOBFINISH" || in.JobID != first.MsgID || in.Status != "send success" {
		t.Errorf("report %+v of %s", in, first.MsgID)
	}
	if state, err := s.oa.MassStatus(ctx, first.MsgID); err != nil || state != wechat.MassSent {
		t.Errorf("%s %v", state, err)
	}
	if again, err := s.oa.MassTo(ctx, people, "农场通知", "c1"); err != nil || again != (wechat.MassResult{MsgID: first.MsgID, Already: true}) {
		t.Errorf("repeated: %+v %v", again, err)
	}
	s.control("faults", `{"mass_first_45065":1}`)
	res, err := s.oa.MassTo(ctx, people, "农场通知", "c2")
	if err != nil || !res.Already || res.MsgID == first.MsgID {
		t.Errorf("45065 at first: %+v %v", res, err)
	}
	if in := s.report(); in.JobID != res.MsgID {
		t.Errorf("report %+v of %s", in, res.MsgID)
	}
	tag, err := s.oa.CreateTag(ctx, "贫困户")
	if err != nil {
		t.Fatal(err)
	}
	if res, err = s.oa.MassByTag(ctx, tag.ID, "农场通知", "c3"); err != nil || res.MsgID == "" {
		t.Errorf("by tag: %+v %v", res, err)
	}
	_, err = s.oa.MassByTag(ctx, tag.ID+1, "农场通知", "c4")
	s.wants(err, wechat.ClassPayload, 40152)
	if _, err = s.oa.MassAll(ctx, "致全体", "c5"); err != nil {
		t.Error(err)
	}
	_, err = s.oa.MassAll(ctx, "致全体", "c6")
	s.wants(err, wechat.ClassDay, 45028)
	if err := s.oa.Preview(ctx, s.wang.OAOpenID, "预览"); err != nil {
		t.Error(err)
	}
	s.wants(s.oa.Preview(ctx, s.passer.OAOpenID, "预览"), wechat.ClassUser, 43004)
}
