package model

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Operator compares a fact with the values of a rule.
type Operator string

// The operators. There are no others and there is no scripting: whoever reads a rule can say what it does.
const (
	OpEqual    Operator = "eq"
	OpNotEqual Operator = "ne"
	OpIn       Operator = "in"
	OpNotIn    Operator = "not_in"
	OpAtLeast  Operator = "gte"
	OpAtMost   Operator = "lte"
	OpMore     Operator = "gt"
	OpLess     Operator = "lt"
	OpExists   Operator = "exists"   // there is any: not none, not 0, not false
	OpContains Operator = "contains" // a list holds one of the values, or a text one of the words
	OpLacks    Operator = "lacks"    // none of them
)

// Operators lists every operator.
var Operators = []Operator{
	OpEqual, OpNotEqual, OpIn, OpNotIn, OpAtLeast, OpAtMost, OpMore, OpLess, OpExists, OpContains, OpLacks,
}

// orders are the operators that need numbers or dates.
var orders = []Operator{OpAtLeast, OpAtMost, OpMore, OpLess}

// Rule is one condition of a programme, as data. It asks one fact; the sentences are what the household reads.
// Values are texts: numbers with at most four decimals, money in yuan, dates YYYY-MM-DD, "true" and "false".
type Rule struct {
	Code        string   `bson:"code" json:"code" maxLength:"40"`
	Fact        string   `bson:"fact" json:"fact" maxLength:"60"`
	Op          Operator `bson:"op" json:"op"`
	Values      []string `bson:"values" json:"values" maxItems:"20"`
	SaysYes     string   `bson:"says_yes" json:"says_yes" maxLength:"200" doc:"符合时怎么说"`
	SaysNo      string   `bson:"says_no" json:"says_no" maxLength:"200" doc:"不符合时怎么说"`
	SaysMissing string   `bson:"says_missing" json:"says_missing,omitempty" maxLength:"200" doc:"没有登记时怎么说,拿什么来登记"`
	Change      string   `bson:"change" json:"change,omitempty" maxLength:"200" doc:"怎样就能符合"`
	Source      string   `bson:"source" json:"source,omitempty" maxLength:"200" doc:"出自哪份文件"`
	From        Date     `bson:"from" json:"from,omitempty" doc:"从哪天起用,空是一直"`
	To          Date     `bson:"to" json:"to,omitempty" doc:"用到哪天,空是一直"`
}

// HoldsOn reports whether the rule is in force on the day.
func (r Rule) HoldsOn(day Date) bool {
	return (r.From == "" || r.From <= day) && (r.To == "" || day <= r.To)
}

// Result is the answer of a rule.
type Result string

// The results. What the registry does not know is missing, never no.
const (
	ResultYes     Result = "yes"
	ResultNo      Result = "no"
	ResultMissing Result = "missing"
)

// TraceLine is the answer of one rule with the value that it was given, where that comes from and its date.
type TraceLine struct {
	Rule   string `bson:"rule" json:"rule"`
	Fact   string `bson:"fact" json:"fact"`
	Shown  string `bson:"shown" json:"shown" doc:"用到的内容;没有登记就是空的"`
	Source string `bson:"source" json:"source" doc:"内容出自哪里"`
	AsOf   Date   `bson:"as_of" json:"as_of" doc:"内容是哪天的"`
	Result Result `bson:"result" json:"result" enum:"yes,no,missing"`
	Says   string `bson:"says" json:"says"`
	Change string `bson:"change" json:"change,omitempty" doc:"怎样就能符合"`
}

// Evaluate answers every rule that is in force on the day, one line each, in their order. It is total: whatever
// the rules and facts are, it gives an answer.
func Evaluate(rules []Rule, facts FactSet, day Date) []TraceLine {
	trace := []TraceLine{}
	for _, r := range rules {
		if r.HoldsOn(day) {
			trace = append(trace, r.line(facts))
		}
	}
	return trace
}

func (r Rule) line(facts FactSet) TraceLine {
	l := TraceLine{Rule: r.Code, Fact: r.Fact, Result: ResultMissing, Says: r.SaysMissing}
	if l.Says == "" {
		l.Says = "还没有登记" + FactLabel(r.Fact)
	}
	f, known := facts[r.Fact]
	if !known {
		return l
	}
	l.Shown, l.Source, l.AsOf = f.String(), f.Source, f.AsOf
	switch l.Result = r.answer(f.Value); l.Result {
	case ResultYes:
		l.Says = r.SaysYes
	case ResultNo:
		l.Says, l.Change = r.SaysNo, r.Change
	}
	return l
}

// Outcome of a trace: no when a rule says so, else missing when one lacks its fact, else yes.
func Outcome(trace []TraceLine) Result {
	out := ResultYes
	for _, l := range trace {
		if l.Result == ResultNo {
			return ResultNo
		}
		if l.Result == ResultMissing {
			out = ResultMissing
		}
	}
	return out
}

// answer compares. What cannot be compared is as good as not known.
func (r Rule) answer(value any) Result {
	if list, ok := value.([]string); ok {
		return r.ofList(list)
	}
	text, number, isNumber, ok := plain(value)
	if !ok {
		return ResultMissing
	}
	same := func(v string) bool {
		n, parsed := decimal(v)
		return v == text && !isNumber || isNumber && parsed && n == number
	}
	switch r.Op {
	case OpEqual, OpIn:
		return result(slices.ContainsFunc(r.Values, same))
	case OpNotEqual, OpNotIn:
		return result(!slices.ContainsFunc(r.Values, same))
	case OpExists:
		return result(text != "" && text != "false" && (!isNumber || number != 0))
	case OpContains, OpLacks:
		if isNumber {
			return ResultMissing
		}
		holds := slices.ContainsFunc(r.Values, func(v string) bool { return strings.Contains(text, v) })
		return result(holds == (r.Op == OpContains))
	}
	return r.ordered(text, number, isNumber)
}

func (r Rule) ofList(list []string) Result {
	holds := slices.ContainsFunc(r.Values, func(v string) bool { return slices.Contains(list, v) })
	switch r.Op {
	case OpContains:
		return result(holds)
	case OpLacks:
		return result(!holds)
	case OpExists:
		return result(len(list) > 0)
	}
	return ResultMissing
}

// ordered compares two numbers or two dates.
func (r Rule) ordered(text string, number int64, isNumber bool) Result {
	if len(r.Values) != 1 {
		return ResultMissing
	}
	way := 0
	if limit, ok := decimal(r.Values[0]); ok && isNumber {
		way = compare(number, limit)
	} else if isDate(text) && isDate(r.Values[0]) && !isNumber {
		way = strings.Compare(text, r.Values[0])
	} else {
		return ResultMissing
	}
	switch r.Op {
	case OpAtLeast:
		return result(way >= 0)
	case OpAtMost:
		return result(way <= 0)
	case OpMore:
		return result(way > 0)
	case OpLess:
		return result(way < 0)
	}
	return ResultMissing
}

func result(yes bool) Result {
	if yes {
		return ResultYes
	}
	return ResultNo
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func isDate(s string) bool { _, err := ParseDate(s); return err == nil }

// Numbers are compared as whole ten-thousandths, so that no sum of money is ever rounded.
const (
	decimals   = 4
	perOne     = 10000
	mostNumber = int64(900_000_000_000_000) // in ones; its ten-thousandths fit
)

var numberForm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,4})?$`)

// decimal reads a number of a rule in ten-thousandths.
func decimal(s string) (int64, bool) {
	if !numberForm.MatchString(s) {
		return 0, false
	}
	whole, rest, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(rest + "0000")[:decimals], 10, 64)
	return n, err == nil && n <= mostNumber*perOne && n >= -mostNumber*perOne
}

// plain is the value as text and, where it is one, as a number in ten-thousandths; money is so many yuan.
func plain(value any) (text string, number int64, isNumber, ok bool) {
	whole := func(n int64) (string, int64, bool, bool) {
		return strconv.FormatInt(n, 10), n * perOne, true, n <= mostNumber && n >= -mostNumber
	}
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v), 0, false, true
	case string:
		return v, 0, false, true
	case Date:
		return string(v), 0, false, true
	case int:
		return whole(int64(v))
	case int32:
		return whole(int64(v))
	case int64:
		return whole(v)
	case Fen:
		n := int64(v)
		return v.Yuan(), n * (perOne / 100), true, n <= mostNumber && n >= -mostNumber
	case float64:
		if math.IsNaN(v) || math.Abs(v) > float64(mostNumber) {
			return "", 0, false, false
		}
		return strconv.FormatFloat(v, 'f', -1, 64), int64(math.Round(v * perOne)), true, true
	}
	return "", 0, false, false
}

var ruleCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)

// Check is KindInvalid for a rule that cannot be asked, or that would leave the household without a sentence.
func (r Rule) Check() error {
	bad := func(what string) error {
		return NewError(KindInvalid, "rule", fmt.Sprintf("条件%s写得不对:%s", r.Code, what))
	}
	switch {
	case !ruleCode.MatchString(r.Code):
		return bad("代号要用大写字母、数字和下划线")
	case !FactKnown(r.Fact):
		return bad("没有“" + r.Fact + "”这一项内容")
	case !slices.Contains(Operators, r.Op):
		return bad("没有“" + string(r.Op) + "”这种比法")
	case r.SaysYes == "" || r.SaysNo == "":
		return bad("符合和不符合各要有一句话")
	case r.From != "" && !isDate(string(r.From)) || r.To != "" && !isDate(string(r.To)) || r.To != "" && r.To < r.From:
		return bad("起止日期不对")
	}
	return r.checkValues(bad)
}

func (r Rule) checkValues(bad func(string) error) error {
	one := slices.Contains(orders, r.Op) || r.Op == OpEqual || r.Op == OpNotEqual
	switch n := len(r.Values); {
	case r.Op == OpExists && n != 0:
		return bad("exists不要写内容")
	case r.Op != OpExists && (n == 0 || n > 20 || one && n != 1):
		return bad("要比的内容的个数不对")
	case slices.Contains(r.Values, ""):
		return bad("要比的内容不能是空的")
	}
	if slices.Contains(orders, r.Op) {
		if _, ok := decimal(r.Values[0]); !ok && !isDate(r.Values[0]) {
			return bad("比大小要写数字或日期")
		}
	}
	return nil
}
