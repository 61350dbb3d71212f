package wechat

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/util"
	"golang.org/x/sync/singleflight"
)

const ticketPath = "/cgi-bin/ticket/getticket"

// JSConfig is what a web page hands to wx.config.
type JSConfig struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"`
	Nonce     string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// JSConfig signs a page's address as the phone shows it; the part from # on does not count.
// The SDK does not cut that part, and keeps an empty ticket when the answer is odd.
func (c *Client) JSConfig(ctx context.Context, pageURL string) (JSConfig, error) {
	page, _, _ := strings.Cut(pageURL, "#")
	if err := check(ticketPath, rule{page == "", "no page"}); err != nil {
		return JSConfig{}, err
	}
	ticket, err := c.tickets.get(ctx)
	if err != nil {
		return JSConfig{}, err
	}
	conf := JSConfig{AppID: c.account.AppID, Timestamp: c.now().Unix(), Nonce: rand.Text()}
	conf.Signature = jsSignature(ticket, conf.Nonce, conf.Timestamp, page)
	return conf, nil
}

func jsSignature(ticket, nonce string, timestamp int64, page string) string {
	return util.Signature("jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + strconv.FormatInt(timestamp, 10) + "&url=" + page)
}

// tickets keeps the account's JS-SDK ticket, in memory and in Redis for every process. A second ticket
// leaves the first one good, so processes need no lock among them.
type tickets struct {
	client *Client
	rdb    redis.UniversalClient
	flight singleflight.Group

	mu      sync.Mutex
	current token
	restAt  time.Time // no fetch before this instant, after a failure
	failure error     // what that failure was
}

func newTickets(c *Client, rdb redis.UniversalClient) *tickets { return &tickets{client: c, rdb: rdb} }

func (t *tickets) key() string { return "bangfu:wechat:jsticket:" + t.client.account.AppID }

func (t *tickets) get(ctx context.Context) (string, error) {
	if v, err := t.inMemory(); v != "" || err != nil {
		return v, err
	}
	// The flight outlives the caller who started it: others wait for it too.
	ch := t.flight.DoChan("ticket", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.client.patience.Of(lockLife+2*callTimeout))
		defer cancel()
		return t.refresh(ctx)
	})
	select {
	case <-ctx.Done():
		return "", &Error{API: ticketPath, Msg: "no ticket in time", Class: ClassRetry}
	case res := <-ch:
		v, _ := res.Val.(string)
		return v, res.Err
	}
}

// inMemory gives the ticket, or the last failure while it is fresh: every view of a page asks.
func (t *tickets) inMemory() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.good(t.current) {
		return t.current.Value, nil
	}
	if t.failure != nil && t.client.now().Before(t.restAt) {
		return "", t.failure
	}
	return "", nil
}

func (t *tickets) good(k token) bool { return k.Value != "" && t.client.now().Before(k.Until) }

func (t *tickets) refresh(ctx context.Context) (string, error) {
	k, err := t.shared(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current, t.failure, t.restAt = k, err, t.client.now().Add(restAfterFailure)
	return k.Value, err
}

// shared is the ticket of all processes, or a new one.
func (t *tickets) shared(ctx context.Context) (token, error) {
	var k token
	if raw, err := t.rdb.Get(ctx, t.key()).Bytes(); err == nil && json.Unmarshal(raw, &k) == nil && t.good(k) {
		return k, nil
	}
	k, err := t.fetch(ctx)
	if err != nil {
		return token{}, err
	}
	if raw, err := json.Marshal(k); err == nil {
		_ = t.rdb.Set(ctx, t.key(), raw, k.Until.Sub(t.client.now())).Err() // without Redis the memory has it
	}
	return k, nil
}

func (t *tickets) fetch(ctx context.Context) (token, error) {
	res, err := credential.GetTicketFromServerContext(ctx, t.client.sdk.marker)
	if err := sdkError(ticketPath, res.ErrCode, res.ErrMsg, err); err != nil {
		return token{}, err
	}
	if res.Ticket == "" || res.ExpiresIn <= 0 {
		return token{}, unexpected(ticketPath, "answer without a ticket")
	}
	return token{Value: res.Ticket, Until: t.client.now().Add(usable(time.Duration(res.ExpiresIn) * time.Second))}, nil
}
