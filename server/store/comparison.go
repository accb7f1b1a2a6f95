package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type basisRow struct {
	Plan        string `gorm:"primaryKey"`
	Fingerprint string
	Seq         int64
	Day         string
	Token       rowID
}

func (basisRow) TableName() string { return "compare_basis" }

// stretch is how many source records one Pending looks at.
const stretch = 10_000

// lastOfAll comes after every key: it is longer than any, of the character that sorts last.
func lastOfAll() string { return strings.Repeat("\U0010FFFF", 64) }

type comparisonReader struct{ conn }

func (r comparisonReader) LinkedOf(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, keys []string) ([]domain.LinkedRecord, error) {
	var linked []domain.LinkedRecord
	err := r.snapshot(ctx, func(c conn) error {
		sources, err := sourceReader{c}.ByKeys(ctx, system.ID, name, keys)
		if err != nil {
			return err
		}
		sources = slices.DeleteFunc(sources, func(s domain.SourceRecord) bool { return s.GoneAt != 0 })
		slices.SortFunc(sources, func(a, b domain.SourceRecord) int { return cmp.Compare(a.Key, b.Key) })
		linked, err = c.link(ctx, system, name, day, sources)
		return err
	})
	return linked, err
}

// The statements of Pending, over one stretch of keys.
const (
	lastOfStretch = `SELECT code_key FROM source_record WHERE domain = @domain AND system = @system AND code_key > @after
		ORDER BY code_key LIMIT 1 OFFSET @offset`
	// A record is pending unless it was marked with the very content it has now: what else could have changed has unmarked it.
	pendingOfStretch = `SELECT r.code_key, coalesce(k.standing, '') AS standing FROM source_record r
		LEFT JOIN compare_mark k ON k.plan = @plan AND k.code_key = r.code_key AND k.code_key > @after AND k.code_key <= @upto
		WHERE r.domain = @domain AND r.system = @system AND r.code_key > @after AND r.code_key <= @upto AND r.gone_at = 0
		AND (k.hash IS NULL OR k.hash <> r.hash) ORDER BY r.code_key`
	markedOfStretch = `SELECT standing, count(*) AS records FROM compare_mark WHERE plan = @plan AND code_key > @after AND code_key <= @upto GROUP BY standing`
)

func (r comparisonReader) Pending(ctx context.Context, basis domain.ComparisonBasis, after string) (domain.PendingRecords, error) {
	var pending domain.PendingRecords
	values := map[string]any{"plan": basis.Plan, "domain": string(basis.Domain), "system": string(basis.System.ID), "after": after, "offset": stretch - 1}
	err := r.snapshot(ctx, func(c conn) error {
		var last []string
		if err := c.on(ctx).Raw(lastOfStretch, values).Scan(&last).Error; err != nil {
			return translate(err)
		}
		pending.Next = ""
		values["upto"] = lastOfAll()
		if len(last) > 0 {
			pending.Next, values["upto"] = last[0], last[0]
		}
		var rows []struct {
			CodeKey  string
			Standing string
		}
		if err := c.on(ctx).Raw(pendingOfStretch, values).Scan(&rows).Error; err != nil {
			return translate(err)
		}
		var marked []struct {
			Standing string
			Records  int
		}
		if err := c.on(ctx).Raw(markedOfStretch, values).Scan(&marked).Error; err != nil {
			return translate(err)
		}
		pending.Agreed = make(map[domain.Standing]int, len(marked))
		for _, m := range marked {
			pending.Agreed[domain.Standing(m.Standing)] = m.Records
		}
		pending.Keys = make([]string, len(rows))
		for i, row := range rows {
			pending.Keys[i] = row.CodeKey
			if row.Standing != "" {
				pending.Agreed[domain.Standing(row.Standing)]--
			}
		}
		return nil
	})
	return pending, err
}

type comparisonOps struct{ conn }

// The statements that unmark what may have changed. Whatever is not certain is unmarked: it is only compared once more.
const (
	unmarkAll  = `DELETE FROM compare_mark WHERE plan = @plan`
	unmarkGone = `DELETE FROM compare_mark WHERE plan = @plan AND code_key IN (SELECT r.code_key FROM source_record r
		WHERE r.domain = @domain AND r.system = @system AND r.gone_at <> 0)`
	unmarkMapped = `DELETE FROM compare_mark WHERE plan = @plan AND code_key IN (SELECT m.code_key FROM code_mapping m
		WHERE m.domain = @domain AND m.system = @system AND m.seq > @seq)`
	unmarkGolden = `DELETE FROM compare_mark WHERE plan = @plan AND code_key IN (SELECT m.code_key FROM golden_record g
		JOIN code_mapping m ON m.record = g.id AND m.system = @system WHERE g.domain = @domain AND g.seq > @seq)`
	// unmarkMerged covers what the record that a merged one forwards to has come to.
	unmarkMerged = `DELETE FROM compare_mark WHERE plan = @plan AND code_key IN (SELECT m.code_key FROM golden_record g
		JOIN code_mapping m ON m.record = g.id AND m.system = @system WHERE g.domain = @domain AND g.state = 'merged')`
	// unmarkUsed compares the use that was looked at with the one that the plant has declared of the record now: a use has no sequence.
	unmarkUsed = `DELETE FROM compare_mark WHERE plan = @plan AND record IS NOT NULL AND use_state <> coalesce((SELECT u.state || '/' || u.valid_from || '/' || u.valid_to
		FROM plant_use u WHERE u.plant = @plant AND u.record = compare_mark.record), '')`
	// unmarkInherited covers what unmarkUsed cannot see: where the plant has declared nothing of a record itself, the uses of all
	// that was merged into it count, and which of them is the strongest is decided in Go alone. What a record that others forward
	// to hands on in its turn is not looked into.
	unmarkInherited = `DELETE FROM compare_mark WHERE plan = @plan AND record IN (SELECT g.merged_into FROM golden_record g
		WHERE g.domain = @domain AND g.merged_into IS NOT NULL
		AND (EXISTS (SELECT 1 FROM plant_use u WHERE u.plant = @plant AND u.record = g.id)
			OR EXISTS (SELECT 1 FROM golden_record f WHERE f.merged_into = g.id)))
		AND NOT EXISTS (SELECT 1 FROM plant_use u WHERE u.plant = @plant AND u.record = compare_mark.record)`
	// Between two days a mapping or use may have begun or ended without a change.
	unmarkDays = `DELETE FROM compare_mark WHERE plan = @plan AND (code_key IN (SELECT m.code_key FROM code_mapping m
		WHERE m.domain = @domain AND m.system = @system AND ((m.valid_from > @from AND m.valid_from <= @to) OR (m.valid_to > @from AND m.valid_to <= @to)))
		OR record IN (SELECT u.record FROM plant_use u WHERE u.plant = @plant
		AND ((u.valid_from > @from AND u.valid_from <= @to) OR (u.valid_to > @from AND u.valid_to <= @to))))`
)

// The marks are kept with less care than the basis, on SQLite in a file of their own: a crash may bring back marks that were
// taken off, and a backup that is restored meets the marks of a later day. So the marks say themselves for which beginning they
// hold, in a row under the key that no code has; with any other beginning than the basis's they are worth nothing.
const (
	beginningOf  = `SELECT hash FROM compare_mark WHERE plan = @plan AND code_key = ''`
	putBeginning = `INSERT INTO compare_mark (plan, code_key, hash, use_state, standing) VALUES (@plan, '', @beginning, '', '')
		ON CONFLICT (plan, code_key) DO UPDATE SET hash = excluded.hash`
)

func (o comparisonOps) Begin(ctx context.Context, basis domain.ComparisonBasis) error {
	// The counter is read first: what commits after it has a higher sequence and is looked at again the next time.
	var seq int64
	if err := o.on(ctx).Raw("SELECT seq FROM change_counter WHERE domain = ?", string(basis.Domain)).Scan(&seq).Error; err != nil {
		return translate(err)
	}
	row := basisRow{Plan: basis.Plan, Fingerprint: basis.Fingerprint, Seq: seq, Day: string(basis.Day), Token: rowID(basis.Token)}
	known, trusted, err := o.known(ctx, row)
	if err != nil {
		return err
	}
	statements := []string{unmarkAll}
	if trusted {
		statements = unmarking(known, basis, seq)
	}
	for _, statement := range append(statements, putBeginning) {
		err := o.on(ctx).Exec(statement, map[string]any{
			"plan": basis.Plan, "domain": string(basis.Domain), "system": string(basis.System.ID), "plant": string(basis.System.Plant),
			"seq": known.Seq, "from": min(known.Day, row.Day), "to": max(known.Day, row.Day), "beginning": basis.Token.String(),
		}).Error
		if err != nil {
			return translate(err)
		}
	}
	return translate(o.on(ctx).Save(&row).Error)
}

// known returns the basis on which the plan's marks were made, and whether they are good for the next one, but for what has
// changed since.
func (o comparisonOps) known(ctx context.Context, next basisRow) (known basisRow, trusted bool, err error) {
	var before []basisRow
	if err := o.on(ctx).Raw("SELECT * FROM compare_basis WHERE plan = ?"+o.d.lockRows(), next.Plan).Scan(&before).Error; err != nil {
		return known, false, translate(err)
	}
	var beginning []string
	if err := o.on(ctx).Raw(beginningOf, map[string]any{"plan": next.Plan}).Scan(&beginning).Error; err != nil {
		return known, false, translate(err)
	}
	if len(before) == 0 || len(beginning) == 0 {
		return known, false, nil
	}
	known = before[0]
	trusted = known.Fingerprint == next.Fingerprint && known.Seq <= next.Seq && beginning[0] == domain.ID(known.Token).String()
	return known, trusted, nil
}

// unmarking returns the statements for a plan that has marks on the same basis. While the counter has not moved, no golden
// record or mapping has changed.
func unmarking(known basisRow, basis domain.ComparisonBasis, seq int64) []string {
	statements := []string{unmarkGone}
	if seq != known.Seq {
		statements = append(statements, unmarkMapped, unmarkGolden, unmarkMerged)
	}
	if basis.System.Plant != "" {
		statements = append(statements, unmarkUsed, unmarkInherited)
	}
	if known.Day != string(basis.Day) {
		statements = append(statements, unmarkDays)
	}
	return statements
}

// useState is a use in the form that unmarkUsed makes of the present one.
func useState(use *domain.PlantUse) string {
	if use == nil {
		return ""
	}
	return string(use.State) + "/" + string(use.Validity.From) + "/" + string(use.Validity.To)
}

func (o comparisonOps) Agreed(ctx context.Context, basis domain.ComparisonBasis, records []domain.LinkedRecord) error {
	held := o.on(ctx).Model(&basisRow{}).Where("plan = ? AND token = ?", basis.Plan, rowID(basis.Token)).Update("plan", basis.Plan)
	if err := wrote(held, domain.Conflict(domain.CodeRunLeaseLost, "the run's comparison was begun again elsewhere")); err != nil {
		return err
	}
	for chunk := range slices.Chunk(records, maxList) {
		where, values := o.d.anyOf("code_key", convert(chunk, func(r domain.LinkedRecord) string { return r.Source.Key }))
		err := o.on(ctx).Exec("DELETE FROM compare_mark WHERE plan = ? AND "+where, append([]any{basis.Plan}, values...)...).Error
		if err != nil {
			return translate(err)
		}
	}
	return o.d.load(ctx, o.conn, bulk{
		table: "compare_mark", columns: []string{"plan", "code_key", "hash", "record", "use_state", "standing"}, count: len(records),
		row: func(i int, to fields) {
			r := &records[i]
			var record rowID
			if r.Golden != nil {
				record = rowID(r.Golden.ID)
			}
			to.text(basis.Plan)
			to.text(r.Source.Key)
			to.text(r.Source.Hash)
			to.id(record)
			to.text(useState(r.Use))
			to.text(string(r.Standing()))
		},
	})
}
