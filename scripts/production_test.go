package scripts

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// notShipped are what only a demo and tests need: the production binary carries none of it.
var notShipped = []string{
	module + "scripts", module + demodata, module + "repo/wechat/wxsim", "github.com/FerretDB/FerretDB", "github.com/alicebob/miniredis/v2", "modernc.org/sqlite",
}

// demoWords stand in what a demo is made of: its password, the secrets of its accounts, the simulator's paths.
var demoWords = []string{"bangfu-demo", "demo-oa-secret", "demo-mp-secret", "demooatoken", `"/sim/`}

// TestTheProductionBinaryHasNoDemo goes through everything that the Dockerfile compiles.
func TestTheProductionBinaryHasNoDemo(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-tags", "noembed", "-json=ImportPath,Dir,GoFiles,EmbedFiles", "./cmd/bangfu")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	own := 0
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Dir     string
			GoFiles, EmbedFiles []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, root := range notShipped {
			if under(p.ImportPath, root) {
				t.Errorf("the production binary carries %s", p.ImportPath)
			}
		}
		if !strings.HasPrefix(p.ImportPath, module) {
			continue
		}
		own++
		for _, name := range append(p.GoFiles, p.EmbedFiles...) {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range demoWords {
				if bytes.Contains(text, []byte(word)) {
					t.Errorf("%s/%s has %q, which is a demo's", p.ImportPath, name, word)
				}
			}
		}
	}
	if own < 20 {
		t.Errorf("only %d packages of ours", own)
	}
}
