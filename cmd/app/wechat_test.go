package app_test

import (
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo/repotest"
	"bangfu/service/account"
	"bangfu/service/model"
)

// beside is the configuration of a command that runs beside the demo, as an operator's would; changes go
// over it in pairs of variable and value.
func beside(t *testing.T, r *apptest.Running, changes ...string) config.Config {
	t.Helper()
	env := maps.Clone(r.Env)
	env["WECHAT_BASE_URL"], env["PUBLIC_BASE_URL"] = r.App.SimURL(), r.App.LocalURL()
	for i := 0; i < len(changes); i += 2 {
		env[changes[i]] = changes[i+1]
	}
	cfg, err := config.Load(config.Demo, env, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func besideOptions(r *apptest.Running) app.Options {
	return app.Options{Clock: r.Clock, Log: slog.New(slog.NewJSONHandler(r.Log, nil))}
}

// menuCommand is bangfu wechat menu.
func menuCommand(t *testing.T, r *apptest.Running, apply bool) string {
	t.Helper()
	var out strings.Builder
	if err := app.WeChatMenu(t.Context(), beside(t, r), besideOptions(r), apply, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// api makes a WeChat API call as the account's owner could from elsewhere.
func api(t *testing.T, r *apptest.Running, path string, body any) apptest.Answer {
	t.Helper()
	appID, _ := r.SimAccounts()
	var token struct {
		Value string `json:"access_token"`
	}
	apptest.Request(t, http.MethodPost, r.App.SimURL()+"/cgi-bin/stable_token", "", map[string]string{
		"grant_type": "client_credential", "appid": appID, "secret": "demo-oa-secret",
	}).JSON(t, &token)
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	a := apptest.Request(t, method, r.App.SimURL()+path+"?access_token="+url.QueryEscape(token.Value), "", body)
	if strings.Contains(a.Body, `"errmsg":"`) && !strings.Contains(a.Body, `"errcode":0`) {
		t.Fatalf("%s: %s", path, a.Body)
	}
	return a
}

// phoneMenu is the menu that a person sees, as JSON.
func phoneMenu(t *testing.T, r *apptest.Running, person string) string {
	t.Helper()
	return apptest.Request(t, http.MethodGet, r.App.SimURL()+"/sim/users/"+person+"/menu", "", nil).Body
}

func TestTheDemoHasItsMenus(t *testing.T) {
	r := apptest.Boot(t)
	apptest.WantContains(t, phoneMenu(t, r, "h-001"), "我家", "查一查")
	apptest.WantWithout(t, phoneMenu(t, r, "h-001"), "我的户")
	apptest.WantContains(t, phoneMenu(t, r, "c-001"), "我的户")
	apptest.WantContains(t, r.Act("c-001", "menu", map[string]string{"key": "我的户"}).Text(), "H-")
	out := menuCommand(t, r, false)
	if strings.Count(out, "没有变化") != 2 || strings.Contains(out, "--apply") {
		t.Errorf("nothing to do, but:\n%s", out)
	}
}

func TestMenusFromNothing(t *testing.T) {
	r := apptest.Boot(t)
	api(t, r, "/cgi-bin/menu/delete", nil)
	out := menuCommand(t, r, false)
	apptest.WantContains(t, out, "公众号菜单:\n+ 我家", "+ 更多 › ", "干部菜单(标签:"+account.CadreTag+"):\n+ 记录", "以上还没有改;加 --apply 才改。")
	apptest.WantWithout(t, phoneMenu(t, r, "h-001"), "我家") // shown, not done
	out = menuCommand(t, r, true)
	apptest.WantContains(t, out, "+ 我家", "菜单已是最新")
	apptest.WantContains(t, phoneMenu(t, r, "h-001"), "我家")
	apptest.WantContains(t, phoneMenu(t, r, "c-001"), "我的户")
	out = menuCommand(t, r, true)
	if strings.Count(out, "没有变化") != 2 || strings.Contains(out, "+ ") {
		t.Errorf("the second time:\n%s", out)
	}
}

func TestMenusThatDiffer(t *testing.T) {
	r := apptest.Boot(t)
	click := func(name string) map[string]string {
		return map[string]string{"type": "click", "name": name, "key": name}
	}
	api(t, r, "/cgi-bin/menu/create", map[string]any{"button": []any{click("旧菜单"), click("我家")}})
	out := menuCommand(t, r, true)
	apptest.WantContains(t, out, "- 旧菜单(click 旧菜单)\n  我家(click 我家)\n+ 查一查 › ", "没有变化")
	apptest.WantContains(t, phoneMenu(t, r, "c-001"), "我的户")
	var tags struct{ Tags []struct{ ID int } }
	api(t, r, "/cgi-bin/tags/get", nil).JSON(t, &tags)
	tag := tags.Tags[len(tags.Tags)-1].ID
	// The same entries in another order, newer than ours.
	api(t, r, "/cgi-bin/menu/addconditional", map[string]any{
		"button": []any{click("发绑定码"), click("我的户"), click("帮助")}, "matchrule": map[string]any{"tag_id": tag},
	})
	out = menuCommand(t, r, true)
	if !strings.Contains(out, "+ ") || !strings.Contains(out, "- ") {
		t.Errorf("a move does not show:\n%s", out)
	}
	if out = menuCommand(t, r, false); strings.Count(out, "没有变化") != 2 {
		t.Errorf("afterwards:\n%s", out)
	}
}

// TestACadreWhoLeftKeepsNobodyFromTheMenu loses the event of a cadre's leaving.
func TestACadreWhoLeftKeepsNobodyFromTheMenu(t *testing.T) {
	r := apptest.Boot(t)
	r.Faults(map[string]any{"callbacks": map[string]int{"lose": 1}})
	r.Act("c-002", "unfollow", nil)
	var tags struct {
		Tags []struct {
			ID   int
			Name string
		}
	}
	api(t, r, "/cgi-bin/tags/get", nil).JSON(t, &tags)
	for _, tag := range tags.Tags {
		if tag.Name == account.CadreTag {
			api(t, r, "/cgi-bin/tags/delete", map[string]any{"tag": map[string]int{"id": tag.ID}})
		}
	}
	apptest.WantContains(t, menuCommand(t, r, true), "菜单已是最新")
	apptest.WantContains(t, phoneMenu(t, r, "c-001"), "我的户")
}

func TestCheckOfAccountsInOrder(t *testing.T) {
	repotest.Raced(t)
	r := apptest.Boot(t)
	var out strings.Builder
	if err := app.WeChatCheck(t.Context(), beside(t, r), besideOptions(r), &out); err != nil {
		t.Errorf("%v", err)
	}
	if strings.Count(out.String(), "好   ") != 5 || strings.Contains(out.String(), "不好") {
		t.Errorf("\n%s", out.String())
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	r := apptest.Boot(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(elsewhere.Close)
	for name, c := range map[string]struct{ variable, value, want string }{
		"secret":      {"WECHAT_OA_APP_SECRET", "wrong-secret", "不好 公众号的AppID、AppSecret和IP白名单:AppSecret不对"},
		"id":          {"WECHAT_MP_APP_ID", "wx9", "不好 小程序的AppID和AppSecret:AppID不对"},
		"token":       {"WECHAT_OA_TOKEN", "wrongtoken", "不好 公众号的服务器地址:"},
		"our address": {"PUBLIC_BASE_URL", elsewhere.URL, "不好 小程序的消息推送地址:连不上或答得不对"},
		"nobody":      {"PUBLIC_BASE_URL", "http://127.0.0.1:1", "不好 公众号的服务器地址:连不上或答得不对"},
		"WeChat":      {"WECHAT_BASE_URL", "http://127.0.0.1:1", "不好 小程序的AppID和AppSecret:连不上或答得不对"},
	} {
		var out strings.Builder
		err := app.WeChatCheck(t.Context(), beside(t, r, c.variable, c.value), besideOptions(r), &out)
		if !errors.Is(err, app.ErrAccounts) {
			t.Errorf("%s: %v", name, err)
		}
		apptest.WantContains(t, out.String(), c.want)
		apptest.WantWithout(t, out.String(), "wrong-secret", "demo-oa-secret", "demomptoken", "wrongtoken")
	}
}

// TestCheckOfTemplates names templates in the settings that WeChat does not have, or has with other fields.
func TestCheckOfTemplates(t *testing.T) {
	r := apptest.Boot(t)
	r.UseReminderTemplate(r.Office("one"))
	check := func() string {
		var out strings.Builder
		_ = app.WeChatCheck(t.Context(), beside(t, r), besideOptions(r), &out)
		return out.String()
	}
	apptest.WantContains(t, check(), "好   设置里的模板")
	by := model.ChangeInfo{Actor: "test", Why: "test", At: r.Clock.Now()}
	set := func(id string) {
		_, err := r.Store().ChangeSettings(t.Context(), 0, by, func(s *model.Settings) error {
			s.Templates = map[string]model.Templates{"reminder": {Message: id}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set("T9")
	apptest.WantContains(t, check(), "不好 设置里的模板:reminder的模板消息T9在微信后台没有")
	r.Sim(http.MethodPost, "templates", doc{"account": "oa", "id": "T9", "title": "别的", "content": "{{thing1.DATA}}", "type": 0}, nil)
	set("T9")
	apptest.WantContains(t, check(), "reminder的模板消息T9缺少字段date2、thing3")
}

func TestCheckWhenTheDayIsSpent(t *testing.T) {
	r := apptest.Boot(t)
	r.Faults(map[string]any{"spent": []string{"/cgi-bin/get_api_domain_ip"}})
	var out strings.Builder
	err := app.WeChatCheck(t.Context(), beside(t, r), besideOptions(r), &out)
	if !errors.Is(err, app.ErrAccounts) {
		t.Errorf("%v", err)
	}
	apptest.WantContains(t, out.String(), "今天的调用次数用完了,明天0点恢复", "好   公众号的服务器地址")
}

// TestACadreWhoJoinsGetsTheirMenu binds a stranger as a cadre.
func TestACadreWhoJoinsGetsTheirMenu(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-2")
	apptest.WantWithout(t, phoneMenu(t, r, "stranger-2"), "我的户")
	var code struct{ Code string }
	r.Call(http.MethodPost, "/staff/v1/bind-codes", r.StaffToken("office"), map[string]string{"cadre_id": "C-003"}).JSON(t, &code)
	r.Say("stranger-2", code.Code)
	apptest.Eventually(t, "the cadre has their menu", func() bool {
		return strings.Contains(phoneMenu(t, r, "stranger-2"), "我的户")
	})
}
