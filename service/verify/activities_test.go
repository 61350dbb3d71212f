package verify_test

import (
	"slices"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// activityMutations spoil one thing about what was done beside the visits.
var activityMutations = []mutation{
	{"a meeting is missing", drop(model.ActivityMeeting), []string{"meetings"}},
	{"a visit of volunteers is missing", drop(model.ActivityVolunteerVisit), []string{"volunteer_visits"}},
	{"a medical service is missing", drop(model.ActivityVolunteerMedical), []string{"volunteer_medical_services"}},
	{"a help at the farm is missing", drop(model.ActivityVolunteerFarm), []string{"volunteer_farm_help"}},
	{"a themed day is missing", drop(model.ActivityThemed), nil},
	{"three volunteers fewer", func(r *verify.Records) { first(r, model.ActivityVolunteersJoin).Participants -= 3 }, []string{"volunteers"}},
	{"two volunteers fewer are still enough", func(r *verify.Records) { first(r, model.ActivityVolunteersJoin).Participants -= 2 }, nil},
	{"volunteers of the next year", func(r *verify.Records) { first(r, model.ActivityVolunteersJoin).On = "2018-01-05" }, []string{"volunteers"}},
	{"a meeting of the next year", func(r *verify.Records) { first(r, model.ActivityMeeting).On = "2018-01-05" }, []string{"meetings"}},
	{"a third of fifty votes", func(r *verify.Records) { r.Debriefings[0].Ballots = model.Ballots{Satisfied: 47, Fair: 3} }, []string{"satisfaction_min_percent"}},
	{"a unit without a debriefing", func(r *verify.Records) { r.Debriefings = r.Debriefings[1:] }, []string{"satisfaction_min_percent"}},
	{"a household without a doctor", func(r *verify.Records) { r.Contracts = r.Contracts[1:] }, []string{"family_doctor_contracts"}},
	{"a doctor's contract ended", func(r *verify.Records) { r.Contracts[0].To = "2017-12-30" }, []string{"family_doctor_contracts"}},
	{"a household's second doctor", func(r *verify.Records) { r.Contracts = append(r.Contracts, r.Contracts[0]) }, nil},
}

func first(r *verify.Records, kind model.ActivityKind) *model.Activity {
	return &r.Activities[slices.IndexFunc(r.Activities, func(a model.Activity) bool { return a.Kind == kind })]
}

func drop(kind model.ActivityKind) func(*verify.Records) {
	return func(r *verify.Records) {
		i := slices.IndexFunc(r.Activities, func(a model.Activity) bool { return a.Kind == kind })
		r.Activities = slices.Delete(r.Activities, i, i+1)
	}
}
