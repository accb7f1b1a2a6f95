package steward

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Definitions knows the domains.
type Definitions interface {
	// Definition returns the Definition of a domain; CodeDomainUnknown if there is none.
	Definition(name domain.DomainName) (domain.Definition, error)
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

// policy says who must approve a request: a second person, always.
func (d *Desk) policy(domain.ChangeRequest) domain.ApprovalPolicy {
	return domain.ApprovalPolicy{Approvers: 1}
}

// Propose stores a change request in review. It is the one way in: imports, loads, decisions and configuration all come
// through here, within a Write of theirs.
func (d *Desk) Propose(ctx context.Context, repos domain.Repos, by domain.Actor, request domain.ChangeRequest, items []domain.ChangeItem) (domain.ChangeRequest, error) {
	if err := by.Require(proposalAction(request.Kind), request.Scope()); err != nil {
		return request, err
	}
	if len(items) == 0 {
		return request, domain.Invalid(domain.CodeDecisionInvalid, "the request would change nothing")
	}
	request.ID, request.State = domain.NewID(), domain.RequestDraft
	request.ProposedBy, request.ProposedAt, request.ItemCount = by.ID, repos.Now, len(items)
	request, err := request.Submitted()
	if err != nil {
		return request, err
	}
	request.Version = 1
	return request, repos.Requests.Create(ctx, request, items)
}

// proposalAction says which right proposing a kind of request takes.
func proposalAction(kind domain.RequestKind) domain.Action {
	if kind == domain.RequestConfiguration {
		return domain.ActionConfigure
	}
	return domain.ActionPropose
}
