package intake_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

const (
	mes  domain.SystemID = "mes-stu1"
	wms  domain.SystemID = "wms-ber2"
	odoo domain.SystemID = "odoo-main"
)

// fields knows systems that are only read.
type fields struct{}

func (fields) Written(domain.SourceSystem, domain.DomainName) []domain.AttributeID { return nil }

func (fields) Supplied(domain.SourceSystem, domain.DomainName) []domain.AttributeID {
	return catalog.ItemDefinition().IDs()
}

// bundle is an intake over a store with three systems and some golden records, by code. Petra leads STU1, carl BER2.
type bundle struct {
	store                    domain.Store
	intake                   *intake.Intake
	opener                   *opener
	ana, bo, petra, carl, lu domain.Actor
	records                  map[string]domain.ID
}

func actor(name string, plants []domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		for _, plant := range plants {
			a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
		}
	}
	return a
}

func setup(t testing.TB, codes ...string) *bundle {
	t.Helper()
	return setupOn(t, storetest.New(t), codes...)
}

func setupOn(t testing.TB, store domain.Store, codes ...string) *bundle {
	t.Helper()
	everywhere := []domain.PlantID{domain.Anywhere}
	b := &bundle{
		store: store, records: map[string]domain.ID{}, opener: &opener{},
		ana:   actor("ana", everywhere, domain.ActionRead, domain.ActionPropose),
		bo:    actor("bo", everywhere, domain.ActionRead, domain.ActionApprove),
		petra: actor("petra", []domain.PlantID{"STU1"}, domain.ActionRead, domain.ActionPropose),
		carl:  actor("carl", []domain.PlantID{"BER2"}, domain.ActionRead, domain.ActionPropose),
		lu:    actor("lu", []domain.PlantID{"STU1", "BER2"}, domain.ActionRead, domain.ActionPropose),
	}
	b.on(b.store)
	b.write(t, func(ctx context.Context, repos domain.Repos) error {
		for _, plant := range []domain.Plant{
			{ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantLive, Version: 1},
			{ID: "BER2", Name: "Berlin", TimeZone: "Europe/Berlin", State: domain.PlantLive, Version: 1},
			{ID: "LYO1", Name: "Lyon", State: domain.PlantLive, Version: 1},
		} {
			if err := repos.Plants.Put(ctx, plant); err != nil {
				return err
			}
		}
		for _, system := range []domain.SourceSystem{
			{ID: mes, Name: "MES", Kind: domain.SystemSQL, Plant: "STU1", Codes: domain.CodeInternalNumber, CodeRule: domain.CodesUpperCase, Version: 1},
			{ID: wms, Name: "WMS", Kind: domain.SystemREST, Plant: "BER2", Codes: domain.CodeInternalNumber, CodeRule: domain.CodesExact, Version: 1},
			{ID: odoo, Name: "Odoo", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, CodeRule: domain.CodesExact, Version: 1},
		} {
			if err := repos.Systems.Put(ctx, system); err != nil {
				return err
			}
		}
		for _, code := range codes {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
				catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": "Item " + code}, catalog.ItemBaseUnit: domain.Enum("KGM"),
			}}
			b.records[code] = record.ID
			if err := repos.Records.Create(ctx, record, catalog.ItemCode, catalog.ItemName, domain.Lineage{}); err != nil {
				return err
			}
		}
		return nil
	})
	return b
}

// on lets the use cases work on another store, such as a broken one.
func (b *bundle) on(s domain.Store) {
	b.intake = &intake.Intake{
		Store: s, Desk: &steward.Desk{Store: s, Definitions: catalog.Definitions{}, Fields: fields{}}, Opener: b.opener, Folder: os.TempDir(),
	}
}

func (b *bundle) write(t testing.TB, fn func(context.Context, domain.Repos) error) {
	t.Helper()
	change := domain.Change{Actor: "user:test", Reason: "test", Domains: []domain.DomainName{catalog.Item}}
	if err := b.store.Write(t.Context(), change, func(repos domain.Repos) error { return fn(t.Context(), repos) }); err != nil {
		t.Fatal(err)
	}
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

// mappingUpload is a file with a head and rows, as its columns are named by their fields, separated by commas.
func mappingUpload(head string, rows ...string) intake.Upload {
	return intake.Upload{
		System: mes, Domain: catalog.Item, FileName: "stu1.csv", Body: strings.NewReader(strings.Join(append([]string{head}, rows...), "\n")),
	}
}

// pairs is a mapping file of STU1: codes and the canonical codes they stand for, in turn.
func pairs(texts ...string) intake.Upload {
	var rows []string
	for pair := range slices.Chunk(texts, 2) {
		rows = append(rows, pair[0]+","+pair[1])
	}
	return mappingUpload("code,target", rows...)
}

// receive uploads a file and lets the worker read it.
func (b *bundle) receive(t testing.TB, by domain.Actor, upload intake.Upload) domain.Import {
	t.Helper()
	made := must(b.intake.Receive(t.Context(), by, upload))(t)
	b.work(t)
	return b.now(t, made.ID)
}

func (b *bundle) now(t testing.TB, id domain.ID) domain.Import {
	t.Helper()
	return must(b.store.Read().Imports.ByID(t.Context(), id))(t)
}

func (b *bundle) claim(t testing.TB, owner string) (domain.Import, bool) {
	t.Helper()
	var imported domain.Import
	var found bool
	err := b.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
		imported, found, err = ops.Imports.Claim(t.Context(), owner, ops.Now+1) // another may have it at once
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return imported, found
}

// work carries all imports that there is something to do with, and returns what went wrong with them.
func (b *bundle) work(t testing.TB) (failures []error) {
	t.Helper()
	for {
		imported, found := b.claim(t, "worker")
		if !found {
			return failures
		}
		if err := b.intake.Carry(t.Context(), imported); err != nil {
			failures = append(failures, err)
		}
	}
}

// preview uploads a mapping file of STU1.
func (b *bundle) preview(t testing.TB, texts ...string) domain.Import {
	t.Helper()
	return b.receive(t, b.petra, pairs(texts...))
}

// submit hands an import in, and returns the requests it became.
func (b *bundle) submit(t testing.TB, by domain.Actor, id domain.ID) []domain.ChangeRequest {
	t.Helper()
	must(b.intake.Submit(t.Context(), by, id, "", false))(t)
	if failures := b.work(t); failures != nil {
		t.Fatal(failures)
	}
	imported := b.now(t, id)
	if imported.State != domain.ImportSubmitted {
		t.Fatalf("the import is %s: %s", imported.State, imported.Message)
	}
	var requests []domain.ChangeRequest
	for _, request := range imported.Requests {
		requests = append(requests, must(b.store.Read().Requests.ByID(t.Context(), request))(t))
	}
	return requests
}

// load previews, submits and approves a mapping file.
func (b *bundle) load(t testing.TB, texts ...string) {
	t.Helper()
	var rows []string
	for pair := range slices.Chunk(texts, 2) {
		rows = append(rows, pair[1]+","+pair[0])
	}
	imported := b.receive(t, b.petra, mappingUpload("target,code", rows...)) // another file than preview's of the same content
	b.apply(t, b.submit(t, b.petra, imported.ID)...)
}

func (b *bundle) apply(t testing.TB, requests ...domain.ChangeRequest) {
	t.Helper()
	for _, request := range requests {
		if got := b.approve(t, request); got.State != domain.RequestApplied {
			t.Fatalf("the request is %s: %s", got.State, got.ClosedWhy)
		}
	}
}

func (b *bundle) approve(t testing.TB, request domain.ChangeRequest) domain.ChangeRequest {
	t.Helper()
	return must(b.intake.Desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
}

func (b *bundle) rows(t testing.TB, id domain.ID) []domain.ImportRow {
	t.Helper()
	return must(b.store.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: id}))(t)
}

// statuses are what was understood of each row of an import.
func (b *bundle) statuses(t testing.TB, id domain.ID) []domain.ImportRowStatus {
	t.Helper()
	var statuses []domain.ImportRowStatus
	for _, row := range b.rows(t, id) {
		statuses = append(statuses, row.Status)
		if explained := row.Message != ""; !explained && (row.Status == domain.ImportWrong || row.Status == domain.ImportConflict) {
			t.Errorf("line %d is %s without a reason", row.Line, row.Status)
		}
	}
	return statuses
}

// mapped tells which canonical code each live code of STU1 stands for.
func (b *bundle) mapped(t testing.TB) map[domain.Code]string {
	t.Helper()
	mappings, _, err := b.store.Read().Mappings.List(t.Context(), domain.MappingQuery{
		System: mes, State: domain.MappingActive, Plants: domain.PlantScope{All: true}, Page: domain.Page{Limit: 1000},
	})
	got := map[domain.Code]string{}
	for _, m := range must(mappings, err)(t) {
		for code, id := range b.records {
			if id == m.Record && m.Validity.To == "" {
				got[m.Code] = code
			}
		}
	}
	return got
}

// mapping is the live mapping of a code of STU1.
func (b *bundle) mapping(t testing.TB, code string) domain.CodeMapping {
	t.Helper()
	found := must(b.store.Read().Mappings.ByKey(t.Context(), domain.MappingKey{Domain: catalog.Item, System: mes, Plant: "STU1", CodeType: domain.CodeInternalNumber, Key: code}))(t)
	at := slices.IndexFunc(found, func(m domain.CodeMapping) bool { return m.Live() && m.Validity.To == "" })
	if at < 0 {
		t.Fatalf("%s is not mapped", code)
	}
	return found[at]
}

// state is what is imported, requested and mapped, as text.
func (b *bundle) state(t testing.TB) string {
	t.Helper()
	everywhere, page := domain.PlantScope{All: true}, domain.Page{Limit: 100}
	imports, _, err := b.store.Read().Imports.List(t.Context(), domain.ImportQuery{Plants: everywhere, Page: page})
	requests, _, requestErr := b.store.Read().Requests.List(t.Context(), domain.RequestQuery{Plants: everywhere, Page: page})
	entries, _, auditErr := b.store.Read().Audit.Recent(t.Context(), page)
	return fmt.Sprintf("%+v\n%+v\n%v\n%+v", must(imports, err)(t), must(requests, requestErr)(t), b.mapped(t), must(entries, auditErr)(t))
}
