package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/crosswalk"
)

func compareText[S ~string](a, b S) int { return cmp.Compare(a, b) }

// differences are what a row and a known mapping say otherwise.
type differences struct {
	k       known
	c       *mappingCase
	current domain.CodeMapping
	record  domain.GoldenRecord
	// takes are the fields in which the row's word counts, open those in which nobody has said whose does.
	takes []domain.ImportField
	open  []domain.ImportField
}

// take lets the row's word count.
func (d *differences) take(field domain.ImportField, theirs, mine string) {
	d.takes = append(d.takes, field)
	d.show(field, theirs, mine)
}

// contradict is for a value that both changed, or of which it cannot be told who did: a person says whose word counts.
func (d *differences) contradict(field domain.ImportField, theirs, mine string) {
	switch keep(d.c.keeps, field) {
	case domain.KeepFile:
		d.take(field, theirs, mine)
	case domain.KeepKnown:
	default:
		d.open = append(d.open, field)
		d.show(field, theirs, mine)
	}
}

// show keeps what is known and what the row says, for people.
func (d *differences) show(field domain.ImportField, theirs, mine string) {
	d.c.row.Before = d.c.row.Before.With(domain.Attributes{domain.AttributeID(field): shown(field, theirs)})
	d.c.row.After = d.c.row.After.With(domain.Attributes{domain.AttributeID(field): shown(field, mine)})
}

func shown(field domain.ImportField, text string) domain.Value {
	if field == domain.FieldTarget {
		return domain.Code(text)
	}
	return domain.Text(text)
}

// settle says what becomes of a row that differs.
func (m *mappingJudge) settle(d differences, contradiction string) {
	row := &d.c.row
	switch {
	case len(d.open) > 0:
		row.Status, row.Message = domain.ImportConflict, contradiction
	case len(d.takes) > 0:
		row.Status = domain.ImportChanged
		m.build(d)
	default:
		row.Status = domain.ImportSame
	}
}

// build makes the mapping's next version of what counts; or, for another record, its end and the one that follows.
func (m *mappingJudge) build(d differences) {
	c, next := d.c, d.current
	if slices.Contains(d.takes, domain.FieldTarget) {
		today := m.places.today(c.plant)
		ended, err := endedOn(d.current, today)
		if err != nil {
			wrong(&c.row, domain.NoteValue, c.entry.Cell(domain.FieldTarget), domain.ErrorMessage(err, "the mapping cannot end today"))
			return
		}
		c.ends, next = &ended, crosswalk.Successor(ended, d.record.ID, today)
	} else {
		next.Version++
		next.ChangeRequest = domain.ID{}
	}
	for _, field := range d.takes {
		setTerm(&next, field, c.says.fields[field])
	}
	if next.Validity.From != "" && next.Validity.To != "" && next.Validity.To <= next.Validity.From {
		wrong(&c.row, domain.NoteValue, c.entry.Cell(domain.FieldValidTo), "a mapping ends after the day on which it begins")
		return
	}
	clashes := func(other domain.CodeMapping) bool { return other.ID != d.current.ID && next.Clashes(other) }
	if slices.ContainsFunc(d.k.mappings[c.key], clashes) {
		wrong(&c.row, domain.NoteTwice, c.entry.Cell(domain.FieldValidTo), "the code stands for another record on these days already")
		return
	}
	c.next = &next
}

// endedOn is a mapping that ends on a day. One that began on that very day never held: it gives way as a whole.
func endedOn(m domain.CodeMapping, day domain.Date) (domain.CodeMapping, error) {
	if !m.Live() || m.Validity.From != day {
		return crosswalk.EndedOn(m, crosswalk.EndMapping{Version: m.Version, On: day})
	}
	m.State, m.DefaultOut, m.Validity.To = domain.MappingEnded, false, day
	m.Version++
	return m, nil
}

// followed is the mapping that a row of an export is about: the exported one, or, where the code was handed over to another record
// since, the one that counts today. What had been said of a mapping that has ended would change the past.
func (m *mappingJudge) followed(k known, c *mappingCase, current, base domain.CodeMapping) domain.CodeMapping {
	today := m.places.today(c.plant)
	if current.Validity.Contains(today) || !base.Validity.Contains(today) {
		return current
	}
	for _, other := range k.mappings[c.key] {
		if other.Validity.Contains(today) {
			return other
		}
	}
	return current
}

// decideExported merges an edited row of an export, cell by cell, with what was exported and what is known now.
func (m *mappingJudge) decideExported(ctx context.Context, reads domain.Reads, k known, c *mappingCase, record domain.GoldenRecord) error {
	at := slices.IndexFunc(k.mappings[c.key], func(mapping domain.CodeMapping) bool { return mapping.ID == c.says.id })
	if at >= 0 && k.mappings[c.key][at].Version == c.says.version {
		m.merge(k, c, record, k.mappings[c.key][at], k.mappings[c.key][at], k.heirs[k.mappings[c.key][at].Record])
		return nil
	}
	history, err := reads.Translations.History(ctx, c.says.id)
	if err != nil {
		return err
	}
	if why := lockedFault(history, c); why != "" {
		wrong(&c.row, domain.NoteLocked, c.entry.Cell(domain.FieldID), why)
		return nil
	}
	if at < 0 {
		wrong(&c.row, domain.NoteStale, c.entry.Cell(domain.FieldID), "the mapping has ended since it was exported; remove the row, or its ID to propose it anew")
		return nil
	}
	base := history[slices.IndexFunc(history, func(mapping domain.CodeMapping) bool { return mapping.Version == c.says.version })]
	heir, err := domain.HeirOf(ctx, reads, base.Record)
	if err != nil {
		return err
	}
	m.merge(k, c, record, m.followed(k, c, k.mappings[c.key][at], base), base, heir)
	return nil
}

// lockedFault says what of an exported row's ID, version or code was changed by hand; "" for nothing.
func lockedFault(history []domain.CodeMapping, c *mappingCase) string {
	switch {
	case len(history) == 0 || history[0].System != c.key.System || history[0].Plant != c.key.Plant || history[0].Domain != c.key.Domain:
		return "the row's ID is that of no mapping of this system"
	case history[0].Key != c.key.Key:
		return fmt.Sprintf("the code of an exported row was changed from %s; a new code is a row of its own, without ID", string(history[0].Code))
	case !slices.ContainsFunc(history, func(mapping domain.CodeMapping) bool { return mapping.Version == c.says.version }):
		return "the row's version is not as it was exported"
	default:
		return ""
	}
}

// merge compares what the row says with what was exported and with what is known now.
func (m *mappingJudge) merge(k known, c *mappingCase, record domain.GoldenRecord, current, base domain.CodeMapping, exported domain.GoldenRecord) {
	d := differences{k: k, c: c, current: current, record: record}
	if now := k.heirs[current.Record]; record.ID != exported.ID && record.ID != now.ID {
		m.weigh(&d, domain.FieldTarget, now.ID == exported.ID, m.codeOf(now), c.row.Target)
	}
	for _, field := range mappingTerms() {
		mine, given := c.says.fields[field]
		if was, now := m.term(record, base, field), m.term(record, current, field); given && mine != was && mine != now {
			m.weigh(&d, field, now == was, now, mine)
		}
	}
	m.settle(d, "somebody else has changed it since the export; a person decides which is right")
}

// weigh lets the row's word count where nobody else has changed the value since the export.
func (m *mappingJudge) weigh(d *differences, field domain.ImportField, untouched bool, theirs, mine string) {
	if untouched {
		d.take(field, theirs, mine)
		return
	}
	before := len(d.open)
	d.contradict(field, theirs, mine)
	if len(d.open) > before {
		notice(&d.c.row, domain.ImportNote{Cell: d.c.entry.Cell(field), Kind: domain.NoteStale, Weight: domain.NoteSuggest, Suggestion: theirs,
			Message: fmt.Sprintf("since the export somebody else has put %q here", theirs)})
	}
}
