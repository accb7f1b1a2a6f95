package api

import (
	"context"
	"net/http"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// ChangeRequest is a change that waits for people, or waited.
type ChangeRequest struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"decision,initial_load,mappings,configuration,rule,plant_use,reversal,record_request,merge,unmerge,edit"`
	Domain     string     `json:"domain"`
	Plant      string     `json:"plant"`
	Title      string     `json:"title"`
	Reason     string     `json:"reason"`
	State      string     `json:"state"`
	ProposedBy string     `json:"proposed_by"`
	ProposedAt string     `json:"proposed_at"`
	ItemCount  int        `json:"item_count"`
	Approvals  []Approval `json:"approvals"`
	ClosedBy   string     `json:"closed_by"`
	ClosedAt   string     `json:"closed_at"`
	ClosedWhy  string     `json:"closed_why"`
	AppliedAt  string     `json:"applied_at"`
	Proposal   int        `json:"proposal" doc:"counts the editions of its items: 1 is what was handed in first"`
	Needs      Needs      `json:"needs"`
	ApplyAt    string     `json:"apply_at" doc:"scheduled: until then it can be undone by withdrawing it"`
	Batch      bool       `json:"batch" doc:"many decisions; one whose base has moved is left out"`
	RevertsID  string     `json:"reverts_id" doc:"the applied request that this one takes back"`
	Rework     *Review    `json:"rework,omitempty" doc:"who sent it back last, and why"`
	SecondLook string     `json:"second_look" enum:",wanted,agreed,disagreed" doc:"the silent second review of what one steward decided"`
	LookReview *Review    `json:"second_look_review,omitempty"`
	Version    int        `json:"version"`
	May        RequestMay `json:"may"`
}

// Needs is what the approval policy asks for.
type Needs struct {
	Approvers    int    `json:"approvers" doc:"how many other people; 0: its proposer's decision suffices"`
	GraceSeconds int    `json:"grace_seconds" doc:"how long it can be undone once it is decided"`
	Why          string `json:"why"`
}

// Review is what a reviewer said.
type Review struct {
	By   string `json:"by"`
	At   string `json:"at"`
	Note string `json:"note"`
}

// Approval is one person's yes.
type Approval struct {
	By string `json:"by"`
	At string `json:"at"`
}

// RequestMay says what the reader may do with a request.
type RequestMay struct {
	Approve       bool   `json:"approve"`
	ApproveWhyNot string `json:"approve_why_not"`
	Reject        bool   `json:"reject"`
	SendBack      bool   `json:"send_back"`
	Withdraw      bool   `json:"withdraw" doc:"in the grace period this undoes the decision"`
	Resubmit      bool   `json:"resubmit"`
	Revert        bool   `json:"revert"`
	SecondLook    bool   `json:"second_look"`
}

// requestsInput is GET /change-requests.
type requestsInput struct {
	State      string `query:"state"`
	Kind       string `query:"kind"`
	SecondLook string `query:"second_look" enum:",wanted,agreed,disagreed"`
	PageInput
}

// approvalInput is PUT /change-requests/{id}/approval.
type approvalInput struct {
	IDInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
}

// closingInput is PUT /change-requests/{id}/rejection and …/withdrawal.
type closingInput struct {
	ReasonInput
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
}

func (a *API) registerRequests() {
	handle(a, operation(http.MethodGet, "/change-requests", "list-change-requests", "The change requests, newest first"), a.requests)
	handle(a, operation(http.MethodGet, "/change-requests/{id}", "get-change-request", "One change request"), a.request)
	handle(a, operation(http.MethodGet, "/change-requests/{id}/items", "list-change-items", "What a change request would do"), a.requestItems)
	handle(a, operation(http.MethodPut, "/change-requests/{id}/approval", "approve-change-request", "Approve"), a.approveRequest)
	handle(a, operation(http.MethodPut, "/change-requests/{id}/rejection", "reject-change-request", "Turn down"), a.closeRequest(a.Desk.Reject))
	handle(a, operation(http.MethodPut, "/change-requests/{id}/withdrawal", "withdraw-change-request", "Take back before it takes effect"), a.closeRequest(a.Desk.Withdraw))
	handle(a, operation(http.MethodPut, "/change-requests/{id}/rework", "send-back-change-request", "Send back to be worked over"), a.closeRequest(a.Desk.SendBack))
	a.registerRequestLife()
}

func (a *API) requests(ctx context.Context, in *requestsInput) (*body[List[ChangeRequest]], error) {
	views, next, err := a.Desk.Requests(ctx, actorOf(ctx), domain.RequestQuery{
		State: domain.RequestState(in.State), Kind: domain.RequestKind(in.Kind), Look: domain.SecondLook(in.SecondLook), Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	return listOf(views, next, requestOf), nil
}

func (a *API) request(ctx context.Context, in *IDInput) (*tagged[ChangeRequest], error) {
	id, err := domain.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.requestByID(ctx, id)
	if err != nil {
		return nil, err
	}
	return &tagged[ChangeRequest]{ETag: etagOf(found.Body.Version), Body: found.Body}, nil
}

// requestByID answers with a request as the caller sees it.
func (a *API) requestByID(ctx context.Context, id domain.ID) (*body[ChangeRequest], error) {
	view, err := a.Desk.Request(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return bodyOf(requestOf(view)), nil
}

func (a *API) approveRequest(ctx context.Context, in *approvalInput) (*tagged[ChangeRequest], error) {
	out, err := a.review(ctx, in.ID, in.IfMatch, func(id domain.ID, version int) (domain.ChangeRequest, error) {
		return a.Desk.Approve(ctx, actorOf(ctx), id, version)
	})
	if err == nil {
		a.DeliveriesWaiting()
	}
	return out, err
}

func (a *API) closeRequest(
	end func(context.Context, domain.Actor, domain.ID, int, string) (domain.ChangeRequest, error),
) func(context.Context, *closingInput) (*tagged[ChangeRequest], error) {
	return func(ctx context.Context, in *closingInput) (*tagged[ChangeRequest], error) {
		return a.review(ctx, in.ID, in.IfMatch, func(id domain.ID, version int) (domain.ChangeRequest, error) {
			return end(ctx, actorOf(ctx), id, version, in.Body.Reason)
		})
	}
}

// review takes one step on a request at the version that was looked at: 412 when that has moved.
func (a *API) review(ctx context.Context, rawID, ifMatch string, step func(domain.ID, int) (domain.ChangeRequest, error)) (*tagged[ChangeRequest], error) {
	id, err := domain.ParseID(rawID)
	if err != nil {
		return nil, err
	}
	version, err := parseETag(ifMatch)
	if err != nil {
		return nil, err
	}
	request, err := step(id, version)
	if domain.ErrorCode(err) == domain.CodeRequestStale {
		return nil, preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	after, err := a.requestByID(ctx, request.ID)
	if err != nil {
		return nil, err
	}
	return &tagged[ChangeRequest]{ETag: etagOf(after.Body.Version), Body: after.Body}, nil
}

func requestOf(v steward.RequestView) ChangeRequest {
	r := v.Request
	return ChangeRequest{
		ID: r.ID.String(), Kind: string(r.Kind), Domain: string(r.Domain), Plant: string(r.Plant), Title: r.Title, Reason: r.Reason,
		State: string(r.State), ProposedBy: string(r.ProposedBy), ProposedAt: r.ProposedAt.String(), ItemCount: r.ItemCount,
		Approvals: each(r.Approvals, func(ap domain.Approval) Approval { return Approval{By: string(ap.By), At: ap.At.String()} }),
		ClosedBy:  string(r.ClosedBy), ClosedAt: r.ClosedAt.String(), ClosedWhy: r.ClosedWhy, AppliedAt: r.AppliedAt.String(), Version: r.Version,
		Proposal: r.Proposal, ApplyAt: r.ApplyAt.String(), Batch: r.Batch, RevertsID: r.Reverts.String(),
		Needs:  Needs{Approvers: r.Needs.Approvers, GraceSeconds: int(r.Needs.Grace.Seconds()), Why: r.Needs.Why},
		Rework: reviewOf(r.Rework), SecondLook: string(r.Look), LookReview: reviewOf(r.LookReview),
		May: RequestMay{
			Approve: v.MayApprove, ApproveWhyNot: v.WhyNot, Reject: v.MayReject, SendBack: v.MaySendBack, Withdraw: v.MayWithdraw,
			Resubmit: v.MayResubmit, Revert: v.MayRevert, SecondLook: v.MayLook,
		},
	}
}

// reviewOf is what a reviewer said, nil before anybody has.
func reviewOf(r domain.Review) *Review {
	if r.By == "" {
		return nil
	}
	return &Review{By: string(r.By), At: r.At.String(), Note: r.Note}
}
