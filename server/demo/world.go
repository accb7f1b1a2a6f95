package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/app"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
)

// Options say which demo is started.
type Options struct {
	Seed   uint64
	Faults bool
	// Config is Crosswalk's own; its database must be empty.
	Config config.Config
	// Dir holds the plant's database and the files that secrets are referred to by; it must exist and be empty.
	Dir     string
	Version string
	// Odoo is the company's Odoo, nil for a sandbox; Plant the plant's database, nil for a SQLite file in Dir.
	Odoo  Odoo
	Plant *PlantDatabase
	Log   *slog.Logger
}

// World is the demo company with all its systems and Crosswalk itself, started.
type World struct {
	options Options
	company fixtures.Company
	odoo    Odoo
	plant   *plantDB
	app     *app.App

	readerKeyFile, writerKeyFile, plantDSNFile string
	admin, steward, approver, lead             *Persona
}

// Start makes the company of the seed, starts its systems and Crosswalk, and gives the personas their accounts. Close ends it all.
func Start(ctx context.Context, o Options) (*World, error) {
	w := &World{options: o, company: fixtures.Generate(o.Seed, fixtures.DefaultSize(), o.Faults)}
	for _, step := range []func(context.Context) error{w.startOdoo, w.startPlant, w.startCrosswalk, w.hire} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

// URL is where the workbench and the API are served.
func (w *World) URL() string { return w.app.URL() }

// Wait blocks until ctx ends or serving fails.
func (w *World) Wait(ctx context.Context) error { return w.app.Wait(ctx) }

// Close ends Crosswalk first, then its systems.
func (w *World) Close() error {
	var all []error
	if w.app != nil {
		all = append(all, w.app.Close())
	}
	if w.plant != nil {
		all = append(all, w.plant.close())
	}
	if w.odoo != nil {
		all = append(all, w.odoo.Close())
	}
	return errors.Join(all...)
}

// Personas lists who can sign in, with their passwords.
func (w *World) Personas() []Persona {
	var people []Persona
	for _, p := range w.personas() {
		people = append(people, *p)
	}
	return people
}

func (w *World) personas() []*Persona {
	return []*Persona{w.steward, w.approver, w.lead, w.admin}
}

// keep writes a secret into a file of the demo's folder and returns its path.
func (w *World) keep(name, secret string) (string, error) {
	path := filepath.Join(w.options.Dir, name)
	return path, os.WriteFile(path, []byte(secret), 0o600)
}

// startOdoo enters the products, keeps the keys, and lets Odoo's administrator install the guard.
func (w *World) startOdoo(ctx context.Context) (err error) {
	if w.odoo = w.options.Odoo; w.odoo == nil {
		if w.odoo, err = newSandbox(ctx); err != nil {
			return err
		}
	}
	if err := w.odoo.Enter(ctx, w.company.Odoo); err != nil {
		return err
	}
	access := w.odoo.Access()
	if w.readerKeyFile, err = w.keep("odoo-reader.key", access.ReaderKey); err != nil {
		return err
	}
	if w.writerKeyFile, err = w.keep("odoo-writer.key", access.WriterKey); err != nil {
		return err
	}
	return odoo.InstallGuard(ctx, odoo.GuardOptions{
		System: domain.SourceSystem{
			ID: fixtures.InOdoo, Name: "Odoo", Kind: domain.SystemOdoo,
			Settings: map[string]string{"base_url": access.URL, "database": access.Database},
		},
		AdminKey: access.AdminKey, WriterGroup: access.WriterGroup, Version: w.options.Version, Log: w.options.Log,
	})
}

func (w *World) startPlant(ctx context.Context) (err error) {
	database := w.options.Plant
	if database == nil {
		path := filepath.Join(w.options.Dir, "mes-stuttgart.db")
		database = &PlantDatabase{Driver: "sqlite", LoaderDSN: "file:" + path + "?_pragma=busy_timeout(10000)", ReaderDSN: path}
	}
	if w.plant, err = openPlant(ctx, *database, w.company.Plant); err != nil {
		return err
	}
	w.plantDSNFile, err = w.keep("mes.dsn", w.plant.dsn)
	return err
}

func (w *World) startCrosswalk(ctx context.Context) error {
	started, err := app.New(ctx, w.options.Config, app.Options{Log: w.options.Log, Version: w.options.Version})
	if err != nil {
		return err
	}
	w.app = started
	return w.app.Start(ctx)
}

// hire makes the personas' accounts. Their passwords are new each time: the demo may be reachable by others.
func (w *World) hire(ctx context.Context) error {
	everywhere := func(roles ...string) (granted []domain.RoleGrant) {
		for _, role := range roles {
			granted = append(granted, domain.RoleGrant{Role: role, Domain: domain.Anywhere, Plant: domain.Anywhere})
		}
		return granted
	}
	w.steward = &Persona{Login: "ana", Role: "steward"}
	w.approver = &Persona{Login: "bo", Role: "approver"}
	w.lead = &Persona{Login: "petra", Role: "plant lead of Stuttgart"}
	w.admin = &Persona{Login: "ivo", Role: "integration admin and auditor"}
	by := access.CommandLine()
	for _, hired := range []struct {
		persona *Persona
		name    string
		roles   []domain.RoleGrant
	}{
		{w.steward, "Ana Ruiz", everywhere("steward")},
		{w.approver, "Bo Lindqvist", everywhere("approver")},
		{w.lead, "Petra Vogel", []domain.RoleGrant{{Role: "plant_lead", Domain: domain.Anywhere, Plant: "STU1"}}},
		{w.admin, "Ivo Novak", everywhere("integration_admin", "auditor")},
	} {
		hired.persona.Password = rand.Text()[:16]
		add := access.NewUser{Login: hired.persona.Login, Name: hired.name, Password: hired.persona.Password, Roles: hired.roles}
		if err := w.app.Users.Add(ctx, by, add); err != nil {
			return fmt.Errorf("add user %s: %w", add.Login, err)
		}
	}
	return nil
}
