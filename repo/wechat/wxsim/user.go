package wxsim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

// groups are the sorts of people the page lists.
var groups = []string{"household", "cadre", "stranger"}

// User is one WeChat user. The openids differ per account; the unionid joins them.
type User struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Group     string `json:"group"` // "household", "cadre" or "stranger"
	Note      string `json:"note"`
	OAOpenID  string `json:"oa_openid"`
	MPOpenID  string `json:"mp_openid"`
	UnionID   string `json:"unionid"`
	Following bool   `json:"following"`
}

// person is a user together with what WeChat keeps about them.
type person struct {
	User
	atStart     bool // Following as first added, restored by a reset
	subscribeAt time.Time
	scene       string // the QR scene they followed by
	chat        []Message
	tags        []int
	remark      string
	openedAt    time.Time // the mini-program, last
	sessionKey  string    // of that
	loginMinute int64
	logins      int
}

// AddUser adds a user, filling missing openids and unionid deterministically from the ID. Adding a
// known ID refreshes the words shown on the page and leaves ids and following as they are. Ids given by
// the caller must belong to one user only.
func (s *Sim) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = fmt.Sprintf("u%d", len(s.order)+1)
	}
	if p, ok := s.people[u.ID]; ok {
		p.describe(u)
		return p.User
	}
	if !slices.Contains(groups, u.Group) {
		u.Group = "stranger"
	}
	u.OAOpenID = orElse(u.OAOpenID, derivedID("oa", u.ID))
	u.MPOpenID = orElse(u.MPOpenID, derivedID("mp", u.ID))
	u.UnionID = orElse(u.UnionID, derivedID("union", u.ID))
	s.people[u.ID] = &person{User: u, atStart: u.Following, subscribeAt: s.now()}
	s.order = append(s.order, u.ID)
	return u
}

// taken reports whether an id of the new user already is somebody else's.
func (s *Sim) taken(u User) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(a, b string) bool { return a != "" && a == b }
	for _, p := range s.people {
		if p.ID != u.ID && (same(u.OAOpenID, p.OAOpenID) || same(u.MPOpenID, p.MPOpenID) || same(u.UnionID, p.UnionID)) {
			return true
		}
	}
	return false
}

func (p *person) describe(u User) {
	p.Name = orElse(u.Name, p.Name)
	p.Group = orElse(u.Group, p.Group)
	p.Note = orElse(u.Note, p.Note)
}

func orElse(v, fallback string) string {
	if v != "" {
		return v
	}
	return fallback
}

// derivedID is a 28-character id in the shape of a real openid.
func derivedID(label, id string) string {
	sum := sha256.Sum256([]byte(label + "\x00" + id))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
}

// byOpenID finds who has this openid at the account, nil when nobody has. The caller holds s.mu.
func (s *Sim) byOpenID(a *account, openID string) *person {
	for _, p := range s.people {
		if openID != "" && p.openID(a.kind) == openID {
			return p
		}
	}
	return nil
}

func (p *person) openID(k kind) string {
	if k == kindMP {
		return p.MPOpenID
	}
	return p.OAOpenID
}
