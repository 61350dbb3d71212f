//go:build !noembed

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"bangfu/cmd/app/demodata"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/broadcast"
	"bangfu/service/model"
)

// simulator is the simulated WeChat.
type simulator = *wxsim.Sim

// refuseServers keeps a demo from what somebody has configured for production: from a database, and from a Redis
// whose jobs the demo's workers would take.
func (a *App) refuseServers() error {
	if a.opts.IntoServers || a.cfg.Embedded() && a.cfg.EmbeddedQueue() {
		return nil
	}
	return errors.New("MONGO_URI, REDIS_ADDR: the demo puts invented people and log-ins that everybody knows where these point; " +
		"unset them, or say that you want that with --into-this-database")
}

// prepareDemo migrates the database and fills an empty one with the reference farm. It is marked before, so that
// it stays a demo's whatever happens.
func (a *App) prepareDemo(ctx context.Context) error {
	err := a.store.MarkDemo(ctx, a.clock.Now())
	if errors.Is(err, repo.ErrNotADemo) {
		return errors.New("there is something in this database, and it is not a demo's; the demo needs one of its own: " +
			"name an empty folder in DATA_DIR, or another MONGO_DATABASE")
	}
	if err != nil {
		return err
	}
	if _, err := a.migrate(ctx, func(repo.Migrating) {}); err != nil {
		return err
	}
	n, err := a.store.CountHouseholds(ctx)
	if err != nil {
		return err
	}
	if err := a.goOnFrom(ctx, n == 0); err != nil {
		return err
	}
	if n == 0 && !a.opts.NoFarm {
		if err := seedReference(ctx, a.store, a.clock.Now); err != nil {
			return err
		}
	}
	if n == 0 && !a.opts.NoFarm && !a.opts.FewTemplates {
		if err := seedNotices(ctx, a.store, a.clock.Now()); err != nil {
			return err
		}
	}
	return seedStaff(ctx, a.store, a.clock.Now())
}

// simulate starts the WeChat simulator with a follower for every household and cadre, and some strangers.
func (a *App) simulate(ctx context.Context) error {
	a.sim = wxsim.New(wxsim.Config{
		OA:     a.simAccount(a.cfg.WeChat.OA, "gh_demo00000001", "/wechat/oa"),
		MP:     a.simAccount(a.cfg.WeChat.MP, "gh_demo00000002", "/wechat/mp"),
		AppURL: a.LocalURL(), Now: a.clock.Now, Turn: a.turn, PushTimeout: a.patience.Of(wxsim.PushTimeout),
		Tips: []wxsim.Tip{
			{Title: "问一问", Text: "选一户,发“" + model.CommandHome + "”;再回复数字,看每一笔钱。也可以照平常说话:“这个月低保发了没”“没人来过”“屋顶漏雨了”“人工”。",
				Says: []string{model.CommandHome, "这个月低保发了没", "没人来过", "屋顶漏雨了", model.CommandPerson}},
			{Title: "登记一户", Text: "选一位干部,发“" + model.CommandMine + "”,回复“1”得到绑定码;再选一位路人,关注后把绑定码发过去。", Says: []string{model.CommandMine, "1"}},
			{Title: "帮扶日", Text: "把钟拨到下个月2日18点,看干部收到提醒;到5日,选一位干部,发“" + model.CommandRecord + "”,按数字;再到18点,选他的户,看问来过没有,回“来过”或上面的两位数。", Says: []string{model.CommandRecord, model.CommandCame, model.CommandNotCame}},
			{Title: "小程序", Text: "同一个人的小程序里看到的是同一户;干部看到的是本月要走访的户。"},
		},
	})
	a.run(a.simListener, a.sim.Handler())
	a.onStop(func(context.Context) error { a.sim.Close(); return nil })
	if err := a.simulateTemplate(ctx); err != nil {
		return err
	}
	return a.seedPeople(ctx)
}

// goOnFrom lets the demo's clock go on where it stopped. A fresh demo begins where its data live; one of before the
// clock was kept was made by the real time.
func (a *App) goOnFrom(ctx context.Context, fresh bool) error {
	ahead, ok, err := a.store.KeptClock(ctx)
	switch {
	case err != nil:
		return err
	case ok:
		a.clock.CatchUp(ahead)
	case a.opts.Clock != nil || !a.cfg.ClockStart.IsZero():
	case fresh:
		return a.store.KeepClock(ctx, a.clock.Ahead())
	default:
		a.clock.CatchUp(0)
	}
	return nil
}

// turn turns the demo's clock, and keeps how far: records of a day that has come stay in the past after a restart.
func (a *App) turn(d time.Duration) {
	a.clock.Advance(d)
	ctx, cancel := context.WithTimeout(context.Background(), a.patience.Of(5*time.Second))
	defer cancel()
	if err := a.store.KeepClock(ctx, a.clock.Ahead()); err != nil {
		a.log.Warn("the clock is not kept", "error", err)
	}
}

// demoTemplate is the template by which the demo's messages reach people who have not written lately, as a real
// account has one after its application.
var demoTemplate = wxsim.Template{ID: "demo-template", Title: "帮扶提醒", Content: "事项:{{thing1.DATA}}\n日期:{{date2.DATA}}\n说明:{{thing3.DATA}}"}

// demoPurposes are what goes by that template, where the settings name none.
var demoPurposes = []string{broadcast.Purpose, "reminder", "visit", "excuse", "need", "application", "loan", "posted", "pairing"}

// simulateTemplate gives the simulated account that template, and names it in the settings.
func (a *App) simulateTemplate(ctx context.Context) error {
	if err := a.sim.AddTemplate("oa", demoTemplate); err != nil {
		return err
	}
	purposes := demoPurposes
	if a.opts.FewTemplates {
		purposes = purposes[:1]
	}
	settings, err := a.store.Settings(ctx)
	if err != nil {
		return err
	}
	purposes = slices.DeleteFunc(slices.Clone(purposes), func(p string) bool { return settings.Templates[p].Message != "" })
	if len(purposes) == 0 {
		return nil
	}
	by := model.ChangeInfo{Actor: "seed", Why: "演示的模板", At: a.clock.Now()}
	_, err = a.store.ChangeSettings(ctx, 0, by, func(s *model.Settings) error {
		if s.Templates == nil {
			s.Templates = map[string]model.Templates{}
		}
		for _, p := range purposes {
			s.Templates[p] = model.Templates{Message: demoTemplate.ID}
		}
		return nil
	})
	return err
}

func (a *App) simAccount(c config.Account, originalID, path string) wxsim.Account {
	s := wxsim.Account{
		AppID: c.AppID, Secret: c.AppSecret.Reveal(), Token: c.Token.Reveal(), AESKey: c.AESKey.Reveal(),
		OriginalID: originalID, Mode: c.Mode,
	}
	s.CallbackURL = a.LocalURL() + path
	if a.opts.CallbackURL != "" {
		s.CallbackURL = a.opts.CallbackURL + path
	}
	return s
}

// seedPeople adds the simulated followers and ties those of households and cadres to them, as binding
// codes would have done.
func (a *App) seedPeople(ctx context.Context) error {
	farm := demodata.Build()
	heads := map[string]demodata.Person{}
	for _, p := range farm.Persons {
		heads[p.ID] = p
	}
	units := map[string]string{}
	for _, u := range farm.Units {
		units[u.ID] = u.Name
	}
	for _, h := range farm.Households {
		user := wxsim.User{
			ID: strings.ToLower(h.ID), Name: heads[h.HeadID].Name, Group: "household",
			Note: h.ID + " " + units[h.UnitID], Following: true,
		}
		tie := model.Account{Bindings: []model.Binding{{HouseholdID: h.ID, View: model.ViewFull, Since: a.clock.Now().UTC(), CodeID: "seed"}}}
		if err := a.seedPerson(ctx, user, tie); err != nil {
			return err
		}
	}
	for _, c := range farm.Cadres {
		user := wxsim.User{
			ID: strings.ToLower(c.ID), Name: c.Name, Group: "cadre", Note: c.ID + " " + units[c.UnitID], Following: true,
		}
		if err := a.seedPerson(ctx, user, model.Account{CadreID: c.ID}); err != nil {
			return err
		}
	}
	for i, name := range []string{"路人甲", "路人乙", "路人丙"} {
		a.sim.AddUser(wxsim.User{ID: fmt.Sprintf("stranger-%d", i+1), Name: name, Group: "stranger", Note: "还没有登记"})
	}
	return nil
}

func (a *App) seedPerson(ctx context.Context, user wxsim.User, tie model.Account) error {
	u := a.sim.AddUser(user)
	id, now := model.IdentityID(model.ChannelOA, u.OAOpenID), a.clock.Now().UTC()
	if _, err := a.store.Identity(ctx, id); !model.IsKind(err, model.KindNotFound) {
		return err // nil of those who are tied since an earlier start
	}
	tie.ID, tie.Rev, tie.CreatedAt = model.UnionAccountID(u.UnionID), 1, now
	if err := model.IgnoreKind(a.store.InsertAccount(ctx, tie), model.KindConflict); err != nil {
		return err
	}
	return model.IgnoreKind(a.store.InsertIdentity(ctx, model.Identity{
		ID: id, Channel: model.ChannelOA, OpenID: u.OAOpenID,
		UnionID: u.UnionID, AccountID: tie.ID, FirstSeenAt: now,
	}), model.KindConflict)
}

// finishDemo does what the services do themselves in a demo that has the reference farm: the year's disclosures, and the
// menus, the cadres theirs. It goes on without the menus.
func (a *App) finishDemo(ctx context.Context) error {
	if !a.opts.NoFarm {
		if err := seedDisclosures(ctx, a.store, a.svc.disclose, a.clock.Now); err != nil {
			return err
		}
	}
	if err := a.changeMenus(ctx, true, io.Discard); err != nil {
		a.log.WarnContext(ctx, "menu not set", "error", err)
	}
	return nil
}

// PrintDemoGuide says what to open and what to try.
func (a *App) PrintDemoGuide(w io.Writer) error {
	_, err := io.WriteString(w, a.invitation())
	return err
}

func (a *App) invitation() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("\n帮扶演示已启动(Ctrl-C 停止,数据留在 %s):", a.cfg.DataDir)
	if a.sim != nil {
		line("  手机模拟页  %s/", a.SimURL())
	} else {
		line("  微信接口    %s(外部提供)", a.cfg.WeChat.BaseURL)
	}
	line("  回调地址    %s/wechat/oa", a.BaseURL())
	line("  公示公开    %s/public   大屏幕 %s/public/screen", a.BaseURL(), a.BaseURL())
	if a.cfg.APIDocs {
		line("  接口说明    %s/docs", a.BaseURL())
	}
	line("  健康检查    %s/readyz   指标 %s", a.BaseURL(), a.MetricsURL())
	line("\n各种身份:")
	if a.sim != nil {
		line("  帮扶户   手机页左边选一户,如 H-001,已登记")
		line("  干部     手机页左边选一位,如 C-001,已登记")
		line("  路人     手机页左边选“路人甲”,先点关注")
	}
	line("  办公室   控制台 %s/console/,密码都是 %s", a.BaseURL(), demoPassword)
	for _, s := range demoStaff() {
		line("           登录名 %-10s %s", s.ID, s.Name)
	}
	line("\n先试这个:")
	if a.sim != nil {
		line("  1  选 H-001,发“" + model.CommandHome + "”,再回复“1”看每一笔")
		line("  2  选 C-001,发“" + model.CommandMine + "”,回复“1”,得到绑定码")
		line("  3  选“路人甲”,关注,把绑定码发过去,再发“" + model.CommandHome + "”;点“小程序”看到同一户")
		line("  4  在手机页把钟拨到下个月2日18点,看 C-001 收到提醒;5日发“" + model.CommandRecord + "”,按数字记好;18点 H-001 收到问话,回“来过”或“没来”")
	} else {
		line("  1  扶贫办登录后 POST /staff/v1/bind-codes {\"household_no\":\"H-001\"} 得到绑定码")
		line("  2  在公众号里把绑定码发过来,再发“" + model.CommandHome + "”")
	}
	return b.String() + "\n"
}
