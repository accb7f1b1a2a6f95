package matching

import (
	"cmp"
	"slices"
	"strings"
)

// likeness compares tokens and lists of tokens. It belongs to one goroutine.
type likeness struct {
	corpus  *Corpus
	strings Strings
	restA   []uint32
	restB   []uint32
}

// maxRest is how many unequal tokens of a side are looked at for likeness, the most telling first.
const maxRest = 10

// overlap is what two lists of tokens share, by weight.
type overlap struct {
	shared, a, b float64
}

// dice is the share of both that is common.
func (o overlap) dice() float64 {
	if o.a+o.b == 0 {
		return 0
	}
	return min(1, 2*o.shared/(o.a+o.b))
}

// contained is the share of the smaller one that is common.
func (o overlap) contained() float64 {
	least := min(o.a, o.b)
	if least == 0 {
		return 0
	}
	return min(1, o.shared/least)
}

// bags compares two ascending lists of distinct tokens, then what is left over for likeness.
func (l *likeness) bags(a, b []uint32) overlap {
	var o overlap
	l.restA, l.restB = l.restA[:0], l.restB[:0]
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			o.a += float64(l.corpus.weightOfToken(a[i]))
			l.restA = append(l.restA, a[i])
			i++
		case i == len(a) || b[j] < a[i]:
			o.b += float64(l.corpus.weightOfToken(b[j]))
			l.restB = append(l.restB, b[j])
			j++
		default:
			w := float64(l.corpus.weightOfToken(a[i]))
			o.a, o.b, o.shared = o.a+w, o.b+w, o.shared+w
			i++
			j++
		}
	}
	o.shared += l.rest()
	return o
}

// rest pairs unequal tokens that are written alike and returns what that is worth.
func (l *likeness) rest() float64 {
	l.restA, l.restB = l.telling(l.restA), l.telling(l.restB)
	if slices.Compare(l.restA, l.restB) > 0 {
		l.restA, l.restB = l.restB, l.restA // who comes first must not depend on who was named first
	}
	sum, used := 0.0, uint16(0)
	for _, a := range l.restA {
		best, at := 0.0, -1
		for j, b := range l.restB {
			if used>>j&1 != 0 {
				continue
			}
			if s := l.tokens(a, b) * float64(min(l.corpus.weightOfToken(a), l.corpus.weightOfToken(b))); s > best {
				best, at = s, j
			}
		}
		if at >= 0 {
			used |= 1 << at
			sum += best
		}
	}
	return sum
}

// terms compares the words that only one of the two bags compared last has, as far as it is known what stands for them
// elsewhere: 2 if one stands for the other, 1 if none does. It says nothing where such words are missing on a side.
func (l *likeness) terms() Level {
	k := &l.corpus.kin
	if len(k.pairs) == 0 {
		return LevelMissing
	}
	level := LevelMissing
	for _, a := range l.restA {
		for _, b := range l.restB {
			if k.are(a, b) {
				return 2
			}
			if k.known(a) && k.known(b) {
				level = 1
			}
		}
	}
	return level
}

// telling keeps the tokens with the most weight.
func (l *likeness) telling(ids []uint32) []uint32 {
	if len(ids) <= maxRest {
		return ids
	}
	slices.SortFunc(ids, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(l.corpus.weightOfToken(b), l.corpus.weightOfToken(a)), cmp.Compare(a, b))
	})
	return ids[:maxRest]
}

// tokens returns how alike two unequal tokens are, 0 for what is merely similar: 40mm is not nearly 45mm.
func (l *likeness) tokens(a, b uint32) float64 {
	v := l.corpus.vocab
	classA, classB := v.class(a), v.class(b)
	if !comparable(classA) || !comparable(classB) {
		return 0
	}
	if l.corpus.kin.are(a, b) {
		return kinLikeness
	}
	if !near(l.corpus.signatureOf(a), l.corpus.signatureOf(b)) {
		return 0
	}
	x, y := v.view(a), v.view(b)
	if classA == ClassCode || classB == ClassCode {
		return l.codes(x, y)
	}
	return l.words(x, y)
}

func comparable(class Class) bool { return class == ClassWord || class == ClassCode }

// words returns the likeness of two words: typing errors and abbreviations.
func (l *likeness) words(x, y string) float64 {
	x, y = shorterFirst(x, y)
	if len(x) < 3 || x[0] == '#' || y[0] == '#' {
		return 0
	}
	if len(x) >= 4 && len(y) > len(x) && y[:len(x)] == x {
		return 0.85
	}
	if x[0] == y[0] && len(y)-len(x) >= 3 && abbreviates(x, y) {
		return 0.5
	}
	if len(y)-len(x) > 2 || len(x) < 4 {
		return 0
	}
	return l.typing(x, y)
}

// typing returns the likeness of words that one or two typing errors make equal.
func (l *likeness) typing(x, y string) float64 {
	edits := l.strings.Levenshtein(x, y)
	switch {
	case edits == 1:
		return 0.9
	case edits == 2 && len(x) >= 7:
		return 0.8
	case edits == 2 && len(x) >= 5 && l.strings.JaroWinkler(x, y) > 0.93:
		return 0.7
	}
	return 0
}

// shorterFirst orders two texts, so that comparing them does not depend on which came first.
func shorterFirst(x, y string) (shorter, longer string) {
	if len(x) > len(y) || len(x) == len(y) && x > y {
		return y, x
	}
	return x, y
}

// abbreviates tells whether the letters of x stand in y in order: brg for bearing. Vowels must not come first.
func abbreviates(x, y string) bool {
	if strings.ContainsAny(x[1:], "aeiou") && len(x) < 4 {
		return false
	}
	at := 0
	for i := range len(y) {
		if at < len(x) && y[i] == x[at] {
			at++
		}
	}
	return at == len(x) && x[len(x)-1] != y[0]
}

// codes returns the likeness of two codes: characters taken for each other, one within the other, one letter more. Codes
// that differ in a digit are different.
func (l *likeness) codes(x, y string) float64 {
	x, y = shorterFirst(x, y)
	if len(x) < 4 {
		return 0
	}
	if sameConfused(x, y) {
		return 0.9
	}
	if at := strings.Index(y, x); at >= 0 {
		return codeWithin(x, y, at)
	}
	if len(x) >= 6 && len(y)-len(x) <= 2 && letterEdit(x, y) {
		return 0.75
	}
	if common := commonPrefix(x, y); common >= 5 && 10*common >= 7*len(x) && !isDigitByte(x[common]) {
		return 0.6
	}
	return 0
}

// codeWithin weighs a code found inside another: what follows or goes before may be a variant's letters, not more digits.
func codeWithin(x, y string, at int) float64 {
	before, after := y[:at], y[at+len(x):]
	if after != "" && isDigitByte(after[0]) && endsDigit(x) || before != "" && endsDigit(before) && startsDigit(x) {
		return 0
	}
	if !hasDigit(x) {
		return 0.5
	}
	return 0.6 + 0.3*float64(len(x))/float64(len(y))
}

// sameConfused tells whether two codes are equal once leading zeros and characters taken for each other do not count.
func sameConfused(x, y string) bool {
	x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if len(x) != len(y) {
		return false
	}
	for i := range len(x) {
		if confusable(x[i]) != confusable(y[i]) {
			return false
		}
	}
	return true
}

// letterEdit tells whether one letter was inserted, lost or replaced and all digits stayed.
func letterEdit(x, y string) bool {
	i := commonPrefix(x, y)
	j := 0
	for j < len(x)-i && j < len(y)-i && x[len(x)-1-j] == y[len(y)-1-j] {
		j++
	}
	left, right := x[i:len(x)-j], y[i:len(y)-j]
	return len(left) <= 1 && len(right) <= 2 && !hasDigit(left) && !hasDigit(right)
}

func commonPrefix(x, y string) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}
