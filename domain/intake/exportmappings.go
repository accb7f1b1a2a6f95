package intake

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// MappingsAsk says which mappings are given out: of one system, or of all systems of one plant.
type MappingsAsk struct {
	System   domain.SystemID
	Plant    domain.PlantID
	Domain   domain.DomainName
	Language string
}

// Mappings writes the codes of a system with what they stand for, to be edited and sent back, and behind them the codes that were
// asked for and are not mapped, to be filled in. CodeSystemUnknown and CodePlantUnknown also for what the actor may not see.
func (e *Export) Mappings(ctx context.Context, by domain.Actor, ask MappingsAsk, w io.Writer) error {
	now, err := e.Store.Now(ctx)
	if err != nil {
		return err
	}
	definition, err := e.Desk.Governed(ctx, e.Store.Read(), ask.Domain)
	if err != nil {
		return err
	}
	systems, err := e.systems(ctx, by, ask)
	if err != nil {
		return err
	}
	m := mappingExport{
		reads: e.Store.Read(), ask: ask, definition: definition, systems: systems, day: domain.DateOf(now), plants: readable(by, ask.Domain),
	}
	if ask.Plant != "" {
		m.plants = domain.PlantScope{Plants: []domain.PlantID{ask.Plant}}
	}
	if err := e.Writer.Table(ctx, w, m.template(now), func(sink Sink) error { return m.fill(ctx, sink) }); err != nil {
		return fmt.Errorf("export mappings: %w", err)
	}
	return nil
}

// systems are those whose codes are asked for.
func (e *Export) systems(ctx context.Context, by domain.Actor, ask MappingsAsk) ([]domain.SourceSystem, error) {
	scope := readable(by, ask.Domain)
	if !scope.All && len(scope.Plants) == 0 {
		return nil, by.Require(domain.ActionRead, domain.Scope{Domain: ask.Domain})
	}
	if ask.System == "" && ask.Plant == "" {
		return nil, domain.Invalid(domain.CodeBodyInvalid, "name the system whose codes are wanted, or a plant")
	}
	if !covers(scope, ask.Plant) {
		return nil, domain.NotFound(domain.CodePlantUnknown, "there is no plant %s", ask.Plant)
	}
	all, err := e.Store.Read().Systems.List(ctx)
	if err != nil {
		return nil, err
	}
	systems := slices.DeleteFunc(all, func(s domain.SourceSystem) bool { return !ask.names(s) || !covers(scope, s.Plant) })
	return systems, ask.misfit(systems)
}

// names says whether a system is asked for.
func (ask MappingsAsk) names(system domain.SourceSystem) bool {
	if ask.System != "" {
		return system.ID == ask.System
	}
	return system.Plant == ask.Plant
}

// misfit says why the systems that were found are not what was asked for.
func (ask MappingsAsk) misfit(systems []domain.SourceSystem) error {
	switch {
	case len(systems) == 0 && ask.System != "":
		return domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", ask.System)
	case len(systems) == 0:
		return domain.NotFound(domain.CodeSystemUnknown, "no system is of the plant %s", ask.Plant)
	case ask.Plant != "" && systems[0].Plant != "" && systems[0].Plant != ask.Plant:
		return domain.Invalid(domain.CodeBodyInvalid, "the codes of the system %s are not those of the plant %s", ask.System, ask.Plant)
	default:
		return nil
	}
}

// readable are the plants at which the actor may read things of a domain.
func readable(by domain.Actor, name domain.DomainName) domain.PlantScope {
	by.Grants = slices.DeleteFunc(slices.Clone(by.Grants), func(g domain.Grant) bool { return g.Domain != domain.Anywhere && g.Domain != name })
	return by.Plants(domain.ActionRead)
}

// covers says whether what is of a plant, or of none, may be seen.
func covers(scope domain.PlantScope, plant domain.PlantID) bool {
	return plant == "" || scope.All || slices.Contains(scope.Plants, plant)
}

// mappingExport is one export of mappings.
type mappingExport struct {
	reads      domain.Reads
	ask        MappingsAsk
	definition domain.Definition
	systems    []domain.SourceSystem
	plants     domain.PlantScope
	day        domain.Date
}

// several says that the rows are of several systems; placed that each has to name its plant.
func (m mappingExport) several() bool { return len(m.systems) > 1 }
func (m mappingExport) placed() bool  { return m.several() || m.systems[0].Plant == "" }

func (m mappingExport) template(now domain.Instant) Template {
	of := m.systems[0].Name
	mark := Mark{Kind: domain.ImportMapping, System: m.systems[0].ID, Domain: m.ask.Domain, ExportedAt: now, Layout: layoutIn(m.ask.Language, "Codes")}
	if m.several() {
		of, mark.System = string(m.ask.Plant), ""
	}
	columns := mappingColumns(m.definition, m.ask.Language, m.placed())
	columns = append([]TemplateColumn{
		{Header: "ID", Field: domain.FieldID, Hidden: true}, {Header: Word(m.ask.Language, "Version"), Field: domain.FieldVersion, Hidden: true},
	}, columns...)
	for i := range columns { // what names the row is not edited
		columns[i].Locked = columns[i].Locked || columns[i].Field == domain.FieldCode || columns[i].Field == domain.FieldPlant
	}
	if m.several() {
		columns = append(columns, TemplateColumn{Header: Word(m.ask.Language, "System"), Locked: true})
	}
	return Template{Title: Word(m.ask.Language, "Codes of") + " " + of, Mark: mark, Columns: columns}
}

// layoutIn is how a table is to be read that was written in a language.
func layoutIn(language, sheet string) domain.ImportLayout {
	return domain.ImportLayout{Sheet: Word(language, sheet), Decimal: decimalSign(language)}
}

// mappingColumns are those of a table of mappings.
func mappingColumns(definition domain.Definition, language string, placed bool) []TemplateColumn {
	units, _ := definition.Attribute(definition.UnitAttribute)
	columns := []TemplateColumn{
		{Header: "Plant", Field: domain.FieldPlant, Note: notePlant, Width: 10},
		{Header: "Code", Field: domain.FieldCode, Note: noteCode, Width: 22},
		{Header: "Canonical code", Field: domain.FieldTarget, Note: noteTarget, Width: 22},
		{Header: "Canonical name", Locked: true, Width: 40},
		{Header: "Relation", Field: domain.FieldRelation, Note: noteRelation, Choices: relations()},
		{Header: "Factor", Field: domain.FieldFactor, Note: noteFactor, Width: 10},
		{Header: "Unit", Field: domain.FieldUnit, Note: noteUnit, Choices: units.Members, Width: 10},
		{Header: "Valid from", Field: domain.FieldValidFrom, Note: noteFrom, Width: 12},
		{Header: "Valid to", Field: domain.FieldValidTo, Note: noteTo, Width: 12},
		{Header: "Remark", Field: domain.FieldRemark, Note: noteRemark, Width: 40},
	}
	if !placed {
		columns = columns[1:]
	}
	return worded(columns, language)
}

// worded are columns with their words in a language.
func worded(columns []TemplateColumn, language string) []TemplateColumn {
	for i := range columns {
		columns[i].Header, columns[i].Note = Word(language, columns[i].Header), Word(language, columns[i].Note)
	}
	return columns
}

// fill hands over the mappings of each system, and then the codes that are still to be mapped.
func (m mappingExport) fill(ctx context.Context, sink Sink) error {
	for _, system := range m.systems {
		query := domain.MappingExport{
			Domain: m.ask.Domain, System: system.ID, CodeType: system.Codes, Plants: m.plants, Day: m.day, Page: domain.Page{Limit: exportPage},
		}
		err := paged(func(cursor string) (string, error) {
			query.After = cursor
			mappings, next, err := m.reads.Exports.Mappings(ctx, query)
			if err != nil {
				return "", err
			}
			return next, m.mapped(ctx, sink, system, mappings)
		})
		if err != nil {
			return err
		}
	}
	for _, system := range m.systems {
		if err := m.unmapped(ctx, sink, system); err != nil {
			return err
		}
	}
	return nil
}

// mapped hands over mappings, each with the record that answers for it now.
func (m mappingExport) mapped(ctx context.Context, sink Sink, system domain.SourceSystem, mappings []domain.CodeMapping) error {
	records := make([]domain.ID, len(mappings))
	for i, mapping := range mappings {
		records[i] = mapping.Record
	}
	heirs, err := m.reads.Merges.Heirs(ctx, records)
	if err != nil {
		return err
	}
	for _, mapping := range mappings {
		target := heirs[mapping.Record].Attributes
		row := mappingRow{
			id: mapping.ID.String(), version: strconv.Itoa(mapping.Version), plant: mapping.Plant, code: mapping.Code,
			target: target.Text(m.definition.CodeAttribute), name: named(target[m.definition.NameAttribute], m.ask.Language),
			relation: string(mapping.Relation), factor: number(m.ask.Language, string(mapping.Factor)), unit: mapping.Unit, validity: mapping.Validity,
		}
		if err := sink.Row(m.cells(system, row)); err != nil {
			return err
		}
	}
	return nil
}

// unmapped hands over the codes that were asked for in vain. One that is asked for meanwhile is listed twice by the store.
func (m mappingExport) unmapped(ctx context.Context, sink Sink, system domain.SourceSystem) error {
	seen := map[domain.ID]bool{}
	query := domain.UnmappedQuery{Domain: m.ask.Domain, System: system.ID, Plants: m.plants, Day: m.day, Page: domain.Page{Limit: exportPage}}
	return paged(func(cursor string) (string, error) {
		query.After = cursor
		codes, next, err := m.reads.Unmapped.List(ctx, query)
		if err != nil {
			return "", err
		}
		for _, code := range codes {
			if seen[code.ID] || code.CodeType != system.Codes {
				continue
			}
			seen[code.ID] = true
			if err := sink.Row(m.cells(system, mappingRow{plant: code.Plant, code: code.Code})); err != nil {
				return "", err
			}
		}
		return next, nil
	})
}

// mappingRow is one row of the table.
type mappingRow struct {
	id, version                          string
	plant                                domain.PlantID
	code                                 domain.Code
	target, name, relation, factor, unit string
	validity                             domain.Validity
}

// cells are a row's in the order of the columns.
func (m mappingExport) cells(system domain.SourceSystem, r mappingRow) []string {
	cells := []string{r.id, r.version}
	if m.placed() {
		cells = append(cells, string(r.plant))
	}
	cells = append(cells, string(r.code), r.target, r.name, r.relation, r.factor, r.unit, string(r.validity.From), string(r.validity.To), "")
	if m.several() {
		cells = append(cells, string(system.ID))
	}
	return cells
}

// named is a translated text in a language.
func named(v domain.Value, language string) string {
	if v == nil {
		return ""
	}
	if text, ok := domain.Translation(v); ok {
		return text.In(language)
	}
	return v.Display()
}
