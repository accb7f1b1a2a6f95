package catalog

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Catalog is the use cases on golden records and on what is configured around them. It is safe for concurrent use.
type Catalog struct {
	Store domain.Store
	Desk  *steward.Desk
	// Finder searches before something is created; nil leaves it to the keys.
	Finder Finder
}

// SkippedRecord is a source record that an initial load leaves staged, with the reason.
type SkippedRecord struct {
	Code   domain.Code
	Reason string
}

// Load is a proposed initial load.
type Load struct {
	Request domain.ChangeRequest
	Records int
	Skipped []SkippedRecord
}

// ProposeLoad proposes that the active records of a system which are not linked yet become golden, each mapped to its code
// there and adopted by it. What would not make a valid record is skipped with its reason. Repeating it after it was applied
// is CodeLoadNothing.
func (c *Catalog) ProposeLoad(ctx context.Context, by domain.Actor, system domain.SystemID, name domain.DomainName, reason string) (Load, error) {
	l, err := c.loader(ctx, by, system, name)
	if err != nil {
		return Load{}, err
	}
	if err := by.Require(domain.ActionPropose, domain.Scope{Domain: name}); err != nil {
		return Load{}, err
	}
	if err := steward.MayCreate(l.definition, system); err != nil {
		return Load{}, err
	}
	if err := l.collect(ctx); err != nil {
		return Load{}, fmt.Errorf("collect initial load of %s: %w", system, err)
	}
	if l.records == 0 {
		return Load{Skipped: l.skipped}, domain.Invalid(domain.CodeLoadNothing, "%s has no active %s that is not golden already", l.system.Name, l.definition.Label)
	}
	load := Load{Records: l.records, Skipped: l.skipped}
	err = c.Store.Write(ctx, domain.Change{Actor: by.ID, Reason: reason}, func(repos domain.Repos) (err error) {
		load.Request, err = c.Desk.Propose(ctx, repos, by, domain.ChangeRequest{
			Kind: domain.RequestInitialLoad, Domain: name, Reason: reason,
			Title: fmt.Sprintf("Initial load: %d %s records of %s become golden", l.records, l.definition.Label, l.system.Name),
		}, l.items)
		return err
	})
	if err != nil {
		return Load{}, fmt.Errorf("propose initial load of %s: %w", system, err)
	}
	return load, nil
}

// loader collects the items of one initial load.
type loader struct {
	catalog    *Catalog
	system     domain.SourceSystem
	definition domain.Definition
	place      domain.Place
	day        domain.Date
	seen       map[string]bool
	items      []domain.ChangeItem
	records    int
	skipped    []SkippedRecord
}

func (c *Catalog) loader(ctx context.Context, by domain.Actor, id domain.SystemID, name domain.DomainName) (*loader, error) {
	system, err := c.System(ctx, by, id)
	if err != nil {
		return nil, err
	}
	definition, err := c.Desk.Governed(ctx, c.Store.Read(), name)
	if err != nil {
		return nil, err
	}
	plants, err := c.Store.Read().Plants.List(ctx)
	if err != nil {
		return nil, err
	}
	now, err := c.Store.Now(ctx)
	return &loader{catalog: c, system: system, definition: definition, place: domain.PlaceOf(system, plants), day: domain.DateOf(now), seen: map[string]bool{}}, err
}

func (l *loader) collect(ctx context.Context) error {
	for after := ""; ; {
		page, next, err := l.catalog.Store.Read().Sources.Linked(ctx, l.system, l.definition.Domain, l.day, domain.Page{After: after, Limit: 1000})
		if err != nil {
			return err
		}
		if err := l.take(ctx, page); err != nil {
			return err
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// take adds the unlinked active records of a page whose code is free.
func (l *loader) take(ctx context.Context, page []domain.LinkedRecord) error {
	codes := make([]string, 0, len(page))
	for _, linked := range page {
		codes = append(codes, linked.Source.Attributes.Text(l.definition.CodeAttribute))
	}
	taken, err := l.catalog.Store.Read().Records.ByCodes(ctx, l.definition.Domain, codes)
	if err != nil {
		return err
	}
	for _, linked := range page {
		if linked.Mapping != nil || !linked.Source.Active {
			continue
		}
		_, golden := taken[linked.Source.Attributes.Text(l.definition.CodeAttribute)]
		l.add(linked.Source, golden)
	}
	return nil
}

func (l *loader) add(source domain.SourceRecord, golden bool) {
	code := source.Attributes.Text(l.definition.CodeAttribute)
	values := l.definition.Settled(l.definition.Placed(source.Attributes, l.place))
	switch err := l.definition.Check(values); {
	case err != nil:
		l.skip(source, err.Error())
		return
	case golden || l.seen[code]:
		l.skip(source, fmt.Sprintf("the code %s belongs to another record already", code))
		return
	case source.Duplicated:
		l.skip(source, "the system gives the code more than once")
		return
	}
	l.seen[code] = true
	l.records++
	record, label := domain.NewID(), source.Attributes.Text(l.definition.NameAttribute)
	mapping := steward.MapCode(l.system, l.definition.Domain, source.Code, record, label)
	l.items = append(l.items, domain.ChangeItem{
		Action: domain.ItemCreateRecord, Domain: l.definition.Domain, Label: label, Record: record, Set: values,
		Origin: domain.Lineage{System: l.system.ID, Code: source.Code, Rule: "initial_load"},
	}, mapping)
	if adoption, kept := l.catalog.Desk.Adoption(l.system, *mapping.Mapping, label); kept {
		l.items = append(l.items, adoption)
	}
}

func (l *loader) skip(source domain.SourceRecord, reason string) {
	l.skipped = append(l.skipped, SkippedRecord{Code: source.Code, Reason: reason})
}
