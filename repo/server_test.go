package repo

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestServersThatLoseWritesAreRefused(t *testing.T) {
	for _, c := range []struct {
		info bson.D
		fits bool
	}{
		{bson.D{{Key: "version", Value: "7.0.14"}}, true},
		{bson.D{{Key: "version", Value: "7.0.77"}, {Key: "ferretdb", Value: bson.D{{Key: "version", Value: "v1.24.2"}}}}, true},
		{bson.D{{Key: "version", Value: "7.0.77"}, {Key: "ferretdb", Value: bson.D{{Key: "version", Value: "v2.5.0"}}}}, false},
		{bson.D{{Key: "version", Value: "7.0.77"}, {Key: "ferretdb", Value: bson.D{{Key: "version", Value: "2.0.0-rc.1"}}}}, false},
		{bson.D{{Key: "version", Value: "7.0.77"}, {Key: "ferretdb", Value: "v2"}}, true}, // no form that is known
	} {
		raw, err := bson.Marshal(c.info)
		if err != nil {
			t.Fatal(err)
		}
		err = serverFits(raw)
		if (err == nil) != c.fits || err != nil && !strings.Contains(err.Error(), "FerretDB") {
			t.Errorf("%v: %v", c.info, err)
		}
	}
}
