package match

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ForImportRow suggests what the code of a row of an uploaded file may stand for: by what its system says of it and what the file
// calls it, or else by the code alone. CodeImportUnknown, CodeMatchBuilding.
func (f *Finder) ForImportRow(ctx context.Context, by domain.Actor, id domain.ID, position, limit int) (Suggestions, error) {
	reads := f.Store.Read()
	unknown := domain.NotFound(domain.CodeImportUnknown, "there is no such row")
	imported, err := reads.Imports.ByID(ctx, id)
	if err != nil {
		return Suggestions{}, err
	}
	if !imported.SeenBy(by) {
		return Suggestions{}, unknown
	}
	rows, err := reads.Imports.At(ctx, id, []int{position})
	if err != nil {
		return Suggestions{}, err
	}
	if len(rows) == 0 {
		return Suggestions{}, unknown
	}
	return f.forRow(ctx, by, imported, rows[0], limit)
}

func (f *Finder) forRow(ctx context.Context, by domain.Actor, imported domain.Import, row domain.ImportRow, limit int) (Suggestions, error) {
	definition, err := f.Definitions.Definition(imported.Domain)
	if err != nil {
		return Suggestions{}, err
	}
	look, err := f.Index.Of(imported.Domain)
	if err != nil {
		return Suggestions{}, err
	}
	s := search{Lookup: look, definition: definition, reads: f.Store.Read(), by: by, plant: row.Plant, limit: limit}
	sought := thing{code: row.Code, attributes: domain.Attributes{}}
	if row.System != "" {
		system, err := s.reads.Systems.ByID(ctx, row.System)
		if err != nil {
			return Suggestions{}, err
		}
		side := domain.MatchSide{System: system.ID, Key: system.CodeRule.Key(domain.Code(row.Code)), Code: domain.Code(row.Code)}
		read, err := said(ctx, s.reads, imported.Domain, side)
		if err != nil {
			return Suggestions{}, err
		}
		sought.side, sought.attributes = &side, sought.attributes.With(read)
	}
	if name := row.Cells[domain.FieldName].Text; name != "" && sought.attributes[definition.NameAttribute] == nil {
		sought.attributes[definition.NameAttribute] = domain.Text(name)
	}
	return s.suggestions(ctx, sought)
}
