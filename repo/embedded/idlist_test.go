//go:build !noembed

package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"pgregory.net/rapid"
)

// byIDs are the documents that a query for the ids gives, in the order of their ids.
func byIDs(ctx context.Context, t rapid.TB, c *mongo.Collection, ids []string) []string {
	t.Helper()
	cursor, err := c.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find().SetBatchSize(2000))
	var found []bson.D
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, d := range found {
		list = append(list, fmt.Sprint(d))
	}
	slices.Sort(list)
	return list
}

// TestAListOfIDs gives the same documents whether the collection is read or they are looked up, also such as there are
// not, and ids that are named twice.
func TestAListOfIDs(t *testing.T) {
	db, c := aDatabase(t)
	for i := range 50 {
		if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: fmt.Sprint(i)}, {Key: "n", Value: i}}); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		ids := rapid.SliceOfN(rapid.StringMatching(`[0-6]?[0-9]`), 2, 40).Draw(rt, "ids")
		db.front.scans.note(c.Name(), 0)
		scanned := byIDs(t.Context(), rt, c, ids)
		db.front.memory.forget(c.Name())
		db.front.scans.note(c.Name(), time.Hour)
		if found := byIDs(t.Context(), rt, c, ids); !slices.Equal(found, scanned) {
			rt.Errorf("looked up: %v, scanned: %v", found, scanned)
		}
	})
}

// TestLongDocumentsOfAList come in several answers.
func TestLongDocumentsOfAList(t *testing.T) {
	db, c := aDatabase(t)
	ids := []string{}
	for i := range 5 {
		ids = append(ids, fmt.Sprint(i))
		if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: ids[i]}, {Key: "text", Value: strings.Repeat("x", 5<<20)}}); err != nil {
			t.Fatal(err)
		}
	}
	db.front.scans.note(c.Name(), time.Hour)
	if found := byIDs(t.Context(), t, c, ids); len(found) != 5 {
		t.Errorf("%d of 5", len(found))
	}
}

// TestWhatIsAListOfIDs: a query that asks for anything else goes on as it came.
func TestWhatIsAListOfIDs(t *testing.T) {
	in := func(values ...any) bson.D {
		return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A(values)}}}}
	}
	question := func(filter any, more ...bson.E) command {
		return parse(wired(t, 1, append(bson.D{{Key: "find", Value: "c"}, {Key: "filter", Value: filter}, {Key: "$db", Value: "x"}}, more...)))
	}
	for what, c := range map[string]struct {
		c    command
		want string
	}{
		"a list":                {question(in("b", "a", "b")), "a b"},
		"with a batch size":     {question(in("a", "b"), bson.E{Key: "batchSize", Value: 2000}), "a b"},
		"with an order":         {question(in("a", "b"), bson.E{Key: "sort", Value: bson.D{{Key: "_id", Value: 1}}}), ""},
		"with a limit":          {question(in("a", "b"), bson.E{Key: "limit", Value: 1}), ""},
		"of some fields":        {question(in("a", "b"), bson.E{Key: "projection", Value: bson.D{{Key: "n", Value: 1}}}), ""},
		"of other ids":          {question(in("a", 1)), ""},
		"with a condition":      {question(append(in("a", "b"), bson.E{Key: "n", Value: 1})), ""},
		"of another field":      {question(bson.D{{Key: "n", Value: bson.D{{Key: "$in", Value: bson.A{"a", "b"}}}}}), ""},
		"with another operator": {question(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{"a"}}, {Key: "$ne", Value: "b"}}}}), ""},
		"one":                   {question(bson.D{{Key: "_id", Value: "a"}}), ""},
	} {
		if got := strings.Join(c.c.ids(), " "); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func aDatabase(t *testing.T) (*Database, *mongo.Collection) {
	t.Helper()
	db, err := OpenDatabase(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return db, client.Database("lists").Collection("c")
}
