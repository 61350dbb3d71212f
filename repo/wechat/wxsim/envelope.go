package wxsim

import (
	"bytes"
	"crypto/subtle"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// field is one element of a push. Numbers are written bare, text as CDATA.
type field struct {
	name  string
	value string
	bare  bool
}

func text(name, value string) field { return field{name: name, value: value} }

func number(name string, value int64) field {
	return field{name: name, value: strconv.FormatInt(value, 10), bare: true}
}

// buildXML writes a push the way WeChat does: no declaration, one line, CDATA around text.
func buildXML(fields ...field) string {
	var b strings.Builder
	b.WriteString("<xml>")
	for _, f := range fields {
		if f.bare {
			fmt.Fprintf(&b, "<%s>%s</%s>", f.name, f.value, f.name)
			continue
		}
		fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", f.name, cdata(f.value), f.name)
	}
	b.WriteString("</xml>")
	return b.String()
}

// cdata keeps a person's text from ending the section early or making the XML invalid.
func cdata(v string) string {
	v = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(v, ""))
	return strings.ReplaceAll(v, "]]>", "]]]]><![CDATA[>")
}

// seal returns the request body: the XML itself, or in safe mode its envelope. All attempts of a
// message share it, as WeChat repeats a message unchanged.
func (a *account) seal(plain string) (string, error) {
	if !a.safe() {
		return plain, nil
	}
	if a.keyErr != nil {
		return "", a.keyErr
	}
	encrypted, err := encrypt(a.aesKey, a.AppID, []byte(randomText(16)), []byte(plain))
	if err != nil {
		return "", err
	}
	return buildXML(text("ToUserName", a.OriginalID), text("Encrypt", encrypted)), nil
}

// encryptedPart reads the Encrypt element back out of an envelope.
func encryptedPart(body string) string {
	var e replyXML
	_ = xml.Unmarshal([]byte(body), &e)
	return e.Encrypt
}

type article struct {
	Title       string
	Description string
	URL         string `xml:"Url"`
}

// replyXML is any passive reply, plain or encrypted.
type replyXML struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   string
	MsgType      string
	Content      string
	Articles     struct {
		Item []article `xml:"item"`
	}

	Encrypt      string
	MsgSignature string
	TimeStamp    string
	Nonce        string
}

var errAbnormal = errors.New("abnormal reply")

func abnormal(why string) error { return fmt.Errorf("%w: %s", errAbnormal, why) }

// readReply judges the body of a 200 answer. A nil reply means "received, nothing to say".
func (a *account) readReply(openID, body string) (*Reply, error) {
	body = strings.TrimSpace(body)
	if body == "" || body == "success" {
		return nil, nil
	}
	var r replyXML
	if readXML([]byte(body), &r) != nil {
		return nil, abnormal("neither empty, success nor XML")
	}
	if a.safe() {
		plain, err := a.open(r)
		if err != nil {
			return nil, err
		}
		r = replyXML{}
		if readXML(plain, &r) != nil {
			return nil, abnormal("the decrypted reply is not XML")
		}
	}
	return a.checkReply(openID, r)
}

// readXML wants one element and nothing after it: WeChat shows a failure for a reply with a tail.
func readXML(data []byte, v any) error {
	dec := xml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(v); err != nil {
		return err
	}
	for {
		switch tok, err := dec.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		default:
			if tail, isText := tok.(xml.CharData); !isText || len(bytes.TrimSpace(tail)) > 0 {
				return errors.New("text after the root element")
			}
		}
	}
}

// open verifies and decrypts an encrypted reply; safe mode accepts no other.
func (a *account) open(r replyXML) ([]byte, error) {
	if r.Encrypt == "" {
		return nil, abnormal("a plain reply in safe mode")
	}
	want := signature(a.Token, r.TimeStamp, r.Nonce, r.Encrypt)
	if subtle.ConstantTimeCompare([]byte(want), []byte(r.MsgSignature)) != 1 {
		return nil, abnormal("MsgSignature does not match")
	}
	_, plain, err := decrypt(a.aesKey, a.AppID, r.Encrypt)
	if err != nil {
		return nil, abnormal(err.Error())
	}
	return plain, nil
}

func (a *account) checkReply(openID string, r replyXML) (*Reply, error) {
	if r.ToUserName != openID || r.FromUserName != a.OriginalID {
		return nil, abnormal("ToUserName or FromUserName does not match the message")
	}
	if _, err := strconv.ParseInt(r.CreateTime, 10, 64); err != nil {
		return nil, abnormal("CreateTime is not a number")
	}
	switch r.MsgType {
	case "text":
		if r.Content == "" || len(r.Content) > maxText {
			return nil, abnormal("Content is empty or longer than 2048 bytes")
		}
		return &Reply{Type: "text", Content: r.Content}, nil
	case "news":
		if len(r.Articles.Item) == 0 || len(r.Articles.Item) > 8 {
			return nil, abnormal("news needs 1 to 8 articles")
		}
		return &Reply{Type: "news", Content: newsText(r.Articles.Item)}, nil
	case "image", "voice", "video", "music":
		return &Reply{Type: r.MsgType, Content: placeholder(r.MsgType)}, nil
	case "transfer_customer_service":
		return nil, nil
	default:
		return nil, abnormal("unknown MsgType")
	}
}

func newsText(items []article) string {
	var blocks []string
	for _, it := range items {
		block := it.Title
		for _, line := range []string{it.Description, it.URL} {
			if line != "" {
				block += "\n" + line
			}
		}
		blocks = append(blocks, block)
	}
	return strings.Join(blocks, "\n\n")
}
