package config

import (
	"encoding/base64"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/service/model"
)

const (
	// maxWorkers keeps a process within the connections that servers allow.
	maxWorkers  = 200
	wantWorkers = "WORKERS: want 1 to 200"
	maxDrain    = 15 * time.Second // the whole stop has 20
	wantDrain   = "DRAIN: want a time such as 5s, of 15s at most"
	wantIdle    = "STAFF_IDLE: want a time such as 30m, of a minute at least, or 0"

	wantKeep = "BACKUP_KEEP: want 1 to 1000"

	maxPatience  = 1000
	wantPatience = "PATIENCE: want 1 to 1000"
)

func (c Config) problems(purpose Purpose, values map[string]string) []string {
	var p problemList
	p.address("HTTP_ADDR", c.HTTPAddr)
	p.address("METRICS_ADDR", c.MetricsAddr)
	p.baseURL("PUBLIC_BASE_URL", c.PublicBaseURL)
	p.want(purpose != Serve || strings.HasPrefix(c.PublicBaseURL, "https://"),
		"PUBLIC_BASE_URL: serve wants the https address that people and WeChat open; log-ins are for nothing else")
	p.baseURL("WECHAT_BASE_URL", c.WeChat.BaseURL)
	p.want(c.MongoDatabase != "" && !strings.ContainsAny(c.MongoDatabase, `/\. "$`), "MONGO_DATABASE: not a database name")
	p.want(c.Workers >= 1 && c.Workers <= maxWorkers, wantWorkers)
	p.want(c.Patience >= 1 && c.Patience <= maxPatience, wantPatience)
	p.want(slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel), "LOG_LEVEL: want debug, info, warn or error")
	p.networks("TRUSTED_PROXIES", c.Proxies)
	p.want(c.Drain >= 0 && c.Drain <= maxDrain, wantDrain)
	p.want(c.StaffIdle == 0 || c.StaffIdle >= time.Minute, wantIdle)
	for _, d := range c.SecondFactor {
		p.want(d == nobody || slices.Contains(model.Roles, model.Role(d)), "SECOND_FACTOR: want roles such as office,finance, or none")
	}
	p.stores(c, purpose)
	p.backups(c.Backup)
	if purpose == Demo {
		p.address("WXSIM_ADDR", c.WxsimAddr)
		p.want(!atWeChat(c.WeChat.BaseURL), "WECHAT_BASE_URL: the demo does not speak to WeChat itself: it would replace a real account's menus")
	} else {
		p.want(values["CLOCK_START"] == "", "CLOCK_START: only the demo and tests may turn the clock")
		p.want(c.Patience <= 1, "PATIENCE: only the demo and tests may take longer than WeChat waits")
	}
	if purpose != Maintain && purpose != Keyset {
		p.account("WECHAT_OA_", c.WeChat.OA)
		p.account("WECHAT_MP_", c.WeChat.MP)
	}
	return p
}

type problemList []string

func (p *problemList) want(ok bool, problem string) {
	if !ok {
		*p = append(*p, problem)
	}
}

func (p *problemList) address(name, value string) {
	_, port, err := net.SplitHostPort(value)
	n, convErr := strconv.Atoi(port)
	p.want(err == nil && convErr == nil && n >= 0 && n <= 65535, name+": want host:port, such as 127.0.0.1:8080")
}

func (p *problemList) networks(name string, values []string) {
	for _, v := range values {
		_, notNetwork := netip.ParsePrefix(v)
		_, notAddress := netip.ParseAddr(v)
		p.want(v == nobody || notNetwork == nil || notAddress == nil, name+": want addresses or networks such as 127.0.0.1,10.0.0.0/8")
	}
}

func (p *problemList) baseURL(name, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	p.want(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "",
		name+": want an address such as https://bangfu.example.org")
}

func (p *problemList) stores(c Config, purpose Purpose) {
	if c.MongoURI != "" {
		u, err := url.Parse(c.MongoURI.Reveal())
		p.want(err == nil && (u.Scheme == "mongodb" || u.Scheme == "mongodb+srv"), "MONGO_URI: want mongodb://…")
		p.want(c.FieldKeyset != "", "FIELD_KEYSET: needed with MONGO_URI; make one with: bangfu keyset")
	} else {
		p.want(c.DataDir != "", "DATA_DIR: needed without MONGO_URI")
	}
	if c.RedisAddr != "" {
		p.address("REDIS_ADDR", c.RedisAddr)
		p.want(c.RedisURL == "", "REDIS_ADDR and REDIS_URL are both set; keep one")
	}
	if c.RedisURL != "" {
		u, err := url.Parse(c.RedisURL.Reveal())
		p.want(err == nil && u.Host != "" && (u.Scheme == "redis" || u.Scheme == "rediss"), "REDIS_URL: want redis://… or rediss://…")
		p.want(c.RedisPassword == "", "REDIS_PASSWORD: belongs into REDIS_URL where that is set")
	}
	if purpose == Work {
		p.want(c.MongoURI != "", "MONGO_URI: needed by work; with the embedded database, serve does the work itself")
		p.want(!c.EmbeddedQueue(), "REDIS_ADDR: needed by work; with the embedded queue, serve does the work itself")
	}
	if purpose == Serve {
		p.want(!c.EmbeddedQueue() || c.MongoURI == "", "REDIS_ADDR: needed with MONGO_URI, so that every process shares one queue")
	}
}

func (p *problemList) backups(b Backup) {
	p.want(b.Keep >= 1 && b.Keep <= 1000, wantKeep)
	if b.At != "" {
		_, _, ok := b.Time()
		p.want(ok, "BACKUP_AT: want a time of day such as 03:30")
		p.want(b.To != "", "BACKUP_TO: needed with BACKUP_AT: where backups are kept")
		p.want(b.Key != "", "BACKUP_KEY: needed with BACKUP_AT; make one with: bangfu backup-key")
	}
	if b.Remote() {
		u, err := url.Parse(b.To)
		p.want(err == nil && u.Host != "" && strings.Trim(u.Path, "/") != "" && u.RawQuery == "" && u.User == nil,
			"BACKUP_TO: want a folder, or an address such as https://oss.example.org/bucket/prefix")
		p.want(b.AccessKey != "" && b.SecretKey != "", "BACKUP_ACCESS_KEY, BACKUP_SECRET_KEY: needed with a store in BACKUP_TO")
	}
}

func (p *problemList) account(prefix string, a Account) {
	p.want(a.AppID != "", prefix+"APP_ID: missing")
	p.want(a.AppSecret != "", prefix+"APP_SECRET: missing")
	p.want(len(a.Token) >= 3 && len(a.Token) <= 32, prefix+"TOKEN: want 3 to 32 letters or digits")
	p.want(a.Mode == "plain" || a.Mode == "safe", prefix+"MODE: want plain or safe")
	p.want(a.Mode != "safe" || a.AESKey != "", prefix+"AES_KEY: needed in safe mode")
	p.aesKey(prefix+"AES_KEY", a.AESKey)
	p.aesKey(prefix+"AES_KEY_PREVIOUS", a.AESKeyPrevious)
}

func (p *problemList) aesKey(name string, key Secret) {
	if key == "" {
		return
	}
	// Not strict: WeChat's own sample key has stray bits at the end.
	raw, err := base64.StdEncoding.DecodeString(key.Reveal() + "=")
	p.want(len(key) == 43 && err == nil && len(raw) == 32, name+": want the 43 letters and digits of WeChat's console")
}

// atWeChat reports whether the address is WeChat's own.
func atWeChat(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return host == "weixin.qq.com" || strings.HasSuffix(host, ".weixin.qq.com")
}
