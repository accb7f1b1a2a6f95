package matching

import "unicode/utf8"

// Strings compares strings without allocating once it is warm. It holds the scratch space of one goroutine: its zero value
// is ready, and it must not be shared.
type Strings struct {
	masks [128]uint64
	wide  []wideMask
	a, b  []rune
	row   []int
}

// wideMask is where a rune beyond ASCII stands in the pattern.
type wideMask struct {
	r    rune
	mask uint64
}

// word is the number of runes that fit into one machine word.
const word = 64

// Levenshtein returns how many insertions, deletions and substitutions of characters turn a into b.
func (s *Strings) Levenshtein(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return utf8.RuneCountInString(b)
	}
	if len(a) <= word && isASCII(a) && isASCII(b) {
		return s.narrow(a, b)
	}
	s.load(a, b)
	if len(s.a) > len(s.b) {
		s.a, s.b = s.b, s.a
	}
	if len(s.a) == 0 {
		return len(s.b)
	}
	if len(s.a) > word {
		return s.rows()
	}
	return s.wideWord()
}

// narrow is Myers' algorithm in Hyyrö's form for an ASCII pattern of one word: a column of the matrix at a time.
func (s *Strings) narrow(a, b string) int {
	for i := range len(a) {
		s.masks[a[i]] |= 1 << i
	}
	positive, negative, distance := ^uint64(0), uint64(0), len(a)
	last := uint64(1) << (len(a) - 1)
	for j := range len(b) {
		eq := s.masks[b[j]]
		zero := (((eq & positive) + positive) ^ positive) | eq | negative
		up, down := negative|^(zero|positive), zero&positive
		if up&last != 0 {
			distance++
		} else if down&last != 0 {
			distance--
		}
		up = up<<1 | 1
		down <<= 1
		positive, negative = down|^(zero|up), up&zero
	}
	for i := range len(a) {
		s.masks[a[i]] = 0
	}
	return distance
}

// wideWord is narrow for runes.
func (s *Strings) wideWord() int {
	s.maskRunes(s.a)
	positive, negative, distance := ^uint64(0), uint64(0), len(s.a)
	last := uint64(1) << (len(s.a) - 1)
	for _, r := range s.b {
		eq := s.mask(r)
		zero := (((eq & positive) + positive) ^ positive) | eq | negative
		up, down := negative|^(zero|positive), zero&positive
		if up&last != 0 {
			distance++
		} else if down&last != 0 {
			distance--
		}
		up = up<<1 | 1
		down <<= 1
		positive, negative = down|^(zero|up), up&zero
	}
	s.unmaskRunes(s.a)
	return distance
}

// rows is the plain algorithm with one row, for patterns longer than a word.
func (s *Strings) rows() int {
	if cap(s.row) < len(s.a)+1 {
		s.row = make([]int, len(s.a)+1)
	}
	row := s.row[:len(s.a)+1]
	for i := range row {
		row[i] = i
	}
	for j, r := range s.b {
		diagonal := row[0]
		row[0] = j + 1
		for i, q := range s.a {
			cost := diagonal
			if q != r {
				cost = min(diagonal, row[i], row[i+1]) + 1
			}
			diagonal, row[i+1] = row[i+1], cost
		}
	}
	return row[len(s.a)]
}

// load decodes both strings into the scratch space.
func (s *Strings) load(a, b string) {
	s.a, s.b = s.a[:0], s.b[:0]
	for _, r := range a {
		s.a = append(s.a, r)
	}
	for _, r := range b {
		s.b = append(s.b, r)
	}
}

func (s *Strings) maskRunes(pattern []rune) {
	s.wide = s.wide[:0]
	for i, r := range pattern {
		bit := uint64(1) << i
		if r < utf8.RuneSelf {
			s.masks[r] |= bit
			continue
		}
		if at := s.wideAt(r); at >= 0 {
			s.wide[at].mask |= bit
			continue
		}
		s.wide = append(s.wide, wideMask{r: r, mask: bit})
	}
}

func (s *Strings) unmaskRunes(pattern []rune) {
	for _, r := range pattern {
		if r < utf8.RuneSelf {
			s.masks[r] = 0
		}
	}
}

func (s *Strings) mask(r rune) uint64 {
	if r < utf8.RuneSelf {
		return s.masks[r]
	}
	if at := s.wideAt(r); at >= 0 {
		return s.wide[at].mask
	}
	return 0
}

func (s *Strings) wideAt(r rune) int {
	for i := range s.wide {
		if s.wide[i].r == r {
			return i
		}
	}
	return -1
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
