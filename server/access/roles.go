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

// ActionsOf returns what a role allows; nothing for a role that does not exist.
func ActionsOf(role string) []domain.Action {
	switch role {
	case RoleSteward:
		return []domain.Action{domain.ActionRead, domain.ActionPropose, domain.ActionOperate}
	case RoleApprover:
		return []domain.Action{domain.ActionRead, domain.ActionApprove}
	case RoleIntegrationAdmin:
		return []domain.Action{domain.ActionRead, domain.ActionOperate, domain.ActionConfigure, domain.ActionPropose}
	case RolePlantLead:
		return []domain.Action{domain.ActionRead, domain.ActionPropose, domain.ActionWorkOff}
	case RoleAuditor:
		return []domain.Action{domain.ActionRead, domain.ActionAudit}
	}
	return nil
}

// ActorOf returns a user as an actor with the grants of their roles.
func ActorOf(user domain.User) domain.Actor {
	actor := domain.Actor{ID: user.ActorID(), Name: user.Name, Kind: domain.ActorPerson}
	for _, held := range user.Roles {
		for _, action := range ActionsOf(held.Role) {
			grant := domain.Grant{Action: action, Domain: held.Domain, Plant: held.Plant}
			if !slices.Contains(actor.Grants, grant) {
				actor.Grants = append(actor.Grants, grant)
			}
		}
	}
	return actor
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
