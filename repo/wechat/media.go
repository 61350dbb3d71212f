package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

const mediaPath = "/cgi-bin/media/get"

// Media fetches a picture or a voice message that a person sent; WeChat keeps it for three days. ClassPayload
// with code 40007: it keeps it no longer. Source: developers.weixin.qq.com, temporary media. The SDK gives an
// address with the token in it instead.
func (c *Client) Media(ctx context.Context, mediaID string) (Picture, error) {
	if err := check(mediaPath, rule{mediaID == "" || len(mediaID) > 200, "no media_id"}); err != nil {
		return Picture{}, err
	}
	raw, err := c.send(ctx, mediaPath, url.Values{"media_id": {mediaID}}, nil)
	if err != nil {
		return Picture{}, err
	}
	if json.Valid(raw) {
		return Picture{}, unexpected(mediaPath, "answer is not a file")
	}
	if isVoice(raw) {
		return Picture{Type: "audio/amr", Data: raw}, nil
	}
	return Picture{Type: http.DetectContentType(raw), Data: raw}, nil
}

// isVoice knows the form of WeChat's voice messages.
func isVoice(raw []byte) bool { return bytes.HasPrefix(raw, []byte("#!AMR")) }
