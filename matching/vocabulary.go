package matching

import "unsafe"

// vocabulary gives every text a number. Texts lie in one block of bytes and the table holds numbers only, so that a million
// of them cost the garbage collector nothing.
type vocabulary struct {
	bytes   []byte
	ends    []uint32 // where text i ends; text 0 is ""
	classes []Class
	table   []uint32
}

func newVocabulary() *vocabulary {
	return &vocabulary{ends: []uint32{0}, classes: []Class{ClassStop}, table: make([]uint32, 1024)}
}

// size is one more than the largest number given.
func (v *vocabulary) size() int { return len(v.ends) }

// text returns the text of a number.
func (v *vocabulary) text(id uint32) string {
	if id == 0 {
		return ""
	}
	return string(v.raw(id))
}

func (v *vocabulary) raw(id uint32) []byte { return v.bytes[v.ends[id-1]:v.ends[id]] }

// find returns a text's number, 0 if it has none.
func (v *vocabulary) find(text string, class Class) uint32 {
	id, _ := v.slot(text, class)
	return id
}

// intern returns a text's number, a new one if it has none.
func (v *vocabulary) intern(text string, class Class) uint32 {
	if text == "" {
		return 0
	}
	id, slot := v.slot(text, class)
	if id != 0 {
		return id
	}
	v.bytes = append(v.bytes, text...)
	v.ends = append(v.ends, uint32(len(v.bytes))) // #nosec G115 -- a corpus holds less than 4 GiB of distinct texts
	v.classes = append(v.classes, class)
	id = uint32(len(v.ends) - 1) // #nosec G115 -- see above
	v.table[slot] = id
	if 2*len(v.ends) > len(v.table) {
		v.grow()
	}
	return id
}

// slot finds the number of a text or the free place for it.
func (v *vocabulary) slot(text string, class Class) (id uint32, slot uint64) {
	mask := uint64(len(v.table) - 1) // #nosec G115 -- tables are never empty
	slot = (hashText(text) + uint64(class)*0x9e3779b97f4a7c15) & mask
	for {
		id = v.table[slot]
		if id == 0 || v.classes[id] == class && string(v.raw(id)) == text {
			return id, slot
		}
		slot = (slot + 1) & mask
	}
}

func (v *vocabulary) grow() {
	v.table = make([]uint32, 2*len(v.table))
	mask := uint64(len(v.table) - 1) // #nosec G115 -- tables are never empty
	for i := 1; i < len(v.ends); i++ {
		slot := (hashText(string(v.raw(uint32(i)))) + uint64(v.classes[i])*0x9e3779b97f4a7c15) & mask // #nosec G115 -- i counts interned texts
		for v.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		v.table[slot] = uint32(i) // #nosec G115 -- see above
	}
}

// hashText is FNV-1a with a final mix; it needs no seed, so that numbers are the same in every run.
func hashText(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>29
}

// view returns a number's text without copying it; it is valid as long as the vocabulary lives, whose bytes never change.
func (v *vocabulary) view(id uint32) string {
	if id == 0 {
		return ""
	}
	b := v.raw(id)
	return unsafe.String(&b[0], len(b)) // #nosec G103 -- texts are never empty and never written again
}

// truncate forgets the texts that were numbered last. They leave the table in the reverse of the order in which they came, so
// that no text is cut off from its place.
func (v *vocabulary) truncate(size int) {
	for id := len(v.ends) - 1; id >= size; id-- {
		_, slot := v.slot(string(v.raw(uint32(id))), v.classes[id]) // #nosec G115 -- id counts interned texts
		v.table[slot] = 0
	}
	v.ends, v.classes = v.ends[:size], v.classes[:size]
	v.bytes = v.bytes[:v.ends[size-1]]
}
