package mini_test

import (
	"net/http"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestAConsentHeardTwice: the page reports what the person answered, and so does WeChat's event. It is one consent.
func TestAConsentHeardTwice(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	who := "h-001"
	token, id := r.LogIn(who), model.ConsentID("mp:"+r.Person(who).MPOpenID, "P1")
	r.Sim(http.MethodPost, "templates", doc{"account": "mp", "id": "P1", "title": "走访提醒", "content": apptest.ReminderTemplate, "type": 2}, nil)
	report := func(key, answer string) {
		r.Must(http.MethodPost, "/mini/v1/consents", token, doc{"client_key": key, "answers": []doc{{"template_id": "P1", "answer": answer}}}, nil)
	}
	event := func(answer string) {
		r.Act(who, "consent", doc{"account": "mp", "templates": []doc{{"id": "P1", "status": answer}}})
	}
	credit := func(want int, when string) {
		t.Helper()
		apptest.Eventually(t, when, func() bool {
			c, err := r.Store().Consent(t.Context(), id)
			return err == nil && c.Credit == want
		})
	}
	report("page-key-1", "accept")
	report("page-key-1", "accept") // posted twice over a bad network
	credit(1, "the page's report counts once")
	event("accept")
	credit(1, "WeChat's event says the same")
	r.Clock.Advance(3 * time.Minute)
	event("accept")
	credit(2, "another tap")
	report("page-key-2", "accept")
	credit(2, "which the page reports late")
	report("page-key-3", "reject")
	credit(0, "a refusal takes all")
	r.Refused(422, "invalid_content", http.MethodPost, "/mini/v1/consents", token, doc{"client_key": "page-key-4", "answers": []doc{{"template_id": "P1", "answer": "yes"}}})
}
