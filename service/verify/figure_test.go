package verify

import (
	"strings"
	"testing"

	"bangfu/service/model"
)

func published(t *testing.T) map[string]figure {
	t.Helper()
	list, err := loadFigures(publishedJSON)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]figure{}
	for _, f := range list {
		if _, twice := byID[f.ID]; twice {
			t.Errorf("figure %q is published twice", f.ID)
		}
		byID[f.ID] = f
	}
	return byID
}

func TestPublishedFigures(t *testing.T) {
	byID := published(t)
	if len(byID) != 57 {
		t.Errorf("%d figures, want 57", len(byID))
	}
	for id, f := range byID {
		if f.Value <= 0 {
			t.Errorf("%s: value %d", id, f.Value)
		}
		if _, err := model.ParseDate(string(f.day())); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for id := range measures() {
		if _, ok := byID[id]; !ok {
			t.Errorf("measure %q belongs to no published figure", id)
		}
	}
}

// The figures that follow from others must do so, or the published file itself was spoilt.
func TestPublishedFiguresAgree(t *testing.T) {
	byID := published(t)
	value := func(id string) int64 { return byID[id].Value }
	var categories int64
	for id := range byID {
		if strings.HasPrefix(id, "spend_") && id != "spend_total_fen" {
			categories += value(id)
		}
	}
	for _, c := range []struct {
		name      string
		got, want int64
	}{
		{"six categories", categories, value("spend_total_fen")},
		{
			"education",
			value("education_new_entrants")*value("education_new_entrant_grant_fen") +
				value("education_secondary_and_university_fen") + value("education_nursery_waiver_fen"),
			value("spend_education_relief_fen"),
		},
		{"share fund", value("coop_share_holders") * value("coop_stick_subsidy_per_household_fen"), value("coop_share_fund_fen")},
		{
			"dividend pool",
			value("coop_share_holders")*value("coop_base_dividend_fen") + value("coop_dividend_remainder_fen"),
			value("coop_dividend_pool_fen"),
		},
		{
			"pool from the profit",
			value("coop_share_rate_permille") * value("coop_greenhouses") *
				(value("coop_benefit_per_greenhouse_fen") - value("coop_input_per_greenhouse_fen")) / 1000,
			value("coop_dividend_pool_fen"),
		},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}

func TestLoadFiguresRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":      `{`,
		"unknown kind": `{"figures": [{"id": "households", "value": 36, "kind": "guessed"}]}`,
		"no kind":      `{"figures": [{"id": "households", "value": 36}]}`,
		"a fraction":   `{"figures": [{"id": "households", "value": 36.5, "kind": "stated"}]}`,
	} {
		if _, err := loadFigures(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFigureDay(t *testing.T) {
	for asOf, want := range map[string]model.Date{"2017": "2017-12-31", "2018": "2018-12-31", "2017-06-30": "2017-06-30"} {
		if got := (figure{AsOf: asOf}).day(); got != want {
			t.Errorf("as of %s: %s, want %s", asOf, got, want)
		}
	}
}

func TestAgrees(t *testing.T) {
	for kind, want := range map[string][3]bool{ // computed one below, equal, one above
		kindStated:   {false, true, false},
		kindDerived:  {false, true, false},
		kindAtLeast:  {false, true, true},
		kindMoreThan: {false, false, true},
	} {
		f := figure{Value: 100, Kind: kind}
		if got := [3]bool{f.agrees(99), f.agrees(100), f.agrees(101)}; got != want {
			t.Errorf("%s: %v, want %v", kind, got, want)
		}
	}
}

// A figure without a measure is called so; it is neither left out nor counted as the same.
func TestEveryFigureHasALine(t *testing.T) {
	report, err := Compute(Records{})
	if err != nil {
		t.Fatal(err)
	}
	held := measures()
	for id := range published(t) {
		found := 0
		for _, l := range report.Lines {
			if l.ID == id {
				found++
				if l.Held != (held[id] != nil) || l.Same {
					t.Errorf("%s on empty records: held %v, same %v", id, l.Held, l.Same)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s has %d lines", id, found)
		}
	}
	if !report.Differ() {
		t.Error("empty records do not differ")
	}
}
