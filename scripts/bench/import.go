package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/service/model"
	"bangfu/service/sheets"

	"github.com/xuri/excelize/v2"
)

// importBench measures how long a sheet of persons takes and how much memory, beside a bare read of the same
// file by the library. Each step is a process of its own, so that its peak is its own.
func importBench(ctx context.Context, w io.Writer, rows int, commit bool) error {
	dir, err := os.MkdirTemp("", "bangfu-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	inline, shared := filepath.Join(dir, "inline.xlsx"), filepath.Join(dir, "shared.xlsx")
	if err := errors.Join(makePersons(inline, rows), shareStrings(inline, shared)); err != nil {
		return err
	}
	steps := []struct{ name, step string }{
		{"bare read by the library", "bare"}, {"read, understand and check each cell", "read"},
		{"dry run with the embedded database", "dry"}, {"commit into the embedded database", "commit"},
	}
	for _, file := range []string{shared, inline} {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d rows of persons, %.1f MB, strings %s\n%-44s %10s %10s\n", rows, float64(info.Size())/(1<<20),
			strings.TrimSuffix(filepath.Base(file), ".xlsx"), "step", "time", "peak MB")
		for _, s := range steps {
			if s.step == "commit" && !commit {
				continue
			}
			cmd := exec.CommandContext(ctx, os.Args[0], "-import-step", s.step, "-import-file", file)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, os.Stderr
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s: %w", s.step, err)
			}
			took, peak, _ := strings.Cut(strings.TrimSpace(out.String()), " ")
			fmt.Fprintf(w, "%-44s %10s %10s\n", s.name, took, peak)
		}
	}
	return nil
}

// importStep is one measured process. It prints time and peak memory.
func importStep(ctx context.Context, w io.Writer, step, file string) error {
	cfg := config.Config{DataDir: file + "-data", MongoDatabase: "bangfu"}
	opts := app.Options{RelaxedDisk: true}
	if step == "dry" {
		if err := errors.Join(app.Migrate(ctx, cfg, opts, io.Discard), app.Seed(ctx, cfg, opts, io.Discard)); err != nil {
			return err
		}
	}
	began := time.Now()
	var err error
	switch step {
	case "bare":
		err = bareRead(file)
	case "read":
		_, err = sheets.Read(model.SheetPersons, file)
	default:
		err = app.Import(ctx, cfg, opts, app.ImportOptions{Kind: "persons", File: file, DryRun: step == "dry"}, io.Discard, io.Discard)
	}
	if err != nil {
		return err
	}
	took := time.Since(began).Round(10 * time.Millisecond)
	peak, err := peakMB()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s %d\n", took, peak)
	return err
}

func bareRead(file string) error {
	f, err := excelize.OpenFile(file, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetList()[0])
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return rows.Error()
}

// peakMB is the most memory that this process ever had, as the kernel counts it.
func peakMB() (int, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb >> 10, err
		}
	}
	return 0, errors.New("no VmHWM")
}

// makePersons invents persons of the reference farm's households.
func makePersons(file string, rows int) error {
	list := make([]sheets.PlainPerson, rows)
	for i := range list {
		born := model.NewDate(1930, 1, 1+i%29000)
		first17 := "239900" + strings.ReplaceAll(string(born), "-", "") + fmt.Sprintf("%03d", 200+2*(i/29000))
		list[i] = sheets.PlainPerson{
			Person: model.Person{
				ID: fmt.Sprintf("P-%06d", 100001+i), Name: "张" + string(rune('一'+i%5000)), Sex: "female", BirthDate: born, LabourAbility: "weak",
				Chronic: []string{"高血压"}, Insurances: []model.Insurance{{Kind: model.InsuranceBasic, Year: 2017}}, Status: "alive",
				Memberships: []model.Membership{{HouseholdID: fmt.Sprintf("H-%03d", 1+i%36), Relation: model.RelationChild, From: "2016-03-01"}},
			},
			IDNumber: first17 + string(model.IDCheckDigit(first17)), PhoneNumber: fmt.Sprintf("199%08d", i),
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(sheets.WritePersons(f, list), f.Close())
}

// shareStrings writes the sheet anew with its texts in a table of their own, as spreadsheet programs do.
func shareStrings(from, to string) error {
	in, err := excelize.OpenFile(from, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer in.Close()
	rows, err := in.Rows(in.GetSheetList()[0])
	if err != nil {
		return err
	}
	defer rows.Close()
	out := excelize.NewFile()
	defer out.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return err
		}
		if err := out.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n), &cells); err != nil {
			return err
		}
	}
	return errors.Join(rows.Error(), out.SaveAs(to))
}
