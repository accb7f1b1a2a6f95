package intake

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// submit makes a change request of the rows of one plant that wait for it. Each is judged once more, by what is known at this
// moment: what has come otherwise meanwhile stays out, and says so.
func (m *mappingJudge) submit(ctx context.Context, imported domain.Import) (more bool, err error) {
	change := domain.Change{Actor: imported.SubmittedBy, Reason: imported.Reason}
	err = m.n.Store.Write(ctx, change, func(repos domain.Repos) error {
		more = false
		rows, err := repos.Imports.Pending(ctx, imported.ID, m.n.requestRows())
		if err != nil || len(rows) == 0 {
			return err
		}
		more = true
		batch, err := m.again(ctx, repos.Reads, rows)
		if err != nil {
			return err
		}
		return m.handIn(ctx, repos, imported, batch)
	})
	return more, err
}

// batch are rows that are handed in together, and those that have come otherwise.
type batch struct {
	plant domain.PlantID
	rows  []domain.ImportRow
	items []domain.ChangeItem
	moved []domain.ImportRow
}

// again judges rows once more.
func (m *mappingJudge) again(ctx context.Context, reads domain.Reads, rows []domain.ImportRow) (batch, error) {
	entries := make([]domain.ImportEntry, len(rows))
	for i, row := range rows {
		entries[i] = row.Entry()
	}
	cases, err := m.cases(ctx, reads, entries)
	b := batch{plant: rows[0].Plant}
	for i, c := range cases {
		row := rows[i]
		if c.next == nil || c.row.Record != row.Record || c.row.Status != row.Status || !c.row.After.Same(row.After) {
			b.moved = append(b.moved, placed(c.row, row))
			continue
		}
		b.rows = append(b.rows, row)
		b.items = append(b.items, c.items()...)
	}
	return b, err
}

// placed is a row judged anew, where it was.
func placed(row, was domain.ImportRow) domain.ImportRow {
	row.Position, row.Sheet, row.Line, row.Part, row.Cells = was.Position, was.Sheet, was.Line, was.Part, was.Cells
	return row
}

// items are what a row asks for: the mapping, and that its plant uses the record.
func (c *mappingCase) items() []domain.ChangeItem {
	label := c.row.Target
	item := func(mapping *domain.CodeMapping) domain.ChangeItem {
		return domain.ChangeItem{Action: domain.ItemMapCode, Domain: mapping.Domain, Label: label, Record: mapping.Record, Mapping: mapping}
	}
	var items []domain.ChangeItem
	if c.ends != nil {
		items = append(items, item(c.ends))
	}
	items = append(items, item(c.next))
	if c.plant != "" && c.next.Version == 1 && c.next.Relation == domain.RelationEquivalent {
		items = append(items, steward.UsePlant(c.plant, c.next.Domain, c.next.Record, label))
	}
	return items
}

// handIn proposes a batch, and notes what has become of its rows.
func (m *mappingJudge) handIn(ctx context.Context, repos domain.Repos, imported domain.Import, b batch) error {
	if len(b.moved) > 0 && imported.Strict {
		return domain.Conflict(domain.CodeImportFaulty, "%d rows are no longer as they were shown, and all were to be handed in or none; look at them again", len(b.moved))
	}
	if len(b.moved) > 0 {
		if err := repos.Imports.Judge(ctx, imported, b.moved); err != nil {
			return err
		}
	}
	if len(b.items) == 0 {
		return nil
	}
	request, err := m.n.Desk.Propose(ctx, repos, submitter(imported, b.plant), domain.ChangeRequest{
		Kind: domain.RequestMappings, Domain: imported.Domain, Plant: b.plant, Reason: imported.Reason,
		Title: fmt.Sprintf("%d codes of %s from %s", len(b.rows), m.nameOf(b.rows[0].System), imported.FileName),
	}, b.items)
	if err != nil {
		return err
	}
	return repos.Imports.Submitted(ctx, imported, request.ID, b.rows)
}

// nameOf is what people call a system.
func (m *mappingJudge) nameOf(id domain.SystemID) string {
	for _, system := range m.places.systems {
		if system.ID == id {
			return system.Name
		}
	}
	return string(id)
}

// submitter is who handed an import in, as whoever does it for them: with the one right that they had when they did.
func submitter(imported domain.Import, plant domain.PlantID) domain.Actor {
	kind := domain.ActorPerson
	if strings.HasPrefix(string(imported.SubmittedBy), string(domain.ServiceActor("").ID)) {
		kind = domain.ActorService
	}
	if plant == "" {
		plant = domain.Anywhere
	}
	return domain.Actor{
		ID: imported.SubmittedBy, Kind: kind, Grants: []domain.Grant{{Action: domain.ActionPropose, Domain: imported.Domain, Plant: plant}},
	}
}
