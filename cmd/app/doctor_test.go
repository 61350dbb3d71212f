package app_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
)

func TestDoctor(t *testing.T) {
	apptest.OnlyEmbedded(t)
	r := apptest.Boot(t)
	status := http.StatusOK
	public := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(public.Close)
	roots := x509.NewCertPool()
	roots.AddCert(public.Certificate())
	examine := func(change func(*config.Config), loaded error) (string, error) {
		cfg := config.Config{DataDir: r.Dir, MongoDatabase: "bangfu", PublicBaseURL: public.URL, Patience: 1}
		change(&cfg)
		var out bytes.Buffer
		err := app.Doctor(context.WithoutCancel(t.Context()), cfg, loaded, app.Options{Roots: roots}, false, &out)
		return out.String(), err
	}
	if out, err := examine(func(*config.Config) {}, nil); err != nil || strings.Contains(out, "不好") {
		t.Errorf("a healthy one: %v\n%s", err, out)
	}
	for _, c := range []struct {
		trouble string
		change  func(*config.Config)
		loaded  error
		status  int
	}{
		{"配置", func(*config.Config) {}, errors.New("HTTP_ADDR: want host:port"), 200},
		{"网址和证书", func(*config.Config) {}, nil, 502},
		{"网址和证书", func(c *config.Config) { c.PublicBaseURL = "https://127.0.0.1:1" }, nil, 200},
		{"Redis", func(c *config.Config) { c.RedisAddr = "127.0.0.1:1" }, nil, 200},
		{"数据库", func(c *config.Config) { c.DataDir = t.TempDir() }, nil, 200},
	} {
		status = c.status
		out, err := examine(c.change, c.loaded)
		if !errors.Is(err, app.ErrUnwell) || !strings.Contains(out, "不好 "+c.trouble) || !strings.Contains(out, "怎么办") {
			t.Errorf("%s: %v\n%s", c.trouble, err, out)
		}
	}
}
