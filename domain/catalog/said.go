package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// SaidBy is what one system last said of a golden record.
type SaidBy struct {
	System domain.SourceSystem
	Plant  domain.PlantID
	Source domain.SourceRecord
	// Values stand under the keys of the golden record: a plant's own lead time under the plant's.
	Values domain.Attributes
	// Differs are the keys under which it says something else than the record, by the rules of every run.
	Differs []domain.AttributeID
}

// Said returns what each system that the actor may see last said of a record, by system and code. CodeRecordUnknown.
func (c *Catalog) Said(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) ([]SaidBy, error) {
	record, err := c.usedRecord(ctx, by, name, id)
	if err != nil {
		return nil, err
	}
	definition, err := c.Desk.Definitions.Definition(name)
	if err != nil {
		return nil, err
	}
	reads := c.Store.Read()
	mappings, err := domain.FamilyMappings(ctx, reads, id)
	if err != nil {
		return nil, err
	}
	scope := by.Plants(domain.ActionRead)
	var said []SaidBy
	for _, m := range mappings {
		if !m.Live() || hidden(scope, m.Plant) {
			continue
		}
		found, err := saidUnder(ctx, reads, m)
		if err != nil {
			return nil, fmt.Errorf("what systems say of record %s: %w", id, err)
		}
		said = append(said, found...)
	}
	said = slices.DeleteFunc(said, func(s SaidBy) bool { return hidden(scope, s.System.Plant) })
	plants, err := reads.Plants.List(ctx)
	if err != nil {
		return nil, err
	}
	for i, s := range said {
		said[i] = c.beside(s, record, definition, domain.PlaceOf(s.System, plants), by)
	}
	return said, nil
}

// saidUnder returns what a mapping's system says under its code, if the code is of the type that the system is read by.
func saidUnder(ctx context.Context, reads domain.Reads, m domain.CodeMapping) ([]SaidBy, error) {
	system, err := reads.Systems.ByID(ctx, m.System)
	if err != nil || m.CodeType != system.Codes {
		return nil, err
	}
	sources, err := reads.Sources.ByKeys(ctx, m.System, m.Domain, []string{m.Key})
	if err != nil || len(sources) == 0 {
		return nil, err
	}
	return []SaidBy{{System: system, Plant: m.Plant, Source: sources[0]}}, nil
}

// beside lays what a system says beside the record; values that the actor may not see are left out.
func (c *Catalog) beside(said SaidBy, record domain.GoldenRecord, definition domain.Definition, place domain.Place, by domain.Actor) SaidBy {
	said.Values = definition.Seen(definition.Placed(said.Source.Attributes, place), by)
	supplied := c.Desk.Fields.Supplied(said.System, definition.Domain)
	for _, found := range reconcile.CompareAt(place, definition, record.Attributes, said.Source.Attributes, supplied) {
		if definition.Sees(found.Attribute, by) {
			said.Differs = append(said.Differs, found.Attribute)
		}
	}
	return said
}
