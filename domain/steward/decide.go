package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Verb is what a steward decides about a discrepancy.
type Verb string

// The verbs.
const (
	VerbTakeSource Verb = "take_source" // the system is right: its value becomes golden, and goes to the others
	VerbKeepGolden Verb = "keep_golden" // the golden record is right: the system is to follow
	VerbMap        Verb = "map"         // the code stands for this golden record
	VerbCreate     Verb = "create"      // the code is a new thing: a golden record is made of it
	VerbAccept     Verb = "accept"      // it may stay as it is, until a day
)

// Decision is one steward's decision on one discrepancy, as it was looked at.
type Decision struct {
	Discrepancy domain.ID
	// Version is the discrepancy's version the steward saw.
	Version int
	Verb    Verb
	Reason  string
	// Record is the golden record to map to; Values are what a new record gets beside or instead of the source's values;
	// Until ends an acceptance.
	Record domain.ID
	Values domain.Attributes
	Until  domain.Date
	// Supersede lets the decision take the place of one that is not applied yet: one's own, or any for somebody who may approve.
	Supersede bool
}

// Decided is what came of a decision.
type Decided struct {
	Discrepancy domain.Discrepancy
	// Request is the change request that waits for approval or for the end of its grace period; zero for an acceptance.
	Request domain.ID
	// State and ApplyAt are the request's.
	State   domain.RequestState
	ApplyAt domain.Instant
}

// Decide turns a decision into a change request, which is in review or, where the policy asks for nobody else, waits out the
// grace period in which its steward can undo it; or into an acceptance.
// CodeDiscrepancyStale: it changed since the steward looked; CodeDiscrepancyState: somebody has decided it already;
// CodeDecisionInvalid: the verb does not fit it.
func (d *Desk) Decide(ctx context.Context, by domain.Actor, decision Decision) (Decided, error) {
	var decided Decided
	change := domain.Change{Actor: by.ID, Reason: decisionReason(decision)}
	err := d.Store.Write(ctx, change, func(repos domain.Repos) error {
		found, err := d.decidable(ctx, repos, by, decision)
		if err != nil {
			return err
		}
		if decision.Verb == VerbAccept {
			decided, err = accept(ctx, repos, found, decision)
			return err
		}
		decided, err = d.request(ctx, repos, by, found, decision)
		return err
	})
	if err != nil {
		return Decided{}, fmt.Errorf("decide discrepancy %s: %w", decision.Discrepancy, err)
	}
	return decided, nil
}

func decisionReason(decision Decision) string {
	return reasonOr(decision.Reason, "decision: "+string(decision.Verb))
}

// decidable loads the discrepancy and refuses a decision that comes too late or from the wrong person.
func (d *Desk) decidable(ctx context.Context, repos domain.Repos, by domain.Actor, decision Decision) (domain.Discrepancy, error) {
	found, err := repos.Discrepancies.ByID(ctx, decision.Discrepancy)
	if err != nil {
		return found, err
	}
	if err := visible(by, found); err != nil {
		return found, err
	}
	if decision.Supersede && found.Version == decision.Version && found.State == domain.DiscrepancyChangeRequested {
		if found, err = d.takeOver(ctx, repos, by, found); err != nil {
			return found, err
		}
		decision.Version = found.Version
	}
	switch {
	case found.Version != decision.Version:
		return found, domain.Conflict(domain.CodeDiscrepancyStale, "it changed since you looked")
	case !found.Decidable():
		return found, domain.Conflict(domain.CodeDiscrepancyState, "it has been decided already: it is %s", found.State)
	}
	return found, by.Require(domain.ActionPropose, findingScope(found))
}

func findingScope(found domain.Discrepancy) domain.Scope {
	return domain.Scope{Domain: found.Finding.Domain, Plant: found.Finding.Plant, System: found.Finding.System}
}

// takeOver supersedes the decision that has a discrepancy and is not applied yet, and returns the discrepancy as it is then.
func (d *Desk) takeOver(ctx context.Context, repos domain.Repos, by domain.Actor, found domain.Discrepancy) (domain.Discrepancy, error) {
	read, err := repos.Requests.ByID(ctx, found.ChangeRequest)
	if err != nil {
		return found, err
	}
	if read.ProposedBy != by.ID && !by.May(domain.ActionApprove, read.Scope()) {
		return found, domain.Conflict(domain.CodeDiscrepancyState, "somebody else has decided it already")
	}
	if read.Batch {
		return found, domain.Conflict(domain.CodeDiscrepancyState, "it was decided together with others: withdraw that request, or take it out in rework")
	}
	if err := supersede(ctx, repos, read, by.ID, "a newer decision took its place"); err != nil {
		return found, domain.Conflict(domain.CodeDiscrepancyState, "it has been decided already: the request is %s", read.State)
	}
	return repos.Discrepancies.ByID(ctx, found.ID)
}

// visible hides what the actor may not know exists behind "unknown".
func visible(by domain.Actor, found domain.Discrepancy) error {
	if by.May(domain.ActionRead, findingScope(found)) {
		return nil
	}
	return domain.NotFound(domain.CodeDiscrepancyUnknown, "there is no such discrepancy")
}

func accept(ctx context.Context, repos domain.Repos, found domain.Discrepancy, decision Decision) (Decided, error) {
	if decision.Until <= domain.DateOf(repos.Now) {
		return Decided{}, domain.Invalid(domain.CodeDateInvalid, "an acceptance ends on a day in the future")
	}
	accepted, err := found.Accepted(decision.Until, decision.Reason)
	if err != nil {
		return Decided{}, err
	}
	return Decided{Discrepancy: accepted}, repos.Discrepancies.Put(ctx, accepted, found.Version)
}

// request makes the change request of a decision and ties the discrepancy to it.
func (d *Desk) request(ctx context.Context, repos domain.Repos, by domain.Actor, found domain.Discrepancy, decision Decision) (Decided, error) {
	draft, err := d.draft(ctx, repos.Reads, found, decision)
	if err != nil {
		return Decided{}, err
	}
	request, err := d.Propose(ctx, repos, by, domain.ChangeRequest{
		Kind: domain.RequestDecision, Domain: found.Finding.Domain, Plant: draft.plant, Title: draft.title, Reason: decisionReason(decision),
	}, draft.items)
	if err != nil {
		return Decided{}, err
	}
	requested, err := found.Requested(request.ID)
	if err != nil {
		return Decided{}, err
	}
	return Decided{Discrepancy: requested, Request: request.ID, State: request.State, ApplyAt: request.ApplyAt}, repos.Discrepancies.Put(ctx, requested, found.Version)
}
