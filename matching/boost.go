package matching

import "math"

// Small trees on top of the logistic model see what it cannot: that two comparisons mean something together which neither
// means alone. They are boosted (Friedman 2001; leaves of second order as of Chen and Guestrin 2016; two questions chosen at once as
// Lou and others 2013 do for pairs of features) from the logistic model's own score, and taken in only where verdicts they have not
// seen say that they help.

// How the trees are grown.
const (
	boostAt     = 300 // verdicts from which on trees are tried
	boostRounds = 40
	boostShrink = 0.2
	boostHold   = 4.0  // how strongly a leaf is held to nothing
	boostLeaf   = 10   // verdicts a leaf has at least
	boostGain   = 1.0  // what a question has to gain
	boostFolds  = 5    // parts the verdicts are cut into to try them
	marginBins  = 16.0 // steps into which a margin is cut
	maxBins     = 16
)

// question sends a pair to the yes side when its feature is in the bin or a higher one.
type question struct {
	feature int
	bin     uint8
}

func (q question) side(row []uint8) int {
	if row[q.feature] >= q.bin {
		return 1
	}
	return 0
}

// tree asks two questions and has an answer for each of the four ways they can be answered, in natural log odds.
type tree struct {
	first, second question
	leaves        [2][2]float64
}

func (t *tree) leaf(row []uint8) float64 { return t.leaves[t.first.side(row)][t.second.side(row)] }

// forest adds to the log odds of a logistic model.
type forest []tree

func (f forest) sum(row []uint8) float64 {
	sum := 0.0
	for i := range f {
		sum += f[i].leaf(row)
	}
	return sum
}

// binned is a vector as trees read it: the level of each comparison, and both margins in steps.
func binned(v Vector, comparisons int) []uint8 {
	row := make([]uint8, comparisons+len(v.Margin))
	for k, level := range v.Levels {
		row[k] = uint8(level)
	}
	for side, margin := range v.Margin {
		at := (max(-marginCap, min(marginCap, margin)) + marginCap) / (2 * marginCap)
		row[comparisons+side] = uint8(min(marginBins-1, at*marginBins))
	}
	return row
}

// lesson is what trees are grown from: rows, what people said of them (0 or 1), and the log odds so far.
type lesson struct {
	rows   [][]uint8
	labels []float64
	odds   []float64
}

// grow boosts trees until no two questions gain anything.
func grow(l lesson) forest {
	var grown forest
	odds := append([]float64(nil), l.odds...)
	slopes := make([]slope, len(odds))
	for range boostRounds {
		for i, z := range odds {
			p := 1 / (1 + math.Exp(-z))
			slopes[i] = slope{gradient: p - l.labels[i], curve: p * (1 - p), rows: 1}
		}
		next, found := growTree(l.rows, slopes)
		if !found {
			break
		}
		grown = append(grown, next)
		for i, row := range l.rows {
			odds[i] += next.leaf(row)
		}
	}
	return grown
}

// slope says how the loss of some rows falls.
type slope struct{ gradient, curve, rows float64 }

func (s slope) plus(o slope) slope {
	return slope{s.gradient + o.gradient, s.curve + o.curve, s.rows + o.rows}
}

func (s slope) minus(o slope) slope {
	return slope{s.gradient - o.gradient, s.curve - o.curve, s.rows - o.rows}
}

func (s slope) worth() float64 { return s.gradient * s.gradient / (s.curve + boostHold) }
func (s slope) leaf() float64  { return -boostShrink * s.gradient / (s.curve + boostHold) }

// growTree finds the two questions that gain most together, the first of those that gain the same, and says whether any gain
// enough. Both are looked for at once: what the logistic model leaves over shows in no question alone.
func growTree(rows [][]uint8, slopes []slope) (best tree, found bool) {
	gain := boostGain
	for first := range rows[0] {
		for second := range first {
			below := summed(rows, slopes, first, second)
			if g := below.cut(gain, &best); g > gain {
				best.first.feature, best.second.feature = first, second
				gain, found = g, true
			}
		}
	}
	return best, found
}

// corner holds at [a][b] what the rows add up to whose first feature is below a and whose second is below b.
type corner [maxBins + 1][maxBins + 1]slope

func summed(rows [][]uint8, slopes []slope, first, second int) *corner {
	var c corner
	for i, row := range rows {
		at := &c[row[first]+1][row[second]+1]
		*at = at.plus(slopes[i])
	}
	for a := 1; a <= maxBins; a++ {
		for b := 1; b <= maxBins; b++ {
			c[a][b] = c[a][b].plus(c[a-1][b]).plus(c[a][b-1]).minus(c[a-1][b-1])
		}
	}
	return &c
}

// cut finds where cutting both features gains most; it writes bins and leaves into best if that is more than what is given,
// and returns what is gained.
func (c *corner) cut(gain float64, best *tree) float64 {
	all := c[maxBins][maxBins]
	for a := 1; a < maxBins; a++ {
		for b := 1; b < maxBins; b++ {
			low, left, right := c[a][b], c[a][maxBins], c[maxBins][b]
			cells := [2][2]slope{{low, left.minus(low)}, {right.minus(low), all.minus(left).minus(right).plus(low)}}
			g, thin := -all.worth(), false
			for _, half := range cells {
				for _, cell := range half {
					g += cell.worth()
					thin = thin || cell.rows < boostLeaf
				}
			}
			if thin || g <= gain+1e-9 {
				continue
			}
			gain = g
			best.first.bin, best.second.bin = uint8(a), uint8(b)
			best.leaves = [2][2]float64{{cells[0][0].leaf(), cells[0][1].leaf()}, {cells[1][0].leaf(), cells[1][1].leaf()}}
		}
	}
	return gain
}

// boosted returns the trees that verdicts let grow on top of the logistic model, none where on verdicts they have not seen the
// loss falls by less than one standard error. As many verdicts are held back in turn as make a fifth.
func boosted(l *Learned, verdicts []Verdict) forest {
	if len(verdicts) < boostAt {
		return nil
	}
	var sum, squares float64
	for fold := range boostFolds {
		var seen, unseen []Verdict
		for i, v := range verdicts {
			if i%boostFolds == fold {
				unseen = append(unseen, v)
			} else {
				seen = append(seen, v)
			}
		}
		part := &Learned{base: l.base}
		part.weights = part.regress(seen)
		trees := grow(part.lesson(seen))
		held := part.lesson(unseen)
		for i, row := range held.rows {
			without := softplus(held.odds[i]) - held.labels[i]*held.odds[i]
			odds := held.odds[i] + trees.sum(row)
			gain := without - (softplus(odds) - held.labels[i]*odds)
			sum, squares = sum+gain, squares+gain*gain
		}
	}
	n := float64(len(verdicts))
	mean := sum / n
	if mean <= 2*math.Sqrt(max(0, squares/n-mean*mean)/n) {
		return nil
	}
	return grow(l.lesson(verdicts))
}

// lesson is what trees learn from verdicts beyond the logistic model.
func (l *Learned) lesson(verdicts []Verdict) lesson {
	out := lesson{make([][]uint8, len(verdicts)), make([]float64, len(verdicts)), make([]float64, len(verdicts))}
	for i, v := range verdicts {
		out.rows[i] = binned(v.Vector, len(l.base.Bits))
		out.odds[i] = l.linear(v.Vector) * math.Ln2
		if v.Match {
			out.labels[i] = 1
		}
	}
	return out
}
