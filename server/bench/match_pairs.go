package bench

import (
	"context"
	"math"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// judged is a labelled pair by its place in a result.
type judged struct {
	at    int
	match bool
}

// runPairs estimates without labels from both tables, buys labels among the training pairs and counts on the test pairs. It
// writes a line for each seed and, where there are several, their mean last.
func (c *MatchRun) runPairs(ctx context.Context) ([]Figures, error) {
	left, right, err := c.readTables(ctx)
	if err != nil {
		return nil, err
	}
	watch := startWatch()
	options := c.timed(&watch)
	var lists [2][]labelled
	for i, path := range []string{c.train, c.test} {
		if lists[i], err = readPairs(ctx, path); err != nil {
			return nil, err
		}
		for _, p := range lists[i] {
			a, okA := left.row[p.left]
			b, okB := right.row[p.right]
			if !okA || !okB {
				return nil, domain.Invalid(domain.CodeConfigInvalid, "%s names a pair that the tables do not have: %s, %s", path, p.left, p.right)
			}
			options.Also = append(options.Also, pairOf(a, b+len(left.table.Records)))
		}
	}
	result := matching.Link(left.table, right.table, options)
	base := watch.figures(result)
	train, test := places(lists[0], left, right, result), places(lists[1], left, right, result)
	var lines []Figures
	for seed := range c.seeds {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line := base
		line.Seed = c.seed + uint64(seed) // #nosec G115 -- a small number
		c.learnAndCount(&line, result, train, test)
		line.Seconds, line.CPUSeconds = round(watch.since()), round(cpuSeconds()-watch.cpu)
		lines = append(lines, line)
		if c.labels == 0 {
			return lines, nil // nothing is drawn
		}
	}
	return append(lines, mean(lines)), nil
}

// places finds each pair in the result.
func places(list []labelled, left, right matchTable, r *matching.Result) []judged {
	at := make(map[pair]int, len(r.Pairs.List))
	for i, p := range r.Pairs.List {
		at[rowsOf(r, p.A, p.B)] = i
	}
	found := make([]judged, len(list))
	for i, p := range list {
		found[i] = judged{at: at[pairOf(left.row[p.left], right.row[p.right]+len(left.table.Records))], match: p.match}
	}
	return found
}

// calibrate buys labels among every other candidate and tells how far the learnt probabilities of the rest are off.
func (c *MatchRun) calibrate(line *Figures, r *matching.Result, truth map[pair]bool) {
	vectors := r.Vectors()
	var pool, rest []matching.Vector
	var answers []bool
	var bins calibration
	for i, p := range r.Pairs.List {
		if i%2 == 0 {
			pool, answers = append(pool, vectors[i]), append(answers, truth[rowsOf(r, p.A, p.B)])
		} else {
			rest = append(rest, vectors[i])
		}
	}
	verdicts := matching.Buy(r.Model, pool, func(i int) bool { return answers[i] }, c.labels, c.seed)
	learned := matching.Learn(r.Model, verdicts)
	for i, v := range rest {
		p := r.Pairs.List[2*i+1]
		bins.add(matching.Probability(learned.Score(v)), truth[rowsOf(r, p.A, p.B)])
	}
	line.Labels, line.Calibrated = len(verdicts), bins.off()
}

// calibration sorts judged pairs by their probability.
type calibration struct {
	bins [10]struct{ p, matches float64 }
	n    int
}

func (c *calibration) add(p float64, match bool) {
	bin := &c.bins[min(9, int(10*p))]
	bin.p += p
	if match {
		bin.matches++
	}
	c.n++
}

// off is how far probability and share of matches lie apart, on average over all pairs.
func (c *calibration) off() float64 {
	sum := 0.0
	for _, bin := range c.bins {
		sum += math.Abs(bin.p-bin.matches) / float64(max(1, c.n))
	}
	return math.Round(1e5*sum) / 1e5
}

// learnAndCount buys labels, learns and judges the test pairs. The threshold is what the model expects to be best on the
// training pairs, whose labels it does not see beyond those bought.
func (c *MatchRun) learnAndCount(line *Figures, r *matching.Result, train, test []judged) {
	vectors := r.Vectors()
	pool := make([]matching.Vector, len(train))
	for i, j := range train {
		pool[i] = vectors[j.at]
	}
	verdicts := matching.Buy(r.Model, pool, func(i int) bool { return train[i].match }, c.labels, line.Seed)
	learned := matching.Learn(r.Model, verdicts)
	cut := learned.Threshold(pool)
	right, said, truth := 0, 0, 0
	var bins calibration
	for _, j := range test {
		s := learned.Score(vectors[j.at])
		bins.add(matching.Probability(s), j.match)
		if j.match {
			truth++
		}
		if s >= cut {
			said++
			if j.match {
				right++
			}
		}
	}
	line.Labels, line.N, line.Truth, line.Calibrated = len(verdicts), said, truth, bins.off()
	line.P, line.R, line.F1 = score(right, said, truth)
}

// mean returns the mean of lines that differ only in their seed.
func mean(lines []Figures) Figures {
	sum := lines[0]
	sum.P, sum.R, sum.F1, sum.Calibrated, sum.Seed = 0, 0, 0, 0, 0
	n := float64(len(lines))
	for _, line := range lines {
		sum.P, sum.R, sum.F1, sum.Calibrated = sum.P+line.P/n, sum.R+line.R/n, sum.F1+line.F1/n, sum.Calibrated+line.Calibrated/n
	}
	sum.Seconds, sum.CPUSeconds = lines[len(lines)-1].Seconds, lines[len(lines)-1].CPUSeconds
	return sum
}
