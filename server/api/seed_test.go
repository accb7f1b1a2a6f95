package api_test

import (
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// things are the IDs of one plant's seeded things.
type things struct {
	system, plan, plant                               string
	discrepancy, request, delivery, entry, load, held string
	mapping, unmapped, acceptance                     string
	wanted, answered                                  string
	verdict                                           string
	draft                                             string // the version of a draft of the matching rule
}

// seeded are the things of two plants, and one golden record that both may see.
type seeded struct {
	record  string
	twin    string // what may be the same thing
	into    string // the record that merged forwards to
	merged  string
	key     string // the ID of the target service's key
	cluster string // of the record and another
	own     things // of STU1
	foreign things // of LYO1
}

// proposer made the seeded requests; nobody of the tests is them.
func proposer() domain.Actor {
	by := domain.Actor{ID: "user:proposer", Name: "Proposer", Kind: domain.ActorPerson}
	for _, action := range domain.Actions() {
		by.Grants = append(by.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: domain.Anywhere})
	}
	return by
}

// seed puts one of everything into the store, for each of two plants.
func seed(t *testing.T, b *bundle) seeded {
	t.Helper()
	out := seeded{key: b.tokens["key-target"][3:19]}
	record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
		catalog.ItemCode: domain.Code("IT-1"), catalog.ItemName: domain.Translated{"en": "Screw"}, catalog.ItemBaseUnit: domain.Enum("C62"),
	}}
	out.record = record.ID.String()
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		if err := repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID, Rule: "initial_load"}); err != nil {
			return err
		}
		odoo := domain.SourceSystem{ID: "odoo-main", Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true, Version: 1}
		return repos.Systems.Put(t.Context(), odoo)
	})
	if err != nil {
		t.Fatal(err)
	}
	out.twin, out.into, out.merged = seedMerge(t, b)
	out.own = seedPlant(t, b, record, "STU1", "mes-stu1")
	out.foreign = seedPlant(t, b, record, "LYO1", "mes-lyo1")
	out.own.draft, out.foreign.draft = seedDraft(t, b, 1, "STU1"), seedDraft(t, b, 2, "LYO1")
	out.cluster = seedMatches(t, b, record.ID)
	if _, err := b.index.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

// seedMerge makes a record that can be merged, and two of which one is.
func seedMerge(t *testing.T, b *bundle) (twin, into, merged string) {
	t.Helper()
	ctx := t.Context()
	var ids []domain.ID
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	err := b.store.Write(ctx, change, func(repos domain.Repos) error {
		for _, code := range []domain.Code{"IT-2", "IT-3", "IT-4"} {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
				catalog.ItemCode: code, catalog.ItemName: domain.Text("Screw " + code), catalog.ItemBaseUnit: domain.Enum("C62"),
			}}
			ids = append(ids, record.ID)
			if err := repos.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID, Rule: "initial_load"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	request, err := b.options.Catalog.ProposeMerge(ctx, proposer(), catalog.Item, domain.Union{Survivor: ids[1], Losers: ids[2:], Reason: "seed"})
	if err != nil {
		t.Fatal(err)
	}
	approver := proposer()
	approver.ID = "user:approver"
	if request, err = b.options.Desk.Approve(ctx, approver, request.ID, request.Version); err != nil || request.State != domain.RequestApplied {
		t.Fatalf("the seeded merge is %s: %v", request.State, err)
	}
	return ids[0].String(), ids[1].String(), ids[2].String()
}

// seedMatches proposes a group of the record and another, and a code of each plant for it; it returns the group's ID.
func seedMatches(t *testing.T, b *bundle, record domain.ID) string {
	t.Helper()
	pair := func(other domain.MatchSide) domain.MatchPair {
		made, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: record}, other)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	cluster := domain.MatchCluster{ID: domain.NewID(), Domain: catalog.Item, Members: []domain.ID{record, domain.NewID()}, Weakest: 0.9, EvaluatedAt: 1}
	candidates := []domain.MatchCandidate{{
		ID: domain.NewID(), Pair: pair(domain.MatchSide{Record: cluster.Members[1]}), State: domain.CandidateInReview, Band: domain.BandReview,
		Probability: 0.9, Cluster: cluster.ID, EvaluatedAt: 1, Version: 1,
	}}
	for plant, system := range map[domain.PlantID]domain.SystemID{"STU1": "mes-stu1", "LYO1": "mes-lyo1"} {
		side := domain.MatchSide{System: system, Key: "C-" + string(plant), Code: domain.Code("C-" + plant)}
		candidates = append(candidates, domain.MatchCandidate{
			ID: domain.NewID(), Pair: pair(side), System: system, Plant: plant, State: domain.CandidateInReview, Band: domain.BandReview, Probability: 0.8,
			EvaluatedAt: 1, Version: 1,
		})
	}
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		fence, _, err := ops.Matches.Claim(t.Context(), catalog.Item, "seed", ops.Now.Add(time.Minute))
		if err != nil {
			return err
		}
		return ops.Matches.Replace(t.Context(), fence, domain.MatchState{Domain: catalog.Item, EvaluatedAt: ops.Now}, candidates, []domain.MatchCluster{cluster})
	})
	if err != nil {
		t.Fatal(err)
	}
	return cluster.ID.String()
}

func seedPlant(t *testing.T, b *bundle, record domain.GoldenRecord, plant domain.PlantID, system domain.SystemID) things {
	t.Helper()
	ctx := t.Context()
	out := things{system: string(system), plan: string(system) + "-items", plant: string(plant)}
	found := domain.NewDiscrepancy(domain.Finding{
		Domain: catalog.Item, Record: record.ID, System: system, Plant: plant, Class: domain.ClassValue, Attribute: catalog.ItemName, Code: "000123",
		Label: "Screw", Golden: domain.Translated{"en": "Screw"}, Source: domain.Translated{"en": "Schraube"}, GoldenVersion: 1, ReadAt: 1,
	}, domain.NewID())
	out.discrepancy = found.ID.String()
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	err := b.store.Write(ctx, change, func(repos domain.Repos) error {
		if err := repos.Plants.Put(ctx, domain.Plant{ID: plant, Name: string(plant), TimeZone: "Europe/Berlin", State: domain.PlantLive, Version: 1}); err != nil {
			return err
		}
		if err := repos.Systems.Put(ctx, domain.SourceSystem{
			ID: system, Name: string(system), Kind: domain.SystemSQL, Plant: plant, Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact,
			Settings: map[string]string{"dsn_ref": "env:DSN"}, Version: 1,
		}); err != nil {
			return err
		}
		if err := repos.Plans.Put(ctx, domain.Plan{ID: out.plan, Name: out.plan, Domain: catalog.Item, System: system, Version: 1}); err != nil {
			return err
		}
		if err := repos.Discrepancies.Put(ctx, found, 0); err != nil {
			return err
		}
		accepted, err := domain.NewAcceptance(domain.AcceptRecord, domain.Finding{Domain: catalog.Item, System: system, Plant: plant, Record: domain.NewID()}, "2099-01-01", "seed")
		if err != nil {
			return err
		}
		out.acceptance = accepted.ID.String()
		if err := repos.Acceptances.Put(ctx, accepted); err != nil {
			return err
		}
		for into, state := range map[*string]domain.RecordRequestState{&out.wanted: domain.WantedRequested, &out.answered: domain.WantedDuplicate} {
			wanted := domain.RecordRequest{
				ID: domain.NewID(), Domain: catalog.Item, Plant: plant, System: system, Code: domain.Code("W-" + string(state) + string(plant)),
				Key: "W-" + string(state) + string(plant), State: state, RequestedBy: "user:proposer", Reason: "seed", Version: 1,
				Attributes: domain.Attributes{catalog.ItemName: domain.Translated{"en": "Nut"}, catalog.ItemCode: domain.Code("N-" + plant), catalog.ItemBaseUnit: domain.Enum("C62")},
			}
			if state == domain.WantedDuplicate {
				wanted.Record = record.ID
			}
			*into = wanted.ID.String()
			if err := repos.RecordRequests.Create(ctx, wanted, nil); err != nil {
				return err
			}
		}
		mapping := domain.CodeMapping{
			ID: domain.NewID(), Domain: catalog.Item, System: system, Plant: plant, CodeType: domain.CodeInternalNumber, Code: domain.Code("P-" + plant),
			Key: "P-" + string(plant), Record: record.ID, Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisPerson,
			DefaultOut: true, Version: 1,
		}
		out.mapping = mapping.ID.String()
		if err := repos.Mappings.Put(ctx, mapping); err != nil {
			return err
		}
		pair, err := domain.NewMatchPair(catalog.Item, domain.MatchSide{Record: record.ID}, domain.MatchSide{System: system, Key: "V-" + string(plant), Code: domain.Code("V-" + plant)})
		if err != nil {
			return err
		}
		verdict := domain.Verdict{ID: domain.NewID(), Pair: pair, Word: domain.VerdictNoMatch, Plant: plant, By: "user:proposer", At: repos.Now, Version: 1}
		out.verdict = verdict.ID.String()
		if err := repos.Verdicts.Put(ctx, verdict); err != nil {
			return err
		}
		request, err := b.options.Desk.Propose(ctx, repos, proposer(), domain.ChangeRequest{
			Kind: domain.RequestMappings, Domain: catalog.Item, Plant: plant, Title: "use", Reason: "seed",
		}, []domain.ChangeItem{steward.UsePlant(plant, catalog.Item, record.ID, "Screw")})
		if err != nil {
			return err
		}
		out.request = request.ID.String()
		for i, state := range []domain.DeliveryState{domain.DeliveryDead, domain.DeliveryWorklisted} {
			delivery := domain.Delivery{
				ID: domain.NewID(), State: state, ChangeRequest: request.ID, ApprovedBy: "user:approver", Plant: plant, Label: "Screw",
				IdempotencyKey: string(plant) + string(state), Version: 1,
				Order: domain.DeliveryOrder{System: system, Domain: catalog.Item, Record: record.ID, Kind: domain.DeliverUpdate, Code: "000123", ByHand: i == 1},
			}
			if err := repos.Deliveries.Enqueue(ctx, delivery); err != nil {
				return err
			}
			*[]*string{&out.delivery, &out.entry}[i] = delivery.ID.String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	upload := domain.Import{
		ID: domain.NewID(), Kind: domain.ImportMapping, System: system, Plant: plant, Domain: catalog.Item, FileName: "codes.csv", FileHash: string(system),
		Bytes: 27, State: domain.ImportPreviewed, CreatedBy: "user:proposer", Counts: map[domain.ImportRowStatus]int{domain.ImportNew: 1}, Version: 1,
	}
	run := domain.Run{ID: domain.NewID(), Plan: out.plan, System: system, Domain: catalog.Item, Mode: domain.RunComplete, State: domain.RunHeld, Version: 1}
	out.load, out.held = upload.ID.String(), run.ID.String()
	err = b.store.Operate(ctx, func(ops domain.Ops) error {
		run.CreatedAt = ops.Now
		if err := ops.Runs.Create(ctx, run); err != nil {
			return err
		}
		missed := domain.UnmappedCode{
			ID: domain.NewID(), Domain: catalog.Item, System: system, Plant: plant, CodeType: domain.CodeInternalNumber, Code: domain.Code("U-" + plant),
			Key: "U-" + string(plant), Status: "not_found", Asked: 3,
		}
		out.unmapped = missed.ID.String()
		if err := ops.Unmapped.Count(ctx, []domain.UnmappedCode{missed}, 10); err != nil {
			return err
		}
		if err := ops.Imports.Create(ctx, upload); err != nil {
			return err
		}
		content := []byte("code;canonical\n000999;IT-1\n")
		if err := ops.Imports.AppendPart(ctx, upload.ID, 0, content); err != nil {
			return err
		}
		return ops.Imports.AddRows(ctx, upload.ID, []domain.ImportRow{{
			Line: 2, Key: "000999", System: system, Plant: plant, Code: "000999", Target: "IT-1", Status: domain.ImportNew, Record: record.ID,
			Cells: map[domain.ImportField]domain.ImportCell{domain.FieldCode: {Text: "000999"}, domain.FieldTarget: {Text: "IT-1"}},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
