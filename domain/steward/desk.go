package steward

import (
	"context"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Definitions knows the domains.
type Definitions interface {
	// Definition returns the Definition of a domain; CodeDomainUnknown if there is none.
	Definition(name domain.DomainName) (domain.Definition, error)
	// List returns all Definitions.
	List() []domain.Definition
}

// Fields knows which attributes a system has, and which of them Crosswalk can write.
type Fields interface {
	// Written lists the attributes of the domain that deliveries may set in the system; none for one that is only read.
	Written(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID
	// Supplied lists the attributes of the domain that the system has at all.
	Supplied(system domain.SourceSystem, name domain.DomainName) []domain.AttributeID
}

// Desk is where people and jobs meet: every use case of governance is a method of it. It is safe for concurrent use.
type Desk struct {
	Store       domain.Store
	Definitions Definitions
	Fields      Fields
	// Languages may be nil: then every system takes any language.
	Languages Languages
}

// Governed returns the Definition of a domain with its code lists and its authority as they stand; CodeDomainUnknown.
func (d *Desk) Governed(ctx context.Context, reads domain.Reads, name domain.DomainName) (domain.Definition, error) {
	definition, err := d.Definitions.Definition(name)
	if err != nil {
		return definition, err
	}
	lists, err := reads.CodeLists.List(ctx)
	if err != nil {
		return definition, err
	}
	authority, err := reads.Authorities.Of(ctx, name)
	return definition.WithLists(lists).WithAuthority(authority), err
}

// Propose stores a change request in review or, where the policy asks for nobody else, decided on its proposer's own word.
// It is the one way in: imports, loads, decisions and configuration all come through here, within a Write of theirs.
func (d *Desk) Propose(ctx context.Context, repos domain.Repos, by domain.Actor, request domain.ChangeRequest, items []domain.ChangeItem) (domain.ChangeRequest, error) {
	if err := by.Require(proposalAction(request.Kind), request.Scope()); err != nil {
		return request, err
	}
	if err := checkItems(items); err != nil {
		return request, err
	}
	if err := checkDomains(request, items); err != nil {
		return request, err
	}
	policy, err := currentPolicy(ctx, repos.Policies)
	if err != nil {
		return request, err
	}
	request.ID, request.State = domain.NewID(), domain.RequestDraft
	request.ProposedBy, request.ProposedAt, request.ItemCount = by.ID, repos.Now, len(items)
	request.Proposal = 1
	if request.Needs, err = needed(ctx, repos, policy, by, request, items); err != nil {
		return request, err
	}
	if request, err = request.Submitted(); err != nil {
		return request, err
	}
	if request, err = decideAlone(policy, by, request, repos.Now); err != nil {
		return request, err
	}
	request.Version = 1
	return request, repos.Requests.Create(ctx, request, items)
}

// decideAlone decides a request that needs nobody else, and puts some of them into the sample of the second review.
func decideAlone(policy domain.ApprovalPolicy, by domain.Actor, request domain.ChangeRequest, now domain.Instant) (domain.ChangeRequest, error) {
	if request.Needs.Approvers > 0 {
		return request, nil
	}
	if sampled(request.ID, policy.SamplePercent) {
		request.Look = domain.LookWanted
	}
	return request.DecidedAlone(by, now)
}

// checkItems refuses a request that would change nothing, or whose deliveries wait for what does not come before them.
func checkItems(items []domain.ChangeItem) error {
	if len(items) == 0 {
		return domain.Invalid(domain.CodeDecisionInvalid, "the request would change nothing")
	}
	for i, item := range items {
		for _, before := range item.After {
			if before < 0 || before >= i || items[before].Action != domain.ItemWriteSystem || item.Action != domain.ItemWriteSystem {
				return domain.Invalid(domain.CodeDecisionInvalid, "step %d waits for step %d, which is no delivery before it", i+1, before+1)
			}
		}
	}
	return nil
}

// checkDomains refuses a request of one domain that has items of another: the people of the one would decide about the other. A
// request of no one domain is for those who may decide in all.
func checkDomains(request domain.ChangeRequest, items []domain.ChangeItem) error {
	if request.Kind == domain.RequestConfiguration || request.Domain == "" {
		return nil
	}
	for i, item := range items {
		if item.Domain != "" && item.Domain != request.Domain {
			return domain.Invalid(domain.CodeDecisionInvalid, "step %d is about a %s in a request about %s", i+1, item.Domain, request.Domain)
		}
	}
	return nil
}

// reasonOr is a reason somebody gave, or what stands in the audit trail without one.
func reasonOr(reason, otherwise string) string {
	if reason = strings.TrimSpace(reason); reason != "" {
		return reason
	}
	return otherwise
}

// proposalAction says which right proposing a kind of request takes.
func proposalAction(kind domain.RequestKind) domain.Action {
	if kind == domain.RequestConfiguration {
		return domain.ActionConfigure
	}
	return domain.ActionPropose
}
