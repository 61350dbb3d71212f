package wxsim

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
)

// WeChat's own example for message encryption, and Tencent's demo code.
const (
	docKey    = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	docAppID  = "wxba5fad812f8e6fb9"
	docSealed = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv" +
		"6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8Eaj" +
		"AsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
	docMessage = `{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,` +
		`"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}`
	demoKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	demoAppID = "wxb11529c136998cb6"
)

func mustKey(t testing.TB, encoded string) []byte {
	t.Helper()
	k, err := decodeAESKey(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSignatureVectors(t *testing.T) {
	for want, parts := range map[string][]string{
		"f464b24fc39322e44b38aa78f5edd27bd1441696": {"AAAAA", "1714036504", "1514711492"},
		"899cf89e464efb63f54ddac96b0a0a235f53aa78": {"AAAAA", "1714037059", "486452656"},
		"6c5c811b55cc85e0e1b54100749188c20beb3f5d": {"AAAAA", "1714112445", "415670741"},
		"046e02f8204d34f8ba5fa3b1db94908f3df2e9b3": {"AAAAA", "1714112445", "415670741", docSealed},
	} {
		if got := signature(parts...); got != want {
			t.Errorf("signature of %.3q is %s, want %s", parts, got, want)
		}
	}
}

func TestCryptVectors(t *testing.T) {
	for name, c := range map[string]struct{ key, appID, random, msg, sealed string }{
		"document, push": {docKey, docAppID, "a8eedb185eb2fecf", docMessage, docSealed},
		"document, reply": {
			docKey, docAppID, "707722b803182950", `{"demo_resp":"good luck"}`,
			"ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
		},
		"demo": {
			demoKey, demoAppID, "aaaabbbbccccdddd", "我是中文abcd123",
			"jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
		},
	} {
		key := mustKey(t, c.key)
		if got, err := encrypt(key, c.appID, []byte(c.random), []byte(c.msg)); err != nil || got != c.sealed {
			t.Errorf("%s: sealed %s (%v)", name, got, err)
		}
		random, msg, err := decrypt(key, c.appID, c.sealed)
		if err != nil || string(random) != c.random || string(msg) != c.msg {
			t.Errorf("%s: unsealed %q %q (%v)", name, random, msg, err)
		}
		if _, _, err := decrypt(key, "wxanother", c.sealed); err == nil {
			t.Errorf("%s: another account's appid is accepted", name)
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for _, k := range []string{"", "short", docKey + "A", strings.Repeat("*", 43)} {
		if _, err := decodeAESKey(k); err == nil {
			t.Errorf("key %q is accepted", k)
		}
	}
}

// FuzzUnseal: no cipher text is too broken to be refused, and what is accepted holds its appid.
func FuzzUnseal(f *testing.F) {
	key := mustKey(f, demoKey)
	f.Add([]byte("aaaabbbbccccdddd\x00\x00\x00\x02ok" + demoAppID + "\x08\x08\x08\x08\x08\x08\x08\x08"))
	f.Add([]byte("aaaabbbbccccdddd\xff\xff\xff\xffok\x01"))
	f.Add([]byte{32})
	f.Add([]byte(docSealed))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, _ = decrypt(key, demoAppID, string(data))
		if len(data) == 0 {
			return // decrypt refuses it before it is unpacked
		}
		random, msg, err := unpack(data, demoAppID)
		if err != nil {
			return
		}
		sealed, err := encrypt(key, demoAppID, random, msg)
		if err != nil {
			t.Fatal(err)
		}
		if r, m, err := decrypt(key, demoAppID, sealed); err != nil || !bytes.Equal(r, random) || !bytes.Equal(m, msg) {
			t.Errorf("%q %q became %q %q (%v)", random, msg, r, m, err)
		}
	})
}

// FuzzReply: a reply that is accepted is one a phone can show, and an encrypted one says the same.
func FuzzReply(f *testing.F) {
	cfg := Account{AppID: demoAppID, Token: "pamtest", AESKey: demoKey, OriginalID: "gh_oa"}
	plain := newAccount(cfg, kindOA)
	cfg.Mode = "safe"
	safe := newAccount(cfg, kindOA)
	const head = "<xml><ToUserName>o</ToUserName><FromUserName>gh_oa</FromUserName><CreateTime>1</CreateTime>"
	f.Add("success")
	f.Add(head + "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[好]]></Content></xml>")
	f.Add(head + "<MsgType>news</MsgType><Articles><item><Title>1</Title></item></Articles></xml>")
	f.Add("<xml><Encrypt>AAAA</Encrypt><MsgSignature>x</MsgSignature></xml>")
	f.Add("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>")
	f.Fuzz(func(t *testing.T, body string) {
		reply, err := plain.readReply("o", body)
		if err == nil && reply != nil {
			checkReply(t, *reply)
		}
		if _, err := safe.readReply("o", body); err == nil && !quiet(body) {
			t.Errorf("safe mode accepts %q, which nobody signed", body)
		}
		if quiet(body) {
			return // said in the clear, not in an envelope
		}
		sealed, sealErr := safe.readReply("o", wrap(t, safe, body))
		if (err == nil) != (sealErr == nil) || err == nil && (reply == nil) != (sealed == nil) {
			t.Fatalf("plain: %v %v, sealed: %v %v", reply, err, sealed, sealErr)
		}
		if reply != nil && *reply != *sealed {
			t.Errorf("plain %+v, sealed %+v", *reply, *sealed)
		}
	})
}

func quiet(body string) bool {
	body = strings.TrimSpace(body)
	return body == "" || body == "success"
}

func checkReply(t *testing.T, r Reply) {
	t.Helper()
	if r.Type == "" || r.Type == "text" && (r.Content == "" || len(r.Content) > maxText) {
		t.Errorf("accepted %+v", r)
	}
}

// wrap seals a reply as a back end would.
func wrap(t *testing.T, a *account, reply string) string {
	t.Helper()
	sealed, err := encrypt(a.aesKey, a.AppID, []byte("aaaabbbbccccdddd"), []byte(reply))
	if err != nil {
		t.Fatal(err)
	}
	return buildXML(text("Encrypt", sealed), text("MsgSignature", signature(a.Token, "1", "n", sealed)),
		number("TimeStamp", 1), text("Nonce", "n"))
}

// FuzzPushXML: whatever a person types, the push is well-formed and carries it.
func FuzzPushXML(f *testing.F) {
	f.Add("我家")
	f.Add("]]><Event>subscribe</Event>")
	f.Add("a]]]]>>b\x00\xff\u0085￾")
	f.Add("一\r\n二\r三")
	f.Fuzz(func(t *testing.T, content string) {
		var m struct {
			Content string
			Event   []string
			MsgType string
		}
		body := buildXML(text("Content", content), text("MsgType", "text"))
		if err := xml.Unmarshal([]byte(body), &m); err != nil {
			t.Fatalf("%v in %q", err, body)
		}
		if m.MsgType != "text" || len(m.Event) != 0 {
			t.Errorf("%q breaks out of its element: %q", content, body)
		}
		// XML reads every line end as \n; what XML cannot carry is left out.
		want := strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(content, ""), "\r\n", "\n"), "\r", "\n")
		if strings.IndexFunc(want, func(r rune) bool {
			return r < ' ' && r != '\n' && r != '\t' || r >= 0x7F && r < 0xA0 || r >= 0xFFFE && r <= 0xFFFF
		}) < 0 && m.Content != want {
			t.Errorf("%q became %q", content, m.Content)
		}
	})
}
