package repo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// CheckServer is an error when the server is one over which Bangfu loses what it writes. FerretDB v2 loses one of two upserts of
// the same document at once without a word (github.com/documentdb/documentdb/issues/295), and its transactions are accepted and
// are none. FerretDB v1 is served behind our relay only (repo/embedded), which is not known here.
func (s *Store) CheckServer(ctx context.Context) error {
	info, err := s.db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return translate("build info", err)
	}
	return serverFits(info)
}

func serverFits(info bson.Raw) error {
	version, _ := info.Lookup("ferretdb", "version").StringValueOK()
	if strings.HasPrefix(strings.TrimPrefix(version, "v"), "2.") {
		return fmt.Errorf("MONGO_URI: this is FerretDB %s, which loses one of two upserts at once (documentdb issue 295); use MongoDB 6 or newer", version)
	}
	return nil
}

// ServerTime is what the clock of the database says.
func (s *Store) ServerTime(ctx context.Context) (time.Time, error) {
	var hello struct {
		At time.Time `bson:"localTime"`
	}
	err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	return hello.At, translate("hello", err)
}
