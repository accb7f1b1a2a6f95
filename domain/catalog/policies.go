package catalog

import (
	"context"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// presentPolicies returns the policies there are, by system and domain, and which of the canonical codes wanted ones name exist.
func presentPolicies(ctx context.Context, reads domain.Reads, wanted []domain.UnmappedPolicy) (map[[2]string]domain.UnmappedPolicy, map[[2]string]bool, error) {
	present, err := reads.Unmapped.Policies(ctx)
	if err != nil {
		return nil, nil, err
	}
	fixed := map[[2]string]bool{}
	for _, policy := range wanted {
		if policy.Action != domain.UnmappedFixed {
			continue
		}
		holder, err := domain.ByCodesForwarded(ctx, reads, policy.Domain, []string{string(policy.Code)})
		if err != nil {
			return nil, nil, err
		}
		fixed[[2]string{string(policy.Domain), string(policy.Code)}] = len(holder) > 0
	}
	return byKey(present, policyKey), fixed, nil
}

func policyKey(p domain.UnmappedPolicy) [2]string {
	return [2]string{string(p.System), string(p.Domain)}
}

func (cf *configurer) policy(items []domain.ChangeItem, at string, policy domain.UnmappedPolicy) []domain.ChangeItem {
	name := "unmapped codes of " + string(policy.System) + "/" + string(policy.Domain)
	cf.once(at, name)
	if _, ok := cf.systems[policy.System]; !ok {
		cf.fault(at+"/system", "there is no system %q", policy.System)
	}
	if _, err := cf.definitions.Definition(policy.Domain); err != nil {
		cf.fault(at+"/domain", "there is no domain %q", policy.Domain)
	}
	cf.policyCode(at, policy)
	present, known := cf.policies[policyKey(policy)]
	policy.Version = present.Version
	if known && same(policy, present) {
		return items
	}
	policy.Version++
	cf.names = append(cf.names, name)
	return append(items, domain.ChangeItem{Action: domain.ItemPutUnmapped, Label: name, Unmapped: &policy})
}

// policyCode finds an action that is none, and a canonical code that is missing, of nobody, or not asked for.
func (cf *configurer) policyCode(at string, policy domain.UnmappedPolicy) {
	switch {
	case !slices.Contains(domain.UnmappedActions(), policy.Action):
		cf.fault(at+"/action", "%q is not reject, park, passthrough or fixed", policy.Action)
	case policy.Action != domain.UnmappedFixed && policy.Code != "":
		cf.fault(at+"/code", "only the action fixed takes a code")
	case policy.Action == domain.UnmappedFixed && !cf.fixed[[2]string{string(policy.Domain), string(policy.Code)}]:
		cf.fault(at+"/code", "nobody knows the canonical code %q", policy.Code)
	}
}
