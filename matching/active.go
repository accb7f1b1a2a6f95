package matching

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// askBatch is how many pairs are asked about before the model is learnt anew.
const askBatch = 10

// askAtRandom is the share of questions drawn at random, so that what the model is wrongly sure of comes to light.
const askAtRandom = 0.15

// Buy chooses pairs to ask a person about and returns the verdicts. It asks where the model doubts most, a few at random, and
// learns after each batch. The same seed asks the same questions.
func Buy(base *Model, pool []Vector, ask func(i int) bool, n int, seed uint64) []Verdict {
	random := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) // #nosec G404 -- a reproducible draw is wanted, not a secret
	asked := make([]bool, len(pool))
	var verdicts []Verdict
	for len(verdicts) < min(n, len(pool)) {
		learned := Learn(base, verdicts)
		for _, i := range doubts(learned, pool, asked, min(askBatch, n-len(verdicts)), random) {
			asked[i] = true
			verdicts = append(verdicts, Verdict{Vector: pool[i], Match: ask(i)})
		}
	}
	return verdicts
}

// doubts returns the next questions.
func doubts(l *Learned, pool []Vector, asked []bool, n int, random *rand.Rand) []int {
	type doubt struct {
		at   int
		size float64
	}
	var open []doubt
	cut := l.Threshold(pool)
	for i := range pool {
		if !asked[i] {
			size := math.Abs(l.Score(pool[i]) - cut)
			if random.Float64() < askAtRandom*float64(n)/float64(len(pool)) {
				size = -1
			}
			open = append(open, doubt{i, size * (0.7 + 0.6*random.Float64())})
		}
	}
	slices.SortFunc(open, func(a, b doubt) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.at, b.at)) })
	var chosen []int
	for _, d := range open[:min(n, len(open))] {
		chosen = append(chosen, d.at)
	}
	return chosen
}

// Threshold returns the score above which calling pairs matches gives the best F1 that the model itself expects of them.
func (l *Learned) Threshold(pool []Vector) float64 {
	scores := make([]float64, len(pool))
	for i := range pool {
		scores[i] = l.Score(pool[i])
	}
	return expectedBest(scores)
}

// expectedBest returns the threshold of the best expected F1 of independent pairs.
func expectedBest(scores []float64) float64 {
	slices.Sort(scores)
	slices.Reverse(scores)
	total := 0.0
	for _, s := range scores {
		total += Probability(s)
	}
	best, cut, sum := 0.0, 0.0, 0.0
	for k, s := range scores {
		sum += Probability(s)
		if f1 := 2 * sum / (float64(k+1) + total); f1 > best {
			best, cut = f1, s
		}
	}
	return cut
}
