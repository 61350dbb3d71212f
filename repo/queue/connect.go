package queue

import (
	"errors"
	"net/url"
	"time"

	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

// errAddress says nothing of the address that was given: a password stands in it.
var errAddress = errors.New("want redis://user:password@host:6379/0 (rediss:// with TLS); with ?addr=host:6379 for each further node it is a cluster, " +
	"with ?master_name=… and the same they are Sentinels")

// A person waits for the answer: Redis is tried once more, not for seconds.
const (
	dialWait = 2 * time.Second
	talkWait = 3 * time.Second
	poolWait = 4 * time.Second
	retries  = 1

	// A command of which a node of a cluster or a Sentinel says that it belongs elsewhere, or that its master has just gone,
	// is tried again so many times at most.
	moves = 3
)

// Connect opens what an address says: one server, a cluster, or the master that Sentinels name now. It waits for no answer.
func Connect(address string, patience model.Patience) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "redis" && u.Scheme != "rediss" {
		return nil, errAddress
	}
	switch q := u.Query(); {
	case q.Has("master_name"):
		o, err := redis.ParseFailoverURL(address)
		if err != nil {
			return nil, errAddress
		}
		o.DialTimeout, o.DialerRetries, o.MaxRetries = patience.Of(dialWait), retries, moves
		o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience.Of(talkWait), patience.Of(talkWait), patience.Of(poolWait)
		return redis.NewFailoverClient(o), nil
	case q.Has("addr"):
		o, err := redis.ParseClusterURL(address)
		if err != nil {
			return nil, errAddress
		}
		o.DialTimeout, o.DialerRetries, o.MaxRedirects, o.MaxRetries = patience.Of(dialWait), retries, moves, retries
		o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience.Of(talkWait), patience.Of(talkWait), patience.Of(poolWait)
		return redis.NewClusterClient(o), nil
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, errAddress
	}
	o.DialTimeout, o.DialerRetries, o.MaxRetries = patience.Of(dialWait), retries, retries
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience.Of(talkWait), patience.Of(talkWait), patience.Of(poolWait)
	return redis.NewClient(o), nil
}
