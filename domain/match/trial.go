package match

import (
	"context"
	"maps"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// folds is into how many parts verdicts are cut: what is likely of the pairs of one part is learnt from the others.
const folds = 5

// Try evaluates a domain under a rule and keeps nothing (see Trial). Things of asked pairs that an evaluation would not look at any
// more, such as codes that are mapped by now, are compared as they are now, and not handed to seen.
func (e *Evaluator) Try(ctx context.Context, rule domain.MatchRule, pairs []domain.MatchPair, seen func(domain.MatchCandidate)) (map[string]Likely, error) {
	now, err := e.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	in, err := e.read(ctx, rule, domain.DateOf(now))
	if err != nil {
		return nil, err
	}
	added, err := in.add(ctx, e.Store.Read(), pairs)
	if err != nil {
		return nil, err
	}
	t := trial{verdicts: in.verdicts, asked: map[string]bool{}, likely: map[string]Likely{}}
	for _, pair := range pairs {
		t.asked[pair.Key()] = true
	}
	work := worker{Evaluator: e, input: in, stop: func() bool { return ctx.Err() != nil }, judging: t.judge}
	if err := work.all(); err != nil {
		return nil, err
	}
	for _, c := range work.found {
		if !added[c.Pair.A.String()] && !added[c.Pair.B.String()] {
			if _, told := in.verdicts[c.Pair.Key()]; told {
				c.State = in.verdicts[c.Pair.Key()].Judged()
			}
			seen(c)
		}
	}
	return t.likely, ctx.Err()
}

// all compares everything that was read.
func (w *worker) all() error {
	if _, err := w.duplicates(); err != nil {
		return err
	}
	for _, of := range w.systems {
		if err := w.mappings(of); err != nil {
			return err
		}
	}
	return nil
}

// add reads those sides of pairs that were not read, and says which: codes that are mapped and records that are no longer in use.
func (in *input) add(ctx context.Context, reads domain.Reads, pairs []domain.MatchPair) (map[string]bool, error) {
	records, keys, added := in.absent(pairs)
	found, err := reads.Records.ByIDs(ctx, records)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		in.golden = append(in.golden, Record(in.fields, domain.MatchSide{Record: r.ID}.String(), r.Attributes))
	}
	for _, system := range slices.Sorted(maps.Keys(keys)) {
		if err := in.addCodes(ctx, reads, system, keys[system]); err != nil {
			return nil, err
		}
	}
	return added, nil
}

// absent are the sides of pairs that were not read, by their text as well.
func (in *input) absent(pairs []domain.MatchPair) (records []domain.ID, keys map[domain.SystemID][]string, absent map[string]bool) {
	there := map[string]bool{}
	for _, r := range in.golden {
		there[r.ID] = true
	}
	for _, of := range in.systems {
		for _, r := range of.records {
			there[r.ID] = true
		}
	}
	keys, absent = map[domain.SystemID][]string{}, map[string]bool{}
	for _, pair := range pairs {
		for _, side := range []domain.MatchSide{pair.A, pair.B} {
			name := side.String()
			if there[name] || absent[name] {
				continue
			}
			if absent[name] = true; side.Record.IsZero() {
				keys[side.System] = append(keys[side.System], side.Key)
			} else {
				records = append(records, side.Record)
			}
		}
	}
	return records, keys, absent
}

func (in *input) addCodes(ctx context.Context, reads domain.Reads, id domain.SystemID, keys []string) error {
	system, err := reads.Systems.ByID(ctx, id)
	if err != nil {
		return err
	}
	said, err := reads.Sources.ByKeys(ctx, id, in.name, keys)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(in.systems, func(of codesOf) bool { return of.system.ID == id })
	if at < 0 {
		at = len(in.systems)
		in.systems = append(in.systems, codesOf{system: system})
	}
	for _, s := range said {
		in.systems[at].take(*in, s)
	}
	return nil
}

// trial notes how likely the asked pairs are.
type trial struct {
	verdicts map[string]domain.Verdict
	asked    map[string]bool
	likely   map[string]Likely
}

// judge looks at the asked pairs of one comparison. Where people's verdicts weigh the evidence, those of a pair's own part do not: else
// the answer would be known before the question.
func (t *trial) judge(j *judged, merges bool) {
	parts := make([]*matching.Learned, folds)
	for part := range parts {
		others := maps.Clone(t.verdicts)
		maps.DeleteFunc(others, func(key string, _ domain.Verdict) bool { return partOf(key) == part })
		if known := taught(j.result.Model, others, merges); len(known) >= learnFrom {
			parts[part] = matching.Learn(j.result.Model, known)
		}
	}
	for i := range j.result.Pairs.List {
		pair := j.pair(i)
		key := pair.Key()
		if !t.asked[key] || pair.Merges() != merges {
			continue
		}
		learned := parts[partOf(key)]
		e := j.result.Judged(i, j.vectors[i], learned)
		t.likely[key] = Likely{
			Probability:  e.Probability,
			Contradicted: e.Contradicted || slices.ContainsFunc(e.Reasons, func(r matching.Reason) bool { return r.Conflict }),
		}
	}
}

// partOf cuts pairs into parts that do not depend on what else there is.
func partOf(key string) int { return int(idOf("part", key)[0]) % folds }
