package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

func (o importOps) Save(ctx context.Context, i domain.Import, readVersion int) error {
	row := importFromDomain(i)
	saved := o.on(ctx).Where("id = ? AND version = ? AND fence <= ?", row.ID, readVersion, row.Fence).Select("*").Updates(&row)
	if saved.Error != nil || saved.RowsAffected > 0 {
		return translate(saved.Error)
	}
	stored, err := o.ByID(ctx, i.ID)
	switch {
	case err != nil:
		return err
	case stored.Fence > i.Fence:
		return importLost()
	default:
		return domain.Conflict(domain.CodeImportStale, "the import %q has changed since you looked at it", stored.FileName)
	}
}

func importLost() error {
	return domain.Conflict(domain.CodeImportLost, "the import was cancelled, or another worker goes on with it")
}

// dueImport finds the oldest import that somebody is to work on and nobody does.
const dueImport = `WITH due AS MATERIALIZED (SELECT i.id FROM import_file i
	WHERE i.state IN ('waiting', 'reading', 'submitting') AND i.lease_until < ?
	ORDER BY i.created_at, i.id LIMIT 1`

// claimImport counts an attempt for each time that the work is begun.
const claimImport = `)
UPDATE import_file SET attempt = CASE WHEN state = 'waiting' THEN 1 ELSE attempt + 1 END, state = CASE WHEN state = 'waiting' THEN 'reading' ELSE state END,
	fence = fence + 1, version = version + 1, lease_owner = ?, lease_until = ?
WHERE id IN (SELECT id FROM due) RETURNING id`

func (o importOps) Claim(ctx context.Context, owner string, until domain.Instant) (domain.Import, bool, error) {
	var ids []rowID
	err := o.on(ctx).Raw(dueImport+o.d.skipLocked()+claimImport, int64(o.now), owner, int64(until)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return domain.Import{}, false, translate(err)
	}
	claimed, err := o.ByID(ctx, domain.ID(ids[0]))
	return claimed, err == nil, err
}

// underWay selects an import that a worker has under the fence. Updating it locks it until the transaction ends, so that what
// the worker writes beside is written only while nobody else has taken it.
func (c conn) underWay(ctx context.Context, id domain.ID, fence int64) *gorm.DB {
	return c.on(ctx).Model(&importFileRow{}).Where("id = ? AND fence = ? AND state IN ('reading', 'submitting')", rowID(id), fence)
}

func (o importOps) Extend(ctx context.Context, id domain.ID, fence int64, until domain.Instant) error {
	return wrote(o.underWay(ctx, id, fence).Update("lease_until", int64(until)), importLost())
}

func (o importOps) Progress(ctx context.Context, i domain.Import) error {
	return wrote(o.underWay(ctx, i.ID, i.Fence).Updates(map[string]any{"done": i.Done, "total": i.Total}), importLost())
}

type importRepo struct {
	importReader
	w *writing
}

func (r importRepo) Submitted(ctx context.Context, i domain.Import, request domain.ID, rows []domain.ImportRow) error {
	if err := wrote(r.underWay(ctx, i.ID, i.Fence).Update("done", gorm.Expr("done + ?", len(rows))), importLost()); err != nil {
		return err
	}
	stored, err := r.ByID(ctx, i.ID)
	if err != nil {
		return err
	}
	stored.Requests = append(stored.Requests, request)
	if err := r.underWay(ctx, i.ID, i.Fence).Update("requests", asJSON(rowIDs(stored.Requests))).Error; err != nil {
		return translate(err)
	}
	handed := convert(rows, func(row domain.ImportRow) importHandedRow {
		return importHandedRow{Import: rowID(i.ID), RowKey: storable(row.Key), Request: rowID(request), Content: storable(row.Content())}
	})
	err = r.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "import"}, {Name: "row_key"}}, DoUpdates: clause.AssignmentColumns([]string{"request", "content"}),
	}).CreateInBatches(handed, maxRows).Error
	if err != nil {
		return translate(err)
	}
	for chunk := range slices.Chunk(rows, maxList) {
		positions := convert(chunk, func(row domain.ImportRow) int { return row.Position })
		err := r.on(ctx).Model(&importLineRow{}).Where("import = ? AND position IN ?", rowID(i.ID), positions).Update("request", rowID(request)).Error
		if err != nil {
			return translate(err)
		}
	}
	return r.w.note(string(i.Domain), "import", i.ID.String(), i.Version, importFromDomain(stored))
}

func (r importRepo) Judge(ctx context.Context, i domain.Import, rows []domain.ImportRow) error {
	if err := wrote(r.underWay(ctx, i.ID, i.Fence).Update("done", i.Done), importLost()); err != nil {
		return err
	}
	return r.judge(ctx, i.ID, rows)
}
