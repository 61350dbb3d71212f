package model

import "fmt"

// Item is one kind of goods of the love supermarket. Quantity follows from its moves and is kept beside
// them, so that taking can never go below nothing.
type Item struct {
	ID     string `bson:"_id"` // a short code, as "flour-10kg"
	Record `bson:",inline"`
	Name   string `bson:"name"`
	Unit   string `bson:"unit"` // what one of them is called: 袋, 桶

	// These change without a revision.
	Quantity int64    `bson:"quantity"`
	Applied  []string `bson:"applied"` // the latest moves that Quantity counts
}

// MoveKind is the direction of a move.
type MoveKind string

// The kinds of moves.
const (
	MoveIn  MoveKind = "in"  // a donation or a purchase
	MoveOut MoveKind = "out" // to a household, with an entry of the same value in the books
)

// MoveState is how far a move has come.
type MoveState string

// The states of a move.
const (
	MovePlanned MoveState = "planned" // it stands here; whether the stock and the books know it is being seen to
	MoveDone    MoveState = "done"
	MoveRefused MoveState = "refused" // there was not enough
)

// Move is goods that came in or went out. Moves are only appended; State alone changes.
type Move struct {
	ID          string `bson:"_id"` // the idempotency key
	Record      `bson:",inline"`
	ItemID      string    `bson:"item_id"`
	Kind        MoveKind  `bson:"kind"`
	Quantity    int64     `bson:"quantity"` // always positive
	Value       Fen       `bson:"value_fen"`
	On          Date      `bson:"on"`
	HouseholdID string    `bson:"household_id"` // of goods that went out, or came back
	Fund        string    `bson:"fund"`         // of goods that went out
	PayerUnitID string    `bson:"payer_unit_id"`
	Source      string    `bson:"source"`  // of goods that came in, in words or "donation:" + its id
	Returns     string    `bson:"returns"` // the move out that this one takes back, with its entry in the books
	Why         string    `bson:"why"`     // of a move that takes another back
	State       MoveState `bson:"state"`
}

// Same reports whether two moves say the same, whoever entered them, when, and how far they have come.
func (m Move) Same(o Move) bool {
	m.Record, o.Record, m.State, o.State = Record{}, Record{}, "", ""
	return fmt.Sprint(m) == fmt.Sprint(o)
}

// EntryID is the books' line of goods that went out.
func (m Move) EntryID() string { return stockEntry + m.ID }

// Return is the move that takes m, which went out, back on the day.
func (m Move) Return(on Date, why string) Move {
	return Move{
		ID: "back:" + m.ID, ItemID: m.ItemID, Kind: MoveIn, Quantity: m.Quantity, Value: m.Value, On: on, HouseholdID: m.HouseholdID,
		Source: "退回", Returns: m.ID, Why: why,
	}
}

// InBooks reports whether the books have to know of the move.
func (m Move) InBooks() bool { return m.Kind == MoveOut || m.Returns != "" }

// Change is what the move does to the quantity.
func (m Move) Change() int64 {
	if m.Kind == MoveOut {
		return -m.Quantity
	}
	return m.Quantity
}
