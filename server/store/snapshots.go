package store

import (
	"context"
	"encoding/binary"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type snapshotRow struct {
	ID        rowID `gorm:"primaryKey"`
	Owner     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	Entries   []byte
	Versions  []byte
}

func (snapshotRow) TableName() string { return "queue_snapshot" }

type snapshotOps struct {
	conn
	now domain.Instant
}

const (
	idLength      = len(domain.ID{})
	versionLength = 4
)

func (o snapshotOps) Create(ctx context.Context, s domain.QueueSnapshot) error {
	entries := make([]byte, 0, idLength*len(s.IDs))
	for _, id := range s.IDs {
		entries = append(entries, id[:]...)
	}
	versions := make([]byte, 0, versionLength*len(s.Versions))
	for _, version := range s.Versions {
		versions = binary.BigEndian.AppendUint32(versions, uint32(version)) // #nosec G115 -- versions count up from 1
	}
	row := snapshotRow{
		ID: rowID(s.ID), Owner: string(s.Owner), CreatedAt: int64(s.CreatedAt), ExpiresAt: int64(s.ExpiresAt), Entries: entries, Versions: versions,
	}
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
		return nil, 0, snapshotUnknown()
	}
	ids := make([]domain.ID, 0, len(rows[0].Part)/idLength)
	for part := rows[0].Part; len(part) >= idLength; part = part[idLength:] {
		ids = append(ids, domain.ID(part[:idLength]))
	}
	return ids, rows[0].Total / idLength, nil
}

func (o snapshotOps) Marks(ctx context.Context, id domain.ID, owner domain.ActorID) ([]domain.DiscrepancyMark, error) {
	row, err := first[snapshotRow](o.on(ctx).Where("id = ? AND owner = ? AND expires_at > ?", rowID(id), string(owner), int64(o.now)),
		snapshotUnknown())
	if err != nil {
		return nil, err
	}
	marks := make([]domain.DiscrepancyMark, 0, len(row.Entries)/idLength)
	for at := 0; (at+1)*idLength <= len(row.Entries) && (at+1)*versionLength <= len(row.Versions); at++ {
		marks = append(marks, domain.DiscrepancyMark{
			ID:      domain.ID(row.Entries[at*idLength : (at+1)*idLength]),
			Version: int(binary.BigEndian.Uint32(row.Versions[at*versionLength:])),
		})
	}
	return marks, nil
}

func snapshotUnknown() error {
	return domain.NotFound(domain.CodeSnapshotUnknown, "this view of the queue has expired; open the queue again")
}

func (o snapshotOps) DeleteExpired(ctx context.Context, before domain.Instant) error {
	return translate(o.on(ctx).Where("expires_at < ?", int64(before)).Delete(&snapshotRow{}).Error)
}
