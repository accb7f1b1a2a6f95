package matching

import (
	"cmp"
	"math"
	"slices"
)

// Route is the kind of key by which two records met.
type Route uint8

// The routes. RouteGram and RouteToken know nothing of the schema.
const (
	RouteToken Route = iota
	RouteGram
	RouteCode
	RouteDomain
	RouteSound
	routes
)

// String is the route's name in reports.
func (r Route) String() string {
	names := []string{"token", "gram", "code", "domain", "sound"}
	if int(r) >= len(names) {
		return ""
	}
	return names[r]
}

// IndexOptions bound the index's work.
type IndexOptions struct {
	// TopK is how many candidates a record gets; 0 means 20.
	TopK int
	// Budget is how many postings one search reads; 0 means 2,000.
	Budget int
	// Singles keeps the keys that only one record has: whoever comes later may have them as well. Among records that are all
	// there they find nothing.
	Singles bool
}

// Index finds the records that share the rarest keys with a record. It is a list of postings per key in one flat array.
type Index struct {
	corpus  *Corpus
	options IndexOptions
	table   []uint32 // hash table of key -> slot
	keys    []uint64
	starts  []uint32
	posts   []uint32
	norms   []float32 // one over the length of each record's keys
	records int       // how many are indexed
	// common are the keys that too many records have: nobody is searched with them.
	common map[uint64]bool
}

// Candidate is a record that an Index proposes, with the share of the searching record's weight that both have.
type Candidate struct {
	Record int
	Score  float32
	Routes uint8 // bit k is set when a key of route k was shared
}

// commonShare is the share of records beyond which a key is too common to search with.
const commonShare = 0.02

// minCommon is the number of records up to which a key is always searched with.
const minCommon = 200

// After enoughRead postings a search ends once the keys not yet read hold less than enoughShare of the record's weight: they
// are its commonest and would change the order of candidates little.
const (
	enoughRead  = 1500
	enoughShare = 0.25
)

// NewIndex indexes all records of a corpus.
func NewIndex(c *Corpus, options IndexOptions) *Index { return newIndex(c, options, 1) }

func newIndex(c *Corpus, options IndexOptions, workers int) *Index {
	if options.TopK == 0 {
		options.TopK = 20
	}
	if options.Budget == 0 {
		options.Budget = 2000
	}
	x := &Index{corpus: c, options: options}
	x.build(workers)
	return x
}

// build counts the keys, lays out their postings and fills them: two passes over the records, no list that grows.
func (x *Index) build(workers int) {
	n := x.corpus.Len()
	counts := newKeyCounts()
	x.eachKeys(workers, func(_ int, keys []key) {
		for _, k := range keys {
			counts.add(k.hash)
		}
	})
	limit := uint32(max(minCommon, int(commonShare*float64(n)))) // #nosec G115 -- a share of the records
	least := uint32(2)
	if x.options.Singles {
		least = 1
	}
	x.keys, x.starts, x.table = counts.layout(least, limit)
	x.records, x.common = n, counts.above(limit)
	x.posts = make([]uint32, x.starts[len(x.starts)-1])
	fill := slices.Clone(x.starts)
	x.norms = make([]float32, n)
	x.eachKeys(workers, func(r int, keys []key) {
		for _, k := range keys {
			if slot, ok := x.slot(k.hash); ok {
				x.posts[fill[slot]] = uint32(r) // #nosec G115 -- records are counted in uint32
				fill[slot]++
			}
		}
		x.norms[r] = x.norm(keys)
	})
}

// norm is one over the length of a record's keys.
func (x *Index) norm(keys []key) float32 {
	var norm float64
	for _, k := range keys {
		if slot, ok := x.slot(k.hash); ok {
			w := x.weight(x.count(slot), k)
			norm += w * w
		}
	}
	return normOf(norm)
}

func normOf(square float64) float32 { return float32(1 / math.Sqrt(max(square, 1e-12))) }

// keyBlock is how many records' keys are made at a time.
const keyBlock = 2048

// eachKeys makes the keys of all records with a few workers and hands them over in order.
func (x *Index) eachKeys(workers int, take func(r int, keys []key)) {
	n := x.corpus.Len()
	type block struct {
		from int
		keys []key
		ends []int
	}
	workers = max(1, workers)
	lanes, spent := make([]chan block, workers), make([]chan block, workers)
	for w := range workers {
		lanes[w], spent[w] = make(chan block, 2), make(chan block, 4)
		go func() {
			defer close(lanes[w])
			var m keyer
			for from := w * keyBlock; from < n; from += workers * keyBlock {
				var b block
				select {
				case b = <-spent[w]: // its space is used again
				default:
				}
				b = block{from: from, keys: b.keys[:0], ends: b.ends[:0]}
				for r := from; r < min(n, from+keyBlock); r++ {
					b.keys = m.of(x.corpus, r, b.keys)
					b.ends = append(b.ends, len(b.keys))
				}
				lanes[w] <- b
			}
		}()
	}
	for from, w := 0, 0; from < n; from, w = from+keyBlock, (w+1)%workers {
		b := <-lanes[w]
		at := 0
		for i, end := range b.ends {
			take(b.from+i, b.keys[at:end])
			at = end
		}
		spent[w] <- b
	}
}

// count is how many of the indexed records have a key.
func (x *Index) count(slot int) uint32 { return x.starts[slot+1] - x.starts[slot] }

// weight is what sharing a key is worth that so many records have.
func (x *Index) weight(count uint32, k key) float64 {
	return float64(k.weight) * math.Log(1+float64(max(1, x.records))/float64(max(1, count)))
}

func (x *Index) slot(hash uint64) (int, bool) {
	mask := uint64(len(x.table) - 1) // #nosec G115 -- tables are never empty
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := x.table[at]
		if slot == 0 {
			return 0, false
		}
		if x.keys[slot-1] == hash {
			return int(slot - 1), x.starts[slot] > x.starts[slot-1]
		}
	}
}

// Search holds the scratch space of one goroutine that searches an Index.
type Search struct {
	index  *Index
	corpus *Corpus    // that holds who searches: the index's own, or one laid over it
	added  *additions // what came after the index was built; nil for nothing
	keyer  keyer
	buf    []key
	hits   []hit
	score  []float32
	routes []uint8
	seen   []uint32
	found  []Candidate
	// Read counts the postings read so far.
	Read int
}

// hit is a key of the record that searches, and how many have it.
type hit struct {
	slot   int // -1 for a key of additions only
	count  uint32
	route  Route
	hash   uint64
	weight float64
}

// NewSearch returns a Search of its own for one goroutine.
func (x *Index) NewSearch() *Search {
	return &Search{index: x, corpus: x.corpus, score: make([]float32, x.records), routes: make([]uint8, x.records)}
}

// Near returns the best candidates for record r: of the other table when two are linked, else of all other records. The
// slice is reused by the next call.
func (s *Search) Near(r int) []Candidate {
	x := s.index
	s.collect(r)
	from, to := 0, x.records
	if x.corpus.split > 0 {
		if r < x.corpus.split {
			from = x.corpus.split
		} else {
			to = x.corpus.split
		}
	}
	left, open := x.options.Budget, 0.0
	for _, h := range s.hits {
		open += h.weight * h.weight
	}
	enough := enoughShare * open
	own := s.own(r, open)
	for _, h := range s.hits {
		if int(h.count) > left {
			break // keys come rarest first: the next ones are longer still
		}
		if open -= h.weight * h.weight; x.options.Budget-left > enoughRead && open < enough {
			break
		}
		left -= int(h.count)
		s.Read += int(h.count)
		if h.slot >= 0 {
			s.read(x.posts[x.starts[h.slot]:x.starts[h.slot+1]], h, r, from, to)
		}
		if s.added != nil {
			s.read(s.added.posts[h.hash], h, r, 0, len(s.score))
		}
	}
	return s.best(own)
}

// own is the norm of the record that searches: open is the sum of its keys' weights, squared.
func (s *Search) own(r int, open float64) float32 {
	if r < s.index.records {
		return s.index.norms[r]
	}
	return normOf(open)
}

// read adds what a key is worth to the records from..to that have it, but for r itself.
func (s *Search) read(posts []uint32, h hit, r, from, to int) {
	w := float32(h.weight * h.weight)
	for _, other := range posts {
		if int(other) == r || int(other) < from || int(other) >= to {
			continue
		}
		if s.score[other] == 0 {
			s.seen = append(s.seen, other)
		}
		s.score[other] += w
		s.routes[other] |= 1 << h.route
	}
}

// collect finds the keys of a record that the index knows, rarest first.
func (s *Search) collect(r int) {
	x := s.index
	s.buf = s.keyer.of(s.corpus, r, s.buf[:0])
	s.hits = s.hits[:0]
	for _, k := range s.buf {
		h := hit{slot: -1, hash: k.hash, route: k.route}
		if slot, ok := x.slot(k.hash); ok {
			h.slot, h.count = slot, x.count(slot)
		}
		indexed := h.count
		if s.added != nil {
			h.count += uint32(len(s.added.posts[k.hash])) // #nosec G115 -- records are counted in uint32
		}
		if h.count > 0 {
			h.weight = x.weight(indexed, k)
			s.hits = append(s.hits, h)
		}
	}
	slices.SortFunc(s.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(a.slot, b.slot), cmp.Compare(a.hash, b.hash))
	})
}

// best keeps the highest scores and clears the scratch space.
func (s *Search) best(own float32) []Candidate {
	x := s.index
	s.found = s.found[:0]
	least := float32(0)
	for _, other := range s.seen {
		if score := s.score[other] * own * s.norm(other); score >= least && !s.added.without(other) {
			s.keep(Candidate{Record: int(other), Score: score, Routes: s.routes[other]})
			if len(s.found) == x.options.TopK {
				least = s.found[0].Score
			}
		}
		s.score[other], s.routes[other] = 0, 0
	}
	s.seen = s.seen[:0]
	slices.SortFunc(s.found, byScore)
	return s.found
}

// norm is that of a record found.
func (s *Search) norm(r uint32) float32 {
	if int(r) < s.index.records {
		return s.index.norms[r]
	}
	return s.added.norms[int(r)-s.index.records]
}

func byScore(a, b Candidate) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Record, b.Record))
}

// keep holds the top k in a heap whose root is the worst.
func (s *Search) keep(c Candidate) {
	if len(s.found) < s.index.options.TopK {
		s.found = append(s.found, c)
		for i := len(s.found) - 1; i > 0 && byScore(s.found[i], s.found[(i-1)/2]) > 0; i = (i - 1) / 2 {
			s.found[i], s.found[(i-1)/2] = s.found[(i-1)/2], s.found[i]
		}
		return
	}
	if byScore(c, s.found[0]) > 0 {
		return
	}
	s.found[0] = c
	for i := 0; ; {
		worst := i
		for _, child := range []int{2*i + 1, 2*i + 2} {
			if child < len(s.found) && byScore(s.found[child], s.found[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		s.found[i], s.found[worst] = s.found[worst], s.found[i]
		i = worst
	}
}
