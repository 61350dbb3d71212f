// Package scripts holds the checks of the house itself: which package may import which, and how long
// files and functions may grow.
package scripts

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "bangfu/"

// onlyIn says which packages may import a library. A library that nobody lists may be used anywhere.
var onlyIn = map[string][]string{
	"github.com/gin-gonic/gin":                 {"handler", "scripts/bench"},
	"github.com/danielgtaylor/huma/v2":         {"handler"},
	"github.com/hibiken/asynq":                 {"repo/queue"},
	"github.com/go-redis/redis_rate/v10":       {"repo/queue"},
	"go.mongodb.org/mongo-driver/v2":           {"repo"},
	"github.com/silenceper/wechat/v2":          {"repo/wechat", "scripts/bench"},
	"github.com/FerretDB/FerretDB":             {"repo/embedded"},
	"github.com/alicebob/miniredis/v2":         {"repo/embedded"},
	"modernc.org/sqlite":                       {"repo/embedded"},
	"github.com/tink-crypto/tink-go/v2":        {"repo"},
	"github.com/minio/minio-go/v7":             {"repo/backup"},
	"github.com/klauspost/compress":            {"repo/backup"},
	"github.com/urfave/cli/v3":                 {"cmd/bangfu"},
	"github.com/xuri/excelize/v2":              {"service/sheets", "scripts/bench"},
	"github.com/schollz/progressbar/v3":        {"cmd/app"},
	"github.com/caarlos0/env/v11":              {"config"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"service/people"},
	"github.com/mozillazg/go-pinyin":           {"service/people", "service/account", "service/bot/understand"},
	"github.com/trustelem/zxcvbn":              {"service/account"},
}

// floors are the rooms from the top down; a package imports only from floors below its own. Packages of
// one floor do not import each other, except where a room has parts of its own (free).
var floors = []struct {
	prefixes []string
	free     bool
}{
	{[]string{"scripts"}, true},
	{[]string{"cmd"}, true},
	{[]string{"handler"}, true},
	{[]string{"service/bot", "service/sheets", "service/disclose"}, false},
	{[]string{"service/people", "service/visit", "service/verify", "service/fund", "service/aid", "service/coop", "service/broadcast", "service/backups"}, false},
	{[]string{"service/account", "service/notify", "service/ledger"}, false},
	{[]string{"service/access"}, false},
	{[]string{"repo"}, true},
	{[]string{"config"}, false},
	{[]string{"service/model", "service/bot/understand", "web"}, false},
}

// demodata are the records that a demo and the tests begin with.
const demodata = "cmd/app/demodata"

// floorOf is the floor of the longest prefix.
func floorOf(pkg string) int {
	floor, longest := -1, ""
	for i, f := range floors {
		for _, p := range f.prefixes {
			if under(pkg, p) && len(p) > len(longest) {
				floor, longest = i, p
			}
		}
	}
	return floor
}

func under(pkg, root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") }

type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

// packages are ours, without their tests.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestImports(t *testing.T) {
	list := packages(t)
	if len(list) < 10 {
		t.Fatalf("only %d packages found", len(list))
	}
	for _, p := range list {
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, to := range p.Imports {
			if own, ok := strings.CutPrefix(to, module); ok {
				checkDirection(t, from, own)
			} else {
				checkLibrary(t, from, to)
			}
		}
	}
}

func checkDirection(t *testing.T, from, to string) {
	t.Helper()
	if under(from, demodata) && !under(to, demodata) && !under(to, "service") {
		t.Errorf("%s imports %s: the demo's records know the case model only", from, to)
	}
	if under(from, "handler/staff") && under(to, "handler/mini") || under(from, "handler/mini") && under(to, "handler/staff") {
		t.Errorf("%s imports %s: what both show is in handler/view", from, to)
	}
	high, low := floorOf(from), floorOf(to)
	if high < 0 || low < 0 {
		t.Errorf("%s imports %s: one of them has no floor; give it one in this test", from, to)
		return
	}
	if high > low || high == low && !floors[high].free {
		t.Errorf("%s imports %s: imports run downwards only", from, to)
	}
}

func checkLibrary(t *testing.T, from, library string) {
	t.Helper()
	if standard := !strings.Contains(strings.Split(library, "/")[0], "."); standard {
		return
	}
	if under(from, "service/model") || under(from, "repo/wechat/wxsim") {
		t.Errorf("%s imports %s: it needs the standard library only", from, library)
	}
	for root, homes := range onlyIn {
		if under(library, root) && !slices.ContainsFunc(homes, func(h string) bool { return under(from, h) }) {
			t.Errorf("%s imports %s, which belongs in %v", from, library, homes)
		}
	}
}

// The most lines that a reader can be asked to keep in mind.
const (
	longestFile     = 450
	longestFunction = 80
)

func TestSizes(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "node_modules", "data", "bin"}, d.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" {
			files++
			checkFile(t, path)
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Fatalf("%d files read, %v", files, err)
	}
}

func checkFile(t *testing.T, path string) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	if n := set.Position(f.End()).Line; n > longestFile {
		t.Errorf("%s has %d lines, more than %d", path, n, longestFile)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1; n > longestFunction {
			t.Errorf("%s: %s has %d lines, more than %d", path, fn.Name.Name, n, longestFunction)
		}
	}
}
