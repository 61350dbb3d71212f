package model

import (
	"fmt"
	"time"
)

// SheetKind is one of the sheets that the office exchanges with the registry.
type SheetKind string

// The kinds of sheets, in the order in which an empty registry wants them.
const (
	SheetHouseholds SheetKind = "households"
	SheetPersons    SheetKind = "persons"
	SheetCadres     SheetKind = "cadres"
	SheetPairings   SheetKind = "pairings"
	SheetIncomes    SheetKind = "incomes"
	SheetEntries    SheetKind = "entries"
)

// SheetKinds lists every kind.
var SheetKinds = []SheetKind{SheetHouseholds, SheetPersons, SheetCadres, SheetPairings, SheetIncomes, SheetEntries}

// ImportState says how far an import is.
type ImportState string

// The states of an import.
const (
	ImportChecking   ImportState = "checking"   // the dry run is under way, or was stopped
	ImportChecked    ImportState = "checked"    // nothing of it is in the registry yet
	ImportCommitting ImportState = "committing" // also after a crash, until it is gone on with
	ImportDone       ImportState = "done"
	ImportDropped    ImportState = "dropped" // given up before anything of it was brought in
)

// Import is one file that the office gave us. ID is kind + ":" + the SHA-256 of the file, so the same file
// is the same import.
type Import struct {
	ID          string         `bson:"_id"`
	Kind        SheetKind      `bson:"kind"`
	File        string         `bson:"file"` // its name, without folders
	Size        int64          `bson:"size"`
	Kept        int            `bson:"kept"` // pieces of the file that are kept, sealed; 0: the file is not
	Sheet       string         `bson:"sheet"`
	HeaderRow   int            `bson:"header_row"`
	LastRow     int            `bson:"last_row"`
	Width       int            `bson:"width"` // of the widest row
	Columns     []ImportColumn `bson:"columns"`
	Ignored     []string       `bson:"ignored"` // titles of columns that were not read
	Notes       []string       `bson:"notes"`
	State       ImportState    `bson:"state"`
	Expected    ImportCount    `bson:"expected"` // by the dry run
	Done        ImportCount    `bson:"done"`     // by the commit
	NextRow     int            `bson:"next_row"` // every row before it is settled
	CheckedAt   time.Time      `bson:"checked_at"`
	CheckedBy   string         `bson:"checked_by"`
	CommittedAt time.Time      `bson:"committed_at"` // when the commit began
	CommittedBy string         `bson:"committed_by"`
	Months      []Period       `bson:"months"` // that its rows belong to, of entries
}

// ImportColumn is one column of the file and the field that it fills.
type ImportColumn struct {
	Column int    `bson:"column"` // from 1
	Title  string `bson:"title"`
	Key    string `bson:"key"`
}

// ImportCount counts rows: In is the sum of the others.
type ImportCount struct {
	In        int `bson:"in" json:"in" doc:"表里的数据行"`
	Created   int `bson:"created" json:"created" doc:"新增"`
	Updated   int `bson:"updated" json:"updated" doc:"修改"`
	Unchanged int `bson:"unchanged" json:"unchanged" doc:"没有变化"`
	Refused   int `bson:"refused" json:"refused" doc:"退回"`
}

// Add counts one more row.
func (c *ImportCount) Add(s RowState) {
	c.In++
	switch s {
	case RowCreated:
		c.Created++
	case RowUpdated:
		c.Updated++
	case RowUnchanged:
		c.Unchanged++
	default:
		c.Refused++
	}
}

// RowState is what became of a row.
type RowState string

// The states of a row.
const (
	RowWaiting   RowState = "waiting" // for the commit, or settled by it as the dry run said
	RowRefused   RowState = "refused"
	RowCreated   RowState = "created"
	RowUpdated   RowState = "updated"
	RowUnchanged RowState = "unchanged"
)

// Settled reports whether the row is in the registry.
func (s RowState) Settled() bool { return s == RowCreated || s == RowUpdated || s == RowUnchanged }

// ImportRow is one row of an import. Content holds the values as they were understood and the reasons why
// the row is refused; it is sealed as a whole, since any cell may hold an id number.
type ImportRow struct {
	ID       string   `bson:"_id"` // import + "/" + row, in 7 digits
	ImportID string   `bson:"import_id"`
	Row      int      `bson:"row"`            // as the spreadsheet numbers it
	Next     int      `bson:"next,omitempty"` // the number of the row after it; 0: not known, or none
	State    RowState `bson:"state"`
	Changes  bool     `bson:"changes,omitempty"` // it changes a record that is there
	Content  Sealed   `bson:"content"`
}

// ImportPiece is a piece of an import's file, kept until it is committed.
type ImportPiece struct {
	ID    string `bson:"_id"`
	Piece Sealed `bson:"piece"`
}

// ImportPieceID is the id of the n-th piece.
func ImportPieceID(importID string, n int) string { return fmt.Sprintf("%s/%04d", importID, n) }

// ColumnMapping is what the office said about its own titles of one kind of sheet.
type ColumnMapping struct {
	ID     string         `bson:"_id"` // "mapping:" + kind
	Titles []ImportColumn `bson:"titles"`
}
