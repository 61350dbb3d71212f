package model_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

var noonOf = model.Date("2017-12-28").Start().Add(12 * time.Hour)

// TestTheTableOfStates has no dead ends, no state that nothing leads to, and a sentence for each.
func TestTheTableOfStates(t *testing.T) {
	states := model.ApplicationStates()
	reached := map[model.ApplicationState]bool{model.AppDraft: true}
	for range states {
		for _, s := range states {
			for _, n := range s.Nexts() {
				reached[n] = reached[n] || reached[s]
			}
		}
	}
	for _, s := range states {
		a := model.Application{State: s, DueOn: "2018-01-05", Amount: 100, Refusal: &model.Refusal{Says: "您家不在低保"}}
		says := a.Sentence("取暖补助")
		if !strings.Contains(says, "取暖补助") || strings.ContainsAny(says, "{}%") || strings.Count(says, "。") != 1 || s.Label() == string(s) {
			t.Errorf("%s says %q", s, says)
		}
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if s.Live() && (len(s.Nexts()) == 0 || s.Days() == 0) {
			t.Errorf("%s has no end", s)
		}
		if s.Live() && s.Role() == "" && !s.EndsItself() && s != model.AppDraft && s != model.AppNeedMore {
			t.Errorf("it is nobody's turn in %s", s)
		}
		for _, n := range s.Nexts() {
			if !slices.Contains(states, n) {
				t.Errorf("%s leads to %s, which is no state", s, n)
			}
		}
		if s.EndsItself() && !slices.Contains(s.Nexts(), model.AppClosed) {
			t.Errorf("%s cannot be closed", s)
		}
	}
}

// TestStepsFollowTheTable walks at random: only allowed moves are taken, and what is refused leaves no trace.
func TestStepsFollowTheTable(t *testing.T) {
	states := model.ApplicationStates()
	rapid.Check(t, func(t *rapid.T) {
		a := model.Application{}
		_ = a.Step(model.AppDraft, "x", "", noonOf, "")
		for _, to := range rapid.SliceOfN(rapid.SampledFrom(states), 1, 40).Draw(t, "moves") {
			from, steps := a.State, len(a.Log)
			err := a.Step(to, "x", "", noonOf, "2018-01-05")
			allowed := slices.Contains(from.Nexts(), to)
			switch {
			case allowed != (err == nil):
				t.Fatalf("%s to %s: %v", from, to, err)
			case allowed && (a.State != to || len(a.Log) != steps+1 || a.Since != "2017-12-28"):
				t.Fatalf("%s to %s: %+v", from, to, a)
			case !allowed && (a.State != from || len(a.Log) != steps):
				t.Fatalf("a refused move to %s changed it", to)
			}
		}
	})
}

// TestFourEyes lets people say yes at random: whoever verified it is never alone, above the limit it takes two,
// nobody counts twice, and nobody changes the sum.
func TestFourEyes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := entrantGrant(1, "2017-01-01", 0)
		p.SecondAbove, p.Ceiling = 1000, 5000
		sum := model.Fen(rapid.Int64Range(-10, 6000).Draw(t, "sum"))
		a := model.Application{State: model.AppVerified, HandlerID: "staff:a"}
		yes := map[string]bool{}
		for _, by := range rapid.SliceOfN(rapid.SampledFrom([]string{"staff:a", "staff:b", "staff:c"}), 1, 6).Draw(t, "people") {
			enough, err := a.Approve(p, by, sum, noonOf)
			if sum <= 0 || sum > p.Ceiling {
				if err == nil {
					t.Fatalf("%d was approved", sum)
				}
				continue
			}
			if yes[by] != (err != nil) {
				t.Fatalf("%s again: %v", by, err)
			}
			if yes[by] = true; err != nil {
				continue
			}
			others := yes["staff:b"] || yes["staff:c"]
			if want := others && (sum <= 1000 || len(yes) > 1); enough != want {
				t.Fatalf("%d with %v: %v", sum, yes, enough)
			}
			if _, err := a.Approve(p, "staff:d", sum+1, noonOf); err == nil && sum < p.Ceiling {
				t.Fatal("the second person changed the sum")
			}
		}
	})
}

func TestAmounts(t *testing.T) {
	fixed := entrantGrant(1, "2017-01-01", 1200000)
	for sum, want := range map[model.Fen]string{0: "amount", 1199999: "amount", 1200001: "amount", 1200000: ""} {
		a := model.Application{State: model.AppVerified, HandlerID: "staff:a"}
		if _, err := a.Approve(fixed, "staff:b", sum, noonOf); codeOf(err) != want {
			t.Errorf("%d: %v", sum, err)
		}
	}
	a := model.Application{State: model.AppChecking}
	if _, err := a.Approve(fixed, "staff:b", 1200000, noonOf); codeOf(err) != "application_state" {
		t.Error(err)
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	r := model.Refusal{
		Reason: model.RefuseRule, Rule: "HOUSING_RENT_ELIGIBLE", Says: "您家住的不是廉租房", Shown: "自有楼房", Source: "户档案",
		AsOf: "2017-12-28", Change: "住房情况变了,请告诉帮扶干部", ObjectUntil: "2018-01-12",
	}
	text := r.Explain()
	for _, want := range []string{"HOUSING_RENT_ELIGIBLE", "您家住的不是廉租房", "自有楼房", "户档案", "2017年12月28日", "住房情况变了", "1月12日前可以提出异议"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}
