package apptest

import (
	"strings"
	"testing"
)

// WantContains says which of the wanted texts are missing.
func WantContains(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("want %q in:\n%s", w, text)
		}
	}
}

// WantWithout says which of the unwanted texts are there.
func WantWithout(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if w != "" && strings.Contains(text, w) {
			t.Errorf("did not want %q in:\n%s", w, text)
		}
	}
}

// WantStatus compares the status of an answer.
func WantStatus(t *testing.T, what string, a Answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: %d %s, want %d", what, a.Status, a.Body, status)
	}
}

// WantProblem compares the status and the code of a refusal.
func WantProblem(t *testing.T, what string, a Answer, status int, code string) {
	t.Helper()
	if a.Status != status || a.Code() != code {
		t.Errorf("%s: %d %s, want %d %s", what, a.Status, a.Body, status, code)
	}
}

// Reasons are the codes of the reasons of a problem, with spaces between.
func (a Answer) Reasons(t *testing.T) string {
	t.Helper()
	var p struct{ Reasons []struct{ Code string } }
	a.JSON(t, &p)
	codes := make([]string, len(p.Reasons))
	for i, r := range p.Reasons {
		codes[i] = r.Code
	}
	return strings.Join(codes, " ")
}

// IsASCII tells a text without a Chinese word.
func IsASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

// Choice is the digit that an answer of the bot offers for what begins so.
func Choice(t *testing.T, text, begins string) string {
	t.Helper()
	for _, l := range strings.Split(text, "\n") {
		if digit, rest, ok := strings.Cut(l, " "); ok && len(digit) == 1 && strings.HasPrefix(rest, begins) {
			return digit
		}
	}
	t.Fatalf("no choice %q in:\n%s", begins, text)
	return ""
}
