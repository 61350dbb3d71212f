package interop_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/repotest"
	"bangfu/repo/wechat"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/model"
)

const (
	token   = "pamtest"
	key     = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	lastKey = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
	openID  = "oABC-def_123"
)

// job is a line that seal.mjs reads; it seals message or opens body.
type job struct {
	Do        string `json:"do"`
	Token     string `json:"token"`
	Key       string `json:"key"`
	App       string `json:"app"`
	To        string `json:"to"`
	Message   string `json:"message"`
	Timestamp string `json:"timestamp"`
	Nonce     string `json:"nonce"`
	Body      string `json:"body"`
}

// sealed is a line that seal.mjs prints.
type sealed struct {
	Error       string
	Message, ID string // opened
	Body, Query string // sealed as a push
	Reply       string // sealed as a passive reply
}

// seal lets wechat-crypto do the jobs. It may be called from any goroutine.
func seal(ctx context.Context, jobs ...job) ([]sealed, error) {
	var input strings.Builder
	enc := json.NewEncoder(&input)
	for _, j := range jobs {
		j.Token, j.App = token, oaID
		if j.Key == "" {
			j.Key = key
		}
		if err := enc.Encode(j); err != nil {
			return nil, err
		}
	}
	list, err := node[sealed](ctx, "seal.mjs", nil, input.String())
	if err != nil {
		return nil, err
	}
	if len(list) != len(jobs) {
		return nil, fmt.Errorf("%d jobs, %d results", len(jobs), len(list))
	}
	for i, s := range list {
		if s.Error != "" {
			return nil, fmt.Errorf("job %d: %w", i, errors.New(s.Error))
		}
	}
	return list, nil
}

// texts have every length of padding, and what XML and JSON make special.
func texts() []string {
	list := []string{"帮助", "😀 €", `<&>"'`, "a]]>b", "第一行\n第二行", strings.Repeat("户", 682)}
	for n := range 33 {
		list = append(list, strings.Repeat("x", n+1))
	}
	return list
}

func textMessage(from, text, msgID string, at time.Time) string {
	text = strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")
	return fmt.Sprintf("<xml><ToUserName><![CDATA[gh_oa]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%s</MsgId></xml>",
		from, at.Unix(), text, msgID)
}

// TestWechatCrypto has wechat-crypto seal pushes for our codec and open what our codec answers.
func TestWechatCrypto(t *testing.T) {
	needNode(t)
	now := time.Date(2020, 10, 2, 9, 0, 0, 0, time.UTC)
	codec := wechat.NewCodec(model.ChannelOA, config.Account{
		AppID: oaID, Token: token, AESKey: key, AESKeyPrevious: lastKey, Mode: "safe",
	}, func() time.Time { return now })
	for name, k := range map[string]string{"key": key, "previous key": lastKey} {
		t.Run(name, func(t *testing.T) {
			var pushes, answers []job
			for i, text := range texts() {
				pushes = append(pushes, job{
					Do: "seal", Key: k, To: "gh_oa", Message: textMessage(openID, text, fmt.Sprint(7000+i), now),
					Timestamp: fmt.Sprint(now.Unix()), Nonce: fmt.Sprint("n", i),
				})
			}
			done, err := seal(t.Context(), pushes...)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range texts() {
				answers = append(answers, job{Do: "open", Key: k, Body: string(answer(t, codec, done[i], text))})
			}
			done, err = seal(t.Context(), answers...)
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range texts() {
				checkAnswer(t, done[i], text)
			}
		})
	}
}

// answer opens a push, which must hold the text, and answers it with the same.
func answer(t *testing.T, codec *wechat.Codec, s sealed, text string) []byte {
	t.Helper()
	q, err := url.ParseQuery(s.Query)
	if err != nil {
		t.Fatal(err)
	}
	push, err := codec.Open(q, []byte(s.Body))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if in := push.Inbound; in.Content != text || in.OpenID != openID || in.ToUser != "gh_oa" {
		t.Errorf("%q: opened as %+v", text, in)
	}
	reply, err := codec.Reply(push, text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return reply
}

func checkAnswer(t *testing.T, s sealed, text string) {
	t.Helper()
	var m struct{ ToUserName, FromUserName, MsgType, Content string }
	if err := xml.Unmarshal([]byte(s.Message), &m); err != nil {
		t.Fatalf("%q: %v in %s", text, err, s.Message)
	}
	if s.ID != oaID || m.Content != text || m.ToUserName != openID || m.FromUserName != "gh_oa" || m.MsgType != "text" {
		t.Errorf("%q: account %s, %+v", text, s.ID, m)
	}
}

// TestSimulatorAndWechatCrypto has a back end written with wechat-crypto behind the simulator.
func TestSimulatorAndWechatCrypto(t *testing.T) {
	needNode(t)
	now := time.Date(2020, 10, 2, 9, 0, 0, 0, time.UTC)
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, err := echo(r)
		if err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, reply)
	}))
	t.Cleanup(back.Close)
	sim := wxsim.New(wxsim.Config{
		OA: wxsim.Account{
			AppID: oaID, Secret: secret, Token: token, AESKey: key, OriginalID: "gh_oa", Mode: "safe", CallbackURL: back.URL,
		},
		Now: func() time.Time { return now }, PushTimeout: nodeTime,
	})
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	sim.AddUser(wxsim.User{ID: "wang", Name: "王秀英", Group: "household", Following: true})
	var out wxsim.Outcome
	control(t, server.URL, "users/wang/text", `{"content":"帮助"}`, &out)
	if out.Failed || out.Reply == nil || out.Reply.Content != "听到:帮助" {
		t.Errorf("%+v", out)
	}
}

// echo answers a push of the simulator with what it says.
func echo(r *http.Request) (string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", err
	}
	var m struct{ Encrypt, FromUserName, Content string }
	if err := xml.Unmarshal(body, &m); err != nil {
		return "", err
	}
	q := r.URL.Query()
	// A push has its signature in the query; open looks for it inside, as in a reply.
	whole := fmt.Sprintf("<xml><Encrypt>%s</Encrypt><MsgSignature>%s</MsgSignature><TimeStamp>%s</TimeStamp><Nonce>%s</Nonce></xml>",
		m.Encrypt, q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"))
	done, err := seal(r.Context(), job{Do: "open", Body: whole})
	if err != nil {
		return "", err
	}
	if err := xml.Unmarshal([]byte(done[0].Message), &m); err != nil {
		return "", err
	}
	message := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>gh_oa</FromUserName><CreateTime>1601629200</CreateTime>"+
		"<MsgType>text</MsgType><Content>听到:%s</Content></xml>", m.FromUserName, m.Content)
	done, err = seal(r.Context(), job{Do: "seal", Message: message, Timestamp: q.Get("timestamp"), Nonce: "n9"})
	if err != nil {
		return "", err
	}
	return done[0].Reply, nil
}

// TestWholeAppInSafeMode has talk.mjs play WeChat against everything.
func TestWholeAppInSafeMode(t *testing.T) {
	repotest.Raced(t)
	needNode(t)
	r := apptest.Boot(t, apptest.Budget(nodeTime), apptest.With("WECHAT_OA_MODE", "safe"), apptest.With("WECHAT_OA_APP_ID", oaID),
		apptest.With("WECHAT_OA_TOKEN", token), apptest.With("WECHAT_OA_AES_KEY", key))
	help := r.Say("h-001", "帮助")
	person := r.Person("h-001").OAOpenID
	type said struct {
		Step, App, To, From, Type, Text string
		Status                          int
	}
	got, err := node[said](t.Context(), "talk.mjs", []string{
		"BASE=" + r.App.LocalURL(), "TOKEN=" + token, "KEY=" + key, "APP_ID=" + oaID, "OPEN_ID=" + person, "TEXT=帮助",
		fmt.Sprint("TIMESTAMP=", r.Clock.Now().Unix()),
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []said{
		{Step: "address", Status: 200, Text: "5837446"},
		{Step: "forged", Status: 403},
		{Step: "answer", Status: 200, App: oaID, To: person, From: "gh_1", Type: "text", Text: help},
	}
	if help == "" || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
