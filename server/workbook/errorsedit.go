package workbook

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// maxNotes bounds the notes at cells: what they say stands in the column of reasons as well.
const maxNotes = 2000

// editErrors puts what was found into the file itself, all else of which stays as it is.
func editErrors(ctx context.Context, w io.Writer, file *excelize.File, source opened, faulty intake.Faulty) error {
	e := &editor{file: file, source: source, faulty: faulty, sheets: map[string]*editedSheet{}, styles: map[recoloured]int{}}
	for found, err := range findings(faulty.Rows, faulty.Language) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = e.mark(ctx, found)
		}
		if err != nil {
			return fmt.Errorf("mark the errors of a workbook: %w", err)
		}
	}
	at, err := e.sheet(ctx, faulty.Mark.Layout.Sheet) // also where the import has no rows
	if err != nil {
		return err
	}
	if err := writeMark(file, markOfErrors(faulty, at.name, at.columns)); err != nil {
		return err
	}
	return save(ctx, file, w)
}

// editor edits one workbook.
type editor struct {
	file   *excelize.File
	source opened
	faulty intake.Faulty
	sheets map[string]*editedSheet
	styles map[recoloured]int
	notes  int
}

// editedSheet is a sheet that has the further columns.
type editedSheet struct {
	columns
	name string
	// noted are cells that have a note of somebody.
	noted map[string]bool
}

// recoloured is a style with another colour behind it, "" for none.
type recoloured struct {
	style  int
	colour string
}

// sheet makes a sheet ready when it is first met.
func (e *editor) sheet(ctx context.Context, name string) (*editedSheet, error) {
	if known := e.sheets[name]; known != nil {
		return known, nil
	}
	if index, err := e.file.GetSheetIndex(name); err != nil || index < 0 {
		return &editedSheet{name: name}, err
	}
	head := headLine(e.faulty.Mark.Layout)
	at, err := findColumns(ctx, e.source, name, head)
	if err != nil {
		return nil, err
	}
	s := &editedSheet{columns: at, name: name, noted: map[string]bool{}}
	e.sheets[name] = s
	if err := e.tidy(s); err != nil {
		return nil, err
	}
	return s, e.heads(s, head)
}

// tidy takes away what an earlier error workbook said.
func (e *editor) tidy(s *editedSheet) error {
	for _, place := range s.stale {
		if err := e.colour(s.name, place, ""); err != nil {
			return err
		}
	}
	notes, err := e.file.GetComments(s.name)
	if err != nil {
		return err
	}
	for _, note := range notes {
		if !ourNote(note) {
			s.noted[note.Cell] = true
			continue
		}
		if err := e.file.DeleteComment(s.name, note.Cell); err != nil {
			return err
		}
	}
	return nil
}

// ourNote says that a note is of an earlier error workbook. LibreOffice does not keep who wrote a note, so its text says so too.
func ourNote(note excelize.Comment) bool {
	text := note.Text
	for _, run := range note.Paragraph {
		text += run.Text
	}
	return note.Author == creator || strings.HasPrefix(text, creator+": ")
}

// heads names the further columns, in the style of the heads beside them.
func (e *editor) heads(s *editedSheet, line int) error {
	style := 0
	if before := min(s.status, s.reason) - 1; before > 0 {
		place, err := excelize.CoordinatesToCellName(before, line)
		if err != nil {
			return err
		}
		if style, err = e.file.GetCellStyle(s.name, place); err != nil {
			return err
		}
	}
	for _, head := range []struct {
		column int
		text   string
		width  float64
	}{{s.status, statusHead(e.faulty.Language), 18}, {s.reason, reasonHead(e.faulty.Language), 60}} {
		if err := e.say(s, head.column, line, head.text); err != nil {
			return err
		}
		name, err := excelize.ColumnNumberToName(head.column)
		if err != nil {
			return err
		}
		if err := e.file.SetColWidth(s.name, name, name, head.width); err != nil {
			return err
		}
		if err := e.file.SetCellStyle(s.name, fmt.Sprintf("%s%d", name, line), fmt.Sprintf("%s%d", name, line), style); err != nil {
			return err
		}
	}
	return nil
}

// say puts a text into a cell.
func (e *editor) say(s *editedSheet, column, line int, text string) error {
	place, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return err
	}
	return e.file.SetCellStr(s.name, place, text)
}

// mark says of one row what was found.
func (e *editor) mark(ctx context.Context, found finding) error {
	s, err := e.sheet(ctx, found.sheet)
	if err != nil || s.status == 0 {
		return err
	}
	if err := e.say(s, s.status, found.line, statusWord(found.status, e.faulty.Language)); err != nil {
		return err
	}
	if err := e.say(s, s.reason, found.line, joined(found.reasons)); err != nil {
		return err
	}
	place, err := excelize.CoordinatesToCellName(s.status, found.line)
	if err != nil {
		return err
	}
	if err := e.colour(s.name, place, colourOf(found.status)); err != nil {
		return err
	}
	for _, cell := range found.cells {
		if err := e.point(s, cell); err != nil {
			return err
		}
	}
	return nil
}

// colourOf is the colour of a row's status, "" for none.
func colourOf(status domain.ImportRowStatus) string {
	switch status {
	case domain.ImportWrong:
		return colourWrong
	case domain.ImportConflict:
		return colourConflict
	default:
		return ""
	}
}

// point colours a cell and, where it has no note of somebody's, notes at it what is wrong.
func (e *editor) point(s *editedSheet, cell cellFinding) error {
	colour := colourWrong
	if cell.conflict {
		colour = colourConflict
	}
	if err := e.colour(s.name, cell.place, colour); err != nil {
		return err
	}
	if s.noted[cell.place] || e.notes >= maxNotes {
		return nil
	}
	s.noted[cell.place] = true
	e.notes++
	return e.file.AddComment(s.name, excelize.Comment{Cell: cell.place, Author: creator, Text: creator + ": " + cell.says, Width: 260})
}

// colour puts a colour behind a cell whose style is otherwise kept; "" takes ours away.
func (e *editor) colour(sheet, place, colour string) error {
	style, err := e.file.GetCellStyle(sheet, place)
	if err != nil {
		return err
	}
	key := recoloured{style, colour}
	made, known := e.styles[key]
	if !known {
		if made, err = e.restyled(style, colour); err != nil {
			return err
		}
		e.styles[key] = made
	}
	if made == style {
		return nil
	}
	return e.file.SetCellStyle(sheet, place, place, made)
}

// restyled is a style with another colour; without a colour a style whose colour is not ours stays.
func (e *editor) restyled(id int, colour string) (int, error) {
	style, err := e.file.GetStyle(id)
	if err != nil {
		return 0, err
	}
	if colour == "" {
		ours := slices.ContainsFunc(style.Fill.Color, func(c string) bool { return c == colourWrong || c == colourConflict })
		if !ours {
			return id, nil
		}
		style.Fill = excelize.Fill{}
	} else {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	return e.file.NewStyle(style)
}
