package wxsim_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

// upload sends a file in a form.
func (w *world) upload(sort, field string, file []byte) map[string]any {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, _ := form.CreateFormFile(field, "a.jpg")
	_, _ = part.Write(file)
	_ = form.Close()
	resp, err := http.Post(w.url+"/cgi-bin/media/upload?type="+sort+"&access_token="+w.token(oaID), form.FormDataContentType(), &body)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	out := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestMediaUpload(t *testing.T) {
	w := newWorld(t)
	var picture bytes.Buffer
	_ = jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8)), nil)
	jpg := picture.Bytes()
	if out := w.upload("image", "media", jpg); out["type"] != "image" || out["media_id"] == "" || out["created_at"] != float64(w.clock.now().Unix()) {
		t.Errorf("%v", out)
	}
	if out := w.upload("thumb", "media", jpg); out["thumb_media_id"] == nil {
		t.Errorf("%v", out)
	}
	for name, c := range map[string]struct {
		out  map[string]any
		want float64
	}{
		"unknown type":   {w.upload("paper", "media", jpg), 40004},
		"another field":  {w.upload("image", "file", jpg), 41005},
		"empty":          {w.upload("image", "media", nil), 44001},
		"no picture":     {w.upload("image", "media", []byte("text")), 40005},
		"large thumb":    {w.upload("thumb", "media", append(jpg, make([]byte, 64<<10)...)), 40006},
		"large":          {w.upload("video", "media", make([]byte, 1<<20)), 45001},
		"JSON":           {w.wants(41005, "/cgi-bin/media/upload?type=image", `{"media":"x"}`), 41005},
		"without a body": {w.wants(43002, "/cgi-bin/media/upload?type=image", ""), 43002},
	} {
		if c.out["errcode"] != c.want {
			t.Errorf("%s: %v, want %v", name, c.out, c.want)
		}
	}
}

func TestRID(t *testing.T) {
	w := newWorld(t)
	ridOf := func(out map[string]any) string {
		msg, _ := out["errmsg"].(string)
		_, rid, _ := strings.Cut(msg, " rid: ")
		return rid
	}
	rid := ridOf(w.wants(46003, "/cgi-bin/menu/get", ""))
	out := w.wants(0, "/cgi-bin/openapi/rid/get", `{"rid":"`+rid+`"}`)
	if request, _ := out["request"].(map[string]any); request["request_url"] != "/cgi-bin/menu/get" ||
		request["invoke_time"] != float64(w.clock.now().Unix()) {
		t.Errorf("%v", out)
	}
	w.wants(76001, "/cgi-bin/openapi/rid/get", `{"rid":"x"}`)
	w.wantsMini(76003, "/cgi-bin/openapi/rid/get", `{"rid":"`+rid+`"}`)
	w.clock.turn(8 * 24 * time.Hour)
	w.wants(76004, "/cgi-bin/openapi/rid/get", `{"rid":"`+rid+`"}`)
}

func TestClearQuotaTenTimesAMonth(t *testing.T) {
	w := newWorld(t)
	w.wants(0, "/cgi-bin/getcallbackip", "")
	quota := func() any {
		return w.wants(0, "/cgi-bin/openapi/quota/get", `{"cgi_path":"/cgi-bin/tags/get"}`)["quota"]
	}
	w.wants(0, "/cgi-bin/tags/get", "")
	if used := quota().(map[string]any)["used"]; used != 1.0 {
		t.Errorf("used %v", used)
	}
	body := `{"appid":"` + oaID + `"}`
	for range 10 {
		w.wants(0, "/cgi-bin/clear_quota", body)
	}
	if used := quota().(map[string]any)["used"]; used != 0.0 {
		t.Errorf("used %v after clearing", used)
	}
	w.wants(48006, "/cgi-bin/clear_quota", body)
	w.wants(40013, "/cgi-bin/clear_quota", `{"appid":"wx9"}`)
	w.clock.turn(31 * 24 * time.Hour)
	w.wants(0, "/cgi-bin/clear_quota", body)
}
