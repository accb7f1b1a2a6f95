package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/app"
)

// maxPasswordInput bounds what is read as a password.
const maxPasswordInput = 4096

func addUser(ctx context.Context, p *program, c *call) error {
	add := access.NewUser{Login: c.args[0], Name: c.name}
	if add.Name == "" {
		add.Name = add.Login
	}
	for _, text := range c.roles {
		role, err := access.ParseRole(text)
		if err != nil {
			return err
		}
		add.Roles = append(add.Roles, role)
	}
	password, made, err := p.password(c)
	if err != nil {
		return err
	}
	add.Password = password
	return p.with(ctx, c, func(a *app.App) error {
		if err := a.Users.Add(ctx, access.CommandLine(), add); err != nil {
			return err
		}
		return p.tellPassword(fmt.Sprintf("the user %s was added", add.Login), password, made)
	})
}

func setPassword(ctx context.Context, p *program, c *call) error {
	password, made, err := p.password(c)
	if err != nil {
		return err
	}
	return p.with(ctx, c, func(a *app.App) error {
		if err := a.Users.SetPassword(ctx, access.CommandLine(), c.args[0], password); err != nil {
			return err
		}
		return p.tellPassword(fmt.Sprintf("the user %s has a new password", c.args[0]), password, made)
	})
}

// password reads a password from standard input, or makes one and says so.
func (p *program) password(c *call) (password string, made bool, err error) {
	if !c.passwordStdin {
		return access.NewPassword(), true, nil
	}
	content, err := io.ReadAll(io.LimitReader(p.stdin, maxPasswordInput))
	if err != nil {
		return "", false, errors.New("the password could not be read from standard input")
	}
	return strings.TrimRight(string(content), "\r\n"), false, nil
}

// tellPassword shows a password that was made; it cannot be shown again.
func (p *program) tellPassword(what, password string, made bool) error {
	if made {
		what += "; the password, shown this once: " + password
	}
	_, err := fmt.Fprintln(p.stdout, what)
	return err
}

func disableUser(ctx context.Context, p *program, c *call) error { return setDisabled(ctx, p, c, true) }

func enableUser(ctx context.Context, p *program, c *call) error { return setDisabled(ctx, p, c, false) }

func setDisabled(ctx context.Context, p *program, c *call, disabled bool) error {
	return p.with(ctx, c, func(a *app.App) error {
		if err := a.Users.SetDisabled(ctx, access.CommandLine(), c.args[0], disabled); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "the user %s can %ssign in\n", c.args[0], map[bool]string{true: "no longer ", false: ""}[disabled])
		return err
	})
}

func listUsers(ctx context.Context, p *program, c *call) error {
	return p.with(ctx, c, func(a *app.App) error {
		users, err := a.Users.List(ctx, access.CommandLine())
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 4, 3, ' ', 0)
		for _, user := range users {
			state := "active"
			if user.Disabled {
				state = "disabled"
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", user.Login, user.Name, state, rolesOf(user))
		}
		return table.Flush()
	})
}

func rolesOf(user domain.User) string {
	var roles []string
	for _, held := range user.Roles {
		text := held.Role
		if held.Plant != domain.Anywhere || held.Domain != domain.Anywhere {
			text += "@" + string(held.Plant)
		}
		if held.Domain != domain.Anywhere {
			text += "/" + string(held.Domain)
		}
		if held.Until != 0 {
			text += ":" + held.Until.Time().Format(time.DateOnly)
		}
		roles = append(roles, text)
	}
	return strings.Join(roles, ", ")
}
