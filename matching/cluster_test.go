package matching

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestClusters(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		g     Grouping
		edges []Edge
		want  [][]uint32
	}{
		"a chain whose ends nobody compared":    {edges: []Edge{{0, 1, 5}, {1, 2, 5}}, want: [][]uint32{{0, 1, 2}}},
		"a chain whose ends differ":             {edges: []Edge{{0, 1, 5}, {1, 2, 4}}, g: Grouping{Never: func(a, b uint32) bool { return a == 0 && b == 2 || a == 2 && b == 0 }}, want: [][]uint32{{0, 1}}},
		"a rejected pair":                       {edges: []Edge{{0, 1, 5}, {1, 2, 4}}, g: Grouping{Apart: [][2]uint32{{2, 0}}}, want: [][]uint32{{0, 1}}},
		"a confirmed pair without evidence":     {g: Grouping{Together: [][2]uint32{{0, 2}}}, want: [][]uint32{{0, 2}}},
		"confirmed across a contradiction":      {g: Grouping{Together: [][2]uint32{{0, 2}}, Never: func(uint32, uint32) bool { return true }}, want: [][]uint32{{0, 2}}},
		"rejected outranks confirmed":           {g: Grouping{Together: [][2]uint32{{0, 1}, {1, 2}}, Apart: [][2]uint32{{0, 2}}}, want: [][]uint32{{0, 1}}},
		"evidence against":                      {edges: []Edge{{0, 1, 2}, {1, 2, 2}, {0, 2, -4}}, want: [][]uint32{{0, 1}}},
		"no evidence":                           {edges: nil, want: nil},
		"two groups with a weak edge":           {edges: []Edge{{0, 1, 5}, {2, 3, 5}, {1, 2, 1}}, g: Grouping{Unknown: -2}, want: [][]uint32{{0, 1}, {2, 3}}},
		"what pulls one of a confirmed pair":    {edges: []Edge{{0, 1, -4}, {0, 2, 5}, {0, 3, 5}, {2, 3, 5}, {1, 2, -4}, {1, 3, -4}}, g: Grouping{Together: [][2]uint32{{0, 1}}}, want: [][]uint32{{0, 1, 2, 3}}},
		"a record goes to where more pulls it":  {edges: []Edge{{0, 1, 3}, {1, 2, 2.9}, {1, 3, 2.9}, {2, 3, 5}, {0, 2, -3}, {0, 3, -3}}, want: [][]uint32{{1, 2, 3}}},
		"what one pair says is bounded":         {edges: []Edge{{0, 1, 900}, {0, 2, 2}, {1, 2, -900}}, want: [][]uint32{{0, 1}}},
		"the order of a rejected pair is alike": {edges: []Edge{{0, 1, 5}}, g: Grouping{Apart: [][2]uint32{{1, 0}}}, want: nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tt.g.Clusters(4, tt.edges)
			if !slices.EqualFunc(got, tt.want, slices.Equal[[]uint32]) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestClustersHoldToRejectionsAndIgnoreOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const n = 9
		record := rapid.Uint32Range(0, n-1)
		seen := map[[2]uint32]bool{}
		var edges []Edge
		for range rapid.IntRange(0, 25).Draw(t, "edges") {
			a, b := record.Draw(t, "a"), record.Draw(t, "b")
			if pair := ordered(a, b); a != b && !seen[pair] {
				seen[pair] = true
				edges = append(edges, Edge{A: pair[0], B: pair[1], Bits: rapid.Float64Range(-10, 10).Draw(t, "bits")})
			}
		}
		var g Grouping
		for range rapid.IntRange(0, 6).Draw(t, "rejections") {
			if a, b := record.Draw(t, "a"), record.Draw(t, "b"); a != b {
				g.Apart = append(g.Apart, [2]uint32{a, b})
			}
		}
		groups := g.Clusters(n, edges)
		of := map[uint32]int{}
		for k, members := range groups {
			for _, m := range members {
				if _, twice := of[m]; twice {
					t.Fatalf("record %d is in two clusters: %v", m, groups)
				}
				of[m] = k + 1
			}
		}
		for _, pair := range g.Apart {
			if of[pair[0]] > 0 && of[pair[0]] == of[pair[1]] {
				t.Fatalf("%v was rejected and is in %v", pair, groups)
			}
		}
		rand.New(rand.NewPCG(1, uint64(len(edges)))).Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		if again := g.Clusters(n, edges); !slices.EqualFunc(groups, again, slices.Equal[[]uint32]) {
			t.Fatalf("%v became %v in another order", groups, again)
		}
	})
}
