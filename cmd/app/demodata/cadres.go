package demodata

import (
	"cmp"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// The ranks of the cadres, lowest first; the report names 副科级 as the lowest that takes part.
const (
	rankDeputySection  = "副科级"
	rankSection        = "正科级"
	rankDeputyDivision = "副处级"
)

func seniority(rank string) int {
	return slices.Index([]string{rankDeputySection, rankSection, rankDeputyDivision}, rank)
}

func cadreList(organs []organ) []Cadre {
	var cadres []Cadre
	for _, o := range organs {
		for i := range o.cadres {
			n := len(cadres) + 1
			cadres = append(cadres, Cadre{
				Cadre: model.Cadre{
					ID: fmt.Sprintf("C-%03d", n), Name: cadreName(n), Rank: rankIn(o, i),
					UnitID: o.id, BranchID: branchID(o), Status: model.CadreActive,
				},
				PhoneNumber: fmt.Sprintf("1990000%04d", 1000+n),
			})
		}
	}
	return cadres
}

// rankIn gives the first of each unit the higher rank.
func rankIn(o organ, i int) string {
	switch {
	case i == 0 && slices.Contains([]string{"U-dept-organisation", "U-dept-discipline", "U-dept-general"}, o.id):
		return rankDeputyDivision
	case i == 0:
		return rankSection
	}
	return rankDeputySection
}

// cadreName composes invented names. The counts 22, 15 and 11 make every n up to 110 a different name.
func cadreName(n int) string {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋")
	first := []rune("景世立维长树秉国兆新振文海春玉")
	second := []rune("然坤霖田松岩禾川麟杰远")
	return string([]rune{surnames[n%len(surnames)], first[n%len(first)], second[n/2%len(second)]})
}

// pairedFrom is the day on which the year's pairings opened.
const pairedFrom = model.Date("2017-01-05")

// pairingList pairs every cadre with one household: three to each, and four to two of the largest.
func pairingList(families []family, cadres []Cadre) []model.Pairing {
	var pairings []model.Pairing
	next := 0
	for _, f := range families {
		size := 3
		if f.fourth {
			size = 4
		}
		group := make([]Cadre, size)
		for i := range group {
			// 37 has no factor in common with 110, so this visits every cadre once and brings
			// cadres of different branches to one household.
			group[i] = cadres[next*37%len(cadres)]
			next++
		}
		pairings = append(pairings, pairingsOf(f.id, group, len(pairings))...)
	}
	return pairings
}

// pairingsOf lets the most senior cadre lead; cards are numbered through the whole farm.
func pairingsOf(householdID string, group []Cadre, cardsBefore int) []model.Pairing {
	slices.SortFunc(group, func(a, b Cadre) int {
		return cmp.Or(cmp.Compare(seniority(b.Rank), seniority(a.Rank)), cmp.Compare(a.ID, b.ID))
	})
	pairings := make([]model.Pairing, len(group))
	for i, c := range group {
		role := model.PairingMember
		if i == 0 {
			role = model.PairingLead
		}
		pairings[i] = model.Pairing{
			ID:          model.PairingID(householdID, c.ID, pairedFrom),
			HouseholdID: householdID, CadreID: c.ID, Role: role,
			CardNo: fmt.Sprintf("红卫对接2017-%03d", cardsBefore+i+1), From: pairedFrom,
		}
	}
	return pairings
}
