package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

var everyField = []model.PublicField{
	model.FieldNumber, model.FieldHead, model.FieldUnit, model.FieldStatus, model.FieldHouseholds, model.FieldPersons, model.FieldCadres,
	model.FieldSystem, model.FieldMeasure, model.FieldCategory, model.FieldAmount, model.FieldTask, model.FieldTarget, model.FieldDone,
	"national_id", "phone", "address", "name", "chronic", "bank_account", "birth_date",
}

// TestOnlyListedFieldsGetOut gives every item rows with everything in them, and asks for all of it.
func TestOnlyListedFieldsGetOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.SampledFrom(append(slices.Clone(model.DisclosureItems), "item-7", "nonsense")).Draw(t, "item")
		allowed := model.PublicFields(item)
		var rows []model.SourceRow
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			r := model.SourceRow{}
			for _, f := range everyField {
				if rapid.Bool().Draw(t, "there") {
					r[f] = fmt.Sprintf("值%s%d", f, i)
				}
			}
			rows = append(rows, r)
		}
		table := model.Disclose(item, "表", rapid.SliceOfDistinct(rapid.SampledFrom(everyField), rapid.ID).Draw(t, "wanted"), rows)
		for _, f := range table.Fields {
			if !slices.Contains(allowed, f) {
				t.Fatalf("%s shows %s", item, f)
			}
		}
		for i, r := range table.Rows {
			for j, cell := range r.Cells {
				f := table.Fields[j]
				want := rows[i][f]
				if f == model.FieldHead {
					want = model.MaskName(want)
				}
				if cell != want {
					t.Fatalf("%s in %s: %q, want %q", cell, f, cell, want)
				}
			}
		}
	})
}

// groupsOf deals households to groups. In a partition each stands in one group; else in any.
func groupsOf(t *rapid.T, partition bool) (groups []model.PublicGroup) {
	for i := range rapid.IntRange(0, 8).Draw(t, "groups") {
		g := model.PublicGroup{Label: fmt.Sprint("组", i), Amount: model.Fen(rapid.Int64Range(-500, 100000).Draw(t, "amount"))}
		for j := range rapid.IntRange(0, 6).Draw(t, "size") {
			no := fmt.Sprintf("H-%d-%d", i, j)
			if !partition {
				no = fmt.Sprint("H-", rapid.IntRange(0, 6).Draw(t, "household"))
			}
			if !slices.Contains(g.Households, no) {
				g.Households = append(g.Households, no)
			}
		}
		g.Persons = 2 * len(g.Households)
		groups = append(groups, g)
	}
	return groups
}

func few(n int) bool { return n > 0 && n < model.SmallGroup }

// TestNoSmallGroupIsShown also tries to find one by taking every line but one from the total.
func TestNoSmallGroupIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partition := rapid.Bool().Draw(t, "partition")
		groups := groupsOf(t, partition)
		before := model.SumOf(groups)
		safe, merged, whole := model.MergeSmall(groups)
		for i, g := range safe {
			if few(len(g.Households)) {
				t.Fatalf("%s has %d households", g.Label, len(g.Households))
			}
			rest := slices.Delete(slices.Clone(safe), i, i+1)
			if left := len(before.Households) - len(model.SumOf(rest).Households); partition && whole && few(left) {
				t.Fatalf("the total less the others leaves %d", left)
			}
		}
		if whole {
			after := model.SumOf(safe)
			if after.Amount != before.Amount || after.Persons != before.Persons || !slices.Equal(after.Households, before.Households) {
				t.Fatalf("merging changed the sum: %+v, %+v", before, after)
			}
			return
		}
		if len(before.Households) >= model.SmallGroup {
			t.Fatalf("%d households are withheld", len(before.Households))
		}
		if len(merged) == 0 || model.MergedNote(merged, whole) == "" || len(model.SumOf(safe).Households) > 0 {
			t.Fatalf("withheld, but %+v is shown and %v merged", safe, merged)
		}
	})
}

func TestMergingTakesTheNextLarger(t *testing.T) {
	group := func(label string, n int) model.PublicGroup {
		g := model.PublicGroup{Label: label}
		for i := range n {
			g.Households = append(g.Households, fmt.Sprint(label, i))
		}
		return g
	}
	safe, merged, whole := model.MergeSmall([]model.PublicGroup{group("甲", 9), group("乙", 1), group("丙", 4), group("丁", 0)})
	got := ""
	for _, g := range safe {
		got += fmt.Sprint(g.Label, len(g.Households), " ")
	}
	if got != "甲9 丁0 其他(2项合并)5 " || !whole || strings.Join(merged, "") != "乙丙" {
		t.Errorf("%q %v %v: one household alone would follow from the total", got, merged, whole)
	}
}

func TestLeak(t *testing.T) {
	names := []string{"王志田", "李强", "于"}
	for text, want := range map[string]string{
		"资金使用公开":                      "",
		"王志田家的大病救助":                   "王志田",
		"王 志 田":                       "王志田",
		"王**":                         "",
		"找李强同志":                       "李强",
		"关于公示":                        "", // a name of one character is every other word
		"身份证239900196002030017":       "239900196002030017",
		"号码 2399 0019 6002 0300 1X 的": "2399 0019 6002 0300 1X",
		"电话139-0000-1001":             "139-0000-1001",
		"共218.532万元,2017年12月31日":      "",
	} {
		if got := model.Leak(names, "开头", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCheckObjection(t *testing.T) {
	for _, c := range []struct{ text, contact, code string }{
		{"这一户去年买了车,收入不止这些", "", ""},
		{"第三行的户数不对\n应当是5户", "139 0000 1001", ""},
		{"不对", "", "objection_text"},
		{strings.Repeat("多", 501), "", "objection_text"},
		{"!!!!!!!!", "", "objection_text"},
		{"退出\x00的户不对", "", "objection_text"},
		{"详见 https://spam.example/a", "", "objection_link"},
		{"详见 WWW.spam点", "", "objection_link"},
		{"加我领钱 free-money.top 快", "", "objection_link"},
		{"收入不对,请核对一下", "spam.com", "objection_link"},
		{"他的身份证是239900196002030017", "", "objection_numbers"},
		{"打他电话13900001001问", "", "objection_numbers"},
		{"收入不对,请核对一下", strings.Repeat("1", 101), "objection_contact"},
	} {
		err := model.CheckObjection(c.text, c.contact)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.code || err != nil && !model.IsKind(err, model.KindInvalid) {
			t.Errorf("%q: %q, want %q", c.text, got, c.code)
		}
	}
}

func FuzzCheckObjection(f *testing.F) {
	f.Add("这一户不对,请核实", "13900001001")
	f.Fuzz(func(t *testing.T, text, contact string) {
		if model.CheckObjection(text, contact) != nil {
			return
		}
		if n := len([]rune(strings.TrimSpace(text))); n < model.ObjectionLeast || n > model.ObjectionMost || strings.ContainsRune(text, 0) ||
			strings.Contains(text, "://") || model.HoldsNumber(text) || len([]rune(contact)) > model.ContactMost {
			t.Errorf("accepted: %q %q", text, contact)
		}
	})
}
