package steward

import (
	"context"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The bounds of one search for circles: real structures are some dozen levels deep.
const (
	maxClimbed = 200_000
	maxSteps   = 100_000
)

// edge leads from a record to one above it: its parent, or what contains it by the record via.
type edge struct{ to, via domain.ID }

// climb is the way up from some records, as far as anything lies above them.
type climb struct {
	edges map[domain.ID][]edge
	// structures are where and when the steps hold, by what leads up; nil where that is always and everywhere.
	structures map[domain.ID]span
}

// span is where and when a structure holds: at a plant, or everywhere, from a day and before a day.
type span struct {
	plant    string
	from, to domain.Date
}

// within narrows a span by another; false where they have nothing in common.
func (s span) within(other span) (span, bool) {
	if s.plant != "" && other.plant != "" && s.plant != other.plant {
		return s, false
	}
	if s.plant == "" {
		s.plant = other.plant
	}
	s.from = max(s.from, other.from)
	if s.to == "" || (other.to != "" && other.to < s.to) {
		s.to = other.to
	}
	return s, s.to == "" || s.from < s.to
}

// cause is what may have brought a circle about: the record that may lie below itself, and the touched one by which it does.
type cause struct {
	record, by domain.ID
	attribute  domain.AttributeID
	joined     bool
}

// circles are the touched records by which one has come to lie below itself, or to contain itself, each CodeRecordCycle.
func (a *applier) circles(ctx context.Context, all []affected) ([]fault, error) {
	var found []fault
	for _, definition := range a.desk.Definitions.List() {
		for _, attribute := range definition.Attributes {
			var causes []cause
			var step stepper
			switch {
			case attribute.Hierarchy:
				causes, step = a.movedUnder(definition, attribute, all), a.parents(attribute)
			case attribute.Lines != nil && attribute.Lines.Contains != "":
				causes, step = a.restructured(definition, attribute, all), a.containers(definition, attribute)
			default:
				continue
			}
			closed, err := a.circle(ctx, definition, causes, step)
			if err != nil {
				return nil, err
			}
			found = append(found, closed...)
		}
	}
	return found, nil
}

// movedUnder are the records that may have come to lie below themselves.
func (a *applier) movedUnder(definition domain.Definition, attribute domain.Attribute, all []affected) []cause {
	var causes []cause
	for _, t := range all {
		moved := t.joined || t.restored || !domain.Equal(t.before.Attributes[attribute.ID], t.after.Attributes[attribute.ID])
		if t.after.Domain == definition.Domain && t.after.InUse() && moved {
			causes = append(causes, cause{record: t.after.ID, by: t.after.ID, attribute: attribute.ID, joined: t.joined})
		}
	}
	return causes
}

// restructured are the records that may have come to contain themselves: what changed structures make, and what others were merged
// into.
func (a *applier) restructured(definition domain.Definition, attribute domain.Attribute, all []affected) []cause {
	contains, _ := attribute.Lines.Attribute(attribute.Lines.Contains)
	about := []domain.AttributeID{attribute.ID, definition.Makes, definition.Validity[0], definition.Validity[1], plantOf(definition)}
	var causes []cause
	for _, t := range all {
		if t.after.Domain == contains.References && t.joined {
			causes = append(causes, cause{record: t.after.ID, by: t.after.ID, joined: true})
		}
		changed := t.restored || !t.before.Attributes.Only(about).Same(t.after.Attributes.Only(about))
		made, _ := t.after.Attributes[definition.Makes].(domain.Reference)
		if t.after.Domain == definition.Domain && t.after.InUse() && changed && !made.Record.IsZero() {
			causes = append(causes, cause{record: made.Record, by: t.after.ID, attribute: attribute.ID})
		}
	}
	return causes
}

func plantOf(definition domain.Definition) domain.AttributeID {
	for _, attribute := range definition.Attributes {
		if attribute.NamesPlant {
			return attribute.ID
		}
	}
	return ""
}

// stepper finds what lies directly above some records, each of which answers for those that were merged into it.
type stepper func(ctx context.Context, records []domain.ID) (map[domain.ID][]edge, error)

// parents steps from records to their parents.
func (a *applier) parents(attribute domain.Attribute) stepper {
	return func(ctx context.Context, records []domain.ID) (map[domain.ID][]edge, error) {
		refs, err := a.repos.References.Of(ctx, records)
		if err != nil {
			return nil, err
		}
		refs = slices.DeleteFunc(refs, func(r domain.RecordRef) bool { return r.Attribute != attribute.ID || r.Line != "" })
		return a.resolved(ctx, refs, func(r domain.RecordRef) (domain.ID, domain.ID) { return r.Record, r.Target })
	}
}

// containers steps from components to what is made of them.
func (a *applier) containers(definition domain.Definition, attribute domain.Attribute) stepper {
	return func(ctx context.Context, records []domain.ID) (map[domain.ID][]edge, error) {
		heritage, err := a.repos.Merges.Heritage(ctx, records)
		if err != nil {
			return nil, err
		}
		heir, targets := map[domain.ID]domain.ID{}, slices.Clone(records)
		for record, merged := range heritage {
			for _, one := range merged {
				heir[one.ID], targets = record, append(targets, one.ID)
			}
		}
		for _, record := range records {
			heir[record] = record
		}
		uses, err := a.repos.References.AllTo(ctx, domain.ReferenceQuery{
			Targets: targets, Domain: definition.Domain, Attribute: attribute.ID, Field: attribute.Lines.Contains,
		})
		if err != nil {
			return nil, err
		}
		made, err := a.makes(ctx, definition, uses)
		if err != nil {
			return nil, err
		}
		return a.resolved(ctx, uses, func(r domain.RecordRef) (domain.ID, domain.ID) { return heir[r.Target], made[r.Record] })
	}
}

// makes are, by structure, what it makes.
func (a *applier) makes(ctx context.Context, definition domain.Definition, uses []domain.RecordRef) (map[domain.ID]domain.ID, error) {
	var structures []domain.ID
	for _, use := range uses {
		structures = append(structures, use.Record)
	}
	slices.SortFunc(structures, func(x, y domain.ID) int { return slices.Compare(x[:], y[:]) })
	refs, err := a.repos.References.Of(ctx, slices.Compact(structures))
	made := map[domain.ID]domain.ID{}
	for _, ref := range refs {
		if ref.Attribute == definition.Makes && ref.Line == "" {
			made[ref.Record] = ref.Target
		}
	}
	return made, err
}

// resolved makes edges of references, each leading to the record that answers for what is named.
func (a *applier) resolved(ctx context.Context, refs []domain.RecordRef, ends func(domain.RecordRef) (from, to domain.ID)) (map[domain.ID][]edge, error) {
	var named []domain.ID
	for _, ref := range refs {
		_, to := ends(ref)
		named = append(named, to)
	}
	heirs, err := a.repos.Merges.Heirs(ctx, named)
	edges := map[domain.ID][]edge{}
	for _, ref := range refs {
		from, to := ends(ref)
		up := edge{to: heirs[to].ID, via: ref.Record}
		if !up.to.IsZero() && !slices.Contains(edges[from], up) {
			edges[from] = append(edges[from], up)
		}
	}
	return edges, err
}

// circle looks for ways from the records up to themselves, and who brought them about.
func (a *applier) circle(ctx context.Context, definition domain.Definition, causes []cause, step stepper) ([]fault, error) {
	if len(causes) == 0 {
		return nil, nil
	}
	starts, causes, err := a.answering(ctx, causes)
	if err != nil {
		return nil, err
	}
	c, err := climbed(ctx, starts, step)
	if err != nil {
		return nil, err
	}
	var found []fault
	told := map[domain.ID]bool{} // a circle is told once, from wherever it is entered first
	for _, start := range starts {
		if told[start] || !c.reaches(start) {
			continue
		}
		if err := a.span(ctx, definition, &c); err != nil {
			return nil, err
		}
		way := c.way(start)
		if way == nil {
			continue
		}
		for _, at := range way {
			told[at.to] = true
		}
		why, err := a.contained(ctx, way)
		if err != nil {
			return nil, err
		}
		found = append(found, blamed(way, causes, why)...)
	}
	return found, nil
}

// climbed is all that lies above some records.
func climbed(ctx context.Context, starts []domain.ID, step stepper) (climb, error) {
	c := climb{edges: map[domain.ID][]edge{}}
	frontier := starts
	for len(frontier) > 0 && len(c.edges) < maxClimbed {
		above, err := step(ctx, frontier)
		if err != nil {
			return c, err
		}
		frontier = c.add(frontier, above)
	}
	return c, nil
}

// blamed are the causes that lie on a circle; all of its start where none shows, as of a search that was given up.
func blamed(way []edge, causes []cause, why error) []fault {
	var on, starting []fault
	for _, c := range causes {
		f := fault{record: c.by, why: why}
		if c.attribute != "" && !c.joined {
			f.attributes = []domain.AttributeID{c.attribute}
		}
		if slices.ContainsFunc(way, func(e edge) bool { return e.via == c.by || (c.joined && e.to == c.by) }) {
			on = append(on, f)
		}
		if c.record == way[0].to {
			starting = append(starting, f)
		}
	}
	if len(on) > 0 {
		return on
	}
	return starting
}

// answering are the records that answer for those of the causes, each once, and the causes with them.
func (a *applier) answering(ctx context.Context, causes []cause) ([]domain.ID, []cause, error) {
	records := make([]domain.ID, len(causes))
	for i, c := range causes {
		records[i] = c.record
	}
	heirs, err := a.repos.Merges.Heirs(ctx, records)
	var starts []domain.ID
	var answering []cause
	seen := map[domain.ID]bool{}
	for _, c := range causes {
		c.record = heirs[c.record].ID
		if c.record.IsZero() {
			continue
		}
		answering = append(answering, c)
		if !seen[c.record] {
			seen[c.record] = true
			starts = append(starts, c.record)
		}
	}
	return starts, answering, err
}

// add takes in what lies above some records, and returns what is new of it.
func (c *climb) add(records []domain.ID, above map[domain.ID][]edge) []domain.ID {
	for _, record := range records {
		c.edges[record] = above[record]
	}
	var next []domain.ID
	seen := map[domain.ID]bool{}
	for _, record := range records {
		for _, up := range above[record] {
			if _, known := c.edges[up.to]; !known && !seen[up.to] {
				seen[up.to] = true
				next = append(next, up.to)
			}
		}
	}
	return next
}

// reaches says whether a way leads from a record up to itself, wherever and whenever its steps hold.
func (c *climb) reaches(start domain.ID) bool {
	seen := map[domain.ID]bool{}
	for frontier := []domain.ID{start}; len(frontier) > 0; {
		record := frontier[len(frontier)-1]
		frontier = frontier[:len(frontier)-1]
		for _, up := range c.edges[record] {
			if up.to == start {
				return true
			}
			if !seen[up.to] {
				seen[up.to] = true
				frontier = append(frontier, up.to)
			}
		}
	}
	return false
}

// span finds out where and when the structures of a climb hold.
func (a *applier) span(ctx context.Context, definition domain.Definition, c *climb) error {
	if c.structures != nil || definition.Makes == "" {
		return nil
	}
	var via []domain.ID
	for _, edges := range c.edges {
		for _, up := range edges {
			via = append(via, up.via)
		}
	}
	slices.SortFunc(via, func(x, y domain.ID) int { return slices.Compare(x[:], y[:]) })
	records, err := a.repos.Records.ByIDs(ctx, slices.Compact(via))
	c.structures = make(map[domain.ID]span, len(records))
	for _, record := range records {
		text := func(id domain.AttributeID) string { return record.Attributes.Text(id) }
		c.structures[record.ID] = span{
			plant: text(plantOf(definition)), from: domain.Date(text(definition.Validity[0])), to: domain.Date(text(definition.Validity[1])),
		}
	}
	return err
}

// way is a way from a record up to itself whose steps hold at one plant on one day, from the top down, each with that by which the
// one above it contains it; nil when there is none. A search that does not
// end in good time takes what it found for one: it is better to ask than to let a circle in.
func (c *climb) way(start domain.ID) []edge {
	steps := 0
	onPath := map[domain.ID]bool{}
	var climb func(at domain.ID, holds span) []edge
	climb = func(at domain.ID, holds span) []edge {
		onPath[at] = true
		defer delete(onPath, at)
		for _, up := range c.edges[at] {
			steps++
			narrowed, fits := holds.within(c.structures[up.via])
			if !fits || (onPath[up.to] && up.to != start) {
				continue
			}
			if up.to == start || steps > maxSteps {
				return []edge{{to: up.to}, {to: at, via: up.via}}
			}
			if way := climb(up.to, narrowed); way != nil {
				return append(way, edge{to: at, via: up.via})
			}
		}
		return nil
	}
	return climb(start, span{})
}

// contained tells of a circle, from the top down: A contains B contains A.
func (a *applier) contained(ctx context.Context, way []edge) (why, err error) {
	records := make([]domain.ID, len(way))
	for i, at := range way {
		records[i] = at.to
	}
	heirs, err := a.repos.Merges.Heirs(ctx, records)
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(way))
	for i, record := range records {
		labels[i] = a.labelOf(ctx, heirs[record])
	}
	const maxTold = 12
	if len(labels) > maxTold {
		labels = append(append(labels[:maxTold/2:maxTold/2], "…"), labels[len(labels)-maxTold/2:]...)
	}
	return domain.Conflict(domain.CodeRecordCycle, "%s would contain itself: %s", labels[0], strings.Join(labels, " > ")), nil
}
