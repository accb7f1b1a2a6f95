package follow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// rebuild makes a new index of a domain and puts it in the place of the one there is, which answers meanwhile.
func (x *Index) rebuild(ctx context.Context, name domain.DomainName) error {
	began := x.Now()
	g, err := x.build(ctx, name)
	if err != nil {
		return fmt.Errorf("build the index of %s: %w", name, err)
	}
	g.builtAt, g.fresh = x.Now(), began
	g.took = g.builtAt.Sub(began)
	x.mu.Lock()
	x.now[name] = g
	x.mu.Unlock()
	x.Log.InfoContext(ctx, "the match index is built", "domain", string(name), "records", g.matcher.Len(), "seconds", g.took.Seconds())
	return nil
}

func (x *Index) build(ctx context.Context, name domain.DomainName) (*generation, error) {
	reads := x.Store.Read()
	definition, err := x.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	g := &generation{}
	if g.rule, err = x.Rules.Current(ctx, name); err != nil {
		return nil, err
	}
	if g.marks, err = reads.Matches.Marks(ctx, name); err != nil {
		return nil, err
	}
	g.definition, g.fields = definition, match.LookupFields(definition, g.rule)
	golden, cursor, err := g.golden(ctx, reads, name)
	if err != nil {
		return nil, err
	}
	g.cursor = cursor
	basis, err := x.basis(ctx, reads, name, g, golden)
	if err != nil {
		return nil, err
	}
	if g.matcher, err = matching.BuildMatcher(g.table(golden), basis, x.options(g)); err != nil {
		return nil, err
	}
	return g, x.teach(ctx, name, g)
}

// options steer what the rule has a say in.
func (x *Index) options(g *generation) matching.Options {
	return matching.Options{Workers: x.Workers, Lexicon: match.Lexicon(g.rule)}
}

func (g *generation) table(records []matching.Record) matching.Table {
	t := matching.Table{Records: records}
	for _, field := range g.fields {
		t.Names, t.Kinds = append(t.Names, field.Name), append(t.Kinds, field.Kind)
	}
	return t
}

// golden reads all records that can be found, and the cursor of what changes after that. They are read as changes from the
// first on: what changes meanwhile comes again, and nothing is missed.
func (g *generation) golden(ctx context.Context, reads domain.Reads, name domain.DomainName) ([]matching.Record, string, error) {
	var list []matching.Record
	at, cursor := map[domain.ID]int{}, ""
	for {
		entries, next, err := reads.Translations.Feed(ctx, recordsAfter(name, cursor))
		if err != nil {
			return nil, "", err
		}
		for _, entry := range entries {
			record := *entry.Record
			place, seen := at[record.ID]
			switch {
			case !findable(record) && seen:
				list[place].ID = "" // left out below
				delete(at, record.ID)
			case findable(record) && seen:
				list[place] = match.Record(g.fields, sideOf(record), record.Attributes)
			case findable(record):
				at[record.ID] = len(list)
				list = append(list, match.Record(g.fields, sideOf(record), record.Attributes))
			}
		}
		if cursor = next; len(entries) < feedPage {
			return slices.DeleteFunc(list, func(r matching.Record) bool { return r.ID == "" }), cursor, nil
		}
	}
}

// maxLearn is how many golden records, and how many records of the systems, the weights are estimated from.
const maxLearn = 20_000

// basis estimates the weights from golden records together with what the systems say, for the same things stand in both in other
// words. What the systems say in the very same words teaches nothing.
func (x *Index) basis(ctx context.Context, reads domain.Reads, name domain.DomainName, g *generation, golden []matching.Record) (matching.Basis, error) {
	sample := spread(golden, maxLearn)
	known := make(map[string]bool, len(sample))
	for _, r := range sample {
		known[strings.Join(r.Values, "\x1f")] = true
	}
	systems, err := reads.Systems.List(ctx)
	if err != nil {
		return matching.Basis{}, err
	}
	for _, system := range systems {
		if sample, err = g.said(ctx, reads, system, name, sample, known, maxLearn/len(systems)); err != nil {
			return matching.Basis{}, err
		}
	}
	g.learntFrom = len(sample)
	return matching.Dedupe(g.table(sample), x.options(g)).Basis(), nil
}

// said adds what a system says, at most so many records of it.
func (g *generation) said(ctx context.Context, reads domain.Reads, system domain.SourceSystem, name domain.DomainName, sample []matching.Record,
	known map[string]bool, most int,
) ([]matching.Record, error) {
	var all []matching.Record
	page := domain.Page{Limit: feedPage}
	for len(all) < most {
		linked, next, err := reads.Sources.Linked(ctx, system, name, "", page)
		if err != nil {
			return nil, err
		}
		for _, one := range linked {
			side := domain.MatchSide{System: system.ID, Key: one.Source.Key, Code: one.Source.Code}
			r := match.CodeRecord(g.definition, g.fields, side, one.Source.Attributes)
			if text := strings.Join(r.Values, "\x1f"); !known[text] && !one.Source.Duplicated {
				known[text] = true
				all = append(all, r)
			}
		}
		if page.After = next; next == "" {
			break
		}
	}
	return append(sample, spread(all, most)...), nil
}

// spread takes at most so many of a list, from all over it.
func spread(list []matching.Record, most int) []matching.Record {
	if len(list) <= most {
		return slices.Clone(list)
	}
	some := make([]matching.Record, most)
	for i := range some {
		some[i] = list[i*len(list)/most]
	}
	return some
}

// learnFrom is the number of verdicts from which on lookups heed them.
const learnFrom = 50

// teach lets lookups weigh as all standing verdicts teach, when some were given or taken back since.
func (x *Index) teach(ctx context.Context, name domain.DomainName, g *generation) error {
	reads := x.Store.Read()
	marks, err := reads.Matches.Marks(ctx, name)
	if err != nil || marks.Verdicts == g.verdicts {
		return err
	}
	standing, err := reads.Verdicts.Standing(ctx, name)
	if err != nil {
		return err
	}
	if lessons := lessonsOf(standing, g.matcher.Comparisons()); len(lessons) >= learnFrom {
		g.matcher.Teach(g.matcher.Learn(lessons))
	} else {
		g.matcher.Teach(nil)
	}
	g.verdicts = marks.Verdicts
	return nil
}

// maxLevel is the best level a comparison has.
const maxLevel = 9

// lessonsOf are the verdicts that say yes or no to a pair that was compared as pairs are compared now.
func lessonsOf(standing []domain.Verdict, comparisons []string) []matching.Verdict {
	var lessons []matching.Verdict
	for _, v := range standing {
		if v.Word == domain.VerdictUnsure || !slices.Equal(v.Vector.Comparisons, comparisons) || len(v.Vector.Levels) != len(comparisons) {
			continue
		}
		lesson := matching.Verdict{Match: v.Word == domain.VerdictMatch, Vector: matching.Vector{Margin: v.Vector.Margin}}
		for _, level := range v.Vector.Levels {
			lesson.Vector.Levels = append(lesson.Vector.Levels, matching.Level(max(0, min(maxLevel, level)))) // #nosec G115 -- within a byte
		}
		lessons = append(lessons, lesson)
	}
	return lessons
}
