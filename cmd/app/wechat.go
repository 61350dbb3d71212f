package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/service/account"
	"bangfu/service/bot"
	"bangfu/service/model"
)

// atEdge wires the clients and services without servers, for one piece of work at WeChat.
func atEdge(ctx context.Context, cfg config.Config, opts Options, do func(*App) error) error {
	return maintain(ctx, cfg, opts, false, func(a *App) error {
		if err := errors.Join(a.openRedis(ctx), a.wire()); err != nil {
			return err
		}
		return do(a)
	})
}

// WeChatMenu shows how the account's menus differ from ours and, when apply is set, replaces them.
func WeChatMenu(ctx context.Context, cfg config.Config, opts Options, apply bool, w io.Writer) error {
	return atEdge(ctx, cfg, opts, func(a *App) error { return a.changeMenus(ctx, apply, w) })
}

func (a *App) changeMenus(ctx context.Context, apply bool, w io.Writer) error {
	now, err := a.svc.oa.Menu(ctx)
	if err != nil {
		return err
	}
	tag, tagged, err := a.cadreMenuNow(ctx, now)
	if err != nil {
		return err
	}
	changed := writeDiff(w, "公众号菜单", now.Buttons, bot.Menu())
	cadres := writeDiff(w, "干部菜单(标签:"+account.CadreTag+")", tagged.Buttons, bot.CadreMenu())
	if !apply {
		if changed || cadres {
			_, err = fmt.Fprintln(w, "以上还没有改;加 --apply 才改。")
		}
		return err
	}
	if changed {
		if err := a.svc.oa.SetMenu(ctx, bot.Menu()); err != nil {
			return err
		}
	}
	if cadres {
		if err := a.replaceCadreMenu(ctx, tag, tagged); err != nil {
			return err
		}
	}
	if err := a.svc.account.TagCadres(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "菜单已是最新;手机上最迟一天内看到。")
	return err
}

// cadreMenuNow is the cadres' tag (ID 0: none yet) and the menu that goes by it.
func (a *App) cadreMenuNow(ctx context.Context, now wechat.MenuInfo) (wechat.Tag, wechat.TagMenu, error) {
	tags, err := a.svc.oa.Tags(ctx)
	if err != nil {
		return wechat.Tag{}, wechat.TagMenu{}, err
	}
	i := slices.IndexFunc(tags, func(t wechat.Tag) bool { return t.Name == account.CadreTag })
	if i < 0 {
		return wechat.Tag{}, wechat.TagMenu{}, nil
	}
	for _, m := range now.ForTag {
		if m.TagID == tags[i].ID {
			return tags[i], m, nil
		}
	}
	return tags[i], wechat.TagMenu{}, nil
}

func (a *App) replaceCadreMenu(ctx context.Context, tag wechat.Tag, old wechat.TagMenu) (err error) {
	if tag.ID == 0 {
		if tag, err = a.svc.account.EnsureCadreTag(ctx); err != nil {
			return err
		}
	}
	if old.MenuID != "" {
		if err := a.svc.oa.DeleteTagMenu(ctx, old.MenuID); err != nil {
			return err
		}
	}
	_, err = a.svc.oa.AddTagMenu(ctx, tag.ID, bot.CadreMenu())
	return err
}

// writeDiff shows which lines of a menu go (-), come (+) and stay, and reports whether any do not stay.
func writeDiff(w io.Writer, title string, now, wanted []wechat.Button) bool {
	have, want := menuLines(now, ""), menuLines(wanted, "")
	if slices.Equal(have, want) {
		_, _ = fmt.Fprintf(w, "%s:没有变化\n", title)
		return false
	}
	_, _ = fmt.Fprintf(w, "%s:\n", title)
	for _, l := range diffLines(have, want) {
		_, _ = fmt.Fprintln(w, l)
	}
	return true
}

// diffLines marks what goes and what comes where it stands, so that an entry that only moves shows too.
func diffLines(have, want []string) []string {
	var list []string
	for len(have) > 0 && len(want) > 0 {
		switch {
		case have[0] == want[0]:
			list = append(list, "  "+have[0])
			have, want = have[1:], want[1:]
		case slices.Contains(want, have[0]):
			list = append(list, "+ "+want[0])
			want = want[1:]
		default:
			list = append(list, "- "+have[0])
			have = have[1:]
		}
	}
	for _, l := range have {
		list = append(list, "- "+l)
	}
	for _, l := range want {
		list = append(list, "+ "+l)
	}
	return list
}

func menuLines(buttons []wechat.Button, group string) []string {
	var list []string
	for _, b := range buttons {
		if len(b.Sub) > 0 {
			list = append(list, menuLines(b.Sub, group+b.Name+" › ")...)
			continue
		}
		does := slices.DeleteFunc([]string{b.Type, b.Key, b.URL, b.AppID, b.PagePath}, func(s string) bool { return s == "" })
		list = append(list, fmt.Sprintf("%s%s(%s)", group, b.Name, strings.Join(does, " ")))
	}
	return list
}

// ErrAccounts says that something is wrong with the accounts.
var ErrAccounts = errors.New("something is wrong with the accounts")

// WeChatCheck says in plain words what is wrong with the accounts; ErrAccounts when anything is.
func WeChatCheck(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return atEdge(ctx, cfg, opts, func(a *App) error {
		wrong := 0
		say := func(what string, err error) {
			if err == nil {
				_, _ = fmt.Fprintln(w, "好   "+what)
				return
			}
			wrong++
			_, _ = fmt.Fprintf(w, "不好 %s:%s\n", what, inPlainWords(err))
		}
		say("公众号的AppID、AppSecret和IP白名单", a.svc.oa.Probe(ctx))
		say("小程序的AppID和AppSecret", a.svc.mini.Probe(ctx))
		say("设置里的模板", a.probeTemplates(ctx))
		say("公众号的服务器地址", a.probeCallback(ctx, model.ChannelOA, cfg.WeChat.OA, "/wechat/oa"))
		say("小程序的消息推送地址", a.probeCallback(ctx, model.ChannelMini, cfg.WeChat.MP, "/wechat/mp"))
		if wrong > 0 {
			return ErrAccounts
		}
		return nil
	})
}

func (a *App) probeCallback(ctx context.Context, channel model.Channel, account config.Account, path string) error {
	return wechat.NewCodec(channel, account, a.clock.Now).ProbeCallback(ctx, a.cfg.PublicBaseURL+path)
}

// plainWords are for what an operator can mend, by WeChat's return code.
var plainWords = map[int64]string{
	40013: "AppID不对,请与微信后台“基本配置”核对",
	40125: "AppSecret不对;在微信后台重置过就要把新的填进来",
	40001: "AppSecret不对;在微信后台重置过就要把新的填进来",
	40243: "AppSecret被冻结,请管理员在微信后台解冻",
	40164: "这台服务器的IP不在公众号的IP白名单里,请在“基本配置”里加上",
	89503: "这台服务器的IP要管理员在微信里点头",
	89506: "管理员在24小时内拒绝过这台服务器的IP两次",
	89507: "管理员在1小时内拒绝过这台服务器的IP",
	48001: "账号没有这项权限,请看是否已认证",
	50004: "账号被禁用",
	45009: "今天的调用次数用完了,明天0点恢复",
}

func inPlainWords(err error) string {
	if words, ok := plainWords[wechat.CodeOf(err)]; ok {
		return words + "(" + err.Error() + ")"
	}
	var e *wechat.Error
	if errors.As(err, &e) && e.Code == 0 {
		return "连不上或答得不对(" + e.Error() + ")"
	}
	return err.Error()
}
