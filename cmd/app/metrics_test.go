package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// measured is the value of a line of /metrics; missing when there is none.
func measured(t *testing.T, r *apptest.Running, line string) float64 {
	t.Helper()
	for l := range strings.Lines(apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil).Body) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(l), line+" "); ok {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return missing
}

const missing = -1000

func TestPushesAreMeasuredByOutcome(t *testing.T) {
	r := apptest.Boot(t)
	openID := r.Person("h-001").OAOpenID
	counts := func() map[string]float64 {
		of := map[string]float64{}
		for _, outcome := range []string{"answered", "late", "repeat", "refused", "malformed", "failed"} {
			of[outcome] = measured(t, r, `bangfu_callback_seconds_count{channel="oa",outcome="`+outcome+`"}`)
		}
		return of
	}
	push := func(query, body string) { r.Call(http.MethodPost, "/wechat/oa"+query, "", body) }
	good := apptest.SignedQuery(r.Clock.Now())
	for _, c := range []struct {
		outcome, query, body string
	}{
		{"answered", good, apptest.TextPush(openID, "7001", "我家")},
		{"repeat", good, apptest.TextPush(openID, "7001", "我家")},
		{"refused", strings.Replace(good, "signature=", "signature=0", 1), apptest.TextPush(openID, "7002", "我家")},
		{"malformed", good, "<xml>"},
	} {
		before := counts()
		push(c.query, c.body)
		after := counts()
		for outcome, n := range after {
			want := before[outcome]
			if outcome == c.outcome {
				want++
			}
			if n != want {
				t.Errorf("after one that is %s, %s counts %v, want %v", c.outcome, outcome, n, want)
			}
		}
	}
}

func TestAnswersThatAreLateAreMeasured(t *testing.T) {
	r := apptest.Boot(t, apptest.Budget(time.Nanosecond))
	release := r.HoldPerson(r.Person("h-001").OAOpenID)
	r.Act("h-001", "text", map[string]string{"content": "我家", "msg_id": "7101"})
	release()
	if n := measured(t, r, `bangfu_callback_seconds_count{channel="oa",outcome="late"}`); n != 1 {
		t.Errorf("%v answers were late, want 1", n)
	}
	apptest.Eventually(t, "the late answer is sent and counted", func() bool {
		return measured(t, r, `bangfu_sends_total{channel="oa",class="accepted",way="window"}`) >= 1
	})
}

// TestWhatStandsInTheDatabaseIsMeasured writes before anybody has asked: a look is good for some seconds.
func TestWhatStandsInTheDatabaseIsMeasured(t *testing.T) {
	r := apptest.Boot(t)
	now, ctx := r.Clock.Now(), t.Context()
	store := r.Store()
	_, err := store.InsertMessages(ctx, model.Message{ID: "test:1", IdentityID: "oa:nobody", State: model.MessageUnknown, CreatedAt: now})
	if err != nil {
		t.Fatal(err)
	}
	job := model.NewJob("import:commit", "none", now.Add(-time.Hour))
	job.DueAt = now.Add(24 * time.Hour) // nobody does it meanwhile
	if _, err := store.InsertJobs(ctx, []model.Job{job}, now); err != nil {
		t.Fatal(err)
	}
	hold := model.ChannelSuspension{ID: model.ChannelKey(model.ChannelOA, "template"), At: now, Until: now.Add(time.Hour), Reason: "account"}
	if err := store.PutChannelSuspension(ctx, hold); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "the audit log is gone through", func() bool {
		last, err := store.LastAuditCheck(ctx)
		return err == nil && !last.At.IsZero()
	})
	for line, fits := range map[string]func(float64) bool{
		"bangfu_unknown_messages":                                                func(n float64) bool { return n == 1 },
		"bangfu_outbox_jobs":                                                     func(n float64) bool { return n >= 1 },
		"bangfu_outbox_oldest_seconds":                                           func(n float64) bool { return n >= 3600 },
		`bangfu_queue_oldest_due_seconds{type="import:commit"}`:                  func(n float64) bool { return n == 0 },
		"bangfu_audit_whole":                                                     func(n float64) bool { return n == 1 },
		"bangfu_audit_verified_timestamp_seconds":                                func(n float64) bool { return n >= float64(apptest.Start.Unix()) },
		`bangfu_sending_suspended{channel="oa",reason="account",way="template"}`: func(n float64) bool { return n == 1 },
		`bangfu_sending_suspended{channel="mp",reason="none",way="all"}`:         func(n float64) bool { return n == 0 },
		`bangfu_quota_left{way="template"}`:                                      func(n float64) bool { return n == -1 },
		`bangfu_database_seconds_count{collection="settings",command="find"}`:    func(n float64) bool { return n >= 1 },
		`bangfu_jobs_total{outcome="given_up",type="message:send"}`:              func(n float64) bool { return n == 0 },
	} {
		if n := measured(t, r, line); !fits(n) {
			t.Errorf("%s is %v", line, n)
		}
	}
}
