package domain

import (
	"context"
	"strings"
)

// AcceptanceScope says how far an acceptance reaches.
type AcceptanceScope string

// The scopes. All of them stay within one system.
const (
	AcceptRecord    AcceptanceScope = "record"    // whatever differs of this record, or of this code while it is not linked
	AcceptAttribute AcceptanceScope = "attribute" // this attribute, of whatever record
	AcceptPattern   AcceptanceScope = "pattern"   // whatever looks alike: the same class and attribute
)

// AcceptanceState is the life of an acceptance.
type AcceptanceState string

// The states of an acceptance.
const (
	AcceptanceActive  AcceptanceState = "active"
	AcceptanceEnded   AcceptanceState = "ended"
	AcceptanceExpired AcceptanceState = "expired"
)

// AcceptanceMachine is the table of an acceptance's states.
func AcceptanceMachine() Machine[AcceptanceState] {
	return Machine[AcceptanceState]{
		Name: "acceptance", Initial: AcceptanceActive,
		States: []AcceptanceState{AcceptanceActive, AcceptanceEnded, AcceptanceExpired},
		Moves:  map[AcceptanceState][]AcceptanceState{AcceptanceActive: {AcceptanceEnded, AcceptanceExpired}},
	}
}

// Acceptance lets what differs in its scope stay as it is, until a day: what a later run finds of it opens as accepted.
type Acceptance struct {
	ID        ID
	Scope     AcceptanceScope
	Domain    DomainName
	System    SystemID
	Plant     PlantID
	Class     Class
	Attribute AttributeID
	Record    ID
	Code      Code
	Label     string
	Reason    string
	// Until ends it; the day itself no longer counts.
	Until     Date
	State     AcceptanceState
	CreatedBy ActorID
	CreatedAt Instant
	EndedBy   ActorID
	EndedAt   Instant
	EndedWhy  string
	Version   int
}

// NewAcceptance returns an acceptance of what a finding is an example of. CodeReasonRequired, CodeDateInvalid,
// CodeDecisionInvalid: the finding has nothing of that scope.
func NewAcceptance(scope AcceptanceScope, of Finding, until Date, reason string) (Acceptance, error) {
	a := Acceptance{
		ID: NewID(), Scope: scope, Domain: of.Domain, System: of.System, Plant: of.Plant, Reason: strings.TrimSpace(reason),
		Until: until, State: AcceptanceActive, Version: 1,
	}
	switch scope {
	case AcceptRecord:
		a.Record, a.Label = of.Record, of.Label
		if of.Record.IsZero() {
			a.Code = of.Code
		}
	case AcceptAttribute:
		if of.Attribute == "" {
			return a, Invalid(CodeDecisionInvalid, "this difference is not of one attribute")
		}
		a.Attribute = of.Attribute
	case AcceptPattern:
		a.Class, a.Attribute = of.Class, of.Attribute
	default:
		return a, Invalid(CodeDecisionInvalid, "an acceptance is of a record, an attribute or a pattern")
	}
	if a.Reason == "" {
		return a, Invalid(CodeReasonRequired, "an acceptance needs a reason")
	}
	if until == "" {
		return a, Invalid(CodeDateInvalid, "an acceptance needs the day on which it ends")
	}
	return a, nil
}

// Covers says whether the finding lies in the acceptance's scope and the acceptance counts on that day.
func (a Acceptance) Covers(f Finding, day Date) bool {
	if a.State != AcceptanceActive || a.Until <= day || a.Domain != f.Domain || a.System != f.System || a.Plant != f.Plant {
		return false
	}
	switch a.Scope {
	case AcceptRecord:
		return f.subject(a.Record) && (!f.Record.IsZero() || a.Code == f.Code)
	case AcceptAttribute:
		return a.Attribute == f.Attribute
	case AcceptPattern:
		return a.Class == f.Class && a.Attribute == f.Attribute
	default:
		return false
	}
}

// Ended returns a ended before its day by somebody who says why.
func (a Acceptance) Ended(by ActorID, why string, now Instant) (Acceptance, error) {
	if strings.TrimSpace(why) == "" {
		return a, Invalid(CodeReasonRequired, "ending an acceptance needs a reason")
	}
	return a.over(AcceptanceEnded, by, why, now)
}

// Expired returns a after its day has come.
func (a Acceptance) Expired(by ActorID, now Instant) (Acceptance, error) {
	if a.Until > DateOf(now) {
		return a, Conflict(CodeStateMove, "the acceptance counts until %s", a.Until)
	}
	return a.over(AcceptanceExpired, by, "its day has come", now)
}

func (a Acceptance) over(to AcceptanceState, by ActorID, why string, now Instant) (Acceptance, error) {
	if err := AcceptanceMachine().Check(a.State, to); err != nil {
		return a, err
	}
	a.State, a.EndedBy, a.EndedWhy, a.EndedAt = to, by, why, now
	a.Version++
	return a, nil
}

// Covered returns d accepted under an acceptance of wider scope.
func (d Discrepancy) Covered(by Acceptance) (Discrepancy, error) {
	accepted, err := d.Accepted(by.Until, by.Reason)
	if err == nil {
		accepted.Acceptance = by.ID
	}
	return accepted, err
}

// AcceptanceEnded returns d in the queue again, because somebody who says why has ended the acceptance that was d's own.
// CodeReasonRequired; CodeDiscrepancyState: it is not accepted; CodeAcceptanceWider: it is, together with others.
func (d Discrepancy) AcceptanceEnded(why string) (Discrepancy, error) {
	switch {
	case strings.TrimSpace(why) == "":
		return d, Invalid(CodeReasonRequired, "ending an acceptance needs a reason")
	case d.State != DiscrepancyAccepted:
		return d, Conflict(CodeDiscrepancyState, "it is not accepted: it is %s", d.State)
	case !d.Acceptance.IsZero():
		return d, Conflict(CodeAcceptanceWider, "it is accepted together with others; end that acceptance, and all of them come back")
	}
	return d.Uncovered("The acceptance was ended: " + strings.TrimSpace(why))
}

// Uncovered returns d in the queue again after its acceptance has ended, with a sentence why.
func (d Discrepancy) Uncovered(why string) (Discrepancy, error) {
	d.AcceptedUntil, d.Acceptance, d.Note = "", ID{}, why
	return d.moved(DiscrepancyReopened)
}

// AcceptanceQuery selects acceptances; the zero value of a field does not restrict.
type AcceptanceQuery struct {
	Domain DomainName
	System SystemID
	State  AcceptanceState
	// EndsBy selects those whose last day has come on that day.
	EndsBy Date
	// Plants restricts to acceptances of those plants; those of no one plant are left out.
	Plants PlantScope
	Page
}

// AcceptanceReader reads acceptances.
type AcceptanceReader interface {
	// ByID returns CodeAcceptanceUnknown when there is none.
	ByID(ctx context.Context, id ID) (Acceptance, error)
	// List returns acceptances, newest first, and the cursor of the next page.
	List(ctx context.Context, q AcceptanceQuery) ([]Acceptance, string, error)
	// Active returns all active ones of a system and domain.
	Active(ctx context.Context, system SystemID, domain DomainName) ([]Acceptance, error)
}

// AcceptanceRepo writes acceptances.
type AcceptanceRepo interface {
	AcceptanceReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeAcceptanceStale).
	Put(ctx context.Context, acceptance Acceptance) error
}
