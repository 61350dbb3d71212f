package scripts

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// moneyFile is the only one that may reckon with amounts as with numbers: everything else adds by its checked functions.
const moneyFile = "service/model/money.go"

// compiled is a package as go list knows it, with what the compiler exported of it.
type compiled struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// compileAll compiles everything that matches, without tests, and lists it with all that it imports.
func compileAll(t *testing.T) map[string]compiled {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]compiled{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p compiled
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

// checker type-checks packages from their source, with what they import as the compiler exported it.
type checker struct {
	set *token.FileSet
	types.Config
}

func newChecker(all map[string]compiled) *checker {
	set := token.NewFileSet()
	return &checker{set, types.Config{Importer: importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(all[path].Export)
	})}}
}

func (c *checker) arithmetic(path string, files []*ast.File) ([]string, error) {
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := c.Check(path, c.set, files, &info); err != nil {
		return nil, err
	}
	var found []string
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil && reckons(&info, n) {
				found = append(found, c.set.Position(n.Pos()).String())
			}
			return true
		})
	}
	return found, nil
}

var operators = map[token.Token]bool{
	token.ADD: true, token.SUB: true, token.MUL: true, token.QUO: true, token.REM: true, token.SHL: true, token.SHR: true,
	token.ADD_ASSIGN: true, token.SUB_ASSIGN: true, token.MUL_ASSIGN: true, token.QUO_ASSIGN: true, token.REM_ASSIGN: true,
	token.SHL_ASSIGN: true, token.SHR_ASSIGN: true,
}

// reckons reports whether the node reckons with an amount, or with a number that was one a moment before.
func reckons(info *types.Info, n ast.Node) bool {
	money := func(e ast.Expr) bool { return isFen(info, e) || wasFen(info, e) }
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return operators[n.Op] && info.Types[n].Value == nil && (money(n.X) || money(n.Y))
	case *ast.AssignStmt:
		return operators[n.Tok] && (money(n.Lhs[0]) || money(n.Rhs[0]))
	case *ast.IncDecStmt:
		return money(n.X)
	case *ast.UnaryExpr:
		return n.Op == token.SUB && info.Types[n].Value == nil && money(n.X)
	}
	return false
}

func isFen(info *types.Info, e ast.Expr) bool {
	tv := info.Types[e]
	if tv.Type == nil {
		return false
	}
	named, ok := types.Unalias(tv.Type).(*types.Named)
	return ok && named.Obj().Name() == "Fen" && named.Obj().Pkg().Path() == module+"service/model"
}

// wasFen: int64(amount) + … is the same sum without a check. In the model itself that is how what has no bound is
// reckoned, with big numbers.
func wasFen(info *types.Info, e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && len(call.Args) == 1 && info.Types[call.Fun].IsType() && isFen(info, call.Args[0])
}

func (c *checker) parse(dir string, names []string) (files []*ast.File, err error) {
	for _, name := range names {
		f, err := parser.ParseFile(c.set, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// TestMoneyIsAddedWithChecks goes through all code that is not a test.
func TestMoneyIsAddedWithChecks(t *testing.T) {
	all, seen := compileAll(t), 0
	for path, p := range all {
		if !strings.HasPrefix(path, module) {
			continue
		}
		c := newChecker(all)
		files, err := c.parse(p.Dir, p.GoFiles)
		if err != nil {
			t.Fatal(err)
		}
		found, err := c.arithmetic(path, files)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		seen++
		for _, at := range found {
			if !strings.Contains(filepath.ToSlash(at), moneyFile+":") {
				t.Errorf("%s reckons with money: use Add, Sub, AddUp, Neg or Shared", at)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d packages of ours", seen)
	}
}

// TestTheMoneyLintSees what it is for, and leaves alone what is no sum of money.
func TestTheMoneyLintSees(t *testing.T) {
	all := compileAll(t)
	for code, want := range map[string]bool{
		"a += b": true, "a -= b": true, "a = a + b": true, "a = a - 1": true, "a++": true, "a = -a": true, "a = 2 * a": true, "a = a / 2": true,
		"n = int64(a) + int64(b)": true, "m[\"x\"] += a": true, "n = int64(int(a) * 2)": true, "p.Amount += a": true, "n += int64(a)": true,
		"a = model.MaxAmount + 1": false, "n = 1 + n": false, "a, _ = a.Add(b)": false, "ok := a > b; _ = ok": false, "n = int64(a)": false,
		"a = max(a, b)": false, "a = -5": false, "n += 2": false,
	} {
		source := "package x\nimport \"bangfu/service/model\"\nfunc f(a, b model.Fen, m map[string]model.Fen, p model.Entry, n int64) {\n" + code + "\n}\n"
		c := newChecker(all)
		f, err := parser.ParseFile(c.set, "x.go", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		found, err := c.arithmetic("x", []*ast.File{f})
		if err != nil {
			t.Fatal(err)
		}
		if (len(found) > 0) != want {
			t.Errorf("%s: found %v", code, slices.Sorted(slices.Values(found)))
		}
	}
}
