package store

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

type requestRow struct {
	ID         rowID `gorm:"primaryKey"`
	Kind       string
	Domain     string
	Plant      string
	Title      string
	Reason     string
	State      string
	ProposedBy string
	ProposedAt int64
	ItemCount  int
	Approvals  jsonColumn[[]approvalRow]
	ClosedBy   string
	ClosedAt   int64
	ClosedWhy  string
	AppliedAt  int64
	Version    int
}

func (requestRow) TableName() string { return "change_request" }

type approvalRow struct {
	By      string `json:"by"`
	At      int64  `json:"at"`
	Version int    `json:"version"`
}

func approvalFromDomain(a domain.Approval) approvalRow {
	return approvalRow{By: string(a.By), At: int64(a.At), Version: a.Version}
}

func (r approvalRow) toDomain() domain.Approval {
	return domain.Approval{By: domain.ActorID(r.By), At: domain.Instant(r.At), Version: r.Version}
}

func requestFromDomain(r domain.ChangeRequest) requestRow {
	return requestRow{
		ID: rowID(r.ID), Kind: string(r.Kind), Domain: string(r.Domain), Plant: string(r.Plant), Title: r.Title, Reason: r.Reason,
		State: string(r.State), ProposedBy: string(r.ProposedBy), ProposedAt: int64(r.ProposedAt), ItemCount: r.ItemCount,
		Approvals: asJSON(convertOrNil(r.Approvals, approvalFromDomain)), ClosedBy: string(r.ClosedBy), ClosedAt: int64(r.ClosedAt),
		ClosedWhy: r.ClosedWhy, AppliedAt: int64(r.AppliedAt), Version: r.Version,
	}
}

func (r requestRow) toDomain() domain.ChangeRequest {
	return domain.ChangeRequest{
		ID: domain.ID(r.ID), Kind: domain.RequestKind(r.Kind), Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant),
		Title: r.Title, Reason: r.Reason, State: domain.RequestState(r.State), ProposedBy: domain.ActorID(r.ProposedBy),
		ProposedAt: domain.Instant(r.ProposedAt), ItemCount: r.ItemCount, Approvals: convertOrNil(r.Approvals.V, approvalRow.toDomain),
		ClosedBy: domain.ActorID(r.ClosedBy), ClosedAt: domain.Instant(r.ClosedAt), ClosedWhy: r.ClosedWhy,
		AppliedAt: domain.Instant(r.AppliedAt), Version: r.Version,
	}
}

type requestReader struct{ conn }

func (r requestReader) ByID(ctx context.Context, id domain.ID) (domain.ChangeRequest, error) {
	row, err := first[requestRow](r.on(ctx).Where("id = ?", rowID(id)),
		domain.NotFound(domain.CodeRequestUnknown, "there is no such change request"))
	return row.toDomain(), err
}

func (r requestReader) Items(ctx context.Context, id domain.ID, offset, limit int) ([]domain.ChangeItem, error) {
	q := r.on(ctx).Where("request = ?", rowID(id))
	return find(window(q, "position", offset, limit), itemRow.toDomain)
}

func (r requestReader) List(ctx context.Context, query domain.RequestQuery) ([]domain.ChangeRequest, string, error) {
	const list = "requests"
	q := equal(equal(r.on(ctx), "state", query.State), "kind", query.Kind)
	q, err := pageNewest(inPlants(q, query.Plants, true), list, "proposed_at", query.Page)
	if err != nil {
		return nil, "", err
	}
	requests, err := find(q, requestRow.toDomain)
	if err != nil {
		return nil, "", err
	}
	requests, next := cut(requests, query.Page, func(last domain.ChangeRequest) string {
		return newestCursor(list, last.ProposedAt, last.ID)
	})
	return requests, next, nil
}

type requestRepo struct {
	requestReader
	w *writing
}

func (r requestRepo) Create(ctx context.Context, request domain.ChangeRequest, items []domain.ChangeItem) error {
	row := requestFromDomain(request)
	inserted := r.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if inserted.Error != nil {
		return translate(inserted.Error)
	}
	if inserted.RowsAffected == 0 {
		return domain.Conflict(domain.CodeDuplicate, "the change request exists already")
	}
	rows := make([]itemRow, len(items))
	for i, item := range items {
		rows[i] = itemFromDomain(row.ID, i, item)
	}
	if len(rows) > 0 {
		if err := r.on(ctx).CreateInBatches(rows, maxRows).Error; err != nil {
			return translate(err)
		}
	}
	r.w.tell("change_request", row.Domain, row)
	return r.w.note(row.Domain, "change_request", request.ID.String(), row.Version, struct {
		Request requestRow
		Items   []itemRow
	}{row, rows})
}

func (r requestRepo) Save(ctx context.Context, request domain.ChangeRequest, readVersion int) error {
	row := requestFromDomain(request)
	updated := r.on(ctx).Where("id = ? AND version = ?", row.ID, readVersion).Select("*").Updates(&row)
	if updated.Error != nil {
		return translate(updated.Error)
	}
	if updated.RowsAffected == 0 {
		if _, err := r.ByID(ctx, request.ID); err != nil {
			return err
		}
		return domain.Conflict(domain.CodeRequestStale, "the change request has changed since it was read")
	}
	return r.w.note(row.Domain, "change_request", request.ID.String(), row.Version, row)
}
