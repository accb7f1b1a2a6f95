package matching

import (
	"cmp"
	"slices"
	"sync"
)

// Suggestion is a record that one looked up may mean.
type Suggestion struct {
	ID          string
	Score       float64
	Probability float64
	// Contradicted says that sizes, grades or standards exclude each other.
	Contradicted bool
}

// Matcher looks single records up among those of a Result, with its weights: the way a code is mapped or a new record is
// searched for before it is created. It is safe for use by several goroutines, one at a time.
type Matcher struct {
	mutex    sync.Mutex
	corpus   *Corpus
	index    *Index
	model    *Model
	ids      []string
	search   *Search
	comparer *Comparer
	levels   []Level
}

// NewMatcher returns a Matcher over a result's records. What is looked up may share a key with a single one of them, so it
// indexes them anew unless the result's index holds such keys.
func NewMatcher(r *Result, workers int) *Matcher {
	index := r.Index
	if !index.options.Singles {
		options := index.options
		options.Singles = true
		index = newIndex(r.Corpus, options, workers)
	}
	m := &Matcher{corpus: r.Corpus, index: index, model: r.Model, ids: r.ids, search: index.NewSearch(), comparer: r.Corpus.NewComparer()}
	m.search.score = append(m.search.score, 0)
	m.search.routes = append(m.search.routes, 0)
	m.levels = make([]Level, r.Pairs.Width)
	return m
}

// Check returns the records that one may mean, the likeliest first. It leaves nothing behind: the same record gives the same
// answer whatever was asked before.
func (m *Matcher) Check(record Record) []Suggestion {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	c := m.corpus
	mark := c.mark()
	defer c.reset(mark)
	c.add(c.prepare(record))
	c.weighNew(mark.tokens)
	c.uncount(mark.whole)
	number := c.Len() - 1
	m.index.norms = append(m.index.norms, m.index.norm(m.search.keyer.of(c, number, nil)))
	defer func() { m.index.norms = m.index.norms[:number] }()
	var found []Suggestion
	for _, near := range m.search.Near(number) {
		m.comparer.Compare(number, near.Record, m.levels)
		score := m.model.Score(m.levels)
		found = append(found, Suggestion{ID: m.ids[near.Record], Score: score, Probability: Probability(score), Contradicted: m.model.Contradicted(m.levels)})
	}
	slices.SortFunc(found, func(a, b Suggestion) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	return found
}

// corpusMark is the state of a corpus before a record was added for a moment.
type corpusMark struct {
	tokens, values                                       int
	words, tokenAt, bag, whole, numbers, dims, grades, n int
}

func (c *Corpus) mark() corpusMark {
	return corpusMark{
		tokens: c.vocab.size(), values: c.values.size(), words: len(c.tokens), tokenAt: len(c.tokenAt), bag: len(c.bag),
		whole: len(c.whole), numbers: len(c.numbers), dims: len(c.dims), grades: len(c.grades), n: c.Len(),
	}
}

// reset forgets everything since the mark.
func (c *Corpus) reset(k corpusMark) {
	c.vocab.truncate(k.tokens)
	c.values.truncate(k.values)
	c.valueCount = c.valueCount[:min(len(c.valueCount), k.values)]
	c.weight, c.signature, c.docs[0], c.docs[1] = c.weight[:k.tokens], c.signature[:k.tokens], c.docs[0][:k.tokens], c.docs[1][:k.tokens]
	if c.sounds != nil {
		c.sounds = c.sounds[:k.tokens]
	}
	c.tokens, c.tokenAt, c.bag, c.whole = c.tokens[:k.words], c.tokenAt[:k.tokenAt], c.bag[:k.bag], c.whole[:k.whole]
	c.numbers, c.dims, c.grades = c.numbers[:k.numbers], c.dims[:k.dims], c.grades[:k.grades]
	c.bagAt, c.dimAt, c.gradeAt = c.bagAt[:k.n+1], c.dimAt[:k.n+1], c.gradeAt[:k.n+1]
}

// uncount takes back that values were counted: how rare they are is known of the records that stay.
func (c *Corpus) uncount(from int) {
	for _, value := range c.whole[from:] {
		c.valueCount[value]--
	}
}

// weighNew gives tokens that no record has the weight of the rarest.
func (c *Corpus) weighNew(from int) {
	for id := from; id < c.vocab.size(); id++ {
		c.docs[0], c.docs[1] = append(c.docs[0], 0), append(c.docs[1], 0)
		c.weight = append(c.weight, c.weightOf(c.vocab.classes[id], 0, 1))
		c.signature = append(c.signature, signature(c.vocab.raw(uint32(id)))) // #nosec G115 -- id counts interned texts
		if c.sounds != nil {
			c.sounds = append(c.sounds, c.soundOf(uint32(id))) // #nosec G115 -- see above
		}
	}
}
