package workbook

import (
	"fmt"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// BenchmarkTake takes rows of eight columns from memory, so without reading a file.
func BenchmarkTake(b *testing.B) {
	const rows = 10_000
	lines := grid("Artikelnummer|Odoo|Bezeichnung|Werk|Faktor|ME|gültig ab|Bemerkung")
	for i := range rows {
		line := Line{Number: i + 2}
		for j, text := range []string{fmt.Sprintf("%06d", i), fmt.Sprintf("IT-%d", i), "Dichtung, flach", "DE01", "1,5", "St.", "25.09.2026", "geprüft"} {
			line.Cells = append(line.Cells, Cell{Column: j + 1, Kind: CellText, Text: text, Raw: text})
		}
		lines = append(lines, line)
	}
	from, ask := memoryFile{sheets: []memorySheet{{name: "Items", lines: lines}}}, askOf(domain.ImportMapping)
	g, err := guess(b.Context(), from, ask)
	if err != nil || !g.Sure {
		b.Fatalf("%+v, %v", g, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		taken := 0
		if err := take(b.Context(), from, ask, g.Layout, func(e domain.ImportEntry) error {
			if !e.Spoilt() && e.Text(domain.FieldFactor) == "1.5" && e.Text(domain.FieldValidFrom) == "2026-09-25" {
				taken++
			}
			return nil
		}); err != nil || taken != rows {
			b.Fatalf("%d of %d rows, %v", taken, rows, err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
