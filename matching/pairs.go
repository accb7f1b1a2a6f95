package matching

import (
	"cmp"
	"slices"
	"sync"
)

// Pair is two records that were compared; A is the smaller number.
type Pair struct {
	A, B   uint32
	Near   float32 // the index's score
	Routes uint8
}

// Pairs are compared pairs, in ascending order, with one row of levels each.
type Pairs struct {
	List   []Pair
	Width  int
	levels []Level
	// conflicts marks the comparisons whose level 1 is a contradiction.
	conflicts []bool
	// alone marks the comparisons whose level 1 repeats no other: two makers, two categories.
	alone []bool
}

// Levels returns the comparison vector of pair i.
func (p *Pairs) Levels(i int) []Level { return p.levels[i*p.Width : (i+1)*p.Width] }

// manyPairs is the number of candidates beyond which those far behind a record's best one are not compared at all, and
// farBehind is how far that is: a cheap filter before the comparison proper.
const (
	manyPairs = 4_000_000
	farBehind = 0.2
)

// ahead keeps the candidates that are not far behind the first.
func ahead(near []Candidate) []Candidate {
	for i, c := range near {
		if c.Score < farBehind*near[0].Score {
			return near[:i]
		}
	}
	return near
}

// Candidates searches the index for the records from..to with a few workers and returns the distinct pairs in order.
func (x *Index) Candidates(workers int) []Pair {
	n := x.corpus.Len()
	workers = max(1, min(workers, n))
	parts := make([][]Pair, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			search := x.NewSearch()
			for r := w; r < n; r += workers {
				near := search.Near(r)
				if n*x.options.TopK > manyPairs {
					near = ahead(near)
				}
				for _, found := range near {
					a, b := uint32(r), uint32(found.Record) // #nosec G115 -- records are counted in uint32
					parts[w] = append(parts[w], Pair{A: min(a, b), B: max(a, b), Near: found.Score, Routes: found.Routes})
				}
			}
		})
	}
	wait.Wait()
	return sortPairs(slices.Concat(parts...))
}

// sortPairs orders pairs and keeps of equal ones the nearest.
func sortPairs(all []Pair) []Pair {
	slices.SortFunc(all, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B), cmp.Compare(q.Near, p.Near))
	})
	return slices.CompactFunc(all, func(p, q Pair) bool { return p.A == q.A && p.B == q.B })
}

// exclusions tells of each comparison whether its level 1 is a contradiction, and whether it repeats no other.
func exclusions(fields []Field) (conflicts, alone []bool) {
	conflicts, alone = make([]bool, len(fields)+wholeCount), make([]bool, len(fields)+wholeCount)
	conflicts[len(fields)+wholeSize], alone[len(fields)+wholeTerms] = true, true
	for f, field := range fields {
		alone[f] = field.Kind == KindCategory
		conflicts[f] = field.Kind == KindAddress || field.Kind == KindCode || field.Kind == KindGTIN
	}
	return conflicts, alone
}

// CompareAll compares the given pairs with a few workers.
func (c *Corpus) CompareAll(list []Pair, workers int) *Pairs {
	pairs := &Pairs{List: list, Width: len(c.fields) + wholeCount}
	pairs.levels = make([]Level, len(list)*pairs.Width)
	pairs.conflicts, pairs.alone = exclusions(c.fields)
	workers = max(1, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			comparer := c.NewComparer()
			for i := w * len(list) / workers; i < (w+1)*len(list)/workers; i++ {
				comparer.Compare(int(list[i].A), int(list[i].B), pairs.Levels(i))
			}
		})
	}
	wait.Wait()
	return pairs
}
