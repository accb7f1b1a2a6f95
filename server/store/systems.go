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
	Domain   string            `json:"domain"`
	Query    string            `json:"query"`
	Request  *streamRequestRow `json:"request,omitempty"`
	Glob     string            `json:"glob,omitempty"`
	Key      string            `json:"key"`
	Language string            `json:"language,omitempty"`
	Active   string            `json:"active"`
	Fields   map[string]string `json:"fields"`
}

// streamRequestRow is what a rest system is asked; absent for others.
type streamRequestRow struct {
	Path       string            `json:"path"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Records    string            `json:"records"`
	Total      string            `json:"total"`
	More       string            `json:"more"`
	Paging     pagingRow         `json:"paging"`
}

type pagingRow struct {
	Kind          string `json:"kind"`
	Parameter     string `json:"parameter"`
	SizeParameter string `json:"size_parameter"`
	Size          int    `json:"size"`
	First         int    `json:"first"`
	Next          string `json:"next"`
	MaxPages      int    `json:"max_pages"`
}

func streamRequestFromDomain(r domain.StreamRequest) *streamRequestRow {
	p := r.Paging
	return &streamRequestRow{
		Path: r.Path, Parameters: maps.Clone(r.Parameters), Records: string(r.Records), Total: string(r.Total), More: string(r.More),
		Paging: pagingRow{
			Kind: string(p.Kind), Parameter: p.Parameter, SizeParameter: p.SizeParameter, Size: p.Size, First: p.First, Next: string(p.Next), MaxPages: p.MaxPages,
		},
	}
}

func (r streamRequestRow) toDomain() domain.StreamRequest {
	p := r.Paging
	return domain.StreamRequest{
		Path: r.Path, Parameters: r.Parameters, Records: domain.FieldPath(r.Records), Total: domain.FieldPath(r.Total), More: domain.FieldPath(r.More),
		Paging: domain.Paging{
			Kind: domain.PagingKind(p.Kind), Parameter: p.Parameter, SizeParameter: p.SizeParameter, Size: p.Size, First: p.First,
			Next: domain.FieldPath(p.Next), MaxPages: p.MaxPages,
		},
	}
}

func streamFromDomain(s domain.Stream) streamRow {
	row := streamRow{Domain: string(s.Domain), Query: s.Query, Glob: s.Glob, Key: s.Key, Language: s.Language, Active: s.Active}
	if s.Request.Path != "" {
		row.Request = streamRequestFromDomain(s.Request)
	}
	if s.Fields != nil {
		row.Fields = make(map[string]string, len(s.Fields))
	}
	for id, expression := range s.Fields {
		row.Fields[string(id)] = expression
	}
	return row
}

func (r streamRow) toDomain() domain.Stream {
	stream := domain.Stream{Domain: domain.DomainName(r.Domain), Query: r.Query, Glob: r.Glob, Key: r.Key, Language: r.Language, Active: r.Active}
	if r.Request != nil {
		stream.Request = r.Request.toDomain()
	}
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
	return wrote(stored, domain.Conflict(domain.CodeSystemStale, "%q has changed since it was read", id))
}
