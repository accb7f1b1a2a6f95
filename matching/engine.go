package matching

import (
	"sync"
)

// Table is a list of records under column names; Kinds may be left out, they are then inferred.
type Table struct {
	Names   []string
	Kinds   []Kind
	Records []Record
}

// Options steer a comparison of tables. The zero value is what every figure of docs/matching.md was measured with.
type Options struct {
	Index   IndexOptions
	Workers int
	Lexicon *Lexicon
	// Also are pairs of rows to compare beside those the index proposes; the rows of the right table follow the left's.
	Also [][2]uint32
	// Decided are pairs of rows that people have decided about; their word outranks every score.
	Decided []Decided
	// Progress is told when a stage is done; nil is not told.
	Progress func(Stage)
	// Stop is asked now and then whether to stop; nil goes on to the end. A result that was stopped has no pairs.
	Stop func() bool
}

// Decided is a person's verdict on two rows; those of the right table follow the left's.
type Decided struct {
	A, B  uint32
	Match bool
}

// Stage is a part of the way from records to links.
type Stage uint8

// The stages, in order.
const (
	StageNormalised Stage = iota + 1
	StageIndexed
	StageBlocked
	StageEstimated
	StageCompared
	StageGrouped
)

func (o Options) stopped() bool { return o.Stop != nil && o.Stop() }

func (o Options) done(stage Stage) {
	if o.Progress != nil {
		o.Progress(stage)
	}
}

// Result is what comparing tables gave.
type Result struct {
	Corpus *Corpus
	Pairs  *Pairs
	Model  *Model
	Scores []float64 // log2 odds of each pair
	Links  []int     // the pairs that are proposed, ascending
	Index  *Index
	rows   []int
	ids    []string
	// Clusters are the groups of a deduplication.
	Clusters [][]uint32
	// Stopped says that Options.Stop ended the work.
	Stopped bool
}

// Link finds which records of two tables mean the same.
func Link(left, right Table, o Options) *Result {
	var rows, rightRows []int
	left.Records, rows = sorted(left.Records)
	right.Records, rightRows = sorted(right.Records)
	for _, row := range rightRows {
		rows = append(rows, row+len(left.Records))
	}
	fields, l, r := Align(left, right)
	corpus := NewCorpus(fields, NewNormaliser(o.Lexicon))
	corpus.Add(l, o.Workers)
	corpus.Split()
	corpus.Add(r, o.Workers)
	o.renumber(rows)
	result := corpus.propose(o)
	result.rows, result.ids = rows, idsOf(l, r)
	return result
}

// Dedupe finds which records of one table mean the same.
func Dedupe(t Table, o Options) *Result {
	var rows []int
	t.Records, rows = sorted(t.Records)
	kinds := t.kinds()
	fields := make([]Field, len(t.Names))
	for i, name := range t.Names {
		fields[i] = Field{Name: name, Kind: kinds[i]}
	}
	corpus := NewCorpus(fields, NewNormaliser(o.Lexicon))
	corpus.Add(t.Records, o.Workers)
	o.renumber(rows)
	result := corpus.propose(o)
	result.rows, result.ids = rows, idsOf(t.Records)
	return result
}

func (t Table) kinds() []Kind {
	if len(t.Kinds) == len(t.Names) {
		return t.Kinds
	}
	return InferKinds(t.Names, t.Records)
}

// addBlock is how many records are normalised before they are numbered, so that the texts of a million never exist at once.
const addBlock = 4096

// Add normalises records with a few workers and appends them in order.
func (c *Corpus) Add(records []Record, workers int) {
	workers = max(1, workers)
	block := make([]prepared, min(addBlock, len(records)))
	for from := 0; from < len(records); from += addBlock {
		part := records[from:min(from+addBlock, len(records))]
		var wait sync.WaitGroup
		for w := range workers {
			wait.Go(func() {
				for i := w; i < len(part); i += workers {
					block[i] = c.prepare(part[i])
				}
			})
		}
		wait.Wait()
		for i := range part {
			c.add(block[i])
		}
	}
}

// propose runs the whole way from normalised records to links.
func (c *Corpus) propose(o Options) *Result {
	c.weigh()
	o.done(StageNormalised)
	index := newIndex(c, o.Index, o.Workers)
	o.done(StageIndexed)
	result := &Result{Corpus: c, Index: index, Pairs: &Pairs{}}
	if result.Stopped = o.stopped(); result.Stopped {
		return result
	}
	list := withPairs(index.Candidates(o.Workers), o.Also, o.Decided)
	o.done(StageBlocked)
	if result.Stopped = o.stopped(); result.Stopped {
		return result
	}
	result.weigh(list, o)
	if result.Stopped = o.stopped(); result.Stopped {
		result.Pairs, result.Scores = &Pairs{}, nil
		return result
	}
	if c.split == 0 {
		result.group(o.Decided)
	} else {
		result.Links = result.choose(o.Decided)
	}
	o.done(StageGrouped)
	return result
}

// weigh compares the candidates and estimates the weights. That is done twice where the first look, at a sample if there are
// many, tells of words that stand for each other: the second one knows them.
func (r *Result) weigh(list []Pair, o Options) {
	c, best := r.Corpus, nearest(list)
	part := sample(list, maxEstimate)
	pairs := c.CompareAll(part, o.Workers)
	model := estimate(c.Comparisons(), pairs, best, c.split > 0)
	if c.learnKin(c.CompareAll(promising(list, best), o.Workers), model) {
		pairs = c.CompareAll(part, o.Workers)
		model = estimate(c.Comparisons(), pairs, best, c.split > 0)
	}
	model.Exclusive = c.exclusive()
	o.done(StageEstimated)
	if len(part) < len(list) {
		pairs = c.CompareAll(list, o.Workers)
	}
	r.Pairs, r.Model, r.Scores = pairs, model, make([]float64, len(list))
	for i := range list {
		r.Scores[i] = model.Score(pairs.Levels(i))
	}
	o.done(StageCompared)
}

// group turns the pairs of a deduplication into clusters, and their pairs into links.
func (r *Result) group(decided []Decided) {
	comparer := r.Corpus.NewComparer()
	levels := make([]Level, r.Pairs.Width)
	g := Grouping{
		Bits: func(a, b uint32) float64 {
			comparer.Compare(int(a), int(b), levels)
			return r.Model.Score(levels)
		},
		Never: func(a, b uint32) bool { return comparer.excluded(int(a), int(b)) },
	}
	for _, d := range decided {
		if d.Match {
			g.Together = append(g.Together, [2]uint32{d.A, d.B})
		} else {
			g.Apart = append(g.Apart, [2]uint32{d.A, d.B})
		}
	}
	var edges []Edge
	for i, p := range r.Pairs.List {
		if r.Scores[i] > 0 {
			edges = append(edges, Edge{A: p.A, B: p.B, Bits: r.Scores[i]})
		}
	}
	r.Clusters = g.Clusters(r.Corpus.Len(), edges)
	of := make(map[uint32]int)
	for k, members := range r.Clusters {
		for _, m := range members {
			of[m] = k + 1
		}
	}
	for i, p := range r.Pairs.List {
		if k := of[p.A]; k > 0 && k == of[p.B] {
			r.Links = append(r.Links, i)
		}
	}
}

// withPairs adds pairs that the index did not propose.
func withPairs(list []Pair, also [][2]uint32, decided []Decided) []Pair {
	for _, d := range decided {
		also = append(also, [2]uint32{d.A, d.B})
	}
	if len(also) == 0 {
		return list
	}
	for _, pair := range also {
		list = append(list, Pair{A: min(pair[0], pair[1]), B: max(pair[0], pair[1])})
	}
	return sortPairs(list)
}

// ContradictedLinks counts the pairs that are proposed although their sizes or grades exclude each other: pairs of a cluster
// are counted as well. It is 0 unless a person's verdicts ask for it.
func (r *Result) ContradictedLinks() int {
	comparer := r.Corpus.NewComparer()
	crossing := 0
	count := func(a, b uint32) {
		if comparer.excluded(int(a), int(b)) {
			crossing++
		}
	}
	if r.Clusters == nil {
		for _, i := range r.Links {
			count(r.Pairs.List[i].A, r.Pairs.List[i].B)
		}
	}
	for _, members := range r.Clusters {
		for i, a := range members {
			for _, b := range members[i+1:] {
				count(a, b)
			}
		}
	}
	return crossing
}

func idsOf(tables ...[]Record) []string {
	var ids []string
	for _, records := range tables {
		for _, r := range records {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
