package matching

import "slices"

// additions are what came after an index was built: postings of their own, by key, for records that are not in it, and which
// records are no longer there. They are weighed as the index weighs: how rare a key is stays what it was.
type additions struct {
	posts map[uint64][]uint32
	norms []float32
	gone  []uint64 // one bit a record
}

func newAdditions(records int) *additions {
	return &additions{posts: map[uint64][]uint32{}, gone: make([]uint64, records/word+1)}
}

// without tells whether a record is no longer there.
func (a *additions) without(r uint32) bool {
	return a != nil && a.gone[r/word]>>(r%word)&1 != 0
}

// add takes in the next record, with its keys.
func (a *additions) add(x *Index, r uint32, keys []key) {
	square := 0.0
	for _, k := range keys {
		if x.common[k.hash] {
			continue
		}
		a.posts[k.hash] = append(a.posts[k.hash], r)
		w := x.weight(x.countOf(k.hash), k)
		square += w * w
	}
	a.norms = append(a.norms, normOf(square))
	for int(r/word) >= len(a.gone) {
		a.gone = append(a.gone, 0)
	}
}

// drop forgets a record; keys are those it was added with, none for one that is indexed.
func (a *additions) drop(r uint32, keys []key) {
	a.gone[r/word] |= 1 << (r % word)
	for _, k := range keys {
		left := slices.DeleteFunc(a.posts[k.hash], func(other uint32) bool { return other == r })
		if a.posts[k.hash] = left; len(left) == 0 {
			delete(a.posts, k.hash)
		}
	}
}

// countOf is how many of the indexed records have a key.
func (x *Index) countOf(hash uint64) uint32 {
	if slot, ok := x.slot(hash); ok {
		return x.count(slot)
	}
	return 0
}
