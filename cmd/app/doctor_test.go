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
	"time"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/backup"
	"bangfu/service/model"
)

func TestDoctor(t *testing.T) {
	apptest.OnlyEmbedded(t)
	key, folder := backup.NewKey(), t.TempDir()
	r := apptest.Boot(t, apptest.With("BACKUP_KEY", key), apptest.With("BACKUP_AT", "03:30"), apptest.With("BACKUP_TO", folder))
	apptest.Eventually(t, "the backup of last night, which was missed, is good", func() bool {
		list, err := r.Store().Backups(t.Context(), 1)
		return err == nil && len(list) == 1 && list[0].State == model.BackupGood
	})
	status := http.StatusOK
	public := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(public.Close)
	roots := x509.NewCertPool()
	roots.AddCert(public.Certificate())
	examine := func(change func(*config.Config), loaded error) (string, error) {
		cfg := config.Config{
			DataDir: r.Dir, MongoDatabase: "bangfu", PublicBaseURL: public.URL, Patience: 1,
			Backup: config.Backup{Key: config.Secret(key), At: "03:30", To: folder, Keep: 14},
		}
		change(&cfg)
		var out bytes.Buffer
		err := app.Doctor(context.WithoutCancel(t.Context()), cfg, loaded, app.Options{Roots: roots, Clock: r.Clock}, false, &out)
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
		{"备份:没有设", func(c *config.Config) { c.Backup.At = "" }, nil, 200},
		{"备份:", func(c *config.Config) { c.Backup.Key = "no key" }, nil, 200},
		{"备份:最近一次好的", func(*config.Config) { r.App.Stop(t.Context()); r.Clock.Advance(31 * time.Hour) }, nil, 200}, // the last: nobody makes another
	} {
		status = c.status
		out, err := examine(c.change, c.loaded)
		if !errors.Is(err, app.ErrUnwell) || !strings.Contains(out, "不好 "+c.trouble) || !strings.Contains(out, "怎么办") {
			t.Errorf("%s: %v\n%s", c.trouble, err, out)
		}
	}
}
