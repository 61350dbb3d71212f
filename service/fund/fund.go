// Package fund keeps what money comes from and what is not spending: the year's funds with what they planned,
// received and spent, donations with their thanks, interest-free loans, and the stock of the love supermarket.
package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// Service keeps funds, donations, loans and the stock. Safe for concurrent use.
type Service struct {
	store  *repo.Store
	books  *ledger.Service
	access *access.Service
	notify *notify.Service
	now    model.Clock
}

// New makes the service and sets the guard that stops a reminder when the instalment is paid.
func New(store *repo.Store, books *ledger.Service, n *notify.Service, now model.Clock) *Service {
	s := &Service{store: store, books: books, access: access.New(store, now), notify: n, now: now}
	n.Register(notify.Purpose{Name: purposePosted})
	n.Register(notify.Purpose{Name: purposeLoan, Guard: notify.OneByOne(s.stillOwed)})
	return s
}

var (
	errFund    = model.NewError(model.KindInvalid, "fund", "资金要有年度、名称、来源,计划数不能是负数")
	errNoFund  = model.NewError(model.KindNotFound, "no_such_fund", "没有这笔资金,请先登记")
	errFundSet = model.NewError(model.KindConflict, "fund_exists", "这一年已经有这笔资金了,要改请写是在第几版上改的")
)

// Put registers a year's fund or, with the revision that was looked at, changes one.
func (s *Service) Put(ctx context.Context, farm access.Farm, f model.Fund, rev int64) (model.Fund, error) {
	f.Name = strings.TrimSpace(f.Name)
	if f.Year < 1990 || f.Year > 2100 || f.Name == "" || strings.Contains(f.Name, "/") || !slices.Contains(model.FundLevels, f.Level) ||
		f.Planned < 0 || !f.Planned.Within(model.MaxAmount) {
		return f, errFund
	}
	f.ID = model.FundID(f.Year, f.Name)
	if rev == 0 {
		f.Record = model.NewRecord(s.now(), farm.Actor())
		err := s.store.InsertFund(ctx, f)
		if model.IsKind(err, model.KindConflict) {
			return s.sameFund(ctx, f)
		}
		return f, err
	}
	by := farm.ChangeInfo(s.now(), "修改资金")
	changed, err := s.store.ChangeFund(ctx, f.ID, rev, by, func(x *model.Fund) error {
		x.Level, x.Regulation, x.Planned = f.Level, f.Regulation, f.Planned
		return nil
	})
	if model.IsKind(err, model.KindNotFound) {
		err = errNoFund
	}
	return changed, err
}

// sameFund lets a registration be sent again.
func (s *Service) sameFund(ctx context.Context, f model.Fund) (model.Fund, error) {
	there, err := s.store.Fund(ctx, f.ID)
	if err == nil && (there.Level != f.Level || there.Regulation != f.Regulation || there.Planned != f.Planned) {
		err = errFundSet
	}
	return there, err
}

var errReceipt = model.NewError(model.KindInvalid, "receipt", "到账要有日期、金额、来自谁,年度要和资金的年度相同")

// Receive enters money that came into a fund; the receipt's ID is the idempotency key.
func (s *Service) Receive(ctx context.Context, farm access.Farm, r model.Receipt) (model.Receipt, error) {
	f, err := s.fundOf(ctx, r.FundID)
	if err != nil {
		return r, err
	}
	on, err := model.ParseDate(string(r.On))
	if err != nil || on.Year() != f.Year || r.Amount == 0 || !r.Amount.Within(model.MaxAmount) || strings.TrimSpace(r.From) == "" {
		return r, errReceipt
	}
	r.Record = model.NewRecord(s.now(), farm.Actor())
	err = s.store.InsertReceipt(ctx, r)
	if !model.IsKind(err, model.KindConflict) {
		return r, err
	}
	there, err := s.store.Receipt(ctx, r.ID)
	if err == nil && !there.Same(r) {
		err = model.ErrKeyUsed
	}
	return there, err
}

func (s *Service) fundOf(ctx context.Context, id string) (model.Fund, error) {
	f, err := s.store.Fund(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoFund
	}
	return f, err
}

// Account is a fund with what became of it in its year. Received is money that came in and donations of money;
// Goods are donated goods; Spent is what entries name it.
type Account struct {
	model.Fund
	Received, Goods model.Fen
	Spent           model.Sum
}

// Accounts of a year's funds, by name. A fund that entries name and nobody registered stands there too, with
// nothing but its name and what was spent.
func (s *Service) Accounts(ctx context.Context, year int) ([]Account, error) {
	funds, err := s.store.FundsOf(ctx, year)
	if err != nil {
		return nil, err
	}
	spent, err := s.books.SpentByFund(ctx, year)
	if err != nil {
		return nil, err
	}
	by := map[string]*Account{}
	for _, f := range funds {
		by[f.ID] = &Account{Fund: f}
	}
	for name, sum := range spent {
		id := model.FundID(year, name)
		if by[id] == nil {
			by[id] = &Account{Fund: model.Fund{ID: id, Year: year, Name: name}}
		}
		by[id].Spent = sum
	}
	if err := s.addReceived(ctx, year, by); err != nil {
		return nil, err
	}
	list := make([]Account, 0, len(by))
	for _, a := range by {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

func (s *Service) addReceived(ctx context.Context, year int, by map[string]*Account) error {
	receipts, err := s.store.ReceiptsIn(ctx, year)
	if err != nil {
		return err
	}
	donations, err := s.store.DonationsIn(ctx, year)
	if err != nil {
		return err
	}
	add := func(fundID string, cash, goods model.Fen) error {
		a := by[fundID]
		if a == nil {
			return fmt.Errorf("money was received for a fund that is not registered: %s", fundID)
		}
		var err1, err2 error
		a.Received, err1 = a.Received.Add(cash)
		a.Goods, err2 = a.Goods.Add(goods)
		if err1 != nil {
			return err1
		}
		return err2
	}
	for _, r := range receipts {
		if err := add(r.FundID, r.Amount, 0); err != nil {
			return err
		}
	}
	for _, d := range donations {
		goods, err := d.GoodsValue()
		if err != nil {
			return err
		}
		if err := add(d.FundID, d.Cash, goods); err != nil {
			return err
		}
	}
	return nil
}

// Receipts of a fund, oldest first.
func (s *Service) Receipts(ctx context.Context, fundID string) ([]model.Receipt, error) {
	if _, err := s.fundOf(ctx, fundID); err != nil {
		return nil, err
	}
	return s.store.ReceiptsOf(ctx, fundID)
}

// Report is the year's funds as a table: planned, received, goods, spent.
func (s *Service) Report(ctx context.Context, year int) (ledger.Report, error) {
	list, err := s.Accounts(ctx, year)
	r := ledger.Report{
		Title: "帮扶资金来源和使用情况表", From: model.NewDate(year, 1, 1), To: model.NewDate(year, 12, 31),
		Heads: []string{"资金", "计划", "到账", "捐物折价", "支出"}, Total: make([]model.Fen, 4),
	}
	for _, a := range list {
		row := ledger.ReportRow{Label: a.Name, Amounts: []model.Fen{a.Planned, a.Received, a.Goods, a.Spent.Amount}}
		for i, amount := range row.Amounts {
			if r.Total[i], err = r.Total[i].Add(amount); err != nil {
				return r, err
			}
		}
		r.Rows = append(r.Rows, row)
	}
	return r, err
}
