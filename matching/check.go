package matching

import (
	"cmp"
	"errors"
	"slices"
	"sync"
)

// Suggestion is a record that one looked up may mean. Its explanation's margin is how far it stands before the next best, or
// behind the best.
type Suggestion struct {
	ID          string
	Score       float64
	Probability float64
	// Contradicted says that sizes, grades or standards exclude each other.
	Contradicted bool
	Explanation  Explanation
}

// Matcher looks single records up among many, with weights that were estimated before: the way a code is mapped or a new record
// is searched for before it is created. Records can be put into it and removed: lookups see that at once. How rare words and
// keys are stays what it was when the Matcher was built, so that what it says depends on what it holds and not on the order in
// which that came; a share of changes (see Changed) is a reason to build it anew.
//
// It is safe for use by several goroutines: many look up at the same time, one at a time changes it.
type Matcher struct {
	judge
	index   *Index
	lanes   chan *lane   // that are free
	mutex   sync.RWMutex // over what follows, and what is behind the last indexed record of the corpus
	ids     []string     // of all records, in order
	added   *additions
	numbers map[string]uint32 // of the records that were put and are still there
	keyer   keyer
	removed int
}

// Basis is what a Matcher weighs with that does not come from its own records: a model and words that were learnt from other
// records of the same fields, and what verdicts made of it.
type Basis struct {
	Model *Model
	Kin   []Kin
	// Learned is the model as verdicts moved it; nil for the model alone.
	Learned *Learned
}

// Basis returns what was learnt from comparing tables.
func (r *Result) Basis() Basis { return Basis{Model: r.Model, Kin: r.Corpus.Kin()} }

// NewMatcher returns a Matcher over a result's records: of two tables over the left one's. What is looked up may share a key
// with a single one of them, so it indexes them anew unless the result's index holds such keys. The result's corpus is the
// Matcher's from then on.
func NewMatcher(r *Result, workers int) *Matcher {
	index := r.Index
	if !index.options.Singles {
		options := index.options
		options.Singles = true
		index = newIndex(r.Corpus, options, workers)
	}
	return newMatcher(index, Basis{Model: r.Model}, r.ids)
}

// errBasis says that a Basis is of other fields.
var errBasis = errors.New("the model was estimated from records of other fields")

// BuildMatcher indexes the records of a table to be looked up by a basis of the same fields. It compares no two of them. A
// basis of other fields is an error.
func BuildMatcher(t Table, b Basis, o Options) (*Matcher, error) {
	t.Records, _ = sorted(t.Records)
	kinds := t.kinds()
	fields := make([]Field, len(t.Names))
	for i, name := range t.Names {
		fields[i] = Field{Name: name, Kind: kinds[i]}
	}
	corpus := NewCorpus(fields, NewNormaliser(o.Lexicon))
	if !slices.Equal(b.Model.Names, corpus.Comparisons()) {
		return nil, errBasis
	}
	corpus.Add(t.Records, o.Workers)
	corpus.knowKin(b.Kin)
	corpus.weigh()
	o.Index.Singles = true
	return newMatcher(newIndex(corpus, o.Index, o.Workers), b, idsOf(t.Records)), nil
}

func newMatcher(index *Index, b Basis, ids []string) *Matcher {
	c := index.corpus
	c.reserve()
	m := &Matcher{
		judge: judge{corpus: c, model: b.Model, learned: b.Learned}, index: index, ids: slices.Clone(ids),
		added: newAdditions(c.Len()), numbers: map[string]uint32{}, lanes: make(chan *lane, freeLanes),
	}
	m.conflicts, m.alone = exclusions(c.fields)
	return m
}

// lane is what one goroutine looks up with: a corpus for what it asks about, laid over the Matcher's.
type lane struct {
	corpus   *Corpus
	search   *Search
	comparer *Comparer
	levels   []Level
	found    []answer
}

// answer is a candidate with its levels and score.
type answer struct {
	record int
	score  float64
	levels []Level
}

func (m *Matcher) newLane() *lane {
	overlay := m.corpus.newOverlay()
	l := &lane{corpus: overlay, search: m.index.NewSearch(), comparer: overlay.NewComparer(), levels: make([]Level, len(m.model.Names))}
	l.search.corpus, l.search.added = overlay, m.added
	return l
}

// freeLanes is how many lanes are kept for those who come next.
const freeLanes = 16

func (m *Matcher) take() *lane {
	select {
	case l := <-m.lanes:
		return l
	default:
		return m.newLane()
	}
}

func (m *Matcher) leave(l *lane) {
	select {
	case m.lanes <- l:
	default:
	}
}

// enter lays a lane over the corpus as it is now and returns the number under which the lane knows each record. m.mutex has to be
// held for reading until the lane is left.
func (l *lane) enter(m *Matcher, records ...prepared) []int {
	l.corpus.over(m.corpus)
	for len(l.search.score) < m.corpus.Len() {
		l.search.score, l.search.routes = append(l.search.score, 0), append(l.search.routes, 0)
	}
	numbers := make([]int, len(records))
	for i, p := range records {
		numbers[i] = l.corpus.take(p)
	}
	return numbers
}

// Check returns the records that one may mean, the likeliest first, at most limit of them; 0 is as many as the index finds. It
// leaves nothing behind: the same record gives the same answer whatever was asked before.
func (m *Matcher) Check(record Record, limit int) []Suggestion {
	p := m.corpus.prepare(record)
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	l := m.take()
	defer m.leave(l)
	number := l.enter(m, p)[0]
	found := m.answers(l, number)
	if limit <= 0 || limit > len(found) {
		limit = len(found)
	}
	suggestions := make([]Suggestion, limit)
	for i := range suggestions {
		a := found[i]
		margin := marginOf(found, i)
		id := m.ids[a.record]
		e := m.explain(l.corpus, [2]int{a.record, number}, a.levels, sided(id, record.ID, marginCap, margin))
		e.Margin = margin
		suggestions[i] = Suggestion{ID: id, Score: e.Score, Probability: e.Probability, Contradicted: e.Contradicted, Explanation: e}
	}
	slices.SortStableFunc(suggestions, func(a, b Suggestion) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	return suggestions
}

// answers compares what the index finds near a record, the best first.
func (m *Matcher) answers(l *lane, number int) []answer {
	l.found = l.found[:0]
	near := l.search.Near(number)
	width := len(m.model.Names)
	if len(l.levels) < width*len(near) {
		l.levels = make([]Level, width*len(near))
	}
	for i, candidate := range near {
		levels := l.levels[i*width : (i+1)*width]
		l.comparer.Compare(number, candidate.Record, levels)
		l.found = append(l.found, answer{record: candidate.Record, score: m.model.Score(levels), levels: levels})
	}
	slices.SortFunc(l.found, func(a, b answer) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(m.ids[a.record], m.ids[b.record]))
	})
	return l.found
}

// marginOf is how far an answer stands before the best other one, within marginCap.
func marginOf(found []answer, i int) float64 {
	for j := range found {
		if j != i {
			return max(-marginCap, min(marginCap, found[i].score-found[j].score))
		}
	}
	return marginCap
}

// sided orders the margins of two records as the vectors of verdicts have them: that of the lesser ID first, one without an ID
// last.
func sided(id, other string, own, others float64) [2]float64 {
	if other != "" && other < id {
		return [2]float64{others, own}
	}
	return [2]float64{own, others}
}

// Compare says why two records are the same, or are not, whether the index would propose the pair or not. Its margin is how
// far the pair stands before the best other record that a is looked up to mean, or b: the smaller of both. Compare(b, a) says
// the same with both values exchanged.
func (m *Matcher) Compare(a, b Record) Explanation {
	pa, pb := m.corpus.prepare(a), m.corpus.prepare(b)
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	l := m.take()
	defer m.leave(l)
	numbers := l.enter(m, pa, pb)
	levels := make([]Level, len(m.model.Names))
	l.comparer.Compare(numbers[0], numbers[1], levels)
	score := m.model.Score(levels)
	margins := [2]float64{marginCap, marginCap}
	for side, other := range []string{b.ID, a.ID} {
		if m.holds(other) {
			margins[side] = m.rival(l, numbers[side], score, a.ID, b.ID)
		}
	}
	e := m.explain(l.corpus, [2]int(numbers), levels, sided(a.ID, b.ID, margins[0], margins[1]))
	e.Margin = min(margins[0], margins[1])
	return e
}

// rival is how far a score stands before the best record that one of the pair is looked up to mean, beside the pair itself.
func (m *Matcher) rival(l *lane, number int, score float64, pair ...string) float64 {
	for _, other := range m.answers(l, number) {
		if !slices.Contains(pair, m.ids[other.record]) {
			return max(-marginCap, min(marginCap, score-other.score))
		}
	}
	return marginCap
}
