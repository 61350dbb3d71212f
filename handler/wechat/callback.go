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
	"github.com/prometheus/client_golang/prometheus"
)

// Budget is how long an answer may take. WeChat waits five seconds; one is left for the way.
const Budget = 4 * time.Second

// Callback is the address that WeChat pushes to.
type Callback struct {
	codec   *wechat.Codec
	bot     *bot.Service
	budget  time.Duration
	passive bool
	seconds prometheus.ObserverVec
}

// The outcomes of a push, as they are measured.
const (
	answered  = "answered"
	late      = "late"      // the answer follows as a message
	repeat    = "repeat"    // it was answered before
	refused   = "refused"   // its signature or time is wrong: it is not WeChat's
	malformed = "malformed" // no message that we know how to read
	failed    = "failed"    // nothing was done, so WeChat pushes it again
)

// NewTimes measures the pushes of all accounts, by channel and outcome.
func NewTimes(metrics prometheus.Registerer, channels ...model.Channel) *prometheus.HistogramVec {
	times := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "bangfu_callback_seconds", Help: "Time to answer WeChat's push, by channel and outcome: answered, late, repeat, refused, malformed, failed.",
		Buckets: []float64{.05, .25, 1, 2.5, 4, 5},
	}, []string{"channel", "outcome"})
	for _, channel := range channels { // from the start, so that the first of a kind is seen as one more
		for _, outcome := range []string{answered, late, repeat, refused, malformed, failed} {
			times.WithLabelValues(string(channel), outcome)
		}
	}
	metrics.MustRegister(times)
	return times
}

// New makes the callback of the account that codec speaks for. budget is Budget except where there is patience, and in tests. passive
// says that the account takes a reply in the answer to its push; the mini-program does not. seconds measures, by outcome.
func New(codec *wechat.Codec, b *bot.Service, budget time.Duration, passive bool, seconds prometheus.ObserverVec) *Callback {
	return &Callback{codec: codec, bot: b, budget: budget, passive: passive, seconds: seconds}
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
	began := time.Now()
	outcome := h.answer(c)
	h.seconds.With(prometheus.Labels{"outcome": outcome}).Observe(time.Since(began).Seconds())
}

// answer answers a push and says how it ended.
func (h *Callback) answer(c *gin.Context) (outcome string) {
	body, err := readBody(c.Request)
	if err != nil {
		problem.Write(c.Writer, problem.From(err))
		return malformed
	}
	push, err := h.codec.Open(c.Request.URL.Query(), body)
	if err != nil {
		problem.Write(c.Writer, problem.From(err))
		if model.IsKind(err, model.KindForbidden) {
			return refused
		}
		return malformed
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), h.budget)
	defer cancel()
	var encode func(string) ([]byte, error)
	if h.passive {
		encode = func(text string) ([]byte, error) { return h.codec.Reply(push, text) }
	}
	reply, err := h.bot.Receive(ctx, push.Inbound, encode)
	if err != nil {
		// Nothing was done: anything but 200 makes WeChat push it again.
		problem.Note(c.Request.Context(), err)
		problem.Write(c.Writer, problem.From(err))
		return failed
	}
	if reply.Body == nil {
		c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(wechat.Nothing))
	} else {
		c.Data(http.StatusOK, "application/xml; charset=utf-8", reply.Body)
	}
	switch {
	case reply.Late:
		return late
	case reply.Repeated:
		return repeat
	}
	return answered
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
