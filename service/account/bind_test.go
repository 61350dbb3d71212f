package account_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

func TestCodeFromTheCadreBindsAStranger(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1", "stranger-2")
	code := r.BindingCode("H-007")
	apptest.WantContains(t, r.Say("stranger-1", code), "登记好了", "H-007")
	home := r.Say("stranger-1", "我家")
	apptest.WantContains(t, home, "户号H-007", "共"+apptest.PaidTo("H-007").Total.Yuan()+"元")
	apptest.WantContains(t, r.Say("stranger-1", "绑定 "+code), "已经登记过", "H-007")
	if r.Say("stranger-2", code); strings.Contains(r.Say("stranger-2", "我家"), "H-007") {
		t.Error("a used code opened the household to somebody else")
	}
}

func TestCodeBySceneBindsWhoeverScansIt(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	code := r.BindingCode("H-008")
	apptest.WantContains(t, r.Act("stranger-1", "scan", map[string]string{"scene": "bind-" + code}).Text(), "登记好了", "H-008")
}

func TestSeveralHouseholds(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Say("stranger-1", r.BindingCode("H-009"))
	r.Say("stranger-1", r.BindingCode("H-010"))
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "哪一户", "1 ", "H-009", "2 ", "H-010")
	apptest.WantContains(t, r.Say("stranger-1", "2"), "户号H-010")
	apptest.WantContains(t, r.Say("stranger-1", "补贴 h-009"), apptest.PaidTo("H-009").Total.Yuan())
	apptest.WantContains(t, r.Say("stranger-1", "我家 H-011"), "哪一户")
	// A difficulty is not guessed to be the first household's, and the words are not asked for twice.
	apptest.WantContains(t, r.Say("stranger-1", "反映 屋顶 漏雨"), "哪一户的难处", "1 ", "H-009", "2 ", "H-010")
	apptest.WantContains(t, r.Say("stranger-1", "2"), "您说的是:屋顶 漏雨")
	apptest.WantContains(t, r.Say("stranger-1", "是的"), "记下了:屋顶 漏雨")
	needs, err := r.Store().NeedsOf(t.Context(), "H-010")
	if err != nil || len(needs) == 0 || needs[len(needs)-1].Text != "屋顶 漏雨" {
		t.Errorf("%+v %v", needs, err)
	}
	apptest.WantContains(t, r.Say("stranger-1", "反映"), "哪一户的难处")
	apptest.WantContains(t, r.Say("stranger-1", "1"), "直接发来就行")
	apptest.WantContains(t, r.Say("stranger-1", "水井坏了"), "您说的是:水井坏了")
	apptest.WantContains(t, r.Say("stranger-1", "1"), "记下了:水井坏了")
	if needs, err := r.Store().NeedsOf(t.Context(), "H-009"); err != nil || len(needs) == 0 || needs[len(needs)-1].Text != "水井坏了" {
		t.Errorf("%+v %v", needs, err)
	}
}

func TestCodeEndsAfterTenMinutes(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	code := r.BindingCode("H-011")
	r.Clock.Advance(10 * time.Minute)
	apptest.WantContains(t, r.Say("stranger-1", code), "绑定码不对或已过期")
}

func TestFiveTries(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1", "stranger-2")
	code := r.BindingCode("H-012")
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	for range 5 {
		apptest.WantContains(t, r.Say("stranger-1", wrong), "绑定码不对或已过期")
	}
	apptest.WantContains(t, r.Say("stranger-1", code), "次数多了")
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "H-012")
	apptest.WantContains(t, r.Say("stranger-2", code), "登记好了")
	r.Clock.Advance(10*time.Minute + time.Second)
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-012")), "登记好了")
}

func TestOneCodeForTwoAtOnce(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	r.Follow("stranger-1", "stranger-2", "stranger-3")
	code := r.BindingCode("H-013")
	var replies [3]string
	var all sync.WaitGroup
	for i, person := range []string{"stranger-1", "stranger-2", "stranger-3"} {
		all.Go(func() { replies[i] = r.Say(person, code) })
	}
	all.Wait()
	if n := strings.Count(strings.Join(replies[:], "\n"), "登记好了"); n != 1 {
		t.Errorf("%d of 3 were bound: %q", n, replies)
	}
}

func TestOfficeIssuesCodes(t *testing.T) {
	r := apptest.Boot(t)
	if a := r.Call(http.MethodPost, "/staff/v1/bind-codes", "", map[string]string{"household_no": "H-014"}); a.Status != 401 {
		t.Errorf("without log-in: %d", a.Status)
	}
	for _, c := range []map[string]string{{"name": "office", "password": "wrong"}, {"name": "nobody", "password": "bangfu-demo"}} {
		if a := r.Call(http.MethodPost, "/staff/v1/login", "", c); a.Status != 401 || a.Code() != "wrong_password" {
			t.Errorf("log-in %v: %d %s", c, a.Status, a.Body)
		}
	}
	r.Follow("stranger-1", "stranger-2")
	token := r.StaffToken("office")
	var out struct{ Code string }
	r.Call(http.MethodPost, "/staff/v1/bind-codes", token, map[string]string{"household_no": "h-014"}).JSON(t, &out)
	apptest.WantContains(t, r.Say("stranger-1", out.Code), "登记好了", "H-014")
	r.Call(http.MethodPost, "/staff/v1/bind-codes", token, map[string]string{"cadre_id": "C-020"}).JSON(t, &out)
	apptest.WantContains(t, r.Say("stranger-2", out.Code), "登记好了:帮扶干部")
	apptest.WantContains(t, r.Say("stranger-2", "我的户"), "您结对的户")
	for _, c := range []map[string]string{{}, {"household_no": "H-001", "cadre_id": "C-001"}} {
		if a := r.Call(http.MethodPost, "/staff/v1/bind-codes", token, c); a.Status != 400 || a.Code() != "bind_code_for" {
			t.Errorf("code for %v: %d %s", c, a.Status, a.Body)
		}
	}
	if a := r.Call(http.MethodPost, "/staff/v1/bind-codes", token, map[string]string{"household_no": "H-999"}); a.Status != 404 {
		t.Errorf("code for an unknown household: %d", a.Status)
	}
	if a := r.Call(http.MethodPost, "/staff/v1/logout", token, nil); a.Status != 204 {
		t.Errorf("log-out: %d", a.Status)
	}
	if a := r.Call(http.MethodPost, "/staff/v1/bind-codes", token, map[string]string{"household_no": "H-014"}); a.Status != 401 {
		t.Errorf("after log-out: %d", a.Status)
	}
}

// TestAccountAndMiniProgramAreOnePerson binds in one and looks in the other, both ways round.
func TestAccountAndMiniProgramAreOnePerson(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1")
	r.Say("stranger-1", r.BindingCode("H-015"))
	token := r.LogIn("stranger-1")
	apptest.Eventually(t, "the mini-program shows what was bound in the account", func() bool {
		return strings.Contains(r.Call(http.MethodGet, "/mini/v1/household", token, nil).Body, `"household_no":"H-015"`)
	})

	token = r.LogIn("stranger-2")
	a := r.Call(http.MethodPost, "/mini/v1/bind", token, map[string]string{"code": r.BindingCode("H-016")})
	if a.Status != 200 {
		t.Fatalf("bind: %d %s", a.Status, a.Body)
	}
	r.Follow("stranger-2")
	apptest.Eventually(t, "the account shows what was bound in the mini-program", func() bool {
		return strings.Contains(r.Say("stranger-2", "我家"), "户号H-016")
	})
}

func TestUnfollowingErases(t *testing.T) {
	r := apptest.Boot(t)
	r.Act("stranger-1", "follow", nil)
	r.Say("stranger-1", r.BindingCode("H-017"))
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "H-017")
	openID := r.Person("stranger-1").OAOpenID
	at := r.Clock.Now()
	r.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(at), "", apptest.TextPush(openID, "5", "我家"))
	bye := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event></xml>", openID, at.Unix())
	for range 2 { // WeChat may say it twice
		if a := r.Call(http.MethodPost, "/wechat/oa"+apptest.SignedQuery(at), "", bye); a.Body != "success" {
			t.Fatalf("unfollowing failed: %d %s", a.Status, a.Body)
		}
	}
	if p := r.Act("stranger-1", "unfollow", nil); p.Failed {
		t.Fatal("unfollowing failed")
	}
	for _, in := range []model.Inbound{{Type: "text", MsgID: "5"}, {Type: "event", Event: "unsubscribe", CreateTime: at.Unix()}} {
		in.Channel, in.OpenID = model.ChannelOA, openID
		_, row := r.Store().Inbox(t.Context(), in.Key())
		_, answer := r.Store().Answer(t.Context(), in.Key())
		if !model.IsKind(row, model.KindNotFound) || !model.IsKind(answer, model.KindNotFound) {
			t.Errorf("%s%s is kept: %v, %v", in.MsgID, in.Event, row, answer)
		}
	}
	if _, err := r.Store().Identity(t.Context(), "oa:"+openID); err == nil {
		t.Error("the identity is still there")
	}
	if got := r.Act("stranger-1", "follow", nil).Text(); strings.Contains(got, "H-017") {
		t.Errorf("still known after unfollowing: %q", got)
	}
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "H-017")
}
