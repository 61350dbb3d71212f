package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Form is one version of the flexible fields of a kind of document: a JSON Schema whose properties carry
// Chinese titles, x-unit, x-order and enum options. Versions are only ever added.
type Form struct {
	ID      string `bson:"_id"` // "household/2"
	Record  `bson:",inline"`
	Kind    string         `bson:"kind"` // "household" | "person"
	Version int            `bson:"version"`
	Schema  map[string]any `bson:"schema"`
}

// FormField is one flexible field, as its form describes it.
type FormField struct {
	Key     string
	Title   string   `json:"title"`
	Type    string   `json:"type"` // string, number, integer or boolean
	Format  string   `json:"format"`
	Unit    string   `json:"x-unit"`
	Order   int      `json:"x-order"`
	Options []string `json:"-"`
}

// IsDay reports whether the field holds a day.
func (f FormField) IsDay() bool { return f.Format == "date" || f.Key == FieldCollegeEntered }

// Fields are the form's, in their order. The store gives a schema back in types of its own; its JSON is the same.
func (f Form) Fields() ([]FormField, error) {
	raw, err := json.Marshal(f.Schema["properties"])
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", f.ID, err)
	}
	var properties map[string]struct {
		FormField
		Enum []any `json:"enum"`
	}
	if err := json.Unmarshal(raw, &properties); err != nil {
		return nil, fmt.Errorf("form %s: %w", f.ID, err)
	}
	fields := make([]FormField, 0, len(properties))
	for key, p := range properties {
		p.Key = key
		for _, o := range p.Enum {
			p.Options = append(p.Options, fmt.Sprint(o))
		}
		fields = append(fields, p.FormField)
	}
	slices.SortFunc(fields, func(a, b FormField) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key)) })
	return fields, nil
}

// field is one property of a form's schema.
type field struct {
	key, title, kind, unit string
	options                []any
}

// schemaOf is the JSON Schema with these fields, in this order.
func schemaOf(fields ...field) map[string]any {
	properties := map[string]any{}
	for i, f := range fields {
		p := map[string]any{"title": f.title, "type": f.kind, "x-order": i + 1}
		if f.unit != "" {
			p["x-unit"] = f.unit
		}
		if f.options != nil {
			p["enum"] = f.options
		}
		properties[f.key] = p
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

// FirstForms are the forms that a new database begins with.
func FirstForms() []Form {
	return []Form{
		{Kind: "household", Version: 1, Schema: schemaOf(
			field{"housing_type", "住房类型", "string", "", []any{"自有平房", "自有楼房", "廉租房", "借住"}},
			field{"housing_area", "住房面积", "number", "平方米", nil},
			field{"housing_grade", "房屋安全等级", "string", "", []any{"A", "B", "C", "D"}},
			field{"arable", "耕地", "number", "亩", nil},
			field{"forest", "林地", "number", "亩", nil},
			field{"medical_self_paid", "今年自付医药费", "integer", "元", nil},
			field{"sudden_hardship", "突发困难", "string", "", nil},
			field{"note", "备注", "string", "", nil},
		)},
		{Kind: "person", Version: 1, Schema: schemaOf(
			field{"education", "文化程度", "string", "", []any{"文盲半文盲", "小学", "初中", "高中", "大专及以上"}},
			field{"work_place", "务工地点", "string", "", nil},
			field{"work_months", "务工时间", "integer", "个月", nil},
			field{"political", "政治面貌", "string", "", []any{"群众", "共青团员", "中共党员", "其他"}},
			field{FieldCollegeEntered, "考入大中专日期", "string", "", nil},
		)},
	}
}
