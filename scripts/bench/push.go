package main

import (
	"fmt"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// The account that everybody here pretends to be.
const (
	appID  = "wx0000000000000001"
	token  = "bench"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

var messageID atomic.Int64

func init() { messageID.Store(time.Now().UnixNano()) }

// newPush is a fresh text message as WeChat would push it: its address with the signature, and its body.
func newPush(t target, openID string) (address, body string) {
	now := time.Now().Unix()
	stamp, nonce := strconv.FormatInt(now, 10), strconv.FormatInt(messageID.Add(1), 10)
	body = fmt.Sprintf("<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%s</MsgId></xml>",
		openID, now, t.text, nonce)
	query := url.Values{
		"timestamp": {stamp}, "nonce": {nonce}, "openid": {openID}, "signature": {util.Signature(token, stamp, nonce)},
	}
	if t.mode == "safe" {
		sealed, err := util.EncryptMsg([]byte("0123456789abcdef"), []byte(body), appID, aesKey)
		if err != nil {
			panic(err) // the constants above are wrong
		}
		query.Set("encrypt_type", "aes")
		query.Set("msg_signature", util.Signature(token, stamp, nonce, string(sealed)))
		body = fmt.Sprintf("<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", sealed)
	}
	return t.url + "?" + query.Encode(), body
}
