package staff_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
)

// TestALogInSaysWhence: its owner sees the machine and the address, so that a strange one stands out.
func TestALogInSaysWhence(t *testing.T) {
	r := apptest.Boot(t)
	for agent, machine := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0": "Windows电脑，Edge浏览器",
		"Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0":               "安卓手机，微信",
		"": "",
	} {
		token := logInFrom(t, r, agent)
		var list struct {
			Sessions []struct {
				Address, Machine string
				This             bool
			}
		}
		r.Must(http.MethodGet, "/staff/v1/sessions", token, nil, &list)
		for _, s := range list.Sessions {
			if s.This && (s.Machine != machine || s.Address != "127.0.0.1") {
				t.Errorf("%s: %+v", agent, s)
			}
		}
	}
}

func logInFrom(t *testing.T, r *apptest.Running, agent string) string {
	t.Helper()
	body, err := json.Marshal(doc{"name": "office", "password": apptest.DemoPassword})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.App.LocalURL()+"/staff/v1/login", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", agent)
	a, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var out struct{ Token string }
	if raw, err := io.ReadAll(a.Body); err != nil || json.Unmarshal(raw, &out) != nil || out.Token == "" {
		t.Fatalf("%d %s %v", a.StatusCode, raw, err)
	}
	return out.Token
}
