package notify

import (
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// Outcome is how an attempt to tell somebody ended. State is accepted, failed, by_hand (no way carried it), unknown,
// or queued: then it may be tried again from RetryAt on (zero: after a while).
type Outcome struct {
	State    model.MessageState
	Way      string // that carried it, or was tried last
	WechatID string
	ErrCode  int64
	RID      string
	Reason   string // the class of WeChat's answer
	Steps    []model.Step
	Spent    []string // the ways that are not tried again
	RetryAt  time.Time
	Account  bool // WeChat refuses the account: nothing else will go either
}

// went reports whether it went, as far as anybody knows.
func (o Outcome) went() bool {
	return o.State == model.MessageAccepted || o.State == model.MessageUnknown
}

// effect is what follows from a class of WeChat's answers, for whatever is sent. By_hand says that the way is not tried
// again and the next one is. Rest is for how long the way rests; zero: it does not.
type effect struct {
	state model.MessageState
	rest  func(now time.Time) time.Time
}

// effects is the one table of them. A class that is not in it is a mistake of ours: the message has failed.
var effects = map[wechat.Class]effect{
	wechat.ClassDone:    {state: model.MessageAccepted},
	wechat.ClassRetry:   {state: model.MessageQueued},
	wechat.ClassToken:   {state: model.MessageQueued},
	wechat.ClassMinute:  {state: model.MessageQueued, rest: forMinute},
	wechat.ClassDay:     {state: model.MessageQueued, rest: untilMidnight},
	wechat.ClassAccount: {state: model.MessageQueued, rest: untilMended},
	wechat.ClassUnknown: {state: model.MessageUnknown},
	wechat.ClassUser:    {state: model.MessageByHand},
	wechat.ClassWindow:  {state: model.MessageByHand},
}

func effectOf(class wechat.Class) effect {
	if e, ok := effects[class]; ok {
		return e
	}
	return effect{state: model.MessageFailed}
}

// How long a way rests after WeChat's answer: a minute; until the quotas of a day begin anew, at midnight in Shanghai;
// until somebody had time to mend the account, and then one message tries.
func forMinute(now time.Time) time.Time     { return now.Add(time.Minute) }
func untilMidnight(now time.Time) time.Time { return model.DateOf(now).AddDays(1).Start() }
func untilMended(now time.Time) time.Time   { return now.Add(10 * time.Minute) }
