// Package h5 logs people in on web pages inside WeChat, by its OAuth.
package h5

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bangfu/handler/problem"
	"bangfu/service/account"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
)

// SessionCookie holds the token of a log-in on a web page. It goes to what a page of ours asks, and to nothing else.
const SessionCookie = "bangfu_session"

var sessionPaths = []string{"/mini/v1", "/h5"}

// stateCookie holds, between leaving for WeChat and coming back, a secret of the browser and where to go then. The state
// that travels with the address is the secret's hash: whoever reads the address cannot pass for the browser.
const (
	stateCookie = "bangfu_state"
	stateLife   = 10 * time.Minute
)

func stateOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Pages logs people in.
type Pages struct {
	account *account.Service
	baseURL string
}

// New makes the pages; baseURL is how WeChat sends people back to us.
func New(accounts *account.Service, baseURL string) *Pages {
	return &Pages{account: accounts, baseURL: baseURL}
}

// Register adds the log-in.
func (p *Pages) Register(r gin.IRouter) {
	r.GET("/h5/v1/login", p.leave)
	r.GET("/h5/v1/callback", p.comeBack)
}

// leave sends the person to WeChat; ?to= is the page to show afterwards.
func (p *Pages) leave(c *gin.Context) {
	to := localPath(c.Query("to"))
	secret := rand.Text()
	address, err := p.account.WebAddress(p.baseURL+"/h5/v1/callback", stateOf(secret))
	if err != nil {
		p.fail(c, err)
		return
	}
	p.set(c, stateCookie, secret+" "+to, "/h5", stateLife)
	c.Redirect(http.StatusFound, address)
}

// localPath keeps a log-in from ending on somebody else's page.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "\\") {
		return "/"
	}
	return u.RequestURI()
}

var errState = model.NewError(model.KindForbidden, "login_state", "登录没有从这里开始,请重新打开页面")

// comeBack takes the code that WeChat sent the person back with. The state must be the one that this
// browser left with, or a stranger could log a person in as himself. The same code again is the same log-in in this
// browser only.
func (p *Pages) comeBack(c *gin.Context) {
	kept, _ := c.Cookie(stateCookie)
	secret, to, _ := strings.Cut(kept, " ")
	if secret == "" || subtle.ConstantTimeCompare([]byte(stateOf(secret)), []byte(c.Query("state"))) != 1 {
		p.fail(c, errState)
		return
	}
	token, _, err := p.account.LogInWeb(c.Request.Context(), c.Query("code"), secret, c.ClientIP())
	if err != nil {
		p.fail(c, err)
		return
	}
	// The state stays until it ends: WeChat sometimes comes back twice with the same code.
	p.set(c, SessionCookie, "", "/", -time.Second) // one of before, which went everywhere
	for _, path := range sessionPaths {
		p.set(c, SessionCookie, token.Value, path, account.SessionLife)
	}
	c.Redirect(http.StatusFound, localPath(to))
}

func (p *Pages) set(c *gin.Context, name, value, path string, life time.Duration) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: url.QueryEscape(value), Path: path, MaxAge: int(life.Seconds()), HttpOnly: true,
		Secure: strings.HasPrefix(p.baseURL, "https://"), SameSite: http.SameSiteLaxMode,
	})
}

var failed = template.Must(template.New("failed").Parse(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>登录</title>
<style>body{font:1.25rem/1.8 system-ui,sans-serif;margin:15vh 1.5rem;text-align:center;color:#222}</style></head>
<body><p>{{.}}</p></body></html>
`))

// fail shows a person, who looks at a page, the sentence rather than JSON.
func (p *Pages) fail(c *gin.Context, err error) {
	problem.Note(c.Request.Context(), err)
	known := problem.From(err)
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	c.Status(known.Status)
	_ = failed.Execute(c.Writer, known.Detail)
}
