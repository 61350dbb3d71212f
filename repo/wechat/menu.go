package wechat

import (
	"context"
	"strconv"
)

const (
	menuCreatePath = "/cgi-bin/menu/create"
	menuAddPath    = "/cgi-bin/menu/addconditional"
	menuRemovePath = "/cgi-bin/menu/delconditional"
	codeNoMenu     = 46003
)

// Limits of a menu: entries, and bytes of names, keys and addresses.
const (
	maxTop     = 3
	maxSub     = 5
	maxTopName = 16
	maxSubName = 60
	maxKey     = 128
)

// Button is one entry of the account's menu: a key to press, an address, a page of the mini-program, or
// a group of buttons.
type Button struct {
	Type     string   `json:"type,omitempty"` // "click", "view", "miniprogram", …; empty for a group
	Name     string   `json:"name"`           // at most 16 bytes, in a group 60
	Key      string   `json:"key,omitempty"`  // at most 128 bytes
	URL      string   `json:"url,omitempty"`  // of a "view"; of a "miniprogram" for phones that have none
	AppID    string   `json:"appid,omitempty"`
	PagePath string   `json:"pagepath,omitempty"`
	Sub      []Button `json:"sub_button,omitempty"` // at most 5, without groups of their own
}

// SetMenu replaces the account's menu, at most three buttons. Phones show it within 24 hours.
// ClassPayload: it breaks a limit. The SDK takes no context in any call about menus, here and below.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	if err := checkMenu(menuCreatePath, buttons); err != nil {
		return err
	}
	return c.call(ctx, menuCreatePath, nil, map[string]any{"button": buttons}, nil)
}

func checkMenu(api string, top []Button) error {
	if len(top) == 0 || len(top) > maxTop {
		return refuse(api, "not 1 to 3 buttons")
	}
	for _, b := range top {
		rules := append(b.rules(), rule{len(b.Name) > maxTopName, "name of a button longer than 16 bytes"},
			rule{len(b.Sub) > maxSub, "more than 5 buttons in a group"})
		for _, s := range b.Sub {
			rules = append(rules, s.rules()...)
			rules = append(rules, rule{len(s.Sub) > 0, "group in a group"})
		}
		if err := check(api, rules...); err != nil {
			return err
		}
	}
	return nil
}

func (b Button) rules() []rule {
	return []rule{
		{b.Name == "" || len(b.Name) > maxSubName, "button without a name, or with one longer than 60 bytes"},
		{(b.Type == "") == (len(b.Sub) == 0), "button that is neither a group nor of a type, or both"},
		{b.Type == "click" && b.Key == "" || len(b.Key) > maxKey, "key of a button empty or longer than 128 bytes"},
		{b.Type == "view" && b.URL == "", "button without url"},
		{b.Type == "miniprogram" && (b.AppID == "" || b.PagePath == "" || b.URL == ""), "button without appid, pagepath or url"},
		longURL(b.URL),
	}
}

// MenuInfo is the account's menu and those for people with a tag.
type MenuInfo struct {
	Buttons []Button // none: the account has no menu
	ForTag  []TagMenu
}

// TagMenu is a menu for the people with a tag.
type TagMenu struct {
	MenuID  string
	TagID   int64 // 0: it goes by something else
	Buttons []Button
}

// Menu reads the account's menus. That there is none is no error.
func (c *Client) Menu(ctx context.Context) (MenuInfo, error) {
	var a struct {
		Menu struct {
			Buttons []Button `json:"button"`
		} `json:"menu"`
		Conditional []struct {
			MenuID  loose    `json:"menuid"`
			Buttons []Button `json:"button"`
			Rule    struct {
				TagID loose `json:"tag_id"`
			} `json:"matchrule"`
		} `json:"conditionalmenu"`
	}
	err := c.call(ctx, "/cgi-bin/menu/get", nil, nil, &a)
	if CodeOf(err) == codeNoMenu {
		return MenuInfo{}, nil
	}
	info := MenuInfo{Buttons: a.Menu.Buttons}
	for _, m := range a.Conditional {
		tagID, _ := strconv.ParseInt(string(m.Rule.TagID), 10, 64) // empty when the rule is another
		info.ForTag = append(info.ForTag, TagMenu{MenuID: string(m.MenuID), TagID: tagID, Buttons: m.Buttons})
	}
	return info, err
}

// DeleteMenu takes away the account's menu and those for people with a tag.
func (c *Client) DeleteMenu(ctx context.Context) error {
	return c.call(ctx, "/cgi-bin/menu/delete", nil, nil, nil)
}

// AddTagMenu adds a menu that people with the tag see instead of the account's, and gives its id. The
// account must have a menu (ClassPayload, 65303). The SDK knows no tag_id and drops the id.
func (c *Client) AddTagMenu(ctx context.Context, tagID int64, buttons []Button) (string, error) {
	if err := check(menuAddPath, rule{tagID <= 0, "no tag"}); err != nil {
		return "", err
	}
	if err := checkMenu(menuAddPath, buttons); err != nil {
		return "", err
	}
	var a struct {
		MenuID loose `json:"menuid"`
	}
	err := c.call(ctx, menuAddPath, nil, map[string]any{
		"button": buttons, "matchrule": map[string]string{"tag_id": strconv.FormatInt(tagID, 10)},
	}, &a)
	return string(a.MenuID), err
}

// DeleteTagMenu takes away a menu that AddTagMenu added.
func (c *Client) DeleteTagMenu(ctx context.Context, menuID string) error {
	if err := check(menuRemovePath, rule{menuID == "", "no menuid"}); err != nil {
		return err
	}
	return c.call(ctx, menuRemovePath, nil, map[string]string{"menuid": menuID}, nil)
}
