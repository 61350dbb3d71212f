package wechat_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// The account of WeChat's own document on message push.
// Source: developers.weixin.qq.com, miniprogram/dev/framework/server-ability/message-push.html
var documented = config.Account{
	AppID: "wxba5fad812f8e6fb9", Token: "AAAAA", AESKey: config.Secret(strings.Repeat("A", 43)), Mode: "plain",
}

const documentedPush = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="

func at(unix int64) model.Clock { return func() time.Time { return time.Unix(unix, 0) } }

func query(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

func TestEchoVector(t *testing.T) {
	codec := wechat.NewCodec(model.ChannelOA, documented, at(1714036504))
	q := query("timestamp", "1714036504", "nonce", "1514711492", "echostr", "4375120948345356249",
		"signature", "f464b24fc39322e44b38aa78f5edd27bd1441696")
	if got, err := codec.Echo(q); err != nil || got != "4375120948345356249" {
		t.Errorf("%q %v", got, err)
	}
	q.Set("nonce", "1514711493")
	if _, err := codec.Echo(q); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("another nonce: %v", err)
	}
}

func TestPlainSignatureVector(t *testing.T) {
	codec := wechat.NewCodec(model.ChannelMini, documented, at(1714037059))
	q := query("timestamp", "1714037059", "nonce", "486452656", "signature", "899cf89e464efb63f54ddac96b0a0a235f53aa78")
	body := `{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714037059,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}`
	push, err := codec.Open(q, []byte(body))
	if err != nil || push.Inbound.Event != "debug_demo" {
		t.Errorf("%+v %v", push.Inbound, err)
	}
}

func safeQuery() url.Values {
	return query("timestamp", "1714112445", "nonce", "415670741", "encrypt_type", "aes",
		"signature", "6c5c811b55cc85e0e1b54100749188c20beb3f5d", "msg_signature", "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3")
}

func TestSafePushVector(t *testing.T) {
	for _, mode := range []string{"plain", "safe"} {
		account := documented
		account.Mode = mode
		codec := wechat.NewCodec(model.ChannelMini, account, at(1714112445))
		for _, body := range []string{
			`{"ToUserName":"gh_97417a04a28d","Encrypt":"` + documentedPush + `"}`,
			"<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[" + documentedPush + "]]></Encrypt></xml>",
			"<xml><Encrypt>" + documentedPush + "</Encrypt><ToUserName>gh_97417a04a28d</ToUserName></xml>",
		} {
			push, err := codec.Open(safeQuery(), []byte(body))
			if err != nil || push.Inbound.OpenID != "o9AgO5Kd5ggOC-bXrbNODIiE3bGY" || push.Inbound.CreateTime != 1714112445 {
				t.Errorf("%s: %+v %v", mode, push.Inbound, err)
			}
		}
	}
}

// TestTamperedPushes changes each part of a good push; none may be taken.
func TestTamperedPushes(t *testing.T) {
	codec := wechat.NewCodec(model.ChannelMini, documented, at(1714112445))
	envelope := func(sealed string) []byte { return []byte(`{"Encrypt":"` + sealed + `"}`) }
	flipped := "A" + documentedPush[1:]
	if _, err := codec.Open(safeQuery(), envelope(flipped)); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("another ciphertext: %v", err)
	}
	for _, name := range []string{"timestamp", "nonce", "msg_signature"} {
		q := safeQuery()
		q.Set(name, q.Get(name)[:len(q.Get(name))-1]+"0")
		if _, err := codec.Open(q, envelope(documentedPush)); !model.IsKind(err, model.KindForbidden) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	q := safeQuery()
	q.Set("msg_signature", q.Get("signature")) // the plain signature says nothing about the body
	if _, err := codec.Open(q, envelope(documentedPush)); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("the plain signature: %v", err)
	}
	other := documented
	other.AppID = "wxother"
	if _, err := wechat.NewCodec(model.ChannelMini, other, at(1714112445)).Open(safeQuery(), envelope(documentedPush)); err == nil {
		t.Error("another account's push was taken")
	}
}

func TestWindow(t *testing.T) {
	for offset, want := range map[int64]bool{-600: true, 600: true, -601: false, 601: false} {
		codec := wechat.NewCodec(model.ChannelMini, documented, at(1714112445+offset))
		_, err := codec.Open(safeQuery(), []byte(`{"Encrypt":"`+documentedPush+`"}`))
		if (err == nil) != want {
			t.Errorf("%d s off: %v", offset, err)
		}
	}
}

// The demo of Tencent, as in WxJava's tests. Its key has stray bits at the end.
var tencent = config.Account{
	AppID: "wxb11529c136998cb6", Token: "pamtest", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", Mode: "safe",
}

// sealBy is WeChat's encryption written once more, so that ours cannot agree with its own mistake.
func sealBy(account config.Account, random, text string) string {
	key, _ := base64.StdEncoding.DecodeString(account.AESKey.Reveal() + "=")
	full := append([]byte(random), binary.BigEndian.AppendUint32(nil, uint32(len(text)))...)
	full = append(append(full, text...), account.AppID...)
	pad := 32 - len(full)%32
	full = append(full, bytes.Repeat([]byte{byte(pad)}, pad)...)
	block, _ := aes.NewCipher(key)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(full, full)
	return base64.StdEncoding.EncodeToString(full)
}

func openBy(t *testing.T, account config.Account, sealed string) string {
	t.Helper()
	key, _ := base64.StdEncoding.DecodeString(account.AESKey.Reveal() + "=")
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := aes.NewCipher(key)
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(raw, raw)
	length := binary.BigEndian.Uint32(raw[16:20])
	if got := string(raw[20+length : len(raw)-int(raw[len(raw)-1])]); got != account.AppID {
		t.Errorf("sealed for %q", got)
	}
	return string(raw[20 : 20+length])
}

func sha(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func TestTencentVector(t *testing.T) {
	const want = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
	if got := sealBy(tencent, "aaaabbbbccccdddd", "我是中文abcd123"); got != want {
		t.Errorf("the test's own encryption: %s", got)
	}
	if got := sha("pamtest", "1409304348", "xxxxxx", want); got != "82c962d39941aa48552f90ef55aa323dc620cc10" {
		t.Errorf("the test's own signature: %s", got)
	}
}

// sealedPush is a push of the account with the given key, and its query.
func sealedPush(account config.Account, text string) (url.Values, []byte) {
	body := "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1409304348</CreateTime>" +
		"<MsgType>text</MsgType><Content><![CDATA[" + text + "]]></Content><MsgId>7</MsgId></xml>"
	sealed := sealBy(account, "aaaabbbbccccdddd", body)
	q := query("timestamp", "1409304348", "nonce", "xxxxxx", "encrypt_type", "aes",
		"msg_signature", sha(account.Token.Reveal(), "1409304348", "xxxxxx", sealed))
	return q, []byte("<xml><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
}

type sealedAnswer struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }

// TestTheReplyUsesTheKeyThatFitted seals a push with the key before the last change.
func TestTheReplyUsesTheKeyThatFitted(t *testing.T) {
	old := tencent
	now := tencent
	now.AESKey, now.AESKeyPrevious = config.Secret(strings.Repeat("b", 43)), tencent.AESKey
	codec := wechat.NewCodec(model.ChannelOA, now, at(1409304348))
	for _, sender := range []config.Account{old, {AppID: now.AppID, Token: now.Token, AESKey: now.AESKey}} {
		q, body := sealedPush(sender, "我家")
		push, err := codec.Open(q, body)
		if err != nil || push.Inbound.Content != "我家" {
			t.Fatalf("%+v %v", push.Inbound, err)
		}
		raw, err := codec.Reply(push, "您家]]>的<账>&")
		if err != nil {
			t.Fatal(err)
		}
		var a sealedAnswer
		if err := xml.Unmarshal(raw, &a); err != nil {
			t.Fatal(err)
		}
		if want := sha(now.Token.Reveal(), a.TimeStamp, a.Nonce, a.Encrypt); a.MsgSignature != want {
			t.Errorf("signature %s, want %s", a.MsgSignature, want)
		}
		var inner struct{ ToUserName, FromUserName, MsgType, Content string }
		if err := xml.Unmarshal([]byte(openBy(t, sender, a.Encrypt)), &inner); err != nil {
			t.Fatal(err)
		}
		if inner.Content != "您家]]>的<账>&" || inner.ToUserName != "o-1" || inner.FromUserName != "gh_1" || inner.MsgType != "text" {
			t.Errorf("%+v", inner)
		}
	}
}

func TestSafeModeWantsSealedBodies(t *testing.T) {
	codec := wechat.NewCodec(model.ChannelOA, tencent, at(1409304348))
	q := query("timestamp", "1409304348", "nonce", "n", "signature", sha("pamtest", "1409304348", "n"))
	body := []byte("<xml><ToUserName>gh</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId></xml>")
	if _, err := codec.Open(q, body); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("a readable body: %v", err)
	}
	open := tencent
	open.Mode = "plain"
	if _, err := wechat.NewCodec(model.ChannelOA, open, at(1409304348)).Open(q, body); err != nil {
		t.Errorf("the same in plain mode: %v", err)
	}
	open.Token = ""
	q.Set("signature", sha("", "1409304348", "n"))
	if _, err := wechat.NewCodec(model.ChannelOA, open, at(1409304348)).Open(q, body); !model.IsKind(err, model.KindForbidden) {
		t.Errorf("without a token everybody could sign: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	q, sealed := sealedPush(tencent, "我家")
	f.Add(q.Encode(), sealed)
	f.Add(safeQuery().Encode(), []byte(`{"Encrypt":"`+documentedPush+`"}`))
	plain := query("timestamp", "1409304348", "nonce", "n", "signature", sha("pamtest", "1409304348", "n"))
	f.Add(plain.Encode(), []byte("<xml><a/></xml>"))
	f.Add(plain.Encode(), []byte(`{"List":[{"TemplateId":"A"}],"CreateTime":"1"}`))
	open := tencent
	open.Mode = "plain"
	codec := wechat.NewCodec(model.ChannelOA, open, at(1409304348))
	f.Fuzz(func(t *testing.T, rawQuery string, body []byte) {
		q, err := url.ParseQuery(rawQuery)
		if err != nil {
			return
		}
		push, err := codec.Open(q, body)
		if err != nil {
			if k := model.KindOf(err); k != model.KindForbidden && k != model.KindInvalid {
				t.Errorf("an error of kind %s: %v", k, err)
			}
			return
		}
		if push.Inbound.OpenID == "" || push.Inbound.Key() == "" {
			t.Errorf("taken without a sender: %+v", push.Inbound)
		}
	})
}

// FuzzSealed seals whatever comes, so that the decoder behind the decryption gets it.
func FuzzSealed(f *testing.F) {
	for _, seed := range []string{"<xml/>", "{}", `{"FromUserName":"o","CreateTime":"1","MsgType":"text"}`, "\xff\xfe", "<!DOCTYPE x><xml/>"} {
		f.Add([]byte(seed))
	}
	codec := wechat.NewCodec(model.ChannelOA, tencent, at(1409304348))
	f.Fuzz(func(t *testing.T, plain []byte) {
		sealed := sealBy(tencent, "aaaabbbbccccdddd", string(plain))
		q := query("timestamp", "1409304348", "nonce", "n", "encrypt_type", "aes",
			"msg_signature", sha("pamtest", "1409304348", "n", sealed))
		_, err := codec.Open(q, fmt.Appendf(nil, `{"Encrypt":%q}`, sealed))
		if err != nil && model.KindOf(err) != model.KindInvalid {
			t.Errorf("an error of kind %s: %v", model.KindOf(err), err)
		}
	})
}
