package workbook

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// write writes the file below a folder and returns its path.
func (w *world) write(tb testing.TB, folder, name string) string {
	tb.Helper()
	if w.csv != nil {
		path := filepath.Join(folder, name+".csv")
		if err := os.WriteFile(path, w.text(tb), 0o600); err != nil {
			tb.Fatal(err)
		}
		return path
	}
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	styles := map[put]int{}
	for i, d := range w.sheets {
		if i == 0 {
			must(tb, f.SetSheetName("Sheet1", d.name))
		} else if _, err := f.NewSheet(d.name); err != nil {
			tb.Fatal(err)
		}
		w.draw(tb, f, d, styles)
	}
	for i, d := range w.sheets {
		if !d.hidden {
			f.SetActiveSheet(i)
		}
	}
	for _, d := range w.sheets {
		must(tb, f.SetSheetVisible(d.name, !d.hidden))
	}
	path := filepath.Join(folder, name+".xlsx")
	must(tb, f.SaveAs(path))
	return path
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// draw writes one sheet.
func (w *world) draw(tb testing.TB, f *excelize.File, d *drawn, styles map[put]int) {
	tb.Helper()
	for line, cells := range d.cells {
		for column, p := range cells {
			at := cellName(column, line)
			switch v := p.value.(type) {
			case string:
				if p.formula {
					must(tb, f.SetCellFormula(d.name, at, v))
				} else {
					must(tb, f.SetCellStr(d.name, at, v))
				}
			default:
				must(tb, f.SetCellValue(d.name, at, v))
			}
			if style := (put{format: p.format, fill: p.fill, struck: p.struck}); style != (put{}) {
				if _, made := styles[style]; !made {
					styles[style] = newStyle(tb, f, style)
				}
				must(tb, f.SetCellStyle(d.name, at, at, styles[style]))
			}
		}
	}
	for _, m := range d.merged {
		must(tb, f.MergeCell(d.name, cellName(m[0], m[1]), cellName(m[2], m[3])))
	}
	for _, line := range d.unseen {
		must(tb, f.SetRowVisible(d.name, line, false))
	}
}

func newStyle(tb testing.TB, f *excelize.File, p put) int {
	tb.Helper()
	style := &excelize.Style{}
	if p.format != "" {
		style.CustomNumFmt = &p.format
	}
	if p.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{p.fill}}
	}
	if p.struck {
		style.Font = &excelize.Font{Strike: true}
	}
	id, err := f.NewStyle(style)
	must(tb, err)
	return id
}

// text is the file as text.
func (w *world) text(tb testing.TB) []byte {
	tb.Helper()
	d := w.sheets[0]
	var out bytes.Buffer
	out.WriteString(w.csv.before)
	writer := csv.NewWriter(&out)
	writer.Comma, writer.UseCRLF = rune(w.csv.delimiter[0]), true
	lines := lineNumbers(d)
	begins := map[int]int{} // the line of the file in which a row begins: cells may have several
	for line := 1 + bytes.Count([]byte(w.csv.before), []byte("\n")); line <= lines[len(lines)-1]; line++ {
		record := make([]string, 8)
		for column, p := range d.cells[line] {
			record[column-1] = fmt.Sprint(p.value)
		}
		writer.Flush()
		begins[line] = 1 + bytes.Count(out.Bytes(), []byte("\n"))
		must(tb, writer.Write(record))
	}
	writer.Flush()
	for i := range w.want {
		w.want[i].line = begins[w.want[i].line]
	}
	for line, kind := range maps.Clone(w.left) {
		delete(w.left, line)
		w.left[begins[line]] = kind
	}
	switch w.csv.encoding {
	case "1252":
		if encoded, err := charmap.Windows1252.NewEncoder().Bytes(out.Bytes()); err == nil {
			return encoded
		}
	case "utf-16":
		encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(out.Bytes())
		must(tb, err)
		return encoded
	case "utf-8 bom":
		return append([]byte("\xEF\xBB\xBF"), out.Bytes()...)
	}
	return out.Bytes()
}

func lineNumbers(d *drawn) []int {
	var lines []int
	for line := range d.cells {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// verdict is what an oracle that knows what was written says of what was read.
type verdict struct {
	cells    int // that were looked at
	reported int // that were damaged, and named
	silent   []string
	wrong    []string // other faults: a clean cell that is complained of, a missing note
}

func (v *verdict) add(other verdict) {
	v.cells += other.cells
	v.reported += other.reported
	v.silent = append(v.silent, other.silent...)
	v.wrong = append(v.wrong, other.wrong...)
}

// read opens, guesses and takes a file, and judges what came of it.
func (w *world) read(tb testing.TB, path string) verdict {
	tb.Helper()
	file, err := Opener{}.Open(tb.Context(), path, filepath.Base(path))
	if err != nil {
		return verdict{wrong: []string{"it cannot be opened: " + err.Error()}}
	}
	defer file.Close() //nolint:errcheck // it was only read
	ask := askOf(w.kind)
	g, err := file.Guess(tb.Context(), ask)
	must(tb, err)
	if g.Sure == w.asks {
		return verdict{wrong: []string{fmt.Sprintf("sure is %v: %s; %s", g.Sure, g.Why, guessed(g))}}
	}
	if w.person != nil {
		w.person(&g.Layout)
	}
	var entries []domain.ImportEntry
	must(tb, file.Take(tb.Context(), ask, g.Layout, func(e domain.ImportEntry) error {
		entries = append(entries, e)
		return nil
	}))
	return w.judge(entries)
}

type place struct {
	sheet      string
	line, part int
}

// judge compares what was read with what was written.
func (w *world) judge(entries []domain.ImportEntry) verdict {
	var v verdict
	read := map[place]domain.ImportEntry{}
	for _, e := range entries {
		read[place{e.Sheet, e.Line, e.Part}] = e
	}
	for _, want := range w.want {
		at := place{want.sheet, want.line, want.part}
		e, has := read[at]
		delete(read, at)
		if !has || len(e.Cells) == 0 {
			v.silent = append(v.silent, fmt.Sprintf("row %v was lost", at))
			continue
		}
		v.ofRow(want, e)
	}
	for at, e := range read {
		left := len(e.Cells) == 0 && len(e.Notes) == 1 && w.left[e.Line] == e.Notes[0].Kind
		if !left && !e.Spoilt() {
			v.silent = append(v.silent, fmt.Sprintf("row %v was made up: %v %v", at, e.Cells, e.Notes))
		}
		if left {
			delete(w.left, e.Line)
		}
	}
	for line, kind := range w.left {
		v.wrong = append(v.wrong, fmt.Sprintf("row %d was not left out as %s", line, kind))
	}
	return v
}

// ofRow judges one row.
func (v *verdict) ofRow(want row, e domain.ImportEntry) {
	at := fmt.Sprintf("%s!%d.%d", e.Sheet, e.Line, e.Part)
	if want.wrong {
		if !e.Spoilt() {
			v.silent = append(v.silent, at+" belongs to another table")
		}
		return
	}
	if e.Plant != want.plant {
		v.silent = append(v.silent, fmt.Sprintf("%s is of plant %q, not %q", at, e.Plant, want.plant))
	}
	for _, kind := range want.notes {
		if !slices.ContainsFunc(e.Notes, func(n domain.ImportNote) bool { return n.Kind == kind }) {
			v.wrong = append(v.wrong, fmt.Sprintf("%s lacks the note %s: %v", at, kind, e.Notes))
		}
	}
	for field, meant := range want.cells {
		v.ofCell(e, field, meant)
	}
}

// ofCell judges one cell.
func (v *verdict) ofCell(e domain.ImportEntry, field domain.ImportField, meant truth) {
	v.cells++
	got := e.Text(field)
	var notes []domain.NoteKind
	for _, n := range e.Notes {
		if n.Cell == e.Cell(field) && n.Weight != domain.NoteHint {
			notes = append(notes, n.Kind)
		}
	}
	what := fmt.Sprintf("%s (%s) is %q, means %q, notes %v", e.Cell(field), field, got, meant.text, notes)
	switch {
	case got != meant.text && len(notes) == 0:
		v.silent = append(v.silent, what)
	case !meant.damaged && (got != meant.text || len(notes) > 0 && !onlyStruck(notes)):
		v.wrong = append(v.wrong, "a clean cell is complained of: "+what)
	case meant.kind != "" && !slices.Contains(notes, meant.kind):
		v.wrong = append(v.wrong, "the note "+string(meant.kind)+" is missing: "+what)
	case meant.damaged && len(notes) > 0:
		v.reported++
	}
}

func onlyStruck(notes []domain.NoteKind) bool {
	return len(notes) == 1 && (notes[0] == domain.NoteStruck || notes[0] == domain.NoteMerged)
}

// seeds is how many files are drawn; CROSSWALK_TEST_SEEDS says more.
func seeds(tb testing.TB, usual int) int {
	tb.Helper()
	if text := os.Getenv("CROSSWALK_TEST_SEEDS"); text != "" {
		n, err := strconv.Atoi(text)
		must(tb, err)
		return n
	}
	return usual
}

func shapeNames() []string {
	var names []string
	for name := range shapes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Workbooks as plants keep them: whatever their heads are called, in whatever order, and however their cells suffered, each cell is
// taken as it is meant, or there is a note that says that something is wrong with it.
func TestNothingIsMisreadSilently(t *testing.T) {
	t.Parallel()
	var all verdict
	folder, names := t.TempDir(), shapeNames()
	count := seeds(t, 6*len(names))
	for seed := range count {
		name := names[seed%len(names)]
		w := newWorld(uint64(seed), name)
		shapes()[name](w)
		path := w.write(t, folder, strconv.Itoa(seed))
		v := w.read(t, path)
		for _, fault := range slices.Concat(v.silent, v.wrong) {
			t.Errorf("seed %d, %s: %s", seed, name, fault)
		}
		must(t, os.Remove(path))
		all.add(v)
	}
	t.Logf("%d shapes, %d files: silent %d of %d cells; %d damaged ones were named", len(names), count, len(all.silent), all.cells, all.reported)
	if all.cells < 40*count || all.reported < 4*count {
		t.Errorf("only %d cells and %d damaged ones in %d files: the oracle looked away", all.cells, all.reported, count)
	}
}
