package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat/wxsim"
)

func noEnvironment(string) string { return "" }

// started serves until the test ends and returns the address it printed.
func started(t *testing.T, sim *wxsim.Sim) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx, sim, "127.0.0.1:0", w)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("serve: %v", err)
	}
	_, url, found := strings.Cut(strings.TrimSpace(line), " on ")
	if !found {
		cancel()
		t.Fatalf("printed %q", line)
	}
	return strings.TrimSuffix(url, "/"), func() error {
		cancel()
		return <-ended
	}
}

func TestServe(t *testing.T) {
	var c clock
	sim := wxsim.New(configFrom(noEnvironment, &c))
	for _, u := range somePeople() {
		sim.AddUser(u)
	}
	url, stop := started(t, sim)
	resp, err := http.Get(url + "/sim/users")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct{ Users []wxsim.User }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || len(out.Users) != 4 {
		t.Errorf("users %+v (%v), want four", out.Users, err)
	}
	// An open feed must not hold up the end.
	feed, err := http.Get(url + "/sim/events")
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Body.Close()
	if err := stop(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, err := io.ReadAll(feed.Body); err != nil {
		t.Errorf("the feed broke off: %v", err)
	}
}

func TestAddressInUse(t *testing.T) {
	var c clock
	url, stop := started(t, wxsim.New(configFrom(noEnvironment, &c)))
	defer func() { _ = stop() }()
	var stderr strings.Builder
	getenv := func(name string) string {
		if name == "WXSIM_ADDR" {
			return strings.TrimPrefix(url, "http://")
		}
		return ""
	}
	if code := run(getenv, io.Discard, &stderr); code != 1 || !strings.Contains(stderr.String(), "in use") {
		t.Errorf("exit code %d, %q; want 1 and the reason", code, stderr.String())
	}
}

func TestConfigFromEnvironment(t *testing.T) {
	env := map[string]string{
		"PUBLIC_BASE_URL": "http://127.0.0.1:9000/", "WECHAT_OA_APP_ID": "wxA", "WECHAT_MP_MODE": "plain",
		"WECHAT_MP_APP_SECRET": "s",
	}
	var c clock
	cfg := configFrom(func(name string) string { return env[name] }, &c)
	if cfg.OA.AppID != "wxA" || cfg.OA.Mode != "safe" || cfg.OA.CallbackURL != "http://127.0.0.1:9000/wechat/oa" {
		t.Errorf("official account %+v", cfg.OA)
	}
	if cfg.MP.Secret != "s" || cfg.MP.CallbackURL != "" || cfg.MP.AppID == cfg.OA.AppID || cfg.MP.OriginalID == cfg.OA.OriginalID || cfg.MP.Mode != "plain" {
		t.Errorf("mini-program %+v", cfg.MP)
	}
	if cfg.AppURL != "http://127.0.0.1:9000" || len(cfg.OA.AESKey) != 43 {
		t.Errorf("config %+v", cfg)
	}
	before := time.Now()
	cfg.Turn(time.Hour)
	if now := cfg.Now(); now.Before(before.Add(time.Hour)) || now.After(time.Now().Add(time.Hour)) {
		t.Errorf("turned by an hour, the clock shows %s after %s", now, before)
	}
}
