package wechat

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/xml"
	"net/url"
	"strconv"
	"time"

	"bangfu/config"
	"bangfu/service/model"

	"github.com/silenceper/wechat/v2/util"
)

const (
	// MaxCallback is the most bytes that a push may have.
	MaxCallback = 64 << 10
	// callbackWindow is how far the push's timestamp may be from ours. The signature of a plain push does
	// not cover its body, so one that was overheard must not be good for ever.
	callbackWindow = 10 * time.Minute
)

// Codec checks, opens and answers the pushes of one account.
type Codec struct {
	channel model.Channel
	account config.Account
	now     model.Clock
}

// NewCodec makes the codec of an account.
func NewCodec(channel model.Channel, account config.Account, now model.Clock) *Codec {
	return &Codec{channel: channel, account: account, now: now}
}

var (
	errSignature = model.NewError(model.KindForbidden, "callback_signature", "签名不符")
	errTimestamp = model.NewError(model.KindForbidden, "callback_timestamp", "时间戳过期")
	errMalformed = model.NewError(model.KindInvalid, "callback_malformed", "消息格式不对")
)

// Echo answers WeChat's check of the callback address: KindForbidden, or the text to send back.
func (c *Codec) Echo(q url.Values) (string, error) {
	if err := c.checkTime(q); err != nil {
		return "", err
	}
	if !c.signed(q.Get("signature"), q) {
		return "", errSignature
	}
	return q.Get("echostr"), nil
}

// Push is an opened push: what was sent, and how to answer it.
type Push struct {
	Inbound model.Inbound
	aesKey  string // the key that fitted; empty when the push was not encrypted
}

// Open checks and decodes a push. KindForbidden: not from WeChat, too old, or readable where it must
// be encrypted. KindInvalid: not a message.
func (c *Codec) Open(q url.Values, body []byte) (Push, error) {
	if err := c.checkTime(q); err != nil {
		return Push{}, err
	}
	if q.Get("encrypt_type") != "aes" {
		// In safe mode the signature alone proves nothing about the body.
		if c.account.Mode == "safe" || !c.signed(q.Get("signature"), q) {
			return Push{}, errSignature
		}
		in, err := decodeInbound(c.channel, body)
		return Push{Inbound: in}, err
	}
	sealed, err := decodeEnvelope(body)
	if err != nil {
		return Push{}, err
	}
	if !c.signed(q.Get("msg_signature"), q, sealed) {
		return Push{}, errSignature
	}
	plain, key, err := c.decrypt(sealed)
	if err != nil {
		return Push{}, err
	}
	in, err := decodeInbound(c.channel, plain)
	return Push{Inbound: in, aesKey: key}, err
}

func (c *Codec) checkTime(q url.Values) error {
	sec, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if err != nil {
		return errTimestamp
	}
	if d := c.now().Sub(time.Unix(sec, 0)); d > callbackWindow || d < -callbackWindow {
		return errTimestamp
	}
	return nil
}

// signed compares in constant time, so that a signature cannot be found byte by byte.
func (c *Codec) signed(signature string, q url.Values, more ...string) bool {
	if c.account.Token == "" {
		return false
	}
	parts := append([]string{c.account.Token.Reveal(), q.Get("timestamp"), q.Get("nonce")}, more...)
	return subtle.ConstantTimeCompare([]byte(util.Signature(parts...)), []byte(signature)) == 1
}

// decrypt tries the key and the one before it; WeChat goes on using the old one for a while.
func (c *Codec) decrypt(sealed string) (plain []byte, key string, err error) {
	for _, k := range []config.Secret{c.account.AESKey, c.account.AESKeyPrevious} {
		if k == "" {
			continue
		}
		if _, plain, err := util.DecryptMsg(c.account.AppID, sealed, k.Reveal()); err == nil {
			return plain, k.Reveal(), nil
		}
	}
	return nil, "", errMalformed
}

// Nothing is the body that tells WeChat that there is no answer and no need to repeat.
const Nothing = "success"

type cdata struct {
	Text string `xml:",cdata"`
}

// cdataOf is a text without what XML cannot hold: CDATA goes out as it is, and WeChat drops a reply that it cannot parse.
func cdataOf(text string) cdata { return cdata{model.Clean(text)} }

type textReply struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   cdata
	FromUserName cdata
	CreateTime   int64
	MsgType      cdata
	Content      cdata
}

type sealedReply struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      cdata
	MsgSignature cdata
	TimeStamp    string
	Nonce        cdata
}

// Reply is the exact body that answers the push with a text, encrypted if the push was.
func (c *Codec) Reply(p Push, text string) ([]byte, error) {
	now := c.now()
	plain, err := xml.Marshal(textReply{
		ToUserName: cdataOf(p.Inbound.OpenID), FromUserName: cdataOf(p.Inbound.ToUser), CreateTime: now.Unix(),
		MsgType: cdataOf("text"), Content: cdataOf(text),
	})
	if err != nil || p.aesKey == "" {
		return plain, err
	}
	random, nonce := make([]byte, 16), make([]byte, 8)
	_, _ = rand.Read(random) // never fails: crypto/rand ends the process first
	_, _ = rand.Read(nonce)
	sealed, err := util.EncryptMsg(random, plain, c.account.AppID, p.aesKey)
	if err != nil {
		return nil, err
	}
	r := sealedReply{
		Encrypt: cdataOf(string(sealed)), TimeStamp: strconv.FormatInt(now.Unix(), 10), Nonce: cdataOf(hex.EncodeToString(nonce)),
	}
	r.MsgSignature = cdataOf(util.Signature(c.account.Token.Reveal(), r.TimeStamp, r.Nonce.Text, r.Encrypt.Text))
	return xml.Marshal(r)
}
