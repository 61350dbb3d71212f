package repo

import (
	"context"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// InsertHousehold is KindConflict when the number is taken.
func (s *Store) InsertHousehold(ctx context.Context, h model.Household) error {
	return insert(ctx, s.db.Collection(colHouseholds), h)
}

// ChangeHousehold changes one household; see change for rev and the errors.
func (s *Store) ChangeHousehold(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Household) error) (model.Household, error) {
	return change(ctx, s, colHouseholds, id, rev, by, edit)
}

// HouseholdHistory are all its revisions, oldest first.
func (s *Store) HouseholdHistory(ctx context.Context, id string) ([]model.Revision, error) {
	return history[model.Household](ctx, s, colHouseholds, id)
}

// HouseholdAsOf is the household as it stood at an instant.
func (s *Store) HouseholdAsOf(ctx context.Context, id string, at time.Time) (model.Household, error) {
	return asOf[model.Household](ctx, s, colHouseholds, id, at)
}

// Households are all of them, by number.
func (s *Store) Households(ctx context.Context) ([]model.Household, error) {
	return all[model.Household](ctx, s, colHouseholds)
}

// MutedHouseholds are those whose mute ends on the day or later.
func (s *Store) MutedHouseholds(ctx context.Context, day model.Date) ([]model.Household, error) {
	return find[model.Household](ctx, s.db.Collection(colHouseholds),
		bson.D{{Key: "muted.until", Value: bson.D{{Key: "$gte", Value: day}}}}, inOrder())
}

// Person by id.
func (s *Store) Person(ctx context.Context, id string) (model.Person, error) {
	return get[model.Person](ctx, s.db.Collection(colPersons), id)
}

// InsertPerson is KindConflict when the id is taken.
func (s *Store) InsertPerson(ctx context.Context, p model.Person) error {
	return insert(ctx, s.db.Collection(colPersons), p)
}

// ChangePerson changes one person; see change for rev and the errors.
func (s *Store) ChangePerson(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Person) error) (model.Person, error) {
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

// InsertCadre is KindConflict when the number is taken.
func (s *Store) InsertCadre(ctx context.Context, c model.Cadre) error {
	return insert(ctx, s.db.Collection(colCadres), c)
}

// ChangeCadre changes one cadre; see change for rev and the errors.
func (s *Store) ChangeCadre(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Cadre) error) (model.Cadre, error) {
	return change(ctx, s, colCadres, id, rev, by, edit)
}

// Cadres are all of them, by number.
func (s *Store) Cadres(ctx context.Context) ([]model.Cadre, error) {
	return all[model.Cadre](ctx, s, colCadres)
}

// Units are all of them, by id.
func (s *Store) Units(ctx context.Context) ([]model.Unit, error) {
	return all[model.Unit](ctx, s, colUnits)
}

// Pairing by id (model.PairingID).
func (s *Store) Pairing(ctx context.Context, id string) (model.Pairing, error) {
	return get[model.Pairing](ctx, s.db.Collection(colPairings), id)
}

// InsertPairing is KindConflict when the pairing began on that day already.
func (s *Store) InsertPairing(ctx context.Context, p model.Pairing) error {
	return insert(ctx, s.db.Collection(colPairings), p)
}

// ChangePairing changes one pairing; see change for rev and the errors.
func (s *Store) ChangePairing(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Pairing) error) (model.Pairing, error) {
	return change(ctx, s, colPairings, id, rev, by, edit)
}

// Pairings are all of them, by id.
func (s *Store) Pairings(ctx context.Context) ([]model.Pairing, error) {
	return all[model.Pairing](ctx, s, colPairings)
}

// Income of a household and year, "H-001/2017".
func (s *Store) Income(ctx context.Context, id string) (model.IncomeRecord, error) {
	return get[model.IncomeRecord](ctx, s.db.Collection(colIncomes), id)
}

// IncomesOf a household, by year.
func (s *Store) IncomesOf(ctx context.Context, householdID string) ([]model.IncomeRecord, error) {
	return find[model.IncomeRecord](ctx, s.db.Collection(colIncomes), bson.D{{Key: "household_id", Value: householdID}}, inOrder())
}

// InsertIncome is KindConflict when the household has a record of the year.
func (s *Store) InsertIncome(ctx context.Context, i model.IncomeRecord) error {
	return insert(ctx, s.db.Collection(colIncomes), i)
}

// ChangeIncome changes one income record; see change for rev and the errors.
func (s *Store) ChangeIncome(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.IncomeRecord) error) (model.IncomeRecord, error) {
	return change(ctx, s, colIncomes, id, rev, by, edit)
}

// ClaimNationalID makes the id number (by its keyed hash) this person's. Claiming it again is no error;
// KindConflict when it is another's.
func (s *Store) ClaimNationalID(ctx context.Context, hash, personID string) error {
	type claim struct {
		ID       string `bson:"_id"`
		PersonID string `bson:"person_id"`
	}
	err := insert(ctx, s.db.Collection(colNationalIDs), claim{hash, personID})
	if !model.IsKind(err, model.KindConflict) {
		return err
	}
	holder, readErr := get[claim](ctx, s.db.Collection(colNationalIDs), hash)
	if readErr != nil || holder.PersonID == personID {
		return readErr
	}
	return err
}

// InsertUnit is KindConflict when the id is taken.
func (s *Store) InsertUnit(ctx context.Context, u model.Unit) error {
	return insert(ctx, s.db.Collection(colUnits), u)
}

// ChangeUnit changes one unit; see change for rev and the errors.
func (s *Store) ChangeUnit(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Unit) error) (model.Unit, error) {
	return change(ctx, s, colUnits, id, rev, by, edit)
}
