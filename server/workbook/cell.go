package workbook

// CellKind says what a cell holds.
type CellKind uint8

// The kinds of a cell's content. In a CSV file everything is text.
const (
	CellBlank  CellKind = iota // nothing: a formula that was never calculated, or one that gives ""
	CellText                   // characters
	CellNumber                 // a number that is shown as one
	CellDate                   // a number that its format shows as a date, a time or both
	CellBool
	CellError // #N/A and its like; Text says which
)

// Cell is one cell that has content.
type Cell struct {
	// Column counts from 1.
	Column int
	Kind   CellKind
	// Text is the cell as it is shown: 12345 under the format 00000000 is "00012345", a date is "2026-09-12", with a time
	// "2026-09-12 10:30:00", a truth value "TRUE". Two things differ from what Excel draws, because they depend on whose Excel it
	// is: the decimal sign is always a point, and groups of thousands are not set apart. A General number is never shortened to
	// an exponent: 123456789012 stays so. Blanks around a text, visible or not, are left as they are.
	Text string
	// Raw is what is stored: of a number its plain decimal in the 15 digits that Excel knows ("0.3", not "0.30000000000000004";
	// what follows the 15th is 0), of a date the number of the day, of a truth value "1" or "0", else Text.
	Raw string
	// Format is the code of the number format ("00000000", "0.00E+00", "@"); "" for General.
	Format string
	// Formula says that the content is calculated; NoValue that it never was: such a cell is blank until somebody opens the
	// file in Excel and saves it.
	Formula bool
	NoValue bool
	// Merged says that the content is that of a merged cell above or to the left.
	Merged bool
	// Hidden says that the column is hidden.
	Hidden bool
	// Struck says that the text is struck through, all of it or a part.
	Struck bool
	// Fill is the colour behind the text as ARGB ("FFFFFF00") or, where the workbook leaves it to its theme or palette,
	// "theme 4" or "indexed 10"; "" for none and for white.
	Fill string
}

// Line is one row that has content of its own, not only that of merged cells above. Its cells are in the order of the columns;
// blank ones are left out.
type Line struct {
	// Number is the row's in the sheet, in a CSV file that of the line where it begins; from 1.
	Number int
	Hidden bool
	// Cells are only lent: whoever keeps them longer than emit runs copies the slice. Its strings may be kept.
	Cells []Cell
}

// Cell finds the cell of a column; one without content where the line has none.
func (l Line) Cell(column int) (Cell, bool) {
	for _, c := range l.Cells {
		if c.Column == column {
			return c, true
		}
	}
	return Cell{Column: column}, false
}

// TextForm is how a CSV file is written. Delimiter is one of ; , | and a tab; Encoding one of the constants.
type TextForm struct {
	Delimiter string
	Encoding  string
}
