package model_test

import (
	"fmt"
	"testing"

	"bangfu/service/model"
)

// BenchmarkEvaluate answers a programme's rules for a household with a student, facts and all: once for each application,
// and for each household and programme where the office asks who could get something.
func BenchmarkEvaluate(b *testing.B) {
	known, rules, day := student(), entrantGrant(1, "2017-01-01", 1200000).Rules, model.Date("2017-12-31")
	b.ReportAllocs()
	for b.Loop() {
		facts := known.FactsOn(day, day, "new_entrant", &known.Persons[0])
		if model.Outcome(model.Evaluate(rules, facts, day)) == "" {
			b.Fatal("no outcome")
		}
	}
}

// BenchmarkDividend reckons and reconciles the report's dividend of 34 households, and one of as many as a list may have.
func BenchmarkDividend(b *testing.B) {
	most := report2018()
	most.Holders = nil
	for i := range model.MaxHolders {
		most.Holders = append(most.Holders, model.Holder{HouseholdID: fmt.Sprintf("H-%04d", i+1), Amount: most.Fund / model.MaxHolders})
	}
	for _, in := range []model.DividendInputs{report2018(), most} {
		b.Run(fmt.Sprintf("holders=%d", len(in.Holders)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run := model.DividendRun{Inputs: in, Result: reckoned(b, in)}
				if codes := failing(run); len(codes) > 0 {
					b.Fatal(codes)
				}
			}
		})
	}
}

// BenchmarkMasking makes a public list of a hundred households, every name masked, and looks for names that got out.
func BenchmarkMasking(b *testing.B) {
	var rows []model.SourceRow
	var names []string
	for i := range 100 {
		name := "王" + string(rune('一'+i)) + "兰"
		names = append(names, name)
		rows = append(rows, model.SourceRow{model.FieldNumber: fmt.Sprintf("H-%03d", i+1), model.FieldHead: name, model.FieldUnit: "第一管理区"})
	}
	fields := model.PublicFields(model.ItemAdmitted)
	b.ReportAllocs()
	for b.Loop() {
		d := model.Disclosure{Tables: []model.PublicTable{model.Disclose(model.ItemAdmitted, "名单", fields, rows)}}
		if texts, _ := d.Texts(); model.Leak(names, texts...) != "" {
			b.Fatal("a name got out")
		}
	}
}
