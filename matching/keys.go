package matching

import (
	"cmp"
	"math"
	"slices"
)

// key is one thing two records may share: a hash, what it is worth and its kind.
type key struct {
	hash   uint64
	weight float32
	route  Route
}

// keyer makes the keys of records. It belongs to one goroutine.
type keyer struct {
	grams []uint32
}

// The weights of the routes beside a whole token's 1: a 3-gram is a small part of one, a key made of several facts is more.
const (
	gramWeight   = 0.22
	codeWeight   = 0.8
	looseWeight  = 0.4
	domainWeight = 1.2
	soundWeight  = 0.4
)

// maxGrams bounds the 3-grams of one record.
const maxGrams = 160

// of appends the distinct keys of a record.
func (m *keyer) of(c *Corpus, r int, keys []key) []key {
	from := len(keys)
	m.grams = m.grams[:0]
	for _, id := range c.bagOf(r) {
		class, text := c.vocab.class(id), c.vocab.raw(id)
		if class == ClassCode && len(text) >= 5 {
			keys = codeKeys(keys, text)
		}
		if (class == ClassCode || class == ClassWord) && text[0] != '#' {
			m.cutGrams(text)
		}
	}
	keys = domainKeys(c, r, keys)
	keys = keys[:from+len(distinctKeys(keys[from:]))]
	for _, id := range c.bagOf(r) {
		if c.vocab.class(id) != ClassLegal {
			keys = append(keys, key{hash: mix(uint64(id), 1), weight: 1, route: RouteToken})
		}
	}
	slices.Sort(m.grams)
	for _, g := range slices.Compact(m.grams) {
		keys = append(keys, key{hash: mix(uint64(g), 2), weight: gramWeight, route: RouteGram})
	}
	return keys
}

// cutGrams adds the 3-grams of a text.
func (m *keyer) cutGrams(text []byte) {
	for i := -1; i+2 <= len(text) && len(m.grams) < maxGrams; i++ {
		m.grams = append(m.grams, gram(text, i))
	}
}

// distinctKeys sorts keys and drops those that come twice.
func distinctKeys(keys []key) []key {
	slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.hash, b.hash) })
	return slices.CompactFunc(keys, func(a, b key) bool { return a.hash == b.hash })
}

// codeKeys are the ways in which a code is written: without leading zeros, with characters that are taken for each other
// folded, its first and its last five characters.
func codeKeys(keys []key, text []byte) []key {
	trimmed := text
	for len(trimmed) > 4 && trimmed[0] == '0' {
		trimmed = trimmed[1:]
	}
	confused := uint64(14695981039346656037)
	for _, b := range trimmed {
		confused = (confused ^ uint64(confusable(b))) * 1099511628211
	}
	keys = append(keys, key{hash: mix(confused, 3), weight: codeWeight, route: RouteCode})
	if len(trimmed) < 6 {
		return keys
	}
	return append(keys,
		key{hash: mix(hashBytes(trimmed[:5]), 4), weight: looseWeight, route: RouteCode},
		key{hash: mix(hashBytes(trimmed[len(trimmed)-5:]), 5), weight: looseWeight, route: RouteCode})
}

// confusable folds characters that people take for each other.
func confusable(b byte) byte {
	switch b {
	case 'o':
		return '0'
	case 'i', 'l':
		return '1'
	case 's':
		return '5'
	case 'b':
		return '8'
	case 'z':
		return '2'
	}
	return b
}

// domainKeys are the keys made of several facts: standard and dimensions of an item, the number of a house with the postcode
// or the telephone, how a name sounds.
func domainKeys(c *Corpus, r int, keys []key) []key {
	keys = sizeKeys(c, r, keys)
	var house, place uint64
	for f, field := range c.fields {
		switch field.Kind {
		case KindAddress:
			if tokens := c.tokensOf(r, f); len(tokens) > 1 && hasDigit(string(c.vocab.raw(tokens[0]))) {
				house = uint64(tokens[0])
				keys = append(keys, key{hash: mix(house<<32|uint64(longest(c, tokens[1:])), 9), weight: domainWeight, route: RouteDomain})
			}
		case KindCode:
			if id := c.wholeOf(r, f); id != 0 && len(c.values.raw(id)) <= 6 {
				place = uint64(id)
			}
		case KindName:
			keys = soundKeys(c, r, f, keys)
		case KindSkip, KindText, KindNumber, KindPhone, KindDate, KindCategory, KindGTIN:
		}
	}
	if house != 0 && place != 0 {
		keys = append(keys, key{hash: mix(house<<32|place, 10), weight: domainWeight, route: RouteDomain})
	}
	return keys
}

// maxSizes is the number of dimensions beyond which a text lists sizes rather than having one.
const maxSizes = 6

// sizeKeys are all dimensions of a record together, and each grade or standard with them.
func sizeKeys(c *Corpus, r int, keys []key) []key {
	dims := c.dimsOf(r)
	if len(dims) < 2 || len(dims) > maxSizes {
		return keys
	}
	var sum uint64
	for _, d := range dims {
		sum += mix(uint64(d.Role)<<56^math.Float64bits(math.Round(d.Value*10)), 6)
	}
	keys = append(keys, key{hash: mix(sum, 7), weight: domainWeight, route: RouteDomain})
	for _, g := range c.gradesOf(r) {
		keys = append(keys, key{hash: mix(sum^uint64(g), 8), weight: domainWeight, route: RouteDomain})
	}
	return keys
}

// longest returns the token with the longest text: a street's name rather than its direction.
func longest(c *Corpus, tokens []uint32) uint32 {
	best := tokens[0]
	for _, id := range tokens {
		if len(c.vocab.raw(id)) > len(c.vocab.raw(best)) {
			best = id
		}
	}
	return best
}

func soundKeys(c *Corpus, r, f int, keys []key) []key {
	for _, id := range c.tokensOf(r, f) {
		if sound := c.sound(id); sound != 0 {
			keys = append(keys, key{hash: mix(uint64(sound), 11), weight: soundWeight, route: RouteSound})
		}
	}
	return keys
}

// gram packs three bytes of a text that begins and ends with a blank.
func gram(text []byte, i int) uint32 {
	at := func(k int) uint32 {
		if k < 0 || k >= len(text) {
			return ' '
		}
		return uint32(text[k])
	}
	return at(i)<<16 | at(i+1)<<8 | at(i+2)
}

func hashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// mix spreads a value over 64 bits, apart for each salt.
func mix(v, salt uint64) uint64 {
	v += salt * 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// keyCounts counts keys by hash in an open table.
type keyCounts struct {
	hashes []uint64
	counts []uint32
	used   int
}

func newKeyCounts() *keyCounts {
	return &keyCounts{hashes: make([]uint64, 1<<12), counts: make([]uint32, 1<<12)}
}

func (k *keyCounts) add(hash uint64) {
	mask := uint64(len(k.hashes) - 1) // #nosec G115 -- tables are never empty
	at := hash & mask
	for k.counts[at] != 0 && k.hashes[at] != hash {
		at = (at + 1) & mask
	}
	if k.counts[at] == 0 {
		k.hashes[at] = hash
		k.used++
	}
	k.counts[at]++
	if 2*k.used > len(k.hashes) {
		k.grow()
	}
}

func (k *keyCounts) grow() {
	old := *k
	k.hashes, k.counts = make([]uint64, 2*len(old.hashes)), make([]uint32, 2*len(old.hashes))
	mask := uint64(len(k.hashes) - 1) // #nosec G115 -- tables are never empty
	for i, count := range old.counts {
		if count == 0 {
			continue
		}
		at := old.hashes[i] & mask
		for k.counts[at] != 0 {
			at = (at + 1) & mask
		}
		k.hashes[at], k.counts[at] = old.hashes[i], count
	}
}

// above returns the keys that more than so many records have.
func (k *keyCounts) above(most uint32) map[uint64]bool {
	common := map[uint64]bool{}
	for i, count := range k.counts {
		if count > most {
			common[k.hashes[i]] = true
		}
	}
	return common
}

// layout returns the keys, where their postings start and the table that finds them. Keys of
// fewer records than least or of more than most get no postings.
func (k *keyCounts) layout(least, most uint32) (keys []uint64, starts, table []uint32) {
	kept := 0
	for _, count := range k.counts {
		if count >= least && count <= most {
			kept++
		}
	}
	size := 1024
	for size < 2*kept {
		size *= 2
	}
	table = make([]uint32, size)
	keys, starts = make([]uint64, 0, kept), make([]uint32, 1, kept+1)
	mask := uint64(size - 1) // #nosec G115 -- tables are never empty
	for i, count := range k.counts {
		if count < least || count > most {
			continue
		}
		at := k.hashes[i] & mask
		for table[at] != 0 {
			at = (at + 1) & mask
		}
		keys = append(keys, k.hashes[i])
		starts = append(starts, starts[len(starts)-1]+count)
		table[at] = uint32(len(keys)) // #nosec G115 -- keys are counted in uint32
	}
	return keys, starts, table
}
