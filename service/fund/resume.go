package fund

import (
	"context"
	"slices"

	"bangfu/service/model"
)

// Resume brings a stock in step that was read piece by piece (a restored one): moves that were settled after their entries
// were read stand as planned again, quantities count the others, and then what is planned is done. Nobody else may be at it.
func (s *Service) Resume(ctx context.Context) error {
	quantities, moved := map[string]int64{}, map[string]map[string]bool{}
	err := s.store.EachMove(ctx, func(m model.Move) error {
		if m.State != model.MoveDone {
			return nil
		}
		if m.InBooks() {
			_, err := s.store.Entry(ctx, m.EntryID())
			if m.Returns != "" {
				out := model.Move{ID: m.Returns}
				_, err = s.store.Entry(ctx, model.ReversalID(out.EntryID()))
			}
			if model.IsKind(err, model.KindNotFound) {
				return s.store.ResumeMove(ctx, m.ID)
			}
			if err != nil {
				return err
			}
		}
		quantities[m.ItemID] += m.Change()
		if moved[m.ItemID] == nil {
			moved[m.ItemID] = map[string]bool{}
		}
		moved[m.ItemID][m.ID] = true
		return nil
	})
	if err != nil {
		return err
	}
	items, err := s.store.Items(ctx)
	if err != nil {
		return err
	}
	for _, i := range items {
		applied := slices.DeleteFunc(slices.Clone(i.Applied), func(id string) bool { return !moved[i.ID][id] })
		if i.Quantity == quantities[i.ID] && len(applied) == len(i.Applied) {
			continue
		}
		i.Quantity, i.Applied = quantities[i.ID], applied
		if err := s.store.PutStock(ctx, i); err != nil {
			return err
		}
	}
	_, err = s.Recount(ctx)
	return err
}
