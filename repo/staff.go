package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// uncounted are fields that change without a revision of their document, beside the sealed ones: what is
// counted is no change by anybody.
var uncounted = map[string][]string{
	colStaff:        {"totp_used"},
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
func (s *Store) ChangeStaff(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Staff) error) (model.Staff, error) {
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

// SetDevices says on which devices the person has logged in. A device that is lost to a change at the same moment has
// to be logged in on once more, and that is all.
func (s *Store) SetDevices(ctx context.Context, id string, devices []model.Device) error {
	return set(ctx, s.db.Collection(colStaff), id, bson.D{{Key: "device_hash", Value: devices}})
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

// not is true of a document without the field, too.
func not(operator string, value any) bson.D {
	return bson.D{{Key: "$not", Value: bson.D{{Key: operator, Value: value}}}}
}

// StaffList are all members of staff, by log-in name.
func (s *Store) StaffList(ctx context.Context) ([]model.Staff, error) {
	return all[model.Staff](ctx, s, colStaff)
}
