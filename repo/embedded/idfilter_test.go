//go:build !noembed

package embedded

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"pgregory.net/rapid"
)

// TestWhatIsNarrowed: a filter may lose what the document surely meets, and nothing else.
func TestWhatIsNarrowed(t *testing.T) {
	at := time.Date(2017, 12, 5, 0, 0, 0, 0, time.UTC)
	document := bson.M{
		"_id": "x", "rev": int64(3), "state": "queued", "try": int32(1), "on": true, "at": at, "half": 0.5, "tags": bson.A{"a"},
	}
	is := func(operator string, v any) bson.D { return bson.D{{Key: operator, Value: v}} }
	for _, c := range []struct {
		field string
		value any
		meets bool
	}{
		{"rev", int64(3), true}, {"rev", int64(4), false}, {"rev", int32(3), false}, {"rev", "3", false},
		{"state", is("$in", bson.A{"held", "queued"}), true}, {"state", is("$in", bson.A{"held"}), false},
		{"state", is("$ne", "held"), true}, {"state", is("$ne", "queued"), false}, {"state", is("$eq", "queued"), true},
		{"try", is("$lt", int32(2)), true}, {"try", is("$lt", int32(1)), false}, {"try", is("$lte", int32(1)), true}, {"try", is("$lte", int32(0)), false},
		{"try", is("$gte", int32(2)), false}, {"try", is("$gt", int64(0)), false},
		{"at", is("$gt", at.Add(-time.Second)), true}, {"at", is("$gt", at), false}, {"at", is("$gte", at), true},
		{"on", true, true}, {"on", is("$ne", true), false}, {"half", 0.5, true}, {"half", is("$lt", 1.0), false},
		{"tags", "a", false}, {"tags", is("$ne", "b"), false}, {"gone", nil, false}, {"gone", is("$ne", "x"), false},
		{"state", is("$exists", true), false}, {"at", bson.D{}, false}, {"state", is("$not", is("$eq", "held")), false},
		{"$or", bson.A{bson.D{{Key: "rev", Value: int64(3)}}}, false}, {"a.b", 1, false},
	} {
		filter := bson.D{{Key: "_id", Value: "x"}, {Key: c.field, Value: c.value}}
		if got := meets(rawOf(t, document), rawOf(t, filter)); got != c.meets {
			t.Errorf("%s %v: %v", c.field, c.value, got)
		}
	}
}

func rawOf(t *testing.T, v any) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestNarrowedWritesDoTheSame makes the same random writes over two databases, one of which takes every filter as it
// comes: answers and documents stay the same.
func TestNarrowedWritesDoTheSame(t *testing.T) {
	narrow, plain := collections(t, true), collections(t, false)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		a, b := narrow(round), plain(round)
		documents := []any{}
		for i := range 2 {
			documents = append(documents, append(bson.D{{Key: "_id", Value: fmt.Sprint(i)}}, anyFields(rt)...))
		}
		for _, c := range []*mongo.Collection{a, b} {
			if _, err := c.InsertMany(t.Context(), documents); err != nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 20).Draw(rt, "writes") {
			write := anyWrite(rt)
			if one, other := write(t.Context(), a)+contents(rt, a), write(t.Context(), b)+contents(rt, b); one != other {
				rt.Fatalf("narrow: %s\nas it came: %s", one, other)
			}
		}
	})
}

// TestADocumentChangedTwiceInACommand: the second change is judged by what the first has made.
func TestADocumentChangedTwiceInACommand(t *testing.T) {
	c := collections(t, true)(0)
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}, {Key: "rev", Value: 1}}); err != nil {
		t.Fatal(err)
	}
	next := func(filter bson.D) mongo.WriteModel {
		return mongo.NewUpdateOneModel().SetFilter(filter).SetUpdate(bson.D{{Key: "$inc", Value: bson.D{{Key: "rev", Value: 1}}}})
	}
	id, first := bson.E{Key: "_id", Value: "x"}, bson.E{Key: "rev", Value: 1}
	for _, twice := range [][]mongo.WriteModel{
		{next(bson.D{id, first}), next(bson.D{id, first})},
		{next(bson.D{id}), next(bson.D{id, bson.E{Key: "rev", Value: 2}})},
	} {
		res, err := c.BulkWrite(t.Context(), twice)
		if err != nil || res.MatchedCount != 1 {
			t.Errorf("%+v %v", res, err)
		}
	}
}

// collections gives a collection of its own to each round.
func collections(t *testing.T, narrows bool) func(round int) *mongo.Collection {
	t.Helper()
	db, err := OpenDatabase(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	db.front.narrows = narrows
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return func(round int) *mongo.Collection { return client.Database("narrow").Collection(fmt.Sprint("c", round)) }
}

func contents(rt *rapid.T, c *mongo.Collection) string {
	var all []bson.D
	cursor, err := c.Find(context.Background(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	if err == nil {
		err = cursor.All(context.Background(), &all)
	}
	if err != nil {
		rt.Fatal(err)
	}
	return fmt.Sprint(all)
}

var anyID = rapid.SampledFrom([]string{"0", "0", "1", "none"})

// anyValue is one of few, so that conditions hold often.
func anyValue(rt *rapid.T) any {
	return rapid.SampledFrom([]any{
		int64(1), int64(1), int64(2), int64(3), int32(1), "a", "a", "b", true, nil, 0.5, time.UnixMilli(1), time.UnixMilli(2),
		bson.A{"a"}, bson.D{{Key: "x", Value: "a"}},
	}).Draw(rt, "value")
}

func anyFields(rt *rapid.T) (fields bson.D) {
	for _, name := range []string{"p", "q"} {
		if rapid.Bool().Draw(rt, "has "+name) {
			fields = append(fields, bson.E{Key: name, Value: anyValue(rt)})
		}
	}
	return fields
}

func anyFilter(rt *rapid.T) bson.D {
	filter := bson.D{{Key: "_id", Value: anyID.Draw(rt, "id")}}
	for _, f := range anyFields(rt) {
		switch operator := rapid.SampledFrom([]string{"", "$eq", "$ne", "$in", "$lt", "$lte", "$gt", "$gte"}).Draw(rt, "operator"); operator {
		case "":
		case "$in":
			f.Value = bson.D{{Key: operator, Value: bson.A{f.Value, anyValue(rt)}}}
		default:
			f.Value = bson.D{{Key: operator, Value: f.Value}}
		}
		filter = append(filter, f)
	}
	return filter
}

// anyWrite draws a write and gives what makes it and tells its answer.
func anyWrite(rt *rapid.T) func(context.Context, *mongo.Collection) string {
	filter, upsert := anyFilter(rt), rapid.Bool().Draw(rt, "upsert")
	set := bson.D{{Key: "$set", Value: bson.D{{Key: "p", Value: anyValue(rt)}}}}
	switch rapid.SampledFrom([]string{"update", "replace", "delete", "find", "bulk"}).Draw(rt, "write") {
	case "replace":
		document := anyFields(rt)
		return func(ctx context.Context, c *mongo.Collection) string {
			res, err := c.ReplaceOne(ctx, filter, document, options.Replace().SetUpsert(upsert))
			return told(res, err)
		}
	case "delete":
		return func(ctx context.Context, c *mongo.Collection) string {
			res, err := c.DeleteOne(ctx, filter)
			return told(res, err)
		}
	case "find":
		return func(ctx context.Context, c *mongo.Collection) string {
			var found bson.D
			err := c.FindOneAndUpdate(ctx, filter, set, options.FindOneAndUpdate().SetUpsert(upsert)).Decode(&found)
			return told(&found, err)
		}
	case "bulk":
		models := []mongo.WriteModel{mongo.NewUpdateOneModel().SetFilter(filter).SetUpdate(set)}
		for range 2 {
			models = append(models, mongo.NewUpdateOneModel().SetFilter(anyFilter(rt)).SetUpdate(set))
		}
		return func(ctx context.Context, c *mongo.Collection) string {
			res, err := c.BulkWrite(ctx, models)
			return told(res, err)
		}
	}
	return func(ctx context.Context, c *mongo.Collection) string {
		res, err := c.UpdateOne(ctx, filter, set, options.UpdateOne().SetUpsert(upsert))
		return told(res, err)
	}
}

func told[T any](answer *T, err error) string {
	if err != nil {
		return "an error"
	}
	return fmt.Sprint(*answer)
}
