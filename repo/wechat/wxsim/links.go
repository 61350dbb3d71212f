package wxsim

import (
	"strings"
	"time"
)

const (
	maxLinkQuery = 1024
	maxLinkLife  = 30 * 24 * time.Hour
	linkVisits   = 3000000 // visits of all links a day
)

// linkPage is where a link leads.
type linkPage struct {
	Path  string `json:"path"`
	Query string `json:"query"`
	Env   string `json:"env_version"`
}

// linkExpiry is when it ends: type 0 at a time, type 1 after some days.
type linkExpiry struct {
	Type     int   `json:"expire_type"`
	Time     int64 `json:"expire_time"`
	Interval int64 `json:"expire_interval"`
}

// urlLink is a web address that opens the mini-program.
type urlLink struct {
	linkPage
	AppID   string `json:"appid"`
	Created int64  `json:"create_time"`
	Expires int64  `json:"expire_time"`
}

func (p linkPage) check() error {
	switch {
	case strings.Contains(p.Path, "?") || !releasedPage(strings.TrimPrefix(p.Path, "/")):
		return fail(40165, "invalid weapp pagepath")
	case len(p.Query) > maxLinkQuery || strings.ContainsAny(p.Query, " \n\"<>"):
		return fail(40212, "invalid query")
	case !knownStage(p.Env):
		return fail(40097, "invalid args")
	}
	return nil
}

// end is when the link ends, a minute to 30 days from now.
func (e linkExpiry) end(now time.Time) (int64, error) {
	end := time.Unix(e.Time, 0)
	switch e.Type {
	case 0:
	case 1:
		if e.Interval < 1 || e.Interval > 30 { // before the sum, which could overflow
			return 0, badLinkLife()
		}
		end = now.Add(time.Duration(e.Interval) * 24 * time.Hour)
	default:
		return 0, fail(40097, "invalid args")
	}
	if end.Before(now.Add(time.Minute)) || end.After(now.Add(maxLinkLife)) {
		return 0, badLinkLife()
	}
	return end.Unix(), nil
}

func badLinkLife() error { return fail(85401, "time limited between 1min and 30days") }

func apiURLLink(s *Sim, c *call) (any, error) {
	var in struct {
		linkPage
		linkExpiry
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if err := in.linkPage.check(); err != nil {
		return nil, err
	}
	end, err := in.linkExpiry.end(c.now)
	if err != nil {
		return nil, err
	}
	link := "https://wxaurl.cn/" + randomText(11)
	s.links[link] = urlLink{linkPage: in.linkPage, AppID: c.acct.AppID, Created: c.now.Unix(), Expires: end}
	return map[string]any{"errcode": 0, "errmsg": "ok", "url_link": link}, nil
}

// apiURLLinkQuery tells what a link leads to; type 1 asks for the visits left alone.
func apiURLLinkQuery(s *Sim, c *call) (any, error) {
	var in struct {
		Link string `json:"url_link"`
		Type int    `json:"query_type"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	answer := map[string]any{"errcode": 0, "errmsg": "ok", "quota_info": map[string]int{"remain_visit_quota": linkVisits}}
	if in.Type == 1 {
		return answer, nil
	}
	link, known := s.links[in.Link]
	if !known || in.Type != 0 {
		return nil, fail(40097, "invalid args")
	}
	answer["url_link_info"] = link
	return answer, nil
}

// apiScheme makes an address that opens the mini-program from another app.
func apiScheme(_ *Sim, c *call) (any, error) {
	var in struct {
		Jump   linkPage `json:"jump_wxa"`
		Expire bool     `json:"is_expire"`
		linkExpiry
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if err := in.Jump.check(); err != nil {
		return nil, err
	}
	if in.Expire { // otherwise it lives as long as one may, which is 30 days too
		if _, err := in.linkExpiry.end(c.now); err != nil {
			return nil, err
		}
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "openlink": "weixin://dl/business/?t=" + randomText(11)}, nil
}
