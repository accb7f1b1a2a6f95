package matching

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// flatModel knows nothing: three comparisons of two levels with no evidence each.
func flatModel() *Model {
	return &Model{Names: []string{"a", "b", "c"}, Bits: make([][maxLevels]float64, 3), Damp: []float64{1, 1, 1}}
}

// told makes n verdicts on pairs of random levels 1 and 2, that follow truth in nine of ten cases.
func told(n int, seed uint64, truth func(v Vector) bool) []Verdict {
	r := rand.New(rand.NewPCG(seed, 1))
	verdicts := make([]Verdict, n)
	for i := range verdicts {
		v := Vector{Levels: []Level{Level(1 + r.IntN(2)), Level(1 + r.IntN(2)), Level(1 + r.IntN(2))}}
		verdicts[i] = Verdict{Vector: v, Match: truth(v) != (r.IntN(10) == 0)}
	}
	return verdicts
}

func lossOn(l *Learned, verdicts []Verdict) float64 {
	sum := 0.0
	for _, v := range verdicts {
		z := l.Score(v.Vector) * math.Ln2
		sum += softplus(z)
		if v.Match {
			sum -= z
		}
	}
	return sum / float64(len(verdicts))
}

func TestTreesAreTakenOnlyWhereUnseenVerdictsSayTheyHelp(t *testing.T) {
	t.Parallel()
	which := func(v Vector) bool {
		return v.Levels[0] == 2 && v.Levels[1] == 2 || v.Levels[0] == 1 && v.Levels[2] == 2
	}
	tests := map[string]struct {
		truth func(v Vector) bool
		n     int
		trees bool
	}{
		"one comparison says which of the others counts": {which, 600, true},
		"too few verdicts to try":                        {which, 299, false},
		"comparisons that each say what they mean":       {func(v Vector) bool { return v.Levels[0] == 2 }, 3000, false},
		"verdicts without any pattern":                   {func(Vector) bool { return true }, 600, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Learn(flatModel(), told(test.n, 7, test.truth))
			if (len(l.trees) > 0) != test.trees {
				t.Fatalf("%d trees grew, want some: %v", len(l.trees), test.trees)
			}
			if !test.trees {
				return
			}
			unseen := told(2000, 8, test.truth)
			alone := &Learned{base: l.base, weights: l.weights}
			if with, without := lossOn(l, unseen), lossOn(alone, unseen); with > without-0.1 {
				t.Errorf("the loss on unseen verdicts is %.3f with trees and %.3f without", with, without)
			}
		})
	}
}

func TestWaterfallOfALearnedModelAddsUp(t *testing.T) {
	t.Parallel()
	left, right := plantParts(60)
	r := Link(left, right, Options{Workers: 1})
	vectors := r.Vectors()
	rapid.Check(t, func(t *rapid.T) {
		verdicts := make([]Verdict, rapid.SampledFrom([]int{0, 100, 400}).Draw(t, "verdicts"))
		odd := rapid.IntRange(0, len(r.Model.Names)-1).Draw(t, "comparison")
		for i := range verdicts {
			v := vectors[i*7%len(vectors)]
			verdicts[i] = Verdict{Vector: v, Match: (v.Levels[odd] > 2) != (v.Margin[0] > 0)}
		}
		l := Learn(r.Model, verdicts)
		i := rapid.IntRange(0, len(vectors)-1).Draw(t, "pair")
		e := r.Judged(i, vectors[i], l)
		sum := e.Prior
		for _, reason := range e.Reasons {
			sum += reason.Bits
		}
		if math.Abs(sum-l.Score(vectors[i])) > 1e-9 || math.Abs(sum-e.Sum) > 1e-9 {
			t.Fatalf("reasons add up to %v, sum %v, score %v", sum, e.Sum, l.Score(vectors[i]))
		}
	})
}

func TestTreesGiveTheSameAnswerTwice(t *testing.T) {
	t.Parallel()
	verdicts := told(600, 9, func(v Vector) bool { return v.Levels[1] != v.Levels[2] })
	one, two := Learn(flatModel(), verdicts), Learn(flatModel(), verdicts)
	for _, v := range verdicts {
		if one.Score(v.Vector) != two.Score(v.Vector) {
			t.Fatal("the same verdicts gave two models")
		}
	}
}
