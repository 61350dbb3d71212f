package model_test

import (
	"math"
	"reflect"
	"testing"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

// values that no registry should hold are among them.
var anyValue = rapid.OneOf(
	rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Int32().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(),
	rapid.SampledFrom([]string{"true", "2017-12-31", "6000", "", "university"}).AsAny(), rapid.SliceOf(rapid.String()).AsAny(),
	rapid.Custom(func(t *rapid.T) model.Fen { return model.Fen(rapid.Int64().Draw(t, "fen")) }).AsAny(),
	rapid.SampledFrom([]any{nil, math.NaN(), math.Inf(1), map[string]any{"a": 1}, []any{1}, struct{}{}, model.Date("2017-02-30"), model.Fen(math.MinInt64)}),
)

var someNames = rapid.SampledFrom([]string{"status", "chronic", "age", "income_per_head", "household.housing_type", "nobody_knows", ""})

var anyRule = rapid.Custom(func(t *rapid.T) model.Rule {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"true", "6000", "-0.5", "1e9", "2017-12-31", "999999999999999"}))
	op := rapid.OneOf(rapid.SampledFrom(model.Operators), rapid.Just(model.Operator("drop_table")))
	day := rapid.SampledFrom([]model.Date{"", "2016-01-01", "2017-12-31", "2018-01-01", "nonsense"})
	return model.Rule{
		Code: rapid.StringMatching(`[A-Z_]{1,5}`).Draw(t, "code"), Fact: someNames.Draw(t, "fact"), Op: op.Draw(t, "op"),
		Values: rapid.SliceOfN(text, 0, 3).Draw(t, "values"), From: day.Draw(t, "from"), To: day.Draw(t, "to"), SaysYes: "是", SaysNo: "不是",
	}
})

// TestEvaluationIsTotal tries rules that nobody would write on facts that nobody would enter.
func TestEvaluationIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, facts := rapid.SliceOfN(anyRule, 0, 6).Draw(t, "rules"), model.FactSet{}
		for name, v := range rapid.MapOf(someNames, anyValue).Draw(t, "facts") {
			facts[name] = model.Fact{Value: v, Source: "x", AsOf: "2017-01-01"}
		}
		day := rapid.SampledFrom([]model.Date{"2017-12-31", "2018-01-01", ""}).Draw(t, "day")
		trace, i := model.Evaluate(rules, facts, day), 0
		for _, r := range rules {
			if !r.HoldsOn(day) {
				continue
			}
			if i >= len(trace) || trace[i].Rule != r.Code || trace[i].Fact != r.Fact {
				t.Fatalf("line %d is not that of %s", i, r.Code)
			}
			checkLine(t, r, trace[i], facts, day)
			i++
		}
		if i != len(trace) {
			t.Fatalf("%d lines for %d rules", len(trace), i)
		}
		_ = model.Outcome(trace)
		if again := model.Evaluate(rules, facts, day); !reflect.DeepEqual(again, trace) {
			t.Fatal("another answer to the same question")
		}
	})
}

func checkLine(t *rapid.T, r model.Rule, l model.TraceLine, facts model.FactSet, day model.Date) {
	_, known := facts[r.Fact]
	switch l.Result {
	case model.ResultMissing:
		if l.Says == "" {
			t.Fatal("missing without a sentence")
		}
	case model.ResultYes, model.ResultNo:
		if !known {
			t.Fatalf("%s of what is not known", l.Result)
		}
		// The opposite operator gives the opposite answer.
		opposite := map[model.Operator]model.Operator{
			model.OpEqual: model.OpNotEqual, model.OpIn: model.OpNotIn, model.OpContains: model.OpLacks,
			model.OpAtLeast: model.OpLess, model.OpAtMost: model.OpMore,
		}
		if op, ok := opposite[r.Op]; ok {
			r.Op = op
			if other := model.Evaluate([]model.Rule{r}, facts, day)[0]; other.Result == l.Result || other.Result == model.ResultMissing {
				t.Fatalf("both %s", l.Result)
			}
		}
	default:
		t.Fatalf("a result %q", l.Result)
	}
}

func TestRules(t *testing.T) {
	yes, no, missing := model.ResultYes, model.ResultNo, model.ResultMissing
	for _, c := range []struct {
		value  any
		op     model.Operator
		values []string
		want   model.Result
	}{
		{true, model.OpEqual, []string{"true"}, yes},
		{false, model.OpEqual, []string{"true"}, no},
		{"university", model.OpIn, []string{"secondary", "university"}, yes},
		{"", model.OpNotEqual, []string{"university"}, yes},
		{model.Fen(600000), model.OpAtLeast, []string{"6000"}, yes},
		{model.Fen(600000), model.OpMore, []string{"6000"}, no},
		{model.Fen(600001), model.OpMore, []string{"6000"}, yes},
		{model.Fen(600001), model.OpEqual, []string{"6000.01"}, yes},
		{7, model.OpLess, []string{"7.5"}, yes},
		{int64(0), model.OpEqual, []string{"0"}, yes},
		{int32(3), model.OpEqual, []string{"3.0000"}, yes},
		{46.5, model.OpAtMost, []string{"46.5"}, yes},
		{math.NaN(), model.OpAtMost, []string{"46.5"}, missing},
		{int64(math.MaxInt64), model.OpMore, []string{"1"}, missing},
		{"2017-09-01", model.OpAtLeast, []string{"2017-09-01"}, yes},
		{"2017-09-01", model.OpLess, []string{"100"}, missing},
		{"中学", model.OpMore, []string{"3"}, missing},
		{[]string{"高血压"}, model.OpExists, nil, yes},
		{[]string{}, model.OpExists, nil, no},
		{0, model.OpExists, nil, no},
		{"肢体残疾三级", model.OpContains, []string{"肢体"}, yes},
		{[]string{"a", "b"}, model.OpContains, []string{"b", "c"}, yes},
		{[]string{"a", "b"}, model.OpLacks, []string{"c"}, yes},
		{[]string{"a"}, model.OpEqual, []string{"a"}, missing},
		{3, model.OpContains, []string{"3"}, missing},
	} {
		r := model.Rule{Code: "R", Fact: "x", Op: c.op, Values: c.values}
		got := model.Evaluate([]model.Rule{r}, model.FactSet{"x": {Value: c.value}}, "2017-12-31")[0].Result
		if got != c.want {
			t.Errorf("%v %s %v: %s, want %s", c.value, c.op, c.values, got, c.want)
		}
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	good := model.Rule{Code: "SUBSISTENCE_IN", Fact: "subsistence", Op: model.OpEqual, Values: []string{"true"}, SaysYes: "是", SaysNo: "不是"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*model.Rule){
		"code":        func(r *model.Rule) { r.Code = "lower" },
		"fact":        func(r *model.Rule) { r.Fact = "salary" },
		"operator":    func(r *model.Rule) { r.Op = "regexp" },
		"no sentence": func(r *model.Rule) { r.SaysNo = "" },
		"no value":    func(r *model.Rule) { r.Values = nil },
		"two values":  func(r *model.Rule) { r.Values = []string{"true", "false"} },
		"empty value": func(r *model.Rule) { r.Values = []string{""} },
		"exists":      func(r *model.Rule) { r.Op = model.OpExists },
		"order":       func(r *model.Rule) { r.Op, r.Values = model.OpMore, []string{"viel"} },
		"days":        func(r *model.Rule) { r.From, r.To = "2018-01-01", "2017-01-01" },
	} {
		r := good
		if spoil(&r); r.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
