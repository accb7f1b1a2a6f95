package structure

import (
	"cmp"
	"slices"
	"sort"
)

// markMoved marks the fewest pairs without which all others stand in one order on both sides. Lines of one place have no order, and a
// code that nobody has mapped has not moved: it may be another one.
func (m *matcher) markMoved(pairs []pair) {
	var placed []int
	for i, p := range pairs {
		if p.right >= 0 && m.ordered(p) {
			placed = append(placed, i)
		}
	}
	ranks := func(i int) (int, int) { return m.left[pairs[i].left].rank, m.right[pairs[i].right].rank }
	slices.SortStableFunc(placed, func(a, b int) int {
		leftA, rightA := ranks(a)
		leftB, rightB := ranks(b)
		return cmp.Or(cmp.Compare(leftA, leftB), cmp.Compare(rightA, rightB))
	})
	rights := make([]int, len(placed))
	for i, p := range placed {
		_, rights[i] = ranks(p)
	}
	if slices.IsSorted(rights) {
		return
	}
	stays := longestRun(rights)
	for i, p := range placed {
		pairs[p].moved = !stays[i]
	}
}

// ordered says whether the pair's place means something on both sides.
func (m *matcher) ordered(p pair) bool {
	l, r := &m.left[p.left], &m.right[p.right]
	return l.rank >= 0 && r.rank >= 0 && l.unknown() == r.unknown() && (!l.unknown() || l.id == r.id)
}

// longestRun says which numbers belong to the longest sequence that never falls.
func longestRun(numbers []int) []bool {
	before := make([]int, len(numbers)) // the number that each one follows
	var ends []int                      // by length less one, where the sequence of that length with the smallest end ends
	for i, number := range numbers {
		at := sort.Search(len(ends), func(k int) bool { return numbers[ends[k]] > number })
		before[i] = -1
		if at > 0 {
			before[i] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, i)
		} else {
			ends[at] = i
		}
	}
	belongs := make([]bool, len(numbers))
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			belongs[i] = true
		}
	}
	return belongs
}
