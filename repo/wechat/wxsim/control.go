package wxsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// controlError is an error of the control API with its HTTP status.
type controlError struct {
	status int
	msg    string
}

func (e *controlError) Error() string { return e.msg }

func badRequest(msg string) error { return &controlError{http.StatusBadRequest, msg} }
func notFound(msg string) error   { return &controlError{http.StatusNotFound, msg} }
func conflict(msg string) error   { return &controlError{http.StatusConflict, msg} }

var errClosed = &controlError{http.StatusConflict, "the simulator is closed"}

// Handler serves the WeChat API, the control API under /sim/ and the page at /.
func (s *Sim) Handler() http.Handler {
	local := s.localRoutes()
	protected := localOnly(http.NewCrossOriginProtection().Handler(local))
	mux := http.NewServeMux()
	for _, prefix := range []string{"/cgi-bin/", "/sns/", "/wxa/", "/wxaapi/"} {
		mux.HandleFunc(prefix, s.serveAPI)
	}
	mux.HandleFunc("GET "+authorizePath, s.serveAuthorize)
	mux.HandleFunc("GET /cgi-bin/showqrcode", s.serveQRCode)
	mux.Handle("/", protected)
	return mux
}

func (s *Sim) localRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /sim/info", control(s.info))
	mux.Handle("GET /sim/users", control(s.listUsers))
	mux.Handle("POST /sim/users", control(s.addUser))
	for name, do := range actions() {
		mux.Handle("POST /sim/users/{id}/"+name, control(func(r *http.Request, in actionInput) (any, error) {
			return s.act(r, do, in)
		}))
	}
	mux.Handle("POST /sim/users/{id}/login-code", control(s.loginCode))
	mux.Handle("POST /sim/users/{id}/phone-code", control(s.phoneCode))
	mux.Handle("POST /sim/users/{id}/web", control(s.openWeb))
	mux.Handle("GET /sim/users/{id}/menu", control(s.personMenu))
	mux.Handle("GET /sim/users/{id}/messages", control(s.messages))
	mux.Handle("GET /sim/users/{id}/consents", control(s.consentsOf))
	mux.Handle("POST /sim/users/{id}/consent", control(s.consent))
	mux.Handle("POST /sim/users/{id}/consent-change", control(s.consentChange))
	mux.Handle("POST /sim/templates", control(s.addTemplate))
	mux.Handle("POST /sim/users/{id}/mini", control(s.miniRequest))
	mux.Handle("GET /sim/menu", control(s.currentMenu))
	mux.Handle("GET /sim/calls", control(s.listCalls))
	mux.Handle("POST /sim/verify", control(s.verifyURL))
	mux.Handle("POST /sim/reset", control(s.reset))
	mux.Handle("GET /sim/faults", control(s.getFaults))
	mux.Handle("POST /sim/faults", control(s.postFaults))
	mux.Handle("GET /sim/clock", control(s.getClock))
	mux.Handle("POST /sim/clock", control(s.turnClock))
	mux.HandleFunc("GET /sim/events", s.serveEvents)
	mux.Handle("GET /", pageHandler())
	return mux
}

// localOnly refuses other Host names, so that a web page elsewhere cannot reach the simulator by
// pointing its own name at this machine.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !slices.Contains([]string{"localhost", "127.0.0.1", "::1", "[::1]"}, host) {
			writeControl(w, http.StatusForbidden, map[string]string{"error": "only reachable as localhost"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// none is the input of calls without a body.
type none struct{}

// control turns a typed function into a handler. Unknown fields are refused: a misspelt field in a
// test would otherwise silently test nothing.
func control[T any](fn func(r *http.Request, in T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAPIBody))
		if err == nil && len(bytes.TrimSpace(body)) > 0 {
			dec := json.NewDecoder(bytes.NewReader(body))
			dec.DisallowUnknownFields()
			err = decodeOne(dec, &in)
		}
		if err != nil {
			writeControl(w, http.StatusBadRequest, map[string]string{"error": "body: " + err.Error()})
			return
		}
		out, err := fn(r, in)
		if err != nil {
			writeControlError(w, err)
			return
		}
		writeControl(w, http.StatusOK, out)
	}
}

// decodeOne reads exactly one value.
func decodeOne(dec *json.Decoder, v any) error {
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the JSON value")
	}
	return nil
}

func writeControlError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var e *controlError
	if errors.As(err, &e) {
		status = e.status
	}
	writeControl(w, status, map[string]string{"error": err.Error()})
}

func writeControl(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
}

// withPerson runs fn under the lock with the user the path names.
func (s *Sim) withPerson(r *http.Request, fn func(p *person) (any, error)) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.people[r.PathValue("id")]
	if !known {
		return nil, notFound("no such user")
	}
	return fn(p)
}

// info is what the page needs to draw its first view; it holds no secret.
func (s *Sim) info(*http.Request, none) (any, error) {
	describe := func(a *account) map[string]any {
		return map[string]any{
			"app_id": a.AppID, "original_id": a.OriginalID, "mode": orElse(a.Mode, "plain"),
			"callback_url": a.CallbackURL,
		}
	}
	return map[string]any{
		"oa": describe(s.oa), "mp": describe(s.mp), "app_url": s.cfg.AppURL,
		"tips": append([]Tip{}, s.cfg.Tips...),
	}, nil
}

func (s *Sim) listUsers(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users := []User{}
	for _, id := range s.order {
		users = append(users, s.people[id].User)
	}
	return map[string]any{"users": users}, nil
}

func (s *Sim) addUser(_ *http.Request, u User) (any, error) {
	if u.Group != "" && !slices.Contains(groups, u.Group) {
		return nil, badRequest("group must be household, cadre or stranger")
	}
	if strings.ContainsAny(u.ID, "/?#") {
		return nil, badRequest("id must not contain / ? #")
	}
	if s.taken(u) {
		return nil, conflict("openid or unionid belongs to another user")
	}
	added := s.AddUser(u)
	s.hub.send(feed{name: "user", data: added})
	return added, nil
}

func (s *Sim) loginCode(r *http.Request, _ none) (any, error) {
	return s.withPerson(r, func(p *person) (any, error) {
		return map[string]string{"code": s.newLoginCode(p)}, nil
	})
}

type phoneInput struct {
	Phone string `json:"phone"`
}

func (s *Sim) phoneCode(r *http.Request, in phoneInput) (any, error) {
	if in.Phone == "" {
		return nil, badRequest("phone is missing")
	}
	return s.withPerson(r, func(p *person) (any, error) {
		return map[string]string{"code": s.newPhoneCode(p, in.Phone)}, nil
	})
}

// messages reads a chat; with wait it blocks until there is something to read.
func (s *Sim) messages(r *http.Request, _ none) (any, error) {
	in, err := readMessagesInput(r)
	if err != nil {
		return nil, err
	}
	// Subscribed before reading, so that no message can slip between the two.
	news := s.hub.subscribe()
	defer s.hub.unsubscribe(news)
	timeout := time.NewTimer(in.wait)
	defer timeout.Stop()
	for {
		list, err := s.chat(r, in.after)
		if err != nil || len(list) > 0 || in.wait == 0 {
			return map[string]any{"messages": list}, err
		}
		select {
		case _, open := <-news:
			if !open { // cut off or closing: the caller asks again
				in.wait = 0
			}
		case <-timeout.C:
			in.wait = 0
		case <-r.Context().Done():
			in.wait = 0
		}
	}
}

func (s *Sim) chat(r *http.Request, after int64) (list []Message, err error) {
	_, err = s.withPerson(r, func(p *person) (any, error) {
		list = p.chatAfter(after)
		return nil, nil
	})
	return list, err
}

func (s *Sim) currentMenu(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accountMenu(), nil
}

func (s *Sim) listCalls(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"calls": append([]Call{}, s.calls...)}, nil
}

func (s *Sim) reset(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetTraffic()
	s.hub.send(feed{name: "reset", data: none{}})
	return map[string]bool{"ok": true}, nil
}
