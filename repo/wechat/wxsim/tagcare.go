package wxsim

import (
	"slices"
	"unicode/utf8"
)

// tagInput is the body of the calls about one tag.
type tagInput struct {
	Tag struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	} `json:"tag"`
}

// ownTag finds the tag a call wants to change; WeChat keeps 0 to 2 for itself.
func (s *Sim) ownTag(id int) (*tag, error) {
	if id >= 0 && id <= 2 {
		return nil, fail(45058, "can't modify sys tag")
	}
	i := slices.IndexFunc(s.tags.list, func(t tag) bool { return t.ID == id })
	if i < 0 {
		return nil, fail(45159, "invalid tag id")
	}
	return &s.tags.list[i], nil
}

func apiTagUpdate(s *Sim, c *call) (any, error) {
	var in tagInput
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	t, err := s.ownTag(in.Tag.ID)
	if err != nil {
		return nil, err
	}
	name := in.Tag.Name
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxTagName:
		return nil, fail(45158, "tag name too long")
	case slices.ContainsFunc(s.tags.list, func(o tag) bool { return o.Name == name && o.ID != t.ID }):
		return nil, fail(45157, "invalid tag name")
	}
	t.Name = name
	return done(), nil
}

// apiTagDelete takes the tag from everybody. A menu that goes by it stays, and nobody sees it.
func apiTagDelete(s *Sim, c *call) (any, error) {
	var in tagInput
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if _, err := s.ownTag(in.Tag.ID); err != nil {
		return nil, err
	}
	s.tags.list = slices.DeleteFunc(s.tags.list, func(t tag) bool { return t.ID == in.Tag.ID })
	for _, p := range s.people {
		p.tags = slices.DeleteFunc(p.tags, func(id int) bool { return id == in.Tag.ID })
	}
	s.menusChanged()
	return done(), nil
}

// apiTagPeople lists the people with a tag, a page at a time.
func apiTagPeople(s *Sim, c *call) (any, error) {
	var in struct {
		TagID int    `json:"tagid"`
		Next  string `json:"next_openid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if !s.tags.has(in.TagID) {
		return nil, fail(45159, "invalid tag id")
	}
	ids := s.followers(func(p *person) bool { return slices.Contains(p.tags, in.TagID) })
	page, err := pageOf(ids, in.Next)
	if err != nil {
		return nil, err
	}
	return page.answer(), nil
}

// taggedPart keeps out those whom the fault "tag_fails" names; the others get the tag all the same.
func (s *Sim) taggedPart(people []*person) (rest []*person, err error) {
	var failed []string
	for _, p := range people {
		if slices.Contains(s.faults.TagFails, p.OAOpenID) {
			failed = append(failed, p.OAOpenID)
			continue
		}
		rest = append(rest, p)
	}
	if len(failed) > 0 {
		err = &apiError{code: 45171, msg: "some openid tag fail", more: map[string]any{"fail_openid_list": failed}}
	}
	return rest, err
}
