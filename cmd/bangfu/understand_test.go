package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnderstand gives sentences to the command: a line of JSON for each and nothing else, whatever the environment.
func TestUnderstand(t *testing.T) {
	t.Parallel()
	const said = `{"role":"household","said":"俺家低保咋还没到"}
{"role":"household","said":"不是没来","asked":"came"}

{"role":"stranger","said":""}
`
	cmd := command(t.Context(), []string{"HTTP_ADDR=nowhere"}, "understand")
	cmd.Stdin = strings.NewReader(said)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != 3 || lines[0] != `{"intent":"money_missing","slots":{"category":"subsistence"},"ask":false,"options":[]}` {
		t.Fatalf("%s", out)
	}
	var second struct {
		Ask     bool
		Options []string
	}
	if err := json.Unmarshal([]byte(lines[1]), &second); err != nil || !second.Ask || len(second.Options) < 2 {
		t.Errorf("%s: %v", lines[1], err)
	}
	if lines[2] != `{"intent":"unknown","slots":{},"ask":false,"options":[]}` {
		t.Error(lines[2])
	}
}

func TestUnderstandScores(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "said.jsonl")
	const said = `{"role":"household","said":"没人来过","means":["not_came"],"never":["came"]}
{"role":"household","said":"我家","means":["money"]}
`
	if err := os.WriteFile(file, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := run(t, nil, "understand", "--score", file)
	if code != 0 || !strings.Contains(out, "sentences 2\nright 1.0 (50.0 %)\nnever 0\n") || !strings.Contains(out, `"我家"`) {
		t.Errorf("exit %d\n%s", code, out)
	}
	if out, code := run(t, nil, "understand", "--score", file+".none"); code == 0 {
		t.Error(out)
	}
}
