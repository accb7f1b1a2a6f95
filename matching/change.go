package matching

import (
	"slices"
	"sort"
)

// Put adds a record, in the place of the one with its ID if there is one. Lookups that begin afterwards see it.
func (m *Matcher) Put(record Record) {
	p := m.corpus.prepare(record)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.remove(record.ID)
	number := uint32(m.corpus.take(p)) // #nosec G115 -- records are counted in uint32
	m.added.add(m.index, number, m.keyer.of(m.corpus, int(number), nil))
	m.ids = append(m.ids, record.ID)
	m.numbers[record.ID] = number
}

// Remove takes a record out; one that is not there is no error. Lookups that begin afterwards do not see it.
func (m *Matcher) Remove(id string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.remove(id)
}

func (m *Matcher) remove(id string) {
	if number, ok := m.numbers[id]; ok {
		m.added.drop(number, m.keyer.of(m.corpus, int(number), nil))
		delete(m.numbers, id)
		return
	}
	m.eachIndexed(id, func(number uint32) {
		if !m.added.without(number) {
			m.added.drop(number, nil)
			m.removed++
		}
	})
}

// eachIndexed visits the indexed records with an ID, which are in the order of their IDs.
func (m *Matcher) eachIndexed(id string, visit func(number uint32)) {
	count := m.searched()
	for i := sort.SearchStrings(m.ids[:count], id); i < count && m.ids[i] == id; i++ {
		visit(uint32(i)) // #nosec G115 -- records are counted in uint32
	}
}

// searched is how many of the indexed records can be found: of two tables the left one's.
func (m *Matcher) searched() int {
	if m.corpus.split > 0 {
		return m.corpus.split
	}
	return m.index.records
}

// holds tells whether a record is there.
func (m *Matcher) holds(id string) bool {
	if _, ok := m.numbers[id]; ok {
		return true
	}
	found := false
	m.eachIndexed(id, func(number uint32) { found = found || !m.added.without(number) })
	return found
}

// Holds tells whether there is a record with the ID.
func (m *Matcher) Holds(id string) bool {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	return m.holds(id)
}

// Len is how many records can be found.
func (m *Matcher) Len() int {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	return m.searched() - m.removed + len(m.numbers)
}

// Changed is how many records were put or removed since the Matcher was built, those of records put before included: what it
// carries with it that a new one would not.
func (m *Matcher) Changed() int {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	return m.corpus.Len() - m.index.records + m.removed
}

// Teach lets lookups weigh as verdicts moved the model, nil as the model alone does. Lookups that begin afterwards heed it.
func (m *Matcher) Teach(learned *Learned) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.learned = learned
}

// Learn moves the Matcher's model by verdicts, for Teach.
func (m *Matcher) Learn(verdicts []Verdict) *Learned { return Learn(m.model, verdicts) }

// Comparisons names what the vectors of verdicts hold, in order.
func (m *Matcher) Comparisons() []string { return slices.Clone(m.model.Names) }
