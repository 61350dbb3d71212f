package repo

import (
	"context"
	"slices"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// demoMark is the id of the mark by which a demo's database is known.
const demoMark = "demo"

// ErrNotADemo is KindConflict: there is something in the database, and no demo has put it there.
var ErrNotADemo = model.NewError(model.KindConflict, "not_a_demo", "这个数据库里有数据,又不是演示用的")

// MarkDemo marks an empty database as a demo's before anything else is in it; a marked one stays as it is.
// ErrNotADemo for any other.
func (s *Store) MarkDemo(ctx context.Context, now time.Time) error {
	if marked, err := s.DemoMarked(ctx); err != nil || marked {
		return err
	}
	names, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return translate("list collections", err)
	}
	// A collection without documents counts too: somebody has migrated this one, to use it.
	if slices.ContainsFunc(names, func(name string) bool { return name != colMarks }) {
		return ErrNotADemo
	}
	return put(ctx, s.db.Collection(colMarks), demoMark, bson.D{{Key: "_id", Value: demoMark}, {Key: "at", Value: now.UTC()}})
}

// DemoMarked reports whether the database is a demo's, in which everybody knows the passwords.
func (s *Store) DemoMarked(ctx context.Context) (bool, error) {
	_, err := get[bson.D](ctx, s.db.Collection(colMarks), demoMark)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// clockMark is the id of the record of a demo's clock.
const clockMark = "clock"

type keptClock struct {
	ID    string        `bson:"_id"`
	Ahead time.Duration `bson:"ahead"`
}

// KeepClock remembers how far a demo's clock is ahead of the real one.
func (s *Store) KeepClock(ctx context.Context, ahead time.Duration) error {
	return put(ctx, s.db.Collection(colMarks), clockMark, keptClock{clockMark, ahead})
}

// KeptClock is how far the demo's clock was ahead; ok is false where nobody has turned it.
func (s *Store) KeptClock(ctx context.Context) (ahead time.Duration, ok bool, err error) {
	kept, err := get[keptClock](ctx, s.db.Collection(colMarks), clockMark)
	if model.IsKind(err, model.KindNotFound) {
		return 0, false, nil
	}
	return kept.Ahead, err == nil, err
}

// auditMark is the id of the record of the last look through the audit log.
const auditMark = "audit"

// AuditCheck is what the last look through the audit log found.
type AuditCheck struct {
	ID     string    `bson:"_id"`
	At     time.Time `bson:"at"`
	Lines  int64     `bson:"lines"`
	Broken int       `bson:"broken"` // places that are not as they were written
}

// CheckAudit goes through the audit log and remembers what it found.
func (s *Store) CheckAudit(ctx context.Context, now time.Time) (AuditCheck, error) {
	report, err := s.VerifyAudit(ctx)
	if err != nil {
		return AuditCheck{}, err
	}
	found := AuditCheck{ID: auditMark, At: now.UTC(), Lines: report.Lines, Broken: len(report.Broken)}
	return found, put(ctx, s.db.Collection(colMarks), auditMark, found)
}

// LastAuditCheck is the last look through the audit log; the zero one where there was none.
func (s *Store) LastAuditCheck(ctx context.Context) (AuditCheck, error) {
	last, err := get[AuditCheck](ctx, s.db.Collection(colMarks), auditMark)
	return last, model.IgnoreKind(err, model.KindNotFound)
}
