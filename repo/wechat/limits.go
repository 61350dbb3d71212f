package wechat

import (
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"bangfu/service/model"
)

// WeChat's limits that several interfaces share.
const (
	// MaxText is the most bytes of UTF-8 that a text reply, customer message or mass message may have.
	MaxText = 2048
	// MaxClientID is the most bytes of a client_msg_id or clientmsgid. Older pages say 64.
	MaxClientID = 32
	maxURL      = 1024
)

// rule is one thing that must not be so when a call is made.
type rule struct {
	broken bool
	why    string
}

// check refuses a call of api for the first broken rule. Reasons name fields, never their contents.
func check(api string, rules ...rule) error {
	for _, r := range rules {
		if r.broken {
			return refuse(api, r.why)
		}
	}
	return nil
}

func badText(text string) rule {
	return rule{text == "" || len(text) > MaxText || !utf8.ValidString(text), "text is empty, longer than 2048 bytes or not UTF-8"}
}

func badOpenID(openID string) rule { return rule{!plausibleOpenID(openID), "not an openid"} }

func longURL(address string) rule { return rule{len(address) > maxURL, "url longer than 1024 bytes"} }

// MiniPage is a page of a mini-program that belongs to the official account. The zero value is none.
type MiniPage struct {
	AppID string `json:"appid"`
	Path  string `json:"pagepath"` // may have a query; must be in the released version
}

// half reports a page of which only one part is given.
func (p MiniPage) half() bool { return (p.AppID == "") != (p.Path == "") }

// ptr is nil for no page, so that nothing is sent.
func (p MiniPage) ptr() *MiniPage {
	if p == (MiniPage{}) {
		return nil
	}
	return &p
}

// field is a value of a template message or subscription notice.
type field struct {
	Value string `json:"value"`
}

// fieldsOf turns the data of a message into WeChat's form and names what it would refuse with 47003.
// Fields of no known type, as old templates have, only must not be empty.
func fieldsOf(data map[string]string) (map[string]field, rule) {
	if len(data) == 0 {
		return nil, rule{true, "no data"}
	}
	fields := make(map[string]field, len(data))
	for key, value := range data {
		if why := model.FieldFault(key, value); why != "" {
			return nil, rule{true, "data." + key + " " + why}
		}
		fields[key] = field{value}
	}
	return fields, rule{}
}

// ShortID makes an id for WeChat (MaxClientID bytes) of a key of ours: the same key, the same id.
func ShortID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:MaxClientID/2])
}
