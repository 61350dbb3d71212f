package demodata

import (
	"fmt"
	"slices"
	"strings"

	"bangfu/service/model"
)

// regionCode begins the id numbers. No place has it, so they can be nobody's.
const regionCode = "239900"

// groupInsured is how many persons the group policy covers. The report does not say who; here they are
// the first of the register.
const groupInsured = 42

func personList(families []family) []Person {
	var persons []Person
	for _, f := range families {
		for _, m := range f.members {
			persons = append(persons, personOf(f, m))
		}
	}
	return persons
}

func personOf(f family, m member) Person {
	p := Person{
		Person: model.Person{
			ID: m.id, Name: m.name, Sex: m.sex, BirthDate: m.born, StudentStage: m.stage, LabourAbility: m.labour,
			Disability: disabilityText(m), Chronic: slices.Clone(m.chronic), Insurances: insurances(m), Status: "alive",
			Memberships: []model.Membership{{HouseholdID: f.id, Relation: m.relation, From: registeredOn}},
		},
		IDNumber: idNumber(m),
	}
	if m.stage == stageUniversity {
		p.FormV, p.Attrs = 1, map[string]any{model.FieldCollegeEntered: m.enteredCollege()}
	}
	if m.age() >= 16 {
		p.PhoneNumber = fmt.Sprintf("1990000%04d", m.index+1)
	}
	return p
}

// enteredCollege is the day on which a student began: those with the grant for new ones in the report's year, the
// others a year before.
func (m member) enteredCollege() string {
	if m.grant.programme == newEntrant.programme {
		return string(model.NewDate(year, 9, 1))
	}
	return string(model.NewDate(year-1, 9, 1))
}

func disabilityText(m member) string {
	if m.grade == 0 {
		return ""
	}
	return fmt.Sprintf("%s%s级", m.disability, []string{"", "一", "二", "三", "四"}[m.grade])
}

func insurances(m member) []model.Insurance {
	list := []model.Insurance{{Kind: model.InsuranceBasic, Year: year}}
	if m.index < groupInsured {
		list = append(list, model.Insurance{Kind: model.InsuranceGroup, Year: year})
	}
	return list
}

// idNumber has the form of GB 11643: region, birth date, a serial number that is odd for men, check digit.
func idNumber(m member) string {
	serial := 2 * (m.index + 1)
	if m.sex == male {
		serial++
	}
	first17 := regionCode + strings.ReplaceAll(string(m.born), "-", "") + fmt.Sprintf("%03d", serial)
	return first17 + string(model.IDCheckDigit(first17))
}
