package repo

import (
	"context"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Gather reads and writes the records of the registry that a batch is about many at a time: Read fetches what the batch
// will ask for, changes lie in memory, and Flush writes them. Of one hand at a time.
//
// A Flush that was cut off has written some records and not others, each whole and with its revisions: the batch goes on
// from what is there.
type Gather struct {
	s          *Store
	Households *Gathered[model.Household, *model.Household]
	Persons    *Gathered[model.Person, *model.Person]
	Cadres     *Gathered[model.Cadre, *model.Cadre]
	Pairings   *Gathered[model.Pairing, *model.Pairing]
	Incomes    *Gathered[model.IncomeRecord, *model.IncomeRecord]
	claims     []idClaim
}

// Gather begins with nothing read.
func (s *Store) Gather() *Gather {
	return &Gather{
		s:          s,
		Households: gathered[model.Household](s, colHouseholds, func(h model.Household) string { return h.ID }),
		Persons:    gathered[model.Person](s, colPersons, func(p model.Person) string { return p.ID }),
		Cadres:     gathered[model.Cadre](s, colCadres, func(c model.Cadre) string { return c.ID }),
		Pairings:   gathered[model.Pairing](s, colPairings, func(p model.Pairing) string { return p.ID }),
		Incomes:    gathered[model.IncomeRecord](s, colIncomes, func(i model.IncomeRecord) string { return i.ID }),
	}
}

// ErrOvertaken is the error of a Flush when somebody else has changed one of the records, or made one of the new ones,
// since they were read. Begun again, the batch finds what they did.
var ErrOvertaken = model.NewError(model.KindConflict, "overtaken", "刚才有人改过其中的资料,请再试一次")

// Claim makes the id number (by its keyed hash) this person's, with the next Flush.
func (g *Gather) Claim(hash, personID string) { g.claims = append(g.claims, idClaim{hash, personID}) }

// Flush writes what was changed: claims before those whom they name, and members before the household whose head one
// of them is. It forgets what was read.
func (g *Gather) Flush(ctx context.Context) error {
	for _, write := range []func(context.Context) error{
		g.claim, g.Cadres.flush, g.Persons.flush, g.Households.flush, g.Pairings.flush, g.Incomes.flush,
	} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gather) claim(ctx context.Context) error {
	claims := g.claims
	g.claims = nil
	known, err := insertEach(ctx, g.s.db.Collection(colNationalIDs), claims)
	if err != nil || len(known) == 0 {
		return err
	}
	var hashes []string
	for i := range known {
		hashes = append(hashes, claims[i].ID)
	}
	holders, err := g.s.NationalIDHolders(ctx, hashes)
	for i := range known {
		if err == nil && holders[claims[i].ID] != claims[i].PersonID {
			err = ErrOvertaken
		}
	}
	return err
}

// Gathered are the records of one collection in a Gather.
type Gathered[T any, P recorded[T]] struct {
	s          *Store
	collection string
	id         func(T) string
	docs       map[string]*gatheredDoc[T]
}

// gatheredDoc is a record with what was changed since it was read: all of it makes one revision.
type gatheredDoc[T any] struct {
	doc     T
	changed bool

	// Of one that was read, as it was.
	match  bson.D // nil of a new one
	before model.Record
	old    map[string]bson.RawValue
}

func gathered[T any, P recorded[T]](s *Store, collection string, id func(T) string) *Gathered[T, P] {
	return &Gathered[T, P]{s: s, collection: collection, id: id, docs: map[string]*gatheredDoc[T]{}}
}

// Read fetches the records that there are and that are not here yet.
func (g *Gathered[T, P]) Read(ctx context.Context, ids []string) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return g.docs[id] != nil })
	list, err := findByIDs[T](ctx, g.s.db.Collection(g.collection), ids)
	g.take(list)
	return err
}

// take keeps records that were read in another way.
func (g *Gathered[T, P]) take(list []T) {
	for _, doc := range list {
		id, before, old := g.id(doc), *P(&doc).Rec(), rawFields(&doc)
		match := append(bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: before.Rev}}, asRead(g.collection, old)...)
		g.docs[id] = &gatheredDoc[T]{doc: doc, match: match, before: before, old: old}
	}
}

// Get is one record, as the batch has changed it; KindNotFound if there is none.
func (g *Gathered[T, P]) Get(ctx context.Context, id string) (T, error) {
	var none T
	if err := g.Read(ctx, []string{id}); err != nil {
		return none, err
	}
	if d := g.docs[id]; d != nil {
		return d.doc, nil
	}
	return none, translate(g.collection+" by id", mongo.ErrNoDocuments)
}

// Insert adds a new record with the next Flush.
func (g *Gathered[T, P]) Insert(doc T) {
	g.docs[g.id(doc)] = &gatheredDoc[T]{doc: doc, changed: true}
}

// Change changes one record with the next Flush, by the rules of change: edit works on a copy, and one that changes
// nothing leaves no revision.
func (g *Gathered[T, P]) Change(ctx context.Context, id string, by model.ChangeInfo, edit func(*T) error) (doc T, changed bool, err error) {
	if doc, err = g.Get(ctx, id); err != nil {
		return doc, false, err
	}
	d, present := g.docs[id], rawFields(&doc)
	if err := edit(&doc); err != nil {
		return doc, false, err
	}
	next := rawFields(&doc)
	if len(diff(present, next)) == 0 {
		return d.doc, false, nil
	}
	if d.match != nil {
		*P(&doc).Rec() = revised(d.before, by, diff(d.old, next))
	}
	d.doc, d.changed = doc, true
	return doc, true, nil
}

// flush writes revisions first, as a single change does: a crash at any point leaves a full history.
func (g *Gathered[T, P]) flush(ctx context.Context) error {
	var revisions []model.Revision
	var fresh []T
	var changes []mongo.WriteModel
	for _, d := range g.docs {
		switch {
		case d.changed && d.match == nil:
			fresh = append(fresh, d.doc)
		case d.changed:
			revisions = append(revisions, revisionOf(g.collection, g.id(d.doc), d.before))
			changes = append(changes, mongo.NewReplaceOneModel().SetFilter(d.match).SetReplacement(d.doc))
		}
	}
	clear(g.docs)
	if _, err := insertEach(ctx, g.s.db.Collection(colRevisions), revisions); err != nil {
		return err
	}
	known, err := insertEach(ctx, g.s.db.Collection(g.collection), fresh)
	if err == nil && len(known) > 0 {
		err = ErrOvertaken
	}
	if err != nil {
		return err
	}
	res, err := bulk(ctx, g.s.db.Collection(g.collection), changes)
	if err == nil && res.MatchedCount < int64(len(changes)) {
		err = ErrOvertaken
	}
	return err
}
