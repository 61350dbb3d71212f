// Package wechat serves the callbacks of the official account and the mini-program: it checks where a push comes from,
// hands it to the bot, and answers within the time that WeChat waits.
package wechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"bangfu/handler/problem"
	"bangfu/repo/wechat"
	"bangfu/service/bot"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
)

// Budget is how long an answer may take. WeChat waits five seconds; one is left for the way.
const Budget = 4 * time.Second

// Callback is the address that WeChat pushes to.
type Callback struct {
	codec   *wechat.Codec
	bot     *bot.Service
	budget  time.Duration
	passive bool
}

// New makes the callback of the account that codec speaks for. budget is Budget except where there is patience, and in tests. passive
// says that the account takes a reply in the answer to its push; the mini-program does not.
func New(codec *wechat.Codec, b *bot.Service, budget time.Duration, passive bool) *Callback {
	return &Callback{codec: codec, bot: b, budget: budget, passive: passive}
}

// Register puts the callback at path.
func (h *Callback) Register(r gin.IRouter, path string) {
	r.GET(path, h.echo)
	r.POST(path, h.push)
}

// echo answers WeChat's check of the address.
func (h *Callback) echo(c *gin.Context) {
	text, err := h.codec.Echo(c.Request.URL.Query())
	if err != nil {
		problem.Write(c.Writer, problem.From(err))
		return
	}
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}

func (h *Callback) push(c *gin.Context) {
	body, err := readBody(c.Request)
	if err != nil {
		problem.Write(c.Writer, problem.From(err))
		return
	}
	push, err := h.codec.Open(c.Request.URL.Query(), body)
	if err != nil {
		problem.Write(c.Writer, problem.From(err))
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), h.budget)
	defer cancel()
	var encode func(string) ([]byte, error)
	if h.passive {
		encode = func(text string) ([]byte, error) { return h.codec.Reply(push, text) }
	}
	reply, err := h.bot.Receive(ctx, push.Inbound, encode)
	switch {
	case err != nil:
		// Nothing was done: anything but 200 makes WeChat push it again.
		problem.Note(c.Request.Context(), err)
		problem.Write(c.Writer, problem.From(err))
	case reply == nil:
		c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(wechat.Nothing))
	default:
		c.Data(http.StatusOK, "application/xml; charset=utf-8", reply)
	}
}

var errBody = model.NewError(model.KindInvalid, "callback_malformed", "消息太大或没有传完")

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, wechat.MaxCallback+1))
	if err != nil {
		return nil, errBody.Wrap(err)
	}
	if len(body) > wechat.MaxCallback {
		return nil, errBody.Wrap(errors.New("too large"))
	}
	return body, nil
}
