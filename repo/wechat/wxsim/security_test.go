package wxsim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const textCheckPath = "/wxa/msg_sec_check"

// textCheck is a check of a text by wang.
func (w *world) textCheck(code int, content string) map[string]any {
	w.t.Helper()
	return w.wantsMini(code, textCheckPath,
		fmt.Sprintf(`{"openid":"%s","scene":2,"version":2,"content":"%s"}`, w.users()["wang"].MPOpenID, content))
}

func TestTextCheck(t *testing.T) {
	w := newWorld(t)
	w.textCheck(61010, "您好") // has never opened the mini-program
	w.session(mpID, w.loginCode("wang"))
	out := w.textCheck(0, "您好")
	if fmt.Sprint(out["result"]) != "map[label:100 suggest:pass]" || out["trace_id"] == "" {
		t.Errorf("%v", out)
	}
	w.faults(`{"risky":["赌博"]}`)
	out = w.textCheck(0, "来赌博吧")
	if result, _ := out["result"].(map[string]any); result["suggest"] != "risky" || result["label"] == 100.0 ||
		!strings.Contains(fmt.Sprint(out["detail"]), "keyword:赌博") {
		t.Errorf("%v", out)
	}
	w.textCheck(0, strings.Repeat("好", 2500))
	w.textCheck(45002, strings.Repeat("好", 2501))
	w.textCheck(44004, "")
	openID := w.users()["wang"].MPOpenID
	for body, code := range map[string]int{
		`{"openid":"oNobody","scene":2,"version":2,"content":"a"}`:        61010,
		`{"openid":"` + openID + `","scene":5,"version":2,"content":"a"}`: 40097,
		`{"openid":"` + openID + `","scene":1,"version":1,"content":"a"}`: 40097,
	} {
		w.wantsMini(code, textCheckPath, body)
	}
	w.clock.turn(2 * time.Hour)
	w.textCheck(0, "您好")
	w.clock.turn(time.Second)
	w.textCheck(61010, "您好")
}

func TestMediaCheck(t *testing.T) {
	w := newWorld(t)
	w.session(mpID, w.loginCode("wang"))
	w.faults(`{"risky":["bad"]}`)
	came := make(chan string, 1)
	w.answers(func(rw http.ResponseWriter, _ *http.Request, body string) {
		_, _ = io.WriteString(rw, "success")
		came <- body
	})
	wang := w.users()["wang"].MPOpenID
	body := func(address string, kind int) string {
		return fmt.Sprintf(`{"openid":"%s","scene":1,"version":2,"media_type":%d,"media_url":"%s"}`, wang, kind, address)
	}
	for address, want := range map[string]string{
		"https://back.example/bad.jpg":  "<result><suggest><![CDATA[risky]]></suggest><label>20006</label></result>",
		"https://back.example/good.jpg": "<result><suggest><![CDATA[pass]]></suggest><label>100</label></result>",
	} {
		out := w.wantsMini(0, "/wxa/media_check_async", body(address, 2))
		push := <-came
		if m := readMessage(t, push); m.Event != "wxa_media_check" || m.FromUserName != wang || m.ToUserName != "gh_mp" ||
			!strings.Contains(push, fmt.Sprintf("<trace_id><![CDATA[%s]]></trace_id>", out["trace_id"])) || !strings.Contains(push, want) {
			t.Errorf("%s: %s", address, push)
		}
	}
	w.wantsMini(40097, "/wxa/media_check_async", body("https://back.example/good.jpg", 3))
	w.wantsMini(40097, "/wxa/media_check_async", body("good.jpg", 2))
	w.clock.turn(3 * time.Hour)
	w.wantsMini(61010, "/wxa/media_check_async", body("https://back.example/good.jpg", 2))
}

func TestCheckSession(t *testing.T) {
	w := newWorld(t)
	first, _ := w.session(mpID, w.loginCode("wang"))["session_key"].(string)
	check := func(code int, key, method string) {
		t.Helper()
		mac := hmac.New(sha256.New, []byte(key))
		w.wantsMini(code, "/wxa/checksession?sig_method="+method+"&openid="+w.users()["wang"].MPOpenID+
			"&signature="+hex.EncodeToString(mac.Sum(nil)), "")
	}
	check(0, first, "hmac_sha256")
	check(87009, "x", "hmac_sha256")
	check(40097, first, "md5")
	w.session(mpID, w.loginCode("wang"))
	check(87009, first, "hmac_sha256") // a later log-in ends it
	w.wantsMini(40003, "/wxa/checksession?sig_method=hmac_sha256&openid=oNobody", "")
}
