package bot_test

import (
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
)

// flushRedis empties the Redis of a running Bangfu, as an operator's FLUSHALL would.
func flushRedis(t *testing.T, r *apptest.Running) {
	t.Helper()
	if err := r.App.Redis().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// TestWhatRedisForgets: a question that waits for a household's word outlives Redis; a list over it that Redis alone knew does
// not, and then a digit neither opens what was on it nor answers the question below.
func TestWhatRedisForgets(t *testing.T) {
	r := apptest.Boot(t)
	needs := func() int {
		list, err := r.Store().NeedsOf(t.Context(), "H-001")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := needs()
	apptest.WantContains(t, r.Say("h-001", "反映 屋顶漏雨,想修一修"), "就这样记下")
	flushRedis(t, r)
	apptest.WantContains(t, r.Say("h-001", "1"), "记下了")
	if n := needs(); n != before+1 {
		t.Fatalf("%d needs before, %d after", before, n)
	}

	apptest.WantContains(t, r.Say("h-001", "反映 院门坏了,想修一修"), "就这样记下")
	apptest.WantContains(t, r.Say("h-001", "我家"), "H-001")
	flushRedis(t, r)
	if got := r.Say("h-001", "1"); strings.Contains(got, "记下了") || strings.Contains(got, "低保金") {
		t.Errorf("a digit of a list that is forgotten: %s", got)
	}
	if n := needs(); n != before+1 {
		t.Errorf("%d needs, want %d: an old question came back", n, before+1)
	}
}

// TestARepeatAfterRedisForgotDoesNothingTwice pushes what acts and what only shows once more when Redis remembers neither.
func TestARepeatAfterRedisForgotDoesNothingTwice(t *testing.T) {
	r := apptest.Boot(t)
	open, query := r.Person("h-001").OAOpenID, apptest.SignedQuery(r.Clock.Now())
	for i, text := range []string{"反映 屋顶漏雨,想修一修", "我家"} {
		push := func() string {
			return r.Call("POST", "/wechat/oa"+query, "", apptest.TextPush(open, strings.Repeat("7", i+3), text)).Body
		}
		first := push()
		flushRedis(t, r)
		if again := push(); again != first || first == "success" {
			t.Errorf("%s: first %s, then %s", text, first, again)
		}
	}
}
