package wechat_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/service/model"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// What must never stand in a log or an error.
const (
	hiddenToken  = "TOKEN-that-nobody-may-see"
	hiddenSecret = "SECRET-that-nobody-may-see"
	hiddenText   = "王家上月领补贴三百元"
)

const refusalRID = "64eeed96-5a846396-29ad80fd"

// asked is one request that reached the server.
type asked struct {
	method, path, body string
	query              url.Values
}

// scripted plays WeChat: it answers every path with what the test wrote for it and keeps what was asked.
type scripted struct {
	*wechat.Client
	t      *testing.T
	server *httptest.Server
	redis  *miniredis.Miniredis
	now    time.Time

	mu      sync.Mutex
	asked   []asked
	answers map[string][]string // by path; the last one stays
	cut     string              // a path at which the server hangs up
	// onRequest runs at the next request, which then waits until its sender is gone.
	onRequest func()
	log       bytes.Buffer
}

func newScripted(t *testing.T, channel model.Channel) *scripted {
	t.Helper()
	s := &scripted{t: t, answers: map[string][]string{}, now: time.Unix(1414587457, 0)}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	s.redis = miniredis.RunT(t)
	s.Client = s.another(channel, s.server.URL)
	t.Cleanup(s.logHidesAll)
	return s
}

// another is a client of the same account, as another process would have it.
func (s *scripted) another(channel model.Channel, baseURL string) *wechat.Client {
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Addr()})
	s.t.Cleanup(func() { _ = rdb.Close() })
	account := config.Account{AppID: "wx1", AppSecret: hiddenSecret}
	log := slog.New(slog.NewJSONHandler(&lockedWriter{s: s}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := wechat.New(channel, account, baseURL, rdb, func() time.Time { return s.now }, log).Patient(patience)
	s.t.Cleanup(c.Close)
	return c
}

type lockedWriter struct{ s *scripted }

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(b)
}

func (s *scripted) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, asked{r.Method, r.URL.Path, string(body), r.URL.Query()})
	answer, cut := s.next(r.URL.Path), s.cut == r.URL.Path
	hook := s.onRequest
	s.onRequest = nil
	s.mu.Unlock()
	if hook != nil {
		hook()
		<-r.Context().Done()
		return
	}
	if cut {
		panic(http.ErrAbortHandler)
	}
	if rest, ok := strings.CutPrefix(answer, "HTTP "); ok {
		code, body, _ := strings.Cut(rest, " ")
		status, _ := strconv.Atoi(code)
		w.WriteHeader(status)
		answer = body
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_, _ = io.WriteString(w, answer)
}

func quiet() *stdlog.Logger { return stdlog.New(io.Discard, "", 0) }

func (s *scripted) next(path string) string {
	list := s.answers[path]
	switch {
	case len(list) == 0 && path == "/cgi-bin/stable_token":
		return `{"access_token":"` + hiddenToken + `","expires_in":7200}`
	case len(list) == 0:
		return `{"errcode":0,"errmsg":"ok"}`
	case len(list) > 1:
		s.answers[path] = list[1:]
	}
	return list[0]
}

// saysStatus sets an answer with an HTTP status of its own.
func (s *scripted) saysStatus(path string, status int, body string) {
	s.says(path, fmt.Sprintf("HTTP %d %s", status, body))
}

// says sets the answers of a path, one a request; the last one stays.
func (s *scripted) says(path string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[path] = answers
}

func (s *scripted) refuses(path string, code int) { s.says(path, refusal(code)) }

func refusal(code int) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"some reason rid: %s"}`, code, refusalRID)
}

// requests takes what was asked since the last time, tokens aside.
func (s *scripted) requests() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []asked
	for _, a := range s.asked {
		if a.path != "/cgi-bin/stable_token" {
			list = append(list, a)
		}
	}
	s.asked = nil
	return list
}

// sent wants exactly one request since the last time, to this path, with the token and this JSON body;
// no body means GET.
func (s *scripted) sent(path, body string) asked {
	s.t.Helper()
	list := s.requests()
	if len(list) != 1 {
		s.t.Fatalf("%d requests, want 1: %v", len(list), list)
	}
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	a := list[0]
	if a.path != path || a.method != method || a.query.Get("access_token") != hiddenToken {
		s.t.Errorf("%s %s, want %s %s", a.method, a.path, method, path)
	}
	if !sameJSON(a.body, body) {
		s.t.Errorf("%s\n got %s\nwant %s", path, a.body, body)
	}
	if strings.Contains(a.body, `\u`) {
		s.t.Errorf("%s: escapes, which WeChat shows as they are: %s", path, a.body)
	}
	return a
}

func sameJSON(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// wants checks an error's class and code, and that it gives nothing away.
func (s *scripted) wants(err error, class wechat.Class, code int64) {
	s.t.Helper()
	if err == nil || wechat.ClassOf(err) != class || wechat.CodeOf(err) != code {
		s.t.Errorf("got %v, want class %s, code %d", err, class, code)
		return
	}
	if code != 0 && wechat.RIDOf(err) != refusalRID {
		s.t.Errorf("rid lost: %v", err)
	}
	s.hidesAll("error", err.Error())
}

func (s *scripted) wantsNone(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// wantsRefused wants an error for wrong arguments, and nothing sent.
func (s *scripted) wantsRefused(what string, err error) {
	s.t.Helper()
	s.mu.Lock()
	n := len(s.asked)
	s.mu.Unlock()
	if wechat.ClassOf(err) != wechat.ClassPayload || wechat.CodeOf(err) != 0 || n != 0 {
		s.t.Errorf("%s: %v, %d requests", what, err, n)
	}
	if err != nil {
		s.hidesAll("error", err.Error())
	}
}

func (s *scripted) logHidesAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidesAll("log", s.log.String())
}

func (s *scripted) hidesAll(where, text string) {
	s.t.Helper()
	for _, hidden := range []string{hiddenToken, hiddenSecret, hiddenText} {
		if strings.Contains(text, hidden) {
			s.t.Errorf("%s gives away %s: %s", where, hidden, text)
		}
	}
}
