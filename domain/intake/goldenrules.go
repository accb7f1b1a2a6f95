package intake

import (
	"context"
	"errors"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// plantOf is the one plant that values are of; "" where they are not of one.
func plantOf(keys []domain.AttributeID) domain.PlantID {
	var plants []domain.PlantID
	for _, key := range keys {
		_, place := key.Split()
		plants = append(plants, place.Plant)
	}
	slices.Sort(plants)
	if plants = slices.Compact(plants); len(plants) == 1 {
		return plants[0]
	}
	return ""
}

func hiddenFrom(scope domain.PlantScope, plant domain.PlantID) bool {
	return !scope.All && !slices.Contains(scope.Plants, plant)
}

// check lets the rules of editing judge the rows that would change something: the whole record must be sound with them.
func (g *goldenJudge) check(ctx context.Context, reads domain.Reads, cases []*goldenCase) error {
	var edits []steward.RecordEdit
	var edited []*goldenCase
	seen := map[domain.ID]bool{}
	for _, r := range cases {
		asks := r.row.Status == domain.ImportChanged || r.row.Status == domain.ImportConflict
		if asks && !seen[r.record.ID] { // a record that comes twice is judged as such
			edits, edited = append(edits, r.edit), append(edited, r)
			seen[r.record.ID] = true
		}
	}
	drafts, err := g.intake.Desk.DraftEdits(ctx, reads, g.definition, edits)
	if err != nil {
		return err
	}
	for i, draft := range drafts {
		g.refuse(edited[i], draft)
	}
	return nil
}

// refuse makes a row wrong whose edit cannot be made, and says what of its effects is worth knowing.
func (g *goldenJudge) refuse(c *goldenCase, draft steward.EditDraft) {
	var refusal *domain.Error
	if errors.As(draft.Refusal, &refusal) {
		if len(refusal.Fields) == 0 {
			wrong(&c.row, domain.NoteValue, "", refusal.Msg)
		}
		for _, fault := range refusal.Fields {
			wrong(&c.row, domain.NoteValue, g.cellOf(c.entry, domain.AttributeID(fault.Location[1:])), fault.Msg)
		}
		return
	}
	if c.items = draft.Items; len(draft.Items) == 0 {
		return
	}
	for _, remark := range draft.Items[0].Remarks {
		c.row.Notes = append(c.row.Notes, domain.ImportNote{Kind: domain.NoteValue, Weight: domain.NoteHint, Message: remark})
	}
}

// cellOf is where an attribute's value stands; "" where the file has no column for it.
func (g *goldenJudge) cellOf(entry domain.ImportEntry, key domain.AttributeID) string {
	for _, cell := range g.cells {
		if cell.key == key {
			return entry.Cell(cell.column.Key())
		}
	}
	return ""
}

// repeated lets a record's row count once, however often it comes; rows that say different things of it are wrong.
func (g *goldenJudge) repeated(rows []domain.ImportRow) {
	for i := 1; i < len(rows); i++ {
		if rows[i].Content() != rows[0].Content() || rows[i].Base != rows[0].Base {
			for j := range rows {
				wrong(&rows[j], domain.NoteTwice, "", "the file has the record twice, and says different things of it")
			}
			return
		}
	}
	for i := 1; i < len(rows); i++ {
		notice(&rows[i], domain.ImportNote{Kind: domain.NoteTwice, Weight: domain.NoteHint, Message: "the file has the record twice; it counts once"})
		if rows[i].Status != domain.ImportWrong {
			rows[i].Status, rows[i].Message, rows[i].Before, rows[i].After = domain.ImportSame, "", nil, nil
		}
	}
}

// absent is nothing: an export of some records says nothing of others.
func (g *goldenJudge) absent(context.Context, domain.Reads) (int, error) { return 0, nil }

// keepOf is the answer to one contradiction; "" where nobody has answered.
func keepOf(keeps map[domain.ImportField]domain.ImportKeep, cell valueCell) domain.ImportKeep {
	for _, field := range []domain.ImportField{cell.column.Key(), cell.column.Field, domain.ImportField(cell.key)} {
		if kept := keeps[field]; kept != "" {
			return kept
		}
	}
	return keeps[everything]
}

// recallHanded notes which rows were handed in before, as they are.
func (g *goldenJudge) recallHanded(ctx context.Context, reads domain.Reads, cases []*goldenCase) error {
	var keys []string
	for _, c := range cases {
		keys = append(keys, c.row.Key)
	}
	handed, err := reads.Imports.HandedIn(ctx, g.imported.ID, keys)
	for _, c := range cases {
		row := c.row
		row.Cells = c.entry.Cells
		known, is := handed[row.Key]
		c.handed = is && known.Content == row.Content()
	}
	return err
}
