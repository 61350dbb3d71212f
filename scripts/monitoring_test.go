package scripts

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"

	"bangfu/cmd/app/apptest"

	"github.com/goccy/go-yaml"
)

var (
	exportedLine = regexp.MustCompile(`(?m)^# TYPE (bangfu_\w+) (\w+)$`)
	ownMetric    = regexp.MustCompile(`\bbangfu_\w+`)
	ofHistogram  = regexp.MustCompile(`_(bucket|count|sum)$`)
)

// namesIn are our metrics in expressions.
func namesIn(expressions ...string) (names []string) {
	for _, e := range expressions {
		for _, name := range ownMetric.FindAllString(e, -1) {
			if base := ofHistogram.ReplaceAllString(name, ""); base != name {
				name = base
			}
			names = append(names, name)
		}
	}
	return names
}

// TestMonitoringNamesWhatThereIs holds dashboard and alerts against what a running Bangfu exports.
func TestMonitoringNamesWhatThereIs(t *testing.T) {
	r := apptest.Boot(t)
	r.Call(http.MethodGet, "/healthz", "", nil)
	var exported []string
	for _, m := range exportedLine.FindAllStringSubmatch(apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil).Body, -1) {
		exported = append(exported, m[1])
	}
	if len(exported) < 10 {
		t.Fatalf("only %q are exported", exported)
	}
	shown, alerted := namesIn(dashboardExpressions(t)...), namesIn(alertExpressions(t)...)
	for _, name := range slices.Concat(shown, alerted) {
		if !slices.Contains(exported, name) {
			t.Errorf("%s is named, and nothing exports it", name)
		}
	}
	for _, name := range exported {
		if !slices.Contains(shown, name) {
			t.Errorf("%s is exported, and scripts/monitoring/dashboard.json does not show it", name)
		}
	}
}

func dashboardExpressions(t *testing.T) (list []string) {
	t.Helper()
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	b, err := os.ReadFile("monitoring/dashboard.json")
	if err == nil {
		err = json.Unmarshal(b, &board)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			list = append(list, target.Expr)
		}
	}
	return list
}

func alertExpressions(t *testing.T) (list []string) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []struct{ Expr string } }
	}
	b, err := os.ReadFile("monitoring/alerts.yaml")
	if err == nil {
		err = yaml.Unmarshal(b, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, rule := range g.Rules {
			list = append(list, rule.Expr)
		}
	}
	if len(list) == 0 {
		t.Fatal("no alerts")
	}
	return list
}
