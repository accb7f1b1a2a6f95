package matching

import (
	"math"
)

// Verdict is what a person decided about a pair, with the vector that was shown.
type Verdict struct {
	Vector Vector
	Match  bool
}

// Vector is what is known of a pair when it is judged: its levels and how far it stands before each record's next candidate.
type Vector struct {
	Levels []Level
	// Margin is, for each of the two records, this pair's bits less those of the record's best other candidate.
	Margin [2]float64
}

// learnAt is the number of verdicts from which on a model is learnt from them.
const learnAt = 30

// marginCap bounds a margin, in bits.
const marginCap = 8.0

// How strongly the learnt weights are held to what they were without verdicts: the scale of a comparison, the correction of
// a single level, the margins and the constant.
const (
	holdScale  = 8.0
	holdLevel  = 3.0
	holdMargin = 4.0
	holdPrior  = 0.3
)

// Learned is a model that verdicts have moved away from the weights it was estimated with.
type Learned struct {
	base    *Model
	weights []float64
	trees   forest
}

// Learn moves a model by verdicts. Without any it is the model itself; each verdict moves it smoothly. From some hundreds on small
// trees see what comparisons mean together, if verdicts that were held back say that this helps.
func Learn(base *Model, verdicts []Verdict) *Learned {
	l := &Learned{base: base}
	l.weights = l.regress(verdicts)
	l.trees = boosted(l, verdicts)
	return l
}

// regress returns the weights that verdicts have moved, those of the model where there are too few.
func (l *Learned) regress(verdicts []Verdict) []float64 {
	r := l.prior()
	if len(verdicts) < learnAt {
		return r.mean
	}
	var features []term
	return r.fit(len(verdicts), func(i int) ([]term, float64, float64) {
		features = l.features(verdicts[i].Vector, features[:0])
		label := 0.0
		if verdicts[i].Match {
			label = 1
		}
		return features, label, 1
	})
}

// prior holds each weight to what the model says without verdicts.
func (l *Learned) prior() ridge {
	k := len(l.base.Bits)
	size := k + k*maxLevels + 3
	r := ridge{mean: make([]float64, size), strength: make([]float64, size), floor: math.Inf(-1)}
	for j := range size {
		switch {
		case j < k:
			r.mean[j], r.strength[j] = math.Ln2, holdScale
		case j < k+k*maxLevels:
			r.strength[j] = holdLevel
		case j < size-1:
			r.mean[j], r.strength[j] = 0.25*math.Ln2, holdMargin
		default:
			r.mean[j], r.strength[j] = l.base.Prior*math.Ln2, holdPrior
		}
	}
	return r
}

// features lists what a vector says: the bits of each comparison, which level it is, and the margins.
func (l *Learned) features(v Vector, into []term) []term {
	k := len(l.base.Bits)
	for j, level := range v.Levels {
		if level == LevelMissing {
			continue
		}
		into = append(into, term{j, l.base.evidence(j, level)}, term{k + j*maxLevels + int(level), 1})
	}
	for side, margin := range v.Margin {
		into = append(into, term{k + k*maxLevels + side, max(-marginCap, min(marginCap, margin))})
	}
	return into
}

// Score returns log2 of the odds that the pair is a match.
func (l *Learned) Score(v Vector) float64 { return l.linear(v) + l.together(v) }

// Judge is Score, bounded where sizes or grades exclude each other: what people said of other pairs does not outweigh that.
func (l *Learned) Judge(v Vector) float64 {
	score := l.Score(v)
	if l.base.Contradicted(v.Levels) {
		return min(score, contradictedBits)
	}
	return score
}

// together is what the comparisons say together beyond what each says alone.
func (l *Learned) together(v Vector) float64 {
	if len(l.trees) == 0 {
		return 0
	}
	return l.trees.sum(binned(v, len(l.base.Bits))) / math.Ln2
}

// linear is the score as the logistic model has it.
func (l *Learned) linear(v Vector) float64 {
	z := l.weights[len(l.weights)-1]
	for _, t := range l.features(v, nil) {
		z += l.weights[t.at] * t.value
	}
	return z / math.Ln2
}

// constant is what a pair scores of which nothing is known.
func (l *Learned) constant() float64 { return l.weights[len(l.weights)-1] / math.Ln2 }

// evidence is what a level of comparison k adds to the score.
func (l *Learned) evidence(k int, level Level) float64 {
	count := len(l.base.Bits)
	return (l.weights[k]*l.base.evidence(k, level) + l.weights[count+k*maxLevels+int(level)]) / math.Ln2
}

// ahead is what the margins add to the score.
func (l *Learned) ahead(margin [2]float64) float64 {
	at, sum := len(l.base.Bits)*(1+maxLevels), 0.0
	for side, m := range margin {
		sum += l.weights[at+side] * max(-marginCap, min(marginCap, m))
	}
	return sum / math.Ln2
}

// Vectors returns the vector of every pair.
func (r *Result) Vectors() []Vector {
	type two struct{ first, second float64 }
	best := map[uint32]*two{}
	for i, p := range r.Pairs.List {
		for _, record := range []uint32{p.A, p.B} {
			b := best[record]
			if b == nil {
				b = &two{-marginCap * 4, -marginCap * 4}
				best[record] = b
			}
			switch s := r.Scores[i]; {
			case s > b.first:
				b.first, b.second = s, b.first
			case s > b.second:
				b.second = s
			}
		}
	}
	vectors := make([]Vector, len(r.Pairs.List))
	for i, p := range r.Pairs.List {
		vectors[i].Levels = r.Pairs.Levels(i)
		for side, record := range []uint32{p.A, p.B} {
			other := best[record].first
			if other == r.Scores[i] {
				other = best[record].second
			}
			vectors[i].Margin[side] = r.Scores[i] - other
		}
	}
	return vectors
}
