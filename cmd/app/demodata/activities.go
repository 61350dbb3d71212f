package demodata

import (
	"fmt"

	"bangfu/service/model"
)

// What was done beside the visits, as often as the report says.
const (
	meetings        = 15
	volunteers      = 182 // the report says 180 余
	volunteerVisits = 26
	medicalServices = 5
	farmHelp        = 4
)

// themes are the themed days of the year, by the day of each festival.
var themes = []struct {
	title string
	on    model.Date
}{
	{"认亲结对迎端午", "2017-05-30"}, {"喜迎建党九十六、精准扶贫在行动", "2017-07-01"},
	{"慰问帮扶欢度中秋", "2017-10-04"}, {"亲情暖寒冬", "2017-12-15"},
}

// activityList is what was done in the year. Except for the themed days the report gives counts only; the days
// are invented.
func activityList() []model.Activity {
	list := spread(model.ActivityMeeting, "扶贫工作会议", meetings, 40)
	list = append(list, spread(model.ActivityVolunteerVisit, "志愿者慰问", volunteerVisits, 12)...)
	list = append(list, spread(model.ActivityVolunteerMedical, "志愿者义诊", medicalServices, 8)...)
	list = append(list, spread(model.ActivityVolunteerFarm, "志愿者帮农", farmHelp, 20)...)
	for i, t := range themes {
		list = append(list, model.Activity{
			ID: fmt.Sprintf("ref/2017/themed/%d", i+1), Kind: model.ActivityThemed, Title: t.title, On: t.on, Participants: 110,
		})
	}
	return append(list, model.Activity{
		ID: "ref/2017/volunteers", Kind: model.ActivityVolunteersJoin, Title: "志愿者报名", On: "2017-03-05", Participants: volunteers,
		Text: "学生、青年和老同志",
	})
}

// spread is n activities of a kind over the year.
func spread(kind model.ActivityKind, title string, n, participants int) []model.Activity {
	list := make([]model.Activity, n)
	for i := range list {
		list[i] = model.Activity{
			ID: fmt.Sprintf("ref/2017/%s/%02d", kind, i+1), Kind: kind, Title: title, On: model.NewDate(year, 1, 10+i*340/n), Participants: participants,
		}
	}
	return list
}

// debriefingList is the vote on every party organisation's report. The report says that each had at least 96
// percent; the votes are invented.
func debriefingList(units []model.Unit) (list []model.Debriefing) {
	for _, u := range units {
		if u.Kind != model.UnitPartyBranch {
			continue
		}
		few := len(list) % 3 // of 50 votes at most two are not satisfied
		list = append(list, model.Debriefing{
			ID: model.DebriefingID(u.ID, year), UnitID: u.ID, Year: year, On: "2017-12-22",
			Ballots: model.Ballots{VerySatisfied: 38, Satisfied: 12 - few, Fair: few},
		})
	}
	return list
}

// contractList is a family doctor for every household.
func contractList(families []family) []model.DoctorContract {
	doctors := []string{"王医生", "李医生", "赵医生", "周医生"}
	list := make([]model.DoctorContract, len(families))
	for i, f := range families {
		list[i] = model.DoctorContract{
			ID: f.id + "/2017-03-01", HouseholdID: f.id, Doctor: doctors[i%len(doctors)], UnitID: hospitalID, From: "2017-03-01",
		}
	}
	return list
}
