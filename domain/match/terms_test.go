package match_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// confirm has people say that the codes and records of one number are the same.
func (w *ruleWorld) confirm(t testing.TB, n int, word domain.VerdictWord) {
	t.Helper()
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		for i := range n {
			v := domain.Verdict{ID: domain.NewID(), Pair: w.pairOf(t, plantSystem, i, i), Word: word, Plant: "STU1", By: "user:petra", At: 1, Version: 1}
			if err := repos.Verdicts.Put(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestConfirmedMatchesTeachWords(t *testing.T) {
	t.Parallel()
	w := newRuleWorld(t, 4)
	w.readNamed(t, plantSystem, 4, func(i int) string { return fmt.Sprintf("Konsolplatte type %d", i) })
	w.confirm(t, 4, domain.VerdictMatch)
	terms := sure(w.rules.Terms(t.Context(), w.petra, catalog.Item))(t)
	if len(terms) != 1 {
		t.Fatalf("the terms are %+v", terms)
	}
	term := terms[0]
	if term.Word != "konsolplatte" || term.Like != "bracket" || term.Together != 4 || !slices.Equal(term.Concepts, []string{"bracket"}) {
		t.Errorf("the term is %+v", term)
	}
	if len(term.Examples) != 3 || term.Examples[0] != [2]string{"Bracket type 0", "Konsolplatte type 0"} {
		t.Errorf("the examples are %v", term.Examples)
	}
	foreign := somebody("carl", "LYO1", domain.ActionRead)
	if seen := sure(w.rules.Terms(t.Context(), foreign, catalog.Item))(t); len(seen) != 1 || len(seen[0].Examples) != 0 {
		t.Errorf("somebody of another plant sees %+v", seen)
	}
	// Taken into the rule in force the word is known, and is not proposed again.
	w.inForce(t, func(r *domain.MatchRule) {
		r.State, r.Terms = domain.MatchRuleActive, []domain.MatchTerm{{Word: term.Word, Concepts: term.Concepts}}
	})
	if again := sure(w.rules.Terms(t.Context(), w.petra, catalog.Item))(t); len(again) != 0 {
		t.Errorf("it is proposed again: %+v", again)
	}
}

func TestOnlyConfirmedMatchesTeachWords(t *testing.T) {
	t.Parallel()
	for phrase, say := range map[string]func(t *testing.T, w *ruleWorld){
		"rejected":      func(t *testing.T, w *ruleWorld) { w.confirm(t, 4, domain.VerdictNoMatch) },
		"unsure":        func(t *testing.T, w *ruleWorld) { w.confirm(t, 4, domain.VerdictUnsure) },
		"too few":       func(t *testing.T, w *ruleWorld) { w.confirm(t, 2, domain.VerdictMatch) },
		"of lost codes": func(t *testing.T, w *ruleWorld) { w.sayAll(t, times(4, domain.VerdictMatch), nil) },
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			w := newRuleWorld(t, 4)
			w.readNamed(t, plantSystem, 4, func(i int) string { return fmt.Sprintf("Konsolplatte type %d", i) })
			say(t, w)
			if terms := sure(w.rules.Terms(t.Context(), w.petra, catalog.Item))(t); len(terms) != 0 {
				t.Errorf("the terms are %+v", terms)
			}
		})
	}
}

func TestTheTermsOfARuleMakeWordsOne(t *testing.T) {
	t.Parallel()
	lexicon := match.Lexicon(domain.MatchRule{Terms: []domain.MatchTerm{
		{Word: "Konsolplatte", Concepts: []string{"bracketing"}}, {Word: "schr", Concepts: []string{"widget"}}, {Word: "skrue", Concepts: []string{"screw"}},
	}})
	for word, want := range map[string]string{
		"konsolplatte": "#bracketing", "bracketing": "#bracketing", // a concept that is no known word means itself
		"schr": "#widget", "skrue": "#screw", "screw": "#screw", "schraube": "#screw", // what is known stays as it is, unless the rule says otherwise
	} {
		if got := lexicon.Concepts(word); !slices.Equal(got, []string{want}) {
			t.Errorf("%s means %v, want %s", word, got, want)
		}
	}
}
