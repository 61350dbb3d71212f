package notify

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/service/model"
)

// A message that asks something offers words and codes of two digits, never a bare digit: what the person is choosing
// from meanwhile has those.
const (
	firstCode = 71
	lastCode  = 99

	// QuestionLife is how long a question that was sent can be answered by its code.
	QuestionLife = 14 * 24 * time.Hour
)

// coded gives every answer of the question a code that no other open question of the person has.
func (s *Service) coded(ctx context.Context, n Notice) (Notice, error) {
	open, err := s.Questions(ctx, n.IdentityID)
	if err != nil {
		return n, err
	}
	open = slices.DeleteFunc(open, func(m model.Message) bool { return m.ID == n.Key })
	free := freeCodes(open)
	for len(free) < len(n.Choices) && len(open) > 0 { // a code means the latest question that has it
		open = open[1:]
		free = freeCodes(open)
	}
	n.Choices = slices.Clone(n.Choices)
	for i := range min(len(n.Choices), len(free)) {
		n.Choices[i].Digit = free[i]
		place := fmt.Sprintf("{%d}", i+1)
		n.Text, n.More = strings.ReplaceAll(n.Text, place, free[i]), strings.ReplaceAll(n.More, place, free[i])
	}
	return n, nil
}

// freeCodes are those that none of the questions has, in order.
func freeCodes(open []model.Message) (free []string) {
	used := map[string]bool{}
	for _, m := range open {
		for _, c := range m.Choices {
			used[c.Digit] = true
		}
	}
	for code := firstCode; code <= lastCode; code++ {
		if c := strconv.Itoa(code); !used[c] {
			free = append(free, c)
		}
	}
	return free
}

// Questions are the messages that ask the person something and can be answered still, the latest last.
func (s *Service) Questions(ctx context.Context, identityID string) (open []model.Message, err error) {
	list, err := s.store.MessagesFor(ctx, identityID)
	for _, m := range list {
		if len(m.Choices) > 0 && s.now().Sub(m.CreatedAt) < QuestionLife && m.State != model.MessageDropped {
			open = append(open, m)
		}
	}
	return open, err
}
