package repo_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"bangfu/repo"
	"bangfu/repo/repotest"
	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// audited is a store with an audit log of n lines, and a hand that reaches past it into the database.
func audited(t *testing.T, n int) (*repo.Store, *mongo.Collection) {
	t.Helper()
	db := repotest.OpenDatabase(t)
	s := repotest.Over(t, db, now)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := s.AppendAudit(t.Context(), model.AuditEntry{At: now, Actor: "staff:a", Action: model.AuditRead, Reason: fmt.Sprint(i), HouseholdID: "H-001"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	must(t, err)
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	return s, client.Database(repotest.Name).Collection("audit_log")
}

func TestTheAuditLogIsWhole(t *testing.T) {
	s, _ := audited(t, 20)
	report, err := s.VerifyAudit(t.Context())
	if err != nil || report.Lines != 20 || len(report.Broken) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	of, err := s.AuditLines(t.Context(), repo.AuditPage{HouseholdID: "H-001", Limit: 5})
	must(t, err)
	if len(of) != 5 || of[0].ID != "000000000020" {
		t.Errorf("%+v", of)
	}
}

// TestTheAuditLogIsWholeWhileItGrows looks at a log to which lines are added at the same time.
func TestTheAuditLogIsWholeWhileItGrows(t *testing.T) {
	repotest.Raced(t)
	s, _ := audited(t, 1)
	var writing sync.WaitGroup
	writing.Go(func() {
		for range 60 {
			if err := s.AppendAudit(t.Context(), model.AuditEntry{At: now, Actor: "staff:a", Action: model.AuditRead}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 30 {
		report, err := s.VerifyAudit(t.Context())
		if err != nil || len(report.Broken) > 0 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	writing.Wait()
}

// TestTamperingShows does to the log what somebody with the database but without the keys could do.
func TestTamperingShows(t *testing.T) {
	line := func(n int) bson.D { return bson.D{{Key: "_id", Value: fmt.Sprintf("%012d", n)}} }
	for what, tamper := range map[string]func(c *mongo.Collection) error{
		"altered": func(c *mongo.Collection) error {
			_, err := c.UpdateOne(t.Context(), line(3), bson.D{{Key: "$set", Value: bson.D{{Key: "reason", Value: "x"}}}})
			return err
		},
		"removed": func(c *mongo.Collection) error { _, err := c.DeleteOne(t.Context(), line(3)); return err },
		"first removed": func(c *mongo.Collection) error {
			_, err := c.DeleteOne(t.Context(), line(1))
			return err
		},
		"last removed": func(c *mongo.Collection) error { _, err := c.DeleteOne(t.Context(), line(5)); return err },
		"end removed": func(c *mongo.Collection) error {
			if _, err := c.DeleteOne(t.Context(), line(5)); err != nil {
				return err
			}
			_, err := c.Database().Collection("audit_heads").DeleteOne(t.Context(), bson.D{})
			return err
		},
		"a line of no number": func(c *mongo.Collection) error {
			_, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}})
			return err
		},
		"a line far ahead": func(c *mongo.Collection) error {
			_, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "999999999999"}})
			return err
		},
		"not a line": func(c *mongo.Collection) error {
			_, err := c.UpdateOne(t.Context(), line(5), bson.D{{Key: "$set", Value: bson.D{{Key: "at", Value: "yesterday"}}}})
			return err
		},
		"end set back": func(c *mongo.Collection) error {
			if _, err := c.DeleteOne(t.Context(), line(5)); err != nil {
				return err
			}
			_, err := c.Database().Collection("audit_heads").UpdateOne(t.Context(), bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: "seq", Value: int64(4)}}}})
			return err
		},
	} {
		t.Run(strings.ReplaceAll(what, " ", "_"), func(t *testing.T) {
			s, c := audited(t, 5)
			must(t, tamper(c))
			report, err := s.VerifyAudit(t.Context())
			must(t, err)
			if len(report.Broken) == 0 {
				t.Error("nothing shows")
			}
		})
	}
}
