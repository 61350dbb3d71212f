package wxsim

import (
	"net/http"
	"time"
)

type clockAnswer struct {
	Now     time.Time `json:"now"`
	CanTurn bool      `json:"can_turn"`
}

func (s *Sim) getClock(*http.Request, none) (any, error) {
	return clockAnswer{Now: s.now(), CanTurn: s.cfg.Turn != nil}, nil
}

type turnInput struct {
	Turn string `json:"turn"`
	To   string `json:"to"`
}

// turnClock moves the clock forward by a duration or to an instant.
func (s *Sim) turnClock(_ *http.Request, in turnInput) (any, error) {
	if s.cfg.Turn == nil {
		return nil, conflict("the clock cannot be turned")
	}
	d, err := in.distance(s.now())
	if err != nil {
		return nil, err
	}
	// Not under the lock: turning may run the back end's jobs, and those call the simulator.
	s.cfg.Turn(d)
	answer := clockAnswer{Now: s.now(), CanTurn: true}
	s.hub.send(feed{name: "clock", data: answer})
	return answer, nil
}

func (in turnInput) distance(now time.Time) (time.Duration, error) {
	var d time.Duration
	switch {
	case in.Turn != "" && in.To == "":
		parsed, err := time.ParseDuration(in.Turn)
		if err != nil {
			return 0, badRequest("turn must be a duration such as 24h")
		}
		d = parsed
	case in.To != "" && in.Turn == "":
		to, err := time.Parse(time.RFC3339, in.To)
		if err != nil {
			return 0, badRequest("to must be an RFC 3339 time")
		}
		d = to.Sub(now)
	default:
		return 0, badRequest("give either turn or to")
	}
	if d <= 0 {
		return 0, badRequest("the clock only turns forward")
	}
	return d, nil
}
