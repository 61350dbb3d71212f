package model_test

import (
	"strings"
	"testing"

	"bangfu/service/model"
)

// cells are written one to a line, the parts with blanks in between.
func cells(text string) (list []model.PublicCell) {
	for line := range strings.Lines(text) {
		list = append(list, model.PublicCell{Frames: []string{"frame"}, Sum: strings.Fields(line)})
	}
	return list
}

func TestTells(t *testing.T) {
	for _, c := range []struct {
		name, past, next string
		want             bool
	}{
		{"three", "", "a b c", false},
		{"two", "", "a b", true},
		{"nobody", "", "", false},
		{"a sum of nobody's", "", "=x", false},
		{"a small group with a sum of nobody's", "", "=x a", false},
		{"one more", "a b c", "a b c d", true},
		{"three more", "a b c", "a b c d e f", false},
		{"one comes as three leave", "a b c d e f", "d e f g", false},
		{"one of them adds something else", "a=1 b=1 c=1", "a=2 b=1 c=1", true},
		{"all of them do", "a=1 b=1 c=1", "a=2 b=2 c=2", false},
		{"total less its lines", "a b c\nd e f", "a b c d e f g", true},
		{"total less an overlapping line", "a b c d", "a b c", true},
		{"what was known before", "a b c\na b c d", "a b c", false},
		{"the inside of a table of two ways", "a b c d\ne f g h", "a e f b\nc d g h", false},
		{"by three steps", "a b c d e f\nd e f g h i", "a b c g h i j\nj a b c d e f g h i", true},
		{"two versions each of three", "a b c d e f", "a b c\na b c d e f g h i", false},
	} {
		if got := model.Tells(cells(c.past), cells(c.next)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	other := model.PublicCell{Frames: []string{"other"}, Sum: []string{"a", "b", "c", "d"}}
	if model.Tells(cells("a b c"), []model.PublicCell{other}) {
		t.Error("numbers of different frames are not compared")
	}
}
