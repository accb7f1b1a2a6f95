package store

import (
	"context"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// merging makes one slot's rows the source records of one system and domain.
type merging struct {
	conn
	slot           int
	system, domain string
	readAt         int64
	// before is when the last reading began that brought the values of all records; swept says that this one did.
	before   int64
	swept    bool
	complete bool
}

// Merge is set-based and may be repeated: the second time changes nothing and answers the same. Only records that differ from
// what is known are written.
//
// A row that the source proved unchanged brings back a record that was gone, with the values known of it. One that is not
// known at all cannot be made known without values and is left out. A record once marked as duplicated stays so until it
// brings values again: which of its rows the known values came from cannot be told.
func (o stagingOps) Merge(ctx context.Context, number int, system domain.SystemID, name domain.DomainName, complete bool, readAt domain.Instant) (domain.StageResult, error) {
	held, err := o.hold(ctx, number, 0)
	if err != nil {
		return domain.StageResult{}, err
	}
	m := merging{conn: o.conn, slot: held.Slot, system: string(system), domain: string(name), readAt: int64(readAt), complete: complete}
	if err := m.look(ctx, held); err != nil {
		return domain.StageResult{}, err
	}
	known, err := m.count(ctx, countKnown)
	if err != nil {
		return domain.StageResult{}, err
	}
	if known == 0 {
		return m.storeFirst(ctx)
	}
	if err := m.store(ctx); err != nil {
		return domain.StageResult{}, err
	}
	return m.result(ctx)
}

// storeFirst stores a system's first reading: there is nothing it could differ from, and what it changed is what was inserted.
func (m *merging) storeFirst(ctx context.Context) (domain.StageResult, error) {
	inserted := m.on(ctx).Exec(m.statement(insertAll), m.values())
	if inserted.Error != nil {
		return domain.StageResult{}, translate(inserted.Error)
	}
	return domain.StageResult{Changed: int(inserted.RowsAffected)}, m.note(ctx)
}

// Vanished counts with the statement by which a merge finds what is gone.
func (o stagingOps) Vanished(ctx context.Context, number int, system domain.SystemID, name domain.DomainName) (int, error) {
	held, err := o.hold(ctx, number, 0)
	if err != nil {
		return 0, err
	}
	m := merging{conn: o.conn, slot: held.Slot, system: string(system), domain: string(name)}
	if room := m.d.roomForJoins(); room != "" {
		if err := m.exec(ctx, room); err != nil {
			return 0, err
		}
	}
	return m.count(ctx, "SELECT count(*)"+fromGone)
}

// look checks that the slot holds what was staged, and decides how what was read is noted: once for the whole reading where
// it brought the values of nearly all, or else record by record.
func (m *merging) look(ctx context.Context, held slotRow) error {
	var staged struct{ Total, Named int }
	err := m.on(ctx).Raw(m.statement("SELECT count(*) AS total, count(*) - count(content_hash) AS named FROM STAGED")).Scan(&staged).Error
	if err != nil {
		return translate(err)
	}
	if staged.Total != held.Staged {
		return domain.Conflict(domain.CodeRunStagingLost, "what the run has read is no longer there; it must read again")
	}
	m.swept = m.complete && staged.Named*4 <= staged.Total
	m.before, err = sourceReader{m.conn}.fullyRead(ctx, domain.SystemID(m.system), domain.DomainName(m.domain))
	return err
}

// store finds what differs from what is known and writes it.
func (m *merging) store(ctx context.Context) error {
	statements := []string{m.d.truncate(diffTable(m.slot)), m.d.roomForJoins(), m.findDifferent()}
	if m.complete {
		statements = append(statements, findGone)
	}
	statements = append(statements, updateChanged, updateRead, updateKept, insertNew, updateGone)
	for _, statement := range statements {
		if statement == "" {
			continue
		}
		if err := m.exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := m.distrust(ctx); err != nil {
		return err
	}
	return m.note(ctx)
}

// note notes when the reading was, where it stands for nearly all records.
func (m *merging) note(ctx context.Context) error {
	if !m.swept {
		return nil
	}
	return m.exec(ctx, noteReading)
}

// The statements of a merge. STAGED stands for the slot's table, DIFF for the table of its differences, EFFECTIVE for when the
// values of r were last read. The kinds of difference: new; changed, or back from being gone, with values; read, which is other
// writing or marks of the same content; kept, which is named without values; gone.
const (
	findAll = `INSERT INTO DIFF (join_key, kind) SELECT s.join_key, CASE WHEN r.code_key IS NULL THEN 'new'
			WHEN s.content_hash IS NULL THEN 'kept' WHEN r.hash <> s.content_hash OR r.gone_at <> 0 THEN 'changed' ELSE 'read' END
		FROM STAGED s LEFT JOIN source_record r ON r.domain = @domain AND r.system = @system AND r.code_key = s.join_key
		WHERE (r.code_key IS NULL AND s.content_hash IS NOT NULL)
		OR (s.content_hash IS NOT NULL AND (r.hash <> s.content_hash OR r.gone_at <> 0 OR r.code <> s.code OR r.token <> s.token OR READ))
		OR (s.content_hash IS NULL AND (r.gone_at <> 0 OR KEPT OR (s.duplicated AND NOT r.duplicated)))`
	findGone = `INSERT INTO DIFF (join_key, kind) SELECT r.code_key, 'gone'` + fromGone
	fromGone = ` FROM source_record r
		WHERE r.domain = @domain AND r.system = @system AND r.gone_at = 0
		AND NOT EXISTS (SELECT 1 FROM STAGED s WHERE s.join_key = r.code_key)`

	updateChanged = `UPDATE source_record AS r SET code = s.code, active = s.active, attributes = s.attributes, hash = s.content_hash,
		token = s.token, duplicated = s.duplicated, read_at = @at, changed_at = @at, gone_at = 0, pinned = false
		FROM DIFF d, STAGED s WHERE d.kind = 'changed' AND s.join_key = d.join_key
		AND r.domain = @domain AND r.system = @system AND r.code_key = d.join_key`
	updateRead = `UPDATE source_record AS r SET code = s.code, token = s.token, read_at = @at, pinned = false
		FROM DIFF d, STAGED s WHERE d.kind = 'read' AND s.join_key = d.join_key
		AND r.domain = @domain AND r.system = @system AND r.code_key = d.join_key`
	// updateKept brings back what was gone and is proven to be as it was. Its values are not of this reading.
	updateKept = `UPDATE source_record AS r SET changed_at = CASE WHEN r.gone_at <> 0 THEN @at ELSE r.changed_at END, gone_at = 0,
		read_at = EFFECTIVE, pinned = true
		FROM DIFF d WHERE d.kind = 'kept' AND r.domain = @domain AND r.system = @system AND r.code_key = d.join_key`
	insertNew = `INSERT INTO source_record (domain, system, code_key, code, active, attributes, hash, token, duplicated, read_at, changed_at, gone_at, pinned)
		SELECT @domain, @system, s.join_key, s.code, s.active, s.attributes, s.content_hash, s.token, s.duplicated, @at, @at, 0, false
		FROM DIFF d JOIN STAGED s ON s.join_key = d.join_key WHERE d.kind = 'new' ORDER BY s.join_key`
	// insertAll is a system's first reading.
	insertAll = `INSERT INTO source_record (domain, system, code_key, code, active, attributes, hash, token, duplicated, read_at, changed_at, gone_at, pinned)
		SELECT @domain, @system, s.join_key, s.code, s.active, s.attributes, s.content_hash, s.token, s.duplicated, @at, @at, 0, false
		FROM STAGED s WHERE s.content_hash IS NOT NULL`
	updateGone = `UPDATE source_record AS r SET gone_at = @at, read_at = EFFECTIVE, pinned = true
		FROM DIFF d WHERE d.kind = 'gone' AND r.domain = @domain AND r.system = @system AND r.code_key = d.join_key`
	noteReading = `INSERT INTO source_reading (domain, system, read_at) VALUES (@domain, @system, @at)
		ON CONFLICT (domain, system) DO UPDATE SET read_at = excluded.read_at`

	countKnown = `SELECT count(*) FROM (SELECT 1 FROM source_record WHERE domain = @domain AND system = @system LIMIT 1) one`

	countChanged = `SELECT count(*) FROM source_record r WHERE r.domain = @domain AND r.system = @system AND r.changed_at = @at AND r.gone_at = 0`
	countGone    = `SELECT count(*) FROM source_record r WHERE r.domain = @domain AND r.system = @system AND r.gone_at = @at AND r.gone_at <> 0`
	// findDistrusted finds known values whose code the source now gives more than once.
	findDistrusted = `SELECT r.* FROM DIFF d JOIN STAGED s ON s.join_key = d.join_key
		JOIN source_record r ON r.domain = @domain AND r.system = @system AND r.code_key = d.join_key
		WHERE d.kind = 'kept' AND s.duplicated AND NOT r.duplicated`
)

// findDifferent looks, beside what differs, for the records whose own time of reading has to be written.
func (m *merging) findDifferent() string {
	read, kept := "r.read_at <> @at", "1 = 0"
	if m.swept {
		read, kept = "r.pinned", "NOT r.pinned"
	}
	return strings.NewReplacer("READ)", read+")", "KEPT", kept).Replace(findAll)
}

func (m *merging) statement(text string) string {
	return strings.NewReplacer("STAGED", slotTable(m.slot), "DIFF", diffTable(m.slot),
		"EFFECTIVE", "CASE WHEN r.pinned OR r.read_at > @before THEN r.read_at ELSE @before END").Replace(text)
}

func (m *merging) values() map[string]any {
	return map[string]any{"domain": m.domain, "system": m.system, "at": m.readAt, "before": m.before}
}

func (m *merging) exec(ctx context.Context, text string) error {
	text = m.statement(text)
	if !strings.Contains(text, "@") {
		return translate(m.on(ctx).Exec(text).Error)
	}
	return translate(m.on(ctx).Exec(text, m.values()).Error)
}

func (m *merging) count(ctx context.Context, text string) (int, error) {
	var n int
	err := m.on(ctx).Raw(m.statement(text), m.values()).Scan(&n).Error
	return n, translate(err)
}

// distrust marks records as duplicated of which the source sent no values; there are few, and their hash is Go's.
func (m *merging) distrust(ctx context.Context) error {
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

func (m *merging) result(ctx context.Context) (domain.StageResult, error) {
	changed, err := m.count(ctx, countChanged)
	if err != nil {
		return domain.StageResult{}, err
	}
	gone, err := m.count(ctx, countGone)
	return domain.StageResult{Changed: changed, Gone: gone}, err
}
