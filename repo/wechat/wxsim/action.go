package wxsim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxTimes bounds how often one message can be delivered by a single control call.
const maxTimes = 50

// maxWait bounds a wait for messages; it stays below the write timeout of the servers around us.
const maxWait = 30 * time.Second

// actionInput is the body of every action; each action reads its own fields.
type actionInput struct {
	Content     string `json:"content"`
	Recognition string `json:"recognition"`
	Scene       string `json:"scene"`
	Key         string `json:"key"`
	Event       string `json:"event"`
	EventKey    string `json:"event_key"`
	Account     string `json:"account"` // "oa" (default) or "mp", for text, image and raw events
	MsgID       string `json:"msg_id"`
	Times       int    `json:"times"`
	Concurrent  bool   `json:"concurrent"`
}

// gesture is a person's action translated into a push.
type gesture struct {
	shown  Message // what the person's own chat shows; an empty Kind shows nothing
	window string  // the customer message window it opens
	fields []field // after ToUserName, FromUserName, CreateTime
	silent bool
}

// actionFunc works under Sim.mu: it checks the action, changes following, and describes the push.
type actionFunc func(s *Sim, a *account, p *person, in actionInput) (gesture, error)

func actions() map[string]actionFunc {
	return map[string]actionFunc{
		"follow": onOA(follow), "unfollow": onOA(unfollow), "text": sendText, "voice": onOA(sendVoice), "image": sendImage,
		"scan": onOA(scan), "menu": onOA(tapMenu), "event": rawEvent,
	}
}

// onOA refuses for a mini-program what only an official account has.
func onOA(do actionFunc) actionFunc {
	return func(s *Sim, a *account, p *person, in actionInput) (gesture, error) {
		if a.kind != kindOA {
			return gesture{}, badRequest("only an official account has this")
		}
		return do(s, a, p, in)
	}
}

// act carries out one action of a person and waits for its outcome.
func (s *Sim) act(r *http.Request, do actionFunc, in actionInput) (any, error) {
	if in.Times < 0 || in.Times > maxTimes {
		return nil, badRequest("times must be between 1 and 50")
	}
	p, err := s.prepare(r.PathValue("id"), do, in)
	if err != nil {
		return nil, err
	}
	p.times, p.atOnce = in.Times, in.Concurrent
	return s.push(p)
}

func (s *Sim) prepare(id string, do actionFunc, in actionInput) (outgoing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.people[id]
	if !known {
		return outgoing{}, notFound("no such user")
	}
	a, err := s.accountNamed(in.Account)
	if err != nil {
		return outgoing{}, err
	}
	g, err := do(s, a, p, in)
	if err != nil {
		return outgoing{}, err
	}
	if g.window != "" {
		s.openWindow(p.openID(a.kind), g.window, s.now())
	}
	if g.shown.Kind != "" {
		g.shown.From = "user"
		s.say(p, g.shown)
	}
	return s.address(a, p, g), nil
}

func (s *Sim) address(a *account, p *person, g gesture) outgoing {
	openID := p.openID(a.kind)
	head := []field{
		text("ToUserName", a.OriginalID), text("FromUserName", openID), number("CreateTime", s.now().Unix()),
	}
	return outgoing{acct: a, user: p.ID, openID: openID, silent: g.silent, xml: buildXML(append(head, g.fields...)...)}
}

// accountNamed is the account an action goes to.
func (s *Sim) accountNamed(name string) (*account, error) {
	switch name {
	case "", "oa":
		return s.oa, nil
	case "mp":
		return s.mp, nil
	default:
		return nil, badRequest("account must be oa or mp")
	}
}

// setFollowing changes it and tells open pages. The caller holds s.mu.
func (s *Sim) setFollowing(p *person, on bool, scene string) {
	p.Following, p.scene = on, scene
	if on {
		p.subscribeAt = s.now()
	} else {
		p.tags = nil
		delete(s.windows, p.OAOpenID)
	}
	s.hub.send(feed{name: "user", data: p.User})
}

func follow(s *Sim, _ *account, p *person, in actionInput) (gesture, error) {
	if p.Following {
		return gesture{}, conflict("already following")
	}
	ticket, err := s.ticketOf(in.Scene)
	if err != nil {
		return gesture{}, err
	}
	s.setFollowing(p, true, in.Scene)
	g := gesture{shown: Message{Kind: "event", Content: "关注了公众号"}, window: "follow"}
	if in.Scene == "" {
		g.fields = event("subscribe", "")
		return g, nil
	}
	g.shown.Content = "扫码关注了公众号（场景值 " + in.Scene + "）"
	g.fields = append(event("subscribe", "qrscene_"+in.Scene), text("Ticket", ticket))
	return g, nil
}

func unfollow(s *Sim, _ *account, p *person, _ actionInput) (gesture, error) {
	if !p.Following {
		return gesture{}, conflict("not following")
	}
	s.setFollowing(p, false, "")
	return gesture{
		shown: Message{Kind: "event", Content: "取消了关注"}, fields: event("unsubscribe", ""), silent: true,
	}, nil
}

// scan is a person scanning the account's code: a stranger is offered to follow, and does.
func scan(s *Sim, a *account, p *person, in actionInput) (gesture, error) {
	if in.Scene == "" {
		return gesture{}, badRequest("scene is missing")
	}
	if !p.Following {
		return follow(s, a, p, in)
	}
	ticket, err := s.ticketOf(in.Scene)
	if err != nil {
		return gesture{}, err
	}
	return gesture{
		shown:  Message{Kind: "event", Content: "扫描了二维码（场景值 " + in.Scene + "）"},
		window: "scan",
		fields: append(event("SCAN", in.Scene), text("Ticket", ticket)),
	}, nil
}

// ticketOf finds the ticket of a scene. A scene nobody made a code for still scans, because the
// code may have been printed before the simulator started.
func (s *Sim) ticketOf(scene string) (string, error) {
	code, known := s.qr[scene]
	if !known {
		return "gQ" + derivedID("ticket", scene), nil
	}
	if !code.expires.IsZero() && !s.now().Before(code.expires) {
		return "", conflict("the QR code has expired")
	}
	return code.ticket, nil
}

func sendText(s *Sim, a *account, p *person, in actionInput) (gesture, error) {
	if in.Content == "" {
		return gesture{}, badRequest("content is missing")
	}
	return s.message(a, p, in, Message{Kind: "text", Content: in.Content},
		text("MsgType", "text"), text("Content", in.Content))
}

func sendVoice(s *Sim, a *account, p *person, in actionInput) (gesture, error) {
	return s.message(a, p, in, Message{Kind: "voice", Content: in.Recognition},
		text("MsgType", "voice"), text("MediaId", s.keepMedia(voiceFile())), text("Format", "amr"),
		text("Recognition", in.Recognition))
}

func sendImage(s *Sim, a *account, p *person, in actionInput) (gesture, error) {
	return s.message(a, p, in, Message{Kind: "image", Content: "[图片]"},
		text("MsgType", "image"), text("PicUrl", "http://mmbiz.qpic.cn/mmbiz_jpg/"+randomText(24)+"/0"),
		text("MediaId", s.keepMedia(drawing(randomText(24)))))
}

// message completes a message with its MsgId. Only followers can write to an official account.
func (s *Sim) message(a *account, p *person, in actionInput, shown Message, fields ...field) (gesture, error) {
	if a.kind == kindOA && !p.Following {
		return gesture{}, conflict("not following: the chat has no input box")
	}
	id := in.MsgID
	if id == "" {
		s.msgID++
		id = strconv.FormatInt(s.msgID, 10)
	}
	if strings.Trim(id, "0123456789") != "" {
		return gesture{}, badRequest("msg_id must be a number")
	}
	fields = append(fields, field{name: "MsgId", value: id, bare: true})
	return gesture{shown: shown, window: "message", fields: fields}, nil
}

// tapMenu taps a menu button by its key or URL. A key the menu does not have (any more) is sent
// as a click: phones keep an old menu for up to a day.
func tapMenu(s *Sim, _ *account, p *person, in actionInput) (gesture, error) {
	if in.Key == "" {
		return gesture{}, badRequest("key is missing")
	}
	if !p.Following {
		return gesture{}, conflict("not following: the chat has no menu")
	}
	m := s.menuFor(p)
	b, found := m.find(in.Key)
	if !found {
		b = button{Type: "click", Name: in.Key, Key: in.Key}
		if isWebURL(in.Key) {
			b = button{Type: "view", Name: in.Key, URL: in.Key}
		}
	}
	g := gesture{shown: Message{Kind: "event", Content: "点了菜单「" + b.Name + "」"}}
	switch b.Type {
	case "view":
		g.fields, g.silent = event("VIEW", b.URL), true
	case "miniprogram":
		g.fields, g.silent = event("view_miniprogram", b.PagePath), true
	case "click":
		g.fields, g.window = event("CLICK", b.Key), "click"
	default:
		g.fields = event(b.Type, b.Key)
		if b.Type == "scancode_push" || b.Type == "scancode_waitmsg" {
			g.window = "click"
		}
	}
	if m.personal && found {
		g.fields = append(g.fields, number("MenuId", m.ID))
	}
	return g, nil
}

// rawEvent pushes any event, for those the page has no gesture for.
func rawEvent(_ *Sim, _ *account, _ *person, in actionInput) (gesture, error) {
	if in.Event == "" {
		return gesture{}, badRequest("event is missing")
	}
	windows := map[string]string{
		"subscribe": "follow", "SCAN": "scan", "CLICK": "click", "user_enter_tempsession": "enter",
	}
	return gesture{
		shown:  Message{Kind: "event", Content: strings.TrimSpace("事件 " + in.Event + " " + in.EventKey)},
		window: windows[in.Event], fields: event(in.Event, in.EventKey),
	}, nil
}

func event(name, key string) []field {
	return []field{text("MsgType", "event"), text("Event", name), text("EventKey", key)}
}

// messagesInput is the query of the chat: after a sequence number, waiting for news if asked to.
type messagesInput struct {
	after int64
	wait  time.Duration
}

func readMessagesInput(r *http.Request) (in messagesInput, err error) {
	if v := r.URL.Query().Get("after"); v != "" {
		if in.after, err = strconv.ParseInt(v, 10, 64); err != nil {
			return in, badRequest("after must be a number")
		}
	}
	if v := r.URL.Query().Get("wait"); v != "" {
		if in.wait, err = time.ParseDuration(v); err != nil || in.wait < 0 || in.wait > maxWait {
			return in, badRequest("wait must be a duration of at most 30s")
		}
	}
	return in, nil
}
