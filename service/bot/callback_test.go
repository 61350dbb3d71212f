package bot_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

func TestWhoMayPush(t *testing.T) {
	r := apptest.Boot(t)
	now := r.Clock.Now()
	good := apptest.TextPush("o-somebody", "1", "你好")
	cases := []struct {
		name, query, body string
		status            int
		code              string
	}{
		{"a good push", apptest.SignedQuery(now), good, 200, ""},
		{"no query", "", good, 403, "callback_timestamp"},
		{"a wrong signature", strings.Replace(apptest.SignedQuery(now), "signature=", "signature=0", 1), good, 403, "callback_signature"},
		{"eleven minutes old", apptest.SignedQuery(now.Add(-11 * time.Minute)), good, 403, "callback_timestamp"},
		{"eleven minutes early", apptest.SignedQuery(now.Add(11 * time.Minute)), good, 403, "callback_timestamp"},
		{"too large", apptest.SignedQuery(now), "<xml>" + strings.Repeat(" ", 64<<10) + "</xml>", 400, "callback_malformed"},
		{"not XML", apptest.SignedQuery(now), "hello", 400, "callback_malformed"},
		{"empty", apptest.SignedQuery(now), "", 400, "callback_malformed"},
		{"a document type", apptest.SignedQuery(now), `<!DOCTYPE x [<!ENTITY e "x">]>` + good, 400, "callback_malformed"},
		{"cut off", apptest.SignedQuery(now), good[:len(good)/2], 400, "callback_malformed"},
	}
	for _, c := range cases {
		a := r.Call(http.MethodPost, "/wechat/oa"+c.query, "", c.body)
		if a.Status != c.status || a.Code() != c.code {
			t.Errorf("%s: %d %s, want %d %s", c.name, a.Status, a.Body, c.status, c.code)
		}
	}
	if a := r.Call(http.MethodGet, "/wechat/oa"+apptest.SignedQuery(now)+"&echostr=hello", "", nil); a.Status != 200 || a.Body != "hello" {
		t.Errorf("the check of the address: %d %q", a.Status, a.Body)
	}
	if a := r.Call(http.MethodGet, "/wechat/oa?echostr=hello", "", nil); a.Status != 403 {
		t.Errorf("an unsigned check of the address: %d", a.Status)
	}
}

// TestRepeatsGetTheFirstAnswer repeats what has an effect that shows when it happens twice: every new
// binding code is another one.
func TestRepeatsGetTheFirstAnswer(t *testing.T) {
	repotest.Raced(t)
	for _, mode := range []string{"plain", "safe"} {
		t.Run(mode, func(t *testing.T) {
			r := apptest.Boot(t, apptest.With("WECHAT_OA_MODE", mode))
			for _, concurrent := range []bool{false, true} {
				p := r.Act(apptest.LeadOf(t, "H-018"), "text", map[string]any{"content": "发绑定码", "times": 3, "concurrent": concurrent})
				if len(p.Attempts) != 3 {
					t.Fatalf("%d deliveries", len(p.Attempts))
				}
				for _, a := range p.Attempts {
					if a.Status != 200 || a.Body != p.Attempts[0].Body || a.Body == "success" {
						t.Errorf("concurrent %v: %d %s", concurrent, a.Status, a.Body)
					}
				}
				apptest.WantContains(t, p.Text(), "绑定码:")
			}
		})
	}
}

func TestTheSameMsgIdOfTwoPeople(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Person("h-001").OAOpenID, r.Person("h-002").OAOpenID
	query := apptest.SignedQuery(r.Clock.Now())
	apptest.WantContains(t, r.Call(http.MethodPost, "/wechat/oa"+query, "", apptest.TextPush(one, "77", "我家")).Body, "H-001")
	apptest.WantContains(t, r.Call(http.MethodPost, "/wechat/oa"+query, "", apptest.TextPush(two, "77", "我家")).Body, "H-002")
}

func TestSafeMode(t *testing.T) {
	r := apptest.Boot(t, apptest.With("WECHAT_OA_MODE", "safe"))
	p := r.Act("h-001", "text", map[string]string{"content": "我家"})
	apptest.WantContains(t, p.Text(), "户号H-001")
	apptest.WantContains(t, p.Attempts[0].Body, "<Encrypt>", "<MsgSignature>")
	apptest.WantWithout(t, p.Attempts[0].Body, "H-001")
	a := r.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(r.Clock.Now()), "", apptest.TextPush("o-somebody", "1", "我家"))
	if a.Status != 403 {
		t.Errorf("a readable push in safe mode: %d %s", a.Status, a.Body)
	}
}

func TestThePreviousKeyStillOpens(t *testing.T) {
	// The simulator takes the current key, so here it is given the old one as the current and the other
	// way round: a second Bangfu is put behind the first one's simulator.
	old := strings.Repeat("a", 43)
	behind := apptest.Boot(t, apptest.With("WECHAT_OA_MODE", "safe"), apptest.With("WECHAT_OA_AES_KEY_PREVIOUS", old))
	front := apptest.Boot(t, apptest.With("WECHAT_OA_MODE", "safe"), apptest.With("WECHAT_OA_AES_KEY", old),
		apptest.PushTo(behind.App.LocalURL()))
	p := front.Act("h-001", "text", map[string]string{"content": "我家"})
	apptest.WantContains(t, p.Text(), "户号H-001")
}

func TestALateAnswerFollowsAsAMessage(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t, apptest.Budget(time.Nanosecond))
	person := r.Person("h-001")
	release := r.HoldPerson(person.OAOpenID)
	p := r.Act("h-001", "text", map[string]string{"content": "我家"})
	if p.Reply != nil || p.Failed || p.Attempts[0].Body != "success" {
		t.Fatalf("want success, got %+v", p)
	}
	release()
	apptest.Eventually(t, "the answer arrives as a customer message", func() bool {
		for _, l := range r.Chat("h-001") {
			if l.Via == "custom" && strings.Contains(l.Content, "户号H-001") {
				return true
			}
		}
		return false
	})
}

func TestOnePersonsMessagesKeepTheirOrder(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	cadre := r.Person(apptest.LeadOf(t, "H-019"))
	release := r.HoldPerson(cadre.OAOpenID)
	query := apptest.SignedQuery(r.Clock.Now())
	var first, second string
	var both sync.WaitGroup
	both.Go(func() {
		first = r.Call(http.MethodPost, "/wechat/oa"+query, "", apptest.TextPush(cadre.OAOpenID, "1", "我的户")).Body
	})
	apptest.Eventually(t, "the first message is in line", func() bool { return strings.Contains(r.Log.String(), "a push is in line") })
	// The digit means something only after the first message is answered.
	both.Go(func() {
		second = r.Call(http.MethodPost, "/wechat/oa"+query, "", apptest.TextPush(cadre.OAOpenID, "2", "1")).Body
	})
	release()
	both.Wait()
	apptest.WantContains(t, first, "您结对的户")
	apptest.WantContains(t, second, "绑定码:")
}

// TestADeadProcessLeavesItsPushToTheNextDelivery finds a row that somebody claimed and never finished.
func TestADeadProcessLeavesItsPushToTheNextDelivery(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	openID := r.Person("h-001").OAOpenID
	in := model.Inbound{Channel: model.ChannelOA, OpenID: openID, Type: "text", MsgID: "5"}
	now := r.Clock.Now()
	err := r.Store().InsertInbox(t.Context(), model.InboxRow{ID: in.Key(), OpenID: openID, ReceivedAt: now, LeaseUntil: now.Add(-time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	a := r.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(now), "", apptest.TextPush(openID, "5", "反映 屋顶漏雨"))
	apptest.WantContains(t, a.Body, "就这样记下")
}

func TestEventsWithNothingToSay(t *testing.T) {
	r := apptest.Boot(t)
	for _, event := range []string{"VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "something_new"} {
		p := r.Act("h-001", "event", map[string]string{"event": event})
		if p.Failed || p.Reply != nil || p.Attempts[0].Body != "success" {
			t.Errorf("%s: %+v", event, p)
		}
	}
}
