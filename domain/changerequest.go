package domain

import (
	"slices"
	"strings"
)

// RequestKind says what a change request is for; the approval policy and the pages go by it.
type RequestKind string

// The kinds of change request.
const (
	RequestDecision      RequestKind = "decision"
	RequestInitialLoad   RequestKind = "initial_load"
	RequestMappings      RequestKind = "mappings"
	RequestConfiguration RequestKind = "configuration"
	// RequestRule is a change that a standing rule allows: no person approves it, and it never writes to a system.
	RequestRule RequestKind = "rule"
	RequestUse  RequestKind = "plant_use"
)

// RequestState is the life of a change request.
type RequestState string

// The states of a change request.
const (
	RequestDraft      RequestState = "draft"
	RequestSubmitted  RequestState = "submitted"
	RequestInReview   RequestState = "in_review"
	RequestRework     RequestState = "rework"
	RequestApproved   RequestState = "approved"
	RequestScheduled  RequestState = "scheduled"
	RequestApplied    RequestState = "applied"
	RequestRejected   RequestState = "rejected"
	RequestWithdrawn  RequestState = "withdrawn"
	RequestSuperseded RequestState = "superseded"
	RequestFailed     RequestState = "failed"
)

// RequestMachine is the table of a change request's states.
func RequestMachine() Machine[RequestState] {
	return Machine[RequestState]{
		Name: "change request", Initial: RequestDraft,
		States: []RequestState{RequestDraft, RequestSubmitted, RequestInReview, RequestRework, RequestApproved, RequestScheduled,
			RequestApplied, RequestRejected, RequestWithdrawn, RequestSuperseded, RequestFailed},
		Moves: map[RequestState][]RequestState{
			RequestDraft:     {RequestSubmitted, RequestWithdrawn},
			RequestSubmitted: {RequestInReview, RequestWithdrawn, RequestSuperseded},
			RequestInReview:  {RequestRework, RequestApproved, RequestRejected, RequestWithdrawn, RequestSuperseded},
			RequestRework:    {RequestSubmitted, RequestWithdrawn, RequestSuperseded},
			RequestApproved:  {RequestScheduled, RequestApplied, RequestFailed},
			RequestScheduled: {RequestApplied, RequestFailed, RequestWithdrawn},
		},
	}
}

// ItemAction says what one item of a change request does when it is applied.
type ItemAction string

// The actions of a change item.
const (
	ItemCreateRecord ItemAction = "create_record"
	ItemUpdateRecord ItemAction = "update_record"
	ItemMapCode      ItemAction = "map_code"
	ItemUsePlant     ItemAction = "use_plant"
	ItemWriteSystem  ItemAction = "write_system"
	ItemPutSystem    ItemAction = "put_system"
	ItemPutPlant     ItemAction = "put_plant"
	ItemPutPlan      ItemAction = "put_plan"
	ItemPutPolicy    ItemAction = "put_unmapped_policy"
	ItemPutCodeList  ItemAction = "put_code_list"
	ItemPutAuthority ItemAction = "put_authority"
)

// ChangeItem is one step of a change request. Which fields count depends on Action.
type ChangeItem struct {
	Action ItemAction
	Domain DomainName
	Label  string
	// Discrepancy is the one the item resolves; zero where there is none.
	Discrepancy ID

	// Record and BaseVersion: the golden record, and the version the decision was made on (0 when it is created here).
	Record      ID
	BaseVersion int
	// Set are the new values; Before the golden values they replace.
	Set    Attributes
	Before Attributes
	// Origin is where the values come from, for the lineage.
	Origin Lineage

	// Delivery: the change to write to a system; its Expect are the target's values the decision was made on.
	Delivery *DeliveryOrder
	Mapping  *CodeMapping
	Use      *PlantUse
	System   *SourceSystem
	Plant    *Plant
	Plan     *Plan
	Policy   *UnmappedPolicy
	List     *CodeList
	Rule     *Authority
}

// Approval is one person's yes to one version of a request.
type Approval struct {
	By      ActorID
	At      Instant
	Version int
}

// ChangeRequest is the only way in for a change of golden data, mappings, rules or systems.
type ChangeRequest struct {
	ID     ID
	Kind   RequestKind
	Domain DomainName
	// Plant is the one plant the request touches; "" when it is not of one plant.
	Plant      PlantID
	Title      string
	Reason     string
	State      RequestState
	ProposedBy ActorID
	ProposedAt Instant
	ItemCount  int
	Approvals  []Approval
	// ClosedBy, ClosedAt and ClosedWhy tell of a rejection, a withdrawal or a failure.
	ClosedBy  ActorID
	ClosedAt  Instant
	ClosedWhy string
	AppliedAt Instant
	Version   int
}

// Scope is where somebody must hold the right to approve the request.
func (r ChangeRequest) Scope() Scope { return Scope{Domain: r.Domain, Plant: r.Plant} }

func (r ChangeRequest) moved(to RequestState) (ChangeRequest, error) {
	if err := RequestMachine().Check(r.State, to); err != nil {
		err := Conflict(CodeRequestState, "the request is %s and cannot become %s", r.State, to)
		return r, err
	}
	r.State = to
	r.Version++
	return r, nil
}

// Submitted returns a draft as one in review: what a proposer hands in is reviewed at once, there is no desk between.
func (r ChangeRequest) Submitted() (ChangeRequest, error) {
	handedIn, err := r.moved(RequestSubmitted)
	if err != nil {
		return r, err
	}
	return handedIn.moved(RequestInReview)
}

// Ruled returns a draft that a standing rule allows as applied; CodeRequestState for any other kind of request.
func (r ChangeRequest) Ruled(now Instant) (ChangeRequest, error) {
	if r.Kind != RequestRule {
		return r, Conflict(CodeRequestState, "only a standing rule's request goes without approval")
	}
	for _, step := range []func(ChangeRequest) (ChangeRequest, error){
		ChangeRequest.Submitted,
		func(r ChangeRequest) (ChangeRequest, error) { return r.moved(RequestApproved) },
		func(r ChangeRequest) (ChangeRequest, error) { return r.Applied(now) },
	} {
		var err error
		if r, err = step(r); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Basis says who stands behind the request: the people who approve it, or a standing rule.
func (r ChangeRequest) Basis() Basis {
	if r.Kind == RequestRule {
		return BasisRule
	}
	return BasisPerson
}

// ApprovalPolicy says how many approvals of other people a request needs.
type ApprovalPolicy struct {
	// Approvers is at least 1: nobody approves their own.
	Approvers int
}

// Satisfied says whether the request has the approvals of its present version that the policy asks for.
func (p ApprovalPolicy) Satisfied(r ChangeRequest) bool {
	people := map[ActorID]bool{}
	for _, a := range r.Approvals {
		if a.By != r.ProposedBy && a.Version == r.Version {
			people[a.By] = true
		}
	}
	return len(people) >= max(p.Approvers, 1)
}

// Approved returns r with an approval by the given person, or why it cannot have one.
func (r ChangeRequest) Approved(by Actor, policy ApprovalPolicy, now Instant) (ChangeRequest, error) {
	switch {
	case r.State != RequestInReview:
		return r, Conflict(CodeRequestState, "only a request in review can be approved; this one is %s", r.State)
	case by.Kind != ActorPerson:
		return r, Forbidden(CodeAccessDenied, "only a person can approve")
	case r.ProposedBy == by.ID:
		return r, Forbidden(CodeRequestOwn, "someone other than the proposer must approve")
	case slices.ContainsFunc(r.Approvals, func(a Approval) bool { return a.By == by.ID && a.Version == r.Version }):
		return r, Conflict(CodeRequestState, "you have approved this request already")
	}
	r.Approvals = append(slices.Clone(r.Approvals), Approval{By: by.ID, At: now, Version: r.Version})
	if !policy.Satisfied(r) {
		return r, nil
	}
	return r.moved(RequestApproved)
}

// ApprovedBy names who approved the request last; "" before anybody has.
func (r ChangeRequest) ApprovedBy() ActorID {
	if len(r.Approvals) == 0 {
		return ""
	}
	return r.Approvals[len(r.Approvals)-1].By
}

// Rejected returns r turned down by another person than its proposer, who must say why.
func (r ChangeRequest) Rejected(by Actor, why string, now Instant) (ChangeRequest, error) {
	if strings.TrimSpace(why) == "" {
		return r, Invalid(CodeReasonRequired, "a rejection needs a reason")
	}
	if r.ProposedBy == by.ID {
		return r, Forbidden(CodeRequestOwn, "a proposer withdraws, someone else rejects")
	}
	return r.closed(RequestRejected, by.ID, why, now)
}

// Withdrawn returns r taken back by its proposer.
func (r ChangeRequest) Withdrawn(by Actor, why string, now Instant) (ChangeRequest, error) {
	if r.ProposedBy != by.ID {
		return r, Forbidden(CodeRequestNotOwn, "only the proposer can withdraw a request")
	}
	return r.closed(RequestWithdrawn, by.ID, why, now)
}

// Applied returns r after all its items took effect.
func (r ChangeRequest) Applied(now Instant) (ChangeRequest, error) {
	r.AppliedAt = now
	return r.moved(RequestApplied)
}

// Failed returns r after its items could not be applied, with a sentence why. Nothing of it took effect.
func (r ChangeRequest) Failed(by ActorID, why string, now Instant) (ChangeRequest, error) {
	return r.closed(RequestFailed, by, why, now)
}

func (r ChangeRequest) closed(to RequestState, by ActorID, why string, now Instant) (ChangeRequest, error) {
	r.ClosedBy, r.ClosedWhy, r.ClosedAt = by, why, now
	return r.moved(to)
}
