package wechat

import (
	"context"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/miniprogram/security"
)

const textCheckPath = "/wxa/msg_sec_check"

// MaxTextCheck is the most characters that WeChat checks at a time.
const MaxTextCheck = 2500

// TextScene is where a text would be seen.
type TextScene int

// The scenes.
const (
	SceneProfile TextScene = iota + 1
	SceneComment
	SceneForum
	SceneDiary
)

// TextCheck is a text that somebody wrote in the mini-program.
type TextCheck struct {
	OpenID  string // at the mini-program, who must have opened it in the last two hours
	Scene   TextScene
	Content string // at most MaxTextCheck characters
	Title   string // may be empty
}

// Suggestion is what WeChat thinks should be done with a text.
type Suggestion string

// The suggestions.
const (
	SuggestPass   Suggestion = "pass"
	SuggestReview Suggestion = "review" // a person should look
	SuggestRisky  Suggestion = "risky"
)

// Verdict is the result of a check.
type Verdict struct {
	Suggest Suggestion
	Label   int // 100 is normal; see WeChat's page for the rest
	TraceID string
}

// CheckText has WeChat look for forbidden content, version 2. ClassUser with 61010: the person has not
// opened the mini-program in the last two hours.
func (c *Client) CheckText(ctx context.Context, t TextCheck) (Verdict, error) {
	err := check(textCheckPath, badOpenID(t.OpenID),
		rule{t.Scene < SceneProfile || t.Scene > SceneDiary, "scene unknown"},
		rule{t.Content == "" || utf8.RuneCountInString(t.Content) > MaxTextCheck, "text is empty or longer than 2500 characters"})
	if err != nil {
		return Verdict{}, err
	}
	res, err := c.sdk.security.MsgCheckContext(ctx, &security.MsgCheckRequest{
		OpenID: t.OpenID, Scene: security.MsgScene(t.Scene), Content: t.Content, Title: t.Title,
	})
	if err := sdkError(textCheckPath, res.ErrCode, res.ErrMsg, err); err != nil {
		return Verdict{}, err
	}
	if res.Result.Suggest == "" {
		return Verdict{}, unexpected(textCheckPath, "answer without a suggestion")
	}
	return Verdict{Suggest: Suggestion(res.Result.Suggest), Label: int(res.Result.Label), TraceID: res.TraceID}, nil
}
