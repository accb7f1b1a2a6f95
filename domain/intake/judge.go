package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// judge says of rows of an upload what they would change, and hands them in. There is one for each kind of upload, made anew for
// each import that is worked on; it is used by one goroutine.
type judge interface {
	// judge says of entries what they would change, by what reads knows now: one row for each entry, in their order, with its Key,
	// Status, Message, Notes (the entry's own first), and what it is about. Position, Sheet, Line, Part and Cells are set by the
	// caller. Whatever an entry says it answers with a row: an error is a failure of the store.
	judge(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]domain.ImportRow, error)
	// repeated judges the rows of one key among themselves, by position, once each was judged alone.
	repeated(rows []domain.ImportRow)
	// absent counts what is known and not named by the file, for a kind that says it names all.
	absent(ctx context.Context, reads domain.Reads) (int, error)
	// submit hands in some of the rows that wait for it, in one transaction, and says whether there may be more.
	submit(ctx context.Context, imported domain.Import) (more bool, err error)
}

// judgeOf makes the judge of an import's kind, with what it needs to know of the plants and systems.
func (n *Intake) judgeOf(ctx context.Context, imported domain.Import) (judge, error) {
	switch imported.Kind {
	case domain.ImportMapping:
		return n.newMappingJudge(ctx, imported)
	case domain.ImportGolden:
		return n.newGoldenJudge(ctx, imported)
	case domain.ImportRecordsPartial, domain.ImportRecordsComplete:
		return n.newRecordsJudge(ctx, imported)
	default:
		return nil, domain.Invalid(domain.CodeImportInvalid, "files of the kind %q cannot be taken in", string(imported.Kind))
	}
}

// wrong makes a row wrong, for a reason that was found at one of its cells.
func wrong(row *domain.ImportRow, kind domain.NoteKind, cell, message string) {
	notice(row, domain.ImportNote{Cell: cell, Kind: kind, Weight: domain.NoteWrong, Message: message})
}

// notice adds a note to a row. The first one that makes it wrong is its message.
func notice(row *domain.ImportRow, note domain.ImportNote) {
	row.Notes = append(row.Notes, note)
	if note.Weight == domain.NoteWrong && row.Status != domain.ImportWrong {
		row.Status, row.Message = domain.ImportWrong, note.Message
	}
}

// begun is the row of an entry before it is judged: wrong where one of its cells cannot be used, else new.
func begun(entry domain.ImportEntry) domain.ImportRow {
	row := domain.ImportRow{Plant: entry.Plant, Code: entry.Text(domain.FieldCode), Target: entry.Text(domain.FieldTarget), Status: domain.ImportNew}
	for _, note := range entry.Notes {
		notice(&row, note)
	}
	return row
}
