package domain_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func draftRule() domain.MatchRule {
	rule := domain.BuiltInMatchRule("item")
	rule.Version, rule.State = 2, domain.MatchRuleDraft
	rule.Skip, rule.AutoPlants = []domain.AttributeID{"hs_code", "grade"}, []domain.PlantID{"STU1", "LYO1"}
	rule.Terms = []domain.MatchTerm{{Word: "halter", Concepts: []string{"bracket", "steel"}}, {Word: "skrue", Concepts: []string{"screw"}}}
	return rule
}

func TestWhatAChangeOfARuleMeans(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change                       func(*domain.MatchRule)
		compares, measures, saysSame bool
	}{
		"nothing":                  {change: func(*domain.MatchRule) {}, compares: true, measures: true, saysSame: true},
		"another version and note": {change: func(r *domain.MatchRule) { r.Version, r.Note, r.Stored, r.CreatedBy = 9, "n", 4, "user:bo" }, compares: true, measures: true, saysSame: true},
		"the same in another order": {change: func(r *domain.MatchRule) {
			r.Skip, r.AutoPlants = []domain.AttributeID{"grade", "hs_code"}, []domain.PlantID{"LYO1", "STU1"}
			r.Terms = []domain.MatchTerm{{Word: "skrue", Concepts: []string{"screw"}}, {Word: "halter", Concepts: []string{"steel", "bracket"}}}
		}, compares: true, measures: true, saysSame: true},
		"what people see":     {change: func(r *domain.MatchRule) { r.Review = 0.5 }, compares: true, measures: true},
		"the target":          {change: func(r *domain.MatchRule) { r.Target = 0.9 }, compares: true, measures: true},
		"the sample":          {change: func(r *domain.MatchRule) { r.SamplePercent = 50 }, compares: true, measures: true},
		"the plants":          {change: func(r *domain.MatchRule) { r.AutoPlants = nil }, compares: true, measures: true},
		"the automatic band":  {change: func(r *domain.MatchRule) { r.Auto = 0.9 }, compares: true},
		"attributes left out": {change: func(r *domain.MatchRule) { r.Skip = nil }},
		"a term":              {change: func(r *domain.MatchRule) { r.Terms = r.Terms[:1] }},
		"a term's concept":    {change: func(r *domain.MatchRule) { r.Terms[1].Concepts = []string{"nut"} }},
		"a word that runs over": {change: func(r *domain.MatchRule) {
			r.Terms[0] = domain.MatchTerm{Word: "halterbracket", Concepts: []string{"steel"}}
		}},
		"the domain": {change: func(r *domain.MatchRule) { r.Domain = "lot" }},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			rule, other := draftRule(), draftRule()
			test.change(&other)
			if rule.ComparesLike(other) != test.compares || rule.MeasuresLike(other) != test.measures || (rule.Digest() == other.Digest()) != test.saysSame {
				t.Errorf("compares %v, measures %v, says the same %v", rule.ComparesLike(other), rule.MeasuresLike(other), rule.Digest() == other.Digest())
			}
		})
	}
}

func TestOnlyATriedDraftIsTried(t *testing.T) {
	t.Parallel()
	one, two := domain.Verdict{ID: domain.NewID(), Version: 1}, domain.Verdict{ID: domain.NewID(), Version: 1}
	current := domain.BuiltInMatchRule("item")
	tests := map[string]struct {
		test     func(rule *domain.MatchRule)
		standing []domain.Verdict
		want     string
	}{
		"as it stands":          {standing: []domain.Verdict{two, one}},
		"never":                 {test: func(r *domain.MatchRule) { r.BackTest = nil }, standing: []domain.Verdict{one, two}, want: domain.CodeMatchRuleUntested},
		"then edited":           {test: func(r *domain.MatchRule) { r.Auto = 0.9 }, standing: []domain.Verdict{one, two}, want: domain.CodeMatchRuleUntested},
		"against another rule":  {test: func(r *domain.MatchRule) { r.BackTest.Against = 1 }, standing: []domain.Verdict{one, two}, want: domain.CodeMatchRuleUntested},
		"before a verdict more": {standing: []domain.Verdict{one, two, {ID: domain.NewID(), Version: 1}}, want: domain.CodeMatchRuleUntested},
		"before one was undone": {standing: []domain.Verdict{one}, want: domain.CodeMatchRuleUntested},
	}
	for phrase, test := range tests {
		rule := draftRule()
		rule.BackTest = &domain.BackTest{Digest: rule.Digest(), Seen: domain.SeenOf([]domain.Verdict{one, two})}
		if test.test != nil {
			test.test(&rule)
		}
		if got := domain.ErrorCode(rule.Tried(test.standing, current)); got != test.want {
			t.Errorf("%s: %q, want %q", phrase, got, test.want)
		}
	}
}

func TestTheBandOfAProbability(t *testing.T) {
	t.Parallel()
	rule := domain.MatchRule{Review: 0.1, Auto: 0.9}
	for probability, want := range map[float64][2]domain.Band{
		0.09: {domain.BandReject, domain.BandReject}, 0.1: {domain.BandReview, domain.BandReview}, 0.89: {domain.BandReview, domain.BandReview},
		0.9: {domain.BandAuto, domain.BandReview}, 1: {domain.BandAuto, domain.BandReview},
	} {
		if got := [2]domain.Band{rule.BandOf(probability, false), rule.BandOf(probability, true)}; got != want {
			t.Errorf("%v: %v, want %v", probability, got, want)
		}
	}
}
