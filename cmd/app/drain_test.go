package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// TestAProcessThatIsToStop says so where a balancer asks, and answers what comes all the same until then.
func TestAProcessThatIsToStop(t *testing.T) {
	r := apptest.Boot(t, apptest.With("DRAIN", "10s"))
	if a := r.Call(http.MethodGet, "/readyz", "", nil); a.Status != http.StatusOK || !strings.Contains(a.Body, `"process":"ok"`) {
		t.Fatalf("before: %d %s", a.Status, a.Body)
	}
	stopped, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.App.Stop(stopped) }()
	apptest.Eventually(t, "it is not ready", func() bool {
		return strings.Contains(r.Call(http.MethodGet, "/readyz", "", nil).Body, `"process":"away"`)
	})
	if a := r.Call(http.MethodGet, "/healthz", "", nil); a.Status != http.StatusOK {
		t.Errorf("it lives: %d", a.Status)
	}
	if r.Say("h-001", "帮助") == "" {
		t.Error("who writes meanwhile is answered")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
