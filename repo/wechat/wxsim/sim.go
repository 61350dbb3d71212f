// Package wxsim plays WeChat on one machine: it serves the part of the WeChat HTTP API the back
// end uses, pushes signed callbacks to the back end, and has a page that looks like a phone.
// It is strict on purpose: what WeChat refuses, the simulator refuses with the same error code.
package wxsim

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// PushTimeout is how long WeChat waits for the answer to a callback.
const PushTimeout = 5 * time.Second

// forwardTimes is how many times as long the mini-program waits for the back end.
const forwardTimes = 3

// Account is one WeChat account (official account or mini-program) as the simulator knows it.
type Account struct {
	AppID       string
	Secret      string
	Token       string
	AESKey      string // EncodingAESKey, 43 characters; needed in safe mode
	OriginalID  string // gh_…, the ToUserName of every push
	Mode        string // "plain" or "safe"
	CallbackURL string // where pushes go; empty means the account has no server configured
}

// Tip is one line of help shown on the page.
type Tip struct {
	Title string   `json:"title"`
	Text  string   `json:"text"`
	Says  []string `json:"says,omitempty"` // what it names, each a button that says it
}

// Config is everything a Sim needs; the zero value of an optional field has a usable meaning.
type Config struct {
	OA, MP Account
	// AppURL is the base URL of the back end, for the mini-program view of the page.
	AppURL string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Turn moves the clock forward; nil means the clock cannot be turned.
	Turn func(d time.Duration)
	// Tips are optional lines shown on the page.
	Tips []Tip
	// PushTimeout is the wait for a callback's answer; 0 means PushTimeout, WeChat's 5 seconds.
	PushTimeout time.Duration
}

// Sim is a WeChat back end held in memory. It is safe for concurrent use.
type Sim struct {
	cfg     Config
	routes  map[string]route
	client  *http.Client // callbacks
	forward *http.Client // the mini-program's own requests
	hub     *hub

	stop    context.CancelFunc
	stopped context.Context
	pushes  sync.WaitGroup

	mu      sync.Mutex // guards everything below
	closed  bool
	oa, mp  *account
	people  map[string]*person
	order   []string
	seq     int64
	msgID   int64
	windows map[string]*window
	codes   map[string]*loginCode
	phones  map[string]*phoneCode
	menu    *menu
	tags    tagBook
	qr      map[string]qrCode
	faults  Faults
	calls   []Call

	templates map[kind][]Template
	consents  map[consentKey]consent
	once      map[onceKey]onceSent
	media     map[string]keptMedia
	mass      massBook
	held      []outgoing // pushes that the next one overtakes
	web       webLogins
	personal  []personalMenu
	tickets   map[string]jsTicket
	links     map[string]urlLink
	rids      map[string]failedCall
}

// New builds a simulator; nothing runs until its Handler is served.
func New(cfg Config) *Sim {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.PushTimeout <= 0 {
		cfg.PushTimeout = PushTimeout
	}
	s := &Sim{
		cfg:     cfg,
		client:  outgoingClient(cfg.PushTimeout),
		forward: outgoingClient(forwardTimes * cfg.PushTimeout),
		hub:     newHub(),
		oa:      newAccount(cfg.OA, kindOA),
		mp:      newAccount(cfg.MP, kindMP),
		people:  map[string]*person{},
		// The real clock, not the injected one: a restarted simulator must never repeat the id of
		// a message the back end has already stored, even when the demo clock starts over.
		msgID: time.Now().UnixNano(),
		tags:  newTagBook(),

		templates: map[kind][]Template{},
	}
	s.stopped, s.stop = context.WithCancel(context.Background())
	s.tickets = map[string]jsTicket{}
	s.forgetTraffic()
	s.routes = routeMap()
	return s
}

// outgoingClient never uses a proxy and never follows a redirect: WeChat does neither.
func outgoingClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// Close ends the live feeds and waits for pushes under way. Later pushes are refused.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.hub.close()
	s.pushes.Wait()
	s.client.CloseIdleConnections()
	s.forward.CloseIdleConnections()
}

// forgetTraffic empties what users and the back end did; people, tokens, menu and tags stay.
// The caller holds s.mu or is the only one to know s.
func (s *Sim) forgetTraffic() {
	s.windows = map[string]*window{}
	s.codes = map[string]*loginCode{}
	s.phones = map[string]*phoneCode{}
	s.qr = map[string]qrCode{}
	s.faults = Faults{}
	s.calls = nil
	s.consents = map[consentKey]consent{}
	s.once = map[onceKey]onceSent{}
	s.media = map[string]keptMedia{}
	s.mass = newMassBook()
	s.held = nil
	s.web = newWebLogins()
	s.links, s.rids = map[string]urlLink{}, map[string]failedCall{}
	for _, p := range s.people {
		p.chat = nil
		p.Following = p.atStart
		p.scene, p.logins, p.remark = "", 0, ""
		p.openedAt, p.sessionKey = time.Time{}, ""
		if !p.Following {
			p.tags = nil
		}
	}
	for _, a := range []*account{s.oa, s.mp} {
		a.used, a.minute = map[string]int{}, perMinute{}
		a.forced = nil
		a.cleared = 0
	}
}

func (s *Sim) now() time.Time { return s.cfg.Now() }

// beginPush registers a push with Close, or reports that the simulator is closed.
func (s *Sim) beginPush() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.pushes.Add(1)
	return true
}
