package wxsim

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// maxAPIBody bounds what one API call may send.
const maxAPIBody = 1 << 20

// maxCalls is how many calls GET /sim/calls remembers.
const maxCalls = 1000

// apiError is a WeChat error; the rid is added when it is written.
type apiError struct {
	code int
	msg  string
	rid  string
	more map[string]any // what some refusals hold besides
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.code, e.msg) }

func fail(code int, msg string) error { return &apiError{code: code, msg: msg} }

// Call is one WeChat API call the simulator received, without its query: that carries secrets.
type Call struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Account string    `json:"account,omitempty"` // "oa" or "mp" once known
	Status  int       `json:"status"`
	ErrCode int       `json:"errcode"`
}

// call is one API request on its way through the checks; it is handled under Sim.mu.
type call struct {
	route route
	acct  *account
	query url.Values
	body  []byte
	now   time.Time
	after []outgoing // pushes that follow the answer

	header http.Header // a file's form names its boundary there
}

type apiFunc func(s *Sim, c *call) (any, error)

// ok is the answer of calls that return nothing else.
type ok struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func done() ok { return ok{ErrMsg: "ok"} }

// serveAPI answers one WeChat API call. WeChat answers HTTP 200 even to nonsense.
func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAPIBody))
	if err != nil {
		writeAPI(w, fail(45001, "request body too large"), nil)
		return
	}
	status := s.stall(r)
	if status != 0 && status != http.StatusOK {
		s.record(r, nil, status, 0)
		http.Error(w, "<html><body>gateway error</body></html>", status)
		return
	}
	s.mu.Lock()
	c := &call{query: r.URL.Query(), body: body, header: r.Header, now: s.now()}
	answer, err := s.dispatch(r, c)
	s.note(r, c, err)
	cut := err == nil && c.route.sends && take(&s.faults.CutAfterAccept)
	s.mu.Unlock()
	s.record(r, c.acct, http.StatusOK, codeOf(err))
	defer func() { s.pushAfter(c.after) }()
	if cut {
		// The call took effect, but its answer never arrives: the outcome is unknown to the caller.
		panic(http.ErrAbortHandler)
	}
	writeAPI(w, err, answer)
}

// dispatch runs the checks in WeChat's order and then the endpoint.
func (s *Sim) dispatch(r *http.Request, c *call) (any, error) {
	if take(&s.faults.SystemBusy) {
		return nil, fail(-1, "system error")
	}
	var known bool
	if c.route, known = s.routes[r.URL.Path]; !known {
		return nil, fail(40066, "invalid url")
	}
	if !c.route.open {
		if err := s.admit(c); err != nil {
			return nil, err
		}
	}
	if c.route.method == http.MethodPost {
		if err := checkPost(r.Method, c.body, c.route.file); err != nil {
			return nil, err
		}
	}
	return c.route.handle(s, c)
}

// admit checks token, kind of account and quota.
func (s *Sim) admit(c *call) (err error) {
	a, err := s.authorise(c.query.Get("access_token"), c.now)
	c.acct = a
	if err != nil {
		return err
	}
	if a.kind&c.route.kind == 0 {
		if a.kind == kindMP {
			return fail(45103, "This API has been unsupported")
		}
		return fail(48001, "api unauthorized")
	}
	return s.spend(c, a)
}

func checkPost(method string, body []byte, file bool) error {
	switch body = bytes.TrimSpace(body); {
	case method != http.MethodPost:
		return fail(43002, "require POST method")
	case file:
		return nil
	case len(body) == 0:
		return fail(44002, "empty post data")
	case body[0] != '{' || !json.Valid(body):
		return fail(47001, "data format error")
	}
	return nil
}

// spend names the account of the call and counts it against that account's quota.
func (s *Sim) spend(c *call, a *account) error {
	c.acct = a
	if slices.Contains(s.faults.Spent, c.route.path) {
		return quotaReached()
	}
	if err := a.minute.spend(c.route.path, c.route.minute, c.now); err != nil {
		return err
	}
	return a.spend(c.route.path, c.route.daily, c.now)
}

// bind reads the JSON body; a value of the wrong type is a format error too.
func (c *call) bind(v any) error {
	if json.Unmarshal(c.body, v) != nil {
		return fail(47001, "data format error")
	}
	return nil
}

func (s *Sim) record(r *http.Request, a *account, status, code int) {
	entry := Call{At: s.now(), Method: r.Method, Path: r.URL.Path, Status: status, ErrCode: code}
	if a != nil {
		entry.Account = a.kind.String()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, entry)
	if len(s.calls) > maxCalls {
		s.calls = append([]Call{}, s.calls[len(s.calls)-maxCalls/2:]...)
	}
	s.hub.send(feed{name: "call", data: entry})
}

func codeOf(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return 0
}

// writeAPI writes an answer, or an error body with the rid WeChat appends.
func writeAPI(w http.ResponseWriter, err error, answer any) {
	var e *apiError
	if errors.As(err, &e) {
		answer = e.body(orElse(e.rid, newRID()))
	}
	if p, drawn := answer.(picture); drawn {
		p.write(w)
		return
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(answer)
	// Not "charset": the real servers write it this way, and clients must cope.
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_, _ = w.Write(bytes.TrimRight(buf.Bytes(), "\n"))
}

// body is the error as WeChat writes it.
func (e *apiError) body(rid string) any {
	plain := ok{ErrCode: e.code, ErrMsg: e.msg + " rid: " + rid}
	if len(e.more) == 0 {
		return plain
	}
	all := map[string]any{"errcode": plain.ErrCode, "errmsg": plain.ErrMsg}
	maps.Copy(all, e.more)
	return all
}

func newRID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:16] + "-" + h[16:]
}
