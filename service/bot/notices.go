package bot

import (
	"context"
	"fmt"
	"strings"

	"bangfu/service/model"
)

// notices finds policies by a word, and opens one: "政策 [word]", "政策 看 notice", "政策 全文 notice".
func (s *Service) notices(ctx context.Context, r request) (answer, error) {
	switch r.arg(0) {
	case "看":
		return s.notice(ctx, r, model.FoldID(r.arg(1)), false)
	case "全文":
		return s.notice(ctx, r, model.FoldID(r.arg(1)), true)
	}
	word := normalise(content(strings.Join(r.args, " "), r.of))
	found, err := s.Broadcast.Find(ctx, word)
	if err != nil {
		return answer{}, err
	}
	if len(found) == 0 && word != "" {
		a := say("没有找到讲“" + word + "”的政策。换个词再试,或者:")
		a.offer("看看有哪些政策", model.CommandNotice)
		a.offer("看能申请什么", model.CommandApply)
		a.offer("问扶贫办的人", model.CommandPerson)
		return a, nil
	}
	if len(found) == 0 {
		return s.withHelp(r.caller, "眼下还没有发布的政策。您可以问这些:"), nil
	}
	a := say("政策有这些,回复数字看:")
	for _, n := range found[:min(len(found), 9)] {
		a.offer(n.Title, model.CommandNotice+" 看 "+n.ID)
	}
	if len(found) > 9 {
		a.text = lines(a.text, fmt.Sprintf("还有%d条。发“"+model.CommandNotice+"”,空一格,再写一个词,可以找得准些。", len(found)-9))
	}
	return a, nil
}

// notice opens one; that counts for the households that the person looks after.
func (s *Service) notice(ctx context.Context, r request, id string, full bool) (answer, error) {
	n, err := s.Broadcast.Open(ctx, s.Access.OfAccount(r.caller.Account), id)
	if err != nil {
		return answer{}, err
	}
	a := say(n.Title)
	a.text = lines(a.text, n.Summary)
	if full {
		a.text = lines(n.Title, n.Text)
	}
	if n.ValidTo != "" {
		a.text = lines(a.text, "有效到"+n.ValidTo.LongYear()+"。")
	}
	for _, f := range n.Attachments {
		a.text = lines(a.text, "附件 "+f.Name+" "+f.URL)
	}
	if n.Text != "" && !full {
		a.offer("看全文", model.CommandNotice+" 全文 "+n.ID)
	}
	a.offer("看别的政策", model.CommandNotice)
	return a, nil
}
