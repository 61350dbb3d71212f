package account_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// computer is a browser at an address, which keeps the cookies that it is given. The test stands for the trusted proxy.
type computer struct {
	t       *testing.T
	r       *apptest.Running
	address string
	http    http.Client
}

func computerAt(t *testing.T, r *apptest.Running, address string) *computer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &computer{t: t, r: r, address: address, http: http.Client{Jar: jar}}
}

// logIn tries to, and returns status and code (none when it went well).
func (c *computer) logIn(name, password, code string) (status int, problem string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"name": name, "password": password, "code": code})
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, c.r.App.LocalURL()+"/staff/v1/login", strings.NewReader(string(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", c.address)
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Code string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, answer.Code
}

func (c *computer) want(what, name, password, code string, status int, problem string) {
	c.t.Helper()
	if s, p := c.logIn(name, password, code); s != status || p != problem {
		c.t.Errorf("%s: %d %s, want %d %s", what, s, p, status, problem)
	}
}

// TestALockIsNoWeapon lets strangers try a name again and again: the person comes in at their own computer, from behind
// the strangers' address, too, and from anywhere that the strangers are not.
func TestALockIsNoWeapon(t *testing.T) {
	r := apptest.Boot(t)
	own, stranger := computerAt(t, r, "203.0.113.9"), computerAt(t, r, "203.0.113.9")
	own.want("for the first time", "finance", apptest.DemoPassword, "", 200, "")
	for range 3 { // again and again
		for range 4 {
			stranger.want("a stranger", "finance", "not-the-password", "", 401, "wrong_password")
		}
		stranger.want("the fifth", "finance", "not-the-password", "", 429, "locked")
		stranger.want("the right one, there", "finance", apptest.DemoPassword, "", 429, "locked")
		own.want("one's own computer behind the same address", "Finance ", apptest.DemoPassword, "", 200, "")
		computerAt(t, r, "198.51.100.7").want("another computer elsewhere", "finance", apptest.DemoPassword, "", 200, "")
		stranger.want("a colleague's name, there", "doctor", apptest.DemoPassword, "", 200, "")
		r.Clock.Advance(model.StaffLock + time.Second)
	}
}

// TestManyAddressesLockOnlyWhatIsUnknown bounds the guesses that come from everywhere together.
func TestManyAddressesLockOnlyWhatIsUnknown(t *testing.T) {
	r := apptest.Boot(t)
	own := computerAt(t, r, "203.0.113.9")
	own.want("for the first time", "finance", apptest.DemoPassword, "", 200, "")
	compared := 0
	for i := range 20 {
		c := computerAt(t, r, fmt.Sprintf("198.51.100.%d", i))
		for range 6 {
			if _, problem := c.logIn("finance", "not-the-password", ""); problem == "wrong_password" {
				compared++
			}
		}
	}
	if compared < 20 || compared > 30 {
		t.Errorf("%d guesses from 20 addresses", compared)
	}
	computerAt(t, r, "192.0.2.1").want("an unknown computer at a quiet address", "finance", apptest.DemoPassword, "", 429, "locked")
	own.want("one's own computer", "finance", apptest.DemoPassword, "", 200, "")
	admin := r.StaffToken("admin")
	apptest.WantContains(t, r.Call(http.MethodGet, "/staff/v1/staff", admin, nil).Body, `"locked_till"`)
	r.Clock.Advance(model.StaffLock + time.Second)
	computerAt(t, r, "192.0.2.1").want("when it is over", "finance", apptest.DemoPassword, "", 200, "")
}

// TestAKnownDeviceIsLockedByItselfAlone guesses at a computer on which the person has logged in.
func TestAKnownDeviceIsLockedByItselfAlone(t *testing.T) {
	r := apptest.Boot(t)
	own, second := computerAt(t, r, "203.0.113.9"), computerAt(t, r, "203.0.113.9")
	own.want("the first computer", "finance", apptest.DemoPassword, "", 200, "")
	second.want("the second computer", "finance", apptest.DemoPassword, "", 200, "")
	own.want("a colleague on the first", "doctor", apptest.DemoPassword, "", 200, "")
	for range 4 {
		own.want("guessing", "finance", "not-the-password", "", 401, "wrong_password")
	}
	own.want("the fifth", "finance", "not-the-password", "", 429, "locked")
	own.want("the right one", "finance", apptest.DemoPassword, "", 429, "locked")
	second.want("on the second", "finance", apptest.DemoPassword, "", 200, "")
	own.want("the colleague on the first", "doctor", apptest.DemoPassword, "", 200, "")
}

// TestANeighbourDoesNotLockTheOffice uses up what one address may try in all.
func TestANeighbourDoesNotLockTheOffice(t *testing.T) {
	r := apptest.Boot(t)
	own, neighbour := computerAt(t, r, "203.0.113.9"), computerAt(t, r, "203.0.113.9")
	own.want("for the first time", "finance", apptest.DemoPassword, "", 200, "")
	for i := range 70 {
		neighbour.logIn(fmt.Sprintf("somebody-%d", i), "not-the-password", "")
	}
	neighbour.want("the neighbour", "finance", apptest.DemoPassword, "", 429, "too_many_tries")
	own.want("one's own computer", "finance", apptest.DemoPassword, "", 200, "")
}

// TestAnotherAddressOfTheSameNetworkIsNoOther tries from addresses of IPv6, of which everybody has as many as they want.
func TestAnotherAddressOfTheSameNetworkIsNoOther(t *testing.T) {
	r := apptest.Boot(t)
	for i := range 5 {
		computerAt(t, r, fmt.Sprintf("2001:db8:1:2::%d", i+1)).logIn("finance", "not-the-password", "")
	}
	computerAt(t, r, "2001:db8:1:2:ffff::1").want("the same network", "finance", apptest.DemoPassword, "", 429, "locked")
	computerAt(t, r, "2001:db8:1:3::1").want("another", "finance", apptest.DemoPassword, "", 200, "")
}

// TestADeviceOpensNothing looks at what a log-in leaves on the computer: no script reads it, it goes to the log-in only,
// it is of no use to anybody else, and somebody else's is not made one's own.
func TestADeviceOpensNothing(t *testing.T) {
	r := apptest.Boot(t)
	a := r.StaffLogIn("finance", apptest.DemoPassword, "")
	cookie, err := http.ParseSetCookie(a.Header.Get("Set-Cookie"))
	if err != nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/staff/v1/login" || len(cookie.Value) < 40 ||
		time.Duration(cookie.MaxAge)*time.Second < 90*24*time.Hour {
		t.Fatalf("%+v %v", cookie, err)
	}
	if cookie.Secure {
		t.Error("a browser would not keep it over http, on which this runs")
	}
	s, err := r.Store().Staff(t.Context(), "finance")
	if err != nil || len(s.Devices) != 1 || s.Devices[0].Hash == cookie.Value {
		t.Errorf("%+v %v", s.Devices, err)
	}
	apptest.WantStatus(t, "as a token", r.Call(http.MethodGet, "/staff/v1/me", cookie.Value, nil), 401)
	if a := r.StaffLogIn("finance", "not-the-password", ""); a.Header.Get("Set-Cookie") != "" {
		t.Error("a wrong password is remembered")
	}
	if got := logInWith(t, r, &http.Cookie{Name: cookie.Name, Value: "laid-there-by-somebody-else"}); got == "" || got == "laid-there-by-somebody-else" {
		t.Errorf("the device is now %q", got)
	}
	if got := logInWith(t, r, cookie); got != cookie.Value {
		t.Errorf("a known device is given another token: %q", got)
	}
	for range 15 {
		r.StaffToken("finance")
	}
	if s, err = r.Store().Staff(t.Context(), "finance"); err != nil || len(s.Devices) != 10 {
		t.Errorf("%d devices, %v", len(s.Devices), err)
	}
	apptest.WantWithout(t, r.Log.String(), cookie.Value)
}

// logInWith logs finance in with a cookie and returns what the device is left with.
func logInWith(t *testing.T, r *apptest.Running, cookie *http.Cookie) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.App.LocalURL()+"/staff/v1/login", strings.NewReader(`{"name":"finance","password":"`+apptest.DemoPassword+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(cookie)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.Name == cookie.Name {
			return c.Value
		}
	}
	return ""
}

// TestTheDeviceOfAnHttpsSiteIsSecure says where it is served from.
func TestTheDeviceOfAnHttpsSiteIsSecure(t *testing.T) {
	r := apptest.Boot(t, apptest.With("PUBLIC_BASE_URL", "https://bangfu.example.org"))
	apptest.WantContains(t, r.StaffLogIn("finance", apptest.DemoPassword, "").Header.Get("Set-Cookie"), "; Secure")
}

// TestAnUnknownNameIsTreatedLikeAKnownOne, also where there is no Redis, in which the counts of unknown names once lay.
func TestAnUnknownNameIsTreatedLikeAKnownOne(t *testing.T) {
	r := apptest.Boot(t, apptest.With("REDIS_ADDR", "127.0.0.1:1"))
	for range 4 {
		for _, name := range []string{"doctor", "nobody-here"} {
			apptest.WantProblem(t, name, r.StaffLogIn(name, "not-the-password", ""), 401, "wrong_password")
		}
	}
	for _, name := range []string{"doctor", "nobody-here"} {
		apptest.WantProblem(t, name+", the fifth", r.StaffLogIn(name, "not-the-password", ""), 429, "locked")
	}
}
