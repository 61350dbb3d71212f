package wxsim_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"bangfu/repo/wechat/wxsim"
)

func TestTagsAreRenamedAndDeleted(t *testing.T) {
	w := newWorld(t)
	const update, remove = "/cgi-bin/tags/update", "/cgi-bin/tags/delete"
	wang := w.users()["wang"].OAOpenID
	one, two := w.makeTag("一连"), w.makeTag("二连")
	body := func(id int, name string) string { return fmt.Sprintf(`{"tag":{"id":%d,"name":"%s"}}`, id, name) }
	w.tags(one, wang)
	w.wants(0, update, body(one, "三连"))
	w.wants(0, update, body(one, "三连"))
	w.wants(45157, update, body(one, "二连"))
	w.wants(45158, update, body(one, strings.Repeat("连", 31)))
	w.wants(45158, update, body(one, ""))
	if list := fmt.Sprint(w.wants(0, "/cgi-bin/tags/get", "")["tags"]); !strings.Contains(list, "三连") || strings.Contains(list, "一连") {
		t.Errorf("list %s", list)
	}
	for _, id := range []int{0, 1, 2} {
		w.wants(45058, update, body(id, "x"))
		w.wants(45058, remove, body(id, ""))
	}
	w.wants(45159, update, body(9999, "x"))
	w.wants(0, remove, body(one, ""))
	w.wants(45159, remove, body(one, ""))
	if got := w.tagsOf(wang); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("a deleted tag stayed: %v", got)
	}
	if made := w.makeTag("四连"); made == one || made == two {
		t.Errorf("id %d again", made)
	}
}

func TestADeletedTagTakesItsMenuFromPhones(t *testing.T) {
	w := newWorld(t)
	id := w.makeTag("干部")
	w.wants(0, menuCreatePath, `{"button":[{"type":"click","name":"大家","key":"ALL"}]}`)
	w.wants(0, menuAddPath, tagMenu(id, "干部"))
	w.tags(id, w.users()["wang"].OAOpenID)
	w.wants(0, "/cgi-bin/tags/delete", fmt.Sprintf(`{"tag":{"id":%d}}`, id))
	if got := w.shownMenu("wang"); got != "大家" {
		t.Errorf("shows %q", got)
	}
}

func TestPeopleWithATag(t *testing.T) {
	w := newWorld(t)
	w.sim.AddUser(wxsim.User{ID: "li", Following: true})
	wang, li := w.users()["wang"].OAOpenID, w.users()["li"].OAOpenID
	id := w.makeTag("一连")
	list := func(next string) map[string]any {
		return w.wants(0, "/cgi-bin/user/tag/get", fmt.Sprintf(`{"tagid":%d,"next_openid":"%s"}`, id, next))
	}
	if out := list(""); out["count"] != 0.0 || out["data"] != nil {
		t.Errorf("nobody: %v", out)
	}
	w.tags(id, wang)
	w.tags(id, li)
	out := list("")
	data, _ := out["data"].(map[string]any)
	if out["count"] != 2.0 || !reflect.DeepEqual(data["openid"], []any{wang, li}) || out["next_openid"] != li {
		t.Errorf("both: %v", out)
	}
	if out := list(wang); out["count"] != 1.0 || out["next_openid"] != li {
		t.Errorf("after the first: %v", out)
	}
	if out := list(li); out["count"] != 0.0 || out["data"] != nil || out["next_openid"] != "" {
		t.Errorf("after the last: %v", out)
	}
	w.wants(45159, "/cgi-bin/user/tag/get", `{"tagid":9999}`)
	w.wants(40003, "/cgi-bin/user/tag/get", fmt.Sprintf(`{"tagid":%d,"next_openid":"oNobody"}`, id))
}

func TestTaggingFailsForSome(t *testing.T) {
	w := newWorld(t)
	w.sim.AddUser(wxsim.User{ID: "li", Following: true})
	wang, li := w.users()["wang"].OAOpenID, w.users()["li"].OAOpenID
	id := w.makeTag("一连")
	body := fmt.Sprintf(`{"tagid":%d,"openid_list":["%s","%s"]}`, id, wang, li)
	w.faults(`{"tag_fails":["` + li + `"]}`)
	out := w.wants(45171, batchTagPath, body)
	if msg, _ := out["errmsg"].(string); !reflect.DeepEqual(out["fail_openid_list"], []any{li}) || !strings.Contains(msg, " rid: ") {
		t.Errorf("%v", out)
	}
	if got := w.tagsOf(wang); !reflect.DeepEqual(got, []any{float64(id)}) {
		t.Errorf("the others: %v", got)
	}
	if got := w.tagsOf(li); !reflect.DeepEqual(got, []any{}) {
		t.Errorf("the one: %v", got)
	}
	w.wants(45171, "/cgi-bin/tags/members/batchuntagging", body)
	w.faults(`{}`)
	w.wants(0, batchTagPath, body)
}
