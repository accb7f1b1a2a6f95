package domain

import (
	"context"
	"fmt"
	"time"
)

// ApprovalRule asks for the approval of other people where it fits a request. Kinds and Domains are of the request; Actions,
// Writes and Attributes are of one and the same item of it. What is left empty fits everything.
type ApprovalRule struct {
	// Name is what people read as the reason: "units need a second person".
	Name       string
	Kinds      []RequestKind
	Domains    []DomainName
	Actions    []ItemAction
	Writes     []DeliveryKind
	Attributes []AttributeID
	// Approvers is how many other people must approve; 0 means that one steward suffices.
	Approvers int
}

// ApprovalPolicy says who must approve what. It is governed itself: a change of it is a change request that always needs a
// second person.
type ApprovalPolicy struct {
	// Approvers is asked for where no rule fits.
	Approvers int
	// Rules that fit are all heard; the highest number counts.
	Rules []ApprovalRule
	// MassLimit is how many records one request may touch before it needs a second person whatever the rules say; 0 is no limit.
	MassLimit int
	// GraceAlone is how long a steward can undo what they decided alone, GraceReviewed the same for what another approved.
	GraceAlone    time.Duration
	GraceReviewed time.Duration
	// SamplePercent of what one steward decided alone is looked at a second time after it was applied.
	SamplePercent int
	// Version is 0 for the policy that is built in.
	Version int
}

// The bounds of a policy.
const (
	MaxApprovers = 5
	MaxGrace     = 24 * time.Hour
	maxRules     = 200
)

// Faults returns everything that is wrong with the policy, each with its place.
func (p ApprovalPolicy) Faults() []FieldError {
	var faults []FieldError
	fault := func(wrong bool, location, msg string) {
		if wrong {
			faults = append(faults, FieldError{Location: location, Msg: msg})
		}
	}
	outside := func(n int) bool { return n < 0 || n > MaxApprovers }
	tooLong := func(d time.Duration) bool { return d < 0 || d > MaxGrace }
	fault(outside(p.Approvers), "/approvers", fmt.Sprintf("between 0 and %d people approve", MaxApprovers))
	fault(p.MassLimit < 0, "/mass_limit", "a limit is not negative")
	fault(tooLong(p.GraceAlone), "/grace_alone_seconds", "a grace period lasts at most a day")
	fault(tooLong(p.GraceReviewed), "/grace_reviewed_seconds", "a grace period lasts at most a day")
	fault(p.SamplePercent < 0 || p.SamplePercent > 100, "/sample_percent", "a percentage lies between 0 and 100")
	fault(len(p.Rules) > maxRules, "/rules", fmt.Sprintf("a policy has at most %d rules", maxRules))
	for i, rule := range p.Rules {
		at := fmt.Sprintf("/rules/%d", i)
		fault(rule.Name == "", at+"/name", "a rule has a name: people read it as the reason")
		fault(outside(rule.Approvers), at+"/approvers", fmt.Sprintf("between 0 and %d people approve", MaxApprovers))
	}
	return faults
}

// Requirement is what a request needs before it takes effect.
type Requirement struct {
	// Approvers is how many other people must approve; 0: its proposer's decision suffices.
	Approvers int
	// Grace is how long it waits, once decided, so that the decision can be undone.
	Grace time.Duration
	// Why names the rule that asks for the approvers.
	Why string
}

// Stricter returns the one of both that asks for more approvers; q when they ask for the same.
func (q Requirement) Stricter(other Requirement) Requirement {
	if other.Approvers > q.Approvers {
		return other
	}
	return q
}

// SecondLook is how far the silent second review of a request is.
type SecondLook string

// The states of a second look.
const (
	LookNone      SecondLook = ""          // not in the sample
	LookWanted    SecondLook = "wanted"    // in the sample, nobody has looked
	LookAgreed    SecondLook = "agreed"    // somebody would have decided the same
	LookDisagreed SecondLook = "disagreed" // somebody would not; reverting is a request of its own
)

// PolicyReader reads the approval policy.
type PolicyReader interface {
	// Current returns the policy in force, and whether one was ever put; before that the built-in one counts.
	Current(ctx context.Context) (ApprovalPolicy, bool, error)
}

// PolicyRepo writes the approval policy.
type PolicyRepo interface {
	PolicyReader
	// Put inserts (Version 1) or updates (the stored version + 1, else CodeSystemStale).
	Put(ctx context.Context, policy ApprovalPolicy) error
}
