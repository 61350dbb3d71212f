package people

import (
	"context"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// HouseholdRow is what a row says of a household. Of one that is known it cannot move the status: that has steps with
// conditions of their own.
type HouseholdRow struct {
	ID                             string
	UnitID, Address                *string
	HeadID, HeadName               string // the head as a number and as a name would be written; empty: not said
	PovertyCauses                  *[]string
	SubsistenceFrom, SubsistenceTo *model.Date // of the latest spell of the subsistence allowance
	Status                         *model.HouseholdStatus
	StatusSince                    *model.Date
	RegisteredOn, ExitedOn         *model.Date
	History                        []model.StatusChange
	Attrs                          map[string]any
}

func (row HouseholdRow) reads(b *Batch, into *reads) {
	into.households = append(into.households, row.ID)
	if (row.HeadID != "" || row.HeadName != "") && !b.isNumber(row.HeadID) && b.Knows(row.ID) {
		into.headless = append(into.headless, row.ID)
	}
}

func (row HouseholdRow) settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error) {
	if row.UnitID != nil {
		if _, err := b.unit(ctx, *row.UnitID); err != nil {
			return Outcome{}, on("unit", err)
		}
	}
	head, err := b.headOf(row)
	if err != nil {
		return Outcome{}, err
	}
	return apply(ctx, b, b.gather.Households, b.known.Households,
		row.ID, l, write, model.Household{ID: row.ID}, func(h *model.Household, isNew bool) error {
			setIf(&h.UnitID, row.UnitID)
			setIf(&h.Address, row.Address)
			if head != "" && h.HeadID != "" && h.HeadID != head {
				return on("head", errHeadExists)
			}
			if head != "" {
				h.HeadID = head
			}
			if row.PovertyCauses != nil && !slices.Equal(h.PovertyCauses, *row.PovertyCauses) {
				h.PovertyCauses = *row.PovertyCauses
			}
			if err := subsist(h, row.SubsistenceFrom, row.SubsistenceTo); err != nil {
				return err
			}
			if err := b.fill(&h.FormV, &h.Attrs, row.Attrs); err != nil {
				return err
			}
			if !isNew {
				return row.sameStatus(h)
			}
			if err := checkHouseholdNo(row.ID); err != nil {
				return on("household_id", err)
			}
			return row.begin(h, b.by)
		})
}

// headOf is the person whom the row names as head. By number it may be somebody whom a later row brings; by name it is
// a member, and before there are any the rows of persons say who it is.
func (b *Batch) headOf(row HouseholdRow) (string, error) {
	if row.HeadID == "" && row.HeadName == "" {
		return "", nil
	}
	if b.isNumber(row.HeadID) {
		return row.HeadID, nil
	}
	members := b.members[row.ID]
	if len(members) == 0 {
		return "", nil
	}
	var ids []string
	for _, m := range members {
		if m.Name == row.HeadName {
			ids = append(ids, m.ID)
		}
	}
	switch len(ids) {
	case 0:
		return "", refuse("head", "户里没有叫这个名字的人")
	case 1:
		return ids[0], nil
	}
	return "", refuse("head", "户里有同名的人,请填人员编号")
}

// isNumber says of how a head is written that it is a person's number.
func (b *Batch) isNumber(head string) bool {
	last := head[max(0, len(head)-1):]
	return b.known.Persons[head] || last >= "0" && last <= "9"
}

// subsist changes the days of the subsistence allowance: those of the latest spell.
func subsist(h *model.Household, from, to *model.Date) error {
	if is(from) == "" && is(to) == "" {
		if from != nil && len(h.Attributes) > 0 {
			return refuse("subsistence_from", "已经登记的低保不能清空,请填低保止")
		}
		return nil
	}
	i := -1
	for j, a := range h.Attributes {
		if a.Kind == model.AttributeSubsistence && (i < 0 || a.From >= h.Attributes[i].From) {
			i = j
		}
	}
	list := slices.Clone(h.Attributes)
	switch {
	case i < 0 && is(from) == "":
		return refuse("subsistence_to", "没有低保起")
	case i < 0, list[max(i, 0)].To != "" && is(from) > list[i].To: // a new spell
		list = append(list, model.HouseholdAttribute{Kind: model.AttributeSubsistence})
		i = len(list) - 1
	}
	a := &list[i]
	if is(from) != "" {
		a.From = *from
	}
	setIf(&a.To, to)
	if a.To != "" && a.To < a.From {
		return refuse("subsistence_to", "早于低保起")
	}
	if !slices.Equal(list, h.Attributes) {
		h.Attributes = list
	}
	return nil
}

// is is what the row says, if it says something.
func is[T any](said *T) (value T) {
	setIf(&value, said)
	return value
}

// begin writes the history of a household that comes into the registry: as the row tells it, or as it follows from
// the row's dates.
func (row HouseholdRow) begin(h *model.Household, by model.ChangeInfo) error {
	setIf(&h.RegisteredOn, row.RegisteredOn)
	setIf(&h.ExitedOn, row.ExitedOn)
	if h.ExitedOn != "" && h.ExitedOn < h.RegisteredOn {
		return refuse("exited_on", "早于建档日期")
	}
	history := slices.Clone(row.History)
	if len(history) == 0 {
		history = row.impliedHistory(*h)
	}
	for i := range history {
		c := &history[i]
		c.By, c.At = by.Actor, by.At.UTC()
		if c.Evidence == "" {
			c.Evidence = by.Why
		}
		if i > 0 && c.On < history[i-1].On {
			return refuse("status_since", "早于前面的户情")
		}
		if c.On > model.DateOf(by.At) && i == len(history)-1 && len(row.History) == 0 {
			return refuse("status_since", "这一天还没有到")
		}
	}
	last := history[len(history)-1]
	if row.Status != nil && *row.Status != last.Status {
		return refuse("status", "与户情记录的最后一行不同")
	}
	if since := is(row.StatusSince); since != "" && since != last.On {
		return refuse("status_since", "与户情记录的最后一行不同")
	}
	h.StatusHistory, h.Status, h.StatusSince = history, last.Status, last.On
	return nil
}

func (row HouseholdRow) impliedHistory(h model.Household) []model.StatusChange {
	history := []model.StatusChange{{Status: model.StatusRegistered, On: h.RegisteredOn}}
	since, status := is(row.StatusSince), is(row.Status)
	if status == model.StatusIdentified || status == model.StatusRejected {
		history = nil // never registered: the date is that of the first survey
	}
	if h.ExitedOn != "" {
		history = append(history, model.StatusChange{Status: model.StatusExited, On: h.ExitedOn})
	}
	if status == "" || len(history) > 0 && status == history[len(history)-1].Status {
		return history
	}
	if since == "" {
		since = max(h.RegisteredOn, h.ExitedOn)
	}
	return append(history, model.StatusChange{Status: status, On: since})
}

// sameStatus keeps a row from moving a household past the rules of its status: it must agree with what the registry
// has.
func (row HouseholdRow) sameStatus(h *model.Household) error {
	other := func(field, is string) error {
		return refuse(field, fmt.Sprintf("与系统里的不同(%s);户情只能在系统里按程序变更", is))
	}
	if s := is(row.Status); s != "" && s != h.Status {
		return other("status", h.Status.Label())
	}
	for _, d := range []struct {
		field string
		said  *model.Date
		has   model.Date
	}{
		{"status_since", row.StatusSince, h.StatusSince}, {"registered_on", row.RegisteredOn, h.RegisteredOn}, {"exited_on", row.ExitedOn, h.ExitedOn},
	} {
		if d.said != nil && *d.said != d.has {
			return other(d.field, string(d.has))
		}
	}
	same := len(row.History) == 0 || slices.EqualFunc(row.History, h.Timeline(), func(a, b model.StatusChange) bool { return a.On == b.On && a.Status == b.Status })
	if !same {
		return other("career", fmt.Sprintf("共%d次变动", len(h.Timeline())))
	}
	return nil
}
