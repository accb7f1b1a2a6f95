package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// taking is one reading of a file under way.
type taking struct {
	n        *Intake
	judge    judge
	imported domain.Import
	entries  []domain.ImportEntry
}

// add takes one more entry.
func (t *taking) add(ctx context.Context, entry domain.ImportEntry) error {
	t.entries = append(t.entries, entry)
	if len(t.entries) < batchRows {
		return nil
	}
	return t.flush(ctx)
}

// flush judges and stores what was taken, with how far that is.
func (t *taking) flush(ctx context.Context) error {
	if len(t.entries) == 0 {
		return ctx.Err()
	}
	rows, err := t.judge.judge(ctx, t.n.Store.Read(), t.entries)
	if err != nil {
		return err
	}
	for i := range rows {
		entry := t.entries[i]
		rows[i].Position, rows[i].Sheet, rows[i].Line, rows[i].Part, rows[i].Cells = t.imported.Done+i, entry.Sheet, entry.Line, entry.Part, entry.Cells
	}
	t.imported.Done += len(rows)
	t.imported.Total = max(t.imported.Total, t.imported.Done)
	t.entries = t.entries[:0]
	return t.n.Store.Operate(ctx, func(ops domain.Ops) error {
		if err := ops.Imports.Progress(ctx, t.imported); err != nil {
			return err
		}
		return ops.Imports.AddRows(ctx, t.imported.ID, rows)
	})
}

// compare judges rows of one key among themselves, a few keys at a time.
func (t *taking) compare(ctx context.Context) error {
	imports := t.n.Store.Read().Imports
	for after := ""; ; {
		keys, err := imports.Repeated(ctx, t.imported.ID, after, batchRows)
		if err != nil || len(keys) == 0 {
			return err
		}
		after = keys[len(keys)-1]
		rows, err := imports.ByKey(ctx, t.imported.ID, keys)
		if err != nil {
			return err
		}
		changed := repeatedRows(t.judge, rows)
		err = t.n.Store.Operate(ctx, func(ops domain.Ops) error {
			if err := ops.Imports.Progress(ctx, t.imported); err != nil {
				return err
			}
			return ops.Imports.Judge(ctx, t.imported.ID, changed)
		})
		if err != nil {
			return err
		}
	}
}

// repeatedRows judges the rows of each key among themselves and returns those that have come otherwise.
func repeatedRows(judge judge, rows []domain.ImportRow) []domain.ImportRow {
	byKey := map[string][]domain.ImportRow{}
	var keys []string
	for _, row := range rows {
		if byKey[row.Key] == nil {
			keys = append(keys, row.Key)
		}
		byKey[row.Key] = append(byKey[row.Key], row)
	}
	var changed []domain.ImportRow
	for _, key := range keys {
		group := byKey[key]
		before := make([]domain.ImportRowStatus, len(group))
		for i, row := range group {
			before[i] = row.Status
		}
		judge.repeated(group)
		for i, row := range group {
			if row.Status != before[i] {
				changed = append(changed, row)
			}
		}
	}
	return changed
}

// preview leaves the import to people, with all its rows counted.
func (t *taking) preview(ctx context.Context) error {
	absent, err := t.judge.absent(ctx, t.n.Store.Read())
	if err != nil {
		return err
	}
	tally, err := t.n.Store.Read().Imports.Tally(ctx, t.imported.ID)
	if err != nil {
		return err
	}
	return t.n.store(ctx, t.imported, func(stored domain.Import) (domain.Import, error) {
		stored.Counts, stored.Noticed, stored.Absent = tally.Counts, tally.Noticed, absent
		return stored.Ended(domain.ImportPreviewed, "", "")
	})
}
