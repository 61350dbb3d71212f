package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/service/account"
	"bangfu/service/bot/understand"
	"bangfu/service/model"
)

// dispatch finds the command of a push and runs it. Events of no concern have an empty answer.
func (s *Service) dispatch(ctx context.Context, caller account.Caller, in model.Inbound) (answer, error) {
	switch {
	case in.Event == "subscribe":
		return s.greet(ctx, caller, strings.TrimPrefix(in.EventKey, "qrscene_"))
	case in.Event == "SCAN":
		return s.scanned(ctx, caller, in.EventKey)
	case in.Event == "CLICK":
		return s.obey(ctx, caller, in.EventKey)
	case len(in.Reports) > 0:
		if err := s.claim(ctx); err != nil {
			return answer{}, err
		}
		return answer{}, s.Notify.RecordConsentEvent(ctx, caller.Identity, in)
	case in.IsEvent():
		return answer{}, nil
	case in.Type == "text":
		return s.hear(ctx, caller, in.Content)
	case in.Type == "voice" && in.Recognition != "":
		return s.hear(ctx, caller, in.Recognition)
	case in.MediaID != "" && (in.Type == "image" || in.Type == "voice"):
		return s.media(ctx, caller, in)
	}
	return s.notUnderstood(caller, in), nil
}

// media takes a picture or a voice message where words are waited for, or to the visit that a cadre has just recorded.
func (s *Service) media(ctx context.Context, caller account.Caller, in model.Inbound) (answer, error) {
	if w, ok := waiting(s.offered(caller)); ok {
		if r, _ := order(caller, w.Command); r.of.name == model.CommandRaise {
			r.slots["media"] = strings.TrimPrefix(r.slots["media"]+","+in.Type+"-"+in.MediaID, ",")
			return s.run(ctx, r)
		}
	}
	if caller.IsCadre() {
		return s.addMedia(ctx, caller, in)
	}
	return s.notUnderstood(caller, in), nil
}

func (s *Service) notUnderstood(caller account.Caller, in model.Inbound) answer {
	if in.Type == "voice" {
		return s.withHelp(caller, "这段话没有听清。请打几个字,或者再说一遍。")
	}
	a := s.withHelp(caller, "收到了,谢谢您。这里暂时只看得懂文字。要把照片交上来,先发“"+model.CommandRaise+"”。")
	return a
}

// obey runs a command line of our own making.
func (s *Service) obey(ctx context.Context, caller account.Caller, line string) (answer, error) {
	r, ok := order(caller, line)
	if !ok {
		return s.hear(ctx, caller, line)
	}
	return s.run(ctx, r)
}

// run runs a command if the caller may use it; the others are told the way in.
func (s *Service) run(ctx context.Context, r request) (answer, error) {
	if !s.allows(r.caller, r.of) {
		return s.wayIn(r.caller), nil
	}
	if r.of.own && !r.caller.IsCadre() && !s.ownsAny(r.caller) {
		return s.onlyOwn(r), nil
	}
	if r.of.acts {
		if err := s.claim(ctx); err != nil {
			return answer{}, err
		}
	}
	r.cadre, _ = s.Access.Myself(r.caller.Account)
	return r.of.run(s, ctx, r)
}

// ownsAny reports whether the caller looks after a household for itself, and not only as a proxy.
func (s *Service) ownsAny(caller account.Caller) bool {
	return slices.ContainsFunc(caller.Account.Households(s.Now()), func(id string) bool {
		return caller.Account.Sees(id, s.Now()) == model.ViewFull
	})
}

// onlyOwn tells a proxy what they cannot do in the household's place, and what they can.
func (s *Service) onlyOwn(r request) answer {
	a := say("您是代看的,“" + r.of.says + "”这件事要本户自己来。您可以:")
	a.offer("看干部哪天来", model.CommandVisit)
	a.offer("看帮扶合计", model.CommandHome)
	a.offer("找扶贫办的人", model.CommandPerson)
	return a
}

// hear answers what somebody wrote or said: a number of the list before them, the code of a question that was sent, an
// answer to what was asked, the name of a command, or a sentence.
func (s *Service) hear(ctx context.Context, caller account.Caller, said string) (answer, error) {
	if err := s.learn(ctx, false); err != nil {
		return answer{}, err
	}
	said = strings.TrimSpace(legible(said))
	text := normalise(said)
	live := s.offered(caller)
	w, waits := waiting(live)
	if code, ok := codeIn(text); ok && !(waits && waitsForNumber(w)) {
		return s.obey(ctx, caller, model.CommandBind+" "+code)
	}
	if n, ok := picked(text); ok && !(waits && waitsForNumber(w)) {
		return s.pick(ctx, caller, n)
	}
	if r, ok := typedLine(caller, said, text); ok && !(waits && r.of.acts && len(r.args) == 0 && !r.of.takes(words)) {
		return s.run(ctx, r)
	}
	if waits {
		return s.reply(ctx, caller, w, said)
	}
	return s.understood(ctx, caller, said)
}

// offered are the choices that live still.
func (s *Service) offered(caller account.Caller) []model.Choice {
	if s.Now().After(caller.Identity.ChoicesUntil) {
		return nil
	}
	return caller.Identity.Choices
}

// waiting is what the last answer asked for in words.
func waiting(live []model.Choice) (model.Choice, bool) {
	i := slices.IndexFunc(live, func(c model.Choice) bool { return c.Digit == "" })
	if i < 0 {
		return model.Choice{}, false
	}
	return live[i], true
}

// waitsForNumber reports whether an amount is waited for, so that a number is the answer and no choice.
func waitsForNumber(w model.Choice) bool {
	r, _ := order(account.Caller{}, w.Command)
	return r.of.takes(anAmount)
}

// codeIn is the binding code in a message that says nothing else: 865 849, 绑定码是865849, 八六五八四九.
func codeIn(text string) (string, bool) {
	text = strings.ReplaceAll(text, "绑定码", "")
	for _, lead := range []string{model.CommandBind, "我的", "是", "码", ":", ":"} {
		text = strings.TrimPrefix(strings.TrimSpace(text), lead)
	}
	return account.PlainCode(strings.Map(func(r rune) rune {
		if n := strings.IndexRune(chineseDigits, r); n >= 0 {
			return rune('0' + n/len("零"))
		}
		if r == '〇' {
			return '0'
		}
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, text))
}

const chineseDigits = "零一二三四五六七八九"

// picked is the number that somebody answers a list with: 1, 一, 第二个, 选3, 回2.
func picked(text string) (int, bool) {
	text = strings.ReplaceAll(text, " ", "")
	for _, lead := range []string{"我", "选", "回复", "回", "按", "第"} {
		text = strings.TrimPrefix(text, lead)
	}
	for _, end := range []string{"吧", "个", "号", "项", "条", "行"} {
		text = strings.TrimSuffix(text, end)
	}
	if n, err := strconv.Atoi(text); err == nil && len(text) <= 2 && n >= 0 {
		return n, true
	}
	if n := strings.Index(chineseDigits, text); n > 0 && len(text) == len("一") {
		return n / len("一"), true
	}
	return 0, false
}

// pick obeys a number of the list that was shown last, or the code of a question. A number of a list of before is asked
// about, and never obeyed.
func (s *Service) pick(ctx context.Context, caller account.Caller, n int) (answer, error) {
	live, digit := s.offered(caller), strconv.Itoa(n)
	for _, c := range live {
		if c.Digit == digit {
			return s.obey(ctx, caller, c.Command)
		}
	}
	if n == 0 {
		return s.obey(ctx, caller, model.CommandBack)
	}
	if n > oneDigit {
		return s.byCode(ctx, caller, digit)
	}
	if w, ok := waiting(live); ok {
		return s.remind(live, fmt.Sprintf("您回的是%d。我在等您说:%s。", n, w.Label)), nil
	}
	before := caller.Identity.Past
	if len(live) == 0 && len(caller.Identity.Choices) > 0 {
		before = caller.Identity.Choices
	}
	for _, c := range before {
		if c.Digit == digit && c.Label != "" {
			a := say(fmt.Sprintf("这是之前那张单子的数字(%s)。您要的是它吗?", c.Label))
			a.yesNo(c.Command, "是,就是它", model.CommandNo, "不是")
			return a, nil
		}
	}
	return s.noSuchDigit(caller, live), nil
}

// noSuchDigit shows the list again that the number is not on.
func (s *Service) noSuchDigit(caller account.Caller, live []model.Choice) answer {
	if len(live) == 0 {
		return s.withHelp(caller, "这个数字对不上前面的选项了,请重新选:")
	}
	return s.remind(live, "这个数字对不上,请在下面选:")
}

// remind says again what is on offer or waited for.
func (s *Service) remind(live []model.Choice, lead string) answer {
	a := answer{text: lead, choices: live}
	for _, c := range live {
		if c.Digit != "" {
			a.text = lines(a.text, c.Digit+" "+c.Label)
		}
	}
	if _, ok := waiting(live); ok {
		a.text = lines(a.text, wayOut)
	}
	return a
}

// byCode answers the question that was sent with the code.
func (s *Service) byCode(ctx context.Context, caller account.Caller, code string) (answer, error) {
	open, err := s.Notify.Questions(ctx, caller.Identity.ID)
	if err != nil {
		return answer{}, err
	}
	for _, m := range slices.Backward(open) {
		for _, c := range m.Choices {
			if c.Digit == code {
				return s.obey(ctx, caller, c.Command)
			}
		}
	}
	return s.withHelp(caller, "眼下没有要回“"+code+"”的事。您可以问这些:"), nil
}

// wayOut ends every question that waits for words.
const wayOut = "不说了就回“取消”。"

// reply takes what was said as the answer to what was asked for, unless it is something else: a way out, a question
// back, or what cannot wait.
func (s *Service) reply(ctx context.Context, caller account.Caller, w model.Choice, said string) (answer, error) {
	r, ok := order(caller, w.Command)
	if !ok {
		return s.understood(ctx, caller, said)
	}
	u := s.lexicon().Understand(s.roles(caller)[0], said, cmp.Or(r.of.waits, understand.AskedWords))
	if out(said) {
		u.Intent = "back"
	}
	switch u.Intent {
	case "back", "no", "withdraw":
		return s.withHelp(caller, "好的,没有记。您可以问这些:"), nil
	case "help", "repeat", "greet":
		return s.remind(s.offered(caller), "我在等您说:"+w.Label+"。直接发来就行,说话也行。"), nil
	case "person", "complaint", "unbind", "stop", "life_event":
		lack := u.Intent == "life_event" && slices.Contains([]any{"illness", "accident", "disaster", "job_lost", "school"}, u.Slots["event"])
		if r.of.waits == understand.AskedWords && !slices.Contains(r.of.intents, u.Intent) && !lack {
			return s.runMeant(ctx, caller, u, said)
		}
	}
	line := w.Command
	if r.of.name == model.CommandRaise {
		line = keepSlots(line, u)
	}
	return s.obey(ctx, caller, line+" "+strings.TrimSpace(strings.ReplaceAll(said, "\n", " ")))
}

// outs are the words with which people leave a question.
var outs = []string{"取消", "返回", "算了", "算了吧", "不说了", "不记了", "退出", "不用了", "没有了", "没事了", "没事", "不反映了", "先不说了", "不了", "回去", "停", "不写了", "不要了"}

// out reports whether somebody leaves the question.
func out(said string) bool { return slices.Contains(outs, normalise(said)) }

// keepSlots puts what the sentence names into the line, before its words.
func keepSlots(line string, u understand.Understanding) string {
	for _, key := range slotNames {
		if v, ok := u.Slots[key]; ok && key != "household" {
			line += fmt.Sprintf(" %s=%v", key, v)
		}
	}
	return line
}
