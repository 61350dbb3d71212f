package access_test

import (
	"slices"
	"testing"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// TestWhatAnAccountReaches: the households that it is bound to, as long as that holds, and nothing of anybody else's.
func TestWhatAnAccountReaches(t *testing.T) {
	s, _ := newFarm(t)
	acc := model.Account{ID: "a", Bindings: []model.Binding{
		{HouseholdID: "H-1", View: model.ViewFull, Since: now.Add(-time.Hour)},
		{HouseholdID: "H-2", View: model.ViewProxy, Since: now.Add(-time.Hour), Until: now.Add(time.Hour)},
		{HouseholdID: "H-3", View: model.ViewProxy, Since: now.Add(-2 * time.Hour), Until: now.Add(-time.Hour)},
	}}
	for _, c := range []struct{ name, id, of, code, inFull string }{
		{"the first, where none is named", "", "H-1", "", ""},
		{"by its number in small letters", "h-1", "H-1", "", ""},
		{"as a proxy", "H-2", "H-2", "", "proxy"},
		{"as a proxy whose time is over", "H-3", "", "household_not_found", "household_not_found"},
		{"another's", "H-4", "", "household_not_found", "household_not_found"},
	} {
		h, err := s.Mine(acc, c.id)
		wantCode(t, c.name, err, c.code)
		if h.ID() != c.of || err == nil && (h.Actor() != "account:a" || h.Account().ID != "a" || h.Staff().ID != "") {
			t.Errorf("%s: %+v", c.name, h)
		}
		_, err = s.MineInFull(acc, c.id)
		wantCode(t, c.name+", in full", err, c.inFull)
	}
	var all []string
	for _, h := range s.AllMine(acc) {
		all = append(all, h.ID()+string(h.View()))
	}
	if want := []string{"H-1" + string(model.ViewFull), "H-2" + string(model.ViewProxy)}; !slices.Equal(all, want) {
		t.Errorf("all of mine: %v", all)
	}
	_, err := s.Mine(model.Account{ID: "b"}, "")
	wantCode(t, "of somebody who is bound to nothing", err, "household_not_found")
}

// TestWhatACadreReachesInWeChat: whom they help today; what they once did stays theirs to read.
func TestWhatACadreReachesInWeChat(t *testing.T) {
	s, _ := newFarm(t)
	ctx := t.Context()
	acc := model.Account{ID: "a", CadreID: "C-1"}
	c, err := s.Myself(acc)
	must(t, err)
	_, err = s.Myself(model.Account{ID: "b"})
	wantCode(t, "somebody who is no cadre", err, "not_a_cadre")
	for _, x := range []struct{ id, paired, helped string }{
		{"h-1", "", ""}, {"H-2", "no_such_household", ""}, {"H-9", "no_such_household", "no_such_household"},
	} {
		h, err := s.Paired(ctx, c, x.id)
		wantCode(t, "paired with "+x.id, err, x.paired)
		if err == nil && h.ID() != "H-1" {
			t.Errorf("%+v", h)
		}
		_, err = s.Helped(ctx, c, x.id)
		wantCode(t, "helped "+x.id, err, x.helped)
	}
	all, err := s.AllPaired(ctx, c)
	if err != nil || len(all) != 1 || all[0].ID() != "H-1" {
		t.Errorf("%+v %v", all, err)
	}
	_, err = s.Paired(ctx, access.Cadre{}, "H-1")
	wantCode(t, "no cadre at all", err, "no_such_household")
}

// TestOnesOwnOrOnesTask: a cadre may be bound to a household, too.
func TestOnesOwnOrOnesTask(t *testing.T) {
	s, _ := newFarm(t)
	both := model.Account{ID: "a", CadreID: "C-1", Bindings: []model.Binding{{HouseholdID: "H-2", View: model.ViewFull, Since: now.Add(-time.Hour)}}}
	for id, code := range map[string]string{"H-1": "", "H-2": "", "H-9": "household_not_found"} {
		_, err := s.MineOrPaired(t.Context(), both, id)
		wantCode(t, id, err, code)
	}
	_, err := s.MineOrPaired(t.Context(), model.Account{ID: "b"}, "H-1")
	wantCode(t, "a stranger", err, "household_not_found")
}
