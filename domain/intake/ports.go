package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Opener opens uploaded files.
type Opener interface {
	// Open opens the file at path, which was uploaded under the given name. What cannot be read is CodeImportInvalid with a
	// sentence for the person who uploaded it; it says so quickly and within bounded memory, whatever the file is.
	Open(ctx context.Context, path, name string) (File, error)
}

// File is an uploaded workbook, or a CSV file, which has one sheet without a name. Its errors are CodeImportInvalid with a
// sentence that names the place.
type File interface {
	// Sheets lists the sheets in their order.
	Sheets() []Sheet
	// Mark returns the mark of our own exports and error workbooks, and whether there is one.
	Mark() (Mark, bool)
	// Sample returns the first rows of a sheet as they look, to show and correct a layout by.
	Sample(ctx context.Context, sheet string, rows int) ([]SampleRow, error)
	// Guess says how the file is to be read, by its mark, a profile that fits, or the words of its heads.
	Guess(ctx context.Context, ask Ask) (Guess, error)
	// Take reads the rows below the heads in their order, and hands over each with what was noticed at its cells: every cell is
	// taken exactly as it is shown, or there is a note that says otherwise. An error of emit ends the reading.
	Take(ctx context.Context, ask Ask, layout domain.ImportLayout, emit func(domain.ImportEntry) error) error
	// Close lets go of the file.
	Close() error
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
	// Rows and Columns are its extent as the file says; 0 where it does not.
	Rows    int
	Columns int
}

// SampleRow is one row as it looks.
type SampleRow struct {
	Line   int
	Hidden bool
	Cells  []SampleCell
}

// SampleCell is one cell as it looks. Merged says that the text comes from a merged cell above or to the left.
type SampleCell struct {
	Column int
	Text   string
	Merged bool
}

// Mark is what our own exports carry on a hidden sheet.
type Mark struct {
	Kind   domain.ImportKind
	System domain.SystemID
	Domain domain.DomainName
	// Import is the upload whose faults an error workbook shows; zero for an export. Source is the hash of the file it was made of.
	Import domain.ID
	Source string
	// ExportedAt is when it was made.
	ExportedAt domain.Instant
	// Layout says how it is to be read.
	Layout domain.ImportLayout
}

// Ask is what an upload was declared to be, and the words by which its heads may be understood.
type Ask struct {
	Kind       domain.ImportKind
	Definition domain.Definition
	// Plants are those whose names and codes may stand in heads, tabs and cells.
	Plants   []domain.Plant
	Profiles []domain.ImportProfile
}

// Guess is a layout that was guessed.
type Guess struct {
	Layout domain.ImportLayout
	// Sure says that it may be used without asking; Why says in a sentence what is missing where it is not.
	Sure bool
	Why  string
	// Profile is the remembered layout that fits; zero for none.
	Profile domain.ID
}

// Template is the head of a table that is given out to be edited.
type Template struct {
	Title   string
	Mark    Mark
	Columns []TemplateColumn
}

// TemplateColumn is one column of a template.
type TemplateColumn struct {
	Header string
	Field  domain.ImportField
	// Locked columns are not to be edited; Hidden ones are not shown.
	Locked bool
	Hidden bool
	// Choices are what the cells may say, for a drop-down list; none lets anything be typed.
	Choices []string
	// Width is in characters.
	Width int
	Note  string
	// Language is that of the column's texts, where a translated attribute has a column for each.
	Language string
}

// Sink takes the rows of a table that is given out, in the order of the template's columns. Every cell is text, and no
// spreadsheet calculates it.
type Sink interface {
	// Row writes the next row.
	Row(cells []string) error
}
