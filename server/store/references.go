package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// refRow says that one golden record names another.
type refRow struct {
	Domain       string
	Record       rowID  `gorm:"primaryKey"`
	Attribute    string `gorm:"primaryKey"`
	Line         string `gorm:"primaryKey"`
	Field        string `gorm:"primaryKey"`
	Target       rowID
	TargetDomain string
}

func (refRow) TableName() string { return "record_ref" }

func refFromDomain(r domain.RecordRef) refRow {
	return refRow{
		Domain: string(r.Domain), Record: rowID(r.Record), Attribute: string(r.Attribute), Line: r.Line, Field: string(r.Field),
		Target: rowID(r.Target), TargetDomain: string(r.TargetDomain),
	}
}

func (r refRow) toDomain() domain.RecordRef {
	return domain.RecordRef{
		Record: domain.ID(r.Record), Domain: domain.DomainName(r.Domain), Attribute: domain.AttributeID(r.Attribute), Line: r.Line,
		Field: domain.AttributeID(r.Field), Target: domain.ID(r.Target), TargetDomain: domain.DomainName(r.TargetDomain),
	}
}

// refer puts the references of a record's version in the place of those of the one before.
func (r recordRepo) refer(ctx context.Context, row recordRow) error {
	if row.Version > 1 {
		if err := r.on(ctx).Where("record = ?", row.ID).Delete(&refRow{}).Error; err != nil {
			return translate(err)
		}
	}
	refs := row.toDomain().References()
	if len(refs) == 0 {
		return nil
	}
	return translate(r.on(ctx).CreateInBatches(convert(refs, refFromDomain), maxRows).Error)
}

type referenceReader struct{ conn }

// inOrderOfRefs is the order of domain.RecordRef.Compare.
const inOrderOfRefs = "record_ref.record, record_ref.attribute, record_ref.line, record_ref.field"

func (r referenceReader) Of(ctx context.Context, records []domain.ID) ([]domain.RecordRef, error) {
	return findIn(rowIDs(records), refRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("record IN ?", chunk).Order(inOrderOfRefs)
	})
}

func (r referenceReader) To(ctx context.Context, query domain.ReferenceQuery) ([]domain.RecordRef, string, error) {
	const list = "references"
	q := r.to(ctx, query, rowIDs(query.Targets))
	if query.After != "" {
		key, err := cursorKey(list, query.After, 4)
		if err != nil {
			return nil, "", err
		}
		record, err := domain.ParseID(key[0])
		if err != nil {
			return nil, "", badCursor()
		}
		q = q.Where("("+inOrderOfRefs+") > (?, ?, ?, ?)", rowID(record), key[1], key[2], key[3])
	}
	found, err := find(q.Limit(pageLimit(query.Page)+1), refRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	found, next := cut(found, query.Page, func(last domain.RecordRef) string {
		return newCursor(list, last.Record.String(), string(last.Attribute), last.Line, string(last.Field))
	})
	return found, next, nil
}

func (r referenceReader) AllTo(ctx context.Context, query domain.ReferenceQuery) ([]domain.RecordRef, error) {
	return findIn(rowIDs(query.Targets), refRow.toDomain, func(chunk []rowID) *gorm.DB { return r.to(ctx, query, chunk) })
}

func (r referenceReader) to(ctx context.Context, query domain.ReferenceQuery, targets []rowID) *gorm.DB {
	if len(targets) == 0 {
		return r.on(ctx).Model(&refRow{}).Where("1 = 0")
	}
	q := r.on(ctx).Model(&refRow{}).Where("record_ref.target IN ?", targets).Order(inOrderOfRefs)
	q = equal(equal(equal(q, "record_ref.domain", query.Domain), "record_ref.attribute", query.Attribute), "record_ref.field", query.Field)
	if query.All {
		return q
	}
	return q.Joins("JOIN golden_record ON golden_record.id = record_ref.record AND golden_record.state IN ('active', 'phase_out')").Select("record_ref.*")
}
