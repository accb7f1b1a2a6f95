package app

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
	"github.com/crosswalk-mdm/crosswalk/server/jobs"
)

// listOpener opens tables whose head names the fields.
type listOpener struct{}

func (listOpener) Open(_ context.Context, path, _ string) (intake.File, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	return listFile{rows}, err
}

type listFile struct{ rows [][]string }

func (listFile) Sheets() []intake.Sheet    { return []intake.Sheet{{}} }
func (listFile) Mark() (intake.Mark, bool) { return intake.Mark{}, false }
func (listFile) Close() error              { return nil }
func (listFile) Sample(context.Context, string, int) ([]intake.SampleRow, error) {
	return nil, nil
}

func (f listFile) Guess(context.Context, intake.Ask) (intake.Guess, error) {
	layout := domain.ImportLayout{HeaderRow: 1, HeaderRows: 1}
	for i, head := range f.rows[0] {
		layout.Columns = append(layout.Columns, domain.ImportColumn{Column: i + 1, Header: head, Field: domain.ImportField(head)})
	}
	return intake.Guess{Layout: layout, Sure: true}, nil
}

func (f listFile) Take(_ context.Context, _ intake.Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	for i, row := range f.rows[1:] {
		entry := domain.ImportEntry{Line: i + 2, Cells: map[domain.ImportField]domain.ImportCell{}}
		for j, column := range layout.Columns {
			entry.Cells[column.Key()] = domain.ImportCell{At: string(rune('A'+j)) + strconv.Itoa(i+2), Text: row[j]}
		}
		if err := emit(entry); err != nil {
			return err
		}
	}
	return nil
}

// listed is a bundle with a plant whose items stand in sheets: n golden items are mapped to its codes S-0 …, and in use there.
func listed(t *testing.T, n int) *bundle {
	t.Helper()
	b := setup(t)
	b.Intake.Opener = listOpener{}
	b.apply(t, catalog.Configuration{
		Systems: []domain.SourceSystem{{
			ID: "sheets", Name: "Sheets", Kind: domain.SystemFile, Plant: "STU1", Settings: map[string]string{"dir": t.TempDir()},
			Streams: []domain.Stream{{Domain: catalog.Item, Glob: "items*.csv", Key: "code", Fields: map[domain.AttributeID]string{catalog.ItemName: "name", catalog.ItemNetWeight: "weight"}}},
		}},
		Plans: []domain.Plan{{ID: "sheets-items", Name: "Sheets", Domain: catalog.Item, System: "sheets"}},
	})
	var products []sandbox.Product
	for i := range n {
		products = append(products, sandbox.Product{Code: fmt.Sprint("IT-", i), Name: fmt.Sprint("Part ", i), Weight: "0.25"})
	}
	b.odoo.Seed(products...)
	b.run(t, "odoo-items")
	load, err := b.Catalog.ProposeLoad(t.Context(), person("ana"), "odoo-main", catalog.Item, "first load")
	if err != nil {
		t.Fatal(err)
	}
	b.approve(t, load.Request)
	b.mapSheets(t, n)
	return b
}

func (b *bundle) mapSheets(t *testing.T, n int) {
	t.Helper()
	ctx := t.Context()
	system, err := b.Store.Read().Systems.ByID(ctx, "sheets")
	if err != nil {
		t.Fatal(err)
	}
	var items []domain.ChangeItem
	for i := range n {
		code := fmt.Sprint("IT-", i)
		found, err := b.Store.Read().Records.ByCodes(ctx, catalog.Item, []string{code})
		if err != nil || found[code].ID.IsZero() {
			t.Fatal(code, err)
		}
		items = append(items, steward.MapCode(system, catalog.Item, domain.Code(fmt.Sprint("S-", i)), found[code].ID, code), steward.UsePlant("STU1", catalog.Item, found[code].ID, code))
	}
	var request domain.ChangeRequest
	err = b.Store.Write(ctx, domain.Change{Actor: "user:ana", Reason: "codes"}, func(repos domain.Repos) (err error) {
		request, err = b.Desk.Propose(ctx, repos, person("ana"), domain.ChangeRequest{Kind: domain.RequestMappings, Domain: catalog.Item, Title: "codes"}, items)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.approve(t, request)
}

// list uploads rows of the sheets, hands them in and carries their run.
func (b *bundle) list(t *testing.T, kind domain.ImportKind, rows ...string) domain.Run {
	t.Helper()
	id := b.handIn(t, kind, rows...)
	worker := &jobs.Runs{Store: b.Store, Carry: b.carry, Owner: "test", Lease: runLease, Log: b.log}
	if worked, err := worker.Turn(t.Context()); !worked || err != nil {
		t.Fatalf("worked %v, %v", worked, err)
	}
	run, err := b.Store.Read().Runs.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// handIn uploads rows and hands them in; the run waits.
func (b *bundle) handIn(t *testing.T, kind domain.ImportKind, rows ...string) domain.ID {
	t.Helper()
	ctx := t.Context()
	imported, err := b.Intake.Receive(ctx, person("ana"), intake.Upload{
		Kind: kind, System: "sheets", Domain: catalog.Item, FileName: "items.csv",
		Body: strings.NewReader("code,attribute:name,attribute:net_weight\n" + strings.Join(rows, "\n") + "\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.importTurn(t)
	if _, err := b.Intake.Submit(ctx, person("ana"), imported.ID, "the plant's list", false); err != nil {
		t.Fatal(err)
	}
	b.importTurn(t)
	if imported, err = b.Store.Read().Imports.ByID(ctx, imported.ID); err != nil || imported.State != domain.ImportSubmitted || imported.Run.IsZero() {
		t.Fatalf("the import is %s: %s, %v", imported.State, imported.Message, err)
	}
	return imported.Run
}

// open are the discrepancies of the sheets that wait, as text.
func (b *bundle) open(t *testing.T) string {
	t.Helper()
	queue, err := b.Desk.OpenQueue(t.Context(), person("ana"), domain.DiscrepancyQuery{System: "sheets"})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, id := range queue.Snapshot.IDs {
		found, err := b.Store.Read().Discrepancies.ByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Trim(fmt.Sprintf("%s %s %s", found.Finding.Class, found.Finding.Code, found.Finding.Attribute), " "))
	}
	return strings.Join(all, ", ")
}

// TestAnUploadedListIsCompared: of some records only values differ, whatever is not listed; of all records one that is not listed is
// missing, and one whose row cannot be taken is not.
func TestAnUploadedListIsCompared(t *testing.T) {
	t.Parallel()
	b := listed(t, 4)
	run := b.list(t, domain.ImportRecordsPartial, "S-0,Part 0,0.25", "S-1,Screw,250 g", "S-9,Unheard of,1")
	if run.State != domain.RunDone || run.Mode != domain.RunPartial || run.Counts.Gone != 0 || run.Counts.Read != 3 {
		t.Fatalf("the run of some records is %+v", run)
	}
	if got := b.open(t); got != "value S-1 name, unmapped S-9" && got != "unmapped S-9, value S-1 name" {
		t.Fatalf("some records raise %q", got)
	}
	run = b.list(t, domain.ImportRecordsComplete, "S-0,Part 0,0.25", "S-1,Part 1,0.25", "S-2,Part 2,0.25")
	if run.State != domain.RunDone || run.Mode != domain.RunComplete || run.Counts.Gone != 1 || run.Proof == "" {
		t.Fatalf("the run of all records is %+v", run)
	}
	if got := b.open(t); got != "missing S-3" {
		t.Fatalf("all records but one raise %q", got)
	}
	run = b.list(t, domain.ImportRecordsComplete, "S-0,Part 0,0.25", "S-1,Part 1,heavy", "S-3,Part 3,0.25")
	if run.State != domain.RunDone || run.Counts.Gone != 1 || run.Counts.Quarantined != 1 {
		t.Fatalf("the run with a wrong row is %+v", run)
	}
	if got := b.open(t); got != "deleted S-2" {
		t.Fatalf("a wrong row and one that is gone raise %q", got)
	}
	quarantined, err := b.Store.Read().Runs.Quarantined(t.Context(), run.ID, 0, 10)
	if err != nil || len(quarantined) != 1 || quarantined[0].Code != "S-1" || !strings.Contains(quarantined[0].Reason, "heavy") {
		t.Errorf("put aside are %+v, %v", quarantined, err)
	}
	kept, err := b.Store.Read().Sources.ByKeys(t.Context(), "sheets", catalog.Item, []string{"S-1"})
	if err != nil || len(kept) != 1 || kept[0].GoneAt != 0 || kept[0].Attributes.Text(catalog.ItemName) != "Part 1" {
		t.Errorf("what was known of the wrong row is %+v, %v", kept, err)
	}
}

// TestAListThatDropsMostIsHeld, as any reading is; and one that is released goes on with what was read.
func TestAListThatDropsMostIsHeld(t *testing.T) {
	t.Parallel()
	b := listed(t, 1)
	var rows []string
	for i := range 25 {
		rows = append(rows, fmt.Sprintf("X-%d,Part,1", i))
	}
	if run := b.list(t, domain.ImportRecordsComplete, rows...); run.State != domain.RunDone {
		t.Fatalf("the run is %+v", run)
	}
	if run := b.list(t, domain.ImportRecordsPartial, rows[:2]...); run.State != domain.RunDone {
		t.Fatalf("a list of some records is held: %+v", run)
	}
	if run := b.list(t, domain.ImportRecordsComplete, rows[:5]...); run.State != domain.RunHeld {
		t.Fatalf("the run is %+v", run)
	}
}

// TestARunOfAListIsTakenUpAfterACrash reads the list again from its beginning.
func TestARunOfAListIsTakenUpAfterACrash(t *testing.T) {
	t.Parallel()
	b := listed(t, 2)
	id := b.handIn(t, domain.ImportRecordsComplete, "S-0,Part 0,0.25", "S-1,Part 1,0.25")
	err := b.Store.Operate(t.Context(), func(ops domain.Ops) error {
		run, found, err := ops.Runs.Claim(t.Context(), "a worker that died", ops.Now)
		if err != nil || !found {
			return err
		}
		reading, err := run.Moved(domain.RunReading)
		if err != nil {
			return err
		}
		return ops.Runs.Save(t.Context(), reading, run.Version)
	})
	if err != nil {
		t.Fatal(err)
	}
	worker := &jobs.Runs{Store: b.Store, Carry: b.carry, Owner: "test", Lease: runLease, Log: b.log}
	if worked, err := worker.Turn(t.Context()); !worked || err != nil {
		t.Fatalf("worked %v, %v", worked, err)
	}
	if run, err := b.Store.Read().Runs.ByID(t.Context(), id); err != nil || run.State != domain.RunDone || run.Attempt != 2 || run.Counts.Read != 2 {
		t.Errorf("the run is %+v, %v", run, err)
	}
}
