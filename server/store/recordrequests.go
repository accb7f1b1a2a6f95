package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type recordRequestRow struct {
	ID            rowID         `gorm:"primaryKey" json:"id"`
	Domain        string        `json:"domain"`
	Plant         string        `json:"plant"`
	System        string        `json:"system"`
	Code          string        `json:"code"`
	CodeKey       string        `json:"code_key"`
	CodeFold      string        `json:"-"`
	State         string        `json:"state"`
	Attributes    rowAttributes `json:"attributes"`
	Reason        string        `json:"reason"`
	RequestedBy   string        `json:"requested_by"`
	RequestedAt   int64         `json:"requested_at"`
	Record        rowID         `json:"record"`
	WaitsWith     rowID         `json:"waits_with"`
	ChangeRequest rowID         `json:"change_request"`
	Note          string        `json:"note"`
	NotedBy       string        `json:"noted_by"`
	ChangedAt     int64         `json:"changed_at"`
	Version       int           `json:"version"`
}

func (recordRequestRow) TableName() string { return "record_request" }

func recordRequestFromDomain(r domain.RecordRequest) recordRequestRow {
	return recordRequestRow{
		ID: rowID(r.ID), Domain: string(r.Domain), Plant: string(r.Plant), System: string(r.System), Code: string(r.Code), CodeKey: r.Key,
		CodeFold: fold(string(r.Code)), State: string(r.State), Attributes: rowAttributes(r.Attributes), Reason: r.Reason,
		RequestedBy: string(r.RequestedBy), RequestedAt: int64(r.RequestedAt), Record: rowID(r.Record), WaitsWith: rowID(r.With),
		ChangeRequest: rowID(r.ChangeRequest), Note: r.Note, NotedBy: string(r.NotedBy), ChangedAt: int64(r.ChangedAt), Version: r.Version,
	}
}

func (r recordRequestRow) toDomain() domain.RecordRequest {
	return domain.RecordRequest{
		ID: domain.ID(r.ID), Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant), System: domain.SystemID(r.System),
		Code: domain.Code(r.Code), Key: r.CodeKey, State: domain.RecordRequestState(r.State), Attributes: domain.Attributes(r.Attributes),
		Reason: r.Reason, RequestedBy: domain.ActorID(r.RequestedBy), RequestedAt: domain.Instant(r.RequestedAt), Record: domain.ID(r.Record),
		With: domain.ID(r.WaitsWith), ChangeRequest: domain.ID(r.ChangeRequest), Note: r.Note, NotedBy: domain.ActorID(r.NotedBy),
		ChangedAt: domain.Instant(r.ChangedAt), Version: r.Version,
	}
}

// recordRequestKeyRow is one thing by which a request is found.
type recordRequestKeyRow struct {
	Domain  string `gorm:"primaryKey"`
	Kind    string `gorm:"primaryKey"`
	Key     string `gorm:"primaryKey"`
	Request rowID  `gorm:"primaryKey"`
}

func (recordRequestKeyRow) TableName() string { return "record_request_key" }

type recordRequestReader struct{ conn }

func recordRequestUnknown() error {
	return domain.NotFound(domain.CodeRecordRequestUnknown, "there is no such record request")
}

func (r recordRequestReader) ByID(ctx context.Context, id domain.ID) (domain.RecordRequest, error) {
	row, err := first[recordRequestRow](r.on(ctx).Where("id = ?", rowID(id)), recordRequestUnknown())
	return row.toDomain(), err
}

func (r recordRequestReader) List(ctx context.Context, query domain.RecordRequestQuery) ([]domain.RecordRequest, string, error) {
	const list = "record_requests"
	q := equal(equal(equal(r.on(ctx), "domain", query.Domain), "state", query.State), "system", query.System)
	if query.Text != "" {
		q = q.Where("code_fold LIKE ? ESCAPE '!'", likePrefix(query.Text))
	}
	q, err := pageNewest(inPlants(q, query.Plants, false), list, "requested_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	requests, err := find(q, recordRequestRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	requests, next := cut(requests, query.Page, func(last domain.RecordRequest) string {
		return newestCursor(list, last.RequestedAt, last.ID)
	})
	return requests, next, nil
}

func (r recordRequestReader) ByChange(ctx context.Context, change domain.ID) ([]domain.RecordRequest, error) {
	return find(r.on(ctx).Where("change_request = ?", rowID(change)).Order("requested_at, id"), recordRequestRow.toDomain)
}

func (r recordRequestReader) WaitingWith(ctx context.Context, id domain.ID) ([]domain.RecordRequest, error) {
	q := r.on(ctx).Where("waits_with = ? AND state IN ('requested', 'in_completion')", rowID(id))
	return find(q.Order("requested_at, id"), recordRequestRow.toDomain)
}

func (r recordRequestReader) ForCode(ctx context.Context, name domain.DomainName, system domain.SystemID, key string) ([]domain.RecordRequest, error) {
	q := r.on(ctx).Where("domain = ? AND system = ? AND code_key = ? AND state NOT IN ('done', 'rejected', 'withdrawn')", string(name), string(system), key)
	return find(q.Order("requested_at, id"), recordRequestRow.toDomain)
}

func (r recordRequestReader) Alike(ctx context.Context, name domain.DomainName, keys []domain.RecordKey) ([]domain.Likeness, error) {
	return r.alike(ctx, `SELECT k.request AS id, k.kind FROM record_request_key k JOIN record_request r ON r.id = k.request
		WHERE k.domain = ? AND k.kind = ? AND k.key = ? AND r.state IN ('requested', 'in_completion', 'in_review')
		ORDER BY r.requested_at, r.id LIMIT 100`, name, keys)
}

type recordRequestRepo struct {
	recordRequestReader
	w *writing
}

func (r recordRequestRepo) Create(ctx context.Context, request domain.RecordRequest, keys []domain.RecordKey) error {
	row := recordRequestFromDomain(request)
	inserted := r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if err := wrote(inserted, domain.Conflict(domain.CodeDuplicate, "the record request exists already")); err != nil {
		return err
	}
	if err := r.Identify(ctx, request, keys); err != nil {
		return err
	}
	return r.w.note(row.Domain, "record_request", request.ID.String(), row.Version, row)
}

func (r recordRequestRepo) Save(ctx context.Context, request domain.RecordRequest, readVersion int) error {
	row := recordRequestFromDomain(request)
	updated := r.on(ctx).Where("id = ? AND version = ?", row.ID, readVersion).Select("*").Updates(&row)
	if updated.Error != nil {
		return translate(updated.Error)
	}
	if updated.RowsAffected == 0 {
		if _, err := r.ByID(ctx, request.ID); err != nil {
			return err
		}
		return domain.Conflict(domain.CodeRecordRequestStale, "the record request has changed since it was read")
	}
	return r.w.note(row.Domain, "record_request", request.ID.String(), row.Version, row)
}

func (r recordRequestRepo) Identify(ctx context.Context, request domain.RecordRequest, keys []domain.RecordKey) error {
	if err := r.on(ctx).Where("request = ?", rowID(request.ID)).Delete(&recordRequestKeyRow{}).Error; err != nil || len(keys) == 0 {
		return translate(err)
	}
	rows := convert(keys, func(k domain.RecordKey) recordRequestKeyRow {
		return recordRequestKeyRow{Domain: string(request.Domain), Kind: k.Kind, Key: k.Key, Request: rowID(request.ID)}
	})
	return translate(r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, maxRows).Error)
}

func (r recordRequestRepo) Draw(ctx context.Context, name domain.DomainName, series string, n int) (int64, error) {
	var last int64
	err := r.on(ctx).Raw(`INSERT INTO code_series (domain, series, last) VALUES (?, ?, ?)
		ON CONFLICT (domain, series) DO UPDATE SET last = code_series.last + ? RETURNING last`, string(name), series, n, n).Scan(&last).Error
	return last - int64(n) + 1, translate(err)
}
