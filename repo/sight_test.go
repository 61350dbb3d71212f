package repo_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/service/model"

	"github.com/prometheus/client_golang/prometheus"
)

func TestHowLongWorkWaits(t *testing.T) {
	s := open(t)
	types := []string{"a", "b", "c"}
	oldest, err := s.OldestJob(t.Context())
	if must(t, err); !oldest.IsZero() {
		t.Errorf("the oldest of nothing is of %v", oldest)
	}
	later := model.NewJob("b", "2", now)
	later.DueAt = now.Add(time.Hour)
	_, err = s.InsertJobs(t.Context(), []model.Job{
		model.NewJob("a", "1", now.Add(-time.Minute)), model.NewJob("a", "2", now.Add(-time.Hour)), later,
	}, now)
	must(t, err)
	since, err := s.OldestDue(t.Context(), types, now)
	if must(t, err); len(since) != 1 || !since["a"].Equal(now.Add(-time.Hour)) {
		t.Errorf("due since %v", since)
	}
	oldest, err = s.OldestJob(t.Context())
	if must(t, err); !oldest.Equal(now.Add(-time.Hour)) {
		t.Errorf("the oldest is of %v", oldest)
	}
}

func TestTheAuditCheckIsRemembered(t *testing.T) {
	s := open(t)
	last, err := s.LastAuditCheck(t.Context())
	if must(t, err); !last.At.IsZero() {
		t.Errorf("before any: %+v", last)
	}
	must(t, s.AppendAudit(t.Context(), model.AuditEntry{At: now, Actor: "li", Action: model.AuditRead}))
	_, err = s.CheckAudit(t.Context(), now)
	must(t, err)
	last, err = s.LastAuditCheck(t.Context())
	if must(t, err); !last.At.Equal(now) || last.Lines != 1 || last.Broken != 0 {
		t.Errorf("%+v", last)
	}
}

// TestCommandsAreTimed: a collection that nobody declared has no line of its own, or the lines would grow without end.
func TestCommandsAreTimed(t *testing.T) {
	s := open(t)
	_, err := s.OldestJob(t.Context())
	must(t, err)
	must(t, s.Ping(t.Context()))
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Metrics())
	families, err := registry.Gather()
	must(t, err)
	var lines []string
	for _, m := range families[0].Metric {
		of := map[string]string{}
		for _, l := range m.Label {
			of[l.GetName()] = l.GetValue()
		}
		lines = append(lines, of["command"]+" "+of["collection"])
		if m.GetHistogram().GetSampleCount() == 0 {
			t.Errorf("nothing was measured: %v", m)
		}
	}
	for _, want := range []string{"find outbox", "other other"} {
		if !slices.Contains(lines, want) {
			t.Errorf("%q is not among %q", want, lines)
		}
	}
}

func TestMissingIndexes(t *testing.T) {
	db, err := embedded.OpenDatabase(t.TempDir(), true)
	must(t, err)
	t.Cleanup(db.Close)
	s, err := repo.Open(db.URI(), "test", sealer(t), nil)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close(context.WithoutCancel(t.Context()))) })
	missing, err := s.MissingIndexes(t.Context())
	if must(t, err); len(missing) == 0 || !slices.Contains(missing, "outbox (type, due_at)") {
		t.Errorf("before the migrations: %q", missing)
	}
	_, err = s.Migrate(t.Context(), now)
	must(t, err)
	missing, err = s.MissingIndexes(t.Context())
	if must(t, err); len(missing) > 0 {
		t.Errorf("after them: %q", missing)
	}
	if at, err := s.ServerTime(t.Context()); err != nil || time.Since(at).Abs() > time.Hour {
		t.Errorf("the database's clock says %v, %v", at, err)
	}
}
