// Package access turns a credential into a domain.Actor: local accounts, passwords, sign-ins, and the roles that grants are
// expanded from. It says who somebody is and what they may do; who must approve a change is not decided here.
package access

import (
	"slices"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The roles a person may hold.
const (
	RoleSteward          = "steward"
	RoleApprover         = "approver"
	RoleIntegrationAdmin = "integration_admin"
	RolePlantLead        = "plant_lead"
	RoleAuditor          = "auditor"
)

// Roles lists every role in the order people are shown them.
func Roles() []string {
	return []string{RoleSteward, RoleApprover, RoleIntegrationAdmin, RolePlantLead, RoleAuditor}
}

// ActorOf returns a user as an actor with the grants of the roles that count at an instant.
func ActorOf(user domain.User, at domain.Instant) domain.Actor {
	actor := domain.Actor{ID: user.ActorID(), Name: user.Name, Kind: domain.ActorPerson}
	if expanded, err := decisions(); err == nil {
		actor.Grants = expanded.grants(user.Roles, at)
	}
	return actor
}

// grants are what roles allow where they are held, as far as they count at an instant.
func (t table) grants(roles []domain.RoleGrant, at domain.Instant) []domain.Grant {
	var grants []domain.Grant
	for _, held := range roles {
		if !held.Holds(at) {
			continue
		}
		for _, allowed := range t[held.Role] {
			within, ok := both(held.Domain, allowed.domain)
			grant := domain.Grant{Action: allowed.action, Domain: within, Plant: held.Plant}
			if ok && !slices.Contains(grants, grant) {
				grants = append(grants, grant)
			}
		}
	}
	return grants
}

// both returns the domains that are in each of two, where either may be every one; false when there are none.
func both(held, allowed domain.DomainName) (domain.DomainName, bool) {
	switch {
	case held == domain.Anywhere:
		return allowed, true
	case allowed == domain.Anywhere, held == allowed:
		return held, true
	}
	return "", false
}

// CommandLine is who acts when the program's own commands change things on the database's machine: everything but approving,
// which takes a person.
func CommandLine() domain.Actor {
	actor := domain.ServiceActor("cli")
	for _, action := range domain.Actions() {
		if action != domain.ActionApprove {
			actor.Grants = append(actor.Grants, domain.Grant{Action: action, Domain: domain.Anywhere, Plant: domain.Anywhere})
		}
	}
	return actor
}
