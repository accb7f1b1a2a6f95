package matching

// A corpus may be laid over another: it knows the other's records, texts and how rare they are, and numbers its own behind them.
// What is looked up for a moment lies in such a corpus, so that many may look at the same time: none of them changes the base.

// newOverlay returns a corpus to be laid over others of the same fields.
func (c *Corpus) newOverlay() *Corpus {
	o := NewCorpus(c.fields, c.norm)
	o.vocab.over(c.vocab)
	o.values.over(c.values)
	return o
}

// over empties a corpus and lays it over a base as it is now.
func (c *Corpus) over(base *Corpus) {
	c.vocab.over(base.vocab)
	c.values.over(base.values)
	c.base, c.first, c.token, c.off = base, base.Len(), c.vocab.first, c.vocab.off
	c.split, c.counted, c.kin = base.split, base.counted, base.kin
	c.tokens, c.tokenAt, c.bag, c.bagAt, c.whole = c.tokens[:0], c.tokenAt[:1], c.bag[:0], c.bagAt[:1], c.whole[:0]
	c.numbers, c.dims, c.dimAt, c.grades, c.gradeAt = c.numbers[:0], c.dims[:0], c.dimAt[:1], c.grades[:0], c.gradeAt[:1]
	c.weight, c.signature, c.docs[0], c.docs[1] = append(c.weight[:0], 0), append(c.signature[:0], 0), append(c.docs[0][:0], 0), append(c.docs[1][:0], 0)
	if c.sounds = nil; base.sounds != nil {
		c.sounds = append(c.sounds, 0)
	}
}

// take adds a record to those that are not counted, and gives tokens that nobody had the weight of the rarest.
func (c *Corpus) take(p prepared) int {
	from := c.vocab.size()
	c.add(p)
	for id := uint32(from); int(id) < c.vocab.size(); id++ { // #nosec G115 -- tokens are counted in uint32
		c.docs[0], c.docs[1] = append(c.docs[0], 0), append(c.docs[1], 0)
		c.weight = append(c.weight, c.weightOf(c.vocab.class(id), 0, 1))
		c.signature = append(c.signature, signature(c.vocab.raw(id)))
		if c.sounds != nil {
			c.sounds = append(c.sounds, c.soundOf(id))
		}
	}
	return c.Len() - 1
}

// reserve makes room for records that are taken later.
func (c *Corpus) reserve() {
	c.vocab.reserve()
	c.values.reserve()
	c.tokens, c.tokenAt, c.bag, c.bagAt, c.whole = spared(c.tokens), spared(c.tokenAt), spared(c.bag), spared(c.bagAt), spared(c.whole)
	c.numbers, c.dims, c.dimAt, c.grades, c.gradeAt = spared(c.numbers), spared(c.dims), spared(c.dimAt), spared(c.grades), spared(c.gradeAt)
	c.weight, c.signature, c.docs[0], c.docs[1] = spared(c.weight), spared(c.signature), spared(c.docs[0]), spared(c.docs[1])
	c.sounds = spared(c.sounds)
}

// holding returns the corpus that has a record, and the record's place there.
func (c *Corpus) holding(r int) (*Corpus, int) {
	if r < c.first {
		return c.base, r
	}
	return c, r - c.first
}

func (c *Corpus) weightOfToken(id uint32) float32 {
	if id < c.token {
		return c.base.weight[id]
	}
	return c.weight[id-c.off]
}

func (c *Corpus) signatureOf(id uint32) uint64 {
	if id < c.token {
		return c.base.signature[id]
	}
	return c.signature[id-c.off]
}

// records counts the records that have a token.
func (c *Corpus) records(id uint32) uint32 {
	if id < c.token {
		c = c.base
	}
	id -= c.off
	return c.docs[0][id] + c.docs[1][id]
}

// sound returns the number of how a token sounds, 0 where that says nothing.
func (c *Corpus) sound(id uint32) uint32 {
	if id < c.token {
		c = c.base
	}
	if id -= c.off; c.sounds == nil || int(id) >= len(c.sounds) {
		return 0
	}
	return c.sounds[id]
}

// counts returns how many of the counted records have a whole value.
func (c *Corpus) counts(value uint32) uint32 {
	if c.base != nil {
		c = c.base
	}
	if int(value) >= len(c.valueCount) {
		return 0
	}
	return c.valueCount[value]
}
