package matching

import "slices"

// choose returns the pairs of two tables to propose. When records exclude each other the best pairs are taken first, and each record only
// once. The threshold is the one with the highest F1 that the model itself expects: no truth is looked at.
func choose(r *Result) []int {
	order := byScores(r.Pairs, r.Scores)
	belief := Probability
	if r.Model.ManyLeft || r.Model.ManyRight {
		order = excludeSide(r, order)
	} else {
		targets, decoys := contest(r.Pairs, r.Scores)
		order = targets
		belief = calibrate(r.Scores, targets, decoys).at
	}
	total := 0.0
	for _, i := range order {
		total += belief(r.Scores[i])
	}
	best, cut, sum := 0.0, 0, 0.0
	for k, i := range order {
		sum += belief(r.Scores[i])
		if f1 := 2 * sum / (float64(k+1) + total); f1 > best {
			best, cut = f1, k+1
		}
	}
	links := slices.DeleteFunc(slices.Clone(order[:cut]), func(i int) bool { return r.Model.Contradicted(r.Pairs.Levels(i)) })
	slices.Sort(links)
	return links
}

// exclude keeps of ordered pairs those whose records are still free.
func exclude(pairs *Pairs, order []int) []int {
	taken := map[uint32]bool{}
	var kept []int
	for _, i := range order {
		p := pairs.List[i]
		if !taken[p.A] && !taken[p.B] {
			taken[p.A], taken[p.B] = true, true
			kept = append(kept, i)
		}
	}
	return kept
}

// excludeSide keeps of ordered pairs those whose record is still free on the side on which records have one partner.
func excludeSide(r *Result, order []int) []int {
	taken := map[uint32]bool{}
	var kept []int
	for _, i := range order {
		p := r.Pairs.List[i]
		if !r.Model.ManyLeft && taken[p.A] || !r.Model.ManyRight && taken[p.B] {
			continue
		}
		taken[p.A], taken[p.B] = true, true
		kept = append(kept, i)
	}
	return kept
}
