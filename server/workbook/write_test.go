package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
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

// mappingTemplate is a table as exports have it.
func mappingTemplate() intake.Template {
	return intake.Template{
		Title: "Codes of MES Stuttgart",
		Mark: intake.Mark{
			Kind: domain.ImportMapping, System: "mes-stu1", Domain: "item", ExportedAt: 1_790_000_000_000_000,
			Layout: domain.ImportLayout{Sheet: "Codes", Decimal: ","},
		},
		Columns: []intake.TemplateColumn{
			{Header: "ID", Field: domain.FieldID, Hidden: true},
			{Header: "Code", Field: domain.FieldCode, Locked: true, Note: "The plant's own code."},
			{Header: "Target", Field: domain.FieldTarget, Width: 24},
			{Header: "Relation", Field: domain.FieldRelation, Choices: []string{"equivalent", "source_narrower"}},
			{Header: "Unit", Field: domain.FieldUnit, Choices: manyUnits()},
		},
	}
}

func manyUnits() []string {
	units := make([]string, 300) // far more than an inline list takes
	for i := range units {
		units[i] = "U" + strconv.Itoa(i)
	}
	return units
}

func written(t testing.TB, template intake.Template, rows ...[]string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := workbook.Writer{}.Table(t.Context(), &out, template, func(sink intake.Sink) error {
		for _, row := range rows {
			if err := sink.Row(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func excelOf(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func TestATableIsATemplate(t *testing.T) {
	t.Parallel()
	file := excelOf(t, written(t, mappingTemplate(), []string{"id-1", "000123", "IT-1", "equivalent", "U1"}, []string{"", "1E05", ""}))
	rows, err := file.GetRows("Codes")
	want := [][]string{{"ID", "Code", "Target", "Relation", "Unit"}, {"id-1", "000123", "IT-1", "equivalent", "U1"}, {"", "1E05"}}
	if err != nil || !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("rows %q, %v", rows, err)
	}
	if kind, err := file.GetCellType("Codes", "B2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("a code is of the type %v, %v", kind, err)
	}
	if panes, err := file.GetPanes("Codes"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if props, err := file.GetDocProps(); err != nil || props.Title != "Codes of MES Stuttgart" || props.Creator != "Crosswalk" {
		t.Errorf("properties %+v, %v", props, err)
	}
	for column, want := range map[string]bool{"A": false, "B": true, "E": true} {
		if visible, err := file.GetColVisible("Codes", column); err != nil || visible != want {
			t.Errorf("column %s is visible: %v, %v", column, visible, err)
		}
	}
	for _, sheet := range []string{"_crosswalk", "_crosswalk_lists"} {
		if visible, err := file.GetSheetVisible(sheet); err != nil || visible {
			t.Errorf("the sheet %s is visible: %v, %v", sheet, visible, err)
		}
	}
	if notes, err := file.GetComments("Codes"); err != nil || len(notes) != 1 || notes[0].Cell != "B1" || !strings.Contains(notes[0].Text, "own code") {
		t.Errorf("notes %+v, %v", notes, err)
	}
	checkLists(t, file)
	checkLocks(t, file)
}

func checkLists(t *testing.T, file *excelize.File) {
	t.Helper()
	rules, err := file.GetDataValidations("Codes")
	if err != nil || len(rules) != 2 {
		t.Fatalf("%d lists, %v", len(rules), err)
	}
	for i, want := range []struct{ cells, place string }{
		{"D2:D1048576", "'_crosswalk_lists'!$A$1:$A$2"}, {"E2:E1048576", "'_crosswalk_lists'!$B$1:$B$300"},
	} {
		if rules[i].Sqref != want.cells || rules[i].Formula1 != want.place {
			t.Errorf("the list of %s stands at %s, want %+v", rules[i].Sqref, rules[i].Formula1, want)
		}
	}
	if last, err := file.GetCellValue("_crosswalk_lists", "B300"); err != nil || last != "U299" {
		t.Errorf("the last choice is %q, %v", last, err)
	}
}

func checkLocks(t *testing.T, file *excelize.File) {
	t.Helper()
	protection, err := file.GetSheetProtection("Codes")
	if err != nil || !protection.AutoFilter || protection.Password != "" {
		t.Errorf("protection %+v, %v", protection, err)
	}
	for cell, want := range map[string]bool{"A2": true, "B2": true, "C2": false, "D2": false, "B1": true} {
		id, err := file.GetCellStyle("Codes", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := file.GetStyle(id)
		if err != nil || style.Protection == nil || style.Protection.Locked != want || style.NumFmt != 49 {
			t.Errorf("%s: %+v, %v", cell, style, err)
		}
	}
	id, err := file.GetColStyle("Codes", "B")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := file.GetStyle(id); err != nil || style.NumFmt != 49 || style.Protection == nil || style.Protection.Locked {
		t.Errorf("the cells below are %+v, %v", style, err)
	}
}

// TestWhateverIsGivenOutIsNoFormula reads the XML itself: every text stands there as it is, in a cell of texts.
func TestWhateverIsGivenOutIsNoFormula(t *testing.T) {
	t.Parallel()
	texts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"=1+1", "+49", "-5", "@SUM(A1)", "\t=1", "\r=1", "_x0041_", "_x005F_x0041_", "_x000D_", " a ", "a\nb", "a\r\nb", "<f>1</f>", "&amp;", "]]>", "000123", "1E+05",
	}))
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.SliceOfN(rapid.SliceOfN(texts, 5, 5), 0, 4).Draw(rt, "rows")
		cells := sheetCells(t, written(t, mappingTemplate(), want...))
		for i, row := range want {
			for j, text := range row {
				place := string(rune('A'+j)) + strconv.Itoa(i+2)
				if got := cells[place]; got.Formula != nil || (got.Type == "inlineStr") != (text != "") || got.Value != "" || unescaped(got.Text) != storable(text) {
					rt.Fatalf("%s: %q is written as %+v", place, text, got)
				}
			}
		}
	})
}

// storable is a text as XML can hold it.
func storable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return 0xFFFD
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

var escape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped is what a spreadsheet shows of a text.
func unescaped(text string) string {
	return escape.ReplaceAllStringFunc(text, func(found string) string {
		code, _ := strconv.ParseUint(found[2:6], 16, 32)
		return string(rune(code))
	})
}

type xmlCell struct {
	Place   string  `xml:"r,attr"`
	Type    string  `xml:"t,attr"`
	Formula *string `xml:"f"`
	Text    string  `xml:"is>t"`
	Value   string  `xml:"v"`
}

// sheetCells are the cells of the first sheet, by place, as its XML says.
func sheetCells(t testing.TB, data []byte) map[string]xmlCell {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := archive.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	var sheet struct {
		Cells []xmlCell `xml:"sheetData>row>c"`
	}
	if err := xml.Unmarshal(content, &sheet); err != nil {
		t.Fatal(err)
	}
	cells := map[string]xmlCell{}
	for _, cell := range sheet.Cells {
		cells[cell.Place] = cell
	}
	return cells
}

func TestATableThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	row := []string{"1", "2", "3", "4", "5"}
	stop := errors.New("the database is gone")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for phrase, tt := range map[string]struct {
		ctx  context.Context
		fill func(intake.Sink) error
		want string
		is   error
	}{
		"too many rows":    {fill: func(s intake.Sink) error { return errors.Join(s.Row(row), s.Row(row), s.Row(row)) }, want: domain.CodeExportTooLong},
		"too long a text":  {fill: func(s intake.Sink) error { return s.Row([]string{strings.Repeat("ä", 32_768)}) }, want: domain.CodeExportTooLong},
		"the source stops": {fill: func(intake.Sink) error { return stop }, is: stop},
		"nobody waits":     {ctx: ended, fill: func(s intake.Sink) error { return s.Row(row) }, is: context.Canceled},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			ctx := tt.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			var out bytes.Buffer
			err := workbook.Writer{MaxRows: 2}.Table(ctx, &out, mappingTemplate(), tt.fill)
			if (tt.want != "" && domain.ErrorCode(err) != tt.want) || (tt.is != nil && !errors.Is(err, tt.is)) || err == nil || out.Len() > 0 {
				t.Errorf("%v, %d bytes", err, out.Len())
			}
		})
	}
}

func TestSheetsAreCalledWhatTheyCan(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"": "Data", "Codes": "Codes", "a/b:c": "a b c", "'quoted'": "quoted", strings.Repeat("ä", 40): strings.Repeat("ä", 31),
		strings.Repeat("a", 30) + "😀": strings.Repeat("a", 30), "[]": "Data",
	} {
		template := intake.Template{Title: title, Columns: []intake.TemplateColumn{{Header: "A"}}}
		if got := excelOf(t, written(t, template)).GetSheetList(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", title, got)
		}
	}
}

// BenchmarkTable writes 200,000 rows of eight columns.
func BenchmarkTable(b *testing.B) {
	template := intake.Template{Title: "T"}
	row := make([]string, 8)
	for i := range row {
		row[i] = "value " + strconv.Itoa(i)
		template.Columns = append(template.Columns, intake.TemplateColumn{Header: row[i]})
	}
	b.ReportAllocs()
	for b.Loop() {
		err := workbook.Writer{}.Table(b.Context(), io.Discard, template, func(sink intake.Sink) error {
			for range 200_000 {
				if err := sink.Row(row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
