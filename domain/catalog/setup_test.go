package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	odoo domain.SystemID = "odoo-main"
	mes  domain.SystemID = "mes-stu1"
)

// fields writes everything to systems of kind odoo and nothing to others.
type fields struct{}

func (fields) Written(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID {
	if system.Kind != domain.SystemOdoo {
		return nil
	}
	return fields{}.Supplied(system, name)
}

func (fields) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

// bundle is a catalog over an empty store: ana proposes and configures, bo approves, petra leads STU1 and carl BER2.
type bundle struct {
	store                domain.Store
	catalog              *catalog.Catalog
	ana, bo, petra, carl domain.Actor
}

func actor(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return a
}

func setup(t testing.TB) *bundle {
	t.Helper()
	b := &bundle{
		store: storetest.New(t),
		ana:   actor("ana", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionConfigure),
		bo:    actor("bo", domain.Anywhere, domain.ActionRead, domain.ActionApprove, domain.ActionConfigure),
		petra: actor("petra", "STU1", domain.ActionRead, domain.ActionPropose), carl: actor("carl", "BER2", domain.ActionRead),
	}
	b.on(b.store)
	return b
}

// on lets the use cases work on another store, such as a broken one.
func (b *bundle) on(s domain.Store) {
	b.catalog = &catalog.Catalog{Store: s, Desk: &steward.Desk{Store: s, Definitions: catalog.Definitions{}, Fields: fields{}}}
}

// configured is setup with one plant, its system, an ERP and a plan for each.
func configured(t testing.TB) *bundle {
	t.Helper()
	b := setup(t)
	b.apply(t, configuration())
	return b
}

func configuration() catalog.Configuration {
	return catalog.Configuration{
		Plants: []domain.Plant{{ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantOnboarding}},
		Systems: []domain.SourceSystem{
			{ID: odoo, Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true,
				Settings: map[string]string{"base_url": "http://localhost:8069", "api_key_ref": "env:ODOO_KEY"}},
			{ID: mes, Name: "MES", Kind: domain.SystemSQL, Plant: "STU1"},
		},
		Plans: []domain.Plan{
			{ID: "odoo-items", Name: "Odoo", Domain: catalog.Item, System: odoo},
			{ID: "stu1-items", Name: "MES", Domain: catalog.Item, System: mes},
		},
	}
}

// apply proposes a configuration as ana and approves it as bo.
func (b *bundle) apply(t testing.TB, wanted catalog.Configuration) domain.ChangeRequest {
	t.Helper()
	request := must(b.catalog.ProposeConfiguration(t.Context(), b.ana, wanted, "test"))(t)
	return b.approve(t, request)
}

func (b *bundle) approve(t testing.TB, request domain.ChangeRequest) domain.ChangeRequest {
	t.Helper()
	applied := must(b.catalog.Desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	if applied.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", applied.State, applied.ClosedWhy)
	}
	return applied
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

// thing is the values of an item; an empty text leaves its attribute out.
func thing(code, name, unit string) domain.Attributes {
	return domain.Attributes{}.With(domain.Attributes{
		catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": name}, catalog.ItemBaseUnit: domain.Enum(unit),
	})
}

func row(code domain.Code, values domain.Attributes) domain.SourceRecord {
	return domain.SourceRecord{Code: code, Active: true, Attributes: values}
}

// read takes a complete reading of a system in, as a run does.
func (b *bundle) read(t testing.TB, system domain.SystemID, rows ...domain.SourceRecord) {
	t.Helper()
	err := b.store.Operate(t.Context(), func(ops domain.Ops) error {
		slot, err := ops.Staging.Begin(t.Context(), domain.NewID())
		if err != nil {
			return err
		}
		staged := make([]domain.StagedRow, len(rows))
		for i, r := range rows {
			r.System, r.Domain, r.Key = system, catalog.Item, string(r.Code)
			staged[i] = domain.StagedRow{Record: r}
		}
		if _, err := ops.Staging.Stage(t.Context(), slot, staged); err != nil {
			return err
		}
		if _, err := ops.Staging.Merge(t.Context(), slot, system, catalog.Item, true, ops.Now); err != nil {
			return err
		}
		return ops.Staging.End(t.Context(), slot)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// codes are the canonical codes of all golden records.
func (b *bundle) codes(t testing.TB) []string {
	t.Helper()
	records, _, err := b.store.Read().Records.List(t.Context(), domain.RecordQuery{Domain: catalog.Item, Page: domain.Page{Limit: 1000}})
	var codes []string
	for _, record := range must(records, err)(t) {
		codes = append(codes, record.Attributes.Text(catalog.ItemCode))
	}
	slices.Sort(codes)
	return codes
}

// state is what is configured, requested and golden, as text.
func (b *bundle) state(t testing.TB) string {
	t.Helper()
	reads, everywhere := b.store.Read(), domain.PlantScope{All: true}
	requests, _, err := reads.Requests.List(t.Context(), domain.RequestQuery{Plants: everywhere, Page: domain.Page{Limit: 100}})
	entries, _, auditErr := reads.Audit.Recent(t.Context(), domain.Page{Limit: 1000})
	return fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%v\n%+v", must(requests, err)(t), must(reads.Systems.List(t.Context()))(t),
		must(reads.Plants.List(t.Context()))(t), must(reads.Plans.List(t.Context()))(t), b.codes(t), must(entries, auditErr)(t))
}
