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

// judge explains comparison vectors.
type judge struct {
	corpus  *Corpus
	model   *Model
	learned *Learned // nil for the model alone
	// conflicts marks the comparisons whose level 1 is a contradiction, alone those whose level 1 repeats no other.
	conflicts, alone []bool
}

// conflict tells whether a level of comparison k excludes a match: by what is compared, or because matches hardly ever have it.
func (j *judge) conflict(k int, level Level) bool {
	return level == 1 && (j.conflicts[k] || j.alone[k] && j.model.evidence(k, level) <= conflictBits/2)
}

// The reasons that only verdicts teach to see: how far a pair stands before the next candidates, and what its comparisons say
// together beyond what each says alone.
const (
	nextCandidate = "next candidate"
	allTogether   = "all together"
)

// explain returns the waterfall of two records of a corpus. Only a learned model asks for the margins.
func (j *judge) explain(c *Corpus, pair [2]int, levels []Level, margin [2]float64) Explanation {
	prior, evidence, ahead := j.model.Prior, j.model.evidence, 0.0
	if j.learned != nil {
		prior, evidence, ahead = j.learned.constant(), j.learned.evidence, j.learned.ahead(margin)
	}
	e := Explanation{Prior: prior, Sum: prior, Contradicted: j.model.Contradicted(levels), Reasons: make([]Reason, 0, len(levels)+1)}
	for k, level := range levels {
		if level == LevelMissing {
			continue
		}
		reason := Reason{Comparison: j.model.Names[k], Level: level, Bits: evidence(k, level), Conflict: j.conflict(k, level)}
		if k < len(c.fields) {
			reason.Left, reason.Right = c.values.text(c.wholeOf(pair[0], k)), c.values.text(c.wholeOf(pair[1], k))
		}
		e.Sum += reason.Bits
		e.Reasons = append(e.Reasons, reason)
	}
	if j.learned != nil {
		together := j.learned.together(Vector{Levels: levels, Margin: margin})
		e.Sum += ahead + together
		e.Reasons = append(e.Reasons, Reason{Comparison: nextCandidate, Level: 1, Bits: ahead})
		if together != 0 {
			e.Reasons = append(e.Reasons, Reason{Comparison: allTogether, Level: 1, Bits: together})
		}
	}
	if e.Score = e.Sum; e.Contradicted {
		e.Score = min(e.Score, contradictedBits)
	}
	e.Probability = Probability(e.Score)
	slices.SortStableFunc(e.Reasons, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	return e
}

// Explain returns the waterfall of pair i.
func (r *Result) Explain(i int) Explanation {
	j, p := r.judge(), r.Pairs.List[i]
	e := j.explain(r.Corpus, [2]int{int(p.A), int(p.B)}, r.Pairs.Levels(i), [2]float64{})
	e.Score, e.Probability = r.Scores[i], Probability(r.Scores[i])
	e.Margin = r.margin(i)
	return e
}

// Judged returns the waterfall of pair i, whose vector is v, as a learned model sees it or, without one, as the estimated one does.
// Unlike Explain it looks at no other pair, so that many can be explained.
func (r *Result) Judged(i int, v Vector, l *Learned) Explanation {
	j, p := r.judge(), r.Pairs.List[i]
	j.learned = l
	e := j.explain(r.Corpus, [2]int{int(p.A), int(p.B)}, v.Levels, v.Margin)
	e.Margin = max(-marginCap, min(marginCap, v.Margin[0], v.Margin[1]))
	if l == nil {
		e.Score, e.Probability = r.Scores[i], Probability(r.Scores[i])
	}
	return e
}

func (r *Result) judge() *judge {
	return &judge{corpus: r.Corpus, model: r.Model, conflicts: r.Pairs.conflicts, alone: r.Pairs.alone}
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
	j := r.judge()
	for k, level := range r.Pairs.Levels(i) {
		if j.conflict(k, level) {
			return true
		}
	}
	return false
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
