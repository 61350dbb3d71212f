package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/model"
)

// shown is what a person was shown last, as it waits sealed in Redis for their next message.
type shown struct {
	Account       string // of the person, so that it is read together with the identity, which says whether it is still so
	Choices, Past []model.Choice
	At            time.Time
}

// over is the identity as the person knows it: with what was shown last, unless the database has something later.
func (sh shown) over(id model.Identity) model.Identity {
	if sh.At.IsZero() || sh.At.Before(id.ChoicesAt) {
		return id
	}
	id.Choices, id.Past, id.ChoicesAt, id.ChoicesUntil = sh.Choices, sh.Past, sh.At, sh.At.Add(model.ChoicesLive)
	return id
}

// lastShown is what the turn brought; what cannot be read counts as nothing, as after a change of keys.
func (s *Service) lastShown(ctx context.Context, p *push) (sh shown) {
	text, err := s.Store.Sealer().Open(p.turn.Shown, "shown", p.person())
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &sh)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "what was shown last is not readable", "error", err)
		return shown{}
	}
	return sh
}

// answeredBefore is what the same push was answered before.
func (s *Service) answeredBefore(p *push) (reply []byte, ok bool) {
	text, err := s.Store.Sealer().Open(p.turn.Answer, "answer", p.Key())
	if err != nil || text == "" {
		return nil, false
	}
	if text == nothing {
		return nil, true
	}
	return []byte(text), true
}

// nothing stands for an answer without words.
const nothing = "-"

// shownFor is how long what was shown is kept: past its life a digit of it is asked about, and not taken for nonsense.
const shownFor = 24 * time.Hour

// endTurn lets the person's next message have its turn, and keeps the answer, nil for none, and what was shown.
func (s *Service) endTurn(ctx context.Context, p *push, reply *[]byte, show shown) {
	if p.turn.Away {
		return
	}
	k := queue.Kept{Life: shownFor}
	err := error(nil)
	if reply != nil {
		text := string(*reply)
		if text == "" {
			text = nothing
		}
		k.Answer, err = s.Store.Sealer().Seal(text, "answer", p.Key())
	}
	if err == nil && !show.At.IsZero() {
		var text []byte
		if text, err = json.Marshal(show); err == nil {
			k.Shown, err = s.Store.Sealer().Seal(string(text), "shown", p.person())
		}
	}
	// The turn ends even if nothing could be sealed: else the next message waits until its life is over.
	if err = errors.Join(err, s.Turns.End(ctx, p.turn, k)); err != nil {
		s.Log.WarnContext(ctx, "a turn leaves nothing behind", "error", err)
	}
}

// forget ends the turn of somebody who has left.
func (s *Service) forget(ctx context.Context, p *push) {
	s.endTurn(ctx, p, nil, shown{})
	if err := s.Turns.Forget(ctx, p.person()); err != nil {
		s.Log.WarnContext(ctx, "what was shown last ends by itself", "error", err)
	}
}
