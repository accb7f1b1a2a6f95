package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// learnFrom is how many verdicts on pairs of a kind it takes until what people said weighs the evidence.
const learnFrom = 50

// What is kept of the candidates of one code, and of the pairs of records: the best.
const (
	maxPerCode = 20
	// hopeless is how many candidates of a code are kept that the rule would not show: somebody may want to see why.
	hopeless = 3
	maxPairs = 200_000
)

// errStopped says that the work was ended before it was done.
var errStopped = errors.New("the evaluation was stopped")

// worker compares what was read.
type worker struct {
	*Evaluator
	input
	stop  func() bool
	found []domain.MatchCandidate
	// judging is told of every comparison before candidates are made of it; nil for nobody.
	judging func(j *judged, merges bool)
}

// options are how two tables of rows are compared of which the verdicts name some.
func (w *worker) options(rows map[string]uint32) matching.Options {
	o := matching.Options{Workers: max(1, w.Workers), Stop: w.stop, Lexicon: Lexicon(w.inForce)}
	for _, v := range w.verdicts {
		a, aKnown := rows[v.Pair.A.String()]
		b, bKnown := rows[v.Pair.B.String()]
		if aKnown && bKnown && v.Word != domain.VerdictUnsure {
			o.Decided = append(o.Decided, matching.Decided{A: a, B: b, Match: v.Word == domain.VerdictMatch})
		}
	}
	slices.SortFunc(o.Decided, func(a, b matching.Decided) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	return o
}

// duplicates compares the golden records with each other and returns the groups that may be one thing each.
func (w *worker) duplicates() ([]domain.MatchCluster, error) {
	if len(w.golden) < 2 {
		return nil, nil
	}
	fields := w.fields
	table := matching.Table{Records: w.golden}
	for _, f := range fields {
		if f.Name == string(w.identity) {
			f.Kind = matching.KindSkip // two records never have one code, which says nothing of what they are
		}
		table.Names, table.Kinds = append(table.Names, f.Name), append(table.Kinds, f.Kind)
	}
	result := matching.Dedupe(table, w.options(rowsOf(w.golden, nil)))
	if result.Stopped {
		return nil, errStopped
	}
	sides := make([]domain.MatchSide, len(w.golden))
	for i, r := range w.golden {
		sides[i], _ = domain.ParseMatchSide(r.ID) // it was written by Record
	}
	j := w.judge(result, sides, true)
	clusters, of := j.clusters()
	pairs := j.all(func(i int) bool { return j.shown(i) })
	rankBoth(pairs)
	slices.SortFunc(pairs, bySurest)
	for _, c := range pairs[:min(len(pairs), maxPairs)] {
		if k := of[c.Pair.A.Record]; k == of[c.Pair.B.Record] {
			c.Cluster = k
		}
		w.found = append(w.found, c)
	}
	return clusters, nil
}

// mappings compares the codes of a system that are not mapped with the golden records.
func (w *worker) mappings(of codesOf) error {
	if len(w.golden) == 0 {
		return nil
	}
	table := func(records []matching.Record) matching.Table {
		t := matching.Table{Records: records}
		for _, f := range w.fields {
			if f.Name == string(w.identity) {
				f.Kind = matching.KindText // codes of two systems that differ say nothing against a match
			}
			t.Names, t.Kinds = append(t.Names, f.Name), append(t.Kinds, f.Kind)
		}
		return t
	}
	result := matching.Link(table(w.golden), table(of.records), w.options(rowsOf(w.golden, of.records)))
	if result.Stopped {
		return errStopped
	}
	sides := make([]domain.MatchSide, 0, len(w.golden)+len(of.sides))
	for _, r := range w.golden {
		side, _ := domain.ParseMatchSide(r.ID) // it was written by Record
		sides = append(sides, side)
	}
	j := w.judge(result, append(sides, of.sides...), false)
	perCode := map[string][]int{}
	for i := range result.Pairs.List {
		code := j.pair(i).B.String()
		perCode[code] = append(perCode[code], i)
	}
	for _, side := range of.sides {
		for _, c := range j.best(perCode[side.String()]) {
			c.System, c.Plant = of.system.ID, of.system.Plant
			w.found = append(w.found, c)
		}
	}
	return nil
}

// rowsOf numbers the rows of two tables by what they are of, those of the right behind those of the left.
func rowsOf(left, right []matching.Record) map[string]uint32 {
	rows := make(map[string]uint32, len(left)+len(right))
	for i, r := range slices.Concat(left, right) {
		rows[r.ID] = uint32(i) // #nosec G115 -- bounded by maxRecords and maxCodes
	}
	return rows
}

// bySurest orders candidates, the most probable first.
func bySurest(a, b domain.MatchCandidate) int {
	return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Pair.Key(), b.Pair.Key()))
}

// rankBoth numbers, for each record, its candidates from the best on; a pair has the better number of its two records.
func rankBoth(pairs []domain.MatchCandidate) {
	slices.SortFunc(pairs, bySurest)
	seen := map[domain.ID]int{}
	for i, c := range pairs {
		seen[c.Pair.A.Record]++
		seen[c.Pair.B.Record]++
		pairs[i].Rank = min(seen[c.Pair.A.Record], seen[c.Pair.B.Record])
	}
}

// idOf makes an ID that follows from what it is the ID of, so that it stays the same in every evaluation.
func idOf(parts ...string) domain.ID {
	hash := sha256.New()
	for _, part := range parts {
		hash.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		hash.Write([]byte(part))
	}
	id := domain.ID(hash.Sum(nil))
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	return id
}

// Sampled draws pairs at random that a person is to look at although the rule could link them. The same pair and rule always draw
// the same.
func Sampled(pair domain.MatchPair, rule domain.MatchRule) bool {
	draw := idOf("sample", string(pair.Domain), pair.Key(), string(binary.BigEndian.AppendUint64(nil, uint64(rule.Version)))) // #nosec G115 -- versions count from 0
	return int(binary.BigEndian.Uint64(draw[:8])>>32%100) < rule.SamplePercent
}
