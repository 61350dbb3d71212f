package wxsim

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// looseID is a number that WeChat takes, and at times gives, as a string.
type looseID int64

// UnmarshalJSON takes 134 and "134"; "" is 0.
func (n *looseID) UnmarshalJSON(raw []byte) (err error) {
	v := strings.Trim(string(raw), `"`)
	if v == "" || v == "null" {
		return nil
	}
	var i int64
	i, err = strconv.ParseInt(v, 10, 64)
	*n = looseID(i)
	return err
}

// matchRule says whose menu it is. Rules by sex, place and language ended, so the tag is what is left.
type matchRule struct {
	TagID string `json:"tag_id"`
}

// personalMenu is a menu for the people with a tag.
type personalMenu struct {
	Buttons []button  `json:"button"`
	Rule    matchRule `json:"matchrule"`
	ID      int64     `json:"menuid"`
	tagID   int
}

// apiMenuAdd adds a menu for the people with a tag; the account must have one for the others.
func apiMenuAdd(s *Sim, c *call) (any, error) {
	if bytes.Contains(c.body, []byte(`\u`)) {
		return nil, fail(40033, `invalid charset. please check your request, if include \uxxxx will create fail!`)
	}
	var in struct {
		Buttons []button `json:"button"`
		Rule    struct {
			TagID looseID `json:"tag_id"`
		} `json:"matchrule"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if err := checkMenu(in.Buttons); err != nil {
		return nil, err
	}
	tagID := int(in.Rule.TagID)
	switch {
	case s.menu == nil:
		return nil, fail(65303, "there is no selfmenu, please create selfmenu first")
	case tagID == 0:
		return nil, fail(65304, "match rule empty")
	case !s.tags.has(tagID):
		return nil, fail(40152, "invalid tag id")
	}
	s.msgID++
	m := personalMenu{Buttons: in.Buttons, Rule: matchRule{strconv.Itoa(tagID)}, ID: s.msgID, tagID: tagID}
	s.personal = slices.Insert(s.personal, 0, m) // newest first: so WeChat looks through them
	s.menusChanged()
	return map[string]string{"menuid": strconv.FormatInt(m.ID, 10)}, nil
}

// apiMenuRemove takes one of these menus away.
func apiMenuRemove(s *Sim, c *call) (any, error) {
	var in struct {
		ID looseID `json:"menuid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.personal, func(m personalMenu) bool { return m.ID == int64(in.ID) })
	if i < 0 {
		return nil, fail(65301, "not exist this menuid")
	}
	s.personal = slices.Delete(s.personal, i, i+1)
	s.menusChanged()
	return done(), nil
}

// apiMenuTry tells which menu a person sees.
func apiMenuTry(s *Sim, c *call) (any, error) {
	var in struct {
		User string `json:"user_id"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	p := s.byOpenID(c.acct, in.User)
	if p == nil || !p.Following {
		return nil, fail(65302, "there is no match user")
	}
	if s.menu == nil {
		return nil, fail(46003, "menu no exist")
	}
	return map[string]any{"button": s.menuFor(p).Buttons}, nil
}

// menuFor is the menu on a person's phone, which has no buttons when there is none. The caller holds s.mu.
func (s *Sim) menuFor(p *person) menu {
	for _, m := range s.personal { // none without an account's menu
		if slices.Contains(p.tags, m.tagID) {
			return menu{Buttons: m.Buttons, ID: m.ID, personal: true}
		}
	}
	return s.accountMenu()
}

// accountMenu is the menu of those without a tag. The caller holds s.mu.
func (s *Sim) accountMenu() menu {
	if s.menu == nil {
		return menu{Buttons: []button{}}
	}
	return *s.menu
}

// menusChanged shows open pages the account's menu; for their own person's they ask. The caller holds s.mu.
func (s *Sim) menusChanged() { s.hub.send(feed{name: "menu", data: s.accountMenu()}) }

// personMenu is GET /sim/users/{id}/menu, the menu on one phone.
func (s *Sim) personMenu(r *http.Request, _ none) (any, error) {
	return s.withPerson(r, func(p *person) (any, error) { return s.menuFor(p), nil })
}
