package workbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// writeErrors writes the values of a file's cells, row by row into the same rows, with what was found.
func writeErrors(ctx context.Context, w io.Writer, source opened, faulty intake.Faulty) (err error) {
	next, stop := iter.Pull2(findings(faulty.Rows, faulty.Language))
	defer stop()
	a := &anew{file: excelize.NewFile(), source: source, faulty: faulty, next: next, styles: map[look]int{}}
	defer func() { err = errors.Join(err, a.file.Close()) }()
	if err := a.write(ctx); err != nil {
		return fmt.Errorf("write an error workbook: %w", err)
	}
	return save(ctx, a.file, w)
}

// anew is a workbook that is written from the lines of another file.
type anew struct {
	file   *excelize.File
	source opened
	faulty intake.Faulty
	styles map[look]int
	// next gives the findings in their order; ahead is the one that is to come.
	next  func() (finding, error, bool)
	ahead *finding
	// values and cells are those of one row, used again for each.
	values []any
	cells  []excelize.Cell
}

// look is how a cell is shown.
type look struct {
	format, fill string
	struck       bool
}

func (a *anew) write(ctx context.Context) error {
	if err := a.advance(); err != nil {
		return err
	}
	var marked columns
	name := a.faulty.Mark.Layout.Sheet
	for i, sheet := range a.source.Sheets() {
		called := cmp.Or(sheet.Name, sheetName(strings.TrimSuffix(filepath.Base(a.faulty.Name), filepath.Ext(a.faulty.Name))))
		if err := a.addSheet(i, called, sheet.Hidden); err != nil {
			return err
		}
		layout := a.faulty.Mark.Layout
		read := sheet.Name == layout.Sheet || (layout.EverySheet && !sheet.Hidden)
		var at columns
		var err error
		if read {
			if at, err = findColumns(ctx, a.source, sheet.Name, headLine(layout)); err != nil {
				return err
			}
		}
		if sheet.Name == layout.Sheet {
			marked, name = at, called
		}
		if err := a.sheet(ctx, sheet.Name, called, at); err != nil {
			return err
		}
	}
	return writeMark(a.file, markOfErrors(a.faulty, name, marked))
}

// addSheet adds a sheet; a new workbook has one already.
func (a *anew) addSheet(position int, name string, hidden bool) error {
	if position == 0 {
		if err := a.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := a.file.NewSheet(name); err != nil {
		return err
	}
	if hidden {
		return a.file.SetSheetVisible(name, false)
	}
	return nil
}

// advance takes the next finding.
func (a *anew) advance() error {
	found, err, ok := a.next()
	a.ahead = nil
	if ok && err == nil {
		a.ahead = &found
	}
	return err
}

// found is what was found in a line; findings of lines that are no more are passed over.
func (a *anew) found(sheet string, line int) (*finding, error) {
	for a.ahead != nil && a.ahead.sheet == sheet && a.ahead.line < line {
		if err := a.advance(); err != nil {
			return nil, err
		}
	}
	if a.ahead == nil || a.ahead.sheet != sheet || a.ahead.line != line {
		return nil, nil //nolint:nilnil // nothing was found
	}
	found := a.ahead
	return found, a.advance()
}

// sheet writes one sheet; without further columns where nothing was read of it.
func (a *anew) sheet(ctx context.Context, from, to string, at columns) error {
	rows, err := a.file.NewStreamWriter(to)
	if err != nil {
		return err
	}
	if at.status > 0 {
		if err := errors.Join(rows.SetColWidth(at.status, at.status, 18), rows.SetColWidth(at.reason, at.reason, 60)); err != nil {
			return err
		}
	}
	head := headLine(a.faulty.Mark.Layout)
	err = a.source.Lines(ctx, from, 1, func(line Line) error {
		found, err := a.found(from, line.Number)
		if err != nil {
			return err
		}
		if err := a.row(line, found, at, at.status > 0 && line.Number == head); err != nil {
			return err
		}
		return rows.SetRow(fmt.Sprintf("A%d", line.Number), a.values, excelize.RowOpts{Hidden: line.Hidden})
	})
	if err != nil {
		return err
	}
	if at.status > 0 {
		place, err := excelize.CoordinatesToCellName(at.reason, head)
		if err != nil {
			return err
		}
		if err := a.file.AddComment(to, excelize.Comment{Cell: place, Author: creator, Text: creator + ": " + anewNote(a.faulty.Language), Width: 260}); err != nil {
			return err
		}
	}
	return rows.Flush()
}

// row fills the values of one row.
func (a *anew) row(line Line, found *finding, at columns, head bool) error {
	width := max(at.status, at.reason)
	for _, cell := range line.Cells {
		width = max(width, cell.Column)
	}
	a.room(width)
	colours := coloursOf(found)
	for _, cell := range line.Cells {
		if cell.Column == at.status || cell.Column == at.reason {
			continue // of an earlier error workbook
		}
		if err := a.put(cell.Column, line.Number, cell, colours); err != nil {
			return err
		}
	}
	switch {
	case head:
		return a.say(at, statusHead(a.faulty.Language), reasonHead(a.faulty.Language), "")
	case found != nil && at.status > 0:
		return a.say(at, statusWord(found.status, a.faulty.Language), joined(found.reasons), colourOf(found.status))
	}
	return nil
}

// room makes room for a row of so many columns, all of them empty.
func (a *anew) room(width int) {
	for len(a.cells) < width {
		a.cells = append(a.cells, excelize.Cell{})
	}
	a.values = a.values[:0]
	for range width {
		a.values = append(a.values, nil)
	}
}

// coloursOf are the colours of a row's cells.
func coloursOf(found *finding) map[string]string {
	if found == nil || len(found.cells) == 0 {
		return nil
	}
	colours := map[string]string{}
	for _, cell := range found.cells {
		colours[cell.place] = colourWrong
		if cell.conflict {
			colours[cell.place] = colourConflict
		}
	}
	return colours
}

// put sets one cell as it was.
func (a *anew) put(column, line int, cell Cell, colours map[string]string) error {
	shown := look{format: cell.Format, struck: cell.Struck}
	if colours != nil {
		place, err := excelize.CoordinatesToCellName(column, line)
		if err != nil {
			return err
		}
		shown.fill = colours[place]
	}
	if argb, ok := strings.CutPrefix(cell.Fill, "FF"); ok && len(argb) == 6 && shown.fill == "" && argb != colourWrong && argb != colourConflict {
		shown.fill = argb
	}
	value, text := valueOf(cell)
	if text {
		shown.format = "@"
	}
	return a.set(column, value, shown)
}

// set sets one value and how it is shown.
func (a *anew) set(column int, value any, shown look) error {
	id, err := a.style(shown)
	if err != nil {
		return err
	}
	a.cells[column-1] = excelize.Cell{Value: value, StyleID: id}
	a.values[column-1] = &a.cells[column-1]
	return nil
}

// say sets the two further columns.
func (a *anew) say(at columns, status, reason, fill string) error {
	if err := a.set(at.status, status, look{format: "@", fill: fill}); err != nil {
		return err
	}
	return a.set(at.reason, reason, look{format: "@"})
}

func (a *anew) style(shown look) (int, error) {
	if id, known := a.styles[shown]; known {
		return id, nil
	}
	style := &excelize.Style{}
	if shown.format != "" {
		style.CustomNumFmt = &shown.format
	}
	if shown.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{shown.fill}}
	}
	if shown.struck {
		style.Font = &excelize.Font{Strike: true}
	}
	id, err := a.file.NewStyle(style)
	a.styles[shown] = id
	return id, err
}

// valueOf is a cell's content as it is to be written, and whether that is text. Damage stays what it is: a code that is a number or
// a date must not come back as if somebody had typed it.
func valueOf(cell Cell) (value any, text bool) {
	switch cell.Kind {
	case CellNumber:
		if number, err := strconv.ParseFloat(cell.Raw, 64); err == nil {
			return number, false
		}
	case CellDate:
		if day, err := strconv.ParseFloat(cell.Raw, 64); err == nil {
			return day + daysApart(cell.Text, day), false
		}
	case CellBool:
		return cell.Text == "TRUE", false
	case CellBlank:
		if cell.NoValue {
			return "#N/A", true // a formula that was never calculated; the cell is not empty
		}
		return nil, false
	case CellText, CellError:
	}
	return cell.Text, true
}

// epochs is how many days lie between the two days from which workbooks count.
const epochs = 1462

// daysApart is how far the file counts days from another day than a new workbook does, as what it shows tells.
func daysApart(shown string, day float64) float64 {
	for _, form := range []string{time.DateOnly, time.DateTime} {
		at, err := time.Parse(form, shown)
		if err != nil {
			continue
		}
		const secondsOfDay = 24 * 60 * 60
		counted := (at.Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / secondsOfDay
		if float64(counted)-day > epochs/2 {
			return epochs
		}
	}
	return 0
}
