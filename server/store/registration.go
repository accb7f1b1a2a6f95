package store

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type registrationReader struct{ conn }

func (r registrationReader) Unlinked(ctx context.Context, system domain.SourceSystem, name domain.DomainName, page domain.Page) ([]domain.SourceRecord, string, error) {
	q := sourceReader(r).of(ctx, system.ID, name).Where("gone_at = 0 AND active AND NOT duplicated").
		Where(`NOT EXISTS (SELECT 1 FROM code_mapping m WHERE m.domain = source_record.domain AND m.system = source_record.system
			AND m.code_type = ? AND m.plant = ? AND m.code_key = source_record.code_key)`, string(system.Codes), string(system.Plant))
	return r.sources(ctx, system.ID, name, q, page)
}

func (r registrationReader) Present(ctx context.Context, system domain.SystemID, name domain.DomainName, page domain.Page) ([]domain.SourceRecord, string, error) {
	return r.sources(ctx, system, name, sourceReader(r).of(ctx, system, name).Where("gone_at = 0"), page)
}

// sources is a page of the source records of q.
func (r registrationReader) sources(ctx context.Context, system domain.SystemID, name domain.DomainName, q *gorm.DB, page domain.Page) ([]domain.SourceRecord, string, error) {
	const list = "registration"
	q, err := pageBy(q, list, "code_key", page)
	if err != nil {
		return nil, "", err
	}
	found, err := sourceReader(r).found(ctx, system, name, q)
	if err != nil {
		return nil, "", err
	}
	found, next := cut(found, page, func(last domain.SourceRecord) string { return newCursor(list, last.Key) })
	return found, next, nil
}

func (r registrationReader) Named(ctx context.Context, system domain.SourceSystem, name domain.DomainName, keys []string) ([]string, error) {
	var named []string
	for chunk := range slices.Chunk(keys, maxList) {
		where, values := r.d.anyOf("code_key", chunk)
		var part []string
		err := r.on(ctx).Table("code_mapping").Distinct("code_key").Where(where, values...).
			Where("domain = ? AND system = ? AND code_type = ? AND plant = ?", string(name), string(system.ID), string(system.Codes), string(system.Plant)).
			Scan(&part).Error
		if err != nil {
			return nil, translate(err)
		}
		named = append(named, part...)
	}
	return named, nil
}

func (r registrationReader) Known(ctx context.Context, name domain.DomainName, keys []domain.RecordKey) ([]domain.RecordKey, error) {
	byKind := map[string][]string{}
	for _, key := range keys {
		byKind[key.Kind] = append(byKind[key.Kind], key.Key)
	}
	var known []domain.RecordKey
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		for chunk := range slices.Chunk(byKind[kind], maxList) {
			found, err := r.knownOf(ctx, name, kind, chunk)
			if err != nil {
				return nil, err
			}
			for _, key := range found {
				known = append(known, domain.RecordKey{Kind: kind, Key: key})
			}
		}
	}
	return known, nil
}

func (r registrationReader) knownOf(ctx context.Context, name domain.DomainName, kind string, keys []string) ([]string, error) {
	where, values := r.d.anyOf("key", keys)
	var ofRecords, ofRequests []string
	err := r.on(ctx).Table("record_key").Distinct("key").Where("domain = ? AND kind = ?", string(name), kind).Where(where, values...).Scan(&ofRecords).Error
	if err != nil {
		return nil, translate(err)
	}
	err = r.on(ctx).Table("record_request_key").Distinct("key").Where("domain = ? AND kind = ?", string(name), kind).Where(where, values...).
		Where(`EXISTS (SELECT 1 FROM record_request r WHERE r.id = record_request_key.request AND r.state IN ('requested', 'in_completion', 'in_review'))`).
		Scan(&ofRequests).Error
	return append(ofRecords, ofRequests...), translate(err)
}

func (r registrationReader) Unidentified(ctx context.Context, name domain.DomainName, page domain.Page) ([]domain.GoldenRecord, string, error) {
	const list = "unidentified"
	q := r.on(ctx).Where("domain = ? AND NOT EXISTS (SELECT 1 FROM record_key k WHERE k.record = golden_record.id)", string(name))
	q, err := pageByID(q, list, page)
	if err != nil {
		return nil, "", err
	}
	records, err := find(q, recordRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	records, next := cut(records, page, func(last domain.GoldenRecord) string { return newCursor(list, last.ID.String()) })
	return records, next, nil
}
