package matching

import (
	"cmp"
	"math"
	"slices"
)

// The reasons only a learned model has: that a pair stands before, or behind, the next candidates of its records, and what its
// comparisons say together beyond what each says alone.
const (
	nextCandidates = "next candidate"
	allTogether    = "all together"
)

// Judged returns the waterfall of pair i, whose vector is v, as a learned model sees it or, without one, as the estimated one does.
// Unlike Explain it looks at no other pair, so that many can be explained.
func (r *Result) Judged(i int, v Vector, l *Learned) Explanation {
	one := *r
	one.Pairs = &Pairs{List: r.Pairs.List[i : i+1], Width: r.Pairs.Width, levels: r.Pairs.Levels(i), conflicts: r.Pairs.conflicts, alone: r.Pairs.alone}
	one.Scores = r.Scores[i : i+1]
	e := one.Explain(0)
	e.Margin = max(-marginCap, min(marginCap, v.Margin[0], v.Margin[1]))
	if l == nil {
		return e
	}
	e.Prior, e.Sum = l.linear(Vector{}), 0
	for k, name := range r.Model.Names {
		at := slices.IndexFunc(e.Reasons, func(r Reason) bool { return r.Comparison == name })
		if at < 0 {
			continue
		}
		only := Vector{Levels: make([]Level, len(r.Model.Names))}
		only.Levels[k] = v.Levels[k]
		e.Reasons[at].Bits = l.linear(only) - e.Prior
	}
	e.Reasons = append(e.Reasons, Reason{Comparison: nextCandidates, Level: 1, Bits: l.linear(Vector{Margin: v.Margin}) - e.Prior})
	if len(l.trees) > 0 {
		e.Reasons = append(e.Reasons, Reason{Comparison: allTogether, Level: 1, Bits: l.together(v)})
	}
	e.Sum = e.Prior
	for _, reason := range e.Reasons {
		e.Sum += reason.Bits
	}
	slices.SortStableFunc(e.Reasons, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	e.Score = l.Judge(v)
	e.Probability = Probability(e.Score)
	return e
}

// Judge is Score, bounded where sizes or grades exclude each other: what people said of other pairs does not outweigh that.
func (l *Learned) Judge(v Vector) float64 {
	score := l.Score(v)
	if l.base.Contradicted(v.Levels) {
		return min(score, contradictedBits)
	}
	return score
}
