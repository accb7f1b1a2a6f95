package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// TestAnotherWordIsReadAgain lets nothing change in a plant's file but what one of its words means: an incremental run, which
// takes in no values of an unchanged file, reads it again.
func TestAnotherWordIsReadAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "items_1.csv"), []byte("no;title;unit\n000123;Screw M6;Rolle\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.apply(t, catalog.Configuration{
		Systems: []domain.SourceSystem{{
			ID: "sheets", Name: "Sheets", Kind: domain.SystemFile, Plant: "STU1", Settings: map[string]string{"dir": dir, "settle": "1ms"},
			Streams: []domain.Stream{{Domain: catalog.Item, Key: "no", Glob: "items_*.csv",
				Fields: map[domain.AttributeID]string{catalog.ItemName: "title", catalog.ItemBaseUnit: "unit"}}},
		}},
		Plans: []domain.Plan{{ID: "sheet-items", Name: "Sheet items", Domain: catalog.Item, System: "sheets"}},
	})
	unit := func() domain.Value {
		found, err := b.Store.Read().Sources.ByKeys(t.Context(), "sheets", catalog.Item, []string{"000123"})
		if err != nil || len(found) != 1 {
			t.Fatalf("%d records are known: %v", len(found), err)
		}
		return found[0].Attributes[catalog.ItemBaseUnit]
	}
	means := func(code string) {
		b.apply(t, catalog.Configuration{CodeLists: []domain.CodeList{{
			ID: catalog.ListUnit, Entries: []domain.CodeEntry{{Code: code, Aliases: []domain.CodeAlias{{System: "sheets", Text: "Rolle"}}}},
		}}})
	}
	first := b.run(t, "sheet-items")
	if first.State != domain.RunDone || unit() != domain.Enum("?Rolle") {
		t.Fatalf("at first %v: %+v", unit(), first)
	}
	if same := b.again(t, "sheet-items"); same.Skips.Unchanged != 1 || same.Watermark != first.Watermark {
		t.Errorf("nothing has changed: %+v", same)
	}
	means("H87")
	if run := b.again(t, "sheet-items"); run.Skips.Unchanged != 0 || unit() != domain.Enum("H87") {
		t.Errorf("the word means H87 now, not %v: %+v", unit(), run)
	}
	if run := b.again(t, "sheet-items"); run.Skips.Unchanged != 1 || unit() != domain.Enum("H87") {
		t.Errorf("it still does: %+v", run)
	}
}
