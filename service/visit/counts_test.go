package visit_test

import (
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestSumsAreComparedAndMended spoils the sums of a month: they are counted again from the visits, and the log says so.
func TestSumsAreComparedAndMended(t *testing.T) {
	r := apptest.Boot(t)
	apptest.Eventually(t, "the year that was loaded is summed", func() bool {
		list, err := r.Store().Counters(t.Context())
		all := map[model.VisitKind]int{}
		for _, c := range list {
			for kind, n := range c.Items {
				all[kind] += n
			}
		}
		return err == nil && all[model.KindNeed] == 187 && all[model.KindPolicy] == 108 && all[model.KindTechnology] == 96
	})
	right, err := r.Store().Counter(t.Context(), "2017-12")
	if err != nil {
		t.Fatal(err)
	}
	wrong := right
	wrong.Items = map[model.VisitKind]int{model.KindPolicy: 999}
	if err := r.Store().PutCounter(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	r.Clock.Advance(24 * time.Hour)
	apptest.Eventually(t, "the sums are right again", func() bool {
		c, err := r.Store().Counter(t.Context(), "2017-12")
		return err == nil && c.Equal(right)
	})
	apptest.Eventually(t, "the log says so", func() bool {
		return strings.Contains(r.Log.String(), "sums of visits were wrong and are mended")
	})
}
