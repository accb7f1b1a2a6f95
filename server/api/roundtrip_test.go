package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// uploaded hands a workbook of codes in and lets it be read.
func uploaded(t *testing.T, b *bundle, path string) api.Import {
	t.Helper()
	return uploadedAs(t, b, "lead", "system=mes-stu1", path)
}

// uploadedAs is uploaded by somebody, as what the query says.
func uploadedAs(t *testing.T, b *bundle, as, query, path string) api.Import {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	answer := b.call(t, request{
		method: http.MethodPost, path: "~/imports?domain=item&file_name=codes.xlsx&" + query, as: as, body: string(content),
		header: map[string]string{"Content-Type": "application/octet-stream"},
	})
	if answer.status != http.StatusCreated && answer.status != http.StatusOK {
		t.Fatalf("%d %s", answer.status, answer.body)
	}
	work(t, b)
	var imported api.Import
	if err := json.Unmarshal([]byte(answer.body), &imported); err != nil {
		t.Fatal(err)
	}
	answer = b.call(t, request{method: http.MethodGet, path: "~/imports/" + imported.ID, as: as})
	if err := json.Unmarshal([]byte(answer.body), &imported); err != nil {
		t.Fatal(err)
	}
	if imported.State != string(domain.ImportPreviewed) {
		t.Fatalf("the import is %s: %s", imported.State, imported.Message)
	}
	return imported
}

// work does all that waits for the worker of imports.
func work(t *testing.T, b *bundle) {
	t.Helper()
	for {
		var imported domain.Import
		var found bool
		err := b.store.Operate(t.Context(), func(ops domain.Ops) (err error) {
			imported, found, err = ops.Imports.Claim(t.Context(), "test", ops.Now.Add(time.Minute))
			return err
		})
		if err == nil && found {
			err = b.options.Intake.Carry(t.Context(), imported)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return
		}
	}
}

// edited sets one cell of the sheet of codes.
func edited(t *testing.T, path, cell, text string) {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if err := file.SetCellStr("Codes", cell, text); err != nil {
		t.Fatal(err)
	}
	if err := file.Save(); err != nil {
		t.Fatal(err)
	}
}

func wantCounts(t *testing.T, phrase string, imported api.Import, want map[string]int) {
	t.Helper()
	text, err := json.Marshal(imported.Counts)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
	if !maps.Equal(got, want) {
		t.Errorf("%s: %v, want %v", phrase, got, want)
	}
}

// TestAnExportComesBack gives the mappings out, takes them back as they are, and then with one code filled in, wrongly at first: the
// error workbook says so, changes nothing when it comes back as it is, and goes on with the import when it is put right.
func TestAnExportComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seed(t, b)
	path := exported(t, b, request{path: "~/exports/mappings.xlsx?domain=item&system=mes-stu1&language=de", as: "lead"})
	wantCounts(t, "as it was given out", uploaded(t, b, path), map[string]int{"same": 2})

	edited(t, path, "D3", "IT-NONE") // the code that was asked for and is not mapped
	first := uploaded(t, b, path)
	wantCounts(t, "with a code nobody knows", first, map[string]int{"same": 1, "wrong": 1})

	faulty := exported(t, b, request{path: "~/imports/" + first.ID + "/errors.xlsx?language=de", as: "lead"})
	rows := sheetRows(t, faulty, "Codes")
	if len(rows) != 3 || rows[0][11] != "Crosswalk: Status" || rows[1][11] != "Gleich" || rows[2][11] != "Falsch" {
		t.Fatalf("the error workbook says %q", rows)
	}
	again := uploaded(t, b, faulty)
	wantCounts(t, "not put right", again, map[string]int{"same": 1, "wrong": 1})
	if again.ID != first.ID || again.Revision != 2 {
		t.Errorf("it is the import %s, revision %d", again.ID, again.Revision)
	}

	edited(t, faulty, "D3", "IT-2")
	mended := uploaded(t, b, faulty)
	wantCounts(t, "put right", mended, map[string]int{"same": 1, "new": 1})
	if mended.ID != first.ID || mended.Revision != 3 {
		t.Errorf("it is the import %s, revision %d", mended.ID, mended.Revision)
	}
	rows = sheetRows(t, exported(t, b, request{path: "~/imports/" + first.ID + "/errors.xlsx", as: "lead"}), "Codes")
	if len(rows[0]) != 13 || rows[0][12] != "Crosswalk: Reason" || rows[2][11] != "New" || len(rows[2]) > 12 {
		t.Errorf("the columns were not replaced: %q", rows)
	}
}
