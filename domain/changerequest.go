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
	RequestRule     RequestKind = "rule"
	RequestUse      RequestKind = "plant_use"
	RequestReversal RequestKind = "reversal"
	// RequestRecord makes a record that plants asked for.
	RequestRecord RequestKind = "record_request"
	// RequestMerge makes records one, RequestUnmerge takes one of them out again.
	RequestMerge   RequestKind = "merge"
	RequestUnmerge RequestKind = "unmerge"
	// RequestEdit is values of golden records as somebody wrote them, by hand or in an export.
	RequestEdit RequestKind = "edit"
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
			RequestScheduled: {RequestApplied, RequestFailed, RequestWithdrawn, RequestSuperseded},
		},
	}
}

// Approval is one person's yes to one proposal of a request; editing the proposal makes it a yes to something else.
type Approval struct {
	By       ActorID
	At       Instant
	Proposal int
}

// Review is what a reviewer said of a request: why it was sent back, or what a second look came to.
type Review struct {
	By   ActorID
	At   Instant
	Note string
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
	// Proposal counts the editions of the items: 1 is what was handed in first.
	Proposal int
	// Needs is what the policy asked for when the present proposal was handed in.
	Needs Requirement
	// ApplyAt is when a decided request takes effect: until then it can be undone.
	ApplyAt Instant
	// Batch says that the request is many decisions: one whose base has moved is left out, the others are applied.
	Batch bool
	// Reverts is the applied request that this one takes back.
	Reverts ID
	// Rework says who sent the request back, and why.
	Rework Review
	// Look and LookReview are the silent second review of what one steward decided alone.
	Look       SecondLook
	LookReview Review
	Version    int
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

// approvals are the different people who approved the present proposal, in order.
func (r ChangeRequest) approvals() []ActorID {
	var people []ActorID
	for _, a := range r.Approvals {
		if a.By != r.ProposedBy && a.Proposal == r.Proposal && !slices.Contains(people, a.By) {
			people = append(people, a.By)
		}
	}
	return people
}

// Approved returns r with an approval by the given person, or why it cannot have one. With the last one it needs it is decided.
func (r ChangeRequest) Approved(by Actor, now Instant) (ChangeRequest, error) {
	switch {
	case r.State != RequestInReview:
		return r, Conflict(CodeRequestState, "only a request in review can be approved; this one is %s", r.State)
	case by.Kind != ActorPerson:
		return r, Forbidden(CodeAccessDenied, "only a person can approve")
	case r.ProposedBy == by.ID:
		return r, Forbidden(CodeRequestOwn, "someone other than the proposer must approve")
	case slices.Contains(r.approvals(), by.ID):
		return r, Conflict(CodeRequestState, "you have approved this request already")
	}
	r.Approvals = append(slices.Clone(r.Approvals), Approval{By: by.ID, At: now, Proposal: r.Proposal})
	if len(r.approvals()) < r.Needs.Approvers {
		r.Version++ // so that two who approve at once do not lose one of the approvals
		return r, nil
	}
	return r.decided(now)
}

// DecidedAlone returns r in effect on its proposer's own word, which must be a person's: the policy asks for nobody else.
func (r ChangeRequest) DecidedAlone(by Actor, now Instant) (ChangeRequest, error) {
	if by.ID != r.ProposedBy || by.Kind != ActorPerson || r.Needs.Approvers > 0 {
		return r, Forbidden(CodeRequestOwn, "someone other than the proposer must approve")
	}
	return r.decided(now)
}

// decided moves r on to its application: at once, or after the time in which it can be undone.
func (r ChangeRequest) decided(now Instant) (ChangeRequest, error) {
	r.ApplyAt = now.Add(r.Needs.Grace)
	approved, err := r.moved(RequestApproved)
	if err != nil || r.Needs.Grace <= 0 {
		return approved, err
	}
	return approved.moved(RequestScheduled)
}

// ApprovedBy names the person on whose word the request takes effect: who approved its present proposal last or, where the
// policy asks for nobody else, who proposed it. It is "" before anybody has.
func (r ChangeRequest) ApprovedBy() ActorID {
	if people := r.approvals(); len(people) > 0 {
		return people[len(people)-1]
	}
	switch r.State {
	case RequestApproved, RequestScheduled, RequestApplied, RequestFailed:
		if r.Needs.Approvers == 0 && r.Kind != RequestRule { // no person stands behind a rule's request
			return r.ProposedBy
		}
	default: // not decided, or without effect
	}
	return ""
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

// Withdrawn returns r taken back by its proposer or, in the grace period, by whoever decided it.
func (r ChangeRequest) Withdrawn(by Actor, why string, now Instant) (ChangeRequest, error) {
	undoes := r.State == RequestScheduled && r.ApprovedBy() == by.ID
	if r.ProposedBy != by.ID && !undoes {
		return r, Forbidden(CodeRequestNotOwn, "only the proposer can withdraw a request")
	}
	return r.closed(RequestWithdrawn, by.ID, why, now)
}

// SentBack returns r as one that its proposer has to work over; another person says why.
func (r ChangeRequest) SentBack(by Actor, why string, now Instant) (ChangeRequest, error) {
	if strings.TrimSpace(why) == "" {
		return r, Invalid(CodeReasonRequired, "sending a request back needs a reason")
	}
	if r.ProposedBy == by.ID {
		return r, Forbidden(CodeRequestOwn, "a proposer withdraws, someone else sends back")
	}
	r.Rework = Review{By: by.ID, At: now, Note: why}
	return r.moved(RequestRework)
}

// Resubmitted returns r in review again with a new proposal, which voids what was approved of the one before.
func (r ChangeRequest) Resubmitted(by Actor, items int, needs Requirement) (ChangeRequest, error) {
	if r.ProposedBy != by.ID {
		return r, Forbidden(CodeRequestNotOwn, "only the proposer can hand a request in again")
	}
	if r.State != RequestRework {
		return r, Conflict(CodeRequestState, "only a request in rework is handed in again; this one is %s", r.State)
	}
	r.Proposal, r.ItemCount, r.Needs = r.Proposal+1, items, needs
	return r.Submitted()
}

// Superseded returns r overtaken by a newer decision.
func (r ChangeRequest) Superseded(by ActorID, why string, now Instant) (ChangeRequest, error) {
	return r.closed(RequestSuperseded, by, why, now)
}

// Looked returns r after its second look, which somebody other than its proposer takes.
func (r ChangeRequest) Looked(by Actor, look SecondLook, note string, now Instant) (ChangeRequest, error) {
	switch {
	case r.Look != LookWanted || r.State != RequestApplied:
		return r, Conflict(CodeRequestState, "no second look is wanted at this request")
	case r.ProposedBy == by.ID:
		return r, Forbidden(CodeRequestOwn, "someone other than the proposer takes the second look")
	case look != LookAgreed && look != LookDisagreed:
		return r, Invalid(CodeDecisionInvalid, "a second look agrees or disagrees")
	case look == LookDisagreed && strings.TrimSpace(note) == "":
		return r, Invalid(CodeReasonRequired, "disagreeing needs a reason")
	}
	r.Look, r.LookReview = look, Review{By: by.ID, At: now, Note: note}
	r.Version++
	return r, nil
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
