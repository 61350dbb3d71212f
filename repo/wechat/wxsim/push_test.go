package wxsim_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

func TestPlainPush(t *testing.T) {
	w := newWorld(t)
	const content = "我家 <b>&amp;</b> ]]> 😀\n第二行"
	out := w.act("wang/text", `{"content":`+strconv.Quote(content)+`}`)
	if out.Failed || out.Reply != nil || len(out.Attempts) != 1 || out.Attempts[0].Status != http.StatusOK {
		t.Errorf("outcome %+v", out)
	}
	list := w.received()
	if len(list) != 1 {
		t.Fatalf("%d pushes, want 1", len(list))
	}
	q := list[0].query
	if q.Get("signature") != sign("pamtest", q.Get("timestamp"), q.Get("nonce")) {
		t.Error("the signature does not fit token, timestamp and nonce")
	}
	wang := w.users()["wang"]
	if q.Get("timestamp") != strconv.FormatInt(w.clock.now().Unix(), 10) || q.Get("openid") != wang.OAOpenID ||
		q.Has("encrypt_type") || q.Has("msg_signature") || q.Get("tenant") != "1" {
		t.Errorf("query %v", q)
	}
	if got := list[0].header.Get("Content-Type"); got != "text/xml" {
		t.Errorf("Content-Type %q", got)
	}
	m := readMessage(t, list[0].body)
	if m.Content != content || m.MsgType != "text" || m.ToUserName != "gh_oa" || m.FromUserName != wang.OAOpenID ||
		m.CreateTime != w.clock.now().Unix() || m.MsgId == "" {
		t.Errorf("message %+v", m)
	}
}

func TestSafePush(t *testing.T) {
	w := newWorld(t, safeMode)
	wang := w.users()["wang"]
	w.says(envelope(t, replyXML(wang.OAOpenID, "gh_oa", textXML("在")), oaID, ""))
	out := w.act("wang/text", `{"content":"我家"}`)
	if out.Failed || out.Reply == nil || *out.Reply != (wxsim.Reply{Type: "text", Content: "在"}) {
		t.Errorf("outcome %+v", out)
	}
	list := w.received()
	if len(list) != 1 || strings.Contains(list[0].body, "我家") {
		t.Fatalf("%d pushes; the text must not be readable: %+v", len(list), list)
	}
	q, sealed := list[0].query, readMessage(t, list[0].body).Encrypt
	if q.Get("encrypt_type") != "aes" || q.Get("msg_signature") != sign("pamtest", q.Get("timestamp"), q.Get("nonce"), sealed) {
		t.Errorf("query %v", q)
	}
	plain, appID := unseal(t, sealed)
	if m := readMessage(t, plain); appID != oaID || m.Content != "我家" || m.FromUserName != wang.OAOpenID {
		t.Errorf("message %+v for %s", m, appID)
	}
}

func TestSafeModeRepliesThatAreRefused(t *testing.T) {
	w := newWorld(t, safeMode)
	reply := replyXML(w.users()["wang"].OAOpenID, "gh_oa", textXML("在"))
	for name, body := range map[string]string{
		"plain":            reply,
		"wrong signature":  envelope(t, reply, oaID, strings.Repeat("0", 40)),
		"another appid":    envelope(t, reply, mpID, ""),
		"empty inside":     envelope(t, "", oaID, ""),
		"success inside":   envelope(t, "success", oaID, ""),
		"no cipher text":   strings.Replace(envelope(t, reply, oaID, ""), "CDATA[", "CDATA[!", 1),
		"text after reply": envelope(t, reply+"tail", oaID, ""),
	} {
		w.says(body)
		if out := w.act("wang/text", `{"content":"我家"}`); !out.Failed || len(out.Attempts) != 3 || out.Reply != nil {
			t.Errorf("%s: %+v, want three failed attempts", name, out)
		}
	}
}

func TestSafeModeNeedsAKey(t *testing.T) {
	w := newWorld(t, safeMode, func(c *wxsim.Config) { c.OA.AESKey = "short" })
	w.refuses(http.StatusConflict, "users/wang/text", `{"content":"我家"}`)
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes without a key", n)
	}
}

func TestThreeAttempts(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request, string){
		"500": func(rw http.ResponseWriter, _ *http.Request, _ string) {
			rw.WriteHeader(http.StatusInternalServerError)
		},
		"404": func(rw http.ResponseWriter, r *http.Request, _ string) { http.NotFound(rw, r) },
		"redirect": func(rw http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(rw, r, "/elsewhere", http.StatusFound)
		},
		"cut off": func(http.ResponseWriter, *http.Request, string) { panic(http.ErrAbortHandler) },
		"JSON":    func(rw http.ResponseWriter, _ *http.Request, _ string) { _, _ = io.WriteString(rw, `{"ok":true}`) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.answers(answer)
			out := w.act("wang/text", `{"content":"我家"}`)
			if !out.Failed || out.Reply != nil || len(out.Attempts) != 3 {
				t.Fatalf("outcome %+v, want three failed attempts", out)
			}
			list := w.received()
			if len(list) != 3 || list[0].body != list[1].body || list[1].body != list[2].body {
				t.Fatalf("%d pushes; want three with one body", len(list))
			}
			if list[0].query.Get("nonce") == list[1].query.Get("nonce") {
				t.Error("a retry has the nonce of the first attempt")
			}
			for _, a := range out.Attempts {
				if a.Error == "" || strings.Contains(a.Error, "signature") {
					t.Errorf("error %q; want one that does not carry the URL", a.Error)
				}
			}
			if m := w.last("wang"); m.Kind != "notice" || m.From != "account" || m.Via != "system" {
				t.Errorf("the person sees %+v, want a notice of the failure", m)
			}
		})
	}
}

// TestNoAnswer has a back end that says nothing for as long as it is waited for.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t, func(c *wxsim.Config) { c.PushTimeout = 40 * time.Millisecond })
	w.answers(func(_ http.ResponseWriter, r *http.Request, _ string) { <-r.Context().Done() })
	out := w.act("wang/text", `{"content":"我家"}`)
	if !out.Failed || out.Reply != nil || len(out.Attempts) != 3 {
		t.Fatalf("outcome %+v, want three failed attempts", out)
	}
	for _, a := range out.Attempts {
		if a.Error != "no answer within 40ms" {
			t.Errorf("error %q", a.Error)
		}
	}
	if m := w.last("wang"); m.Kind != "notice" {
		t.Errorf("the person sees %+v, want a notice of the failure", m)
	}
}

func TestLaterAttemptCounts(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"]
	var tries int // one attempt at a time
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) {
		if tries++; tries < 3 {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(rw, replyXML(wang.OAOpenID, "gh_oa", textXML("终于")))
	})
	out := w.act("wang/text", `{"content":"我家"}`)
	if out.Failed || len(out.Attempts) != 3 || out.Reply == nil || out.Reply.Content != "终于" {
		t.Errorf("outcome %+v, want the reply of the third attempt", out)
	}
	if m := w.last("wang"); m.Content != "终于" || m.Via != "passive" {
		t.Errorf("the person sees %+v", m)
	}
}

func TestQuietAnswers(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"]
	for _, body := range []string{
		"", "success", "  success\n",
		replyXML(wang.OAOpenID, "gh_oa", "<MsgType>transfer_customer_service</MsgType>"),
	} {
		w.says(body)
		out := w.act("wang/text", `{"content":"我家"}`)
		if out.Failed || out.Reply != nil || len(out.Attempts) != 1 {
			t.Errorf("%q: outcome %+v, want one attempt and no reply", body, out)
		}
		if m := w.last("wang"); m.From != "user" {
			t.Errorf("%q: the person sees %+v", body, m)
		}
	}
}

func TestReplies(t *testing.T) {
	w := newWorld(t)
	openID := w.users()["wang"].OAOpenID
	item := "<item><Title>公示</Title><Description>十月</Description><Url>http://a/b</Url></item>"
	for name, c := range map[string]struct {
		body, kind, content string // an empty kind: refused
	}{
		"text":            {replyXML(openID, "gh_oa", textXML("好")), "text", "好"},
		"longest text":    {replyXML(openID, "gh_oa", textXML(strings.Repeat("a", 2048))), "text", strings.Repeat("a", 2048)},
		"news":            {replyXML(openID, "gh_oa", "<MsgType>news</MsgType><Articles>"+item+"</Articles>"), "news", "公示\n十月\nhttp://a/b"},
		"image":           {replyXML(openID, "gh_oa", "<MsgType>image</MsgType><Image><MediaId>1</MediaId></Image>"), "image", "[图片]"},
		"too long":        {replyXML(openID, "gh_oa", textXML(strings.Repeat("a", 2049))), "", ""},
		"empty text":      {replyXML(openID, "gh_oa", textXML("")), "", ""},
		"no articles":     {replyXML(openID, "gh_oa", "<MsgType>news</MsgType>"), "", ""},
		"nine articles":   {replyXML(openID, "gh_oa", "<MsgType>news</MsgType><Articles>"+strings.Repeat(item, 9)+"</Articles>"), "", ""},
		"unknown type":    {replyXML(openID, "gh_oa", "<MsgType>poem</MsgType>"), "", ""},
		"to somebody":     {replyXML("oSomebody", "gh_oa", textXML("好")), "", ""},
		"from somebody":   {replyXML(openID, "gh_mp", textXML("好")), "", ""},
		"no time":         {strings.Replace(replyXML(openID, "gh_oa", textXML("好")), "<CreateTime>1<", "<CreateTime><", 1), "", ""},
		"another root":    {"<html></html>", "", ""},
		"text afterwards": {replyXML(openID, "gh_oa", textXML("好")) + "null", "", ""},
		"two roots":       {replyXML(openID, "gh_oa", textXML("好")) + "<xml></xml>", "", ""},
		"broken":          {"<xml><ToUserName>", "", ""},
	} {
		w.says(c.body)
		out := w.act("wang/text", `{"content":"我家"}`)
		if c.kind == "" {
			if !out.Failed || out.Reply != nil {
				t.Errorf("%s: accepted: %+v", name, out.Reply)
			}
			continue
		}
		if out.Failed || out.Reply == nil || *out.Reply != (wxsim.Reply{Type: c.kind, Content: c.content}) {
			t.Errorf("%s: %+v", name, out)
		} else if m := w.last("wang"); m.Kind != c.kind || m.Content != c.content {
			t.Errorf("%s: the person sees %+v", name, m)
		}
	}
}

func TestDuplicates(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"]
	w.says(replyXML(wang.OAOpenID, "gh_oa", textXML("好")))
	same := func(list []push, n int) {
		t.Helper()
		if len(list) != n {
			t.Fatalf("%d pushes, want %d", len(list), n)
		}
		for _, p := range list {
			if p.body != list[0].body {
				t.Error("the bodies differ")
			}
		}
	}
	out := w.act("wang/text", `{"content":"我家","times":3}`)
	same(w.received(), 3)
	if len(out.Attempts) != 3 || out.Failed || len(w.chat("wang")) != 2 {
		t.Errorf("outcome %+v with %d lines; want three deliveries and one answer", out, len(w.chat("wang")))
	}
	w.faults(`{"callbacks":{"duplicate":1}}`)
	w.act("wang/text", `{"content":"补贴"}`)
	same(w.received(), 2)
	w.act("wang/text", `{"content":"补贴"}`)
	same(w.received(), 1)
	w.act("wang/text", `{"content":"补贴","msg_id":"77"}`)
	if first, second := w.one(), w.act("wang/text", `{"content":"补贴","msg_id":"77"}`); first.MsgId != "77" || second.Failed || w.one().MsgId != "77" {
		t.Error("a given MsgId is not repeated")
	}
	for _, body := range []string{`{"content":"x","times":51}`, `{"content":"x","times":-1}`, `{"content":"x","msg_id":"7a"}`} {
		w.refuses(http.StatusBadRequest, "users/wang/text", body)
	}
}

func TestConcurrentDuplicates(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	all.Add(3)
	// Nobody is answered before all three have come, so one after the other would time out.
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) {
		all.Done()
		all.Wait()
		_, _ = io.WriteString(rw, "success")
	})
	out := w.act("wang/text", `{"content":"我家","times":3,"concurrent":true}`)
	if out.Failed || len(out.Attempts) != 3 {
		t.Errorf("outcome %+v", out)
	}
}

func TestLostAndLatePushes(t *testing.T) {
	w := newWorld(t)
	w.faults(`{"callbacks":{"lose":1}}`)
	if out := w.act("wang/text", `{"content":"我家"}`); !out.Lost || out.Failed || len(out.Attempts) != 0 {
		t.Errorf("outcome %+v, want it lost", out)
	}
	if n := len(w.received()); n != 0 {
		t.Errorf("%d pushes came all the same", n)
	}
	// So late that another overtakes it, and Close calls it off the wait.
	w.faults(`{"callbacks":{"late_ms":86400000}}`)
	lines := len(w.chat("wang"))
	var done sync.WaitGroup
	done.Go(func() { w.act("wang/text", `{"content":"我家"}`) })
	w.until("the text is in the chat", func() bool { return len(w.chat("wang")) > lines })
	w.faults(`{"callbacks":{"late_ms":0}}`)
	w.act("passer/follow", "{}")
	if list := w.received(); len(list) != 1 || !strings.Contains(list[0].body, "subscribe") {
		t.Errorf("%d pushes, want that of the passer alone", len(list))
	}
	w.sim.Close()
	done.Wait()
	if list := w.received(); len(list) != 1 || !strings.Contains(list[0].body, "我家") {
		t.Errorf("%d pushes, want the late one", len(list))
	}
}

func TestAccountWithoutServer(t *testing.T) {
	w := newWorld(t, func(c *wxsim.Config) { c.OA.CallbackURL = "" })
	out := w.act("wang/text", `{"content":"我家"}`)
	if out.Failed || len(out.Attempts) != 0 || len(w.chat("wang")) != 1 {
		t.Errorf("outcome %+v, want no attempt and no notice", out)
	}
	w.sends(0, w.users()["wang"].OAOpenID)
	w.refuses(http.StatusConflict, "verify", "{}")
}

func TestClose(t *testing.T) {
	w := newWorld(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) {
		arrived <- struct{}{}
		<-release
		rw.WriteHeader(http.StatusInternalServerError)
	})
	feed := w.listen()
	outcome := make(chan wxsim.Outcome, 1)
	go func() {
		defer close(outcome)
		outcome <- w.act("wang/text", `{"content":"我家"}`)
	}()
	<-arrived
	closed := make(chan struct{})
	go func() { w.sim.Close(); close(closed) }()
	for range feed { // ends when the simulator has begun to close
	}
	select {
	case <-closed:
		t.Error("Close did not wait for the push under way")
	default:
	}
	close(release)
	if out := <-outcome; len(out.Attempts) != 1 || !out.Failed {
		t.Errorf("outcome %+v, want no further attempt", out)
	}
	<-closed
	w.refuses(http.StatusConflict, "users/wang/text", `{"content":"我家"}`)
}

func TestVerifyURL(t *testing.T) {
	w := newWorld(t)
	var out struct {
		OK      bool
		Attempt wxsim.Attempt
	}
	w.do("verify", "{}", &out)
	if out.OK {
		t.Error("a server that does not return the echostr is accepted")
	}
	w.answers(func(rw http.ResponseWriter, r *http.Request, _ string) {
		q := r.URL.Query()
		if r.Method == http.MethodGet && q.Get("signature") == sign("pamtest", q.Get("timestamp"), q.Get("nonce")) {
			_, _ = io.WriteString(rw, q.Get("echostr"))
		}
	})
	w.do("verify", `{"account":"oa"}`, &out)
	if !out.OK || out.Attempt.Body == "" {
		t.Errorf("refused: %+v", out)
	}
	w.refuses(http.StatusBadRequest, "verify", `{"account":"xx"}`)
}
