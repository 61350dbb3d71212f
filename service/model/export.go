package model

import "time"

// ExportState is how far a request for a large file is.
type ExportState string

// The states of a request.
const (
	ExportProposed  ExportState = "proposed"  // waits for a second person
	ExportConfirmed ExportState = "confirmed" // whoever proposed it may take the file until Until
	ExportRefused   ExportState = "refused"
)

var exportLabels = map[ExportState]string{ExportProposed: "等另一位同事同意", ExportConfirmed: "同意了", ExportRefused: "没有同意"}

// Label is what people call the state.
func (s ExportState) Label() string { return label(exportLabels, s) }

// ExportRequest asks for a file of so many rows that one person may not take it alone. Record.CreatedBy proposed it.
type ExportRequest struct {
	ID         string `bson:"_id"`
	Record     `bson:",inline"`
	What       string      `bson:"what"`  // names the file, always the same way
	Title      string      `bson:"title"` // what people call it
	Masked     bool        `bson:"masked"`
	Reason     string      `bson:"reason"`
	Rows       int         `bson:"rows"` // when it was proposed
	Households int         `bson:"households"`
	Units      []string    `bson:"units"` // of its rows; an empty one is the whole farm
	State      ExportState `bson:"state"`
	DecidedBy  string      `bson:"decided_by"`
	Why        string      `bson:"why"`   // it was refused
	Until      time.Time   `bson:"until"` // of what waits: after it nobody can agree; of what was agreed to: nobody can take it
}

// How long a request waits, and how long a file may be taken once somebody agreed.
const (
	ExportWaits = 7 * 24 * time.Hour
	ExportTaken = 24 * time.Hour
)

// MayTake reports whether somebody may take the file now.
func (r ExportRequest) MayTake(actor string, now time.Time) bool {
	return r.State == ExportConfirmed && r.CreatedBy == actor && now.Before(r.Until)
}
