package access

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Users are the use cases on local accounts. Each needs the right to configure everywhere and is audited.
type Users struct {
	store  domain.Store
	hasher hasher
}

// NewUsers returns the use cases over a store.
func NewUsers(store domain.Store) *Users { return &Users{store: store, hasher: newHasher()} }

// NewUser is an account to be made.
type NewUser struct {
	Login    string
	Name     string
	Password string
	Roles    []domain.RoleGrant
}

// Add makes an account. A login that exists is CodeDuplicate; faults of the fields are CodeUserInvalid.
func (u *Users) Add(ctx context.Context, by domain.Actor, add NewUser) error {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return err
	}
	if err := checkNewUser(add); err != nil {
		return err
	}
	hash, err := u.hasher.hash(ctx, add.Password)
	if err != nil {
		return err
	}
	return u.store.Write(ctx, domain.Change{Actor: by.ID, Reason: "add user " + add.Login}, func(repos domain.Repos) error {
		_, err := repos.Users.ByLogin(ctx, add.Login)
		switch {
		case err == nil:
			return domain.Conflict(domain.CodeDuplicate, "there is a user %s already", add.Login)
		case domain.ErrorCode(err) != domain.CodeUserUnknown:
			return err
		}
		return repos.Users.Put(ctx, domain.User{
			Login: add.Login, Name: strings.TrimSpace(add.Name), PasswordHash: hash, Roles: add.Roles, Version: 1,
		})
	})
}

// UserChange is what an account is to be like.
type UserChange struct {
	Name     string
	Disabled bool
	Roles    []domain.RoleGrant
	// Password is a new one, "" for the one there is.
	Password string
}

// Update changes an account as it was at a version: CodeUserStale when it has moved, CodeUserOwnRights when somebody would
// change their own roles or lock themselves out.
func (u *Users) Update(ctx context.Context, by domain.Actor, login string, version int, to UserChange) (domain.User, error) {
	var changed domain.User
	if err := checkName(to.Name); err != nil {
		return changed, err
	}
	if err := checkRoles(to.Roles); err != nil {
		return changed, err
	}
	hash := ""
	if to.Password != "" {
		if err := checkPassword(to.Password); err != nil {
			return changed, err
		}
		var err error
		if hash, err = u.hasher.hash(ctx, to.Password); err != nil {
			return changed, err
		}
	}
	err := u.change(ctx, by, login, "change", func(user *domain.User) error {
		if user.Version != version {
			return domain.Conflict(domain.CodeUserStale, "the account %s has changed since you looked", login)
		}
		if user.ActorID() == by.ID && (user.Disabled != to.Disabled || !slices.Equal(user.Roles, to.Roles)) {
			return ownRights()
		}
		user.Name, user.Disabled, user.Roles = strings.TrimSpace(to.Name), to.Disabled, to.Roles
		user.PasswordHash = cmp.Or(hash, user.PasswordHash)
		changed = *user
		return nil
	})
	changed.Version, changed.PasswordHash = version+1, ""
	return changed, err
}

func ownRights() error {
	return domain.Forbidden(domain.CodeUserOwnRights, "nobody changes their own rights; ask another integration admin")
}

// SetPassword gives a user a new password and ends their sign-ins (see sessionHash).
func (u *Users) SetPassword(ctx context.Context, by domain.Actor, login, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := u.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return u.change(ctx, by, login, "set the password of", func(user *domain.User) error {
		user.PasswordHash = hash
		return nil
	})
}

// SetRoles replaces a user's roles; they count from the next request on.
func (u *Users) SetRoles(ctx context.Context, by domain.Actor, login string, roles []domain.RoleGrant) error {
	if err := checkRoles(roles); err != nil {
		return err
	}
	return u.change(ctx, by, login, "set the roles of", func(user *domain.User) error {
		if user.ActorID() == by.ID {
			return ownRights()
		}
		user.Roles = roles
		return nil
	})
}

// SetDisabled locks a user out, at once, or lets them in again.
func (u *Users) SetDisabled(ctx context.Context, by domain.Actor, login string, disabled bool) error {
	what := "enable"
	if disabled {
		what = "disable"
	}
	return u.change(ctx, by, login, what, func(user *domain.User) error {
		if user.ActorID() == by.ID {
			return ownRights()
		}
		user.Disabled = disabled
		return nil
	})
}

// List returns all accounts by login, without their password hashes.
func (u *Users) List(ctx context.Context, by domain.Actor) ([]domain.User, error) {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return nil, err
	}
	users, err := u.store.Read().Users.List(ctx)
	for i := range users {
		users[i].PasswordHash = ""
	}
	return users, err
}

// change alters one account in an audited write; CodeUserUnknown when there is none.
func (u *Users) change(ctx context.Context, by domain.Actor, login, what string, alter func(*domain.User) error) error {
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return err
	}
	return u.store.Write(ctx, domain.Change{Actor: by.ID, Reason: what + " user " + login}, func(repos domain.Repos) error {
		user, err := repos.Users.ByLogin(ctx, login)
		if err != nil {
			return err
		}
		if err := alter(&user); err != nil {
			return err
		}
		user.Version++
		return repos.Users.Put(ctx, user)
	})
}

func checkNewUser(add NewUser) error {
	// Capitals are left out so that nobody can look like somebody else by them.
	if ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._@-]{0,63}$`, add.Login); !ok {
		return domain.Invalid(domain.CodeUserInvalid, "a login has 1 to 64 small letters, digits, dots, dashes or @, and begins with a letter or digit")
	}
	if err := checkName(add.Name); err != nil {
		return err
	}
	if err := checkPassword(add.Password); err != nil {
		return err
	}
	return checkRoles(add.Roles)
}

func checkName(name string) error {
	if utf8.RuneCountInString(name) > 128 || !utf8.ValidString(name) {
		return domain.Invalid(domain.CodeUserInvalid, "a name has at most 128 characters")
	}
	return nil
}

func checkRoles(roles []domain.RoleGrant) error {
	for _, held := range roles {
		if !slices.Contains(Roles(), held.Role) {
			return domain.Invalid(domain.CodeUserInvalid, "there is no role %q; there are %s", held.Role, strings.Join(Roles(), ", "))
		}
		if held.Domain == "" || held.Plant == "" {
			return domain.Invalid(domain.CodeUserInvalid, "the role %s needs a domain and a plant, or * for all", held.Role)
		}
	}
	return nil
}

// ParseRole reads ROLE, ROLE@PLANT or ROLE@PLANT/DOMAIN; what is left out is everywhere. Behind it, :2026-12-31 is the day (in
// UTC) from whose start the role no longer counts. Faults are CodeUserInvalid.
func ParseRole(text string) (domain.RoleGrant, error) {
	text, until, limited := strings.Cut(text, ":")
	role, where, _ := strings.Cut(text, "@")
	plant, name, _ := strings.Cut(where, "/")
	grant := domain.RoleGrant{Role: role, Domain: domain.DomainName(name), Plant: domain.PlantID(plant)}
	if grant.Plant == "" {
		grant.Plant = domain.Anywhere
	}
	if grant.Domain == "" {
		grant.Domain = domain.Anywhere
	}
	if limited {
		day, err := time.Parse(time.DateOnly, until)
		if err != nil {
			return grant, domain.Invalid(domain.CodeUserInvalid, "%q is no day; write it as in %s:2026-12-31", until, role)
		}
		grant.Until = domain.InstantOf(day)
	}
	return grant, checkRoles([]domain.RoleGrant{grant})
}
