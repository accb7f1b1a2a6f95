package api_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// officeEdit is a cell that somebody edits in LibreOffice: of the row that has a code, in the column under a head.
type officeEdit struct{ code, head, text string }

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

// converted has LibreOffice open files and save them in another format, all in one go, with a profile of its own.
func converted(t *testing.T, office, kind, filter string, files []string) []string {
	t.Helper()
	folder := t.TempDir()
	arguments := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", kind + ":" + filter, "--outdir", folder}
	out, err := exec.CommandContext(t.Context(), office, append(arguments, files...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	var written []string
	for _, file := range files {
		path := filepath.Join(folder, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))+"."+kind)
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("LibreOffice did not write %s\n%s", path, out)
		}
		written = append(written, path)
	}
	return written
}

// flatCell is a cell, or several alike, of a flat XML workbook: where it stands in the file, and what it says.
type flatCell struct {
	from, to int64
	start    xml.StartElement
	text     string
	column   int // from 0
	times    int
}

// flatSheet reads the rows of a sheet of a flat XML workbook.
func flatSheet(t *testing.T, content []byte, sheet string) [][]flatCell {
	t.Helper()
	r := flatReader{decoder: xml.NewDecoder(bytes.NewReader(content)), sheet: sheet}
	for {
		at := r.decoder.InputOffset()
		token, err := r.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return r.rows
		}
		if err != nil {
			t.Fatal(err)
		}
		r.read(token, at)
	}
}

// flatReader is on its way through a flat XML workbook.
type flatReader struct {
	decoder *xml.Decoder
	sheet   string
	rows    [][]flatCell
	within  bool // the sheet
	cell    *flatCell
	aside   bool // in a note
}

func (r *flatReader) read(token xml.Token, at int64) {
	switch token := token.(type) {
	case xml.StartElement:
		r.begin(token.Copy(), at)
	case xml.EndElement:
		r.end(token.Name)
	case xml.CharData:
		if r.cell != nil && !r.aside {
			r.cell.text += strings.TrimSpace(string(token))
		}
	}
}

func (r *flatReader) begin(start xml.StartElement, at int64) {
	switch start.Name.Space + ":" + start.Name.Local {
	case "table:table":
		r.within = attribute(start, "name") == r.sheet
	case "table:table-row":
		if r.within {
			r.rows = append(r.rows, nil)
		}
	case "table:table-cell":
		if r.within {
			times, err := strconv.Atoi(attribute(start, "number-columns-repeated"))
			if err != nil {
				times = 1
			}
			r.cell = &flatCell{from: at, start: start, times: times}
		}
	case "office:annotation":
		r.aside = true
	}
}

func (r *flatReader) end(name xml.Name) {
	switch name.Space + ":" + name.Local {
	case "office:annotation":
		r.aside = false
	case "table:table":
		r.within = false
	case "table:table-cell":
		if r.cell == nil {
			return
		}
		r.cell.to = r.decoder.InputOffset()
		row := &r.rows[len(r.rows)-1]
		for _, before := range *row {
			r.cell.column += before.times
		}
		*row = append(*row, *r.cell)
		r.cell = nil
	}
}

func attribute(start xml.StartElement, local string) string {
	for _, a := range start.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// written is the cell with another text, and as it was for those columns beside that it stood for.
func (c flatCell) written(column int, text string) string {
	alike := func(times int) string {
		if times == 0 {
			return ""
		}
		return fmt.Sprintf(`<table:table-cell table:number-columns-repeated="%d"%s/>`, times, c.looks())
	}
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text))
	return alike(column-c.column) +
		`<table:table-cell office:value-type="string" calcext:value-type="string"` + c.looks() + `><text:p>` + escaped.String() + `</text:p></table:table-cell>` +
		alike(c.column+c.times-column-1)
}

// looks are what of a cell does not say its text.
func (c flatCell) looks() string {
	var looks strings.Builder
	for _, a := range c.start.Attr {
		if a.Name.Local == "style-name" || a.Name.Local == "content-validation-name" {
			fmt.Fprintf(&looks, ` %s:%s="%s"`, a.Name.Space, a.Name.Local, a.Value)
		}
	}
	return looks.String()
}

// editFlat edits a cell of a sheet whose rows are named under a head.
func editFlat(t *testing.T, path, sheet, named string, edit officeEdit) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows := flatSheet(t, content, sheet)
	if len(rows) == 0 {
		t.Fatalf("there is no sheet %s", sheet)
	}
	under := func(head string) int {
		at := slices.IndexFunc(rows[0], func(c flatCell) bool { return c.text == head })
		if at < 0 {
			t.Fatalf("there is no column %s in %+v", head, rows[0])
		}
		return rows[0][at].column
	}
	code, column := under(named), under(edit.head)
	for _, row := range rows[1:] {
		if cell, found := cellAt(row, code); found && cell.text == edit.code {
			cell, _ = cellAt(row, column)
			content = slices.Concat(content[:cell.from], []byte(cell.written(column, edit.text)), content[cell.to:])
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no row of the code %s", edit.code)
}

func cellAt(row []flatCell, column int) (flatCell, bool) {
	at := slices.IndexFunc(row, func(c flatCell) bool { return c.column <= column && column < c.column+c.times })
	if at < 0 {
		return flatCell{}, false
	}
	return row[at], true
}
