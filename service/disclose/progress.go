package disclose

import (
	"fmt"

	"bangfu/service/model"
)

// progress is how far the year's tasks have come: sums of the whole farm, which tell nobody's household.
func progress(r records) content {
	rows := []model.SourceRow{}
	add := func(task, target, done string) {
		rows = append(rows, model.SourceRow{model.FieldTask: task, model.FieldTarget: target, model.FieldDone: done})
	}
	target, done := exits(r)
	add("脱贫退出", target, done)
	add("结对帮扶干部", "—", fmt.Sprintf("%d人", r.pairedCadres()))
	visits := r.visitItems()
	for _, k := range []model.VisitKind{model.KindTalk, model.KindNeed, model.KindPolicy, model.KindTechnology, model.KindGoods} {
		if visits[k] > 0 {
			add(k.Label(), "—", fmt.Sprintf("%d件次", visits[k]))
		}
	}
	held := map[model.ActivityKind]int{}
	for _, a := range r.Activities {
		if a.On.Year() == r.year {
			held[a.Kind]++
		}
	}
	for _, k := range []model.ActivityKind{
		model.ActivityMeeting, model.ActivityThemed, model.ActivityVolunteerVisit, model.ActivityVolunteerMedical, model.ActivityVolunteerFarm,
	} {
		if held[k] > 0 {
			add(k.Label(), "—", fmt.Sprintf("%d次", held[k]))
		}
	}
	if least, units := r.satisfaction(); units > 0 {
		add("述职评议", fmt.Sprintf("%d个单位", units), fmt.Sprintf("满意率都在%d%%以上", least))
	}
	t := model.Disclose(model.ItemProgress, "任务完成情况", []model.PublicField{model.FieldTask, model.FieldTarget, model.FieldDone}, rows)
	return content{tables: []model.PublicTable{t}}
}

// exits are how many households were to leave poverty and how many have. When one of the two sides is a small
// group, or changed by one since something was published, neither is said, because each follows from the other.
func exits(r records) (target, done string) {
	day := r.asOf()
	all, left := model.PublicCell{Frames: []string{frameHouseholds}}, model.PublicCell{Frames: []string{frameHouseholds}}
	for _, h := range r.registered(day) {
		all.Sum = append(all.Sum, h.ID)
		if h.HasExited(day) {
			left.Sum = append(left.Sum, h.ID)
		}
	}
	switch {
	case r.told.add(all, left):
		return fmt.Sprintf("%d户", len(all.Sum)), fmt.Sprintf("%d户", len(left.Sum))
	case r.told.add(all):
		return fmt.Sprintf("%d户", len(all.Sum)), "有少于3户的一类,不分列"
	case len(all.Sum) < model.SmallGroup:
		return "—", "户数少于3户,不公布"
	}
	return "—", "和已经公布的一比变动少于3户,不公布"
}

func (r records) pairedCadres() int {
	day, cadres := r.asOf(), map[string]bool{}
	for _, p := range r.Pairings {
		if p.OpenOn(day) {
			cadres[p.CadreID] = true
		}
	}
	return len(cadres)
}

func (r records) visitItems() map[model.VisitKind]int {
	n := map[model.VisitKind]int{}
	for _, v := range r.Visits {
		if v.On.Year() != r.year {
			continue
		}
		for _, i := range v.Items {
			n[i.Kind] += i.Count
		}
	}
	return n
}

// satisfaction is the lowest of all units, in percent.
func (r records) satisfaction() (least, units int) {
	for _, d := range r.Debriefings {
		if d.Year != r.year || d.Ballots.Votes() == 0 {
			continue
		}
		if p := d.Ballots.Satisfaction(); units == 0 || p < least {
			least = p
		}
		units++
	}
	return least, units
}
