package main

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// TestVersionWithoutMake: what was built by go alone says what Go knows, and what nobody knows is unknown. That a build by
// make says more is tried by scripts/try-demo.sh.
func TestVersionWithoutMake(t *testing.T) {
	checkout := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123abcd"}, {Key: "vcs.time", Value: "2018-01-05T00:00:00Z"}, {Key: "vcs.modified", Value: "false"},
	}
	changed := append([]debug.BuildSetting{}, checkout...)
	changed[2].Value = "true"
	for want, info := range map[string]*debug.BuildInfo{
		"bangfu unknown\ncommit 0123abcd\ndate   2018-01-05T00:00:00Z\n":       {Settings: checkout},
		"bangfu unknown\ncommit 0123abcd-dirty\ndate   2018-01-05T00:00:00Z\n": {Settings: changed},
		"bangfu unknown\ncommit unknown\ndate   unknown\n":                     nil,
	} {
		if got := describe(info); !strings.HasPrefix(got, want) || !strings.Contains(got, "\ngo     "+runtime.Version()+" ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestVersionIsACommand needs no setting and no database.
func TestVersionIsACommand(t *testing.T) {
	out, code := run(t, nil, "version")
	if code != 0 || !strings.HasPrefix(out, "bangfu ") || strings.Count(out, "\n") != 4 {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
