package queue

import (
	"context"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// Limits keeps count of what may be tried how often. Like Locks it is a hint: while Redis is away
// everything is let pass, because nobody could log in otherwise.
type Limits struct {
	rate *redis_rate.Limiter
	rdb  redis.UniversalClient
}

// NewLimits counts in a Redis that the caller closes.
func NewLimits(rdb redis.UniversalClient) *Limits {
	return &Limits{rate: redis_rate.NewLimiter(rdb), rdb: rdb}
}

// Allow counts one more under the name. When it was too many, it returns how long to wait.
func (l *Limits) Allow(ctx context.Context, name string, times int, in time.Duration) (wait time.Duration) {
	return l.Spend(ctx, name, times, in, 1)
}

// Spend takes cost out of what the name has: budget at most, which comes back within the time. When it was not enough,
// nothing is taken, and it returns how long to wait.
func (l *Limits) Spend(ctx context.Context, name string, budget int, in time.Duration, cost int) (wait time.Duration) {
	res, err := l.rate.AllowN(ctx, "bangfu:"+name, redis_rate.Limit{Rate: budget, Burst: budget, Period: in}, cost)
	if err != nil || res.Allowed > 0 {
		return 0
	}
	return res.RetryAfter
}

// Grant lets as many of n pass under the name as a rate of so many a second allows now. When it is none, it returns
// how long to wait.
func (l *Limits) Grant(ctx context.Context, name string, perSecond, n int) (granted int, wait time.Duration) {
	res, err := l.rate.AllowAtMost(ctx, "bangfu:"+name, redis_rate.Limit{Rate: perSecond, Burst: max(perSecond, 1), Period: time.Second}, n)
	if err != nil {
		return n, 0
	}
	return res.Allowed, max(res.RetryAfter, 0)
}

// keepStrikes outlasts the patience of whoever compares the answers for names that exist with those for
// names that do not.
const keepStrikes = 30 * 24 * time.Hour

// Strike counts a wrong try under the name; the last of times locks it for a while, and then the count
// begins anew. It returns for how long the name is locked, 0 when it is not.
func (l *Limits) Strike(ctx context.Context, name string, times int, lock time.Duration) time.Duration {
	strikes, locked := strikeKeys(name)
	n, err := l.rdb.Incr(ctx, strikes).Result()
	if err != nil {
		return 0
	}
	l.rdb.Expire(ctx, strikes, keepStrikes)
	if n < int64(times) {
		return 0
	}
	pipe := l.rdb.TxPipeline()
	pipe.Set(ctx, locked, 1, lock)
	pipe.Del(ctx, strikes)
	if _, err := pipe.Exec(ctx); err != nil {
		return 0
	}
	return lock
}

// strikeKeys are in one slot of a cluster, because both change together.
func strikeKeys(name string) (strikes, locked string) {
	return "bangfu:strikes:{" + name + "}", "bangfu:locked:{" + name + "}"
}

// Count counts one more under the name, in a window that begins with the first.
func (l *Limits) Count(ctx context.Context, name string, in time.Duration) {
	key := "bangfu:count:" + name
	n, err := l.rdb.Incr(ctx, key).Result()
	if err == nil && n == 1 {
		l.rdb.Expire(ctx, key, in)
	}
}

// Counted is how many Count has counted in the window.
func (l *Limits) Counted(ctx context.Context, name string) int {
	n, err := l.rdb.Get(ctx, "bangfu:count:"+name).Int()
	if err != nil {
		return 0
	}
	return n
}

// Locked is for how long a name is still locked by Strike.
func (l *Limits) Locked(ctx context.Context, name string) time.Duration {
	_, locked := strikeKeys(name)
	left, err := l.rdb.PTTL(ctx, locked).Result()
	if err != nil || left < 0 {
		return 0
	}
	return left
}
