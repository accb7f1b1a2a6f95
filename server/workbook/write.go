package workbook

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Writer writes workbooks. Every cell of a table is text and has the text format: 000123 stays as it is, and neither opening the
// file nor editing a cell makes a formula of what a system calls an item. Numbers are text as well, in the sign for decimals that
// the mark's layout names: what comes back is exactly what was typed, where a spreadsheet would round it to 15 digits.
type Writer struct {
	// MaxRows is how many rows a table may have below its head; 0 means as many as a sheet holds.
	MaxRows int
	// EditRows and EditBytes are up to which size an uploaded file is edited as it is, which takes memory, and not written anew;
	// 0 means 20,000 rows and 20 MB.
	EditRows  int
	EditBytes int64
}

// What a sheet and a cell can hold.
const (
	maxSheetRows = 1_048_576
	maxCellUnits = 32_767
)

// listSheet holds what the drop-down lists offer.
const listSheet = ownSheets + "_lists"

// creator is who wrote a file, and its notes.
const creator = "Crosswalk"

// Table writes a workbook of one table with the head frozen, filters, notes at the heads, and drop-down lists. Locked columns are
// protected, without a password: by accident nobody changes them.
func (o Writer) Table(ctx context.Context, w io.Writer, template intake.Template, fill func(intake.Sink) error) (err error) {
	t, err := newTableWriter(ctx, template, cmp.Or(o.MaxRows, maxSheetRows-1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.file.Close()) }()
	if err := fill(t); err != nil {
		return err
	}
	if err := t.finish(); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return save(ctx, t.file, w)
}

// tableWriter is a workbook that is being written row by row.
type tableWriter struct {
	ctx      context.Context //nolint:containedctx // the sink's rows have none of their own
	template intake.Template
	sheet    string
	file     *excelize.File
	rows     *excelize.StreamWriter
	cells    []excelize.Cell // of one row, used again for each
	values   []any
	written  int
	most     int
}

func newTableWriter(ctx context.Context, template intake.Template, most int) (*tableWriter, error) {
	t := &tableWriter{
		ctx: ctx, template: template, most: most, file: excelize.NewFile(), sheet: sheetName(cmp.Or(template.Mark.Layout.Sheet, template.Title)),
		cells: make([]excelize.Cell, len(template.Columns)), values: make([]any, len(template.Columns)),
	}
	for i := range t.cells {
		t.values[i] = &t.cells[i]
	}
	if err := t.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("begin a table: %w", err), t.file.Close())
	}
	return t, nil
}

// begin writes all that stands before the rows.
func (t *tableWriter) begin() (err error) {
	if err := t.file.SetSheetName("Sheet1", t.sheet); err != nil {
		return err
	}
	at := t.template.Mark.ExportedAt.Time().UTC().Format(time.RFC3339)
	if err := t.file.SetDocProps(&excelize.DocProperties{Title: t.template.Title, Creator: creator, LastModifiedBy: creator, Created: at, Modified: at}); err != nil {
		return err
	}
	if t.rows, err = t.file.NewStreamWriter(t.sheet); err != nil {
		return err
	}
	if err := t.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	styles, err := newTableStyles(t.file)
	if err != nil {
		return err
	}
	if err := t.columns(styles); err != nil {
		return err
	}
	for i, column := range t.template.Columns {
		t.cells[i] = excelize.Cell{StyleID: styles.head, Value: column.Header}
	}
	if err := t.rows.SetRow("A1", t.values); err != nil {
		return err
	}
	for i, column := range t.template.Columns {
		t.cells[i].StyleID = styles.open
		if column.Locked || column.Hidden {
			t.cells[i].StyleID = styles.locked
		}
	}
	return nil
}

// columns sets how the columns look, also below the rows that will be written: what people add there is text, and can be added.
func (t *tableWriter) columns(styles tableStyles) error {
	for i, column := range t.template.Columns {
		n, width := i+1, float64(cmp.Or(column.Width, 16))
		if err := errors.Join(t.rows.SetColWidth(n, n, width), t.rows.SetColStyle(n, n, styles.open)); err != nil {
			return err
		}
		if column.Hidden {
			if err := t.rows.SetColVisible(n, n, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// Row writes the next row.
func (t *tableWriter) Row(cells []string) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if t.written++; t.written > t.most {
		return domain.Invalid(domain.CodeExportTooLong, "the file would have more than %d rows: choose one plant or one system", t.most)
	}
	for i := range t.cells {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		if len(text) > maxCellUnits && len(utf16.Encode([]rune(text))) > maxCellUnits {
			return domain.Invalid(domain.CodeExportTooLong, "row %d has a text of more than %d characters, which no cell of a workbook holds", t.written+1, maxCellUnits)
		}
		if t.cells[i].Value = text; text == "" {
			t.cells[i].Value = nil // a blank cell with its style
		}
	}
	if err := t.rows.SetRow(fmt.Sprintf("A%d", t.written+1), t.values); err != nil {
		return fmt.Errorf("write row %d: %w", t.written+1, err)
	}
	return nil
}

// finish writes all that stands behind the rows, and the other sheets.
func (t *tableWriter) finish() error {
	last, err := excelize.CoordinatesToCellName(max(1, len(t.template.Columns)), t.written+1)
	if err != nil {
		return err
	}
	if err := t.file.AutoFilter(t.sheet, "A1:"+last, nil); err != nil {
		return err
	}
	if err := t.helps(); err != nil {
		return err
	}
	if err := t.choices(); err != nil {
		return err
	}
	if err := t.protect(); err != nil {
		return err
	}
	if err := t.rows.Flush(); err != nil {
		return err
	}
	if t.template.Mark.Kind == "" {
		return nil
	}
	return writeMark(t.file, t.mark())
}

// helps puts a note at each head that has one.
func (t *tableWriter) helps() error {
	for i, column := range t.template.Columns {
		if column.Note == "" || column.Hidden {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			return err
		}
		if err := t.file.AddComment(t.sheet, excelize.Comment{Cell: cell, Author: creator, Text: column.Note, Width: 260}); err != nil {
			return err
		}
	}
	return nil
}

// choices gives the columns with a closed set of words their drop-down list. Anything else can be typed after a warning: whether it
// is right is said when the file comes back.
func (t *tableWriter) choices() error {
	lists := map[string]string{}
	for i, column := range t.template.Columns {
		if len(column.Choices) == 0 || column.Locked {
			continue
		}
		key := strings.Join(column.Choices, "\x00")
		if _, known := lists[key]; !known {
			place, err := t.list(len(lists)+1, column.Choices)
			if err != nil {
				return err
			}
			lists[key] = place
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		rule := excelize.NewDataValidation(true)
		rule.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, maxSheetRows))
		rule.SetSqrefDropList(lists[key])
		rule.SetError(excelize.DataValidationErrorStyleWarning, shortened(column.Header, maxRuleTitle), shortened(column.Note, maxRuleText))
		if err := t.file.AddDataValidation(t.sheet, rule); err != nil {
			return err
		}
	}
	return nil
}

// What the warning of a drop-down list can hold; Excel takes a file for broken where it is more.
const (
	maxRuleTitle = 32
	maxRuleText  = 225
)

// shortened is the beginning of a text.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// list writes one list into a column of the sheet of lists, and returns where it stands.
func (t *tableWriter) list(column int, choices []string) (string, error) {
	if column == 1 {
		if err := addHiddenSheet(t.file, listSheet); err != nil {
			return "", err
		}
	}
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return "", err
	}
	for i, choice := range choices {
		if err := t.file.SetCellStr(listSheet, fmt.Sprintf("%s%d", name, i+1), choice); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("'%s'!$%s$1:$%s$%d", listSheet, name, name, len(choices)), nil
}

// protect locks what is not to be edited. Without a locked column nothing is.
func (t *tableWriter) protect() error {
	locked := false
	for _, column := range t.template.Columns {
		locked = locked || column.Locked || column.Hidden
	}
	if !locked {
		return nil
	}
	return t.file.ProtectSheet(t.sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, Sort: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertRows: true, DeleteRows: true,
		EditObjects: true, SelectLockedCells: true, SelectUnlockedCells: true,
	})
}

// mark is the template's with the layout that the table has.
func (t *tableWriter) mark() intake.Mark {
	mark := t.template.Mark
	mark.Layout.Sheet, mark.Layout.HeaderRow, mark.Layout.HeaderRows = t.sheet, 1, 1
	mark.Layout.Decimal, mark.Layout.DateOrder = cmp.Or(mark.Layout.Decimal, "."), "ymd"
	mark.Layout.Columns = nil
	for i, column := range t.template.Columns {
		mark.Layout.Columns = append(mark.Layout.Columns, domain.ImportColumn{
			Column: i + 1, Header: column.Header, Field: column.Field, Language: column.Language,
		})
	}
	return mark
}

// tableStyles are those of a table's cells.
type tableStyles struct{ head, open, locked int }

func newTableStyles(file *excelize.File) (s tableStyles, err error) {
	const text = 49 // the format of texts
	if s.head, err = file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, NumFmt: text, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}, Protection: &excelize.Protection{Locked: true},
	}); err != nil {
		return s, err
	}
	if s.open, err = file.NewStyle(&excelize.Style{NumFmt: text, Protection: &excelize.Protection{Locked: false}}); err != nil {
		return s, err
	}
	s.locked, err = file.NewStyle(&excelize.Style{
		NumFmt: text, Font: &excelize.Font{Color: "595959"}, Protection: &excelize.Protection{Locked: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}},
	})
	return s, err
}

// writeMark puts a mark on its sheet, in the place of one that is there.
func writeMark(file *excelize.File, mark intake.Mark) error {
	rows, err := markRows(mark)
	if err != nil {
		return err
	}
	if err := addHiddenSheet(file, markSheet); err != nil {
		return err
	}
	old, err := file.GetRows(markSheet)
	if err != nil {
		return fmt.Errorf("write the mark: %w", err)
	}
	for len(rows) < len(old) {
		rows = append(rows, [2]string{})
	}
	for i, row := range rows {
		for j, text := range row {
			if err := file.SetCellStr(markSheet, fmt.Sprintf("%c%d", 'A'+j, i+1), text); err != nil {
				return fmt.Errorf("write the mark: %w", err)
			}
		}
	}
	return nil
}

// addHiddenSheet makes a sheet that no spreadsheet shows or offers to show, unless it is there.
func addHiddenSheet(file *excelize.File, name string) error {
	if _, err := file.NewSheet(name); err != nil {
		return fmt.Errorf("make the sheet %s: %w", name, err)
	}
	if err := file.SetSheetVisible(name, false, true); err != nil {
		return fmt.Errorf("hide the sheet %s: %w", name, err)
	}
	return nil
}

// sheetName is a text as a sheet can be called.
func sheetName(text string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, text)
	name = strings.Trim(strings.TrimSpace(name), "'")
	units := utf16.Encode([]rune(name))
	if len(units) > excelize.MaxSheetNameLength {
		name = strings.TrimRight(string(utf16.Decode(units[:excelize.MaxSheetNameLength])), "' \uFFFD")
	}
	return cmp.Or(name, "Data")
}

// save writes the workbook straight to w: excelize would keep all of it in memory.
func save(ctx context.Context, file *excelize.File, w io.Writer) error {
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		archive := zip.NewWriter(cancelled{ctx, w})
		archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
		return archive
	})
	if _, err := file.WriteToBuffer(); err != nil {
		return fmt.Errorf("save a workbook: %w", err)
	}
	return nil
}

// cancelled is a writer that fails once the context has ended.
type cancelled struct {
	ctx context.Context //nolint:containedctx // a writer has none of its own
	w   io.Writer
}

// Write writes to the writer within.
func (c cancelled) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}
