package intake_test

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// plainOpener opens tables whose head names the fields: id;version;attribute:name#de. Cells are taken as they stand; one that says
// "n/a" is taken for a placeholder, and a code such as 1E+05 for one that is lost.
type plainOpener struct{}

func (plainOpener) Open(_ context.Context, path, _ string) (intake.File, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(string(content)))
	reader.Comma, reader.FieldsPerRecord = ';', -1
	rows, err := reader.ReadAll()
	return plainFile{rows}, err
}

type plainFile struct{ rows [][]string }

func (plainFile) Sheets() []intake.Sheet    { return []intake.Sheet{{}} }
func (plainFile) Mark() (intake.Mark, bool) { return intake.Mark{}, false }
func (plainFile) Close() error              { return nil }
func (plainFile) Sample(context.Context, string, int) ([]intake.SampleRow, error) {
	return nil, nil
}

func (f plainFile) Guess(context.Context, intake.Ask) (intake.Guess, error) {
	layout := domain.ImportLayout{HeaderRow: 1, HeaderRows: 1, Decimal: "."}
	for i, head := range f.rows[0] {
		field, language, _ := strings.Cut(head, "#")
		layout.Columns = append(layout.Columns, domain.ImportColumn{Column: i + 1, Header: head, Field: domain.ImportField(field), Language: language})
	}
	return intake.Guess{Layout: layout, Sure: true}, nil
}

func (f plainFile) Take(_ context.Context, _ intake.Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	for i, row := range f.rows[1:] {
		entry := domain.ImportEntry{Line: i + 2, Cells: map[domain.ImportField]domain.ImportCell{}}
		if note, leftOut := map[string]domain.ImportNote{
			"SUM":  {Kind: domain.NoteTotals, Weight: domain.NoteHint, Message: "a row of sums was left out"},
			"LOST": {Kind: domain.NoteUnknownPlant, Weight: domain.NoteWrong, Message: "the rest of the sheet was not read"},
		}[row[0]]; leftOut {
			if err := emit(domain.ImportEntry{Line: i + 2, Notes: []domain.ImportNote{note}}); err != nil {
				return err
			}
			continue
		}
		for j, column := range layout.Columns {
			at, text := string(rune('A'+j))+strconv.Itoa(i+2), row[j]
			switch {
			case text == "n/a":
				entry.Notes = append(entry.Notes, domain.ImportNote{Cell: at, Kind: domain.NotePlaceholder, Weight: domain.NoteHint})
				text = ""
			case strings.Contains(text, "E+"):
				entry.Notes = append(entry.Notes, domain.ImportNote{Cell: at, Kind: domain.NoteExponent, Weight: domain.NoteWrong, Message: "the digits are lost"})
			}
			entry.Cells[column.Key()] = domain.ImportCell{At: at, Text: text}
		}
		if err := emit(entry); err != nil {
			return err
		}
	}
	return nil
}

const (
	officeERP    domain.SystemID = "erp"
	officeSheets domain.SystemID = "sheets-lod3"
)

// officeFields lets the ERP be written in everything.
type officeFields struct{}

func (officeFields) Written(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID {
	if !system.Writable {
		return nil
	}
	return officeFields{}.Supplied(system, name)
}

func (officeFields) Supplied(system domain.SourceSystem, _ domain.DomainName) []domain.AttributeID {
	if system.Kind == domain.SystemFile {
		return []domain.AttributeID{catalog.ItemName, catalog.ItemNetWeight, catalog.ItemBaseUnit, catalog.ItemMaterial}
	}
	return catalog.ItemDefinition().IDs()
}

// office is an intake over a store that knows an ERP and a plant that keeps its items in sheets: ana proposes, bo approves, lena
// leads the plant LOD3.
type office struct {
	store         domain.Store
	intake        *intake.Intake
	desk          *steward.Desk
	catalog       *catalog.Catalog
	ana, bo, lena domain.Actor
}

func officeActor(name string, plant domain.PlantID, actions ...domain.Action) domain.Actor {
	a := domain.Actor{ID: domain.ActorID("user:" + name), Name: name, Kind: domain.ActorPerson}
	for _, action := range actions {
		a.Grants = append(a.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: plant})
	}
	return a
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{
		store: storetest.New(t),
		ana:   officeActor("ana", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionConfigure),
		bo:    officeActor("bo", domain.Anywhere, domain.ActionRead, domain.ActionPropose, domain.ActionApprove, domain.ActionConfigure),
		lena:  officeActor("lena", "LOD3", domain.ActionRead, domain.ActionPropose),
	}
	o.desk = &steward.Desk{Store: o.store, Definitions: catalog.Definitions{}, Fields: officeFields{}}
	o.catalog = &catalog.Catalog{Store: o.store, Desk: o.desk}
	o.intake = &intake.Intake{Store: o.store, Desk: o.desk, Opener: plainOpener{}, Folder: t.TempDir()}
	err := o.store.Write(t.Context(), domain.Change{Actor: "service:test", Reason: "a second person, and no grace"}, func(repos domain.Repos) error {
		policy := steward.StrictPolicy()
		policy.Version = 1
		return repos.Policies.Put(t.Context(), policy)
	})
	if err != nil {
		t.Fatal(err)
	}
	o.configure(t, catalog.Configuration{
		Plants: []domain.Plant{{ID: "LOD3", Name: "Łódź", TimeZone: "Europe/Warsaw", State: domain.PlantLive}, {ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantLive}},
		Systems: []domain.SourceSystem{
			{ID: officeERP, Name: "ERP", Kind: domain.SystemOdoo, Codes: domain.CodeDatabaseID, Writable: true},
			{ID: officeSheets, Name: "Sheets", Kind: domain.SystemFile, Plant: "LOD3", Settings: map[string]string{"dir": "/srv/lod3"}},
		},
		Plans: []domain.Plan{{ID: "lod3-items", Name: "LOD3", Domain: catalog.Item, System: officeSheets}},
	})
	return o
}

func (o *office) configure(t testing.TB, wanted catalog.Configuration) {
	t.Helper()
	request, err := o.catalog.ProposeConfiguration(t.Context(), o.ana, wanted, "test")
	o.approve(t, officeMust(request, err)(t))
}

func (o *office) approve(t testing.TB, request domain.ChangeRequest) {
	t.Helper()
	applied := officeMust(o.desk.Approve(t.Context(), o.bo, request.ID, request.Version))(t)
	if applied.State != domain.RequestApplied {
		t.Fatalf("the request is %s: %s", applied.State, applied.ClosedWhy)
	}
}

func officeMust[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// item makes a golden item.
func (o *office) item(t testing.TB, code string, values domain.Attributes) domain.ID {
	t.Helper()
	set := domain.Attributes{catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": "Item " + code}, catalog.ItemBaseUnit: domain.Enum("H87")}
	id := domain.NewID()
	o.apply(t, domain.ChangeItem{Action: domain.ItemCreateRecord, Domain: catalog.Item, Label: code, Record: id, Set: set.With(values)})
	return id
}

// apply proposes items as ana and has bo approve them.
func (o *office) apply(t testing.TB, items ...domain.ChangeItem) {
	t.Helper()
	var request domain.ChangeRequest
	err := o.store.Write(t.Context(), domain.Change{Actor: o.ana.ID, Reason: "test"}, func(repos domain.Repos) (err error) {
		request, err = o.desk.Propose(t.Context(), repos, o.ana, domain.ChangeRequest{Kind: domain.RequestMappings, Domain: catalog.Item, Title: "test"}, items)
		return err
	})
	o.approve(t, officeMust(request, err)(t))
}

// set changes values of a record, as somebody else.
func (o *office) set(t testing.TB, id domain.ID, values domain.Attributes) {
	t.Helper()
	request, err := o.desk.EditRecord(t.Context(), o.ana, catalog.Item, steward.EditWish{RecordEdit: steward.RecordEdit{Record: id, Set: values}, Reason: "test"})
	o.approve(t, officeMust(request, err)(t))
}

// upload hands a table in as somebody and has it judged.
func (o *office) upload(t testing.TB, by domain.Actor, kind domain.ImportKind, table ...string) (domain.Import, []domain.ImportRow) {
	t.Helper()
	system := officeSheets
	if kind == domain.ImportGolden {
		system = ""
	}
	imported := officeMust(o.intake.Receive(t.Context(), by, intake.Upload{
		Kind: kind, System: system, Domain: catalog.Item, FileName: "items.csv", Body: strings.NewReader(strings.Join(table, "\n") + "\n"),
	}))(t)
	return o.carried(t, imported.ID, domain.ImportPreviewed)
}

// carried lets a worker do what there is to do, wants the import in a state and returns it with its rows.
func (o *office) carried(t testing.TB, id domain.ID, want domain.ImportState) (domain.Import, []domain.ImportRow) {
	t.Helper()
	for {
		var claimed domain.Import
		var found bool
		err := o.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
			claimed, found, err = ops.Imports.Claim(t.Context(), "worker", ops.Now.Add(time.Minute))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			break
		}
		if err := o.intake.Carry(t.Context(), claimed); err != nil && want != domain.ImportFailed {
			var known *domain.Error
			if !errors.As(err, &known) {
				t.Fatal(err)
			}
		}
	}
	imported := officeMust(o.store.Read().Imports.ByID(t.Context(), id))(t)
	if imported.State != want {
		t.Fatalf("the import is %s: %s (%s)", imported.State, imported.Message, imported.Code)
	}
	return imported, officeMust(o.store.Read().Imports.Rows(t.Context(), domain.ImportRowQuery{Import: id}))(t)
}

// submit hands an import in.
func (o *office) submit(t testing.TB, by domain.Actor, id domain.ID, want domain.ImportState) (domain.Import, []domain.ImportRow) {
	t.Helper()
	if _, err := o.intake.Submit(t.Context(), by, id, "test", false); err != nil {
		t.Fatal(err)
	}
	return o.carried(t, id, want)
}

// statuses are what became of the rows.
func statuses(rows []domain.ImportRow) string {
	var all []string
	for _, row := range rows {
		all = append(all, string(row.Status))
	}
	return strings.Join(all, " ")
}
