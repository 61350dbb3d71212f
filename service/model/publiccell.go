package model

import (
	"slices"
	"strings"
)

// PublicCell is a number that became public, as what it is the sum of. Numbers of one frame can be subtracted from one
// another by whoever reads them: the same line of an earlier version, the total, another table of the same households.
type PublicCell struct {
	Frames []string `bson:"frames"`
	// Sum are the parts: a household, or "household=what it adds", so that a household that adds something else the next
	// time is another part. One without a household ("=what") belongs to nobody.
	Sum []string `bson:"sum"`
}

// Tells reports whether next, read together with past, tells of fewer than SmallGroup households what past alone does
// not: whether some of the numbers, added and subtracted in any way, leave the parts of so few. It decides by linear
// algebra, so it finds differences of versions, totals less their lines, and everything longer.
func Tells(past, next []PublicCell) bool {
	var frames []string
	for _, c := range next {
		frames = append(frames, c.Frames...)
	}
	slices.Sort(frames)
	for _, frame := range slices.Compact(frames) {
		if tells(sumsIn(past, frame), sumsIn(next, frame)) {
			return true
		}
	}
	return false
}

func sumsIn(cells []PublicCell, frame string) (sums [][]string) {
	for _, c := range cells {
		if slices.Contains(c.Frames, frame) {
			sums = append(sums, c.Sum)
		}
	}
	return sums
}

// atom are the parts that stand in the same sums: nobody can tell them apart.
type atom struct {
	in         []bool   // which sums
	households []string // whose parts, each once, in order
}

func tells(past, next [][]string) bool {
	atoms := atomsOf(slices.Concat(past, next))
	was, is := solve(atoms, len(past)), solve(atoms, len(past)+len(next))
	for _, few := range fewOf(atoms) {
		var inside []int
		for i, a := range atoms {
			if a.within(few) {
				inside = append(inside, i)
			}
		}
		if is.known(inside) > was.known(inside) {
			return true
		}
	}
	return false
}

func atomsOf(sums [][]string) []atom {
	in := map[string][]bool{}
	for i, sum := range sums {
		for _, part := range sum {
			if in[part] == nil {
				in[part] = make([]bool, len(sums))
			}
			in[part][i] = true
		}
	}
	at := map[string]*atom{}
	for part, rows := range in {
		key := make([]byte, len(rows))
		for i, there := range rows {
			if there {
				key[i] = 1
			}
		}
		a := at[string(key)]
		if a == nil {
			a = &atom{in: rows}
			at[string(key)] = a
		}
		household, _, _ := strings.Cut(part, "=")
		a.households = append(a.households, household)
	}
	atoms := make([]atom, 0, len(at))
	for _, a := range at {
		slices.Sort(a.households)
		a.households = slices.Compact(a.households)
		atoms = append(atoms, *a)
	}
	return atoms
}

// few reports whether the parts are those of a group that is not shown.
func (a atom) few() bool { return len(a.households) < SmallGroup && a.households[0] != "" }

func (a atom) within(households []string) bool {
	return a.few() && !slices.ContainsFunc(a.households, func(h string) bool { return !slices.Contains(households, h) })
}

// fewOf are all groups below SmallGroup that atoms make up. What can be worked out is made of whole atoms, so it
// concerns no other such group.
func fewOf(atoms []atom) [][]string {
	var base, groups [][]string
	for _, a := range atoms {
		if a.few() {
			base = append(base, a.households)
		}
	}
	slices.SortFunc(base, slices.Compare)
	base = slices.CompactFunc(base, slices.Equal)
	groups = base
	for size := 1; size < SmallGroup; size++ { // so many atoms at most
		var wider [][]string
		for _, g := range groups {
			for _, b := range base {
				union := slices.Concat(g, b)
				slices.Sort(union)
				if union = slices.Compact(union); len(union) > len(g) && len(union) < SmallGroup {
					wider = append(wider, union)
				}
			}
		}
		groups = slices.Concat(groups, wider)
		slices.SortFunc(groups, slices.Compare)
		groups = slices.CompactFunc(groups, slices.Equal)
	}
	return groups
}

// solution is what the sums leave open: by atom, in how far it can move while every sum stays as it is. Numbers are
// counted modulo a prime, which is exact and quick.
type solution struct{ free [][]int64 }

const prime = 1<<31 - 1

// solve brings the first sums into echelon form.
func solve(atoms []atom, sums int) solution {
	rows := make([][]int64, sums)
	for i := range rows {
		rows[i] = make([]int64, len(atoms))
		for j, a := range atoms {
			if a.in[i] {
				rows[i][j] = 1
			}
		}
	}
	pivots, rank := echelon(rows, len(atoms))
	s := solution{free: make([][]int64, len(atoms))}
	for j := range atoms {
		s.free[j] = make([]int64, len(atoms)-rank)
	}
	k := 0 // of the atoms that move freely
	for j := range atoms {
		if pivots[j] >= 0 {
			continue
		}
		s.free[j][k] = 1
		for of, row := range pivots {
			if row >= 0 {
				s.free[of][k] = (prime - rows[row][j]) % prime
			}
		}
		k++
	}
	return s
}

// known is of how many sums of these atoms alone the value follows.
func (s solution) known(atoms []int) int {
	rows := make([][]int64, len(atoms))
	for i, a := range atoms {
		rows[i] = slices.Clone(s.free[a])
	}
	if len(rows) == 0 {
		return 0
	}
	_, rank := echelon(rows, len(rows[0]))
	return len(atoms) - rank
}

// echelon reduces the rows. pivots is the row that stands for a column, -1 for none.
func echelon(rows [][]int64, columns int) (pivots []int, rank int) {
	pivots = slices.Repeat([]int{-1}, columns)
	for col := range pivots {
		if rank == len(rows) {
			break
		}
		at := slices.IndexFunc(rows[rank:], func(r []int64) bool { return r[col] != 0 })
		if at < 0 {
			continue
		}
		rows[rank], rows[rank+at] = rows[rank+at], rows[rank]
		pivot := rows[rank]
		scale(pivot, inverse(pivot[col]))
		for i, r := range rows {
			if i != rank && r[col] != 0 {
				subtract(r, pivot, r[col])
			}
		}
		pivots[col] = rank
		rank++
	}
	return pivots, rank
}

func scale(row []int64, by int64) {
	for i := range row {
		row[i] = row[i] * by % prime
	}
}

func subtract(row, from []int64, times int64) {
	for i := range row {
		row[i] = (row[i] + (prime-from[i])*times) % prime
	}
}

// inverse of n modulo the prime, by Fermat.
func inverse(n int64) int64 {
	result := int64(1)
	for power := prime - 2; power > 0; power >>= 1 {
		if power&1 == 1 {
			result = result * n % prime
		}
		n = n * n % prime
	}
	return result
}
