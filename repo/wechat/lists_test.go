package wechat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

const (
	tagging   = "/cgi-bin/tags/members/batchtagging"
	untagging = "/cgi-bin/tags/members/batchuntagging"
	tagPeople = "/cgi-bin/user/tag/get"
	userGet   = "/cgi-bin/user/get"
	batchGet  = "/cgi-bin/user/info/batchget"
)

func openIDs(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("o%03d", i)
	}
	return list
}

// walk collects a list; it must end by itself.
func walk(list iter.Seq2[[]string, error]) (all []string, err error) {
	for page, e := range list {
		if e != nil {
			err = e
		}
		all = append(all, page...)
	}
	return all, err
}

func onePage(next string, ids ...string) string {
	b, _ := json.Marshal(map[string]any{
		"total": 4, "count": len(ids), "data": map[string]any{"openid": ids}, "next_openid": next,
	})
	return string(b)
}

func TestFollowers(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(userGet, onePage("o2", "o1", "o2"), onePage("o4", "o3", "o4"), `{"total":4,"count":0,"next_openid":""}`)
	all, err := walk(s.Followers(t.Context()))
	if err != nil || !slices.Equal(all, []string{"o1", "o2", "o3", "o4"}) {
		t.Errorf("%v %v", all, err)
	}
	var cursors []string
	for _, a := range s.requests() {
		cursors = append(cursors, a.query.Get("next_openid"))
	}
	if !slices.Equal(cursors, []string{"", "o2", "o4"}) {
		t.Errorf("cursors %q", cursors)
	}
}

func TestListsAlwaysEnd(t *testing.T) {
	cases := []struct {
		name    string
		answers []string
		people  int
		fails   bool
	}{
		{"nobody", []string{`{"total":0,"count":0,"next_openid":""}`}, 0, false},
		{"total says more than there is", []string{onePage("o2", "o1", "o2"), `{"total":9,"count":0,"next_openid":"o2"}`}, 2, false},
		{"the same page again and again", []string{onePage("o2", "o1", "o2")}, 4, true},
		{"round and round", []string{onePage("a", "o1"), onePage("b", "o2"), onePage("a", "o3")}, 3, true},
		{"count without people", []string{`{"total":2,"count":2,"next_openid":"x"}`}, 0, true},
		{"refused on the second page", []string{onePage("o2", "o1", "o2"), refusal(45009)}, 2, true},
	}
	for _, c := range cases {
		s := newScripted(t, model.ChannelOA)
		s.says(userGet, c.answers...)
		all, err := walk(s.Followers(t.Context()))
		if len(all) != c.people || (err != nil) != c.fails {
			t.Errorf("%s: %v %v", c.name, all, err)
		}
	}
}

func TestListStopsWhenAskedTo(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(userGet, onePage("o2", "o1", "o2"))
	for range s.Followers(t.Context()) {
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d pages fetched", n)
	}
}

func TestTags(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says("/cgi-bin/tags/get", `{"tags":[{"id":134,"name":"贫困户","count":7}]}`)
	tags, err := s.Tags(t.Context())
	if err != nil || !slices.Equal(tags, []wechat.Tag{{ID: 134, Name: "贫困户", Count: 7}}) {
		t.Errorf("%v %v", tags, err)
	}
	s.sent("/cgi-bin/tags/get", "")
	s.says("/cgi-bin/tags/create", `{"tag":{"id":135,"name":"干部"}}`)
	tag, err := s.CreateTag(t.Context(), "干部")
	if err != nil || tag.ID != 135 {
		t.Errorf("%v %v", tag, err)
	}
	s.sent("/cgi-bin/tags/create", `{"tag":{"name":"干部"}}`)
	s.says(tagPeople, onePage("o2", "o1", "o2"), `{"count":0}`)
	people, err := walk(s.TagMembers(t.Context(), 134))
	if err != nil || len(people) != 2 {
		t.Errorf("%v %v", people, err)
	}
	asked := s.requests()
	if len(asked) != 2 || !sameJSON(asked[1].body, `{"tagid":134,"next_openid":"o2"}`) {
		t.Errorf("%v", asked)
	}
}

func TestTagErrorsAreNotSwallowed(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	for _, path := range []string{"/cgi-bin/tags/get", "/cgi-bin/tags/create", tagPeople, tagging, untagging} {
		s.refuses(path, 48001)
	}
	_, err := s.Tags(t.Context())
	s.wants(err, wechat.ClassAccount, 48001)
	_, err = s.CreateTag(t.Context(), "x")
	s.wants(err, wechat.ClassAccount, 48001)
	_, err = walk(s.TagMembers(t.Context(), 134))
	s.wants(err, wechat.ClassAccount, 48001)
	left, err := s.TagPeople(t.Context(), 134, openIDs(120))
	s.wants(err, wechat.ClassAccount, 48001)
	if len(left) != 120 {
		t.Errorf("%d left of 120", len(left))
	}
	if n := len(s.requests()); n != 4 {
		t.Errorf("%d requests: after an error of the account the other batches are pointless", n)
	}
	s.refuses(tagPeople, 40001) // the SDK takes this for an empty list
	_, err = walk(s.TagMembers(t.Context(), 134))
	s.wants(err, wechat.ClassToken, 40001)
	s.requests()
	_, err = walk(s.TagMembers(t.Context(), 0))
	s.wantsRefused("no tag", err)
	_, err = s.TagPeople(t.Context(), 0, openIDs(1))
	s.wantsRefused("no tag", err)
	_, err = s.CreateTag(t.Context(), strings.Repeat("签", 31))
	s.wantsRefused("long name", err)
}

func TestTagPeopleInBatches(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	left, err := s.TagPeople(t.Context(), 134, openIDs(101))
	if err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	var sizes []int
	for _, a := range s.requests() {
		var body struct {
			OpenIDs []string `json:"openid_list"`
			TagID   int      `json:"tagid"`
		}
		if json.Unmarshal([]byte(a.body), &body) != nil || body.TagID != 134 || a.path != tagging {
			t.Errorf("%s %s", a.path, a.body)
		}
		sizes = append(sizes, len(body.OpenIDs))
	}
	if !slices.Equal(sizes, []int{50, 50, 1}) {
		t.Errorf("batches %v", sizes)
	}
	if _, err = s.UntagPeople(t.Context(), 134, openIDs(1)); err != nil {
		t.Error(err)
	}
	s.sent(untagging, `{"openid_list":["o000"],"tagid":134}`)
	if left, err = s.TagPeople(t.Context(), 134, nil); err != nil || left != nil || len(s.requests()) != 0 {
		t.Errorf("nobody: %v %v", left, err)
	}
}

func TestTagPeopleNamesWhoIsLeft(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	ids := openIDs(150)
	s.says(tagging,
		`{"errcode":45171,"errmsg":"part rid: `+refusalRID+`","fail_openid_list":["o007","o003"]}`,
		refusal(49003), `{"errcode":0,"errmsg":"ok"}`)
	left, err := s.TagPeople(t.Context(), 134, ids)
	s.wants(err, wechat.ClassRetry, 45171)
	if want := append([]string{"o003", "o007"}, ids[50:100]...); !slices.Equal(left, want) {
		t.Errorf("left %v", left)
	}
	if n := len(s.requests()); n != 3 {
		t.Errorf("%d requests: one person spoils one batch", n)
	}
	var list interface{ Unwrap() []error }
	if !errors.As(err, &list) || len(list.Unwrap()) != 2 {
		t.Errorf("want both errors: %v", err)
	}
}

func TestUsers(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says("/cgi-bin/user/info", `{"subscribe":1,"openid":"o1","language":"zh_CN","subscribe_time":1414587457,"unionid":"u1",
		"remark":"r","groupid":0,"tagid_list":[134,2],"subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":0,"qr_scene_str":"h1"}`)
	u, err := s.User(t.Context(), "o1")
	if err != nil || u.OpenID != "o1" || u.UnionID != "u1" || !u.Following || !slices.Equal(u.TagIDs, []int64{134, 2}) ||
		!u.FollowedAt.Equal(time.Unix(1414587457, 0)) || u.Source != "ADD_SCENE_QR_CODE" || u.QRScene != "h1" || u.Remark != "r" {
		t.Errorf("%+v %v", u, err)
	}
	if q := s.sent("/cgi-bin/user/info", "").query; q.Get("openid") != "o1" {
		t.Error(q)
	}
	s.says("/cgi-bin/user/info", `{"subscribe":0,"openid":"o2"}`)
	if u, err = s.User(t.Context(), "o2"); err != nil || u.Following || !u.FollowedAt.IsZero() {
		t.Errorf("%+v %v", u, err)
	}
	s.refuses("/cgi-bin/user/info", 40003)
	_, err = s.UnionID(t.Context(), "o3")
	s.wants(err, wechat.ClassUser, 40003)
}

func TestUsersInBatches(t *testing.T) {
	s := newScripted(t, model.ChannelOA)
	s.says(batchGet, `{"user_info_list":[{"subscribe":1,"openid":"o1","unionid":"u1"}]}`)
	list, err := s.Users(t.Context(), openIDs(201))
	if err != nil || len(list) != 3 || list[0].UnionID != "u1" {
		t.Errorf("%v %v", list, err)
	}
	asked := s.requests()
	if len(asked) != 3 || !sameJSON(asked[2].body, `{"user_list":[{"openid":"o200","lang":"zh_CN"}]}`) {
		t.Errorf("%d requests", len(asked))
	}
	s.says(batchGet, `{"user_info_list":[{"openid":"o1"}]}`, refusal(45009))
	list, err = s.Users(t.Context(), openIDs(150))
	s.wants(err, wechat.ClassDay, 45009)
	if len(list) != 1 {
		t.Errorf("kept %d", len(list))
	}
	s.requests()
	_, err = s.Users(t.Context(), []string{"o1", hiddenText})
	s.wantsRefused("odd openid", err)
}
