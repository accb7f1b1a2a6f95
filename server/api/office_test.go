package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// officeTrip is an export that one person edits in LibreOffice while another changes something.
type officeTrip struct {
	as, export, sheet, named, query string

	edits  []officeEdit
	others func(t *testing.T, b *bundle)
	// wantRows are the rows that are not the same: their status and, of each change, what was and what is to be.
	wantRows map[string]string
	// keep is what is answered to the row with a question.
	keep string
	// wantAfter are cells of an export afterwards: of each code those that differ from what was exported first.
	wantAfter map[string]string
}

// fragile are codes that a spreadsheet takes for numbers and dates where it may.
func fragile() []string { return []string{"000123", "1E5", "22E1", "6-10", "0007"} }

// seedFragile makes a record of each fragile code, for which a code of the plant stands that is the same.
func seedFragile(t *testing.T, b *bundle) {
	t.Helper()
	weight, err := domain.NewQuantity("1.25", "KGM")
	if err != nil {
		t.Fatal(err)
	}
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	err = b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		for _, code := range fragile() {
			record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
				catalog.ItemCode: domain.Code(code), catalog.ItemName: domain.Translated{"en": "Bolt " + code}, catalog.ItemBaseUnit: domain.Enum("C62"),
				catalog.ItemNetWeight: weight, catalog.ItemMaterial: domain.Text(code), catalog.ItemDrawing: domain.Code(code),
			}}
			if err := repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID}); err != nil {
				return err
			}
			if err := repos.Mappings.Put(t.Context(), domain.CodeMapping{
				ID: domain.NewID(), Domain: catalog.Item, System: "mes-stu1", Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: domain.Code(code), Key: code,
				Record: record.ID, Relation: domain.RelationEquivalent, State: domain.MappingActive, Basis: domain.BasisPerson, DefaultOut: true, Version: 1,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// approved lets the approver approve a change request, which is applied by that.
func approved(t *testing.T, b *bundle, id string) {
	t.Helper()
	path := "~/change-requests/" + id
	seen := b.call(t, request{method: http.MethodGet, path: path, as: "approver"})
	done := b.call(t, request{method: http.MethodPut, path: path + "/approval", as: "approver", header: map[string]string{"If-Match": seen.header.Get("ETag")}})
	if got := read[api.ChangeRequest](t, done, http.StatusOK); got.State != "applied" {
		t.Fatalf("the request is %s: %s", got.State, done.body)
	}
}

// handedIn submits an import and has it approved.
func handedIn(t *testing.T, b *bundle, as string, imported api.Import) {
	t.Helper()
	path := "~/imports/" + imported.ID
	read[api.Import](t, b.call(t, request{method: http.MethodPost, path: path + "/submission", as: as, body: map[string]string{"reason": "as edited"}}), http.StatusOK)
	work(t, b)
	submitted := read[api.Import](t, b.call(t, request{method: http.MethodGet, path: path, as: as}), http.StatusOK)
	if submitted.State != "submitted" || len(submitted.ChangeRequestIDs) == 0 {
		t.Fatalf("%+v", submitted)
	}
	for _, id := range submitted.ChangeRequestIDs {
		approved(t, b, id)
	}
}

// othersMap are changes of mappings that somebody else makes with an export of their own, each a code, a head and a text.
func othersMap(edits ...officeEdit) func(*testing.T, *bundle) {
	return func(t *testing.T, b *bundle) {
		t.Helper()
		path := exported(t, b, request{path: "~/exports/mappings.xlsx?domain=item&system=mes-stu1", as: "steward"})
		rows := sheetRows(t, path, "Codes")
		for _, edit := range edits {
			line := slices.IndexFunc(rows, func(row []string) bool { return row[2] == edit.code })
			edited(t, path, fmt.Sprintf("%c%d", 'A'+slices.Index(rows[0], edit.head), line+1), edit.text)
		}
		handedIn(t, b, "steward", uploadedAs(t, b, "steward", "system=mes-stu1", path))
	}
}

// othersEdit are changes of golden records that somebody else makes: a code, an attribute and a value.
func othersEdit(edits ...officeEdit) func(*testing.T, *bundle) {
	return func(t *testing.T, b *bundle) {
		t.Helper()
		for _, edit := range edits {
			rows := sheetRows(t, exported(t, b, request{path: "~/exports/records.xlsx?domain=item", as: "global lead"}), "Records")
			row := rows[slices.IndexFunc(rows, func(row []string) bool { return len(row) > 3 && row[3] == edit.code })]
			body := fmt.Sprintf(`{"set":{%q:%s},"reason":"it was wrong"}`, edit.head, edit.text)
			proposed := b.call(t, request{method: http.MethodPost, path: "~/records/item/" + row[0] + "/changes", as: "global lead", body: body})
			approved(t, b, read[changeRequest](t, proposed, http.StatusCreated).ID)
		}
	}
}

// mappingTrip is of the mappings of a system, edited by its plant's lead.
func mappingTrip(trip officeTrip) officeTrip {
	trip.as, trip.export, trip.sheet, trip.named = "lead", "~/exports/mappings.xlsx?domain=item&system=mes-stu1", "Codes", "Code"
	trip.query = "system=mes-stu1"
	return trip
}

// twice is of a mapping whose one cell is edited by both.
func twice(head, mine, theirs, keep string) officeTrip {
	trip := mappingTrip(officeTrip{
		edits: []officeEdit{{"1E5", head, mine}}, others: othersMap(officeEdit{"1E5", head, theirs}), keep: keep,
	})
	field, kind := "valid_to", "text"
	if head == "Canonical code" {
		field, kind = "target", "code"
	}
	trip.wantRows = map[string]string{"1E5": fmt.Sprintf(`conflict %s {%q:%q} {%q:%q}`, field, kind, theirs, kind, mine)}
	trip.wantAfter = map[string]string{"1E5": head + "=" + map[string]string{"file": mine, "known": theirs}[keep]}
	return trip
}

func officeTrips() map[string]officeTrip {
	return map[string]officeTrip{
		"codes": mappingTrip(officeTrip{
			edits: []officeEdit{{"1E5", "Canonical code", "6-10"}, {"22E1", "Factor", "12"}, {"22E1", "Unit", "BX"}, {"22E1", "Remark", "by the box"}},
			others: othersMap(
				officeEdit{"000123", "Canonical code", "0007"}, officeEdit{"22E1", "Valid to", "2099-12-31"}, officeEdit{"0007", "Valid to", "2098-12-31"},
			),
			wantRows: map[string]string{
				"1E5": `changed target {"code":"1E5"} {"code":"6-10"}`, "22E1": `changed factor null {"text":"12"} unit null {"text":"BX"}`,
			},
			wantAfter: map[string]string{
				"1E5": "Canonical code=6-10", "22E1": "Factor=12 Unit=BX Valid to=2099-12-31", "000123": "Canonical code=0007", "0007": "Valid to=2098-12-31",
			},
		}),
		"a day twice, the file's":     twice("Valid to", "2098-12-31", "2099-12-31", "file"),
		"a day twice, the other's":    twice("Valid to", "2098-12-31", "2099-12-31", "known"),
		"a target twice, the file's":  twice("Canonical code", "6-10", "000123", "file"),
		"a target twice, the other's": twice("Canonical code", "6-10", "000123", "known"),
		"records, a name the file's":  recordTrip("file", "Washer"),
		"records, a name the other's": recordTrip("known", "Stud"),
	}
}

// recordTrip is of golden records: one name is edited by both.
func recordTrip(keep, name string) officeTrip {
	return officeTrip{
		as: "steward", export: "~/exports/records.xlsx?domain=item", sheet: "Records", named: "Item code", query: "kind=golden", keep: keep,
		edits: []officeEdit{{"1E5", "Name [en]", "Nut"}, {"22E1", "Net weight [KGM]", "12.5"}, {"6-10", "Name [en]", "Washer"}},
		others: othersEdit(
			officeEdit{"1E5", "material", `{"text":"22E1"}`}, officeEdit{"0007", "drawing", `{"code":"00071"}`}, officeEdit{"6-10", "name", `{"i18n":{"en":"Stud"}}`},
		),
		wantRows: map[string]string{
			"1E5": `changed name {"i18n":{"en":"Bolt 1E5"}} {"i18n":{"en":"Nut"}}`, "22E1": `changed net_weight {"qty":"1.25","unit":"KGM"} {"qty":"12.5","unit":"KGM"}`,
			"6-10": `conflict name {"i18n":{"en":"Stud"}} {"i18n":{"en":"Washer"}}`,
		},
		wantAfter: map[string]string{
			"1E5": "Name [en]=Nut Material=22E1", "22E1": "Net weight [KGM]=12.5", "6-10": "Name [en]=" + name, "0007": "Drawing=00071",
		},
	}
}

// TestAnExportEditedInLibreOfficeChangesExactlyThat gives mappings and golden records out, has cells edited in LibreOffice while
// somebody else changes others, and takes the files back.
func TestAnExportEditedInLibreOfficeChangesExactlyThat(t *testing.T) {
	t.Parallel()
	office := libreOffice(t)
	trips, folder := officeTrips(), t.TempDir()
	names := slices.Sorted(maps.Keys(trips))
	bundles, files := map[string]*bundle{}, []string{}
	for i, name := range names {
		b := setup(t)
		seed(t, b)
		seedFragile(t, b)
		content, err := os.ReadFile(exported(t, b, request{path: trips[name].export, as: trips[name].as}))
		if err != nil {
			t.Fatal(err)
		}
		bundles[name], files = b, append(files, filepath.Join(folder, fmt.Sprintf("%d.xlsx", i)))
		if err := os.WriteFile(files[i], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flat := converted(t, office, "fods", "OpenDocument Spreadsheet Flat XML", files)
	for i, name := range names {
		for _, edit := range trips[name].edits {
			editFlat(t, flat[i], trips[name].sheet, trips[name].named, edit)
		}
	}
	back := converted(t, office, "xlsx", "Calc MS Excel 2007 XML", flat)
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trips[name].comesBack(t, bundles[name], files[i], back[i])
		})
	}
}

// comesBack takes the edited file back and wants it to change exactly what was edited.
func (trip officeTrip) comesBack(t *testing.T, b *bundle, given, back string) {
	t.Helper()
	trip.others(t, b)
	trip.keepsWhatIsHidden(t, given, back)
	if got := trip.differing(sheetRows(t, given, trip.sheet), sheetRows(t, back, trip.sheet)); !maps.Equal(got, trip.edited()) {
		t.Errorf("LibreOffice changed\n%q, want\n%q", got, trip.edited())
	}
	imported := uploadedAs(t, b, trip.as, trip.query, back)
	asks := -1
	path := "~/imports/" + imported.ID
	rows := read[struct{ Rows []officeRow }](t, b.call(t, request{method: http.MethodGet, path: path + "/rows", as: trip.as}), http.StatusOK).Rows
	got := map[string]string{}
	for _, row := range rows {
		if row.Status != "same" {
			got[row.Code] = row.String()
		}
		if row.Status == "conflict" {
			asks = row.Position
			if len(row.Notes) != 1 {
				t.Errorf("the row asks %+v", row.Notes)
			}
		}
	}
	if !maps.Equal(got, trip.wantRows) {
		t.Fatalf("the rows are\n%q, want\n%q", got, trip.wantRows)
	}
	if trip.keep != "" {
		answers := map[string]any{"answers": []any{map[string]any{"position": asks, "keep": trip.keep}}}
		imported = read[api.Import](t, b.call(t, request{method: http.MethodPost, path: path + "/answers", as: trip.as, body: answers}), http.StatusOK)
	}
	if imported.Counts.Conflict+imported.Counts.Wrong+imported.Counts.New > 0 {
		t.Errorf("answered: %+v", imported.Counts)
	}
	if imported.Counts.Changed > 0 {
		handedIn(t, b, trip.as, imported)
	}
	after := exported(t, b, request{path: trip.export, as: trip.as})
	if got := trip.differing(sheetRows(t, given, trip.sheet), sheetRows(t, after, trip.sheet)); !maps.Equal(got, trip.wantAfter) {
		t.Errorf("now there are\n%q, want\n%q", got, trip.wantAfter)
	}
}

// edited are the cells that are edited, by code.
func (trip officeTrip) edited() map[string]string {
	out := map[string]string{}
	for _, edit := range trip.edits {
		out[edit.code] = strings.TrimSpace(out[edit.code] + " " + edit.head + "=" + edit.text)
	}
	return out
}

// keepsWhatIsHidden wants of a file that LibreOffice wrote the mark, the hidden columns and the lists that were given out.
func (trip officeTrip) keepsWhatIsHidden(t *testing.T, given, back string) {
	t.Helper()
	var marks [2]string
	var lists [2]int
	for i, path := range []string{given, back} {
		opened, err := workbook.OpenBook(t.Context(), path, "export.xlsx", workbook.DefaultBookLimits())
		if err != nil {
			t.Fatal(err)
		}
		mark, found := opened.Mark()
		if err := opened.Close(); err != nil || !found {
			t.Fatalf("%s has a mark: %v; %v", path, found, err)
		}
		marks[i] = fmt.Sprintf("%+v", mark)
		lists[i] = trip.hides(t, path)
	}
	if marks[0] != marks[1] || lists[0] != lists[1] || lists[0] == 0 {
		t.Errorf("the mark was\n%s with %d lists, is\n%s with %d", marks[0], lists[0], marks[1], lists[1])
	}
}

// hides wants the ID, the version and our sheets hidden in a file and returns how many columns have a list.
func (trip officeTrip) hides(t *testing.T, path string) (lists int) {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, column := range []string{"A", "B"} {
		if shown, err := file.GetColVisible(trip.sheet, column); shown || err != nil {
			t.Errorf("column %s of %s is shown: %v", column, path, err)
		}
	}
	for _, sheet := range file.GetSheetList() {
		if shown, err := file.GetSheetVisible(sheet); shown != (sheet == trip.sheet) || err != nil {
			t.Errorf("the sheet %s of %s is shown: %v, %v", sheet, path, shown, err)
		}
	}
	rules, err := file.GetDataValidations(trip.sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		if rule.Type == "list" {
			lists++
		}
	}
	return lists
}

// officeRow is a row of an import with the changes as they are encoded.
type officeRow struct {
	Position              int
	Code, Status, Message string
	Notes                 []api.ImportNote
	Changes               []struct {
		Attribute     string
		Before, After json.RawMessage
	}
}

// String is the row's status and changes.
func (r officeRow) String() string {
	text := r.Status
	if r.Status == "wrong" {
		text += " " + r.Message
	}
	for _, change := range r.Changes {
		text += fmt.Sprintf(" %s %s %s", change.Attribute, change.Before, change.After)
	}
	return text
}

// differing are the cells of each code that are not as they were, but for those that follow from others.
func (trip officeTrip) differing(before, after [][]string) map[string]string {
	out := map[string]string{}
	code := slices.Index(before[0], trip.named)
	cell := func(row []string, column int) string {
		if column < len(row) {
			return row[column]
		}
		return ""
	}
	for _, row := range after[1:] {
		was := before[slices.IndexFunc(before, func(old []string) bool { return old[code] == row[code] })]
		var differ []string
		for column, head := range after[0] {
			if now := cell(row, column); now != cell(was, column) && !slices.Contains([]string{"ID", "Version", "Canonical name", "Valid from"}, head) {
				differ = append(differ, head+"="+now)
			}
		}
		if len(differ) > 0 {
			out[row[code]] = strings.Join(differ, " ")
		}
	}
	if len(after) != len(before) {
		out["rows"] = fmt.Sprintf("%d instead of %d", len(after), len(before))
	}
	return out
}
