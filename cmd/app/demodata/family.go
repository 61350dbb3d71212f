package demodata

import (
	"fmt"
	"slices"

	"bangfu/service/model"
)

// family is all that was invented about one household; everything else follows from it.
// Amounts are whole yuan.
type family struct {
	id      string // set by numbered
	unit    string
	house   string
	area    int // square metres of the home, by which heating aid goes
	monthly int // subsistence allowance of a month
	rent    int // housing subsidy of the year; 0 for those who own their home
	relief  int // medical relief out of the relief fund
	fourth  bool
	causes  []string
	members []member // the head first
}

type member struct {
	id         string // set by numbered
	index      int    // set by numbered: position among all persons, from 0
	name, sex  string
	relation   model.Relation
	born       model.Date
	labour     string
	stage      string
	grant      grant
	chronic    []string // diseases on the enlarged chronic list, not every illness
	reimbursed int      // reimbursement for them
	disability string
	grade      int // of the disability, 1 the gravest; 0 for none
	certified  int // first month of 2017 with disability subsidy; 0 is January
}

const (
	male   = "male"
	female = "female"
)

// Labour ability as the register codes it.
const (
	labourFull = "full"
	labourWeak = "weak"
	labourNone = "none"
)

// Stages of students as the register codes them.
const (
	stageNursery    = "nursery"
	stageSecondary  = "secondary"
	stageUniversity = "university"
)

// Causes of poverty, as the register words them.
const (
	illness   = "因病"
	disabled  = "因残"
	schooling = "因学"
	noLabour  = "缺劳动力"
	noSkill   = "缺技术"
	noFunds   = "缺资金"
)

// numbered gives households and persons their ids in the order of the register.
func numbered(families []family) []family {
	index := 0
	for i := range families {
		f := &families[i]
		f.id = fmt.Sprintf("H-%03d", i+1)
		f.members = slices.Clone(f.members) // the tables stay as they are written
		for j := range f.members {
			f.members[j].index = index
			index++
			f.members[j].id = fmt.Sprintf("P-%04d", index)
		}
	}
	return families
}

// hasLabour reports whether somebody in the family can work at least a little.
func (f family) hasLabour() bool {
	for _, m := range f.members {
		if m.labour != labourNone && m.stage == "" {
			return true
		}
	}
	return false
}

// age is the age in completed years on the last day of 2017.
func (m member) age() int { return year - m.born.Year() }
