package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"unicode/utf8"
)

const (
	tagsPath       = "/cgi-bin/tags/get"
	tagCreatePath  = "/cgi-bin/tags/create"
	tagPeoplePath  = "/cgi-bin/user/tag/get"
	tagPath        = "/cgi-bin/tags/members/batchtagging"
	untagPath      = "/cgi-bin/tags/members/batchuntagging"
	maxTagName     = 30
	maxTagBatch    = 50
	codeTaggedPart = 45171 // some could not be tagged; fail_openid_list names them
)

// Tag is a group of followers. Ids 0 to 2 are WeChat's own.
type Tag struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"` // of people; it lags behind
}

// Tags lists the account's tags, at most 100. The SDK takes an error for an empty list, so that a
// message to a tag would reach nobody and nobody would know.
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var a struct {
		Tags []Tag `json:"tags"`
	}
	err := c.call(ctx, tagsPath, nil, nil, &a)
	return a.Tags, err
}

// CreateTag makes a tag; its name has at most 30 characters. ClassPayload: the name exists (45157), or
// the account has 100 tags (45056).
func (c *Client) CreateTag(ctx context.Context, name string) (Tag, error) {
	err := check(tagCreatePath, rule{name == "" || utf8.RuneCountInString(name) > maxTagName, "name is not of 1 to 30 characters"})
	if err != nil {
		return Tag{}, err
	}
	var a struct {
		Tag Tag `json:"tag"`
	}
	err = c.call(ctx, tagCreatePath, nil, map[string]any{"tag": map[string]string{"name": name}}, &a)
	if err == nil && a.Tag.ID == 0 {
		err = unexpected(tagCreatePath, "answer without a tag")
	}
	return a.Tag, err
}

// TagMembers walks the openids of the people with a tag, page by page. It ends after the first error.
func (c *Client) TagMembers(ctx context.Context, tagID int64) iter.Seq2[[]string, error] {
	return pages(tagPeoplePath, func(next string) (p openIDPage, err error) {
		if err = check(tagPeoplePath, badTag(tagID)); err == nil {
			err = c.call(ctx, tagPeoplePath, nil, map[string]any{"tagid": tagID, "next_openid": next}, &p)
		}
		return p, err
	})
}

// TagPeople gives the tag to people, 50 at a time. left are those who do not have it, or perhaps not, in
// the order given; it is empty exactly when err is nil, and giving it again does no harm. One person whom
// WeChat does not know spoils their batch of 50 only. Of several errors, ClassOf gives the first. Nobody to
// tag is no error.
func (c *Client) TagPeople(ctx context.Context, tagID int64, openIDs []string) (left []string, err error) {
	return c.tagBatches(ctx, tagPath, tagID, openIDs)
}

// UntagPeople takes the tag from people; as TagPeople.
func (c *Client) UntagPeople(ctx context.Context, tagID int64, openIDs []string) (left []string, err error) {
	return c.tagBatches(ctx, untagPath, tagID, openIDs)
}

func badTag(tagID int64) rule { return rule{tagID <= 0, "no tag"} }

func (c *Client) tagBatches(ctx context.Context, api string, tagID int64, openIDs []string) (left []string, err error) {
	people, bad := distinct(openIDs)
	if err := check(api, badTag(tagID), bad); err != nil {
		return openIDs, err
	}
	var failures []error
	for start := 0; start < len(people); start += maxTagBatch {
		batch := people[start:min(start+maxTagBatch, len(people))]
		failed, err := c.tagBatch(ctx, api, tagID, batch)
		if err == nil {
			continue
		}
		failures = append(failures, err)
		if ClassOf(err) != ClassUser && CodeOf(err) != codeTaggedPart {
			left = append(left, people[start:]...) // the next batch would fare no better
			break
		}
		left = append(left, failed...)
	}
	return left, errors.Join(failures...)
}

// tagBatch makes one call; failed are those whom it did not reach.
func (c *Client) tagBatch(ctx context.Context, api string, tagID int64, batch []string) (failed []string, err error) {
	raw, err := c.send(ctx, api, nil, map[string]any{"openid_list": batch, "tagid": tagID})
	if CodeOf(err) != codeTaggedPart {
		return batch, err
	}
	var a struct {
		Failed []string `json:"fail_openid_list"`
	}
	if json.Unmarshal(raw, &a) != nil || len(a.Failed) == 0 {
		return batch, err
	}
	return slices.DeleteFunc(slices.Clone(batch), func(id string) bool { return !slices.Contains(a.Failed, id) }), err
}
