package sheets

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"bangfu/service/model"
)

var (
	categories = labelled(model.Category.Label, model.Categories...).
			also("subsistence_disability", "低保金", "残疾人补贴").also("medical_premium", "保费").also("industry", "产业扶贫投入").
			also("subsidy_condolence", "补贴", "慰问金", "补贴及慰问金")
	systems = labelled(model.System.Label, model.Systems...)
	methods = labelled(model.Method.Label, model.MethodTransfer, model.MethodCash, model.MethodInKind, model.MethodFeeWaiver,
		model.MethodPremium, model.MethodReimbursement).also("transfer", "打卡", "银行转账", "一卡通").also("fee_waiver", "减免", "免费")
	affirmative = vocabulary{{"yes", "是", []string{"√", "未分到户"}}}
)

// entryColumns are those of the books. A row without a number of the books is a new entry.
var entryColumns = []column{
	{key: "id", title: "账号", aliases: []string{"记账编号"}, parse: text, example: "新的一笔不填"},
	householdNo(optional),
	{key: "rest", title: "未分到户", parse: affirmative.parse, words: affirmative, example: "没有户号的填“是”"},
	{key: "person_id", title: "人员编号", aliases: []string{"人员编码", "成员编号"}, parse: code, example: "P-0001"},
	{key: "programme", title: "项目", aliases: []string{"项目编号", "政策项目"}, parse: text, example: "heating"},
	{key: "title", title: "名目", aliases: []string{"摘要", "事由"}, need: always, parse: text, example: "冬季取暖补助"},
	{key: "category", title: "支出类别", aliases: []string{"类别"}, need: always, parse: categories.parse, words: categories, example: "各类补贴及慰问金"},
	{key: "system", title: "体系", aliases: []string{"扶贫体系", "帮扶体系"}, need: always, parse: systems.parse, words: systems, example: "社会救助扶贫"},
	{key: "fund", title: "资金", aliases: []string{"资金来源", "资金名称"}, need: always, parse: text, example: "农场帮扶资金"},
	{key: "amount", title: "金额", aliases: []string{"金额元", "发放金额"}, need: always, parse: signedMoney, fen: true, example: "1675.00"},
	{key: "paid_on", title: "付款日期", aliases: []string{"发放日期", "日期"}, need: always, parse: date, day: true, example: "2017-10-15"},
	{key: "method", title: "方式", aliases: []string{"发放方式", "付款方式"}, need: always, parse: methods.parse, words: methods, example: "转账"},
	{key: "payer", title: "发放单位", aliases: []string{"付款单位", "经办单位"}, parse: text, example: "财务科"},
	{key: "policy", title: "依据", aliases: []string{"政策依据", "依据文件"}, parse: text, example: "不填就是资金的管理办法"},
	{key: "evidence", title: "凭证", aliases: []string{"凭证号", "附件"}, parse: text, example: "取暖费减免清单"},
}

// signedMoney is money that may be negative: a reversal, as an export has it.
func signedMoney(c cell) (string, string) {
	s := narrow(tidy(c.text))
	rest, negative := strings.CutPrefix(s, "-")
	if !negative || none[s] {
		return money(c)
	}
	c.text = rest
	fen, problem := money(c)
	if problem != "" || fen == "0" {
		return fen, problem
	}
	return "-" + fen, ""
}

// ledgerIndex are the entries that are there already, for a sheet of entries.
type ledgerIndex struct {
	byID   map[string]model.Entry
	stands map[string][]model.Entry // by household and day: those that nobody took back
}

func readBooks(ctx context.Context, r *run) (ledgerIndex, error) {
	b := ledgerIndex{byID: map[string]model.Entry{}, stands: map[string][]model.Entry{}}
	reversed := map[string]bool{}
	err := r.store.EachEntry(ctx, func(e model.Entry) error {
		b.byID[e.ID] = e
		if e.ReversesID != "" {
			reversed[e.ReversesID], reversed[e.ID] = true, true
		}
		return nil
	})
	for id, e := range b.byID {
		if !reversed[id] {
			b.add(e)
		}
	}
	return b, err
}

func (b ledgerIndex) add(e model.Entry) {
	key := e.HouseholdID + "|" + string(e.PaidOn)
	b.byID[e.ID], b.stands[key] = e, append(b.stands[key], e)
}

// has reports whether an entry stands there that says the same under another number: a sheet that comes
// again in another file posts nothing twice.
func (b ledgerIndex) has(e model.Entry) bool {
	for _, there := range b.stands[e.HouseholdID+"|"+string(e.PaidOn)] {
		there.ID = e.ID
		if there.Same(e) {
			return true
		}
	}
	return false
}

// settleEntries posts what is new of the rows, each under the import's id and the row's number.
func (r *run) settleEntries(ctx context.Context, lines []line) ([]outcome, error) {
	outcomes := make([]outcome, len(lines))
	var persons []string
	for _, l := range lines {
		if id := l.values["person_id"]; id != "" {
			persons = append(persons, id)
		}
	}
	if err := r.ledger.ReadPersons(ctx, persons); err != nil {
		return outcomes, err
	}
	for i, l := range lines {
		state, no, err := r.entry(ctx, l)
		if err != nil {
			return outcomes, err
		}
		outcomes[i] = outcome{state: state, reasons: no}
	}
	return outcomes, r.ledger.Flush(ctx)
}

func (r *run) entry(ctx context.Context, l line) (model.RowState, []reason, error) {
	e, no := r.entryOf(l.values)
	if len(no) > 0 {
		return model.RowRefused, no, nil
	}
	if id := l.values["id"]; id != "" {
		return r.knownEntry(id, e)
	}
	if _, ours := r.books.byID[l.id]; ours {
		if r.write {
			return l.expect, nil, nil // written before we were stopped, or by another commit of the same file
		}
		return model.RowUnchanged, nil, nil
	}
	if r.books.has(e) {
		return model.RowUnchanged, nil, nil
	}
	if e.Amount < 0 {
		return model.RowRefused, refuse("amount", "冲销请在系统里做,不从表里导入"), nil
	}
	e.ID = l.id
	no, err := r.admit(ctx, e)
	if err != nil || len(no) > 0 {
		return model.RowRefused, no, err
	}
	if !r.write {
		return model.RowCreated, nil, nil
	}
	if err = r.ledger.Post(e); err == nil {
		r.books.add(e)
	}
	return model.RowCreated, nil, err
}

// knownEntry is a row about an entry that is there: it can only say the same.
func (r *run) knownEntry(id string, e model.Entry) (model.RowState, []reason, error) {
	there, ok := r.books.byID[id]
	if !ok {
		return model.RowRefused, refuse("id", "账上没有这个账号;新的一笔不要填账号"), nil
	}
	e.ID, e.ReversesID = id, there.ReversesID
	if !there.Same(e) {
		return model.RowRefused, refuse("id", "账上的一笔不能从表里改,要改请冲销后重新记"), nil
	}
	return model.RowUnchanged, nil, nil
}

func (r *run) entryOf(v values) (model.Entry, []reason) {
	fen, err := strconv.ParseInt(v["amount"], 10, 64)
	if err != nil || fen == 0 {
		return model.Entry{}, refuse("amount", "要填不是零的金额")
	}
	e := model.Entry{
		HouseholdID: v["household_id"], PersonID: v["person_id"], Programme: v["programme"], Title: v["title"], Category: model.Category(v["category"]),
		System: model.System(v["system"]), Fund: v["fund"], Amount: model.Fen(fen), PaidOn: model.Date(v["paid_on"]), Method: model.Method(v["method"]),
		Policy: v["policy"], Evidence: v["evidence"], NotAllotted: v["rest"] != "",
	}
	switch {
	case (e.HouseholdID == "") != e.NotAllotted:
		return e, refuse("household_id", "要填户号,或者在“未分到户”里填“是”,两样只填一样")
	case e.HouseholdID != "" && !r.people.Knows(e.HouseholdID):
		return e, refuse("household_id", "没有这一户")
	}
	var no []reason
	e.PayerUnitID, no = r.unit("payer", v["payer"])
	return e, no
}

// admit refuses a row that the books do not take.
func (r *run) admit(ctx context.Context, e model.Entry) ([]reason, error) {
	err := r.monthOpen(ctx, e.PaidOn.Period())
	if err == nil {
		err = r.ledger.Validate(ctx, e)
	}
	var no *model.Error
	if errors.As(err, &no) && (no.Kind == model.KindConflict || no.Kind == model.KindInvalid) {
		return refuse(map[string]string{
			"month_closed": "paid_on", "paid_on": "paid_on", "no_such_fund": "fund", "no_such_member": "person_id", "amount_too_large": "amount",
		}[no.Code], no.Msg), nil
	}
	return nil, err
}

// monthOpen looks at the month once. That is enough: an import that is under way keeps its months open, and
// this look comes after it was marked so (ledger.Close).
func (r *run) monthOpen(ctx context.Context, p model.Period) error {
	err, known := r.months[p]
	if !known {
		if err = r.ledger.CheckMonthOpen(ctx, p); model.IsKind(err, model.KindUnavailable) {
			return err
		}
		r.months[p] = err
	}
	return err
}
