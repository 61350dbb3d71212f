package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	offConfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/sirupsen/logrus"
)

// start brings up every server and says what to send it.
func start(ctx context.Context, only string) (targets []target, stop func(), err error) {
	gin.SetMode(gin.ReleaseMode)
	var stops []func()
	stop = func() {
		for i := len(stops) - 1; i >= 0; i-- {
			stops[i]()
		}
	}
	plain := httptest.NewServer(empty())
	sdk := httptest.NewServer(bareSDK())
	stops = append(stops, plain.Close, sdk.Close)
	anybody := strangers(256)
	for _, mode := range []string{"plain", "safe"} {
		targets = append(targets,
			target{name: "empty Gin handler", mode: mode, url: plain.URL, people: anybody, text: "帮助", want: "success"},
			target{name: "SDK handler, " + mode + ", echo", mode: mode, url: sdk.URL, reference: true, people: anybody, text: "帮助", want: "xml"})
	}
	for _, o := range ours(ctx) {
		if !strings.Contains(o.mode+" "+o.name, only) {
			continue
		}
		more, end, err := o.start(ctx)
		if err != nil {
			return nil, stop, fmt.Errorf("%s: %w", o.name, err)
		}
		targets, stops = append(targets, more...), append(stops, end)
	}
	return targets, stop, nil
}

func strangers(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("o-bench-%08d", i)
	}
	return ids
}

// empty reads the message and answers nothing.
func empty() http.Handler {
	r := gin.New()
	r.POST("/", func(c *gin.Context) {
		_, _ = io.Copy(io.Discard, c.Request.Body)
		c.String(http.StatusOK, "success")
	})
	return r
}

// bareSDK echoes by the SDK alone: no database, no repeats recognised, nobody known.
func bareSDK() http.Handler {
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.ErrorLevel)
	account := wechat.NewWechat().GetOfficialAccount(&offConfig.Config{
		AppID: appID, AppSecret: "secret", Token: token, EncodingAESKey: aesKey, Cache: cache.NewMemory(),
	})
	r := gin.New()
	r.POST("/", func(c *gin.Context) {
		server := account.GetServer(c.Request, c.Writer)
		server.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(m.Content)}
		})
		if server.Serve() == nil {
			_ = server.Send()
		}
	})
	return r
}

// own is one way to run Bangfu.
type own struct{ name, mode, redis string }

// ours are the ways: both modes, on the embedded Redis and on a real one where there is one.
func ours(ctx context.Context) []own {
	all := []own{{"miniredis", "plain", ""}, {"miniredis", "safe", ""}}
	if _, err := exec.LookPath("redis-server"); err != nil {
		fmt.Fprintln(os.Stderr, "no redis-server on the PATH: measured on the embedded Redis only")
		return all
	}
	return append(all, own{"redis-server", "plain", "own"}, own{"redis-server", "safe", "own"})
}

func (o own) start(ctx context.Context) (targets []target, stop func(), err error) {
	dir, err := os.MkdirTemp("", "bangfu-bench-")
	if err != nil {
		return nil, nil, err
	}
	stops := []func(){func() { _ = os.RemoveAll(dir) }}
	stop = func() {
		for i := len(stops) - 1; i >= 0; i-- {
			stops[i]()
		}
	}
	env := map[string]string{
		"HTTP_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0", "WXSIM_ADDR": "127.0.0.1:0", "DATA_DIR": dir,
		"WECHAT_OA_APP_ID": appID, "WECHAT_OA_TOKEN": token, "WECHAT_OA_AES_KEY": aesKey, "WECHAT_OA_MODE": o.mode,
		"LOG_LEVEL": "error",
	}
	if o.redis != "" {
		addr, end, err := redisServer(ctx, dir)
		if err != nil {
			return nil, stop, err
		}
		stops, env["REDIS_ADDR"] = append(stops, end), addr
	}
	cfg, err := config.Load(config.Demo, env, nil)
	if err != nil {
		return nil, stop, err
	}
	a, err := app.Start(ctx, config.Demo, cfg, app.Options{Clock: app.NewClock(time.Time{}), RelaxedDisk: true, IntoServers: true})
	if err != nil {
		return nil, stop, err
	}
	stops = append(stops, func() { _ = a.Stop(context.WithoutCancel(ctx)) })
	households, err := households(ctx, a.SimURL())
	if err != nil {
		return nil, stop, err
	}
	token, err := officeToken(ctx, a.LocalURL())
	if err != nil {
		return nil, stop, err
	}
	url := a.LocalURL() + "/wechat/oa"
	return []target{
		{name: "Bangfu, " + o.mode + ", " + o.name + ", 帮助", mode: o.mode, url: url, people: strangers(256), text: "帮助", want: "<"},
		{name: "Bangfu, " + o.mode + ", " + o.name + ", 我家", mode: o.mode, url: url, people: households, text: "我家", want: "<"},
		{name: "Bangfu, " + o.mode + ", " + o.name + ", 户的列表", mode: o.mode, url: a.LocalURL() + "/staff/v1/households", token: token, want: "H-036"},
	}, stop, nil
}

// officeToken logs in as the demo's office.
func officeToken(ctx context.Context, base string) (string, error) {
	body := strings.NewReader(`{"name":"office","password":"bangfu-demo"}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/staff/v1/login", body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var out struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Token == "" {
		return "", fmt.Errorf("log in: %d %w", resp.StatusCode, err)
	}
	return out.Token, nil
}

// redisServer starts a real Redis without a disk.
func redisServer(ctx context.Context, dir string) (addr string, stop func(), err error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	at := free.Addr().(*net.TCPAddr)
	_ = free.Close()
	cmd := exec.CommandContext(ctx, "redis-server", "--bind", "127.0.0.1", "--port", strconv.Itoa(at.Port),
		"--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	rdb := redis.NewClient(&redis.Options{Addr: at.String()})
	defer rdb.Close()
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); {
		if rdb.Ping(ctx).Err() == nil {
			return at.String(), stop, nil
		}
	}
	stop()
	return "", nil, errors.New("redis-server does not answer")
}

// households are the openids of the reference farm's followers that belong to a household.
func households(ctx context.Context, sim string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, sim+"/sim/users", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var list struct {
		Users []struct {
			Group    string `json:"group"`
			OAOpenID string `json:"oa_openid"`
		} `json:"users"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return nil, err
	}
	var ids []string
	for _, u := range list.Users {
		if u.Group == "household" {
			ids = append(ids, u.OAOpenID)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("the simulator knows no household")
	}
	return ids, nil
}
