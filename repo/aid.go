package repo

import (
	"context"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertProgramme is KindConflict when there is this version already.
func (s *Store) InsertProgramme(ctx context.Context, p model.Programme) error {
	return insert(ctx, s.db.Collection(colProgrammes), p)
}

// Programme is one version, by model.ProgrammeID.
func (s *Store) Programme(ctx context.Context, id string) (model.Programme, error) {
	return get[model.Programme](ctx, s.db.Collection(colProgrammes), id)
}

// Programmes are all versions of all programmes, by id.
func (s *Store) Programmes(ctx context.Context) ([]model.Programme, error) {
	return all[model.Programme](ctx, s, colProgrammes)
}

// InsertApplication is KindConflict when there is one under the id.
func (s *Store) InsertApplication(ctx context.Context, a model.Application) error {
	return insert(ctx, s.db.Collection(colApplications), a)
}

// Application by id.
func (s *Store) Application(ctx context.Context, id string) (model.Application, error) {
	return get[model.Application](ctx, s.db.Collection(colApplications), id)
}

// ChangeApplication changes one application; see change for rev and the errors.
func (s *Store) ChangeApplication(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Application) error) (model.Application, error) {
	return change(ctx, s, colApplications, id, rev, by, edit)
}

// ApplicationsOf a household, oldest first.
func (s *Store) ApplicationsOf(ctx context.Context, householdID string) ([]model.Application, error) {
	return find[model.Application](ctx, s.db.Collection(colApplications), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("created_at"))
}

// ApplicationsIn the states, the one that is due first at the top.
func (s *Store) ApplicationsIn(ctx context.Context, states ...model.ApplicationState) ([]model.Application, error) {
	return find[model.Application](ctx, s.db.Collection(colApplications),
		bson.D{{Key: "state", Value: bson.D{{Key: "$in", Value: states}}}}, oldestFirst("due_on"))
}

// NoteTold notes the step of the application of which the household was told.
func (s *Store) NoteTold(ctx context.Context, id string, step int) error {
	return set(ctx, s.db.Collection(colApplications), id, bson.D{{Key: "told", Value: step}})
}

// NoteReminded notes the step of the application of which somebody was reminded that it is overdue.
func (s *Store) NoteReminded(ctx context.Context, id string, step int) error {
	return set(ctx, s.db.Collection(colApplications), id, bson.D{{Key: "reminded", Value: step}})
}

// EntriesTo are all entries of a household, oldest first.
func (s *Store) EntriesTo(ctx context.Context, householdID string) ([]model.Entry, error) {
	return find[model.Entry](ctx, s.db.Collection(colEntries), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("paid_on"))
}

// InsertPaper is KindConflict when the same paper is there already.
func (s *Store) InsertPaper(ctx context.Context, p model.Paper) error {
	return insert(ctx, s.db.Collection(colPapers), p)
}

// Paper by id.
func (s *Store) Paper(ctx context.Context, id string) (model.Paper, error) {
	return get[model.Paper](ctx, s.db.Collection(colPapers), id)
}

// ChangePaper changes one paper; see change for rev and the errors.
func (s *Store) ChangePaper(ctx context.Context, id string, rev int64, by model.Edit, edit func(*model.Paper) error) (model.Paper, error) {
	return change(ctx, s, colPapers, id, rev, by, edit)
}

// PapersOf a household, oldest first; those that are being removed are among them.
func (s *Store) PapersOf(ctx context.Context, householdID string) ([]model.Paper, error) {
	return find[model.Paper](ctx, s.db.Collection(colPapers), bson.D{{Key: "household_id", Value: householdID}}, oldestFirst("created_at"))
}

// GonePapers are those whose removal was begun and not finished.
func (s *Store) GonePapers(ctx context.Context) ([]model.Paper, error) {
	return find[model.Paper](ctx, s.db.Collection(colPapers), bson.D{{Key: "gone", Value: true}}, inOrder())
}

// DeletePaper removes a paper that is gone.
func (s *Store) DeletePaper(ctx context.Context, id string) error {
	_, err := remove(ctx, s.db.Collection(colPapers), bson.D{{Key: "_id", Value: id}, {Key: "gone", Value: true}})
	return err
}

// addAid makes what programmes and applications need. The flexible fields that rules ask for, and that a form of
// an older database lacks, come with its next version.
func addAid(ctx context.Context, s *Store) error {
	for _, step := range []func(context.Context, *Store) error{createCollections, createIndexes, insertForms} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	for _, first := range model.FirstForms() {
		forms, err := s.Forms(ctx, first.Kind)
		if err != nil {
			return err
		}
		if next, more := withFields(forms[len(forms)-1], first); more {
			if err := s.InsertForm(ctx, next); err != nil && !model.IsKind(err, model.KindConflict) {
				return err
			}
		}
	}
	return nil
}

// aidFields are the flexible fields that came with programmes.
var aidFields = []string{"medical_self_paid", "sudden_hardship", model.FieldCollegeEntered}

// withFields is the next version of a form with the fields of first that it lacks, if it lacks any.
func withFields(latest, first model.Form) (next model.Form, more bool) {
	have, _ := latest.Schema["properties"].(bson.D)
	have = slices.Clone(have)
	for name, field := range first.Schema["properties"].(map[string]any) {
		known := slices.ContainsFunc(have, func(e bson.E) bool { return e.Key == name })
		if known || !slices.Contains(aidFields, name) {
			continue
		}
		have, more = append(have, bson.E{Key: name, Value: field}), true
	}
	next = latest
	next.Version++
	next.ID, next.Record = FormID(next.Kind, next.Version), model.Record{SchemaV: 1, Rev: 1, CreatedBy: "migration", UpdatedBy: "migration"}
	next.Schema = map[string]any{"type": "object", "additionalProperties": false, "properties": have}
	return next, more
}
