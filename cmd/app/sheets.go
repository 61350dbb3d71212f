package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bangfu/config"
	"bangfu/service/model"
	"bangfu/service/sheets"

	"github.com/schollz/progressbar/v3"
)

// ErrRefused says that some rows of an import were refused.
var ErrRefused = errors.New("some rows were refused")

// operator is who works at the machine itself, in histories and in the audit log.
const operator = "operator"

// progressThrottle keeps the progress bar from being drawn more often than anybody can read.
const progressThrottle = 100 * time.Millisecond

// ImportOptions are what the command line says about an import.
type ImportOptions struct {
	Kind, File string
	DryRun     bool
	Out        string            // where the marked workbook goes; empty: nowhere
	Mapping    map[string]string // the file's titles → ours
}

// Import checks a sheet of the office and, unless it is a dry run, brings its rows into the registry. A
// commit that was stopped is gone on with. ErrRefused when rows were refused.
func Import(ctx context.Context, cfg config.Config, opts Options, o ImportOptions, stdout, stderr io.Writer) error {
	if err := refuseFullTemp(); err != nil {
		return err
	}
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		s := a.svc.sheets
		read := newBar(stderr, -1, "检查")
		imp, err := s.Check(ctx, sheets.Upload{
			Kind: model.SheetKind(o.Kind), Name: filepath.Base(o.File), Path: o.File, Mapping: o.Mapping, Actor: operator,
			Report: func(rows int) { _ = read.Set(rows) },
		})
		_ = read.Finish()
		if err != nil {
			return chinese(err)
		}
		if err := describe(stdout, imp); err != nil {
			return err
		}
		if !o.DryRun {
			written := newBar(stderr, imp.LastRow, "导入")
			imp, err = s.Commit(ctx, imp.ID, operator, func(row, _ int) { _ = written.Set(row) })
			_ = written.Finish()
			if err != nil {
				return chinese(err)
			}
		}
		if o.Out != "" {
			if err := markTo(ctx, s, imp.ID, o); err != nil {
				return chinese(err)
			}
		}
		return conclude(stdout, imp)
	})
}

func newBar(w io.Writer, most int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(most, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionSetItsString("行"), progressbar.OptionShowIts(),
		progressbar.OptionSetSpinnerChangeInterval(0), // its own goroutine would race with ours
		progressbar.OptionThrottle(progressThrottle), progressbar.OptionOnCompletion(func() { fmt.Fprintln(w) }))
}

// chinese puts the sentence for people in front of the code: at the command line, too, it is the office that
// reads it.
func chinese(err error) error {
	var e *model.Error
	if errors.As(err, &e) && e.Kind != model.KindInternal {
		return fmt.Errorf("%s (%w)", e.Msg, err)
	}
	return err
}

func describe(w io.Writer, imp model.Import) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", imp.File)
	if imp.Sheet != "" {
		fmt.Fprintf(&b, ",工作表“%s”", imp.Sheet)
	}
	fmt.Fprintf(&b, ",表头在第%d行\n", imp.HeaderRow)
	if len(imp.Ignored) > 0 {
		fmt.Fprintf(&b, "没有读的列:%s\n", strings.Join(imp.Ignored, "、"))
	}
	for _, n := range imp.Notes {
		fmt.Fprintln(&b, n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func conclude(w io.Writer, imp model.Import) error {
	what, n := "检查", imp.Expected
	if imp.State == model.ImportDone {
		what, n = "导入", imp.Done
	}
	_, err := fmt.Fprintf(w, "%s完:%d行 = 新增%d + 修改%d + 没有变化%d + 退回%d\n", what, n.In, n.Created, n.Updated, n.Unchanged, n.Refused)
	if err == nil && n.Refused > 0 {
		err = ErrRefused
	}
	return err
}

func markTo(ctx context.Context, s *sheets.Service, id string, o ImportOptions) error {
	return writeNew(o.Out, func(w io.Writer) error { return s.Marked(ctx, id, o.File, w) })
}

// writeNew writes a file that only its owner reads; it holds personal data.
func writeNew(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// ExportFile writes a list of the registry to a file: CSV when its name ends so, else a workbook. Without a
// reason sensitive fields are masked.
func ExportFile(ctx context.Context, cfg config.Config, opts Options, kind, file, reason string, stdout io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		s := a.svc.sheets
		return writeNew(file, func(w io.Writer) error {
			rows, err := s.Export(ctx, sheets.Export{
				Kind: model.SheetKind(kind), CSV: strings.EqualFold(filepath.Ext(file), ".csv"), Actor: operator, Full: reason != "",
				Sees: func([]string) bool { return true }, Opens: func(model.FieldGroup, []string) bool { return true },
			}, reason, w)
			if err != nil {
				return chinese(err)
			}
			_, err = fmt.Fprintf(stdout, "导出%d行到 %s\n", rows, file)
			return err
		})
	})
}

// Template writes an empty sheet of the kind.
func Template(kind, file string) error {
	return writeNew(file, func(w io.Writer) error { return chinese(sheets.Template(model.SheetKind(kind), w)) })
}
