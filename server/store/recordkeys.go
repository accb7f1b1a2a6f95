package store

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// recordKeyRow is one thing by which a golden record is recognised.
type recordKeyRow struct {
	Domain string `gorm:"primaryKey"`
	Kind   string `gorm:"primaryKey"`
	Key    string `gorm:"primaryKey"`
	Record rowID  `gorm:"primaryKey"`
}

func (recordKeyRow) TableName() string { return "record_key" }

// likenessRow is what a search by keys finds.
type likenessRow struct {
	ID   rowID
	Kind string
}

// alike asks a query, which takes a domain, a kind and a key, once for each key.
func (c conn) alike(ctx context.Context, query string, name domain.DomainName, keys []domain.RecordKey) ([]domain.Likeness, error) {
	var found []domain.Likeness
	for _, key := range keys {
		var rows []likenessRow
		if err := c.on(ctx).Raw(query, string(name), key.Kind, key.Key).Scan(&rows).Error; err != nil {
			return nil, translate(err)
		}
		found = append(found, convert(rows, func(r likenessRow) domain.Likeness { return domain.Likeness{ID: domain.ID(r.ID), Kind: r.Kind} })...)
	}
	return found, nil
}

func (r recordReader) Alike(ctx context.Context, name domain.DomainName, keys []domain.RecordKey) ([]domain.Likeness, error) {
	found, err := r.alike(ctx, `SELECT k.record AS id, k.kind FROM record_key k JOIN golden_record g ON g.id = k.record
		WHERE k.domain = ? AND k.kind = ? AND k.key = ? AND g.state IN ('active', 'phase_out', 'merged') ORDER BY g.id LIMIT 100`, name, keys)
	if err != nil {
		return nil, err
	}
	heirs, err := mergeReader(r).Heirs(ctx, convert(found, func(l domain.Likeness) domain.ID { return l.ID }))
	var alike []domain.Likeness
	for _, like := range found {
		heir := heirs[like.ID]
		if like.ID = heir.ID; heir.InUse() && !slices.Contains(alike, like) {
			alike = append(alike, like)
		}
	}
	return alike, err
}

func (r recordRepo) Identify(ctx context.Context, record domain.GoldenRecord, keys []domain.RecordKey) error {
	if err := r.on(ctx).Where("record = ?", rowID(record.ID)).Delete(&recordKeyRow{}).Error; err != nil {
		return translate(err)
	}
	return r.putKeys(ctx, record, keys)
}

func (c conn) putKeys(ctx context.Context, record domain.GoldenRecord, keys []domain.RecordKey) error {
	if len(keys) == 0 {
		return nil
	}
	rows := convert(keys, func(k domain.RecordKey) recordKeyRow {
		return recordKeyRow{Domain: string(record.Domain), Kind: k.Kind, Key: k.Key, Record: rowID(record.ID)}
	})
	return translate(c.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, maxRows).Error)
}

type identityOps struct{ conn }

func (o identityOps) Index(ctx context.Context, record domain.GoldenRecord, keys []domain.RecordKey) error {
	// Writing the row as it is holds off whoever changes the record, and gives it other keys, until the keys are there.
	held := o.on(ctx).Exec(`UPDATE golden_record SET version = version WHERE id = ? AND version = ?
		AND NOT EXISTS (SELECT 1 FROM record_key k WHERE k.record = golden_record.id)`, rowID(record.ID), record.Version)
	if held.Error != nil || held.RowsAffected == 0 {
		return translate(held.Error)
	}
	return o.putKeys(ctx, record, keys)
}
