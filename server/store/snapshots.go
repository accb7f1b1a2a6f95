package store

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type snapshotRow struct {
	ID        rowID `gorm:"primaryKey"`
	Owner     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	Entries   []byte
}

func (snapshotRow) TableName() string { return "queue_snapshot" }

type snapshotOps struct {
	conn
	now domain.Instant
}

const idLength = len(domain.ID{})

func (o snapshotOps) Create(ctx context.Context, s domain.QueueSnapshot) error {
	entries := make([]byte, 0, idLength*len(s.IDs))
	for _, id := range s.IDs {
		entries = append(entries, id[:]...)
	}
	row := snapshotRow{ID: rowID(s.ID), Owner: string(s.Owner), CreatedAt: int64(s.CreatedAt), ExpiresAt: int64(s.ExpiresAt), Entries: entries}
	return translate(o.on(ctx).Create(&row).Error)
}

func (o snapshotOps) Window(ctx context.Context, id domain.ID, owner domain.ActorID, offset, limit int) ([]domain.ID, int, error) {
	var rows []struct {
		Part  []byte
		Total int
	}
	offset, limit = max(offset, 0), max(limit, 0)
	err := o.on(ctx).Raw(`SELECT substr(entries, ?, ?) AS part, length(entries) AS total FROM queue_snapshot
		WHERE id = ? AND owner = ? AND expires_at > ?`,
		offset*idLength+1, limit*idLength, rowID(id), string(owner), int64(o.now)).Scan(&rows).Error
	if err != nil {
		return nil, 0, translate(err)
	}
	if len(rows) == 0 {
		return nil, 0, domain.NotFound(domain.CodeSnapshotUnknown, "this view of the queue has expired; open the queue again")
	}
	ids := make([]domain.ID, 0, len(rows[0].Part)/idLength)
	for part := rows[0].Part; len(part) >= idLength; part = part[idLength:] {
		ids = append(ids, domain.ID(part[:idLength]))
	}
	return ids, rows[0].Total / idLength, nil
}

func (o snapshotOps) DeleteExpired(ctx context.Context, before domain.Instant) error {
	return translate(o.on(ctx).Where("expires_at < ?", int64(before)).Delete(&snapshotRow{}).Error)
}
