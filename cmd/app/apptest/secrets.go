package apptest

import (
	"strings"

	"bangfu/cmd/app/demodata"
)

// checkLog fails the test if anything that was logged should not have been: what people said and were
// told, who they are, tokens and secrets. It runs at the end of every test.
func (r *Running) checkLog() {
	r.t.Helper()
	log := r.Log.String()
	for _, s := range r.privateTexts() {
		if strings.Contains(log, s) {
			r.t.Errorf("the log holds what it must not: %q", s)
		}
	}
	// The name alone may stand there: an interface of web log-ins is called so.
	if strings.Contains(log, "access_token=") || strings.Contains(log, `access_token\"`) || strings.Contains(log, `"access_token"`) {
		r.t.Error("the log holds a token")
	}
}

func (r *Running) privateTexts() []string {
	list := []string{"demo-oa-secret", "demo-mp-secret", "demooatoken", "demomptoken", "bangfu-demo", "demoOfficialAccountAesKey"}
	farm := demodata.Build()
	for _, p := range farm.Persons {
		list = append(list, p.Name, p.IDNumber)
		if p.PhoneNumber != "" {
			list = append(list, p.PhoneNumber)
		}
	}
	for _, c := range farm.Cadres {
		list = append(list, c.Name, c.PhoneNumber)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(list, r.said...)
}

// remember keeps a text that must not be logged. Short digits are left out: they are in every duration.
func (r *Running) remember(text string) {
	if len(text) < 6 || strings.Trim(text, "0123456789") == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, text)
}
