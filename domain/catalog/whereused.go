package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The bounds of one answer about uses over several levels.
const (
	MaxUseLevels = 20
	maxUses      = 5000
)

// Used is one place at which a record is named.
type Used struct {
	// Level is 1 where the record itself is named, 2 where what it is a part of is, and so on; Of is the record that is named there.
	Level int
	Of    domain.ID
	domain.RecordRef
	// By is the record that names it.
	By         domain.GoldenRecord
	Definition domain.Definition
}

// WhereUsed are the places at which a record is named, in order.
type WhereUsed struct {
	Places []Used
	Next   string
	// Truncated says that there are more over the levels asked for than one answer has.
	Truncated bool
}

// WhereUsed finds which records in use name a record, itself or through one that was merged into it: of one level in pages; of more,
// up to MaxUseLevels, also what names the records that it is a part of, in one answer. CodeRecordUnknown, CodeCursorInvalid.
func (c *Catalog) WhereUsed(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID, levels int, page domain.Page) (WhereUsed, error) {
	record, err := c.usedRecord(ctx, by, name, id)
	if err != nil {
		return WhereUsed{}, err
	}
	u := usage{reads: c.Store.Read(), catalog: c, by: by, seen: map[domain.ID]bool{record.ID: true}}
	heir, err := domain.HeirOf(ctx, u.reads, record.ID)
	if err != nil {
		return WhereUsed{}, err
	}
	if levels <= 1 {
		err = u.page(ctx, heir.ID, page)
	} else {
		err = u.climb(ctx, heir.ID, min(levels, MaxUseLevels))
	}
	if err == nil {
		err = u.records(ctx)
	}
	if err != nil {
		return WhereUsed{}, fmt.Errorf("find where %s is used: %w", id, err)
	}
	return u.out, nil
}

// usage collects one answer.
type usage struct {
	reads   domain.Reads
	catalog *Catalog
	by      domain.Actor
	seen    map[domain.ID]bool
	out     WhereUsed
}

// family returns records with all that were merged into them, and for each whose heir it is.
func (u *usage) family(ctx context.Context, records []domain.ID) ([]domain.ID, map[domain.ID]domain.ID, error) {
	heritage, err := u.reads.Merges.Heritage(ctx, records)
	all, heir := slices.Clone(records), map[domain.ID]domain.ID{}
	for _, record := range records {
		heir[record] = record
		for _, merged := range heritage[record] {
			all, heir[merged.ID] = append(all, merged.ID), record
		}
	}
	return all, heir, err
}

func (u *usage) page(ctx context.Context, record domain.ID, page domain.Page) error {
	targets, _, err := u.family(ctx, []domain.ID{record})
	if err != nil {
		return err
	}
	refs, next, err := u.reads.References.To(ctx, domain.ReferenceQuery{Targets: targets, Page: page})
	for _, ref := range refs {
		u.out.Places = append(u.out.Places, Used{Level: 1, Of: record, RecordRef: ref})
	}
	u.out.Next = next
	return err
}

// climb goes level by level to what the records of the level before are parts of.
func (u *usage) climb(ctx context.Context, record domain.ID, levels int) error {
	parts := []domain.ID{record}
	for level := 1; level <= levels && len(parts) > 0; level++ {
		targets, heir, err := u.family(ctx, parts)
		if err != nil {
			return err
		}
		refs, err := u.reads.References.AllTo(ctx, domain.ReferenceQuery{Targets: targets})
		if err != nil {
			return err
		}
		if left := maxUses - len(u.out.Places); len(refs) > left {
			refs, u.out.Truncated = refs[:left], true
		}
		for _, ref := range refs {
			u.out.Places = append(u.out.Places, Used{Level: level, Of: heir[ref.Target], RecordRef: ref})
		}
		if u.out.Truncated {
			return nil
		}
		if parts, err = u.wholes(ctx, refs); err != nil {
			return err
		}
	}
	return nil
}

// wholes are what the records that references name are parts of: what a structure makes of its components, and what lies below.
func (u *usage) wholes(ctx context.Context, refs []domain.RecordRef) ([]domain.ID, error) {
	var wholes, structures []domain.ID
	for _, ref := range refs {
		definition, err := u.catalog.Desk.Definitions.Definition(ref.Domain)
		if err != nil {
			return nil, err
		}
		attribute, _ := definition.Attribute(ref.Attribute)
		switch {
		case attribute.Hierarchy:
			wholes = append(wholes, ref.Record)
		case attribute.Lines != nil && attribute.Lines.Contains == ref.Field && ref.Field != "":
			structures = append(structures, ref.Record)
		}
	}
	made, err := u.made(ctx, structures)
	if err != nil {
		return nil, err
	}
	wholes = append(wholes, made...)
	heirs, err := u.reads.Merges.Heirs(ctx, wholes)
	var next []domain.ID
	for _, whole := range wholes {
		if heir := heirs[whole].ID; !heir.IsZero() && !u.seen[heir] {
			u.seen[heir] = true
			next = append(next, heir)
		}
	}
	return next, err
}

// made are what structures make.
func (u *usage) made(ctx context.Context, structures []domain.ID) ([]domain.ID, error) {
	named, err := u.reads.References.Of(ctx, structures)
	var made []domain.ID
	for _, ref := range named {
		definition, err := u.catalog.Desk.Definitions.Definition(ref.Domain)
		if err != nil {
			return nil, err
		}
		if ref.Attribute == definition.Makes && ref.Line == "" {
			made = append(made, ref.Target)
		}
	}
	return made, err
}

// records adds the records that name, as far as the actor may see their values.
func (u *usage) records(ctx context.Context) error {
	var ids []domain.ID
	for _, place := range u.out.Places {
		ids = append(ids, place.Record)
	}
	slices.SortFunc(ids, func(x, y domain.ID) int { return slices.Compare(x[:], y[:]) })
	found, err := u.reads.Records.ByIDs(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	byID := make(map[domain.ID]domain.GoldenRecord, len(found))
	for _, record := range found {
		byID[record.ID] = record
	}
	for i := range u.out.Places {
		place := &u.out.Places[i]
		if place.Definition, err = u.catalog.Desk.Definitions.Definition(place.Domain); err != nil {
			return err
		}
		place.By = byID[place.Record]
		place.By.Attributes = place.Definition.Seen(place.By.Attributes, u.by)
	}
	return nil
}
