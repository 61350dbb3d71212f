package wechat

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// Probe makes a call that changes nothing, to see whether WeChat takes the account's id, secret and our
// address.
func (c *Client) Probe(ctx context.Context) error {
	_, err := c.APIDomainIPs(ctx)
	return err
}

// ProbeCallback asks our own callback, at the address that WeChat would use, as WeChat does when the
// address is saved in its console: the signed text must come back.
func (c *Codec) ProbeCallback(ctx context.Context, address string) error {
	echo, nonce := rand.Text(), rand.Text()
	stamp := strconv.FormatInt(c.now().Unix(), 10)
	q := url.Values{
		"timestamp": {stamp}, "nonce": {nonce}, "echostr": {echo},
		"signature": {util.Signature(c.account.Token.Reveal(), stamp, nonce)},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+q.Encode(), nil)
	if err != nil {
		return &Error{API: address, Msg: "not an address", Class: ClassPayload}
	}
	client := http.Client{Timeout: 5 * time.Second, CheckRedirect: refuseRedirect} // as long as WeChat waits
	resp, err := client.Do(req)
	if err != nil {
		return &Error{API: address, Msg: "no answer", Class: ClassRetry}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxCallback))
	if err != nil || resp.StatusCode != http.StatusOK {
		return &Error{API: address, Msg: "HTTP status " + strconv.Itoa(resp.StatusCode), Class: ClassAccount}
	}
	if string(body) != echo {
		return &Error{API: address, Msg: "answers something else", Class: ClassAccount}
	}
	return nil
}
