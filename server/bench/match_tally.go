package bench

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/matching"
)

// pair is two record numbers, the smaller first; those of a right table follow the left's.
type pair [2]uint32

func pairOf(a, b int) pair {
	return pair{uint32(min(a, b)), uint32(max(a, b))} // #nosec G115 -- records are counted in uint32
}

// numbered turns pairs of IDs into pairs of numbers; those of the right table begin at offset. A pair with an ID that no table has is left out.
func numbered(pairs []labelled, left, right matchTable, offset int) map[pair]bool {
	truth := make(map[pair]bool, len(pairs))
	for _, p := range pairs {
		a, okA := left.row[p.left]
		b, okB := right.row[p.right]
		if okA && okB && p.match {
			truth[pairOf(a, b+offset)] = true
		}
	}
	return truth
}

// rowsOf returns two records of a result as a pair of rows.
func rowsOf(r *matching.Result, a, b uint32) pair { return pairOf(r.Row(a), r.Row(b)) }

// sameItem lists all pairs of rows that mean the same item.
func sameItem(items []int) map[pair]bool {
	rows := map[int][]int{}
	for row, item := range items {
		rows[item] = append(rows[item], row)
	}
	truth := map[pair]bool{}
	for _, members := range rows {
		for i, a := range members {
			for _, b := range members[i+1:] {
				truth[pairOf(a, b)] = true
			}
		}
	}
	return truth
}

// proposed lists the pairs that a result says match: the links of two tables, all pairs within the clusters of one.
func proposed(r *matching.Result) map[pair]bool {
	said := map[pair]bool{}
	if r.Clusters == nil {
		for _, i := range r.Links {
			said[rowsOf(r, r.Pairs.List[i].A, r.Pairs.List[i].B)] = true
		}
		return said
	}
	for _, members := range r.Clusters {
		for i, a := range members {
			for _, b := range members[i+1:] {
				said[rowsOf(r, a, b)] = true
			}
		}
	}
	return said
}

// tally counts what was said against the truth.
func tally(line *Figures, said, truth map[pair]bool, r *matching.Result) {
	right, found := 0, 0
	for p := range said {
		if truth[p] {
			right++
		}
	}
	var routes [8]int
	for _, p := range r.Pairs.List {
		if truth[rowsOf(r, p.A, p.B)] {
			found++
			for k := range routes {
				routes[k] += int(p.Routes >> k & 1)
			}
		}
	}
	line.N, line.Truth, line.RecallAt = len(said), len(truth), ratio(found, len(truth))
	line.P, line.R, line.F1 = score(right, len(said), len(truth))
	line.F1Low, line.F1High = bootstrap(said, truth)
	bands(line, said, truth, r)
	line.Crossing = r.ContradictedLinks()
	var names []string
	for k := matching.RouteToken; k.String() != ""; k++ {
		names = append(names, fmt.Sprintf("%s=%.4f", k, ratio(routes[k], len(truth))))
	}
	line.Routes = strings.Join(names, ",")
}

func score(right, said, truth int) (p, r, f1 float64) {
	return ratio(right, said), ratio(right, truth), ratio(2*right, said+truth)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return math.Round(1e5*float64(a)/float64(b)) / 1e5
}

func round(x float64) float64 { return math.Round(100*x) / 100 }

// bootstrapRounds is how often the pairs are drawn anew.
const bootstrapRounds = 200

// maxBootstrap is the number of pairs beyond which the interval is narrower than what is written.
const maxBootstrap = 200_000

// bootstrap returns the interval that holds 95 % of the F1 of pairs drawn anew.
func bootstrap(said, truth map[pair]bool) (low, high float64) {
	union := maps.Clone(truth)
	maps.Copy(union, said)
	if len(union) == 0 || len(union) > maxBootstrap {
		return 0, 0
	}
	var kinds [3]int // right, said wrongly, missed
	for p := range union {
		switch {
		case said[p] && truth[p]:
			kinds[0]++
		case said[p]:
			kinds[1]++
		default:
			kinds[2]++
		}
	}
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- reproducible on purpose
	values := make([]float64, bootstrapRounds)
	for k := range values {
		var drawn [3]int
		for range union {
			switch at := random.IntN(len(union)); {
			case at < kinds[0]:
				drawn[0]++
			case at < kinds[0]+kinds[1]:
				drawn[1]++
			default:
				drawn[2]++
			}
		}
		values[k] = ratio(2*drawn[0], 2*drawn[0]+drawn[1]+drawn[2])
	}
	slices.Sort(values)
	return values[bootstrapRounds/40], values[bootstrapRounds-1-bootstrapRounds/40]
}

// bands counts what the automatic band would link and what a person sees of the truth: pairs in the automatic and the review
// band, and pairs of one proposed cluster.
func bands(line *Figures, said, truth map[pair]bool, r *matching.Result) {
	auto, right, reviewed := 0, 0, 0
	visible := map[pair]bool{}
	for i, p := range r.Pairs.List {
		rows, band := rowsOf(r, p.A, p.B), r.Band(i)
		switch band {
		case matching.BandReject:
			continue
		case matching.BandReview:
			reviewed++
		case matching.BandAuto:
			auto++
			if truth[rows] {
				right++
			}
		}
		if truth[rows] {
			visible[rows] = true
		}
	}
	for rows := range said {
		if truth[rows] {
			visible[rows] = true
		}
	}
	line.AutoP, line.AutoN, line.VisibleR = ratio(right, auto), auto, ratio(len(visible), len(truth))
	line.PerThousand = round(1000 * float64(reviewed) / float64(max(1, line.Records)))
}
