package verify_test

import (
	"bangfu/service/model"
	"bangfu/service/verify"
)

// visitMutations spoil one thing about the visits.
var visitMutations = []mutation{
	{"a difficulty more", more(model.KindNeed), []string{"difficulties_solved"}},
	{"a policy more", more(model.KindPolicy), []string{"policies_delivered"}},
	{"a technology more", more(model.KindTechnology), []string{"technology_delivered"}},
	{"a talk more", more(model.KindTalk), nil},
	{"a fen more out of a cadre's pocket", func(r *verify.Records) { r.Visits[0].SelfFunded++ }, []string{"cadre_own_pocket_fen"}},
	{"a visit of another year", func(r *verify.Records) {
		r.Visits = append(r.Visits, model.Visit{On: "2018-01-05", SelfFunded: 1, Items: []model.VisitItem{{Kind: model.KindPolicy, Count: 1}}})
	}, nil},
}

func more(kind model.VisitKind) func(*verify.Records) {
	return func(r *verify.Records) {
		r.Visits[0].Items = append(r.Visits[0].Items, model.VisitItem{Kind: kind, Count: 1})
	}
}
