package wxsim

// apiBizSend delivers a subscription notice of the official account, to followers and others alike.
func apiBizSend(s *Sim, c *call) (any, error) {
	if _, err := s.sendSubscription(c); err != nil {
		return nil, err
	}
	return done(), nil
}

// apiSubscribeSend delivers a subscription message of the mini-program.
func apiSubscribeSend(s *Sim, c *call) (any, error) {
	msgID, err := s.sendSubscription(c)
	if err != nil {
		return nil, err
	}
	return templateAnswer(msgID), nil
}

// sendSubscription uses up one consent. The event that follows tells of failures inside WeChat only, and
// the simulator has none.
func (s *Sim) sendSubscription(c *call) (int64, error) {
	in, p, t, err := s.readTemplateCall(c, true)
	if err != nil {
		return 0, err
	}
	if err := t.checkData(in.Data); err != nil {
		return 0, err
	}
	if err := s.refused(in.ToUser); err != nil {
		return 0, err
	}
	if err := s.useConsent(consentKey{c.acct.kind, in.ToUser, t.ID}); err != nil {
		return 0, err
	}
	s.msgID++
	s.say(p, Message{From: "account", Kind: "template", Via: "subscribe", Content: t.render(in.Data, in.Page)})
	c.later(s.report(c.acct, p, "subscribe_msg_sent_event", nested("SubscribeMsgSentEvent", nested("List",
		text("TemplateId", t.ID), number("MsgID", s.msgID), number("ErrorCode", 0), text("ErrorStatus", "success"),
	))))
	return s.msgID, nil
}
