package store

import (
	"context"
	"maps"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type importFileRow struct {
	ID            rowID `gorm:"primaryKey"`
	System        string
	Plant         string
	Domain        string
	FileName      string
	FileHash      string
	State         string
	Counts        jsonColumn[map[string]int]
	CreatedBy     string
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	ChangeRequest rowID
}

func (importFileRow) TableName() string { return "import_file" }

type importLineRow struct {
	Import   rowID `gorm:"primaryKey"`
	Position int   `gorm:"primaryKey;autoIncrement:false"`
	Line     int
	Code     string
	Target   string
	Status   string
	Message  string
	Record   rowID
}

func (importLineRow) TableName() string { return "import_row" }

func importFromDomain(i domain.Import) importFileRow {
	counts := make(map[string]int, len(i.Counts))
	for status, n := range i.Counts {
		counts[string(status)] = n
	}
	return importFileRow{
		ID: rowID(i.ID), System: string(i.System), Plant: string(i.Plant), Domain: string(i.Domain), FileName: i.FileName,
		FileHash: i.FileHash, State: string(i.State), Counts: asJSON(counts), CreatedBy: string(i.CreatedBy),
		CreatedAt: int64(i.CreatedAt), ChangeRequest: rowID(i.ChangeRequest),
	}
}

func (r importFileRow) toDomain() domain.Import {
	counts := make(map[domain.ImportRowStatus]int, len(r.Counts.V))
	for status, n := range maps.All(r.Counts.V) {
		counts[domain.ImportRowStatus(status)] = n
	}
	return domain.Import{
		ID: domain.ID(r.ID), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant), Domain: domain.DomainName(r.Domain),
		FileName: r.FileName, FileHash: r.FileHash, State: domain.ImportState(r.State), Counts: counts,
		CreatedBy: domain.ActorID(r.CreatedBy), CreatedAt: domain.Instant(r.CreatedAt), ChangeRequest: domain.ID(r.ChangeRequest),
	}
}

func importLineFromDomain(file rowID, position int, r domain.ImportRow) importLineRow {
	return importLineRow{
		Import: file, Position: position, Line: r.Line, Code: storable(r.Code), Target: storable(r.Target), Status: string(r.Status),
		Message: storable(r.Message), Record: rowID(r.Record),
	}
}

func (r importLineRow) toDomain() domain.ImportRow {
	return domain.ImportRow{
		Line: r.Line, Code: r.Code, Target: r.Target, Status: domain.ImportRowStatus(r.Status), Message: r.Message, Record: domain.ID(r.Record),
	}
}

type importReader struct{ conn }

func (r importReader) ByID(ctx context.Context, id domain.ID) (domain.Import, error) {
	row, err := first[importFileRow](r.on(ctx).Where("id = ?", rowID(id)),
		domain.NotFound(domain.CodeImportUnknown, "there is no such import"))
	return row.toDomain(), err
}

func (r importReader) Rows(ctx context.Context, id domain.ID, offset, limit int) ([]domain.ImportRow, error) {
	return find(window(r.on(ctx).Where("import = ?", rowID(id)), "position", offset, limit), importLineRow.toDomain)
}

// window restricts q to limit rows from an offset on, by a column that counts them from 0; limit 0 means all.
func window(q *gorm.DB, column string, offset, limit int) *gorm.DB {
	q = q.Where(column+" >= ?", offset).Order(column)
	if limit > 0 {
		q = q.Limit(limit)
	}
	return q
}

func (r importReader) List(ctx context.Context, plants domain.PlantScope, page domain.Page) ([]domain.Import, string, error) {
	const list = "imports"
	q, err := pageNewest(inPlants(r.on(ctx), plants, false), list, "created_at", page)
	if err != nil {
		return nil, "", err
	}
	imports, err := find(q, importFileRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	imports, next := cut(imports, page, func(last domain.Import) string { return newestCursor(list, last.CreatedAt, last.ID) })
	return imports, next, nil
}

type importRepo struct {
	importReader
	w *writing
}

func (r importRepo) Submit(ctx context.Context, id, request domain.ID) error {
	updated := r.on(ctx).Model(&importFileRow{}).Where("id = ? AND state = ?", rowID(id), string(domain.ImportPreviewed)).
		Updates(map[string]any{"state": string(domain.ImportSubmitted), "change_request": rowID(request)})
	if updated.Error != nil {
		return translate(updated.Error)
	}
	stored, err := r.ByID(ctx, id)
	if err != nil {
		return err
	}
	if updated.RowsAffected == 0 {
		return domain.Conflict(domain.CodeImportSubmitted, "the import %q has been submitted already", stored.FileName)
	}
	return r.w.note(string(stored.Domain), "import", id.String(), 2, importFromDomain(stored))
}

type importOps struct{ conn }

func (o importOps) Create(ctx context.Context, i domain.Import, lines []domain.ImportRow) error {
	row := importFromDomain(i)
	row.FileName = storable(row.FileName)
	if err := o.on(ctx).Create(&row).Error; err != nil {
		return translate(err)
	}
	rows := make([]importLineRow, len(lines))
	for position, line := range lines {
		rows[position] = importLineFromDomain(row.ID, position, line)
	}
	if len(rows) == 0 {
		return nil
	}
	return translate(o.on(ctx).CreateInBatches(rows, maxRows).Error)
}
