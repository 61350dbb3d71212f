package demodata_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

func isChinese(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return s != ""
}

func TestNames(t *testing.T) {
	farm := demodata.Build()
	var names []string
	for _, p := range farm.Persons {
		names = append(names, p.Name)
	}
	for _, c := range farm.Cadres {
		names = append(names, c.Name)
	}
	for _, n := range names {
		if !isChinese(n) || len([]rune(n)) > 3 {
			t.Errorf("name %q", n)
		}
	}
	once(t, "name", names)
}

// No place has the region 239900 and no number range 1990000, so these can be nobody's.
func TestNumbersAreNobodys(t *testing.T) {
	idNumber := regexp.MustCompile(`^239900(19|20)\d{2}(0[1-9]|1[0-2])\d{5}[\dX]$`)
	phone := regexp.MustCompile(`^1990000\d{4}$`)
	farm := demodata.Build()
	var ids, phones []string
	for _, p := range farm.Persons {
		ids = append(ids, p.IDNumber)
		if !idNumber.MatchString(p.IDNumber) {
			t.Fatalf("%s: id number %q", p.ID, p.IDNumber)
		}
		if want := model.IDCheckDigit(p.IDNumber[:17]); p.IDNumber[17] != want {
			t.Errorf("%s: check digit of %s should be %c", p.ID, p.IDNumber, want)
		}
		if born := strings.ReplaceAll(string(p.BirthDate), "-", ""); p.IDNumber[6:14] != born {
			t.Errorf("%s: id number %s, born %s", p.ID, p.IDNumber, p.BirthDate)
		}
		if odd := (p.IDNumber[16]-'0')%2 == 1; odd != (p.Sex == "male") {
			t.Errorf("%s: id number %s, sex %s", p.ID, p.IDNumber, p.Sex)
		}
		if p.PhoneNumber != "" {
			phones = append(phones, p.PhoneNumber)
		}
	}
	for _, c := range farm.Cadres {
		phones = append(phones, c.PhoneNumber)
	}
	for _, n := range phones {
		if !phone.MatchString(n) {
			t.Errorf("phone number %q", n)
		}
	}
	once(t, "id number", ids)
	once(t, "phone number", phones)
}

// Nothing is sealed before the loader seals it.
func TestNothingIsSealed(t *testing.T) {
	farm := demodata.Build()
	for _, p := range farm.Persons {
		if p.NationalID != nil || p.NationalIDHash != "" || p.Phone != nil || p.PhoneHash != "" {
			t.Errorf("%s carries sealed fields", p.ID)
		}
	}
	for _, c := range farm.Cadres {
		if c.Phone != nil {
			t.Errorf("%s carries a sealed phone", c.ID)
		}
	}
}

// membersOf are each household's persons with their relation to the head, in the order of the register.
func membersOf(farm demodata.Farm) map[string][]demodata.Person {
	members := map[string][]demodata.Person{}
	for _, p := range farm.Persons {
		for _, m := range p.Memberships {
			members[m.HouseholdID] = append(members[m.HouseholdID], p)
		}
	}
	return members
}

func TestFamilies(t *testing.T) {
	farm := demodata.Build()
	members := membersOf(farm)
	var addresses []string
	for i, h := range farm.Households {
		if want := fmt.Sprintf("H-%03d", i+1); h.ID != want {
			t.Errorf("household %s, want %s", h.ID, want)
		}
		if len(h.PovertyCauses) == 0 || h.Address == "" {
			t.Errorf("%s: causes %q, address %q", h.ID, h.PovertyCauses, h.Address)
		}
		addresses = append(addresses, h.UnitID+" "+h.Address)
		head := members[h.ID][0]
		if head.ID != h.HeadID {
			t.Errorf("%s: first member %s, head %s", h.ID, head.ID, h.HeadID)
		}
		for _, p := range members[h.ID] {
			checkRelation(t, head, p)
		}
	}
	once(t, "address", addresses)
}

func checkRelation(t *testing.T, head, p demodata.Person) {
	t.Helper()
	// A parent is counted at least 16 years older than a child.
	older := head.BirthDate.Year() - p.BirthDate.Year()
	fits := false
	switch p.Memberships[0].Relation {
	case model.RelationHead:
		fits = p.ID == head.ID
	case model.RelationSpouse:
		fits = p.Sex != head.Sex && max(older, -older) <= 10
	case model.RelationChild:
		fits = older <= -16
	case model.RelationParent:
		fits = older >= 16
	case model.RelationGrandchild:
		fits = older <= -32
	}
	if !fits || p.Status != "alive" || len(p.Memberships) != 1 {
		t.Errorf("%s, born %s, cannot be %s of %s, born %s",
			p.ID, p.BirthDate, p.Memberships[0].Relation, head.ID, head.BirthDate)
	}
}

func ageOn(p demodata.Person, day model.Date) int {
	age := day.Year() - p.BirthDate.Year()
	if day[5:] < p.BirthDate[5:] {
		age--
	}
	return age
}

func TestStagesFitAges(t *testing.T) {
	ages := map[string][2]int{"nursery": {3, 6}, "secondary": {15, 19}, "university": {17, 24}}
	for _, p := range demodata.Build().Persons {
		age := ageOn(p, "2017-09-01")
		if p.StudentStage == "" {
			if age < 18 {
				t.Errorf("%s is %d and learns nowhere", p.ID, age)
			}
			continue
		}
		bounds, known := ages[p.StudentStage]
		if !known || age < bounds[0] || age > bounds[1] || p.LabourAbility != "none" {
			t.Errorf("%s: stage %q at %d, labour %q", p.ID, p.StudentStage, age, p.LabourAbility)
		}
	}
}

func TestLabourFitsAges(t *testing.T) {
	for _, p := range demodata.Build().Persons {
		if !slices.Contains([]string{"full", "weak", "none"}, p.LabourAbility) {
			t.Errorf("%s: labour %q", p.ID, p.LabourAbility)
		}
		if age := ageOn(p, yearEnd); p.LabourAbility == "full" && (age < 16 || age >= 60) {
			t.Errorf("%s works fully at %d", p.ID, age)
		}
	}
}
