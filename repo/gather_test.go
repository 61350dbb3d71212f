package repo_test

import (
	"errors"
	"fmt"
	"testing"

	"bangfu/repo"
	"bangfu/service/model"
)

func address(text string) func(*model.Household) error {
	return func(h *model.Household) error { h.Address = text; return nil }
}

// TestAGatherIsOneRevision: a record that a batch changes twice, back and forth or not at all has at most one revision
// more, which says all that was changed; a new one has one.
func TestAGatherIsOneRevision(t *testing.T) {
	s := open(t)
	household(t, s)
	g, ctx := s.Gather(), t.Context()
	must(t, g.Households.Read(ctx, []string{"H-001", "H-002", "H-003"}))
	for _, text := range []string{"zero", "one", "two"} {
		_, changed, err := g.Households.Change(ctx, "H-001", by("a", now), address(text))
		if must(t, err); changed != (text != "zero") {
			t.Errorf("%s: changed %v", text, changed)
		}
	}
	g.Households.Insert(model.Household{ID: "H-002", Record: model.NewRecord(now, "a")})
	if _, changed, err := g.Households.Change(ctx, "H-002", by("a", now), address("new")); err != nil || !changed {
		t.Error(changed, err)
	}
	if _, err := g.Households.Get(ctx, "H-003"); !model.IsKind(err, model.KindNotFound) {
		t.Errorf("one that there is not: %v", err)
	}
	if h, err := s.Household(ctx, "H-001"); err != nil || h.Address != "zero" {
		t.Errorf("before it is flushed: %+v %v", h, err)
	}
	must(t, g.Flush(ctx))
	for id, want := range map[string]string{"H-001": "two 2 [address]", "H-002": "new 1 []"} {
		h, err := s.Household(ctx, id)
		must(t, err)
		history, err := s.HouseholdHistory(ctx, id)
		must(t, err)
		fields := []string{}
		for _, f := range history[len(history)-1].Fields {
			fields = append(fields, f.Field)
		}
		if got := fmt.Sprint(h.Address, " ", h.Rev, " ", fields); got != want || int64(len(history)) != h.Rev {
			t.Errorf("%s: %s with %d revisions, want %s", id, got, len(history), want)
		}
	}
}

// TestAGatherThatIsOvertaken writes nothing over what others did since it read: not over a change, a new record or a
// claim.
func TestAGatherThatIsOvertaken(t *testing.T) {
	ctx := t.Context()
	for what, c := range map[string]struct {
		ours   func(*repo.Gather) error
		theirs func(*repo.Store) error
	}{
		"a change": {
			func(g *repo.Gather) error {
				_, _, err := g.Households.Change(ctx, "H-001", by("a", now), address("ours"))
				return err
			},
			func(s *repo.Store) error {
				_, err := s.ChangeHousehold(ctx, "H-001", 0, by("b", now), address("theirs"))
				return err
			},
		},
		"a new record": {
			func(g *repo.Gather) error {
				g.Households.Insert(model.Household{ID: "H-002", Address: "ours"})
				return nil
			},
			func(s *repo.Store) error {
				return s.InsertHousehold(ctx, model.Household{ID: "H-002", Record: model.NewRecord(now, "b"), Address: "theirs"})
			},
		},
		"a claim": {
			func(g *repo.Gather) error { g.Claim("hash", "P-1"); return nil },
			func(s *repo.Store) error { return s.ClaimNationalID(ctx, "hash", "P-2") },
		},
	} {
		s := open(t)
		household(t, s)
		g := s.Gather()
		must(t, c.ours(g))
		must(t, c.theirs(s))
		if err := g.Flush(ctx); !errors.Is(err, repo.ErrOvertaken) {
			t.Errorf("%s: %v", what, err)
		}
		list, err := s.Households(ctx)
		must(t, err)
		for _, h := range list {
			if h.Address == "ours" {
				t.Errorf("%s: %s was written over", what, h.ID)
			}
		}
		if holders, err := s.NationalIDHolders(ctx, []string{"hash", "none"}); err != nil || what == "a claim" && holders["hash"] != "P-2" || holders["none"] != "" {
			t.Errorf("%s: %v %v", what, holders, err)
		}
	}
	s := open(t)
	must(t, s.ClaimNationalID(ctx, "hash", "P-1"))
	g := s.Gather()
	g.Claim("hash", "P-1")
	if err := g.Flush(ctx); err != nil {
		t.Errorf("one's own claim again: %v", err)
	}
}
