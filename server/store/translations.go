package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type translationReader struct{ conn }

// known selects a system's mappings as they were recorded at an instant.
func (r translationReader) known(ctx context.Context, of domain.KnownMappings) *gorm.DB {
	q := r.on(ctx)
	if of.Known != 0 {
		q = q.Table("mapping_version").Where(`recorded_at <= ? AND version = (SELECT max(later.version) FROM mapping_version later
			WHERE later.id = mapping_version.id AND later.recorded_at <= ?)`, int64(of.Known), int64(of.Known))
	}
	return q.Where("domain = ? AND system = ? AND code_type = ?", string(of.Domain), string(of.System), string(of.CodeType))
}

func (r translationReader) ByKeys(ctx context.Context, of domain.KnownMappings, keys []string) ([]domain.CodeMapping, error) {
	return findIn(keys, mappingRow.toDomain, func(chunk []string) *gorm.DB {
		return r.known(ctx, of).Where("code_key IN ?", chunk).Order("id")
	})
}

func (r translationReader) ByRecords(ctx context.Context, of domain.KnownMappings, records []domain.ID) ([]domain.CodeMapping, error) {
	return findIn(rowIDs(records), mappingRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.known(ctx, of).Where("record IN ?", chunk).Order("id")
	})
}

func (r translationReader) MergedInto(ctx context.Context, records []domain.ID) ([]domain.GoldenRecord, error) {
	return findIn(rowIDs(records), recordRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("merged_into IN ?", chunk).Order("id")
	})
}

func (r translationReader) MergedByCodes(ctx context.Context, name domain.DomainName, codes []string) ([]domain.GoldenRecord, error) {
	return findIn(codes, recordRow.toDomain, func(chunk []string) *gorm.DB {
		return r.on(ctx).Where("domain = ? AND state = 'merged' AND code IN ?", string(name), chunk).Order("id")
	})
}

func (r translationReader) History(ctx context.Context, mapping domain.ID) ([]domain.CodeMapping, error) {
	return find(r.on(ctx).Table("mapping_version").Where("id = ?", rowID(mapping)).Order("version"), mappingRow.toDomain)
}

func (r translationReader) Matching(ctx context.Context, records []domain.ID, text string, plants domain.PlantScope) ([]domain.CodeMapping, error) {
	return findIn(rowIDs(records), mappingRow.toDomain, func(chunk []rowID) *gorm.DB {
		q := r.on(ctx).Where("record IN ? AND "+liveMapping+" AND code_fold LIKE ? ESCAPE '!'", chunk, likePrefix(text))
		return inPlants(q, plants, true).Order("id")
	})
}

// place is where an entry stands in the feed.
type place struct {
	seq  int64
	kind domain.ChangeKind
	id   rowID
}

const feedList = "changes"

func placeOf(cursor string) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	key, err := cursorKey(feedList, cursor, 3)
	if err != nil {
		return place{}, err
	}
	seq, seqErr := strconv.ParseInt(key[0], 10, 64)
	id, idErr := domain.ParseID(key[2])
	kind := domain.ChangeKind(key[1])
	if seqErr != nil || idErr != nil || (kind != domain.ChangedRecord && kind != domain.ChangedMapping) {
		return place{}, badCursor()
	}
	return place{seq: seq, kind: kind, id: rowID(id)}, nil
}

// after selects what of one kind comes later than a place; records come before mappings of the same sequence.
func (p place) after(q *gorm.DB, kind domain.ChangeKind) *gorm.DB {
	switch p.kind {
	case kind:
		q = q.Where("(seq, id) > (?, ?)", p.seq, p.id)
	case domain.ChangedRecord:
		q = q.Where("seq >= ?", p.seq)
	default:
		q = q.Where("seq > ?", p.seq)
	}
	return q.Order("seq, id")
}

func (r translationReader) Feed(ctx context.Context, query domain.FeedQuery) ([]domain.FeedEntry, string, error) {
	from, err := placeOf(query.After)
	if err != nil {
		return nil, "", err
	}
	var entries []domain.FeedEntry
	err = r.snapshot(ctx, func(c conn) error {
		limit := pageLimit(query.Page)
		of := func(kind domain.ChangeKind) *gorm.DB {
			return from.after(c.on(ctx).Where("domain = ?", string(query.Domain)), kind).Limit(limit)
		}
		var records []domain.GoldenRecord
		var mappings []domain.CodeMapping
		if query.Only != domain.ChangedMapping {
			if records, err = find(of(domain.ChangedRecord), recordRow.toDomain); err != nil {
				return err
			}
		}
		if query.Only != domain.ChangedRecord {
			if mappings, err = find(inPlants(of(domain.ChangedMapping), query.Plants, true), mappingRow.toDomain); err != nil {
				return err
			}
		}
		entries = mergeFeed(records, mappings)
		entries = entries[:min(limit, len(entries))]
		return nil
	})
	if err != nil || len(entries) == 0 {
		return nil, query.After, err
	}
	last := entries[len(entries)-1]
	return entries, newCursor(feedList, strconv.FormatInt(last.Sequence, 10), string(last.Kind), idOf(last).String()), nil
}

func idOf(entry domain.FeedEntry) domain.ID {
	if entry.Kind == domain.ChangedRecord {
		return entry.Record.ID
	}
	return entry.Mapping.ID
}

// mergeFeed puts two ordered lists into one; the sort is stable and takes records first.
func mergeFeed(records []domain.GoldenRecord, mappings []domain.CodeMapping) []domain.FeedEntry {
	entries := make([]domain.FeedEntry, 0, len(records)+len(mappings))
	for i := range records {
		entries = append(entries, domain.FeedEntry{Sequence: records[i].Sequence, Kind: domain.ChangedRecord, Record: &records[i]})
	}
	for i := range mappings {
		entries = append(entries, domain.FeedEntry{Sequence: mappings[i].Sequence, Kind: domain.ChangedMapping, Mapping: &mappings[i]})
	}
	slices.SortStableFunc(entries, func(a, b domain.FeedEntry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return entries
}
