package model

import (
	"fmt"
	"regexp"
	"slices"
)

// Programme is one version of a policy under which a household or a person gets something. ID is "code/version".
// The version in force on a day is the one that began last; a programme ends when its latest version does.
type Programme struct {
	ID        string `bson:"_id"`
	Record    `bson:",inline"`
	Code      string   `bson:"code"`
	Version   int      `bson:"version"`
	From      Date     `bson:"from"`
	To        Date     `bson:"to"` // empty: until the next version
	Title     string   `bson:"title"`
	Summary   string   `bson:"summary"` // one plain sentence: who gets what
	Policy    string   `bson:"policy"`  // the document that it rests on
	System    System   `bson:"system"`
	Category  Category `bson:"category"`
	PerPerson bool     `bson:"per_person"`
	Automatic bool     `bson:"automatic"` // given without being applied for
	Rules     []Rule   `bson:"rules"`
	Documents []string `bson:"documents"` // kinds of papers that an application needs

	Amount      Fen    `bson:"amount_fen"`       // of each; 0: by decision
	Ceiling     Fen    `bson:"ceiling_fen"`      // the most that can be decided; 0: none
	SecondAbove Fen    `bson:"second_above_fen"` // above it two persons approve
	Public      bool   `bson:"public"`           // made public before it is paid
	Lent        bool   `bson:"lent"`             // a loan: its own books hold the money, not the ledger of aid
	Fund        string `bson:"fund"`
	Method      Method `bson:"method"`
	PayerUnitID string `bson:"payer_unit_id"`
}

// ProgrammeID is the id of a version.
func ProgrammeID(code string, version int) string { return fmt.Sprintf("%s/%d", code, version) }

// InForce are the versions that hold on the day, one a programme, in the order of the list.
func InForce(list []Programme, day Date) (on []Programme) {
	latest := map[string]Programme{}
	for _, p := range list {
		if known, ok := latest[p.Code]; p.From <= day && (!ok || p.From > known.From) {
			latest[p.Code] = p
		}
	}
	for _, p := range list {
		if x := latest[p.Code]; x.ID == p.ID && (x.To == "" || day <= x.To) {
			on = append(on, x)
		}
	}
	return on
}

// AmountText is how much there is to get.
func (p Programme) AmountText() string {
	each := ""
	if p.PerPerson {
		each = "每人"
	}
	switch {
	case p.Amount > 0:
		return each + p.Amount.Yuan() + "元"
	case p.Ceiling > 0:
		return "最多" + each + p.Ceiling.Yuan() + "元，按审批"
	}
	return "金额按审批"
}

var (
	programmeCode = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	errProgramme  = NewError(KindInvalid, "programme", "这个项目写得不对")
)

// Check is KindInvalid, with the reason, for a programme that cannot be used.
func (p Programme) Check() error {
	bad := func(what string) error {
		e := *errProgramme
		e.Msg += ":" + what
		return &e
	}
	switch {
	case !programmeCode.MatchString(p.Code):
		return bad("代号要用小写字母、数字和下划线")
	case p.Title == "" || p.Summary == "":
		return bad("要有名称和一句说明")
	case !isDate(string(p.From)) || p.To != "" && (!isDate(string(p.To)) || p.To < p.From):
		return bad("起止日期不对")
	case !slices.Contains(Systems, p.System) || !slices.Contains(Categories, p.Category):
		return bad("要选七大体系和六类支出中的一个")
	case p.Amount < 0 || p.Ceiling < 0 || p.SecondAbove < 0 || p.Ceiling > 0 && p.Amount > p.Ceiling:
		return bad("金额不对")
	case label(methodLabels, p.Method) == string(p.Method):
		return bad("发放方式不对")
	case len(p.Rules) == 0 || len(p.Rules) > 20:
		return bad("要有1到20个条件")
	case slices.ContainsFunc(p.Documents, func(d string) bool { _, ok := paperKind(d); return !ok }):
		return bad("没有这种材料")
	}
	return p.checkRules(bad)
}

func (p Programme) checkRules(bad func(string) error) error {
	seen := map[string]bool{}
	for _, r := range p.Rules {
		if err := r.Check(); err != nil {
			return err
		}
		if seen[r.Code] || FactOfPerson(r.Fact) && !p.PerPerson {
			return bad("条件" + r.Code + "重复了,或者问的是个人而项目是按户的")
		}
		seen[r.Code] = true
	}
	return nil
}
