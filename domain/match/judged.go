package match

import (
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// judged makes candidates of the pairs that were compared.
type judged struct {
	worker  *worker
	result  *matching.Result
	sides   []domain.MatchSide // by row
	vectors []matching.Vector
	learned *matching.Learned // nil until enough people have said what they think
	linked  map[int]bool
}

func (w *worker) judge(result *matching.Result, sides []domain.MatchSide, merges bool) *judged {
	j := &judged{worker: w, result: result, sides: sides, vectors: result.Vectors(), linked: make(map[int]bool, len(result.Links))}
	for _, i := range result.Links {
		j.linked[i] = true
	}
	if known := taught(result.Model, w.verdicts, merges); len(known) >= learnFrom {
		j.learned = matching.Learn(result.Model, known)
	}
	if w.judging != nil {
		w.judging(j, merges)
	}
	return j
}

// taught are the verdicts on pairs of a kind, with the vectors that were shown, as a model reads them. A comparison that there was
// not when a verdict was given counts as missing.
func taught(model *matching.Model, verdicts map[string]domain.Verdict, merges bool) []matching.Verdict {
	var known []matching.Verdict
	for _, key := range slices.Sorted(maps.Keys(verdicts)) {
		v := verdicts[key]
		if v.Pair.Merges() != merges || v.Word == domain.VerdictUnsure || len(v.Vector.Levels) == 0 || len(v.Vector.Levels) != len(v.Vector.Comparisons) {
			continue
		}
		vector := matching.Vector{Levels: make([]matching.Level, len(model.Names)), Margin: v.Vector.Margin}
		for k, name := range model.Names {
			if at := slices.Index(v.Vector.Comparisons, name); at >= 0 && at < len(v.Vector.Levels) {
				vector.Levels[k] = matching.Level(v.Vector.Levels[at]) // #nosec G115 -- levels are small
			}
		}
		known = append(known, matching.Verdict{Vector: vector, Match: v.Word == domain.VerdictMatch})
	}
	return known
}

// pair is pair i with its sides in order.
func (j *judged) pair(i int) domain.MatchPair {
	p := j.result.Pairs.List[i]
	// Two rows are never one thing.
	pair, _ := domain.NewMatchPair(j.worker.name, j.sides[j.result.Row(p.A)], j.sides[j.result.Row(p.B)])
	return pair
}

// probability is how likely pair i is a match.
func (j *judged) probability(i int) float64 {
	if j.learned == nil {
		return matching.Probability(j.result.Scores[i])
	}
	return matching.Probability(j.learned.Judge(j.vectors[i]))
}

// shown says that pair i is for people, or that somebody has judged it.
func (j *judged) shown(i int) bool {
	if j.linked[i] || j.probability(i) >= j.worker.inForce.Review {
		return true
	}
	if len(j.worker.verdicts) == 0 {
		return false
	}
	_, told := j.worker.verdicts[j.pair(i).Key()]
	return told
}

// all makes candidates of the pairs that keep says.
func (j *judged) all(keep func(i int) bool) []domain.MatchCandidate {
	var candidates []domain.MatchCandidate
	for i := range j.result.Pairs.List {
		if keep(i) {
			candidates = append(candidates, j.candidate(i))
		}
	}
	return candidates
}

// best makes candidates of the best pairs of one code.
func (j *judged) best(pairs []int) []domain.MatchCandidate {
	slices.SortFunc(pairs, func(a, b int) int {
		return bySurest(domain.MatchCandidate{Pair: j.pair(a), Probability: j.probability(a)}, domain.MatchCandidate{Pair: j.pair(b), Probability: j.probability(b)})
	})
	var candidates []domain.MatchCandidate
	for place, i := range pairs {
		_, told := j.worker.verdicts[j.pair(i).Key()]
		if !told && (place >= maxPerCode || place >= hopeless && !j.shown(i)) {
			continue
		}
		c := j.candidate(i)
		c.Rank = place + 1
		candidates = append(candidates, c)
	}
	return candidates
}

func (j *judged) candidate(i int) domain.MatchCandidate {
	e := j.result.Judged(i, j.vectors[i], j.learned)
	rule, pair := j.worker.inForce, j.pair(i)
	c := domain.MatchCandidate{
		ID: idOf("candidate", string(pair.Domain), pair.Key()), Pair: pair, State: domain.CandidateInReview, Probability: e.Probability, Margin: e.Margin,
		Contradicted: e.Contradicted || slices.ContainsFunc(e.Reasons, func(r matching.Reason) bool { return r.Conflict }),
		Explanation:  explanationOf(e, j.flipped(i)), Vector: j.vector(i), Rule: rule.Version, Version: 1,
	}
	switch c.Band = rule.BandOf(c.Probability, c.Contradicted); {
	case c.Band == domain.BandAuto && !j.linked[i], c.Band == domain.BandReject && j.linked[i]:
		c.Band = domain.BandReview // a better candidate stands against it; or the group holds it
	case c.Band == domain.BandAuto:
		c.Sampled = Sampled(pair, rule)
	case c.Band == domain.BandReject:
		c.State = domain.CandidateEvaluated
	}
	return c
}

// flipped says that the table's first record is the second side of the pair.
func (j *judged) flipped(i int) bool {
	return j.sides[j.result.Row(j.result.Pairs.List[i].A)].String() != j.pair(i).A.String()
}

// vector freezes the comparison vector of pair i.
func (j *judged) vector(i int) domain.MatchVector {
	v := domain.MatchVector{Comparisons: j.result.Model.Names, Margin: j.vectors[i].Margin}
	for _, level := range j.vectors[i].Levels {
		v.Levels = append(v.Levels, int(level))
	}
	return v
}

func explanationOf(e matching.Explanation, flipped bool) domain.MatchExplanation {
	out := domain.MatchExplanation{Prior: e.Prior, Score: e.Score, WouldLinkWithout: e.WouldLinkWithout()}
	for _, r := range e.Reasons {
		if flipped {
			r.Left, r.Right = r.Right, r.Left
		}
		out.Reasons = append(out.Reasons, domain.MatchReason{
			Comparison: r.Comparison, Left: r.Left, Right: r.Right, Level: int(r.Level), Bits: r.Bits, Conflict: r.Conflict,
		})
	}
	return out
}
