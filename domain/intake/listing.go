package intake

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// listing reads the records that an import lists, as a connector reads its system's.
type listing struct {
	judge    *recordsJudge
	imported domain.Import
	partial  bool
}

var _ reconcile.Source = (*listing)(nil)

// Listing returns the source of a run that takes in an upload's records; CodeImportState when its file is being read again.
func (n *Intake) Listing(ctx context.Context, run domain.Run) (reconcile.Source, error) {
	imported, err := n.Store.Read().Imports.ByID(ctx, run.Import)
	if err != nil {
		return nil, err
	}
	if imported.Run != run.ID {
		return nil, replaced(imported)
	}
	made, err := n.newRecordsJudge(ctx, imported)
	if err != nil {
		return nil, err
	}
	return &listing{judge: made.(*recordsJudge), imported: imported, partial: run.Mode == domain.RunPartial}, nil
}

func replaced(imported domain.Import) error {
	return domain.Conflict(domain.CodeImportState, "the file %s was replaced, or is read in another way, since it was handed in: hand it in again", imported.FileName)
}

// Check says that there is nothing to connect to.
func (l *listing) Check(context.Context) []reconcile.CheckStep {
	return []reconcile.CheckStep{{Name: "reach", OK: true, Hint: "the records come from the upload " + l.imported.FileName}}
}

// Supplies lists the attributes that the file has columns for, and those that the system supplies otherwise: of these what is known
// stays, and is compared as before.
func (l *listing) Supplies(definition domain.Definition) []domain.AttributeID {
	has := map[domain.AttributeID]bool{}
	for _, id := range l.judge.intake.Desk.Fields.Supplied(l.judge.system, definition.Domain) {
		has[id] = true
	}
	for _, cell := range l.judge.cells {
		has[cell.key] = true
	}
	var supplied []domain.AttributeID
	for _, id := range definition.IDs() {
		if has[id] {
			supplied = append(supplied, id)
		}
	}
	return supplied
}

// Read hands over the rows in the order of the file; wrong ones are rejected, and count as present where their code is known.
func (l *listing) Read(ctx context.Context, _ reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	reads := l.judge.intake.Store.Read()
	count, unnamed := 0, 0
	for {
		rows, err := reads.Imports.Rows(ctx, domain.ImportRowQuery{Import: l.imported.ID, Offset: count, Limit: pageRows})
		if err != nil {
			return reconcile.Proof{}, err
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			if nameless(row) {
				unnamed++
			}
		}
		count += len(rows)
		page, err := l.page(ctx, reads, rows)
		if err != nil {
			return reconcile.Proof{}, err
		}
		if err := emit(page); err != nil {
			return reconcile.Proof{}, err
		}
	}
	now, err := reads.Imports.ByID(ctx, l.imported.ID)
	if err != nil {
		return reconcile.Proof{}, err
	}
	if now.Revision != l.imported.Revision || now.Run != l.imported.Run {
		return reconcile.Proof{}, replaced(now)
	}
	return l.proof(count, unnamed), nil
}

// pageRows is how many rows are handed over at once.
const pageRows = 1000

// proof says what the list is worth.
func (l *listing) proof(count, unnamed int) reconcile.Proof {
	switch {
	case !l.partial && unnamed == 0:
		return reconcile.Proof{Complete: true, How: fmt.Sprintf("The file %s lists all records, and all its %d rows were taken in", l.imported.FileName, count)}
	case !l.partial: // cannot be: such a list is handed in as a partial one
		return reconcile.Proof{Why: unnamedSentence(unnamed)}
	case unnamed > 0 && l.imported.Kind == domain.ImportRecordsComplete:
		return reconcile.Proof{Partial: true, How: fmt.Sprintf("All %d rows of the file %s were taken in. %s", count, l.imported.FileName, unnamedSentence(unnamed))}
	default:
		return reconcile.Proof{Partial: true, How: fmt.Sprintf("All %d rows of the file %s were taken in; it lists some records only", count, l.imported.FileName)}
	}
}

func unnamedSentence(unnamed int) string {
	return fmt.Sprintf("%d rows have no code that can be trusted: it cannot be told of which records they are, so that none is taken to be missing", unnamed)
}

// page makes rows what a connector would give.
func (l *listing) page(ctx context.Context, reads domain.Reads, rows []domain.ImportRow) (reconcile.Page, error) {
	var page reconcile.Page
	var keys []string
	entries := make([]domain.ImportEntry, len(rows))
	for i, row := range rows {
		entries[i], keys = row.Entry(), append(keys, row.Key)
	}
	answered, err := answeredOf(ctx, reads, l.imported.ID, entries)
	if err != nil {
		return page, err
	}
	known, err := l.judge.known(ctx, reads, keys)
	if err != nil {
		return page, err
	}
	for i, row := range rows {
		if row.Status == domain.ImportSame && row.Key == "" {
			continue // a row of sums, or of headings
		}
		entry, _ := answered.to(entries[i])
		again := domain.ImportRow{Status: row.Status, Message: row.Message}
		said := l.judge.values(&again, entry)
		if again.Status == domain.ImportWrong {
			page.Rejected = append(page.Rejected, l.rejected(row, again.Message))
			continue
		}
		record, there := known[row.Key]
		page.Rows = append(page.Rows, domain.StagedRow{Record: domain.SourceRecord{
			Code: domain.Code(row.Code), Active: true, Attributes: l.judge.over(record, there && record.GoneAt == 0, entry, said),
			Token: l.imported.FileName + " " + l.imported.FileHash[:min(12, len(l.imported.FileHash))],
		}})
	}
	return page, nil
}

func (l *listing) rejected(row domain.ImportRow, why string) domain.QuarantinedRow {
	out := domain.QuarantinedRow{Position: placeOf(row), Reason: why, Content: contentOf(row, l.judge.cells)}
	if !nameless(row) {
		out.Code = row.Code
	}
	return out
}

// nameless says that a row's code is missing, or is not to be trusted.
func nameless(row domain.ImportRow) bool {
	if row.Key == "" {
		return row.Status == domain.ImportWrong
	}
	at := row.Entry().Cell(domain.FieldCode)
	for _, note := range row.Notes {
		if note.Weight == domain.NoteWrong && note.Kind != domain.NoteTwice && note.Cell == at {
			return true
		}
	}
	return false
}
