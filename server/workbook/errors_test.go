package workbook_test

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/workbook"
)

const (
	red   = "FFC8CF"
	amber = "FFE8A3"
)

// leadsFile is a workbook as a plant lead makes it: a title, heads in the third row, a padded number, a code that became a date, a
// formula, a note, a hidden row, and another sheet.
func leadsFile(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", "Zuordnung"))
	padded, pad := must(f.NewStyle(&excelize.Style{CustomNumFmt: ptr("00000000"), Font: &excelize.Font{Bold: true}}))(t), "Zuordnung"
	date := must(f.NewStyle(&excelize.Style{NumFmt: 14}))(t)
	for cell, value := range map[string]any{
		"A1": "Codes of Stuttgart", "A3": "Code", "B3": "Ziel", "C3": "Menge", "A4": 12345, "B4": "IT-1", "A5": 46000, "B5": "IT-2", "C5": 12.5,
		"A6": "S-3", "B6": "=IT", "A7": "S-4", "B7": "IT-4",
	} {
		check(f.SetCellValue(pad, cell, value))
	}
	check(f.SetCellStyle(pad, "A4", "A4", padded))
	check(f.SetCellStyle(pad, "A5", "A5", date))
	check(f.SetCellFormula(pad, "C6", "1+1"))
	check(f.SetColWidth(pad, "B", "B", 33))
	check(f.SetRowVisible(pad, 7, false))
	check(f.AddComment(pad, excelize.Comment{Cell: "B5", Author: "Petra", Text: "as agreed"}))
	must(f.NewSheet("Notizen"))(t)
	check(f.SetCellStr("Notizen", "B2", "do not lose me"))
	path := filepath.Join(t.TempDir(), "codes.xlsx")
	check(f.SaveAs(path))
	check(f.Close())
	return path
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ptr[T any](v T) *T { return &v }

func leadsLayout() domain.ImportLayout {
	return domain.ImportLayout{Sheet: "Zuordnung", HeaderRow: 3, HeaderRows: 1, Decimal: ",", DateOrder: "dmy", Columns: []domain.ImportColumn{
		{Column: 1, Header: "Code", Field: domain.FieldCode}, {Column: 2, Header: "Ziel", Field: domain.FieldTarget},
	}}
}

// leadsRows are what was found in it: one row is new, one wrong at two cells, one in conflict, one new.
func leadsRows() []domain.ImportRow {
	return []domain.ImportRow{
		{Sheet: "Zuordnung", Line: 4, Status: domain.ImportNew},
		{Sheet: "Zuordnung", Line: 5, Status: domain.ImportWrong, Message: "two things are wrong", Notes: []domain.ImportNote{
			{Cell: "Zuordnung!A5", Kind: domain.NoteDateCode, Weight: domain.NoteWrong, Message: "the code became a date"},
			{Cell: "Zuordnung!B5", Kind: domain.NoteUnknownTarget, Weight: domain.NoteWrong, Message: "nobody knows IT-2", Suggestion: "IT-20"},
			{Cell: "Zuordnung!C5", Kind: domain.NoteSpace, Weight: domain.NoteHint, Message: "blanks were left out"},
		}},
		{Sheet: "Zuordnung", Line: 6, Status: domain.ImportSame, Message: "it is so already"},
		{Sheet: "Zuordnung", Line: 6, Part: 1, Status: domain.ImportConflict, Message: "somebody else says IT-9", Notes: []domain.ImportNote{
			{Cell: "Zuordnung!B6", Kind: domain.NoteStale, Weight: domain.NoteSuggest, Message: "somebody else says IT-9"},
		}},
		{Sheet: "Zuordnung", Line: 7, Status: domain.ImportSame},
	}
}

func rowsOf(rows []domain.ImportRow) iter.Seq2[domain.ImportRow, error] {
	return func(yield func(domain.ImportRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func faultyOf(path string, layout domain.ImportLayout, rows []domain.ImportRow) intake.Faulty {
	return intake.Faulty{
		Path: path, Name: filepath.Base(path), Rows: rowsOf(rows),
		Mark: intake.Mark{Kind: domain.ImportMapping, System: "mes", Domain: "item", Import: domain.ID{1, 15: 2}, Source: "ab", ExportedAt: 5, Layout: layout},
	}
}

// marked writes an error workbook and returns where it is.
func marked(t testing.TB, writer workbook.Writer, faulty intake.Faulty) string {
	t.Helper()
	var out bytes.Buffer
	if err := writer.Errors(t.Context(), &out, faulty); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "codes-errors.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func excelFile(t testing.TB, path string) *excelize.File {
	t.Helper()
	f := must(excelize.OpenFile(path))(t)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// fill is the colour behind a cell.
func fill(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	style := must(f.GetStyle(must(f.GetCellStyle(sheet, cell))(t)))(t)
	return strings.Join(style.Fill.Color, " ")
}

// column is what stands in a column from the third row on.
func column(t testing.TB, f *excelize.File, sheet, name string) []string {
	t.Helper()
	var texts []string
	for line := 3; line <= 7; line++ {
		texts = append(texts, must(f.GetCellValue(sheet, name+strconv.Itoa(line)))(t))
	}
	return texts
}

// ways are the two in which an error workbook is made.
func ways() map[string]workbook.Writer {
	return map[string]workbook.Writer{"edited": {}, "written anew": {EditRows: 1}}
}

func TestAnErrorWorkbookSaysWhatWasFound(t *testing.T) {
	t.Parallel()
	for phrase, writer := range ways() {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			f := excelFile(t, marked(t, writer, faultyOf(leadsFile(t), leadsLayout(), leadsRows())))
			if got, want := column(t, f, "Zuordnung", "D"), []string{"Crosswalk: Status", "New", "Wrong", "Conflict", "Same"}; !slices.Equal(got, want) {
				t.Errorf("statuses %q", got)
			}
			want := []string{
				"Crosswalk: Reason", "", "two things are wrong\nA5: the code became a date\nB5: nobody knows IT-2 (suggestion: IT-20)",
				"it is so already\nB6: somebody else says IT-9", "",
			}
			if got := column(t, f, "Zuordnung", "E"); !slices.Equal(got, want) {
				t.Errorf("reasons %q", got)
			}
			for cell, want := range map[string]string{"A4": "", "D4": "", "A5": red, "B5": red, "C5": "", "D5": red, "B6": amber, "D6": amber, "D7": ""} {
				if got := fill(t, f, "Zuordnung", cell); got != want {
					t.Errorf("%s is coloured %q, want %q", cell, got, want)
				}
			}
			if got := must(f.GetCellValue("Notizen", "B2"))(t); got != "do not lose me" {
				t.Errorf("the other sheet says %q", got)
			}
		})
	}
}

func TestASmallErrorWorkbookStaysTheLeadsOwn(t *testing.T) {
	t.Parallel()
	f := excelFile(t, marked(t, workbook.Writer{}, faultyOf(leadsFile(t), leadsLayout(), leadsRows())))
	if got := must(f.GetCellFormula("Zuordnung", "C6"))(t); got != "1+1" {
		t.Errorf("the formula is %q", got)
	}
	if got := must(f.GetColWidth("Zuordnung", "B"))(t); got != 33 {
		t.Errorf("a column is %v wide", got)
	}
	if must(f.GetRowVisible("Zuordnung", 7))(t) {
		t.Error("a hidden row is shown")
	}
	if got := must(f.GetCellValue("Zuordnung", "A4"))(t); got != "00012345" {
		t.Errorf("the padded number shows %q", got)
	}
	style := must(f.GetStyle(must(f.GetCellStyle("Zuordnung", "A5"))(t)))(t)
	if style.NumFmt != 14 {
		t.Errorf("the coloured cell has lost its format: %+v", style)
	}
	notes := map[string]string{}
	for _, note := range must(f.GetComments("Zuordnung"))(t) {
		notes[note.Cell] = note.Author + " says " + note.Text
	}
	want := map[string]string{
		"A5": "Crosswalk says Crosswalk: the code became a date", "B5": "Petra says as agreed", "B6": "Crosswalk says Crosswalk: somebody else says IT-9",
	}
	if !reflect.DeepEqual(notes, want) {
		t.Errorf("notes %q", notes)
	}
}

func TestAnErrorWorkbookComesBack(t *testing.T) {
	t.Parallel()
	for phrase, writer := range ways() {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			original := leadsFile(t)
			first := marked(t, writer, faultyOf(original, leadsLayout(), leadsRows()))
			mark := markIn(t, first)
			if mark.Import != (domain.ID{1, 15: 2}) || mark.Source != "ab" || mark.Layout.HeaderRow != 3 || len(mark.Layout.Columns) != 4 {
				t.Fatalf("the mark is %+v", mark)
			}
			if had, has := dataCells(t, original, 3), dataCells(t, first, 3); !reflect.DeepEqual(had, has) {
				t.Errorf("the cells were\n%v\nand are\n%v", had, has)
			}
			// The lead mends one cell; the second time all is well.
			mended := excelFile(t, first)
			forgetAuthors(t, mended)
			if err := mended.SetCellStr("Zuordnung", "A5", "S-2"); err != nil {
				t.Fatal(err)
			}
			if err := mended.Save(); err != nil {
				t.Fatal(err)
			}
			well := leadsRows()
			for i := range well {
				well[i] = domain.ImportRow{Sheet: well[i].Sheet, Line: well[i].Line, Status: domain.ImportSame}
			}
			second := excelFile(t, marked(t, writer, faultyOf(first, mark.Layout, well)))
			checkTidy(t, second)
		})
	}
}

// forgetAuthors writes the notes again without their authors, as LibreOffice does.
func forgetAuthors(t *testing.T, f *excelize.File) {
	t.Helper()
	for _, note := range must(f.GetComments("Zuordnung"))(t) {
		if err := f.DeleteComment("Zuordnung", note.Cell); err != nil {
			t.Fatal(err)
		}
		note.Author = ""
		if err := f.AddComment("Zuordnung", note); err != nil {
			t.Fatal(err)
		}
	}
}

// checkTidy looks for what an earlier error workbook left behind.
func checkTidy(t *testing.T, f *excelize.File) {
	t.Helper()
	if got, want := column(t, f, "Zuordnung", "D"), []string{"Crosswalk: Status", "Same", "Same", "Same", "Same"}; !slices.Equal(got, want) {
		t.Errorf("statuses %q", got)
	}
	if got := column(t, f, "Zuordnung", "F"); strings.Join(got, "") != "" {
		t.Errorf("a further column says %q", got)
	}
	for _, cell := range []string{"A5", "B5", "B6", "D5", "D6"} {
		if got := fill(t, f, "Zuordnung", cell); got != "" {
			t.Errorf("%s is still coloured %q", cell, got)
		}
	}
	for _, note := range must(f.GetComments("Zuordnung"))(t) {
		if strings.HasPrefix(note.Text, "Crosswalk") && !strings.Contains(note.Text, "anew") {
			t.Errorf("%s still has the note %q", note.Cell, note.Text)
		}
	}
	if sheets := f.GetSheetList(); !slices.Equal(sheets, []string{"Zuordnung", "Notizen", "_crosswalk"}) {
		t.Errorf("the sheets are %q", sheets)
	}
}

func book(t testing.TB, path string) *workbook.Book {
	t.Helper()
	b := must(workbook.OpenBook(t.Context(), path, filepath.Base(path), workbook.DefaultBookLimits()))(t)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func markIn(t testing.TB, path string) intake.Mark {
	t.Helper()
	mark, ok := book(t, path).Mark()
	if !ok {
		t.Fatal("the file has no mark")
	}
	return mark
}

// dataCells are what the reader takes from the first columns of the first sheet: kind, text and whether the row is hidden. A
// formula without a value is something wrong in one way or another.
func dataCells(t testing.TB, path string, columns int) map[string]string {
	t.Helper()
	cells, b := map[string]string{}, book(t, path)
	err := b.Lines(t.Context(), b.Sheets()[0].Name, 1, func(line workbook.Line) error {
		for _, c := range line.Cells {
			if c.Column > columns {
				continue
			}
			place := must(excelize.CoordinatesToCellName(c.Column, line.Number))(t)
			cells[place] = strconv.Itoa(int(c.Kind)) + " " + c.Text + " " + c.Raw + " " + strconv.FormatBool(line.Hidden)
			if c.Kind == workbook.CellDate { // a file may count days from another one
				cells[place] = "date " + c.Text
			}
			if c.NoValue || c.Text == "#N/A" {
				cells[place] = "wrong"
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

func TestAnErrorWorkbookOfACSVFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "codes.csv")
	if err := os.WriteFile(path, []byte("sep=;\ncode;target\n000123;=1+1\n\n1E05;IT-2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	layout := domain.ImportLayout{HeaderRow: 2, HeaderRows: 1, Delimiter: ";", Encoding: "UTF-8", Columns: []domain.ImportColumn{{Column: 1, Header: "code", Field: domain.FieldCode}}}
	at := marked(t, workbook.Writer{}, faultyOf(path, layout, []domain.ImportRow{
		{Line: 3, Status: domain.ImportNew},
		{Line: 5, Status: domain.ImportWrong, Notes: []domain.ImportNote{{Cell: "A5", Kind: domain.NoteExponent, Weight: domain.NoteWrong, Message: "the digits are lost"}}},
	}))
	f := excelFile(t, at)
	for cell, want := range map[string]string{
		"A2": "code", "C2": "Crosswalk: Status", "A3": "000123", "B3": "=1+1", "C3": "New", "A5": "1E05", "C5": "Wrong", "D5": "A5: the digits are lost",
	} {
		if got := must(f.GetCellValue("codes", cell))(t); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	if got := must(f.GetCellFormula("codes", "B3"))(t); got != "" || fill(t, f, "codes", "A5") != red {
		t.Errorf("the formula is %q, the colour %q", got, fill(t, f, "codes", "A5"))
	}
	if mark := markIn(t, at); mark.Layout.Sheet != "codes" || mark.Layout.Delimiter != "" || mark.Layout.HeaderRow != 2 {
		t.Errorf("the mark says %+v", mark.Layout)
	}
}

func TestAnErrorWorkbookSpeaksGerman(t *testing.T) {
	t.Parallel()
	faulty := faultyOf(leadsFile(t), leadsLayout(), leadsRows())
	faulty.Language = "de"
	f := excelFile(t, marked(t, workbook.Writer{}, faulty))
	if got := column(t, f, "Zuordnung", "D"); !slices.Equal(got, []string{"Crosswalk: Status", "Neu", "Falsch", "Konflikt", "Gleich"}) {
		t.Errorf("statuses %q", got)
	}
	want := "A5: Die Tabelle hat aus dem Code ein Datum gemacht\nB5: Den kanonischen Code kennt niemand (Vorschlag: IT-20)"
	if got := column(t, f, "Zuordnung", "E"); got[0] != "Crosswalk: Grund" || got[2] != want {
		t.Errorf("reasons %q", got)
	}
}

func TestAnErrorWorkbookThatCannotBeMade(t *testing.T) {
	t.Parallel()
	gone := errors.New("the database is gone")
	for phrase, writer := range ways() {
		faulty := faultyOf(leadsFile(t), leadsLayout(), nil)
		faulty.Rows = func(yield func(domain.ImportRow, error) bool) { yield(domain.ImportRow{}, gone) }
		var out bytes.Buffer
		if err := writer.Errors(t.Context(), &out, faulty); !errors.Is(err, gone) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", phrase, err, out.Len())
		}
	}
}

// TestAFileWrittenAnewSaysTheSame holds for cells of all kinds: what the reader takes of the file it takes of the one written anew.
func TestAFileWrittenAnewSaysTheSame(t *testing.T) {
	t.Parallel()
	values := rapid.OneOf(
		rapid.Map(rapid.StringOf(rapid.RuneFrom([]rune("a1 =+-@'ä_x0041\"<&\n\u00a0"))), func(s string) any { return s }),
		rapid.Map(rapid.Int64Range(-1e15, 1e15), func(n int64) any { return n }),
		rapid.Map(rapid.Float64Range(-1e9, 1e9), func(n float64) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
	)
	formats := rapid.SampledFrom([]string{"", "00000000", "@", "0.00", "yyyy-mm-dd", "dd.mm.yyyy hh:mm", "0.00E+00"})
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		f := excelize.NewFile()
		if rapid.Bool().Draw(rt, "since 1904") {
			if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: ptr(true)}); err != nil {
				rt.Fatal(err)
			}
		}
		defer func() { _ = f.Close() }()
		if err := f.SetCellStr("Sheet1", "D9", "a file is not empty"); err != nil {
			rt.Fatal(err)
		}
		for i := range rapid.IntRange(1, 12).Draw(rt, "cells") {
			cell := string(rune('A'+i%3)) + strconv.Itoa(1+i/3)
			if err := f.SetCellValue("Sheet1", cell, values.Draw(rt, cell)); err != nil {
				rt.Fatal(err)
			}
			if format := formats.Draw(rt, "format"); format != "" {
				style := must(f.NewStyle(&excelize.Style{CustomNumFmt: &format}))(t)
				if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
					rt.Fatal(err)
				}
			}
		}
		path := filepath.Join(folder, "in.xlsx")
		if err := f.SaveAs(path); err != nil {
			rt.Fatal(err)
		}
		at := marked(t, workbook.Writer{EditRows: 1, EditBytes: 1}, faultyOf(path, domain.ImportLayout{Sheet: "Sheet1", HeaderRow: 9}, nil))
		if had, has := dataCells(t, path, 3), dataCells(t, at, 3); !reflect.DeepEqual(had, has) {
			rt.Fatalf("the cells were\n%q\nand are\n%q", had, has)
		}
	})
}
