package match_test

import (
	"context"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/domain/match"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// court is a judge over a store with two plants, a system of each, and golden records by code. Whatever is proposed needs a second
// person. Ana is a steward, bo approves, petra leads STU1 and carl BER2.
type court struct {
	store                domain.Store
	judge                *match.Judge
	evaluator            *match.Evaluator
	catalog              *catalog.Catalog
	ana, bo, petra, carl domain.Actor
	records              map[string]domain.ID
}

// courtFields knows systems that are only read.
type courtFields struct{}

func (courtFields) Written(domain.SourceSystem, domain.DomainName) []domain.AttributeID { return nil }

func (courtFields) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

func person(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return a
}

// thing is an item as it is entered in the tests.
func thing(code, name, gtin string) domain.Attributes {
	values := domain.Attributes{
		catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Text(name), catalog.ItemBaseUnit: domain.Enum("C62"),
		catalog.ItemNetWeight: domain.Quantity{Number: decimal.New(25, -3), Unit: "KGM"},
	}
	if gtin != "" {
		values[catalog.ItemGTIN] = domain.Code(gtin)
	}
	return values
}

// newCourt opens a court over records of the given attributes.
func newCourt(t testing.TB, things ...domain.Attributes) *court {
	t.Helper()
	c := &court{
		store: storetest.New(t), records: map[string]domain.ID{},
		ana:   person("ana", domain.Anywhere, domain.ActionRead, domain.ActionPropose),
		bo:    person("bo", domain.Anywhere, domain.ActionRead, domain.ActionApprove, domain.ActionPropose),
		petra: person("petra", "STU1", domain.ActionRead, domain.ActionPropose), carl: person("carl", "BER2", domain.ActionRead, domain.ActionPropose),
	}
	desk := &steward.Desk{Store: c.store, Definitions: catalog.Definitions{}, Fields: courtFields{}}
	c.catalog = &catalog.Catalog{Store: c.store, Desk: desk}
	c.judge = &match.Judge{Store: c.store, Desk: desk, Merger: c.catalog, Mapper: &crosswalk.Crosswalk{Store: c.store, Desk: desk}}
	c.evaluator = &match.Evaluator{Store: c.store, Definitions: catalog.Definitions{}}
	c.change(t, func(ctx context.Context, repos domain.Repos) error {
		policy := steward.StrictPolicy()
		policy.Version = 1
		if err := repos.Policies.Put(ctx, policy); err != nil {
			return err
		}
		for plant, system := range map[domain.PlantID]domain.SystemID{"STU1": "mes-stu1", "BER2": "mes-ber2"} {
			if err := repos.Plants.Put(ctx, domain.Plant{ID: plant, Name: string(plant), TimeZone: "Europe/Berlin", State: domain.PlantLive, Version: 1}); err != nil {
				return err
			}
			of := domain.SourceSystem{ID: system, Name: string(system), Kind: domain.SystemSQL, Plant: plant, Codes: domain.CodeInternalNumber, CodeRule: domain.CodesUpperCase, Version: 1}
			if err := repos.Systems.Put(ctx, of); err != nil {
				return err
			}
		}
		return nil
	})
	for _, values := range things {
		c.enter(t, values)
	}
	return c
}

func (c *court) change(t testing.TB, fn func(context.Context, domain.Repos) error) {
	t.Helper()
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	if err := c.store.Write(t.Context(), change, func(repos domain.Repos) error { return fn(t.Context(), repos) }); err != nil {
		t.Fatal(err)
	}
}

// enter makes a golden record.
func (c *court) enter(t testing.TB, values domain.Attributes) domain.ID {
	t.Helper()
	record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: values}
	c.records[values.Text(catalog.ItemCode)] = record.ID
	c.change(t, func(ctx context.Context, repos domain.Repos) error {
		return repos.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Rule: "initial_load"})
	})
	return record.ID
}

// read lets a system say what it has, by code.
func (c *court) read(t testing.TB, system domain.SystemID, said map[domain.Code]domain.Attributes) {
	t.Helper()
	run := domain.NewID()
	err := c.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), run)
		if err != nil {
			return err
		}
		var rows []domain.StagedRow
		for code, values := range said {
			rows = append(rows, domain.StagedRow{Record: domain.SourceRecord{
				System: system, Domain: catalog.Item, Code: code, Key: domain.CodesUpperCase.Key(code), Active: true, Attributes: values,
			}}.Sealed())
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, rows); err != nil {
			return err
		}
		if _, err = ops.Staging.Merge(t.Context(), slot, system, catalog.Item, true, 1); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (c *court) record(code string) domain.MatchSide {
	return domain.MatchSide{Record: c.records[code]}
}

func codeAt(system domain.SystemID, key string) domain.MatchSide {
	return domain.MatchSide{System: system, Key: key}
}

// evaluate evaluates all there is.
func (c *court) evaluate(t testing.TB) {
	t.Helper()
	var fence int64
	err := c.store.Operate(t.Context(), func(ops domain.Ops) error {
		of, claimed, err := ops.Matches.Claim(t.Context(), catalog.Item, "test", ops.Now.Add(time.Minute))
		if fence = of; !claimed {
			t.Error("somebody else evaluates")
		}
		return err
	})
	if err == nil {
		err = c.evaluator.Evaluate(t.Context(), catalog.Item, fence)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c *court) give(t testing.TB, word domain.VerdictWord, left, right domain.MatchSide) domain.Verdict {
	t.Helper()
	v, err := c.judge.Give(t.Context(), c.ana, match.Given{Domain: catalog.Item, Left: left, Right: right, Word: word})
	if err != nil {
		t.Fatalf("give %s: %v", word, err)
	}
	return v
}

// approve lets bo approve a request, which is applied with it.
func (c *court) approve(t testing.TB, id domain.ID) {
	t.Helper()
	request, err := c.store.Read().Requests.ByID(t.Context(), id)
	if err == nil {
		request, err = c.judge.Desk.Approve(t.Context(), c.bo, id, request.Version)
	}
	if err != nil || request.State != domain.RequestApplied {
		t.Fatalf("the request is %s (%s): %v", request.State, request.ClosedWhy, err)
	}
}

// standing is the verdict that stands on a pair; the zero one when none does.
func (c *court) standing(t testing.TB, a, b domain.MatchSide) domain.Verdict {
	t.Helper()
	pair, err := domain.NewMatchPair(catalog.Item, a, b)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.store.Read().Verdicts.ByPairs(t.Context(), catalog.Item, []string{pair.Key()})
	if err != nil {
		t.Fatal(err)
	}
	return found[pair.Key()]
}

func (c *court) candidates(t testing.TB, q domain.CandidateQuery) []match.CandidateView {
	t.Helper()
	q.Domain, q.Limit = catalog.Item, 1000
	found, _, err := c.judge.Candidates(t.Context(), c.ana, q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
