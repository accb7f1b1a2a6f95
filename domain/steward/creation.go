package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// barred says that a record cannot be made of a system's code.
func barred(definition domain.Definition) error {
	return domain.Invalid(domain.CodeDecisionInvalid, "a new %s comes from %s alone: map the code, have the thing made there, or have the rule changed",
		definition.Label, joined(definition.Creators))
}

// MayCreate is CodeDecisionInvalid where no record may be made of the system's codes.
func MayCreate(definition domain.Definition, system domain.SystemID) error {
	if definition.BarsCreation(system) {
		return barred(definition)
	}
	return nil
}

// needed is what a request of a proposer needs under a policy and under the authority of its domain: a record of a system that
// is none of those that bring new ones needs a second person, whatever the policy says.
func needed(ctx context.Context, repos domain.Repos, policy domain.ApprovalPolicy, by domain.Actor, request domain.ChangeRequest, items []domain.ChangeItem) (domain.Requirement, error) {
	needs := requirement(policy, by, request, items)
	authorities := map[domain.DomainName]domain.Authority{}
	for _, item := range items {
		system := item.Origin.System
		if item.Action != domain.ItemCreateRecord || system == "" {
			continue
		}
		authority, known := authorities[item.Domain]
		if !known {
			var err error
			if authority, err = repos.Authorities.Of(ctx, item.Domain); err != nil {
				return needs, err
			}
			authorities[item.Domain] = authority
		}
		if !authority.Creates(system) {
			why := fmt.Sprintf("%s is none of the systems that bring new records, which are %s", system, joined(authority.Creation))
			return needs.Stricter(domain.Requirement{Approvers: 1, Grace: policy.GraceReviewed, Why: why}), nil
		}
	}
	return needs, nil
}
