package notify_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// lateAnswer makes an answer to h-001 late, so that it goes out as a message, and returns its id.
func lateAnswer(t *testing.T, r *apptest.Running, msgID string) string {
	t.Helper()
	openID := r.Person("h-001").OAOpenID
	release := r.HoldPerson(openID)
	r.Act("h-001", "text", map[string]string{"content": "我家", "msg_id": msgID})
	release()
	return "late:" + model.Opaque("push", model.Inbound{Channel: model.ChannelOA, OpenID: openID, Type: "text", MsgID: msgID}.Key())
}

func stateOf(t *testing.T, r *apptest.Running, id string) func() model.MessageState {
	return func() model.MessageState {
		m, err := r.Store().Message(t.Context(), id)
		if err != nil {
			return ""
		}
		return m.State
	}
}

// TestWhatBecomesOfARefusedMessage lets WeChat refuse with each class of code.
func TestWhatBecomesOfARefusedMessage(t *testing.T) {
	r := apptest.Boot(t, apptest.Budget(time.Nanosecond))
	openID := r.Person("h-001").OAOpenID
	cases := []struct {
		code  int
		state model.MessageState
	}{
		{48002, model.MessageByHand}, // the person blocks messages
		{45015, model.MessageByHand}, // the window is closed
		{45002, model.MessageFailed}, // our message is wrong
		{45065, model.MessageAccepted},
		{48001, model.MessageByHand}, // our account may not, and the answer does not live until that is mended
	}
	for i, c := range cases {
		r.Faults(map[string]any{"refuse": map[string]int{openID: c.code}})
		id := lateAnswer(t, r, fmt.Sprint(9000+i))
		apptest.Eventually(t, fmt.Sprintf("%d leads to %s", c.code, c.state), func() bool {
			m, err := r.Store().Message(t.Context(), id)
			return err == nil && m.State == c.state && m.ErrCode == int64(c.code)
		})
		m, err := r.Store().Message(t.Context(), id)
		if err != nil || m.Attempts != 1 || m.ErrCode != int64(c.code) {
			t.Errorf("%d: %d attempts, code %d, %v", c.code, m.Attempts, m.ErrCode, err)
		}
	}
}

// TestAnUnknownOutcomeIsNeverSentAgain cuts the connection after WeChat took the message.
func TestAnUnknownOutcomeIsNeverSentAgain(t *testing.T) {
	r := apptest.Boot(t, apptest.Budget(time.Nanosecond))
	r.Faults(map[string]any{"cut_after_accept": 1})
	id := lateAnswer(t, r, "9100")
	state := stateOf(t, r, id)
	apptest.Eventually(t, "the outcome is unknown", func() bool { return state() == model.MessageUnknown })
	for range 5 {
		r.Clock.Advance(time.Hour)
	}
	apptest.Eventually(t, "nothing is left to do", func() bool {
		n, err := r.Store().CountJobs(t.Context())
		return err == nil && n == 0
	})
	if n := r.CustomMessages("h-001"); n != 1 {
		t.Errorf("%d messages arrived", n)
	}
	// A person asks the household and says how it was.
	office := r.Office("one")
	r.Must(http.MethodPost, "/staff/v1/messages/resolve", office, map[string]any{"id": id, "arrived": true}, nil)
	if state() != model.MessageArrived {
		t.Errorf("it is %s", state())
	}
	r.Refused(409, "message_state", http.MethodPost, "/staff/v1/messages/resolve", office, map[string]any{"id": id, "arrived": false})
}

// TestAStaleAnswerIsNotSent comes back after WeChat was away longer than the answer is worth.
func TestAStaleAnswerIsNotSent(t *testing.T) {
	r := apptest.Boot(t, apptest.Budget(time.Nanosecond))
	r.Faults(map[string]any{"system_busy": 1})
	state := stateOf(t, r, lateAnswer(t, r, "9200"))
	apptest.Eventually(t, "it waits", func() bool { return state() == model.MessageQueued })
	r.Clock.Advance(11 * time.Minute)
	apptest.Eventually(t, "it has expired", func() bool { return state() == model.MessageExpired })
	if n := r.CustomMessages("h-001"); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
}
