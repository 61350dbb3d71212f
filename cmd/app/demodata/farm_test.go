package demodata_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
	"bangfu/service/verify"
)

const yearEnd = model.Date("2017-12-31")

// householdsPaid are the households that the programme paid, with what each got.
func householdsPaid(farm demodata.Farm, programme string) map[string]model.Fen {
	paid := map[string]model.Fen{}
	for _, e := range farm.Entries {
		if e.Programme == programme {
			paid[e.HouseholdID] += e.Amount
		}
	}
	return paid
}

func count[T any](list []T, match func(T) bool) int {
	n := 0
	for _, x := range list {
		if match(x) {
			n++
		}
	}
	return n
}

// sizes counts how many households have how many of something.
func sizes(perHousehold map[string]int) map[int]int {
	out := map[int]int{}
	for _, n := range perHousehold {
		out[n]++
	}
	return out
}

func TestGoldenCounts(t *testing.T) {
	farm := demodata.Build()
	insured := func(kind string) int {
		return count(farm.Persons, func(p demodata.Person) bool { return p.Insured(kind, 2017) })
	}
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"households", len(farm.Households), 36},
		{"persons", len(farm.Persons), 61},
		{"active cadres", count(farm.Cadres, func(c demodata.Cadre) bool { return c.Status == model.CadreActive }), 110},
		{"cadres", len(farm.Cadres), 110},
		{"pairings", len(farm.Pairings), 110},
		{"party organisations", count(farm.Units, func(u model.Unit) bool { return u.Kind == model.UnitPartyBranch }), 36},
		{"incomes", len(farm.Incomes), 36},
		{"exited", count(farm.Households, func(h model.Household) bool { return h.HasExited(yearEnd) }), 36},
		{"on subsistence", count(farm.Households, func(h model.Household) bool {
			return h.HasAttribute(model.AttributeSubsistence, yearEnd)
		}), 36},
		{"basic insured", insured(model.InsuranceBasic), 61},
		{"group insured", insured(model.InsuranceGroup), 42},
		{"chronic households", len(householdsPaid(farm, verify.ProgrammeChronic)), 5},
		{"relief households", len(householdsPaid(farm, verify.ProgrammeReliefMedical)), 3},
		{"heated households", len(householdsPaid(farm, verify.ProgrammeHeating)), 36},
		{"housing recipients", len(householdsPaid(farm, verify.ProgrammeHousingRent)), 21},
		{"aid day", farm.Settings.AidDay, 5},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}

func TestSizesOfHouseholds(t *testing.T) {
	farm := demodata.Build()
	members, helpers := map[string]int{}, map[string]int{}
	for _, p := range farm.Persons {
		for _, m := range p.Memberships {
			members[m.HouseholdID]++
		}
	}
	for _, p := range farm.Pairings {
		helpers[p.HouseholdID]++
	}
	if got, want := sizes(members), map[int]int{1: 18, 2: 11, 3: 7}; !maps.Equal(got, want) {
		t.Errorf("households by members: %v, want %v", got, want)
	}
	if got, want := sizes(helpers), map[int]int{3: 34, 4: 2}; !maps.Equal(got, want) {
		t.Errorf("households by cadres: %v, want %v", got, want)
	}
}

func TestPublishedFiguresHold(t *testing.T) {
	report, err := verify.Compute(demodata.Build().Records())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range report.Lines {
		if l.Held && !l.Same {
			t.Errorf("%s: published %d, the farm has %d %s", l.ID, l.Published, l.Computed, l.Note)
		}
	}
}

func TestBuildTwice(t *testing.T) {
	first, second := demodata.Build(), demodata.Build()
	if !reflect.DeepEqual(first, second) {
		t.Fatal("two builds differ")
	}
	// As text, since memory that the builds shared would change in both.
	before := fmt.Sprintf("%+v", second)
	scramble(reflect.ValueOf(&first).Elem())
	if fmt.Sprintf("%+v", first) == before {
		t.Fatal("scramble changes nothing, so the next checks say nothing")
	}
	if fmt.Sprintf("%+v", second) != before {
		t.Error("a changed farm shows in an older one: they share memory")
	}
	if fmt.Sprintf("%+v", demodata.Build()) != before {
		t.Error("a changed farm shows in the next one: they share memory with the tables")
	}
}

// scramble overwrites every text that can be reached from v.
func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			scramble(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			scramble(v.Index(i))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString("scrambled")
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	farm := demodata.Build()
	var ids []string
	for _, u := range farm.Units {
		ids = append(ids, u.ID)
	}
	for _, c := range farm.Cadres {
		ids = append(ids, c.ID)
	}
	for _, h := range farm.Households {
		ids = append(ids, h.ID)
	}
	for _, p := range farm.Persons {
		ids = append(ids, p.ID)
	}
	for _, p := range farm.Pairings {
		ids = append(ids, p.ID)
	}
	for _, i := range farm.Incomes {
		ids = append(ids, i.ID)
	}
	for _, e := range farm.Entries {
		ids = append(ids, e.ID)
	}
	once(t, "id", ids)
}

// once fails for every text that is empty or stands in the list more than once.
func once(t *testing.T, what string, list []string) {
	t.Helper()
	slices.Sort(list)
	for i, s := range list {
		if s == "" || i > 0 && list[i-1] == s {
			t.Errorf("%s %q is empty or used twice", what, s)
		}
	}
}
