package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// effectRow is what became of one item.
type effectRow struct {
	Request   rowID `gorm:"primaryKey"`
	Position  int   `gorm:"primaryKey;autoIncrement:false"`
	LeftOut   string
	Delivery  rowID
	Changed   bool
	UseBefore jsonColumn[*useRow]
}

func (effectRow) TableName() string { return "change_effect" }

func effectFromDomain(request rowID, e domain.ItemEffect) effectRow {
	return effectRow{
		Request: request, Position: e.Position, LeftOut: e.LeftOut, Delivery: rowID(e.Delivery), Changed: e.Changed,
		UseBefore: asJSON(optional(e.UseBefore, useFromDomain)),
	}
}

func (r effectRow) toDomain() domain.ItemEffect {
	return domain.ItemEffect{
		Position: r.Position, LeftOut: r.LeftOut, Delivery: domain.ID(r.Delivery), Changed: r.Changed,
		UseBefore: optional(r.UseBefore.V, useRow.toDomain),
	}
}

func (r requestReader) Due(ctx context.Context, now domain.Instant, limit int) ([]domain.ChangeRequest, error) {
	return find(r.on(ctx).Where("state IN ('approved', 'scheduled') AND apply_at <= ?", int64(now)).Order("apply_at, id").Limit(limit),
		requestRow.toDomain)
}

func (r requestReader) Effects(ctx context.Context, id domain.ID) ([]domain.ItemEffect, error) {
	return find(r.on(ctx).Where("request = ?", rowID(id)).Order("position"), effectRow.toDomain)
}

func (r requestReader) OpenOn(ctx context.Context, records []domain.ID) ([]domain.ChangeRequest, error) {
	found, err := findIn(rowIDs(records), requestRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where(`state IN ('in_review', 'rework', 'scheduled')
			AND id IN (SELECT request FROM change_item WHERE record IN ?)`, chunk).Order("id")
	})
	seen := map[domain.ID]bool{}
	once := found[:0]
	for _, request := range found { // a request of records in two chunks comes twice
		if !seen[request.ID] {
			once = append(once, request)
		}
		seen[request.ID] = true
	}
	return once, err
}

func (r requestReader) Reversals(ctx context.Context, id domain.ID) ([]domain.ChangeRequest, error) {
	return find(r.on(ctx).Where("reverts = ?", rowID(id)).Order("proposed_at, id"), requestRow.toDomain)
}

// insertItems stores the items of a request and returns their rows.
func (r requestRepo) insertItems(ctx context.Context, request rowID, items []domain.ChangeItem) ([]itemRow, error) {
	rows := make([]itemRow, len(items))
	for i, item := range items {
		rows[i] = itemFromDomain(request, i, item)
	}
	if len(rows) == 0 {
		return rows, nil
	}
	return rows, translate(r.on(ctx).CreateInBatches(rows, maxRows).Error)
}

func (r requestRepo) Replace(ctx context.Context, request domain.ChangeRequest, items []domain.ChangeItem) error {
	id := rowID(request.ID)
	err := r.on(ctx).Exec(`INSERT INTO change_item_history (request, proposal, position, record, discrepancy, body)
		SELECT request, ?, position, record, discrepancy, body FROM change_item WHERE request = ?`, request.Proposal-1, id).Error
	if err != nil {
		return translate(err)
	}
	if err := r.on(ctx).Where("request = ?", id).Delete(&itemRow{}).Error; err != nil {
		return translate(err)
	}
	rows, err := r.insertItems(ctx, id, items)
	if err != nil {
		return err
	}
	return r.w.note(string(request.Domain), "change_items", request.ID.String(), request.Proposal, rows)
}

func (r requestRepo) Note(ctx context.Context, request domain.ChangeRequest, effects []domain.ItemEffect) error {
	if len(effects) == 0 {
		return nil
	}
	rows := convert(effects, func(e domain.ItemEffect) effectRow { return effectFromDomain(rowID(request.ID), e) })
	if err := r.on(ctx).CreateInBatches(rows, maxRows).Error; err != nil {
		return translate(err)
	}
	return r.w.note(string(request.Domain), "change_effects", request.ID.String(), request.Version, rows)
}
