// Package problem is how errors leave over HTTP: application/problem+json (RFC 9457) with a Chinese
// sentence for the person and a stable code for the program. Causes go to the access log only.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"sync"

	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the body of every failed answer.
type Problem struct {
	Title  string  `json:"title" doc:"这类问题的名称"`
	Status int     `json:"status" doc:"HTTP状态"`
	Code   string  `json:"code" doc:"给程序看的固定代码"`
	Detail string  `json:"detail" doc:"给人看的一句话"`
	Errors []Field `json:"errors,omitempty" doc:"哪些内容不对"`
	// Rev and Reasons are extensions of the RFC's members.
	Rev     int64    `json:"rev,omitempty" doc:"有冲突时,现在是第几版"`
	Reasons []Reason `json:"reasons,omitempty" doc:"不能办的每一条原因"`
}

// Reason is one of several reasons why something is refused.
type Reason struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Field is one part of a request that is not right. The value itself is not repeated: it may be
// somebody's id number.
type Field struct {
	Location string `json:"location" doc:"在哪里,例如body.code"`
	Message  string `json:"message"`
}

// Error is the code, for logs.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// later is when it may be otherwise, in seconds: of the answers that say so.
var later = map[int]string{http.StatusTooManyRequests: "60", http.StatusServiceUnavailable: "5"}

// GetHeaders says when to try again, where that helps (RFC 9110, 10.2.3).
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if seconds := later[p.Status]; seconds != "" {
		h.Set("Retry-After", seconds)
	}
	return h
}

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[model.Kind]int{
	model.KindInvalid: http.StatusBadRequest, model.KindUnauthenticated: http.StatusUnauthorized,
	model.KindForbidden: http.StatusForbidden, model.KindNotFound: http.StatusNotFound,
	model.KindConflict: http.StatusConflict, model.KindTooMany: http.StatusTooManyRequests,
	model.KindUnavailable: http.StatusServiceUnavailable, model.KindInternal: http.StatusInternalServerError,
}

var titles = map[int]string{
	http.StatusBadRequest: "内容不对", http.StatusUnauthorized: "没有登录", http.StatusForbidden: "没有权限",
	http.StatusNotFound: "没有找到", http.StatusMethodNotAllowed: "用法不对", http.StatusNotAcceptable: "给不出这种格式",
	http.StatusConflict: "有冲突", http.StatusRequestEntityTooLarge: "内容太大",
	http.StatusUnsupportedMediaType: "不认识这种格式", http.StatusUnprocessableEntity: "内容不对",
	http.StatusTooManyRequests: "太频繁", http.StatusInternalServerError: "系统出错", http.StatusServiceUnavailable: "系统忙",
	http.StatusGatewayTimeout: "系统忙", http.StatusRequestTimeout: "传得太慢",
}

// codes are for failures that HTTP itself finds, before any of our rules.
var codes = map[int]string{
	http.StatusBadRequest: "bad_request", http.StatusNotFound: "no_such_page", http.StatusMethodNotAllowed: "method_not_allowed",
	http.StatusNotAcceptable: "not_acceptable", http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType: "unsupported_media_type", http.StatusUnprocessableEntity: "invalid_content",
	http.StatusRequestTimeout: "request_timeout",
}

// From is the answer to an error of ours. Whatever is not a model.Error is our own fault and says so.
func From(err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	var e *model.Error
	if !errors.As(err, &e) {
		return &Problem{Title: titles[500], Status: 500, Code: "internal", Detail: "系统出错了,已经记下,请稍后再试"}
	}
	status := statusOf[e.Kind]
	p := &Problem{Title: titles[status], Status: status, Code: e.Code, Detail: e.Msg, Rev: e.Rev}
	for _, r := range e.Why {
		p.Reasons = append(p.Reasons, Reason{r.Code, r.Msg})
	}
	return p
}

// OfStatus is the answer to a failure that HTTP itself finds.
func OfStatus(status int) *Problem {
	code, title := codes[status], titles[status]
	if code == "" {
		code = "http_error"
	}
	if title == "" {
		title = http.StatusText(status)
	}
	return &Problem{Title: title, Status: status, Code: code, Detail: title}
}

// Write answers with the problem.
func Write(w http.ResponseWriter, p *Problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p)
}

// ForTypedRoutes makes the answers of huma's own checks problems of ours, too, and lets operations
// return model errors as they are. huma keeps this in package variables, so it is done once.
func ForTypedRoutes() { forTypedRoutes() }

var forTypedRoutes = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		if status >= http.StatusInternalServerError && len(errs) > 0 {
			Note(ctx.Context(), errs[0])
			return From(errs[0])
		}
		return ofFields(status, message, errs)
	}
	// Used for the schema of the error body in the OpenAPI document.
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return ofFields(status, message, errs)
	}
	chineseChecks()
})

func ofFields(status int, message string, errs []error) *Problem {
	if status == 0 {
		return &Problem{}
	}
	p := OfStatus(status)
	if says := plain(message); says != message {
		p.Detail = says
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, Field{Location: d.ErrorDetail().Location, Message: plain(d.ErrorDetail().Message)})
		}
	}
	if len(p.Errors) > 0 {
		p.Detail = "提交的内容不对:" + p.Errors[0].Location + " " + p.Errors[0].Message
	}
	return p
}

type noteKey struct{}

// WithNote gives the request a place for the cause of its failure, which the access log reads.
func WithNote(ctx context.Context) (context.Context, *error) {
	cause := new(error)
	return context.WithValue(ctx, noteKey{}, cause), cause
}

// Note keeps the cause of a failure for the access log.
func Note(ctx context.Context, err error) {
	if cause, ok := ctx.Value(noteKey{}).(*error); ok {
		*cause = err
	}
}
