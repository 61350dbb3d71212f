package wxsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// maxPopup is how many templates one popup may ask about.
const maxPopup = 3

// consentKey names whose consent it is, and for which template.
type consentKey struct {
	kind             kind
	openID, template string
}

// consent is what a person allows: some messages, or any number of them.
type consent struct {
	left   int
	always bool
}

// consentInput is the body of the actions "consent" and "consent-change".
type consentInput struct {
	Account   string          `json:"account"` // "oa" (default) or "mp"
	Templates []consentChoice `json:"templates"`
	Scene     int64           `json:"scene"` // 0 a mini-program's page, 1 a web page, 2 an article
}

// consentChoice is what the person chose for one template. Whatever is registered as long-term is
// so without saying it here.
type consentChoice struct {
	ID       string `json:"id"`
	Status   string `json:"status"` // "accept" or "reject"
	LongTerm bool   `json:"long_term"`
}

// consent is the popup: it counts accepts up, a reject takes back everything, and one event tells it all.
func (s *Sim) consent(r *http.Request, in consentInput) (any, error) {
	return s.consentAction(r, in, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent")
}

// consentChange is the settings of the account, where WeChat reports only that somebody says no.
func (s *Sim) consentChange(r *http.Request, in consentInput) (any, error) {
	if slices.ContainsFunc(in.Templates, func(c consentChoice) bool { return c.Status != "reject" }) {
		return nil, badRequest("only a reject is reported: every status must be reject")
	}
	return s.consentAction(r, in, "subscribe_msg_change_event", "SubscribeMsgChangeEvent")
}

func (s *Sim) consentAction(r *http.Request, in consentInput, event, element string) (any, error) {
	p, err := s.prepareConsent(r.PathValue("id"), in, event, element)
	if err != nil {
		return nil, err
	}
	return s.push(p)
}

// prepareConsent takes the choices in before the push, because the back end may send while it handles it.
func (s *Sim) prepareConsent(id string, in consentInput, event, element string) (outgoing, error) {
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
	if err := s.checkConsent(a, in); err != nil {
		return outgoing{}, err
	}
	var lists []field
	var words []string
	for _, c := range in.Templates {
		s.choose(consentKey{a.kind, p.openID(a.kind), c.ID}, c)
		lists = append(lists, c.list(event, in.Scene))
		t, _ := s.template(a, c.ID)
		words = append(words, map[string]string{"accept": "接受", "reject": "拒绝"}[c.Status]+"「"+orElse(t.Title, c.ID)+"」")
	}
	s.say(p, Message{From: "user", Kind: "event", Content: "订阅消息：" + strings.Join(words, "，")})
	return s.report(a, p, event, nested(element, lists...)), nil
}

// checkConsent completes the choices with what is registered about their templates.
func (s *Sim) checkConsent(a *account, in consentInput) error {
	if len(in.Templates) == 0 || len(in.Templates) > maxPopup {
		return badRequest(fmt.Sprintf("templates must be 1 to %d", maxPopup))
	}
	if in.Scene < 0 || in.Scene > 2 {
		return badRequest("scene must be 0, 1 or 2")
	}
	for i := range in.Templates {
		c := &in.Templates[i]
		if c.ID == "" || c.Status != "accept" && c.Status != "reject" {
			return badRequest("a template needs an id, and accept or reject as its status")
		}
		if t, known := s.template(a, c.ID); known && t.Type != typeLong && c.LongTerm {
			return conflict("this template is not long-term")
		} else if known {
			c.LongTerm = t.Type == typeLong
		}
		if c.LongTerm != in.Templates[0].LongTerm {
			return badRequest("one popup asks either for one-time or for long-term templates")
		}
	}
	return nil
}

// choose counts one choice. The caller holds s.mu.
func (s *Sim) choose(k consentKey, c consentChoice) {
	was := s.consents[k]
	switch {
	case c.Status == "reject":
		was = consent{}
	case c.LongTerm:
		was.always = true
	default:
		was.left++
	}
	s.consents[k] = was
}

// useConsent takes one message of a consent, or says that there is none. The caller holds s.mu.
func (s *Sim) useConsent(k consentKey) error {
	c := s.consents[k]
	switch {
	case c.always:
		return nil
	case c.left == 0:
		return fail(43101, "user refuse to accept the msg")
	}
	c.left--
	s.consents[k] = c
	return nil
}

func (c consentChoice) list(event string, scene int64) field {
	fields := []field{text("TemplateId", c.ID), text("SubscribeStatusString", c.Status)}
	if event == "subscribe_msg_popup_event" {
		fields = append(fields, number("PopupScene", scene))
	}
	return nested("List", fields...)
}

// consentState is what the account may still send to a person.
type consentState struct {
	Account  string `json:"account"`
	Template string `json:"template"`
	Left     int    `json:"left"`
	Always   bool   `json:"always"`
}

// consentsOf lists a person's consents.
func (s *Sim) consentsOf(r *http.Request, _ none) (any, error) {
	return s.withPerson(r, func(p *person) (any, error) {
		list := []consentState{}
		for k, c := range s.consents {
			if p.openID(k.kind) == k.openID {
				list = append(list, consentState{k.kind.String(), k.template, c.left, c.always})
			}
		}
		slices.SortFunc(list, func(a, b consentState) int {
			return strings.Compare(a.Account+" "+a.Template, b.Account+" "+b.Template)
		})
		return map[string]any{"consents": list}, nil
	})
}
