package repo

import (
	"context"
	"regexp"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// HouseholdFilter chooses households. Empty fields choose all; Units and IDs are joined by "or".
type HouseholdFilter struct {
	Everywhere bool     // otherwise only Units and IDs
	Units, IDs []string // the units they live in, or they themselves
	In         []string // further narrowed to these units, when not nil
	Status     model.HouseholdStatus
	Term       string // the beginning of a search term: name, pinyin, initials, number
	Attribute  string
	Attrs      map[string]any // flexible fields, by key
	After      string         // the last number of the page before
	Limit      int64
}

// FindHouseholds is a page of households, by number.
func (s *Store) FindHouseholds(ctx context.Context, f HouseholdFilter) ([]model.Household, error) {
	filter := bson.D{}
	if !f.Everywhere {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "unit_id", Value: bson.D{{Key: "$in", Value: notNil(f.Units)}}}},
			bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: notNil(f.IDs)}}}},
		}})
	}
	and := func(key string, value any) { filter = append(filter, bson.E{Key: key, Value: value}) }
	if f.In != nil {
		and("unit_id", bson.D{{Key: "$in", Value: f.In}})
	}
	if f.Status != "" {
		and("status", f.Status)
	}
	if f.Term != "" {
		and("search", bson.D{{Key: "$regex", Value: "^" + regexp.QuoteMeta(f.Term)}})
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
func (s *Store) SetSearch(ctx context.Context, householdID string, terms []string) error {
	return set(ctx, s.db.Collection(colHouseholds), householdID, bson.D{{Key: "search", Value: terms}})
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
