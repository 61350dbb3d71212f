package wxsim

import "slices"

const (
	maxPage      = 10000 // openids on a page of a list
	maxUserBatch = 100
	maxRemark    = 29 // bytes
)

// followers are the openids of those who follow and match, in the order in which they were added.
func (s *Sim) followers(match func(p *person) bool) []string {
	var ids []string
	for _, id := range s.order {
		if p := s.people[id]; p.Following && match(p) {
			ids = append(ids, p.OAOpenID)
		}
	}
	return ids
}

// idPage is a page of a list of people.
type idPage []string

// pageOf is the page after next; the page after the last one is empty.
func pageOf(ids []string, next string) (idPage, error) {
	if next != "" {
		at := slices.Index(ids, next)
		if at < 0 {
			return nil, fail(40003, "invalid openid")
		}
		ids = ids[at+1:]
	}
	return ids[:min(len(ids), maxPage)], nil
}

// answer has no data when the page is empty, as WeChat's.
func (p idPage) answer() map[string]any {
	if len(p) == 0 {
		return map[string]any{"count": 0, "next_openid": ""}
	}
	return map[string]any{"count": len(p), "data": map[string]any{"openid": p}, "next_openid": p[len(p)-1]}
}

// apiUserGet lists the followers.
func apiUserGet(s *Sim, c *call) (any, error) {
	ids := s.followers(func(*person) bool { return true })
	page, err := pageOf(ids, c.query.Get("next_openid"))
	if err != nil {
		return nil, err
	}
	answer := page.answer()
	answer["total"] = len(ids)
	return answer, nil
}

// apiUserBatch is user/info for many; one openid that is nobody's spoils the call.
func apiUserBatch(s *Sim, c *call) (any, error) {
	var in struct {
		List []struct {
			OpenID string `json:"openid"`
		} `json:"user_list"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if len(in.List) == 0 || len(in.List) > maxUserBatch {
		return nil, fail(40032, "invalid openid list size")
	}
	var list []any
	for _, u := range in.List {
		p := s.byOpenID(c.acct, u.OpenID)
		if p == nil {
			return nil, fail(40003, "invalid openid")
		}
		list = append(list, p.info())
	}
	return map[string]any{"user_info_list": list}, nil
}

// apiRemark keeps the account's own name for a follower.
func apiRemark(s *Sim, c *call) (any, error) {
	var in struct {
		OpenID string `json:"openid"`
		Remark string `json:"remark"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	p := s.byOpenID(c.acct, in.OpenID)
	if p == nil || !p.Following {
		return nil, fail(40003, "invalid openid")
	}
	if len(in.Remark) > maxRemark {
		return nil, fail(40035, "invalid parameter") // the code is a guess, the length is WeChat's
	}
	p.remark = in.Remark
	return done(), nil
}
