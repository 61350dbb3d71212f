package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestAFlushedRedisLosesNothing has a message on its way that WeChat is too busy to take, flushes
// Redis, and sees the message arrive once.
func TestAFlushedRedisLosesNothing(t *testing.T) {
	repotest.Raced(t)
	apptest.EachRedis(t, func(t *testing.T, use apptest.Option, flush func(*apptest.Running)) {
		r := apptest.Boot(t, use, apptest.Budget(time.Nanosecond))
		release := r.HoldPerson(r.Person("h-001").OAOpenID)
		r.Act("h-001", "text", map[string]string{"content": "我家"})
		r.Faults(map[string]any{"system_busy": 1})
		release()
		apptest.Eventually(t, "the message is put off", func() bool { return strings.Contains(r.Log.String(), "job put off") })
		flush(r)
		if n := r.CustomMessages("h-001"); n != 0 {
			t.Fatalf("%d messages before", n)
		}
		r.Clock.Advance(time.Minute)
		apptest.Eventually(t, "the message arrives", func() bool { return r.CustomMessages("h-001") == 1 })
		apptest.Eventually(t, "the outbox is empty", func() bool {
			n, err := r.Store().CountJobs(t.Context())
			return err == nil && n == 0
		})
		r.Clock.Advance(time.Minute)
		if n := r.CustomMessages("h-001"); n != 1 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestARestartKeepsEverything(t *testing.T) {
	r := apptest.Boot(t)
	r.Act("stranger-1", "follow", nil)
	r.Say("stranger-1", r.BindingCode("H-020"))
	token := r.LogIn("h-021")
	home := r.Say("stranger-1", "我家")
	r.Stop()

	again := apptest.Boot(t, apptest.InDir(r.Dir), apptest.At(r.Clock))
	again.Act("stranger-1", "follow", nil)
	if got := again.Say("stranger-1", "我家"); got != home {
		t.Errorf("before %q, after %q", home, got)
	}
	if a := again.Call("GET", "/mini/v1/me", token, nil); a.Status != 200 {
		t.Errorf("the log-in did not survive: %d", a.Status)
	}
}

// TestTheDemosClockIsKept turns it by the phone page and begins anew, as whoever tries the demo two days running.
func TestTheDemosClockIsKept(t *testing.T) {
	r := apptest.Boot(t)
	r.Sim("POST", "clock", map[string]any{"turn": "72h"}, nil)
	turned := r.Clock.Now()
	r.Stop()

	again := apptest.Boot(t, apptest.InDir(r.Dir))
	if now := again.Clock.Now(); now.Before(turned) {
		t.Errorf("%s, after %s", now, turned)
	}
}

// TestWorkThatWaitedIsDoneAfterARestart stops while WeChat is away.
func TestWorkThatWaitedIsDoneAfterARestart(t *testing.T) {
	r := apptest.Boot(t)
	r.Faults(map[string]any{"status": 502})
	r.Act("stranger-1", "follow", nil)
	apptest.Eventually(t, "joining the accounts is put off", func() bool { return strings.Contains(r.Log.String(), "job put off") })
	r.Stop()

	again := apptest.Boot(t, apptest.InDir(r.Dir), apptest.At(r.Clock))
	again.Follow("stranger-1") // the simulator remembers nothing
	again.Clock.Advance(time.Hour)
	person := again.Person("stranger-1")
	apptest.Eventually(t, "the accounts are joined", func() bool {
		id, err := again.Store().Identity(t.Context(), "oa:"+person.OAOpenID)
		return err == nil && id.AccountID == model.UnionAccountID(person.UnionID)
	})
}

func TestOneProcessForOneFolder(t *testing.T) {
	apptest.OnlyEmbedded(t)
	r := apptest.Boot(t)
	cfg, err := config.Load(config.Demo, r.Env, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.Start(context.Background(), config.Demo, cfg, app.Options{})
	if err == nil || !strings.Contains(err.Error(), "in use by another bangfu") {
		t.Errorf("a second one: %v", err)
	}
}

// TestTheLogHoldsNoPersonalData goes through everything a person can send and looks for it in the log.
func TestTheLogHoldsNoPersonalData(t *testing.T) {
	r := apptest.Boot(t)
	code := r.BindingCode("H-022")
	token := r.LogIn("stranger-1")
	r.Act("stranger-1", "follow", nil)
	r.Say("stranger-1", "我的电话是19900001234")
	r.Say("stranger-1", code)
	r.Say("stranger-1", "我家")
	r.Call("POST", "/mini/v1/bind", token, map[string]string{"code": "999999", "household_no": "19900001234"})
	r.Call("POST", "/mini/v1/login", "", `{"code":"secret-code"`)
	r.Call("GET", "/mini/v1/household?household_no=19900001234", token, nil)
	r.Call("POST", "/wechat/oa?signature=abc&phone=19900001234", "", "<xml>19900001234</xml>")
	r.StaffToken("office")
	log := r.Log.String()
	apptest.WantContains(t, log, `"route":"/wechat/oa"`)
	apptest.WantWithout(t, log, "19900001234", code, token, "secret-code", "bangfu-demo", "demo-oa-secret", "demooatoken", "我家", "绑定码:")
}

// TestAnswersGoOnWithoutRedis has nothing where Redis should be.
func TestAnswersGoOnWithoutRedis(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t, apptest.With("REDIS_ADDR", "127.0.0.1:1"))
	apptest.WantContains(t, r.Say("h-001", "我家"), "户号H-001")
	r.Act("stranger-1", "follow", nil)
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-001")), "登记好了")
	if a := r.Call("GET", "/readyz", "", nil); a.Status != 503 || !strings.Contains(a.Body, `"redis":"away"`) {
		t.Errorf("readiness: %d %s", a.Status, a.Body)
	}
}
