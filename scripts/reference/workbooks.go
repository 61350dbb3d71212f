package reference

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"bangfu/service/exchange"
	"bangfu/service/model"
)

// WriteWorkbooks writes the farm as the sheets that an office would bring: one workbook for each kind, named
// households.xlsx and so on. Units, visits, funds, donations and loans have no sheet.
func WriteWorkbooks(dir string) error {
	farm := Build()
	for kind, write := range map[model.SheetKind]func(io.Writer) error{
		model.SheetHouseholds: func(w io.Writer) error { return exchange.WriteHouseholds(w, farm.Households) },
		model.SheetPersons:    func(w io.Writer) error { return exchange.WritePersons(w, plainPersons(farm.Persons)) },
		model.SheetCadres:     func(w io.Writer) error { return exchange.WriteCadres(w, plainCadres(farm.Cadres)) },
		model.SheetPairings:   func(w io.Writer) error { return exchange.WritePairings(w, farm.Pairings) },
		model.SheetIncomes:    func(w io.Writer) error { return exchange.WriteIncomes(w, farm.Incomes) },
		model.SheetEntries:    func(w io.Writer) error { return exchange.WriteEntries(w, farm.Entries) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return fmt.Errorf("reference workbook %s: %w", kind, err)
		}
		if err := os.WriteFile(filepath.Join(dir, string(kind)+".xlsx"), b.Bytes(), 0o600); err != nil {
			return fmt.Errorf("reference workbook: %w", err)
		}
	}
	return nil
}

func plainPersons(list []Person) []exchange.PlainPerson {
	plain := make([]exchange.PlainPerson, len(list))
	for i, p := range list {
		plain[i] = exchange.PlainPerson(p)
	}
	return plain
}

func plainCadres(list []Cadre) []exchange.PlainCadre {
	plain := make([]exchange.PlainCadre, len(list))
	for i, c := range list {
		plain[i] = exchange.PlainCadre(c)
	}
	return plain
}
