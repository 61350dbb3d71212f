package broadcast_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/service/model"
)

// TestWhatAuthorAndApproverSeeIsWhatIsSent writes with variables, to cadres and to households: the test on the author's
// phone, the preview and what arrives are one text, and none has a hole.
func TestWhatAuthorAndApproverSeeIsWhatIsSent(t *testing.T) {
	c := newCrowd(t)
	c.Refused(400, "broadcast_content", http.MethodPost, "/staff/v1/broadcasts", c.office,
		doc{"title": "走访", "audience": doc{"to": "cadres"}, "content": merge(merge(doc{}, cadreContent), doc{"text": "请到{户号}走访"})})

	for name, x := range map[string]doc{
		"cadres":     {"audience": doc{"to": "cadres", "only": true, "ids": []string{"C-007"}}, "content": cadreContent},
		"households": {"audience": doc{"to": "households", "only": true, "ids": []string{"H-007"}}, "content": merge(merge(doc{}, policyContent), doc{"more": "{户号}{单位}"})},
	} {
		id := c.compose(t, x)
		var p struct {
			Rows []struct{ Content struct{ More string } }
		}
		c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/preview", c.office, nil, &p)
		c.do(id, "start", c.office, doc{})
		c.until(t, id, "finished")
		if len(p.Rows) != 1 {
			t.Fatalf("%s: %+v", name, p)
		}
		want := p.Rows[0].Content.More
		for _, to := range map[string][]string{"cadres": {"c-001", "c-007"}, "households": {"c-001", "h-007"}}[name] {
			if !c.heard(to, want) {
				t.Errorf("%s: %s has not what the preview says: %q", name, to, want)
			}
		}
		if strings.ContainsAny(want, "{}") || want == "" || want == "请按时走访" {
			t.Errorf("%s: a hole: %q", name, want)
		}
	}
}

// TestAHoleRefusesTheApproval takes a household's cadres away: what names the cadre cannot go to it.
func TestAHoleRefusesTheApproval(t *testing.T) {
	c := newCrowd(t)
	content := merge(merge(doc{}, policyContent), doc{"text": "有事找{干部}。"})
	body := doc{"title": "找干部", "audience": doc{"to": "households", "only": true, "ids": []string{"H-001", "H-002"}}, "content": content}
	var b broadcastView
	c.Must(http.MethodPost, "/staff/v1/broadcasts", c.office, body, &b)
	c.do(b.ID, "test", c.office, nil)
	by := model.ChangeInfo{Actor: "test", Why: "left", At: c.Clock.Now()}
	var open []string
	err := c.Store().EachPairing(t.Context(), func(p model.Pairing) error {
		if p.HouseholdID == "H-002" && p.To == "" {
			open = append(open, p.ID)
		}
		return nil
	})
	if err != nil || len(open) == 0 {
		t.Fatal(open, err)
	}
	for _, id := range open {
		if _, err := c.Store().ChangePairing(t.Context(), id, 0, by, func(p *model.Pairing) error { p.To = "2017-01-01"; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	c.Refused(400, "variable_empty", http.MethodPost, "/staff/v1/broadcasts/"+b.ID+"/submit", c.office, nil)
	var p struct{ Groups map[string]int }
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+b.ID+"/preview", c.office, nil, &p)
	if p.Groups["empty"] != 1 || p.Groups["now"] != 1 {
		t.Errorf("%+v", p)
	}
}
