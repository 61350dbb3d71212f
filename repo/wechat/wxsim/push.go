package wxsim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxAttempts is how often WeChat delivers one message in all.
const maxAttempts = 3

// maxReply bounds what the simulator reads of an answer.
const maxReply = 64 << 10

// Attempt is one delivery of a push and what came back.
type Attempt struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
	Error  string `json:"error"`
	Millis int64  `json:"millis"`
}

// Reply is a passive reply the simulator accepted.
type Reply struct {
	Type    string `json:"type"`
	Content string `json:"content"`
}

// Outcome is what a person's action led to.
type Outcome struct {
	Attempts []Attempt `json:"attempts"`
	Reply    *Reply    `json:"reply"`
	Failed   bool      `json:"failed"`         // no delivery got a usable answer
	Lost     bool      `json:"lost,omitempty"` // the fault "lose" swallowed the push
	Held     bool      `json:"held,omitempty"` // the fault "reorder" lets the next push overtake it
}

// outgoing is one push: the plain XML and where it goes.
type outgoing struct {
	acct   *account
	user   string // whose chat the answer appears in
	openID string
	xml    string
	silent bool // nobody is waiting for an answer, so a failure is not shown in the chat
	times  int  // deliveries of the same message, for tests of deduplication
	atOnce bool // deliver them concurrently
}

// push delivers a message and shows its answer in the chat. It returns when all deliveries ended. An
// account without a server keeps the message to itself.
func (s *Sim) push(p outgoing) (Outcome, error) {
	if !s.beginPush() {
		return Outcome{}, errClosed
	}
	defer s.pushes.Done()
	if p.acct.CallbackURL == "" {
		return Outcome{Attempts: []Attempt{}}, nil
	}
	if s.holdBack(p) {
		return Outcome{Attempts: []Attempt{}, Held: true}, nil
	}
	out, err := s.carry(p)
	if err == nil && !out.Lost {
		s.catchUp()
	}
	return out, err
}

// carry takes one push to the back end, as the faults allow.
func (s *Sim) carry(p outgoing) (Outcome, error) {
	late, extra, lost := s.callbackFaults()
	if lost {
		return Outcome{Attempts: []Attempt{}, Lost: true}, nil
	}
	s.pause(nil, late)
	body, err := p.acct.seal(p.xml)
	if err != nil {
		return Outcome{}, &controlError{status: http.StatusConflict, msg: err.Error()}
	}
	out := merge(s.deliverAll(p, body, max(1, p.times)+extra))
	s.showAnswer(p, out)
	return out, nil
}

func (s *Sim) callbackFaults() (late time.Duration, extra int, lost bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.faults.Callbacks
	if take(&f.Lose) {
		return 0, 0, true
	}
	if take(&f.Duplicate) {
		extra = 1
	}
	return time.Duration(f.LateMS) * time.Millisecond, extra, false
}

func (s *Sim) deliverAll(p outgoing, body string, n int) []Outcome {
	outs := make([]Outcome, n)
	var wg sync.WaitGroup
	for i := range outs {
		if !p.atOnce {
			outs[i] = s.deliver(p, body)
			continue
		}
		wg.Go(func() { outs[i] = s.deliver(p, body) })
	}
	wg.Wait()
	return outs
}

// merge joins the deliveries of one message: a phone shows one answer, the first that came.
func merge(outs []Outcome) Outcome {
	all := Outcome{Attempts: []Attempt{}, Failed: true}
	for _, o := range outs {
		all.Attempts = append(all.Attempts, o.Attempts...)
		all.Failed = all.Failed && o.Failed
		if all.Reply == nil {
			all.Reply = o.Reply
		}
	}
	return all
}

// deliver sends one message up to three times with the same body.
func (s *Sim) deliver(p outgoing, body string) Outcome {
	out := Outcome{Failed: true}
	for range maxAttempts {
		attempt, reply, err := s.attempt(p, body)
		if err != nil {
			attempt.Error = err.Error()
		}
		out.Attempts = append(out.Attempts, attempt)
		if err == nil {
			out.Reply, out.Failed = reply, false
			return out
		}
		if s.stopped.Err() != nil { // Close waits for this attempt, not for two more
			return out
		}
	}
	return out
}

// attempt makes one delivery, with its own timestamp, nonce and signatures.
func (s *Sim) attempt(p outgoing, body string) (Attempt, *Reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.PushTimeout)
	defer cancel()
	target, err := p.acct.signedURL(p.openID, body, s.now())
	if err != nil {
		return Attempt{}, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body))
	if err != nil {
		return Attempt{}, nil, errors.New("the callback URL cannot be used")
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	start := time.Now()
	attempt, err := s.exchange(req)
	attempt.Millis = time.Since(start).Milliseconds()
	if err != nil {
		return attempt, nil, err
	}
	if attempt.Status != http.StatusOK {
		return attempt, nil, fmt.Errorf("status %d", attempt.Status)
	}
	reply, err := p.acct.readReply(p.openID, attempt.Body)
	return attempt, reply, err
}

func (s *Sim) exchange(req *http.Request) (Attempt, error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return Attempt{}, s.plainError(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	attempt := Attempt{Status: resp.StatusCode, Body: string(data)}
	if err != nil {
		return attempt, s.plainError(err)
	}
	return attempt, nil
}

// plainError drops the URL from a client error: it carries the signature.
func (s *Sim) plainError(err error) error {
	var u *url.Error
	if !errors.As(err, &u) {
		return err
	}
	if u.Timeout() {
		return fmt.Errorf("no answer within %s", s.cfg.PushTimeout)
	}
	return u.Err
}

// signedURL adds WeChat's query to the callback URL.
func (a *account) signedURL(openID, body string, now time.Time) (string, error) {
	u, err := url.Parse(a.CallbackURL)
	if err != nil || u.Host == "" {
		return "", errors.New("the callback URL cannot be used")
	}
	timestamp, nonce := strconv.FormatInt(now.Unix(), 10), randomDigits()
	q := u.Query()
	q.Set("signature", signature(a.Token, timestamp, nonce))
	q.Set("timestamp", timestamp)
	q.Set("nonce", nonce)
	q.Set("openid", openID)
	if a.safe() {
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", signature(a.Token, timestamp, nonce, encryptedPart(body)))
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// showAnswer puts the reply, or the notice of a failure, into the chat.
func (s *Sim) showAnswer(p outgoing, out Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	person, known := s.people[p.user]
	switch {
	case !known:
	case out.Failed && !p.silent:
		s.say(person, Message{From: "account", Kind: "notice", Via: "system", Content: failureNotice})
	case out.Reply != nil && !p.silent:
		s.say(person, Message{From: "account", Kind: out.Reply.Type, Via: "passive", Content: out.Reply.Content})
	}
}
