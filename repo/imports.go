package repo

import (
	"context"
	"fmt"
	"slices"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Import by id, kind + ":" + SHA-256 of the file.
func (s *Store) Import(ctx context.Context, id string) (model.Import, error) {
	return get[model.Import](ctx, s.db.Collection(colImports), id)
}

// Imports are the latest ones of a kind, newest first.
func (s *Store) Imports(ctx context.Context, kinds []model.SheetKind, limit int64) ([]model.Import, error) {
	return find[model.Import](ctx, s.db.Collection(colImports), bson.D{{Key: "kind", Value: bson.D{{Key: "$in", Value: kinds}}}},
		options.Find().SetSort(bson.D{{Key: "checked_at", Value: -1}}).SetLimit(limit))
}

// PutImport stores what the dry run found, in the place of an earlier one of the same file.
func (s *Store) PutImport(ctx context.Context, i model.Import) error {
	return put(ctx, s.db.Collection(colImports), i.ID, i)
}

// BeginImport notes that the commit is under way and who asked for it; KindConflict when it is already.
func (s *Store) BeginImport(ctx context.Context, i model.Import) error {
	res, err := s.db.Collection(colImports).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: i.ID}, {Key: "state", Value: model.ImportChecked}},
		bson.D{{Key: "$set", Value: bson.D{
			{Key: "state", Value: model.ImportCommitting}, {Key: "committed_at", Value: i.CommittedAt.UTC()},
			{Key: "committed_by", Value: i.CommittedBy},
		}}})
	if err == nil && res.MatchedCount == 0 {
		return model.NewError(model.KindConflict, "import_begun", "已经在导入")
	}
	return translate("begin import", err)
}

// DropImport gives up an import whose commit has not begun, and reports whether it could.
func (s *Store) DropImport(ctx context.Context, id string) (bool, error) {
	res, err := s.db.Collection(colImports).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{model.ImportChecking, model.ImportChecked}}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: model.ImportDropped}}}})
	if err != nil {
		return false, translate("drop import", err)
	}
	return res.MatchedCount == 1, nil
}

// AdvanceImport notes how far the commit is: all rows before next are settled.
func (s *Store) AdvanceImport(ctx context.Context, id string, next int, done model.ImportCount, state model.ImportState) error {
	return set(ctx, s.db.Collection(colImports), id, bson.D{
		{Key: "next_row", Value: next}, {Key: "done", Value: done}, {Key: "state", Value: state},
	})
}

// ImportRowID is the id of a row, by the number that the spreadsheet gives it.
func ImportRowID(importID string, row int) string { return fmt.Sprintf("%s/%07d", importID, row) }

// ImportRow by its number; KindNotFound when the sheet is blank there.
func (s *Store) ImportRow(ctx context.Context, importID string, row int) (model.ImportRow, error) {
	return get[model.ImportRow](ctx, s.db.Collection(colImportRows), ImportRowID(importID, row))
}

// ImportRows are those of the n rows from the first that are not blank, in order.
func (s *Store) ImportRows(ctx context.Context, importID string, first, n int) ([]model.ImportRow, error) {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = ImportRowID(importID, first+i)
	}
	rows, err := findByIDs[model.ImportRow](ctx, s.db.Collection(colImportRows), ids)
	slices.SortFunc(rows, func(a, b model.ImportRow) int { return a.Row - b.Row })
	return rows, err
}

// ChangingImportRows are at most limit of the rows after the one given that change a record which is there, in order.
func (s *Store) ChangingImportRows(ctx context.Context, importID string, after, limit int) ([]model.ImportRow, error) {
	return find[model.ImportRow](ctx, s.db.Collection(colImportRows),
		bson.D{{Key: "import_id", Value: importID}, {Key: "changes", Value: true}, {Key: "row", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(bson.D{{Key: "row", Value: 1}}).SetLimit(int64(limit)))
}

// InsertImportRows stores rows, each for itself; those that are there already stay as they are.
func (s *Store) InsertImportRows(ctx context.Context, rows []model.ImportRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := s.db.Collection(colImportRows).InsertMany(ctx, rows, options.InsertMany().SetOrdered(false))
	if mongo.IsDuplicateKeyError(err) {
		return nil
	}
	return translate("import rows", err)
}

// PutImportRows stores rows in the place of earlier ones.
func (s *Store) PutImportRows(ctx context.Context, rows []model.ImportRow) error {
	var writes []mongo.WriteModel
	for _, row := range rows {
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(byID(row.ID)).SetReplacement(row).SetUpsert(true))
	}
	_, err := bulk(ctx, s.db.Collection(colImportRows), writes)
	return err
}

// EachImportRow calls f with every row of an import that is in the state (empty: any), in no order. It
// looks at all of them: it is for reports.
func (s *Store) EachImportRow(ctx context.Context, importID string, state model.RowState, f func(model.ImportRow) error) error {
	filter := bson.D{{Key: "import_id", Value: importID}}
	if state != "" {
		filter = append(filter, bson.E{Key: "state", Value: state})
	}
	return each(ctx, s.db.Collection(colImportRows), filter, f, options.Find())
}

// PutImportPiece keeps the n-th piece of an import's file, sealed.
func (s *Store) PutImportPiece(ctx context.Context, importID string, n int, piece model.Sealed) error {
	id := model.ImportPieceID(importID, n)
	return put(ctx, s.db.Collection(colFiles), id, model.ImportPiece{ID: id, Piece: piece})
}

// ImportPiece is the n-th piece of an import's file.
func (s *Store) ImportPiece(ctx context.Context, importID string, n int) (model.Sealed, error) {
	p, err := get[model.ImportPiece](ctx, s.db.Collection(colFiles), model.ImportPieceID(importID, n))
	return p.Piece, err
}

// ColumnMapping is what the office said about its titles of this kind of sheet; KindNotFound when nothing.
func (s *Store) ColumnMapping(ctx context.Context, kind model.SheetKind) (model.ColumnMapping, error) {
	return get[model.ColumnMapping](ctx, s.db.Collection(colImports), "mapping:"+string(kind))
}

// PutColumnMapping remembers it.
func (s *Store) PutColumnMapping(ctx context.Context, kind model.SheetKind, titles []model.ImportColumn) error {
	id := "mapping:" + string(kind)
	return put(ctx, s.db.Collection(colImports), id, model.ColumnMapping{ID: id, Titles: titles})
}

// RegistryIDs are the ids of everything that a sheet may name and what rules ask of it, without the records themselves.
type RegistryIDs struct {
	Households, Persons, Cadres, Pairings, Incomes map[string]bool
	ByNationalID                                   map[string]string // keyed hash of the id number → person

	HouseholdStatus map[string]model.HouseholdStatus // by number
	CadreStatus     map[string]model.CadreStatus     // by number
}

// RegistryIDs reads the ids that a sheet of this kind may name. A record that is made later is not in them.
func (s *Store) RegistryIDs(ctx context.Context, kind model.SheetKind) (RegistryIDs, error) {
	r := RegistryIDs{
		ByNationalID: map[string]string{}, HouseholdStatus: map[string]model.HouseholdStatus{}, CadreStatus: map[string]model.CadreStatus{},
	}
	wanted := []struct {
		collection string
		into       *map[string]bool
		of         []model.SheetKind
	}{
		{colHouseholds, &r.Households, []model.SheetKind{model.SheetHouseholds, model.SheetPersons, model.SheetPairings,
			model.SheetIncomes, model.SheetEntries}},
		{colPersons, &r.Persons, []model.SheetKind{model.SheetHouseholds, model.SheetPersons}},
		{colCadres, &r.Cadres, []model.SheetKind{model.SheetCadres, model.SheetPairings}},
		{colPairings, &r.Pairings, []model.SheetKind{model.SheetPairings}},
		{colIncomes, &r.Incomes, []model.SheetKind{model.SheetIncomes}},
	}
	for _, w := range wanted {
		*w.into = map[string]bool{}
		for _, k := range w.of {
			if k != kind {
				continue
			}
			if err := s.readIDs(ctx, w.collection, *w.into, r); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

func (s *Store) readIDs(ctx context.Context, collection string, ids map[string]bool, r RegistryIDs) error {
	type row struct {
		ID     string `bson:"_id"`
		Hash   string `bson:"national_id_hash"`
		Status string `bson:"status"`
	}
	only := options.Find().SetProjection(bson.D{{Key: "national_id_hash", Value: 1}, {Key: "status", Value: 1}})
	return each(ctx, s.db.Collection(collection), bson.D{}, func(x row) error {
		ids[x.ID] = true
		if x.Hash != "" {
			r.ByNationalID[x.Hash] = x.ID
		}
		switch collection {
		case colHouseholds:
			r.HouseholdStatus[x.ID] = model.HouseholdStatus(x.Status)
		case colCadres:
			r.CadreStatus[x.ID] = model.CadreStatus(x.Status)
		}
		return nil
	}, only)
}
