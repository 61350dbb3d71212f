package disclose

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
)

// publicWords are all words of the records that reach a public page: as cells of a table that a second person has seen,
// after Leak. Whoever lets a further one out writes it down here, and in docs/privacy.md.
var publicWords = []string{
	"Unit.Name",   // the families, the pairings, the notices
	"Entry.Title", // the measures: typed with a payment, or a programme's title
	"Cadre.Name",  // the pairings
	"donor",       // of those who agreed to be named
}

// mark writes into every free text of the records which one it is.
func mark(v reflect.Value, typ string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			mark(v.Elem(), typ)
		}
	case reflect.Slice:
		for i := range v.Len() {
			mark(v.Index(i), typ)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("bson"), ",")
			if !f.IsExported() || strings.HasSuffix(key, "_id") || strings.HasSuffix(key, "_ids") || key == "path" {
				continue
			}
			if f.Type == reflect.TypeFor[string]() {
				v.Field(i).SetString(v.Field(i).String() + "〔" + v.Type().Name() + "." + f.Name + "〕")
				continue
			}
			mark(v.Field(i), f.Name)
		}
	}
}

var marked = regexp.MustCompile(`〔([^〕]*)〕`)

// TestWhichWordsReachThePublic marks all that people wrote anywhere and draws every item: what they said of visits,
// activities, debriefings, households and payments stays behind.
func TestWhichWordsReachThePublic(t *testing.T) {
	r, _ := referenceRecords()
	if len(r.Activities) == 0 || len(r.Visits) == 0 || len(r.Debriefings) == 0 || len(r.Donations) == 0 {
		t.Fatal("the reference has too little")
	}
	mark(reflect.ValueOf(&r.Farm), "")
	r.Households[0].StatusHistory = []model.StatusChange{{Status: model.StatusIdentified, On: "2017-01-01", Evidence: "〔evidence〕"}}
	r.Households[1].StatusHistory = []model.StatusChange{{Status: model.StatusExitProposed, On: "2017-01-01", Evidence: "〔evidence〕"}}
	r.donors = map[string]string{r.Donations[0].ID: "〔donor〕"}
	var found []string
	for _, item := range model.DisclosureItems {
		r.told = &telling{}
		c, err := generate(item, r)
		if err != nil {
			t.Fatal(item, err)
		}
		d := model.Disclosure{Item: item, Tables: c.tables}
		for _, m := range marked.FindAllStringSubmatch(flat(c.tables)+Article(d, "")+Crawl(d), -1) {
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	want := slices.Sorted(slices.Values(publicWords))
	if found = slices.Compact(found); !slices.Equal(found, want) {
		t.Errorf("%v reach the public, want %v", found, want)
	}
}
