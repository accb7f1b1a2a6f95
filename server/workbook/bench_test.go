package workbook_test

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// largeCell is the text of a large sheet's cell: codes that all differ, words that come again.
func largeCell(row, column int) string {
	switch column {
	case 0:
		return fmt.Sprintf("%08d", row)
	case 1:
		return fmt.Sprintf("ITM-%06d", row*7919%1_000_000)
	case 2:
		return fmt.Sprintf("Hexagon screw M%d x %d", row%24, row%180)
	case 3, 4:
		return [...]string{"DE01", "DE02", "PL01"}[row%3]
	case 5:
		return [...]string{"PCE", "KGM", "MTR"}[row%3]
	default:
		return fmt.Sprint(row % 100)
	}
}

// largeSheet writes a workbook as Excel does, its texts shared, or as programs do, with each text in its cell.
func largeSheet(t testing.TB, path string, rows int, shared bool) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	all := parts("")
	delete(all, "xl/worksheets/sheet1.xml")
	delete(all, "xl/sharedStrings.xml")
	for name, content := range all {
		write(t, archive, name, func(w *bufio.Writer) { _, _ = w.WriteString(content) })
	}
	known := map[string]int{}
	var order []string
	write(t, archive, "xl/worksheets/sheet1.xml", func(w *bufio.Writer) {
		_, _ = fmt.Fprintf(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:H%d"/><sheetData>`, rows)
		for row := 1; row <= rows; row++ {
			_, _ = fmt.Fprintf(w, `<row r="%d" spans="1:8">`, row)
			for column := range 8 {
				text := largeCell(row, column)
				ref := string(rune('A'+column)) + fmt.Sprint(row)
				switch {
				case column >= 6:
					_, _ = fmt.Fprintf(w, `<c r="%s" s="0"><v>%s</v></c>`, ref, text)
				case shared:
					number, ok := known[text]
					if !ok {
						number = len(order)
						known[text] = number
						order = append(order, text)
					}
					_, _ = fmt.Fprintf(w, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, number)
				default:
					_, _ = fmt.Fprintf(w, `<c r="%s" s="0" t="inlineStr"><is><t>%s</t></is></c>`, ref, text)
				}
			}
			_, _ = w.WriteString(`</row>`)
		}
		_, _ = w.WriteString(`</sheetData></worksheet>`)
	})
	write(t, archive, "xl/sharedStrings.xml", func(w *bufio.Writer) {
		_, _ = w.WriteString(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
		for _, text := range order {
			_, _ = fmt.Fprintf(w, `<si><t>%s</t></si>`, text)
		}
		_, _ = w.WriteString(`</sst>`)
	})
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, archive *zip.Writer, name string, fill func(*bufio.Writer)) {
	t.Helper()
	part, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(part, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

// readLarge reads a large sheet and holds every cell to what was written.
func readLarge(t testing.TB, path string, rows int) {
	t.Helper()
	book, err := workbook.OpenBook(context.Background(), path, "large.xlsx", workbook.DefaultBookLimits())
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	err = book.Lines(context.Background(), "Items", 1, func(l workbook.Line) error {
		read++
		if l.Number != read || len(l.Cells) != 8 {
			return fmt.Errorf("row %d has %d cells where row %d was due", l.Number, len(l.Cells), read)
		}
		if at := read % 8; read%97 == 0 && l.Cells[at].Text != largeCell(read, at) {
			return fmt.Errorf("row %d: %q", read, l.Cells[at].Text)
		}
		return nil
	})
	if err != nil || read != rows {
		t.Fatalf("%d rows, %v", read, err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkReadXLSX(b *testing.B) {
	const rows = 100_000
	for _, kind := range []string{"inline", "shared"} {
		path := filepath.Join(b.TempDir(), kind+".xlsx")
		largeSheet(b, path, rows, kind == "shared")
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readLarge(b, path, rows)
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(kind+"/excelize", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readExcelize(b, path, rows)
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkReadCSV(b *testing.B) {
	const rows = 100_000
	path := filepath.Join(b.TempDir(), "large.csv")
	var file strings.Builder
	for row := 1; row <= rows; row++ {
		for column := range 8 {
			file.WriteString(largeCell(row, column) + ";")
		}
		file.WriteString("\r\n")
	}
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		book, err := workbook.OpenBook(context.Background(), path, "large.csv", workbook.DefaultBookLimits())
		if err != nil {
			b.Fatal(err)
		}
		read := 0
		if err := book.Lines(context.Background(), "", 1, func(workbook.Line) error { read++; return nil }); err != nil || read != rows {
			b.Fatalf("%d rows, %v", read, err)
		}
		if err := book.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// readExcelize reads the same with the library that writes our workbooks, as the figure to stand beside.
func readExcelize(b *testing.B, path string, rows int) {
	b.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	iterator, err := file.Rows("Items")
	if err != nil {
		b.Fatal(err)
	}
	read := 0
	for iterator.Next() {
		if _, err := iterator.Columns(); err != nil {
			b.Fatal(err)
		}
		read++
	}
	if read != rows {
		b.Fatalf("%d rows", read)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

// TestAMillionRows prints what a million rows cost; it runs when CROSSWALK_TEST_ROWS says how many.
func TestAMillionRows(t *testing.T) {
	t.Parallel()
	if os.Getenv("CROSSWALK_TEST_ROWS") == "" {
		t.Skip("CROSSWALK_TEST_ROWS is not set")
	}
	var rows int
	if _, err := fmt.Sscan(os.Getenv("CROSSWALK_TEST_ROWS"), &rows); err != nil {
		t.Fatal(err)
	}
	path := os.Getenv("CROSSWALK_TEST_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "large.xlsx")
	}
	if _, err := os.Stat(path); err != nil {
		largeSheet(t, path, rows, true)
		runtime.GC()
		debug.FreeOSMemory()
	}
	readLarge(t, path, rows)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("this system does not tell the memory of a process")
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM") || strings.HasPrefix(line, "VmRSS") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
