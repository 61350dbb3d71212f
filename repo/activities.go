package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertActivity is KindConflict when there is one under the key.
func (s *Store) InsertActivity(ctx context.Context, a model.Activity) error {
	return insert(ctx, s.db.Collection(colActivities), a)
}

// Activity by id.
func (s *Store) Activity(ctx context.Context, id string) (model.Activity, error) {
	return get[model.Activity](ctx, s.db.Collection(colActivities), id)
}

// ChangeActivity changes one activity; see change for rev and the errors.
func (s *Store) ChangeActivity(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Activity) error) (model.Activity, error) {
	return change(ctx, s, colActivities, id, rev, by, edit)
}

// ActivitiesIn a year, oldest first.
func (s *Store) ActivitiesIn(ctx context.Context, year int) ([]model.Activity, error) {
	return find[model.Activity](ctx, s.db.Collection(colActivities), bson.D{{Key: "on", Value: bson.D{
		{Key: "$gte", Value: model.NewDate(year, 1, 1)}, {Key: "$lte", Value: model.NewDate(year, 12, 31)},
	}}}, oldestFirst("on"))
}

// InsertDebriefing is KindConflict when the unit has one of the year.
func (s *Store) InsertDebriefing(ctx context.Context, d model.Debriefing) error {
	return insert(ctx, s.db.Collection(colDebriefings), d)
}

// ChangeDebriefing changes one debriefing; see change for rev and the errors.
func (s *Store) ChangeDebriefing(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Debriefing) error) (model.Debriefing, error) {
	return change(ctx, s, colDebriefings, id, rev, by, edit)
}

// DebriefingsIn a year, by unit.
func (s *Store) DebriefingsIn(ctx context.Context, year int) ([]model.Debriefing, error) {
	return find[model.Debriefing](ctx, s.db.Collection(colDebriefings), bson.D{{Key: "year", Value: year}}, inOrder())
}

// InsertContract is KindConflict when the household has one from that day.
func (s *Store) InsertContract(ctx context.Context, c model.DoctorContract) error {
	return insert(ctx, s.db.Collection(colContracts), c)
}

// ChangeContract changes one contract; see change for rev and the errors.
func (s *Store) ChangeContract(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.DoctorContract) error) (model.DoctorContract, error) {
	return change(ctx, s, colContracts, id, rev, by, edit)
}

// ContractsOf a household, oldest first.
func (s *Store) ContractsOf(ctx context.Context, householdID string) ([]model.DoctorContract, error) {
	return find[model.DoctorContract](ctx, s.db.Collection(colContracts), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("from"))
}
