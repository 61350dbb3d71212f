package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
)

// The second words of the commands about who is bound.
const (
	wordYes   = "确定"
	wordEnd   = "停掉"
	wordCadre = "干部"
)

// unbind ends the caller's own binding: "解除绑定 [household|干部 [确认]]".
func (s *Service) unbind(ctx context.Context, r request) (answer, error) {
	what, sure := r.arg(0), r.arg(1) == wordYes
	if what != "" && what != wordCadre {
		if house, no := s.Access.Mine(r.caller.Account, what); no == nil && sure {
			return s.unbound(ctx, house)
		} else if no == nil {
			return s.whether(fmt.Sprintf("解除以后,这个微信看不到户号%s的情况,也收不到提醒。真的解除?", house.ID()), model.CommandUnbind+" "+house.ID()+" "+wordYes), nil
		}
	}
	switch {
	case what == wordCadre && r.caller.IsCadre() && sure:
		return say("好的,您的帮扶干部身份已经解除。要用的时候,请找扶贫办再要一个绑定码。"), s.Account.LeaveCadre(ctx, r.cadre)
	case what == wordCadre && r.caller.IsCadre():
		return s.whether("解除以后,您收不到走访提醒,也记不了走访。真的解除?", model.CommandUnbind+" "+wordCadre+" "+wordYes), nil
	}
	a := say("要解除哪一个?回复数字:")
	for _, id := range r.caller.Account.Households(s.Now()) {
		a.offer("户号"+id, model.CommandUnbind+" "+id)
	}
	if r.caller.IsCadre() {
		a.offer("帮扶干部", model.CommandUnbind+" "+wordCadre)
	}
	return a, nil
}

func (s *Service) unbound(ctx context.Context, house access.Household) (answer, error) {
	seats, err := s.Account.Seats(ctx, house)
	if err != nil {
		return answer{}, err
	}
	for _, x := range seats {
		if x.Mine {
			_, err = s.Account.EndSeat(ctx, house, x.ID, false)
		}
	}
	return say("好的,户号" + house.ID() + "已经解除。想再看的时候,向帮扶干部或扶贫办要一个绑定码就行。"), err
}

// whether is a question that one digit says yes to.
func (s *Service) whether(question, yes string) answer {
	a := say(question)
	a.yesNo(yes, "是的", model.CommandNo, "不解除")
	return a
}

// seers shows the household who sees it, and ends what it does not want: "谁能看我家 [household [停掉 seat]]".
func (s *Service) seers(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandSeers)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if r.arg(1) == wordEnd && r.arg(2) != "" {
		if _, err := s.Account.EndSeat(ctx, house, r.arg(2), false); err != nil {
			return answer{}, err
		}
		return say("已经停掉了,他看不到户号" + house.ID() + "了。"), nil
	}
	seats, err := s.Account.Seats(ctx, house)
	if err != nil {
		return answer{}, err
	}
	a := say(fmt.Sprintf("在微信里能看户号%s的有%d人:", house.ID(), len(seats)))
	for _, x := range seats {
		a.text = lines(a.text, "· "+s.seatLine(x))
	}
	for _, x := range seats {
		if x.MayEnd && !x.Mine {
			a.offer("停掉"+since(x)+"登记的", strings.Join([]string{model.CommandSeers, house.ID(), wordEnd, x.ID}, " "))
		}
	}
	if len(a.choices) > 0 {
		a.text = lines(a.text, "不认识的,回复数字马上停掉。")
	}
	return a, nil
}

func since(x account.Seat) string { return x.Since.In(model.Shanghai).Format("2006年1月2日15:04") }

// seatLine tells one person from another: WeChat gives no names.
func (s *Service) seatLine(x account.Seat) string {
	who := "能看全部"
	if x.View == model.ViewProxy {
		who = "代看,到" + model.DateOf(x.Until).Long()
	}
	line := since(x) + "登记,凭" + x.By + "," + who
	if x.Mine {
		line += "(就是您)"
	}
	return line
}

// stranger is the one word of a household that does not know who was bound last: their binding ends, and the office
// hears of it: "不认识 [household seat]".
func (s *Service) stranger(ctx context.Context, r request) (answer, error) {
	list, err := s.Account.Strangers(ctx, r.caller)
	if err != nil {
		return answer{}, err
	}
	if seat := r.arg(1); seat != "" {
		list = slices.DeleteFunc(list, func(x account.Stranger) bool { return x.ID != seat })
	}
	switch {
	case len(list) == 0:
		return say("最近7天没有别人登记您家。发“" + model.CommandSeers + "”,可以看到都有谁。"), nil
	case len(list) > 1:
		a := say("最近登记的有几位,不认识哪一位?回复数字马上停掉:")
		for _, x := range list {
			a.offer("户号"+x.HouseholdID+","+since(x.Seat)+"登记,凭"+x.By, strings.Join([]string{model.CommandStranger, x.HouseholdID, x.ID}, " "))
		}
		return a, nil
	}
	x := list[0]
	house, err := s.Access.Mine(r.caller.Account, x.HouseholdID)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Account.EndSeat(ctx, house, x.ID, true); err != nil {
		return answer{}, err
	}
	return say(lines(
		fmt.Sprintf("停掉了:%s登记的那个人,看不到户号%s了。", since(x.Seat), x.HouseholdID),
		"扶贫办会查是怎么回事。绑定码只给信得过的家里人,别念给别人听。",
	)), nil
}
