package wxsim_test

import (
	"net/http"
	"strings"
	"testing"
)

// registers gives the official account one template of each sort, and the mini-program one.
func (w *world) registers() {
	w.t.Helper()
	const content = `"title":"走访提醒","content":"事项：{{thing1.DATA}}\n时间：{{time2.DATA}}"`
	w.do("templates", `{"id":"T",`+content+`}`, nil)
	w.do("templates", `{"id":"S",`+content+`,"type":2}`, nil)
	w.do("templates", `{"account":"mp","id":"M",`+content+`,"type":2}`, nil)
}

// ids are the values of one key in a list of the answer.
func ids(answer map[string]any, list, key string) string {
	var all []string
	items, _ := answer[list].([]any)
	for _, item := range items {
		fields, _ := item.(map[string]any)
		id, _ := fields[key].(string)
		all = append(all, id)
	}
	return strings.Join(all, " ")
}

func TestTemplateLists(t *testing.T) {
	w := newWorld(t)
	w.registers()
	const list, add, drop = "/cgi-bin/template/get_all_private_template", "/cgi-bin/template/api_add_template", "/cgi-bin/template/del_private_template"
	if got := ids(w.wants(0, list, ""), "template_list", "template_id"); got != "T" {
		t.Errorf("template messages %q", got)
	}
	made := w.wants(0, add, `{"template_id_short":"43216","keyword_name_list":["户主","日期"]}`)
	id, _ := made["template_id"].(string)
	if got := ids(w.wants(0, list, ""), "template_list", "template_id"); id == "" || got != "T "+id {
		t.Errorf("%q after adding %q", got, id)
	}
	w.wants(40247, add, `{"template_id_short":"TM00015","keyword_name_list":["户主"]}`)
	w.wants(40246, add, `{"template_id_short":"43216"}`)
	w.wants(40037, add, `{"keyword_name_list":["户主"]}`)
	w.wants(40037, drop, `{"template_id":"S"}`)
	w.wants(0, drop, `{"template_id":"T"}`)
	w.wants(40037, drop, `{"template_id":"T"}`)
	for range 24 {
		w.wants(0, add, `{"template_id_short":"43216","keyword_name_list":["户主"]}`)
	}
	w.wants(45026, add, `{"template_id_short":"43216","keyword_name_list":["户主"]}`)
	w.do("reset", "", nil)
	if got := ids(w.wants(0, list, ""), "template_list", "template_id"); !strings.HasPrefix(got, id) {
		t.Errorf("a reset took the templates: %q", got)
	}
	if code, _ := w.call(w.token(mpID), list, ""); code != 45103 {
		t.Errorf("a mini-program has template messages: %d", code)
	}
}

func TestSubscriptionTemplateLists(t *testing.T) {
	w := newWorld(t)
	w.registers()
	const list, add, drop = "/wxaapi/newtmpl/gettemplate", "/wxaapi/newtmpl/addtemplate", "/wxaapi/newtmpl/deltemplate"
	for appID, own := range map[string]string{oaID: "S", mpID: "M"} {
		token := w.token(appID)
		wants := func(code int, path, body string) map[string]any {
			t.Helper()
			got, out := w.call(token, path, body)
			if got != code {
				t.Errorf("%s %s: errcode %d (%v), want %d", path, body, got, out["errmsg"], code)
			}
			return out
		}
		if got := ids(wants(0, list, ""), "data", "priTmplId"); got != own {
			t.Errorf("%s: %q, want %q", appID, got, own)
		}
		made := wants(0, add, `{"tid":"401","kidList":[1,2],"sceneDesc":"走访提醒"}`)
		id, _ := made["priTmplId"].(string)
		if got := ids(wants(0, list, ""), "data", "priTmplId"); id == "" || got != own+" "+id {
			t.Errorf("%q after adding %q", got, id)
		}
		wants(0, add, `{"tid":401,"kidList":[1,2]}`)
		wants(200014, add, `{"kidList":[1,2]}`)
		wants(200020, add, `{"tid":"401","kidList":[1]}`)
		wants(200021, add, `{"tid":"401","kidList":[1,2],"sceneDesc":"`+strings.Repeat("走", 16)+`"}`)
		wants(20002, drop, `{"priTmplId":"T"}`)
		wants(0, drop, `{"priTmplId":"`+own+`"}`)
		wants(20002, drop, `{"priTmplId":"`+own+`"}`)
		if got := ids(wants(0, "/wxaapi/newtmpl/getcategory", ""), "data", "name"); got == "" {
			t.Error("no category")
		}
		for range 23 {
			wants(0, add, `{"tid":"401","kidList":[1,2]}`)
		}
		wants(200012, add, `{"tid":"401","kidList":[1,2]}`)
	}
}

func TestTemplatesAreChecked(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{
		`{}`, `{"id":"T"}`, `{"id":"T","content":"words only"}`,
		`{"id":"T","content":"{{thing1.DATA}}","type":1}`,
		`{"account":"mp","id":"T","content":"{{thing1.DATA}}"}`,
		`{"account":"web","id":"T","content":"{{thing1.DATA}}"}`,
	} {
		w.refuses(http.StatusBadRequest, "templates", body)
	}
	w.do("templates", `{"id":"T","content":"{{thing1.DATA}}"}`, nil)
	w.do("templates", `{"id":"T","title":"again","content":"{{thing2.DATA}}"}`, nil)
	out := w.wants(0, "/cgi-bin/template/get_all_private_template", "")
	if got := ids(out, "template_list", "content"); got != "{{thing2.DATA}}" {
		t.Errorf("registered again: %q", got)
	}
}
