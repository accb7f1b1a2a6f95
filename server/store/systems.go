package store

import (
	"context"
	"maps"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type systemRow struct {
	ID                  string                        `gorm:"primaryKey" json:"id"`
	Name                string                        `json:"name"`
	Kind                string                        `json:"kind"`
	Plant               string                        `json:"plant"`
	CodeType            string                        `json:"code_type"`
	CodeRule            string                        `json:"code_rule"`
	Writable            bool                          `json:"writable"`
	Settings            jsonColumn[map[string]string] `json:"settings"`
	Streams             jsonColumn[[]streamRow]       `json:"streams"`
	UnguardedAcceptedBy string                        `json:"unguarded_accepted_by"`
	Version             int                           `json:"version"`
}

func (systemRow) TableName() string { return "source_system" }

type streamRow struct {
	Domain string            `json:"domain"`
	Query  string            `json:"query"`
	Key    string            `json:"key"`
	Active string            `json:"active"`
	Fields map[string]string `json:"fields"`
}

func streamFromDomain(s domain.Stream) streamRow {
	row := streamRow{Domain: string(s.Domain), Query: s.Query, Key: s.Key, Active: s.Active}
	if s.Fields != nil {
		row.Fields = make(map[string]string, len(s.Fields))
	}
	for id, expression := range s.Fields {
		row.Fields[string(id)] = expression
	}
	return row
}

func (r streamRow) toDomain() domain.Stream {
	stream := domain.Stream{Domain: domain.DomainName(r.Domain), Query: r.Query, Key: r.Key, Active: r.Active}
	if r.Fields != nil {
		stream.Fields = make(map[domain.AttributeID]string, len(r.Fields))
	}
	for id, expression := range r.Fields {
		stream.Fields[domain.AttributeID(id)] = expression
	}
	return stream
}

func systemFromDomain(s domain.SourceSystem) systemRow {
	return systemRow{
		ID: string(s.ID), Name: s.Name, Kind: string(s.Kind), Plant: string(s.Plant), CodeType: string(s.Codes), CodeRule: string(s.CodeRule),
		Writable: s.Writable, Settings: asJSON(maps.Clone(s.Settings)), Streams: asJSON(convertOrNil(s.Streams, streamFromDomain)),
		UnguardedAcceptedBy: string(s.UnguardedAcceptedBy), Version: s.Version,
	}
}

func (r systemRow) toDomain() domain.SourceSystem {
	return domain.SourceSystem{
		ID: domain.SystemID(r.ID), Name: r.Name, Kind: domain.SystemKind(r.Kind), Plant: domain.PlantID(r.Plant),
		Codes: domain.CodeType(r.CodeType), CodeRule: domain.CodeRule(r.CodeRule), Writable: r.Writable, Settings: r.Settings.V,
		Streams: convertOrNil(r.Streams.V, streamRow.toDomain), UnguardedAcceptedBy: domain.ActorID(r.UnguardedAcceptedBy), Version: r.Version,
	}
}

type systemReader struct{ conn }

func (r systemReader) ByID(ctx context.Context, id domain.SystemID) (domain.SourceSystem, error) {
	row, err := first[systemRow](r.on(ctx).Where("id = ?", string(id)),
		domain.NotFound(domain.CodeSystemUnknown, "there is no system %q", string(id)))
	return row.toDomain(), err
}

func (r systemReader) List(ctx context.Context) ([]domain.SourceSystem, error) {
	return find(r.on(ctx).Order("id"), systemRow.toDomain)
}

type systemRepo struct {
	systemReader
	w *writing
}

func (r systemRepo) Put(ctx context.Context, system domain.SourceSystem) error {
	row := systemFromDomain(system)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "source_system", row.ID, row.Version, row)
}

// putVersion inserts version 1 of a row with a text ID, or updates the version before; anything else is CodeSystemStale.
func putVersion[R any](db *gorm.DB, row *R, id string, version int) error {
	var stored *gorm.DB
	if version == 1 {
		stored = db.Clauses(clause.OnConflict{DoNothing: true}).Create(row)
	} else {
		stored = db.Where("id = ? AND version = ?", id, version-1).Select("*").Updates(row)
	}
	if stored.Error != nil {
		return translate(stored.Error)
	}
	if stored.RowsAffected == 0 {
		return domain.Conflict(domain.CodeSystemStale, "%q has changed since it was read", id)
	}
	return nil
}
