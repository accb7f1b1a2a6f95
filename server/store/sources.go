package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type sourceRow struct {
	Domain     string `gorm:"primaryKey"`
	System     string `gorm:"primaryKey"`
	CodeKey    string `gorm:"primaryKey"`
	Code       string
	Active     bool
	Attributes rowAttributes
	Hash       string
	Token      string
	Duplicated bool
	ReadAt     int64
	ChangedAt  int64
	GoneAt     int64
	Pinned     bool
}

func (sourceRow) TableName() string { return "source_record" }

func (r sourceRow) toDomain() domain.SourceRecord {
	return domain.SourceRecord{
		System: domain.SystemID(r.System), Domain: domain.DomainName(r.Domain), Code: domain.Code(r.Code), Key: r.CodeKey,
		Active: r.Active, Attributes: domain.Attributes(r.Attributes), Hash: r.Hash, Token: r.Token, Duplicated: r.Duplicated,
		ReadAt: domain.Instant(r.ReadAt), ChangedAt: domain.Instant(r.ChangedAt), GoneAt: domain.Instant(r.GoneAt),
	}
}

type sourceReader struct{ conn }

func (r sourceReader) of(ctx context.Context, system domain.SystemID, name domain.DomainName) *gorm.DB {
	return r.on(ctx).Model(&sourceRow{}).Where("domain = ? AND system = ?", string(name), string(system))
}

// fullyRead is when the last reading began that brought the values of all records; 0 when there was none. It is the time of
// every record that is not pinned to one of its own.
func (r sourceReader) fullyRead(ctx context.Context, system domain.SystemID, name domain.DomainName) (int64, error) {
	var at int64
	err := r.on(ctx).Raw("SELECT read_at FROM source_reading WHERE domain = ? AND system = ?", string(name), string(system)).Scan(&at).Error
	return at, translate(err)
}

// found returns the records that q finds, with when they were last read.
func (r sourceReader) found(ctx context.Context, system domain.SystemID, name domain.DomainName, q *gorm.DB) ([]domain.SourceRecord, error) {
	full, err := r.fullyRead(ctx, system, name)
	if err != nil {
		return nil, err
	}
	return find(q, func(row sourceRow) domain.SourceRecord {
		if !row.Pinned {
			row.ReadAt = max(row.ReadAt, full)
		}
		return row.toDomain()
	})
}

func (r sourceReader) ByKeys(ctx context.Context, system domain.SystemID, name domain.DomainName, keys []string) ([]domain.SourceRecord, error) {
	var all []domain.SourceRecord
	for chunk := range slices.Chunk(keys, maxList) {
		where, values := r.d.anyOf("code_key", chunk)
		part, err := r.found(ctx, system, name, r.of(ctx, system, name).Where(where, values...))
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

type sourceOps struct{ sourceReader }

func (o sourceOps) Wrote(ctx context.Context, system domain.SystemID, name domain.DomainName, code domain.Code, set domain.Attributes) error {
	of, err := systemReader{o.conn}.ByID(ctx, system)
	if err != nil {
		return err
	}
	known, err := o.ByKeys(ctx, system, name, []string{of.CodeRule.Key(code)})
	if err != nil || len(known) == 0 || known[0].GoneAt != 0 || known[0].Duplicated {
		return err
	}
	record := known[0]
	record.Attributes = record.Attributes.Written(set)
	return translate(o.of(ctx, system, name).Where("code_key = ?", record.Key).Updates(map[string]any{
		"attributes": rowAttributes(record.Attributes), "hash": record.ContentHash(),
	}).Error)
}

func (r sourceReader) Count(ctx context.Context, system domain.SystemID, name domain.DomainName) (int, error) {
	var count int64
	err := r.of(ctx, system, name).Where("gone_at = 0").Count(&count).Error
	return int(count), translate(err)
}

func (r sourceReader) Linked(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, page domain.Page) ([]domain.LinkedRecord, string, error) {
	const list = "linked"
	var linked []domain.LinkedRecord
	var next string
	err := r.snapshot(ctx, func(c conn) error {
		q, err := pageBy(sourceReader{c}.of(ctx, system.ID, name).Where("gone_at = 0"), list, "code_key", page)
		if err != nil {
			return err
		}
		sources, err := sourceReader{c}.found(ctx, system.ID, name, q)
		if err != nil {
			return err
		}
		sources, next = cut(sources, page, func(last domain.SourceRecord) string { return newCursor(list, last.Key) })
		linked, err = c.link(ctx, system, name, day, sources)
		return err
	})
	return linked, next, err
}

// unlinkedSources are present records without a live mapping of the system's code type on a day.
const unlinkedSources = `gone_at = 0 AND NOT duplicated AND NOT EXISTS (SELECT 1 FROM code_mapping m WHERE m.domain = source_record.domain
	AND m.system = source_record.system AND m.code_type = ? AND m.code_key = source_record.code_key AND m.plant IN (?, '')
	AND m.state IN ('active', 'suspect') AND (m.valid_from = '' OR m.valid_from <= ?) AND (m.valid_to = '' OR ? < m.valid_to))`

func (r sourceReader) Unlinked(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, page domain.Page) ([]domain.SourceRecord, string, error) {
	const list = "unlinked"
	q := r.of(ctx, system.ID, name).Where(unlinkedSources, string(system.Codes), string(system.Plant), string(day), string(day))
	q, err := pageBy(q, list, "code_key", page)
	if err != nil {
		return nil, "", err
	}
	sources, err := r.found(ctx, system.ID, name, q)
	if err != nil {
		return nil, "", err
	}
	sources, next := cut(sources, page, func(last domain.SourceRecord) string { return newCursor(list, last.Key) })
	return sources, next, nil
}

// link adds to each source record what its code is mapped to on a day; of a merged record that is the one that answers for it.
func (c conn) link(ctx context.Context, system domain.SourceSystem, name domain.DomainName, day domain.Date, sources []domain.SourceRecord) ([]domain.LinkedRecord, error) {
	keys := convert(sources, func(s domain.SourceRecord) string { return s.Key })
	ofSystem := domain.MappingKey{Domain: name, System: system.ID, Plant: system.Plant, CodeType: system.Codes}
	mappings, err := mappingReader{c}.ByKeys(ctx, ofSystem, keys)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]domain.CodeMapping, len(mappings))
	for _, m := range mappings {
		if m.Validity.Contains(day) {
			byKey[m.Key] = m
		}
	}
	golden, uses, err := c.targets(ctx, system, name, day, mappings)
	if err != nil {
		return nil, err
	}
	linked := make([]domain.LinkedRecord, len(sources))
	for i, source := range sources {
		linked[i].Source = source
		mapping, mapped := byKey[source.Key]
		if !mapped {
			continue
		}
		linked[i].Mapping, linked[i].Golden, linked[i].Use = &mapping, golden[mapping.Record], uses[mapping.Record]
	}
	return linked, nil
}
