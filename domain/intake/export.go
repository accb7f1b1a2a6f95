package intake

import (
	"context"
	"io"
	"iter"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Writer writes the files that are given out. It holds no more of them in memory than a few rows, unless it says otherwise.
type Writer interface {
	// Table writes a workbook of one table: fill hands over its rows, whose errors end the writing. More rows than a sheet holds
	// are CodeExportTooLong.
	Table(ctx context.Context, w io.Writer, template Template, fill func(Sink) error) error
	// Errors writes an uploaded file once more, with what was found in it.
	Errors(ctx context.Context, w io.Writer, faulty Faulty) error
}

// Faulty is an uploaded file with what was found in it.
type Faulty struct {
	// Path is where the file is, Name what it was uploaded as.
	Path string
	Name string
	// Mark says how it was read, and which import goes on when it is uploaded again.
	Mark Mark
	// Language is that of the words for people: "de", else English.
	Language string
	// Rows are the import's rows by position.
	Rows iter.Seq2[domain.ImportRow, error]
}

// Export gives out what may be edited and sent back. It is safe for concurrent use.
type Export struct {
	Store  domain.Store
	Desk   *steward.Desk
	Writer Writer
	// Uploads has the imports whose errors are shown.
	Uploads *Intake
}

// exportPage is how many rows are asked of the store at once.
const exportPage = 1000

// paged repeats page, which returns what follows a cursor and the next cursor, until there is nothing left.
func paged(page func(cursor string) (next string, err error)) error {
	for cursor := ""; ; {
		next, err := page(cursor)
		if err != nil || next == "" {
			return err
		}
		cursor = next
	}
}
