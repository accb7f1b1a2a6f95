package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/app"
)

func keyLifeFlag(flags *flag.FlagSet, c *call) {
	flags.IntVar(&c.days, "days", 0, "for how many days the key is good, at most 365; 0 is 90")
}

func addKeyFlags(flags *flag.FlagSet, c *call) {
	keyLifeFlag(flags, c)
	flags.StringVar(&c.name, "name", "", "what the service is")
	flags.Var(&c.scopes, "scope", "ACTION, ACTION@PLANT or ACTION@PLANT/DOMAIN, where ACTION is read, propose, operate, work_off or audit; may be given several times")
	flags.StringVar(&c.system, "system", "", "only what is of this one system")
	flags.Var(&c.networks, "network", "where it may call from, such as 10.1.0.0/16; may be given several times")
}

func addKey(ctx context.Context, p *program, c *call) error {
	add := access.NewService{ID: c.args[0], Name: c.name, Networks: c.networks, Life: time.Duration(c.days) * 24 * time.Hour}
	for _, text := range c.scopes {
		add.Grants = append(add.Grants, scopeGrant(text, c.system))
	}
	return p.with(ctx, c, func(a *app.App) error {
		made, secret, err := a.Services.Add(ctx, access.CommandLine(), add)
		if err != nil {
			return err
		}
		return p.tellKey(made, secret)
	})
}

// scopeGrant reads ACTION@PLANT/DOMAIN; what is left out is everywhere. Whether there is such an action is checked later.
func scopeGrant(text, system string) domain.Grant {
	action, where, _ := strings.Cut(text, "@")
	plant, name, _ := strings.Cut(where, "/")
	grant := domain.Grant{Action: domain.Action(action), Domain: domain.DomainName(name), Plant: domain.PlantID(plant), System: domain.SystemID(system)}
	if plant == "" {
		grant.Plant = domain.Anywhere
	}
	if name == "" {
		grant.Domain = domain.Anywhere
	}
	return grant
}

// tellKey shows a key that was made; it cannot be shown again.
func (p *program) tellKey(identity domain.ServiceIdentity, secret string) error {
	key := identity.Keys[len(identity.Keys)-1]
	_, err := fmt.Fprintf(p.stdout, "the service %s has a key that is good until %s; it is shown this once: %s\n", identity.ID, key.ExpiresAt, secret)
	return err
}

func rotateKey(ctx context.Context, p *program, c *call) error {
	return p.with(ctx, c, func(a *app.App) error {
		changed, secret, err := a.Services.Rotate(ctx, access.CommandLine(), c.args[0], time.Duration(c.days)*24*time.Hour)
		if err != nil {
			return err
		}
		return p.tellKey(changed, secret)
	})
}

func revokeKey(ctx context.Context, p *program, c *call) error {
	key := ""
	if len(c.args) > 1 {
		key = c.args[1]
	}
	return p.with(ctx, c, func(a *app.App) error {
		changed, err := a.Services.Revoke(ctx, access.CommandLine(), c.args[0], key)
		if err != nil {
			return err
		}
		now, err := a.Store.Now(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "revoked; the service %s has %d good keys left\n", changed.ID, changed.GoodKeys(now))
		return err
	})
}

func listKeys(ctx context.Context, p *program, c *call) error {
	return p.with(ctx, c, func(a *app.App) error {
		identities, err := a.Services.List(ctx, access.CommandLine())
		if err != nil {
			return err
		}
		now, err := a.Store.Now(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 4, 3, ' ', 0)
		for _, identity := range identities {
			for _, key := range identity.Keys {
				state := map[bool]string{true: "good", false: "over"}[key.Good(now)]
				_, _ = fmt.Fprintf(table, "%s\t%s\t%s\tuntil %s\tused %s\n", identity.ID, key.ID, state, key.ExpiresAt, key.UsedAt)
			}
		}
		return table.Flush()
	})
}

func setRoles(ctx context.Context, p *program, c *call) error {
	var roles []domain.RoleGrant
	for _, text := range c.roles {
		role, err := access.ParseRole(text)
		if err != nil {
			return err
		}
		roles = append(roles, role)
	}
	return p.with(ctx, c, func(a *app.App) error {
		if err := a.Users.SetRoles(ctx, access.CommandLine(), c.args[0], roles); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "the user %s has %d roles now\n", c.args[0], len(roles))
		return err
	})
}
