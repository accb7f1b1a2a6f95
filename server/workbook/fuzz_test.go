package workbook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

// fuzzLimits are small, so that whatever breaks them is found.
func fuzzLimits() workbook.BookLimits {
	l := workbook.DefaultBookLimits()
	l.Bytes, l.Part, l.Unpacked, l.Small, l.Strings, l.SharedMemory = 1<<20, 4<<20, 8<<20, 1<<20, 1_000, 256
	l.Rows, l.Columns, l.CellBytes, l.Merged, l.Sheets = 500, 40, 1_000, 5_000, 5
	return l
}

// holdsItsPromises opens a file and reads all of it: every refusal is a sentence, rows rise, cells are in order, within the
// limits and valid text, and a second reading gives the same.
func holdsItsPromises(t *testing.T, content []byte) {
	t.Helper()
	limits := fuzzLimits()
	path := filepath.Join(t.TempDir(), "upload")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := workbook.OpenBook(context.Background(), path, "plant.xlsx", limits)
	if refused(t, err) {
		return
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	book.Mark()
	for _, sheet := range book.Sheets() {
		first, err := readAll(t, book, sheet.Name, limits)
		refused(t, err)
		if second, _ := readAll(t, book, sheet.Name, limits); err == nil && first != second {
			t.Errorf("read twice: %q, then %q", first, second)
		}
	}
}

// refused tells whether a file was refused, and holds the refusal to its form.
func refused(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && (domain.ErrorCode(err) != domain.CodeImportInvalid || !utf8.ValidString(err.Error()) || len(err.Error()) > 2_000) {
		t.Fatalf("refused with %q", err)
	}
	return err != nil
}

// readAll reads a sheet. Two sheets of one name give the first twice.
func readAll(t *testing.T, book *workbook.Book, sheet string, limits workbook.BookLimits) (string, error) {
	t.Helper()
	var all strings.Builder
	rows, last := 0, 0
	err := book.Lines(context.Background(), sheet, 1, func(l workbook.Line) error {
		rows++
		column := 0
		if l.Number <= last || rows > limits.Rows || len(l.Cells) == 0 {
			return fmt.Errorf("row %d with %d cells follows row %d", l.Number, len(l.Cells), last)
		}
		last = l.Number
		for _, c := range l.Cells {
			if c.Column <= column || c.Column > limits.Columns || len(c.Text) > 4*limits.CellBytes || !utf8.ValidString(c.Text+c.Raw) {
				return fmt.Errorf("cell %+v follows column %d", c, column)
			}
			if c.Text == "" && !c.NoValue {
				return errors.New("a blank cell")
			}
			column = c.Column
			fmt.Fprintf(&all, "%d %d %s %s\n", l.Number, c.Column, c.Text, c.Raw)
		}
		return nil
	})
	return all.String(), err
}

// fuzzSheets are sheets with something of everything.
func fuzzSheets() []string {
	return []string{
		`<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>A1</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
		`<sheetData><row><c t="inlineStr"><is><r><rPr><strike/></rPr><t xml:space="preserve"> a_x000A_ </t></r><rPh><t>x</t></rPh></is></c></row></sheetData>`,
		`<sheetData><row r="2" hidden="1"><c r="C2" s="1"><v>1.5E+3</v></c><c r="B2" t="b"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="d"><v>2025-12-09</v></c></row></sheetData>`,
		`<!-- x --><sheetData><?y?><row r="7"><c r="A7" t="str"><f>1</f><v><![CDATA[<]]>&#65;&amp;</v></c></row></sheetData>`,
		`<sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 30) + `</sheetData>`,
	}
}

func FuzzSheetXML(f *testing.F) {
	for _, sheet := range fuzzSheets() {
		f.Add(sheet, `<sst><si><t>code</t></si></sst>`, `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`)
	}
	f.Fuzz(func(t *testing.T, sheet, texts, styles string) {
		holdsItsPromises(t, packed(t, parts(sheet, "xl/sharedStrings.xml", texts, "xl/styles.xml", styles)))
	})
}

func FuzzOpenXLSX(f *testing.F) {
	for _, sheet := range fuzzSheets() {
		f.Add(packed(f, parts(sheet)))
	}
	f.Add(ole("Workbook")[:4096])
	f.Add(packed(f, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
	f.Fuzz(func(t *testing.T, content []byte) {
		if !bytes.HasPrefix(content, []byte("PK")) {
			content = append([]byte("PK\x03\x04"), content...)
		}
		holdsItsPromises(t, content)
	})
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"code;canonical\n1;2\n", "\xFF\xFEc\x00;\x00d\x00", "code,canonical\n\"a\nb\",c\n", "sep=|\ncode|erp\n|\n", "a;3/8\"\r\"x\" ;y", "\xEF\xBB\xBFa\tb", "\xB9;\xBF\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		holdsItsPromises(t, content)
	})
}
