package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// exported asks for a workbook and returns where it is.
func exported(t *testing.T, b *bundle, r request) string {
	t.Helper()
	r.method = http.MethodGet
	answer := b.call(t, r)
	if answer.status != http.StatusOK || !strings.Contains(answer.header.Get("Content-Type"), "spreadsheetml") {
		t.Fatalf("%s: %d %v", r.path, answer.status, answer.header)
	}
	path := filepath.Join(t.TempDir(), "export.xlsx")
	if err := os.WriteFile(path, []byte(answer.body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sheetRows are those of a workbook's sheet.
func sheetRows(t *testing.T, path, sheet string) [][]string {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := file.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestMappingsAsAWorkbook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	for phrase, query := range map[string]string{"of a system": "system=mes-stu1", "of a plant": "plant=STU1"} {
		path := exported(t, b, request{path: "~/exports/mappings.xlsx?domain=item&" + query, as: "lead"})
		want := [][]string{
			{"ID", "Version", "Code", "Canonical code", "Canonical name", "Relation", "Factor", "Unit", "Valid from", "Valid to", "Remark"},
			{s.own.mapping, "1", "P-STU1", "IT-1", "Screw", "equivalent"},
			{"", "", "U-STU1"},
		}
		if rows := sheetRows(t, path, "Codes"); !slices.EqualFunc(rows, want, slices.Equal) {
			t.Errorf("%s: %q", phrase, rows)
		}
		opened, err := workbook.OpenBook(t.Context(), path, "export.xlsx", workbook.DefaultBookLimits())
		if err != nil {
			t.Fatal(err)
		}
		mark, ok := opened.Mark()
		if column, found := mark.Layout.Column(domain.FieldTarget); !ok || !found || column.Column != 4 || mark.System != "mes-stu1" || mark.Kind != domain.ImportMapping {
			t.Errorf("%s: the mark is %+v, %v", phrase, mark, ok)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAWorkbookSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	for phrase, tt := range map[string]struct{ query, accept, want string }{
		"German asked for":       {"&language=de", "en", "Kanonischer Code"},
		"a German browser":       {"", "de-AT,de;q=0.9,en;q=0.8", "Kanonischer Code"},
		"English asked for":      {"&language=en", "de", "Canonical code"},
		"a browser from Kraków":  {"", "pl", "Canonical code"},
		"a header that is none":  {"", ";;;", "Canonical code"},
		"nothing said of either": {"", "", "Canonical code"},
	} {
		path := exported(t, b, request{path: "~/exports/template.xlsx?kind=mapping&domain=item&system=mes-stu1" + tt.query, as: "lead", header: map[string]string{"Accept-Language": tt.accept}})
		if rows := sheetRows(t, path, "Codes"); len(rows) != 1 || !slices.Contains(rows[0], tt.want) {
			t.Errorf("%s: %q", phrase, rows)
		}
	}
}

// TestConfidentialValuesAreNotGivenOut has a record with a company's cost and the lead times of two plants.
func TestConfidentialValuesAreNotGivenOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	change := domain.Change{Actor: "service:seed", Reason: "seed", Domains: []domain.DomainName{catalog.Item}}
	weight, err := domain.NewQuantity("12.5", "KGM")
	if err != nil {
		t.Fatal(err)
	}
	days, cost := domain.Quantity{Number: weight.Number, Unit: "DAY"}, domain.Money{Amount: weight.Number, Currency: "EUR"}
	record := domain.GoldenRecord{ID: domain.NewID(), Domain: catalog.Item, State: domain.RecordActive, Version: 1, Attributes: domain.Attributes{
		catalog.ItemCode: domain.Code("A-000123"), catalog.ItemName: domain.Translated{"en": "=Bolt", "de": "Bolzen"}, catalog.ItemBaseUnit: domain.Enum("C62"),
		catalog.ItemNetWeight: weight, catalog.ItemLeadTime.At(domain.Place{Plant: "STU1"}): days, catalog.ItemLeadTime.At(domain.Place{Plant: "LYO1"}): days,
		catalog.ItemStandardCost.At(domain.Place{Company: "CW-DE"}): cost,
	}}
	err = b.store.Write(t.Context(), change, func(repos domain.Repos) error {
		plant := domain.Plant{
			ID: "STU1", Name: "Stuttgart", TimeZone: "Europe/Berlin", State: domain.PlantLive, Languages: []string{"de"}, Version: 2,
			Bindings: []domain.PlantBinding{{System: "odoo-main", Company: "CW-DE"}},
		}
		if err := repos.Plants.Put(t.Context(), plant); err != nil {
			return err
		}
		return repos.Records.Create(t.Context(), record, catalog.ItemCode, catalog.ItemName, domain.Lineage{Record: record.ID})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"Artikelcode": "A-000123", "Name [en]": "=Bolt", "Name [de]": "Bolzen", "Nettogewicht [KGM]": "12,5", "Durchlaufzeit [DAY] [STU1]": "12,5",
		"Standardkosten [CW-DE]": "12,5 EUR",
	}
	for name, sees := range map[string]bool{"lead": false, "local": false, "steward": true} {
		rows := sheetRows(t, exported(t, b, request{path: "~/exports/records.xlsx?domain=item&plant=STU1&language=de", as: name}), "Datensätze")
		at := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "A-000123") })
		if at < 0 {
			t.Fatalf("%s gets %q", name, rows)
		}
		if rows[at][0] != record.ID.String() || rows[at][1] != "1" || strings.Contains(strings.Join(rows[0], " "), "LYO1") {
			t.Errorf("%s gets %q", name, rows)
		}
		for head, text := range want {
			column := slices.Index(rows[0], head)
			switch {
			case head == "Standardkosten [CW-DE]" && !sees:
				if column >= 0 {
					t.Errorf("%s sees the cost", name)
				}
			case column < 0 || column >= len(rows[at]) || rows[at][column] != text:
				t.Errorf("%s: %s of %q is not %q", name, head, rows[at], text)
			}
		}
	}
}

func TestTheWorkListAsAWorkbook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	entry := workEntry(t, b, "2026-04-01")
	rows := sheetRows(t, exported(t, b, request{path: "~/exports/worklist.xlsx?plant=STU1", as: "lead"}), "Work list")
	want := []string{"2026-04-01", "STU1", "mes-stu1", "000123", "=cmd|' /C calc'!A0", "Change", "Name", "-5 mm", "5 mm", "", entry.ID.String()}
	if len(rows) != 3 || !slices.Equal(rows[2], want) || rows[0][9] != "Done" {
		t.Errorf("%q", rows)
	}
}

func TestAnImportsErrorsAsAWorkbook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := seed(t, b)
	answer := b.call(t, request{method: "GET", path: "~/imports/" + s.own.load + "/errors.xlsx", as: "lead"})
	if got := answer.header.Get("Content-Disposition"); got != "attachment; filename=codes-errors.xlsx" {
		t.Errorf("the file is %q", got)
	}
	rows := sheetRows(t, exported(t, b, request{path: "~/imports/" + s.own.load + "/errors.xlsx?language=de", as: "lead"}), "codes")
	want := [][]string{{"code", "canonical", "Crosswalk: Status", "Crosswalk: Grund"}, {"000999", "IT-1", "Neu"}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("%q", rows)
	}
	id, err := domain.ParseID(s.own.load)
	if err != nil {
		t.Fatal(err)
	}
	err = b.store.Operate(t.Context(), func(ops domain.Ops) error {
		imported, err := ops.Imports.ByID(t.Context(), id)
		if err != nil {
			return err
		}
		moved, err := imported.Moved(domain.ImportWaiting)
		if err != nil {
			return err
		}
		return ops.Imports.Save(t.Context(), moved, imported.Version)
	})
	if err != nil {
		t.Fatal(err)
	}
	if answer := b.call(t, request{method: "GET", path: "~/imports/" + s.own.load + "/errors.xlsx", as: "lead"}); answer.status != http.StatusConflict || answer.problem(t).Code != domain.CodeImportState {
		t.Errorf("of one that waits: %d %s", answer.status, answer.body)
	}
}

func TestExportsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	for phrase, tt := range map[string]struct {
		path   string
		status int
		code   string
	}{
		"mappings of everything":           {"mappings.xlsx?domain=item", 422, domain.CodeBodyInvalid},
		"a system of another plant":        {"mappings.xlsx?domain=item&system=mes-stu1&plant=LYO1", 422, domain.CodeBodyInvalid},
		"a plant without systems":          {"mappings.xlsx?domain=item&plant=NONE", 404, domain.CodeSystemUnknown},
		"a system that is none":            {"mappings.xlsx?domain=item&system=none", 404, domain.CodeSystemUnknown},
		"a domain that is none":            {"mappings.xlsx?domain=none&system=mes-stu1", 404, domain.CodeDomainUnknown},
		"records of a domain that is none": {"records.xlsx?domain=none", 404, domain.CodeDomainUnknown},
		"records to be listed of nobody":   {"template.xlsx?kind=records-complete&domain=item", 422, domain.CodeBodyInvalid},
		"an empty table of golden records": {"template.xlsx?kind=golden&domain=item", 422, domain.CodeBodyInvalid},
		"a language that there is not":     {"template.xlsx?kind=mapping&domain=item&language=fr", 422, domain.CodeBodyInvalid},
	} {
		if answer := b.call(t, request{method: "GET", path: "~/exports/" + tt.path, as: "steward"}); answer.status != tt.status || answer.problem(t).Code != tt.code {
			t.Errorf("%s: %d %s", phrase, answer.status, answer.body)
		}
	}
	if answer := b.call(t, request{method: "GET", path: "~/exports/mappings.xlsx?domain=item&plant=LYO1", as: "lead"}); answer.status != http.StatusNotFound {
		t.Errorf("the lead of another plant: %d", answer.status)
	}
	over := b.optionsOver(storetest.Broken(t, b.store, storetest.Failing{Reads: true}))
	answer := b.callOn(t, newAPI(t, over), request{method: "GET", path: "~/exports/records.xlsx?domain=item", as: "steward"})
	if answer.status != http.StatusServiceUnavailable || answer.problem(t).Code != domain.CodeStoreDown {
		t.Errorf("a database that is gone: %d %s", answer.status, answer.body)
	}
}
