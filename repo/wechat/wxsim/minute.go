package wxsim

import "time"

// perMinute counts calls of one account in the running minute.
type perMinute struct {
	at   int64
	used map[string]int
}

// spend counts one call; limit 0 means unlimited. WeChat says 45009 for the limits of single endpoints
// and 45011 for what one person does.
func (m *perMinute) spend(path string, limit int, now time.Time) error {
	if limit == 0 {
		return nil
	}
	if at := now.Unix() / 60; at != m.at || m.used == nil {
		m.at, m.used = at, map[string]int{}
	}
	if m.used[path] >= limit {
		return fail(45009, "reach max api minute quota limit")
	}
	m.used[path]++
	return nil
}
