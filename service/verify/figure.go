package verify

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"bangfu/service/model"
)

//go:embed published-figures.json
var publishedJSON string

// reportYear is the year of every figure that does not name its own.
const reportYear = 2017

// The kinds of a figure: how exactly the report prints it.
const (
	kindStated   = "stated"
	kindDerived  = "derived"
	kindAtLeast  = "at_least"
	kindMoreThan = "more_than"
)

// figure is one published figure.
type figure struct {
	ID         string `json:"id"`
	AsOf       string `json:"as_of"`
	Value      int64  `json:"value"`
	Kind       string `json:"kind"`
	Recipients int    `json:"recipients"`
}

// loadFigures reads the published figures in the order of the file.
func loadFigures(text string) ([]figure, error) {
	var file struct{ Figures []figure }
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, fmt.Errorf("published figures: %w", err)
	}
	for i, f := range file.Figures {
		switch f.Kind {
		case kindStated, kindDerived, kindAtLeast, kindMoreThan:
		default:
			return nil, fmt.Errorf("published figure %q: unknown kind %q", f.ID, f.Kind)
		}
		if f.AsOf == "" {
			file.Figures[i].AsOf = fmt.Sprint(reportYear)
		}
	}
	return file.Figures, nil
}

// day is the business day on which the figure must hold; a figure of a year holds at its end.
func (f figure) day() model.Date {
	if len(f.AsOf) == len("2017") {
		return model.Date(f.AsOf + "-12-31")
	}
	return model.Date(f.AsOf)
}

// agrees reports whether the computed value is what the report says.
func (f figure) agrees(computed int64) bool {
	switch f.Kind {
	case kindAtLeast:
		return computed >= f.Value
	case kindMoreThan:
		return computed > f.Value
	}
	return computed == f.Value
}

// isMoney reports whether a figure's value is in fen; the id says so.
func isMoney(id string) bool { return strings.HasSuffix(id, "_fen") }
