package domain

import "context"

// UnmappedAction says what a sync job is told of a code that is not mapped.
type UnmappedAction string

// The actions. Without a policy a code is rejected.
const (
	UnmappedReject      UnmappedAction = "reject"
	UnmappedPark        UnmappedAction = "park"
	UnmappedPassthrough UnmappedAction = "passthrough"
	UnmappedFixed       UnmappedAction = "fixed"
)

// UnmappedActions lists every action.
func UnmappedActions() []UnmappedAction {
	return []UnmappedAction{UnmappedReject, UnmappedPark, UnmappedPassthrough, UnmappedFixed}
}

// UnmappedPolicy says what becomes of the codes of a system and domain that are not mapped.
type UnmappedPolicy struct {
	System SystemID
	Domain DomainName
	Action UnmappedAction
	// Code is the canonical code that stands in for all of them; only where Action is fixed.
	Code    Code
	Version int
}

// UnmappedCode is a code that was asked for and is not mapped.
type UnmappedCode struct {
	ID       ID
	Domain   DomainName
	System   SystemID
	Plant    PlantID
	CodeType CodeType
	Code     Code
	Key      string
	// Status is what the last who asked was told.
	Status     string
	Asked      int
	FirstAsked Instant
	LastAsked  Instant
	// DismissedBy, DismissedAt and DismissedWhy tell that somebody said it needs no mapping.
	DismissedBy  ActorID
	DismissedAt  Instant
	DismissedWhy string
}

// Dismissed returns u put aside with a reason.
func (u UnmappedCode) Dismissed(by ActorID, why string, now Instant) (UnmappedCode, error) {
	if why == "" {
		return u, Invalid(CodeReasonRequired, "say why the code needs no mapping")
	}
	u.DismissedBy, u.DismissedAt, u.DismissedWhy = by, now, why
	return u, nil
}

// UnmappedQuery selects unmapped codes; the zero value of a field does not restrict.
type UnmappedQuery struct {
	Domain    DomainName
	System    SystemID
	Plants    PlantScope // as in FeedQuery
	Text      string     // start of the code, ignoring case
	Dismissed bool       // those put aside instead of those waiting
	Day       Date       // a mapping that has ended by then no longer counts
	Page
}

// UnmappedTally counts the codes kept of one system, domain and plant, and the questions for codes that found no room.
type UnmappedTally struct {
	System     SystemID
	Domain     DomainName
	Plant      PlantID
	Codes      int
	Overflow   int
	OverflowAt Instant
}

// UnmappedReader reads unmapped codes and the policies for them.
type UnmappedReader interface {
	// ByID returns CodeUnmappedUnknown when there is none.
	ByID(ctx context.Context, id ID) (UnmappedCode, error)
	// List returns the codes that still have no live mapping, most asked first, and the cursor of the next page. A code that
	// is asked for meanwhile may come twice.
	List(ctx context.Context, q UnmappedQuery) ([]UnmappedCode, string, error)
	// Tallies returns the counts of the plants.
	Tallies(ctx context.Context, plants PlantScope) ([]UnmappedTally, error)
	// Policy returns the policy of a system and domain: reject, with Version 0, where nobody has made one.
	Policy(ctx context.Context, system SystemID, domain DomainName) (UnmappedPolicy, error)
	// Policies returns all policies by system and domain.
	Policies(ctx context.Context) ([]UnmappedPolicy, error)
}

// UnmappedRepo writes policies, which are governed.
type UnmappedRepo interface {
	UnmappedReader
	// PutPolicy inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	PutPolicy(ctx context.Context, policy UnmappedPolicy) error
}

// UnmappedOps counts and puts aside unmapped codes, which is operating state.
type UnmappedOps interface {
	UnmappedReader
	// Count adds Asked to each of the codes, which are of one system, domain and plant and named once. Of new ones as many are
	// kept as leave the system, domain and plant with no more than most; the others are counted as overflow.
	Count(ctx context.Context, codes []UnmappedCode, most int) error
	// Dismiss stores who put a code aside and why.
	Dismiss(ctx context.Context, code UnmappedCode) error
}
