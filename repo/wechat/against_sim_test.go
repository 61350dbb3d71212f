package wechat_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/repo/wechat/wxsim"
	"bangfu/service/model"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Nothing here is about time: what does not come in a quarter of an hour hangs.
const (
	hangs    = 3 * time.Minute
	patience = 250
)

// newSimulated is a client of the official account that the simulator plays, with two followers.
func newSimulated(t *testing.T) (*wechat.Client, []string) {
	t.Helper()
	now := func() time.Time { return time.Unix(1414587457, 0) }
	sim := wxsim.New(wxsim.Config{OA: wxsim.Account{AppID: "wx1", Secret: "s", Token: "t", OriginalID: "gh_1", Mode: "plain"}, Now: now, PushTimeout: hangs})
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(sim.Close)
	rdb := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	account := config.Account{AppID: "wx1", AppSecret: "s"}
	c := wechat.New(model.ChannelOA, account, server.URL, rdb, now, slog.New(slog.NewTextHandler(io.Discard, nil))).Patient(patience)
	t.Cleanup(c.Close)
	var people []string
	for _, id := range []string{"wang", "li"} {
		people = append(people, sim.AddUser(wxsim.User{ID: id, Following: true}).OAOpenID)
	}
	return c, people
}

func TestTagsAgainstTheSimulator(t *testing.T) {
	c, people := newSimulated(t)
	tag, err := c.CreateTag(t.Context(), "贫困户")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.CreateTag(t.Context(), "贫困户"); wechat.CodeOf(err) != 45157 || wechat.RIDOf(err) == "" {
		t.Errorf("the same name: %v", err)
	}
	if left, err := c.TagPeople(t.Context(), tag.ID, people); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	tags, err := c.Tags(t.Context())
	if err != nil || !slices.Contains(tags, wechat.Tag{ID: tag.ID, Name: "贫困户", Count: 2}) {
		t.Errorf("%v %v", tags, err)
	}
	u, err := c.User(t.Context(), people[0])
	if err != nil || !u.Following || !slices.Contains(u.TagIDs, tag.ID) {
		t.Errorf("%+v %v", u, err)
	}
	if left, err := c.UntagPeople(t.Context(), tag.ID, []string{people[0], "o-stranger"}); wechat.ClassOf(err) != wechat.ClassUser || len(left) != 2 {
		t.Errorf("a stranger among them: %v %v", left, err)
	}
	all, err := walk(c.Followers(t.Context()))
	slices.Sort(all)
	slices.Sort(people)
	if err != nil || !slices.Equal(all, people) {
		t.Errorf("%v %v", all, err)
	}
}

func TestAccountAgainstTheSimulator(t *testing.T) {
	c, people := newSimulated(t)
	if m, err := c.Menu(t.Context()); err != nil || m.Buttons != nil {
		t.Errorf("before: %+v %v", m, err)
	}
	if err := c.SetMenu(t.Context(), someMenu); err != nil {
		t.Error(err)
	}
	if m, err := c.Menu(t.Context()); err != nil || fmt.Sprint(m.Buttons) != fmt.Sprint(someMenu) { // no Sub and an empty one are the same
		t.Errorf("after: %+v %v", m, err)
	}
	if err := c.DeleteMenu(t.Context()); err != nil {
		t.Error(err)
	}
	if qr, err := c.TemporaryQR(t.Context(), "bind:h1", time.Hour); err != nil || qr.Life != time.Hour || qr.URL == "" {
		t.Errorf("%+v %v", qr, err)
	}
	if qr, err := c.PermanentQR(t.Context(), "poster"); err != nil || qr.Life != 0 {
		t.Errorf("%+v %v", qr, err)
	}
	if err := c.SendText(t.Context(), people[0], "x"); wechat.ClassOf(err) != wechat.ClassWindow {
		t.Errorf("nobody wrote: %v", err)
	}
	if ips, err := c.CallbackIPs(t.Context()); err != nil || len(ips) == 0 {
		t.Errorf("%v %v", ips, err)
	}
	if q, err := c.Quota(t.Context(), menuCreate); err != nil || q.Used != 1 || q.Remain != q.Limit-1 {
		t.Errorf("%+v %v", q, err)
	}
}
