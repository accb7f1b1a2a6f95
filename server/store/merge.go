package store

import (
	"context"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// merging makes one slot's rows the source records of one system and domain.
type merging struct {
	conn
	table          string
	system, domain string
	readAt         int64
}

// Merge is set-based and may be repeated: the second time changes nothing and answers the same.
//
// A row that the source proved unchanged brings back a record that was gone, with the values known of it. One that is not
// known at all cannot be made known without values and is left out. A record once marked as duplicated stays so until it
// brings values again: which of its rows the known values came from cannot be told.
func (o stagingOps) Merge(ctx context.Context, slot int, system domain.SystemID, name domain.DomainName, complete bool, readAt domain.Instant) (domain.StageResult, error) {
	table, err := o.table(ctx, slot)
	if err != nil {
		return domain.StageResult{}, err
	}
	m := merging{conn: o.conn, table: table, system: string(system), domain: string(name), readAt: int64(readAt)}
	for _, statement := range []string{updateChanged, updateRead, updateBack, insertNew} {
		if err := m.exec(ctx, statement); err != nil {
			return domain.StageResult{}, err
		}
	}
	if err := m.distrust(ctx); err != nil {
		return domain.StageResult{}, err
	}
	if complete {
		if err := m.exec(ctx, updateGone); err != nil {
			return domain.StageResult{}, err
		}
	}
	return m.result(ctx)
}

// The statements of a merge. STAGED stands for the slot's table; "of" is the condition that r is of the system and domain.
const (
	// updateChanged stores what says something else than before, or had been gone.
	updateChanged = `UPDATE source_record AS r SET code = s.code, active = s.active, attributes = s.attributes, hash = s.content_hash,
		token = s.token, duplicated = s.duplicated, read_at = @at, changed_at = @at, gone_at = 0
		FROM STAGED s WHERE r.domain = @domain AND r.system = @system AND r.code_key = s.join_key
		AND s.content_hash IS NOT NULL AND (r.hash <> s.content_hash OR r.gone_at <> 0)`
	// updateRead notes that the other rows with values were read.
	updateRead = `UPDATE source_record AS r SET code = s.code, token = s.token, read_at = @at
		FROM STAGED s WHERE r.domain = @domain AND r.system = @system AND r.code_key = s.join_key
		AND s.content_hash IS NOT NULL AND r.read_at <> @at`
	// updateBack brings back what was gone and is proven to be as it was.
	updateBack = `UPDATE source_record AS r SET gone_at = 0, changed_at = @at
		FROM STAGED s WHERE r.domain = @domain AND r.system = @system AND r.code_key = s.join_key
		AND s.content_hash IS NULL AND r.gone_at <> 0`
	insertNew = `INSERT INTO source_record (domain, system, code_key, code, active, attributes, hash, token, duplicated, read_at, changed_at, gone_at)
		SELECT @domain, @system, s.join_key, s.code, s.active, s.attributes, s.content_hash, s.token, s.duplicated, @at, @at, 0
		FROM STAGED s WHERE s.content_hash IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM source_record r WHERE r.domain = @domain AND r.system = @system AND r.code_key = s.join_key)`
	updateGone = `UPDATE source_record AS r SET gone_at = @at WHERE r.domain = @domain AND r.system = @system AND r.gone_at = 0
		AND NOT EXISTS (SELECT 1 FROM STAGED s WHERE s.join_key = r.code_key)`

	countChanged = `SELECT count(*) FROM STAGED s JOIN source_record r ON r.domain = @domain AND r.system = @system AND r.code_key = s.join_key
		WHERE r.changed_at = @at AND r.gone_at = 0`
	countGone = `SELECT count(*) FROM source_record r WHERE r.domain = @domain AND r.system = @system AND r.gone_at = @at AND r.gone_at <> 0`
	// findDistrusted finds known values whose code the source now gives more than once.
	findDistrusted = `SELECT r.* FROM source_record r JOIN STAGED s ON s.join_key = r.code_key
		WHERE r.domain = @domain AND r.system = @system AND s.content_hash IS NULL AND s.duplicated AND NOT r.duplicated`
)

func (m merging) statement(text string) string { return strings.ReplaceAll(text, "STAGED", m.table) }

func (m merging) values() map[string]any {
	return map[string]any{"domain": m.domain, "system": m.system, "at": m.readAt}
}

func (m merging) exec(ctx context.Context, text string) error {
	return translate(m.on(ctx).Exec(m.statement(text), m.values()).Error)
}

func (m merging) count(ctx context.Context, text string) (int, error) {
	var n int
	err := m.on(ctx).Raw(m.statement(text), m.values()).Scan(&n).Error
	return n, translate(err)
}

// distrust marks records as duplicated of which the source sent no values; there are few, and their hash is Go's.
func (m merging) distrust(ctx context.Context) error {
	var rows []sourceRow
	if err := m.on(ctx).Raw(m.statement(findDistrusted), m.values()).Scan(&rows).Error; err != nil {
		return translate(err)
	}
	for _, row := range rows {
		record := row.toDomain()
		record.Duplicated = true
		err := m.on(ctx).Model(&sourceRow{}).
			Where("domain = ? AND system = ? AND code_key = ?", row.Domain, row.System, row.CodeKey).
			Updates(map[string]any{"duplicated": true, "hash": record.ContentHash(), "changed_at": m.readAt}).Error
		if err != nil {
			return translate(err)
		}
	}
	return nil
}

func (m merging) result(ctx context.Context) (domain.StageResult, error) {
	changed, err := m.count(ctx, countChanged)
	if err != nil {
		return domain.StageResult{}, err
	}
	gone, err := m.count(ctx, countGone)
	return domain.StageResult{Changed: changed, Gone: gone}, err
}
