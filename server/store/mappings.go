package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type mappingRow struct {
	ID            rowID  `gorm:"primaryKey" json:"id"`
	Domain        string `json:"domain"`
	System        string `json:"system"`
	Plant         string `json:"plant"`
	CodeType      string `json:"code_type"`
	Code          string `json:"code"`
	CodeKey       string `json:"code_key"`
	CodeFold      string `json:"-"`
	Record        rowID  `json:"record"`
	Relation      string `json:"relation"`
	State         string `json:"state"`
	ValidFrom     string `json:"valid_from"`
	ValidTo       string `json:"valid_to"`
	Basis         string `json:"basis"`
	DefaultOut    bool   `json:"default_out"`
	Factor        string `json:"factor"`
	Unit          string `json:"unit"`
	Version       int    `json:"version"`
	Seq           int64  `json:"seq"`
	ChangeRequest rowID  `json:"change_request"`
}

func (mappingRow) TableName() string { return "code_mapping" }

func mappingFromDomain(m domain.CodeMapping) mappingRow {
	return mappingRow{
		ID: rowID(m.ID), Domain: string(m.Domain), System: string(m.System), Plant: string(m.Plant), CodeType: string(m.CodeType),
		Code: string(m.Code), CodeKey: m.Key, CodeFold: fold(string(m.Code)), Record: rowID(m.Record), Relation: string(m.Relation),
		State: string(m.State), ValidFrom: string(m.Validity.From), ValidTo: string(m.Validity.To), Basis: string(m.Basis),
		DefaultOut: m.DefaultOut, Factor: string(m.Factor), Unit: m.Unit, Version: m.Version, Seq: m.Sequence, ChangeRequest: rowID(m.ChangeRequest),
	}
}

func (r mappingRow) toDomain() domain.CodeMapping {
	return domain.CodeMapping{
		ID: domain.ID(r.ID), Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System), Plant: domain.PlantID(r.Plant),
		CodeType: domain.CodeType(r.CodeType), Code: domain.Code(r.Code), Key: r.CodeKey, Record: domain.ID(r.Record),
		Relation: domain.Relation(r.Relation), State: domain.MappingState(r.State),
		Validity: domain.Validity{From: domain.Date(r.ValidFrom), To: domain.Date(r.ValidTo)}, Basis: domain.Basis(r.Basis),
		DefaultOut: r.DefaultOut, Factor: domain.Factor(r.Factor), Unit: r.Unit, Version: r.Version, Sequence: r.Seq, ChangeRequest: domain.ID(r.ChangeRequest),
	}
}

type mappingReader struct{ conn }

func (r mappingReader) ByRecord(ctx context.Context, record domain.ID) ([]domain.CodeMapping, error) {
	return find(r.on(ctx).Where("record = ?", rowID(record)).Order("id"), mappingRow.toDomain)
}

func (r mappingReader) ByRecords(ctx context.Context, system domain.SystemID, records []domain.ID) ([]domain.CodeMapping, error) {
	return findIn(rowIDs(records), mappingRow.toDomain, func(chunk []rowID) *gorm.DB {
		return r.on(ctx).Where("system = ? AND "+liveMapping+" AND record IN ?", string(system), chunk)
	})
}

func (r mappingReader) ByKey(ctx context.Context, key domain.MappingKey) ([]domain.CodeMapping, error) {
	return find(r.sameType(ctx, key).Where("code_key = ?", key.Key).Order("id"), mappingRow.toDomain)
}

func (r mappingReader) ByKeys(ctx context.Context, key domain.MappingKey, keys []string) ([]domain.CodeMapping, error) {
	return findIn(keys, mappingRow.toDomain, func(chunk []string) *gorm.DB {
		return r.sameType(ctx, key).Where(liveMapping+" AND code_key IN ?", chunk)
	})
}

// sameType selects the mappings of a system's codes of one type.
func (r mappingReader) sameType(ctx context.Context, key domain.MappingKey) *gorm.DB {
	return r.on(ctx).Where("domain = ? AND system = ? AND code_type = ? AND plant = ?",
		string(key.Domain), string(key.System), string(key.CodeType), string(key.Plant))
}

func (r mappingReader) List(ctx context.Context, query domain.MappingQuery) ([]domain.CodeMapping, string, error) {
	const list = "mappings"
	q := equal(equal(equal(r.on(ctx), "domain", query.Domain), "system", query.System), "state", query.State)
	q = inPlants(q, query.Plants, false)
	if query.Text != "" {
		q = q.Where("code_fold LIKE ? ESCAPE '!'", likePrefix(query.Text))
	}
	q, err := pageByID(q, list, query.Page)
	if err != nil {
		return nil, "", err
	}
	mappings, err := find(q, mappingRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	mappings, next := cut(mappings, query.Page, func(last domain.CodeMapping) string { return newCursor(list, last.ID.String()) })
	return mappings, next, nil
}

type mappingRepo struct {
	mappingReader
	w *writing
}

func (r mappingRepo) Put(ctx context.Context, mapping domain.CodeMapping) error {
	seq, err := r.w.sequence(mapping.Domain)
	if err != nil {
		return err
	}
	if err := r.unambiguous(ctx, mapping); err != nil {
		return err
	}
	if err := r.oneDefault(ctx, mapping); err != nil {
		return err
	}
	mapping.Sequence = seq
	row := mappingFromDomain(mapping)
	var stored *gorm.DB
	if mapping.Version == 1 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		stored = r.on(ctx).Where("id = ? AND domain = ? AND version = ?", row.ID, row.Domain, row.Version-1).Select("*").Updates(&row)
	}
	if err := wrote(stored, domain.Conflict(domain.CodeMappingStale, "the mapping of %q has changed since it was read", string(mapping.Code))); err != nil {
		return err
	}
	if err := r.on(ctx).Exec(keepMappingVersion, int64(r.w.now), row.ID).Error; err != nil {
		return translate(err)
	}
	return r.w.note(row.Domain, "code_mapping", mapping.ID.String(), row.Version, row)
}

// unambiguous is CodeMappingOverlap when the code would have two meanings on some day. The domain's counter is locked, so
// nobody can write another mapping of the code in between.
func (r mappingRepo) unambiguous(ctx context.Context, mapping domain.CodeMapping) error {
	others, err := r.ByKey(ctx, mapping.MappingKey())
	if err != nil {
		return err
	}
	for _, other := range others {
		if mapping.Clashes(other) {
			return domain.Conflict(domain.CodeMappingOverlap, "the code %q of %s is mapped for these days already", string(mapping.Code), string(mapping.System))
		}
	}
	return nil
}

// oneDefault is CodeMappingDefault when the system would be told of the record by two codes on some day.
func (r mappingRepo) oneDefault(ctx context.Context, mapping domain.CodeMapping) error {
	if !mapping.DefaultOut {
		return nil
	}
	siblings, err := r.ByRecords(ctx, mapping.System, []domain.ID{mapping.Record})
	if err != nil {
		return err
	}
	for _, sibling := range siblings {
		if mapping.Rivals(sibling) {
			return domain.Conflict(domain.CodeMappingDefault, "%s is told of the record by the code %q on these days", string(mapping.System), string(sibling.Code))
		}
	}
	return nil
}

// keepMappingVersion copies a mapping as it stands into its history; it takes the instant and the mapping.
const keepMappingVersion = `INSERT INTO mapping_version (id, version, recorded_at, domain, system, plant, code_type, code, code_key, record,
	relation, state, valid_from, valid_to, basis, default_out, factor, unit, seq, change_request)
	SELECT m.id, m.version, ?, m.domain, m.system, m.plant, m.code_type, m.code, m.code_key, m.record,
	m.relation, m.state, m.valid_from, m.valid_to, m.basis, m.default_out, m.factor, m.unit, m.seq, m.change_request
	FROM code_mapping m WHERE m.id = ?`
