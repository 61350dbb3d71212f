package model

import (
	"context"
	"time"
)

// Patience is how many times as long as usual a thing may take that has a limit of real time: 1 where people and WeChat
// wait for the answer, many where a test must not hang on the speed of its machine. The zero value is 1.
type Patience int

// Of is the limit d with this patience.
func (p Patience) Of(d time.Duration) time.Duration { return time.Duration(max(p, 1)) * d }

// Share gives a part of what somebody is waiting for one nth of the time that is left for the whole. A whole without a
// limit gives none.
func Share(ctx context.Context, nth int) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/time.Duration(nth))
}
