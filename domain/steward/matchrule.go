package steward

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// aboutMatching says that an item changes what may be linked without a person.
func aboutMatching(item domain.ChangeItem) bool {
	return item.Action == domain.ItemPutMatchRule || item.Action == domain.ItemReopenBand
}

// activate brings a draft into force that still says what was approved.
func (a *applier) activate(ctx context.Context, wanted domain.MatchRule) error {
	draft, err := a.repos.MatchRules.Version(ctx, wanted.Domain, wanted.Version)
	if domain.ErrorCode(err) == domain.CodeMatchRuleUnknown {
		return moved("the draft of the matching rule")
	}
	if err != nil {
		return err
	}
	if draft.State != domain.MatchRuleDraft || draft.Digest() != wanted.Digest() {
		return moved("the draft of the matching rule")
	}
	draft.State, draft.Stored = domain.MatchRuleActive, draft.Stored+1
	return a.repos.MatchRules.Put(ctx, draft)
}

// doubted closes the automatic band at the plant of a mapping that a rule made and somebody ends.
func doubted(ctx context.Context, repos domain.Repos, m domain.CodeMapping) error {
	ends := m.Version > 1 && (!m.Live() || m.Validity.To != "")
	if m.Basis != domain.BasisRule || m.Plant == "" || !ends {
		return nil
	}
	return CloseBand(ctx, repos, m.Domain, m.Plant, fmt.Sprintf("the automatic mapping of %s in %s was ended", m.Code, m.System))
}

// CloseBand closes the automatic band of a domain at a plant at once, with the reason. It stays closed until somebody reopens it.
func CloseBand(ctx context.Context, repos domain.Repos, name domain.DomainName, plant domain.PlantID, why string) error {
	rule, err := repos.MatchRules.Current(ctx, name)
	if err != nil {
		return err
	}
	return repos.MatchRules.Close(ctx, domain.AutoBand{Domain: name, Plant: plant, Rule: rule.Version, ClosedAt: repos.Now, ClosedWhy: why})
}

// CloseBands is CloseBand at every plant that the rule in force names: something has shown that matching went wrong, and not where.
func CloseBands(ctx context.Context, repos domain.Repos, name domain.DomainName, why string) error {
	rule, err := repos.MatchRules.Current(ctx, name)
	if err != nil {
		return err
	}
	for _, plant := range rule.AutoPlants {
		if err := CloseBand(ctx, repos, name, plant, why); err != nil {
			return err
		}
	}
	return nil
}

// Rule applies what a standing rule allows, within a Write of its caller: codes are mapped and plants use what they are mapped to.
// Anything else is refused, so that no rule ever writes to a system.
func (d *Desk) Rule(ctx context.Context, repos domain.Repos, by domain.Actor, request domain.ChangeRequest, items []domain.ChangeItem) (domain.ChangeRequest, error) {
	if err := checkItems(items); err != nil {
		return request, err
	}
	for _, item := range items {
		if item.Action != domain.ItemMapCode && item.Action != domain.ItemUsePlant {
			return request, domain.Invalid(domain.CodeDecisionInvalid, "a rule maps codes; it may not %s", item.Action)
		}
	}
	definition, err := d.Governed(ctx, repos.Reads, request.Domain)
	if err != nil {
		return request, err
	}
	request.ID, request.Kind, request.State = domain.NewID(), domain.RequestRule, domain.RequestDraft
	request.ProposedBy, request.ProposedAt, request.ItemCount, request.Proposal = by.ID, repos.Now, len(items), 1
	if request, err = request.Ruled(repos.Now); err != nil {
		return request, err
	}
	request.Version = 1
	if err := repos.Requests.Create(ctx, request, items); err != nil {
		return request, err
	}
	a := &applier{desk: d, repos: repos, request: request, definition: definition, made: map[int]domain.ID{}, left: map[domain.ID]string{}}
	for i, item := range items {
		if err := a.item(ctx, i, item); err != nil {
			return request, err
		}
	}
	return request, repos.Requests.Note(ctx, request, a.effects)
}
