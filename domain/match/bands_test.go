package match_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
)

// plantRule is a rule that asks for the band at STU1.
func plantRule(target float64) domain.MatchRule {
	rule := domain.BuiltInMatchRule(catalog.Item)
	rule.Version, rule.Target, rule.AutoPlants = 3, target, []domain.PlantID{"STU1"}
	return rule
}

// words are verdicts of the plant on codes that were in the band.
func words(said map[domain.VerdictWord]int, with func(*domain.Verdict)) []domain.Verdict {
	var all []domain.Verdict
	for word, n := range said {
		for range n {
			v := domain.Verdict{
				ID: domain.NewID(), Word: word, Plant: "STU1", Rule: 3, Band: domain.BandAuto,
				Pair: domain.MatchPair{Domain: catalog.Item, A: domain.MatchSide{Record: domain.NewID()}, B: domain.MatchSide{System: "mes", Key: "1"}},
			}
			if with != nil {
				with(&v)
			}
			all = append(all, v)
		}
	}
	return all
}

func TestABandOpensByMeasuredAgreementOnly(t *testing.T) {
	t.Parallel()
	matches := func(n int) map[domain.VerdictWord]int { return map[domain.VerdictWord]int{domain.VerdictMatch: n} }
	tests := map[string]struct {
		verdicts []domain.Verdict
		closed   []domain.AutoBand
		rule     func(*domain.MatchRule)
		open     bool
		missing  int
	}{
		"nobody has said anything":                {missing: 381},
		"one too few agree":                       {verdicts: words(matches(380), nil), missing: 1},
		"enough agree":                            {verdicts: words(matches(381), nil), open: true},
		"one does not agree":                      {verdicts: words(map[domain.VerdictWord]int{domain.VerdictMatch: 381, domain.VerdictNoMatch: 1}, nil), missing: 181},
		"one was unsure":                          {verdicts: words(map[domain.VerdictWord]int{domain.VerdictMatch: 381, domain.VerdictUnsure: 1}, nil), missing: 181},
		"of another plant":                        {verdicts: words(matches(500), func(v *domain.Verdict) { v.Plant = "LYO1" }), missing: 381},
		"on pairs for people":                     {verdicts: words(matches(500), func(v *domain.Verdict) { v.Band = domain.BandReview }), missing: 381},
		"taken back":                              {verdicts: words(matches(500), func(v *domain.Verdict) { v.UndoneAt = 1 }), missing: 381},
		"on golden records":                       {verdicts: words(matches(500), func(v *domain.Verdict) { v.Pair.B = domain.MatchSide{Record: domain.NewID()} }), missing: 381},
		"under a version that measures otherwise": {verdicts: words(matches(500), func(v *domain.Verdict) { v.Rule = 1 }), missing: 381},
		"under a version that measures likewise":  {verdicts: words(matches(500), func(v *domain.Verdict) { v.Rule = 2 }), open: true},
		"under a version nobody knows":            {verdicts: words(matches(500), func(v *domain.Verdict) { v.Rule = 9 }), missing: 381},
		"enough agree, but nobody asked for it":   {verdicts: words(matches(500), nil), rule: func(r *domain.MatchRule) { r.AutoPlants = nil }},
		"enough agree, but something closed it":   {verdicts: words(matches(500), nil), closed: []domain.AutoBand{{Plant: "STU1", ClosedAt: 7, ClosedWhy: "a mapping was ended"}}},
		"enough agree, another plant is closed":   {verdicts: words(matches(500), nil), closed: []domain.AutoBand{{Plant: "LYO1", ClosedAt: 7, ClosedWhy: "x"}}, open: true},
	}
	for phrase, test := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			rule := plantRule(0.99)
			if test.rule != nil {
				test.rule(&rule)
			}
			other, likewise := domain.BuiltInMatchRule(catalog.Item), rule
			other.Version, other.Auto, likewise.Version, likewise.Review, likewise.Target = 1, 0.98, 2, 0.5, 0.6
			bands := match.Bands(rule, []domain.MatchRule{other, likewise}, test.verdicts, test.closed, []domain.PlantID{"LYO1", "STU1"})
			band := bands[1]
			if band.Plant != "STU1" || band.Open != test.open || band.Missing != test.missing {
				t.Errorf("open %v, %d missing: want %v, %d (%+v)", band.Open, band.Missing, test.open, test.missing, band)
			}
			if bands[0].Open || bands[0].Wanted {
				t.Errorf("a plant that nobody named is open: %+v", bands[0])
			}
			if closed := band.ClosedWhy != ""; closed != (len(test.closed) > 0 && test.closed[0].Plant == "STU1") {
				t.Errorf("it says %q", band.ClosedWhy)
			}
		})
	}
}

// wilson is the lower bound in another form than the one that is tested.
func wilson(agreed, all int) float64 {
	if all == 0 {
		return 0
	}
	const z = 1.959964
	n, p := float64(all), float64(agreed)/float64(all)
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	return centre - z/(1+z*z/n)*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
}

// TestNoSequenceOfVerdictsOpensABandBelowItsTarget gives and takes back verdicts of all kinds, in any order.
func TestNoSequenceOfVerdictsOpensABandBelowItsTarget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := plantRule(rapid.Float64Range(0.5, 0.95).Draw(t, "target"))
		var verdicts []domain.Verdict
		agreed, judged := 0, 0
		for range rapid.IntRange(0, 120).Draw(t, "steps") {
			if len(verdicts) > 0 && rapid.IntRange(0, 9).Draw(t, "undo") == 0 {
				at := rapid.IntRange(0, len(verdicts)-1).Draw(t, "which")
				verdicts[at].UndoneAt = 1
			} else {
				word := rapid.SampledFrom([]domain.VerdictWord{domain.VerdictMatch, domain.VerdictMatch, domain.VerdictMatch, domain.VerdictNoMatch, domain.VerdictUnsure}).Draw(t, "word")
				band := rapid.SampledFrom([]domain.Band{domain.BandAuto, domain.BandAuto, domain.BandReview}).Draw(t, "band")
				plant := rapid.SampledFrom([]domain.PlantID{"STU1", "STU1", "LYO1"}).Draw(t, "plant")
				verdicts = append(verdicts, words(map[domain.VerdictWord]int{word: 1}, func(v *domain.Verdict) { v.Band, v.Plant = band, plant })...)
			}
			agreed, judged = 0, 0
			for _, v := range verdicts {
				if v.Band != domain.BandAuto || v.Plant != "STU1" || v.UndoneAt != 0 {
					continue
				}
				judged++
				if v.Word == domain.VerdictMatch {
					agreed++
				}
			}
			band := match.Bands(rule, nil, verdicts, nil, []domain.PlantID{"STU1"})[0]
			if band.Open != (wilson(agreed, judged) > rule.Target) {
				t.Fatalf("%d of %d agree, which bounds agreement by %f; target %f; open %v", agreed, judged, wilson(agreed, judged), rule.Target, band.Open)
			}
			more := words(map[domain.VerdictWord]int{domain.VerdictMatch: band.Missing}, nil)
			if after := match.Bands(rule, nil, append(verdicts[:len(verdicts):len(verdicts)], more...), nil, []domain.PlantID{"STU1"})[0]; !after.Open {
				t.Fatalf("%d more that agree do not open it: %+v", band.Missing, after)
			}
			if band.Missing > 0 {
				if after := match.Bands(rule, nil, append(verdicts[:len(verdicts):len(verdicts)], more[1:]...), nil, []domain.PlantID{"STU1"})[0]; after.Open {
					t.Fatalf("fewer than %d more open it", band.Missing)
				}
			}
		}
	})
}
