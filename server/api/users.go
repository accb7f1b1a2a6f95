package api

import (
	"context"
	"net/http"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
)

// User is a local account.
type User struct {
	Login    string `json:"login"`
	Name     string `json:"name"`
	Disabled bool   `json:"disabled"`
	Roles    []Role `json:"roles"`
	Version  int    `json:"version"`
}

// NewUser is an account to be made.
type NewUser struct {
	Login    string `json:"login" maxLength:"64"`
	Name     string `json:"name,omitempty" maxLength:"128"`
	Password string `json:"password" maxLength:"1024"`
	Roles    []Role `json:"roles" maxItems:"100"`
}

// ChangedUser is what an account is to be like.
type ChangedUser struct {
	Name     string `json:"name" maxLength:"128"`
	Disabled bool   `json:"disabled"`
	Roles    []Role `json:"roles" maxItems:"100"`
	Password string `json:"password,omitempty" maxLength:"1024" doc:"a new one; left out, it stays as it is"`
}

// addUserInput is POST /users.
type addUserInput struct{ Body NewUser }

// changeUserInput is PUT /users/{login}.
type changeUserInput struct {
	Login   string `path:"login" maxLength:"64"`
	IfMatch string `header:"If-Match" required:"true" doc:"the version that was looked at"`
	Body    ChangedUser
}

func userOut(u domain.User) *tagged[User] {
	return &tagged[User]{ETag: etagOf(u.Version), Body: shownUser(u)}
}

func shownUser(u domain.User) User {
	return User{Login: u.Login, Name: u.Name, Disabled: u.Disabled, Roles: each(u.Roles, roleOf), Version: u.Version}
}

func (a *API) registerUsers() {
	handle(a, operation(http.MethodGet, "/users", "list-users", "Local accounts"), func(ctx context.Context, _ *struct{}) (*body[List[User]], error) {
		users, err := a.Users.List(ctx, actorOf(ctx))
		if err != nil {
			return nil, err
		}
		return listOf(users, "", shownUser), nil
	})
	handle(a, created("/users", "add-user", "Make a local account"), a.addUser)
	handle(a, operation(http.MethodPut, "/users/{login}", "change-user", "Change an account, its roles or its password"), a.changeUser)
}

func (a *API) addUser(ctx context.Context, in *addUserInput) (*tagged[User], error) {
	roles, err := grantsOf(in.Body.Roles)
	if err != nil {
		return nil, err
	}
	add := access.NewUser{Login: in.Body.Login, Name: in.Body.Name, Password: in.Body.Password, Roles: roles}
	if err := a.Users.Add(ctx, actorOf(ctx), add); err != nil {
		return nil, err
	}
	return userOut(domain.User{Login: add.Login, Name: add.Name, Roles: roles, Version: 1}), nil
}

func (a *API) changeUser(ctx context.Context, in *changeUserInput) (*tagged[User], error) {
	version, err := parseETag(in.IfMatch)
	if err != nil {
		return nil, err
	}
	roles, err := grantsOf(in.Body.Roles)
	if err != nil {
		return nil, err
	}
	changed, err := a.Users.Update(ctx, actorOf(ctx), in.Login, version, access.UserChange{
		Name: in.Body.Name, Disabled: in.Body.Disabled, Roles: roles, Password: in.Body.Password,
	})
	if domain.ErrorCode(err) == domain.CodeUserStale {
		err = preconditionError{err}
	}
	if err != nil {
		return nil, err
	}
	return userOut(changed), nil
}

// grantsOf reads roles as they are held; an end that is no instant is CodeBodyInvalid.
func grantsOf(roles []Role) ([]domain.RoleGrant, error) {
	grants := make([]domain.RoleGrant, len(roles))
	for i, role := range roles {
		grants[i] = domain.RoleGrant{Role: role.Role, Domain: domain.DomainName(role.Domain), Plant: domain.PlantID(role.Plant)}
		if role.Until == "" {
			continue
		}
		until, err := time.Parse(time.RFC3339, role.Until)
		if err != nil {
			return nil, domain.Invalid(domain.CodeBodyInvalid, "the role %s ends at %q, which is no instant such as 2026-12-31T00:00:00Z", role.Role, role.Until)
		}
		grants[i].Until = domain.InstantOf(until)
	}
	return grants, nil
}
