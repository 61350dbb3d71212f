package demodata

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"bangfu/service/model"
	"bangfu/service/sheets"
)

// WriteWorkbooks writes the farm as the sheets that an office would bring: one workbook for each kind, named
// households.xlsx and so on. Units, visits, funds, donations and loans have no sheet.
func WriteWorkbooks(dir string) error {
	farm := Build()
	for kind, write := range map[model.SheetKind]func(io.Writer) error{
		model.SheetHouseholds: func(w io.Writer) error { return sheets.WriteHouseholds(w, farm.Households) },
		model.SheetPersons:    func(w io.Writer) error { return sheets.WritePersons(w, plainPersons(farm.Persons)) },
		model.SheetCadres:     func(w io.Writer) error { return sheets.WriteCadres(w, plainCadres(farm.Cadres)) },
		model.SheetPairings:   func(w io.Writer) error { return sheets.WritePairings(w, farm.Pairings) },
		model.SheetIncomes:    func(w io.Writer) error { return sheets.WriteIncomes(w, farm.Incomes) },
		model.SheetEntries:    func(w io.Writer) error { return sheets.WriteEntries(w, farm.Entries) },
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

func plainPersons(list []Person) []sheets.PlainPerson {
	plain := make([]sheets.PlainPerson, len(list))
	for i, p := range list {
		plain[i] = sheets.PlainPerson(p)
	}
	return plain
}

func plainCadres(list []Cadre) []sheets.PlainCadre {
	plain := make([]sheets.PlainCadre, len(list))
	for i, c := range list {
		plain[i] = sheets.PlainCadre(c)
	}
	return plain
}
