package model_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

// TestAnyOrderOfSteps walks a disclosure at random: whoever wrote it never approves it, what was approved never
// changes, and nothing is public that was not approved.
func TestAnyOrderOfSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := model.Disclosure{State: model.DisclosureDraft, Review: model.Review{Writers: []string{"staff:1"}}}
		frozen, day := d.Tables, model.Date("2018-01-01")
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			before, who := d, fmt.Sprint("staff:", rapid.IntRange(1, 3).Draw(t, "who"))
			before.Writers = slices.Clone(d.Writers)
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				table := model.PublicTable{Caption: fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "content"))}
				if err := d.Preview(who, day, []model.PublicTable{table}, nil); err == nil && !before.Editable() {
					t.Fatalf("previewed from %s", before.State)
				}
			case 1:
				if err := d.Approve(who, time.Time{}); err == nil {
					if before.State != model.DisclosurePreview || slices.Contains(before.Writers, who) {
						t.Fatalf("%s approved from %s, written by %v", who, before.State, before.Writers)
					}
					frozen = d.Tables
				}
			case 2:
				err := d.Publish(model.Publication{Channel: model.ChannelTV, On: day, By: who}, day)
				if err == nil && d.ApprovedBy == "" {
					t.Fatal("published without approval")
				}
			case 3:
				_ = d.Withdraw(model.Withdrawal{Note: "有误", On: day, By: who})
			case 4:
				day = day.AddDays(rapid.IntRange(0, 5).Draw(t, "days"))
			}
			if d.ApprovedBy != "" && !reflect.DeepEqual(d.Tables, frozen) {
				t.Fatalf("what was approved changed: %+v", d.Tables)
			}
			if d.Public() && (d.From.DaysUntil(d.To)+1 < model.NoticeDays || d.ApprovedBy == "") {
				t.Fatalf("a notice from %s to %s", d.From, d.To)
			}
			if before.State == model.DisclosureWithdrawn && d.State != before.State {
				t.Fatalf("%s again", d.State)
			}
		}
	})
}

func TestStageOn(t *testing.T) {
	d := model.Disclosure{State: model.DisclosurePublished, From: "2018-01-02", To: "2018-01-08"}
	for _, c := range []struct {
		day  model.Date
		open int
		want model.DisclosureState
		may  bool
	}{
		{"2018-01-01", 0, model.DisclosurePublished, false},
		{"2018-01-02", 0, model.DisclosureObjecting, true},
		{"2018-01-08", 0, model.DisclosureObjecting, true},
		{"2018-01-09", 0, model.DisclosureClosed, false},
		{"2018-01-09", 1, model.DisclosureObjecting, false},
	} {
		if got := d.StageOn(c.day, c.open); got != c.want || d.Objectable(c.day) != c.may {
			t.Errorf("%s with %d open: %s, %v", c.day, c.open, got, d.Objectable(c.day))
		}
	}
	d.State = model.DisclosureWithdrawn
	if d.StageOn("2018-01-03", 1) != model.DisclosureWithdrawn || d.Objectable("2018-01-03") {
		t.Error("withdrawn is not open to objections")
	}
}

func TestBlocks(t *testing.T) {
	notices := []model.Disclosure{{ID: "n", Households: []string{"H-1", "H-2"}}}
	for _, c := range []struct {
		o    model.Objection
		want bool
	}{
		{model.Objection{State: model.ObjectionReceived, HouseholdID: "H-1", DisclosureID: "other"}, true},
		{model.Objection{State: model.ObjectionAssigned, HouseholdID: "H-1", DisclosureID: "n"}, true},
		{model.Objection{State: model.ObjectionAnswered, HouseholdID: "H-1", DisclosureID: "n"}, false},
		{model.Objection{State: model.ObjectionReceived, HouseholdID: "H-2", DisclosureID: "n"}, false},
		{model.Objection{State: model.ObjectionReceived, DisclosureID: "n"}, true}, // to the whole notice
		{model.Objection{State: model.ObjectionReceived, DisclosureID: "other"}, false},
		{model.Objection{State: model.ObjectionClosed, DisclosureID: "n"}, false},
	} {
		if got := c.o.Blocks("H-1", notices); got != c.want {
			t.Errorf("%+v: %v", c.o, got)
		}
	}
}

func TestOwnItems(t *testing.T) {
	for item, want := range map[model.DisclosureItem]bool{
		"item-6": true, "item-10": true, "item-5": false, "item-11": false, "funds": false, "item-66": false,
	} {
		if item.Own() != want {
			t.Errorf("%s: %v", item, item.Own())
		}
	}
	s := model.DefaultSettings()
	if s.ItemTitle("item-6") != "" || s.ItemTitle(model.ItemFunds) != "资金使用" {
		t.Error("the other five have no name until the farm gives them one")
	}
}
