// Package config reads everything an operator can set: one struct, from environment and flags,
// with *_FILE for secrets, checked as a whole so that every problem is reported at once.
package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Purpose is what the process is started for; it decides which values must be there.
type Purpose string

// The purposes, after the subcommands.
const (
	Demo     Purpose = "demo"     // everything in one process, missing parts embedded
	Serve    Purpose = "serve"    // HTTP
	Work     Purpose = "work"     // queue
	Maintain Purpose = "maintain" // migrate, verify, seed: the database only
	Keyset   Purpose = "keyset"   // FIELD_KEYSET only
)

// Config is the whole configuration. Every field's name, default and meaning is listed in example.env.
type Config struct {
	HTTPAddr      string        `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080" help:"address of the public HTTP listener"`
	MetricsAddr   string        `env:"METRICS_ADDR" envDefault:"127.0.0.1:9090" help:"address of the internal listener with /metrics"`
	PublicBaseURL string        `env:"PUBLIC_BASE_URL" help:"how the outside reaches HTTP_ADDR; serve: an https address; demo: default http://HTTP_ADDR"`
	Proxies       []string      `env:"TRUSTED_PROXIES" envDefault:"127.0.0.1,::1" help:"addresses or networks of the proxies before us, comma-separated; only they are believed when they tell a client's address; none: nobody is"`
	DataDir       string        `env:"DATA_DIR" envDefault:"data" help:"folder of the embedded database"`
	MongoURI      Secret        `env:"MONGO_URI" help:"MongoDB 6+; empty: the embedded database"`
	MongoDatabase string        `env:"MONGO_DATABASE" envDefault:"bangfu" help:"database name"`
	RedisAddr     string        `env:"REDIS_ADDR" help:"host:port of Redis; empty: the embedded one"`
	RedisPassword Secret        `env:"REDIS_PASSWORD" help:"password of Redis"`
	RedisURL      Secret        `env:"REDIS_URL" help:"in the place of both, where Redis is more than one host and a password: redis://user:password@host:6379/0, rediss:// with TLS; a cluster with ?addr=host:6379 for each further node; Sentinels with ?master_name=mymaster&addr=host:26379, and the master's own &username= and &password="`
	FieldKeyset   Secret        `env:"FIELD_KEYSET" help:"keys that seal id numbers and phones (bangfu keyset makes one); may stay empty with the embedded database, which keeps its own"`
	Workers       int           `env:"WORKERS" envDefault:"8" help:"how many tasks one process does at once; more of them help where WeChat is slow, not where the database is"`
	StaffIdle     time.Duration `env:"STAFF_IDLE" envDefault:"30m" help:"how long nobody may do anything in a log-in of staff before it ends; 0: as long as it lasts"`
	SecondFactor  []string      `env:"SECOND_FACTOR" envDefault:"office,finance,publisher,administrator" help:"duties that log in with a code from a telephone, too, comma-separated; none: whoever wants to"`
	Drain         time.Duration `env:"DRAIN" envDefault:"0s" help:"how long a process that is to stop goes on answering while /readyz says no, so that a balancer notices; at most 15s"`
	APIDocs       bool          `env:"API_DOCS" envDefault:"false" help:"true: /docs and /openapi.json are served, to anybody; the demo does so by itself"`
	LogLevel      string        `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	WxsimAddr     string        `env:"WXSIM_ADDR" envDefault:"127.0.0.1:8090" help:"demo: address of the WeChat simulator and its phone page"`
	ClockStart    time.Time     `env:"CLOCK_START" help:"demo and tests only: RFC 3339 instant at which the clock starts"`
	Patience      int           `env:"PATIENCE" envDefault:"1" help:"demo and tests only: how many times as long as usual everything may take that has a limit of real time"`
	WeChat        WeChat        `envPrefix:"WECHAT_"`
	Backup        Backup        `envPrefix:"BACKUP_"`
}

// Backup is how the database is backed up.
type Backup struct {
	Key       Secret `env:"KEY" help:"encrypts backups (bangfu backup-key makes one); keep it where neither the database nor the backups are"`
	At        string `env:"AT" help:"time of day in Shanghai, such as 03:30, at which a backup is made by itself; empty: none is"`
	To        string `env:"TO" help:"where backups are kept: a folder, or https://host/bucket/prefix of an S3-compatible store"`
	Keep      int    `env:"KEEP" envDefault:"14" help:"how many backups are kept there, 1 to 1000"`
	AccessKey Secret `env:"ACCESS_KEY" help:"access key of the store in BACKUP_TO"`
	SecretKey Secret `env:"SECRET_KEY" help:"secret key of the store in BACKUP_TO"`
}

// Time is At as hours and minutes; ok is false where it is none.
func (b Backup) Time() (hour, minute int, ok bool) {
	t, err := time.Parse("15:04", b.At)
	return t.Hour(), t.Minute(), err == nil
}

// Remote reports whether To is a store and no folder.
func (b Backup) Remote() bool {
	return strings.HasPrefix(b.To, "https://") || strings.HasPrefix(b.To, "http://")
}

// WeChat is what connects us to WeChat.
type WeChat struct {
	BaseURL string  `env:"BASE_URL" help:"stands in for https://api.weixin.qq.com; demo: empty runs the simulator in process"`
	OA      Account `envPrefix:"OA_"`
	MP      Account `envPrefix:"MP_"`
}

// Account is one WeChat account: the official account or the mini-program.
type Account struct {
	AppID          string `env:"APP_ID" help:"AppID"`
	AppSecret      Secret `env:"APP_SECRET" help:"AppSecret"`
	Token          Secret `env:"TOKEN" help:"callback token, 3 to 32 letters or digits"`
	AESKey         Secret `env:"AES_KEY" help:"EncodingAESKey, 43 letters or digits; needed in safe mode"`
	AESKeyPrevious Secret `env:"AES_KEY_PREVIOUS" help:"the EncodingAESKey before the last change, so that none of its messages is lost"`
	Mode           string `env:"MODE" envDefault:"safe" help:"safe or plain, as set in WeChat's console"`
}

// Embedded reports whether the database runs in our own process.
func (c Config) Embedded() bool { return c.MongoURI == "" }

// EmbeddedQueue reports whether the queue's Redis runs in our own process.
func (c Config) EmbeddedQueue() bool { return c.RedisAddr == "" && c.RedisURL == "" }

// RedisAddress is the URL of Redis, however it was set; empty for the embedded one.
func (c Config) RedisAddress() Secret {
	if c.RedisURL != "" || c.RedisAddr == "" {
		return c.RedisURL
	}
	u := url.URL{Scheme: "redis", Host: c.RedisAddr}
	if c.RedisPassword != "" {
		u.User = url.UserPassword("", c.RedisPassword.Reveal())
	}
	return Secret(u.String())
}

// Simulated reports whether this is a demo that brings its own WeChat.
func (c Config) Simulated() bool { return c.WeChat.BaseURL == "" }

// nobody stands for no proxy at all, and for no role; empty would be the default.
const nobody = "none"

// Secret is a value that is never printed.
type Secret string

// String hides the value, also from %v and from slog.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal gives the value to whoever must have it.
func (s Secret) Reveal() string { return string(s) }

// Variable describes one setting for the help text, the flags and the example file.
type Variable struct {
	Name, Default, Help string
	Secret              bool
}

// Variables lists every setting in the order of the struct.
func Variables() []Variable { return variables(reflect.TypeFor[Config](), "") }

func variables(t reflect.Type, prefix string) []Variable {
	var list []Variable
	for f := range t.Fields() {
		if p, ok := f.Tag.Lookup("envPrefix"); ok {
			list = append(list, variables(f.Type, prefix+p)...)
			continue
		}
		list = append(list, Variable{
			Name: prefix + f.Tag.Get("env"), Default: f.Tag.Get("envDefault"), Help: f.Tag.Get("help"),
			Secret: f.Type == reflect.TypeFor[Secret](),
		})
	}
	return list
}

// Load reads the configuration for a purpose from the environment, with flags laid over it
// (both by variable name). The error lists every problem, each with the variable's name;
// no value of a secret is in it.
func Load(purpose Purpose, environ, flags map[string]string) (Config, error) {
	values := maps.Clone(environ)
	maps.Copy(values, flags)
	problems := readFiles(values)
	if purpose == Demo {
		fillDemo(values)
	}
	cfg, err := env.ParseAsWithOptions[Config](env.Options{Environment: values})
	problems = append(problems, parseProblems(err)...)
	problems = append(problems, cfg.problems(purpose, values)...)
	if len(problems) > 0 {
		return Config{}, &Problems{List: problems}
	}
	cfg.Proxies = slices.DeleteFunc(cfg.Proxies, func(p string) bool { return p == nobody })
	cfg.SecondFactor = slices.DeleteFunc(cfg.SecondFactor, func(d string) bool { return d == nobody })
	if cfg.PublicBaseURL == "" {
		cfg.PublicBaseURL = "http://" + cfg.HTTPAddr
	}
	cfg.PublicBaseURL = strings.TrimRight(cfg.PublicBaseURL, "/")
	cfg.WeChat.BaseURL = strings.TrimRight(cfg.WeChat.BaseURL, "/")
	return cfg, nil
}

// Environ is the process environment as a map.
func Environ() map[string]string { return env.ToMap(os.Environ()) }

// readFiles puts the contents of NAME_FILE in the place of each secret NAME.
func readFiles(values map[string]string) (problems []string) {
	for _, v := range Variables() {
		path := values[v.Name+"_FILE"]
		if !v.Secret || path == "" {
			continue
		}
		if values[v.Name] != "" {
			problems = append(problems, v.Name+" and "+v.Name+"_FILE are both set; keep one")
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s_FILE: %v", v.Name, err))
			continue
		}
		values[v.Name] = strings.TrimSpace(string(b))
	}
	return problems
}

// parseProblems turns the parser's errors into lines that name the variable and hide its value.
func parseProblems(err error) []string {
	if err == nil {
		return nil
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return []string{err.Error()}
	}
	var list []string
	for _, e := range all.Errors {
		var parse env.ParseError
		if errors.As(e, &parse) {
			list = append(list, parseProblem(parse))
			continue
		}
		list = append(list, e.Error())
	}
	return list
}

func parseProblem(e env.ParseError) string {
	switch e.Name {
	case "ClockStart":
		return "CLOCK_START: want an instant such as 2017-12-01T08:00:00+08:00"
	case "Workers":
		return wantWorkers
	case "StaffIdle":
		return wantIdle
	case "Drain":
		return wantDrain
	case "Patience":
		return wantPatience
	case "Keep":
		return wantKeep
	case "APIDocs":
		return "API_DOCS: want true or false"
	}
	return e.Name + ": the value does not fit its type " + e.Type.String()
}

// Problems is everything that is wrong with a configuration.
type Problems struct{ List []string }

// Error has one problem a line.
func (p *Problems) Error() string {
	return "configuration:\n  - " + strings.Join(slices.Compact(slices.Clone(p.List)), "\n  - ")
}
