package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// stagingSlots is how many readings can be under way at once; migrations made a table for each.
const stagingSlots = 4

type slotRow struct {
	Slot       int `gorm:"primaryKey;autoIncrement:false"`
	Run        rowID
	Generation int
	Staged     int
}

func (slotRow) TableName() string { return "staging_slot" }

type stagedRow struct {
	JoinKey     string `gorm:"primaryKey"`
	Code        string
	ContentHash *string
	Active      bool
	Duplicated  bool
	Attributes  rowAttributes
	Token       string
	// encoded are the attributes as text, where they have been encoded already.
	encoded []byte
}

func (r *stagedRow) text() []byte {
	if r.encoded == nil {
		r.encoded = domain.Attributes(r.Attributes).Encode()
	}
	return r.encoded
}

func stagedFromDomain(s domain.StagedRow) stagedRow {
	row := stagedRow{
		JoinKey: s.Record.Key, Code: string(s.Record.Code), Active: s.Record.Active, Duplicated: s.Record.Duplicated,
		Attributes: rowAttributes(s.Record.Attributes), Token: storable(s.Record.Token), encoded: s.Encoded,
	}
	if !s.Unchanged {
		hash := s.Record.Hash
		if hash == "" {
			hash = s.Record.ContentHash()
		}
		row.ContentHash = &hash
	}
	return row
}

// duplicate marks the row as one whose key the source gave more than once; its hash says so as well.
func (r *stagedRow) duplicate() {
	r.Duplicated = true
	if r.ContentHash == nil {
		return
	}
	hash := domain.SourceRecord{Attributes: domain.Attributes(r.Attributes), Active: r.Active, Duplicated: true}.ContentHash()
	r.ContentHash = &hash
}

// stagingOps keeps readings in the slot tables. The number that Begin gives is the slot together with its generation, so that
// a worker who lost the slot to another is refused instead of mixing two readings.
type stagingOps struct{ conn }

func slotNumber(slot, generation int) int { return generation*stagingSlots + slot - 1 }

func slotTable(slot int) string { return fmt.Sprintf("staging_%d", slot) }
func diffTable(slot int) string { return fmt.Sprintf("staging_diff_%d", slot) }

func slotOf(number int) int { return number%stagingSlots + 1 }

func (o stagingOps) Begin(ctx context.Context, run domain.ID) (int, error) {
	free, err := find(o.on(ctx).Table("staging_slot"), func(row slotRow) slotRow { return row })
	if err != nil {
		return 0, err
	}
	// The run's own slot first, then free ones, then those of runs that are over.
	for _, usable := range []string{"run = ?", "run IS NULL", `NOT EXISTS (SELECT 1 FROM run r WHERE r.id = staging_slot.run
		AND r.state IN ('queued', 'reading', 'held', 'comparing'))`} {
		for _, slot := range free {
			number, taken, err := o.take(ctx, run, slot, usable)
			if err != nil || taken {
				return number, err
			}
		}
	}
	return 0, domain.Unavailable(nil, domain.CodeStoreBusy, "all %d staging slots are in use; the run waits for one", len(free))
}

func (o stagingOps) SlotOf(ctx context.Context, run domain.ID) (int, error) {
	slot, err := first[slotRow](o.on(ctx).Where("run = ?", rowID(run)),
		domain.Conflict(domain.CodeRunStagingLost, "what the run has read is no longer there; it must read again"))
	return slotNumber(slot.Slot, slot.Generation), err
}

// take leases one slot if it is still as it was seen and usable, and empties it.
func (o stagingOps) take(ctx context.Context, run domain.ID, slot slotRow, usable string) (int, bool, error) {
	q := o.on(ctx).Model(&slotRow{}).Where("slot = ? AND generation = ?", slot.Slot, slot.Generation)
	if usable == "run = ?" {
		q = q.Where(usable, rowID(run))
	} else {
		q = q.Where(usable)
	}
	updated := q.Updates(map[string]any{"run": rowID(run), "generation": slot.Generation + 1, "staged": 0})
	if updated.Error != nil || updated.RowsAffected == 0 {
		return 0, false, translate(updated.Error)
	}
	number := slotNumber(slot.Slot, slot.Generation+1)
	return number, true, o.empty(ctx, slot.Slot)
}

func (o stagingOps) empty(ctx context.Context, slot int) error {
	for _, table := range []string{slotTable(slot), diffTable(slot)} {
		if err := o.on(ctx).Exec(o.d.truncate(table)).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

// hold keeps the slot from being given away while the transaction lasts, adds to the number of its rows, and returns it.
func (o stagingOps) hold(ctx context.Context, number, add int) (slotRow, error) {
	var held slotRow
	found := o.on(ctx).Raw(`UPDATE staging_slot SET staged = staged + ? WHERE slot = ? AND generation = ? AND run IS NOT NULL
		RETURNING slot, run, generation, staged`, add, slotOf(number), number/stagingSlots).Scan(&held)
	return held, wrote(found, domain.Conflict(domain.CodeRunLeaseLost, "the run no longer holds its place for reading"))
}

// Stage relies on the table's key to say that a code came before, in the page or in an earlier one: hardly any ever does, so
// that looking for it in every page would cost far more than staging the few pages where it does a second time, with care.
func (o stagingOps) Stage(ctx context.Context, number int, rows []domain.StagedRow) ([]string, error) {
	const page = "page"
	if hasty := o.d.hasty(); hasty != "" { // a crash of the server empties the table
		if err := o.on(ctx).Exec(hasty).Error; err != nil {
			return nil, translate(err)
		}
	}
	if err := o.on(ctx).SavePoint(page).Error; err != nil {
		return nil, translate(err)
	}
	err := o.insert(ctx, number, convert(rows, stagedFromDomain))
	if domain.ErrorCode(err) != domain.CodeDuplicate {
		return nil, err
	}
	if err := o.on(ctx).RollbackTo(page).Error; err != nil {
		return nil, translate(err)
	}
	fresh, repeated := firstOfEach(rows)
	return o.stageBesideKnown(ctx, number, fresh, repeated)
}

// stageBesideKnown stages those of the rows whose keys are not staged yet, marks the staged rows of the others, and returns
// the keys of these and the repeated ones.
func (o stagingOps) stageBesideKnown(ctx context.Context, number int, rows []stagedRow, repeated map[string]bool) ([]string, error) {
	table := slotTable(slotOf(number))
	known, err := o.staged(ctx, table, rows)
	if err != nil {
		return nil, err
	}
	insert := make([]stagedRow, 0, len(rows))
	var mark []stagedRow
	for _, row := range rows {
		if earlier, ok := known[row.JoinKey]; ok {
			repeated[row.JoinKey] = true
			mark = append(mark, earlier)
			continue
		}
		insert = append(insert, row)
	}
	if err := o.insert(ctx, number, insert); err != nil {
		return nil, err
	}
	if err := o.markDuplicated(ctx, table, mark); err != nil {
		return nil, err
	}
	return sortedKeys(repeated), nil
}

// insert counts rows and loads them into the slot, if it is still held: nothing is written before that is known.
func (o stagingOps) insert(ctx context.Context, number int, rows []stagedRow) error {
	held, err := o.hold(ctx, number, len(rows))
	if err != nil || len(rows) == 0 {
		return err
	}
	return o.d.load(ctx, o.conn, bulk{
		table: slotTable(held.Slot), count: len(rows),
		columns: []string{"join_key", "code", "content_hash", "active", "duplicated", "attributes", "token"},
		row: func(i int, to fields) {
			row := &rows[i]
			to.text(row.JoinKey)
			to.text(row.Code)
			if row.ContentHash == nil {
				to.null()
			} else {
				to.text(*row.ContentHash)
			}
			to.flag(row.Active)
			to.flag(row.Duplicated)
			to.encoded(row.text())
			to.text(row.Token)
		},
	})
}

// firstOfEach returns the first row of each key, in order, marked where the key came more than once, and those keys.
func firstOfEach(rows []domain.StagedRow) ([]stagedRow, map[string]bool) {
	at := make(map[string]int, len(rows))
	repeated := map[string]bool{}
	fresh := make([]stagedRow, 0, len(rows))
	for i := range rows { // a row is large
		key := rows[i].Record.Key
		if first, seen := at[key]; seen {
			if !repeated[key] {
				fresh[first].duplicate()
			}
			repeated[key] = true
			continue
		}
		at[key] = len(fresh)
		fresh = append(fresh, stagedFromDomain(rows[i]))
	}
	return fresh, repeated
}

// staged returns those of the rows whose key is in the table already, as they stand there. There are hardly ever any.
func (o stagingOps) staged(ctx context.Context, table string, rows []stagedRow) (map[string]stagedRow, error) {
	known := map[string]stagedRow{}
	for chunk := range slices.Chunk(convert(rows, func(row stagedRow) string { return row.JoinKey }), maxList) {
		where, values := o.d.anyOf("join_key", chunk)
		found, err := find(o.on(ctx).Table(table).Where(where, values...), func(row stagedRow) stagedRow { return row })
		if err != nil {
			return nil, err
		}
		for _, row := range found {
			known[row.JoinKey] = row
		}
	}
	return known, nil
}

func (o stagingOps) markDuplicated(ctx context.Context, table string, rows []stagedRow) error {
	for _, row := range rows {
		if row.Duplicated {
			continue
		}
		row.duplicate()
		err := o.on(ctx).Table(table).Where("join_key = ?", row.JoinKey).
			Updates(map[string]any{"duplicated": true, "content_hash": row.ContentHash}).Error
		if err != nil {
			return translate(err)
		}
	}
	return nil
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (o stagingOps) Staged(ctx context.Context, number int) (int, error) {
	held, err := o.hold(ctx, number, 0)
	return held.Staged, err
}

func (o stagingOps) End(ctx context.Context, number int) error {
	held, err := o.hold(ctx, number, 0)
	if err != nil {
		return err
	}
	if err := o.empty(ctx, held.Slot); err != nil {
		return err
	}
	return translate(o.on(ctx).Model(&slotRow{}).Where("slot = ?", held.Slot).Updates(map[string]any{"run": nil, "staged": 0}).Error)
}
