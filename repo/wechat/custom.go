package wechat

import (
	"context"

	"bangfu/service/model"
)

const (
	customPath = "/cgi-bin/message/custom/send"
	typingPath = "/cgi-bin/message/custom/typing"
)

// Customer messages may be sent for a while after the person did something: five within 48 hours after
// a message, three within a minute after a tap on the menu, a follow or a scan. Outside of that WeChat
// answers ClassWindow. Source: developers.weixin.qq.com, Customer_Service_Messages. The SDK has the same
// senders without context and with errors of text.

// custom sends a customer message whose content stands under the name of its type.
func (c *Client) custom(ctx context.Context, openID, kind string, content any) error {
	return c.call(ctx, customPath, nil, map[string]any{"touser": openID, "msgtype": kind, kind: content}, nil)
}

// SendText sends a customer message of at most MaxText bytes.
func (c *Client) SendText(ctx context.Context, openID, text string) error {
	if err := check(customPath, badOpenID(openID), badText(text)); err != nil {
		return err
	}
	return c.custom(ctx, openID, "text", map[string]string{"content": text})
}

// Choice is one line of a menu message. A tap on it comes back as a text message with ID as its
// bizmsgmenuid, and opens the window of a menu click.
type Choice struct {
	ID   string `json:"id"`
	Text string `json:"content"`
}

// SendMenu sends choices to tap, with a line before and one after them. Either may be empty.
func (c *Client) SendMenu(ctx context.Context, openID, head string, choices []Choice, tail string) error {
	size := len(head) + len(tail)
	rules := []rule{badOpenID(openID), {len(choices) == 0, "no choices"}}
	for _, o := range choices {
		size += len(o.Text)
		rules = append(rules, rule{o.ID == "" || o.Text == "", "choice without id or text"})
	}
	rules = append(rules, rule{size > MaxText, "menu longer than 2048 bytes"})
	if err := check(customPath, rules...); err != nil {
		return err
	}
	return c.custom(ctx, openID, "msgmenu", struct {
		Head string   `json:"head_content"`
		List []Choice `json:"list"`
		Tail string   `json:"tail_content"`
	}{head, choices, tail})
}

// Article is a card that opens a web page.
type Article struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`    // at most 1024 bytes
	PictureURL  string `json:"picurl"` // may be empty
}

// SendNews sends one article; WeChat allows no more.
func (c *Client) SendNews(ctx context.Context, openID string, article Article) error {
	err := check(customPath, badOpenID(openID), longURL(article.URL), longURL(article.PictureURL),
		rule{article.Title == "" || article.URL == "", "article without title or url"})
	if err != nil {
		return err
	}
	return c.custom(ctx, openID, "news", map[string]any{"articles": []Article{article}})
}

// MiniCard is a card that opens a page of the mini-program.
type MiniCard struct {
	Title   string
	Page    MiniPage // AppID stays empty when the mini-program itself sends
	ThumbID string   // media_id of the picture
}

// SendMiniPage sends a card of the mini-program.
func (c *Client) SendMiniPage(ctx context.Context, openID string, card MiniCard) error {
	err := check(customPath, badOpenID(openID),
		rule{card.Title == "" || card.Page.Path == "" || card.ThumbID == "", "card without title, page or picture"},
		rule{c.channel != model.ChannelMini && card.Page.AppID == "", "card without appid"})
	if err != nil {
		return err
	}
	content := map[string]string{"title": card.Title, "pagepath": card.Page.Path, "thumb_media_id": card.ThumbID}
	if c.channel != model.ChannelMini {
		content["appid"] = card.Page.AppID
	}
	return c.custom(ctx, openID, "miniprogrampage", content)
}

// Typing shows or takes away "typing…" at the person's phone. That WeChat thinks it out of place (no
// message within 30 seconds, or shown already) is no error: nothing follows from it.
func (c *Client) Typing(ctx context.Context, openID string, on bool) error {
	if err := check(typingPath, badOpenID(openID)); err != nil {
		return err
	}
	command := "CancelTyping"
	if on {
		command = "Typing"
	}
	err := c.call(ctx, typingPath, nil, map[string]string{"touser": openID, "command": command}, nil)
	if ClassOf(err) == ClassIgnore {
		return nil
	}
	return err
}
