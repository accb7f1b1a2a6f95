package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// CodeLists returns every code list by ID: those that were approved, and those built in that nobody has changed yet.
func (c *Catalog) CodeLists(ctx context.Context, by domain.Actor) ([]domain.CodeList, error) {
	if err := readsAnywhere(by, ""); err != nil {
		return nil, err
	}
	approved, err := c.Store.Read().CodeLists.List(ctx)
	if err != nil {
		return nil, err
	}
	lists := overlaid(CodeLists(), approved)
	hideAliases(lists, by.Plants(domain.ActionRead).All)
	return lists, nil
}

// CodeList returns one code list; CodeListUnknown.
func (c *Catalog) CodeList(ctx context.Context, by domain.Actor, id domain.CodeListID) (domain.CodeList, error) {
	lists, err := c.CodeLists(ctx, by)
	if err != nil {
		return domain.CodeList{}, err
	}
	for _, list := range lists {
		if list.ID == id {
			return list, nil
		}
	}
	return domain.CodeList{}, domain.NotFound(domain.CodeListUnknown, "there is no code list %q", id)
}

// hideAliases leaves out how systems write the codes, for readers of single plants: the codes are everybody's, another plant's
// systems are not.
func hideAliases(lists []domain.CodeList, all bool) {
	if all {
		return
	}
	for i := range lists {
		lists[i].Entries = slices.Clone(lists[i].Entries)
		for j := range lists[i].Entries {
			lists[i].Entries[j].Aliases = nil
		}
	}
}

// ListsFor are the code lists by which what systems write is resolved.
func ListsFor(ctx context.Context, reads domain.Reads) ([]domain.CodeList, error) {
	approved, err := reads.CodeLists.List(ctx)
	return overlaid(bareLists(), approved), err
}

// NamedLists are the code lists with what their codes are called, for reading what people write.
func NamedLists(ctx context.Context, reads domain.Reads) ([]domain.CodeList, error) {
	approved, err := reads.CodeLists.List(ctx)
	return overlaid(CodeLists(), approved), err
}

// overlaid puts approved lists in the place of their namesakes.
func overlaid(lists, approved []domain.CodeList) []domain.CodeList {
	for _, list := range approved {
		at := slices.IndexFunc(lists, func(l domain.CodeList) bool { return l.ID == list.ID })
		if at < 0 {
			lists = append(lists, list)
			continue
		}
		lists[at] = list
	}
	slices.SortFunc(lists, func(a, b domain.CodeList) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return lists
}

// merged is a list after the wanted entries came in: what is named is as wanted, what is not named stays. A code is never
// removed, for records may hold it; it is retired.
func merged(present, wanted domain.CodeList) domain.CodeList {
	entries := slices.Clone(present.Entries)
	for _, entry := range wanted.Entries {
		at := slices.IndexFunc(entries, func(e domain.CodeEntry) bool { return e.Code == entry.Code })
		if at < 0 {
			entries = append(entries, entry)
			continue
		}
		if len(entry.Labels) == 0 {
			entry.Labels = entries[at].Labels
		}
		entries[at] = entry
	}
	present.ID, present.Entries = wanted.ID, entries
	present.Label = orDefault(wanted.Label, present.Label)
	return present
}
