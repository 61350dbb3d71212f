package model_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/quick"

	"bangfu/service/model"

	"pgregory.net/rapid"
)

// TestSubIsExactOrNothing compares with numbers that have no bound.
func TestSubIsExactOrNothing(t *testing.T) {
	check := func(a, b int64) bool {
		exact := new(big.Int).Sub(big.NewInt(a), big.NewInt(b))
		got, err := model.Fen(a).Sub(model.Fen(b))
		if !exact.IsInt64() {
			return model.IsKind(err, model.KindInternal) && got == 0
		}
		return err == nil && int64(got) == exact.Int64()
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	for _, a := range edges {
		for _, b := range edges {
			if !check(a, b) {
				t.Errorf("%d - %d", a, b)
			}
		}
	}
}

// TestIncomeIsExactOrNothing has the two incomes that came to less than nothing.
func TestIncomeIsExactOrNothing(t *testing.T) {
	const most = model.Fen(math.MaxInt64)
	for _, r := range []model.IncomeRecord{
		{Wage: most, Operating: most, Members: 1}, {Property: most, Transfer: 1, Members: 3}, {Costs: math.MinInt64, Members: 1}, {Wage: -2, Costs: most, Members: 1},
	} {
		net, err1 := r.Net()
		each, err2 := r.PerHead()
		if net != 0 || each != 0 || !model.IsKind(err1, model.KindInternal) || !model.IsKind(err2, model.KindInternal) {
			t.Errorf("%+v: %d %v, %d %v", r, net, err1, each, err2)
		}
	}
	// The largest that anybody can enter.
	r := model.IncomeRecord{Wage: model.MaxAmount, Operating: model.MaxAmount, Property: model.MaxAmount, Transfer: model.MaxAmount, Members: 2}
	if net, err := r.Net(); err != nil || net != 4*model.MaxAmount {
		t.Errorf("%d %v", net, err)
	}
}

// TestAGroupWithoutASumSaysSo: what is made public is a right sum or none.
func TestAGroupWithoutASumSaysSo(t *testing.T) {
	var a, b model.PublicGroup
	a.Pay(math.MaxInt64 - 1)
	b.Pay(2)
	if a.TooLarge != nil || b.TooLarge != nil {
		t.Fatalf("%v %v", a.TooLarge, b.TooLarge)
	}
	if sum := model.SumOf([]model.PublicGroup{a, b}); sum.TooLarge == nil {
		t.Errorf("their sum is %d", sum.Amount)
	}
	a.Pay(2)
	a.Pay(-5)
	if a.TooLarge == nil {
		t.Errorf("after too much, it is %d", a.Amount)
	}
}

// TestAddIsExactOrNothing compares with numbers that have no bound.
func TestAddIsExactOrNothing(t *testing.T) {
	check := func(a, b int64) bool {
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := model.Fen(a).Add(model.Fen(b))
		if !exact.IsInt64() {
			return model.IsKind(err, model.KindInternal) && got == 0
		}
		return err == nil && int64(got) == exact.Int64()
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
	for _, c := range [][2]int64{
		{math.MaxInt64, 0}, {math.MaxInt64, 1}, {math.MaxInt64, -1}, {math.MinInt64, 0}, {math.MinInt64, -1}, {math.MinInt64, math.MinInt64},
		{math.MaxInt64, math.MaxInt64}, {math.MaxInt64, math.MinInt64}, {0, math.MinInt64}, {math.MaxInt64 - 5, 5}, {math.MaxInt64 - 5, 6},
	} {
		if !check(c[0], c[1]) || !check(c[1], c[0]) {
			t.Errorf("%d + %d", c[0], c[1])
		}
	}
}

func TestWan(t *testing.T) {
	for fen, want := range map[model.Fen]string{
		218532000: "218.532", 4024000: "4.024", 0: "0", 1: "0.000001", -1000000: "-1", 570000: "0.57", math.MinInt64: "-9223372036854.775808",
	} {
		if got := fen.Wan(); got != want {
			t.Errorf("%d is %s, want %s", fen, got, want)
		}
	}
	same := func(n int64) bool {
		whole, decimals, _ := strings.Cut(model.Fen(n).Wan(), ".")
		back, err := strconv.ParseInt(whole+(decimals + "000000")[:6], 10, 64)
		return err == nil && back == n && !strings.HasSuffix(decimals, "0") && len(decimals) <= 6
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
}

var sentences = []struct {
	line model.StatementLine
	want string
}{
	{model.StatementLine{
		PaidOn: "2017-01-10", Title: "低保金", Amount: 40000, Payer: "民政科", Fund: "低保资金", Method: model.MethodTransfer,
		Policy: "《社会救助暂行办法》", Evidence: "低保金发放花名册"},
		"1月10日 低保金 400元:由民政科从低保资金发放,依据《社会救助暂行办法》,凭证:低保金发放花名册。"},
	{model.StatementLine{PaidOn: "2017-10-15", Title: "冬季取暖补助", Amount: 167550, Payer: "管理局", Fund: "取暖补助", Method: model.MethodFeeWaiver},
		"10月15日 冬季取暖补助 1,675.50元:由管理局免收,费用由取暖补助承担。"},
	{model.StatementLine{PaidOn: "2017-01-20", Title: "保险费", Amount: 21000, Payer: "财务科", Method: model.MethodPremium}, "1月20日 保险费 210元:由财务科代缴。"},
	{model.StatementLine{PaidOn: "2017-01-20", Title: "大米", Amount: 100, Fund: "救助基金", Method: model.MethodInKind, Evidence: "领取单"},
		"1月20日 大米 1元:资金来自救助基金,凭证:领取单。"},
	{model.StatementLine{PaidOn: "2017-12-28", Title: "冲销：低保金", Amount: -40000, Payer: "民政科", ReversesID: "k", Evidence: "发重了"},
		"12月28日 冲销：低保金 -400元:更正记错的一笔,原因:发重了。"},
	{model.StatementLine{PaidOn: "2017-12-28", Title: "补助", Amount: 100}, "12月28日 补助 1元。"},
}

func TestSentences(t *testing.T) {
	for _, c := range sentences {
		if got := c.line.Sentence(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestSentencesTogether: what stands behind lines in a row is said once, and behind each other line with it.
func TestSentencesTogether(t *testing.T) {
	line := func(day model.Date, fund string) model.StatementLine {
		return model.StatementLine{PaidOn: day, Title: "低保金", Amount: 38000, Payer: "民政科", Fund: fund, Method: model.MethodTransfer}
	}
	got := model.Sentences([]model.StatementLine{line("2017-01-10", "甲"), line("2017-02-10", "甲"), line("2017-03-10", "乙"), {PaidOn: "2017-04-10", Title: "补助", Amount: 100}})
	want := []string{
		"1月10日 低保金 380元", "2月10日 低保金 380元", "(以上2笔:由民政科从甲发放。)", "3月10日 低保金 380元:由民政科从乙发放。", "4月10日 补助 1元。",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestAStatementIsTheSameInAnyOrder sums up the same lines in two orders, some of them twice.
func TestAStatementIsTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) model.StatementLine {
			return model.StatementLine{
				EntryID: rapid.StringMatching(`[a-z]{1,4}`).Draw(t, "id"), Amount: model.Fen(rapid.Int64Range(-1e12, 1e12).Draw(t, "amount")),
				Category: rapid.SampledFrom(append([]model.Category{"other"}, model.Categories...)).Draw(t, "category"),
				PaidOn:   model.NewDate(2017, rapid.IntRange(1, 12).Draw(t, "month"), 5),
			}
		}), 0, 20, func(l model.StatementLine) string { return l.EntryID }).Draw(t, "lines")
		one, two, sum := model.NewStatement("H-1", 2017), model.NewStatement("H-1", 2017), model.Fen(0)
		for i, l := range lines {
			one.Lines = append(one.Lines, l)
			two.Lines = append(two.Lines, lines[len(lines)-1-i], lines[0])
			sum += l.Amount
		}
		if one.SumUp() != nil || two.SumUp() != nil {
			t.Fatal("no sum")
		}
		parts, n := model.Fen(0), 0
		for _, p := range one.Categories {
			parts, n = parts+p.Total, n+len(p.Lines)
		}
		if one.Total != sum || parts != sum || one.Count != len(lines) || n != len(lines) {
			t.Fatalf("total %d, parts %d, want %d; %d lines", one.Total, parts, sum, n)
		}
		if a, b := fmt.Sprint(one.Total, one.Categories), fmt.Sprint(two.Total, two.Categories); a != b {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

func TestAStatementAtTheBound(t *testing.T) {
	st := model.NewStatement("H-1", 2017)
	st.Lines = []model.StatementLine{
		{EntryID: "a", Category: model.CategoryMedical, Amount: math.MaxInt64}, {EntryID: "b", Category: model.CategoryEducation, Amount: -1},
	}
	if err := st.SumUp(); err != nil || st.Total != math.MaxInt64-1 {
		t.Errorf("%v, %d", err, st.Total)
	}
	st.Lines[1].Amount = 1
	if err := st.SumUp(); !model.IsKind(err, model.KindInternal) {
		t.Errorf("%v, %d", err, st.Total)
	}
}

// TestTheMatrixAddsUpBothWays compares every way of adding up with the naive sum.
func TestTheMatrixAddsUpBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months, want := map[model.Period][]model.Cell{}, model.Sum{}
		for _, p := range []model.Period{"2017-01", "2017-02", "2017-12"} {
			tally := model.Tally{}
			for _, amount := range rapid.SliceOfN(rapid.Int64Range(-1e12, 1e12), 0, 12).Draw(t, "amounts") {
				e := model.Entry{
					Category: rapid.SampledFrom(model.Categories).Draw(t, "c"), System: rapid.SampledFrom(model.Systems).Draw(t, "s"),
					Fund: rapid.SampledFrom([]string{"", "甲", "乙"}).Draw(t, "f"), Amount: model.Fen(amount),
				}
				if err := tally.AddEntry(e); err != nil {
					t.Fatal(err)
				}
				want.Amount, want.Count = want.Amount+e.Amount, want.Count+1
			}
			months[p] = tally.Cells()
		}
		m, err := model.NewMatrix("2017-01-01", "2017-12-31", months)
		if err != nil || m.Total != want || len(m.Differences()) > 0 {
			t.Fatalf("%+v, want %+v, %v %q", m.Total, want, err, m.Differences())
		}
	})
}

// TestTheMatrixShowsWhatNoTableHas does not lose an entry under a category that the report does not know.
func TestTheMatrixShowsWhatNoTableHas(t *testing.T) {
	cell := model.Cell{CellKey: model.CellKey{Category: "travel", System: model.SystemLand}, Sum: model.Sum{Amount: 100, Count: 1}}
	m, err := model.NewMatrix("2017-01-01", "2017-01-31", map[model.Period][]model.Cell{"2017-01": {cell}})
	if d := m.Differences(); err != nil || len(d) != 1 || !strings.Contains(d[0], "按类别加起来是0元(0笔),合计是1元(1笔)") {
		t.Errorf("%q %v", d, err)
	}
	cell.Amount = math.MaxInt64
	_, err = model.NewMatrix("2017-01-01", "2017-01-31", map[model.Period][]model.Cell{"2017-01": {cell, cell}})
	if !model.IsKind(err, model.KindInternal) {
		t.Error(err)
	}
}

func aLoan() model.Loan {
	return model.Loan{
		ID: "l", HouseholdID: "H-1", Principal: 1500000, Purpose: "木耳", LentOn: "2017-04-10", DueOn: "2018-12-20",
		Schedule: []model.Instalment{{DueOn: "2018-06-20", Amount: 500000}, {DueOn: "2018-12-20", Amount: 1000000}},
	}
}

func TestLoansAddUp(t *testing.T) {
	for name, spoil := range map[string]func(*model.Loan){
		"nothing lent": func(l *model.Loan) { l.Principal = 0 }, "due before lent": func(l *model.Loan) { l.DueOn = "2017-04-10" },
		"no household": func(l *model.Loan) { l.HouseholdID = "" }, "too little scheduled": func(l *model.Loan) { l.Schedule[0].Amount-- },
		"too much scheduled": func(l *model.Loan) { l.Schedule[1].Amount++ }, "out of order": func(l *model.Loan) { l.Schedule[0].DueOn = "2018-12-21" },
		"last one early": func(l *model.Loan) { l.Schedule[1].DueOn = "2018-12-19" }, "no schedule": func(l *model.Loan) { l.Schedule = nil },
		"a day that is none":      func(l *model.Loan) { l.Schedule[0].DueOn = "2018-06-31" },
		"more than anybody lends": func(l *model.Loan) { l.Principal = model.MaxAmount + 1 },
	} {
		l := aLoan()
		spoil(&l)
		if err := l.Check(); !model.IsKind(err, model.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := aLoan().Check(); err != nil {
		t.Error(err)
	}
}

// TestRepayments draws repayments and corrections: what is owed is the principal less what came back, never
// below nothing, and the unpaid instalments come to just that.
func TestRepayments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, repaid := aLoan(), model.Fen(0)
		for i, amount := range rapid.SliceOfN(rapid.Int64Range(-400000, 900000), 0, 10).Draw(t, "amounts") {
			r := model.Repayment{Key: strconv.Itoa(i), On: "2018-01-05", Amount: model.Fen(amount), Note: "更正"}
			err := l.Repay(r)
			next := repaid + r.Amount
			switch {
			case amount == 0:
				if !model.IsKind(err, model.KindInvalid) {
					t.Fatal(err)
				}
			case next < 0 || next > l.Principal:
				if !model.IsKind(err, model.KindConflict) {
					t.Fatalf("%d after %d: %v", amount, repaid, err)
				}
			default:
				if err != nil || l.Repay(r) != nil {
					t.Fatal(err)
				}
				repaid = next
			}
		}
		var unpaid model.Fen
		for _, i := range l.Unpaid() {
			unpaid += i.Amount
		}
		if l.Repaid() != repaid || l.Outstanding() != l.Principal-repaid || unpaid != l.Outstanding() ||
			l.Overdue("2019-01-01") != unpaid || l.Overdue("2018-06-20") != 0 {
			t.Fatalf("repaid %d, outstanding %d, unpaid %d", l.Repaid(), l.Outstanding(), unpaid)
		}
		if want := max(0, 500000-repaid); l.MissingOn("2018-06-20") != want || l.Overdue("2018-06-21") != want {
			t.Fatalf("first instalment: %d, want %d", l.MissingOn("2018-06-20"), want)
		}
	})
}

func TestTheSameRepaymentOrAnother(t *testing.T) {
	l := aLoan()
	r := model.Repayment{Key: "k", On: "2018-01-05", Amount: 100}
	for range 2 {
		if err := l.Repay(r); err != nil || len(l.Repayments) != 1 {
			t.Errorf("%v, %+v", err, l.Repayments)
		}
	}
	r.Amount = 200
	if err := l.Repay(r); !model.IsKind(err, model.KindConflict) {
		t.Error(err)
	}
	if err := l.Repay(model.Repayment{Key: "m", On: "2018-01-05", Amount: -100}); !model.IsKind(err, model.KindInvalid) {
		t.Errorf("a correction without a note: %v", err)
	}
	if err := l.Repay(model.Repayment{Key: "m", On: "2017-04-09", Amount: 100}); !model.IsKind(err, model.KindInvalid) {
		t.Errorf("before it was lent: %v", err)
	}
}

func TestDonors(t *testing.T) {
	d := model.Donation{Cash: 10000, On: "2017-06-01"}
	d.Goods = []model.GoodsLine{{ItemID: "a", Quantity: 1, Value: 500}, {ItemID: "b", Quantity: 2, Value: 700}}
	if v, err := d.Value(); v != 11200 || err != nil {
		t.Error(v, err)
	}
	if d.PublicName("李四") != model.Anonymous {
		t.Error("named without leave")
	}
	d.PublicNameOK = true
	if d.PublicName("李四") != "李四" || d.PublicName("") != model.Anonymous {
		t.Error(d.PublicName("李四"))
	}
	letter := d.Thanks("李四", "红卫农场", "扶贫救助基金", []string{"面粉1袋"})
	if !strings.Contains(letter, "尊敬的李四") || !strings.Contains(letter, "2017年6月1日向扶贫救助基金捐款100元，捐赠面粉1袋") {
		t.Error(letter)
	}
	d.Goods = append(d.Goods, model.GoodsLine{Value: math.MaxInt64})
	if _, err := d.Value(); !model.IsKind(err, model.KindInternal) {
		t.Error(err)
	}
}
