package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type acceptanceRow struct {
	ID        rowID `gorm:"primaryKey"`
	Scope     string
	Domain    string
	System    string
	Plant     string
	Class     string
	Attribute string
	Record    rowID
	Code      string
	Label     string
	Reason    string
	Until     string
	State     string
	CreatedBy string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	EndedBy   string
	EndedAt   int64
	EndedWhy  string
	Version   int
}

func (acceptanceRow) TableName() string { return "acceptance" }

func acceptanceFromDomain(a domain.Acceptance) acceptanceRow {
	return acceptanceRow{
		ID: rowID(a.ID), Scope: string(a.Scope), Domain: string(a.Domain), System: string(a.System), Plant: string(a.Plant),
		Class: string(a.Class), Attribute: string(a.Attribute), Record: rowID(a.Record), Code: string(a.Code), Label: a.Label,
		Reason: a.Reason, Until: string(a.Until), State: string(a.State), CreatedBy: string(a.CreatedBy), CreatedAt: int64(a.CreatedAt),
		EndedBy: string(a.EndedBy), EndedAt: int64(a.EndedAt), EndedWhy: a.EndedWhy, Version: a.Version,
	}
}

func (r acceptanceRow) toDomain() domain.Acceptance {
	return domain.Acceptance{
		ID: domain.ID(r.ID), Scope: domain.AcceptanceScope(r.Scope), Domain: domain.DomainName(r.Domain), System: domain.SystemID(r.System),
		Plant: domain.PlantID(r.Plant), Class: domain.Class(r.Class), Attribute: domain.AttributeID(r.Attribute), Record: domain.ID(r.Record),
		Code: domain.Code(r.Code), Label: r.Label, Reason: r.Reason, Until: domain.Date(r.Until), State: domain.AcceptanceState(r.State),
		CreatedBy: domain.ActorID(r.CreatedBy), CreatedAt: domain.Instant(r.CreatedAt), EndedBy: domain.ActorID(r.EndedBy),
		EndedAt: domain.Instant(r.EndedAt), EndedWhy: r.EndedWhy, Version: r.Version,
	}
}

type acceptanceReader struct{ conn }

func (r acceptanceReader) ByID(ctx context.Context, id domain.ID) (domain.Acceptance, error) {
	row, err := first[acceptanceRow](r.on(ctx).Where("id = ?", rowID(id)),
		domain.NotFound(domain.CodeAcceptanceUnknown, "there is no such acceptance"))
	return row.toDomain(), err
}

func (r acceptanceReader) List(ctx context.Context, query domain.AcceptanceQuery) ([]domain.Acceptance, string, error) {
	const list = "acceptances"
	q := equal(equal(equal(r.on(ctx), "domain", query.Domain), "system", query.System), "state", query.State)
	if query.EndsBy != "" {
		q = q.Where("until <= ?", string(query.EndsBy))
	}
	q, err := pageNewest(inPlants(q, query.Plants, false), list, "created_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	found, err := find(q, acceptanceRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	found, next := cut(found, query.Page, func(last domain.Acceptance) string { return newestCursor(list, last.CreatedAt, last.ID) })
	return found, next, nil
}

func (r acceptanceReader) Active(ctx context.Context, system domain.SystemID, name domain.DomainName) ([]domain.Acceptance, error) {
	return find(r.on(ctx).Where("domain = ? AND system = ? AND state = 'active'", string(name), string(system)).Order("id"), acceptanceRow.toDomain)
}

type acceptanceRepo struct {
	acceptanceReader
	w *writing
}

func (r acceptanceRepo) Put(ctx context.Context, a domain.Acceptance) error {
	row := acceptanceFromDomain(a)
	var stored *gorm.DB
	if a.Version == 1 {
		stored = r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	} else {
		stored = r.on(ctx).Where("id = ? AND version = ?", row.ID, row.Version-1).Select("*").Updates(&row)
	}
	if err := wrote(stored, domain.Conflict(domain.CodeAcceptanceStale, "the acceptance has changed since it was read")); err != nil {
		return err
	}
	return r.w.note(row.Domain, "acceptance", a.ID.String(), row.Version, row)
}
