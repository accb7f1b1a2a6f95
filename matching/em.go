package matching

import (
	"math"
	"slices"
)

// Model weighs comparison vectors: bits of evidence for each comparison and level, added to a prior.
type Model struct {
	// Names are the comparisons, in the order of a vector.
	Names []string
	// Prior is log2 of the odds that a candidate pair is a match, before its evidence is looked at.
	Prior float64
	// Bits has the evidence of each comparison's levels; level 0, missing, is always 0.
	Bits [][maxLevels]float64
	// Damp scales the evidence of each comparison, for what it repeats of others.
	Damp []float64
	// ManyLeft says that a left record may have several partners, ManyRight that a right one may.
	ManyLeft, ManyRight bool
	// Exclusive are the comparisons of fields whose lowest level excludes a match, as sizes and grades do.
	Exclusive []int
}

// Score returns log2 of the odds that a pair with these levels is a match.
func (m *Model) Score(levels []Level) float64 {
	sum := m.Prior
	for k, level := range levels {
		sum += m.evidence(k, level)
	}
	if m.Contradicted(levels) {
		return min(sum, contradictedBits)
	}
	return sum
}

// evidence is what a level of comparison k adds to the score.
func (m *Model) evidence(k int, level Level) float64 { return m.Damp[k] * m.Bits[k][level] }

// Contradicted tells whether sizes, grades, standards or article numbers exclude each other. Such a pair may be looked at, but is
// never linked without a person.
func (m *Model) Contradicted(levels []Level) bool {
	for _, k := range m.Exclusive {
		if levels[k] == 1 {
			return true
		}
	}
	return levels[len(levels)-wholeCount+wholeSize] == 1
}

// contradictedBits is the most that a contradicted pair scores.
const contradictedBits = -2.0

// Probability returns the probability that belongs to log2 odds.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// conflictBits is what a contradiction says at least against a match: two houses, two sizes, two grades. It is not left to
// the data alone, which may lack the cases.
const conflictBits = -8.0

// emRounds bounds the rounds of estimation.
const emRounds = 25

// smoothing is added to every level's count, so that what was never seen is not impossible.
const smoothing = 0.5

// estimator learns a Model from pairs without labels.
type estimator struct {
	pairs  *Pairs
	linked bool
	belief []float64 // that each pair is a match
}

// estimate learns the weights from the candidate pairs alone, by expectation and maximisation: how often each level occurs
// among matches and among other candidates, then how much of each comparison's evidence is new. In a linkage whose records
// exclude each other that is known of the beliefs as well: see compete. Whether they do is told from the data: see
// multiplicity. best says how near each record's best candidate is, of all candidates and not of these pairs alone.
func estimate(names []string, pairs *Pairs, best []float32, linked bool) *Model {
	e := &estimator{pairs: pairs, linked: linked}
	e.begin(best)
	m := e.maximise(names)
	for range emRounds {
		if e.expect(m) < 1e-4 {
			break
		}
		m = e.maximise(names)
	}
	if !linked {
		return e.refine(m, e.expect)
	}
	start, belief := *m, slices.Clone(e.belief)
	m = e.refine(m, e.compete)
	m.ManyLeft, m.ManyRight = e.multiplicity(m)
	if m.ManyLeft || m.ManyRight {
		e.belief = belief
		many := e.refine(&start, e.expect)
		many.ManyLeft, many.ManyRight = m.ManyLeft, m.ManyRight
		return many
	}
	return m
}

// refine renews weights, damping and beliefs in turn.
func (e *estimator) refine(m *Model, renew func(*Model) float64) *Model {
	for range dampRounds {
		e.damp(m)
		e.enforce(m)
		renew(m)
		damp, prior := m.Damp, m.Prior
		m = e.maximise(m.Names)
		m.Damp, m.Prior = damp, prior
	}
	e.damp(m)
	e.enforce(m)
	return m
}

// dampRounds is how often the damping of dependent comparisons is renewed.
const dampRounds = 5

// damp learns how much of each comparison's evidence is new: a logistic regression of the beliefs, which know that records
// exclude each other, on the bits.
func (e *estimator) damp(m *Model) {
	k := e.pairs.Width
	r := ridge{mean: make([]float64, k+1), strength: make([]float64, k+1)}
	for j := range k {
		r.mean[j], r.strength[j] = dampMean*math.Ln2, dampStrength
	}
	r.mean[k], r.strength[k] = m.Prior*math.Ln2, 1
	features := make([]term, 0, k)
	w := r.fit(len(e.pairs.List), func(i int) ([]term, float64, float64) {
		features = features[:0]
		for j, level := range e.pairs.Levels(i) {
			if level != LevelMissing {
				features = append(features, term{j, m.Bits[j][level]})
			}
		}
		return features, e.belief[i], 1
	})
	for j := range k {
		m.Damp[j] = w[j] / math.Ln2
	}
	m.Prior = w[k] / math.Ln2
}

const dampMean, dampStrength = 0.4, 100.0

// enforce gives contradictions their full weight: damping is for evidence that repeats other evidence.
func (e *estimator) enforce(m *Model) {
	for k := range m.Bits {
		if e.pairs.conflicts[k] {
			m.Bits[k][1] = min(m.Bits[k][1], conflictBits/max(m.Damp[k], minDamp))
		}
		if e.pairs.alone[k] {
			m.Bits[k][1] = min(m.Bits[k][1], max(m.Bits[k][1], conflictBits)/max(m.Damp[k], minDamp))
		}
	}
}

// minDamp bounds how much a comparison is damped where a contradiction must keep its weight.
const minDamp = 0.05

// maxEstimate is how many pairs the weights are estimated from; beyond that a sample of the records will do.
const maxEstimate = 250_000

// sample keeps all pairs of every k-th record.
func sample(list []Pair, limit int) []Pair {
	if len(list) <= limit {
		return list
	}
	stride := uint32(1 + len(list)/limit) // #nosec G115 -- a ratio of lengths
	var part []Pair
	for _, pair := range list {
		if pair.A%stride == 0 {
			part = append(part, pair)
		}
	}
	return part
}

// nearest returns how near each record's best candidate is.
func nearest(list []Pair) []float32 {
	last := uint32(0)
	for _, p := range list {
		last = max(last, p.B)
	}
	best := make([]float32, last+1)
	for _, p := range list {
		best[p.A], best[p.B] = max(best[p.A], p.Near), max(best[p.B], p.Near)
	}
	return best
}

// begin believes in pairs that are each other's best candidate, the more the closer they are.
func (e *estimator) begin(best []float32) {
	e.belief = make([]float64, len(e.pairs.List))
	for i, p := range e.pairs.List {
		e.belief[i] = 0.01
		share := float64(p.Near*p.Near) / max(1e-9, float64(best[p.A]*best[p.B]))
		if share > 0.999 {
			e.belief[i] = 0.3 + 0.6*min(1, float64(p.Near)/0.7)
		} else if !e.linked && p.Near > 0.5 {
			e.belief[i] = 0.6 * share
		}
	}
}

// maximise counts levels by belief and turns them into bits.
func (e *estimator) maximise(names []string) *Model {
	m := &Model{Names: names, Bits: make([][maxLevels]float64, e.pairs.Width), Damp: make([]float64, e.pairs.Width)}
	match, other := make([][maxLevels]float64, e.pairs.Width), make([][maxLevels]float64, e.pairs.Width)
	matches := 0.0
	for i := range e.pairs.List {
		belief := e.belief[i]
		matches += belief
		for k, level := range e.pairs.Levels(i) {
			match[k][level] += belief
			other[k][level] += 1 - belief
		}
	}
	total := float64(len(e.pairs.List))
	m.Prior = math.Log2((matches + smoothing) / (total - matches + smoothing))
	for k := range m.Bits {
		m.Bits[k] = bitsOf(match[k], other[k])
		if e.pairs.conflicts[k] {
			m.Bits[k][1] = min(m.Bits[k][1], conflictBits)
		}
		m.Damp[k] = 1
	}
	return m
}

// bitsOf returns the evidence of each level, made monotone: a better level never speaks less for a match than a worse one.
func bitsOf(match, other [maxLevels]float64) [maxLevels]float64 {
	var bits, weights [maxLevels]float64
	sumMatch, sumOther := 0.0, 0.0
	for level := 1; level < maxLevels; level++ {
		sumMatch += match[level]
		sumOther += other[level]
	}
	for level := 1; level < maxLevels; level++ {
		p := (match[level] + smoothing) / (sumMatch + smoothing*maxLevels)
		q := (other[level] + smoothing) / (sumOther + smoothing*maxLevels)
		bits[level], weights[level] = math.Log2(p/q), match[level]+other[level]+1e-3
	}
	pool(bits[1:], weights[1:])
	return bits
}

// pool makes values rise by averaging neighbours that fall (pool adjacent violators).
func pool(values, weights []float64) {
	type block struct {
		value, weight float64
		size          int
	}
	blocks := make([]block, 0, len(values))
	for i, value := range values {
		blocks = append(blocks, block{value, weights[i], 1})
		for len(blocks) > 1 && blocks[len(blocks)-2].value > blocks[len(blocks)-1].value {
			a, b := blocks[len(blocks)-2], blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			blocks[len(blocks)-1] = block{(a.value*a.weight + b.value*b.weight) / (a.weight + b.weight), a.weight + b.weight, a.size + b.size}
		}
	}
	at := 0
	for _, b := range blocks {
		for range b.size {
			values[at] = b.value
			at++
		}
	}
}

// expect renews the beliefs and returns how much they moved on average.
func (e *estimator) expect(m *Model) float64 {
	odds := make([]float64, len(e.belief))
	for i := range e.pairs.List {
		odds[i] = math.Exp2(min(60, m.Score(e.pairs.Levels(i))))
	}
	moved := 0.0
	for i := range e.pairs.List {
		belief := odds[i] / (1 + odds[i])
		moved += math.Abs(belief - e.belief[i])
		e.belief[i] = belief
	}
	return moved / float64(max(1, len(e.belief)))
}
