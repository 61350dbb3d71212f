package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Person by id.
func (s *Store) Person(ctx context.Context, id string) (model.Person, error) {
	return get[model.Person](ctx, s.db.Collection(colPersons), id)
}

// PersonsOf are all who ever belonged to the household, by id; ask Member for who does on a day.
func (s *Store) PersonsOf(ctx context.Context, householdID string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons),
		bson.D{{Key: "memberships.household_id", Value: householdID}}, inOrder())
}

// PersonsOfHouseholds are all who ever belonged to one of them, by id.
func (s *Store) PersonsOfHouseholds(ctx context.Context, ids []string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons),
		bson.D{{Key: "memberships.household_id", Value: bson.D{{Key: "$in", Value: notNil(ids)}}}}, inOrder())
}

// PersonsByPhone are those registered with the phone, by its keyed hash.
func (s *Store) PersonsByPhone(ctx context.Context, hash string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons), bson.D{{Key: "phone_hash", Value: hash}}, inOrder())
}

// InsertPerson is KindConflict when the id is taken.
func (s *Store) InsertPerson(ctx context.Context, p model.Person) error {
	return insert(ctx, s.db.Collection(colPersons), p)
}

// ChangePerson changes one person; see change for rev and the errors.
func (s *Store) ChangePerson(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.Person) error) (model.Person, error) {
	return change(ctx, s, colPersons, id, rev, by, edit)
}

// PersonHistory are all its revisions, oldest first.
func (s *Store) PersonHistory(ctx context.Context, id string) ([]model.Revision, error) {
	return history[model.Person](ctx, s, colPersons, id)
}

// Persons are all of them, by id.
func (s *Store) Persons(ctx context.Context) ([]model.Person, error) {
	return all[model.Person](ctx, s, colPersons)
}

// EachMemberships calls f with every person, of whom only the memberships are read.
func (s *Store) EachMemberships(ctx context.Context, f func(model.Person) error) error {
	return each(ctx, s.db.Collection(colPersons), bson.D{}, f, options.Find().SetProjection(bson.D{{Key: "memberships", Value: 1}}).SetBatchSize(briefBatch))
}

// PersonNames are the names of everybody on the register: what must not stand in a text for the public.
func (s *Store) PersonNames(ctx context.Context) ([]string, error) {
	list, err := find[struct {
		Name string `bson:"name"`
	}](ctx, s.db.Collection(colPersons), bson.D{}, options.Find().SetProjection(bson.D{{Key: "name", Value: 1}}))
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Name
	}
	return names, err
}

// PersonsByNationalID are those registered with the id number, by its keyed hash: one, unless something
// went wrong.
func (s *Store) PersonsByNationalID(ctx context.Context, hash string) ([]model.Person, error) {
	return find[model.Person](ctx, s.db.Collection(colPersons), bson.D{{Key: "national_id_hash", Value: hash}}, inOrder())
}

// ReleaseNationalID ends a claim of the person, whose id number is another now. Without one nothing happens.
func (s *Store) ReleaseNationalID(ctx context.Context, hash, personID string) error {
	_, err := s.db.Collection(colNationalIDs).DeleteOne(ctx, bson.D{{Key: "_id", Value: hash}, {Key: "person_id", Value: personID}})
	return translate("release an id number", err)
}

// idClaim is the row that makes an id number somebody's.
type idClaim struct {
	ID       string `bson:"_id"` // the number's keyed hash
	PersonID string `bson:"person_id"`
}

// NationalIDHolders are those whose the id numbers are, by the numbers' keyed hashes; those of nobody are left out.
func (s *Store) NationalIDHolders(ctx context.Context, hashes []string) (map[string]string, error) {
	list, err := findByIDs[idClaim](ctx, s.db.Collection(colNationalIDs), hashes)
	holders := map[string]string{}
	for _, c := range list {
		holders[c.ID] = c.PersonID
	}
	return holders, err
}

// ClaimNationalID makes the id number (by its keyed hash) this person's. Claiming it again is no error;
// KindConflict when it is another's.
func (s *Store) ClaimNationalID(ctx context.Context, hash, personID string) error {
	err := insert(ctx, s.db.Collection(colNationalIDs), idClaim{hash, personID})
	if !model.IsKind(err, model.KindConflict) {
		return err
	}
	holder, readErr := get[idClaim](ctx, s.db.Collection(colNationalIDs), hash)
	if readErr != nil || holder.PersonID == personID {
		return readErr
	}
	return err
}

// EachPerson calls f with every person.
func (s *Store) EachPerson(ctx context.Context, f func(model.Person) error) error {
	return each(ctx, s.db.Collection(colPersons), bson.D{}, f, options.Find())
}
