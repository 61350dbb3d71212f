package repotest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Server is the address of the MongoDB that tests use in the place of the embedded one (TEST_MONGO_URI); empty: the embedded one.
// Each test has a database of its own there, which is dropped after.
func Server() string { return os.Getenv("TEST_MONGO_URI") }

// Fresh is the name of a database that nobody has.
func Fresh() string { return "test_" + strings.ToLower(rand.Text()[:16]) }

// Drop removes a database of the server.
func Drop(ctx context.Context, database string) error {
	client, err := mongo.Connect(options.Client().ApplyURI(Server()))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	return client.Database(database).Drop(ctx)
}

// Copy puts all that one database of the server holds into another, which has collections and indexes already.
func Copy(ctx context.Context, from, into string) error {
	client, err := mongo.Connect(options.Client().ApplyURI(Server()))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	names, err := client.Database(from).ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := copyCollection(ctx, client.Database(from).Collection(name), client.Database(into).Collection(name)); err != nil {
			return err
		}
	}
	return nil
}

func copyCollection(ctx context.Context, from, into *mongo.Collection) error {
	cur, err := from.Find(ctx, bson.D{})
	if err != nil {
		return err
	}
	var docs []bson.Raw
	if err := cur.All(ctx, &docs); err != nil || len(docs) == 0 {
		return err
	}
	if _, err := into.DeleteMany(ctx, bson.D{}); err != nil {
		return err
	}
	_, err = into.InsertMany(ctx, docs)
	return err
}

// own is a database of the server for the test alone.
func own(t testing.TB) string {
	t.Helper()
	name := Fresh()
	t.Cleanup(func() {
		if err := Drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return name
}
