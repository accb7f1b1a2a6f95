package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type importLineRow struct {
	Import       rowID `gorm:"primaryKey"`
	Position     int   `gorm:"primaryKey;autoIncrement:false"`
	Sheet        string
	Line         int
	Part         int
	RowKey       string
	System       string
	Plant        string
	Code         string
	Target       string
	Status       string
	Message      string
	Notes        jsonColumn[[]importNoteText]
	Record       rowID
	Base         int
	BeforeValues rowAttributes
	AfterValues  rowAttributes
	Cells        jsonColumn[map[string]importCellText]
	Asked        string
	Request      rowID
}

func (importLineRow) TableName() string { return "import_row" }

type importNoteText struct {
	Cell       string `json:"cell,omitempty"`
	Kind       string `json:"kind"`
	Weight     string `json:"weight"`
	Message    string `json:"message,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

type importCellText struct {
	At   string `json:"at,omitempty"`
	Text string `json:"text,omitempty"`
}

func importLineFromDomain(file rowID, r domain.ImportRow) importLineRow {
	cells := make(map[string]importCellText, len(r.Cells))
	for field, cell := range r.Cells {
		cells[string(field)] = importCellText{At: cell.At, Text: storable(cell.Text)}
	}
	return importLineRow{
		Import: file, Position: r.Position, Sheet: storable(r.Sheet), Line: r.Line, Part: r.Part, RowKey: storable(r.Key), System: string(r.System),
		Plant: string(r.Plant), Code: storable(r.Code), Target: storable(r.Target), Status: string(r.Status), Message: storable(r.Message),
		Notes: asJSON(convert(r.Notes, func(n domain.ImportNote) importNoteText {
			return importNoteText{
				Cell: storable(n.Cell), Kind: string(n.Kind), Weight: string(n.Weight), Message: storable(n.Message), Suggestion: storable(n.Suggestion),
			}
		})),
		Record: rowID(r.Record), Base: r.Base, BeforeValues: rowAttributes(r.Before), AfterValues: rowAttributes(r.After),
		Cells: asJSON(cells), Asked: r.Asked, Request: rowID(r.Request),
	}
}

func (r importLineRow) toDomain() domain.ImportRow {
	row := domain.ImportRow{
		Position: r.Position, Sheet: r.Sheet, Line: r.Line, Part: r.Part, Key: r.RowKey, System: domain.SystemID(r.System),
		Plant: domain.PlantID(r.Plant), Code: r.Code, Target: r.Target, Status: domain.ImportRowStatus(r.Status), Message: r.Message,
		Record: domain.ID(r.Record), Base: r.Base, Before: domain.Attributes(r.BeforeValues), After: domain.Attributes(r.AfterValues),
		Asked: r.Asked, Request: domain.ID(r.Request), Cells: make(map[domain.ImportField]domain.ImportCell, len(r.Cells.V)),
	}
	for field, cell := range r.Cells.V {
		row.Cells[domain.ImportField(field)] = domain.ImportCell(cell)
	}
	for _, n := range r.Notes.V {
		row.Notes = append(row.Notes, domain.ImportNote{
			Cell: n.Cell, Kind: domain.NoteKind(n.Kind), Weight: domain.NoteWeight(n.Weight), Message: n.Message, Suggestion: n.Suggestion,
		})
	}
	return row
}

type importNoteRow struct {
	Import   rowID  `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	Position int    `gorm:"primaryKey;autoIncrement:false"`
}

func (importNoteRow) TableName() string { return "import_note" }

type importHandedRow struct {
	Import  rowID  `gorm:"primaryKey"`
	RowKey  string `gorm:"primaryKey"`
	Request rowID
	Content string
}

func (importHandedRow) TableName() string { return "import_handed" }

type importAnswerRow struct {
	Import rowID  `gorm:"primaryKey"`
	Asked  string `gorm:"primaryKey"`
	Field  string `gorm:"primaryKey"`
	Says   string
	Keep   string
}

func (importAnswerRow) TableName() string { return "import_answer" }

// selected restricts a query to the rows that are asked for.
func (r importReader) selected(ctx context.Context, q domain.ImportRowQuery) *gorm.DB {
	rows := equal(r.on(ctx).Where("import = ?", rowID(q.Import)), "status", q.Status)
	if q.Note != "" {
		noticed := r.on(ctx).Model(&importNoteRow{}).Select("position").Where("import = ? AND kind = ?", rowID(q.Import), string(q.Note))
		rows = rows.Where("position IN (?)", noticed)
	}
	return rows
}

func (r importReader) Rows(ctx context.Context, q domain.ImportRowQuery) ([]domain.ImportRow, error) {
	rows := r.selected(ctx, q).Order("position").Limit(maxPage)
	if q.Limit > 0 {
		rows = rows.Limit(q.Limit)
	}
	if q.Status == "" && q.Note == "" { // positions leave nothing out
		return find(rows.Where("position >= ?", q.Offset), importLineRow.toDomain)
	}
	return find(rows.Offset(q.Offset), importLineRow.toDomain)
}

func (r importReader) CountRows(ctx context.Context, q domain.ImportRowQuery) (int, error) {
	var count int64
	err := r.selected(ctx, q).Model(&importLineRow{}).Count(&count).Error
	return int(count), translate(err)
}

func (r importReader) At(ctx context.Context, id domain.ID, positions []int) ([]domain.ImportRow, error) {
	sorted := slices.Sorted(slices.Values(positions))
	return findIn(sorted, importLineRow.toDomain, func(chunk []int) *gorm.DB {
		return r.on(ctx).Where("import = ? AND position IN ?", rowID(id), chunk).Order("position")
	})
}

func (r importReader) ByKey(ctx context.Context, id domain.ID, keys []string) ([]domain.ImportRow, error) {
	rows, err := findIn(keys, importLineRow.toDomain, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("import = ? AND row_key IN ?", rowID(id), chunk)
	})
	slices.SortFunc(rows, func(a, b domain.ImportRow) int { return a.Position - b.Position })
	return rows, err
}

func (r importReader) Repeated(ctx context.Context, id domain.ID, after string, limit int) ([]string, error) {
	var keys []string
	err := r.on(ctx).Model(&importLineRow{}).Select("row_key").Where("import = ? AND row_key > ?", rowID(id), after).
		Group("row_key").Having("COUNT(*) > 1").Order("row_key").Limit(limit).Scan(&keys).Error
	return keys, translate(err)
}

// pending is the condition that a row would change something and was not handed in.
const pending = "import = ? AND status IN ('new', 'changed') AND request IS NULL"

func (r importReader) Pending(ctx context.Context, id domain.ID, limit int) ([]domain.ImportRow, error) {
	firsts, err := find(r.on(ctx).Where(pending, rowID(id)).Order("position").Limit(1), importLineRow.toDomain)
	if err != nil || len(firsts) == 0 {
		return nil, err
	}
	return find(r.on(ctx).Where(pending+" AND system = ? AND plant = ?", rowID(id), string(firsts[0].System), string(firsts[0].Plant)).
		Order("position").Limit(limit), importLineRow.toDomain)
}

func (r importReader) PendingPlants(ctx context.Context, id domain.ID) ([]domain.PlantID, error) {
	var plants []domain.PlantID
	err := r.on(ctx).Model(&importLineRow{}).Distinct("plant").Where(pending, rowID(id)).Order("plant").Scan(&plants).Error
	return plants, translate(err)
}

func (r importReader) Tally(ctx context.Context, id domain.ID) (domain.ImportTally, error) {
	tally := domain.ImportTally{Counts: map[domain.ImportRowStatus]int{}, Noticed: map[domain.NoteKind]int{}}
	var counts []struct {
		Name  string
		Count int
	}
	err := r.on(ctx).Model(&importLineRow{}).Select("status AS name, COUNT(*) AS count").Where("import = ?", rowID(id)).Group("status").Scan(&counts).Error
	if err != nil {
		return tally, translate(err)
	}
	for _, c := range counts {
		tally.Rows += c.Count
		tally.Counts[domain.ImportRowStatus(c.Name)] = c.Count
	}
	counts = nil
	err = r.on(ctx).Model(&importNoteRow{}).Select("kind AS name, COUNT(*) AS count").Where("import = ?", rowID(id)).Group("kind").Scan(&counts).Error
	for _, c := range counts {
		tally.Noticed[domain.NoteKind(c.Name)] = c.Count
	}
	return tally, translate(err)
}

func (r importReader) HandedIn(ctx context.Context, id domain.ID, keys []string) (map[string]domain.HandedIn, error) {
	open := texts([]domain.RequestState{
		domain.RequestDraft, domain.RequestSubmitted, domain.RequestInReview, domain.RequestRework, domain.RequestApproved, domain.RequestScheduled,
	})
	found, err := findIn(keys, func(h importHandedRow) domain.HandedIn {
		return domain.HandedIn{Key: h.RowKey, Request: domain.ID(h.Request), Content: h.Content}
	}, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("import = ? AND row_key IN ?", rowID(id), chunk).
			Where("request IN (?)", r.on(ctx).Model(&requestRow{}).Select("id").Where("state IN ?", open))
	})
	handed := make(map[string]domain.HandedIn, len(found))
	for _, h := range found {
		handed[h.Key] = h
	}
	return handed, err
}

func (r importReader) Answers(ctx context.Context, id domain.ID, rows []string) ([]domain.ImportAnswer, error) {
	return findIn(rows, func(a importAnswerRow) domain.ImportAnswer {
		return domain.ImportAnswer{Row: a.Asked, Field: domain.ImportField(a.Field), Text: a.Says, Keep: domain.ImportKeep(a.Keep)}
	}, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("import = ? AND asked IN ?", rowID(id), chunk).Order("asked, field")
	})
}

func (r importReader) CodeWidths(ctx context.Context, name domain.DomainName, system domain.SystemID) (map[int]int, int, error) {
	from := []string{"golden_record"}
	where, given := "domain = ? AND state <> 'merged' AND "+fmt.Sprintf(digits, "code"), []any{string(name)}
	length, zero := "LENGTH(code)", "code < '1'"
	if system != domain.SystemCanonical {
		from = []string{"code_mapping", "source_record"}
		where, given = "domain = ? AND system = ? AND "+fmt.Sprintf(digits, "code_key"), []any{string(name), string(system)}
		length, zero = "LENGTH(code_key)", "code_key < '1'"
	}
	widths, zeros := map[int]int{}, 0
	for _, table := range from {
		var found []struct{ Width, Codes, Zeros int }
		err := r.on(ctx).Table(table).Select(length+" AS width, COUNT(*) AS codes, SUM(CASE WHEN "+zero+" THEN 1 ELSE 0 END) AS zeros").
			Where(where, given...).Group(length).Scan(&found).Error
		if err != nil {
			return nil, 0, translate(err)
		}
		for _, f := range found {
			widths[f.Width] += f.Codes
			zeros += f.Zeros
		}
	}
	return widths, zeros, nil
}

func (o importOps) ClearRows(ctx context.Context, id domain.ID) error {
	for _, rows := range []any{&importNoteRow{}, &importLineRow{}} {
		if err := o.on(ctx).Where("import = ?", rowID(id)).Delete(rows).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

// importLineColumns are the columns of import_row in the order in which addRow hands them over.
func importLineColumns() []string {
	return []string{
		"import", "position", "sheet", "line", "part", "row_key", "system", "plant", "code", "target", "status", "message", "notes", "record",
		"base", "before_values", "after_values", "cells", "asked", "request",
	}
}

func (r importLineRow) hand(to fields, notes, cells []byte) {
	to.id(r.Import)
	to.integer(int64(r.Position))
	to.text(r.Sheet)
	to.integer(int64(r.Line))
	to.integer(int64(r.Part))
	for _, text := range []string{r.RowKey, r.System, r.Plant, r.Code, r.Target, r.Status, r.Message} {
		to.text(text)
	}
	to.encoded(notes)
	to.id(r.Record)
	to.integer(int64(r.Base))
	to.encoded(domain.Attributes(r.BeforeValues).Encode())
	to.encoded(domain.Attributes(r.AfterValues).Encode())
	to.encoded(cells)
	to.text(r.Asked)
	to.id(r.Request)
}

func (o importOps) AddRows(ctx context.Context, id domain.ID, rows []domain.ImportRow) error {
	if len(rows) == 0 {
		return nil
	}
	err := o.d.load(ctx, o.conn, bulk{table: "import_row", columns: importLineColumns(), count: len(rows), row: func(i int, to fields) {
		row := importLineFromDomain(rowID(id), rows[i])
		notes, _ := json.Marshal(row.Notes) // strings always encode
		cells, _ := json.Marshal(row.Cells)
		row.hand(to, notes, cells)
	}})
	if err != nil {
		return err
	}
	return o.addNotes(ctx, id, rows)
}

// addNotes makes rows to be found by what was noticed at them.
func (c conn) addNotes(ctx context.Context, id domain.ID, rows []domain.ImportRow) error {
	var noticed []importNoteRow
	for _, row := range rows {
		for i, note := range row.Notes {
			again := slices.ContainsFunc(row.Notes[:i], func(n domain.ImportNote) bool { return n.Kind == note.Kind })
			if !again {
				noticed = append(noticed, importNoteRow{Import: rowID(id), Kind: string(note.Kind), Position: row.Position})
			}
		}
	}
	return c.d.load(ctx, c, bulk{table: "import_note", columns: []string{"import", "kind", "position"}, count: len(noticed), row: func(i int, to fields) {
		to.id(noticed[i].Import)
		to.text(noticed[i].Kind)
		to.integer(int64(noticed[i].Position))
	}})
}

func (o importOps) Judge(ctx context.Context, id domain.ID, rows []domain.ImportRow) error {
	return o.judge(ctx, id, rows)
}

// judge stores what rows were found to be.
func (c conn) judge(ctx context.Context, id domain.ID, rows []domain.ImportRow) error {
	for _, judged := range rows {
		row := importLineFromDomain(rowID(id), judged)
		where := c.on(ctx).Where("import = ? AND position = ?", row.Import, row.Position) // the first row's is 0, which is no key to GORM
		err := where.Select("RowKey", "System", "Plant", "Code", "Target", "Status", "Message", "Notes", "Record", "Base", "BeforeValues", "AfterValues",
			"Asked", "Request").Updates(&row).Error
		if err != nil {
			return translate(err)
		}
	}
	for chunk := range slices.Chunk(rows, maxList) {
		positions := convert(chunk, func(r domain.ImportRow) int { return r.Position })
		if err := c.on(ctx).Where("import = ? AND position IN ?", rowID(id), positions).Delete(&importNoteRow{}).Error; err != nil {
			return translate(err)
		}
	}
	return c.addNotes(ctx, id, rows)
}

func (o importOps) Answer(ctx context.Context, id domain.ID, answers []domain.ImportAnswer) error {
	rows := convert(answers, func(a domain.ImportAnswer) importAnswerRow {
		return importAnswerRow{Import: rowID(id), Asked: a.Row, Field: string(a.Field), Says: storable(a.Text), Keep: string(a.Keep)}
	})
	if len(rows) == 0 {
		return nil
	}
	return translate(o.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "import"}, {Name: "asked"}, {Name: "field"}}, DoUpdates: clause.AssignmentColumns([]string{"says", "keep"}),
	}).CreateInBatches(rows, maxRows).Error)
}
