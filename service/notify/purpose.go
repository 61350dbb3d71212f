package notify

import (
	"context"
	"strings"

	"bangfu/service/model"
)

// Guard says of messages of its purpose, right before they go out, whether what each is about still stands. It may put
// the words right that have become wrong since the message was asked for.
type Guard func(ctx context.Context, list []*model.Message) ([]bool, error)

// OneByOne is a guard that looks at one message at a time.
func OneByOne(stands func(ctx context.Context, m *model.Message) (bool, error)) Guard {
	return func(ctx context.Context, list []*model.Message) ([]bool, error) {
		all := make([]bool, len(list))
		for i, m := range list {
			var err error
			if all[i], err = stands(ctx, m); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
}

// Purpose is what one reason to tell people things adds to the sending, all of it optional.
type Purpose struct {
	Name  string
	First bool // it goes before others, and may use the last place of a person's day
	Guard Guard

	// A purpose that keeps what it sends in rows of its own has keys that begin with Keys, and is told of what becomes
	// of them: what WeChat reports ("success" or why not), and that a cadre has told the household in person. Both may
	// be told more than once.
	Keys           string
	OnReport       func(ctx context.Context, key, wechatID, result string) error
	OnToldInPerson func(ctx context.Context, key, cadreID string) error
}

// Register adds a purpose. Call it before anything is sent.
func (s *Service) Register(p Purpose) { s.purposes[p.Name] = p }

// owner is the purpose that keeps the row with the key itself; ok is false for a message of ours.
func (s *Service) owner(key string) (Purpose, bool) {
	for _, p := range s.purposes {
		if p.Keys != "" && strings.HasPrefix(key, p.Keys) {
			return p, true
		}
	}
	return Purpose{}, false
}
