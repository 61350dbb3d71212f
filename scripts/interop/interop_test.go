// Package interop_test lets clients that others wrote talk to the simulator and to us: what they and we
// agree on is WeChat's, not our own reading of it. It needs node, and `npm ci` in this folder.
package interop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
)

// nodeTime is how long a script may run before it counts as hanging.
const nodeTime = 15 * time.Minute

// missing says what is needed and not there; empty when the scripts can run.
func missing() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "no node on the PATH"
	}
	if _, err := os.Stat("node_modules"); err != nil {
		return "no node_modules"
	}
	return ""
}

func TestMain(m *testing.M) {
	if missing() != "" {
		os.Exit(m.Run()) // everything is skipped, so there is no farm to take away
	}
	apptest.Main(m)
}

func needNode(t *testing.T) {
	t.Helper()
	if why := missing(); why != "" {
		t.Skipf("%s: install node, then run `npm ci` in scripts/interop (or `make interop`)", why)
	}
}

// node runs a script and decodes each line that it prints. It may be called from any goroutine.
func node[T any](ctx context.Context, script string, env []string, input string) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, nodeTime)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "node", "--no-deprecation", script) // wechat-crypto calls new Buffer
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &stdout, &stderr
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s%s", script, err, stdout.Bytes(), stderr.Bytes())
	}
	var list []T
	for line := range strings.Lines(stdout.String()) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return nil, fmt.Errorf("%s printed %q: %w", script, line, err)
		}
		list = append(list, v)
	}
	return list, nil
}
