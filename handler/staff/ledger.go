package staff

import (
	"context"
	"time"

	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Total is what something comes to, and of how many entries.
type Total struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Amount Amount `json:"amount"`
	Count  int    `json:"count"`
}

// MatrixCell is one cell; GET /entries with its three codes and the same days opens it.
type MatrixCell struct {
	Category model.Category `json:"category"`
	System   model.System   `json:"system"`
	Fund     string         `json:"fund"`
	Amount   Amount         `json:"amount"`
	Count    int            `json:"count"`
}

type totalsOutput struct {
	Body struct {
		From        model.Date   `json:"from"`
		To          model.Date   `json:"to"`
		Total       Total        `json:"total"`
		Categories  []Total      `json:"categories"`
		Systems     []Total      `json:"systems"`
		Funds       []Total      `json:"funds"`
		Months      []Total      `json:"months"`
		Cells       []MatrixCell `json:"cells" doc:"类别×体系×资金"`
		Differences []string     `json:"differences" doc:"横竖加不拢的地方;平时是空的"`
	}
}

func (a *api) totals(ctx context.Context, farm access.Farm, in *Span) (*totalsOutput, error) {
	from, to := in.days(a.Now())
	m, err := a.Ledger.Matrix(ctx, from, to)
	if err != nil {
		return nil, err
	}
	out := &totalsOutput{}
	b := &out.Body
	b.From, b.To, b.Total = from, to, totalOf("", "合计", m.Total)
	b.Categories, b.Systems = totalsOf(model.Categories, m.ByCategory), totalsOf(model.Systems, m.BySystem)
	b.Funds, b.Months = []Total{}, []Total{}
	for _, name := range sortedKeys(m.ByFund) {
		b.Funds = append(b.Funds, totalOf(name, name, m.ByFund[name]))
	}
	for _, p := range sortedKeys(m.ByMonth) {
		b.Months = append(b.Months, totalOf(string(p), p.Label(), m.ByMonth[p]))
	}
	b.Cells, b.Differences = []MatrixCell{}, append([]string{}, m.Differences()...)
	for _, c := range m.Cells {
		b.Cells = append(b.Cells, MatrixCell{c.Category, c.System, c.Fund, amountOf(c.Amount), c.Count})
	}
	return out, nil
}

func totalOf(code, label string, s model.Sum) Total {
	return Total{code, label, amountOf(s.Amount), s.Count}
}

func totalsOf[K interface {
	~string
	Label() string
}](order []K, sums map[K]model.Sum) []Total {
	list := make([]Total, len(order))
	for i, k := range order {
		list[i] = totalOf(string(k), k.Label(), sums[k])
	}
	return list
}

// BookEntry is one line of the books.
type BookEntry struct {
	ID          string         `json:"id"`
	PaidOn      model.Date     `json:"paid_on"`
	HouseholdNo string         `json:"household_no,omitempty"`
	NotAllotted bool           `json:"not_allotted,omitempty" doc:"未分到户"`
	PersonID    string         `json:"person_id,omitempty"`
	Programme   string         `json:"programme,omitempty"`
	Title       string         `json:"title"`
	Category    model.Category `json:"category"`
	System      model.System   `json:"system"`
	Fund        string         `json:"fund"`
	Amount      Amount         `json:"amount"`
	Method      model.Method   `json:"method"`
	PayerUnitID string         `json:"payer_unit_id,omitempty"`
	Policy      string         `json:"policy,omitempty"`
	Evidence    string         `json:"evidence,omitempty"`
	ReversesID  string         `json:"reverses_id,omitempty" doc:"冲销的是哪一笔"`
	EnteredBy   string         `json:"entered_by"`
	EnteredAt   time.Time      `json:"entered_at"`
}

func entryView(e model.Entry) BookEntry {
	return BookEntry{
		ID: e.ID, PaidOn: e.PaidOn, HouseholdNo: e.HouseholdID, NotAllotted: e.NotAllotted, PersonID: e.PersonID, Programme: e.Programme,
		Title: e.Title, Category: e.Category, System: e.System, Fund: e.Fund, Amount: amountOf(e.Amount), Method: e.Method,
		PayerUnitID: e.PayerUnitID, Policy: e.Policy, Evidence: e.Evidence, ReversesID: e.ReversesID, EnteredBy: e.CreatedBy, EnteredAt: e.CreatedAt,
	}
}

type entriesInput struct {
	Span
	Paging
	Ordering
	Totals      bool   `query:"totals" doc:"带上所有这样的账的笔数和合计"`
	Category    string `query:"category" maxLength:"40"`
	System      string `query:"system" maxLength:"40"`
	Fund        string `query:"fund" maxLength:"60" doc:"资金的名称"`
	NoFund      bool   `query:"no_fund" doc:"没有写资金的"`
	Programme   string `query:"programme" maxLength:"50"`
	HouseholdNo string `query:"household_no" maxLength:"40"`
	NotAllotted bool   `query:"not_allotted" doc:"只要未分到户的"`
}

type entriesOutput struct {
	Body struct {
		Entries []BookEntry `json:"entries"`
		Next    string      `json:"next,omitempty"`
		Total   int         `json:"total,omitempty" doc:"一共几笔;要了才有"`
		Amount  *Amount     `json:"amount,omitempty" doc:"一共多少;要了才有"`
	}
}

var entryColumns = columns[model.Entry]{
	"on": func(e model.Entry) string { return string(e.PaidOn) }, "no": func(e model.Entry) string { return e.HouseholdID },
	"title": func(e model.Entry) string { return bySound(e.Title) }, "category": func(e model.Entry) string { return bySound(e.Category.Label()) },
	"system": func(e model.Entry) string { return bySound(e.System.Label()) }, "fund": func(e model.Entry) string { return bySound(e.Fund) },
	"amount": func(e model.Entry) string { return byAmount(e.Amount) }, "method": func(e model.Entry) string { return bySound(e.Method.Label()) },
}

// entryPage is a page of the entries, and all of them where they are asked for in another order or with their sum.
func (a *api) entryPage(ctx context.Context, books access.Books, f model.EntryFilter, in *entriesInput) (list []model.Entry, next string, all []model.Entry, err error) {
	if in.Sort == "" && !in.Totals {
		list, next, err = a.Ledger.Page(ctx, books, f, in.After, in.Limit)
		return list, next, nil, err
	}
	if all, _, err = a.Ledger.Page(ctx, books, f, "", whole); err != nil {
		return nil, "", nil, err
	}
	if in.Sort == "" {
		list, next, err = a.Ledger.Page(ctx, books, f, in.After, in.Limit)
		return list, next, all, err
	}
	list, next, err = inOrder(all, in.Ordering, in.After, in.Limit, func(e model.Entry) string { return e.ID }, entryColumns)
	return list, next, all, err
}

func (a *api) entries(ctx context.Context, books access.Books, in *entriesInput) (*entriesOutput, error) {
	f := model.EntryFilter{
		Category: model.Category(in.Category), System: model.System(in.System), Programme: in.Programme,
		NotAllotted: in.NotAllotted,
	}
	f.From, f.To = in.days(a.Now())
	if in.Fund != "" || in.NoFund {
		f.Fund = &in.Fund
	}
	list, next, all, err := a.entryPage(ctx, books, f, in)
	if err == nil {
		err = lookedAt(ctx, a, model.AccessStatement, list, func(e model.Entry) string { return e.HouseholdID })
	}
	if err != nil {
		return nil, err
	}
	out := &entriesOutput{}
	out.Body.Entries, out.Body.Next = []BookEntry{}, next
	if in.Totals {
		sum, err := sumOf(all, func(e model.Entry) model.Fen { return e.Amount })
		if err != nil {
			return nil, err
		}
		amount := amountOf(sum)
		out.Body.Total, out.Body.Amount = len(all), &amount
	}
	for _, e := range list {
		out.Body.Entries = append(out.Body.Entries, entryView(e))
	}
	return out, nil
}

type entryInput struct {
	ID string `query:"id" required:"true" maxLength:"200"`
}

type entryOutput struct {
	Body struct {
		BookEntry
		Rule       string `json:"rule,omitempty" doc:"依据;这一笔没写的,是资金的管理办法"`
		ReversedBy string `json:"reversed_by,omitempty" doc:"被哪一笔冲销了"`
	}
}

func (a *api) entry(ctx context.Context, of access.Record[model.Entry], in *entryInput) (*entryOutput, error) {
	e, out := of.Record(), &entryOutput{}
	err := a.looked(ctx, model.AccessStatement, e.HouseholdID)
	if err != nil {
		return nil, err
	}
	out.Body.BookEntry = entryView(e)
	if out.Body.Rule, err = a.Ledger.RuleOf(ctx, e); err != nil {
		return nil, err
	}
	out.Body.ReversedBy, err = a.Ledger.ReversalOf(ctx, of)
	return out, err
}

type postInput struct {
	Body struct {
		Keyed
		HouseholdNo string     `json:"household_no,omitempty" maxLength:"40"`
		NotAllotted bool       `json:"not_allotted,omitempty" doc:"未分到户;和户号只写一样"`
		PersonID    string     `json:"person_id,omitempty" maxLength:"40"`
		Programme   string     `json:"programme,omitempty" maxLength:"50"`
		Title       string     `json:"title" minLength:"1" maxLength:"100" doc:"户里看得到的名目"`
		Category    string     `json:"category" enum:"subsistence_disability,medical_premium,medical_relief,education_relief,industry,subsidy_condolence"`
		System      string     `json:"system" enum:"land,industry,post,technology,capital_income,fund_donation,social_relief"`
		Fund        string     `json:"fund" minLength:"1" maxLength:"60" doc:"当年登记过的资金的名称"`
		AmountYuan  string     `json:"amount_yuan" minLength:"1" maxLength:"30"`
		PaidOn      model.Date `json:"paid_on" format:"date"`
		Method      string     `json:"method" enum:"transfer,cash,in_kind,fee_waiver,premium,reimbursement"`
		PayerUnitID string     `json:"payer_unit_id,omitempty" maxLength:"50"`
		Policy      string     `json:"policy,omitempty" maxLength:"200" doc:"依据;不写就是资金的管理办法"`
		Evidence    string     `json:"evidence,omitempty" maxLength:"200"`
	}
}

type postedOutput struct{ Body BookEntry }

var errNotPositive = model.NewError(model.KindInvalid, "amount", "金额要大于零;记错了请用冲销")

func (a *api) postEntry(ctx context.Context, books access.Books, in *postInput) (*postedOutput, error) {
	b := in.Body
	amount, err := model.ParseYuan(b.AmountYuan)
	if err != nil {
		return nil, err
	}
	if amount <= 0 {
		return nil, errNotPositive
	}
	e := model.Entry{
		ID: b.id(ctx, books.Household.ID()), NotAllotted: b.NotAllotted, PersonID: b.PersonID,
		Programme: b.Programme, Title: b.Title,
		Category: model.Category(b.Category), System: model.System(b.System), Fund: b.Fund, Amount: amount, PaidOn: b.PaidOn,
		Method: model.Method(b.Method), PayerUnitID: b.PayerUnitID, Policy: b.Policy, Evidence: b.Evidence,
	}
	return postedAnswer(a.Ledger.PostIn(ctx, books, e))
}

func postedAnswer(e model.Entry, err error) (*postedOutput, error) {
	if err != nil {
		return nil, err
	}
	return &postedOutput{Body: entryView(e)}, nil
}

type reverseInput struct {
	Body struct {
		EntryID string     `json:"entry_id" minLength:"1" maxLength:"200"`
		On      model.Date `json:"on,omitempty" format:"date" doc:"记在哪一天;不写就是今天,不能在关了账的月份"`
		Why     string     `json:"why" minLength:"2" maxLength:"200" doc:"为什么冲销,户里看得到"`
	}
}

func (a *api) reverseEntry(ctx context.Context, of access.Record[model.Entry], in *reverseInput) (*postedOutput, error) {
	return postedAnswer(a.Ledger.TakeBack(ctx, of, in.Body.On, in.Body.Why))
}

type statementInput struct {
	ByNo
	Year     int    `query:"year" minimum:"0" maximum:"9999" doc:"不写就是今年,今年还没有就是最近有的一年"`
	Category string `query:"category" maxLength:"40" doc:"只列这一类的每一笔"`
}

type statementOutput struct{ Body view.Ledger }

// statement is what the household itself sees of its money.
func (a *api) statement(ctx context.Context, house access.Household, in *statementInput) (*statementOutput, error) {
	err := a.looked(ctx, model.AccessStatement, house.ID())
	if err != nil {
		return nil, err
	}
	st, years, err := a.Ledger.Latest(ctx, house)
	if err == nil && in.Year != 0 && in.Year != st.Year {
		st, err = a.Ledger.Statement(ctx, house, in.Year)
	}
	if err != nil {
		return nil, err
	}
	loans, err := a.Fund.LoansOf(ctx, house)
	if err != nil {
		return nil, err
	}
	out := &statementOutput{Body: view.LedgerOf(st, years, loans, in.Category)}
	if _, no := a.Access.For(ctx, house, model.MayReadApplications); no == nil {
		out.Body.Pending, err = view.PendingOf(ctx, a.Aid, house)
	}
	return out, err
}
