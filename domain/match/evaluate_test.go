package match_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// ferrum is a court over the demo company: what stands in its Odoo is golden, with 36 items entered twice.
func ferrum(t testing.TB) (*court, fixtures.Company) {
	t.Helper()
	company := fixtures.Generate(3, fixtures.DefaultSize(), fixtures.Kinds())
	c := newCourt(t)
	c.change(t, func(ctx context.Context, repos domain.Repos) error {
		for _, item := range company.Odoo {
			values := thing(item.Code, item.Name, item.GTIN).With(domain.Attributes{catalog.ItemBaseUnit: domain.Enum(item.Unit), catalog.ItemTracking: domain.Enum(item.Tracking)})
			weight, err := domain.NewQuantity(item.WeightKilograms(), "KGM")
			if err != nil {
				return err
			}
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: values.With(domain.Attributes{catalog.ItemNetWeight: weight})}
			c.records[item.Code] = record.ID
			if err := repos.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Rule: "initial_load"}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, company
}

// planted are the pairs entered twice.
func planted(t testing.TB, c *court, company fixtures.Company) map[string]bool {
	t.Helper()
	pairs := map[string]bool{}
	for _, d := range company.Duplicates {
		pair, err := domain.NewMatchPair(catalog.Item, c.record(d.Code), c.record(d.Of))
		if err != nil {
			t.Fatal(err)
		}
		pairs[pair.Key()] = true
	}
	return pairs
}

func TestWhatWasEnteredTwiceIsProposed(t *testing.T) {
	t.Parallel()
	c, company := ferrum(t)
	c.evaluate(t)
	twice, found := planted(t, c, company), 0
	for _, candidate := range c.candidates(t, domain.CandidateQuery{}) {
		likely := candidate.Probability >= 0.5
		if likely != twice[candidate.Pair.Key()] {
			t.Errorf("%s and %s: %.2f", candidate.Left.Label, candidate.Right.Label, candidate.Probability)
		}
		if likely {
			found++
		}
		checkCandidate(t, candidate)
	}
	if found != len(twice) {
		t.Errorf("%d of %d are found", found, len(twice))
	}
	clusters, _, err := c.judge.Clusters(t.Context(), c.ana, catalog.Item, domain.Page{Limit: 1000})
	if err != nil || len(clusters) != len(twice) {
		t.Fatalf("%d groups (%v)", len(clusters), err)
	}
	group, err := c.judge.Cluster(t.Context(), c.ana, clusters[0].ID)
	if err != nil || len(group.Members) != 2 || len(group.Pairs) != 1 || group.Weakest != group.Pairs[0].Probability {
		t.Errorf("the surest group is %+v (%v)", group, err)
	}
	state, err := c.judge.State(t.Context(), c.ana, catalog.Item)
	if err != nil || state.Records != len(company.Odoo) || state.EvaluatedAt == 0 || state.Clusters != len(clusters) {
		t.Errorf("the state is %+v (%v)", state, err)
	}
}

// checkCandidate holds a candidate to what every one promises.
func checkCandidate(t testing.TB, c match.CandidateView) {
	t.Helper()
	sum := c.Explanation.Prior
	for _, reason := range c.Explanation.Reasons {
		sum += reason.Bits
	}
	if !c.Contradicted && (sum-c.Explanation.Score > 0.001 || c.Explanation.Score-sum > 0.001) {
		t.Errorf("%s: the reasons add up to %v, the score is %v", c.Pair.Key(), sum, c.Explanation.Score)
	}
	if len(c.Vector.Levels) == 0 || len(c.Vector.Levels) != len(c.Vector.Comparisons) || c.Rank < 1 || c.Left.Code == "" || c.Right.Label == "" {
		t.Errorf("%+v says too little", c)
	}
	if c.Contradicted && c.Band == domain.BandAuto {
		t.Errorf("%s is contradicted and automatic", c.Pair.Key())
	}
}

// TestTheSameDataGivesTheSame: evaluations of the same records are the same, whatever order the records came in.
func TestTheSameDataGivesTheSame(t *testing.T) {
	t.Parallel()
	c, _ := ferrum(t)
	c.evaluate(t)
	first := c.candidates(t, domain.CandidateQuery{})
	clusters, _, err := c.store.Read().Matches.Clusters(t.Context(), catalog.Item, domain.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	c.evaluate(t)
	again, _, err := c.store.Read().Matches.Clusters(t.Context(), catalog.Item, domain.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	second := c.candidates(t, domain.CandidateQuery{})
	if len(first) != len(second) {
		t.Fatalf("%d candidates, then %d", len(first), len(second))
	}
	for i := range first {
		first[i].EvaluatedAt, second[i].EvaluatedAt = 0, 0
		if fmt.Sprintf("%+v", first[i]) != fmt.Sprintf("%+v", second[i]) {
			t.Errorf("%+v became %+v", first[i], second[i])
		}
	}
	for i := range clusters {
		clusters[i].EvaluatedAt, again[i].EvaluatedAt = 0, 0
		if fmt.Sprintf("%+v", clusters[i]) != fmt.Sprintf("%+v", again[i]) {
			t.Errorf("the group %+v became %+v", clusters[i], again[i])
		}
	}
}

// TestVerdictsOutrankTheScore and survive every evaluation: what was rejected is in no group, what was confirmed is in one though
// nothing speaks for it.
func TestVerdictsOutrankTheScore(t *testing.T) {
	t.Parallel()
	c, company := ferrum(t)
	c.evaluate(t)
	c.judge.Merger = nil
	twins := company.Duplicates[0]
	c.give(t, domain.VerdictNoMatch, c.record(twins.Of), c.record(twins.Code))
	valve := slices.IndexFunc(company.Odoo, func(i fixtures.Item) bool { return i.Code[:3] == "VLV" })
	screw := slices.IndexFunc(company.Odoo, func(i fixtures.Item) bool { return i.Code[:3] == "SCR" })
	c.give(t, domain.VerdictMatch, c.record(company.Odoo[valve].Code), c.record(company.Odoo[screw].Code))
	for range 2 {
		c.evaluate(t)
		group, err := c.store.Read().Matches.Members(t.Context(), catalog.Item)
		if err != nil {
			t.Fatal(err)
		}
		if of := group[c.records[twins.Of]]; !of.IsZero() && of == group[c.records[twins.Code]] {
			t.Error("what was rejected is in one group")
		}
		of := group[c.records[company.Odoo[valve].Code]]
		if of.IsZero() || of != group[c.records[company.Odoo[screw].Code]] {
			t.Error("what was confirmed is in no group")
		}
		side := c.record(twins.Code)
		for _, candidate := range c.candidates(t, domain.CandidateQuery{Side: &side}) {
			if candidate.Pair.A == c.record(twins.Of) || candidate.Pair.B == c.record(twins.Of) {
				if candidate.State != domain.CandidateRejected || candidate.Verdict == nil {
					t.Errorf("the rejected pair is %s", candidate.State)
				}
			}
		}
	}
}

// TestFromFiftyVerdictsOnPeopleAreLearntFrom: the reasons of a model that people have taught tell of it, and still add up.
func TestFromFiftyVerdictsOnPeopleAreLearntFrom(t *testing.T) {
	t.Parallel()
	c, company := ferrum(t)
	c.evaluate(t)
	shown := c.candidates(t, domain.CandidateQuery{})
	say := func(from, to int) {
		c.change(t, func(ctx context.Context, repos domain.Repos) error {
			for i := from; i < to; i++ {
				pair, err := domain.NewMatchPair(catalog.Item, c.record(company.Odoo[i].Code), c.record(company.Odoo[i+100].Code))
				if err != nil {
					return err
				}
				err = repos.Verdicts.Put(ctx, domain.Verdict{ID: domain.NewID(), Pair: pair, Word: domain.VerdictNoMatch, By: "user:ana", Vector: shown[i%len(shown)].Vector, Version: 1})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	learnt := func() (n int) {
		c.evaluate(t)
		for _, candidate := range c.candidates(t, domain.CandidateQuery{}) {
			checkCandidate(t, candidate)
			if slices.ContainsFunc(candidate.Explanation.Reasons, func(r domain.MatchReason) bool { return r.Comparison == "next candidate" }) {
				n++
			}
		}
		return n
	}
	say(0, 49)
	if n := learnt(); n > 0 {
		t.Errorf("49 verdicts taught %d candidates", n)
	}
	say(49, 50)
	if n := learnt(); n < 50 {
		t.Errorf("50 verdicts taught %d candidates", n)
	}
}

func TestCodesThatAreNotMappedAreCompared(t *testing.T) {
	t.Parallel()
	c, company := ferrum(t)
	said := map[domain.Code]domain.Attributes{}
	for _, item := range company.Odoo[:120] {
		values := thing("", item.Name, item.GTIN)
		delete(values, catalog.ItemCode)
		said[domain.Code("P"+item.Code)] = values
	}
	c.read(t, "mes-stu1", said)
	c.read(t, "mes-ber2", map[domain.Code]domain.Attributes{"ODD": {catalog.ItemName: domain.Text("Zebra crossing")}})
	mapped := codeAt("mes-stu1", "P"+company.Odoo[0].Code)
	v := c.give(t, domain.VerdictMatch, c.record(company.Odoo[0].Code), mapped)
	c.approve(t, v.Request)
	c.evaluate(t)
	if left := c.candidates(t, domain.CandidateQuery{Side: &mapped}); len(left) > 0 {
		t.Errorf("a code that is mapped has candidates: %+v", left)
	}
	best := map[domain.Code]match.CandidateView{}
	perCode := map[domain.Code]int{}
	merges := false
	for _, candidate := range c.candidates(t, domain.CandidateQuery{System: "mes-stu1", Merges: &merges}) {
		checkCandidate(t, candidate)
		if candidate.Plant != "STU1" {
			t.Errorf("the plant is %q", candidate.Plant)
		}
		if code := candidate.Pair.B.Code; candidate.Rank == 1 {
			best[code] = candidate
		}
		if perCode[candidate.Pair.B.Code]++; perCode[candidate.Pair.B.Code] > 20 {
			t.Errorf("%s has more than 20 candidates", candidate.Pair.B.Code)
		}
	}
	right := 0
	for _, item := range company.Odoo[1:120] {
		if candidate := best[domain.Code("P"+item.Code)]; candidate.Pair.A.Record == c.records[item.Code] && candidate.Probability > 0.9 {
			right++
		}
	}
	if right < 115 {
		t.Errorf("of 119 codes %d have the right best candidate", right)
	}
	// A plant's lead sees the plant's codes and the shared records, and no other plant's codes.
	seen, _, err := c.judge.Candidates(t.Context(), c.carl, domain.CandidateQuery{Domain: catalog.Item, Page: domain.Page{Limit: 1000}})
	if err != nil || slices.ContainsFunc(seen, func(v match.CandidateView) bool { return v.Plant == "STU1" }) {
		t.Errorf("carl sees what is not his plant's (%v)", err)
	}
}

func TestNothingToCompare(t *testing.T) {
	t.Parallel()
	for phrase, things := range map[string][]domain.Attributes{
		"no record": nil, "one record": {thing("A", "Screw", "")}, "records of which nothing is known": {{catalog.ItemCode: domain.Code("1")}, {catalog.ItemCode: domain.Code("2")}},
	} {
		c := newCourt(t, things...)
		c.read(t, "mes-stu1", map[domain.Code]domain.Attributes{"1": {}, "2": {catalog.ItemName: domain.Text("Screw")}})
		c.evaluate(t)
		state, err := c.judge.State(t.Context(), c.ana, catalog.Item)
		if err != nil || state.EvaluatedAt == 0 || state.Codes != 2 || state.Failed != "" {
			t.Errorf("with %s the state is %+v (%v)", phrase, state, err)
		}
		for _, candidate := range c.candidates(t, domain.CandidateQuery{}) {
			if candidate.Band == domain.BandAuto {
				t.Errorf("with %s %+v is automatic", phrase, candidate)
			}
		}
	}
}

// ruled is a store in which the rule in force is read otherwise.
type ruled struct {
	domain.Store
	current func(context.Context, domain.DomainName) (domain.MatchRule, error)
}

func (r ruled) Read() domain.Reads {
	reads := r.Store.Read()
	reads.MatchRules = currentRule{reads.MatchRules, r.current}
	return reads
}

type currentRule struct {
	domain.MatchRuleReader
	current func(context.Context, domain.DomainName) (domain.MatchRule, error)
}

func (r currentRule) Current(ctx context.Context, name domain.DomainName) (domain.MatchRule, error) {
	return r.current(ctx, name)
}

// TestAFailedEvaluationLeavesWhatThereWas and says why; one that is ended says nothing and lets the next begin at once.
func TestAFailedEvaluationLeavesWhatThereWas(t *testing.T) {
	t.Parallel()
	c, _ := ferrum(t)
	c.evaluate(t)
	before := len(c.candidates(t, domain.CandidateQuery{}))
	claim := func() (fence int64) {
		err := c.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
			fence, _, err = ops.Matches.Claim(t.Context(), catalog.Item, "test", ops.Now.Add(time.Hour))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return fence
	}
	ended, cancel := context.WithCancel(t.Context())
	failures := map[string]struct {
		ctx    context.Context
		rule   func(context.Context, domain.DomainName) (domain.MatchRule, error)
		failed string
	}{
		"a rule that cannot be read": {t.Context(), func(context.Context, domain.DomainName) (domain.MatchRule, error) {
			return domain.MatchRule{}, domain.Conflict(domain.CodeMatchRuleStale, "no rule today")
		}, "no rule today"},
		"the end of the program": {ended, func(_ context.Context, name domain.DomainName) (domain.MatchRule, error) {
			cancel()
			return domain.BuiltInMatchRule(name), nil
		}, ""},
	}
	for phrase, failure := range failures {
		evaluator := *c.evaluator
		evaluator.Store = ruled{Store: c.store, current: failure.rule}
		if err := evaluator.Evaluate(failure.ctx, catalog.Item, claim()); err == nil {
			t.Errorf("%s did not fail it", phrase)
		}
		state, err := c.store.Read().Matches.State(t.Context(), catalog.Item)
		if err != nil || state.Failed != failure.failed || state.LeaseUntil != 0 || state.EvaluatedAt == 0 {
			t.Errorf("after %s the state is %+v (%v)", phrase, state, err)
		}
		c.evaluate(t)
		if now := len(c.candidates(t, domain.CandidateQuery{})); now != before {
			t.Errorf("after %s there are %d candidates instead of %d", phrase, now, before)
		}
	}
	lost := claim()
	if err := c.store.Operate(t.Context(), func(ops domain.Ops) error { return ops.Matches.Extend(t.Context(), catalog.Item, lost, 1) }); err != nil {
		t.Fatal(err)
	}
	claim()
	if err := c.evaluator.Evaluate(t.Context(), catalog.Item, lost); domain.ErrorCode(err) != domain.CodeEvaluationLost {
		t.Errorf("without the lease: %v", err)
	}
	broken := *c.evaluator
	broken.Store = storetest.Broken(t, c.store, storetest.Failing{Reads: true})
	var known *domain.Error
	if err := broken.Evaluate(t.Context(), catalog.Item, lost+1); !errors.As(err, &known) {
		t.Errorf("without a database: %v", err)
	}
}

// TestAnEvaluationFollowsOneRule, the one that its marks tell of: a rule that comes into force meanwhile is for the next.
func TestAnEvaluationFollowsOneRule(t *testing.T) {
	t.Parallel()
	c := newCourt(t, thing("A", "Hex bolt M8x40", "4006381333931"), thing("B", "Hex bolt M8x40", "4006381333931"))
	versions := 0
	c.evaluator.Store = ruled{Store: c.store, current: func(_ context.Context, name domain.DomainName) (domain.MatchRule, error) {
		rule := domain.BuiltInMatchRule(name)
		versions++
		rule.Version = versions
		return rule, nil
	}}
	c.evaluate(t)
	state, err := c.store.Read().Matches.State(t.Context(), catalog.Item)
	if err != nil || state.Rule != 1 {
		t.Errorf("the marks tell of the rule %d (%v)", state.Rule, err)
	}
	found := c.candidates(t, domain.CandidateQuery{})
	if len(found) != 1 || found[0].Rule != state.Rule {
		t.Errorf("%d candidates, by another rule than %d: %+v", len(found), state.Rule, found)
	}
}

func TestWhenADomainIsDue(t *testing.T) {
	t.Parallel()
	marks := domain.MatchMarks{Sequence: 3, Verdicts: 1, ReadAt: 7, Rule: 1}
	moved := marks
	moved.Verdicts++
	done := domain.MatchState{MatchMarks: marks, EvaluatedAt: 1_000_000}
	after := func(change func(*domain.MatchState)) domain.MatchState {
		state := done
		change(&state)
		return state
	}
	const every = 10 * time.Second
	tests := map[string]struct {
		state domain.MatchState
		marks domain.MatchMarks
		now   domain.Instant
		every time.Duration
		want  bool
	}{
		"that was never evaluated":            {domain.MatchState{}, marks, 20_000_000, every, true},
		"in which nothing moved":              {done, marks, 99_000_000, every, false},
		"in which something moved":            {done, moved, 99_000_000, every, true},
		"that was evaluated just now":         {done, moved, 10_999_999, every, false},
		"that is being evaluated":             {after(func(s *domain.MatchState) { s.LeaseUntil = 99_000_001 }), moved, 99_000_000, every, false},
		"whose evaluation died":               {after(func(s *domain.MatchState) { s.LeaseUntil = 99_000_000 }), moved, 99_000_000, every, true},
		"that failed just now":                {after(func(s *domain.MatchState) { s.TriedAt = 90_000_000 }), moved, 99_000_000, every, false},
		"that somebody asks for":              {after(func(s *domain.MatchState) { s.RequestedAt = 1_000_001 }), marks, 1_000_002, every, true},
		"that somebody asked for before":      {after(func(s *domain.MatchState) { s.RequestedAt = 999_999 }), marks, 1_000_002, every, false},
		"that is to be asked for":             {done, moved, 99_000_000, 0, false},
		"that is to be asked for, when it is": {after(func(s *domain.MatchState) { s.RequestedAt = 1_000_001 }), marks, 1_000_002, 0, true},
	}
	for phrase, test := range tests {
		if got := test.state.Due(test.marks, test.now, test.every); got != test.want {
			t.Errorf("a domain %s is due: %v", phrase, got)
		}
	}
}
