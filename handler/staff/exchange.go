package staff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"strings"
	"time"

	"bangfu/handler/scope"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

// importOfID is an import that the route is for: the books' under /batches, the registry's under /imports.
func (a *api) importOfID(ctx context.Context, farm access.Farm, id string) (model.Import, error) {
	imp, err := a.Sheets.Import(ctx, id)
	if err == nil && (imp.Kind == model.SheetEntries) != (farm.May() == model.MayPostMoney) {
		return model.Import{}, access.ErrUnknownRecord
	}
	return imp, err
}

type importInput struct {
	Kind string `query:"kind" required:"true" enum:"households,persons,cadres,pairings,incomes" doc:"哪一种表"`
	Uploaded
}

type batchInput struct{ Uploaded }

// Uploaded is a file with what is said about it.
type Uploaded struct {
	Name        string `query:"name" maxLength:"200" doc:"文件名;multipart上传时可以不写"`
	Mapping     string `query:"mapping" maxLength:"4000" doc:"列的对应,JSON:{\"表里的列名\":\"我们的列名\"};“不导入”表示不读。会记住"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte `contentType:"application/octet-stream" doc:"xlsx或csv文件,最大20MB;也可以用multipart/form-data的file"`
}

type importView struct {
	ID        string            `json:"id"`
	Kind      model.SheetKind   `json:"kind"`
	File      string            `json:"file"`
	Sheet     string            `json:"sheet" doc:"读的是哪个工作表"`
	HeaderRow int               `json:"header_row"`
	Columns   []importColumn    `json:"columns"`
	Ignored   []string          `json:"ignored" doc:"没有读的列"`
	Fields    []string          `json:"fields" doc:"我们的列名,mapping里用"`
	Notes     []string          `json:"notes"`
	State     model.ImportState `json:"state" doc:"checking、checked、committing、done"`
	Expected  model.ImportCount `json:"expected" doc:"检查时预计的"`
	Done      model.ImportCount `json:"done" doc:"已经导入的"`
	NextRow   int               `json:"next_row" doc:"导入到第几行"`
	LastRow   int               `json:"last_row"`
	CheckedAt time.Time         `json:"checked_at"`
	CheckedBy string            `json:"checked_by"`
	Refused   []sheets.RowError `json:"refused" doc:"退回的行,最多100行;全部在带红格子的表里"`
}

type importColumn struct {
	Title string `json:"title" doc:"表里的列名"`
	Key   string `json:"key" doc:"对应的内容"`
}

type importOutput struct{ Body importView }

// importOf is one import, with the columns that its kind of sheet can have.
func (a *api) importOf(ctx context.Context, i model.Import, refused []sheets.RowError) (*importOutput, error) {
	v := importViewOf(i)
	var err error
	v.Refused = refused
	v.Fields, err = a.Sheets.Fields(ctx, i.Kind)
	return &importOutput{Body: v}, err
}

func importViewOf(i model.Import) importView {
	v := importView{
		ID: i.ID, Kind: i.Kind, File: i.File, Sheet: i.Sheet, HeaderRow: i.HeaderRow, Columns: []importColumn{}, Ignored: i.Ignored,
		Notes: i.Notes, State: i.State, Expected: i.Expected, Done: i.Done, NextRow: i.NextRow, LastRow: i.LastRow,
		Refused: []sheets.RowError{}, Fields: []string{}, CheckedAt: i.CheckedAt, CheckedBy: i.CheckedBy,
	}
	for _, c := range i.Columns {
		v.Columns = append(v.Columns, importColumn{c.Title, c.Key})
	}
	return v
}

var (
	errNoFile  = model.NewError(model.KindInvalid, "file_missing", "没有收到文件")
	errTooBig  = model.NewError(model.KindInvalid, "file_too_large", "文件超过20MB,请分成几个")
	errMapping = model.NewError(model.KindInvalid, "import_mapping", "列的对应写得不对")
)

func (a *api) checkImport(ctx context.Context, farm access.Farm, in *importInput) (*importOutput, error) {
	return a.check(ctx, model.SheetKind(in.Kind), &in.Uploaded)
}

func (a *api) checkBatch(ctx context.Context, farm access.Farm, in *batchInput) (*importOutput, error) {
	return a.check(ctx, model.SheetEntries, &in.Uploaded)
}

func (a *api) check(ctx context.Context, kind model.SheetKind, in *Uploaded) (*importOutput, error) {
	name, file, err := fileOf(in)
	if err != nil {
		return nil, err
	}
	mapping := map[string]string{}
	if in.Mapping != "" && json.Unmarshal([]byte(in.Mapping), &mapping) != nil {
		return nil, errMapping
	}
	path, err := spill(file)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	imp, err := a.Sheets.Check(ctx, sheets.Upload{
		Kind: kind, Name: name, Path: path, Mapping: mapping, Keep: true, Actor: staffOf(ctx).Actor(),
	})
	if err != nil {
		return nil, err
	}
	return a.viewed(ctx, imp)
}

// fileOf is the file in the body, which is the body itself or one part of it.
func fileOf(in *Uploaded) (name string, file []byte, err error) {
	typ, params, _ := mime.ParseMediaType(in.ContentType)
	if typ != "multipart/form-data" {
		return in.Name, in.RawBody, sizeOf(in.RawBody)
	}
	r := multipart.NewReader(bytes.NewReader(in.RawBody), params["boundary"])
	for {
		part, err := r.NextPart()
		if err != nil {
			return "", nil, errNoFile
		}
		if part.FileName() == "" {
			continue
		}
		if file, err = io.ReadAll(part); err != nil {
			return "", nil, errNoFile.Wrap(err)
		}
		if name = in.Name; name == "" {
			name = part.FileName()
		}
		return name, file, sizeOf(file)
	}
}

func sizeOf(file []byte) error {
	switch {
	case len(file) == 0:
		return errNoFile
	case len(file) > scope.MaxSheet:
		return errTooBig
	}
	return nil
}

// spill puts the file where it can be read row by row; only we can read it there.
func spill(file []byte) (path string, err error) {
	f, err := os.CreateTemp("", "bangfu-upload-")
	if err != nil {
		return "", fmt.Errorf("upload: %w", err)
	}
	_, err = f.Write(file)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("upload: %w", err)
	}
	return f.Name(), nil
}

// shownRefused is how many refused rows an answer names.
const shownRefused = 100

func (a *api) viewed(ctx context.Context, imp model.Import) (*importOutput, error) {
	if imp.State == model.ImportCommitting {
		return a.importOf(ctx, imp, []sheets.RowError{}) // asked for every second; the list comes at the end
	}
	refused, err := a.Sheets.Refused(ctx, imp.ID, shownRefused)
	if err != nil {
		return nil, err
	}
	return a.importOf(ctx, imp, refused)
}

type importIDInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *api) readImport(ctx context.Context, farm access.Farm, in *importIDInput) (*importOutput, error) {
	imp, err := a.importOfID(ctx, farm, in.ID)
	if err != nil {
		return nil, err
	}
	return a.viewed(ctx, imp)
}

// shownChanges is how many changed rows an answer has.
const shownChanges = 100

type importChangesInput struct {
	ID     string `path:"id" maxLength:"100"`
	After  int    `query:"after" minimum:"0" doc:"从这一行以后;上一页的next"`
	Reason string `query:"reason" maxLength:"200" doc:"写明用途,至少4个字,就看得到您的岗位能看的敏感内容;记入审计,里面的每一户都看得到"`
}

type importChangesOutput struct {
	Body struct {
		Rows []sheets.Change `json:"rows" doc:"会修改的行,每一格现在是什么、改成什么;敏感的遮住"`
		Next int             `json:"next,omitempty" doc:"下一页的after"`
	}
}

func (a *api) importChanges(ctx context.Context, farm access.Farm, in *importChangesInput) (*importChangesOutput, error) {
	imp, err := a.importOfID(ctx, farm, in.ID)
	if err != nil {
		return nil, err
	}
	out := &importChangesOutput{}
	list, more, err := a.Sheets.Changes(ctx, farm, imp, in.After, shownChanges, in.Reason)
	if err != nil {
		return nil, err
	}
	if out.Body.Rows = list; more {
		out.Body.Next = list[len(list)-1].Row
	}
	return out, nil
}

// shownImports is how many imports the list goes back.
const shownImports = 30

type importsOutput struct {
	Body struct {
		Imports []importView `json:"imports" doc:"最近30次,新的在前;退回的行要一次一次看"`
	}
}

func (a *api) listImports(ctx context.Context, farm access.Farm, _ *struct{}) (*importsOutput, error) {
	return a.importsOf(ctx, "")
}

func (a *api) listBatches(ctx context.Context, farm access.Farm, _ *struct{}) (*importsOutput, error) {
	return a.importsOf(ctx, model.SheetEntries)
}

// importsOf lists the imports of the books or, of any other kind, those of the registry.
func (a *api) importsOf(ctx context.Context, kind model.SheetKind) (*importsOutput, error) {
	list, err := a.Sheets.Imports(ctx, kind == model.SheetEntries, shownImports)
	if err != nil {
		return nil, err
	}
	out := &importsOutput{}
	out.Body.Imports = []importView{}
	for _, i := range list {
		out.Body.Imports = append(out.Body.Imports, importViewOf(i))
	}
	return out, nil
}

func (a *api) commitImport(ctx context.Context, farm access.Farm, in *importIDInput) (*importOutput, error) {
	if _, err := a.importOfID(ctx, farm, in.ID); err != nil {
		return nil, err
	}
	imp, err := a.Sheets.CommitLater(ctx, in.ID, farm.Actor())
	if err != nil {
		return nil, err
	}
	return a.importOf(ctx, imp, []sheets.RowError{})
}

func (a *api) dropBatch(ctx context.Context, farm access.Farm, in *importIDInput) (*struct{}, error) {
	if _, err := a.importOfID(ctx, farm, in.ID); err != nil {
		return nil, err
	}
	_, err := a.Sheets.Drop(ctx, in.ID)
	return nil, err
}

const (
	typeExcel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV   = "text/csv; charset=utf-8"
)

func (a *api) markedImport(ctx context.Context, farm access.Farm, in *importIDInput) (*download, error) {
	imp, err := a.importOfID(ctx, farm, in.ID)
	if err == nil {
		err = a.Sheets.NoteWorkbook(ctx, farm.Staff(), imp)
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := a.Sheets.Marked(ctx, in.ID, "", &b); err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(imp.File, ".")
	return saved(typeExcel, name+"-退回.xlsx", b.Bytes()), nil
}

type kindInput struct {
	Kind string `path:"kind" enum:"households,persons,cadres,pairings,incomes" doc:"哪一种表"`
}

func (a *api) template(ctx context.Context, shared access.Shared, in *kindInput) (*download, error) {
	return a.templateOf(ctx, model.SheetKind(in.Kind))
}

func (a *api) batchTemplate(ctx context.Context, shared access.Shared, _ *struct{}) (*download, error) {
	return a.templateOf(ctx, model.SheetEntries)
}

func (a *api) templateOf(ctx context.Context, kind model.SheetKind) (*download, error) {
	var b bytes.Buffer
	if err := a.Sheets.Template(ctx, kind, &b); err != nil {
		return nil, err
	}
	return saved(typeExcel, string(kind)+".xlsx", b.Bytes()), nil
}
