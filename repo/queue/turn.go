package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Turns answers each person's messages one at a time, in all processes, and keeps for a while what was answered and what the
// person was shown. Like Locks it is a hint: while Redis is away everybody has their turn, nothing is remembered, and what must
// not happen twice is guarded in the database.
type Turns struct{ rdb redis.UniversalClient }

// NewTurns keeps the turns in a Redis that the caller closes.
func NewTurns(rdb redis.UniversalClient) *Turns { return &Turns{rdb: rdb} }

// AnswerLife is how long an answer is kept for repeats. WeChat repeats a push at most three times, five seconds apart.
const AnswerLife = time.Minute

// Turn is one message's turn. It ends by End.
type Turn struct {
	Answer []byte // what the same push was answered before; nil when it was not, or nobody remembers
	Shown  []byte // what the last End of the person kept, as long as it lives
	Away   bool   // Redis does not answer: nothing is remembered

	person, push, token string
}

// A Lua script is one round trip, and nobody comes between its steps. All keys of a person are in one slot of a cluster.
var (
	takeTurn = redis.NewScript(`
local answer = redis.call('get', KEYS[2])
if answer then return {'answered', answer} end
if redis.call('set', KEYS[1], ARGV[1], 'nx', 'px', ARGV[2]) then return {'taken', redis.call('get', KEYS[3]) or ''} end
return {'wait', ''}`)
	endTurn = redis.NewScript(`
if ARGV[2] ~= '' then redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[3]) end
if ARGV[4] ~= '' then redis.call('set', KEYS[3], ARGV[4], 'px', ARGV[5]) end
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 1`)
)

func turnKeys(person, push string) []string {
	of := "bangfu:turn:{" + person + "}:"
	return []string{of + "lock", of + "answer:" + push, of + "shown"}
}

// Take waits until it is the push's turn, or until ctx ends; then it goes on without. The turn ends by itself after life,
// should the process die.
func (t *Turns) Take(ctx context.Context, person, push string, life time.Duration) Turn {
	turn := Turn{person: person, push: push, token: rand.Text()}
	for {
		res, err := takeTurn.Run(ctx, t.rdb, turnKeys(person, push), turn.token, life.Milliseconds()).StringSlice()
		switch {
		case err != nil || len(res) != 2:
			turn.Away = true
			return turn
		case res[0] == "answered":
			turn.Answer = []byte(res[1])
			return turn
		case res[0] == "taken":
			turn.Shown = []byte(res[1])
			return turn
		}
		select {
		case <-ctx.Done():
			turn.Away = true
			return turn
		case <-time.After(lockPoll):
		}
	}
}

// Kept is what a turn leaves behind: the answer for repeats of the push, and what the person was shown, for as long as it lives.
// Empty ones leave what is there.
type Kept struct {
	Answer, Shown []byte
	Life          time.Duration
}

// End lets the next message have its turn. An error says that nothing was kept.
func (t *Turns) End(ctx context.Context, turn Turn, k Kept) error {
	if turn.Away {
		return errors.New("redis was away when the turn began")
	}
	return endTurn.Run(ctx, t.rdb, turnKeys(turn.person, turn.push), turn.token, k.Answer, AnswerLife.Milliseconds(), k.Shown,
		max(k.Life.Milliseconds(), 1)).Err()
}

// Forget removes what is kept of a person but answers, which end by themselves.
func (t *Turns) Forget(ctx context.Context, person string) error {
	return t.rdb.Del(ctx, turnKeys(person, "")[2]).Err()
}
