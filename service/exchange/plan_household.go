package exchange

import (
	"context"
	"slices"

	"bangfu/service/model"
)

func (r *run) household(ctx context.Context, v values) (model.RowState, error) {
	id := v["household_id"]
	unit := model.Unit{}
	if said := v["unit"]; said != "" {
		var err error
		if unit, err = r.unit("unit", said); err != nil {
			return "", err
		}
	}
	head, err := r.headOf(ctx, id, v)
	if err != nil {
		return "", err
	}
	return apply(ctx, r, access[model.Household]{r.ids.Households, r.store.Household, r.store.InsertHousehold, r.store.ChangeHousehold},
		id, v, model.Household{ID: id}, func(h *model.Household, isNew bool) error {
			if unit.ID != "" {
				h.UnitID = unit.ID
			}
			if head != "" {
				h.HeadID = head
			}
			put(&h.Address, v, "address")
			if causes, ok := v["causes"]; ok && !slices.Equal(h.PovertyCauses, split(causes)) {
				h.PovertyCauses = split(causes)
			}
			if err := subsist(h, v); err != nil {
				return err
			}
			if err := r.fill(&h.FormV, &h.Attrs, v); err != nil {
				return err
			}
			if isNew {
				return r.begin(h, v)
			}
			return sameStatus(h, v)
		})
}

// headOf is the person whom the row names as head. By number it may be somebody whom the sheet of persons
// brings later; by name it is a member, and before there are any the sheet of persons says who it is.
func (r *run) headOf(ctx context.Context, householdID string, v values) (string, error) {
	said := v["head"]
	if said == "" {
		return "", nil
	}
	asCode, _ := code(cell{text: said})
	if r.ids.Persons[asCode] || isDigits(asCode[max(0, len(asCode)-1):]) {
		return asCode, nil
	}
	if !r.ids.Households[householdID] {
		return "", nil
	}
	members, err := r.store.PersonsOf(ctx, householdID)
	if err != nil || len(members) == 0 {
		return "", err
	}
	var ids []string
	for _, m := range members {
		if asName, _ := name(cell{text: said}); m.Name == asName {
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

// subsist changes the days of the subsistence allowance: those of the latest spell.
func subsist(h *model.Household, v values) error {
	from, hasFrom := v["subsistence_from"]
	to, hasTo := v["subsistence_to"]
	if from == "" && to == "" {
		if hasFrom && len(h.Attributes) > 0 {
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
	case i < 0 && from == "":
		return refuse("subsistence_to", "没有低保起")
	case i < 0, list[max(i, 0)].To != "" && from > string(list[i].To): // a new spell
		list = append(list, model.HouseholdAttribute{Kind: model.AttributeSubsistence})
		i = len(list) - 1
	}
	a := &list[i]
	if from != "" {
		a.From = model.Date(from)
	}
	if hasTo {
		a.To = model.Date(to)
	}
	if a.To != "" && a.To < a.From {
		return refuse("subsistence_to", "早于低保起")
	}
	if !slices.Equal(list, h.Attributes) {
		h.Attributes = list
	}
	return nil
}

// begin writes the history of a household that comes into the registry: as the row tells it, or as it
// follows from the row's dates.
func (r *run) begin(h *model.Household, v values) error {
	put(&h.RegisteredOn, v, "registered_on")
	put(&h.ExitedOn, v, "exited_on")
	if h.ExitedOn != "" && h.ExitedOn < h.RegisteredOn {
		return refuse("exited_on", "早于建档日期")
	}
	history := changesOf(v["career"])
	if len(history) == 0 {
		history = impliedHistory(*h, v)
	}
	for i := range history {
		c := &history[i]
		c.By, c.At = r.by.Actor, r.by.At.UTC()
		if c.Evidence == "" {
			c.Evidence = r.by.Why
		}
		if i > 0 && c.On < history[i-1].On {
			return refuse("status_since", "早于前面的户情")
		}
		if c.On > model.DateOf(r.by.At) && i == len(history)-1 && v["career"] == "" {
			return refuse("status_since", "这一天还没有到")
		}
	}
	last := history[len(history)-1]
	if said, ok := v["status"]; ok && said != string(last.Status) {
		return refuse("status", "与户情记录的最后一行不同")
	}
	if since := v["status_since"]; since != "" && since != string(last.On) {
		return refuse("status_since", "与户情记录的最后一行不同")
	}
	h.StatusHistory, h.Status, h.StatusSince = history, last.Status, last.On
	return nil
}

func impliedHistory(h model.Household, v values) []model.StatusChange {
	history := []model.StatusChange{{Status: model.StatusRegistered, On: h.RegisteredOn}}
	if status := model.HouseholdStatus(v["status"]); status == model.StatusIdentified || status == model.StatusRejected {
		history = nil // never registered: the date is that of the first survey
	}
	since, status := model.Date(v["status_since"]), model.HouseholdStatus(v["status"])
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

// sameStatus keeps a sheet from moving a household past the rules of its status: a row must agree with
// what the registry has.
func sameStatus(h *model.Household, v values) error {
	const other = "与系统里的不同(%s);户情只能在系统里按程序变更"
	if s := v["status"]; s != "" && s != string(h.Status) {
		return refuse("status", other, h.Status.Label())
	}
	for _, d := range []struct {
		key string
		has model.Date
	}{{"status_since", h.StatusSince}, {"registered_on", h.RegisteredOn}, {"exited_on", h.ExitedOn}} {
		if said, ok := v[d.key]; ok && said != string(d.has) {
			return refuse(d.key, other, d.has)
		}
	}
	if said := changesOf(v["career"]); len(said) > 0 {
		same := slices.EqualFunc(said, h.Timeline(), func(a, b model.StatusChange) bool { return a.On == b.On && a.Status == b.Status })
		if !same {
			return refuse("career", other, "共"+itoa(len(h.Timeline()))+"次变动")
		}
	}
	return nil
}
