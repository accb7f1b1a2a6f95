package matching

import (
	"cmp"
	"slices"
)

// Kin are two words that stand for each other in records that mean the same thing: halter where others write bracket. They
// are told from the confident pairs of a comparison; as terms of a Lexicon they hold for good once a person has approved them.
type Kin struct {
	Left, Right string
	// Together counts the confident pairs in which one record has the one word and the other record the other instead.
	Together int
}

// What two words must show to be kin: so often together, so much oftener than chance, and in so large a share of the rarer one.
const (
	kinTogether = 6
	kinLift     = 5.0
	kinShare    = 0.1
)

// kinFrom is the score, in bits, from which on a pair teaches which words are kin, and kinWords how many unequal words its
// records may have: with more of them it is not plain which stands for which.
const (
	kinFrom  = 7.0
	kinWords = 3
)

// kinLikeness is how alike kin are held to be: nearly equal, for it is a guess.
const kinLikeness = 0.85

// promisingShare is how near a pair must be, beside the best candidates of both its records, to be asked for kin.
const promisingShare = 0.6

// promising keeps the pairs that are nearly as close as the best of both records: most that match are among them, and few
// others, so that words need no look at all candidates.
func promising(list []Pair, best []float32) []Pair {
	var part []Pair
	for _, p := range list {
		if p.Near*p.Near >= promisingShare*best[p.A]*best[p.B] {
			part = append(part, p)
		}
	}
	return sample(part, 2*maxEstimate)
}

// kin is what a corpus has learnt about its words.
type kin struct {
	pairs map[[2]uint32]int // both words ascending
	has   []bool            // by word: whether there is any pair with it, so that most words need no look at the map
}

// known tells whether a word has any kin.
func (k *kin) known(word uint32) bool { return int(word) < len(k.has) && k.has[word] }

// are tells whether two words are kin.
func (k *kin) are(a, b uint32) bool {
	if !k.known(a) || !k.known(b) {
		return false
	}
	_, found := k.pairs[ordered(a, b)]
	return found
}

// learnKin finds the words that stand for each other in the pairs that the model is sure of, and tells whether there are any.
func (c *Corpus) learnKin(pairs *Pairs, m *Model) bool {
	l := kinLearner{corpus: c, together: map[[2]uint32]int{}, single: map[uint32]int{}}
	for i, p := range pairs.List {
		if levels := pairs.Levels(i); m.Score(levels) >= kinFrom && !m.Contradicted(levels) {
			l.see(c.bagOf(int(p.A)), c.bagOf(int(p.B)))
		}
	}
	c.kin = kin{pairs: l.kin(), has: make([]bool, c.vocab.size())}
	for pair := range c.kin.pairs {
		c.kin.has[pair[0]], c.kin.has[pair[1]] = true, true
	}
	return len(c.kin.pairs) > 0
}

// knowKin takes over words that were learnt elsewhere, also those that only what is looked up later uses. It comes before weigh.
func (c *Corpus) knowKin(list []Kin) {
	c.kin = kin{pairs: map[[2]uint32]int{}}
	for _, k := range list {
		a, b := c.vocab.intern(k.Left, ClassWord), c.vocab.intern(k.Right, ClassWord)
		c.kin.pairs[ordered(a, b)] = k.Together
	}
	c.kin.has = make([]bool, c.vocab.size())
	for pair := range c.kin.pairs {
		c.kin.has[pair[0]], c.kin.has[pair[1]] = true, true
	}
}

// kinLearner counts which words stand opposite each other.
type kinLearner struct {
	corpus     *Corpus
	together   map[[2]uint32]int
	single     map[uint32]int
	seen       int
	left, rght []uint32
}

// see counts the words of two records that the other one does not have, and tells whether it is plain which stands for which.
func (l *kinLearner) see(a, b []uint32) bool {
	l.left, l.rght = l.onlyIn(l.left[:0], a, b), l.onlyIn(l.rght[:0], b, a)
	if len(l.left) == 0 || len(l.rght) == 0 || len(l.left) > kinWords || len(l.rght) > kinWords {
		return false
	}
	l.seen++
	for _, x := range l.left {
		l.single[x]++
		for _, y := range l.rght {
			l.together[ordered(x, y)]++
		}
	}
	for _, y := range l.rght {
		l.single[y]++
	}
	return true
}

// onlyIn lists the words of a that b has not.
func (l *kinLearner) onlyIn(into, a, b []uint32) []uint32 {
	v := l.corpus.vocab
	for _, id := range a {
		if v.class(id) == ClassWord && len(v.raw(id)) > 1 {
			if _, found := slices.BinarySearch(b, id); !found {
				into = append(into, id)
			}
		}
	}
	return into
}

// kin keeps the pairs of words that are together too often for chance.
func (l *kinLearner) kin() map[[2]uint32]int {
	found := map[[2]uint32]int{}
	for pair, n := range l.together {
		x, y := float64(l.single[pair[0]]), float64(l.single[pair[1]])
		chance := x * y / (2 * float64(l.seen)) // each word stands on either side
		if n >= kinTogether && float64(n) >= kinLift*chance && float64(n) >= kinShare*min(x, y) {
			found[pair] = n
		}
	}
	return found
}

// Kin lists the words that were found to stand for each other, the surest first: proposals for the lexicon.
func (c *Corpus) Kin() []Kin {
	list := make([]Kin, 0, len(c.kin.pairs))
	for pair, n := range c.kin.pairs {
		x, y := c.vocab.text(pair[0]), c.vocab.text(pair[1])
		list = append(list, Kin{Left: min(x, y), Right: max(x, y), Together: n})
	}
	slices.SortFunc(list, func(a, b Kin) int {
		return cmp.Or(cmp.Compare(b.Together, a.Together), cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right))
	})
	return list
}

// KinSeen are kin with where they were seen: Left is what rather the first records of the pairs say.
type KinSeen struct {
	Kin
	// Pairs are the places of the first few pairs that showed them.
	Pairs []int
}

// What confirmed pairs must show, beside the number that is asked for: less than pairs that are only likely, for they are sure and a
// person looks at what comes of them.
const (
	confirmedLift  = 2.0
	confirmedShare = 0.3
	confirmedPairs = 3
)

// ConfirmedKin lists the words that stand for each other in at least so many of the pairs, which people have said to be one thing
// each, the surest first. A word that the normaliser's lexicon knows comes as its concept, after a #.
func ConfirmedKin(fields []Field, norm *Normaliser, pairs [][2]Record, together int) []KinSeen {
	c := NewCorpus(fields, norm)
	for _, pair := range pairs {
		c.Add(pair[:], 1)
	}
	l := kinLearner{corpus: c, together: map[[2]uint32]int{}, single: map[uint32]int{}}
	shown, first := map[[2]uint32][]int{}, map[uint32]int{}
	for i := range pairs {
		if l.see(c.bagOf(2*i), c.bagOf(2*i+1)) {
			l.show(shown, i)
			for _, x := range l.left {
				first[x]++
			}
		}
	}
	var found []KinSeen
	for pair, n := range l.together {
		x, y := float64(l.single[pair[0]]), float64(l.single[pair[1]])
		chance := x * y / (2 * float64(l.seen)) // each word stands on either side
		if n >= together && float64(n) >= confirmedLift*chance && float64(n) >= confirmedShare*min(x, y) {
			a, b := c.vocab.text(pair[0]), c.vocab.text(pair[1])
			if cmp.Or(cmp.Compare(first[pair[1]], first[pair[0]]), cmp.Compare(a, b)) > 0 {
				a, b = b, a
			}
			found = append(found, KinSeen{Kin: Kin{Left: a, Right: b, Together: n}, Pairs: shown[pair]})
		}
	}
	slices.SortFunc(found, func(a, b KinSeen) int {
		return cmp.Or(cmp.Compare(b.Together, a.Together), cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right))
	})
	return found
}

// show notes a pair as an example of the words just seen, if they have not enough.
func (l *kinLearner) show(shown map[[2]uint32][]int, pair int) {
	for _, x := range l.left {
		for _, y := range l.rght {
			if at := ordered(x, y); len(shown[at]) < confirmedPairs {
				shown[at] = append(shown[at], pair)
			}
		}
	}
}
