package bot

import (
	"context"
	"strings"

	"bangfu/service/model"
)

// latestLooks is how many readings one answer shows.
const latestLooks = 5

// looks tells the household who has read what is otherwise hidden, and why: "谁看过 [household]".
func (s *Service) looks(ctx context.Context, r request) (answer, error) {
	id, ask, err := s.chosen(ctx, r, cmdLooks)
	if err != nil || id == "" {
		return ask, err
	}
	if s.sees(r, id) != model.ViewFull {
		return say("您是代看的,这一项要本户自己看。"), nil
	}
	list, err := s.People.Looks(ctx, id, latestLooks)
	if err != nil {
		return answer{}, err
	}
	if len(list) == 0 {
		return say("还没有人看过您家隐去的资料(身份证号、电话、健康、收入)。谁看了、为什么看,这里都会记下。"), nil
	}
	text := "最近看过您家资料的人:"
	for _, l := range list {
		what := make([]string, len(l.Groups))
		for i, g := range l.Groups {
			what[i] = g.Label()
		}
		text = lines(text, l.At+" "+l.Who+",看了"+strings.Join(what, "、")+"。原因:"+l.Reason+urgent(l.BreakGlass))
	}
	return say(lines(text, "觉得不应该看的,请告诉扶贫办。")), nil
}

func urgent(breakGlass bool) string {
	if breakGlass {
		return "(紧急情况)"
	}
	return ""
}
