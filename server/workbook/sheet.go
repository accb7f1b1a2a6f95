package workbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errSheet is what no spreadsheet program writes into a sheet.
var errSheet = errors.New("its cells are not in order")

// sheetReader reads the rows of one sheet.
type sheetReader struct {
	scan      *scanner
	limits    BookLimits
	styles    *styles
	strings   func() (*stringTable, error)
	since1904 bool
	// stale says that whoever wrote the file left its formulas to be calculated by whoever opens it, with 0 as their value.
	stale bool
	// blind leaves out what shared texts say: it is enough to know that there is one.
	blind  bool
	merges *mergeFiller
	words  *wordTable
	hidden []bool // the columns that are, by their number
	// from is the first row that is asked for; emit gets the rows.
	from  int
	emit  func(Line) error
	fault error // of emit
	rows  int
	// most is how many rows of the file are looked at, looked how many were; 0 looks at all.
	most, looked int
	line         Line
	cells        []Cell
	// The cell that is being read.
	kind         []byte
	style        int
	value        []byte
	inline       []byte
	hasValue     bool
	hasFormula   bool
	hasInline    bool
	inlineStruck bool
}

// read reads all rows.
func (r *sheetReader) read() error {
	for {
		token, err := r.scan.next()
		if token == xmlEOF || err != nil {
			return err
		}
		if token != xmlStart {
			continue
		}
		switch string(r.scan.name) {
		case "col":
			r.column()
		case "sheetData":
			if err := r.sheetData(); err != nil {
				return err
			}
		}
	}
}

// column notes hidden columns, which stand before the rows.
func (r *sheetReader) column() {
	s := r.scan
	if !s.flag("hidden") && string(s.attr("width")) != "0" {
		return
	}
	if r.hidden == nil {
		r.hidden = make([]bool, r.limits.Columns+1)
	}
	for column := max(s.number("min", 0), 1); column <= min(s.number("max", 0), r.limits.Columns); column++ {
		r.hidden[column] = true
	}
}

func (r *sheetReader) sheetData() error {
	for depth := len(r.scan.starts); len(r.scan.starts) >= depth; {
		token, err := r.scan.next()
		if err != nil {
			return err
		}
		if token == xmlStart && string(r.scan.name) == "row" {
			if err := r.row(); err != nil {
				return err
			}
		}
	}
	return nil
}

// row reads one row and hands it over.
func (r *sheetReader) row() error {
	if r.looked++; r.most > 0 && r.looked > r.most {
		return errStop
	}
	named, err := r.begin()
	if err != nil {
		return err
	}
	column, count := 0, 0
	err = within(r.scan, func() (err error) {
		if string(r.scan.name) != "c" {
			return r.scan.skip()
		}
		if column, err = r.position(column, named); err != nil {
			return err
		}
		if count++; count > excelColumns {
			return errSheet
		}
		named = true
		return r.cell(column)
	})
	if err != nil {
		return err
	}
	return r.handOver()
}

// begin reads what the row says of itself: its number, if it says that, and whether it is hidden.
func (r *sheetReader) begin() (named bool, err error) {
	s := r.scan
	number := r.line.Number + 1
	if s.attr("r") != nil {
		n := s.number("r", 0)
		if n < number || n > excelRows {
			return false, errSheet
		}
		number, named = n, true
	}
	r.line = Line{Number: number, Hidden: s.flag("hidden") || string(s.attr("ht")) == "0"}
	r.cells = r.cells[:0]
	return named, nil
}

// position is the column of the cell whose start was the last token, after that of the cell before. A row without a number has
// that of its first cell.
func (r *sheetReader) position(before int, named bool) (int, error) {
	ref := r.scan.attr("r")
	if len(ref) == 0 {
		return before + 1, nil
	}
	column, row, ok := parseRef(ref)
	if ok && !named && row > r.line.Number {
		r.line.Number = row
	}
	if !ok || row != r.line.Number {
		return 0, errSheet
	}
	return column, nil
}

// handOver gives the row to whoever asked for it.
func (r *sheetReader) handOver() error {
	cells, err := r.complete()
	if err != nil || r.line.Number < r.from || blankCells(cells) {
		return err
	}
	for i := range cells {
		cells[i].Hidden = r.hidden != nil && r.hidden[cells[i].Column]
	}
	if r.rows++; r.rows > r.limits.Rows {
		return tooManyRows(r.limits.Rows)
	}
	r.line.Cells = cells
	if r.fault = r.emit(r.line); r.fault != nil {
		return errStop
	}
	return nil
}

// complete returns the row's cells in their order, with those that merged ones cover.
func (r *sheetReader) complete() ([]Cell, error) {
	if len(r.cells) == 0 || r.line.Number < r.from && r.merges == nil {
		return nil, nil
	}
	if !slices.IsSortedFunc(r.cells, byColumn) {
		slices.SortStableFunc(r.cells, byColumn)
	}
	for i := 1; i < len(r.cells); i++ {
		if r.cells[i].Column == r.cells[i-1].Column {
			return nil, errSheet
		}
	}
	if r.merges == nil {
		return r.cells, nil
	}
	return r.merges.fill(r.line.Number, r.cells)
}

func tooManyRows(most int) error {
	return notUsable("the file has more than %d rows; please split it", most)
}

func byColumn(a, b Cell) int { return cmp.Compare(a.Column, b.Column) }

// blankCells tells whether no cell says anything of its own.
func blankCells(cells []Cell) bool {
	for i := range cells {
		if c := &cells[i]; !c.Merged && (c.NoValue || c.Kind != CellBlank && strings.TrimSpace(c.Text) != "") {
			return false
		}
	}
	return true
}

// cell reads one cell.
func (r *sheetReader) cell(column int) error {
	if err := r.readCell(); err != nil {
		return err
	}
	if !r.hasValue && !r.hasFormula && !r.hasInline {
		return nil
	}
	c, err := r.content(column)
	if err != nil || c.Kind == CellBlank && !c.NoValue {
		return err
	}
	if column > r.limits.Columns || len(r.cells) == r.limits.Columns {
		return tooManyColumns(cellName(column, r.line.Number), r.limits.Columns)
	}
	r.cells = append(r.cells, c)
	return nil
}

// readCell reads what stands in the cell whose start was the last token.
func (r *sheetReader) readCell() error {
	s := r.scan
	r.kind = append(r.kind[:0], s.attr("t")...)
	r.style = s.number("s", 0)
	r.value, r.inline = r.value[:0], r.inline[:0]
	r.hasValue, r.hasFormula, r.hasInline, r.inlineStruck = false, false, false, false
	return within(s, func() (err error) {
		switch string(s.name) {
		case "v":
			return r.readValue()
		case "is":
			r.hasInline = true
			r.inline, r.inlineStruck, err = richText(s, r.inline, r.limits.CellBytes)
			return err
		case "f":
			r.hasFormula = true
		}
		return s.skip()
	})
}

func tooManyColumns(at string, most int) error {
	return notUsable("there is something in %s, beyond the %d columns that a table may have; delete what stands right of the table and save it again", at, most)
}

// readValue reads the stored value.
func (r *sheetReader) readValue() (err error) {
	r.hasValue = true
	if string(r.kind) == "str" {
		r.value, err = runText(r.scan, r.value, r.limits.CellBytes)
	} else {
		r.value, err = spelling(r.scan, r.value, r.limits.CellBytes)
		r.value = bytes.TrimSpace(r.value)
	}
	return err
}

// content is the cell that was read.
func (r *sheetReader) content(column int) (Cell, error) {
	style := r.styles.of(r.style)
	c := Cell{Column: column, Formula: r.hasFormula, Format: style.format.code, Fill: style.fill, Struck: style.struck}
	if r.isEmpty() || r.stale && r.hasFormula && string(r.value) == "0" {
		c.NoValue = r.hasFormula
		return c, nil
	}
	switch string(r.kind) {
	case "", "n":
		r.number(&c, style.format)
	case "s":
		return r.shared(c)
	case "inlineStr":
		r.text(&c, r.inline)
		c.Struck = c.Struck || r.inlineStruck
	case "str":
		r.text(&c, r.value)
	case "e":
		r.text(&c, r.value)
		c.Kind = CellError
	case "b", "d":
		r.rare(&c)
	default:
		return c, fmt.Errorf("a cell is of the unknown type %q", r.kind)
	}
	return c, nil
}

// isEmpty tells whether the cell has no value. That of a formula may be "", which is one.
func (r *sheetReader) isEmpty() bool {
	return !r.hasInline && (!r.hasValue || len(r.value) == 0 && string(r.kind) != "str")
}

// rare makes the cell one of a truth value, or of a date that is spelt out.
func (r *sheetReader) rare(c *Cell) {
	if string(r.kind) == "d" {
		r.text(c, bytes.TrimSuffix(bytes.Replace(r.value, []byte("T"), []byte(" "), 1), []byte(" 00:00:00")))
		c.Kind, c.Raw = CellDate, string(r.value)
		return
	}
	c.Kind, c.Text, c.Raw = CellBool, "FALSE", "0"
	if string(r.value) == "1" || string(r.value) == "true" {
		c.Text, c.Raw = "TRUE", "1"
	}
}

// text makes the cell one of text.
func (r *sheetReader) text(c *Cell, text []byte) {
	if len(text) > 0 {
		c.Kind = CellText
		c.Text = r.words.word(text)
		c.Raw = c.Text
	}
}

// shared is a cell whose text stands in the table of shared ones.
func (r *sheetReader) shared(c Cell) (Cell, error) {
	number := 0
	for _, digit := range r.value {
		if digit < '0' || digit > '9' || number > 1<<40 {
			return c, errSheet
		}
		number = number*10 + int(digit-'0')
	}
	if r.blind {
		c.Kind, c.Text = CellText, "?"
		return c, nil
	}
	table, err := r.strings()
	if err != nil {
		return c, err
	}
	text, struck, ok, err := table.text(number)
	if err != nil {
		return c, err
	}
	if !ok {
		return c, errors.New("a cell names a text that does not exist")
	}
	if text != "" {
		c.Kind, c.Text, c.Raw = CellText, text, text
	}
	c.Struck = c.Struck || struck
	return c, nil
}

// number makes the cell one of a number, or of the date that its format makes of it. What is no number is text.
func (r *sheetReader) number(c *Cell, format *numberFormat) {
	c.Kind = CellNumber
	if format.plain && plainDigits(r.value) {
		c.Text = r.words.word(r.value)
		c.Raw = c.Text
		return
	}
	d, ok := parseDecimal(r.value)
	if !ok {
		r.text(c, r.value)
		return
	}
	c.Raw = d.String()
	if format.date || format.clock {
		if text, ok := format.showDate(d.float(), r.since1904); ok {
			c.Kind, c.Text = CellDate, text
			return
		}
	}
	c.Text = format.show(d)
}

// plainDigits tells whether a stored number is spelt as it is shown.
func plainDigits(b []byte) bool {
	if len(b) == 0 || len(b) > excelDigits || b[0] == '0' && len(b) > 1 {
		return false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// wordTable keeps short texts that were seen lately, because the cells of a column often say the same.
type wordTable struct{ words [1 << 11]string }

// word is b as a string.
func (t *wordTable) word(b []byte) string {
	if len(b) > 32 {
		return string(b)
	}
	hash := uint32(2166136261)
	for _, c := range b {
		hash = (hash ^ uint32(c)) * 16777619
	}
	kept := &t.words[hash%uint32(len(t.words))]
	if *kept != string(b) {
		*kept = string(b)
	}
	return *kept
}

// readSheet reads the rows of a sheet's part.
func readSheet(ctx context.Context, c *container, part string, r *sheetReader) error {
	in, err := c.open(ctx, part, c.limits.Part)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // nothing is written
	r.scan, r.words = newScanner(in), &wordTable{}
	err = r.read()
	if errors.Is(err, errStop) {
		return r.fault
	}
	return damaged(part, err)
}
