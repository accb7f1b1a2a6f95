package intake

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// goldenTurn is how many rows are looked at for one change request of edits, maxEditItems how many steps that may have: an
	// edit has one for the record, and one for each system that follows it.
	goldenTurn   = 2_000
	maxEditItems = 10_000
)

// submit makes a change request of edits that wait for it. Each is judged once more, by what is known at this moment: what has
// moved meanwhile stays out, and says so.
func (g *goldenJudge) submit(ctx context.Context, imported domain.Import) (more bool, err error) {
	change := domain.Change{Actor: imported.SubmittedBy, Reason: imported.Reason}
	err = g.intake.Store.Write(ctx, change, func(repos domain.Repos) error {
		more = false
		rows, err := repos.Imports.Pending(ctx, imported.ID, goldenTurn)
		if err != nil || len(rows) == 0 {
			return err
		}
		more = true
		edits, err := g.again(ctx, repos.Reads, rows)
		if err != nil {
			return err
		}
		return g.handIn(ctx, repos, imported, edits)
	})
	return more, err
}

// edits are rows that are handed in together, and those that have come otherwise.
type edits struct {
	plant domain.PlantID
	rows  []domain.ImportRow
	items []domain.ChangeItem
	moved []domain.ImportRow
}

// again judges rows once more, as many as fit into one request.
func (g *goldenJudge) again(ctx context.Context, reads domain.Reads, rows []domain.ImportRow) (edits, error) {
	entries := make([]domain.ImportEntry, len(rows))
	for i, row := range rows {
		entries[i] = row.Entry()
	}
	cases, err := g.cases(ctx, reads, entries)
	e := edits{plant: rows[0].Plant}
	for i, c := range cases {
		row := rows[i]
		if c.row.Status != row.Status || !c.row.After.Same(row.After) || !c.row.Before.Same(row.Before) {
			e.moved = append(e.moved, placed(c.row, row))
			continue
		}
		if len(e.items)+len(c.items) > maxEditItems {
			break
		}
		e.rows, e.items = append(e.rows, row), append(e.items, c.items...)
	}
	return e, err
}

// handIn proposes edits, and notes what has become of their rows.
func (g *goldenJudge) handIn(ctx context.Context, repos domain.Repos, imported domain.Import, e edits) error {
	if len(e.moved) > 0 && imported.Strict {
		return domain.Conflict(domain.CodeImportFaulty, "%d rows are no longer as they were shown, and all were to be handed in or none; look at them again", len(e.moved))
	}
	if len(e.moved) > 0 {
		if err := repos.Imports.Judge(ctx, imported, e.moved); err != nil {
			return err
		}
	}
	if len(e.items) == 0 {
		return nil
	}
	request, err := g.intake.Desk.Propose(ctx, repos, submitter(imported, e.plant), domain.ChangeRequest{
		Kind: domain.RequestEdit, Domain: imported.Domain, Plant: e.plant, Reason: imported.Reason, Batch: true,
		Title: fmt.Sprintf("%d records edited in %s", len(e.rows), imported.FileName),
	}, e.items)
	if err != nil {
		return err
	}
	return repos.Imports.Submitted(ctx, imported, request.ID, e.rows)
}
