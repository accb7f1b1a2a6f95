package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// decide says what one row would change.
func (m *mappingJudge) decide(ctx context.Context, reads domain.Reads, k known, c *mappingCase) error {
	if c.row.Key == "" || c.row.Status == domain.ImportWrong {
		return nil
	}
	m.noteZeros(k, c)
	if handed, open := k.handed[c.row.Key]; open {
		handedIn(c, handed)
		return nil
	}
	record, found := m.target(k, c)
	if !found {
		return nil
	}
	c.row.Record = record.ID
	if unit, said := c.says.fields[domain.FieldUnit]; said && unit == m.unitOf(record) {
		c.says.fields[domain.FieldUnit] = "" // the record's own unit, which needs no name
	}
	if why := m.unitFault(c, record); why != "" {
		wrong(&c.row, domain.NoteUnit, c.entry.Cell(domain.FieldUnit), why)
		return nil
	}
	if c.says.exported {
		return m.decideExported(ctx, reads, k, c, record)
	}
	m.decidePlain(k, c, record)
	return nil
}

// noteZeros suggests the padded code where a code of digits is shorter than its system's others are, and not known itself.
func (m *mappingJudge) noteZeros(k known, c *mappingCase) {
	p := m.paddings[c.system.ID]
	padded := p.padded(c.key.Key)
	if padded == "" || c.says.exported || k.has(c.key) {
		return
	}
	other := c.key
	other.Key = padded
	if p.unanimous || k.has(other) {
		notice(&c.row, zerosLost(c.entry.Cell(domain.FieldCode), padded))
	}
}

// handedIn is for a row of a key that is in a request which is not decided yet: nothing is handed in twice.
func handedIn(c *mappingCase, handed domain.HandedIn) {
	row := c.row
	row.Cells = c.entry.Cells
	if handed.Content == row.Content() {
		c.row.Status, c.row.Message, c.row.Request = domain.ImportSame, "handed in already", handed.Request
		return
	}
	wrong(&c.row, domain.NoteTwice, c.entry.Cell(domain.FieldTarget), "the code was handed in already and says something else there; "+
		"wait until that request is decided, or have it withdrawn")
}

// target finds the record that a row's canonical code means. Where there is none, the row says so.
func (m *mappingJudge) target(k known, c *mappingCase) (domain.GoldenRecord, bool) {
	cell := c.entry.Cell(domain.FieldTarget)
	_, export := m.imported.Layout.Column(domain.FieldID)
	record, known := k.records[c.row.Target]
	switch {
	case c.row.Target == "" && c.says.exported:
		wrong(&c.row, domain.NoteValue, cell, "the canonical code was removed; to end a mapping, say in \"valid to\" from which day on")
	case c.row.Target == "" && export:
		c.row.Status, c.row.Message = domain.ImportSame, "still without a canonical code"
	case c.row.Target == "":
		wrong(&c.row, domain.NoteValue, cell, "the row names no canonical code")
	case !known:
		if padded := m.paddings[domain.SystemCanonical].padded(c.row.Target); padded != "" && !k.records[padded].ID.IsZero() {
			notice(&c.row, zerosLost(cell, padded))
		}
		wrong(&c.row, domain.NoteUnknownTarget, cell, fmt.Sprintf("nobody knows the canonical code %s", c.row.Target))
	case record.State == domain.RecordRetired || record.State == domain.RecordMerged:
		wrong(&c.row, domain.NoteUnknownTarget, cell, fmt.Sprintf("no code can stand for %s any more: it is %s", c.row.Target, string(record.State)))
	default:
		return record, true
	}
	return record, false
}

// unitFault says what is wrong with a row's unit beside its record's; "" for nothing. One of another kind needs a factor, one of
// the same kind has its own.
func (m *mappingJudge) unitFault(c *mappingCase, record domain.GoldenRecord) string {
	unit, base := c.says.fields[domain.FieldUnit], m.unitOf(record)
	if unit == "" || base == "" {
		return ""
	}
	factor := c.says.fields[domain.FieldFactor]
	one, _ := domain.NewQuantity("1", unit)
	exact, convertible := one.In(base)
	switch {
	case !convertible && factor == "":
		return fmt.Sprintf("the record is counted in %s; say by the factor how many of them one %s is", base, unit)
	case !convertible:
		return ""
	case factor == "" || !sameFactor(factor, exact.Number.String()):
		return fmt.Sprintf("one %s is %s %s; the factor must be that", unit, exact.Number.String(), base)
	default:
		return ""
	}
}

func sameFactor(factor, number string) bool {
	exact, err := domain.ParseFactor(number)
	return err == nil && string(exact) == factor
}

// decidePlain compares a row of a plant's own file with what is mapped. The file tells of no time at which it was true: what it
// says otherwise is a contradiction.
func (m *mappingJudge) decidePlain(k known, c *mappingCase, record domain.GoldenRecord) {
	current, mapped := m.inForce(k, c)
	if !mapped {
		next := *steward.MapCode(c.system, m.imported.Domain, domain.Code(c.row.Code), record.ID, "").Mapping
		next.Plant = c.plant
		for field, text := range c.says.fields {
			setTerm(&next, field, text)
		}
		c.next = &next
		return
	}
	d := differences{k: k, c: c, current: current, record: record}
	if theirs := k.heirs[current.Record]; theirs.ID != record.ID {
		d.contradict(domain.FieldTarget, m.codeOf(theirs), c.row.Target)
	}
	for _, field := range mappingTerms() {
		if mine, given := c.says.fields[field]; given && mine != m.term(record, current, field) {
			d.contradict(field, term(current, field), mine)
		}
	}
	m.settle(d, "the code is mapped otherwise; a person decides which is right")
}

// inForce finds the mapping that a row is about: of those that clash with it the one of today, or else the first.
func (m *mappingJudge) inForce(k known, c *mappingCase) (domain.CodeMapping, bool) {
	span := domain.Validity{From: domain.Date(c.says.fields[domain.FieldValidFrom]), To: domain.Date(c.says.fields[domain.FieldValidTo])}
	var clashing []domain.CodeMapping
	for _, mapping := range k.mappings[c.key] {
		if mapping.Validity.Overlaps(span) {
			clashing = append(clashing, mapping)
		}
	}
	if len(clashing) == 0 {
		return domain.CodeMapping{}, false
	}
	today := m.places.today(c.plant)
	if at := slices.IndexFunc(clashing, func(mapping domain.CodeMapping) bool { return mapping.Validity.Contains(today) }); at >= 0 {
		return clashing[at], true
	}
	return slices.MinFunc(clashing, func(a, b domain.CodeMapping) int { return compareText(a.Validity.From, b.Validity.From) }), true
}

// unitOf is the unit that a record is counted in.
func (m *mappingJudge) unitOf(record domain.GoldenRecord) string {
	return record.Attributes.Text(m.definition.UnitAttribute)
}

// term is what a mapping holds in a field, without the name of the unit that the record is counted in anyway.
func (m *mappingJudge) term(record domain.GoldenRecord, mapping domain.CodeMapping, field domain.ImportField) string {
	text := term(mapping, field)
	if field == domain.FieldUnit && text == m.unitOf(record) {
		return ""
	}
	return text
}

// codeOf is a record's canonical code.
func (m *mappingJudge) codeOf(record domain.GoldenRecord) string {
	return record.Attributes.Text(m.definition.CodeAttribute)
}
