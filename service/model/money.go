package model

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Fen is an amount of money in fen (1/100 yuan). All money is Fen; there are no floats.
type Fen int64

// MaxAmount bounds a single amount, a million million yuan: nobody pays that, and ninety thousand such
// amounts still add up within int64.
const MaxAmount Fen = 1e14

var errSumOverflow = NewError(KindInternal, "sum_overflow", "合计超出了能记的范围,请联系系统管理员")

// Add is f + g; KindInternal "sum_overflow" when int64 cannot hold it. Sums over entries are made with it, so
// that a total is right or is none.
func (f Fen) Add(g Fen) (Fen, error) {
	sum := f + g
	if (sum > f) != (g > 0) {
		return 0, errSumOverflow
	}
	return sum, nil
}

// Sub is f - g, checked as Add is.
func (f Fen) Sub(g Fen) (Fen, error) {
	left := f - g
	if (left < f) != (g > 0) {
		return 0, errSumOverflow
	}
	return left, nil
}

// AddUp is the sum of the amounts, checked as Add is.
func AddUp(amounts ...Fen) (sum Fen, err error) {
	for _, f := range amounts {
		if sum, err = sum.Add(f); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// plus is f + g where a record bounds what its parts come to: a loan its repayments, a pool its payouts. It does not
// return where that does not hold, because nobody may be told a wrong sum.
func (f Fen) plus(g Fen) Fen {
	sum, err := f.Add(g)
	if err != nil {
		panic(err)
	}
	return sum
}

// Neg is the opposite amount, as a reversal has it. Within keeps out the only number that has none.
func (f Fen) Neg() Fen { return -f }

// Abs is the amount without its sign.
func (f Fen) Abs() Fen { return max(f, -f) }

// Shared is what each of n gets of the amount in whole fen, and what is left over; n is at least 1.
func (f Fen) Shared(n int) (each, left Fen) { return f / Fen(n), f % Fen(n) }

// downTo is the amount without what does not make a whole step.
func (f Fen) downTo(step Fen) Fen { return f - f%step }

// Within reports whether a single amount may be so large, in either direction.
func (f Fen) Within(most Fen) bool { return -most <= f && f <= most }

// Wan is the amount in 万元 (10,000 yuan), exact: as many decimals as it has and no more.
// Fen(218532000) is "218.532".
func (f Fen) Wan() string {
	sign, abs := "", uint64(f)
	if f < 0 {
		sign, abs = "-", -uint64(f)
	}
	whole, decimals := abs/1e6, strings.TrimRight(fmt.Sprintf("%06d", abs%1e6), "0")
	if decimals == "" {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + decimals
}

// Yuan is the amount in yuan as people read it: thousands grouped, fen only where there are any.
// Fen(225500) is "2,255"; Fen(3130) is "31.30".
func (f Fen) Yuan() string {
	// Unsigned, so that the smallest int64 has a magnitude too.
	sign, abs := "", uint64(f)
	if f < 0 {
		sign, abs = "-", -uint64(f)
	}
	yuan, rest := abs/100, abs%100
	s := sign + group(strconv.FormatUint(yuan, 10))
	if rest == 0 {
		return s
	}
	return s + "." + pad2(rest)
}

func pad2(n uint64) string {
	if n < 10 {
		return "0" + strconv.FormatUint(n, 10)
	}
	return strconv.FormatUint(n, 10)
}

// Grouped is a count as people read it: 25,000.
func Grouped(n int64) string {
	if n < 0 {
		return "-" + group(strconv.FormatUint(-uint64(n), 10))
	}
	return group(strconv.FormatInt(n, 10))
}

func group(digits string) string {
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// grouped is a number whose commas stand before three digits each, and before the point.
var grouped = regexp.MustCompile(`^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$`)

// Ungroup takes the commas out of a number where they group thousands. Anywhere else one might be a decimal point,
// and stays.
func Ungroup(number string) string {
	if grouped.MatchString(number) {
		return strings.ReplaceAll(number, ",", "")
	}
	return number
}

var errCommas = NewError(KindInvalid, "yuan", "逗号的位置看不懂;请去掉逗号,小数点用“.”")

// ParseYuan reads an amount in yuan as people write it: digits of any width, thousands grouped or not, at most two
// decimals, at most MaxAmount in either direction. Empty text is nothing. It never rounds, and refuses what can be read
// in two ways.
func ParseYuan(text string) (Fen, error) {
	bad := NewError(KindInvalid, "yuan", "金额要写成元,最多两位小数")
	text = Ungroup(strings.TrimSpace(Fold(text)))
	switch {
	case text == "":
		return 0, nil
	case strings.Contains(text, ","):
		return 0, errCommas
	}
	digits, negative := strings.CutPrefix(text, "-")
	yuan, rest, dotted := strings.Cut(digits, ".")
	if yuan == "" || len(rest) > 2 || dotted && rest == "" || strings.Trim(yuan+rest, "0123456789") != "" {
		return 0, bad
	}
	n, err := strconv.ParseInt(yuan+(rest + "00")[:2], 10, 64)
	if err != nil || !Fen(n).Within(MaxAmount) {
		return 0, errAmount // digits only: it can be nothing but too large
	}
	if negative {
		n = -n
	}
	return Fen(n), nil
}

// Decimal is n parts of 10^places as people read it, without trailing zeros: Decimal(120, 3) is "0.12".
func Decimal(n int64, places int) string {
	digits, negative := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	cut := len(digits) - places
	text := digits[:cut]
	if rest := strings.TrimRight(digits[cut:], "0"); rest != "" {
		text += "." + rest
	}
	if negative {
		return "-" + text
	}
	return text
}

// Percent is a share in millionths: Percent(71000) is "7.1%".
func Percent(ppm int64) string { return Decimal(ppm, 4) + "%" }
