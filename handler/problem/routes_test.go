package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bangfu/handler/problem"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type order struct {
	Kind string `path:"kind"`
	Body struct {
		Name string `json:"name" minLength:"2" maxLength:"4"`
		Age  int    `json:"age" minimum:"1" maximum:"150"`
		Sex  string `json:"sex,omitempty" enum:"male,female"`
	}
}

// typed is an API with one operation, which fails as the path says, and what its access log would note.
func typed(t *testing.T, fails error) (call func(body string) (*httptest.ResponseRecorder, problem.Problem), noted *error) {
	t.Helper()
	problem.ForTypedRoutes()
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("t", "1"))
	huma.Post(api, "/orders/{kind}", func(context.Context, *order) (*struct{}, error) { return nil, fails })
	noted = new(error)
	return func(body string) (*httptest.ResponseRecorder, problem.Problem) {
		ctx, cause := problem.WithNote(t.Context())
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/orders/x", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		mux.ServeHTTP(w, r)
		*noted = *cause
		var p problem.Problem
		if w.Body.Len() > 0 {
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("%v in %s", err, w.Body)
			}
		}
		return w, p
	}, noted
}

// TestWhatIsWrongWithARequest is said in Chinese, by place, and never repeats what was sent.
func TestWhatIsWrongWithARequest(t *testing.T) {
	call, _ := typed(t, nil)
	for body, want := range map[string][]string{
		`{"name":"秘","age":0}`:                {"body.name 至少2个字", "body.age 不能小于1"},
		`{"name":"秘密秘密秘","age":151}`:          {"body.name 最多4个字", "body.age 不能大于150"},
		`{"name":"秘密","age":1,"sex":"x"}`:     {"body.sex 只能是这些之一:male, female"},
		`{"name":7,"age":"x"}`:                {"body.name 要写文字", "body.age 要写整数"},
		`{"name":"秘密","age":1,"phone":"138"}`: {"body.phone 没有这一项"},
		`{"age":1}`:                         {"body 缺少name"},
		`{"name":`:                          {"body 不是合格的JSON"},
		`{name}`:                            {"body 不是合格的JSON"},
		`{"name":"` + "\x00" + `","age":1}`: {"body 不是合格的JSON"},
	} {
		w, p := call(body)
		var got []string
		for _, f := range p.Errors {
			got = append(got, f.Location+" "+f.Message)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || len(got) > 0 && p.Detail != "提交的内容不对:"+p.Errors[0].Location+" "+p.Errors[0].Message {
			t.Errorf("%s: %q, %q; want %q", body, got, p.Detail, want)
		}
		if strings.Contains(w.Body.String(), "秘") || w.Header().Get("Content-Type") != "application/problem+json" || w.Code/100 != 4 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

// TestNothingWasSent is said, too.
func TestNothingWasSent(t *testing.T) {
	call, _ := typed(t, nil)
	if w, p := call(""); w.Code != http.StatusBadRequest || p.Detail != "没有内容" || p.Code != "bad_request" {
		t.Errorf("%d %+v", w.Code, p)
	}
}

// TestErrorsOfOperations leave as From has them; the cause goes to the log alone.
func TestErrorsOfOperations(t *testing.T) {
	cause := errors.New("dial tcp: refused")
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{problem.From(model.NewError(model.KindConflict, "changed_meanwhile", "有人改过")), 409, "changed_meanwhile"},
		{cause, 500, "internal"},
		{fmt.Errorf("posting: %w", model.NewError(model.KindUnavailable, "away", "系统忙").Wrap(cause)), 503, "away"},
	} {
		call, noted := typed(t, c.err)
		w, p := call(`{"name":"王秀","age":1}`)
		if strings.Contains(w.Body.String(), "dial") || p.Code != c.code || p.Status != w.Code {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if c.status >= 500 && w.Code >= 500 && !errors.Is(*noted, cause) {
			t.Errorf("%v: the log has %v", c.err, *noted)
		}
	}
}

// TestEveryKindHasAnAnswer: no kind of error is an answer without a title, and only ours are 500.
func TestEveryKindHasAnAnswer(t *testing.T) {
	for kind, status := range map[model.Kind]int{
		model.KindInvalid: 400, model.KindUnauthenticated: 401, model.KindForbidden: 403, model.KindNotFound: 404, model.KindConflict: 409,
		model.KindTooMany: 429, model.KindUnavailable: 503, model.KindInternal: 500,
	} {
		p := problem.From(model.NewError(kind, "x", "一句话"))
		if wait := p.GetHeaders().Get("Retry-After"); (wait != "") != (status == 429 || status == 503) {
			t.Errorf("%s: come again in %q", kind, wait)
		}
		if p.Status != status || p.GetStatus() != status || p.Title == "" || p.Detail != "一句话" || p.Error() != "x" {
			t.Errorf("%s: %+v", kind, p)
		}
	}
	known := problem.OfStatus(http.StatusNotFound)
	if problem.From(fmt.Errorf("wrapped: %w", known)) != known || known.ContentType("") != "application/problem+json" {
		t.Error("what is a problem already stays one")
	}
}

// TestStatusesThatHTTPFinds have a title and a code, also those that nobody thought of.
func TestStatusesThatHTTPFinds(t *testing.T) {
	for status, want := range map[int]string{404: "no_such_page 没有找到", 405: "method_not_allowed 用法不对", 413: "too_large 内容太大", 418: "http_error I'm a teapot"} {
		if p := problem.OfStatus(status); p.Code+" "+p.Title != want || p.Status != status {
			t.Errorf("%d: %+v", status, p)
		}
	}
}

// TestWriteIsNeverKept: an answer that failed must not lie in a cache, and its text is not escaped.
func TestWriteIsNeverKept(t *testing.T) {
	w := httptest.NewRecorder()
	problem.Write(w, &problem.Problem{Title: "内容不对", Status: 400, Code: "x", Detail: "<1>"})
	if w.Code != 400 || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), `"<1>"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// TestNotesOfNobody: a context without a place for the cause loses it, and nothing else.
func TestNotesOfNobody(t *testing.T) {
	problem.Note(t.Context(), errors.New("x"))
	ctx, cause := problem.WithNote(t.Context())
	problem.Note(ctx, context.Canceled)
	if !errors.Is(*cause, context.Canceled) {
		t.Error(*cause)
	}
}
