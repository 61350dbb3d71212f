package apptest

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Signature is WeChat's, written here once more so that a mistake cannot agree with itself.
func Signature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// SignedQuery is the query of a plain push to the official account at the instant.
func SignedQuery(at time.Time) string {
	stamp := fmt.Sprint(at.Unix())
	q := url.Values{"timestamp": {stamp}, "nonce": {"n1"}, "signature": {Signature("demooatoken", stamp, "n1")}}
	return "?" + q.Encode()
}

// TextPush is the body of a push of a text.
func TextPush(openID, msgID, text string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>1514422800</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%s</MsgId></xml>",
		openID, text, msgID)
}

// HoldPerson keeps a person's messages from being answered, as a busy process would, until release.
func (r *Running) HoldPerson(openID string) (release func()) {
	r.t.Helper()
	rdb := r.App.Redis()
	key := "bangfu:turn:{oa:" + openID + "}:lock"
	if err := rdb.SetNX(r.t.Context(), key, "test", 0).Err(); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		if err := rdb.Del(context.WithoutCancel(r.t.Context()), key).Err(); err != nil {
			r.t.Error(err)
		}
	}
}
