package matching

import "unsafe"

// vocabulary gives every text a number. Texts lie in one block of bytes and the table holds numbers only, so that a million
// of them cost the garbage collector nothing. One laid over another knows the other's texts as well and numbers only those it
// does not have, behind them.
type vocabulary struct {
	bytes   []byte
	ends    []uint32 // where text i ends; text 0 is ""
	classes []Class
	table   []uint32

	base  *vocabulary // what this one is laid over; nil for nothing
	first uint32      // the first number that is not the base's
	off   uint32      // what is taken off a number of its own to find it in ends and classes
}

func newVocabulary() *vocabulary {
	return &vocabulary{ends: []uint32{0}, classes: []Class{ClassStop}, table: make([]uint32, 1024)}
}

// over lays an empty v over a base as it is now.
func (v *vocabulary) over(base *vocabulary) {
	v.truncate(v.own(0))
	v.base, v.first = base, uint32(base.size()) // #nosec G115 -- numbers are counted in uint32
	v.off = v.first - 1
}

// own is the number of v's i-th own text.
func (v *vocabulary) own(i int) int { return int(v.off) + 1 + i }

// size is one more than the largest number given.
func (v *vocabulary) size() int { return int(v.off) + len(v.ends) }

// text returns the text of a number.
func (v *vocabulary) text(id uint32) string {
	if id == 0 {
		return ""
	}
	return string(v.raw(id))
}

func (v *vocabulary) raw(id uint32) []byte {
	if id < v.first {
		v = v.base
	}
	id -= v.off
	return v.bytes[v.ends[id-1]:v.ends[id]]
}

// class returns the class of a number's text.
func (v *vocabulary) class(id uint32) Class {
	if id < v.first {
		return v.base.classes[id]
	}
	return v.classes[id-v.off]
}

// find returns a text's number, 0 if it has none.
func (v *vocabulary) find(text string, class Class) uint32 {
	if v.base != nil {
		if id := v.base.find(text, class); id != 0 {
			return id
		}
	}
	id, _ := v.slot(text, class)
	return id
}

// intern returns a text's number, a new one if it has none.
func (v *vocabulary) intern(text string, class Class) uint32 {
	if text == "" {
		return 0
	}
	if v.base != nil {
		if id := v.base.find(text, class); id != 0 {
			return id
		}
	}
	id, slot := v.slot(text, class)
	if id != 0 {
		return id
	}
	v.bytes = append(v.bytes, text...)
	v.ends = append(v.ends, uint32(len(v.bytes))) // #nosec G115 -- a corpus holds less than 4 GiB of distinct texts
	v.classes = append(v.classes, class)
	id = v.off + uint32(len(v.ends)-1) // #nosec G115 -- see above
	v.table[slot] = id
	if 2*len(v.ends) > len(v.table) {
		v.grow()
	}
	return id
}

// slot finds the number of a text of v's own, or the free place for it.
func (v *vocabulary) slot(text string, class Class) (id uint32, slot uint64) {
	mask := uint64(len(v.table) - 1) // #nosec G115 -- tables are never empty
	slot = (hashText(text) + uint64(class)*0x9e3779b97f4a7c15) & mask
	for {
		id = v.table[slot]
		if id == 0 || v.class(id) == class && string(v.raw(id)) == text {
			return id, slot
		}
		slot = (slot + 1) & mask
	}
}

func (v *vocabulary) grow() {
	v.table = make([]uint32, 2*len(v.table))
	mask := uint64(len(v.table) - 1) // #nosec G115 -- tables are never empty
	for i := v.own(0); i < v.size(); i++ {
		id := uint32(i) // #nosec G115 -- i counts interned texts
		slot := (hashText(string(v.raw(id))) + uint64(v.class(id))*0x9e3779b97f4a7c15) & mask
		for v.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		v.table[slot] = id
	}
}

// reserve makes room for more texts, so that taking them in seldom moves all the others.
func (v *vocabulary) reserve() {
	v.bytes, v.ends, v.classes = spared(v.bytes), spared(v.ends), spared(v.classes)
	for 2*cap(v.ends) > len(v.table) {
		v.grow()
	}
}

// spareShare is one over the share of room that is kept free for what comes later.
const spareShare = 16

// spared returns a list with room for more.
func spared[T any](list []T) []T {
	if cap(list)-len(list) >= len(list)/spareShare {
		return list
	}
	roomy := make([]T, len(list), len(list)+len(list)/spareShare)
	copy(roomy, list)
	return roomy
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

// view returns a number's text without copying it; it is valid as long as the vocabulary keeps the number, whose bytes do not
// change.
func (v *vocabulary) view(id uint32) string {
	if id == 0 {
		return ""
	}
	b := v.raw(id)
	return unsafe.String(&b[0], len(b)) // #nosec G103 -- texts are never empty and not written again while they are numbered
}

// truncate forgets the texts that were numbered last. They leave the table in the reverse of the order in which they came, so
// that no text is cut off from its place.
func (v *vocabulary) truncate(size int) {
	for i := v.size() - 1; i >= size; i-- {
		id := uint32(i) // #nosec G115 -- i counts interned texts
		_, slot := v.slot(string(v.raw(id)), v.class(id))
		v.table[slot] = 0
	}
	kept := size - int(v.off)
	v.ends, v.classes = v.ends[:kept], v.classes[:kept]
	v.bytes = v.bytes[:v.ends[kept-1]]
}
