package verify

import "bangfu/service/model"

// visitsOf are the visits of the year.
func (r Records) visitsOf(year int) (list []model.Visit) {
	for _, v := range r.Visits {
		if v.On.Year() == year {
			list = append(list, v)
		}
	}
	return list
}

// items counts what the year's visits brought of a kind, 件次.
func items(kind model.VisitKind) measure {
	return func(r Records, _ figure) answer {
		n := 0
		for _, v := range r.visitsOf(reportYear) {
			for _, i := range v.Items {
				if i.Kind == kind {
					n += i.Count
				}
			}
		}
		return answer{value: int64(n)}
	}
}

// ownPocket is what the cadres gave at the year's visits out of their own pockets.
func ownPocket(r Records, _ figure) answer {
	var amounts []model.Fen
	for _, v := range r.visitsOf(reportYear) {
		amounts = append(amounts, v.SelfFunded)
	}
	return total(amounts)
}
