package match

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Trial evaluates a domain under a rule without keeping anything.
type Trial interface {
	// Try hands each candidate that the rule would propose to seen, and returns, by MatchPair.Key, how likely each of the pairs is
	// that are asked for; one of which a side is gone is not among them. No pair's own verdict has a say in how likely it is.
	Try(ctx context.Context, rule domain.MatchRule, pairs []domain.MatchPair, seen func(domain.MatchCandidate)) (map[string]Likely, error)
}

// Likely is how likely a pair is the same thing, and whether sizes or grades exclude that.
type Likely struct {
	Probability  float64
	Contradicted bool
}

// maxFlips bounds the flips that a back-test keeps.
const maxFlips = 1000

// BackTest tries a draft on every standing verdict and on what waits now, and keeps what comes of it with the draft. A verdict whose
// pair was compared as the draft compares counts as it was frozen when the person saw it; any other pair is compared anew, as
// both things are now. CodeMatchRuleStale when the draft is edited meanwhile, CodeStoreBusy while another is tried.
func (r *Rules) BackTest(ctx context.Context, by domain.Actor, name domain.DomainName, version int) (domain.BackTest, error) {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return domain.BackTest{}, err
	}
	reads := r.Store.Read()
	draft, err := versionOf(ctx, reads, name, version)
	if err != nil {
		return domain.BackTest{}, err
	}
	if err := draft.Editable(); err != nil {
		return domain.BackTest{}, err
	}
	if err := r.check(ctx, reads, draft); err != nil {
		return domain.BackTest{}, err
	}
	test, err := r.try(ctx, reads, draft)
	if err != nil {
		return domain.BackTest{}, fmt.Errorf("try version %d of %s: %w", version, name, err)
	}
	err = r.write(ctx, by, name, "back-test a draft of the matching rule", func(repos domain.Repos) error {
		now, err := editable(ctx, repos, name, version, 0)
		if err != nil {
			return err
		}
		if now.Digest() != test.Digest {
			return domain.Conflict(domain.CodeMatchRuleStale, "the draft was edited while it was tried; try it again")
		}
		test.At = repos.Now
		now.BackTest, now.Stored = &test, now.Stored+1
		return repos.MatchRules.Put(ctx, now)
	})
	return test, err
}

// try is a back-test of a draft against the rule in force; one draft is tried at a time.
func (r *Rules) try(ctx context.Context, reads domain.Reads, draft domain.MatchRule) (domain.BackTest, error) {
	if !r.trying.TryLock() {
		return domain.BackTest{}, domain.Unavailable(nil, domain.CodeStoreBusy, "another draft is being tried; try again in a moment")
	}
	defer r.trying.Unlock()
	h, err := r.history(ctx, reads, draft.Domain)
	if err != nil {
		return domain.BackTest{}, err
	}
	test := domain.BackTest{Digest: draft.Digest(), Seen: domain.SeenOf(h.standing), Against: h.current.Version, Verdicts: len(h.standing)}
	before, queue, err := r.likelihoods(ctx, reads, h.current, h)
	if err != nil {
		return test, err
	}
	after, queueAfter, err := r.likelihoods(ctx, reads, draft, h)
	if err != nil {
		return test, err
	}
	test.QueueBefore, test.QueueAfter, test.AutoAfter = queue.waiting, queueAfter.waiting, queueAfter.auto
	compare(&test, h.current, draft, h.standing, before, after)
	return test, nil
}

// queued counts what a rule makes of what waits.
type queued struct {
	rule          domain.MatchRule
	waiting, auto int
}

// see counts a candidate that nobody has judged.
func (q *queued) see(c domain.MatchCandidate) {
	if c.State != domain.CandidateEvaluated && c.State != domain.CandidateInReview {
		return
	}
	band := q.rule.BandOf(c.Probability, c.Contradicted)
	if band == domain.BandReject {
		return
	}
	q.waiting++
	if band == domain.BandAuto && !c.Pair.Merges() && c.Rank == 1 && c.Plant != "" && slices.Contains(q.rule.AutoPlants, c.Plant) && !Sampled(c.Pair, q.rule) {
		q.auto++
	}
}

// history is what has been said and proposed under the versions so far.
type history struct {
	definition domain.Definition
	current    domain.MatchRule
	versions   map[int]domain.MatchRule
	standing   []domain.Verdict
}

func (r *Rules) history(ctx context.Context, reads domain.Reads, name domain.DomainName) (history, error) {
	definition, err := r.Desk.Definitions.Definition(name)
	if err != nil {
		return history{}, err
	}
	h := history{definition: definition, versions: map[int]domain.MatchRule{}}
	versions, err := versionsOf(ctx, reads, name)
	if err != nil {
		return h, err
	}
	for _, version := range versions {
		h.versions[version.Version] = version
	}
	if h.current, err = reads.MatchRules.Current(ctx, name); err != nil {
		return h, err
	}
	h.standing, err = reads.Verdicts.Standing(ctx, name)
	return h, err
}

// likelihoods are how likely each verdict's pair is under a rule, by MatchPair.Key, and what waits under it. What is stored does
// where it was made by comparing as the rule does; else the rule is tried.
func (r *Rules) likelihoods(ctx context.Context, reads domain.Reads, rule domain.MatchRule, h history) (map[string]Likely, queued, error) {
	likely, queue := map[string]Likely{}, queued{rule: rule}
	var anew []domain.MatchPair
	for _, v := range h.standing {
		if made, known := h.versions[v.Rule]; known && made.ComparesLike(rule) && len(v.Vector.Levels) > 0 {
			likely[v.Pair.Key()] = h.frozen(v, made)
		} else {
			anew = append(anew, v.Pair)
		}
	}
	stored := rule.ComparesLike(h.current) && rule.Review >= h.current.Review
	if stored {
		if err := eachCandidate(ctx, reads, domain.CandidateQuery{Domain: rule.Domain, Plants: domain.PlantScope{All: true}}, queue.see); err != nil {
			return nil, queue, err
		}
	}
	if stored && len(anew) == 0 {
		return likely, queue, nil
	}
	see := queue.see
	if stored {
		see = func(domain.MatchCandidate) {}
	}
	tried, err := r.Trial.Try(ctx, rule, anew, see)
	for key, one := range tried {
		likely[key] = one
	}
	return likely, queue, err
}

// frozen is how likely a pair was when a person judged it, under the rule of that time. That its values exclude each other is told
// from the levels of its sizes and codes, and from a band that its probability alone would not explain.
func (h history) frozen(v domain.Verdict, made domain.MatchRule) Likely {
	contradicted := v.Probability >= made.Auto && v.Band != domain.BandAuto
	codes := map[string]bool{}
	for _, field := range Fields(h.definition, made) {
		codes[field.Name] = field.Kind == matching.KindCode && field.Name != string(h.definition.CodeAttribute)
	}
	levels := make([]matching.Level, len(v.Vector.Levels))
	for i, level := range v.Vector.Levels {
		levels[i] = matching.Level(min(max(level, 0), math.MaxUint8)) // #nosec G115 -- bounded
		contradicted = contradicted || level == 1 && i < len(v.Vector.Comparisons) && codes[v.Vector.Comparisons[i]]
	}
	return Likely{Probability: v.Probability, Contradicted: contradicted || matching.Contradicts(v.Vector.Comparisons, levels)}
}

// eachCandidate hands all candidates of a query to see, the surest first.
func eachCandidate(ctx context.Context, reads domain.Reads, q domain.CandidateQuery, see func(domain.MatchCandidate)) error {
	q.Page = domain.Page{Limit: 1000}
	for {
		found, next, err := reads.Matches.List(ctx, q)
		if err != nil {
			return err
		}
		for _, c := range found {
			see(c)
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// compare fills in what a draft would have made of every verdict.
func compare(test *domain.BackTest, current, draft domain.MatchRule, standing []domain.Verdict, before, after map[string]Likely) {
	for _, v := range standing {
		was, known := before[v.Pair.Key()]
		is, there := after[v.Pair.Key()]
		if !there {
			continue // one of the two is gone: nothing can be said
		}
		if !known {
			was = Likely{Probability: v.Probability}
		}
		band := draft.BandOf(is.Probability, is.Contradicted)
		switch {
		case agrees(v.Word, band):
			test.Agreed++
		case disagrees(v.Word, band):
			test.Disagreed++
		}
		old := current.BandOf(was.Probability, was.Contradicted)
		if old == band {
			continue
		}
		test.FlipCount++
		test.Flips = append(test.Flips, domain.Flip{
			Verdict: v.ID, Pair: v.Pair, Plant: v.Plant, Word: v.Word, Before: old, After: band, Probability: is.Probability, ProbabilityB: was.Probability,
		})
	}
	slices.SortStableFunc(test.Flips, func(a, b domain.Flip) int {
		return cmp.Or(-cmp.Compare(weight(a), weight(b)), cmp.Compare(a.Pair.Key(), b.Pair.Key()))
	})
	test.Flips = test.Flips[:min(len(test.Flips), maxFlips)]
}

// agrees says that a band would have done what a person said.
func agrees(word domain.VerdictWord, band domain.Band) bool {
	return word == domain.VerdictMatch && band == domain.BandAuto || word == domain.VerdictNoMatch && band == domain.BandReject
}

// disagrees says that a band would have done what a person did not say. Where they were unsure, linking it would have been too bold.
func disagrees(word domain.VerdictWord, band domain.Band) bool {
	return word != domain.VerdictMatch && band == domain.BandAuto || word == domain.VerdictMatch && band == domain.BandReject
}

// weight orders flips: those against people's word first, then those that move the probability most.
func weight(f domain.Flip) float64 {
	moved := math.Abs(f.Probability - f.ProbabilityB)
	if disagrees(f.Word, f.After) {
		return 2 + moved
	}
	return moved
}
