package workbook

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// What LibreOffice writes is read as what Excel writes: each shape is drawn, opened and saved by it, and judged by the same oracle.
func TestNothingThatLibreOfficeWroteIsMisreadSilently(t *testing.T) {
	t.Parallel()
	office := libreOffice(t)
	drawn, written := t.TempDir(), t.TempDir()
	names := shapeNames()
	worlds := map[string]*world{}
	files := map[string][]string{}
	for seed := range seeds(t, len(names)) {
		name := names[seed%len(names)]
		w := newWorld(uint64(seed), name)
		shapes()[name](w)
		base := fmt.Sprintf("%04d", seed)
		path, kind := w.forOffice(t, drawn, base)
		files[kind] = append(files[kind], path)
		worlds[filepath.Join(written, base+".xlsx")] = w
	}
	convert(t, office, written, nil, files["xlsx"])
	// semicolons, quotes, UTF-8, from the first line, and what is quoted stays text
	convert(t, office, written, []string{"--infilter=CSV:59,34,76,1,,0,true"}, files["csv"])
	var all verdict
	for path, w := range worlds {
		v := w.read(t, path)
		for _, fault := range slices.Concat(v.silent, v.wrong) {
			t.Errorf("%s: %s", filepath.Base(path), fault)
		}
		all.add(v)
	}
	t.Logf("%d shapes, %d files written by LibreOffice: silent %d of %d cells; %d damaged ones were named", len(names), len(worlds), len(all.silent), all.cells, all.reported)
	if all.cells < 50*len(worlds) || all.reported < 3*len(worlds) {
		t.Errorf("only %d cells and %d damaged ones in %d files: the oracle looked away", all.cells, all.reported, len(worlds))
	}
}

// libreOffice is the program, without which the test is left out, or fails where it is required.
func libreOffice(t *testing.T) string {
	t.Helper()
	office := os.Getenv("CROSSWALK_TEST_OFFICE")
	if office == "" {
		if os.Getenv("CROSSWALK_TEST_REQUIRE_OFFICE") == "1" {
			t.Fatal("CROSSWALK_TEST_OFFICE does not name LibreOffice: run this by test/office.sh")
		}
		t.Skip("CROSSWALK_TEST_OFFICE names no LibreOffice")
	}
	return office
}

// A text file that somebody opened and saved as a workbook: what that did to the codes is named. Leading zeros are missed
// only by who knows other codes; a plus before a number, commas between
// thousands, and a formula that gives a code, leave no trace.
func TestCodesThatLibreOfficeSpoiltAreNamed(t *testing.T) {
	t.Parallel()
	office := libreOffice(t)
	codes := []string{
		"4711-C", "000123", "22E1", "1E5", "12345678901234567", "6-10", "2026-10-06", "06/10/2026", "1/2", "TRUE", "12:30", "50%", "AB-1", "-5", "6.10", "6.1", "(5)", "'007",
		"$5", "1E-3", "10/26", "Oct 26", "12E34", "000000", "1e5", ".5", "1 234", "0x1F", "#N/A",
	}
	folder, written := t.TempDir(), t.TempDir()
	var text strings.Builder
	text.WriteString("Item No.;Canonical code\n")
	for _, code := range codes {
		text.WriteString(code + ";IT-1\n")
	}
	path := filepath.Join(folder, "codes.csv")
	must(t, os.WriteFile(path, []byte(text.String()), 0o600))
	convert(t, office, written, []string{"--infilter=CSV:59,34,76,1,,0,false,true"}, []string{path})
	w := newWorld(1, "codes")
	for i, code := range codes {
		shown := code
		if onlyDigits(code) && len(code) <= 15 {
			shown = cmp.Or(strings.TrimLeft(code, "0"), "0")
		}
		w.want = append(w.want, row{sheet: "codes", line: 2 + i, cells: map[domain.ImportField]truth{domain.FieldCode: {text: shown, damaged: true}}})
	}
	v := w.read(t, filepath.Join(written, "codes.xlsx"))
	for _, fault := range slices.Concat(v.silent, v.wrong) {
		t.Error(fault)
	}
	t.Logf("%d of %d codes were spoilt and named", v.reported, v.cells)
}

// forOffice writes the file for LibreOffice: a text file with every cell in quotation marks, so that none is taken for a number.
func (w *world) forOffice(tb testing.TB, folder, name string) (path, kind string) {
	tb.Helper()
	if w.csv == nil {
		return w.write(tb, folder, name), "xlsx"
	}
	d := w.sheets[0]
	w.csv = nil
	d.name = name // LibreOffice calls the sheet as the file
	for i := range w.want {
		w.want[i].sheet = name
	}
	lines := lineNumbers(d)
	var text strings.Builder
	for line := 1; line <= lines[len(lines)-1]; line++ {
		for column := 1; column <= 8; column++ {
			if p, has := d.cells[line][column]; has {
				text.WriteString(`"` + strings.ReplaceAll(fmt.Sprint(p.value), `"`, `""`) + `"`)
			}
			text.WriteByte(';')
		}
		text.WriteByte('\n')
	}
	path = filepath.Join(folder, name+".csv")
	must(tb, os.WriteFile(path, []byte(text.String()), 0o600))
	return path, "csv"
}

// convert has LibreOffice write files anew as workbooks, all in one go, with a profile of its own.
func convert(t *testing.T, office, folder string, options, files []string) {
	t.Helper()
	arguments := append([]string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder}, options...)
	out, err := exec.CommandContext(t.Context(), office, append(arguments, files...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	for _, file := range files {
		written := filepath.Join(folder, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))+".xlsx")
		if _, err := os.Stat(written); err != nil {
			t.Fatalf("LibreOffice did not write %s\n%s", written, out)
		}
	}
}
