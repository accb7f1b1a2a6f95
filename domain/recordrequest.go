package domain

import (
	"context"
	"strings"
)

// RecordRequestState is the life of a record request.
type RecordRequestState string

// The states of a record request.
const (
	WantedRequested    RecordRequestState = "requested"
	WantedInCompletion RecordRequestState = "in_completion"
	WantedInReview     RecordRequestState = "in_review"
	WantedCreated      RecordRequestState = "created" // approved and golden; systems are still to be told
	WantedDone         RecordRequestState = "done"
	WantedDuplicate    RecordRequestState = "duplicate" // answered with a record there is; its code may still be mapped
	WantedRejected     RecordRequestState = "rejected"
	WantedWithdrawn    RecordRequestState = "withdrawn"
)

// RecordRequestMachine is the table of a record request's states.
func RecordRequestMachine() Machine[RecordRequestState] {
	return Machine[RecordRequestState]{
		Name: "record request", Initial: WantedRequested,
		States: []RecordRequestState{WantedRequested, WantedInCompletion, WantedInReview, WantedCreated, WantedDone, WantedDuplicate,
			WantedRejected, WantedWithdrawn},
		Moves: map[RecordRequestState][]RecordRequestState{
			WantedRequested:    {WantedInCompletion, WantedInReview, WantedDuplicate, WantedRejected, WantedWithdrawn},
			WantedInCompletion: {WantedInReview, WantedDuplicate, WantedRejected, WantedWithdrawn},
			WantedInReview:     {WantedInCompletion, WantedCreated},
			WantedCreated:      {WantedDone},
			WantedDuplicate:    {WantedRequested, WantedDone, WantedWithdrawn},
		},
	}
}

// RecordRequest is a plant's wish for a golden record that it believes is not there yet.
type RecordRequest struct {
	ID     ID
	Domain DomainName
	Plant  PlantID
	System SystemID
	// Code is what the plant calls the thing in its system, Key the form by which that tells codes apart; both "" where the
	// system gives its own numbers.
	Code  Code
	Key   string
	State RecordRequestState
	// Attributes are what is known of the thing, under the keys of a golden record.
	Attributes  Attributes
	Reason      string
	RequestedBy ActorID
	RequestedAt Instant
	// Record is the golden record that comes of it, or that was there already.
	Record ID
	// With is the open request for the same thing that this one waits with: one record comes of both.
	With ID
	// ChangeRequest makes the record or, for a duplicate, maps the code.
	ChangeRequest ID
	// Note is what was said last: why it was turned down, sent back or answered.
	Note      string
	NotedBy   ActorID
	ChangedAt Instant
	Version   int
}

// Scope is where somebody must hold a right to see or answer for the request.
func (r RecordRequest) Scope() Scope {
	return Scope{Domain: r.Domain, Plant: r.Plant, System: r.System}
}

// HasRecord says that Record exists; while the request is in review it is still to be made.
func (r RecordRequest) HasRecord() bool {
	return r.State == WantedCreated || r.State == WantedDone || r.State == WantedDuplicate
}

// Open says that the request still waits for a steward.
func (r RecordRequest) Open() bool {
	return r.State == WantedRequested || r.State == WantedInCompletion
}

func (r RecordRequest) moved(to RecordRequestState, now Instant) (RecordRequest, error) {
	if RecordRequestMachine().Check(r.State, to) != nil {
		return r, Conflict(CodeRecordRequestState, "the record request is %s and cannot become %s", r.State, to)
	}
	r.State = to
	return r.kept(now), nil
}

// kept is the next version of the request in the state it is in.
func (r RecordRequest) kept(now Instant) RecordRequest {
	r.ChangedAt = now
	r.Version++
	return r
}

func (r RecordRequest) noted(by ActorID, note string) RecordRequest {
	r.Note, r.NotedBy = note, by
	return r
}

// Completed returns r with the attributes as a steward has completed them.
func (r RecordRequest) Completed(attributes Attributes, now Instant) (RecordRequest, error) {
	if !r.Open() {
		return r, Conflict(CodeRecordRequestState, "a record request that is %s cannot be completed", r.State)
	}
	if !r.With.IsZero() {
		return r, Conflict(CodeRecordRequestState, "the request waits with another one for the same thing: complete that one")
	}
	r.Attributes = attributes
	if r.State == WantedInCompletion {
		return r.kept(now), nil
	}
	return r.moved(WantedInCompletion, now)
}

// Submitted returns r as one that a change request is to fulfil with a record.
func (r RecordRequest) Submitted(change, record ID, now Instant) (RecordRequest, error) {
	if !r.Open() {
		return r, Conflict(CodeRecordRequestState, "a record request that is %s cannot be submitted", r.State)
	}
	r.ChangeRequest, r.Record = change, record
	return r.noted("", "").moved(WantedInReview, now)
}

// SentBack returns r with the steward again, because its change request came to nothing.
func (r RecordRequest) SentBack(by ActorID, why string, now Instant) (RecordRequest, error) {
	r.ChangeRequest = ID{}
	if r.State == WantedDuplicate { // the mapping came to nothing, the answer stands
		return r.noted(by, why).kept(now), nil
	}
	r.Record = ID{}
	return r.noted(by, why).moved(WantedInCompletion, now)
}

// Fulfilled returns r after its change request was applied: the record is golden, or the code of a duplicate is mapped.
func (r RecordRequest) Fulfilled(now Instant) (RecordRequest, error) {
	if r.State == WantedDuplicate {
		return r.moved(WantedDone, now)
	}
	return r.moved(WantedCreated, now)
}

// Ended returns r after every system was told.
func (r RecordRequest) Ended(now Instant) (RecordRequest, error) { return r.moved(WantedDone, now) }

// Answered returns r answered with a record there is.
func (r RecordRequest) Answered(by ActorID, record ID, why string, now Instant) (RecordRequest, error) {
	r.Record, r.With = record, ID{}
	return r.noted(by, why).moved(WantedDuplicate, now)
}

// Joined returns r waiting with another open request for the same thing; it stays in its state.
func (r RecordRequest) Joined(by ActorID, other RecordRequest, why string, now Instant) (RecordRequest, error) {
	if !r.Open() || other.ID == r.ID || other.Domain != r.Domain || !other.With.IsZero() {
		return r, Conflict(CodeRecordRequestState, "the two record requests cannot wait together")
	}
	if !other.Open() && other.State != WantedInReview {
		return r, Conflict(CodeRecordRequestState, "the other record request is %s: answer with its record", other.State)
	}
	r.With = other.ID
	return r.noted(by, why).kept(now), nil
}

// Freed returns r no longer waiting with another request, or waiting with the next.
func (r RecordRequest) Freed(next ID, now Instant) RecordRequest {
	r.With = next
	return r.kept(now)
}

// Objected returns an answered request as an open one: the plant says that it is not the same thing.
func (r RecordRequest) Objected(by ActorID, why string, now Instant) (RecordRequest, error) {
	switch {
	case strings.TrimSpace(why) == "":
		return r, Invalid(CodeReasonRequired, "say what is different about it")
	case r.State != WantedDuplicate || !r.ChangeRequest.IsZero():
		return r, Conflict(CodeRecordRequestState, "only a request that was answered with a record, and is not being mapped to it, can be objected to")
	}
	r.Record = ID{}
	return r.noted(by, why).moved(WantedRequested, now)
}

// Mapped returns an answered request whose code a change request is to map to the answer.
func (r RecordRequest) Mapped(change ID, now Instant) (RecordRequest, error) {
	switch {
	case r.State != WantedDuplicate || !r.ChangeRequest.IsZero():
		return r, Conflict(CodeRecordRequestState, "only a request that was answered with a record can have its code mapped, and once")
	case r.Code == "":
		return r, Conflict(CodeRecordRequestState, "the request names no code that could be mapped")
	}
	r.ChangeRequest = change
	return r.kept(now), nil
}

// Rejected returns r turned down by a steward, who must say why.
func (r RecordRequest) Rejected(by ActorID, why string, now Instant) (RecordRequest, error) {
	if strings.TrimSpace(why) == "" {
		return r, Invalid(CodeReasonRequired, "a rejection needs a reason")
	}
	r.With = ID{}
	return r.noted(by, why).moved(WantedRejected, now)
}

// Withdrawn returns r taken back by who made it.
func (r RecordRequest) Withdrawn(by ActorID, why string, now Instant) (RecordRequest, error) {
	if r.RequestedBy != by {
		return r, Forbidden(CodeRequestNotOwn, "only who made a record request can withdraw it")
	}
	if !r.ChangeRequest.IsZero() {
		return r, Conflict(CodeRecordRequestState, "a change request is under way for it: have that one withdrawn first")
	}
	r.With = ID{}
	return r.noted(by, why).moved(WantedWithdrawn, now)
}

// RecordRequestQuery selects record requests; the zero value of a field does not restrict.
type RecordRequestQuery struct {
	Domain DomainName
	State  RecordRequestState
	System SystemID
	// Plants restricts to requests of those plants.
	Plants PlantScope
	// Text is the start of the plant's code, ignoring case.
	Text string
	Page
}

// RecordRequestReader reads record requests.
type RecordRequestReader interface {
	// ByID returns CodeRecordRequestUnknown when there is none.
	ByID(ctx context.Context, id ID) (RecordRequest, error)
	// List returns requests, newest first, and the cursor of the next page.
	List(ctx context.Context, q RecordRequestQuery) ([]RecordRequest, string, error)
	// ByChange returns those that a change request is to fulfil, in the order they were made.
	ByChange(ctx context.Context, change ID) ([]RecordRequest, error)
	// WaitingWith returns the open ones that wait with another, in the order they were made.
	WaitingWith(ctx context.Context, id ID) ([]RecordRequest, error)
	// ForCode returns those of a system's code that are neither done, rejected nor withdrawn.
	ForCode(ctx context.Context, domain DomainName, system SystemID, key string) ([]RecordRequest, error)
	// Alike returns those that are requested, in completion or in review and known by one of the keys, oldest first.
	Alike(ctx context.Context, domain DomainName, keys []RecordKey) ([]Likeness, error)
}

// RecordRequestRepo writes record requests.
type RecordRequestRepo interface {
	RecordRequestReader
	// Create inserts a request (Version 1) with the keys by which it is found.
	Create(ctx context.Context, request RecordRequest, keys []RecordKey) error
	// Save stores the request over the version it was read at; CodeRecordRequestStale when that has moved.
	Save(ctx context.Context, request RecordRequest, readVersion int) error
	// Identify puts other keys in the place of those by which the request is found.
	Identify(ctx context.Context, request RecordRequest, keys []RecordKey) error
	// Draw takes the next n numbers of a series and returns the first; no number is ever given twice.
	Draw(ctx context.Context, domain DomainName, series string, n int) (int64, error)
}
