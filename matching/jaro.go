package matching

import "math/bits"

// JaroWinkler returns how alike two strings are, from 0 to 1: 1 for equal ones, 0 where one is empty. Digits earn the bonus
// for a common beginning like letters do, and only strings above 0.7 earn it.
func (s *Strings) JaroWinkler(a, b string) float64 {
	jaro := s.Jaro(a, b)
	if jaro <= 0.7 {
		return jaro
	}
	prefix := 0
	for prefix < 4 && prefix < len(s.a) && prefix < len(s.b) && s.a[prefix] == s.b[prefix] {
		prefix++
	}
	return jaro + 0.1*float64(prefix)*(1-jaro)
}

// Jaro returns the mean share of characters that have a partner nearby, less the transposed ones.
func (s *Strings) Jaro(a, b string) float64 {
	s.load(a, b)
	if len(s.a) == 0 || len(s.b) == 0 {
		return 0
	}
	if len(s.a) > word || len(s.b) > word {
		return s.jaroLong()
	}
	s.maskRunes(s.b)
	span := max(0, max(len(s.a), len(s.b))/2-1)
	var usedA, usedB uint64
	for i, r := range s.a {
		near := window(i-span, i+span) & s.mask(r) &^ usedB
		if near != 0 {
			usedB |= near & -near
			usedA |= 1 << i
		}
	}
	s.unmaskRunes(s.b)
	return s.jaroOf(usedA, usedB)
}

// window has the bits from..to, as far as they exist.
func window(from, to int) uint64 {
	from, to = max(from, 0), min(to, word-1)
	if to < from {
		return 0
	}
	return (^uint64(0) >> (word - 1 - (to - from))) << from
}

// jaroOf computes the similarity from the characters that found a partner.
func (s *Strings) jaroOf(usedA, usedB uint64) float64 {
	matches := bits.OnesCount64(usedA)
	if matches == 0 {
		return 0
	}
	crossed := 0
	for usedA != 0 {
		if s.a[bits.TrailingZeros64(usedA)] != s.b[bits.TrailingZeros64(usedB)] {
			crossed++
		}
		usedA &= usedA - 1
		usedB &= usedB - 1
	}
	return jaroFormula(matches, crossed/2, len(s.a), len(s.b))
}

func jaroFormula(matches, transpositions, lenA, lenB int) float64 {
	m := float64(matches)
	return (m/float64(lenA) + m/float64(lenB) + (m-float64(transpositions))/m) / 3
}

// jaroLong is the plain algorithm for strings longer than a word; row marks which characters of b are taken.
func (s *Strings) jaroLong() float64 {
	if cap(s.row) < len(s.b)+len(s.a) {
		s.row = make([]int, len(s.a)+len(s.b))
	}
	takenB, partner := s.row[:len(s.b)], s.row[len(s.b):len(s.b)+len(s.a)]
	clear(takenB)
	span, matches := max(0, max(len(s.a), len(s.b))/2-1), 0
	for i, r := range s.a {
		partner[i] = -1
		for j := max(0, i-span); j <= min(len(s.b)-1, i+span); j++ {
			if takenB[j] == 0 && s.b[j] == r {
				takenB[j], partner[i] = 1, j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	return jaroFormula(matches, s.crossed(takenB, partner)/2, len(s.a), len(s.b))
}

// crossed counts matched characters that stand in another order.
func (s *Strings) crossed(takenB, partner []int) int {
	crossed, j := 0, 0
	for i := range s.a {
		if partner[i] < 0 {
			continue
		}
		for takenB[j] == 0 {
			j++
		}
		if s.a[i] != s.b[j] {
			crossed++
		}
		j++
	}
	return crossed
}
