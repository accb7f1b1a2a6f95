package matching

import (
	"cmp"
	"slices"
)

// compete renews the beliefs of a linkage, where a record has at most one partner. Each left record's best free candidate is
// its target. What it would have got had that one not existed is its decoy: a draw from what wrong best candidates look like.
// How often targets outnumber decoys at a score says how many targets there are right, without any label.
func (e *estimator) compete(m *Model) float64 {
	scores := make([]float64, len(e.pairs.List))
	for i := range scores {
		scores[i] = m.Score(e.pairs.Levels(i))
	}
	targets, decoys := contest(e.pairs, scores)
	calibrated := calibrate(scores, targets, decoys)
	clear(e.belief)
	for _, i := range targets {
		e.belief[i] = calibrated.at(scores[i])
	}
	return 0
}

// multiplicityShare is the share of records whose second-best candidate is as good as the better half of the best ones, from
// which on records are held to have several partners. Where they exclude each other, only a lucky few have such a second.
const multiplicityShare = 0.3

// multiplicity tells for each side whether its records have several partners.
func (e *estimator) multiplicity(m *Model) (left, right bool) {
	scores := make([]float64, len(e.pairs.List))
	for i := range scores {
		scores[i] = m.Score(e.pairs.Levels(i))
	}
	order := byScores(e.pairs, scores)
	targets := exclude(e.pairs, order)
	if len(targets) == 0 {
		return false, false
	}
	cut := scores[targets[len(targets)/2]]
	var first, second [2]float64
	count := map[uint32]int{}
	for _, i := range order {
		if scores[i] < cut {
			break
		}
		p := e.pairs.List[i]
		for side, r := range []uint32{p.A, p.B} {
			count[r]++
			switch count[r] {
			case 1:
				first[side]++
			case 2:
				second[side]++
			}
		}
	}
	return second[0] > multiplicityShare*first[0], second[1] > multiplicityShare*first[1]
}

// fewDecoys is how many targets come on one decoy where nearly all that is sought is taken.
const fewDecoys = 20

// contest returns the pairs taken best first, each record once, and the pairs that the records of the smaller table would
// have got instead. Where next to nothing is left to be got, because every record has its partner, they are each record's
// next candidate, though another has it: that is wrong for sure, and at worst better than what a free one would be.
func contest(pairs *Pairs, scores []float64) (targets, decoys []int) {
	order := byScores(pairs, scores)
	targets = exclude(pairs, order)
	if decoys = instead(pairs, scores, order, targets, true); len(decoys)*fewDecoys < len(targets) {
		decoys = instead(pairs, scores, order, targets, false)
	}
	return targets, decoys
}

// instead returns the best candidate beside its own of each record that has one, best first; with free only such as no other
// record has at that score or a better one.
func instead(pairs *Pairs, scores []float64, order, targets []int, free bool) (decoys []int) {
	seeker, sought := pairs.sides()
	held := map[uint32]float64{} // the score at which a sought record is taken
	mine := map[uint32]int{}
	for _, i := range targets {
		held[sought(i)] = scores[i]
		mine[seeker(i)] = i
	}
	done := map[uint32]bool{}
	for _, i := range order {
		if own, ok := mine[seeker(i)]; !ok || own == i || done[seeker(i)] {
			continue
		}
		if taken, ok := held[sought(i)]; free && ok && taken >= scores[i] {
			continue
		}
		done[seeker(i)] = true
		decoys = append(decoys, i)
	}
	return decoys
}

// sides returns who of a pair belongs to the table with fewer candidates to seek with, and who to the other.
func (p *Pairs) sides() (seeker, sought func(i int) uint32) {
	left := func(i int) uint32 { return p.List[i].A }
	right := func(i int) uint32 { return p.List[i].B }
	var seen [2]map[uint32]bool
	seen[0], seen[1] = map[uint32]bool{}, map[uint32]bool{}
	for i := range p.List {
		seen[0][left(i)], seen[1][right(i)] = true, true
	}
	if len(seen[1]) < len(seen[0]) {
		return right, left
	}
	return left, right
}

// byScores orders pairs from the best to the worst.
func byScores(pairs *Pairs, scores []float64) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(scores[j], scores[i]), cmp.Compare(pairs.List[j].Near, pairs.List[i].Near), cmp.Compare(i, j))
	})
	return order
}

// curve is a rising function of the score, by steps.
type curve struct {
	from  []float64
	value []float64
}

func (c curve) at(score float64) float64 {
	i, found := slices.BinarySearch(c.from, score)
	if !found {
		i--
	}
	if len(c.value) == 0 {
		return 0
	}
	return c.value[max(i, 0)]
}

// calibrate returns the probability that a target of a given score is right.
func calibrate(scores []float64, targets, decoys []int) curve {
	if len(decoys) == 0 {
		return curve{from: []float64{0}, value: []float64{0.5}}
	}
	type draw struct{ score, target float64 }
	var draws []draw
	for _, i := range targets {
		draws = append(draws, draw{scores[i], 1})
	}
	for _, i := range decoys {
		draws = append(draws, draw{scores[i], 0})
	}
	slices.SortFunc(draws, func(a, b draw) int { return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.target, b.target)) })
	middle := scores[decoys[len(decoys)/2]] // decoys come best first
	low := 0
	for _, i := range targets {
		if scores[i] < middle {
			low++
		}
	}
	wrong := min(1, float64(low)/float64(len(decoys)-len(decoys)/2)) // targets that are as low as the lower half of the decoys are wrong
	c := curve{from: make([]float64, len(draws)), value: make([]float64, len(draws))}
	weights := make([]float64, len(draws))
	for i, d := range draws {
		c.from[i], c.value[i], weights[i] = d.score, d.target, 1
	}
	pool(c.value, weights)
	ratio := float64(len(targets)) / float64(len(decoys))
	for i, share := range c.value {
		share = min(0.999, max(0.001, share))
		c.value[i] = min(0.999, max(0.001, 1-wrong*ratio*(1-share)/share))
	}
	return c
}
