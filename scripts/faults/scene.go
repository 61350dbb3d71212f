package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/repo/wechat/wxsim"
	"bangfu/scripts/bigfarm"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

// The account that everybody here pretends to be.
var accounts = map[string]string{
	"WECHAT_OA_APP_ID": "wx0000000000faults", "WECHAT_OA_APP_SECRET": "faults-only-secret", "WECHAT_OA_TOKEN": "faultsonly", "WECHAT_OA_MODE": "plain",
	"WECHAT_MP_APP_ID": "wx000000000faultmp", "WECHAT_MP_APP_SECRET": "faults-only-secret", "WECHAT_MP_TOKEN": "faultsonly", "WECHAT_MP_MODE": "plain",
}

// usualDelay is how many milliseconds WeChat takes when nothing is wrong.
const usualDelay = 30

// calm is WeChat when nothing is wrong.
var calm = map[string]any{"status": 0, "slow_ms": usualDelay, "system_busy": 0, "cut_after_accept": 0}

// scene is what the processes under test share.
type scene struct {
	dir       string // logs
	env       []string
	store     *repo.Store
	rdb       *redis.Client
	sim       *wxsim.Sim
	wechat    *http.Server
	address   string // of the simulator
	reminders map[string]int
}

// open makes a farm of so many cadres, whose messages go the way.
func open(ctx context.Context, cadres int, way bigfarm.Way) (*scene, error) {
	mongo, addr := os.Getenv("MONGO_URI"), os.Getenv("REDIS_ADDR")
	if mongo == "" || addr == "" {
		return nil, errors.New("MONGO_URI and REDIS_ADDR: missing; run scripts/faults.sh")
	}
	dir, err := os.MkdirTemp("", "bangfu-faults-")
	if err != nil {
		return nil, err
	}
	s := &scene{dir: dir, rdb: redis.NewClient(&redis.Options{Addr: addr})}
	keyset, err := repo.NewKeyset()
	if err != nil {
		return nil, err
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		return nil, err
	}
	database := fmt.Sprintf("faults_%d", time.Now().Unix())
	if s.store, err = repo.Open(mongo, database, sealer, nil); err != nil {
		return nil, err
	}
	if _, err = s.store.Migrate(ctx, time.Now()); err != nil {
		return nil, err
	}
	if err := s.openWeChat(); err != nil {
		return nil, err
	}
	s.env = append(os.Environ(), "MONGO_DATABASE="+database, "FIELD_KEYSET="+keyset, "METRICS_ADDR=127.0.0.1:0",
		"WECHAT_BASE_URL=http://"+s.address, "LOG_LEVEL=info")
	for name, value := range accounts {
		s.env = append(s.env, name+"="+value)
	}
	now := time.Now()
	if err := bigfarm.Load(ctx, s.store, s.sim, cadres, way, now); err != nil {
		return nil, err
	}
	if err := s.openWindows(ctx, cadres); err != nil {
		return nil, err
	}
	return s, s.control(ctx, "faults", calm, nil)
}

func (s *scene) openWeChat() error {
	s.sim = wxsim.New(wxsim.Config{OA: wxsim.Account{
		AppID: accounts["WECHAT_OA_APP_ID"], Secret: accounts["WECHAT_OA_APP_SECRET"], Token: accounts["WECHAT_OA_TOKEN"], OriginalID: "gh_faults",
	}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.address = l.Addr().String()
	s.wechat = &http.Server{Handler: s.sim.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.wechat.Serve(l) }()
	return nil
}

// openWindows lets every cadre write a message, so that customer messages may be sent to them.
func (s *scene) openWindows(ctx context.Context, n int) error {
	for i := range n {
		if err := s.openWindow(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *scene) openWindow(ctx context.Context, i int) error {
	return s.control(ctx, "users/"+bigfarm.Follower(i)+"/text", map[string]string{"content": "在"}, nil)
}

// control asks the simulator's control API; body nil asks for something, into nil wants no answer.
func (s *scene) control(ctx context.Context, path string, body, into any) error {
	method, payload := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+"/sim/"+path, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("simulator %s: %d", path, resp.StatusCode)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

// received is what reached the i-th cadre.
func (s *scene) received(ctx context.Context, i int) (texts []string, err error) {
	var chat struct {
		Messages []struct{ From, Content string }
	}
	err = s.control(ctx, "users/"+bigfarm.Follower(i)+"/messages", nil, &chat)
	for _, m := range chat.Messages {
		if m.From == "account" {
			texts = append(texts, m.Content)
		}
	}
	return texts, err
}

// messages are the reminders' rows by the number of the cadre.
func (s *scene) messages(ctx context.Context) (map[int]model.Message, error) {
	list, err := s.store.MessagesUnder(ctx, "rem:")
	rows := map[int]model.Message{}
	for _, m := range list {
		if i, ours := s.reminders[m.ID]; ours {
			rows[i] = m
		}
	}
	return rows, err
}

// progress is how far the reminders have come.
type progress struct {
	asked, waiting int
	jobs           int64
}

func (s *scene) progress(ctx context.Context) (p progress, err error) {
	rows, err := s.messages(ctx)
	if err != nil {
		return p, err
	}
	for _, m := range rows {
		if m.State == model.MessageQueued || m.State == model.MessageSending {
			p.waiting++
		}
	}
	p.asked = len(rows)
	p.jobs, err = s.store.CountJobs(ctx)
	return p, err
}

// atRest: every reminder was asked for, and nothing is left to do.
func (s *scene) atRest(p progress) bool {
	return p.asked == len(s.reminders) && p.waiting == 0 && p.jobs == 0
}

// await waits until the reminders are so far. It looks every two seconds, so that looking is not the load, and says
// now and then how far they are.
func (s *scene) await(ctx context.Context, enough func(progress) bool) error {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for said := time.Now(); ; {
		p, err := s.progress(ctx)
		if err == nil && enough(p) {
			return nil
		}
		if time.Since(said) >= 20*time.Second && err == nil {
			fmt.Printf("%d of %d asked for, %d have no outcome, %d jobs\n", p.asked, len(s.reminders), p.waiting, p.jobs)
			said = time.Now()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// close ends it. The logs stay where something was wrong.
func (s *scene) close(good bool) error {
	s.sim.Close()
	err := errors.Join(s.wechat.Close(), s.rdb.Close(), s.store.Close(context.Background()))
	if good {
		return errors.Join(err, os.RemoveAll(s.dir))
	}
	logs, _ := filepath.Glob(filepath.Join(s.dir, "*"))
	fmt.Println("logs:", strings.Join(logs, " "))
	return err
}
