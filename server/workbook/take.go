package workbook

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// habitRows is from how many rows it is learnt which colours are usual.
const habitRows = 500

// take reads the rows of a layout and hands over what they say.
func take(ctx context.Context, from tables, ask intake.Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error {
	x := newLexicon(ask)
	layouts := []domain.ImportLayout{layout}
	if layout.EverySheet {
		var err error
		layouts, err = x.everySheet(ctx, from, layout, func(sheet, why string) error {
			return emit(domain.ImportEntry{Sheet: sheet, Notes: []domain.ImportNote{{Kind: domain.NoteUnknownPlant, Weight: domain.NoteWrong, Message: why}}})
		})
		if err != nil {
			return err
		}
	}
	for _, l := range layouts {
		t, err := newTaker(ctx, x, from, l)
		if err != nil {
			return err
		}
		t.emit = emit
		if err := from.Lines(ctx, l.Sheet, max(l.HeaderRow, 1-l.HeaderRows)+l.HeaderRows, t.line); err != nil {
			return err
		}
		if err := t.settle(); err != nil {
			return err
		}
	}
	return nil
}

// taker takes the rows of one sheet.
type taker struct {
	x      *lexicon
	layout domain.ImportLayout
	emit   func(domain.ImportEntry) error
	// columns are those that hold something; groups are the plants that have columns of their own.
	columns []column
	groups  []domain.PlantID
	// tab is the plant that the sheet is named for.
	tab domain.PlantID
	// heads are the texts of the head's rows by column.
	heads []map[int]string
	// waiting are the first rows, until it is known which colours are usual.
	waiting []Line
	settled bool
	habits  habits
	now     []Cell // the mapped cells of the row
	above   []Cell // and of the one before
	repeat  int    // how many rows of a repeated head stand just above
	// other is the row in which another table began, 0 for none.
	other int
	cells cellReader
}

// column is one column that holds something.
type column struct {
	domain.ImportColumn
	form form
	unit string
	key  domain.ImportField // of its cell in an entry
}

func newTaker(ctx context.Context, x *lexicon, from tables, layout domain.ImportLayout) (*taker, error) {
	t := &taker{x: x, layout: layout, tab: x.namesPlant(layout.Sheet), habits: habits{fills: map[int]map[string]int{}}}
	t.cells = cellReader{layout: &t.layout, kind: x.kind, numbers: &numbers{form: numberForm()}, days: newDays()}
	t.cells.nothing, t.cells.above = sayings()
	seen := map[domain.ImportField]bool{}
	for _, c := range layout.Columns {
		if c.Field == domain.FieldIgnored || c.Column < 1 {
			continue
		}
		held := column{ImportColumn: c, form: x.formOf(c.Field), key: CellField(c)}
		if x.attributes[c.Field].Kind == domain.KindQuantity {
			held.unit = unitOfHead(x.understand(c.Header).unit, x.attributes[c.Field].Unit)
		}
		t.columns = append(t.columns, held)
		if c.Plant != "" && !seen[domain.ImportField(c.Plant)] {
			seen[domain.ImportField(c.Plant)] = true
			t.groups = append(t.groups, c.Plant)
		}
	}
	if err := t.checkColumns(); err != nil || layout.HeaderRow < 1 || layout.HeaderRows < 1 {
		return t, err
	}
	lines, err := firstLines(ctx, from, layout.Sheet, layout.HeaderRow, layout.HeaderRow+layout.HeaderRows)
	for _, line := range lines {
		texts := map[int]string{}
		for _, c := range line.Cells {
			texts[c.Column] = strings.TrimSpace(c.Text)
		}
		t.heads = append(t.heads, texts)
	}
	return t, err
}

// checkColumns refuses a layout of which no row could say what it means: two columns that hold the same.
func (t *taker) checkColumns() error {
	for i, c := range t.columns {
		for _, o := range t.columns[:i] {
			twice := c.key == o.key && c.Plant == o.Plant
			beside := c.Field == domain.FieldCode && o.Field == domain.FieldCode && (c.Plant == "") != (o.Plant == "")
			if twice || beside {
				return domain.Invalid(domain.CodeImportInvalid, "the columns %s and %s are both said to hold %s: choose one",
					columnName(o.Column), columnName(c.Column), t.x.called(c.Field))
			}
		}
	}
	return nil
}

// CellField is the field under which an entry has a column's cell: the column's own, and with it the language, where the column names one.
func CellField(c domain.ImportColumn) domain.ImportField {
	if c.Language == "" {
		return c.Field
	}
	return c.Field + "#" + domain.ImportField(c.Language)
}

// line takes the next row, once it is known what is usual.
func (t *taker) line(line Line) error {
	if t.settled {
		return t.row(line)
	}
	line.Cells = slices.Clone(line.Cells)
	t.waiting = append(t.waiting, line)
	if len(t.waiting) < habitRows {
		return nil
	}
	return t.settle()
}

// settle learns which colours are usual, and takes the rows that waited for it.
func (t *taker) settle() error {
	if t.settled {
		return nil
	}
	t.settled = true
	for _, line := range t.waiting {
		t.habits.learn(line, t.columns)
	}
	for _, line := range t.waiting {
		if err := t.row(line); err != nil {
			return err
		}
	}
	t.waiting = nil
	return nil
}

// row takes one row below the head.
func (t *taker) row(line Line) error {
	mapped := t.mapped(line)
	switch {
	case acrossTable(line, mapped):
		return t.leaveOut(line, domain.NoteMerged, domain.NoteHint, "the row is a heading across the table: it was left out")
	case blankRow(mapped):
		return nil
	case t.layout.SkipHidden && line.Hidden:
		return nil
	case t.repeats(mapped):
		t.other = 0
		return nil
	case t.totals(line, mapped):
		return t.leaveOut(line, domain.NoteTotals, domain.NoteHint, "the row has sums: it was left out")
	}
	if same, other := t.anotherHead(line, mapped); same {
		t.other = 0
		return nil
	} else if other {
		t.other = line.Number
	}
	return t.entries(line, mapped)
}

// leaveOut hands over that a row was left out, and why: an entry without cells.
func (t *taker) leaveOut(line Line, kind domain.NoteKind, weight domain.NoteWeight, message string) error {
	return t.emit(domain.ImportEntry{
		Sheet: t.layout.Sheet, Line: line.Number, Plant: t.tab,
		Notes: []domain.ImportNote{{Cell: t.place("", line.Number), Kind: kind, Weight: weight, Message: message}},
	})
}

// mapped are the cells of the columns that hold something, in the order of columns; those of the row before are kept.
func (t *taker) mapped(line Line) []Cell {
	if t.now == nil {
		t.now, t.above = make([]Cell, len(t.columns)), make([]Cell, len(t.columns))
	}
	t.now, t.above = t.above, t.now
	found := t.now
	for i, c := range t.columns {
		found[i] = Cell{Column: c.Column}
		if at, has := slices.BinarySearchFunc(line.Cells, c.Column, func(cell Cell, column int) int { return cell.Column - column }); has {
			found[i] = line.Cells[at]
		}
	}
	return found
}

// says says that a cell has content of its own or from a merged one.
func (c Cell) says() bool { return c.NoValue || strings.TrimSpace(c.Text) != "" }

func blankRow(mapped []Cell) bool {
	return !slices.ContainsFunc(mapped, func(c Cell) bool { return c.says() && !c.Merged })
}

// place names a cell of the sheet: "Items!C14"; a row for no column.
func (t *taker) place(column string, line int) string {
	at := column + strconv.Itoa(line)
	if t.layout.Sheet == "" {
		return at
	}
	return t.layout.Sheet + "!" + at
}
