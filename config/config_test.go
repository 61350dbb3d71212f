package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/config"
)

var good = map[string]string{
	"PUBLIC_BASE_URL": "https://bangfu.test",
	"MONGO_URI":       "mongodb://u:hunter2@db/", "REDIS_ADDR": "redis:6379", "FIELD_KEYSET": "{secret-keyset}",
	"WECHAT_OA_APP_ID": "wx1", "WECHAT_OA_APP_SECRET": "sss-oa", "WECHAT_OA_TOKEN": "tok-oa", "WECHAT_OA_AES_KEY": strings.Repeat("A", 43),
	"WECHAT_MP_APP_ID": "wx2", "WECHAT_MP_APP_SECRET": "sss-mp", "WECHAT_MP_TOKEN": "tok-mp", "WECHAT_MP_AES_KEY": strings.Repeat("B", 43),
}

func with(pairs ...string) map[string]string {
	m := map[string]string{}
	for k, v := range good {
		m[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func TestLoadReportsEveryProblemByName(t *testing.T) {
	key43 := strings.Repeat("A", 43)
	cases := []struct {
		name    string
		purpose config.Purpose
		env     map[string]string
		want    []string // names in the problems; none: it loads
	}{
		{"complete", config.Serve, good, nil},
		{"no address", config.Serve, with("PUBLIC_BASE_URL", ""), []string{"PUBLIC_BASE_URL"}},
		{"an address in the clear", config.Serve, with("PUBLIC_BASE_URL", "http://bangfu.test"), []string{"PUBLIC_BASE_URL"}},
		{"a worker has no address", config.Work, with("PUBLIC_BASE_URL", ""), nil},
		{"the demo in the clear", config.Demo, map[string]string{"PUBLIC_BASE_URL": "http://127.0.0.1:8080"}, nil},
		{"empty secret", config.Serve, with("WECHAT_OA_APP_SECRET", ""), []string{"WECHAT_OA_APP_SECRET"}},
		{"short aes key", config.Serve, with("WECHAT_OA_AES_KEY", key43[:40]), []string{"WECHAT_OA_AES_KEY:"}},
		{"short previous key", config.Serve, with("WECHAT_MP_AES_KEY_PREVIOUS", "x"), []string{"WECHAT_MP_AES_KEY_PREVIOUS"}},
		{"no key, and nobody chose plain", config.Serve, with("WECHAT_OA_AES_KEY", "", "WECHAT_MP_AES_KEY", ""), []string{"WECHAT_OA_AES_KEY", "WECHAT_MP_AES_KEY"}},
		{"safe without key", config.Serve, with("WECHAT_OA_MODE", "safe", "WECHAT_OA_AES_KEY", ""), []string{"WECHAT_OA_AES_KEY"}},
		{"plain without key", config.Serve, with("WECHAT_OA_MODE", "plain", "WECHAT_OA_AES_KEY", ""), nil},
		{"many at once", config.Serve, with("HTTP_ADDR", "nowhere", "WECHAT_OA_MODE", "odd", "LOG_LEVEL", "loud", "WECHAT_MP_APP_ID", ""),
			[]string{"HTTP_ADDR", "WECHAT_OA_MODE", "LOG_LEVEL", "WECHAT_MP_APP_ID"}},
		{"clock in production", config.Serve, with("CLOCK_START", "2017-12-01T08:00:00+08:00"), []string{"CLOCK_START"}},
		{"patience in production", config.Serve, with("PATIENCE", "2"), []string{"PATIENCE"}},
		{"no patience in demo", config.Demo, with("PATIENCE", "0"), []string{"PATIENCE"}},
		{"patience that is no number", config.Demo, with("PATIENCE", "long"), []string{"PATIENCE"}},
		{"bad clock in demo", config.Demo, with("CLOCK_START", "yesterday"), []string{"CLOCK_START"}},
		{"demo needs nothing", config.Demo, map[string]string{}, nil},
		{"demo with empty secret", config.Demo, map[string]string{"WECHAT_OA_APP_SECRET": ""}, []string{"WECHAT_OA_APP_SECRET"}},
		{"demo at WeChat itself", config.Demo, map[string]string{"WECHAT_BASE_URL": "https://api.weixin.qq.com"}, []string{"WECHAT_BASE_URL"}},
		{"demo at WeChat's other door", config.Demo, map[string]string{"WECHAT_BASE_URL": "https://SH.api.weixin.qq.com./"}, []string{"WECHAT_BASE_URL"}},
		{"demo at a stand-in", config.Demo, map[string]string{"WECHAT_BASE_URL": "http://127.0.0.1:8090"}, nil},
		{"documents in words", config.Serve, with("API_DOCS", "perhaps"), []string{"API_DOCS"}},
		{"demo in safe mode", config.Demo, map[string]string{"WECHAT_OA_MODE": "safe"}, nil},
		{"work needs servers", config.Work, with("MONGO_URI", "", "REDIS_ADDR", ""), []string{"MONGO_URI", "REDIS_ADDR"}},
		{"networks of proxies", config.Serve, with("TRUSTED_PROXIES", "10.0.0.0/8,::1"), nil},
		{"no proxy", config.Serve, with("TRUSTED_PROXIES", "none"), nil},
		{"a proxy by name", config.Serve, with("TRUSTED_PROXIES", "proxy.example.org"), []string{"TRUSTED_PROXIES"}},
		{"many workers", config.Work, with("WORKERS", "50"), nil},
		{"no workers", config.Work, with("WORKERS", "0"), []string{"WORKERS"}},
		{"workers in words", config.Work, with("WORKERS", "eight"), []string{"WORKERS"}},
		{"idle in words", config.Serve, with("STAFF_IDLE", "soon"), []string{"STAFF_IDLE"}},
		{"idle for a second", config.Serve, with("STAFF_IDLE", "1s"), []string{"STAFF_IDLE"}},
		{"never idle", config.Serve, with("STAFF_IDLE", "0"), nil},
		{"no second factor", config.Serve, with("SECOND_FACTOR", "none"), nil},
		{"a second factor for a role that is none", config.Serve, with("SECOND_FACTOR", "office,king"), []string{"SECOND_FACTOR"}},
		{"backups to a folder", config.Work, with("BACKUP_AT", "03:30", "BACKUP_TO", "/backups", "BACKUP_KEY", "k"), nil},
		{"backups to a store", config.Work, with("BACKUP_TO", "https://oss.test/farm/daily", "BACKUP_ACCESS_KEY", "a", "BACKUP_SECRET_KEY", "s"), nil},
		{"backups at no time", config.Work, with("BACKUP_AT", "25:00", "BACKUP_TO", "/backups", "BACKUP_KEY", "k"), []string{"BACKUP_AT"}},
		{"backups to nowhere with no key", config.Work, with("BACKUP_AT", "03:30"), []string{"BACKUP_TO", "BACKUP_KEY"}},
		{"no backup is kept", config.Work, with("BACKUP_KEEP", "0"), []string{"BACKUP_KEEP"}},
		{"backups kept in words", config.Work, with("BACKUP_KEEP", "all"), []string{"BACKUP_KEEP"}},
		{"a store without bucket and keys", config.Work, with("BACKUP_TO", "https://oss.test/"), []string{"BACKUP_TO", "BACKUP_ACCESS_KEY"}},
		{"keyset with mongo", config.Maintain, map[string]string{"MONGO_URI": "mongodb://db/"}, []string{"FIELD_KEYSET"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg, err := config.Load(c.purpose, c.env, nil)
			if len(c.want) == 0 {
				if err != nil {
					t.Fatalf("want it to load, got %v", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("want problems %v, got %+v", c.want, cfg)
			}
			for _, name := range c.want {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("problem %s not reported in: %v", name, err)
				}
			}
			if got := strings.Count(err.Error(), "\n  - "); got != len(c.want) {
				t.Errorf("got %d problems, want %d: %v", got, len(c.want), err)
			}
		})
	}
}

// TestLogInsAreGuardedWhereItCounts: in production they are unless somebody says otherwise, in the demo not unless asked.
func TestLogInsAreGuardedWhereItCounts(t *testing.T) {
	for _, c := range []struct {
		purpose config.Purpose
		env     map[string]string
		idle    time.Duration
		factors string
	}{
		{config.Serve, good, 30 * time.Minute, "office finance publisher administrator"},
		{config.Serve, with("SECOND_FACTOR", "none", "STAFF_IDLE", "1h"), time.Hour, ""},
		{config.Demo, map[string]string{}, 0, ""},
		{config.Demo, map[string]string{"SECOND_FACTOR": "office", "STAFF_IDLE": "30m"}, 30 * time.Minute, "office"},
	} {
		cfg, err := config.Load(c.purpose, c.env, nil)
		if err != nil || cfg.StaffIdle != c.idle || strings.Join(cfg.SecondFactor, " ") != c.factors {
			t.Errorf("%s: %s %v %v", c.purpose, cfg.StaffIdle, cfg.SecondFactor, err)
		}
	}
}

// TestTheClockIsTurnedInDemosOnly goes through every purpose, so that a new one is thought of.
func TestTheClockIsTurnedInDemosOnly(t *testing.T) {
	for _, purpose := range []config.Purpose{config.Demo, config.Serve, config.Work, config.Maintain, config.Keyset} {
		_, err := config.Load(purpose, with("CLOCK_START", "2017-12-01T08:00:00+08:00"), nil)
		if refused := err != nil && strings.Contains(err.Error(), "CLOCK_START"); refused == (purpose == config.Demo) {
			t.Errorf("%s: %v", purpose, err)
		}
	}
}

// TestDocumentsAreForTheDemo: the description of the API helps an attacker as well, so production serves it only when asked.
func TestDocumentsAreForTheDemo(t *testing.T) {
	for _, c := range []struct {
		purpose config.Purpose
		env     map[string]string
		want    bool
	}{
		{config.Serve, good, false},
		{config.Serve, with("API_DOCS", "true"), true},
		{config.Demo, map[string]string{}, true},
		{config.Demo, map[string]string{"API_DOCS": "false"}, false},
	} {
		if cfg, err := config.Load(c.purpose, c.env, nil); err != nil || cfg.APIDocs != c.want {
			t.Errorf("%s with API_DOCS=%q: %v %v", c.purpose, c.env["API_DOCS"], cfg.APIDocs, err)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	cfg, err := config.Load(config.Serve, good, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg.WeChat.OA.AppSecret)
	_, bad := config.Load(config.Serve, with("HTTP_ADDR", "x"), nil)
	for _, secret := range []string{"hunter2", "sss-oa", "sss-mp", "tok-oa", "{secret-keyset}"} {
		if strings.Contains(out+bad.Error(), secret) {
			t.Errorf("%q is printed", secret)
		}
	}
}

func TestFlagsWinAndSecretsComeFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := with("WECHAT_OA_APP_SECRET_FILE", file, "HTTP_ADDR", "127.0.0.1:1")
	delete(env, "WECHAT_OA_APP_SECRET")
	cfg, err := config.Load(config.Serve, env, map[string]string{"HTTP_ADDR": "127.0.0.1:2"})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.HTTPAddr != "127.0.0.1:2" || cfg.WeChat.OA.AppSecret.Reveal() != "from-file" {
		t.Errorf("got %s and %q", cfg.HTTPAddr, cfg.WeChat.OA.AppSecret.Reveal())
	}
	env["WECHAT_OA_APP_SECRET"] = "twice"
	if _, err := config.Load(config.Serve, env, nil); err == nil || !strings.Contains(err.Error(), "WECHAT_OA_APP_SECRET_FILE") {
		t.Errorf("both forms at once: got %v", err)
	}
}

// The example file is what operators copy, so it has to name every setting, with its default.
func TestExampleIsComplete(t *testing.T) {
	b, err := os.ReadFile("example.env")
	if err != nil {
		t.Fatal(err)
	}
	inFile := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=(.*)$`).FindAllStringSubmatch(string(b), -1) {
		inFile[m[1]] = m[2]
	}
	for _, v := range config.Variables() {
		got, ok := inFile[v.Name]
		if !ok {
			t.Errorf("example.env lacks %s", v.Name)
		} else if v.Default != "" && got != v.Default {
			t.Errorf("example.env: %s=%s, but the default is %s", v.Name, got, v.Default)
		}
		delete(inFile, v.Name)
	}
	for name := range inFile {
		t.Errorf("example.env names %s, which does not exist", name)
	}
}
