// Package exchange moves households, persons, cadres, pairings, incomes and entries of the books between the
// registry and the office's own sheets, in Excel and CSV: templates, a dry run that touches nothing, a commit that can be
// stopped and repeated, the workbook back with its faults in red, and exports. The library for workbooks
// stays in here.
package sheets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"bangfu/repo"
	"bangfu/repo/queue"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/people"
)

// Service imports and exports. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	queue  *queue.Client
	people *people.Service
	ledger *ledger.Service
	now    model.Clock
}

// New makes the service. A command that does all its work itself has no queue.
func New(store *repo.Store, queue *queue.Client, people *people.Service, books *ledger.Service, now model.Clock) *Service {
	return &Service{store: store, queue: queue, people: people, ledger: books, now: now}
}

// Import by its id; KindNotFound when there is none.
func (s *Service) Import(ctx context.Context, id string) (model.Import, error) {
	return s.store.Import(ctx, id)
}

// Imports are the latest ones of sheets of the registry, or of the books, newest first.
func (s *Service) Imports(ctx context.Context, ofBooks bool, limit int64) ([]model.Import, error) {
	var kinds []model.SheetKind
	for _, x := range sheets {
		if (x.kind == model.SheetEntries) == ofBooks {
			kinds = append(kinds, x.kind)
		}
	}
	return s.store.Imports(ctx, kinds, limit)
}

// importID is the same for the same file.
func importID(kind model.SheetKind, path string) (id string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if size, err = io.Copy(sum, f); err != nil {
		return "", 0, fmt.Errorf("import: %w", err)
	}
	return string(kind) + ":" + hex.EncodeToString(sum.Sum(nil)), size, nil
}

// plainName is a file's name as it may stand in the history of a record.
func plainName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	return string(runes[:min(len(runes), 80)])
}

// content is what a row's sealed part holds.
type content struct {
	Values  values         `json:"v,omitempty"`
	Reasons []reason       `json:"r,omitempty"`
	Expect  model.RowState `json:"e"`           // by the dry run
	About   values         `json:"w,omitempty"` // of a row with changes: which record it is about
	Changes []change       `json:"c,omitempty"`
}

func (s *Service) seal(c content, rowID string) (model.Sealed, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("import row: %w", err)
	}
	return s.store.Sealer().Seal(string(b), "content", rowID)
}

func (s *Service) open(row model.ImportRow) (content, error) {
	var c content
	b, err := s.store.Sealer().Open(row.Content, "content", row.ID)
	if err == nil {
		err = json.Unmarshal([]byte(b), &c)
	}
	if err != nil {
		return c, fmt.Errorf("import row: %w", err)
	}
	return c, nil
}

// uploadPartSize keeps a piece of a file well below what a document may hold.
const uploadPartSize = 1 << 20

// keep stores the file with the import, sealed, so that any server can give it back.
func (s *Service) keep(ctx context.Context, id, path string) (pieces int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	piece := make([]byte, uploadPartSize)
	for {
		n, err := io.ReadFull(f, piece)
		if n > 0 {
			sealed, err := s.store.Sealer().Seal(string(piece[:n]), "piece", model.ImportPieceID(id, pieces))
			if err != nil {
				return 0, err
			}
			if err := s.store.PutImportPiece(ctx, id, pieces, sealed); err != nil {
				return 0, err
			}
			pieces++
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return pieces, nil
		}
		if err != nil {
			return 0, fmt.Errorf("import: %w", err)
		}
	}
}

var errNotKept = model.NewError(model.KindNotFound, "import_file_gone", "原来的文件没有保存,请用手上的文件")

// kept writes the file that was stored with an import.
func (s *Service) kept(ctx context.Context, i model.Import, w io.Writer) error {
	if i.Kept == 0 {
		return errNotKept
	}
	for n := range i.Kept {
		sealed, err := s.store.ImportPiece(ctx, i.ID, n)
		if err != nil {
			return err
		}
		piece, err := s.store.Sealer().Open(sealed, "piece", model.ImportPieceID(i.ID, n))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, piece); err != nil {
			return fmt.Errorf("import file: %w", err)
		}
	}
	return nil
}
