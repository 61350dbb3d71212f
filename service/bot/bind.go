package bot

import (
	"context"
	"fmt"
	"strings"

	"bangfu/service/access"
	"bangfu/service/account"
	"bangfu/service/model"
	"bangfu/service/people"
)

// bind redeems a one-time code, or says how to get one.
func (s *Service) bind(ctx context.Context, r request) (answer, error) {
	code := strings.Join(r.args, "")
	if code == "" {
		return s.howToBind(r), nil
	}
	bound, err := s.Account.Redeem(ctx, r.caller, code, "")
	if err != nil {
		return answer{}, err
	}
	if bound.CadreID != "" {
		return s.boundCadre(ctx, bound.CadreID)
	}
	b, err := s.briefOf(ctx, r.caller, bound.HouseholdID)
	if err != nil {
		return answer{}, err
	}
	text := fmt.Sprintf("登记好了:%s家(%s,户号%s)。", b.Head, b.Unit, b.ID)
	if bound.View == model.ViewProxy {
		text = fmt.Sprintf("登记好了:您替%s家(户号%s)代看,90天内有效。", b.Head, b.ID)
	}
	if bound.Already {
		text = fmt.Sprintf("您已经登记过%s家(户号%s),不用再登记。", b.Head, b.ID)
	}
	a := say(lines(text, "以后发两个字就能查:"))
	for _, name := range []string{cmdHome, cmdAid, cmdVisit} {
		a.offer(name+":"+named(name).about, name+" "+b.ID)
	}
	return a, nil
}

// briefOf is a household that the person has been bound to just now, which the account that they wrote with does not say.
func (s *Service) briefOf(ctx context.Context, c account.Caller, id string) (people.Brief, error) {
	c, err := s.Account.Meet(ctx, c.Identity.Channel, c.Identity.OpenID)
	if err != nil {
		return people.Brief{}, err
	}
	house, err := s.Access.Mine(c.Account, id)
	if err != nil {
		return people.Brief{}, err
	}
	return s.People.Brief(ctx, house)
}

func (s *Service) howToBind(r request) answer {
	text := lines(
		"请向您家的帮扶干部或扶贫办要一个绑定码,把这几个数字发到这里。",
		"绑定码10分钟内有效,只能用一次。",
	)
	if n := len(r.caller.Account.Households(s.Now())); n > 0 {
		text = lines(fmt.Sprintf("您已经登记了%d户。要再登记一户:", n), text)
	}
	return say(text)
}

func (s *Service) boundCadre(ctx context.Context, cadreID string) (answer, error) {
	name, err := s.People.CadreName(ctx, cadreID)
	if err != nil {
		return answer{}, err
	}
	a := say("登记好了:帮扶干部" + name + "。")
	a.offer(cmdMine+":"+named(cmdMine).about, cmdMine)
	return a, nil
}

// mine lists the cadre's households; with a number it shows one of them.
func (s *Service) mine(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	if len(houses) == 0 {
		return say("您眼下没有结对的户。如有出入,请联系扶贫办。"), nil
	}
	for _, house := range houses {
		if house.ID() == r.arg(0) || len(houses) == 1 {
			return s.oneOfMine(ctx, house)
		}
	}
	a := say("您结对的户,回复数字看一户:")
	for _, house := range houses {
		b, err := s.People.Brief(ctx, house)
		if err != nil {
			return answer{}, err
		}
		a.offer(fmt.Sprintf("%s家(%s,%s,%d口人)", b.Head, b.Unit, b.ID, b.Members), cmdMine+" "+b.ID)
	}
	return a, nil
}

func (s *Service) oneOfMine(ctx context.Context, house access.Household) (answer, error) {
	file, err := s.People.File(ctx, house)
	if err != nil {
		return answer{}, err
	}
	next, err := s.nextVisit(ctx)
	if err != nil {
		return answer{}, err
	}
	a := say(lines(
		"您结对的户:",
		heading(file),
		"户情:"+file.Household.Status.Label(),
		"家里:"+membersLine(file.Members),
		next,
		helpersLine(file.Cadres),
	))
	a.offer("给这一户发绑定码", cmdIssue+" "+house.ID())
	return a, nil
}

// issue makes a one-time code for a household with which the cadre is paired.
func (s *Service) issue(ctx context.Context, r request) (answer, error) {
	houses, err := s.Access.AllPaired(ctx, r.cadre)
	if err != nil {
		return answer{}, err
	}
	for _, house := range houses {
		if house.ID() == r.arg(0) || r.arg(0) == "" && len(houses) == 1 {
			return s.codeFor(ctx, house)
		}
	}
	return answer{}, model.NewError(model.KindNotFound, "not_paired", "没有找到这一户,请回复“"+cmdMine+"”重新选")
}

func (s *Service) codeFor(ctx context.Context, house access.Household) (answer, error) {
	code, err := s.Account.IssueCode(ctx, house.Holder(), false)
	if err != nil {
		return answer{}, err
	}
	until := code.ExpiresAt.In(model.Shanghai)
	return say(lines(
		fmt.Sprintf("户号%s的绑定码:%s", house.ID(), code.Shown()),
		fmt.Sprintf("%s前有效,只能用一次。", until.Format("15:04")),
		"请当面念给这一户,让他在自己的手机上把这几个数字发到本公众号。",
	)), nil
}
