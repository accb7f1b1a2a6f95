package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// thePolicy is the ID of the one approval policy there is.
const thePolicy = "approval"

type policyRow struct {
	ID      string                 `gorm:"primaryKey" json:"id"`
	Body    jsonColumn[policyBody] `json:"body"`
	Version int                    `json:"version"`
}

func (policyRow) TableName() string { return "approval_policy" }

type policyBody struct {
	Approvers     int       `json:"approvers"`
	Rules         []ruleRow `json:"rules"`
	MassLimit     int       `json:"mass_limit"`
	GraceAlone    int64     `json:"grace_alone"`
	GraceReviewed int64     `json:"grace_reviewed"`
	SamplePercent int       `json:"sample_percent"`
}

type ruleRow struct {
	Name       string   `json:"name"`
	Kinds      []string `json:"kinds,omitempty"`
	Domains    []string `json:"domains,omitempty"`
	Actions    []string `json:"actions,omitempty"`
	Writes     []string `json:"writes,omitempty"`
	Attributes []string `json:"attributes,omitempty"`
	Approvers  int      `json:"approvers"`
}

func ruleFromDomain(r domain.ApprovalRule) ruleRow {
	return ruleRow{
		Name: r.Name, Kinds: plain(r.Kinds), Domains: plain(r.Domains), Actions: plain(r.Actions), Writes: plain(r.Writes),
		Attributes: plain(r.Attributes), Approvers: r.Approvers,
	}
}

func (r ruleRow) toDomain() domain.ApprovalRule {
	return domain.ApprovalRule{
		Name: r.Name, Kinds: named[domain.RequestKind](r.Kinds), Domains: named[domain.DomainName](r.Domains),
		Actions: named[domain.ItemAction](r.Actions), Writes: named[domain.DeliveryKind](r.Writes),
		Attributes: named[domain.AttributeID](r.Attributes), Approvers: r.Approvers,
	}
}

// plain and named convert lists of strings of any kind; nil stays nil.
func plain[S ~string](from []S) []string {
	return convertOrNil(from, func(s S) string { return string(s) })
}

func named[S ~string](from []string) []S {
	return convertOrNil(from, func(s string) S { return S(s) })
}

func policyFromDomain(p domain.ApprovalPolicy) policyRow {
	return policyRow{
		ID: thePolicy, Version: p.Version,
		Body: asJSON(policyBody{
			Approvers: p.Approvers, Rules: convertOrNil(p.Rules, ruleFromDomain), MassLimit: p.MassLimit, GraceAlone: int64(p.GraceAlone),
			GraceReviewed: int64(p.GraceReviewed), SamplePercent: p.SamplePercent,
		}),
	}
}

func (r policyRow) toDomain() domain.ApprovalPolicy {
	b := r.Body.V
	return domain.ApprovalPolicy{
		Approvers: b.Approvers, Rules: convertOrNil(b.Rules, ruleRow.toDomain), MassLimit: b.MassLimit, GraceAlone: time.Duration(b.GraceAlone),
		GraceReviewed: time.Duration(b.GraceReviewed), SamplePercent: b.SamplePercent, Version: r.Version,
	}
}

type policyReader struct{ conn }

func (r policyReader) Current(ctx context.Context) (domain.ApprovalPolicy, bool, error) {
	var row policyRow
	err := r.on(ctx).Where("id = ?", thePolicy).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return domain.ApprovalPolicy{}, false, nil
	}
	return row.toDomain(), err == nil, translate(err)
}

type policyRepo struct {
	policyReader
	w *writing
}

func (r policyRepo) Put(ctx context.Context, policy domain.ApprovalPolicy) error {
	row := policyFromDomain(policy)
	if err := putVersion(r.on(ctx), &row, row.ID, row.Version); err != nil {
		return err
	}
	return r.w.note("", "approval_policy", row.ID, row.Version, row)
}
