package view

import "bangfu/service/people"

// AccessRecord is one time that somebody read what is otherwise hidden of the household, or took it out in a file; or a day on
// which they looked at its books, visits, difficulties, papers or doctor.
type AccessRecord struct {
	At         string   `json:"at" doc:"北京时间;平常办事看的只有日期"`
	Who        string   `json:"who"`
	What       []string `json:"what" doc:"看了哪几类"`
	Reason     string   `json:"reason" doc:"平常办事看的没有"`
	BreakGlass bool     `json:"break_glass" doc:"紧急情况下看的"`
}

// AccessRecordsOf is who looked, in the order that it is given.
func AccessRecordsOf(list []people.AccessRecord) []AccessRecord {
	looks := []AccessRecord{}
	for _, l := range list {
		looks = append(looks, AccessRecord{At: l.At, Who: l.Who, What: l.What, Reason: l.Reason, BreakGlass: l.BreakGlass})
	}
	return looks
}
