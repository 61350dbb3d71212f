package wxsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults are the ways the simulator can be told to misbehave.
type Faults struct {
	SlowMS         int            `json:"slow_ms"`          // every API call answers this late
	Status         int            `json:"status"`           // every API call answers with this HTTP status
	SystemBusy     int            `json:"system_busy"`      // the next n API calls answer -1
	RevokeTokens   bool           `json:"revoke_tokens"`    // at once: no token is known any more
	CutAfterAccept int            `json:"cut_after_accept"` // the next n sends take effect, the answer is lost
	Refuse         map[string]int `json:"refuse"`           // openid → error code of every send to them
	Spent          []string       `json:"spent"`            // API paths whose quota of the day is used up
	Callbacks      CallbackFaults `json:"callbacks"`

	Blocked []string `json:"blocked,omitempty"` // openids whose template messages end as failed:user block

	IPRefused    bool `json:"ip_refused"`    // every call for a token answers 40164
	SecretFrozen bool `json:"secret_frozen"` // every call for a token answers 40243

	MassFirst45065 int      `json:"mass_first_45065"`    // the next n mass messages go out, but the answer is 45065 with their id
	MassAdmin      int      `json:"mass_admin"`          // the next n mass messages wait for an administrator: 89505 with their id
	MassAgree      bool     `json:"mass_agree"`          // at once: the administrator agrees to all that wait
	MassRefused    int      `json:"mass_refused"`        // every mass message answers with this code, say 45028
	MassHold       bool     `json:"mass_hold"`           // mass/get says SENDING; what is sent meanwhile never gets its event
	MassEnd        string   `json:"mass_end"`            // mass messages reach nobody and end like this, say err(10001)
	Risky          []string `json:"risky,omitempty"`     // words that a check of content finds
	TagFails       []string `json:"tag_fails,omitempty"` // openids that cannot be tagged or untagged
}

// CallbackFaults are the ways callbacks can go wrong on their way to the back end.
type CallbackFaults struct {
	Duplicate int `json:"duplicate"` // the next n pushes arrive twice
	Lose      int `json:"lose"`      // the next n pushes never arrive
	LateMS    int `json:"late_ms"`   // every push starts this late
	Reorder   int `json:"reorder"`   // the next n pushes wait until another one has gone out
}

// take uses one of a counted fault. The caller holds Sim.mu.
func take(n *int) bool {
	if *n <= 0 {
		return false
	}
	*n--
	return true
}

// holdBack keeps a push for later. Whoever waits for its outcome is told so at once.
func (s *Sim) holdBack(p outgoing) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !take(&s.faults.Callbacks.Reorder) {
		return false
	}
	s.held = append(s.held, p)
	return true
}

// catchUp delivers what was held back, after the push that overtook it. What nothing overtakes is never
// delivered, and Close drops it.
func (s *Sim) catchUp() {
	s.mu.Lock()
	list := s.held
	s.held = nil
	s.mu.Unlock()
	for _, p := range list {
		if s.stopped.Err() != nil {
			return
		}
		_, _ = s.carry(p)
	}
}

// mayAskForTokens is byAppID for the calls that hand out tokens.
func (s *Sim) mayAskForTokens(appID, secret string) (*account, error) {
	a, err := s.byAppID(appID, secret)
	switch {
	case err != nil:
		return nil, err
	case s.faults.IPRefused:
		return nil, fail(40164, "invalid ip 10.0.0.1, not in whitelist")
	case s.faults.SecretFrozen:
		return nil, fail(40243, "appsecret has been frozen")
	}
	return a, nil
}

// stall waits out the "slow" fault and returns the forced HTTP status, 0 for none.
func (s *Sim) stall(r *http.Request) int {
	s.mu.Lock()
	slow, status := s.faults.SlowMS, s.faults.Status
	s.mu.Unlock()
	s.pause(r.Context().Done(), time.Duration(slow)*time.Millisecond)
	return status
}

// pause waits in real time, but not longer than the simulator or the caller lives.
func (s *Sim) pause(gone <-chan struct{}, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-gone:
	case <-s.stopped.Done():
	}
}

// setFaults stores the faults and carries out those that act at once. The caller holds s.mu.
func (s *Sim) setFaults(f Faults) {
	if f.RevokeTokens {
		s.oa.revoke()
		s.mp.revoke()
		f.RevokeTokens = false
	}
	if f.MassAgree {
		s.massAgree()
		f.MassAgree = false
	}
	for openID, code := range f.Refuse {
		if code == 0 {
			delete(f.Refuse, openID)
		}
	}
	s.faults = f
}

func (s *Sim) getFaults(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.copy(), nil
}

// copy shares nothing with the original and never shows a null.
func (f Faults) copy() Faults {
	refuse := map[string]int{}
	maps.Copy(refuse, f.Refuse)
	f.Refuse = refuse
	f.Blocked = slices.Clone(f.Blocked)
	f.Spent = append([]string{}, f.Spent...)
	f.Risky = slices.Clone(f.Risky)
	f.TagFails = slices.Clone(f.TagFails)
	return f
}

// postFaults changes the faults the body names and keeps the others; {} clears them all.
func (s *Sim) postFaults(_ *http.Request, in json.RawMessage) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults.copy()
	if fields := map[string]any{}; json.Unmarshal(in, &fields) != nil || len(fields) == 0 {
		f = Faults{}
	}
	dec := json.NewDecoder(strings.NewReader(orElse(string(in), "{}")))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, badRequest("faults: " + err.Error())
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return nil, badRequest("status must be an HTTP status")
	}
	s.setFaults(f)
	return s.faults.copy(), nil
}
