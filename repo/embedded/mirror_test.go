//go:build !noembed

package embedded

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"pgregory.net/rapid"
)

// copied gives a collection of a database whose copy is made with the next query, for it holds enough documents.
func copied(t *testing.T, copies bool) (*proxy, *mongo.Collection) {
	t.Helper()
	db, err := OpenDatabase(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if !copies {
		db.front.mirrors.unfit = map[string]bool{"copied.c": true}
	}
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	c := client.Database("copied").Collection("c")
	var many []any
	for i := range worthACopy {
		many = append(many, bson.D{{Key: "_id", Value: fmt.Sprintf("many%03d", i)}, {Key: "r", Value: i % 7}})
	}
	if _, err := c.InsertMany(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	db.front.scans.note("c", time.Hour)
	return db.front, c
}

// copyOf is the copy of the collection, if it is in use.
func copyOf(r *proxy) *mirror {
	m := r.mirrors.at("copied.c")
	if m == nil {
		return nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.docs == nil {
		return nil
	}
	return m
}

// TestACopyAnswersTheSame makes the same random writes and asks the same random questions over two databases, one of
// which has a copy.
func TestACopyAnswersTheSame(t *testing.T) {
	front, a := copied(t, true)
	_, b := copied(t, false)
	used, ended := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			write := anyWrite(rt)
			if one, other := write(t.Context(), a), write(t.Context(), b); one != other {
				rt.Fatalf("with the copy: %s\nwithout: %s", one, other)
			}
			if rapid.IntRange(0, 20).Draw(rt, "of nobody's name") == 0 {
				nameless := bson.D{{Key: "p", Value: "b"}}
				for _, c := range []*mongo.Collection{a, b} {
					if _, err := c.DeleteMany(t.Context(), nameless); err != nil {
						rt.Fatal(err)
					}
				}
				if copyOf(front) == nil {
					ended++
				}
			}
			filter, opts := anyQuestion(rt)
			one, other := answered(rt, a, filter, opts), answered(rt, b, filter, opts)
			if !slices.Equal(one, other) {
				i := 0
				for i < min(len(one), len(other)) && one[i] == other[i] {
					i++
				}
				rt.Fatalf("%v\nwith the copy %d: %.200v\nwithout %d: %.200v", filter, len(one), fmt.Sprint(one[i:]), len(other), fmt.Sprint(other[i:]))
			}
			if copyOf(front) != nil {
				used++
			}
		}
	})
	if used == 0 || ended == 0 {
		t.Errorf("the copy was used %d times and ended %d times", used, ended)
	}
}

// anyQuestion is a filter with more in it than those of writes, and an order, a part, or a limit.
func anyQuestion(rt *rapid.T) (filter bson.D, opts *options.FindOptionsBuilder) {
	filter = anyFilter(rt)
	if rapid.Bool().Draw(rt, "any id") {
		filter = filter[1:]
	}
	condition := rapid.SampledFrom([]bson.D{
		nil, {{Key: "r", Value: 3}}, {{Key: "r", Value: bson.D{{Key: "$gte", Value: int64(5)}}}},
		{{Key: "_id", Value: bson.D{{Key: "$gt", Value: "many2"}}}}, {{Key: "_id", Value: bson.D{{Key: "$regex", Value: "^many.*7$"}}}},
		{{Key: "p.x", Value: "a"}}, {{Key: "p.x", Value: bson.D{{Key: "$ne", Value: "a"}}}}, {{Key: "p", Value: bson.D{{Key: "$regex", Value: "^a"}}}},
		{{Key: "q", Value: bson.D{{Key: "$exists", Value: false}}}}, {{Key: "p", Value: bson.A{"a"}}},
		{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{"0", "many005", "none"}}}}},
	}).Draw(rt, "condition")
	switch rapid.SampledFrom([]string{"and", "or", "both"}).Draw(rt, "joined") {
	case "and":
		filter = append(slices.DeleteFunc(filter, func(e bson.E) bool { return len(condition) > 0 && e.Key == condition[0].Key }), condition...)
	case "or":
		if condition != nil && len(filter) > 0 {
			filter = bson.D{{Key: "$or", Value: bson.A{filter, condition}}}
		}
	case "both":
		if condition != nil && len(filter) > 0 {
			filter = bson.D{{Key: "$and", Value: bson.A{filter, condition}}}
		}
	}
	opts = options.Find()
	order := rapid.SampledFrom([]bson.D{nil, {{Key: "_id", Value: 1}}, {{Key: "_id", Value: -1}}, {{Key: "r", Value: -1}, {Key: "_id", Value: 1}}}).Draw(rt, "order")
	if order != nil {
		opts.SetSort(order).SetLimit(rapid.SampledFrom([]int64{0, 1, 5, 200}).Draw(rt, "limit"))
	}
	if part := rapid.SampledFrom([]bson.D{nil, {{Key: "_id", Value: 1}}, {{Key: "p", Value: 1}, {Key: "r", Value: true}}}).Draw(rt, "part"); part != nil {
		opts.SetProjection(part)
	}
	return filter, opts.SetBatchSize(20_000)
}

// answered are the documents, each with its fields in one order, and all of them by id where the question has no order.
func answered(rt *rapid.T, c *mongo.Collection, filter bson.D, opts *options.FindOptionsBuilder) []string {
	cursor, err := c.Find(context.Background(), filter, opts)
	var found []bson.M
	if err == nil {
		err = cursor.All(context.Background(), &found)
	}
	if err != nil {
		return []string{"error"}
	}
	list := make([]string, len(found))
	for i, d := range found {
		list[i] = fmt.Sprint(map[string]any(d))
	}
	var asked options.FindOptions
	for _, set := range opts.List() {
		_ = set(&asked)
	}
	if asked.Sort == nil {
		slices.Sort(list)
	}
	return list
}

// TestACopyBeginsBetweenWrites: hands write while it is made, and whoever wrote reads what they wrote.
func TestACopyBeginsBetweenWrites(t *testing.T) {
	for _, writing := range []writeLock{&oneTurn{}, &writeLockByDocument{}} {
		front, c := copied(t, true)
		front.writing = writing
		handsWrite(t, front, c)
	}
}

func handsWrite(t *testing.T, front *proxy, c *mongo.Collection) {
	t.Helper()
	var hands sync.WaitGroup
	for hand := range 4 {
		hands.Go(func() {
			id := fmt.Sprintf("many%03d", hand)
			for n := range 60 {
				if _, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$set", Value: bson.D{{Key: "n", Value: n}}}}); err != nil {
					t.Error(err)
					return
				}
				if n%10 == 0 && hand == 0 { // another one is to be made
					if _, err := c.DeleteMany(t.Context(), bson.D{{Key: "gone", Value: true}}); err != nil {
						t.Error(err)
					}
				}
				var found []struct{ N int }
				cursor, err := c.Find(t.Context(), bson.D{{Key: "r", Value: hand}, {Key: "n", Value: n}})
				if err == nil {
					err = cursor.All(t.Context(), &found)
				}
				if err != nil || len(found) != 1 {
					t.Errorf("hand %d, write %d: %v %v", hand, n, found, err)
					return
				}
			}
		})
	}
	hands.Wait()
	if copyOf(front) == nil {
		t.Error("there is no copy")
	}
}

// TestWhatIsCopied: neither few documents, nor more than a copy may hold.
func TestWhatIsCopied(t *testing.T) {
	front, c := copied(t, true)
	asked := 0
	ask := func() {
		t.Helper()
		asked++ // each a question of its own, which nobody remembers the answer of
		if _, err := c.Find(t.Context(), bson.D{{Key: "r", Value: asked}}); err != nil {
			t.Fatal(err)
		}
	}
	if ask(); copyOf(front) == nil {
		t.Fatal("no copy of enough documents")
	}
	long := make([]byte, maxMirror/2)
	for i := range 3 {
		if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: fmt.Sprint("long", i)}, {Key: "bytes", Value: long}}); err != nil {
			t.Fatal(err)
		}
	}
	if copyOf(front) != nil {
		t.Error("a copy of too much")
	}
	if ask(); copyOf(front) != nil {
		t.Error("a copy of too much, again")
	}
	front.mirrors.unfit = map[string]bool{}
	for i := range 3 {
		if _, err := c.DeleteOne(t.Context(), bson.D{{Key: "_id", Value: fmt.Sprint("long", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if ask(); copyOf(front) == nil {
		t.Fatal("no copy, again")
	}
	for i := range worthACopy + 1 {
		if _, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "many001"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "n", Value: i}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if copyOf(front) != nil {
		t.Error("a copy that nobody asks")
	}
	few := c.Database().Collection("few")
	if _, err := few.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}}); err != nil {
		t.Fatal(err)
	}
	front.scans.note("few", time.Hour)
	if _, err := few.Find(t.Context(), bson.D{{Key: "r", Value: 1}}); err != nil {
		t.Fatal(err)
	}
	if front.mirrors.at("copied.few") != nil {
		t.Error("a copy of one document")
	}
}

// TestWhatACopyUnderstands: whatever else a query says goes on as it came.
func TestWhatACopyUnderstands(t *testing.T) {
	for _, c := range []struct {
		part       bson.D
		understood bool
	}{
		{bson.D{{Key: "filter", Value: bson.D{}}, {Key: "sort", Value: bson.D{{Key: "_id", Value: -1}}}, {Key: "limit", Value: int64(3)}}, true},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "a.b", Value: "x"}}}}, true},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "a", Value: nil}}}}, false},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "a", Value: 0.5}}}}, false},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "a.0", Value: "x"}}}}, false},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "$nor", Value: bson.A{bson.D{}}}}}}, false},
		{bson.D{{Key: "filter", Value: bson.D{{Key: "a", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$eq", Value: "x"}}}}}}}}, false},
		{bson.D{{Key: "projection", Value: bson.D{{Key: "a.b", Value: 1}}}}, false},
		{bson.D{{Key: "projection", Value: bson.D{{Key: "a", Value: 0}}}}, false},
		{bson.D{{Key: "sort", Value: bson.D{{Key: "a.b", Value: 1}}}}, false},
		{bson.D{{Key: "skip", Value: int64(3)}}, false},
		{bson.D{{Key: "limit", Value: int64(-3)}}, false},
	} {
		request := wired(t, 1, append(bson.D{{Key: "find", Value: "c"}}, c.part...))
		if _, understood := questionOf(parse(request)); understood != c.understood {
			t.Errorf("%v: %v", c.part, understood)
		}
	}
}
