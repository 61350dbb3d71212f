package visit_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// digests are the day's messages to the cadre, once each has an outcome.
func digests(t *testing.T, r *apptest.Running, cadre string, want int) (texts []string) {
	t.Helper()
	apptest.EventuallyAll(t, fmt.Sprintf("%d messages of the day", want), func() bool {
		texts = nil
		list, err := r.Store().MessagesUnder(t.Context(), "need:")
		for _, m := range list {
			if m.State == model.MessageQueued || m.State == model.MessageSending {
				return false
			}
			if strings.HasSuffix(m.ID, ":"+strings.ToUpper(cadre)) {
				texts = append(texts, m.Text)
			}
		}
		return err == nil && len(texts) == want
	})
	return texts
}

// TestNineNeedsAreTwoMessages: of the difficulties of a day the cadre hears the first at once and the others together the
// next morning, each once, those that have been seen to meanwhile not at all.
func TestNineNeedsAreTwoMessages(t *testing.T) {
	r, office, _ := aidMonth(t)
	lead := apptest.LeadOf(t, "H-001")
	r.TurnTo("2018-01-15", 10)
	for i := range 9 {
		r.Must(http.MethodPost, "/staff/v1/needs", office, doc{
			"client_key": fmt.Sprintf("nine-%d-key", i), "household_no": "H-001", "text": fmt.Sprintf("第%d件:缺东西", i+1),
		}, nil)
	}
	if first := digests(t, r, lead, 1)[0]; !strings.Contains(first, "第1件") || strings.Contains(first, "第2件") {
		t.Errorf("at once: %s", first)
	}
	for _, n := range needsOf(r, office, "?household_no=H-001") {
		if strings.HasPrefix(n.Text, "第5件") {
			r.Must(http.MethodPost, "/staff/v1/needs/"+url.PathEscape(n.ID)+"/steps", office, doc{"state": "not_possible", "text": "没有这项"}, nil)
		}
	}
	r.TurnTo("2018-01-16", 8)
	r.TurnTo("2018-01-16", 9)
	second := digests(t, r, lead, 2)[1]
	for i := range 9 {
		if said := strings.Contains(second, fmt.Sprintf("第%d件", i+1)); said != (i != 0 && i != 4) {
			t.Errorf("%d said: %v\n%s", i+1, said, second)
		}
	}
	if !strings.HasPrefix(second, "有7件难事要您办") {
		t.Errorf("%s", second)
	}
	r.TurnTo("2018-01-17", 9)
	digests(t, r, lead, 2)
}

// TestWhoeverSeesToItHears: of a need of their own that the household reopens the cadre hears; of an urgent one they hear
// at once, though the message of the day is out.
func TestWhoeverSeesToItHears(t *testing.T) {
	r, office, _ := aidMonth(t)
	lead, home := apptest.LeadOf(t, "H-001"), r.Person("h-001").ID
	r.TurnTo("2018-01-05", 10)
	token := r.LogIn(lead)
	r.Must(http.MethodPost, "/mini/v1/visits", token, doc{
		"client_key": "promise-key-1", "household_no": "H-001", "on": "2018-01-05", "items": []doc{{"kind": "talk", "count": 1, "text": "拉家常"}},
		"promises": []doc{{"text": "送两袋化肥", "due_on": "2018-02-20"}},
	}, nil)
	digests(t, r, lead, 0)
	id := needsOf(r, office, "?household_no=H-001")[0].ID
	steps := "/staff/v1/needs/" + url.PathEscape(id) + "/steps"
	r.Must(http.MethodPost, steps, office, doc{"state": "reopened", "text": "户里说没收到"}, nil)
	if got := digests(t, r, lead, 1)[0]; !strings.Contains(got, "送两袋化肥") {
		t.Error(got)
	}
	apptest.WantContains(t, r.Say(home, "家里断粮了,没饭吃了"), "已经马上告诉")
	apptest.EventuallyAll(t, "the cadre is told at once", func() bool {
		list, err := r.Store().MessagesUnder(t.Context(), "need:urgent:")
		return err == nil && slices.ContainsFunc(list, func(m model.Message) bool { return strings.HasSuffix(m.ID, ":"+strings.ToUpper(lead)) })
	})
}
