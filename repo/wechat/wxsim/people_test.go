package wxsim_test

import (
	"strconv"
	"strings"
	"testing"

	"bangfu/repo/wechat/wxsim"
)

func TestFollowersOnPages(t *testing.T) {
	w := newWorld(t)
	for n := range 10000 { // and wang, who was there before
		w.sim.AddUser(wxsim.User{ID: "f" + strconv.Itoa(n), Following: true})
	}
	first := w.wants(0, "/cgi-bin/user/get", "")
	if first["total"] != 10001.0 || first["count"] != 10000.0 {
		t.Fatalf("first page: %v of %v", first["count"], first["total"])
	}
	next, _ := first["next_openid"].(string)
	if out := w.wants(0, "/cgi-bin/user/get?next_openid="+next, ""); out["total"] != 10001.0 || out["count"] != 1.0 {
		t.Errorf("second page: %v of %v", out["count"], out["total"])
	}
}

func TestManyUsersAtOnce(t *testing.T) {
	w := newWorld(t)
	const path = "/cgi-bin/user/info/batchget"
	wang, passer := w.users()["wang"], w.users()["passer"]
	ask := func(ids ...string) string {
		return `{"user_list":[{"openid":"` + strings.Join(ids, `","lang":"zh_CN"},{"openid":"`) + `"}]}`
	}
	list, _ := w.wants(0, path, ask(wang.OAOpenID, passer.OAOpenID))["user_info_list"].([]any)
	if len(list) != 2 {
		t.Fatalf("%v", list)
	}
	one, two := list[0].(map[string]any), list[1].(map[string]any)
	if one["unionid"] != wang.UnionID || two["subscribe"] != 0.0 || two["unionid"] != nil {
		t.Errorf("%v", list)
	}
	w.wants(40003, path, ask(wang.OAOpenID, wang.MPOpenID))
	w.wants(40032, path, `{"user_list":[]}`)
	many := strings.Split(strings.Repeat(wang.OAOpenID+" ", 101), " ")
	w.wants(0, path, ask(many[:100]...))
	w.wants(40032, path, ask(many[:101]...))
}

func TestRemark(t *testing.T) {
	w := newWorld(t)
	const path = "/cgi-bin/user/info/updateremark"
	wang := w.users()["wang"].OAOpenID
	body := func(openID, remark string) string { return `{"openid":"` + openID + `","remark":"` + remark + `"}` }
	w.wants(0, path, body(wang, "一连王秀英"))
	if got := w.wants(0, "/cgi-bin/user/info?openid="+wang, "")["remark"]; got != "一连王秀英" {
		t.Errorf("remark %v", got)
	}
	w.wants(0, path, body(wang, strings.Repeat("a", 29)))
	w.wants(40035, path, body(wang, strings.Repeat("a", 30)))
	w.wants(40003, path, body("oNobody", "x"))
	w.wants(40003, path, body(w.users()["passer"].OAOpenID, "x"))
	w.wants(0, path, body(wang, ""))
}
