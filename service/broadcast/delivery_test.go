package broadcast_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// TestASlowBroadcastComesToItsEnd takes longer than a turn of a lane, in real time: at one a second a turn went through
// those who had it already, and was over before it came to anybody new. Another one is not held up by it.
func TestASlowBroadcastComesToItsEnd(t *testing.T) {
	c := newCrowd(t)
	slow := c.approved(t, doc{"rate": 1})
	c.do(slow, "start", c.office, doc{})
	c.someHaveIt(t, slow)
	quick := c.approved(t, only(households(3)...))
	c.do(quick, "start", c.office, doc{})
	c.until(t, quick, "finished")
	if b := c.broadcast(slow); b.State != "running" {
		t.Errorf("the slow one was %s when the quick one had ended", b.State)
	}
	if b := c.until(t, slow, "finished"); b.Counts["accepted"] != 36 {
		t.Errorf("%+v", b)
	}
	if got := c.got("household"); got[1] != 33 || got[2] != 3 {
		t.Errorf("households by messages: %v", got)
	}
}

// TestToldInTheMiniProgram: what a cadre told in person and notes with the visit in the mini-program settles the row of
// the broadcast, as it does in the chat.
func TestToldInTheMiniProgram(t *testing.T) {
	c := newCrowd(t)
	c.Faults(doc{"refuse": map[string]int{c.Person("h-001").OAOpenID: 43004}})
	id := c.approved(t, only("H-001"))
	c.do(id, "start", c.office, doc{})
	if b := c.until(t, id, "finished"); b.Counts["by_hand"] != 1 {
		t.Fatalf("%+v", b)
	}
	cadre := apptest.LeadOf(t, "H-001")
	token := c.LogIn(cadre)
	var month struct {
		Visits []struct {
			ToTell []struct{ ID, Text string } `json:"to_tell"`
		}
	}
	c.TurnTo("2018-01-03", 9)
	var told []string
	apptest.EventuallyAll(t, "the phone lists what to tell", func() bool {
		c.Must(http.MethodGet, "/mini/v1/month", token, nil, &month)
		for _, h := range month.Visits {
			for _, x := range h.ToTell {
				if strings.Contains(x.Text, "低保标准") {
					told = []string{x.ID}
				}
			}
		}
		return len(told) > 0
	})
	c.Must(http.MethodPost, "/mini/v1/visits", token, doc{
		"household_no": "H-001", "on": "2018-01-03", "items": []doc{{"kind": "policy_delivered", "count": 1, "text": "低保标准"}}, "client_key": "told-in-person", "told": told,
	}, nil)
	if b := c.broadcast(id); b.Counts["told"] != 1 || b.Counts["by_hand"] != 0 {
		t.Errorf("%+v", b.Counts)
	}
}

// TestThreeMinutesAtALowRate sends to all cadres and twice to all households at one a second, for three minutes of real
// time, on each Redis. That is too long for every run: TEST_REAL_TIME=1 asks for it.
func TestThreeMinutesAtALowRate(t *testing.T) {
	if os.Getenv("TEST_REAL_TIME") == "" {
		t.Skip("three minutes of real time: TEST_REAL_TIME=1 runs it")
	}
	apptest.EachRedis(t, func(t *testing.T, use apptest.Option, _ func(*apptest.Running)) {
		c := newCrowd(t, use)
		cadres := doc{"rate": 1, "audience": doc{"to": "cadres"}, "content": cadreContent}
		for _, x := range []struct {
			more doc
			want int
		}{{cadres, 110}, {doc{"rate": 1}, 36}, {doc{"rate": 1}, 36}} {
			id := c.approved(t, x.more)
			c.do(id, "start", c.office, doc{})
			if b := c.until(t, id, "finished"); b.Counts["accepted"] != x.want {
				t.Errorf("%d wanted: %+v", x.want, b)
			}
		}
	})
}
