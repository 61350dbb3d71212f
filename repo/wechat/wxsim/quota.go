package wxsim

// clearsPerMonth is how often an account may reset its own counters.
const clearsPerMonth = 10

func apiCallbackIP(*Sim, *call) (any, error) {
	return map[string]any{"ip_list": []string{"127.0.0.1"}}, nil
}

// apiClearQuota resets the day's counters of the calling account.
func apiClearQuota(_ *Sim, c *call) (any, error) {
	var in struct {
		AppID string `json:"appid"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.acct.AppID {
		return nil, fail(40013, "invalid appid")
	}
	if month := shanghai(c.now).Format("2006-01"); month != c.acct.month {
		c.acct.month, c.acct.cleared = month, 0
	}
	if c.acct.cleared >= clearsPerMonth {
		return nil, fail(48006, "forbid to clear quota because of reaching the limit")
	}
	c.acct.cleared++
	c.acct.used = map[string]int{}
	return done(), nil
}

// apiQuotaGet tells how much of an endpoint's day is used.
func apiQuotaGet(s *Sim, c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	rt, known := s.routes[in.Path]
	if !known || rt.kind&c.acct.kind == 0 {
		return nil, fail(76021, "cgi_path not found, please check")
	}
	used := c.acct.used[in.Path]
	return map[string]any{"errcode": 0, "errmsg": "ok", "quota": map[string]int{
		"daily_limit": rt.daily, "used": used, "remain": max(0, rt.daily-used),
	}}, nil
}
