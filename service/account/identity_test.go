package account_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

var proxyCode = regexp.MustCompile(`代看码:(\d{6})`)

func TestAProxySeesLittleAndForAWhile(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	apptest.WantContains(t, r.Say("h-023", "代看"), "眼下有0人", "1 发一个代看码")
	m := proxyCode.FindStringSubmatch(r.Say("h-023", "1"))
	if m == nil {
		t.Fatal("no code")
	}
	apptest.WantContains(t, r.Say("stranger-1", m[1]), "代看", "90天")
	home := r.Say("stranger-1", "我家")
	p := apptest.PaidTo("H-023")
	apptest.WantContains(t, home, "户号H-023", "共"+p.Total.Yuan()+"元", "下次帮扶日")
	apptest.WantWithout(t, home, "口人", "1 低保金")
	apptest.WantContains(t, r.Say("stranger-1", "补贴 H-023 2017 subsidy_condolence"), "只能看合计")
	apptest.WantContains(t, r.Say("stranger-1", "代看"), "不能再托别人")
	token := r.LogIn("stranger-1")
	apptest.Eventually(t, "the mini-program knows the proxy", func() bool {
		return r.Call(http.MethodGet, "/mini/v1/household", token, nil).Status == 200
	})
	var got struct {
		Members []any
		Aid     struct {
			Total      apptest.Amount
			Categories []struct {
				Code    string
				Entries []any
			}
		}
	}
	a := r.Call(http.MethodGet, "/mini/v1/household", token, nil)
	a.JSON(t, &got)
	if len(got.Members) != 0 || got.Aid.Total.Fen != int64(p.Total) || !strings.Contains(a.Body, `"view":"proxy"`) {
		t.Errorf("the proxy's view: %s", a.Body)
	}
	for _, c := range got.Aid.Categories {
		if len(c.Entries) != 0 {
			t.Errorf("the proxy sees entries of %s", c.Code)
		}
	}
	sums := r.Call(http.MethodGet, "/mini/v1/household/ledger", token, nil)
	apptest.WantContains(t, sums.Body, `"yuan":"`+p.Total.Yuan()+`"`)
	apptest.WantWithout(t, sums.Body, "sentence", "principal")
	question := doc{"client_key": "question-1", "entry_id": "ref/2017/heating/H-023", "text": "问一问"}
	r.Refused(403, "proxy", http.MethodPost, "/mini/v1/household/questions", token, question)
	apptest.WantContains(t, r.Say("stranger-1", "问账"), "代看")
	r.Clock.Advance(90*24*time.Hour + time.Second)
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "H-023")
}

func TestAHouseholdTakesItsProxiesBack(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Say("h-024", "代看")
	r.Say("stranger-1", proxyCode.FindStringSubmatch(r.Say("h-024", "1"))[1])
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "H-024")
	apptest.WantContains(t, r.Say("h-024", "代看"), "眼下有1人", "2 全部收回")
	apptest.WantContains(t, r.Say("h-024", "2"), "已收回1人")
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "H-024")
	apptest.WantContains(t, r.Say("h-024", "我家"), "户号H-024")
}

// TestAFullCodeLiftsAProxy and a later proxy code does not lower it again.
func TestAFullCodeLiftsAProxy(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Say("h-025", "代看")
	r.Say("stranger-1", proxyCode.FindStringSubmatch(r.Say("h-025", "1"))[1])
	r.Say("stranger-1", r.BindingCode("H-025"))
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "口人", "1 低保金")
	r.Say("h-025", "代看")
	r.Say("stranger-1", proxyCode.FindStringSubmatch(r.Say("h-025", "1"))[1])
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "口人", "1 低保金")
}

// TestOneLogInForARepeatedCode sends one code several times at once, as a bad network does.
func TestOneLogInForARepeatedCode(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	code := r.LoginCode("h-001")
	var bodies [4]string
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			a := r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": code})
			bodies[i] = fmt.Sprint(a.Status, " ", a.Body)
		})
	}
	all.Wait()
	for _, b := range bodies {
		if b != bodies[0] || !strings.HasPrefix(b, "200 ") {
			t.Errorf("%s\n%s", b, bodies[0])
		}
	}
	if a := r.Call(http.MethodPost, "/mini/v1/login", "", map[string]string{"code": r.LoginCode("h-001")}); strings.Contains(bodies[0], a.Body) {
		t.Error("another code gave the same session")
	}
}

func TestLogOutEverywhere(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.LogIn("h-001"), r.LogIn("h-001")
	if a := r.Call(http.MethodPost, "/mini/v1/logout-everywhere", one, nil); a.Status != 204 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for _, token := range []string{one, two} {
		if a := r.Call(http.MethodGet, "/mini/v1/me", token, nil); a.Status != 401 {
			t.Errorf("still logged in: %d", a.Status)
		}
	}
}

// popup is WeChat's event after a person answered a request to send notices, with two templates in one
// element: the SDK's decoder keeps only the last.
func popup(openID string, created int64) string {
	return fmt.Sprintf("<xml><ToUserName>gh_1</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>event</MsgType><Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent>"+
		"<List><TemplateId>A</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>0</PopupScene></List>"+
		"<List><TemplateId>B</TemplateId><SubscribeStatusString>reject</SubscribeStatusString><PopupScene>0</PopupScene></List>"+
		"</SubscribeMsgPopupEvent></xml>", openID, created)
}

func TestConsentsAreCountedOnce(t *testing.T) {
	r := apptest.Boot(t)
	openID := r.Person("h-001").OAOpenID
	query := apptest.SignedQuery(r.Clock.Now())
	for _, created := range []int64{1514422800, 1514422800, 1514422801} {
		if a := r.Call(http.MethodPost, "/wechat/oa"+query, "", popup(openID, created)); a.Body != "success" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if got := consents(t, r, "oa:"+openID); got != "A:2:accept B:0:reject" {
		t.Errorf("consents %s", got)
	}
	change := strings.NewReplacer("subscribe_msg_popup_event", "subscribe_msg_change_event", "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent",

		"accept", "reject").Replace(popup(openID, 1514422802))
	r.Call(http.MethodPost, "/wechat/oa"+query, "", change)
	if got := consents(t, r, "oa:"+openID); got != "A:0:reject B:0:reject" {
		t.Errorf("after the refusal: %s", got)
	}
	r.Act("h-001", "unfollow", nil)
	if got := consents(t, r, "oa:"+openID); got != "" {
		t.Errorf("after unfollowing: %s", got)
	}
}

func consents(t *testing.T, r *apptest.Running, identityID string) string {
	t.Helper()
	list, err := r.Store().ConsentsOf(t.Context(), identityID)
	if err != nil {
		t.Fatal(err)
	}
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = fmt.Sprintf("%s:%d:%s", c.TemplateID, c.Credit, c.Answer)
	}
	return strings.Join(parts, " ")
}

// TestTheMiniProgramAnswersByMessage writes to the mini-program, in JSON, whose pushes take no reply.
func TestTheMiniProgramAnswersByMessage(t *testing.T) {
	r := apptest.Boot(t)
	r.LogIn("h-001")
	p := r.Act("h-001", "text", map[string]string{"content": "我家", "account": "mp"})
	if p.Failed || p.Attempts[0].Body != "success" {
		t.Fatalf("%+v", p)
	}
	apptest.Eventually(t, "the answer arrives", func() bool {
		for _, l := range r.Chat("h-001") {
			if l.Via == "custom" && strings.Contains(l.Content, "户号H-001") {
				return true
			}
		}
		return false
	})
	openID := r.Person("h-001").MPOpenID
	stamp := fmt.Sprint(r.Clock.Now().Unix())
	query := "?timestamp=" + stamp + "&nonce=n&signature=" + apptest.Signature("demomptoken", stamp, "n")
	body := `{"ToUserName":"gh_","FromUserName":"` + openID + `","CreateTime":"1620973045","MsgType":"event",` +
		`"Event":"subscribe_msg_popup_event","List":{"TemplateId":"C","SubscribeStatusString":"accept","PopupScene":"0"}}`
	if a := r.Call(http.MethodPost, "/wechat/mp"+query, "", body); a.Body != "success" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if got := consents(t, r, model.IdentityID(model.ChannelMini, openID)); got != "C:1:accept" {
		t.Errorf("consents %s", got)
	}
}

func TestThePhoneInTheRegistryBinds(t *testing.T) {
	r := apptest.Boot(t)
	farm := demodata.Build()
	token := r.LogIn("stranger-1")
	phone := func(code string) apptest.Answer {
		return r.Call(http.MethodPost, "/mini/v1/phone", token, map[string]string{"code": code})
	}
	if a := phone(r.PhoneCode("stranger-1", "13900000000")); a.Status != 404 || a.Code() != "phone_unknown" {
		t.Errorf("a number of nobody: %d %s", a.Status, a.Body)
	}
	if a := phone("no-code"); a.Status != 401 || a.Code() != "phone_code" {
		t.Errorf("no code of WeChat's: %d %s", a.Status, a.Body)
	}
	person := farm.Persons[0]
	a := phone(r.PhoneCode("stranger-1", person.PhoneNumber))
	if a.Status != 200 || !strings.Contains(a.Body, person.Memberships[0].HouseholdID) {
		t.Errorf("a member's number: %d %s", a.Status, a.Body)
	}
	a = phone(r.PhoneCode("stranger-1", farm.Cadres[4].PhoneNumber))
	if a.Status != 200 || !strings.Contains(a.Body, `"cadre_id":"`+farm.Cadres[4].ID+`"`) {
		t.Errorf("a cadre's number: %d %s", a.Status, a.Body)
	}
	apptest.WantWithout(t, r.Log.String(), person.PhoneNumber, farm.Cadres[4].PhoneNumber)
}
