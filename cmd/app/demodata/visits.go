package demodata

import (
	"time"

	"bangfu/service/model"
)

// What the cadres did in the year, 件次, and what they gave out of their own pockets.
const (
	difficultiesSolved  = 187
	policiesDelivered   = 108
	technologyDelivered = 96
	ownPocket           = model.Fen(5200000)
)

// visitList is a visit to every household on the aid day of every month, as its lead cadre recorded it. The
// report gives the sums of the year only; here they are dealt out one by one, household after household.
func visitList(pairings []model.Pairing) []model.Visit {
	var leads []model.Pairing
	for _, p := range pairings {
		if p.Role == model.PairingLead {
			leads = append(leads, p)
		}
	}
	var visits []model.Visit
	for month := 1; month <= 12; month++ {
		on := model.NewDate(year, month, 5)
		for _, p := range leads {
			visits = append(visits, model.Visit{
				ID: model.VisitID(p.HouseholdID, p.CadreID, on), HouseholdID: p.HouseholdID, CadreID: p.CadreID, Period: on.Period(), On: on,
				RecordedAt: on.Start().Add(17 * time.Hour).UTC(), Keys: []string{"reference"},
				Items: []model.VisitItem{{Kind: model.KindTalk, Count: 1}},
			})
		}
	}
	deal(visits, model.KindNeed, difficultiesSolved)
	deal(visits, model.KindPolicy, policiesDelivered)
	deal(visits, model.KindTechnology, technologyDelivered)
	share, rest := ownPocket.Shared(len(visits))
	for i := range visits {
		visits[i].SelfFunded = share
	}
	visits[0].SelfFunded = sum(share, rest)
	return visits
}

// deal gives n of a kind to the visits, spread over the year.
func deal(visits []model.Visit, kind model.VisitKind, n int) {
	for i := range n {
		visits[i*len(visits)/n].Add(model.VisitItem{Kind: kind, Count: 1})
	}
}
