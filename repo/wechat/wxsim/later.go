package wxsim

import "strings"

// later is a push that follows the answer of this call. As with WeChat nothing promises that the
// answer arrives first.
func (c *call) later(p outgoing) { c.after = append(c.after, p) }

// pushAfter delivers pushes that nobody waits for. The caller does not hold s.mu.
func (s *Sim) pushAfter(list []outgoing) {
	for _, p := range list {
		if !s.beginPush() {
			return
		}
		go func() {
			defer s.pushes.Done()
			_, _ = s.push(p)
		}()
	}
}

// report is an event that WeChat sends on its own account, so no answer to it is shown to anybody.
func (s *Sim) report(a *account, p *person, name string, fields ...field) outgoing {
	head := []field{text("MsgType", "event"), text("Event", name)}
	return s.address(a, p, gesture{fields: append(head, fields...), silent: true})
}

// nested is an element that holds elements.
func nested(name string, fields ...field) field {
	inner := strings.TrimSuffix(strings.TrimPrefix(buildXML(fields...), "<xml>"), "</xml>")
	return field{name: name, value: inner, bare: true}
}
