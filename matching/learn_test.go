package matching

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPoolRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-20, 20), 1, 12).Draw(t, "values")
		weights := rapid.SliceOfN(rapid.Float64Range(0.01, 50), len(values), len(values)).Draw(t, "weights")
		sum := func(v []float64) (s float64) {
			for i := range v {
				s += v[i] * weights[i]
			}
			return s
		}
		before := sum(values)
		pool(values, weights)
		if !slices.IsSorted(values) || math.Abs(sum(values)-before) > 1e-6*(1+math.Abs(before)) {
			t.Fatalf("%v, weighted sum %v, was %v", values, sum(values), before)
		}
	})
}

func TestEstimatedLevelsAreMonotone(t *testing.T) {
	t.Parallel()
	norm := 0
	check := func(t interface{ Fatalf(string, ...any) }, m *Model) {
		for k, bits := range m.Bits {
			if bits[LevelMissing] != 0 {
				t.Fatalf("%s: missing weighs %v", m.Names[k], bits[LevelMissing])
			}
			if !slices.IsSorted(bits[1:]) {
				t.Fatalf("%s: a better level weighs less: %v", m.Names[k], bits)
			}
			norm++
		}
	}
	left, right := plantParts(60)
	check(t, Link(left, right, Options{Workers: 1}).Model)
	rapid.Check(t, func(t *rapid.T) {
		check(t, Dedupe(anyTable(t, "r"), Options{Workers: 1}).Model)
	})
	if norm == 0 {
		t.Error("nothing was checked")
	}
}

func TestDistinctEvidenceIsFoundWithoutLabels(t *testing.T) {
	t.Parallel()
	left, right := plantParts(60)
	r := Link(left, right, Options{Workers: 1})
	for i, p := range r.Pairs.List {
		same := r.ids[p.A][1:] == r.ids[p.B][1:]
		if got := r.Scores[i] > 0; got != same {
			t.Errorf("%s and %s score %.1f", r.ids[p.A], r.ids[p.B], r.Scores[i])
		}
	}
}

// drawn makes vectors of three comparisons whose first tells matches and whose others are noise.
func drawn(n int, seed uint64) (vectors []Vector, match []bool) {
	random := rand.New(rand.NewPCG(seed, 3))
	for range n {
		is := random.IntN(4) == 0
		level := Level(1 + random.IntN(2))
		if is != (random.IntN(20) == 0) {
			level += 2
		}
		vectors = append(vectors, Vector{Levels: []Level{level, Level(random.IntN(4)), Level(1 + random.IntN(3))}, Margin: [2]float64{random.Float64(), random.Float64()}})
		match = append(match, is)
	}
	return vectors, match
}

// vague is a model that knows little: it trusts the noise as much as what tells.
func vague() *Model {
	m := &Model{Names: []string{"a", "b", "c"}, Prior: 1, Damp: []float64{0.4, 0.4, 0.4}, Bits: make([][maxLevels]float64, 3)}
	for k := range m.Bits {
		m.Bits[k] = [maxLevels]float64{0, -2, -1, 1, 2}
	}
	return m
}

// surprise is the mean log loss of a model, in bits.
func surprise(l *Learned, vectors []Vector, match []bool) float64 {
	sum := 0.0
	for i, v := range vectors {
		p := Probability(l.Score(v))
		if !match[i] {
			p = 1 - p
		}
		sum -= math.Log2(max(p, 1e-12))
	}
	return sum / float64(len(vectors))
}

func verdictsOf(vectors []Vector, match []bool) []Verdict {
	verdicts := make([]Verdict, len(vectors))
	for i := range vectors {
		verdicts[i] = Verdict{Vector: vectors[i], Match: match[i]}
	}
	return verdicts
}

func TestVerdictsImproveTheModel(t *testing.T) {
	t.Parallel()
	vectors, match := drawn(2000, 1)
	unseen, truth := drawn(2000, 2)
	last := surprise(Learn(vague(), nil), unseen, truth)
	for _, n := range []int{50, 200, 2000} {
		l := Learn(vague(), verdictsOf(vectors[:n], match[:n]))
		now := surprise(l, unseen, truth)
		if now >= last {
			t.Errorf("with %d verdicts the surprise is %.3f bits, was %.3f", n, now, last)
		}
		last = now
	}
	if last > 0.35 {
		t.Errorf("with 2,000 verdicts the surprise is still %.3f bits", last)
	}
}

func TestFewVerdictsLeaveTheModelAsItIs(t *testing.T) {
	t.Parallel()
	vectors, match := drawn(learnAt, 1)
	none, few := Learn(vague(), nil), Learn(vague(), verdictsOf(vectors[:learnAt-1], match[:learnAt-1]))
	for _, v := range vectors {
		if none.Score(v) != few.Score(v) {
			t.Fatal("a handful of verdicts moves the model")
		}
	}
}

// miscalibration is how far the probabilities of a model are from the share of matches, on average over ten bins.
func miscalibration(l *Learned, vectors []Vector, match []bool) float64 {
	var sum, truth [10]float64
	for i, v := range vectors {
		p := Probability(l.Score(v))
		bin := min(9, int(10*p))
		sum[bin] += p
		if match[i] {
			truth[bin]++
		}
	}
	off := 0.0
	for bin := range sum {
		off += math.Abs(sum[bin]-truth[bin]) / float64(len(vectors))
	}
	return off
}

func TestVerdictsCalibrate(t *testing.T) {
	t.Parallel()
	vectors, match := drawn(4000, 5)
	unseen, truth := vectors[2000:], match[2000:]
	before := miscalibration(Learn(vague(), nil), unseen, truth)
	bought := Buy(vague(), vectors[:2000], func(i int) bool { return match[i] }, 200, 1)
	after := miscalibration(Learn(vague(), bought), unseen, truth)
	if after > 0.1 || after > before/3 {
		t.Errorf("with 200 verdicts probabilities are off by %.3f, without by %.3f", after, before)
	}
	if all := miscalibration(Learn(vague(), verdictsOf(vectors[:2000], match[:2000])), unseen, truth); all > 0.03 {
		t.Errorf("with 2,000 verdicts they are off by %.3f", all)
	}
}

func TestBuyingAsksEachPairOnceAndIsReproducible(t *testing.T) {
	t.Parallel()
	vectors, match := drawn(120, 4)
	ask := func(asked map[int]int) func(int) bool {
		return func(i int) bool {
			asked[i]++
			return match[i]
		}
	}
	first, second := map[int]int{}, map[int]int{}
	a := Buy(vague(), vectors, ask(first), 60, 7)
	Buy(vague(), vectors, ask(second), 60, 7)
	if len(a) != 60 || len(first) != 60 {
		t.Errorf("%d verdicts on %d pairs", len(a), len(first))
	}
	for i, n := range first {
		if n != 1 || second[i] != 1 {
			t.Errorf("pair %d was asked about %d and %d times", i, n, second[i])
		}
	}
	if all := Buy(vague(), vectors, ask(map[int]int{}), 500, 1); len(all) != 120 {
		t.Errorf("of 120 pairs %d were bought", len(all))
	}
}

func TestFitRecoversWeights(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 9))
	want := []float64{2, -1, 0.5}
	var rows [][]term
	var labels []float64
	for range 20_000 {
		x, y := random.NormFloat64(), random.NormFloat64()
		rows = append(rows, []term{{0, x}, {1, y}})
		label := 0.0
		if random.Float64() < 1/(1+math.Exp(-(want[0]*x+want[1]*y+want[2]))) {
			label = 1
		}
		labels = append(labels, label)
	}
	r := ridge{mean: make([]float64, 3), strength: []float64{0.01, 0.01, 0.01}, floor: math.Inf(-1)}
	got := r.fit(len(rows), func(i int) ([]term, float64, float64) { return rows[i], labels[i], 1 })
	for j := range want {
		if math.Abs(got[j]-want[j]) > 0.1 {
			t.Errorf("weights %v, want about %v", got, want)
		}
	}
	held := ridge{mean: []float64{1, 1, 1}, strength: []float64{1e9, 1e9, 1e9}, floor: math.Inf(-1)}
	for j, w := range held.fit(100, func(i int) ([]term, float64, float64) { return rows[i], labels[i], 1 }) {
		if math.Abs(w-1) > 1e-3 {
			t.Errorf("weight %d left its prior: %v", j, w)
		}
	}
}

func TestFitNeverGetsWorse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		rows, labels := make([][]term, n), make([]float64, n)
		for i := range rows {
			rows[i] = []term{{0, rapid.Float64Range(-30, 30).Draw(t, "x")}, {1, rapid.Float64Range(-30, 30).Draw(t, "y")}}
			labels[i] = rapid.Float64Range(0, 1).Draw(t, "label")
		}
		r := ridge{mean: []float64{0.3, 0.3, -1}, strength: []float64{1, 1, 1}, floor: math.Inf(-1)}
		at := func(i int) ([]term, float64, float64) { return rows[i], labels[i], 1 }
		w := r.fit(n, at)
		if r.loss(w, n, at) > r.loss(r.mean, n, at)+1e-9 || slices.ContainsFunc(w, math.IsNaN) {
			t.Fatalf("the fit %v is worse than the prior", w)
		}
	})
}

func TestCalibrationRisesAndStaysInRange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.Float64Range(-30, 30), 2, 60).Draw(t, "scores")
		slices.SortFunc(scores, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
		var targets, decoys []int
		for i := range scores {
			if rapid.Bool().Draw(t, "target") {
				targets = append(targets, i)
			} else {
				decoys = append(decoys, i)
			}
		}
		c := calibrate(scores, targets, decoys)
		last := 0.0
		for s := -31.0; s < 31; s++ {
			p := c.at(s)
			if p < last-1e-12 || p < 0 || p > 1 || math.IsNaN(p) {
				t.Fatalf("at %v the probability is %v, before %v", s, p, last)
			}
			last = p
		}
	})
}

func TestExpectedBestThreshold(t *testing.T) {
	t.Parallel()
	if cut := expectedBest([]float64{10, 9, -10, -12, -9}); cut != 9 {
		t.Errorf("the threshold is %v", cut)
	}
}

func TestKinAreLearntAcrossLanguages(t *testing.T) {
	t.Parallel()
	words := [][2]string{{"bracket", "halter"}, {"hinge", "charniere"}, {"lever", "hebel"}, {"latch", "riegel"}}
	table := Table{Names: []string{"text", "number"}, Kinds: []Kind{KindText, KindCode}}
	for i := range 80 {
		for side, prefix := range []string{"a", "b"} {
			table.Records = append(table.Records, Record{ID: prefix + string(rune('0'+i/10)) + string(rune('0'+i%10)), Values: []string{
				words[i%4][side] + " " + formatNumber(float64(20+7*i)) + "x" + formatNumber(float64(11+3*i)), "RX" + formatNumber(float64(50_000+13*i)),
			}})
		}
	}
	r := Dedupe(table, Options{Workers: 1})
	found := map[string]bool{}
	for _, k := range r.Corpus.Kin() {
		found[k.Left+"="+k.Right] = true
		if k.Together < kinTogether {
			t.Errorf("%v is kin by chance", k)
		}
	}
	for _, pair := range words {
		if !found[pair[0]+"="+pair[1]] && !found[pair[1]+"="+pair[0]] {
			t.Errorf("%v was not learnt: %v", pair, found)
		}
	}
	if len(found) != len(words) {
		t.Errorf("what was learnt is %v", found)
	}
}

func BenchmarkRetrain10000(b *testing.B) {
	left, right := plantParts(300)
	r := Link(left, right, Options{Workers: 1})
	vectors := r.Vectors()
	var verdicts []Verdict
	for i := range 10_000 {
		at := i % len(vectors)
		p := r.Pairs.List[at]
		verdicts = append(verdicts, Verdict{Vector: vectors[at], Match: r.ids[p.A][1:] == r.ids[p.B][1:]})
	}
	for b.Loop() {
		Learn(r.Model, verdicts)
	}
}

func BenchmarkComparePairs(b *testing.B) {
	left, right := plantParts(300)
	r := Link(left, right, Options{Workers: 1})
	comparer, levels := r.Corpus.NewComparer(), make([]Level, r.Pairs.Width)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := r.Pairs.List[i%len(r.Pairs.List)]
		comparer.Compare(int(p.A), int(p.B), levels)
	}
}
