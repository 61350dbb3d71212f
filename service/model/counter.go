package model

import "maps"

// Counter is the sums of a month's visits, 件次. They are derived and rebuilt every night.
type Counter struct {
	ID         string                `bson:"_id"`
	Period     Period                `bson:"period"`
	Visits     int                   `bson:"visits"`
	Items      map[VisitKind]int     `bson:"items"`
	SelfFunded Fen                   `bson:"self_funded_fen"`
	Units      map[string]VisitTally `bson:"units"`  // by the household's unit
	Cadres     map[string]VisitTally `bson:"cadres"` // each is for the cadre alone
}

// VisitTally is the visits of a part, with what they brought.
type VisitTally struct {
	Visits int               `bson:"visits" json:"visits"`
	Items  map[VisitKind]int `bson:"items" json:"items"`
}

// CountVisits sums up the visits of a month; unitOf is each household's unit.
func CountVisits(p Period, visits []Visit, unitOf map[string]string) Counter {
	c := Counter{ID: string(p), Period: p, Visits: len(visits), Items: map[VisitKind]int{}, Units: map[string]VisitTally{}, Cadres: map[string]VisitTally{}}
	for _, v := range visits {
		c.SelfFunded = c.SelfFunded.plus(v.SelfFunded)
		countIn(c.Units, unitOf[v.HouseholdID], v)
		countIn(c.Cadres, v.CadreID, v)
		for _, i := range v.Items {
			c.Items[i.Kind] += i.Count
		}
	}
	return c
}

func countIn(tallies map[string]VisitTally, part string, v Visit) {
	t := tallies[part]
	if t.Items == nil {
		t.Items = map[VisitKind]int{}
	}
	t.Visits++
	for _, i := range v.Items {
		t.Items[i.Kind] += i.Count
	}
	tallies[part] = t
}

// Equal reports whether the sums are the same.
func (c Counter) Equal(d Counter) bool {
	return c.Visits == d.Visits && c.SelfFunded == d.SelfFunded && maps.Equal(c.Items, d.Items) &&
		maps.EqualFunc(c.Units, d.Units, VisitTally.equal) && maps.EqualFunc(c.Cadres, d.Cadres, VisitTally.equal)
}

func (t VisitTally) equal(o VisitTally) bool {
	return t.Visits == o.Visits && maps.Equal(t.Items, o.Items)
}
