package matching

import (
	"cmp"
	"math"
	"slices"
)

// Reason is one step of a waterfall: what was compared, what it said and how much that weighed.
type Reason struct {
	Comparison string
	// Left and Right are the values in their normal form; they are empty for comparisons of whole records.
	Left, Right string
	Level       Level
	// Bits is what the comparison added to the log2 odds.
	Bits float64
	// Conflict says that the values exclude each other.
	Conflict bool
}

// Explanation says why a pair has its score: Prior and the Reasons' Bits add up to Sum, which a contradiction may cap.
type Explanation struct {
	Prior       float64
	Reasons     []Reason // the weightiest first
	Sum         float64
	Score       float64
	Probability float64
	// Contradicted says that sizes, grades or standards exclude each other: only a person may link the pair.
	Contradicted bool
	// Margin is how many bits the pair stands before the best other candidate of either record, the smaller of both.
	Margin float64
}

// Explain returns the waterfall of pair i.
func (r *Result) Explain(i int) Explanation {
	levels, m := r.Pairs.Levels(i), r.Model
	e := Explanation{Prior: m.Prior, Sum: m.Prior, Score: r.Scores[i], Probability: Probability(r.Scores[i]), Contradicted: m.Contradicted(levels)}
	for k, level := range levels {
		if level == LevelMissing {
			continue
		}
		reason := Reason{Comparison: m.Names[k], Level: level, Bits: m.evidence(k, level), Conflict: r.conflict(k, level)}
		if n := len(r.Corpus.fields); k < n {
			reason.Left = r.Corpus.values.text(r.Corpus.whole[int(r.Pairs.List[i].A)*n+k])
			reason.Right = r.Corpus.values.text(r.Corpus.whole[int(r.Pairs.List[i].B)*n+k])
		}
		e.Sum += reason.Bits
		e.Reasons = append(e.Reasons, reason)
	}
	slices.SortStableFunc(e.Reasons, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	e.Margin = r.margin(i)
	return e
}

// margin is how far pair i stands before the best other candidate of its records, at most marginCap.
func (r *Result) margin(i int) float64 {
	own, margin := r.Pairs.List[i], marginCap
	for j, p := range r.Pairs.List {
		if j != i && (p.A == own.A || p.B == own.B || p.A == own.B || p.B == own.A) {
			margin = min(margin, r.Scores[i]-r.Scores[j])
		}
	}
	return margin
}

// WouldLinkWithout names the comparison without which the pair would be more likely a match than not, "" if there is none.
func (e Explanation) WouldLinkWithout() string {
	if e.Contradicted || e.Score > 0 {
		return ""
	}
	for _, reason := range e.Reasons {
		if reason.Bits < 0 && e.Sum-reason.Bits > 0 {
			return reason.Comparison
		}
	}
	return ""
}

// Band says what may be done with a pair.
type Band uint8

// The bands. BandAuto is a proposal that a policy may accept without a person, never more.
const (
	BandReject Band = iota
	BandReview
	BandAuto
)

// The probabilities at which the bands begin.
const (
	autoFrom   = 0.99
	reviewFrom = 0.02
)

// Band returns the band of pair i. Only what was proposed as a link can be automatic, and nothing that contradicts itself: in
// size or grade, or in a comparison whose lowest level excludes a match.
func (r *Result) Band(i int) Band {
	p := Probability(r.Scores[i])
	_, linked := slices.BinarySearch(r.Links, i)
	switch {
	case p < reviewFrom && !linked:
		return BandReject
	case p >= autoFrom && linked && !r.conflicting(i):
		return BandAuto
	}
	return BandReview
}

// conflicting tells whether any comparison of pair i says that its values exclude each other.
func (r *Result) conflicting(i int) bool {
	for k, level := range r.Pairs.Levels(i) {
		if r.conflict(k, level) {
			return true
		}
	}
	return false
}

// conflict tells whether a level of comparison k excludes a match: by what is compared, or because matches hardly ever have it.
func (r *Result) conflict(k int, level Level) bool {
	return level == 1 && (r.Pairs.conflicts[k] || r.Pairs.alone[k] && r.Model.evidence(k, level) <= conflictBits/2)
}

// WilsonLower is the lower bound, at 95 %, of a share of which agreed of all were seen.
func WilsonLower(agreed, all int) float64 {
	if all <= 0 {
		return 0
	}
	const z = 1.959964
	n, p := float64(all), float64(agreed)/float64(all)
	return max(0, (p+z*z/(2*n)-z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n)))/(1+z*z/n))
}
