package match

import (
	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Lexicon is what is known of words under a rule: the built-in lexicon and the rule's own terms. A concept that is itself a word
// the lexicon does not know comes to mean itself, so that "halter is a bracket" makes the two one.
func Lexicon(rule domain.MatchRule) *matching.Lexicon {
	lexicon := matching.DefaultLexicon()
	if len(rule.Terms) == 0 {
		return lexicon
	}
	var terms []matching.Term
	for _, term := range rule.Terms {
		for _, concept := range term.Concepts {
			if lexicon.Concepts(matching.Fold(concept)) == nil {
				terms = append(terms, matching.Term{Word: concept, Concepts: []string{concept}})
			}
		}
	}
	for _, term := range rule.Terms {
		terms = append(terms, matching.Term{Word: term.Word, Concepts: term.Concepts})
	}
	return lexicon.With(terms)
}
