package repo

import (
	"context"
	"regexp"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
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
	Number    string   // a pattern of its number, in place of a term
	Also      []string // besides what the term finds: those that it finds by something that is not theirs to show
	Attribute string
	Attrs     map[string]any // flexible fields, by key
	After     string         // the last number of the page before
	Limit     int64
}

// FindHouseholds is a page of households, by number; all of them without a limit.
func (s *Store) FindHouseholds(ctx context.Context, f HouseholdFilter) ([]model.Household, error) {
	return find[model.Household](ctx, s.db.Collection(colHouseholds), f.query(), inOrder().SetLimit(f.Limit))
}

// HouseholdIDs are the numbers of all that the filter finds.
func (s *Store) HouseholdIDs(ctx context.Context, f HouseholdFilter) (ids []string, err error) {
	err = each(ctx, s.db.Collection(colHouseholds), f.query(), func(h model.Household) error {
		ids = append(ids, h.ID)
		return nil
	}, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(briefBatch))
	return ids, err
}

// EachCareer calls f with every household, of which only the unit and the history of its status are read, in no order.
func (s *Store) EachCareer(ctx context.Context, f func(model.Household) error) error {
	brief := bson.D{{Key: "unit_id", Value: 1}, {Key: "status", Value: 1}, {Key: "status_since", Value: 1}, {Key: "status_history", Value: 1}}
	return each(ctx, s.db.Collection(colHouseholds), bson.D{}, f, options.Find().SetProjection(brief).SetBatchSize(briefBatch))
}

func (f HouseholdFilter) query() bson.D {
	filter, all := bson.D{}, bson.A{}
	and := func(key string, value any) { filter = append(filter, bson.E{Key: key, Value: value}) }
	if within, ok := f.Reach.among(); ok {
		all = append(all, within)
	}
	also := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: notNil(f.Also)}}}}
	switch {
	case f.Number != "":
		numbered := bson.D{{Key: "_id", Value: bson.D{{Key: "$regex", Value: f.Number}}}}
		all = append(all, bson.D{{Key: "$or", Value: bson.A{numbered, also}}})
	case f.Term != "":
		all = append(all, bson.D{{Key: "$or", Value: bson.A{f.found(), also}}})
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
	return filter
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

// SearchTerms are the terms by which a household is found: all, and those that tell no more than the mask shows.
type SearchTerms struct {
	HouseholdID   string
	Terms, Masked []string
}

// SetSearch writes the terms of households. They are derived, so this makes no revision. A household that there is not
// stays out.
func (s *Store) SetSearch(ctx context.Context, of ...SearchTerms) error {
	writes := make([]mongo.WriteModel, len(of))
	for i, t := range of {
		writes[i] = updateByID(t.HouseholdID, bson.D{{Key: "$set", Value: bson.D{{Key: "search", Value: t.Terms}, {Key: "search_masked", Value: t.Masked}}}})
	}
	_, err := bulk(ctx, s.db.Collection(colHouseholds), writes)
	return err
}

// CountSearch counts one more search of a member of staff in an hour of a day, and says the how-manieth it is.
func (s *Store) CountSearch(ctx context.Context, staffID string, day model.Date, hour string) (int, error) {
	return s.ReserveDailySend(ctx, "search:"+staffID+"|"+hour, day)
}
