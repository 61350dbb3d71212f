package wxsim

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
)

// authorizePath is the page of open.weixin.qq.com that a web page sends a person to.
const authorizePath = "/connect/oauth2/authorize"

// maxState is the most bytes of a state.
const maxState = 128

type webInput struct {
	Snapshot bool `json:"snapshot"`
}

// openWeb makes a person the one whose phone opens web pages from now on; with snapshot WeChat shows
// them a snapshot only, under a made-up name.
func (s *Sim) openWeb(r *http.Request, in webInput) (any, error) {
	return s.withPerson(r, func(p *person) (any, error) {
		s.web.user, s.web.snapshot = p.ID, in.Snapshot
		return map[string]any{"user": p.ID, "snapshot": in.Snapshot}, nil
	})
}

// serveAuthorize sends a person back to a web page with a code. Which person, the parameter sim_user
// says, or else POST /sim/users/{id}/web said; when nobody did, whoever looks at the page chooses.
func (s *Sim) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if wrong := s.wrongAuthorize(q); wrong != "" {
		s.record(r, s.oa, http.StatusBadRequest, 0)
		showPage(w, http.StatusBadRequest, wrongPage, wrong)
		return
	}
	back, chosen := s.authorize(q)
	if !chosen {
		s.record(r, s.oa, http.StatusOK, 0)
		showPage(w, http.StatusOK, choosePage, s.choices(q))
		return
	}
	s.record(r, s.oa, http.StatusFound, 0)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, back, http.StatusFound)
}

// wrongAuthorize names what is wrong with the address in the words of WeChat's page.
func (s *Sim) wrongAuthorize(q url.Values) string {
	redirect, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case q.Get("appid") == "" || q.Get("appid") != s.oa.AppID:
		return "AppID 参数错误"
	case err != nil || redirect.Host == "" || !isWebURL(q.Get("redirect_uri")):
		return "redirect_uri 参数错误"
	case q.Get("response_type") != "code":
		return "response_type 参数错误"
	case !slices.Contains([]string{scopeBase, scopeUserInfo}, q.Get("scope")):
		return "Scope 参数错误或没有 Scope 权限"
	case len(q.Get("state")) > maxState:
		return "state 参数过长"
	}
	return ""
}

// authorize is the address to send the person back to, once it is known who they are.
func (s *Sim) authorize(q url.Values) (back string, chosen bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := orElse(q.Get("sim_user"), s.web.user)
	p, known := s.people[id]
	if !known {
		return "", false
	}
	code := s.newWebCode(p, q.Get("scope"), s.web.snapshot && s.web.user == id)
	u, _ := url.Parse(q.Get("redirect_uri")) // wrongAuthorize has read it
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "code=" + code + "&state=" + url.QueryEscape(q.Get("state"))
	return u.String(), true
}

// choice is a link that goes on as one person.
type choice struct{ Name, Note, Link string }

func (s *Sim) choices(q url.Values) []choice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []choice
	for _, id := range s.order {
		next := url.Values{"sim_user": {id}}
		for _, name := range []string{"appid", "redirect_uri", "response_type", "scope", "state"} {
			next.Set(name, q.Get(name))
		}
		p := s.people[id]
		list = append(list, choice{Name: orElse(p.Name, id), Note: p.Note, Link: authorizePath + "?" + next.Encode()})
	}
	return list
}

const pageHead = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>微信模拟器</title>
<style>body{font:1rem/1.8 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#222}small{color:#666}</style></head>
`

var (
	wrongPage  = template.Must(template.New("wrong").Parse(pageHead + `<body><p>{{.}}</p></body></html>` + "\n"))
	choosePage = template.Must(template.New("choose").Parse(pageHead + `<body><h1>用谁的微信打开?</h1>
<ul>{{range .}}<li><a href="{{.Link}}">{{.Name}}</a> <small>{{.Note}}</small></li>
{{end}}</ul></body></html>` + "\n"))
)

func showPage(w http.ResponseWriter, status int, page *template.Template, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = page.Execute(w, data)
}
