package api

import (
	"context"
	"net/http"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// ApprovalPolicy says who must approve what.
type ApprovalPolicy struct {
	Approvers            int            `json:"approvers" minimum:"0" maximum:"5" doc:"other people asked for where no rule fits; 1 is the strict policy"`
	Rules                []ApprovalRule `json:"rules,omitempty" maxItems:"200" doc:"of those that fit the highest number counts"`
	MassLimit            int            `json:"mass_limit,omitempty" minimum:"0" doc:"more records than this in one request need a second person; 0 is no limit"`
	GraceAloneSeconds    int            `json:"grace_alone_seconds,omitempty" minimum:"0" maximum:"86400" doc:"how long a steward can undo what they decided alone"`
	GraceReviewedSeconds int            `json:"grace_reviewed_seconds,omitempty" minimum:"0" maximum:"86400" doc:"the same for what another approved"`
	SamplePercent        int            `json:"sample_percent,omitempty" minimum:"0" maximum:"100" doc:"how much of what one steward decided is looked at a second time"`
}

// ApprovalRule asks for approvals where it fits; what is left out fits everything. Actions, writes and attributes are of one item.
type ApprovalRule struct {
	Name       string   `json:"name" maxLength:"200" doc:"people read it as the reason"`
	Kinds      []string `json:"kinds,omitempty" maxItems:"50"`
	Domains    []string `json:"domains,omitempty" maxItems:"50"`
	Actions    []string `json:"actions,omitempty" maxItems:"50" doc:"such as create_record, map_code, write_system"`
	Writes     []string `json:"writes,omitempty" maxItems:"50" doc:"kinds of delivery, such as archive"`
	Attributes []string `json:"attributes,omitempty" maxItems:"500"`
	Approvers  int      `json:"approvers" minimum:"0" maximum:"5"`
}

// PolicyInForce is the policy that counts now; version 0 is the built-in one.
type PolicyInForce struct {
	ApprovalPolicy
	Version int `json:"version"`
}

// ProposePolicy proposes another policy.
type ProposePolicy struct {
	Reason string         `json:"reason" minLength:"1" maxLength:"2000"`
	Policy ApprovalPolicy `json:"policy"`
}

// policyInput is POST /approval-policy.
type policyInput struct{ Body ProposePolicy }

func (a *API) registerPolicy() {
	handle(a, operation(http.MethodGet, "/approval-policy", "get-approval-policy", "Who must approve what"),
		func(ctx context.Context, _ *struct{}) (*body[PolicyInForce], error) {
			policy, err := a.Desk.Policy(ctx, actorOf(ctx))
			if err != nil {
				return nil, err
			}
			return bodyOf(PolicyInForce{ApprovalPolicy: policyOf(policy), Version: policy.Version}), nil
		})
	handle(a, created("/approval-policy", "propose-approval-policy", "Propose another approval policy; a second person always approves it"),
		func(ctx context.Context, in *policyInput) (*body[ChangeRequest], error) {
			request, err := a.Desk.ProposePolicy(ctx, actorOf(ctx), in.Body.Policy.domain(), in.Body.Reason)
			if err != nil {
				return nil, err
			}
			return a.requestByID(ctx, request.ID)
		})
}

func policyOf(p domain.ApprovalPolicy) ApprovalPolicy {
	return ApprovalPolicy{
		Approvers: p.Approvers, MassLimit: p.MassLimit, GraceAloneSeconds: int(p.GraceAlone.Seconds()),
		GraceReviewedSeconds: int(p.GraceReviewed.Seconds()), SamplePercent: p.SamplePercent,
		Rules: each(p.Rules, func(r domain.ApprovalRule) ApprovalRule {
			return ApprovalRule{
				Name: r.Name, Kinds: texts(r.Kinds), Domains: texts(r.Domains), Actions: texts(r.Actions), Writes: texts(r.Writes),
				Attributes: texts(r.Attributes), Approvers: r.Approvers,
			}
		}),
	}
}

func (p ApprovalPolicy) domain() domain.ApprovalPolicy {
	return domain.ApprovalPolicy{
		Approvers: p.Approvers, MassLimit: p.MassLimit, GraceAlone: time.Duration(p.GraceAloneSeconds) * time.Second,
		GraceReviewed: time.Duration(p.GraceReviewedSeconds) * time.Second, SamplePercent: p.SamplePercent,
		Rules: each(p.Rules, func(r ApprovalRule) domain.ApprovalRule {
			return domain.ApprovalRule{
				Name: r.Name, Kinds: namesOf[domain.RequestKind](r.Kinds), Domains: namesOf[domain.DomainName](r.Domains),
				Actions: namesOf[domain.ItemAction](r.Actions), Writes: namesOf[domain.DeliveryKind](r.Writes),
				Attributes: namesOf[domain.AttributeID](r.Attributes), Approvers: r.Approvers,
			}
		}),
	}
}
