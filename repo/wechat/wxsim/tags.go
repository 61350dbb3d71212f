package wxsim

import (
	"slices"
	"unicode/utf8"
)

const (
	maxTags        = 100
	maxTagName     = 30
	maxTagsPerUser = 20
	maxTagBatch    = 50
)

type tag struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// tagBook holds the account's tags; ids 0 to 2 belong to WeChat, and made tags start at 100.
type tagBook struct {
	list []tag
	next int
}

func newTagBook() tagBook {
	return tagBook{list: []tag{{ID: 2, Name: "星标组"}}, next: 100}
}

func (b tagBook) has(id int) bool {
	return slices.ContainsFunc(b.list, func(t tag) bool { return t.ID == id })
}

func apiTagCreate(s *Sim, c *call) (any, error) {
	var in struct {
		Tag struct {
			Name string `json:"name"`
		} `json:"tag"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	name := in.Tag.Name
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxTagName:
		return nil, fail(45158, "tag name too long")
	case slices.ContainsFunc(s.tags.list, func(t tag) bool { return t.Name == name }):
		return nil, fail(45157, "invalid tag name")
	case len(s.tags.list) >= maxTags:
		return nil, fail(45056, "too many tag now, no need to add new")
	}
	t := tag{ID: s.tags.next, Name: name}
	s.tags.next++
	s.tags.list = append(s.tags.list, t)
	return map[string]any{"tag": map[string]any{"id": t.ID, "name": t.Name}}, nil
}

func apiTagGet(s *Sim, _ *call) (any, error) {
	list := slices.Clone(s.tags.list)
	for i := range list {
		for _, p := range s.people {
			if slices.Contains(p.tags, list[i].ID) {
				list[i].Count++
			}
		}
	}
	return map[string]any{"tags": list}, nil
}

func apiTagMembers(s *Sim, c *call) (any, error) {
	people, id, err := s.tagBatch(c)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if !slices.Contains(p.tags, id) && len(p.tags) >= maxTagsPerUser {
			return nil, fail(45059, "has too many tag, over the limit")
		}
	}
	people, err = s.taggedPart(people)
	for _, p := range people {
		if !slices.Contains(p.tags, id) {
			p.tags = append(p.tags, id)
		}
	}
	s.menusChanged()
	return done(), err
}

func apiUntagMembers(s *Sim, c *call) (any, error) {
	people, id, err := s.tagBatch(c)
	if err != nil {
		return nil, err
	}
	people, err = s.taggedPart(people)
	for _, p := range people {
		p.tags = slices.DeleteFunc(p.tags, func(t int) bool { return t == id })
	}
	s.menusChanged()
	return done(), err
}

// tagBatch reads and checks the body both batch calls share.
func (s *Sim) tagBatch(c *call) ([]*person, int, error) {
	var in struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int      `json:"tagid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, 0, err
	}
	if len(in.OpenIDs) == 0 || len(in.OpenIDs) > maxTagBatch {
		return nil, 0, fail(40032, "invalid openid list size")
	}
	if !s.tags.has(in.TagID) {
		return nil, 0, fail(45159, "invalid tag id")
	}
	var people []*person
	for _, openID := range in.OpenIDs {
		p := s.byOpenID(c.acct, openID)
		if p == nil {
			return nil, 0, fail(49003, "not match appid with openid")
		}
		if !p.Following {
			return nil, 0, fail(40003, "invalid openid")
		}
		people = append(people, p)
	}
	return people, in.TagID, nil
}

func apiTagsOfUser(s *Sim, c *call) (any, error) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	p := s.byOpenID(c.acct, in.OpenID)
	if p == nil {
		return nil, fail(40003, "invalid openid")
	}
	return map[string]any{"tagid_list": append([]int{}, p.tags...)}, nil
}
