package wechat

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"time"
)

const (
	userPath      = "/cgi-bin/user/info"
	usersPath     = "/cgi-bin/user/info/batchget"
	followersPath = "/cgi-bin/user/get"
	maxUserBatch  = 100
)

// User is what the account may know of a person. Names and pictures have been empty since 2021.
type User struct {
	OpenID     string
	UnionID    string    // empty unless the person follows and the account hangs on an open-platform account
	Following  bool      // everything below is empty otherwise
	FollowedAt time.Time // last
	Remark     string
	TagIDs     []int64
	Source     string // ADD_SCENE_QR_CODE, …
	QRScene    string // by whose code they came
}

type userAnswer struct {
	Subscribe     int     `json:"subscribe"`
	OpenID        string  `json:"openid"`
	UnionID       string  `json:"unionid"`
	SubscribeTime int64   `json:"subscribe_time"`
	Remark        string  `json:"remark"`
	TagIDs        []int64 `json:"tagid_list"`
	Source        string  `json:"subscribe_scene"`
	QRScene       string  `json:"qr_scene_str"`
}

func (a userAnswer) user() User {
	u := User{
		OpenID: a.OpenID, UnionID: a.UnionID, Following: a.Subscribe == 1, Remark: a.Remark,
		TagIDs: a.TagIDs, Source: a.Source, QRScene: a.QRScene,
	}
	if a.SubscribeTime > 0 {
		u.FollowedAt = time.Unix(a.SubscribeTime, 0).UTC()
	}
	return u
}

// User reads one person. ClassUser: not an openid of this account. The SDK takes no context in any call
// about users, here and below.
func (c *Client) User(ctx context.Context, openID string) (User, error) {
	if err := check(userPath, badOpenID(openID)); err != nil {
		return User{}, err
	}
	var a userAnswer
	err := c.call(ctx, userPath, url.Values{"openid": {openID}, "lang": {"zh_CN"}}, nil, &a)
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// UnionID is the person's id across the accounts of one open-platform account; empty when there is
// none or the person does not follow.
func (c *Client) UnionID(ctx context.Context, openID string) (string, error) {
	u, err := c.User(ctx, openID)
	return u.UnionID, err
}

// Users reads many people, 100 a call. On an error it gives those it has read before.
func (c *Client) Users(ctx context.Context, openIDs []string) ([]User, error) {
	people, bad := distinct(openIDs)
	if err := check(usersPath, bad); err != nil {
		return nil, err
	}
	type who struct {
		OpenID string `json:"openid"`
		Lang   string `json:"lang"`
	}
	var list []User
	for batch := range slices.Chunk(people, maxUserBatch) {
		var ask []who
		for _, id := range batch {
			ask = append(ask, who{OpenID: id, Lang: "zh_CN"})
		}
		var a struct {
			List []userAnswer `json:"user_info_list"`
		}
		if err := c.call(ctx, usersPath, nil, map[string]any{"user_list": ask}, &a); err != nil {
			return list, err
		}
		for _, u := range a.List {
			list = append(list, u.user())
		}
	}
	return list, nil
}

// Followers walks the openids of everybody who follows, 10000 a page. WeChat allows 500 pages a day. It
// ends after the first error.
func (c *Client) Followers(ctx context.Context) iter.Seq2[[]string, error] {
	return pages(followersPath, func(next string) (p openIDPage, err error) {
		query := url.Values{}
		if next != "" {
			query.Set("next_openid", next)
		}
		err = c.call(ctx, followersPath, query, nil, &p)
		return p, err
	})
}
