package account_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

// browser is WeChat's on a person's phone: it keeps cookies, and the test follows the redirects.
type browser struct {
	t *testing.T
	http.Client
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, Client: http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// get opens an address; next is where it leads on to, if it does.
func (b *browser) get(address string) (status int, body, next string) {
	b.t.Helper()
	resp, err := b.Get(address)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if to, err := resp.Location(); err == nil {
		next = to.String()
	}
	return resp.StatusCode, string(raw), next
}

// leave goes from our log-in to WeChat and returns where WeChat sends the person back to.
func (b *browser) leave(r *apptest.Running, to string) string {
	b.t.Helper()
	status, body, next := b.get(r.App.LocalURL() + "/h5/v1/login?to=" + url.QueryEscape(to))
	if status != http.StatusFound || !strings.HasPrefix(next, r.App.SimURL()+"/connect/oauth2/authorize?") {
		b.t.Fatalf("log-in: %d to %s %s", status, next, body)
	}
	status, body, back := b.get(next)
	if status != http.StatusFound || !strings.HasPrefix(back, r.App.LocalURL()+"/h5/v1/callback?") {
		b.t.Fatalf("WeChat: %d to %s %s", status, back, body)
	}
	return back
}

// me asks the API who the browser's person is.
func (b *browser) me(r *apptest.Running) (int, string) {
	b.t.Helper()
	status, body, _ := b.get(r.App.LocalURL() + "/mini/v1/me")
	return status, body
}

// session is the browser's log-in, empty without one.
func (b *browser) session(r *apptest.Running) string {
	b.t.Helper()
	return b.cookie(r, "/mini/v1/me", "bangfu_session")
}

// cookie is what the browser would send with a request, empty without one.
func (b *browser) cookie(r *apptest.Running, path, name string) string {
	b.t.Helper()
	u, err := url.Parse(r.App.LocalURL() + path)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func codeOf(t *testing.T, back string) string {
	t.Helper()
	u, err := url.Parse(back)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("no code in %s", back)
	}
	return u.Query().Get("code")
}

func TestLogInOnAWebPage(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	b := newBrowser(t)
	if status, _ := b.me(r); status != http.StatusUnauthorized {
		t.Errorf("before: %d", status)
	}
	back := b.leave(r, "/home?tab=2")
	if status, body, next := b.get(back); status != http.StatusFound || next != r.App.LocalURL()+"/home?tab=2" {
		t.Fatalf("back: %d to %s %s", status, next, body)
	}
	status, body := b.me(r)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	apptest.WantContains(t, body, `"H-001"`)
	session := b.session(r)
	// WeChat at times comes back twice: the same code is the same log-in, not a failure on the screen.
	if status, body, _ := b.get(back); status != http.StatusFound || b.session(r) != session {
		t.Errorf("twice: %d %s", status, body)
	}
	apptest.WantWithout(t, r.Log.String(), codeOf(t, back), session)
	r.Clock.Advance(30 * 24 * time.Hour)
	if status, _ := b.me(r); status != http.StatusUnauthorized {
		t.Errorf("a month later: %d", status)
	}
}

func TestLogInLeadsToOurPagesOnly(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	for _, to := range []string{"", "https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "home"} {
		b := newBrowser(t)
		if _, _, next := b.get(b.leave(r, to)); next != r.App.LocalURL()+"/" {
			t.Errorf("%q leads to %s", to, next)
		}
	}
}

// TestAStrangersCodeIsRefused is what the state is for: somebody sends a person a link with his own
// code, to have them log in as himself.
func TestAStrangersCodeIsRefused(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	thief := newBrowser(t)
	back := thief.leave(r, "/")
	wrong, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := wrong.Query()
	q.Set("state", "another")
	wrong.RawQuery = q.Encode()
	victim := newBrowser(t)
	victim.leave(r, "/")
	for name, c := range map[string]struct {
		b       *browser
		address string
	}{
		"another state": {thief, wrong.String()}, "no state": {thief, r.App.LocalURL() + "/h5/v1/callback?code=" + codeOf(t, back)},
		"another browser": {victim, back}, "a fresh browser": {newBrowser(t), back},
	} {
		status, body, _ := c.b.get(c.address)
		if status != http.StatusForbidden || !strings.Contains(body, "登录没有从这里开始") || c.b.session(r) != "" {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if status, body, _ := thief.get(back); status != http.StatusFound {
		t.Errorf("the code was spent on the way: %d %s", status, body)
	}
}

func TestASnapshotIsNobody(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", true)
	b := newBrowser(t)
	status, body, _ := b.get(b.leave(r, "/"))
	if status != http.StatusForbidden || !strings.Contains(body, "使用完整服务") || b.session(r) != "" {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := b.me(r); status != http.StatusUnauthorized {
		t.Errorf("logged in: %d", status)
	}
	r.Web("h-001", false)
	if status, body, _ := b.get(b.leave(r, "/")); status != http.StatusFound {
		t.Errorf("the whole page: %d %s", status, body)
	}
}

// TestAUsedCodeIsRefused uses it up before, and again when the repeat of a log-in is none any more.
func TestAUsedCodeIsRefused(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	b := newBrowser(t)
	back := b.leave(r, "/")
	appID, _ := r.SimAccounts()
	a := apptest.Request(t, http.MethodGet, r.App.SimURL()+"/sns/oauth2/access_token?grant_type=authorization_code&appid="+
		appID+"&secret=demo-oa-secret&code="+codeOf(t, back), "", nil)
	apptest.WantContains(t, a.Body, r.Person("h-001").OAOpenID)
	if status, body, _ := b.get(back); status != http.StatusUnauthorized || !strings.Contains(body, "登录码已用过或已过期") {
		t.Errorf("used elsewhere: %d %s", status, body)
	}
	back = b.leave(r, "/")
	b.get(back)
	r.Clock.Advance(5 * time.Minute)
	if status, body, _ := b.get(back); status != http.StatusUnauthorized {
		t.Errorf("the repeat after five minutes: %d %s", status, body)
	}
	back = b.leave(r, "/")
	r.Clock.Advance(5 * time.Minute)
	if status, body, _ := b.get(back); status != http.StatusUnauthorized {
		t.Errorf("an old code: %d %s", status, body)
	}
}

// TestAStrangerLogsInAndIsJoined has somebody open a page who follows, then the mini-program: one account.
func TestAStrangerLogsInAndIsJoined(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Web("stranger-1", false)
	b := newBrowser(t)
	b.get(b.leave(r, "/"))
	if status, body := b.me(r); status != http.StatusOK || !strings.Contains(body, `"households":[]`) {
		t.Fatalf("%d %s", status, body)
	}
	r.Say("stranger-1", r.BindingCode("H-015"))
	apptest.Eventually(t, "the page shows the household", func() bool {
		_, body := b.me(r)
		return strings.Contains(body, `"H-015"`)
	})
	token := r.LogIn("stranger-1")
	apptest.Eventually(t, "the mini-program shows it too", func() bool {
		return strings.Contains(r.Call(http.MethodGet, "/mini/v1/me", token, nil).Body, `"H-015"`)
	})
}

func TestWeChatAwayAtALogIn(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	b := newBrowser(t)
	back := b.leave(r, "/")
	r.Faults(map[string]any{"status": 502})
	if status, body, _ := b.get(back); status != http.StatusServiceUnavailable || !strings.Contains(body, "暂时连不上微信") {
		t.Errorf("%d %s", status, body)
	}
	r.Faults(map[string]any{"status": 0})
	if status, body, _ := b.get(back); status != http.StatusFound {
		t.Errorf("afterwards: %d %s", status, body)
	}
}

// TestTheRepeatIsForTheBrowserThatBegan has somebody read the address that WeChat sent a person back to, code and state
// and all, and make up the cookie that goes with it. Before, that was the same log-in once more.
func TestTheRepeatIsForTheBrowserThatBegan(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	b := newBrowser(t)
	back := b.leave(r, "/")
	if status, body, _ := b.get(back); status != http.StatusFound {
		t.Fatalf("%d %s", status, body)
	}
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	state := u.Query().Get("state")
	secret, _, _ := strings.Cut(b.cookie(r, "/h5/v1/callback", "bangfu_state"), "+")
	if secret == "" || strings.Contains(back, secret) {
		t.Fatalf("the browser's secret %q travels in %s", secret, back)
	}
	own := newBrowser(t)
	own.leave(r, "/")
	thiefs := b.cookie(r, "/h5/v1/callback", "no-such")
	for name, value := range map[string]string{
		"the state": url.QueryEscape(state + " /"), "nothing": thiefs, "another's secret": own.cookie(r, "/h5/v1/callback", "bangfu_state"),
	} {
		thief := newBrowser(t)
		thief.Jar.SetCookies(u, []*http.Cookie{{Name: "bangfu_state", Value: value, Path: "/"}})
		status, body, _ := thief.get(back)
		if status != http.StatusForbidden || thief.session(r) != "" {
			t.Errorf("with %s: %d %s", name, status, body)
		}
	}
	// With a state of their own they are asked to bring a code of their own.
	mine := own.leave(r, "/")
	m, err := url.Parse(mine)
	if err != nil {
		t.Fatal(err)
	}
	q := m.Query()
	q.Set("code", codeOf(t, back))
	m.RawQuery = q.Encode()
	if status, body, _ := own.get(m.String()); status != http.StatusUnauthorized || own.session(r) != "" {
		t.Errorf("another's code in an own log-in: %d %s", status, body)
	}
}

// TestTheWebCookieGoesNowhereElse looks at where the browser sends it, and that it is never sent in the clear.
func TestTheWebCookieGoesNowhereElse(t *testing.T) {
	r := apptest.Boot(t)
	r.Web("h-001", false)
	b := newBrowser(t)
	u, err := url.Parse(r.App.LocalURL())
	if err != nil {
		t.Fatal(err)
	}
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "bangfu_session", Value: "of-before", Path: "/"}})
	b.get(b.leave(r, "/"))
	if b.session(r) == "" || b.cookie(r, "/h5/v1/page", "bangfu_session") == "" {
		t.Error("not logged in")
	}
	for _, path := range []string{"/", "/console/", "/staff/v1/me", "/public", "/docs", "/mini/v2", "/h5x", "/wechat/oa"} {
		if got := b.cookie(r, path, "bangfu_session") + b.cookie(r, path, "bangfu_state"); got != "" {
			t.Errorf("%s gets %q", path, got)
		}
	}
	secure := apptest.Boot(t, apptest.With("PUBLIC_BASE_URL", "https://bangfu.test"))
	resp, err := newBrowser(t).Get(secure.App.LocalURL() + "/h5/v1/login")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	set := resp.Header.Values("Set-Cookie")
	if len(set) != 1 || !strings.Contains(set[0], "; Secure") || !strings.Contains(set[0], "; HttpOnly") || !strings.Contains(set[0], "Path=/h5;") {
		t.Errorf("%v", set)
	}
}

// TestCodesThatAreNoneAreLimited sends codes that WeChat does not know, from one address.
func TestCodesThatAreNoneAreLimited(t *testing.T) {
	r := apptest.Boot(t)
	asked := func() int {
		var out struct{ Calls []struct{ Path string } }
		r.Sim(http.MethodGet, "calls", nil, &out)
		n := 0
		for _, c := range out.Calls {
			if c.Path == "/sns/jscode2session" {
				n++
			}
		}
		return n
	}
	before := asked()
	send := func(i int) apptest.Answer {
		return r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": "no-code-" + strings.Repeat("x", i)})
	}
	for i := range 20 {
		apptest.WantProblem(t, "a code that is none", send(i), 401, "login_code")
	}
	for i := range 5 {
		apptest.WantProblem(t, "one too many", send(100+i), 429, "login_too_often")
	}
	if n := asked() - before; n != 20 {
		t.Errorf("WeChat was asked %d times", n)
	}
	apptest.WantProblem(t, "a good one, too", r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": r.LoginCode("h-001")}), 429, "login_too_often")
	r.Clock.Advance(10*time.Minute + time.Second)
	apptest.Eventually(t, "the address may try again", func() bool {
		return r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": r.LoginCode("h-001")}).Status == http.StatusOK
	})
}
