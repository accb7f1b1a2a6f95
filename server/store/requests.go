package store

import (
	"context"
	"time"

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
	Governance jsonColumn[governanceRow]
	ApplyAt    int64
	SecondLook string
	Reverts    rowID
	Version    int
}

func (requestRow) TableName() string { return "change_request" }

type approvalRow struct {
	By string `json:"by"`
	At int64  `json:"at"`
	// Version is of the proposal; its name is older than proposals are.
	Version int `json:"version"`
}

// governanceRow is what is only read together with its request.
type governanceRow struct {
	Needs    needsRow  `json:"needs"`
	Proposal int       `json:"proposal"`
	Batch    bool      `json:"batch,omitempty"`
	Rework   reviewRow `json:"rework"`
	Look     reviewRow `json:"look"`
}

type needsRow struct {
	Approvers int    `json:"approvers"`
	Grace     int64  `json:"grace"`
	Why       string `json:"why"`
}

type reviewRow struct {
	By   string `json:"by"`
	At   int64  `json:"at"`
	Note string `json:"note"`
}

func reviewFromDomain(r domain.Review) reviewRow {
	return reviewRow{By: string(r.By), At: int64(r.At), Note: r.Note}
}

func (r reviewRow) toDomain() domain.Review {
	return domain.Review{By: domain.ActorID(r.By), At: domain.Instant(r.At), Note: r.Note}
}

func governanceFromDomain(r domain.ChangeRequest) governanceRow {
	return governanceRow{
		Needs:    needsRow{Approvers: r.Needs.Approvers, Grace: int64(r.Needs.Grace), Why: r.Needs.Why},
		Proposal: r.Proposal, Batch: r.Batch, Rework: reviewFromDomain(r.Rework), Look: reviewFromDomain(r.LookReview),
	}
}

func approvalFromDomain(a domain.Approval) approvalRow {
	return approvalRow{By: string(a.By), At: int64(a.At), Version: a.Proposal}
}

func (r approvalRow) toDomain() domain.Approval {
	return domain.Approval{By: domain.ActorID(r.By), At: domain.Instant(r.At), Proposal: r.Version}
}

func requestFromDomain(r domain.ChangeRequest) requestRow {
	return requestRow{
		ID: rowID(r.ID), Kind: string(r.Kind), Domain: string(r.Domain), Plant: string(r.Plant), Title: r.Title, Reason: r.Reason,
		State: string(r.State), ProposedBy: string(r.ProposedBy), ProposedAt: int64(r.ProposedAt), ItemCount: r.ItemCount,
		Approvals: asJSON(convertOrNil(r.Approvals, approvalFromDomain)), ClosedBy: string(r.ClosedBy), ClosedAt: int64(r.ClosedAt),
		ClosedWhy: r.ClosedWhy, AppliedAt: int64(r.AppliedAt),
		Governance: asJSON(governanceFromDomain(r)), ApplyAt: int64(r.ApplyAt), SecondLook: string(r.Look), Reverts: rowID(r.Reverts), Version: r.Version,
	}
}

func (r requestRow) toDomain() domain.ChangeRequest {
	g := r.Governance.V
	return domain.ChangeRequest{
		ID: domain.ID(r.ID), Kind: domain.RequestKind(r.Kind), Domain: domain.DomainName(r.Domain), Plant: domain.PlantID(r.Plant),
		Title: r.Title, Reason: r.Reason, State: domain.RequestState(r.State), ProposedBy: domain.ActorID(r.ProposedBy),
		ProposedAt: domain.Instant(r.ProposedAt), ItemCount: r.ItemCount, Approvals: convertOrNil(r.Approvals.V, approvalRow.toDomain),
		ClosedBy: domain.ActorID(r.ClosedBy), ClosedAt: domain.Instant(r.ClosedAt), ClosedWhy: r.ClosedWhy,
		AppliedAt: domain.Instant(r.AppliedAt), Proposal: g.Proposal, Batch: g.Batch, Reverts: domain.ID(r.Reverts),
		Needs:   domain.Requirement{Approvers: g.Needs.Approvers, Grace: time.Duration(g.Needs.Grace), Why: g.Needs.Why},
		ApplyAt: domain.Instant(r.ApplyAt), Rework: g.Rework.toDomain(), Look: domain.SecondLook(r.SecondLook), LookReview: g.Look.toDomain(),
		Version: r.Version,
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
	q := equal(equal(equal(r.on(ctx), "state", query.State), "kind", query.Kind), "second_look", query.Look)
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
	if err := wrote(inserted, domain.Conflict(domain.CodeDuplicate, "the change request exists already")); err != nil {
		return err
	}
	rows, err := r.insertItems(ctx, row.ID, items)
	if err != nil {
		return err
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
