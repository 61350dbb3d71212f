package model_test

import (
	"slices"
	"testing"
	"testing/quick"
	"time"

	"bangfu/service/model"
)

// TestYuanAndBack writes every amount as people read it and reads it again.
func TestYuanAndBack(t *testing.T) {
	same := func(n int64) bool {
		f := model.Fen(n % (int64(model.MaxAmount) + 1))
		got, err := model.ParseYuan(f.Yuan())
		return err == nil && got == f
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"1.234", "1.", ".5", "一百", "1e3", "--1", "99999999999999999999", "0x10", "1 000",
		"1000000000000.01", "-1000000000000.01", "92233720368547758.07", "92233720368547758.08", "1,000,000,000,000.01",
		"3600,50", "1,2345.6", "3,6,0,0", ",100", "100,", "12,34,567", "1,000,00", "1234,567", "1.234,50", "1,,000", "0,123", "3,600,5０"} {
		if f, err := model.ParseYuan(bad); err == nil {
			t.Errorf("%q is read as %d fen", bad, f)
		}
	}
	for text, want := range map[string]model.Fen{"1000000000000": model.MaxAmount, "-1,000,000,000,000.00": -model.MaxAmount, "１，２００．５０": 120050, " 12 ": 1200} {
		if got, err := model.ParseYuan(text); err != nil || got != want {
			t.Errorf("%s: %d %v", text, got, err)
		}
	}
}

// TestNothingGoesOutInTheQuietHours looks at any instant of thirty years and any quiet hours.
func TestNothingGoesOutInTheQuietHours(t *testing.T) {
	holds := func(seconds uint32, from, to uint8) bool {
		s := model.Settings{QuietFrom: int(from % 24), QuietTo: int(to % 24)}
		at := time.Unix(int64(seconds), 0)
		got := s.AfterQuiet(at)
		hour := got.In(model.Shanghai).Hour()
		quiet := s.QuietFrom < s.QuietTo && hour >= s.QuietFrom && hour < s.QuietTo ||
			s.QuietFrom > s.QuietTo && (hour >= s.QuietFrom || hour < s.QuietTo)
		return !quiet && !got.Before(at) && got.Sub(at) <= 24*time.Hour && s.AfterQuiet(got).Equal(got)
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

// TestStagesAreShanghaisWhereverTheServerIs takes the months around the turns that go wrong most.
func TestStagesAreShanghaisWhereverTheServerIs(t *testing.T) {
	s := model.DefaultSettings()
	for period, first := range map[model.Period]string{
		"2018-01": "2018-01-02T10:00:00Z", "2018-03": "2018-03-02T10:00:00Z", "2020-03": "2020-03-02T10:00:00Z", "2018-12": "2018-12-02T10:00:00Z",
	} {
		day := s.AidDayOf(period)
		if due, _ := s.Stages[0].Window(day); due.UTC().Format(time.RFC3339) != first {
			t.Errorf("%s begins at %s", period, due.UTC())
		}
		for _, st := range s.Stages {
			due, end := st.Window(day)
			if due.In(model.Shanghai).Hour() != st.Hour || !end.After(due) {
				t.Errorf("%s of %s: %s", st.Key, period, due)
			}
		}
	}
	if p := model.Period("2018-01").Add(-1); p != "2017-12" {
		t.Error(p)
	}
	if p := model.Period("2018-12").Add(1); p != "2019-01" {
		t.Error(p)
	}
}

func TestACorrectedLineOfTheHistory(t *testing.T) {
	var h model.Household
	for _, c := range []model.StatusChange{
		{Status: model.StatusIdentified, On: "2014-01-01"}, {Status: model.StatusRegistered, On: "2014-02-01"},
		{Status: model.StatusUnderAssistance, On: "2014-03-01"},
	} {
		h.Take(c)
	}
	h.Take(model.StatusChange{Status: model.StatusRegistered, On: "2014-01-20", Corrects: 2})
	for day, want := range map[model.Date]model.HouseholdStatus{
		"2013-12-31": "", "2014-01-19": model.StatusIdentified, "2014-01-20": model.StatusRegistered, "2014-02-01": model.StatusRegistered,
		"2014-03-01": model.StatusUnderAssistance,
	} {
		if got := h.StatusOn(day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	if h.Status != model.StatusUnderAssistance || h.RegisteredOn != "2014-01-20" || len(h.StatusHistory) != 4 {
		t.Errorf("%s %s, %d lines", h.Status, h.RegisteredOn, len(h.StatusHistory))
	}
}

// TestEveryStatusLeadsSomewhere walks from the first status: each is reached, and those that have ended lead nowhere.
func TestEveryStatusLeadsSomewhere(t *testing.T) {
	reached := []model.HouseholdStatus{model.StatusIdentified}
	for i := 0; i < len(reached); i++ {
		for _, next := range reached[i].Nexts() {
			if !next.Known() {
				t.Errorf("%s leads to %s", reached[i], next)
			}
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
		if reached[i].Ended() != (len(reached[i].Nexts()) == 0) {
			t.Errorf("%s ended, and goes on", reached[i])
		}
	}
	if len(reached) != 11 {
		t.Errorf("%d statuses are reached", len(reached))
	}
}

func TestNationalIDs(t *testing.T) {
	first := "23990019500101001"
	good := first + string(model.IDCheckDigit(first))
	if born, sex, err := model.CheckNationalID(good); err != nil || born != "1950-01-01" || sex != "male" {
		t.Errorf("%s %s %v", born, sex, err)
	}
	for i := range 17 { // the check digit finds every single wrong digit
		wrong := []byte(good)
		wrong[i] = '0' + (wrong[i]-'0'+1)%10
		if _, _, err := model.CheckNationalID(string(wrong)); err == nil {
			t.Errorf("%s passes", wrong)
		}
	}
}
