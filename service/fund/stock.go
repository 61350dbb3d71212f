package fund

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errItem   = model.NewError(model.KindInvalid, "stock_item", "物品要有编号(字母、数字、短横)、名称和单位")
	errNoItem = model.NewError(model.KindNotFound, "no_such_item", "没有这种物品,请先登记")
	errMove   = model.NewError(model.KindInvalid, "stock_move", "出入库要有日期、数量、价值;入库要写来源,发给户要写资金")
	errShort  = model.NewError(model.KindConflict, "stock_short", "库里不够了")
	errUndone = model.NewError(model.KindConflict, "stock_refused", "这次出库没有办成,请重新办一次")
)

// PutItem registers a kind of goods or, with the revision that was looked at, changes what it is called.
func (s *Service) PutItem(ctx context.Context, farm access.Farm, i model.Item, rev int64) (model.Item, error) {
	if i.Name, i.Unit = strings.TrimSpace(i.Name), strings.TrimSpace(i.Unit); i.ID == "" || i.Name == "" || i.Unit == "" {
		return i, errItem
	}
	if rev == 0 {
		i.Record, i.Quantity, i.Applied = model.NewRecord(s.now(), farm.Actor()), 0, []string{}
		err := s.store.InsertItem(ctx, i)
		if model.IsKind(err, model.KindConflict) {
			there, err := s.item(ctx, i.ID)
			if err == nil && (there.Name != i.Name || there.Unit != i.Unit) {
				err = model.ErrKeyUsed
			}
			return there, err
		}
		return i, err
	}
	by := farm.ChangeInfo(s.now(), "修改物品")
	i, err := s.store.ChangeItem(ctx, i.ID, rev, by, func(x *model.Item) error {
		x.Name, x.Unit = i.Name, i.Unit
		return nil
	})
	return i, orNoItem(err)
}

func (s *Service) item(ctx context.Context, id string) (model.Item, error) {
	i, err := s.store.Item(ctx, id)
	return i, orNoItem(err)
}

func orNoItem(err error) error {
	if model.IsKind(err, model.KindNotFound) {
		return errNoItem
	}
	return err
}

// Stock is every kind of goods with what is there.
func (s *Service) Stock(ctx context.Context) ([]model.Item, error) { return s.store.Items(ctx) }

// Moves of an item, oldest first; next is the cursor of the following page.
func (s *Service) Moves(ctx context.Context, _ access.Farm, itemID, after string, limit int) (list []model.Move, next string, err error) {
	if _, err := s.item(ctx, itemID); err != nil {
		return nil, "", err
	}
	list, err = s.store.MovesOf(ctx, itemID, after, int64(limit)+1)
	if err != nil || len(list) <= limit {
		return list, "", err
	}
	last := list[limit-1]
	return list[:limit], string(last.On) + "|" + last.ID, nil
}

// StockUp puts goods that were bought into the stock; the move's ID is the idempotency key.
func (s *Service) StockUp(ctx context.Context, farm access.Farm, m model.Move) (model.Move, error) {
	if m.Kind = model.MoveIn; strings.TrimSpace(m.Source) == "" || !sound(m) {
		return m, errMove
	}
	m.Record = model.NewRecord(s.now(), farm.Actor())
	return s.move(ctx, m)
}

// Issue gives goods to a household: the stock goes down, and the books get an entry in kind of the stated
// value. The move's ID is the idempotency key. KindConflict "stock_short" when there is not enough.
func (s *Service) Issue(ctx context.Context, house access.Household, m model.Move) (model.Move, error) {
	m.HouseholdID = house.ID()
	if m.Kind = model.MoveOut; m.HouseholdID == "" || !sound(m) {
		return m, errMove
	}
	item, err := s.item(ctx, m.ItemID)
	if err != nil {
		return m, err
	}
	if m.PayerUnitID, err = s.market(ctx); err != nil {
		return m, err
	}
	if err := s.books.Validate(ctx, entryOf(m, item)); err != nil {
		return m, err
	}
	m.Record = model.NewRecord(s.now(), house.Actor())
	return s.move(ctx, m)
}

// market is the unit of the love supermarket, which gives the goods out; empty when the farm has none.
func (s *Service) market(ctx context.Context) (string, error) {
	units, err := s.store.Units(ctx)
	for _, u := range units {
		if u.Kind == model.UnitLoveMarket {
			return u.ID, err
		}
	}
	return "", err
}

func sound(m model.Move) bool {
	_, err := model.ParseDate(string(m.On))
	return err == nil && m.ID != "" && m.Quantity > 0 && m.Quantity <= 1e6 && m.Value > 0 && m.Value.Within(model.MaxAmount)
}

// entryOf is what the books say of goods that a household got.
func entryOf(m model.Move, i model.Item) model.Entry {
	return model.Entry{
		ID: m.EntryID(), HouseholdID: m.HouseholdID, Programme: "love_supermarket", Title: "爱心超市" + i.Name,
		Category: model.CategorySubsidy, System: model.SystemFund, Fund: m.Fund, Amount: m.Value, PaidOn: m.On, Method: model.MethodInKind,
		PayerUnitID: m.PayerUnitID, Evidence: "爱心超市领取单",
	}
}

var (
	errNotGiven = model.NewError(model.KindConflict, "not_given", "只有发出去了的才能退回")
	errReturnOn = model.NewError(model.KindInvalid, "return_on", "退回的日期不能早于发放,也不能晚于今天;要写原因")
)

// TakeBack takes goods back that went to a household: the stock goes up again, and the books get the reversal of their
// entry. Taking back what came back already changes nothing. An empty day is today.
func (s *Service) TakeBack(ctx context.Context, of access.Record[model.Move], on model.Date, why string) (model.Move, error) {
	m := of.Record()
	today := model.DateOf(s.now())
	if on == "" {
		on = today
	}
	back := m.Return(on, strings.TrimSpace(why))
	there, err := s.store.Move(ctx, back.ID)
	if err == nil && there.State != model.MoveRefused {
		return s.finish(ctx, there)
	}
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return m, err
	}
	switch _, dateErr := model.ParseDate(string(on)); {
	case m.State != model.MoveDone:
		return m, errNotGiven
	case dateErr != nil || on < m.On || on > today || back.Why == "":
		return m, errReturnOn
	}
	// Before anything is written: a closed month takes no reversal, and a refused move could not be asked for again.
	if err := s.books.CheckMonthOpen(ctx, on.Period()); err != nil {
		return m, err
	}
	back.Record = model.NewRecord(s.now(), of.Actor())
	return s.move(ctx, back)
}

// move sees a move through, once: its row first, then the quantity (which remembers the move, so that it
// counts once and never goes below nothing), then the books, then the row says that it is done. Whoever dies
// in between leaves a planned row, and the same call again, or Recount, goes on from it.
func (s *Service) move(ctx context.Context, m model.Move) (model.Move, error) {
	m.State = model.MovePlanned
	err := s.store.InsertMove(ctx, m)
	if model.IsKind(err, model.KindConflict) {
		there, err := s.store.Move(ctx, m.ID)
		switch {
		case err != nil:
			return m, err
		case !there.Same(m):
			return there, model.ErrKeyUsed
		}
		m = there
	} else if err != nil {
		return m, err
	}
	return s.finish(ctx, m)
}

func (s *Service) finish(ctx context.Context, m model.Move) (model.Move, error) {
	switch m.State {
	case model.MoveDone:
		return m, nil
	case model.MoveRefused:
		return m, errUndone
	}
	if m.InBooks() {
		// Before the goods leave: a closed month takes no entry. One that closes after this look finds the
		// planned row among its drafts and stays open.
		if err := s.books.CheckMonthOpen(ctx, m.On.Period()); err != nil {
			return s.refuse(ctx, m, err)
		}
	}
	if err := s.apply(ctx, m); err != nil {
		return s.refuse(ctx, m, err)
	}
	if err := s.enter(ctx, m); err != nil {
		return m, err
	}
	m.State = model.MoveDone
	return m, s.store.SettleMove(ctx, m, s.now())
}

// enter brings the books in step with the move, once.
func (s *Service) enter(ctx context.Context, m model.Move) error {
	switch {
	case m.Returns != "":
		_, err := s.books.Reverse(ctx, m.CreatedBy, model.Move{ID: m.Returns}.EntryID(), m.On, m.Why)
		return err
	case m.Kind == model.MoveOut:
		item, err := s.item(ctx, m.ItemID)
		if err != nil {
			return err
		}
		_, err = s.books.Post(ctx, m.CreatedBy, entryOf(m, item))
		return err
	}
	return nil
}

// apply brings the quantity in step with the move, once; errShort when there is not enough.
func (s *Service) apply(ctx context.Context, m model.Move) error {
	applied, err := s.store.ApplyMove(ctx, m)
	if err != nil || applied {
		return err
	}
	item, err := s.item(ctx, m.ItemID)
	if err == nil && !slices.Contains(item.Applied, m.ID) {
		err = errShort
	}
	return err
}

// refuse notes that a move cannot be; any other failure leaves it planned.
func (s *Service) refuse(ctx context.Context, m model.Move, why error) (model.Move, error) {
	if !model.IsKind(why, model.KindConflict) {
		return m, why
	}
	m.State = model.MoveRefused
	if err := s.store.SettleMove(ctx, m, s.now()); err != nil {
		return m, err
	}
	return m, why
}

// lately is how far back Recount looks for donations whose goods did not all reach the stock.
const lately = 48 * time.Hour

// Recount finishes moves and donations that somebody died in, and says of which items the quantity is not
// what their moves come to.
func (s *Service) Recount(ctx context.Context) (wrong []string, err error) {
	donations, err := s.store.DonationsSince(ctx, s.now().Add(-lately))
	if err != nil {
		return nil, err
	}
	for _, d := range donations {
		if err := s.shelve(ctx, d); err != nil {
			return nil, err
		}
	}
	items, err := s.store.Items(ctx)
	if err != nil {
		return nil, err
	}
	sums, planned := map[string]int64{}, []model.Move(nil)
	err = s.store.EachMove(ctx, func(m model.Move) error {
		switch m.State {
		case model.MoveDone:
			sums[m.ItemID] += m.Change()
		case model.MovePlanned:
			planned = append(planned, m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	busy := map[string]bool{}
	for _, m := range planned {
		busy[m.ItemID] = true
		if _, err := s.finish(ctx, m); err != nil && !model.IsKind(err, model.KindConflict) {
			return nil, err
		}
	}
	for _, i := range items {
		if !busy[i.ID] && i.Quantity != sums[i.ID] {
			wrong = append(wrong, i.ID)
		}
	}
	return wrong, nil
}
