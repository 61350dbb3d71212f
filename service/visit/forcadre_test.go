package visit_test

import (
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestTheOfficeRecordsForACadre: by the cadre's rules, marked as the office's, corrected with a reason; and who has not
// gone yet is told so once a day.
func TestTheOfficeRecordsForACadre(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	r.UseReminderTemplate(office)
	r.TurnTo("2018-01-05", 10)
	var board struct {
		Rows []struct {
			ID, State string
			No        string `json:"household_no"`
			Cadre     string `json:"cadre_id"`
		}
	}
	apptest.Eventually(t, "the month is planned", func() bool {
		r.Must(http.MethodGet, "/staff/v1/aid-days/2018-01", office, nil, &board)
		return len(board.Rows) > 0
	})
	row := board.Rows[0]
	path := "/staff/v1/households/" + row.No + "/visits"
	body := doc{"client_key": "paper-0001", "cadre_id": row.Cadre, "on": "2018-01-05", "items": []doc{{"kind": "goods", "count": 1, "text": "米面"}}}
	var made struct{ ID string }
	for range 2 { // a repeat is the same
		r.Must(http.MethodPost, path, office, body, &made)
	}
	v, err := r.Store().Visit(t.Context(), made.ID)
	if err != nil || v.CreatedBy != "staff:one" || len(v.Items) != 1 {
		t.Errorf("%+v %v", v, err)
	}
	r.Must(http.MethodPut, path, office, doc{"id": made.ID, "items": []doc{{"kind": "talk", "count": 1, "text": ""}}, "why": "听错了"}, nil)
	if v, err = r.Store().Visit(t.Context(), made.ID); err != nil || v.Items[0].Kind != model.KindTalk || v.AmendedAt.IsZero() {
		t.Errorf("%+v %v", v, err)
	}
	r.Refused(400, "not_paired", http.MethodPost, path, office, doc{"client_key": "paper-0002", "cadre_id": "C-110", "on": "2018-01-04"})
	r.Refused(404, "no_such_visit", http.MethodPut, "/staff/v1/households/H-036/visits", office, doc{"id": made.ID, "items": []doc{{"kind": "talk", "count": 1, "text": ""}}, "why": "听错了"})

	var urged struct{ Cadres int }
	for range 2 {
		r.Must(http.MethodPost, "/staff/v1/aid-days/2018-01/urge", office, doc{}, &urged)
	}
	messages, err := r.Store().MessagesUnder(t.Context(), "urge:2018-01:")
	if err != nil || urged.Cadres == 0 || len(messages) < urged.Cadres || len(messages) > 2*urged.Cadres {
		t.Errorf("%d cadres are behind, %d are told: %v", urged.Cadres, len(messages), err)
	}
}
