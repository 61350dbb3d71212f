package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Fact is one thing that the registry says of a household or a person. Value is a bool, a number, Fen, a text, a
// Date or a list of texts.
type Fact struct {
	Value  any
	Shown  string // as people read it; empty: the value itself
	Source string
	AsOf   Date
}

// String is the fact as people read it.
func (f Fact) String() string {
	if f.Shown != "" {
		return f.Shown
	}
	switch v := f.Value.(type) {
	case bool:
		if v {
			return "是"
		}
		return "否"
	case Fen:
		return v.Yuan() + "元"
	case []string:
		if len(v) == 0 {
			return "无"
		}
		return strings.Join(v, "、")
	}
	text, _, _, _ := plain(f.Value)
	if text == "" {
		return "无"
	}
	return text
}

// FactSet are facts by the names that rules use. A name that is not there is not known.
type FactSet map[string]Fact

// FactKind describes a fact that rules may ask for.
type FactKind struct {
	Name   string     `json:"name"`
	Label  string     `json:"label"`
	Type   string     `json:"type" enum:"bool,number,money,text,date,list"`
	Person bool       `json:"person" doc:"是某个人的,不是一户的"`
	Group  FieldGroup `json:"group,omitempty" doc:"属于哪一类要遮住的内容"`
}

// FactKinds lists what rules may ask for besides the flexible fields.
var FactKinds = []FactKind{
	{"status", "户情", "text", false, ""},
	{"subsistence", "是否享受低保", "bool", false, ""},
	{"attributes", "户的类别", "list", false, ""},
	{"unit", "管理区或社区", "text", false, ""},
	{"members", "家里几口人", "number", false, ""},
	{"has_labour", "家里有没有能干活的人", "bool", false, ""},
	{"income_per_head", "人均纯收入", "money", false, GroupMoney},
	{"received_times", "这一项领过几次", "number", false, ""},
	{"received_this_year", "这一项今年领过几次", "number", false, ""},
	{"age", "年龄", "number", true, GroupIdentity},
	{"sex", "性别", "text", true, ""},
	{"relation", "与户主关系", "text", true, ""},
	{"student_stage", "在读阶段", "text", true, ""},
	{"new_college_entrant", "今年是否新考入大中专", "bool", true, ""},
	{"labour_ability", "劳动能力", "text", true, ""},
	{"disability_grade", "残疾等级", "number", true, GroupHealth},
	{"chronic", "慢性病", "list", true, GroupHealth},
}

// Flexible fields of the registry's forms are facts too: "household.housing_type", "person.education".
const (
	flexHousehold = "household."
	flexPerson    = "person."
)

func factKind(name string) (FactKind, bool) {
	i := slices.IndexFunc(FactKinds, func(k FactKind) bool { return k.Name == name })
	if i < 0 {
		return FactKind{}, false
	}
	return FactKinds[i], true
}

// FactKnown reports whether a rule may ask for the fact.
func FactKnown(name string) bool {
	_, ok := factKind(name)
	return ok || flexKey(name) != ""
}

// flexKey is the key of a flexible field in its form; empty when the fact is none.
func flexKey(name string) string {
	if key, ok := strings.CutPrefix(name, flexHousehold); ok {
		return key
	}
	key, _ := strings.CutPrefix(name, flexPerson)
	if key == name {
		return ""
	}
	return key
}

// FactOfPerson reports whether the fact is a person's, so that only a programme for persons can ask it.
func FactOfPerson(name string) bool {
	k, ok := factKind(name)
	return ok && k.Person || strings.HasPrefix(name, flexPerson)
}

// FactGroup is the group of masked fields that the fact belongs to; empty for none.
func FactGroup(name string) FieldGroup { k, _ := factKind(name); return k.Group }

// FactLabel is what people call the fact.
func FactLabel(name string) string {
	if k, ok := factKind(name); ok {
		return k.Label
	}
	for _, f := range FirstForms() {
		if p, ok := f.Schema["properties"].(map[string]any)[flexKey(name)].(map[string]any); ok && strings.HasPrefix(name, f.Kind+".") {
			return "“" + p["title"].(string) + "”"
		}
	}
	return "“" + name + "”"
}

var stageLabels = map[string]string{"": "不是学生", "nursery": "幼儿园", "primary": "小学", "secondary": "中学", "university": "大中专"}

var labourLabels = map[string]string{"full": "有劳动能力", "weak": "弱劳动能力", "none": "无劳动能力"}

var sexLabels = map[string]string{"male": "男", "female": "女"}

// EligibilityInput is what the registry and the books hold of one household.
type EligibilityInput struct {
	Household Household
	Persons   []Person // all who ever belonged to it
	Incomes   []IncomeRecord
	Entries   []Entry
}

// Members on the day, those alive.
func (k EligibilityInput) Members(day Date) (list []Person) {
	for _, p := range k.Persons {
		if _, ok := p.Member(k.Household.ID, day); ok && p.livesOn(day) {
			list = append(list, p)
		}
	}
	return list
}

func (p Person) livesOn(day Date) bool {
	return p.Status == PersonAlive || p.Status == "" || p.StatusOn > day
}

// The sources that a household reads.
const (
	sourceHousehold = "户档案"
	sourcePerson    = "人员登记"
	sourceIncome    = "收入核算"
	sourceBooks     = "发放记录"
)

// FactsOn are the facts on a day, of the household and, unless p is nil, of that member. What was received from
// the programme counts until the day until, which may be later: nothing is paid twice.
func (k EligibilityInput) FactsOn(day, until Date, programme string, p *Person) FactSet {
	facts := k.ofHousehold(day)
	if p != nil {
		maps.Copy(facts, k.ofPerson(*p, day))
	}
	maps.Copy(facts, k.received(day, until, programme, p))
	return facts
}

func (k EligibilityInput) ofHousehold(day Date) FactSet {
	h, facts := k.Household, FactSet{}
	for _, c := range h.Timeline() {
		if c.On <= day {
			facts["status"] = Fact{Value: string(c.Status), Shown: c.Status.Label(), Source: sourceHousehold, AsOf: c.On}
		}
	}
	var kinds []string
	facts["subsistence"] = Fact{Value: false, Source: sourceHousehold, AsOf: day}
	for _, a := range h.Attributes {
		if !covers(a.From, a.To, day) {
			continue
		}
		kinds = append(kinds, a.Kind)
		if a.Kind == AttributeSubsistence {
			facts["subsistence"] = Fact{Value: true, Source: sourceHousehold, AsOf: a.From}
		}
	}
	facts["attributes"] = Fact{Value: kinds, Source: sourceHousehold, AsOf: day}
	facts["unit"] = Fact{Value: h.UnitID, Source: sourceHousehold, AsOf: day}
	members, labour := k.Members(day), false
	for _, m := range members {
		labour = labour || m.LabourAbility != "" && m.LabourAbility != "none" && m.StudentStage == ""
	}
	facts["members"] = Fact{Value: len(members), Shown: fmt.Sprintf("%d口", len(members)), Source: sourcePerson, AsOf: day}
	facts["has_labour"] = Fact{Value: labour, Source: sourcePerson, AsOf: day}
	k.addIncome(facts, day)
	addFlexible(facts, flexHousehold, h.Attrs, sourceHousehold, changedOn(h.Record, day))
	return facts
}

// addIncome takes the latest accounting that lies before the day, or in its year.
func (k EligibilityInput) addIncome(facts FactSet, day Date) {
	year := 0
	for _, r := range k.Incomes {
		if r.Year > day.Year() || r.Year <= year {
			continue
		}
		year = r.Year
		perHead, err := r.PerHead()
		if err != nil {
			delete(facts, "income_per_head") // not known, and an older one would be wrong
			continue
		}
		facts["income_per_head"] = Fact{
			Value: perHead, Shown: fmt.Sprintf("%d年%s元", r.Year, perHead.Yuan()), Source: sourceIncome, AsOf: min(day, NewDate(r.Year, 12, 31)),
		}
	}
}

func (k EligibilityInput) ofPerson(p Person, day Date) FactSet {
	on, facts := changedOn(p.Record, day), FactSet{}
	text := func(name, value string, labels map[string]string) {
		facts[name] = Fact{Value: value, Shown: label(labels, value), Source: sourcePerson, AsOf: on}
	}
	if isDate(string(p.BirthDate)) && p.BirthDate <= day {
		age := day.Year() - p.BirthDate.Year()
		if p.BirthDate[5:] > day[5:] {
			age--
		}
		facts["age"] = Fact{Value: age, Shown: fmt.Sprintf("%d岁", age), Source: sourcePerson, AsOf: day}
	}
	if m, ok := p.Member(k.Household.ID, day); ok {
		facts["relation"] = Fact{Value: string(m.Relation), Shown: m.Relation.Label(), Source: sourcePerson, AsOf: m.From}
	}
	if p.Sex != "" {
		text("sex", p.Sex, sexLabels)
	}
	text("student_stage", p.StudentStage, stageLabels)
	if p.LabourAbility != "" {
		text("labour_ability", p.LabourAbility, labourLabels)
	}
	if grade, ok := disabilityGrade(p.Disability); ok {
		facts["disability_grade"] = Fact{Value: grade, Shown: orNone(p.Disability), Source: sourcePerson, AsOf: on}
	}
	facts["chronic"] = Fact{Value: slices.Clone(p.Chronic), Source: sourcePerson, AsOf: on}
	addFlexible(facts, flexPerson, p.Attrs, sourcePerson, on)
	addEntrant(facts, p.StudentStage, day, on)
	return facts
}

// FieldCollegeEntered is the flexible field of a person that holds the day on which they entered college.
const FieldCollegeEntered = "college_entered_on"

// addEntrant says whether the person has entered college in the year of the day. Of a student whose day of
// entrance nobody has entered it is not known.
func addEntrant(facts FactSet, stage string, day, on Date) {
	entered, known := facts[flexPerson+FieldCollegeEntered]
	text, _ := entered.Value.(string)
	switch {
	case known && isDate(text):
		d := Date(text)
		facts["new_college_entrant"] = Fact{
			Value: d.Year() == day.Year(), Shown: d.LongYear() + "入学", Source: entered.Source, AsOf: entered.AsOf,
		}
	case stage != "university":
		facts["new_college_entrant"] = Fact{Value: false, Shown: label(stageLabels, stage), Source: sourcePerson, AsOf: on}
	}
}

func orNone(text string) string {
	if text == "" {
		return "无"
	}
	return text
}

var gradeWords = []string{"一级", "二级", "三级", "四级"}

// disabilityGrade reads the grade out of the registered words; 0 for none. Words without a grade say nothing.
func disabilityGrade(text string) (int, bool) {
	for i, w := range gradeWords {
		if strings.Contains(text, w) || strings.Contains(text, fmt.Sprintf("%d级", i+1)) {
			return i + 1, true
		}
	}
	return 0, text == ""
}

func addFlexible(facts FactSet, prefix string, attrs map[string]any, source string, on Date) {
	for key, v := range attrs {
		if v != nil {
			facts[prefix+key] = Fact{Value: v, Source: source, AsOf: on}
		}
	}
}

// changedOn is when the record was last changed, but not after the day that is asked about.
func changedOn(r Record, day Date) Date {
	if r.UpdatedAt.IsZero() {
		return day
	}
	return min(day, DateOf(r.UpdatedAt))
}

// received counts what was paid from the programme and not taken back: to the person, or to the household.
func (k EligibilityInput) received(day, until Date, programme string, p *Person) FactSet {
	back := map[string]bool{}
	for _, e := range k.Entries {
		if e.ReversesID != "" && e.PaidOn <= until {
			back[e.ReversesID] = true
		}
	}
	times, thisYear, last := 0, 0, until
	for _, e := range k.Entries {
		theirs := p == nil || e.PersonID == p.ID
		if e.Programme != programme || !theirs || e.PaidOn > until || e.Amount <= 0 || back[e.ID] {
			continue
		}
		times++
		last = e.PaidOn
		if e.PaidOn.Year() == day.Year() {
			thisYear++
		}
	}
	count := func(n int) Fact {
		return Fact{Value: n, Shown: fmt.Sprintf("%d次", n), Source: sourceBooks, AsOf: last}
	}
	return FactSet{"received_times": count(times), "received_this_year": count(thisYear)}
}
