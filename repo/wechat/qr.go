package wechat

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	qrPath   = "/cgi-bin/qrcode/create"
	codePath = "/wxa/getwxacodeunlimit"
)

// The limits of codes of the official account: bytes of a scene, life of a temporary code.
const (
	MaxQRScene = 64
	MinQRLife  = time.Minute
	MaxQRLife  = 30 * 24 * time.Hour
)

// QR is a code that leads to the official account and tells it by which code the person came.
type QR struct {
	Ticket   string
	URL      string        // what the code says, for our own drawing
	Life     time.Duration // 0: for ever
	ImageURL string        // WeChat's drawing
}

// TemporaryQR makes a code for a scene of 1 to MaxQRScene bytes that lives from MinQRLife to MaxQRLife.
// The SDK takes no context, and panics for a scene that is neither int nor string.
func (c *Client) TemporaryQR(ctx context.Context, scene string, life time.Duration) (QR, error) {
	if err := check(qrPath, rule{life < MinQRLife || life > MaxQRLife, "life is not a minute to 30 days"}); err != nil {
		return QR{}, err
	}
	return c.qr(ctx, "QR_STR_SCENE", scene, life)
}

// PermanentQR makes a code for ever; an account has 100000 in all.
func (c *Client) PermanentQR(ctx context.Context, scene string) (QR, error) {
	return c.qr(ctx, "QR_LIMIT_STR_SCENE", scene, 0)
}

func (c *Client) qr(ctx context.Context, action, scene string, life time.Duration) (QR, error) {
	if err := check(qrPath, rule{scene == "" || len(scene) > MaxQRScene, "scene is not of 1 to 64 bytes"}); err != nil {
		return QR{}, err
	}
	body := map[string]any{
		"action_name": action, "action_info": map[string]any{"scene": map[string]string{"scene_str": scene}},
	}
	if life > 0 {
		body["expire_seconds"] = int64(life / time.Second)
	}
	var a struct {
		Ticket string `json:"ticket"`
		URL    string `json:"url"`
		Life   int64  `json:"expire_seconds"`
	}
	if err := c.call(ctx, qrPath, nil, body, &a); err != nil {
		return QR{}, err
	}
	if a.Ticket == "" {
		return QR{}, unexpected(qrPath, "answer without a ticket")
	}
	return QR{
		Ticket: a.Ticket, URL: a.URL, Life: time.Duration(a.Life) * time.Second,
		ImageURL: c.pages.mp + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(a.Ticket),
	}, nil
}

// The limits of codes of the mini-program: characters of a scene, pixels.
const (
	MaxCodeScene = 32
	MinCodeWidth = 280
	MaxCodeWidth = 1280
)

// sceneSigns are the characters that a scene may have besides letters and digits.
const sceneSigns = "!#$&'()*+,/:;=?@-._~"

// MiniCode is a round code that opens a page of the mini-program.
type MiniCode struct {
	Scene     string // 1 to MaxCodeScene letters, digits and some signs
	Page      string // without query; empty means the first page
	Stage     Stage
	Width     int  // pixels, MinCodeWidth to MaxCodeWidth; 0 means 430
	Unchecked bool // the page need not be in the released version
}

// Picture is an image with its content type.
type Picture struct {
	Type string
	Data []byte
}

// DrawMiniCode has WeChat draw a code; there may be as many as one likes, 5000 a minute.
// ClassPayload with 41030: the released version has no such page. The SDK takes no context, goes past
// its own URL setting and refuses images that are not JPEG.
func (c *Client) DrawMiniCode(ctx context.Context, m MiniCode) (Picture, error) {
	err := check(codePath, m.Stage.bad(),
		rule{m.Scene == "" || len(m.Scene) > MaxCodeScene, "scene is not of 1 to 32 characters"},
		rule{strings.ContainsFunc(m.Scene, notInScene), "scene with a character that is not allowed"},
		rule{strings.HasPrefix(m.Page, "/") || strings.Contains(m.Page, "?"), "page with a leading / or a query"},
		rule{m.Width != 0 && (m.Width < MinCodeWidth || m.Width > MaxCodeWidth), "width is not 280 to 1280"},
	)
	if err != nil {
		return Picture{}, err
	}
	raw, err := c.send(ctx, codePath, nil, struct {
		Scene string `json:"scene"`
		Page  string `json:"page,omitempty"`
		Check bool   `json:"check_path"`
		Env   string `json:"env_version,omitempty"`
		Width int    `json:"width,omitempty"`
	}{m.Scene, m.Page, !m.Unchecked, m.Stage.version(), m.Width})
	if err != nil {
		return Picture{}, err
	}
	kind := http.DetectContentType(raw)
	if !strings.HasPrefix(kind, "image/") {
		return Picture{}, unexpected(codePath, "answer is not a picture")
	}
	return Picture{Type: kind, Data: raw}, nil
}

func notInScene(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune(sceneSigns, r)
}
