package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// ruleImport is the lineage's name for a value that came in with an edited export.
const ruleImport = "import"

// goldenJudge judges an edited export of golden records, cell by cell against the version that was exported.
type goldenJudge struct {
	intake     *Intake
	imported   domain.Import
	definition domain.Definition
	cells      []valueCell
	reader     *cellReader
}

func (n *Intake) newGoldenJudge(ctx context.Context, imported domain.Import) (judge, error) {
	reads := n.Store.Read()
	definition, err := n.Desk.Governed(ctx, reads, imported.Domain)
	if err != nil {
		return nil, err
	}
	for _, column := range imported.Layout.Columns {
		if _, holds := column.Attribute(); holds && column.Plant != "" {
			return nil, domain.Invalid(domain.CodeImportInvalid,
				"column %d cannot be one plant's: an export names the plant in the head, as in %s", column.Column, "lead_time@"+string(column.Plant))
		}
	}
	reader, err := newCellReader(ctx, reads, "")
	return &goldenJudge{
		intake: n, imported: imported, definition: definition, reader: reader, cells: valueCells(definition, imported.Layout, domain.English),
	}, err
}

// goldenCase is one row under judgement.
type goldenCase struct {
	row    domain.ImportRow
	entry  domain.ImportEntry // with what was answered
	keeps  map[domain.ImportField]domain.ImportKeep
	record domain.GoldenRecord
	base   domain.Attributes
	edit   steward.RecordEdit
	items  []domain.ChangeItem
	// handed says that the very row was handed in before.
	handed bool
}

// open says that there is still something to be judged of the row.
func (c *goldenCase) open() bool { return c.row.Key != "" && c.row.Status != domain.ImportWrong }

func (g *goldenJudge) judge(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]domain.ImportRow, error) {
	cases, err := g.cases(ctx, reads, entries)
	rows := make([]domain.ImportRow, len(cases))
	for i, c := range cases {
		rows[i] = c.row
	}
	return rows, err
}

// cases judges each entry alone, by a three-way comparison: what the cell says, what was exported, and what is golden now.
func (g *goldenJudge) cases(ctx context.Context, reads domain.Reads, entries []domain.ImportEntry) ([]*goldenCase, error) {
	answered, err := answeredOf(ctx, reads, g.imported.ID, entries)
	if err != nil {
		return nil, err
	}
	if err := g.reader.refer(ctx, reads, g.cells, entries); err != nil {
		return nil, err
	}
	cases := make([]*goldenCase, len(entries))
	for i, entry := range entries {
		cases[i] = g.begin(answered, entry)
	}
	for _, step := range []func(context.Context, domain.Reads, []*goldenCase) error{g.recall, g.recallBases, g.recallHanded} {
		if err := step(ctx, reads, cases); err != nil {
			return nil, err
		}
	}
	for _, c := range cases {
		if c.open() {
			g.compare(c)
		}
	}
	return cases, g.check(ctx, reads, cases)
}

// begin reads which record an entry is of, and at which version that was exported.
func (g *goldenJudge) begin(answered answered, entry domain.ImportEntry) *goldenCase {
	c := &goldenCase{}
	c.entry, c.keeps = answered.to(entry)
	c.row = begun(c.entry)
	c.row.Asked = asked(entry)
	if leftOut(&c.row, entry) {
		return c
	}
	text := c.entry.Text(domain.FieldID)
	if text == "" {
		wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldID),
			"the row has no ID: records are changed here, not made; ask for a new one with a record request")
		return c
	}
	id, err := domain.ParseID(strings.ToLower(text))
	if err != nil {
		wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldID), "the ID is not one that was exported: it is not to be changed")
		return c
	}
	c.row.Record, c.row.Key = id, "record:"+id.String()
	if c.row.Base, err = strconv.Atoi(c.entry.Text(domain.FieldVersion)); err != nil || c.row.Base < 1 {
		c.row.Base = 0
		wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldVersion), "the version is not one that was exported: it is not to be changed")
	}
	return c
}

// recall finds the records as they are now, and as they were when they were exported.
func (g *goldenJudge) recall(ctx context.Context, reads domain.Reads, cases []*goldenCase) error {
	var ids []domain.ID
	for _, c := range cases {
		ids = append(ids, c.row.Record)
	}
	found, err := reads.Records.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	now := make(map[domain.ID]domain.GoldenRecord, len(found))
	for _, record := range found {
		now[record.ID] = record
	}
	for _, c := range cases {
		c.record = now[c.row.Record]
		if !c.open() {
			continue
		}
		switch {
		case c.record.ID.IsZero() || c.record.Domain != g.definition.Domain:
			wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldID), "there is no such record: the ID is not to be changed")
		case !c.record.InUse():
			c.row.Code = c.record.Attributes.Text(g.definition.CodeAttribute)
			wrong(&c.row, domain.NoteStale, c.entry.Cell(domain.FieldID), fmt.Sprintf("the record is %s by now: its values cannot be changed", c.record.State))
		default:
			c.row.Code = c.record.Attributes.Text(g.definition.CodeAttribute)
		}
	}
	return nil
}

// recallBases reads the versions that were exported; a record that the batch has at several versions takes several turns.
func (g *goldenJudge) recallBases(ctx context.Context, reads domain.Reads, cases []*goldenCase) error {
	var waiting []*goldenCase
	for _, c := range cases {
		switch {
		case !c.open():
		case c.row.Base == c.record.Version:
			c.base = c.record.Attributes
		default:
			waiting = append(waiting, c)
		}
	}
	for len(waiting) > 0 {
		versions := map[domain.ID]int{}
		var turn, later []*goldenCase
		for _, c := range waiting {
			if version, taken := versions[c.row.Record]; taken && version != c.row.Base {
				later = append(later, c)
				continue
			}
			versions[c.row.Record] = c.row.Base
			turn = append(turn, c)
		}
		found, err := reads.Records.AtVersions(ctx, versions)
		if err != nil {
			return err
		}
		for _, c := range turn {
			base, known := found[c.row.Record]
			if c.base = base.Attributes; !known {
				wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldVersion), "the record never had this version: it is not to be changed")
			}
		}
		waiting = later
	}
	return nil
}

// compare judges the cells of a row.
func (g *goldenJudge) compare(c *goldenCase) {
	c.edit = steward.RecordEdit{Record: c.record.ID, Set: domain.Attributes{}, Rule: ruleImport}
	wanted := domain.Attributes{} // as it would be, of what changes; nil for what is cleared
	for _, cell := range g.cells {
		if cell.of(c.entry) {
			g.compareCell(c, cell, wanted)
		}
	}
	for key, value := range wanted {
		if value == nil {
			c.edit.Clear = append(c.edit.Clear, key)
			continue
		}
		c.edit.Set[key] = value
	}
	touched := domain.ChangeItem{Set: c.edit.Set, Clear: c.edit.Clear}.Touched()
	c.row.Before, c.row.After = c.record.Attributes.Only(touched), c.edit.Set
	c.row.Plant = plantOf(touched)
	switch {
	case c.row.Status == domain.ImportWrong:
	case c.handed:
		c.row.Status, c.row.Message = domain.ImportSame, "handed in already"
	case c.row.Status == domain.ImportConflict:
	case len(touched) > 0:
		c.row.Status = domain.ImportChanged
	default:
		c.row.Status = domain.ImportSame
	}
}

// compareCell adds what a cell changes to what is wanted.
func (g *goldenJudge) compareCell(c *goldenCase, cell valueCell, wanted domain.Attributes) {
	field := cell.column.Key()
	text, at := c.entry.Text(field), c.entry.Cell(field)
	if text == "" && unread(c.entry, at) {
		if cell.part(c.base[cell.key]) != nil {
			wrong(&c.row, domain.NoteValue, at, fmt.Sprintf("%s: what the cell says is no value; leave it empty to clear the value, or as it was", cell.attribute.Label))
		}
		return
	}
	mine, note := g.reader.read(cell, text)
	if note != nil {
		note.Cell = at
		noticeOnce(&c.row, *note)
		if note.Weight == domain.NoteWrong {
			return
		}
	}
	if !g.counts(c, cell, at, mine) {
		return
	}
	if why := g.barred(cell); why != "" {
		wrong(&c.row, domain.NoteLocked, at, why)
		return
	}
	begun, changing := wanted[cell.key] // by the column of another language
	if !changing {
		begun = c.record.Attributes[cell.key]
	}
	wanted[cell.key] = cell.into(begun, mine)
}

// counts says whether the cell's word is to become golden: it was edited, and nobody else has made something else of it, or whoever
// was asked has said that it counts. Where nobody has been asked yet the row asks.
func (g *goldenJudge) counts(c *goldenCase, cell valueCell, at string, mine domain.Value) bool {
	base, now := c.base[cell.key], c.record.Attributes[cell.key]
	if cell.says(mine, base) || cell.says(mine, now) {
		return false
	}
	if domain.Equal(cell.part(now), cell.part(base)) {
		return true
	}
	kept := keepOf(c.keeps, cell)
	if kept == "" {
		g.ask(c, cell, at, mine)
	}
	return kept != domain.KeepKnown
}

// ask makes a row one that asks: the cell and what is known have both been changed since the export.
func (g *goldenJudge) ask(c *goldenCase, cell valueCell, at string, mine domain.Value) {
	message := fmt.Sprintf("%s: the file says %s, and somebody has made it %s since the export", cell.attribute.Label, orEmpty(mine), orEmpty(cell.part(c.record.Attributes[cell.key])))
	c.row.Notes = append(c.row.Notes, domain.ImportNote{Cell: at, Kind: domain.NoteStale, Weight: domain.NoteSuggest, Message: message})
	if c.row.Status != domain.ImportWrong && c.row.Status != domain.ImportConflict {
		c.row.Status, c.row.Message = domain.ImportConflict, message
	}
}

func orEmpty(v domain.Value) string {
	if v == nil || v.Empty() {
		return "nothing"
	}
	return strconv.Quote(short(v.Display()))
}

// unread says that a cell is empty only because nothing could be made of what it says.
func unread(entry domain.ImportEntry, at string) bool {
	for _, note := range entry.Notes {
		switch note.Kind {
		case domain.NotePlaceholder, domain.NoteFormulaEmpty, domain.NoteErrorValue:
			if note.Cell == at {
				return true
			}
		default: // the cell is as empty as it looks
		}
	}
	return false
}

// barred says in a sentence why the uploader's value cannot become golden.
func (g *goldenJudge) barred(cell valueCell) string {
	_, place := cell.key.Split()
	scope := g.imported.Plants
	switch {
	case cell.attribute.Bars(""):
		return fmt.Sprintf("%s is for %s to say: correct it there", cell.attribute.Label, systems(cell.attribute.Authorities))
	case scope.All:
		return ""
	case place.Plant == "" || cell.attribute.Classification == domain.ClassConfidential:
		return cell.attribute.Label + " does not hold for your plant alone: it is not yours to change here"
	case hiddenFrom(scope, place.Plant):
		return cell.attribute.Label + " is another plant's: it is not yours to change"
	}
	return ""
}

func systems(ids []domain.SystemID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
	}
	return strings.Join(names, ", ")
}
