package view

import "bangfu/service/model"

// Money in both forms: fen to reckon with, yuan to show.
type Money struct {
	Fen  int64  `json:"fen"`
	Yuan string `json:"yuan"`
}

// MoneyOf is an amount in both forms.
func MoneyOf(f model.Fen) Money { return Money{Fen: int64(f), Yuan: f.Yuan()} }
