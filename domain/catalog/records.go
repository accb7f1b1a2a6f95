package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// RecordView is a golden record with its crosswalk, use, lineage and history.
type RecordView struct {
	Record     domain.GoldenRecord
	Definition domain.Definition
	Mappings   []domain.CodeMapping
	Uses       []domain.PlantUse
	Lineage    []domain.Lineage
	Versions   []domain.GoldenVersion
	// Heir is the record that answers for it: itself, unless it was merged. Merged are those for which it answers.
	Heir   domain.GoldenRecord
	Merged []MergeMember
}

// Records lists golden records. They are shared by all plants: whoever may read at one plant may read them.
func (c *Catalog) Records(ctx context.Context, by domain.Actor, q domain.RecordQuery) ([]domain.GoldenRecord, string, error) {
	if err := readsAnywhere(by, q.Domain); err != nil {
		return nil, "", err
	}
	definition, err := c.Desk.Definitions.Definition(q.Domain)
	if err != nil {
		return nil, "", err
	}
	q.Plants = by.Plants(domain.ActionRead)
	records, next, err := c.Store.Read().Records.List(ctx, q)
	for i := range records {
		records[i].Attributes = definition.Seen(records[i].Attributes, by)
	}
	return records, next, err
}

// Matches returns, by record, the mappings for whose codes a search may have found it, of plants the actor may see.
func (c *Catalog) Matches(ctx context.Context, by domain.Actor, records []domain.GoldenRecord, text string) (map[domain.ID][]domain.CodeMapping, error) {
	if text == "" || len(records) == 0 || !by.MaySomewhere(domain.ActionRead) {
		return nil, nil
	}
	ids := make([]domain.ID, len(records))
	for i, record := range records {
		ids[i] = record.ID
	}
	heritage, err := c.Store.Read().Merges.Heritage(ctx, ids)
	if err != nil {
		return nil, err
	}
	answers := map[domain.ID]domain.ID{}
	for heir, merged := range heritage {
		for _, record := range merged {
			answers[record.ID], ids = heir, append(ids, record.ID)
		}
	}
	found, err := c.Store.Read().Translations.Matching(ctx, ids, text, by.Plants(domain.ActionRead))
	byRecord := map[domain.ID][]domain.CodeMapping{}
	for _, m := range found {
		record := cmp.Or(answers[m.Record], m.Record)
		byRecord[record] = append(byRecord[record], m)
	}
	return byRecord, err
}

// Record returns one record; codes and uses of plants the actor may not see are left out.
func (c *Catalog) Record(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) (RecordView, error) {
	if err := readsAnywhere(by, name); err != nil {
		return RecordView{}, err
	}
	reads := c.Store.Read()
	record, err := reads.Records.ByID(ctx, id)
	if err == nil && record.Domain != name {
		err = domain.NotFound(domain.CodeRecordUnknown, "there is no such %s", name)
	}
	if err != nil {
		return RecordView{}, err
	}
	view := RecordView{Record: record}
	if view.Definition, err = c.Desk.Definitions.Definition(name); err != nil {
		return RecordView{}, err
	}
	if err := view.fill(ctx, reads); err != nil {
		return RecordView{}, fmt.Errorf("open record %s: %w", id, err)
	}
	view.keepFrom(by)
	scope := by.Plants(domain.ActionRead)
	view.Mappings = slices.DeleteFunc(view.Mappings, func(m domain.CodeMapping) bool { return hidden(scope, m.Plant) })
	view.Uses = slices.DeleteFunc(view.Uses, func(u domain.PlantUse) bool { return hidden(scope, u.Plant) })
	for i := range view.Merged {
		member := &view.Merged[i]
		member.Mappings = slices.DeleteFunc(member.Mappings, func(m domain.CodeMapping) bool { return hidden(scope, m.Plant) })
		member.Uses = slices.DeleteFunc(member.Uses, func(u domain.PlantUse) bool { return hidden(scope, u.Plant) })
	}
	return view, nil
}

func (v *RecordView) fill(ctx context.Context, reads domain.Reads) (err error) {
	if v.Mappings, err = reads.Mappings.ByRecord(ctx, v.Record.ID); err != nil {
		return err
	}
	if v.Uses, err = reads.Uses.ByRecord(ctx, v.Record.ID); err != nil {
		return err
	}
	if v.Lineage, err = reads.Records.Lineage(ctx, v.Record.ID); err != nil {
		return err
	}
	if v.Versions, err = reads.Records.Versions(ctx, v.Record.ID); err != nil {
		return err
	}
	if v.Heir, err = domain.HeirOf(ctx, reads, v.Record.ID); err != nil {
		return err
	}
	heritage, err := reads.Merges.Heritage(ctx, []domain.ID{v.Record.ID})
	if err != nil {
		return err
	}
	for _, merged := range heritage[v.Record.ID] {
		member, err := mergeMember(ctx, reads, merged.ID)
		if err != nil {
			return err
		}
		v.Merged = append(v.Merged, member)
	}
	return nil
}

// keepFrom leaves out the values that the actor may not see, in the record, its history and its lineage.
func (v *RecordView) keepFrom(by domain.Actor) {
	v.Record.Attributes = v.Definition.Seen(v.Record.Attributes, by)
	for i := range v.Versions {
		v.Versions[i].Attributes = v.Definition.Seen(v.Versions[i].Attributes, by)
	}
	v.Lineage = slices.DeleteFunc(v.Lineage, func(l domain.Lineage) bool { return !v.Definition.Sees(l.Attribute, by) })
}

// hidden says whether something of a plant is kept from an actor; what belongs to no plant is not.
func hidden(scope domain.PlantScope, plant domain.PlantID) bool {
	return plant != "" && !scope.All && !slices.Contains(scope.Plants, plant)
}

func readsAnywhere(by domain.Actor, name domain.DomainName) error {
	if by.MaySomewhere(domain.ActionRead) {
		return nil
	}
	return by.Require(domain.ActionRead, domain.Scope{Domain: name})
}

// SystemView is a source system with how much is known of it.
type SystemView struct {
	System domain.SourceSystem
	// Records counts the records of all domains that are present.
	Records int
}

// Systems lists the systems the actor may see.
func (c *Catalog) Systems(ctx context.Context, by domain.Actor) ([]SystemView, error) {
	if err := readsAnywhere(by, ""); err != nil {
		return nil, err
	}
	reads := c.Store.Read()
	systems, err := reads.Systems.List(ctx)
	if err != nil {
		return nil, err
	}
	scope := by.Plants(domain.ActionRead)
	var views []SystemView
	for _, system := range systems {
		if hidden(scope, system.Plant) {
			continue
		}
		view := SystemView{System: system}
		for _, name := range Domains() {
			count, err := reads.Sources.Count(ctx, system.ID, name)
			if err != nil {
				return nil, err
			}
			view.Records += count
		}
		views = append(views, view)
	}
	return views, nil
}

// System returns one system; CodeSystemUnknown also for one the actor may not see.
func (c *Catalog) System(ctx context.Context, by domain.Actor, id domain.SystemID) (domain.SourceSystem, error) {
	if err := readsAnywhere(by, ""); err != nil {
		return domain.SourceSystem{}, err
	}
	system, err := c.Store.Read().Systems.ByID(ctx, id)
	if err == nil && hidden(by.Plants(domain.ActionRead), system.Plant) {
		return domain.SourceSystem{}, domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", id)
	}
	return system, err
}

// Plants lists the plants the actor may see.
func (c *Catalog) Plants(ctx context.Context, by domain.Actor) ([]domain.Plant, error) {
	if err := readsAnywhere(by, ""); err != nil {
		return nil, err
	}
	plants, err := c.Store.Read().Plants.List(ctx)
	scope := by.Plants(domain.ActionRead)
	return slices.DeleteFunc(plants, func(p domain.Plant) bool { return hidden(scope, p.ID) }), err
}

// Plans lists the plans of the systems the actor may see.
func (c *Catalog) Plans(ctx context.Context, by domain.Actor) ([]domain.Plan, error) {
	views, err := c.Systems(ctx, by)
	if err != nil {
		return nil, err
	}
	plans, err := c.Store.Read().Plans.List(ctx)
	return slices.DeleteFunc(plans, func(p domain.Plan) bool {
		return !slices.ContainsFunc(views, func(v SystemView) bool { return v.System.ID == p.System })
	}), err
}
