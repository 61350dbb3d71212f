package sheets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"bangfu/service/model"
)

// widest is the last column that is looked at.
const widest = 256

var (
	errOldExcel    = model.NewError(model.KindInvalid, "file_old", "是旧的xls格式或加了密码;请在表格软件里另存为不加密的 xlsx")
	errOtherFormat = model.NewError(model.KindInvalid, "file_other", "不是xlsx也不是csv;请在表格软件里另存为 xlsx")
	errBroken      = model.NewError(model.KindInvalid, "file_broken", "文件打不开,可能坏了;请在表格软件里打开再另存一次")
	errSwells      = model.NewError(model.KindInvalid, "file_large", "文件展开以后太大了;请分成几个文件,或者把用不着的内容删掉再传")
	errEmpty       = model.NewError(model.KindInvalid, "file_empty", "文件里没有数据")
)

func errQuotesFrom(line int) error {
	return model.NewError(model.KindInvalid, "file_quotes",
		fmt.Sprintf("第%d行有一个双引号没有配对,后面的行分不清了;请在表格软件里打开再另存一次", line))
}

// sheetFile is a workbook or a CSV file, open for reading row by row.
type sheetFile struct {
	path  string
	excel *workbook // nil: CSV
}

// openBook opens a file by what is in it, not by its name.
func openBook(file string) (*sheetFile, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	_ = f.Close()
	head = head[:n]
	switch {
	case n == 0 && err != nil:
		return nil, errEmpty
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, errOldExcel
	case bytes.HasPrefix(head, []byte("PK")):
		x, err := openWorkbook(file)
		if err != nil {
			return nil, err
		}
		return &sheetFile{path: file, excel: x}, nil
	case bytes.IndexByte(head, 0) >= 0 && !bytes.HasPrefix(head, []byte("\xff\xfe")) && !bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errOtherFormat
	}
	return &sheetFile{path: file}, nil
}

// Close lets go of the file.
func (b *sheetFile) Close() error {
	if b.excel == nil {
		return nil
	}
	return b.excel.file.Close()
}

// sheets are the names of the sheets that people see; a CSV file has one without a name.
func (b *sheetFile) sheets() (seen, hidden []string) {
	if b.excel == nil {
		return []string{""}, nil
	}
	for _, s := range b.excel.list {
		if s.hidden {
			hidden = append(hidden, s.name)
		} else {
			seen = append(seen, s.name)
		}
	}
	return seen, hidden
}

var errEnough = errors.New("enough rows")

// each calls f with every row that the file holds, blank ones too, until f returns an error. The cells are f's to keep.
func (b *sheetFile) each(sheet string, f func(row) error) error {
	var err error
	if b.excel == nil {
		err = eachLine(b.path, f)
	} else {
		err = b.excel.eachRow(sheet, f)
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// hiddenColumns are those of the sheet that nobody sees, once its rows were read.
func (b *sheetFile) hiddenColumns(sheet string) []span {
	if b.excel == nil {
		return nil
	}
	return b.excel.hidden[sheet]
}
