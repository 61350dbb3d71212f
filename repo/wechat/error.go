package wechat

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Class says what a failed call means for whoever made it. The adapter classifies, the caller decides.
type Class string

// The classes of failure.
const (
	ClassRetry   Class = "retry"   // busy; try later with back-off
	ClassToken   Class = "token"   // the access token is stale; the client has tried once more already
	ClassMinute  Class = "minute"  // a per-minute quota; wait a minute
	ClassDay     Class = "day"     // a daily quota; wait for midnight in Shanghai
	ClassUser    Class = "user"    // this person cannot or will not be reached; never retry
	ClassWindow  Class = "window"  // no right to send to this person now
	ClassPayload Class = "payload" // our message is wrong; stop the campaign
	ClassAccount Class = "account" // our account or its settings are wrong; stop everything, call a person
	ClassDone    Class = "done"    // it had been done before; a success
	ClassCode    Class = "code"    // a log-in code is used or old; ask the client for another
	ClassIgnore  Class = "ignore"  // of no consequence
	ClassPending Class = "pending" // waits for an administrator; poll
	ClassUnknown Class = "unknown" // WeChat may or may not have done it; never repeat blindly
)

// Error is a failed call. Msg is WeChat's own text without the request id; it never holds a token,
// a secret or a message.
type Error struct {
	API   string
	Code  int64
	Msg   string
	RID   string
	Class Class
}

// Error has no personal data.
func (e *Error) Error() string {
	return fmt.Sprintf("wechat %s: %d %s (%s, rid %s)", e.API, e.Code, e.Msg, e.Class, e.RID)
}

// ClassOf is the class of err; ClassUnknown for an error that is not WeChat's.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ClassUnknown
}

// refuse is the error of a call that is not made, because its arguments cannot be right. Nothing left us.
func refuse(api, why string) error { return &Error{API: api, Msg: why, Class: ClassPayload} }

// unexpected is the error of a call after which nobody knows whether WeChat did it.
func unexpected(api, what string) error { return &Error{API: api, Msg: what, Class: ClassUnknown} }

// withSecret reads an error of a call that the AppSecret authorises: there the codes of a stale token
// mean that the secret is wrong.
func withSecret(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Class != ClassToken {
		return err
	}
	c := *e
	c.Class = ClassAccount
	return &c
}

var ridPattern = regexp.MustCompile(`\s*,?\s*rid:\s*([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\s*$`)

// maxErrmsg bounds what we keep of WeChat's text.
const maxErrmsg = 200

func newError(api string, code int64, errmsg string) *Error {
	e := &Error{API: api, Code: code, Msg: errmsg, Class: classOf(code)}
	if m := ridPattern.FindStringSubmatchIndex(errmsg); m != nil {
		e.Msg, e.RID = errmsg[:m[0]], errmsg[m[2]:m[3]]
	}
	if len(e.Msg) > maxErrmsg {
		e.Msg = strings.ToValidUTF8(e.Msg[:maxErrmsg], "")
	}
	return e
}

// codesOf is the table of WeChat's return codes that a caller must tell apart. Every code stands once.
// Source: developers.weixin.qq.com, global return codes, and each interface's page.
var codesOf = map[Class][]int64{
	ClassRetry:   {-1, 43108, 45169, 45171, 61450, 268487001, 268487002},
	ClassToken:   {40001, 40014, 42001},
	ClassMinute:  {45011, 45066, 44990},
	ClassDay:     {45009, 45028, 44993},
	ClassUser:    {40003, 40226, 43004, 43019, 43101, 48002, 49003, 50002, 50005, 61010, 70000},
	ClassWindow:  {45015, 45047},
	ClassDone:    {45065},
	ClassPending: {89504, 89505},
	ClassCode:    {40029, 40163, 42002, 42003, 42007, 40030, 41008},
	ClassIgnore:  {45072, 45080, 45081},
	ClassAccount: {40002, 40013, 40125, 40243, 40164, 89503, 89506, 89507, 43107, 43116, 45103, 48001, 48003,
		48004, 48006, 48008, 50004, 50007, 61004, 61007, 85079},
	ClassPayload: {
		41001, 43002, 47001, 47003, 44002, 44003, 44004, 45002, 45003, 45004, 45005, 45006, 45008, // form and size
		40031, 40032, 40130, 40036, 40037, 40246, 40247, 40249, 40008, 45162, // recipients, template, type
		40007, 40039, 40035, 40097, 41030, 40033, 40059, 40129, // url, arguments, page, charset, msg_id, scene
		40152, 45159, 45056, 45057, 45058, 45059, 45157, 45158, // tags
		45062, 45067, 45083, 45084, 45113, 48021, 48022, 41040, 45168, 61451, 87014, // content
		40165, 40212, 85401, 85402, 85403, 85404, 85405, 85406, 85407, 85408, // path, query and life of a link
		40016, 40017, 40018, 40019, 40020, 40022, 40023, 40024, 40025, 40026, 40027, 46003, 65301, // menu
	},
}

// classOf is the class of a return code. A code that nobody listed is taken for a mistake of ours:
// stopping is safer than repeating.
func classOf(code int64) Class {
	for class, codes := range codesOf {
		for _, c := range codes {
			if c == code {
				return class
			}
		}
	}
	return ClassPayload
}

// CodeOf is WeChat's return code; 0 when it gave none.
func CodeOf(err error) int64 {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// IsOutage reports whether err says that WeChat cannot be reached, rather than what it thinks of the call: there was
// no answer, or one without a return code.
func IsOutage(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == 0 && (e.Class == ClassRetry || e.Class == ClassUnknown)
}

// RIDOf is the request id by which WeChat's support finds the call; empty when it gave none.
func RIDOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.RID
	}
	return ""
}
