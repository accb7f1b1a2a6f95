package matching

import "slices"

// choose returns the pairs of two tables to propose: what people have confirmed, and of what they left open the best. What
// they have rejected is not proposed.
func (r *Result) choose(decided []Decided) []int {
	verdict := map[[2]uint32]bool{}
	for _, d := range decided {
		verdict[[2]uint32{d.A, d.B}] = d.Match
	}
	var links []int
	left, right := map[uint32]bool{}, map[uint32]bool{}
	for i, p := range r.Pairs.List {
		if verdict[[2]uint32{p.A, p.B}] {
			links = append(links, i)
			left[p.A], right[p.B] = !r.Model.ManyLeft, !r.Model.ManyRight
		}
	}
	open := contenders{model: r.Model, pairs: &Pairs{}}
	for i, p := range r.Pairs.List {
		if _, known := verdict[[2]uint32{p.A, p.B}]; !known && !left[p.A] && !right[p.B] {
			open.at, open.scores = append(open.at, i), append(open.scores, r.Scores[i])
			open.pairs.List = append(open.pairs.List, p)
		}
	}
	for _, i := range open.best() {
		if !r.Model.Contradicted(r.Pairs.Levels(open.at[i])) {
			links = append(links, open.at[i])
		}
	}
	slices.Sort(links)
	return links
}

// contenders are the pairs nobody has decided about.
type contenders struct {
	model  *Model
	pairs  *Pairs
	scores []float64
	at     []int // each pair's place in the result
}

// best takes the best pairs first, each record only once where records exclude each other. The threshold is the one with the
// highest F1 that the model itself expects: no truth is looked at.
func (c contenders) best() []int {
	order := byScores(c.pairs, c.scores)
	belief := Probability
	if c.model.ManyLeft || c.model.ManyRight {
		order = excludeSide(c.model, c.pairs, order)
	} else {
		targets, decoys := contest(c.pairs, c.scores)
		order = targets
		belief = calibrate(c.scores, targets, decoys).at
	}
	total := 0.0
	for _, i := range order {
		total += belief(c.scores[i])
	}
	best, cut, sum := 0.0, 0, 0.0
	for k, i := range order {
		sum += belief(c.scores[i])
		if f1 := 2 * sum / (float64(k+1) + total); f1 > best {
			best, cut = f1, k+1
		}
	}
	return order[:cut]
}

// excludeSide keeps of ordered pairs those whose record is still free on the side on which records have one partner. Left and
// right records have numbers of their own, so that one list will do.
func excludeSide(m *Model, pairs *Pairs, order []int) []int {
	taken := map[uint32]bool{}
	var kept []int
	for _, i := range order {
		p := pairs.List[i]
		if !m.ManyLeft && taken[p.A] || !m.ManyRight && taken[p.B] {
			continue
		}
		taken[p.A], taken[p.B] = true, true
		kept = append(kept, i)
	}
	return kept
}

// exclude keeps of ordered pairs those whose records are still free.
func exclude(pairs *Pairs, order []int) []int { return excludeSide(&Model{}, pairs, order) }
