package wxsim_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"bangfu/repo/wechat/wxsim"
)

func TestUserInfo(t *testing.T) {
	w := newWorld(t)
	info := func(openID string, code int) map[string]any {
		t.Helper()
		return w.wants(code, "/cgi-bin/user/info?lang=zh_CN&openid="+url.QueryEscape(openID), "")
	}
	wang, passer := w.users()["wang"], w.users()["passer"]
	got := info(wang.OAOpenID, 0)
	if got["subscribe"] != 1.0 || got["unionid"] != wang.UnionID || got["subscribe_time"] != float64(w.clock.now().Unix()) {
		t.Errorf("follower: %v", got)
	}
	if got := info(passer.OAOpenID, 0); got["subscribe"] != 0.0 || got["unionid"] != nil {
		t.Errorf("not following: %v; want neither unionid nor more", got)
	}
	w.act("passer/scan", `{"scene":"42"}`)
	if got := info(passer.OAOpenID, 0); got["subscribe_scene"] != "ADD_SCENE_QR_CODE" || got["qr_scene"] != 42.0 {
		t.Errorf("followed by a code: %v", got)
	}
	info(wang.MPOpenID, 40003)
	info("", 41009)
}

func TestFollowerList(t *testing.T) {
	w := newWorld(t)
	w.sim.AddUser(wxsim.User{ID: "li", Following: true})
	wang, li := w.users()["wang"].OAOpenID, w.users()["li"].OAOpenID
	list := func(next string) (float64, []any) {
		out := w.wants(0, "/cgi-bin/user/get?next_openid="+next, "")
		data, _ := out["data"].(map[string]any)
		ids, _ := data["openid"].([]any)
		return out["total"].(float64), ids
	}
	if total, ids := list(""); total != 2 || !reflect.DeepEqual(ids, []any{wang, li}) {
		t.Errorf("%v followers: %v", total, ids)
	}
	if total, ids := list(wang); total != 2 || !reflect.DeepEqual(ids, []any{li}) {
		t.Errorf("after the first: %v of %v", ids, total)
	}
	if total, ids := list(li); total != 2 || ids != nil {
		t.Errorf("after the last: %v of %v", ids, total)
	}
	w.wants(40003, "/cgi-bin/user/get?next_openid=oNobody", "")
}

// makeTag creates a tag and returns its id.
func (w *world) makeTag(name string) int {
	w.t.Helper()
	out := w.wants(0, "/cgi-bin/tags/create", `{"tag":{"name":"`+name+`"}}`)
	made, _ := out["tag"].(map[string]any)
	id, _ := made["id"].(float64)
	return int(id)
}

func (w *world) tagsOf(openID string) any {
	w.t.Helper()
	return w.wants(0, "/cgi-bin/tags/getidlist", `{"openid":"`+openID+`"}`)["tagid_list"]
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	const create, add, remove = "/cgi-bin/tags/create", "/cgi-bin/tags/members/batchtagging", "/cgi-bin/tags/members/batchuntagging"
	wang, passer := w.users()["wang"].OAOpenID, w.users()["passer"].OAOpenID
	id := w.makeTag("一连")
	if id < 100 {
		t.Errorf("tag id %d; the first hundred are WeChat's", id)
	}
	body := func(tag int, openIDs ...string) string {
		return fmt.Sprintf(`{"tagid":%d,"openid_list":["%s"]}`, tag, strings.Join(openIDs, `","`))
	}
	w.wants(0, add, body(id, wang))
	w.wants(0, add, body(id, wang))
	if got := w.tagsOf(wang); !reflect.DeepEqual(got, []any{float64(id)}) {
		t.Errorf("tags %v", got)
	}
	if tags := fmt.Sprint(w.wants(0, "/cgi-bin/tags/get", "")["tags"]); !strings.Contains(tags, fmt.Sprintf("count:1 id:%d", id)) {
		t.Errorf("list %s", tags)
	}
	w.wants(0, remove, body(id, wang))
	if got := w.tagsOf(wang); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("tags after untagging: %v", got)
	}
	w.wants(45157, create, `{"tag":{"name":"一连"}}`)
	w.wants(45158, create, `{"tag":{"name":"`+strings.Repeat("连", 31)+`"}}`)
	w.wants(45159, add, body(9, wang))
	w.wants(40003, add, body(id, passer))
	w.wants(49003, add, body(id, w.users()["wang"].MPOpenID))
	w.wants(40032, add, `{"tagid":100,"openid_list":[]}`)
	w.wants(40032, add, body(id, strings.Split(strings.Repeat(wang+" ", 51), " ")[:51]...))
	w.wants(40003, "/cgi-bin/tags/getidlist", `{"openid":"oNobody"}`)
}

func TestTagLimits(t *testing.T) {
	w := newWorld(t)
	wang := w.users()["wang"].OAOpenID
	// WeChat's own star tag is one of the hundred.
	for n := range 99 {
		id := w.makeTag("连队" + strconv.Itoa(n))
		want := 0
		if n >= 20 {
			want = 45059
		}
		w.wants(want, "/cgi-bin/tags/members/batchtagging", fmt.Sprintf(`{"tagid":%d,"openid_list":["%s"]}`, id, wang))
	}
	w.wants(45056, "/cgi-bin/tags/create", `{"tag":{"name":"多一个"}}`)
	w.act("wang/unfollow", "")
	w.act("wang/follow", "")
	if got := w.tagsOf(wang); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("tags after following anew: %v", got)
	}
}

func TestMenuIsStored(t *testing.T) {
	w := newWorld(t)
	w.wants(46003, "/cgi-bin/menu/get", "")
	w.wants(0, "/cgi-bin/menu/create", menuBody)
	stored, _ := w.wants(0, "/cgi-bin/menu/get", "")["menu"].(map[string]any)
	if top, _ := stored["button"].([]any); len(top) != 3 {
		t.Errorf("stored %v", stored)
	}
	w.wants(40016, "/cgi-bin/menu/create", `{"button":[]}`) // refused, so the old one stays
	w.wants(0, "/cgi-bin/menu/get", "")
	var shown struct{ Button []any }
	if w.request("GET", "/sim/menu", "", &shown); len(shown.Button) != 3 {
		t.Errorf("the page gets %+v", shown)
	}
	w.wants(0, "/cgi-bin/menu/delete", "")
	w.wants(46003, "/cgi-bin/menu/get", "")
}

func TestMenuChecks(t *testing.T) {
	w := newWorld(t)
	click := func(name, key string) string { return `{"type":"click","name":"` + name + `","key":"` + key + `"}` }
	group := func(subs ...string) string {
		return `{"name":"更多","sub_button":[` + strings.Join(subs, ",") + `]}`
	}
	view := func(address string) string { return `{"type":"view","name":"看","url":"` + address + `"}` }
	times := func(n int) []string { return strings.Split(strings.Repeat(click("a", "b")+"\n", n), "\n")[:n] }
	for name, c := range map[string]struct {
		code    int
		buttons []string
	}{
		"one":                {0, times(1)},
		"four":               {40016, times(4)},
		"name of 16 bytes":   {0, []string{click("一二三四五a", "b")}},
		"name of 17 bytes":   {40018, []string{click("一二三四五ab", "b")}},
		"no name":            {40018, []string{click("", "b")}},
		"no key":             {40019, []string{click("a", "")}},
		"key of 129 bytes":   {40019, []string{click("a", strings.Repeat("k", 129))}},
		"unknown type":       {40017, []string{`{"type":"dance","name":"a"}`}},
		"address":            {0, []string{view("https://a")}},
		"not an address":     {40020, []string{view("httpx")}},
		"long address":       {40020, []string{view("https://" + strings.Repeat("a", 1017))}},
		"mini-program":       {40020, []string{`{"type":"miniprogram","name":"a","appid":"wx2","url":"https://a"}`}},
		"five below":         {0, []string{group(times(5)...)}},
		"six below":          {40023, []string{group(times(6)...)}},
		"three levels":       {40022, []string{group(group(click("a", "b")))}},
		"group without name": {40018, []string{strings.Replace(group(click("a", "b")), "更多", "", 1)}},
		"below: no name":     {40025, []string{group(click("", "b"))}},
		"below: no key":      {40026, []string{group(click("a", ""))}},
		"below: address":     {40027, []string{group(view("a"))}},
		"below: type":        {40024, []string{group(`{"type":"dance","name":"a"}`)}},
		"escaped name":       {40033, []string{click(`\u6211`, "b")}},
		"wrong form":         {47001, []string{`1`}},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"button":[` + strings.Join(c.buttons, ",") + `]}`
			if code, out := w.call(w.token(oaID), "/cgi-bin/menu/create", body); code != c.code {
				t.Errorf("errcode %d (%v), want %d", code, out["errmsg"], c.code)
			}
		})
	}
}
