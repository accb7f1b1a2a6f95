package structure

import "slices"

// pair is a line and what it is on the other side; -1 is none.
type pair struct {
	left, right int
	moved       bool
}

// matcher finds for each line the one it is on the other side. Each line is taken once at most.
type matcher struct {
	judge       *judge
	left, right []entry
	ofLeft      []int // the partner of each left line, -1 for none
	ofRight     []int
}

// What bounds memory and time for lines that come twice: the cells of an alignment, beyond which they are matched by likeness alone, and
// the pairs that are weighed, beyond which they are taken as they come.
const (
	largestTable   = 1 << 22
	mostCandidates = 1 << 16
)

// match pairs the lines: by identity; by what they say, where lines of one identity come more than once; operations by number and
// work center; and codes that nobody has mapped with what is left over, for they may be just that.
func match(j *judge, left, right []entry) []pair {
	m := matcher{judge: j, left: left, right: right, ofLeft: unpaired(len(left)), ofRight: unpaired(len(right))}
	if !m.sole() {
		m.align()
		m.leftovers()
	}
	m.renamed()
	m.unmapped()
	return m.pairs()
}

func unpaired(n int) []int {
	partners := make([]int, n)
	for i := range partners {
		partners[i] = -1
	}
	return partners
}

func (m *matcher) pair(l, r int) { m.ofLeft[l], m.ofRight[r] = r, l }

// sole pairs lines by their identity; it gives up where one comes twice.
func (m *matcher) sole() bool {
	rights := make(map[identity]int, len(m.right))
	for i := range m.right {
		rights[m.right[i].id] = i
	}
	if len(rights) < len(m.right) {
		return false
	}
	for i := range m.left {
		r, there := rights[m.left[i].id]
		if there && m.ofRight[r] >= 0 {
			m.ofLeft, m.ofRight = unpaired(len(m.left)), unpaired(len(m.right))
			return false
		}
		if there {
			m.pair(i, r)
		}
	}
	return true
}

// align pairs the lines that stand on both sides in one order and say the same, as many as there are: what says the same and stands
// where it stood has not changed.
func (m *matcher) align() {
	n, k := len(m.left), len(m.right)
	if (n+1)*(k+1) > largestTable || m.comparable() > mostCandidates {
		return
	}
	width := k + 1
	most := make([]int32, (n+1)*width) // pairs among the lines from i and j on
	for i := n - 1; i >= 0; i-- {
		for j := k - 1; j >= 0; j-- {
			most[i*width+j] = max(most[(i+1)*width+j], most[i*width+j+1])
			if m.left[i].id == m.right[j].id && m.differing(i, j) == 0 {
				most[i*width+j] = 1 + most[(i+1)*width+j+1]
			}
		}
	}
	for i, j := 0, 0; i < n && j < k; {
		switch most[i*width+j] {
		case most[(i+1)*width+j]:
			i++
		case most[i*width+j+1]:
			j++
		default:
			m.pair(i, j)
			i, j = i+1, j+1
		}
	}
}

// comparable counts the pairs of one identity.
func (m *matcher) comparable() int {
	rights := make(map[identity]int, len(m.right))
	for i := range m.right {
		rights[m.right[i].id]++
	}
	pairs := 0
	for i := range m.left {
		pairs += rights[m.left[i].id]
	}
	return pairs
}

// differing counts in how much two lines differ.
func (m *matcher) differing(i, j int) int { return len(m.judge.differences(&m.left[i], &m.right[j])) }

// leftovers pairs lines of one identity that are left: the most alike first, and of these the nearest. Of more than can be weighed
// the first are paired with the first.
func (m *matcher) leftovers() {
	rights := map[identity][]int{}
	for i := range m.right {
		if m.ofRight[i] < 0 {
			rights[m.right[i].id] = append(rights[m.right[i].id], i)
		}
	}
	candidates := m.candidates(rights)
	slices.SortFunc(candidates, func(a, b [4]int) int { return slices.Compare(a[:], b[:]) })
	for _, c := range candidates {
		if l, r := c[2], c[3]; m.ofLeft[l] < 0 && m.ofRight[r] < 0 {
			m.pair(l, r)
		}
	}
	for i := range m.left {
		id := m.left[i].id
		for ; m.ofLeft[i] < 0 && len(rights[id]) > 0; rights[id] = rights[id][1:] {
			if r := rights[id][0]; m.ofRight[r] < 0 {
				m.pair(i, r)
			}
		}
	}
}

// candidates are pairs of one identity: in how much they differ, how far they stand apart, and which they are.
func (m *matcher) candidates(rights map[identity][]int) [][4]int {
	var candidates [][4]int
	for i := range m.left {
		if m.ofLeft[i] >= 0 {
			continue
		}
		for _, r := range rights[m.left[i].id] {
			if len(candidates) == mostCandidates {
				return candidates
			}
			candidates = append(candidates, [4]int{m.differing(i, r), max(i-r, r-i), i, r})
		}
	}
	return candidates
}

// renamed pairs operations of one number at one work center, which each side calls otherwise.
func (m *matcher) renamed() {
	type station struct {
		position string
		center   Part
	}
	at := func(e *entry) (station, bool) {
		if e.id.name == "" || !e.line.Position.Valid || !e.line.WorkCenter.Known() {
			return station{}, false
		}
		return station{e.line.Position.Decimal.String(), e.line.WorkCenter}, true
	}
	rights := map[station]int{}
	for i := len(m.right) - 1; i >= 0; i-- {
		if where, ok := at(&m.right[i]); ok && m.ofRight[i] < 0 {
			rights[where] = i
		}
	}
	for i := range m.left {
		where, ok := at(&m.left[i])
		if r, there := rights[where]; ok && there && m.ofLeft[i] < 0 && m.ofRight[r] < 0 {
			m.pair(i, r)
		}
	}
}

// unmapped pairs each line of an unknown part with one that is left over on the other side: that of the same position, else the next.
func (m *matcher) unmapped() {
	m.guess(func(l, r *entry) int {
		order := comparePlaces(r.places, l.places)
		if order == 0 && (l.rank < 0 || r.rank < 0) {
			return -1 // both have no position, which is no position in common
		}
		return order
	})
	m.guess(func(*entry, *entry) int { return 0 })
}

// guess pairs in one walk over both sides' leftovers, which are in their order: where says whether a right line comes before what is
// looked for, is it, or lies behind it.
func (m *matcher) guess(where func(l, r *entry) int) {
	var stands [2]int // how far the walk is on the right side, for left lines of known parts and of unknown ones
	for l := range m.left {
		if m.ofLeft[l] >= 0 {
			continue
		}
		kind := 0
		if m.left[l].unknown() {
			kind = 1
		}
		stands[kind] = m.guessFor(l, stands[kind], where)
	}
}

// guessFor pairs one left line with a right one from r on, and returns how far it came.
func (m *matcher) guessFor(l, r int, where func(l, r *entry) int) int {
	for ; r < len(m.right); r++ {
		if m.ofRight[r] >= 0 || (!m.left[l].unknown() && !m.right[r].unknown()) {
			continue
		}
		switch order := where(&m.left[l], &m.right[r]); {
		case order > 0:
			return r
		case order == 0:
			m.pair(l, r)
			return r + 1
		}
	}
	return r
}

// pairs are all of them: the left side's lines in their order, each followed by what only the right side has there.
func (m *matcher) pairs() []pair {
	pairs := make([]pair, 0, max(len(m.left), len(m.right)))
	for l, r := range m.ofLeft {
		pairs = append(pairs, pair{left: l, right: r})
	}
	if !m.judge.c.rules.Unordered {
		m.markMoved(pairs)
	}
	return m.interleaved(pairs)
}

// interleaved puts what only the right side has behind the line it follows there.
func (m *matcher) interleaved(pairs []pair) []pair {
	extras := map[int][]pair{} // by the left line that they follow, -1 for none
	behind := -1
	for r, l := range m.ofRight {
		switch {
		case l < 0:
			extras[behind] = append(extras[behind], pair{left: -1, right: r})
		case !pairs[l].moved:
			behind = l
		}
	}
	if len(extras) == 0 {
		return pairs
	}
	all := extras[-1]
	for _, p := range pairs {
		all = append(append(all, p), extras[p.left]...)
	}
	return all
}
