package wechat

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"bangfu/service/model"
)

// pushBody is every field that we read of a push, in XML or JSON.
type pushBody struct {
	ToUserName   string     `xml:"ToUserName"`
	FromUserName string     `xml:"FromUserName"`
	CreateTime   loose      `xml:"CreateTime"`
	MsgType      string     `xml:"MsgType"`
	MsgID        loose      `xml:"MsgId" json:"MsgId"`
	Content      string     `xml:"Content"`
	Recognition  string     `xml:"Recognition"`
	MediaID      string     `xml:"MediaId" json:"MediaId"`
	Event        string     `xml:"Event"`
	EventKey     loose      `xml:"EventKey"`
	JobID        loose      `xml:"MsgID" json:"MsgID"`
	Status       string     `xml:"Status"`
	TraceID      string     `xml:"trace_id" json:"trace_id"`
	Total        loose      `xml:"TotalCount" json:"TotalCount"` // of a mass message
	Filtered     loose      `xml:"FilterCount" json:"FilterCount"`
	SentCount    loose      `xml:"SentCount" json:"SentCount"`
	Failed       loose      `xml:"ErrorCount" json:"ErrorCount"`
	Encrypt      string     `xml:"Encrypt"`
	Popup        []listItem `xml:"SubscribeMsgPopupEvent>List" json:"-"`
	Change       []listItem `xml:"SubscribeMsgChangeEvent>List" json:"-"`
	Sent         []listItem `xml:"SubscribeMsgSentEvent>List" json:"-"`
	List         listItems  `xml:"-"`
}

// listItem is one template of a subscribe_msg_* event. An element may hold several; the SDK keeps
// only the last.
type listItem struct {
	TemplateID string `xml:"TemplateId" json:"TemplateId"`
	Answer     string `xml:"SubscribeStatusString" json:"SubscribeStatusString"`
	MsgID      loose  `xml:"MsgID" json:"MsgID"`
	ErrorCode  loose  `xml:"ErrorCode" json:"ErrorCode"`
}

// loose is a text that WeChat's JSON writes as a string here and as a number there.
type loose string

// UnmarshalJSON takes either form.
func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*l = loose(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*l = loose(n)
	return nil
}

// count reads it as a number of people; 0 when it is none.
func (l loose) count() int {
	n, err := strconv.Atoi(string(l))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// listItems is an object when there is one and an array when there are more.
type listItems []listItem

// UnmarshalJSON takes either form.
func (l *listItems) UnmarshalJSON(b []byte) error {
	var many []listItem
	if json.Unmarshal(b, &many) == nil {
		*l = many
		return nil
	}
	var one listItem
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*l = listItems{one}
	return nil
}

// decodeEnvelope takes the ciphertext out of an encrypted push, in XML or JSON.
func decodeEnvelope(body []byte) (string, error) {
	p, err := decodeBody(body)
	if err != nil || p.Encrypt == "" {
		return "", errMalformed
	}
	return p.Encrypt, nil
}

func decodeInbound(channel model.Channel, body []byte) (model.Inbound, error) {
	p, err := decodeBody(body)
	if err != nil {
		return model.Inbound{}, errMalformed
	}
	created, err := strconv.ParseInt(string(p.CreateTime), 10, 64)
	if err != nil || created <= 0 || p.MsgType == "" || !plausibleOpenID(p.FromUserName) {
		return model.Inbound{}, errMalformed
	}
	in := model.Inbound{
		Channel: channel, OpenID: p.FromUserName, ToUser: p.ToUserName, CreateTime: created,
		Type: strings.ToLower(p.MsgType), MsgID: string(p.MsgID), Content: p.Content, Recognition: p.Recognition, MediaID: p.MediaID,
		Event: p.Event, EventKey: string(p.EventKey), JobID: string(p.JobID), Status: p.Status, TraceID: p.TraceID,
		Mass: model.MassReport{Total: p.Total.count(), Filtered: p.Filtered.count(), Sent: p.SentCount.count(), Failed: p.Failed.count()},
	}
	for _, items := range [][]listItem{p.Popup, p.Change, p.Sent, p.List} {
		for _, i := range items {
			in.Reports = append(in.Reports, model.TemplateReport{
				TemplateID: i.TemplateID, Answer: i.Answer, MsgID: string(i.MsgID), ErrorCode: string(i.ErrorCode),
			})
		}
	}
	if in.IsEvent() == (in.Event == "") {
		return model.Inbound{}, errMalformed
	}
	return in, nil
}

// plausibleOpenID keeps odd text out of ids and logs: openids are letters, digits, - and _.
func plausibleOpenID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) < 0
}

func decodeBody(body []byte) (pushBody, error) {
	var p pushBody
	body = legible(body)
	if bytes.HasPrefix(body, []byte("{")) {
		err := json.Unmarshal(body, &p)
		p.clean()
		return p, err
	}
	if err := refuseDirectives(body); err != nil {
		return p, err
	}
	err := xml.Unmarshal(body, &p)
	p.clean()
	return p, err
}

var charReference = regexp.MustCompile(`&#(?:x[0-9A-Fa-f]{1,6}|[0-9]{1,7});`)

// legible is a push without what no XML may hold. WeChat passes on what people paste, control characters and broken
// bytes too; refused, the person would read that the account is out of order, for a sign that nobody sees.
func legible(body []byte) []byte {
	text := model.Clean(string(bytes.TrimSpace(body)))
	return []byte(charReference.ReplaceAllStringFunc(text, func(ref string) string {
		n, err := strconv.ParseInt(strings.Replace(strings.Trim(ref, "&#;"), "x", "0x", 1), 0, 32)
		if strings.HasPrefix(ref, "&#0") { // zeros in front are no sign of base eight
			n, err = strconv.ParseInt(strings.Trim(ref, "&#;"), 10, 32)
		}
		if err != nil || n > unicode.MaxRune || model.Clean(string(rune(n))) == "" {
			return ""
		}
		return ref
	}))
}

// clean takes out what JSON can write and XML cannot.
func (p *pushBody) clean() {
	p.Content, p.Recognition, p.EventKey = model.Clean(p.Content), model.Clean(p.Recognition), loose(model.Clean(string(p.EventKey)))
}

// refuseDirectives wants exactly one element named xml, and no DTD: WeChat sends none,
// and whoever does is up to something.
func refuseDirectives(body []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(body))
	depth, roots := 0, 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return errors.New("directive in XML")
		case xml.StartElement:
			if depth == 0 {
				roots++
				if tok.Name.Local != "xml" {
					return errors.New("root is not xml")
				}
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if roots != 1 {
		return errors.New("want one root element")
	}
	return nil
}
