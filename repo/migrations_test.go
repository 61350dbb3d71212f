package repo

import (
	"testing"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestOlderFormsGetTheFieldsOfRules adds what rules ask for to a form that the office made before, as its next
// version, once.
func TestOlderFormsGetTheFieldsOfRules(t *testing.T) {
	var first model.Form
	for _, f := range model.FirstForms() {
		if f.Kind == "household" {
			first = f
		}
	}
	latest := model.Form{Kind: "household", Version: 3, Schema: map[string]any{
		"properties": bson.D{{Key: "own_field", Value: bson.D{{Key: "title", Value: "自己加的"}}}},
	}}
	next, more := withFields(latest, first)
	fields, _ := next.Schema["properties"].(bson.D)
	if !more || next.ID != "household/4" || next.Version != 4 || len(fields) != 3 || fields[0].Key != "own_field" {
		t.Fatalf("%v %+v", more, next)
	}
	if _, more := withFields(next, first); more {
		t.Error("twice")
	}
}
