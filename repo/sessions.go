package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertSession stores a log-in.
func (s *Store) InsertSession(ctx context.Context, se model.Session) error {
	return insert(ctx, s.db.Collection(colSessions), se)
}

// Session by the hash of its token.
func (s *Store) Session(ctx context.Context, id string) (model.Session, error) {
	return get[model.Session](ctx, s.db.Collection(colSessions), id)
}

// DeleteSession ends a log-in; ending it twice is no error.
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colSessions), byID(id))
	return err
}

// MoveSessions leads the sessions of one account to another that took its place.
func (s *Store) MoveSessions(ctx context.Context, fromAccount, toAccount string) error {
	_, err := s.db.Collection(colSessions).UpdateMany(ctx, bson.D{{Key: "account_id", Value: fromAccount}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "account_id", Value: toAccount}}}})
	return translate("move sessions", err)
}

// DeleteSessionsOf ends all log-ins of an account.
func (s *Store) DeleteSessionsOf(ctx context.Context, accountID string) error {
	_, err := remove(ctx, s.db.Collection(colSessions), bson.D{{Key: "account_id", Value: accountID}})
	return err
}

// PruneSessions removes the log-ins that ended before the instant.
func (s *Store) PruneSessions(ctx context.Context, before time.Time) error {
	return s.prune(ctx, colSessions, "expires_at", before)
}

// StaffSessions are the log-ins of a member of staff, ended ones among them.
func (s *Store) StaffSessions(ctx context.Context, staffID string) ([]model.Session, error) {
	return find[model.Session](ctx, s.db.Collection(colSessions), bson.D{{Key: "staff_id", Value: staffID}}, oldestFirst("created_at"))
}

// DeleteStaffSessions removes the log-ins of a member of staff except one (empty: all).
func (s *Store) DeleteStaffSessions(ctx context.Context, staffID, except string) error {
	_, err := remove(ctx, s.db.Collection(colSessions), bson.D{
		{Key: "staff_id", Value: staffID}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: except}}},
	})
	return err
}

// SeeSession notes that somebody did something in the session.
func (s *Store) SeeSession(ctx context.Context, id string, at time.Time) error {
	return set(ctx, s.db.Collection(colSessions), id, bson.D{{Key: "seen_at", Value: at.UTC()}})
}

// CarrySession lets a session live on in a later epoch of its log-in.
func (s *Store) CarrySession(ctx context.Context, id string, epoch int64) error {
	return set(ctx, s.db.Collection(colSessions), id, bson.D{{Key: "epoch", Value: epoch}})
}
