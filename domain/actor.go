package domain

import "slices"

// ActorID names who did something: "user:ana", "service:reconcile".
type ActorID string

// ActorKind tells people from machines.
type ActorKind string

// The kinds of actor. Only a person can approve.
const (
	ActorPerson  ActorKind = "person"
	ActorService ActorKind = "service"
)

// Action is something an actor may be allowed to do.
type Action string

// The actions that grants are made of.
const (
	ActionRead      Action = "read"      // see records, mappings, discrepancies, requests
	ActionPropose   Action = "propose"   // make change requests: decisions, imports, edits
	ActionApprove   Action = "approve"   // approve or reject what another has proposed
	ActionOperate   Action = "operate"   // start runs, check systems, retry and skip deliveries
	ActionConfigure Action = "configure" // propose systems, plants and plans
	ActionAudit     Action = "audit"     // read the audit trail
	ActionWorkOff   Action = "work_off"  // see and work off a plant's work list
)

// Actions lists every action, for tests that hold other tables complete.
func Actions() []Action {
	return []Action{ActionRead, ActionPropose, ActionApprove, ActionOperate, ActionConfigure, ActionAudit, ActionWorkOff}
}

// Anywhere stands in a Grant for every domain or every plant.
const Anywhere = "*"

// Grant allows one action in one domain at one plant; Anywhere widens either.
type Grant struct {
	Action Action
	Domain DomainName
	Plant  PlantID
	// System narrows the grant to what is of one system, as the key of a sync job is; "" is every system.
	System SystemID
}

// Actor is who acts, with what they may do. It is made by server/access from a credential, nowhere else.
type Actor struct {
	ID     ActorID
	Name   string
	Kind   ActorKind
	Grants []Grant
}

// Scope is what an action touches. An empty Plant means "not of one plant": only a grant for every plant covers it.
// An empty Domain is likewise "not of one domain".
type Scope struct {
	Domain DomainName
	Plant  PlantID
	// System is the one system the thing is of; "" is none, which a grant for one system does not cover.
	System SystemID
}

// May says whether one of the actor's grants covers the action in that scope.
func (a Actor) May(action Action, scope Scope) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Action == action &&
			(g.Domain == Anywhere || (scope.Domain != "" && g.Domain == scope.Domain)) &&
			(g.Plant == Anywhere || (scope.Plant != "" && g.Plant == scope.Plant)) &&
			(g.System == "" || g.System == scope.System)
	})
}

// MaySomewhere says whether the actor holds the action in any scope: enough to open a page whose list is scoped. A grant for
// one system is not enough: lists are scoped by plants, and would show more than the system's own.
func (a Actor) MaySomewhere(action Action) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Action == action && g.System == "" })
}

// Require returns CodeAccessDenied unless May.
func (a Actor) Require(action Action, scope Scope) error {
	if a.May(action, scope) {
		return nil
	}
	return Forbidden(CodeAccessDenied, "you may not %s here; an integration admin can grant it", action)
}

// PlantScope restricts a list to plants: All, or just Plants (none at all when that is empty).
type PlantScope struct {
	All    bool
	Plants []PlantID
}

// Plants returns the plants in which the actor may do the action, for use in a query.
func (a Actor) Plants(action Action) PlantScope {
	var scope PlantScope
	for _, g := range a.Grants {
		if g.Action != action || g.System != "" {
			continue
		}
		if g.Plant == Anywhere {
			return PlantScope{All: true}
		}
		scope.Plants = append(scope.Plants, g.Plant)
	}
	slices.Sort(scope.Plants)
	scope.Plants = slices.Compact(scope.Plants)
	return scope
}

// User is a local account. PasswordHash is an argon2id string and never leaves server/access.
type User struct {
	Login        string
	Name         string
	PasswordHash string
	Disabled     bool
	Roles        []RoleGrant
	Version      int
}

// ActorID is the user as an actor.
func (u User) ActorID() ActorID { return ActorID("user:" + u.Login) }

// RoleGrant gives a user a role in a domain at a plant; Anywhere widens either.
type RoleGrant struct {
	Role   string
	Domain DomainName
	Plant  PlantID
	// Until is the instant from which the role no longer counts; 0 is never.
	Until Instant
}

// Holds says whether the role counts at an instant.
func (g RoleGrant) Holds(at Instant) bool { return g.Until == 0 || at < g.Until }

// ServiceActor returns the identity under which a job of Crosswalk itself acts: it may do nothing but what its job does.
func ServiceActor(name string) Actor {
	return Actor{ID: ActorID("service:" + name), Name: name, Kind: ActorService}
}
