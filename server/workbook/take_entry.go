package workbook

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// entries hands over what a row says: one entry, or one for each plant that has columns of its own and each code of a cell.
func (t *taker) entries(line Line, mapped []Cell) error {
	rowNotes := t.rowNotes(line, mapped)
	part := 0
	for _, plant := range t.groups {
		if !t.speaksOf(plant, mapped) {
			continue
		}
		if err := t.entry(line, plant, rowNotes, &part); err != nil {
			return err
		}
	}
	if part > 0 || len(t.groups) > 0 && !t.hasPlainCode(mapped) {
		return nil
	}
	return t.entry(line, "", rowNotes, &part)
}

// speaksOf says that a plant's own columns say something in the row.
func (t *taker) speaksOf(plant domain.PlantID, mapped []Cell) bool {
	for i, c := range t.columns {
		if c.Plant == plant && mapped[i].says() {
			return true
		}
	}
	return false
}

// hasOwn says that a plant has a column of its own for what another column says of all.
func (t *taker) hasOwn(plant domain.PlantID, key domain.ImportField) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.Plant == plant && c.key == key })
}

// hasPlainCode says that the row has a code that is no plant's column.
func (t *taker) hasPlainCode(mapped []Cell) bool {
	for i, c := range t.columns {
		if c.Plant == "" && c.Field == domain.FieldCode && mapped[i].says() {
			return true
		}
	}
	return false
}

// entry hands over what a row says of one plant, or of the import's own.
func (t *taker) entry(line Line, plant domain.PlantID, rowNotes []domain.ImportNote, part *int) error {
	e := domain.ImportEntry{
		Sheet: t.layout.Sheet, Line: line.Number, Plant: plant,
		Cells: make(map[domain.ImportField]domain.ImportCell, len(t.columns)), Notes: slices.Clone(rowNotes),
	}
	for i, c := range t.columns {
		if c.Plant == plant || c.Plant == "" && !t.hasOwn(plant, c.key) {
			t.takeCell(&e, line, i)
		}
	}
	t.ofTab(&e)
	codes := []string{e.Text(domain.FieldCode)}
	if t.layout.SplitCodes {
		if split := several(codes[0]); split != nil {
			codes = split
		}
	}
	for i, code := range codes {
		one := e
		if len(codes) > 1 {
			one = t.split(e, code, i, len(codes))
		}
		one.Part = *part
		*part++
		if err := t.emit(one); err != nil {
			return err
		}
	}
	return nil
}

// split is the entry of one of several codes of a cell.
func (t *taker) split(e domain.ImportEntry, code string, i, of int) domain.ImportEntry {
	one := e
	one.Cells = make(map[domain.ImportField]domain.ImportCell, len(e.Cells))
	for field, c := range e.Cells {
		one.Cells[field] = c
	}
	one.Cells[domain.FieldCode] = domain.ImportCell{At: e.Cells[domain.FieldCode].At, Text: code}
	one.Notes = append(slices.Clone(e.Notes), domain.ImportNote{
		Cell: e.Cell(domain.FieldCode), Kind: domain.NoteSeveral, Weight: domain.NoteHint,
		Message: "the cell holds " + strconv.Itoa(of) + " codes: this is the " + strconv.Itoa(i+1) + ".",
	})
	return one
}

// takeCell reads one cell into the entry, with what is noticed at it.
func (t *taker) takeCell(e *domain.ImportEntry, line Line, i int) {
	c, cell := t.columns[i], t.now[i]
	at := cellName(c.Column, line.Number)
	r := &t.cells
	r.form, r.field, r.unit, r.notes = c.form, c.Field, c.unit, r.notes[:0]
	text := r.read(cell)
	if cell.Merged && cell.says() {
		t.merged(c, cell, t.above[i], line)
	}
	for _, note := range r.notes {
		note.Cell = t.place(columnName(c.Column), line.Number)
		e.Notes = append(e.Notes, note)
	}
	e.Cells[c.key] = domain.ImportCell{At: at, Text: text}
}

// merged notes that a cell's text comes from another. From above is what people mean by it; from the left it may only be a heading,
// and one code for two rows is worth a look.
func (t *taker) merged(c column, cell, above Cell, line Line) {
	fromLeft := false
	if left, has := line.Cell(c.Column - 1); has && left.Text == cell.Text && above.Text != cell.Text {
		fromLeft = true
	}
	switch {
	case fromLeft:
		t.cells.noted(domain.NoteMerged, domain.NoteSuggest, "", "the cell is merged with the one to its left, whose text was taken")
	case c.Field == domain.FieldCode:
		t.cells.noted(domain.NoteMerged, domain.NoteSuggest, "", "the code stands in a cell that is merged over several rows: it was taken for each")
	default:
		t.cells.noted(domain.NoteMerged, domain.NoteHint, "", "the text comes from the merged cell above")
	}
}

// ofTab gives the entry the plant that its sheet is named for, unless its cells name one. Both must agree.
func (t *taker) ofTab(e *domain.ImportEntry) {
	if t.tab == "" || e.Plant != "" {
		return
	}
	cell, has := e.Cells[domain.FieldPlant]
	if !has || cell.Text == "" {
		e.Plant = t.tab
		return
	}
	switch named := t.x.namesPlant(cell.Text); named {
	case t.tab:
		e.Plant = t.tab
	default:
		e.Notes = append(e.Notes, domain.ImportNote{
			Cell: e.Cell(domain.FieldPlant), Kind: domain.NoteUnknownPlant, Weight: domain.NoteWrong,
			Message: "the sheet is named for the plant " + string(t.tab) + ", and the cell says " + someOf([]string{cell.Text}),
		})
	}
}

// rowNotes are what is noticed of the whole row.
func (t *taker) rowNotes(line Line, mapped []Cell) []domain.ImportNote {
	var notes []domain.ImportNote
	add := func(kind domain.NoteKind, weight domain.NoteWeight, column int, message string) {
		name := ""
		if column > 0 {
			name = columnName(column)
		}
		notes = append(notes, domain.ImportNote{Cell: t.place(name, line.Number), Kind: kind, Weight: weight, Message: message})
	}
	if t.other > 0 {
		add(domain.NoteValue, domain.NoteWrong, 0, "another table seems to begin in row "+strconv.Itoa(t.other)+": what stands below is not read by these heads")
	}
	if line.Hidden {
		add(domain.NoteHiddenRow, domain.NoteHint, 0, "the row is hidden in the sheet; it was taken")
	}
	if column := t.habits.oddFill(mapped); column > 0 {
		add(domain.NoteColour, domain.NoteHint, column, "the cell is coloured unlike others: what that means was not read")
	}
	if column := t.habits.oddStrike(mapped); column > 0 {
		add(domain.NoteStruck, domain.NoteSuggest, column, "the cell is struck through: it was taken all the same")
	}
	return notes
}

// habits is how the rows of a table look.
type habits struct {
	rows   int
	struck int
	fills  map[int]map[string]int
}

// learn counts how a row looks.
func (h *habits) learn(line Line, columns []column) {
	h.rows++
	struck := false
	for _, c := range columns {
		cell, _ := line.Cell(c.Column)
		struck = struck || cell.Struck
		if h.fills[c.Column] == nil {
			h.fills[c.Column] = map[string]int{}
		}
		if cell.says() {
			h.fills[c.Column][cell.Fill]++
		}
	}
	if struck {
		h.struck++
	}
}

// oddFill is the first column whose cell has a colour that fewer than a quarter of its column have; 0 for none.
func (h *habits) oddFill(mapped []Cell) int {
	for _, c := range mapped {
		if !c.says() {
			continue
		}
		all := 0
		for _, n := range h.fills[c.Column] {
			all += n
		}
		if c.Fill != "" && 4*h.fills[c.Column][c.Fill] < all {
			return c.Column
		}
	}
	return 0
}

// oddStrike is the first column whose cell is struck through, where not most rows are; 0 for none.
func (h *habits) oddStrike(mapped []Cell) int {
	if 2*h.struck >= h.rows && h.rows > 3 {
		return 0
	}
	for _, c := range mapped {
		if c.Struck && c.says() {
			return c.Column
		}
	}
	return 0
}

// acrossTable says that a row is one cell merged over the columns: a heading.
func acrossTable(line Line, mapped []Cell) bool {
	said, merged := 0, 0
	text := ""
	for _, c := range mapped {
		if !c.says() {
			continue
		}
		if said++; said == 1 {
			text = c.Text
		}
		if c.Text != text {
			return false
		}
		if c.Merged {
			merged++
		}
	}
	if said < 2 || merged < said-1 {
		return false
	}
	first := slices.IndexFunc(line.Cells, Cell.says)
	return first >= 0 && !line.Cells[first].Merged && line.Cells[first].Text == text
}

// repeats says that the row is the head again, as it stands on every page of a printed list.
func (t *taker) repeats(mapped []Cell) bool {
	for row, head := range t.heads {
		said, equal := 0, true
		for i, c := range t.columns {
			if !mapped[i].says() {
				continue
			}
			said++
			equal = equal && strings.EqualFold(strings.TrimSpace(mapped[i].Text), head[c.Column])
		}
		if equal && (said > 1 || row > 0 && t.repeat == row) {
			t.repeat = row + 1
			return true
		}
	}
	t.repeat = 0
	return false
}

// anotherHead says that the row is a head: the same one written in another way, or that of another table.
func (t *taker) anotherHead(line Line, mapped []Cell) (same, other bool) {
	if slices.ContainsFunc(mapped, func(c Cell) bool {
		return c.says() && (c.Kind != CellText || strings.ContainsAny(c.Text, "0123456789"))
	}) {
		return false, false
	}
	said, heads, own := 0, 0, 0
	for _, c := range line.Cells {
		if !c.says() || c.Merged {
			continue
		}
		said++
		if field := t.x.understand(c.Text).field; field != domain.FieldIgnored {
			heads++
			if slices.ContainsFunc(t.columns, func(o column) bool { return o.Column == c.Column && o.Field == field }) {
				own++
			}
		}
	}
	if heads < 2 || 2*heads <= said {
		return false, false
	}
	return own == heads, own < heads
}

// totals says that a row has sums: one of its texts is the word for that, numbers stand beside it, and it has no code.
func (t *taker) totals(line Line, mapped []Cell) bool {
	word := slices.IndexFunc(line.Cells, func(c Cell) bool {
		return c.Kind == CellText && len(c.Text) <= 40 && !strings.ContainsAny(c.Text, "0123456789") && t.x.totals[wordKey(c.Text)]
	})
	if word < 0 || !slices.ContainsFunc(line.Cells, t.isNumber) {
		return false
	}
	for i, c := range t.columns {
		if mapped[i].says() && c.Column != line.Cells[word].Column && t.means(c, mapped[i]) {
			return false
		}
	}
	return true
}

// means says that a cell is a code: a number in a plant's column may be a sum.
func (t *taker) means(c column, cell Cell) bool {
	return c.Field == domain.FieldTarget || c.Field == domain.FieldCode && (len(t.groups) == 0 || cell.Kind == CellText)
}

func (t *taker) isNumber(c Cell) bool {
	return c.Kind == CellNumber || c.Kind == CellText && t.cells.numbers.parse(c.Text, "").ok
}
