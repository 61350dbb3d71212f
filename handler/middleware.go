package handler

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"bangfu/handler/problem"
	"bangfu/handler/scope"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

const requestIDHeader = "X-Request-Id"

// requestID gives every request an id of our own. One that came along is not taken over: whoever sends it could
// write any word into the log, or make the lines of two requests look like one.
func requestID(c *gin.Context) {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	c.Header(requestIDHeader, hex.EncodeToString(raw))
	c.Next()
}

// encryptedFor is how long a browser comes back encrypted only: a year. Other names of the same domain are not ours
// to decide about.
const encryptedFor = "max-age=31536000"

// stayEncrypted keeps a browser that has been here over https from ever asking without.
func stayEncrypted(c *gin.Context) {
	c.Header("Strict-Transport-Security", encryptedFor)
	c.Next()
}

// accessLog writes one line and one measurement for each request: route, status, time and the cause of a
// failure; never the address, the query or the body, which may hold personal data.
type accessLog struct {
	log     *slog.Logger
	seconds *prometheus.HistogramVec
}

func newJournal(log *slog.Logger, metrics prometheus.Registerer) *accessLog {
	j := &accessLog{log: log, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "bangfu_http_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})}
	metrics.MustRegister(j.seconds)
	return j
}

func (j *accessLog) record(c *gin.Context) {
	began := time.Now()
	ctx, cause := problem.WithNote(c.Request.Context())
	c.Request = c.Request.WithContext(ctx)
	c.Next()
	took, status := time.Since(began), c.Writer.Status()
	method, route := c.Request.Method, c.FullPath()
	if route == "" { // whatever strangers try; as labels they would grow without end
		method, route = "ANY", "none"
	}
	j.seconds.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("id", c.Writer.Header().Get(requestIDHeader)), slog.String("method", method),
		slog.String("route", route), slog.Int("status", status), slog.Duration("took", took),
	}
	if *cause != nil {
		attrs = append(attrs, slog.Any("error", *cause))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	j.log.LogAttrs(ctx, level, "request", attrs...)
}

// recoverPanic turns a panic into an answer and keeps the server alive. The panic's text stays out of the
// log: it may hold what a person wrote.
func recoverPanic(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler { // net/http's own way to say that the client is gone
			panic(p)
		}
		problem.Note(c.Request.Context(), fmt.Errorf("panic with a %T: %s", p, debug.Stack()))
		if !c.Writer.Written() {
			problem.Write(c.Writer, problem.OfStatus(http.StatusInternalServerError))
		}
		c.Abort()
	}()
	c.Next()
}

// limits are what single operations may take beyond the usual, by method and route. They are known when all routes are
// registered, and looked up when a request comes.
type limits map[string]scope.Limits

func (l limits) of(c *gin.Context) scope.Limits { return l[c.Request.Method+" "+c.FullPath()] }

// graceOfLines is how much longer than its request a connection is read from and written to.
const graceOfLines = 10 * time.Second

// deadline bounds the time of a request.
func (l limits) deadline(patience model.Patience) gin.HandlerFunc {
	return func(c *gin.Context) {
		limit := patience.Of(apiLimit)
		if slow := l.of(c).Time; slow > 0 {
			limit = patience.Of(slow)
			// The server's own bounds are those of small requests. Both of the connection's come after that of the request:
			// net/http listens for a client that goes away, takes the end of listening for that, and cancels the connection
			// for good, while the client goes on to use it.
			rc, end := http.NewResponseController(c.Writer), time.Now().Add(limit+graceOfLines)
			_ = errors.Join(rc.SetReadDeadline(end), rc.SetWriteDeadline(end))
		}
		ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// maxBody bounds every request; the callback has a smaller bound of its own.
const maxBody = 1 << 20

// limitAndSecure bounds the body, and sets what keeps browsers and caches from misusing an answer.
func (l limits) limitAndSecure(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody+l.of(c).Body)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
	c.Next()
}
