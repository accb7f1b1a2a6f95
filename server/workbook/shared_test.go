package workbook_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// TestSharedTextsAreFoundWhereverTheyLie has cells name texts forwards, backwards and at random, kept in memory and in a file.
func TestSharedTextsAreFoundWhereverTheyLie(t *testing.T) {
	const texts, rows = 5_000, 20_000
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	text := func(number int) string { return fmt.Sprintf("%d-%s", number, strings.Repeat("ä", number%40)) }
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // reproducible
	number := func(row int) int {
		switch {
		case row <= texts:
			return row - 1
		case row <= 2*texts:
			return 2*texts - row
		default:
			return random.IntN(texts)
		}
	}
	var table, sheet strings.Builder
	for i := range texts {
		fmt.Fprintf(&table, `<si><t>%s</t></si>`, text(i))
	}
	named := make([]int, rows+1)
	for row := 1; row <= rows; row++ {
		named[row] = number(row)
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>`, row, row, named[row])
	}
	content := sheetOf(t, sheet.String(), "xl/sharedStrings.xml", "<sst>"+table.String()+"</sst>")
	for name, memory := range map[string]int{"in memory": 1 << 20, "in a file": 1 << 10} {
		limits := workbook.DefaultBookLimits()
		limits.SharedMemory = memory
		path := filepath.Join(dir, "upload")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		book, err := workbook.OpenBook(t.Context(), path, "plant.xlsx", limits)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines(t, book, "Items") {
			if got := l.Cells[0].Text; got != text(named[l.Number]) {
				t.Fatalf("%s: row %d says %q, want %q", name, l.Number, got, text(named[l.Number]))
			}
		}
		kept, _ := filepath.Glob(filepath.Join(dir, "crosswalk-*"))
		if (len(kept) == 1) != (memory == 1<<10) {
			t.Errorf("%s: temporary files %q", name, kept)
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "crosswalk-*")); len(kept) > 0 {
			t.Errorf("%s: %q is left behind", name, kept)
		}
	}
}

func TestTheSheetsOfAWorkbook(t *testing.T) {
	t.Parallel()
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(file.SetSheetName("Sheet1", "DE01 & co"))
	must(file.SetCellStr("DE01 & co", "C7", "4711"))
	must(file.SetSheetDimension("DE01 & co", "A1:C7"))
	for _, name := range []string{"Old", "_crosswalk", "_crosswalk_lists"} {
		_, err := file.NewSheet(name)
		must(err)
		must(file.SetSheetVisible(name, false, name != "Old"))
	}
	rows := [][2]string{
		{"crosswalk", "1"}, {"kind", "mapping"}, {"system", "mes-de01"}, {"domain", "item"}, {"exported_at", "5"}, {"layout", `{"sheet":"DE01 & co","header_row":7,`},
		{"layout", `"columns":[{"column":3,"header":"4711","field":"code"}]}`},
	}
	for i, row := range rows {
		must(file.SetSheetRow("_crosswalk", fmt.Sprintf("A%d", i+1), &[]string{row[0], row[1]}))
	}
	path := filepath.Join(t.TempDir(), "ours.xlsx")
	must(file.SaveAs(path))
	content, err := os.ReadFile(path)
	must(err)
	book := mustOpen(t, content)
	if got, want := fmt.Sprint(book.Sheets()), fmt.Sprint([]intake.Sheet{{Name: "DE01 & co", Rows: 7, Columns: 3}, {Name: "Old", Hidden: true}}); got != want {
		t.Errorf("sheets %s, want %s", got, want)
	}
	mark, ok := book.Mark()
	if !ok || mark.Kind != domain.ImportMapping || mark.System != "mes-de01" || mark.ExportedAt != 5 || mark.Layout.Columns[0].Field != domain.FieldCode {
		t.Errorf("mark %+v, %v", mark, ok)
	}
	if _, ok := book.TextForm(); ok {
		t.Error("a workbook is taken for a text file")
	}
	if err := book.ReadAs(workbook.TextForm{Delimiter: ";"}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"_crosswalk", "_crosswalk_lists"} {
		if err := book.Lines(t.Context(), name, 1, func(workbook.Line) error { return nil }); domain.ErrorCode(err) != domain.CodeImportInvalid {
			t.Errorf("%s is read: %v", name, err)
		}
	}
	if got := seen(lines(t, book, "DE01 & co")); got != "7: C=4711\n" {
		t.Errorf("%q", got)
	}
}

func TestWhatColoursAre(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ fill, want string }{
		"red":               {`<patternFill patternType="solid"><fgColor rgb="FFFF0000"/><bgColor rgb="FF00FF00"/></patternFill>`, "FFFF0000"},
		"without alpha":     {`<patternFill patternType="solid"><fgColor rgb="FF0000"/></patternFill>`, "FFFF0000"},
		"white":             {`<patternFill patternType="solid"><fgColor rgb="FFFFFFFF"/></patternFill>`, ""},
		"of the theme":      {`<patternFill patternType="solid"><fgColor theme="4"/></patternFill>`, "theme 4"},
		"a lighter one":     {`<patternFill patternType="solid"><fgColor theme="4" tint="0.5999938962981048"/></patternFill>`, "theme 4 0.60"},
		"white of a theme":  {`<patternFill patternType="solid"><fgColor theme="0"/></patternFill>`, ""},
		"of the palette":    {`<patternFill patternType="solid"><fgColor indexed="10"/></patternFill>`, "indexed 10"},
		"of the system":     {`<patternFill patternType="solid"><fgColor indexed="64"/></patternFill>`, ""},
		"none":              {`<patternFill patternType="none"><fgColor rgb="FFFF0000"/></patternFill>`, ""},
		"between two":       {`<gradientFill><stop position="0"><color rgb="FFFF0000"/></stop><stop position="1"><color rgb="FF00FF00"/></stop></gradientFill>`, "FFFF0000"},
		"none that is said": {``, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			styles := `<styleSheet><fills><fill>` + tt.fill + `</fill></fills><cellXfs><xf numFmtId="0" fillId="0"/></cellXfs></styleSheet>`
			read := lines(t, mustOpen(t, sheetOf(t, `<row r="1"><c r="A1" s="0"><v>1</v></c></row>`, "xl/styles.xml", styles)), "Items")
			if got := read[0].Cells[0].Fill; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestASheetMayBeginWithBlankRows has more blank rows than are looked at when a file is opened.
func TestASheetMayBeginWithBlankRows(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat(`<row><c s="0"/></row>`, 100_001) + `<row><c><v>4711</v></c></row>`
	if got := seen(lines(t, mustOpen(t, sheetOf(t, rows)), "Items")); got != "100002: A=4711\n" {
		t.Errorf("%q", got)
	}
}
