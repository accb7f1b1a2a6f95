package steward_test

import (
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// TestARecordOfASystemThatBringsNone: it says so and needs a second person whatever the policy says, or cannot be made at all.
func TestARecordOfASystemThatBringsNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rule      domain.Authority
		approvers int
		title     string // the end of it
		code      string
	}{
		"where nobody said who brings new ones": {rule: domain.Authority{}},
		"one of those that do":                  {rule: domain.Authority{Creation: []domain.SystemID{odoo, mes}, CreationExclusive: true}},
		"another":                               {rule: domain.Authority{Creation: []domain.SystemID{odoo}}, approvers: 1, title: ", though new ones come from odoo-main"},
		"where only another may":                {rule: domain.Authority{Creation: []domain.SystemID{odoo}, CreationExclusive: true}, code: domain.CodeDecisionInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.load(t)
			b.rule(t, tt.rule)
			b.policy(t, domain.ApprovalPolicy{}) // one steward suffices for everything
			waiting(t, b)
			found := b.only(t)
			decided, err := b.desk.Decide(t.Context(), b.ana, steward.Decision{Discrepancy: found.ID, Version: found.Version, Verb: steward.VerbCreate})
			wantCode(t, err, tt.code)
			if tt.code != "" {
				b.wantState(t, found.ID, domain.DiscrepancyOpen)
				return
			}
			request := must(b.store.Read().Requests.ByID(t.Context(), decided.Request))(t)
			if request.Needs.Approvers != tt.approvers || !strings.HasSuffix(request.Title, tt.title) || (tt.title == "" && strings.Contains(request.Title, "though")) {
				t.Errorf("%q needs %d: %s", request.Title, request.Needs.Approvers, request.Needs.Why)
			}
			if tt.approvers > 0 && (request.State != domain.RequestInReview || !strings.Contains(request.Needs.Why, "mes-stu1")) {
				t.Errorf("it is %s: %s", request.State, request.Needs.Why)
			}
		})
	}
}

// TestTheRuleChangesWhileARecordIsProposed: a stricter one binds what is in review.
func TestTheRuleChangesWhileARecordIsProposed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	waiting(t, b)
	found := b.only(t)
	request := b.decide(t, found, steward.VerbCreate)
	b.rule(t, domain.Authority{Creation: []domain.SystemID{odoo}, CreationExclusive: true})
	failed := must(b.desk.Approve(t.Context(), b.bo, request.ID, request.Version))(t)
	if failed.State != domain.RequestFailed || !strings.Contains(failed.ClosedWhy, "odoo-main alone") {
		t.Errorf("it is %s: %s", failed.State, failed.ClosedWhy)
	}
	if _, made := b.coded(t, "W-1"); made {
		t.Error("the record was made")
	}
	b.wantState(t, found.ID, domain.DiscrepancyOpen)
	_, err := b.catalog.ProposeLoad(t.Context(), b.ana, mes, catalog.Item, "all at once")
	wantCode(t, err, domain.CodeDecisionInvalid)
}

// TestTheRightComesBeforeTheVersion: who may not take a step of a request is told so, and not whether the request has moved.
func TestTheRightComesBeforeTheVersion(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t)
	waiting(t, b)
	request := b.decide(t, b.only(t), steward.VerbCreate)
	reader := actor("rita", domain.Anywhere, domain.ActionRead)
	stale := request.Version + 7
	steps := map[string]struct {
		do       func(by domain.Actor) error
		by       domain.Actor
		rightful domain.Actor
		want     string
	}{
		"approve":   {func(by domain.Actor) error { return second(b.desk.Approve(t.Context(), by, request.ID, stale)) }, reader, b.bo, domain.CodeAccessDenied},
		"reject":    {func(by domain.Actor) error { return second(b.desk.Reject(t.Context(), by, request.ID, stale, "no")) }, reader, b.bo, domain.CodeAccessDenied},
		"send back": {func(by domain.Actor) error { return second(b.desk.SendBack(t.Context(), by, request.ID, stale, "no")) }, reader, b.bo, domain.CodeAccessDenied},
		"look": {func(by domain.Actor) error {
			return second(b.desk.SecondLook(t.Context(), by, request.ID, stale, domain.LookAgreed, ""))
		}, reader, b.bo, domain.CodeAccessDenied},
		"withdraw": {func(by domain.Actor) error { return second(b.desk.Withdraw(t.Context(), by, request.ID, stale, "no")) }, b.bo, b.ana, domain.CodeRequestNotOwn},
		"hand in": {func(by domain.Actor) error {
			return second(b.desk.Resubmit(t.Context(), by, request.ID, stale, steward.Edit{}))
		}, b.bo, b.ana, domain.CodeRequestNotOwn},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, step.do(step.by), step.want)
			wantCode(t, step.do(step.rightful), domain.CodeRequestStale)
		})
	}
}
