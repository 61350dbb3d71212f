package wxsim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// maxText is the longest text WeChat delivers, in bytes.
const maxText = 2048

// grant is the right to send a few customer messages for a while.
type grant struct {
	until time.Time
	left  int
}

// window holds the grants a person's actions opened, one per sort of action.
type window struct {
	grants      map[string]*grant
	lastAction  time.Time
	typingUntil time.Time
}

// openWindow is called before the push, because the back end may send while it handles it.
// The caller holds s.mu.
func (s *Sim) openWindow(openID, action string, now time.Time) {
	w := s.windows[openID]
	if w == nil {
		w = &window{grants: map[string]*grant{}}
		s.windows[openID] = w
	}
	w.lastAction = now
	switch action {
	case "message":
		w.grants[action] = &grant{until: now.Add(48 * time.Hour), left: 5}
	case "click", "follow", "scan":
		w.grants[action] = &grant{until: now.Add(time.Minute), left: 3}
	case "enter": // opening a mini-program's customer service session
		w.grants[action] = &grant{until: now.Add(time.Minute), left: 2}
	}
}

// take uses one message of the grant that ends soonest.
func (w *window) take(now time.Time) error {
	if w == nil {
		return outOfTime()
	}
	var best *grant
	alive := false
	for _, g := range w.grants {
		if !now.Before(g.until) {
			continue
		}
		alive = true
		if g.left > 0 && (best == nil || g.until.Before(best.until)) {
			best = g
		}
	}
	switch {
	case best != nil:
		best.left--
		return nil
	case alive:
		return fail(45047, "out of response count limit")
	default:
		return outOfTime()
	}
}

func outOfTime() error {
	return fail(45015, "response out of time limit or subscription is canceled")
}

// customTypes are the messages each kind of account can send.
var customTypes = map[kind][]string{
	kindOA: {
		"text", "image", "voice", "video", "music", "news", "mpnews", "mpnewsarticle", "msgmenu", "wxcard", "miniprogrampage",
	},
	kindMP: {"text", "image", "link", "miniprogrampage"},
}

// apiCustomSend delivers a customer message when the person's window allows it.
func apiCustomSend(s *Sim, c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		MsgType string `json:"msgtype"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	p := s.byOpenID(c.acct, in.ToUser)
	if p == nil {
		return nil, fail(40003, "invalid openid")
	}
	if !slices.Contains(customTypes[c.acct.kind], in.MsgType) {
		return nil, fail(40008, "invalid message type")
	}
	content, err := customContent(in.MsgType, c.body)
	if err != nil {
		return nil, err
	}
	if err := s.refused(in.ToUser); err != nil {
		return nil, err
	}
	if c.acct.kind == kindOA && !p.Following {
		return nil, outOfTime()
	}
	if err := s.windows[in.ToUser].take(c.now); err != nil {
		return nil, err
	}
	s.say(p, Message{From: "account", Kind: in.MsgType, Via: "custom", Content: content})
	return done(), nil
}

// customContent checks the part of the message its type names and returns what the person reads.
func customContent(msgType string, body []byte) (string, error) {
	var in struct {
		Text struct{ Content string }
		News struct{ Articles []article }
		Menu struct {
			Head string                     `json:"head_content"`
			List []struct{ Content string } `json:"list"`
			Tail string                     `json:"tail_content"`
		} `json:"msgmenu"`
		Page struct{ Title string } `json:"miniprogrampage"`
	}
	if json.Unmarshal(body, &in) != nil {
		return "", fail(47001, "data format error")
	}
	switch msgType {
	case "text":
		return in.Text.Content, checkText(in.Text.Content)
	case "msgmenu":
		lines := []string{in.Menu.Head}
		for _, item := range in.Menu.List {
			lines = append(lines, "· "+item.Content)
		}
		return strings.TrimSpace(strings.Join(append(lines, in.Menu.Tail), "\n")), nil
	case "news":
		if len(in.News.Articles) != 1 {
			return "", fail(45008, "article size out of limit")
		}
		return newsText(in.News.Articles), nil
	case "miniprogrampage":
		return "小程序：" + in.Page.Title, nil
	case "image", "voice", "video", "mpnews":
		return placeholder(msgType), checkMedia(msgType, body)
	default:
		return placeholder(msgType), nil
	}
}

// placeholder stands for what the page cannot show.
func placeholder(msgType string) string {
	words := map[string]string{
		"image": "图片", "voice": "语音", "video": "视频", "music": "音乐", "mpnews": "图文", "mpnewsarticle": "图文",
		"wxcard": "卡券", "link": "链接",
	}
	return "[" + orElse(words[msgType], msgType) + "]"
}

// checkMedia wants the media_id of the part the message's type names.
func checkMedia(msgType string, body []byte) error {
	var parts map[string]json.RawMessage
	var part struct {
		MediaID string `json:"media_id"`
	}
	if json.Unmarshal(body, &parts) != nil || json.Unmarshal(parts[msgType], &part) != nil || part.MediaID == "" {
		return fail(40007, "invalid media_id")
	}
	return nil
}

func checkText(content string) error {
	switch {
	case content == "":
		return fail(44004, "empty content")
	case len(content) > maxText:
		return fail(45002, "content size out of limit")
	}
	return nil
}

// refused answers the error code a test or the page has set for this person.
func (s *Sim) refused(openID string) error {
	code := s.faults.Refuse[openID]
	switch code {
	case 0:
		return nil
	case 48002:
		return fail(48002, "user block the message")
	case 43101:
		return fail(43101, "user refuse to accept the msg")
	default:
		return fail(code, "refused by the simulator")
	}
}

// apiTyping shows "typing…" for a while to somebody who acted in the last 30 seconds.
func apiTyping(s *Sim, c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		Command string `json:"command"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if s.byOpenID(c.acct, in.ToUser) == nil {
		return nil, fail(40003, "invalid openid")
	}
	w := s.windows[in.ToUser]
	if w == nil || c.now.Sub(w.lastAction) > 30*time.Second {
		return nil, fail(45080, "can only send typing after the user acted in the last 30 seconds")
	}
	switch in.Command {
	case "Typing":
		if c.now.Before(w.typingUntil) {
			return nil, fail(45081, "already in typing status")
		}
		w.typingUntil = c.now.Add(15 * time.Second)
	case "CancelTyping":
		w.typingUntil = time.Time{}
	default:
		return nil, fail(45072, "command not allowed")
	}
	return done(), nil
}
