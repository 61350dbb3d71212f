package bot

import (
	"context"
	"strings"

	"bangfu/service/model"
	"bangfu/service/people"
)

// latestLooks is how many of each sort one answer shows.
const latestLooks = 5

// looks tells the household who has read what is otherwise hidden, and why, and who has looked in passing:
// "谁看过 [household]".
func (s *Service) looks(ctx context.Context, r request) (answer, error) {
	house, ask, err := s.chosen(ctx, r, model.CommandLooks)
	if err != nil || house.ID() == "" {
		return ask, err
	}
	if house.View() != model.ViewFull {
		return say("您是代看的,这一项要本户自己看。"), nil
	}
	list, err := s.People.AccessRecords(ctx, house, 4*latestLooks)
	if err != nil {
		return answer{}, err
	}
	var hidden, passing []string
	for _, l := range list {
		switch {
		case l.Passing && len(passing) < latestLooks:
			passing = append(passing, l.At+" "+l.Who+":"+strings.Join(l.What, "、"))
		case !l.Passing && len(hidden) < latestLooks:
			hidden = append(hidden, hiddenLine(l))
		}
	}
	text := "还没有人看过您家隐去的资料(身份证号、电话、健康、收入)。谁看了、为什么看,这里都会记下。"
	if len(hidden) > 0 {
		text = lines("最近看过您家资料的人:", lines(hidden...))
	}
	if len(passing) > 0 {
		text = lines(text, "平常办事看过的(一天记一次):", lines(passing...))
	}
	if len(hidden)+len(passing) == 0 {
		return say(text), nil
	}
	return say(lines(text, "觉得不应该看的,请告诉扶贫办。")), nil
}

func hiddenLine(l people.AccessRecord) string {
	text := l.At + " " + l.Who
	if len(l.What) > 0 {
		text += ",看了" + strings.Join(l.What, "、")
	}
	if l.Reason == "" {
		return text + "。没有写原因,隐去的内容没有给"
	}
	return text + "。原因:" + l.Reason + urgent(l.BreakGlass)
}

func urgent(breakGlass bool) string {
	if breakGlass {
		return "(紧急情况)"
	}
	return ""
}
