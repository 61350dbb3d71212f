package wxsim

import "time"

// Message is one line of a chat as the person sees it.
type Message struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	From    string    `json:"from"` // "user" or "account"
	Kind    string    `json:"kind"` // "text", "voice", "image", "event", "news", "notice", …
	Via     string    `json:"via"`  // "passive", "custom", "template", "subscribe", "mass", "system"; empty for the person's own
	Content string    `json:"content"`
}

// failureNotice is what WeChat shows in place of an answer it could not use.
const failureNotice = "该公众号提供的服务出现故障，请稍后再试"

// say appends a message to a chat and shows it on open pages. The caller holds s.mu.
func (s *Sim) say(p *person, m Message) {
	s.seq++
	m.Seq, m.At = s.seq, s.now()
	p.chat = append(p.chat, m)
	s.hub.send(feed{name: "message", data: userMessage{User: p.ID, Message: m}})
}

// userMessage is the live form of a message, for whoever watches all chats at once.
type userMessage struct {
	User    string  `json:"user"`
	Message Message `json:"message"`
}

// chatAfter copies the messages of a chat newer than seq. The caller holds s.mu.
func (p *person) chatAfter(seq int64) []Message {
	for i, m := range p.chat {
		if m.Seq > seq {
			return append([]Message{}, p.chat[i:]...)
		}
	}
	return []Message{}
}
