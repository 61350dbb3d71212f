package visit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/model"
	"bangfu/service/notify"
)

func householdNotice(n notify.Notice, aidDay model.Date) notify.Notice {
	n.Text = fmt.Sprintf("您好。%s是帮扶日,帮扶干部会到家里来,您不用出门等。有什么难处,到时候说,也可以现在发“"+model.CommandRaise+"”加上要说的话。", aidDay.Long())
	n.More = "干部会到家里来"
	return n
}

// heads are the masked names of the heads of the households that are owed a visit. Before the aid day a cadre plans by
// the list of numbers, and nobody is named.
func (s *Service) heads(ctx context.Context, stage model.Stage, owed []model.Expectation, on model.Date) (map[string]string, error) {
	if stage.Days <= 0 {
		return map[string]string{}, nil
	}
	ids := make([]string, len(owed))
	for i, e := range owed {
		ids[i] = e.HouseholdID
	}
	slices.Sort(ids)
	persons, err := s.store.PersonsOfHouseholds(ctx, slices.Compact(ids))
	names := map[string]string{}
	for _, p := range persons {
		for _, m := range p.Memberships {
			if _, belongs := p.Member(m.HouseholdID, on); belongs && m.Relation == model.RelationHead {
				names[m.HouseholdID] = model.MaskName(p.Name)
			}
		}
	}
	return names, err
}

// cadreNotice names the households by their numbers; with the names of their heads where those are known.
func cadreNotice(n notify.Notice, stage model.Stage, aidDay model.Date, list []model.Expectation, heads map[string]string) notify.Notice {
	households := make([]string, len(list))
	for i, e := range list {
		households[i] = e.HouseholdID
	}
	slices.Sort(households)
	n.More = fmt.Sprintf("%d户:%s", len(households), strings.Join(households, "、"))
	if runes := []rune(n.More); len(runes) > 20 {
		n.More = fmt.Sprintf("共%d户,详情请发“"+model.CommandMonth+"”", len(households))
	}
	for i, id := range households {
		if name := heads[id]; name != "" {
			households[i] = fmt.Sprintf("%s家(%s)", name, id)
		}
	}
	n.Text = cadreText(stage, aidDay, strings.Join(households, "、"))
	return n
}

// cadreText says at each stage what is to be done then, and no more.
func cadreText(stage model.Stage, aidDay model.Date, households string) string {
	cannot := "去不了的,发“" + model.CommandExcuse + "”说明原因。"
	record := "走访后发“" + model.CommandRecord + "”,按数字就能记好。"
	switch {
	case stage.Days < -1:
		return fmt.Sprintf("%s是帮扶日,请安排好走访。\n户号:%s\n%s", aidDay.Long(), households, cannot)
	case stage.Days == -1:
		return fmt.Sprintf("明天是帮扶日,请到户走访。\n户号:%s\n%s", households, cannot)
	case stage.Days == 0:
		return fmt.Sprintf("今天是帮扶日,请到户走访。\n户号:%s\n%s", households, record)
	}
	return fmt.Sprintf("%s帮扶日,还没记走访:%s,去过请补记,发“%s”。\n还没去的请尽快去。%s", aidDay.Long(), households, model.CommandRecord, cannot)
}
