package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type auditRow struct {
	Chain    string `gorm:"primaryKey"`
	Seq      int64  `gorm:"primaryKey;autoIncrement:false"`
	At       int64
	Actor    string
	Reason   string
	Changes  jsonColumn[[]auditChangeRow]
	PrevHash string
	Hash     string
}

func (auditRow) TableName() string { return "audit_entry" }

type auditChangeRow struct {
	Aggregate string `json:"aggregate"`
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Digest    string `json:"digest"`
}

func auditFromDomain(e domain.AuditEntry) auditRow {
	return auditRow{
		Chain: e.Chain, Seq: e.Sequence, At: int64(e.At), Actor: string(e.Actor), Reason: e.Reason,
		Changes:  asJSON(convert(e.Changes, func(c domain.AuditChange) auditChangeRow { return auditChangeRow(c) })),
		PrevHash: e.PrevHash, Hash: e.Hash,
	}
}

func (r auditRow) toDomain() domain.AuditEntry {
	return domain.AuditEntry{
		Chain: r.Chain, Sequence: r.Seq, At: domain.Instant(r.At), Actor: domain.ActorID(r.Actor), Reason: r.Reason,
		Changes:  convert(r.Changes.V, func(c auditChangeRow) domain.AuditChange { return domain.AuditChange(c) }),
		PrevHash: r.PrevHash, Hash: r.Hash,
	}
}

type auditHeadRow struct {
	Chain string `gorm:"primaryKey"`
	Seq   int64
	Hash  string
}

func (auditHeadRow) TableName() string { return "audit_head" }

// appendAudit continues one chain: it locks the head, which is made if it does not exist, writes the entry and moves the head.
func (w *writing) appendAudit(ctx context.Context, chain string) error {
	var head auditHeadRow
	err := w.on(ctx).Raw(`INSERT INTO audit_head (chain, seq, hash) VALUES (?, 0, ?)
		ON CONFLICT (chain) DO UPDATE SET seq = audit_head.seq RETURNING chain, seq, hash`, chain, domain.AuditGenesis).Scan(&head).Error
	if err != nil {
		return translate(err)
	}
	entry := domain.AuditEntry{
		Chain: chain, Sequence: head.Seq + 1, At: w.now, Actor: w.change.Actor, Reason: w.change.Reason,
		Changes: w.changes[chain], PrevHash: head.Hash,
	}
	entry.Hash = entry.ComputeHash()
	row := auditFromDomain(entry)
	if err := w.on(ctx).Create(&row).Error; err != nil {
		return translate(err)
	}
	return translate(w.on(ctx).Exec("UPDATE audit_head SET seq = ?, hash = ? WHERE chain = ?", row.Seq, row.Hash, chain).Error)
}

type auditReader struct{ conn }

func (r auditReader) Chains(ctx context.Context) ([]string, error) {
	return find(r.on(ctx).Order("chain"), func(row auditHeadRow) string { return row.Chain })
}

func (r auditReader) Entries(ctx context.Context, chain string, after int64, limit int) ([]domain.AuditEntry, error) {
	q := r.on(ctx).Where("chain = ? AND seq > ?", chain, after).Order("seq").Limit(pageLimit(domain.Page{Limit: limit}))
	return find(q, auditRow.toDomain)
}

func (r auditReader) Recent(ctx context.Context, page domain.Page) ([]domain.AuditEntry, string, error) {
	const list = "audit"
	q := r.on(ctx)
	if page.After != "" {
		var err error
		if q, err = auditAfter(q, list, page.After); err != nil {
			return nil, "", err
		}
	}
	entries, err := find(q.Order("at DESC, chain DESC, seq DESC").Limit(pageLimit(page)+1), auditRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	entries, next := cut(entries, page, func(e domain.AuditEntry) string {
		return newCursor(list, strconv.FormatInt(int64(e.At), 10), e.Chain, strconv.FormatInt(e.Sequence, 10))
	})
	return entries, next, nil
}

func auditAfter(q *gorm.DB, list, cursor string) (*gorm.DB, error) {
	key, err := cursorKey(list, cursor, 3)
	if err != nil {
		return nil, err
	}
	at, atErr := strconv.ParseInt(key[0], 10, 64)
	seq, seqErr := strconv.ParseInt(key[2], 10, 64)
	if atErr != nil || seqErr != nil {
		return nil, badCursor()
	}
	return q.Where("(at, chain, seq) < (?, ?, ?)", at, key[1], seq), nil
}

func (r auditReader) Head(ctx context.Context, chain string) (int64, string, error) {
	head, err := first[auditHeadRow](r.on(ctx).Where("chain = ?", chain), nil)
	return head.Seq, head.Hash, err
}
