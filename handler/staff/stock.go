package staff

import (
	"context"
	"errors"
	"slices"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Item is one kind of goods of the love supermarket.
type Item struct {
	ID       string `json:"id"`
	Rev      int64  `json:"rev"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity int64  `json:"quantity" doc:"库里有多少"`
}

func itemView(i model.Item) Item { return Item{i.ID, i.Rev, i.Name, i.Unit, i.Quantity} }

type stockOutput struct {
	Body struct {
		Items []Item `json:"items"`
	}
}

func (a *api) stock(ctx context.Context, farm access.Farm, _ *struct{}) (*stockOutput, error) {
	list, err := a.Fund.Stock(ctx)
	if err != nil {
		return nil, err
	}
	out := &stockOutput{}
	out.Body.Items = []Item{}
	for _, i := range list {
		out.Body.Items = append(out.Body.Items, itemView(i))
	}
	return out, nil
}

type putItemInput struct {
	Body struct {
		Rev  int64  `json:"rev,omitempty" minimum:"0" doc:"改的时候写看到的是第几版;新的不写"`
		ID   string `json:"id" pattern:"^[A-Z0-9-]{1,40}$" doc:"物品编号,大写字母、数字、短横"`
		Name string `json:"name" minLength:"1" maxLength:"60"`
		Unit string `json:"unit" minLength:"1" maxLength:"10"`
	}
}

type itemOutput struct{ Body Item }

func (a *api) putItem(ctx context.Context, farm access.Farm, in *putItemInput) (*itemOutput, error) {
	b := in.Body
	i, err := a.Fund.PutItem(ctx, farm, model.Item{ID: b.ID, Name: b.Name, Unit: b.Unit}, b.Rev)
	return &itemOutput{Body: itemView(i)}, err
}

// Move is goods that came in or went out.
type Move struct {
	ID          string     `json:"id"`
	ItemID      string     `json:"item_id"`
	Kind        string     `json:"kind" enum:"in,out"`
	Quantity    int64      `json:"quantity"`
	Value       Amount     `json:"value"`
	On          model.Date `json:"on"`
	HouseholdNo string     `json:"household_no,omitempty"`
	Fund        string     `json:"fund,omitempty"`
	Source      string     `json:"source,omitempty"`
	State       string     `json:"state" enum:"planned,done,refused"`
	Returns     string     `json:"returns,omitempty" doc:"退回的是哪一次发放"`
	Why         string     `json:"why,omitempty" doc:"为什么退回"`
}

func moveView(m model.Move) Move {
	return Move{m.ID, m.ItemID, string(m.Kind), m.Quantity, amountOf(m.Value), m.On, m.HouseholdID, m.Fund, m.Source, string(m.State), m.Returns, m.Why}
}

type movesInput struct {
	Paging
	Ordering
	ItemID string `query:"item_id" required:"true" maxLength:"40"`
}

type movesOutput struct {
	Body struct {
		Moves    []Move `json:"moves"`
		Next     string `json:"next,omitempty"`
		Total    int    `json:"total" doc:"一共几笔"`
		In       int64  `json:"in" doc:"一共入库多少,办好的"`
		Out      int64  `json:"out" doc:"一共出库多少,办好的"`
		InValue  Amount `json:"in_value" doc:"入库的一共值多少"`
		OutValue Amount `json:"out_value" doc:"出库的一共值多少"`
	}
}

var moveColumns = columns[model.Move]{
	"on":       func(m model.Move) string { return string(m.On) },
	"quantity": func(m model.Move) string { return byNumber(signed(m)) },
	"value":    func(m model.Move) string { return byAmount(m.Value) }, "whom": func(m model.Move) string { return m.HouseholdID + bySound(m.Source) },
	"fund": func(m model.Move) string { return bySound(m.Fund) }, "state": func(m model.Move) string { return string(m.State) },
}

// signed is what the move does to the stock.
func signed(m model.Move) int64 {
	if m.Kind == model.MoveOut {
		return -m.Quantity
	}
	return m.Quantity
}

func (a *api) moves(ctx context.Context, farm access.Farm, in *movesInput) (*movesOutput, error) {
	all, _, err := a.Fund.Moves(ctx, farm, in.ItemID, "", whole)
	if err != nil {
		return nil, err
	}
	list, next, err := inOrder(all, in.Ordering, in.After, in.Limit, func(m model.Move) string { return m.ID }, moveColumns)
	if err == nil {
		err = lookedAt(ctx, a, model.AccessStatement, list, func(m model.Move) string { return m.HouseholdID })
	}
	if err != nil {
		return nil, err
	}
	out := &movesOutput{}
	b := &out.Body
	b.Moves, b.Next, b.Total = []Move{}, next, len(all)
	for _, m := range list {
		b.Moves = append(b.Moves, moveView(m))
	}
	var err1, err2 error
	b.In, b.InValue, err1 = doneOf(all, model.MoveIn)
	b.Out, b.OutValue, err2 = doneOf(all, model.MoveOut)
	return out, errors.Join(err1, err2)
}

// doneOf is how many came in or went out, and what they are worth; what is refused, or not done yet, is neither.
func doneOf(all []model.Move, kind model.MoveKind) (quantity int64, value Amount, err error) {
	done := slices.DeleteFunc(slices.Clone(all), func(m model.Move) bool { return m.Kind != kind || m.State != model.MoveDone })
	for _, m := range done {
		quantity += m.Quantity
	}
	sum, err := sumOf(done, func(m model.Move) model.Fen { return m.Value })
	return quantity, amountOf(sum), err
}

// Goods are what every move says.
type Goods struct {
	ItemID    string     `json:"item_id" minLength:"1" maxLength:"40"`
	Quantity  int64      `json:"quantity" minimum:"1" maximum:"1000000"`
	ValueYuan string     `json:"value_yuan" minLength:"1" maxLength:"30" doc:"一共值多少"`
	On        model.Date `json:"on" format:"date"`
}

func (g Goods) move(id string) (model.Move, error) {
	value, err := model.ParseYuan(g.ValueYuan)
	return model.Move{ID: id, ItemID: g.ItemID, Quantity: g.Quantity, Value: value, On: g.On}, err
}

type stockUpInput struct {
	Body struct {
		Keyed
		Goods
		Source string `json:"source" minLength:"1" maxLength:"100" doc:"从哪里买的"`
	}
}

type moveOutput struct{ Body Move }

func moveAnswer(m model.Move, err error) (*moveOutput, error) {
	if err != nil {
		return nil, err
	}
	return &moveOutput{Body: moveView(m)}, nil
}

func (a *api) stockUp(ctx context.Context, farm access.Farm, in *stockUpInput) (*moveOutput, error) {
	m, err := in.Body.move(in.Body.id(ctx, ""))
	if err != nil {
		return nil, err
	}
	m.Source = in.Body.Source
	return moveAnswer(a.Fund.StockUp(ctx, farm, m))
}

type issueInput struct {
	Body struct {
		Keyed
		Goods
		HouseholdNo string `json:"household_no" minLength:"1" maxLength:"40"`
		Fund        string `json:"fund" minLength:"1" maxLength:"60" doc:"记在哪笔资金"`
	}
}

func (a *api) issueGoods(ctx context.Context, house access.Household, in *issueInput) (*moveOutput, error) {
	m, err := in.Body.move(in.Body.id(ctx, house.ID()))
	if err != nil {
		return nil, err
	}
	m.Fund = in.Body.Fund
	return moveAnswer(a.Fund.Issue(ctx, house, m))
}

type returnInput struct {
	Body struct {
		MoveID string     `json:"move_id" minLength:"1" maxLength:"200" doc:"哪一次发放"`
		On     model.Date `json:"on,omitempty" format:"date" doc:"不写就是今天"`
		Why    string     `json:"why" minLength:"2" maxLength:"200" doc:"为什么退回,户里看得到"`
	}
}

func (a *api) takeGoodsBack(ctx context.Context, of access.Record[model.Move], in *returnInput) (*moveOutput, error) {
	return moveAnswer(a.Fund.TakeBack(ctx, of, in.Body.On, in.Body.Why))
}
