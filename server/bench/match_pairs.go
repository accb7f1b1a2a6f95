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
func places(list []labelled, left, right source, r *matching.Result) []judged {
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
	var bins [10]struct{ n, p, y float64 }
	for _, j := range test {
		s := learned.Score(vectors[j.at])
		p := matching.Probability(s)
		bin := &bins[min(9, int(10*p))]
		bin.n, bin.p = bin.n+1, bin.p+p
		if j.match {
			truth++
			bin.y++
		}
		if s >= cut {
			said++
			if j.match {
				right++
			}
		}
	}
	for _, bin := range bins {
		line.Calibrated += math.Abs(bin.p-bin.y) / float64(max(1, len(test)))
	}
	line.Labels, line.N, line.Truth = len(verdicts), said, truth
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
