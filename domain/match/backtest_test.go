package match_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// noTrial fails the test when somebody evaluates though what is stored would do.
type noTrial struct{ t *testing.T }

func (n noTrial) Try(context.Context, domain.MatchRule, []domain.MatchPair, func(domain.MatchCandidate)) (map[string]match.Likely, error) {
	n.t.Error("a rule was tried that compares nothing else")
	return nil, errors.New("not here")
}

func TestABackTestOfThresholdsGoesByWhatPeopleSaw(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 3)
	w.rules.Trial = noTrial{t}
	said := func(word domain.VerdictWord, probability float64, band domain.Band, levels ...int) domain.Verdict {
		return w.say(t, word, func(v *domain.Verdict) {
			v.Probability, v.Band, v.Vector = probability, band, domain.MatchVector{Comparisons: []string{"name", "size and grade"}, Levels: levels}
		})
	}
	said(domain.VerdictMatch, 0.995, domain.BandAuto, 5, 0)             // stays
	gained := said(domain.VerdictMatch, 0.97, domain.BandReview, 5, 0)  // review, then auto
	wrong := said(domain.VerdictNoMatch, 0.96, domain.BandReview, 4, 0) // review, then auto: against people's word
	said(domain.VerdictNoMatch, 0.97, domain.BandReview, 5, 1)          // sizes exclude each other: stays with people
	lost := said(domain.VerdictNoMatch, 0.03, domain.BandReview, 2, 0)  // review, then not shown
	w.propose(t,
		w.candidate(t, plantSystem, 0, 0, 0), // could be linked
		w.candidate(t, otherSystem, 1, 1, 0), // at a plant the draft does not name
		with(w.candidate(t, plantSystem, 1, 1, 0), func(c *domain.MatchCandidate) { c.Probability, c.Band = 0.96, domain.BandReview }),
		with(w.candidate(t, plantSystem, 2, 2, 0), func(c *domain.MatchCandidate) { c.Probability, c.Band = 0.03, domain.BandReview }),
		with(w.candidate(t, plantSystem, 2, 1, 0), func(c *domain.MatchCandidate) { c.Rank = 2 }),
	)
	draft := w.draft(t)
	draft.Review, draft.Auto, draft.SamplePercent, draft.AutoPlants = 0.05, 0.95, 1, []domain.PlantID{"STU1"}
	draft = sure(w.rules.Edit(t.Context(), w.ana, draft))(t)
	test := sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, draft.Version))(t)
	if test.Verdicts != 5 || test.Agreed != 3 || test.Disagreed != 1 || test.FlipCount != 3 || test.QueueBefore != 5 || test.QueueAfter != 4 {
		t.Errorf("the back-test is %+v", test)
	}
	auto := 0
	for _, c := range []domain.MatchPair{w.pairOf(t, plantSystem, 0, 0), w.pairOf(t, plantSystem, 1, 1)} {
		if !match.Sampled(c, draft) {
			auto++
		}
	}
	if test.AutoAfter != auto {
		t.Errorf("a rule could link %d, want %d", test.AutoAfter, auto)
	}
	flips := map[domain.ID]string{}
	for _, f := range test.Flips {
		flips[f.Verdict] = fmt.Sprintf("%s>%s %.2f %.2f %s", f.Before, f.After, f.ProbabilityB, f.Probability, f.Plant)
	}
	for _, want := range []struct {
		v    domain.Verdict
		flip string
	}{{gained, "review>auto 0.97 0.97 STU1"}, {wrong, "review>auto 0.96 0.96 STU1"}, {lost, "review>reject 0.03 0.03 STU1"}} {
		if flips[want.v.ID] != want.flip {
			t.Errorf("the flip is %q, want %q", flips[want.v.ID], want.flip)
		}
	}
	if test.Flips[0].Verdict != wrong.ID {
		t.Errorf("the first flip is not the one against people's word: %+v", test.Flips)
	}
	kept := sure(w.store.Read().MatchRules.Version(t.Context(), catalog.Item, draft.Version))(t)
	if kept.BackTest == nil || kept.BackTest.FlipCount != 3 || kept.BackTest.At == 0 || kept.Stored != draft.Stored+1 {
		t.Errorf("kept is %+v", kept.BackTest)
	}
}

func with(c domain.MatchCandidate, change func(*domain.MatchCandidate)) domain.MatchCandidate {
	change(&c)
	return c
}

func TestABackTestComparesAnewWhereTheDraftComparesSomethingElse(t *testing.T) {
	t.Parallel()
	const n = 60
	w := newRuleWorld(t, n)
	// What a plant calls halter, too rarely to be learnt, the records call bracket: nothing but the lexicon can tell.
	w.readNamed(t, plantSystem, n, func(i int) string {
		if i == 7 {
			return "Halter type 7"
		}
		return fmt.Sprintf("Bracket type %d", i)
	})
	evaluated(t, w)
	pair := w.pairOf(t, plantSystem, 7, 7)
	w.say(t, domain.VerdictMatch, func(v *domain.Verdict) { v.Pair, v.Probability, v.Band = pair, 0.4, domain.BandReview })
	gone := w.say(t, domain.VerdictMatch, nil) // of things that are not there any more
	draft := w.draft(t)
	draft.Terms = []domain.MatchTerm{{Word: "halter", Concepts: []string{"bracket"}}}
	draft = sure(w.rules.Edit(t.Context(), w.ana, draft))(t)
	test := sure(w.rules.BackTest(t.Context(), w.ana, catalog.Item, draft.Version))(t)
	if test.Verdicts != 2 || test.QueueBefore == 0 || test.QueueAfter == 0 {
		t.Errorf("the back-test is %+v", test)
	}
	for _, f := range test.Flips {
		if f.Verdict == gone.ID {
			t.Errorf("something is said of a thing that is gone: %+v", f)
		}
	}
	likely := sure(w.rules.Trial.Try(t.Context(), draft, []domain.MatchPair{pair}, func(domain.MatchCandidate) {}))(t)
	before := sure(w.rules.Trial.Try(t.Context(), domain.BuiltInMatchRule(catalog.Item), []domain.MatchPair{pair}, func(domain.MatchCandidate) {}))(t)
	if now, then := likely[pair.Key()], before[pair.Key()]; now.Probability <= then.Probability {
		t.Errorf("with the term it is %f likely, without %f", now.Probability, then.Probability)
	}
}

// evaluated evaluates as the job does.
func evaluated(t testing.TB, w *ruleWorld) {
	t.Helper()
	evaluator, ok := w.rules.Trial.(*match.Evaluator)
	if !ok {
		t.Fatal("the world has no evaluator")
	}
	var fence int64
	w.operate(t, func(ctx context.Context, ops domain.Ops) (err error) {
		fence, _, err = ops.Matches.Claim(ctx, catalog.Item, "test", ops.Now.Add(1e9))
		return err
	})
	if err := evaluator.Evaluate(t.Context(), catalog.Item, fence); err != nil {
		t.Fatal(err)
	}
}

func TestATrialKnowsCodesThatAreMappedByNow(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 30)
	w.mapByHand(t, 3, 3)
	mapped, open := w.pairOf(t, plantSystem, 3, 3), w.pairOf(t, plantSystem, 4, 4)
	for _, pair := range []domain.MatchPair{mapped, open} {
		w.say(t, domain.VerdictMatch, func(v *domain.Verdict) { v.Pair = pair })
	}
	var seen []domain.MatchCandidate
	likely := sure(w.rules.Trial.Try(t.Context(), domain.BuiltInMatchRule(catalog.Item), []domain.MatchPair{mapped, open}, func(c domain.MatchCandidate) { seen = append(seen, c) }))(t)
	if len(likely) != 2 || likely[mapped.Key()].Probability == 0 || likely[open.Key()].Probability == 0 {
		t.Errorf("likely are %v", likely)
	}
	for _, c := range seen {
		if c.Pair.B.String() == mapped.B.String() {
			t.Errorf("a mapped code waits: %+v", c.Pair)
		}
		if c.Pair.Key() == open.Key() && c.State != domain.CandidateConfirmed {
			t.Errorf("what a person confirmed is %s", c.State)
		}
	}
	if len(seen) == 0 {
		t.Error("nothing waits")
	}
	if state := sure(w.store.Read().Matches.State(t.Context(), catalog.Item))(t); state.EvaluatedAt != 0 {
		t.Error("a trial left something behind")
	}
}

func TestATrialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 5)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.rules.Trial.Try(ctx, domain.BuiltInMatchRule(catalog.Item), nil, func(domain.MatchCandidate) {}); err == nil {
		t.Error("a trial went on")
	}
}

// TestNoVerdictHasASayInItsOwnTrial turns one of many verdicts round: how likely its pair is stays the same, though others' change.
func TestNoVerdictHasASayInItsOwnTrial(t *testing.T) {
	t.Parallel()
	const n = 60
	w := newRuleWorld(t, n)
	evaluated(t, w)
	codes := false
	found, _, err := w.store.Read().Matches.List(t.Context(), domain.CandidateQuery{
		Domain: catalog.Item, System: plantSystem, Merges: &codes, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000},
	})
	var pairs []domain.MatchPair
	var said []domain.Verdict
	for _, c := range sure(found, err)(t) {
		if c.Rank > 2 {
			continue
		}
		word := domain.VerdictMatch
		if c.Rank == 2 {
			word = domain.VerdictNoMatch
		}
		pairs = append(pairs, c.Pair)
		said = append(said, domain.Verdict{
			ID: domain.NewID(), Pair: c.Pair, Word: word, Plant: "STU1", By: "user:petra", At: 1, Probability: c.Probability, Band: c.Band, Vector: c.Vector, Version: 1,
		})
	}
	if len(said) < 100 {
		t.Fatalf("only %d pairs were proposed", len(said))
	}
	put := func(verdicts ...domain.Verdict) {
		w.write(t, func(ctx context.Context, repos domain.Repos) error {
			for _, v := range verdicts {
				if err := repos.Verdicts.Put(ctx, v); err != nil {
					return err
				}
			}
			return nil
		})
	}
	put(said...)
	rule := domain.BuiltInMatchRule(catalog.Item)
	before := sure(w.rules.Trial.Try(t.Context(), rule, pairs, func(domain.MatchCandidate) {}))(t)
	turned := said[0]
	undone, err := turned.Undone("user:petra", "test", 2)
	if err != nil {
		t.Fatal(err)
	}
	other := turned
	other.ID, other.Word = domain.NewID(), domain.VerdictNoMatch
	put(undone, other)
	after := sure(w.rules.Trial.Try(t.Context(), rule, pairs, func(domain.MatchCandidate) {}))(t)
	if before[turned.Pair.Key()] != after[turned.Pair.Key()] {
		t.Errorf("its own word moved it from %v to %v", before[turned.Pair.Key()], after[turned.Pair.Key()])
	}
	moved := 0
	for key, likely := range before {
		if after[key] != likely {
			moved++
		}
	}
	if moved == 0 {
		t.Error("a verdict has no say in anything")
	}
}
