package crosswalk_test

import (
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	mes  domain.SystemID = "mes-stu1"
	odoo domain.SystemID = "odoo-main"
)

// fields knows systems that are only read.
type fields struct{}

func (fields) Written(domain.SourceSystem, domain.DomainName) []domain.AttributeID { return nil }

func (fields) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

// bundle is a crosswalk over a store with two systems and some golden records, by code. Petra leads STU1 and carl BER2.
type bundle struct {
	store                domain.Store
	crosswalk            *crosswalk.Crosswalk
	ana, bo, petra, carl domain.Actor
	records              map[string]domain.ID
}

func actor(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return a
}

func setup(t testing.TB, codes ...string) *bundle {
	t.Helper()
	b := &bundle{
		store: storetest.New(t), records: map[string]domain.ID{},
		ana:   actor("ana", domain.Anywhere, domain.ActionRead, domain.ActionPropose),
		bo:    actor("bo", domain.Anywhere, domain.ActionRead, domain.ActionApprove),
		petra: actor("petra", "STU1", domain.ActionRead, domain.ActionPropose), carl: actor("carl", "BER2", domain.ActionRead, domain.ActionPropose),
	}
	b.on(b.store)
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	err := b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		for _, system := range []domain.SourceSystem{
			{ID: mes, Name: "MES", Kind: domain.SystemSQL, Plant: "STU1", Codes: domain.CodeInternalNumber, CodeRule: domain.CodesUpperCase, Version: 1},
			{ID: odoo, Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, CodeRule: domain.CodesExact, Version: 1},
		} {
			if err := repos.Systems.Put(t.Context(), system); err != nil {
				return err
			}
		}
		for _, code := range codes {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1,
				Attributes: domain.Attributes{catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": "Item " + code}}}
			b.records[code] = record.ID
			if err := repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// on lets the use cases work on another store, such as a broken one.
func (b *bundle) on(s domain.Store) {
	b.crosswalk = &crosswalk.Crosswalk{Store: s, Desk: &steward.Desk{Store: s, Definitions: catalog.Definitions{}, Fields: fields{}}}
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t testing.TB, err error, want string) {
	t.Helper()
	if got := domain.ErrorCode(err); got != want {
		t.Fatalf("got the code %q (%v), want %q", got, err, want)
	}
}

// load proposes and approves what codes of STU1 stand for: codes and canonical codes, in turn.
func (b *bundle) load(t testing.TB, pairs ...string) {
	t.Helper()
	system := must(b.store.Read().Systems.ByID(t.Context(), mes))(t)
	var items []domain.ChangeItem
	for pair := range slices.Chunk(pairs, 2) {
		items = append(items, steward.MapCode(system, catalog.Item, domain.Code(pair[0]), b.records[pair[1]], pair[1]), steward.UsePlant("STU1", catalog.Item, b.records[pair[1]], pair[1]))
	}
	var request domain.ChangeRequest
	err := b.store.Write(t.Context(), domain.Change{Actor: b.petra.ID, Reason: "mapping"}, func(repos domain.Repos) (err error) {
		request, err = b.crosswalk.Desk.Propose(t.Context(), repos, b.petra, domain.ChangeRequest{
			Kind: domain.RequestMappings, Domain: catalog.Item, Plant: "STU1", Title: "codes", Reason: "mapping",
		}, items)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.approve(t, request); got.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", got.State, got.ClosedWhy)
	}
}

func (b *bundle) approve(t testing.TB, request domain.ChangeRequest) domain.ChangeRequest {
	t.Helper()
	return must(b.crosswalk.Desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
}
