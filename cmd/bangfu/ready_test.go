package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestReady asks where a process listens, also one that listens everywhere, and fails with what it says.
func TestReady(t *testing.T) {
	well := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/metrics", r.URL.Path == "/readyz" && well:
		default:
			http.Error(w, `"redis":"away"`, http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	everywhere := "0.0.0.0:" + addr[strings.LastIndex(addr, ":")+1:]
	ask := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := root(&out, &out).Run(t.Context(), append([]string{"bangfu", "ready"}, args...))
		return out.String(), err
	}
	for _, listens := range []string{addr, everywhere} {
		if said, err := ask("--http-addr", listens); err != nil || said != "ready\n" {
			t.Errorf("%s: %q %v", listens, said, err)
		}
	}
	well = false
	if _, err := ask("--http-addr", addr); err == nil || !strings.Contains(err.Error(), `"redis":"away"`) {
		t.Errorf("not ready: %v", err)
	}
	if _, err := ask("--work", "--metrics-addr", addr); err != nil {
		t.Errorf("work lives: %v", err)
	}
	for _, listens := range []string{"nonsense", "127.0.0.1:1"} {
		if _, err := ask("--http-addr", listens); err == nil {
			t.Errorf("%s is ready", listens)
		}
	}
}
