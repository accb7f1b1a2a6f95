package workbook

import (
	"reflect"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// FuzzGuessTake holds to promises about any table: it is guessed and taken without a panic and always in the same way; a layout that
// is sure has each needed column once for a plant; entries follow the rows; a cell's text is what the cell shows but for what has a note.
func FuzzGuessTake(f *testing.F) {
	for _, seed := range []string{
		"Code|Canonical|Name\n000123|IT-1|x", "Canonical|DE01|PL01\nIT-1|A / B|n:1E+05", "Werk|m:Werk|Konzern\nNummer|Name|Nummer\nm:A|y:B|s:C\nSumme||n:3",
		"Code|Canonical|Faktor|gültig ab|Gewicht [g]\nА1|IT-1|1.234,5|31.12.26|f:\nhidden x|e:#N/A|n:0.1=0.125|d:2026-01-01|n/a", "|\n\n||", "Artikel|Odoo\nCode|Canonical\nTotal|n:1",
		"Code|m:Code|Canonical\nA↵B|m:A↵B|C;D", "Crosswalk ID|Record version|Name DE|Name EN\nx|n:1|a|b",
	} {
		for kind := range domain.ImportKinds() {
			f.Add(seed, byte(kind), byte(kind))
		}
	}
	f.Fuzz(func(t *testing.T, text string, kind, choice byte) {
		ask := askOf(domain.ImportKinds()[int(kind)%len(domain.ImportKinds())])
		from := memoryFile{sheets: []memorySheet{{name: "Items", lines: grid(text)}, {name: "PL01", lines: grid(strings.ToUpper(text))}}}
		g, err := guess(t.Context(), from, ask)
		again, errAgain := guess(t.Context(), from, ask)
		if err != nil || errAgain != nil || !reflect.DeepEqual(g, again) {
			t.Fatalf("%+v, %v; then %+v, %v", g, err, again, errAgain)
		}
		if x := newLexicon(ask); g.Sure && !x.enough(g.Layout) || !g.Sure && g.Why == "" {
			t.Fatalf("sure without what is needed, or unsure without a reason: %+v", g)
		}
		if len(g.Layout.Columns) == 0 {
			return // a person is asked
		}
		if choice&1 > 0 {
			g.Layout.EverySheet = true
		}
		g.Layout.SplitCodes, g.Layout.SkipHidden = choice&2 > 0, choice&4 > 0
		if choice&8 > 0 {
			g.Layout.Columns = append(g.Layout.Columns, domain.ImportColumn{Column: int(choice) - 16, Field: domain.FieldValidTo})
		}
		checkTaken(t, from, ask, g.Layout)
	})
}

func checkTaken(t *testing.T, from memoryFile, ask intake.Ask, layout domain.ImportLayout) {
	t.Helper()
	last, sheet := place{}, ""
	err := take(t.Context(), from, ask, layout, func(e domain.ImportEntry) error {
		at := place{e.Sheet, e.Line, e.Part}
		if at.sheet == sheet && e.Line > 0 && (at.line < last.line || at.line == last.line && at.part <= last.part) {
			t.Fatalf("%v after %v", at, last)
		}
		last, sheet = at, e.Sheet
		noted := map[string]bool{}
		for _, n := range e.Notes {
			noted[n.Cell] = true
			if n.Message == "" || n.Kind == "" || n.Weight == "" {
				t.Fatalf("a note says nothing: %+v", n)
			}
		}
		for field, c := range e.Cells {
			if c.At == "" {
				t.Fatalf("the cell of %s is nowhere", field)
			}
			if (field == domain.FieldCode || field == domain.FieldTarget) && !noted[e.Cell(field)] && c.Text != shownAt(from, e.Sheet, c.At) {
				t.Fatalf("%s was taken as %q without a note", e.Cell(field), c.Text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shownAt is what a cell shows.
func shownAt(from memoryFile, sheet, at string) string {
	for _, s := range from.sheets {
		for _, line := range s.lines {
			for _, c := range line.Cells {
				if s.name == sheet && cellName(c.Column, line.Number) == at {
					return c.Text
				}
			}
		}
	}
	return ""
}
