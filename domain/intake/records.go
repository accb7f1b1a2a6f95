package intake

import (
	"cmp"
	"context"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// recordsJudge judges a list of a system's records against what that system was last known to say.
type recordsJudge struct {
	intake     *Intake
	imported   domain.Import
	system     domain.SourceSystem
	definition domain.Definition
	cells      []valueCell
	reader     *cellReader
	padding    *padding // nil until it is needed
}

// listable is CodeImportInvalid for a list of records of a system whose records come in otherwise.
func listable(kind domain.ImportKind, system domain.SourceSystem) error {
	lists := kind == domain.ImportRecordsPartial || kind == domain.ImportRecordsComplete
	if !lists || system.Kind == domain.SystemFile {
		return nil
	}
	return domain.Invalid(domain.CodeImportInvalid,
		"%s is read by a connector, whose next reading would overwrite what is uploaded: correct the records there, and run its plan", system.Name)
}

// newRecordsJudge is CodeImportInvalid for a system whose records come in otherwise.
func (n *Intake) newRecordsJudge(ctx context.Context, imported domain.Import) (judge, error) {
	reads := n.Store.Read()
	system, err := reads.Systems.ByID(ctx, imported.System)
	if err != nil {
		return nil, err
	}
	if err := listable(imported.Kind, system); err != nil {
		return nil, err
	}
	definition, err := n.Desk.Governed(ctx, reads, imported.Domain)
	if err != nil {
		return nil, err
	}
	reader, err := newCellReader(ctx, reads, system.ID)
	return &recordsJudge{
		intake: n, imported: imported, system: system, definition: definition, reader: reader,
		cells: recordCells(definition, system, imported.Layout),
	}, err
}

// recordCells are the columns whose values the system's records take. What a record points at is said by codes that only its
// connector can tell apart, and lines do not fit into a cell.
func recordCells(definition domain.Definition, system domain.SourceSystem, layout domain.ImportLayout) []valueCell {
	stream, _ := system.Stream(definition.Domain)
	var cells []valueCell
	for _, cell := range valueCells(definition, layout, cmp.Or(stream.Language, domain.English)) {
		if cell.attribute.Kind != domain.KindReference && cell.attribute.Kind != domain.KindLines {
			cell.key = cell.attribute.ID // a system says its values for the place where it stands
			cells = append(cells, cell)
		}
	}
	return cells
}

// judge compares each entry with the known record of its code.
func (r *recordsJudge) judge(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]domain.ImportRow, error) {
	answered, err := answeredOf(ctx, reads, r.imported.ID, entries)
	if err != nil {
		return nil, err
	}
	rows, keys := make([]domain.ImportRow, len(entries)), []string{}
	read := make([]domain.ImportEntry, len(entries))
	for i, entry := range entries {
		read[i], _ = answered.to(entry)
		rows[i] = begun(read[i])
		rows[i].Asked, rows[i].System, rows[i].Plant = asked(entry), r.system.ID, r.system.Plant
		if r.name(&rows[i], read[i]) {
			keys = append(keys, rows[i].Key)
		}
	}
	known, err := r.known(ctx, reads, keys)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r.compare(&rows[i], read[i], known)
	}
	return rows, r.suggestZeros(ctx, reads, rows, read)
}

// suggestZeros notes new codes that are known ones without their leading zeros, or that are too short beside all known ones.
func (r *recordsJudge) suggestZeros(ctx context.Context, reads domain.Reads, rows []domain.ImportRow, read []domain.ImportEntry) error {
	if r.padding == nil {
		p, err := paddingOf(ctx, reads, r.imported.Domain, r.system.ID)
		if err != nil {
			return err
		}
		r.padding = &p
	}
	var keys []string
	for _, row := range rows {
		if padded := r.padding.padded(row.Code); row.Status == domain.ImportNew && padded != "" {
			keys = append(keys, r.system.CodeRule.Key(domain.Code(padded)))
		}
	}
	known, err := r.known(ctx, reads, keys)
	for i := range rows {
		row := &rows[i]
		padded := r.padding.padded(row.Code)
		if row.Status != domain.ImportNew || padded == "" {
			continue
		}
		if _, is := known[r.system.CodeRule.Key(domain.Code(padded))]; is || r.padding.unanimous {
			noticeOnce(row, zerosLost(read[i].Cell(domain.FieldCode), padded))
		}
	}
	return err
}

// name reads a row's code, and says whether it has one.
func (r *recordsJudge) name(row *domain.ImportRow, entry domain.ImportEntry) bool {
	if leftOut(row, entry) {
		return false
	}
	if entry.Plant != "" && entry.Plant != r.system.Plant {
		noticeOnce(row, domain.ImportNote{Kind: domain.NoteUnknownPlant, Weight: domain.NoteWrong, Message: "the row is of another plant than " + r.system.Name})
		return false
	}
	row.Plant = r.system.Plant
	code, err := domain.ParseCode(row.Code)
	if err != nil {
		noticeOnce(row, domain.ImportNote{
			Cell: entry.Cell(domain.FieldCode), Kind: domain.NoteValue, Weight: domain.NoteWrong, Message: domain.ErrorMessage(err, "the code cannot be read"),
		})
		return false
	}
	row.Code, row.Key = string(code), r.system.CodeRule.Key(code)
	return true
}

func (r *recordsJudge) known(ctx context.Context, reads domain.Reads, keys []string) (map[string]domain.SourceRecord, error) {
	found, err := reads.Sources.ByKeys(ctx, r.system.ID, r.imported.Domain, keys)
	known := make(map[string]domain.SourceRecord, len(found))
	for _, record := range found {
		known[record.Key] = record
	}
	return known, err
}

// compare says what a row would change of what is known. A value that cannot be read makes the row wrong; one that does not fit the
// attribute is taken as the system's word, as from any reading, and said.
func (r *recordsJudge) compare(row *domain.ImportRow, entry domain.ImportEntry, known map[string]domain.SourceRecord) {
	if row.Key == "" {
		return
	}
	said := r.values(row, entry)
	if row.Status == domain.ImportWrong {
		return
	}
	record, there := known[row.Key]
	there = there && record.GoneAt == 0
	after := r.over(record, there, entry, said)
	row.Before, row.After = domain.Attributes{}, domain.Attributes{}
	for _, cell := range r.cells {
		before, now := record.Attributes[cell.key], after[cell.key]
		if !there {
			before = nil
		}
		if domain.Equal(before, now) {
			continue
		}
		row.Before = row.Before.With(domain.Attributes{cell.key: before})
		row.After = row.After.With(domain.Attributes{cell.key: now})
	}
	switch {
	case !there:
		row.Status = domain.ImportNew
	case len(row.Before)+len(row.After) > 0 || !record.Active || record.Duplicated:
		row.Status = domain.ImportChanged
	default:
		row.Status = domain.ImportSame
	}
}

// values reads a row's values, by its columns.
func (r *recordsJudge) values(row *domain.ImportRow, entry domain.ImportEntry) []domain.Value {
	said := make([]domain.Value, len(r.cells))
	for i, cell := range r.cells {
		field := cell.column.Key()
		value, note := r.reader.read(cell, entry.Text(field))
		if note != nil {
			note.Cell = entry.Cell(field)
			noticeOnce(row, *note)
		}
		if said[i] = value; value == nil {
			continue
		}
		set := domain.Attributes{cell.key: cell.into(nil, value)}
		plain := cell.attribute
		plain.Scope = domain.ScopeGlobal // at its own place a system says its values without one
		for _, fault := range (domain.Definition{Attributes: []domain.Attribute{plain}}).CheckChange(set) {
			noticeOnce(row, domain.ImportNote{Cell: entry.Cell(field), Kind: domain.NoteValue, Weight: domain.NoteHint, Message: fault.Msg})
		}
	}
	return said
}

// over are a record's attributes with what a row says in the place of what is known. What the row has no cell for stays.
func (r *recordsJudge) over(record domain.SourceRecord, there bool, entry domain.ImportEntry, said []domain.Value) domain.Attributes {
	after := domain.Attributes{}
	if there {
		after = after.With(record.Attributes)
	}
	for i, cell := range r.cells {
		if cell.of(entry) {
			after = after.With(domain.Attributes{cell.key: cell.into(after[cell.key], said[i])})
		}
	}
	return after
}

// repeated makes every row wrong whose code the file has more than once: which of them is meant is for its plant to say.
func (r *recordsJudge) repeated(rows []domain.ImportRow) {
	if len(rows) < 2 {
		return
	}
	for i := range rows {
		other := rows[0]
		if i == 0 {
			other = rows[1]
		}
		cell := rows[i].Entry().Cell(domain.FieldCode)
		noticeOnce(&rows[i], domain.ImportNote{
			Cell: cell, Kind: domain.NoteTwice, Weight: domain.NoteWrong, Message: "the code stands in the file again: " + placeOf(other),
		})
	}
}

// absent counts the known records that a complete list does not name, whatever is wrong with the rows that name them.
func (r *recordsJudge) absent(ctx context.Context, reads domain.Reads) (int, error) {
	if r.imported.Kind != domain.ImportRecordsComplete {
		return 0, nil
	}
	present, err := reads.Sources.Count(ctx, r.system.ID, r.imported.Domain)
	if err != nil {
		return 0, err
	}
	named, err := reads.Imports.Named(ctx, r.imported.ID, r.system.ID, r.imported.Domain)
	return max(0, present-named), err
}

// contentOf is a row as a person reads it in the quarantine.
func contentOf(row domain.ImportRow, cells []valueCell) string {
	parts := []string{"code=" + row.Code}
	entry := row.Entry()
	for _, cell := range cells {
		if text := entry.Text(cell.column.Key()); text != "" {
			parts = append(parts, string(cell.column.Key())+"="+text)
		}
	}
	return strings.Join(parts, "; ")
}
