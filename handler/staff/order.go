package staff

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/service/model"
	"bangfu/service/people"
)

// Ordering asks for a list in the order of one of its columns. A page of a list in order is a page of the whole list in
// order, so the whole is read for it; its cursor says where the page ended.
type Ordering struct {
	Sort string `query:"sort" maxLength:"20" doc:"按列表的哪一列排;不写就是列表自己的顺序"`
	Down bool   `query:"down" doc:"倒过来排"`
}

// whole is the limit that takes all of a list.
const whole = math.MaxInt32

// columns are what a list can be sorted by, by the column's name: of a row the text that is compared.
type columns[R any] map[string]func(R) string

var errOrder = model.NewError(model.KindInvalid, "sort", "不能按这一列排")

// inOrder is a page of the list in the order that is asked for; without one, in its own. What is compared is what is
// shown, so that the order says nothing of what a mask hides.
func inOrder[R any](all []R, o Ordering, after string, limit int, id func(R) string, by columns[R]) (page []R, next string, err error) {
	if o.Sort != "" {
		key := by[o.Sort]
		if key == nil {
			return nil, "", errOrder
		}
		keys := make(map[string]string, len(all))
		for _, r := range all {
			keys[id(r)] = key(r)
		}
		all = slices.Clone(all)
		slices.SortStableFunc(all, func(a, b R) int {
			c := cmp.Compare(keys[id(a)], keys[id(b)])
			if o.Down {
				c = -c
			}
			return cmp.Or(c, cmp.Compare(id(a), id(b)))
		})
	}
	from := ended(all, after, id)
	page = all[from:min(from+limit, len(all))]
	if n := len(page); n > 0 && from+n < len(all) {
		next = strconv.Itoa(from+n) + ":" + id(page[n-1])
	}
	return page, next, nil
}

// ended is where the page before ended: behind its last row, or where that was, if it has gone from the list since.
func ended[R any](all []R, after string, id func(R) string) int {
	count, last, _ := strings.Cut(after, ":")
	if at := slices.IndexFunc(all, func(r R) bool { return id(r) == last }); at >= 0 {
		return at + 1
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return 0
	}
	return min(max(n-1, 0), len(all))
}

// byNumber compares whole numbers as texts, the negative ones below the others.
func byNumber(n int64) string { return fmt.Sprintf("%020d", uint64(n)^1<<63) }

// byAmount compares amounts as texts.
func byAmount(f model.Fen) string { return byNumber(int64(f)) }

// byTime compares instants as texts; what has none comes first.
func byTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000")
}

// byYes has what is so behind what is not.
func byYes(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

// bySound is how Chinese is sorted.
func bySound(s string) string { return people.Sound(s) }

// sumOf adds up what a column of the whole list says.
func sumOf[R any](all []R, of func(R) model.Fen) (sum model.Fen, err error) {
	for _, r := range all {
		if sum, err = sum.Add(of(r)); err != nil {
			return 0, err
		}
	}
	return sum, nil
}
