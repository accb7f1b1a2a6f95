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
	// leftOut counts, by kind of note, what the reader left out for a good reason; lost are the rows of what it could not read.
	leftOut map[domain.NoteKind]int
	lost    []domain.ImportRow
}

// add takes one more entry.
func (t *taking) add(ctx context.Context, entry domain.ImportEntry) error {
	if len(entry.Cells) == 0 {
		t.leaveOut(entry)
	} else {
		t.entries = append(t.entries, entry)
	}
	if len(t.entries)+len(t.lost) < batchRows {
		return nil
	}
	return t.flush(ctx)
}

// leaveOut notes an entry that is no row, such as one of sums. What should have been rows and could not be read, such as a whole
// sheet, is one row that is wrong: nothing is left out unsaid.
func (t *taking) leaveOut(entry domain.ImportEntry) {
	if entry.Spoilt() {
		row := begun(entry)
		row.Sheet, row.Line, row.Part = entry.Sheet, entry.Line, entry.Part
		t.lost = append(t.lost, row)
		return
	}
	for _, note := range entry.Notes {
		t.leftOut[note.Kind]++
	}
}

// flush judges and stores what was taken, with how far that is.
func (t *taking) flush(ctx context.Context) error {
	if len(t.entries)+len(t.lost) == 0 {
		return ctx.Err()
	}
	rows, err := t.judge.judge(ctx, t.n.Store.Read(), t.entries)
	if err != nil {
		return err
	}
	for i, entry := range t.entries {
		rows[i].Sheet, rows[i].Line, rows[i].Part, rows[i].Cells = entry.Sheet, entry.Line, entry.Part, entry.Cells
	}
	rows = append(rows, t.lost...)
	for i := range rows {
		rows[i].Position = t.imported.Done + i
	}
	t.imported.Done += len(rows)
	t.imported.Total = max(t.imported.Total, t.imported.Done)
	t.entries, t.lost = t.entries[:0], nil
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
		stored.Counts, stored.Noticed, stored.LeftOut, stored.Absent = tally.Counts, tally.Noticed, t.leftOut, absent
		return stored.Ended(domain.ImportPreviewed, "", "")
	})
}
