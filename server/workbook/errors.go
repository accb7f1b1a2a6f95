package workbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// Up to this size an uploaded file is edited as it is; it is then held in memory.
const (
	defaultEditRows  = 20_000
	defaultEditBytes = 20 << 20
)

// opened is an uploaded file whose rows can be gone through, again and again; *Book is one.
type opened interface {
	Sheets() []intake.Sheet
	Lines(ctx context.Context, sheet string, from int, emit func(Line) error) error
	TextForm() (TextForm, bool)
	Close() error
}

// Errors writes an uploaded file once more, with two further columns that say of each row what became of it and why, coloured
// cells, and the mark by which the import goes on when the file is uploaded again. A small workbook is edited, so that all else of
// it stays as it was made; a large one, and a CSV file, is written anew with the values of its cells. Columns, colours and notes of
// an error workbook that the file was before are replaced.
func (o Writer) Errors(ctx context.Context, w io.Writer, faulty intake.Faulty) (err error) {
	source, err := OpenBook(ctx, faulty.Path, faulty.Name, DefaultBookLimits())
	if err != nil {
		return fmt.Errorf("write an error workbook: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if form, text := source.TextForm(); text {
		form.Delimiter, form.Encoding = cmp.Or(faulty.Mark.Layout.Delimiter, form.Delimiter), cmp.Or(faulty.Mark.Layout.Encoding, form.Encoding)
		if err := source.ReadAs(form); err != nil {
			return fmt.Errorf("write an error workbook: %w", err)
		}
	}
	small, err := o.small(ctx, source, faulty.Path)
	if err != nil {
		return err
	}
	if small {
		file, err := excelize.OpenFile(faulty.Path, excelize.Options{UnzipSizeLimit: 16 * defaultEditBytes})
		if err == nil {
			defer func() { _ = file.Close() }()
			return editErrors(ctx, w, file, source, faulty)
		}
	}
	return writeErrors(ctx, w, source, faulty)
}

// errManyRows ends the counting of rows.
var errManyRows = errors.New("more rows than are edited")

// small says that a file is a workbook that may be held in memory. Its rows are counted: what a file says of its extent may be wrong.
func (o Writer) small(ctx context.Context, source opened, path string) (bool, error) {
	about, err := os.Stat(path)
	if err != nil {
		return false, fmt.Errorf("write an error workbook: %w", err)
	}
	if _, text := source.TextForm(); text || about.Size() > cmp.Or(o.EditBytes, defaultEditBytes) {
		return false, nil
	}
	rows, most := 0, cmp.Or(o.EditRows, defaultEditRows)
	for _, sheet := range source.Sheets() {
		err := source.Lines(ctx, sheet.Name, 1, func(Line) error {
			if rows++; rows > most {
				return errManyRows
			}
			return nil
		})
		if errors.Is(err, errManyRows) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// finding is what was found in one row of a sheet, of which an import may have several.
type finding struct {
	sheet   string
	line    int
	status  domain.ImportRowStatus
	reasons []string
	cells   []cellFinding
}

// cellFinding is what is wrong with one cell.
type cellFinding struct {
	place    string // "C14"
	conflict bool
	says     string
}

// findings joins the rows of an import that stand in one row of a sheet.
func findings(rows iter.Seq2[domain.ImportRow, error], language string) iter.Seq2[finding, error] {
	return func(yield func(finding, error) bool) {
		var present finding
		for row, err := range rows {
			if err != nil {
				yield(finding{}, err)
				return
			}
			if present.line != 0 && (present.sheet != row.Sheet || present.line != row.Line) {
				if !yield(present, nil) {
					return
				}
				present = finding{}
			}
			present.add(row, language)
		}
		if present.line != 0 {
			yield(present, nil)
		}
	}
}

// add adds one row; the worst status of several counts.
func (f *finding) add(row domain.ImportRow, language string) {
	f.sheet, f.line = row.Sheet, row.Line
	order := domain.ImportRowStatuses()
	if f.status == "" || slices.Index(order, row.Status) < slices.Index(order, f.status) {
		f.status = row.Status
	}
	for _, reason := range reasonsOf(row, language) {
		if !slices.Contains(f.reasons, reason) {
			f.reasons = append(f.reasons, reason)
		}
	}
	faulty := row.Status == domain.ImportWrong || row.Status == domain.ImportConflict
	for _, note := range row.Notes {
		place := placeIn(note.Cell)
		if place == "" || (note.Weight == domain.NoteHint) || (note.Weight != domain.NoteWrong && !faulty) {
			continue
		}
		f.cells = append(f.cells, cellFinding{
			place: place, conflict: row.Status == domain.ImportConflict && note.Weight != domain.NoteWrong, says: saidOf(note, language),
		})
	}
}

// columns are where the two further columns stand in a sheet, and what of an earlier error workbook is to go.
type columns struct {
	status, reason int
	// stale are the cells that have one of our colours.
	stale []string
}

// findColumns finds the columns of an earlier error workbook, or else the place behind the last column that is in use.
func findColumns(ctx context.Context, source opened, sheet string, head int) (columns, error) {
	var found columns
	last := 0
	err := source.Lines(ctx, sheet, 1, func(line Line) error {
		for _, cell := range line.Cells {
			last = max(last, cell.Column)
			if err := found.look(cell, line.Number, line.Number == head); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return found, err
	}
	for _, place := range []*int{&found.status, &found.reason} {
		if *place == 0 {
			last++
			*place = last
		}
	}
	if last > excelize.MaxColumns {
		return found, domain.Invalid(domain.CodeExportTooLong, "the sheet %s has no room for two further columns", sheet)
	}
	return found, nil
}

// look notes what one cell has of an earlier error workbook.
func (c *columns) look(cell Cell, line int, head bool) error {
	if head && isStatusHead(cell.Text) {
		c.status = cell.Column
	}
	if head && isReasonHead(cell.Text) {
		c.reason = cell.Column
	}
	if cell.Fill != "FF"+colourWrong && cell.Fill != "FF"+colourConflict {
		return nil
	}
	place, err := excelize.CoordinatesToCellName(cell.Column, line)
	if err != nil {
		return fmt.Errorf("name a cell: %w", err)
	}
	c.stale = append(c.stale, place)
	return nil
}

// headLine is the row that names the columns.
func headLine(layout domain.ImportLayout) int {
	return max(1, layout.HeaderRow) + max(1, layout.HeaderRows) - 1
}

// markOfErrors is the mark of an error workbook: what is read is read as before, the two further columns are not.
func markOfErrors(faulty intake.Faulty, sheet string, at columns) intake.Mark {
	mark := faulty.Mark
	mark.Layout.Delimiter, mark.Layout.Encoding = "", ""
	mark.Layout.Columns = slices.DeleteFunc(slices.Clone(mark.Layout.Columns), func(c domain.ImportColumn) bool {
		return c.Field == domain.FieldIgnored && (isStatusHead(c.Header) || isReasonHead(c.Header))
	})
	if mark.Layout.EverySheet { // whose further columns need not stand in the same place
		return mark
	}
	mark.Layout.Sheet = sheet
	mark.Layout.Columns = append(mark.Layout.Columns,
		domain.ImportColumn{Column: at.status, Header: statusHead(faulty.Language)}, domain.ImportColumn{Column: at.reason, Header: reasonHead(faulty.Language)})
	return mark
}
