package matching

import (
	"cmp"
	"math"
	"slices"
)

// Edge is evidence that two records belong together (positive) or apart (negative), in bits.
type Edge struct {
	A, B uint32
	Bits float64
}

// Grouping proposes which records are one thing. The zero value groups by evidence alone.
type Grouping struct {
	// Apart holds pairs that people have rejected: they never end up in one cluster.
	Apart [][2]uint32
	// Together holds pairs that people have confirmed: they are in one cluster whatever speaks against it, but for a pair that
	// is Apart.
	Together [][2]uint32
	// Never tells whether two records exclude each other whatever else speaks for them; nil means none do.
	Never func(a, b uint32) bool
	// Bits tells the evidence for a pair that is not among the edges; nil means such pairs say Unknown.
	Bits func(a, b uint32) float64
	// Unknown is the evidence for a pair nobody compared, in bits; it is negative where search would have found a match.
	Unknown float64
}

// evidenceCap and evidenceAgainst bound what one pair says for and against a merge, so that one wrong comparison decides
// nothing alone. What speaks against is often only that a record says little; what excludes each other is told by Never.
const (
	evidenceCap     = 5.0
	evidenceAgainst = 3.0
)

// maxCross bounds how many pairs are compared to decide one merge.
const maxCross = 512

// Clusters returns the groups of two and more records, each ascending, ordered by their first record. Groups first grow
// along the strongest edges, as long as all their pairs together speak for it; then each record may move to where more
// speaks for it (correlation clustering by pivots and local moves).
func (g Grouping) Clusters(n int, edges []Edge) [][]uint32 {
	c := clustering{Grouping: g, of: make([]uint32, n), members: make([][]uint32, n), known: make(map[[2]uint32]float64, len(edges)), apart: map[[2]uint32]bool{}, tied: map[uint32]bool{}}
	all := make([]uint32, n)
	for i := range n {
		all[i] = uint32(i) // #nosec G115 -- records are counted in uint32
		c.of[i], c.members[i] = all[i], all[i:i+1:i+1]
	}
	for _, pair := range g.Apart {
		c.apart[ordered(pair[0], pair[1])] = true
	}
	for _, e := range edges {
		c.known[ordered(e.A, e.B)] = e.Bits
	}
	c.tie()
	c.grow(edges)
	c.move(edges)
	return c.groups()
}

// clustering is the state of one grouping.
type clustering struct {
	Grouping
	of      []uint32
	members [][]uint32
	known   map[[2]uint32]float64
	apart   map[[2]uint32]bool
	tied    map[uint32]bool // records that a person has put where they are
}

// tie merges what people have confirmed.
func (c *clustering) tie() {
	never := c.Never
	c.Never = nil // a person's word outranks a contradiction
	for _, pair := range c.Together {
		x, y := c.of[pair[0]], c.of[pair[1]]
		if x != y && c.forbidden(c.members[x], c.members[y]) {
			continue
		}
		c.tied[pair[0]], c.tied[pair[1]] = true, true
		if x != y {
			c.merge(min(x, y), max(x, y))
		}
	}
	c.Never = never
}

func ordered(a, b uint32) [2]uint32 { return [2]uint32{min(a, b), max(a, b)} }

// bits returns the bounded evidence for a pair.
func (c *clustering) bits(a, b uint32) float64 {
	pair := ordered(a, b)
	bits, known := c.known[pair]
	if !known {
		bits = c.Unknown
		if c.Bits != nil {
			bits = c.Bits(pair[0], pair[1])
			c.known[pair] = bits
		}
	}
	return max(-evidenceAgainst, min(evidenceCap, bits))
}

// grow merges along the edges, strongest first.
func (c *clustering) grow(edges []Edge) {
	order := slices.Clone(edges)
	slices.SortFunc(order, func(p, q Edge) int {
		return cmp.Or(cmp.Compare(q.Bits, p.Bits), cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B))
	})
	for _, e := range order {
		if e.Bits <= 0 {
			break
		}
		x, y := c.of[e.A], c.of[e.B]
		if x != y && c.between(c.members[x], c.members[y]) > 0 {
			c.merge(min(x, y), max(x, y))
		}
	}
}

// between sums what all pairs of two groups say; a rejected pair forbids.
func (c *clustering) between(x, y []uint32) float64 {
	if c.forbidden(x, y) {
		return math.Inf(-1)
	}
	stride := max(1, len(x)*len(y)/maxCross)
	sum := 0.0
	for k := 0; k < len(x)*len(y); k += stride {
		sum += c.bits(x[k/len(y)], y[k%len(y)])
	}
	return sum
}

// forbidden tells whether any pair across two groups was rejected or excludes itself.
func (c *clustering) forbidden(x, y []uint32) bool {
	if len(c.apart) == 0 && c.Never == nil {
		return false
	}
	for _, a := range x {
		for _, b := range y {
			if c.apart[ordered(a, b)] || c.Never != nil && c.Never(a, b) {
				return true
			}
		}
	}
	return false
}

func (c *clustering) merge(into, from uint32) {
	for _, r := range c.members[from] {
		c.of[r] = into
	}
	c.members[into] = append(c.members[into], c.members[from]...)
	c.members[from] = nil
}

// moveRounds bounds the rounds of local moves.
const moveRounds = 3

// move lets each record that has an edge leave for the group that more speaks for.
func (c *clustering) move(edges []Edge) {
	near := map[uint32][]uint32{}
	for _, e := range edges {
		if e.Bits > 0 {
			near[e.A], near[e.B] = append(near[e.A], e.B), append(near[e.B], e.A)
		}
	}
	for range moveRounds {
		moved := false
		for r := range uint32(len(c.of)) { // #nosec G115 -- records are counted in uint32
			if len(near[r]) > 0 && !c.tied[r] && c.moveOne(r, near[r]) {
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}

// moveOne moves a record to its best group and tells whether that was another.
func (c *clustering) moveOne(r uint32, near []uint32) bool {
	home := c.of[r]
	rest := slices.DeleteFunc(slices.Clone(c.members[home]), func(m uint32) bool { return m == r })
	best, at := c.between([]uint32{r}, rest), home
	if best < 0 && len(rest) > 0 {
		best, at = 0, c.free(r)
	}
	tried := map[uint32]bool{home: true}
	for _, other := range near {
		group := c.of[other]
		if tried[group] {
			continue
		}
		tried[group] = true
		if bits := c.between([]uint32{r}, c.members[group]); bits > best+1e-9 {
			best, at = bits, group
		}
	}
	if at == home {
		return false
	}
	c.members[home] = rest
	c.members[at] = append(c.members[at], r)
	c.of[r] = at
	return true
}

// free returns an empty group for a record that leaves: its own number, or the first empty one.
func (c *clustering) free(r uint32) uint32 {
	if len(c.members[r]) == 0 {
		return r
	}
	for i, members := range c.members {
		if len(members) == 0 {
			return uint32(i) // #nosec G115 -- records are counted in uint32
		}
	}
	return c.of[r]
}

func (c *clustering) groups() [][]uint32 {
	var groups [][]uint32
	for _, members := range c.members {
		if len(members) > 1 {
			slices.Sort(members)
			groups = append(groups, members)
		}
	}
	slices.SortFunc(groups, func(a, b []uint32) int { return cmp.Compare(a[0], b[0]) })
	return groups
}
