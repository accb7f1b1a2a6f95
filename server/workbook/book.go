package workbook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Book is an opened file: a workbook, or a CSV file, which has one sheet without a name. It reads row by row with bounded memory,
// and is used by one goroutine at a time.
type Book struct {
	file   *os.File
	limits BookLimits
	parts  *container // nil for a CSV file
	text   *textFile
	sheets []bookSheet
	styles *styles
	// stringsPart is where the shared texts stand; they are read when the first cell asks for one.
	stringsPart string
	strings     *stringTable
	since1904   bool
	stale       bool
	mark        intake.Mark
	marked      bool
}

// bookSheet is a sheet and where it stands.
type bookSheet struct {
	intake.Sheet
	part string
	// merges are its merged ranges, once they were looked for.
	merges []area
	looked bool
}

// OpenBook opens the file at path, which was uploaded under the given name: what it is, is seen from its content. What cannot be
// read is refused with CodeImportInvalid, quickly and within bounded memory.
func OpenBook(ctx context.Context, path, name string, limits BookLimits) (*Book, error) {
	file, err := os.Open(path) //nolint:gosec // the caller's own temporary file
	if err != nil {
		return nil, fmt.Errorf("open the uploaded file %s: %w", name, err)
	}
	b := &Book{file: file, limits: limits}
	if err := b.open(ctx); err != nil {
		_ = b.Close() // the refusal is what counts
		return nil, err
	}
	return b, nil
}

func (b *Book) open(ctx context.Context) error {
	info, err := b.file.Stat()
	if err != nil {
		return fmt.Errorf("open an uploaded file: %w", err)
	}
	switch size := info.Size(); {
	case size == 0:
		return notUsable("the file is empty")
	case size > b.limits.Bytes:
		return notUsable("the file has %d MB; %d MB can be taken at once, so please split it", size>>20, b.limits.Bytes>>20)
	}
	kind, err := recognise(b.file)
	if err != nil {
		return err
	}
	if kind == kindText {
		b.text, err = openText(ctx, b.file, b.limits)
		return err
	}
	if b.parts, err = openContainer(b.file, info.Size(), b.limits); err != nil {
		return err
	}
	if err := refuseArchive(ctx, b.parts); err != nil {
		return err
	}
	if err := b.readWorkbook(ctx); err != nil {
		return err
	}
	if err := b.readMark(ctx); err != nil {
		return err
	}
	return b.probe(ctx)
}

// readWorkbook reads the list of sheets and what they refer to.
func (b *Book) readWorkbook(ctx context.Context) error {
	part, err := workbookPart(ctx, b.parts)
	if err != nil {
		return err
	}
	relations, err := b.parts.relations(ctx, part)
	if err != nil {
		return err
	}
	err = b.parts.read(ctx, part, b.limits.Small, func(s *scanner) error {
		return each(s, func() error { return b.takeWorkbook(s, relations) })
	})
	if err != nil {
		return err
	}
	for _, r := range relations {
		switch r.kind {
		case "vbaProject", "xlMacrosheet":
			return refuseMacros()
		case "sharedStrings":
			b.stringsPart = r.target
		case "styles":
			if b.styles, err = readStyles(ctx, b.parts, r.target); err != nil {
				return err
			}
		}
	}
	if len(b.sheets) == 0 {
		return notUsable("the workbook has no sheet with cells")
	}
	return b.extents(ctx)
}

// takeWorkbook reads what matters of the list of sheets.
func (b *Book) takeWorkbook(s *scanner, relations map[string]relation) error {
	switch string(s.name) {
	case "workbookPr":
		b.since1904 = s.flag("date1904")
	case "calcPr":
		b.stale = s.flag("fullCalcOnLoad")
	case "sheet":
		r := relations[string(s.prefixed("id"))]
		if r.kind != "worksheet" {
			return nil // charts and dialogues have no cells
		}
		if len(b.sheets) == b.limits.Sheets {
			return notUsable("the workbook has more than %d sheets; copy the ones that matter to a new workbook", b.limits.Sheets)
		}
		state := string(s.attr("state"))
		b.sheets = append(b.sheets, bookSheet{
			Sheet: intake.Sheet{Name: string(s.attr("name")), Hidden: state == "hidden" || state == "veryHidden"}, part: r.target,
		})
	}
	return nil
}

// extents reads how large each sheet says it is.
func (b *Book) extents(ctx context.Context) error {
	for i := range b.sheets {
		sheet := &b.sheets[i]
		err := b.parts.read(ctx, sheet.part, b.limits.Part, func(s *scanner) error {
			return each(s, func() error {
				switch string(s.name) {
				case "dimension":
					if a, ok := parseArea(s.attr("ref")); ok && (a.lastRow > 1 || a.lastColumn > 1) {
						sheet.Rows, sheet.Columns = a.lastRow, a.lastColumn
					}
					return errStop
				case "sheetData":
					return errStop
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, errStop) {
			return err
		}
	}
	return nil
}

// readMark reads the mark of our own workbooks.
func (b *Book) readMark(ctx context.Context) error {
	at := slices.IndexFunc(b.sheets, func(s bookSheet) bool { return s.Name == markSheet })
	if at < 0 {
		return nil
	}
	var rows [][2]string
	err := b.rows(ctx, &b.sheets[at], 1, func(l Line) error {
		key, _ := l.Cell(1)
		value, _ := l.Cell(2)
		rows = append(rows, [2]string{key.Text, value.Text})
		if len(rows) == 1_000 {
			return errStop
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return err
	}
	b.mark, b.marked = markOf(rows)
	return nil
}

// probe reads the first rows of each visible sheet, so that what cannot be read is refused at once, and looks whether there is
// anything at all.
func (b *Book) probe(ctx context.Context) error {
	const enough, most = 20, 100_000 // a sheet whose first rows are blank, all of them, may have others
	found := false
	for i := range b.sheets {
		sheet := &b.sheets[i]
		if sheet.Hidden || strings.HasPrefix(sheet.Name, ownSheets) {
			continue
		}
		rows := 0
		r := b.reader(ctx, 1, func(Line) error {
			found = true
			if rows++; rows == enough {
				return errStop
			}
			return nil
		})
		r.blind, r.most = true, most
		if err := readSheet(ctx, b.parts, sheet.part, r); err != nil && !errors.Is(err, errStop) {
			return inSheet(sheet.Name, err)
		}
		found = found || r.looked > most
	}
	if !found {
		return notUsable("no visible sheet of the workbook has anything in it")
	}
	return nil
}

// reader prepares the reading of a sheet.
func (b *Book) reader(ctx context.Context, from int, emit func(Line) error) *sheetReader {
	return &sheetReader{
		limits: b.limits, styles: b.styles, since1904: b.since1904, stale: b.stale, from: from, emit: emit,
		strings: func() (*stringTable, error) { return b.sharedTexts(ctx) },
	}
}

// sharedTexts are the texts that cells share, read when the first cell asks for one.
func (b *Book) sharedTexts(ctx context.Context) (*stringTable, error) {
	if b.strings != nil || b.stringsPart == "" {
		return b.strings, nil
	}
	table, err := readStrings(ctx, b.parts, b.stringsPart)
	if err == nil {
		b.strings = table
	}
	return table, err
}

// inSheet names the sheet in a refusal that concerns one.
func inSheet(name string, err error) error {
	var said *domain.Error
	if !errors.As(err, &said) {
		return err
	}
	return notUsable("sheet \"%s\": %s", name, said.Msg)
}

// Sheets lists the sheets in their order, without those that only we write.
func (b *Book) Sheets() []intake.Sheet {
	if b.text != nil {
		return []intake.Sheet{{Columns: b.text.columns}}
	}
	var sheets []intake.Sheet
	for _, s := range b.sheets {
		if !strings.HasPrefix(s.Name, ownSheets) {
			sheets = append(sheets, s.Sheet)
		}
	}
	return sheets
}

// Mark returns the mark of our own exports and error workbooks, and whether there is one.
func (b *Book) Mark() (intake.Mark, bool) { return b.mark, b.marked }

// TextForm is how a CSV file is written, as far as that could be seen; false for a workbook.
func (b *Book) TextForm() (TextForm, bool) {
	if b.text == nil {
		return TextForm{}, false
	}
	return b.text.form, true
}

// ReadAs has a CSV file read as somebody says that it is written; what is "" stays as it was seen. A delimiter or encoding that
// is none is CodeImportInvalid. It does nothing to a workbook.
func (b *Book) ReadAs(form TextForm) error {
	if b.text == nil {
		return nil
	}
	return b.text.readAs(form)
}

// Lines reads a sheet from a row on and hands over the rows that have content, in their order. A fault of the file is
// CodeImportInvalid; an error of emit ends the reading and is returned as it is.
func (b *Book) Lines(ctx context.Context, sheet string, from int, emit func(Line) error) error {
	if b.text != nil {
		if sheet != "" {
			return unknownSheet(sheet)
		}
		return b.text.lines(ctx, from, emit)
	}
	at := slices.IndexFunc(b.sheets, func(s bookSheet) bool { return s.Name == sheet && !strings.HasPrefix(s.Name, ownSheets) })
	if at < 0 {
		return unknownSheet(sheet)
	}
	return b.rows(ctx, &b.sheets[at], from, emit)
}

func unknownSheet(name string) error {
	return notUsable("the file has no sheet named \"%s\"", name)
}

func (b *Book) rows(ctx context.Context, sheet *bookSheet, from int, emit func(Line) error) error {
	if !sheet.looked {
		merges, err := readMerges(ctx, b.parts, sheet.part)
		if err != nil {
			return inSheet(sheet.Name, err)
		}
		sheet.merges, sheet.looked = merges, true
	}
	r := b.reader(ctx, from, emit)
	if len(sheet.merges) > 0 {
		r.merges = &mergeFiller{merges: sheet.merges, left: b.limits.Merged, most: b.limits.Columns}
	}
	if err := readSheet(ctx, b.parts, sheet.part, r); err != nil && r.fault == nil {
		return inSheet(sheet.Name, err)
	}
	return r.fault
}

// Sample returns the first rows of a sheet as they look.
func (b *Book) Sample(ctx context.Context, sheet string, rows int) ([]intake.SampleRow, error) {
	var sample []intake.SampleRow
	if rows <= 0 {
		return nil, nil
	}
	err := b.Lines(ctx, sheet, 1, func(l Line) error {
		row := intake.SampleRow{Line: l.Number, Hidden: l.Hidden}
		for _, c := range l.Cells {
			row.Cells = append(row.Cells, intake.SampleCell{Column: c.Column, Text: c.Text, Merged: c.Merged})
		}
		if sample = append(sample, row); len(sample) == rows {
			return errStop
		}
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return sample, err
}

// Close lets go of the file.
func (b *Book) Close() error {
	return errors.Join(b.strings.close(), b.file.Close())
}
