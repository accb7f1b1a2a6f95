package match_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	plantSystem domain.SystemID = "mes-stu1"
	otherSystem domain.SystemID = "mes-lyo1"
)

// readOnly knows systems that are only read.
type readOnly struct{}

func (readOnly) Written(domain.SourceSystem, domain.DomainName) []domain.AttributeID { return nil }

func (readOnly) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

// ruleWorld is a store with two plants, each with a system, and golden records that its codes may mean. Ana configures, bo approves
// and petra reads what is of the plant STU1.
type ruleWorld struct {
	store          domain.Store
	desk           *steward.Desk
	rules          *match.Rules
	judge          *match.Judge
	ana, bo, petra domain.Actor
	records        []domain.ID
}

func somebody(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	by := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		by.Grants = append(by.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return by
}

// newRuleWorld makes a world of n records, of which the codes C-0, C-1, … of both systems say the same.
func newRuleWorld(t testing.TB, n int) *ruleWorld {
	t.Helper()
	return newRuleWorldOf(t, n, func(i int) string { return thingNumber(i).Text(catalog.ItemName) })
}

// newRuleWorldOf is newRuleWorld of things with other names.
func newRuleWorldOf(t testing.TB, n int, name func(i int) string) *ruleWorld {
	t.Helper()
	w := &ruleWorld{
		store: storetest.New(t), ana: somebody("ana", domain.Anywhere, domain.Actions()...), bo: somebody("bo", domain.Anywhere, domain.Actions()...),
		petra: somebody("petra", "STU1", domain.ActionRead, domain.ActionPropose),
	}
	w.desk = &steward.Desk{Store: w.store, Definitions: catalog.Definitions{}, Fields: readOnly{}}
	w.rules = &match.Rules{Store: w.store, Desk: w.desk, Trial: &match.Evaluator{Store: w.store, Definitions: catalog.Definitions{}}}
	w.judge = &match.Judge{Store: w.store, Desk: w.desk}
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		for plant, system := range map[domain.PlantID]domain.SystemID{"STU1": plantSystem, "LYO1": otherSystem} {
			if err := repos.Plants.Put(ctx, domain.Plant{ID: plant, Name: string(plant), TimeZone: "Europe/Berlin", State: domain.PlantLive, Version: 1}); err != nil {
				return err
			}
			if err := repos.Systems.Put(ctx, domain.SourceSystem{
				ID: system, Name: string(system), Kind: domain.SystemSQL, Plant: plant, Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact, Version: 1,
			}); err != nil {
				return err
			}
		}
		strict := steward.StrictPolicy()
		strict.Version = 1
		if err := repos.Policies.Put(ctx, strict); err != nil {
			return err
		}
		for i := range n {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: thingNumber(i)}
			record.Attributes[catalog.ItemName] = domain.Text(name(i))
			record.Attributes[catalog.ItemCode] = domain.Code(fmt.Sprintf("IT-%d", i))
			w.records = append(w.records, record.ID)
			if err := repos.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, system := range []domain.SystemID{plantSystem, otherSystem} {
		w.readNamed(t, system, n, name)
	}
	return w
}

func thingNumber(i int) domain.Attributes {
	return domain.Attributes{catalog.ItemName: domain.Text(fmt.Sprintf("Bracket type %d", i)), catalog.ItemBaseUnit: domain.Enum("C62")}
}

// readNamed takes the codes C-0 … in, as a run does.
func (w *ruleWorld) readNamed(t testing.TB, system domain.SystemID, n int, name func(i int) string) {
	t.Helper()
	rows := make([]domain.StagedRow, n)
	for i := range rows {
		record := domain.SourceRecord{System: system, Domain: catalog.Item, Code: codeNumber(i), Key: string(codeNumber(i)), Active: true, Attributes: thingNumber(i)}
		record.Attributes[catalog.ItemName] = domain.Text(name(i))
		record.Hash = record.ContentHash()
		rows[i] = domain.StagedRow{Record: record}
	}
	w.operate(t, func(ctx context.Context, ops domain.Ops) error {
		slot, err := ops.Staging.Begin(ctx, domain.NewID())
		if err != nil {
			return err
		}
		if _, err := ops.Staging.Stage(ctx, slot, rows); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(ctx, slot, system, catalog.Item, true, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(ctx, slot)
	})
}

func codeNumber(i int) domain.Code { return domain.Code(fmt.Sprintf("C-%d", i)) }

func (w *ruleWorld) write(t testing.TB, fn func(context.Context, domain.Repos) error) {
	t.Helper()
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	if err := w.store.Write(t.Context(), change, func(repos domain.Repos) error { return fn(t.Context(), repos) }); err != nil {
		t.Fatal(err)
	}
}

func (w *ruleWorld) operate(t testing.TB, fn func(context.Context, domain.Ops) error) {
	t.Helper()
	if err := w.store.Operate(t.Context(), func(ops domain.Ops) error { return fn(t.Context(), ops) }); err != nil {
		t.Fatal(err)
	}
}

// pairOf is the code number i of a system and the golden record number j.
func (w *ruleWorld) pairOf(t testing.TB, system domain.SystemID, i, j int) domain.MatchPair {
	t.Helper()
	pair, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: w.records[j]}, domain.MatchSide{System: system, Key: string(codeNumber(i)), Code: codeNumber(i)})
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// candidate is a code's best pair, plainly in the automatic band of a rule.
func (w *ruleWorld) candidate(t testing.TB, system domain.SystemID, i, j, rule int) domain.MatchCandidate {
	t.Helper()
	plants := map[domain.SystemID]domain.PlantID{plantSystem: "STU1", otherSystem: "LYO1"}
	return domain.MatchCandidate{
		ID: domain.NewID(), Pair: w.pairOf(t, system, i, j), System: system, Plant: plants[system], State: domain.CandidateInReview,
		Band: domain.BandAuto, Probability: 0.999, Rank: 1, Rule: rule, EvaluatedAt: 1, Version: 1,
	}
}

// propose puts candidates in place as an evaluation does.
func (w *ruleWorld) propose(t testing.TB, candidates ...domain.MatchCandidate) {
	t.Helper()
	w.operate(t, func(ctx context.Context, ops domain.Ops) error {
		fence, _, err := ops.Matches.Claim(ctx, catalog.Item, "test", ops.Now.Add(time.Minute))
		if err != nil {
			return err
		}
		return ops.Matches.Replace(ctx, fence, domain.MatchState{Domain: catalog.Item, EvaluatedAt: ops.Now}, candidates, nil)
	})
}

// say puts a verdict on a pair of a code that does not matter otherwise.
func (w *ruleWorld) say(t testing.TB, word domain.VerdictWord, with func(*domain.Verdict)) domain.Verdict {
	t.Helper()
	return w.sayAll(t, []domain.VerdictWord{word}, with)[0]
}

func (w *ruleWorld) sayAll(t testing.TB, words []domain.VerdictWord, with func(*domain.Verdict)) []domain.Verdict {
	t.Helper()
	var said []domain.Verdict
	for _, word := range words {
		pair, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: domain.NewID()}, domain.MatchSide{System: plantSystem, Key: domain.NewID().String()})
		if err != nil {
			t.Fatal(err)
		}
		v := domain.Verdict{
			ID: domain.NewID(), Pair: pair, Word: word, Plant: "STU1", By: "user:petra", At: 1, Probability: 0.999, Band: domain.BandAuto, Version: 1,
			Vector: domain.MatchVector{Comparisons: []string{"name"}, Levels: []int{5}},
		}
		if with != nil {
			with(&v)
		}
		said = append(said, v)
	}
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		for _, v := range said {
			if err := repos.Verdicts.Put(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
	return said
}

// times is a word said so often.
func times(n int, word domain.VerdictWord) []domain.VerdictWord {
	return slices.Repeat([]domain.VerdictWord{word}, n)
}

// inForce brings a rule into force without asking anybody.
func (w *ruleWorld) inForce(t testing.TB, change func(*domain.MatchRule)) domain.MatchRule {
	t.Helper()
	rule := domain.BuiltInMatchRule(catalog.Item)
	w.write(t, func(ctx context.Context, repos domain.Repos) error {
		versions, err := repos.MatchRules.Versions(ctx, catalog.Item)
		rule.Version, rule.Stored = len(versions)+1, 1
		change(&rule)
		if err != nil {
			return err
		}
		return repos.MatchRules.Put(ctx, rule)
	})
	return rule
}

func wantProblem(t testing.TB, err error, want string) {
	t.Helper()
	if got := domain.ErrorCode(err); got != want {
		t.Fatalf("got the code %q (%v), want %q", got, err, want)
	}
}

func sure[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
