package interop_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/wechat/wxsim"
)

// wanted is what a step of client.mjs must bring: an errcode and parts of the answer.
type wanted struct {
	step    string
	errcode int
	parts   []string
}

// steps in the order of client.mjs.
var steps = []wanted{
	{"token", 0, []string{`"expireTime":`}},
	{"renewed token", 0, []string{`"total":2`, `"count":2`}},
	{"wrong secret", 40125, nil},
	{"callback addresses", 0, []string{`"ip_list":["`}},
	{"person", 0, []string{`"subscribe":1`, `"unionid":"`}},

	{"no menu", 46003, nil},
	{"menu create", 0, []string{`"errmsg":"ok"`}},
	{"menu get", 0, []string{
		`"key":"home","sub_button":[]`, `"name":"说明"`, `"url":"https://example.org/a?b=1&c=2"`,
	}},

	{"tag create", 0, []string{`"id":100`, `"name":"帮扶干部"`}},
	{"tag twice", 45157, nil},
	{"tag members", 0, nil},
	{"tags of a person", 0, []string{`"tagid_list":[100]`}},
	{"tags", 0, []string{`{"id":100,"name":"帮扶干部","count":2}`}},
	{"people of a tag", 0, []string{`"count":2`}},
	{"tag member off", 0, nil},
	{"tags of another", 0, []string{`"tagid_list":[]`}},

	{"conditional menu", 0, []string{`"menuid":`}},
	{"menu of a tagged person", 0, []string{`"key":"households"`}},
	{"menu of another", 0, []string{`"key":"home"`}},
	{"conditional menu delete", 0, nil},
	{"menu delete", 0, nil},
	{"menu gone", 46003, nil},

	{"customer text", 0, nil},
	{"customer text to the silent", 45015, nil},
	{"customer text to a stranger", 40003, nil},

	{"template", 0, []string{`"msgid":`}},
	{"template to the silent", 0, []string{`"msgid":`}}, // a template message needs no window
	{"unknown template", 40037, nil},
	{"template to a stranger", 40003, nil},

	{"mass to a tag", 0, []string{`"msg_id":`}},
	{"mass to a list", 0, []string{`"msg_id":`}},
	{"mass to one", 40130, nil}, // a list has at least two people

	{"QR code", 0, []string{`"ticket":"`, `"expire_seconds":600`}},
	{"mini-program session", 0, []string{`"session_key":"`, `"openid":"`}},
	{"mini-program session twice", 40163, nil},
}

// result is a line that client.mjs printed.
type result struct {
	Step    string
	ErrCode int
	ErrMsg  string
	Answer  json.RawMessage
}

const (
	oaID, mpID = "wx0000000000000001", "wx0000000000000002"
	secret     = "the-secret"
)

func TestCoWechatAPI(t *testing.T) {
	needNode(t)
	sim := wxsim.New(wxsim.Config{
		OA: wxsim.Account{AppID: oaID, Secret: secret, Token: "pamtest", OriginalID: "gh_oa", Mode: "plain"},
		MP: wxsim.Account{AppID: mpID, Secret: secret, Token: "pamtest", OriginalID: "gh_mp", Mode: "plain"},
	})
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	sim.AddUser(wxsim.User{ID: "wang", Name: "王秀英", Group: "household", Following: true})
	sim.AddUser(wxsim.User{ID: "li", Name: "李桂花", Group: "household", Following: true})

	control(t, server.URL, "users/wang/text", `{"content":"我家"}`, nil) // opens the window for customer messages
	registerTemplate(t, server.URL)
	var login struct{ Code string }
	control(t, server.URL, "users/wang/login-code", "", &login)

	results, err := node[result](t.Context(), "client.mjs", []string{
		"BASE=" + server.URL, "OA_ID=" + oaID, "OA_SECRET=" + secret, "MP_ID=" + mpID, "MP_SECRET=" + secret,
		"PEOPLE=" + openIDs(t, server.URL), "LOGIN_CODE=" + login.Code,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	served := checkSteps(t, results)
	chats := map[string]string{
		"customer text": `您好\"<&>\n王秀英`, "template": "低保金", "mass to a tag": "致帮扶干部", "mass to a list": "致两人",
	}
	for step, text := range chats {
		if served[step] {
			apptest.Eventually(t, step+" reaches the chat", func() bool {
				_, chat := call(t, http.MethodGet, server.URL+"/sim/users/wang/messages", "")
				return strings.Contains(chat, text)
			})
		}
	}
}

// checkSteps compares what was printed with what is wanted, and says which steps went as they should.
func checkSteps(t *testing.T, results []result) map[string]bool {
	t.Helper()
	served := map[string]bool{}
	for i, want := range steps {
		t.Run(want.step, func(t *testing.T) {
			if i >= len(results) || results[i].Step != want.step {
				t.Fatalf("the script did not print this step in its turn: %+v", results)
			}
			got := results[i]
			if got.ErrCode != want.errcode {
				t.Fatalf("errcode %d %s, want %d", got.ErrCode, got.ErrMsg, want.errcode)
			}
			served[want.step] = true
			for _, p := range want.parts {
				if !strings.Contains(string(got.Answer), p) {
					t.Errorf("want %s in %s", p, got.Answer)
				}
			}
		})
	}
	if len(results) > len(steps) {
		t.Errorf("%d steps printed, %d known", len(results), len(steps))
	}
	return served
}

// registerTemplate gives the official account a template.
func registerTemplate(t *testing.T, base string) {
	t.Helper()
	control(t, base, "templates", `{"account":"oa","id":"T1","title":"发放通知","content":"{{thing1.DATA}}","type":0}`, nil)
}

// openIDs are the official account's, by user id, as JSON.
func openIDs(t *testing.T, base string) string {
	t.Helper()
	_, body := call(t, http.MethodGet, base+"/sim/users", "")
	var out struct{ Users []wxsim.User }
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, u := range out.Users {
		ids[u.ID] = u.OAOpenID
	}
	raw, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// control makes a control call that must be accepted.
func control(t *testing.T, base, path, body string, into any) {
	t.Helper()
	status, answer := call(t, http.MethodPost, base+"/sim/"+path, body)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, status, answer)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		t.Fatalf("%s: %v in %s", path, err, answer)
	}
}

func call(t *testing.T, method, address, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}
