package bot

import (
	"context"
	"fmt"
	"strconv"

	"bangfu/service/coop"
	"bangfu/service/model"
)

// shownPays is how many months of wages and how many sales one answer shows.
const shownPays = 3

// dividend shows the household's share and the latest dividend; how it follows from the inputs is said when asked:
// "分红 [household [which]]". Which counts the dividends from the latest, 0.
func (s *Service) dividend(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandDividend)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您是代看,分红和工钱要本户自己看。"), nil
	}
	h, err := s.Coop.House(ctx, house)
	if err != nil {
		return answer{}, err
	}
	which, _ := strconv.Atoi(r.arg(1))
	a := say("")
	for _, x := range h.Shares[:min(len(h.Shares), 1)] {
		a.text = lines(a.text, shareLine(x))
	}
	if which >= 0 && which < len(h.Dividends) {
		a.text = lines(a.text, dividendLines(h.Dividends[which]))
	} else if len(h.Shares) > 0 && h.Shares[0].Amount > 0 {
		a.text = lines(a.text, "还没有公布的分红。")
	}
	a.text = lines(a.text, payLines(h.Wages), soldLines(h.Sales))
	if a.text == "" {
		return say("您家在合作社还没有股份、分红和工钱的记录。想了解,请问您的帮扶干部或扶贫办。"), nil
	}
	for i, d := range h.Dividends[:min(len(h.Dividends), 6)] {
		if i != which {
			a.offer("看"+d.Title, fmt.Sprintf("%s %s %d", model.CommandDividend, house.ID(), i))
		}
	}
	if which >= 0 && which < len(h.Dividends) && len(h.Dividends[which].Steps) > 0 {
		a.text = lines(a.text, "要看怎么算的,回“"+model.CommandHow+"”。")
		a.offer("怎么算的", fmt.Sprintf("%s %s %s %d", model.CommandHow, house.ID(), howDividend, which))
	}
	return a, nil
}

// howDividend in a command line says that it is about a dividend; the household's latest ones are counted from 0.
const howDividend = "分红"

// how shows how a figure is made, or why something fits: of what the last answer was about, or else of the latest
// dividend. "怎么算 [household [分红 which]]", "怎么算 household 条件 programme person".
func (s *Service) how(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandHow)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if r.arg(1) == howRules {
		return s.howRules(ctx, house, r.arg(2), r.arg(3))
	}
	if r.arg(1) == "" {
		for _, c := range s.offered(r.caller) {
			if o, ok := order(r.caller, c.Command); ok && o.of.name == model.CommandHow && o.arg(0) == house.ID() && o.arg(1) != "" {
				return s.run(ctx, o)
			}
		}
	}
	h, err := s.Coop.House(ctx, house)
	if err != nil {
		return answer{}, err
	}
	which, _ := strconv.Atoi(r.arg(2))
	if which < 0 || which >= len(h.Dividends) {
		a := say("您想看什么是怎么算的?")
		a.offer("收到的钱,一笔一笔", model.CommandAid+" "+house.ID())
		a.offer("能申请什么,要什么条件", model.CommandApply+" "+house.ID())
		a.offer("找扶贫办的人问", model.CommandPerson)
		return a, nil
	}
	d := h.Dividends[which]
	a := say(d.Title + "是这样算的:")
	for i, step := range d.Steps {
		a.text = lines(a.text, fmt.Sprintf("(%d)%s。", i+1, step))
	}
	a.offer("回到分红", fmt.Sprintf("%s %s %d", model.CommandDividend, house.ID(), which))
	a.offer("算得不对,找扶贫办的人", model.CommandPerson)
	return a, nil
}

func shareLine(x coop.Share) string {
	if x.Amount == 0 {
		return fmt.Sprintf("%d年您家没有%s的股份:%s。", x.Year, x.Coop, x.LeftOut)
	}
	return fmt.Sprintf("%d年您家在%s入股%s元。", x.Year, x.Coop, x.Amount.Yuan())
}

func dividendLines(d coop.OwnDividend) string {
	text := fmt.Sprintf("%s:您家%s元,%s。", d.Title, d.Amount.Yuan(), d.Label)
	if d.Redoing {
		text = fmt.Sprintf("%s:原来公布您家%s元,正在重新核算。", d.Title, d.Amount.Yuan())
	}
	if len(d.Payments) == 0 {
		return lines(text, "钱还没有发。")
	}
	for _, p := range d.Payments {
		verb := "发了"
		if p.Amount < 0 {
			verb = "冲销"
		}
		text = lines(text, fmt.Sprintf("%s%s%s元。", p.On.LongYear(), verb, p.Amount.Abs().Yuan()))
	}
	return text
}

func payLines(list []coop.Pay) (text string) {
	for _, w := range list[:min(len(list), shownPays)] {
		text = lines(text, fmt.Sprintf("务工:%s在%s干了%d天,工钱%s元。", w.Period, w.Coop, w.Days, w.Amount.Yuan()))
	}
	return text
}

func soldLines(list []coop.Sold) (text string) {
	for _, v := range list[:min(len(list), shownPays)] {
		text = lines(text, fmt.Sprintf("卖木耳:%s%s斤,每斤%s元,扣费用%s元,到手%s元。", v.On.LongYear(), model.Decimal(v.MilliJin, 3),
			v.PricePerJin.Yuan(), v.Costs.Yuan(), v.Settlement.Yuan()))
	}
	return text
}
