package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// mergeReader follows what merged records forward to.
type mergeReader struct{ conn }

func recordIDs(records []domain.GoldenRecord) []domain.ID {
	return convert(records, func(r domain.GoldenRecord) domain.ID { return r.ID })
}

func (r mergeReader) Heirs(ctx context.Context, ids []domain.ID) (map[domain.ID]domain.GoldenRecord, error) {
	heirs := make(map[domain.ID]domain.GoldenRecord, len(ids))
	if len(ids) == 0 {
		return heirs, nil
	}
	err := r.snapshot(ctx, func(c conn) error {
		known, err := recordReader{c}.ByIDs(ctx, ids)
		if err != nil {
			return err
		}
		all := make(map[domain.ID]domain.GoldenRecord, len(known))
		if err := c.follow(ctx, known, all); err != nil {
			return err
		}
		for _, id := range ids {
			if record, there := all[id]; there {
				heirs[id] = lastOf(record, all)
			}
		}
		return nil
	})
	return heirs, err
}

// follow adds records and all that they forward to, step by step; one that is known is not asked for again, so that no circle
// goes on for ever.
func (c conn) follow(ctx context.Context, records []domain.GoldenRecord, all map[domain.ID]domain.GoldenRecord) error {
	for len(records) > 0 {
		for _, record := range records {
			all[record.ID] = record
		}
		var next []domain.ID
		for _, record := range records {
			if _, known := all[record.MergedInto]; !known && !record.MergedInto.IsZero() && !slices.Contains(next, record.MergedInto) {
				next = append(next, record.MergedInto)
			}
		}
		if len(next) == 0 {
			return nil
		}
		var err error
		if records, err = (recordReader{c}).ByIDs(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// lastOf is the record that one forwards to in the end, itself where it does not.
func lastOf(record domain.GoldenRecord, all map[domain.ID]domain.GoldenRecord) domain.GoldenRecord {
	for range all {
		next, known := all[record.MergedInto]
		if record.State != domain.RecordMerged || !known {
			break
		}
		record = next
	}
	return record
}

func (r mergeReader) Heritage(ctx context.Context, ids []domain.ID) (map[domain.ID][]domain.GoldenRecord, error) {
	heritage := map[domain.ID][]domain.GoldenRecord{}
	if len(ids) == 0 {
		return heritage, nil
	}
	err := r.snapshot(ctx, func(c conn) error {
		// heir tells for whom a record was found: a record that is asked for may itself forward to another.
		heir := map[domain.ID][]domain.ID{}
		for _, id := range ids {
			heir[id] = []domain.ID{id}
		}
		for last := ids; len(last) > 0; {
			merged, err := translationReader{c}.MergedInto(ctx, last)
			if err != nil {
				return err
			}
			last = nil
			for _, record := range merged {
				if handOn(heir, heritage, record) {
					last = append(last, record.ID)
				}
			}
		}
		return nil
	})
	for _, merged := range heritage {
		slices.SortFunc(merged, func(a, b domain.GoldenRecord) int { return slices.Compare(a.ID[:], b.ID[:]) })
	}
	return heritage, err
}

// handOn notes a merged record for all that what it forwards to was found for, and says whether that was news.
func handOn(heir map[domain.ID][]domain.ID, heritage map[domain.ID][]domain.GoldenRecord, record domain.GoldenRecord) bool {
	news := false
	for _, id := range heir[record.MergedInto] {
		if id == record.ID || slices.ContainsFunc(heritage[id], func(known domain.GoldenRecord) bool { return known.ID == record.ID }) {
			continue
		}
		heritage[id] = append(heritage[id], record)
		if !slices.Contains(heir[record.ID], id) {
			heir[record.ID] = append(heir[record.ID], id)
		}
		news = true
	}
	return news
}

func (r mergeReader) ByFormerCodes(ctx context.Context, name domain.DomainName, codes []string) (map[string]domain.GoldenRecord, error) {
	rows, err := findIn(codes, func(row recordRow) recordRow { return row }, func(chunk []string) *gorm.DB {
		// In no order: for the sake of one SQLite would go through all records of the domain.
		return r.on(ctx).Where("domain = ? AND state = 'merged' AND code IN ?", string(name), chunk)
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	heirs, err := r.Heirs(ctx, convert(rows, func(row recordRow) domain.ID { return domain.ID(row.ID) }))
	byCode, several := map[string]domain.GoldenRecord{}, map[string]bool{}
	for _, row := range rows {
		heir := heirs[domain.ID(row.ID)]
		if other, known := byCode[row.Code]; known && other.ID != heir.ID {
			several[row.Code] = true
		}
		byCode[row.Code] = heir
	}
	for code := range several {
		delete(byCode, code)
	}
	return byCode, err
}

func (r mergeReader) AppliedSince(ctx context.Context, records []domain.ID, since domain.Instant) ([]domain.ChangeRequest, error) {
	return find(r.on(ctx).Where("state = 'applied' AND applied_at > ? AND id IN (SELECT request FROM change_item WHERE record IN ?)",
		int64(since), rowIDs(records)).Order("applied_at, id"), requestRow.toDomain)
}

func (r mergeReader) DeliveriesOf(ctx context.Context, records []domain.ID, since domain.Instant) ([]domain.Delivery, error) {
	return deliveryReader(r).find(ctx, r.on(ctx).Where("record IN ? AND created_at > ?", rowIDs(records), int64(since)).Order("sequence"))
}

// merges says whether any record of the domain is merged: while none is, nobody's family has to be looked up.
func (c conn) merges(ctx context.Context, name domain.DomainName) (bool, error) {
	found, err := find(c.on(ctx).Where("domain = ? AND state = 'merged'", string(name)).Limit(1),
		func(r recordRow) domain.GoldenRecord { return r.toDomain() })
	return len(found) > 0, err
}

// family is what is one thing: the record that answers for it, and those that were merged into it.
type family struct {
	heir   domain.GoldenRecord
	merged []domain.GoldenRecord
}

func (f family) ids() []domain.ID { return append([]domain.ID{f.heir.ID}, recordIDs(f.merged)...) }

// families returns, by ID, what each of the records is one thing with.
func (c conn) families(ctx context.Context, ids []domain.ID) (map[domain.ID]family, error) {
	heirs, err := mergeReader{c}.Heirs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var last []domain.ID
	for _, heir := range heirs {
		last = append(last, heir.ID)
	}
	heritage, err := mergeReader{c}.Heritage(ctx, last)
	found := make(map[domain.ID]family, len(heirs))
	for id, heir := range heirs {
		found[id] = family{heir: heir, merged: heritage[heir.ID]}
	}
	return found, err
}

// strongest returns, by heir, how a plant uses each family: as it declared of the heir, or else of one that was merged into it.
func (c conn) strongest(ctx context.Context, plant domain.PlantID, families map[domain.ID]family, day domain.Date) (map[domain.ID]*domain.PlantUse, error) {
	heirOf := map[domain.ID]domain.ID{}
	for _, f := range families {
		for _, id := range f.ids() {
			heirOf[id] = f.heir.ID
		}
	}
	ids := make([]domain.ID, 0, len(heirOf))
	for id := range heirOf {
		ids = append(ids, id)
	}
	found, err := useReader{c}.ByRecords(ctx, plant, ids)
	if err != nil {
		return nil, err
	}
	uses, inherited := map[domain.ID]*domain.PlantUse{}, map[domain.ID][]domain.PlantUse{}
	for _, use := range found {
		if heir := heirOf[use.Record]; heir == use.Record {
			uses[heir] = &use
		} else {
			inherited[heir] = append(inherited[heir], use)
		}
	}
	for heir, all := range inherited {
		if uses[heir] == nil {
			uses[heir] = domain.StrongestUse(all, day)
		}
	}
	return uses, nil
}
