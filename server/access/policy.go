package access

import (
	_ "embed" // for the policy
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The model and the policy are the authority on what a role allows; everything else is made from them.
var (
	//go:embed model.conf
	modelText string
	//go:embed policy.csv
	policyText string
)

// anyOther stands for the domains that no rule names; no domain is called so.
const anyOther = "~"

// allowance is one action that a role allows in a domain, or in all of them (domain.Anywhere).
type allowance struct {
	action domain.Action
	domain domain.DomainName
}

// table says what each role allows.
type table map[string][]allowance

// decisions is the policy, expanded once: asking casbin at every request would cost a thousand times as much.
//
//nolint:gochecknoglobals // made from what is embedded, and never changed
var decisions = sync.OnceValues(func() (table, error) { return expand(modelText, policyText) })

// CheckPolicy says what is wrong with the policy this program was built with; with a wrong one no role allows anything.
func CheckPolicy() error {
	_, err := decisions()
	return err
}

// expand asks casbin for every role, domain and action that there is, and notes what it allows.
func expand(modelText, policyText string) (table, error) {
	enforcer, err := newEnforcer(modelText, policyText)
	if err != nil {
		return nil, err
	}
	rules, err := enforcer.GetPolicy()
	if err != nil {
		return nil, fmt.Errorf("read the rules of the policy: %w", err)
	}
	names := []string{anyOther}
	for _, rule := range rules {
		if err := checkRule(rule); err != nil {
			return nil, err
		}
		if rule[1] != domain.Anywhere && !slices.Contains(names, rule[1]) {
			names = append(names, rule[1])
		}
	}
	expanded := table{}
	for _, role := range Roles() {
		for _, action := range domain.Actions() {
			allowed, err := domainsOf(enforcer, role, action, names)
			if err != nil {
				return nil, err
			}
			expanded[role] = append(expanded[role], allowed...)
		}
	}
	return expanded, nil
}

// newEnforcer returns a casbin enforcer over the two texts.
func newEnforcer(modelText, policyText string) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("read the model of the policy: %w", err)
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("read the model of the policy: %w", err)
	}
	reader := csv.NewReader(strings.NewReader(policyText))
	reader.Comment, reader.TrimLeadingSpace = '#', true
	rules, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the rules of the policy: %w", err)
	}
	for _, rule := range rules {
		if len(rule) != 4 || rule[0] != "p" {
			return nil, fmt.Errorf("the policy has the line %q; a line is p, a role, a domain or *, and an action", rule)
		}
		if _, err := enforcer.AddPolicy(rule[1], rule[2], rule[3]); err != nil {
			return nil, fmt.Errorf("add the rule %q: %w", rule, err)
		}
	}
	return enforcer, nil
}

// checkRule refuses a rule that names a role or an action that there is not: it would allow nothing, unnoticed.
func checkRule(rule []string) error {
	if len(rule) != 3 || !slices.Contains(Roles(), rule[0]) || rule[1] == "" || !slices.Contains(domain.Actions(), domain.Action(rule[2])) {
		return fmt.Errorf("the policy has the rule %q; a rule is a role, a domain or *, and an action", rule)
	}
	return nil
}

// domainsOf says in which domains a role allows an action: in all, or in those that are named.
func domainsOf(enforcer *casbin.Enforcer, role string, action domain.Action, names []string) ([]allowance, error) {
	var allowed []allowance
	for _, name := range names {
		yes, err := enforcer.Enforce(role, domain.Anywhere, domain.Anywhere, name, "", string(action))
		if err != nil {
			return nil, fmt.Errorf("ask the policy: %w", err)
		}
		if yes && name == anyOther {
			return []allowance{{action, domain.Anywhere}}, nil
		}
		if yes {
			allowed = append(allowed, allowance{action, domain.DomainName(name)})
		}
	}
	return allowed, nil
}
