package sheets_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"bangfu/repo"
	"bangfu/service/model"
)

func csvFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "表.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func flexibleOf(t *testing.T, store *repo.Store) (int, map[string]any) {
	t.Helper()
	h := must[model.Household](t)(store.Household(t.Context(), "H-001"))
	return h.FormV, h.Attrs
}

// TestFlexibleFields come in and go out with the sheet, by the titles of the latest form.
func TestFlexibleFields(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	for _, c := range []struct {
		sheet string
		want  map[string]any
	}{
		{"户号,住房类型,住房面积(平方米),耕地\nH-001,自有楼房,56平方米,\"1,203.5\"\n", map[string]any{"housing_type": "自有楼房", "housing_area": 56.0, "arable": 1203.5}},
		{"户号,住房类型,住房面积,耕地\nH-001,廉租房,,无\n", map[string]any{"housing_type": "廉租房", "housing_area": 56.0}}, // a blank cell leaves, 无 clears
	} {
		if imp := commit(t, s, check(t, s, model.SheetHouseholds, csvFile(t, c.sheet)).ID); imp.Done.Updated != 1 {
			t.Fatalf("%s: %+v %v", c.sheet, imp.Done, complaints(t, s, imp.ID))
		}
		if v, got := flexibleOf(t, store); v != 1 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: form %d, %v", c.sheet, v, got)
		}
	}
	for cells, want := range map[string]string{
		"茅草屋,,": "住房类型:只能填:自有平房", ",宽敞,": "住房面积:要填数字", ",NaN,": "住房面积:要填数字", ",,1.5": "今年自付医药费:要填整数",
	} {
		imp := check(t, s, model.SheetHouseholds, csvFile(t, "户号,住房类型,住房面积,今年自付医药费\nH-001,"+cells+"\n"))
		if got := complaints(t, s, imp.ID)[2]; !strings.Contains(got, want) {
			t.Errorf("%q: %q", cells, got)
		}
	}
	var b bytes.Buffer
	if _, err := s.Export(t.Context(), everything(model.SheetHouseholds, true, true), "核对名册", &b); err != nil || !strings.Contains(b.String(), "廉租房,56,") {
		t.Errorf("%v: %s", err, b.String())
	}
	if imp := commit(t, s, check(t, s, model.SheetHouseholds, csvFile(t, b.String())).ID); imp.Done.Unchanged != 1 {
		t.Errorf("the export: %+v %v", imp.Done, complaints(t, s, imp.ID))
	}
	b.Reset()
	if _, err := s.Export(t.Context(), everything(model.SheetHouseholds, true, false), "", &b); err != nil || strings.Contains(b.String(), "廉租房") {
		t.Errorf("not masked: %v %s", err, b.String())
	}
}

// TestFlexibleFieldsOfAnotherForm: the sheet goes by the form of the day on which it is committed.
func TestFlexibleFieldsOfAnotherForm(t *testing.T) {
	s, store := empty(t)
	households(t, s, "H-001")
	commit(t, s, check(t, s, model.SheetHouseholds, csvFile(t, "户号,住房类型\nH-001,借住\n")).ID)
	waiting := check(t, s, model.SheetHouseholds, csvFile(t, "户号,林地\nH-001,3\n"))
	form := func(version int, fields map[string]any) {
		t.Helper()
		if err := store.InsertForm(t.Context(), model.Form{ID: repo.FormID("household", version), Kind: "household", Version: version, Schema: map[string]any{
			"type": "object", "additionalProperties": false, "properties": fields,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	housing := map[string]any{"title": "住房类型", "type": "string"}
	form(2, map[string]any{"housing_type": housing, "well": map[string]any{"title": "单位", "type": "boolean", "x-order": 2}})
	imp := commit(t, s, waiting.ID)
	if got := complaints(t, s, imp.ID)[2]; !strings.Contains(got, "再检查一次") {
		t.Errorf("a field that is gone: %q", got)
	}
	imp = commit(t, s, check(t, s, model.SheetHouseholds, csvFile(t, "户号,单位,补充项目单位\nH-001,第一管理区,是\n")).ID)
	if v, got := flexibleOf(t, store); v != 2 || got["well"] != true || got["housing_type"] != "借住" {
		t.Errorf("%+v %v: form %d, %v", imp.Done, complaints(t, s, imp.ID), v, got)
	}
	form(3, map[string]any{"well": map[string]any{"title": "水井", "type": "boolean"}})
	imp = check(t, s, model.SheetHouseholds, csvFile(t, "户号,水井\nH-001,否\n"))
	if got := complaints(t, s, imp.ID)[2]; !strings.Contains(got, "按旧的表填的") {
		t.Errorf("fields of an older form: %q", got)
	}
	var b bytes.Buffer
	if err := s.Template(t.Context(), model.SheetHouseholds, &b); err != nil {
		t.Fatal(err)
	}
	titles := must[[]string](t)(s.Fields(t.Context(), model.SheetHouseholds))
	if titles[len(titles)-1] != "水井" || b.Len() == 0 {
		t.Error(titles)
	}
}
