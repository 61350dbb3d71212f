package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// uncounted are fields that change without a revision of their document, beside the sealed ones: what a
// log-in counts is no change of the person's duties.
var uncounted = map[string][]string{
	colStaff:        {"failures", "locked_till", "totp_used"},
	colMonths:       {"pending", "posting_at", "done"},
	colItems:        {"quantity", "applied"},
	colApplications: {"told", "reminded"},
}

// Staff by log-in name.
func (s *Store) Staff(ctx context.Context, id string) (model.Staff, error) {
	return get[model.Staff](ctx, s.db.Collection(colStaff), id)
}

// InsertStaff is KindConflict when the log-in name is taken.
func (s *Store) InsertStaff(ctx context.Context, st model.Staff) error {
	return insert(ctx, s.db.Collection(colStaff), st)
}

// ChangeStaff changes one log-in; see change for rev and the errors.
func (s *Store) ChangeStaff(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Staff) error) (model.Staff, error) {
	return change(ctx, s, colStaff, id, rev, by, edit)
}

// StaffAfter are the log-ins whose name follows the given one, by name, at most limit.
func (s *Store) StaffAfter(ctx context.Context, after string, limit int64) ([]model.Staff, error) {
	return find[model.Staff](ctx, s.db.Collection(colStaff),
		bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, inOrder().SetLimit(limit))
}

// StaffHistory are all revisions of a log-in, oldest first.
func (s *Store) StaffHistory(ctx context.Context, id string) ([]model.Revision, error) {
	return history[model.Staff](ctx, s, colStaff, id)
}

// errNoTry is KindTooMany: every try is taken, or the log-in is locked.
var errNoTry = model.NewError(model.KindTooMany, "no_try_left", "试的次数太多了,请稍后再试")

// TakeTry takes one of the tries at a log-in and returns it as it then stands. The try is counted before
// the password is looked at, so that tries made at once cannot slip through. KindTooMany when none is left.
func (s *Store) TakeTry(ctx context.Context, id string, now time.Time) (model.Staff, error) {
	var st model.Staff
	free := bson.D{
		{Key: "_id", Value: id},
		{Key: "failures", Value: not("$gte", model.StaffTries)},
		{Key: "locked_till", Value: not("$gt", now.UTC())},
	}
	err := s.db.Collection(colStaff).FindOneAndUpdate(ctx, free,
		bson.D{{Key: "$inc", Value: bson.D{{Key: "failures", Value: 1}}}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&st)
	if err = translate("take try", err); model.IsKind(err, model.KindNotFound) {
		err = errNoTry
	}
	return st, err
}

// not is true of a document without the field, too.
func not(operator string, value any) bson.D {
	return bson.D{{Key: "$not", Value: bson.D{{Key: operator, Value: value}}}}
}

// ReturnTry gives back a try that decided nothing.
func (s *Store) ReturnTry(ctx context.Context, id string) error {
	_, err := s.db.Collection(colStaff).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "failures", Value: bson.D{{Key: "$gt", Value: 0}}}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "failures", Value: -1}}}})
	return translate("return try", err)
}

// ForgetTries is for after a right password.
func (s *Store) ForgetTries(ctx context.Context, id string) error {
	return set(ctx, s.db.Collection(colStaff), id, bson.D{{Key: "failures", Value: 0}})
}

// LockStaff locks a log-in whose tries are all taken; it says nothing when there are some, or when it is
// locked already. The tries begin anew when the lock ends.
func (s *Store) LockStaff(ctx context.Context, id string, now time.Time) error {
	_, err := s.db.Collection(colStaff).UpdateOne(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "failures", Value: bson.D{{Key: "$gte", Value: model.StaffTries}}},
		{Key: "locked_till", Value: not("$gt", now.UTC())},
	}, bson.D{{Key: "$set", Value: bson.D{{Key: "failures", Value: 0}, {Key: "locked_till", Value: now.Add(model.StaffLock).UTC()}}}})
	return translate("lock staff", err)
}

// UseTOTP takes the time step of a code, so that each code works once; KindConflict when it or a later
// one was used.
func (s *Store) UseTOTP(ctx context.Context, id string, step int64) error {
	res, err := s.db.Collection(colStaff).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "totp_used", Value: not("$gte", step)}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "totp_used", Value: step}}}})
	if err != nil {
		return translate("use totp", err)
	}
	if res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "totp_used", "这个验证码用过了,请等下一个")
	}
	return nil
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

// CarrySession lets a session live on in a later epoch of its log-in.
func (s *Store) CarrySession(ctx context.Context, id string, epoch int64) error {
	return set(ctx, s.db.Collection(colSessions), id, bson.D{{Key: "epoch", Value: epoch}})
}
