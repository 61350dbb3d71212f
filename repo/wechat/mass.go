package wechat

import (
	"context"
	"encoding/json"
)

const (
	massAllPath     = "/cgi-bin/message/mass/sendall"
	massToPath      = "/cgi-bin/message/mass/send"
	massPreviewPath = "/cgi-bin/message/mass/preview"
	massStatusPath  = "/cgi-bin/message/mass/get"
)

// The fewest and most people of MassTo.
const (
	MinMass = 2
	MaxMass = 10000
)

// Mass messages reach each person at most four times a month; WeChat filters out the rest. A
// clientMsgID (the campaign's id, at most MaxClientID bytes) is good once in 24 hours, so that a send of
// unknown outcome may be repeated with the same one. Source: developers.weixin.qq.com, api_masssend and
// Batch_Sends. The SDK has no clientmsgid, takes nobody for everybody, and drops the id of a repeat;
// so here everybody has a method of its own.

// MassResult is a mass message that WeChat has taken on. The event MASSSENDJOBFINISH, which may be lost,
// and MassStatus say what became of it.
type MassResult struct {
	MsgID   string
	Already bool // an earlier call with this clientMsgID had been taken on
}

type massText struct {
	Filter  *massFilter       `json:"filter,omitempty"`
	To      []string          `json:"touser,omitempty"`
	Text    map[string]string `json:"text"`
	MsgType string            `json:"msgtype"`
	ID      string            `json:"clientmsgid"`
}

type massFilter struct {
	ToAll bool  `json:"is_to_all"`
	TagID int64 `json:"tag_id,omitempty"`
}

// MassByTag sends a text to the followers with a tag. A tagID that is not positive is refused.
// Errors: ClassPending (with the id if WeChat gave one) when an administrator must agree first, ClassDay
// when the quota is used up.
func (c *Client) MassByTag(ctx context.Context, tagID int64, text, clientMsgID string) (MassResult, error) {
	return c.mass(ctx, massAllPath, massText{Filter: &massFilter{TagID: tagID}, ID: clientMsgID}, text,
		rule{tagID <= 0, "no tag"})
}

// MassTo sends a text to MinMass to MaxMass different people. Errors as for MassByTag.
func (c *Client) MassTo(ctx context.Context, openIDs []string, text, clientMsgID string) (MassResult, error) {
	people, bad := distinct(openIDs)
	return c.mass(ctx, massToPath, massText{To: people, ID: clientMsgID}, text, bad,
		rule{len(people) < MinMass || len(people) > MaxMass, "not 2 to 10000 people"})
}

// MassAll sends a text to every follower, which WeChat allows once a day, and never by mistake.
// Errors as for MassByTag.
func (c *Client) MassAll(ctx context.Context, text, clientMsgID string) (MassResult, error) {
	return c.mass(ctx, massAllPath, massText{Filter: &massFilter{ToAll: true}, ID: clientMsgID}, text)
}

func (c *Client) mass(ctx context.Context, api string, m massText, text string, rules ...rule) (MassResult, error) {
	rules = append(rules, badText(text), rule{m.ID == "" || len(m.ID) > MaxClientID, "clientmsgid is not of 1 to 32 bytes"})
	if err := check(api, rules...); err != nil {
		return MassResult{}, err
	}
	m.Text, m.MsgType = map[string]string{"content": text}, "text"
	raw, err := c.send(ctx, api, nil, m)
	var a struct {
		MsgID loose `json:"msg_id"`
	}
	readable := json.Unmarshal(raw, &a) == nil
	res := MassResult{MsgID: string(a.MsgID), Already: ClassOf(err) == ClassDone}
	switch {
	case res.Already:
		return res, nil
	case err == nil && (!readable || res.MsgID == ""):
		return res, unexpected(api, "answer without msg_id")
	}
	return res, err
}

// distinct drops repeats and names an id that cannot be one.
func distinct(openIDs []string) ([]string, rule) {
	seen := make(map[string]bool, len(openIDs))
	var list []string
	for _, id := range openIDs {
		if bad := badOpenID(id); bad.broken {
			return nil, bad
		}
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list, rule{}
}

// Preview sends a text to one follower as the mass message would look; 100 a day.
func (c *Client) Preview(ctx context.Context, openID, text string) error {
	if err := check(massPreviewPath, badOpenID(openID), badText(text)); err != nil {
		return err
	}
	return c.call(ctx, massPreviewPath, nil, map[string]any{
		"touser": openID, "text": map[string]string{"content": text}, "msgtype": "text",
	}, nil)
}

// MassState is what has become of a mass message.
type MassState string

// The states that WeChat documents.
const (
	MassSending MassState = "SENDING"
	MassSent    MassState = "SEND_SUCCESS"
	MassFailed  MassState = "SEND_FAIL"
	MassDeleted MassState = "DELETE"
)

// MassStatus asks what has become of a mass message. ClassPayload: WeChat does not know the id.
func (c *Client) MassStatus(ctx context.Context, msgID string) (MassState, error) {
	if err := check(massStatusPath, rule{msgID == "", "no msg_id"}); err != nil {
		return "", err
	}
	var a struct {
		Status MassState `json:"msg_status"`
	}
	err := c.call(ctx, massStatusPath, nil, map[string]string{"msg_id": msgID}, &a)
	if err == nil && a.Status == "" {
		err = unexpected(massStatusPath, "answer without msg_status")
	}
	return a.Status, err
}
