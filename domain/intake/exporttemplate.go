package intake

import (
	"context"
	"fmt"
	"io"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TemplateAsk says what an empty table is for. System may be "" for a mapping whose rows name their plants.
type TemplateAsk struct {
	Kind     domain.ImportKind
	System   domain.SystemID
	Domain   domain.DomainName
	Language string
}

// Template writes an empty table to be filled in and sent. CodeSystemUnknown also for a system that the actor may not see.
func (e *Export) Template(ctx context.Context, by domain.Actor, ask TemplateAsk, w io.Writer) error {
	now, err := e.Store.Now(ctx)
	if err != nil {
		return err
	}
	definition, err := e.Desk.Governed(ctx, e.Store.Read(), ask.Domain)
	if err != nil {
		return err
	}
	system, err := e.templateSystem(ctx, by, ask)
	if err != nil {
		return err
	}
	mark := Mark{Kind: ask.Kind, System: ask.System, Domain: ask.Domain, ExportedAt: now}
	template := Template{Title: Word(ask.Language, "Template") + " · " + definition.Label, Mark: mark}
	switch ask.Kind {
	case domain.ImportMapping:
		template.Mark.Layout = layoutIn(ask.Language, "Codes")
		template.Columns = mappingTemplate(definition, ask.Language, system.Plant == "")
	case domain.ImportRecordsPartial, domain.ImportRecordsComplete:
		template.Mark.Layout = layoutIn(ask.Language, "Records")
		template.Columns = recordsTemplate(definition, system, ask.Language)
	default:
		return domain.Invalid(domain.CodeBodyInvalid, "edits of golden records begin with an export of them; a new record is asked for by a record request")
	}
	if err := e.Writer.Table(ctx, w, template, func(Sink) error { return nil }); err != nil {
		return fmt.Errorf("write a template: %w", err)
	}
	return nil
}

// templateSystem is the system that a template names.
func (e *Export) templateSystem(ctx context.Context, by domain.Actor, ask TemplateAsk) (domain.SourceSystem, error) {
	scope := readable(by, ask.Domain)
	if !scope.All && len(scope.Plants) == 0 {
		return domain.SourceSystem{}, by.Require(domain.ActionRead, domain.Scope{Domain: ask.Domain})
	}
	if ask.System == "" {
		if ask.Kind == domain.ImportMapping {
			return domain.SourceSystem{}, nil
		}
		return domain.SourceSystem{}, domain.Invalid(domain.CodeBodyInvalid, "name the system whose records are to be listed")
	}
	system, err := e.Store.Read().Systems.ByID(ctx, ask.System)
	if err == nil && !covers(scope, system.Plant) {
		err = domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", ask.System)
	}
	return system, err
}

// mappingTemplate are the columns to name codes in. What the plant calls a thing stands where an export has the canonical name.
func mappingTemplate(definition domain.Definition, language string, placed bool) []TemplateColumn {
	columns := mappingColumns(definition, language, placed)
	for i, column := range columns {
		if column.Locked {
			columns[i] = TemplateColumn{Header: Word(language, "Name"), Field: domain.FieldName, Note: Word(language, noteName), Width: column.Width}
		}
	}
	return columns
}

// recordsTemplate are the columns of a system's records: its own code and what it may say of them.
func recordsTemplate(definition domain.Definition, system domain.SourceSystem, language string) []TemplateColumn {
	columns := worded([]TemplateColumn{{Header: "Code", Field: domain.FieldCode, Note: noteCode, Width: 22}}, language)
	for _, a := range definition.Attributes {
		local := a.Scope != domain.ScopePlant || system.Plant != ""
		if a.ID == definition.CodeAttribute || a.Kind == domain.KindLines || !local {
			continue
		}
		columns = append(columns, valueColumn(a, a.ID, "", language))
	}
	return columns
}

// WorkListTemplate is the table of a work list: nothing of it is taken back, but a column is there to be ticked off.
func WorkListTemplate(language string) Template {
	columns := []TemplateColumn{
		{Header: "Due", Locked: true, Width: 12}, {Header: "Plant", Locked: true, Width: 10}, {Header: "System", Locked: true}, {Header: "Code", Locked: true, Width: 22},
		{Header: "Name", Locked: true, Width: 36}, {Header: "What to do", Locked: true}, {Header: "Field", Locked: true, Width: 20},
		{Header: "Change from", Locked: true, Width: 30}, {Header: "Change to", Locked: true, Width: 30},
		{Header: "Done", Note: noteDone, Width: 12}, {Header: "Entry", Locked: true, Hidden: true},
	}
	return Template{Title: Word(language, "Work list"), Columns: worded(columns, language)}
}
