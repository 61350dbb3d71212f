package model

import "fmt"

// FundLevel is where a fund's money comes from.
type FundLevel string

// The levels of funds.
const (
	LevelGeneralBureau FundLevel = "general_bureau"
	LevelBureau        FundLevel = "bureau"
	LevelFarm          FundLevel = "farm"
	LevelUnion         FundLevel = "union"
	LevelSociety       FundLevel = "society"
	LevelCadres        FundLevel = "cadres"
)

// FundLevels are all of them, from the top down.
var FundLevels = []FundLevel{LevelGeneralBureau, LevelBureau, LevelFarm, LevelUnion, LevelSociety, LevelCadres}

// Fund is a year's pot of money. Entries name it by its name; what it has received and spent is derived from
// receipts, donations and entries.
type Fund struct {
	ID         string `bson:"_id"` // FundID: "2017/低保资金"
	Record     `bson:",inline"`
	Year       int       `bson:"year"`
	Name       string    `bson:"name"`
	Level      FundLevel `bson:"level"`
	Regulation string    `bson:"regulation"` // the rule that governs it, with its 《》; empty when it has none of its own
	Planned    Fen       `bson:"planned_fen"`
}

// FundID is the id of the year's fund of this name.
func FundID(year int, name string) string { return fmt.Sprintf("%d/%s", year, name) }

// Receipt is money that came into a fund. Receipts are only appended; a mistake is corrected by one with the
// opposite amount.
type Receipt struct {
	ID       string `bson:"_id"` // the idempotency key
	Record   `bson:",inline"`
	FundID   string `bson:"fund_id"`
	Amount   Fen    `bson:"amount_fen"`
	On       Date   `bson:"on"`
	From     string `bson:"from"` // who paid it in, in words
	Evidence string `bson:"evidence"`
}

// Same reports whether two receipts say the same, whoever entered them and when.
func (r Receipt) Same(o Receipt) bool {
	r.Record, o.Record = Record{}, Record{}
	return fmt.Sprint(r) == fmt.Sprint(o)
}
