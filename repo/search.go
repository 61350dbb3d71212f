package repo

import (
	"context"
	"regexp"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Reach is a part of the registry: everything, or the households of the units and those that are named.
type Reach struct {
	Everywhere bool
	Units, IDs []string
}

// among is the part as a filter; ok is false where it leaves nothing out.
func (r Reach) among() (filter bson.D, ok bool) {
	if r.Everywhere {
		return nil, false
	}
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "unit_id", Value: bson.D{{Key: "$in", Value: notNil(r.Units)}}}},
		bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: notNil(r.IDs)}}}},
	}}}, true
}

// HouseholdFilter chooses households. Empty fields choose all.
type HouseholdFilter struct {
	Reach     Reach
	In        []string // further narrowed to these units, when not nil
	Status    model.HouseholdStatus
	Term      string // the beginning of a search term: what the mask shows and, within Names, of a name
	Names     Reach
	Attribute string
	Attrs     map[string]any // flexible fields, by key
	After     string         // the last number of the page before
	Limit     int64
}

// FindHouseholds is a page of households, by number.
func (s *Store) FindHouseholds(ctx context.Context, f HouseholdFilter) ([]model.Household, error) {
	filter, all := bson.D{}, bson.A{}
	and := func(key string, value any) { filter = append(filter, bson.E{Key: key, Value: value}) }
	if within, ok := f.Reach.among(); ok {
		all = append(all, within)
	}
	if f.Term != "" {
		all = append(all, f.found())
	}
	if len(all) > 0 {
		and("$and", all)
	}
	if f.In != nil {
		and("unit_id", bson.D{{Key: "$in", Value: f.In}})
	}
	if f.Status != "" {
		and("status", f.Status)
	}
	if f.Attribute != "" {
		and("attributes.kind", f.Attribute)
	}
	for _, key := range sortedKeys(f.Attrs) {
		and("attrs."+key, f.Attrs[key])
	}
	if f.After != "" {
		and("_id", bson.D{{Key: "$gt", Value: f.After}})
	}
	return find[model.Household](ctx, s.db.Collection(colHouseholds), filter, inOrder().SetLimit(f.Limit))
}

// found is which households the term finds. Outside Names it is compared with the masked terms only: who may not read a
// name must not learn it by trying its letters.
func (f HouseholdFilter) found() bson.D {
	begins := bson.D{{Key: "$regex", Value: "^" + regexp.QuoteMeta(f.Term)}}
	masked, named := bson.D{{Key: "search_masked", Value: begins}}, bson.D{{Key: "search", Value: begins}}
	within, part := f.Names.among()
	switch {
	case !part:
		return named
	case len(f.Names.Units) == 0 && len(f.Names.IDs) == 0:
		return masked
	}
	return bson.D{{Key: "$or", Value: bson.A{masked, bson.D{{Key: "$and", Value: bson.A{within, named}}}}}}
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// SetSearch writes the terms by which the household is found. They are derived, so this makes no revision.
func (s *Store) SetSearch(ctx context.Context, householdID string, terms, masked []string) error {
	return set(ctx, s.db.Collection(colHouseholds), householdID, bson.D{{Key: "search", Value: terms}, {Key: "search_masked", Value: masked}})
}

// CountSearch counts one more search of a member of staff in an hour of a day, and says the how-manieth it is.
func (s *Store) CountSearch(ctx context.Context, staffID string, day model.Date, hour string) (int, error) {
	return s.TakeSent(ctx, "search:"+staffID+"|"+hour, day)
}

// SavedFilters of a member of staff, by name.
func (s *Store) SavedFilters(ctx context.Context, staffID string) ([]model.SavedFilter, error) {
	return find[model.SavedFilter](ctx, s.db.Collection(colFilters), bson.D{{Key: "staff_id", Value: staffID}}, inOrder())
}

// PutFilter saves a filter under its name.
func (s *Store) PutFilter(ctx context.Context, f model.SavedFilter) error {
	return put(ctx, s.db.Collection(colFilters), f.ID, f)
}

// DeleteFilter forgets a filter; forgetting twice is no error.
func (s *Store) DeleteFilter(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colFilters), byID(id))
	return err
}

// SavedFilter by id, "staff/name".
func (s *Store) SavedFilter(ctx context.Context, id string) (model.SavedFilter, error) {
	return get[model.SavedFilter](ctx, s.db.Collection(colFilters), id)
}
