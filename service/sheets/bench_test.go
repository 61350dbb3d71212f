package sheets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/service/model"
	"bangfu/service/sheets"
)

// BenchmarkRows understands a sheet of a thousand households, cell by cell, and says so for each row. `make bench-import`
// has a hundred thousand, with the memory that they take.
func BenchmarkRows(b *testing.B) {
	const rows = 1000
	var text strings.Builder
	text.WriteString("户号,单位,户情,户情起始日期,建档日期,致贫原因\n")
	for i := range rows {
		fmt.Fprintf(&text, "H-%04d,第一管理区,帮扶中,2018-01-05,2016年3月1日,因病\n", i+1)
	}
	path := filepath.Join(b.TempDir(), "households.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if n, err := sheets.Read(model.SheetHouseholds, path); err != nil || n.In != rows || n.Refused > 0 {
			b.Fatalf("%+v %v", n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
