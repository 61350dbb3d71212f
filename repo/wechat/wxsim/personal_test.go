package wxsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	menuCreatePath = "/cgi-bin/menu/create"
	menuAddPath    = "/cgi-bin/menu/addconditional"
	menuRemovePath = "/cgi-bin/menu/delconditional"
	menuTryPath    = "/cgi-bin/menu/trymatch"
	batchTagPath   = "/cgi-bin/tags/members/batchtagging"
)

// tagMenu is a menu of one button for people with a tag.
func tagMenu(tag any, name string) string {
	return fmt.Sprintf(`{"button":[{"type":"click","name":"%s","key":"K-%s"}],"matchrule":{"tag_id":%v}}`, name, name, tag)
}

// tags gives a person a tag.
func (w *world) tags(id int, openID string) {
	w.t.Helper()
	w.wants(0, batchTagPath, fmt.Sprintf(`{"tagid":%d,"openid_list":["%s"]}`, id, openID))
}

// shownMenu are the names of the first level on a person's phone.
func (w *world) shownMenu(id string) string {
	w.t.Helper()
	var out struct{ Button []struct{ Name string } }
	w.request(http.MethodGet, "/sim/users/"+id+"/menu", "", &out)
	var names []string
	for _, b := range out.Button {
		names = append(names, b.Name)
	}
	return strings.Join(names, " ")
}

func TestMenusForTags(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"].OAOpenID
	first, second := w.makeTag("一连"), w.makeTag("干部")
	w.wants(65303, menuAddPath, tagMenu(first, "一连"))
	w.wants(0, menuCreatePath, `{"button":[{"type":"click","name":"大家","key":"ALL"}]}`)
	old, _ := w.wants(0, menuAddPath, tagMenu(fmt.Sprintf(`"%d"`, first), "一连"))["menuid"].(string)
	w.wants(0, menuAddPath, tagMenu(second, "干部"))
	if got := w.shownMenu("wang"); got != "大家" {
		t.Errorf("without a tag: %q", got)
	}
	w.tags(first, wang)
	if got := w.shownMenu("wang"); got != "一连" {
		t.Errorf("with a tag: %q", got)
	}
	w.tags(second, wang)
	if got := w.shownMenu("wang"); got != "干部" {
		t.Errorf("with both tags: %q; the newer menu goes first", got)
	}
	if out := fmt.Sprint(w.wants(0, menuTryPath, `{"user_id":"`+wang+`"}`)["button"]); !strings.Contains(out, "K-干部") {
		t.Errorf("tried: %s", out)
	}
	list, _ := w.wants(0, "/cgi-bin/menu/get", "")["conditionalmenu"].([]any)
	if len(list) != 2 || !strings.Contains(fmt.Sprint(list[1]), fmt.Sprintf("tag_id:%d", first)) {
		t.Errorf("list %v", list)
	}
	w.wants(0, menuRemovePath, `{"menuid":"`+old+`"}`)
	w.wants(65301, menuRemovePath, `{"menuid":"`+old+`"}`)
	w.wants(0, "/cgi-bin/menu/delete", "")
	if got := w.shownMenu("wang"); got != "" {
		t.Errorf("after the end of all: %q", got)
	}
	w.wants(46003, menuTryPath, `{"user_id":"`+wang+`"}`)
	w.wants(0, menuCreatePath, menuBody)
	if list := w.wants(0, "/cgi-bin/menu/get", "")["conditionalmenu"]; list != nil {
		t.Errorf("the menus for tags came back: %v", list)
	}
}

func TestTappingAMenuForATag(t *testing.T) {
	w := newWorld(t)
	id := w.makeTag("干部")
	w.wants(0, menuCreatePath, menuBody)
	made := w.wants(0, menuAddPath, strings.Replace(tagMenu(id, "我的户"), `"key"`, `"url":"","key"`, 1))
	w.act("wang/menu", `{"key":"K-我的户"}`)
	if w.received(); w.chat("wang")[0].Content != "点了菜单「K-我的户」" {
		t.Errorf("not theirs yet: %+v", w.chat("wang"))
	}
	w.tags(id, w.users()["wang"].OAOpenID)
	w.act("wang/menu", `{"key":"K-我的户"}`)
	body := w.received()[0].body
	if m := readMessage(t, body); m.Event != "CLICK" || m.EventKey != "K-我的户" ||
		!strings.Contains(body, fmt.Sprintf("<MenuId>%s</MenuId>", made["menuid"])) {
		t.Errorf("sends %s", body)
	}
	if got := w.chat("wang")[1].Content; got != "点了菜单「我的户」" {
		t.Errorf("shows %q", got)
	}
	w.act("wang/unfollow", "")
	w.act("wang/follow", "")
	if got := w.shownMenu("wang"); strings.Contains(got, "我的户") {
		t.Errorf("the tag went with following, the menu stayed: %q", got)
	}
}

func TestMenusForTagsRefused(t *testing.T) {
	w := newWorld(t)
	id := w.makeTag("干部")
	w.wants(0, menuCreatePath, menuBody)
	for name, c := range map[string]struct {
		code int
		body string
	}{
		"unknown tag":  {40152, tagMenu(99, "a")},
		"no tag":       {65304, tagMenu(`""`, "a")},
		"no rule":      {65304, `{"button":[{"type":"click","name":"a","key":"k"}]}`},
		"no number":    {47001, tagMenu(`"x"`, "a")},
		"no buttons":   {40016, fmt.Sprintf(`{"button":[],"matchrule":{"tag_id":%d}}`, id)},
		"long name":    {40018, tagMenu(id, strings.Repeat("a", 17))},
		"escaped name": {40033, tagMenu(id, `\u6211`)},
	} {
		if code, out := w.call(w.token(oaID), menuAddPath, c.body); code != c.code || out["menuid"] != nil {
			t.Errorf("%s: %v, want %d", name, out, c.code)
		}
	}
	w.wants(65301, menuRemovePath, `{"menuid":1}`)
	w.wants(65302, menuTryPath, `{"user_id":"oNobody"}`)
	w.wants(65302, menuTryPath, `{"user_id":"`+w.users()["passer"].OAOpenID+`"}`)
	if code, _ := w.call(w.token(mpID), menuAddPath, tagMenu(id, "a")); code != 45103 {
		t.Errorf("a mini-program: %d", code)
	}
}
