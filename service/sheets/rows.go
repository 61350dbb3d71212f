package sheets

import (
	"strconv"
	"strings"

	"bangfu/service/model"
	"bangfu/service/people"
)

// rowOf is what a row of the sheet says, as service/people takes it.
func (r *run) rowOf(v values) (people.Row, []reason) {
	switch r.kind.kind {
	case model.SheetHouseholds:
		return r.householdRow(v)
	case model.SheetPersons:
		return r.personRow(v)
	case model.SheetCadres:
		return r.cadreRow(v)
	case model.SheetPairings:
		return people.PairingRow{
			HouseholdID: v["household_id"], CadreID: v["cadre_id"], From: model.Date(v["from"]),
			Role: said[model.PairingRole](v, "role"), CardNo: said[string](v, "card"), To: said[model.Date](v, "to"),
		}, nil
	}
	year, _ := strconv.Atoi(v["year"]) // the parser made it
	return people.IncomeRow{
		HouseholdID: v["household_id"], Year: year, Wage: number[model.Fen](v, "wage"), Operating: number[model.Fen](v, "operating"), Property: number[model.Fen](v, "property"),
		Transfer: number[model.Fen](v, "transfer"), Costs: number[model.Fen](v, "costs"), Members: number[int](v, "members"),
	}, nil
}

func (r *run) householdRow(v values) (people.Row, []reason) {
	unit, no := r.unit("unit", v["unit"])
	if len(no) > 0 {
		return nil, no
	}
	head, _ := code(cell{text: v["head"]})
	headName, _ := name(cell{text: v["head"]})
	attrs, no := r.attrs(v)
	return people.HouseholdRow{
		ID: v["household_id"], UnitID: unless(unit), Address: said[string](v, "address"), HeadID: head, HeadName: headName,
		PovertyCauses: listOf(v, "causes"), SubsistenceFrom: said[model.Date](v, "subsistence_from"), SubsistenceTo: said[model.Date](v, "subsistence_to"),
		Status: said[model.HouseholdStatus](v, "status"), StatusSince: said[model.Date](v, "status_since"),
		RegisteredOn: said[model.Date](v, "registered_on"), ExitedOn: said[model.Date](v, "exited_on"), History: changesOf(v["career"]), Attrs: attrs,
	}, no
}

func (r *run) personRow(v values) (people.Row, []reason) {
	attrs, no := r.attrs(v)
	return people.PersonRow{
		ID: v["id"], HouseholdID: v["household_id"], Name: said[string](v, "name"), Sex: said[string](v, "sex"), NationalID: said[string](v, "national_id"),
		Phone: said[string](v, "phone"), BirthDate: said[model.Date](v, "birth_date"), LabourAbility: said[string](v, "labour"),
		StudentStage: said[string](v, "stage"), Disability: said[string](v, "disability"), Chronic: listOf(v, "chronic"),
		Insurances: insurancesOf(v["insurances"]), Relation: said[model.Relation](v, "relation"), From: said[model.Date](v, "from"),
		To: said[model.Date](v, "to"), Status: said[model.PersonStatus](v, "life"), Attrs: attrs,
	}, no
}

func (r *run) cadreRow(v values) (people.Row, []reason) {
	unit, no := r.unit("unit", v["unit"])
	if len(no) > 0 {
		return nil, no
	}
	branch, no := r.unit("branch", v["branch"])
	row := people.CadreRow{
		ID: v["id"], Name: said[string](v, "name"), Rank: said[string](v, "rank"), UnitID: unless(unit), Phone: said[string](v, "phone"),
		Status: said[model.CadreStatus](v, "duty"),
	}
	if _, ok := v["branch"]; ok {
		row.BranchID = &branch
	}
	return row, no
}

// said is the row's value of a field, if the row has one.
func said[T ~string](v values, key string) *T {
	text, ok := v[key]
	if !ok {
		return nil
	}
	value := T(text)
	return &value
}

// unless is the text, or nothing when it is empty.
func unless(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// number is a number of the row, if it has one; the parser made it.
func number[T ~int | ~int64](v values, key string) *T {
	n, err := strconv.ParseInt(v[key], 10, 64)
	if err != nil {
		return nil
	}
	value := T(n)
	return &value
}

// listOf is a list's normal form taken apart.
func listOf(v values, key string) *[]string {
	text, ok := v[key]
	if !ok {
		return nil
	}
	var list []string
	if text != "" {
		list = strings.Split(text, "、")
	}
	return &list
}

// attrs are the flexible fields that the row speaks of, as their records keep them; nil where it says that there is
// none.
func (r *run) attrs(v values) (map[string]any, []reason) {
	attrs := map[string]any{}
	for key, value := range v {
		name, ok := strings.CutPrefix(key, flexible)
		if !ok {
			continue
		}
		c, known := r.kind.column(key)
		if !known {
			return nil, refuse("", "补充项目表刚刚改过,请把文件再检查一次")
		}
		if attrs[name] = c.stored(value); value == "" {
			attrs[name] = nil
		}
	}
	return attrs, nil
}
