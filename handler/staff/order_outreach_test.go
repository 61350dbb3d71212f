package staff_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestOutreachIsSortedAsAWhole: broadcasts and the recipients of one come page by page in the order of a column, and what
// would have to be looked up for each row is refused.
func TestOutreachIsSortedAsAWhole(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	rec := model.NewRecord(r.Clock.Now(), "test")
	for i, title := range []string{"助学", "医疗救助", "救急", "住房", "贷款"} {
		b := model.Broadcast{ID: fmt.Sprintf("2017-%d", i), Record: rec, Title: title, State: model.BroadcastFinished, FinishedAt: r.Clock.Now().Add(time.Duration(i*2%5) * time.Hour)}
		if err := r.Store().InsertBroadcast(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		err := r.Store().InsertRecipients(t.Context(), []model.Recipient{{
			ID: model.RecipientID("2017-0", fmt.Sprint("w", i)), BroadcastID: "2017-0", Households: []string{fmt.Sprintf("H-00%d", (i*3)%5+1)},
			State: []model.RecipientState{model.RecipientAccepted, model.RecipientFailed}[i%2], At: r.Clock.Now().Add(time.Duration(i*3%5) * time.Minute),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range []struct {
		path, name, cursor, id string
		columns                map[string]func(row) string
	}{
		{"/broadcasts?", "broadcasts", "before", "id", map[string]func(row) string{"title": nil, "state": text("state_label"), "when": text("finished_at")}},
		{"/broadcasts/2017-0/recipients?", "recipients", "after", "person", map[string]func(row) string{
			"who": func(x row) string { return fmt.Sprint(x["household_nos"]) }, "state": text("state"), "way": nil, "why": nil, "at": text("at")}},
	} {
		for column, key := range l.columns {
			for _, down := range []bool{false, true} {
				var keys, ids []string
				for next := ""; ; {
					var page row
					r.Must(http.MethodGet, fmt.Sprintf("/staff/v1%slimit=2&sort=%s&down=%v&%s=%s", l.path, column, down, l.cursor, url.QueryEscape(next)), office, nil, &page)
					for _, x := range page[l.name].([]any) {
						ids = append(ids, fmt.Sprint(x.(row)[l.id]))
						if key != nil {
							keys = append(keys, key(x.(row)))
						}
					}
					if next, _ = page["next"].(string); next == "" {
						break
					}
				}
				if slices.Sort(ids); len(slices.Compact(ids)) != 5 || len(ids) != 5 {
					t.Errorf("%s by %s, down %v: %q", l.name, column, down, ids)
				}
				if down {
					slices.Reverse(keys)
				}
				if !slices.IsSorted(keys) {
					t.Errorf("%s by %s, down %v: %q", l.name, column, down, keys)
				}
			}
		}
		apptest.WantProblem(t, "a name", r.Call(http.MethodGet, "/staff/v1"+l.path+"sort=name", office, nil), 400, "sort")
	}
}

// TestTheAuditLogFromEitherEnd: its pages go through every line once, newest or oldest first, of one household as of all.
func TestTheAuditLogFromEitherEnd(t *testing.T) {
	r := apptest.Boot(t)
	auditor := r.Office("one")
	for i := range 7 {
		err := r.Store().AppendAudit(t.Context(), model.AuditEntry{At: r.Clock.Now(), Actor: "staff:one", Action: model.AuditChange, Record: "households/H-001", HouseholdID: []string{"H-001", "H-002"}[i%2], Fields: []string{"address"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, oldest := range map[string]bool{"?": false, "?household_no=H-001&": false, "?sort=at&": true, "?sort=at&down=true&": false, "?household_no=H-001&sort=at&": true} {
		var seqs []string
		for before := ""; ; {
			var page struct{ Lines []struct{ Seq string } }
			r.Must(http.MethodGet, "/staff/v1/audit"+path+"limit=3&before="+before, auditor, nil, &page)
			if len(page.Lines) == 0 {
				break
			}
			for _, l := range page.Lines {
				seqs, before = append(seqs, l.Seq), l.Seq
			}
			if len(seqs) > 500 {
				t.Fatalf("%s: no end", path)
			}
		}
		if !oldest {
			slices.Reverse(seqs)
		}
		if !slices.IsSorted(seqs) || len(slices.Compact(seqs)) < 4 {
			t.Errorf("%s: %q", path, seqs)
		}
	}
	apptest.WantProblem(t, "by who", r.Call(http.MethodGet, "/staff/v1/audit?sort=actor", auditor, nil), 400, "sort")
}
