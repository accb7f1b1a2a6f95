package access

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// TestTheTableIsTheWholePolicy asks casbin and the expanded table for every role, as held in every way, what it may do where,
// with the policy as it is and with one whose rules name domains.
func TestTheTableIsTheWholePolicy(t *testing.T) {
	t.Parallel()
	policies := map[string]string{
		"the policy":                policyText,
		"one with rules of domains": policyText + "p, approver, lot, operate\np, auditor, item, read\np, auditor, lot, propose\n",
		"one without rules":         "",
	}
	for name, policy := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enforcer, err := newEnforcer(modelText, policy)
			if err != nil {
				t.Fatal(err)
			}
			expanded, err := expand(modelText, policy)
			if err != nil {
				t.Fatal(err)
			}
			allowed := 0
			everywhere(func(held domain.RoleGrant, action domain.Action, scope domain.Scope) {
				want, err := enforcer.Enforce(held.Role, string(held.Domain), string(held.Plant), string(scope.Domain), string(scope.Plant), string(action))
				if err != nil {
					t.Fatal(err)
				}
				if want {
					allowed++
				}
				actor := domain.Actor{Grants: expanded.grants([]domain.RoleGrant{held}, 1)}
				if got := actor.May(action, scope); got != want {
					t.Errorf("%+v may %s in %+v: the table says %v, the policy %v", held, action, scope, got, want)
				}
			})
			if (allowed == 0) != (policy == "") {
				t.Errorf("%d questions were answered with yes", allowed)
			}
		})
	}
}

// everywhere calls ask for every way to hold a role and every question about it.
func everywhere(ask func(domain.RoleGrant, domain.Action, domain.Scope)) {
	domains := []domain.DomainName{"item", "lot", "bom"}
	for _, role := range append(Roles(), "nothing", "") {
		for _, heldDomain := range append(domains, domain.Anywhere) {
			for _, heldPlant := range []domain.PlantID{"STU1", "LYO1", domain.Anywhere} {
				for _, action := range append(domain.Actions(), "dance", "") {
					for _, in := range append(domains, "") {
						for _, at := range []domain.PlantID{"STU1", "LYO1", ""} {
							ask(domain.RoleGrant{Role: role, Domain: heldDomain, Plant: heldPlant}, action, domain.Scope{Domain: in, Plant: at})
						}
					}
				}
			}
		}
	}
}

func TestThePolicyIsSmallAndRead(t *testing.T) {
	t.Parallel()
	if err := CheckPolicy(); err != nil {
		t.Fatal(err)
	}
	enforcer, err := newEnforcer(modelText, policyText)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := enforcer.GetPolicy()
	if err != nil || len(rules) == 0 || len(rules) > 150 {
		t.Errorf("%d rules, %v", len(rules), err)
	}
}

func TestPoliciesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][2]string{
		"an unknown role":   {modelText, "p, god, *, read"},
		"an unknown action": {modelText, "p, steward, *, dance"},
		"no domain":         {modelText, "p, steward, , read"},
		"too few parts":     {modelText, "p, steward, read"},
		"another kind":      {modelText, "g, steward, *, read"},
		"broken quotes":     {modelText, "p, \"steward, *, read"},
		"no model":          {"", policyText},
		"a broken matcher":  {modelText + " &&", policyText},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if expanded, err := expand(texts[0], texts[1]); err == nil {
				t.Errorf("it became %v", expanded)
			}
		})
	}
}
