package notify_test

import (
	"fmt"
	"testing"
	"time"

	"bangfu/service/model"
	"bangfu/service/notify"
)

// TestCodesOfQuestions sends one person more questions than there are codes. The answers of a question have codes of their
// own, and those of the latest questions mean nothing else; telling one again leaves it as it is.
func TestCodesOfQuestions(t *testing.T) {
	o := open(t)
	must(t, o.store.InsertIdentity(t.Context(), model.Identity{ID: "oa:x", Channel: model.ChannelOA, OpenID: "x", AccountID: "a"}))
	yesNo := []model.Choice{{Means: model.MeansYes, Command: "yes"}, {Means: model.MeansNo, Command: "no"}}
	const sent, atOnce = 20, 14 // 29 codes, two for each
	for i := range sent {
		o.turnTo(o.now().Add(time.Minute))
		for range 2 {
			n := notify.Notice{Key: fmt.Sprintf("q%02d", i), Text: "{1} {2}", Until: o.now().Add(time.Hour), Choices: yesNo}
			must(t, o.TellAccount(t.Context(), n, "a", "H-001"))
		}
	}
	open, err := o.Questions(t.Context(), "oa:x")
	must(t, err)
	if len(open) != sent {
		t.Fatalf("%d questions", len(open))
	}
	seen := map[string]string{}
	for i, m := range open {
		yes, no := m.Choices[0].Digit, m.Choices[1].Digit
		if yes == no || len(yes) != 2 || len(no) != 2 || m.Text != yes+" "+no {
			t.Errorf("%s: %q %q in %q", m.ID, yes, no, m.Text)
		}
		for _, code := range []string{yes, no} {
			if other, there := seen[code]; there && i >= sent-atOnce {
				t.Errorf("%s means %s and %s", code, other, m.ID)
			}
			if i >= sent-atOnce {
				seen[code] = m.ID
			}
		}
	}
}
