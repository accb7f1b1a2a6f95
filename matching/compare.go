package matching

import (
	"math"
	"math/bits"
	"slices"
)

// Level says how two values compare, from worst to best. LevelMissing is no evidence at all.
type Level uint8

// LevelMissing is the level of a comparison in which a side says nothing.
const LevelMissing Level = 0

// maxLevels is one more than the highest level of any comparison.
const maxLevels = 10

// The comparisons beside those of the fields: of whole records, whatever stands in which column.
const (
	wholeDice = iota
	wholeContained
	wholeCode
	wholeNumber
	wholeSize
	wholeTerms
	wholeCount
)

// Comparer compares the records of a corpus pair by pair. It belongs to one goroutine and does not allocate once warm.
type Comparer struct {
	corpus *Corpus
	like   likeness
	setA   []uint32
	setB   []uint32
	bagA   []uint32
	bagB   []uint32
}

// NewComparer returns a Comparer for one goroutine.
func (c *Corpus) NewComparer() *Comparer { return &Comparer{corpus: c, like: likeness{corpus: c}} }

// Comparisons names what a comparison vector holds, in order.
func (c *Corpus) Comparisons() []string {
	names := make([]string, 0, len(c.fields)+wholeCount)
	for _, f := range c.fields {
		names = append(names, f.Name)
	}
	return append(names, "whole record", "smaller record", "codes", "numbers", sizeComparison, "terms")
}

// sizeComparison names the comparison of sizes, grades and standards.
const sizeComparison = "size and grade"

// Contradicts tells of a vector whose comparisons are known by name whether sizes, grades or standards exclude each other.
func Contradicts(comparisons []string, levels []Level) bool {
	at := slices.Index(comparisons, sizeComparison)
	return at >= 0 && at < len(levels) && levels[at] == 1
}

// near tells whether two signatures differ in few characters; one within the other is always near.
func near(a, b uint64) bool {
	return bits.OnesCount64(a^b) <= 5 || a&b == a || a&b == b
}

// Compare fills levels with the comparison of records a and b; Compare(b, a) gives the same.
func (m *Comparer) Compare(a, b int, levels []Level) {
	c := m.corpus
	n := len(c.fields)
	for f := range c.fields {
		levels[f] = m.field(a, b, f)
	}
	o := m.like.bags(c.bagOf(a), c.bagOf(b))
	levels[n+wholeDice] = step(o.dice(), .12, .2, .3, .4, .5, .65, .8, .95)
	levels[n+wholeContained] = step(o.contained(), .25, .4, .55, .7, .85, .97)
	levels[n+wholeTerms] = m.like.terms()
	levels[n+wholeCode] = m.codes(a, b)
	levels[n+wholeNumber] = m.numbers(a, b)
	levels[n+wholeSize] = m.sizes(a, b)
	if len(c.bagOf(a)) == 0 || len(c.bagOf(b)) == 0 {
		levels[n+wholeDice], levels[n+wholeContained] = LevelMissing, LevelMissing
	}
}

// step returns 1 for a similarity below the first mark, 2 below the second and so on.
func step(similarity float64, marks ...float64) Level {
	level := Level(1)
	for _, mark := range marks {
		if similarity >= mark {
			level++
		}
	}
	return level
}

// field compares one field of two records.
func (m *Comparer) field(a, b, f int) Level {
	c := m.corpus
	x, y := c.wholeOf(a, f), c.wholeOf(b, f)
	if x == 0 || y == 0 {
		return LevelMissing
	}
	kind := c.fields[f].Kind
	if kind == KindNumber {
		return numberLevel(c.numberOf(a, f), c.numberOf(b, f))
	}
	if x == y {
		return m.equal(x)
	}
	switch kind {
	case KindCode, KindPhone, KindDate:
		return m.codeLevel(c.values.view(x), c.values.view(y))
	case KindName:
		return step(m.nameLike(a, b, f), .5, .7, .85, .92)
	case KindCategory, KindGTIN:
		return 1
	case KindSkip, KindText, KindAddress, KindNumber:
	}
	if kind == KindAddress {
		if m.otherHouse(a, b, f) {
			return 1
		}
		return 1 + step(m.textLike(a, b, f), .2, .4, .6, .8)
	}
	return step(m.textLike(a, b, f), .2, .4, .6, .8, .95)
}

// equal is the level of equal values: a rare value agreed upon is worth more than a common one.
func (m *Comparer) equal(value uint32) Level {
	count, n := float64(m.corpus.counts(value)), float64(m.corpus.counted)
	switch {
	case count <= max(3, n/1000):
		return 9
	case count <= n/50:
		return 8
	}
	return 7
}

// numberLevel compares quantities by their relative distance.
func numberLevel(x, y float64) Level {
	if x == y {
		return 7
	}
	distance := math.Abs(x-y) / max(math.Abs(x), math.Abs(y))
	return step(1-distance, .5, .8, .9, .97, .999)
}

// codeLevel compares two unequal values that are codes, dates or telephone numbers. Lowest are part numbers of one pattern
// that differ in a digit: they stand beside each other in a catalogue and mean different things.
func (m *Comparer) codeLevel(x, y string) Level {
	if catalogueTwins(x, y) {
		return 1
	}
	return 1 + step(m.codeLike(x, y), .55, .75, .85)
}

// catalogueTwins tells whether two codes have the same letters in the same places and differ in one or two digits.
func catalogueTwins(x, y string) bool {
	if len(x) != len(y) || len(x) < 5 || sameConfused(x, y) {
		return false
	}
	letters, digits := 0, 0
	for i := range len(x) {
		switch {
		case isDigitByte(x[i]) != isDigitByte(y[i]) || !isDigitByte(x[i]) && x[i] != y[i]:
			return false
		case !isDigitByte(x[i]):
			letters++
		case x[i] != y[i]:
			digits++
		}
	}
	return letters > 0 && digits > 0 && digits <= 3
}

// codeLike returns the likeness of two values that are codes, dates or telephone numbers.
func (m *Comparer) codeLike(x, y string) float64 {
	if likeness := m.like.codes(x, y); likeness > 0 {
		return likeness
	}
	x, y = shorterFirst(x, y)
	edits := m.like.strings.Levenshtein(x, y)
	if edits == 2 && len(x) == len(y) && swapped(x, y) {
		edits = 1
	}
	if len(x) < 4 {
		return 0
	}
	return max(0, 1-1.5*float64(edits)/float64(len(y)))
}

// swapped tells whether two neighbours changed places.
func swapped(x, y string) bool {
	i := commonPrefix(x, y)
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && x[i+2:] == y[i+2:]
}

// nameLike returns the likeness of two short names: as they stand, and word by word.
func (m *Comparer) nameLike(a, b, f int) float64 {
	c := m.corpus
	x, y := c.values.view(c.wholeOf(a, f)), c.values.view(c.wholeOf(b, f))
	x, y = shorterFirst(x, y)
	return max(m.like.strings.JaroWinkler(x, y), m.textLike(a, b, f))
}

// textLike returns the share of the words that two texts have in common.
func (m *Comparer) textLike(a, b, f int) float64 {
	m.setA = distinct(m.setA[:0], m.corpus.tokensOf(a, f))
	m.setB = distinct(m.setB[:0], m.corpus.tokensOf(b, f))
	o := m.like.bags(m.setA, m.setB)
	return 0.6*o.dice() + 0.4*o.contained()
}

func distinct(into, ids []uint32) []uint32 {
	into = append(into, ids...)
	slices.Sort(into)
	return slices.Compact(into)
}

// otherHouse tells whether two addresses begin with different numbers.
func (m *Comparer) otherHouse(a, b, f int) bool {
	x, y := m.corpus.tokensOf(a, f), m.corpus.tokensOf(b, f)
	if len(x) == 0 || len(y) == 0 || x[0] == y[0] {
		return false
	}
	return startsDigit(m.corpus.vocab.view(x[0])) && startsDigit(m.corpus.vocab.view(y[0]))
}

// codes compares the codes of two records, wherever they stand: conflict, partly alike, a variant, equal, equal and rare.
func (m *Comparer) codes(a, b int) Level {
	c := m.corpus
	m.bagA = m.only(m.bagA[:0], c.bagOf(a), true)
	m.bagB = m.only(m.bagB[:0], c.bagOf(b), true)
	if len(m.bagA) == 0 || len(m.bagB) == 0 {
		return LevelMissing
	}
	best := Level(1)
	for _, x := range m.bagA {
		for _, y := range m.bagB {
			best = max(best, m.codePair(x, y))
		}
	}
	return best
}

func (m *Comparer) codePair(x, y uint32) Level {
	c := m.corpus
	if x == y {
		switch count := c.records(x); {
		case count <= 3:
			return 7
		case float64(count) <= max(10, float64(c.counted)/200):
			return 6
		}
		return 4
	}
	if !near(c.signatureOf(x), c.signatureOf(y)) {
		return 1
	}
	switch s := m.like.codes(c.vocab.view(x), c.vocab.view(y)); {
	case s >= .8:
		return 5
	case s >= .7:
		return 3
	case s > 0:
		return 2
	}
	return 1
}

// maxCodes is how many codes or numbers of a record are compared.
const maxCodes = 12

// only keeps the codes, or else the numbers, of a record.
func (m *Comparer) only(into, bag []uint32, codes bool) []uint32 {
	v := m.corpus.vocab
	for _, id := range bag {
		class := v.class(id)
		isCode := class == ClassCode && len(v.raw(id)) >= 4
		isNumber := class == ClassNumber || class == ClassDimension
		if len(into) < maxCodes && (codes && isCode || !codes && isNumber) {
			into = append(into, id)
		}
	}
	return into
}

// numbers compares the numbers and dimensions of two records: none in common, some, all of one, all of both.
func (m *Comparer) numbers(a, b int) Level {
	c := m.corpus
	m.bagA = m.only(m.bagA[:0], c.bagOf(a), false)
	m.bagB = m.only(m.bagB[:0], c.bagOf(b), false)
	if len(m.bagA) == 0 || len(m.bagB) == 0 {
		return LevelMissing
	}
	shared := 0
	for _, x := range m.bagA {
		if _, found := slices.BinarySearch(m.bagB, x); found {
			shared++
		}
	}
	switch {
	case shared == 0:
		return 1
	case shared == len(m.bagA) && shared == len(m.bagB):
		return 4
	case shared == min(len(m.bagA), len(m.bagB)):
		return 3
	}
	return 2
}
