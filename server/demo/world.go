package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/app"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/connect/odoo"
)

// Options say which demo is started.
type Options struct {
	Seed uint64
	// Faults are the kinds that are planted; see ParseFaults.
	Faults []fixtures.FaultKind
	// Config is Crosswalk's own; its database must be empty.
	Config config.Config
	// Dir holds what the plants keep and the files that secrets are referred to by; it must exist and be empty.
	Dir     string
	Version string
	// Odoo is the company's Odoo, nil for a sandbox; Plant the database in Stuttgart, nil for a SQLite file in Dir.
	Odoo  Odoo
	Plant *PlantDatabase
	Log   *slog.Logger
}

// World is the demo company with all its systems and Crosswalk itself, started.
type World struct {
	options Options
	company fixtures.Company
	odoo    Odoo
	plants  []*plant
	app     *app.App

	// nightly is when Odoo is compared by itself: far from now, so that a run nobody asked for does not come into the story.
	nightly string

	readerKeyFile, writerKeyFile string
	admin, steward, approver     *Persona
}

// Start makes the company of the seed, starts its systems and Crosswalk, and gives the personas their accounts. Close ends it all.
func Start(ctx context.Context, o Options) (*World, error) {
	w := &World{options: o, company: fixtures.Generate(o.Seed, fixtures.DefaultSize(), o.Faults)}
	office, err := time.LoadLocation(officeZone)
	if err != nil {
		return nil, fmt.Errorf("find the office's time zone: %w", err)
	}
	w.nightly = nightly(time.Now().In(office))
	for _, step := range []func(context.Context) error{w.startOdoo, w.startPlants, w.startCrosswalk, w.hire} {
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
	for _, p := range w.plants {
		all = append(all, p.feed.close())
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
	people := []*Persona{w.steward, w.approver}
	for _, p := range w.plants {
		people = append(people, p.lead)
	}
	return append(people, w.admin)
}

// plantOf finds a plant by its system.
func (w *World) plantOf(system string) *plant {
	return w.plants[slices.IndexFunc(w.plants, func(p *plant) bool { return p.System == system })]
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

// startPlants brings each plant's item list into its system.
func (w *World) startPlants(ctx context.Context) error {
	for _, described := range w.company.Plants {
		p := &plant{Plant: described, rows: described.Rows}
		p.plan, _, _ = strings.Cut(p.System, "-")
		p.plan += "-items"
		var err error
		if p.feed, err = w.startFeed(ctx, p.System); err != nil {
			return fmt.Errorf("start %s: %w", p.System, err)
		}
		w.plants = append(w.plants, p)
		if err := p.publish(ctx); err != nil {
			return fmt.Errorf("fill %s: %w", p.System, err)
		}
	}
	return nil
}

// startFeed starts one plant's system, which is empty.
func (w *World) startFeed(ctx context.Context, system string) (feed, error) {
	switch system {
	case fixtures.InStuttgart:
		database := w.options.Plant
		if database == nil {
			path := filepath.Join(w.options.Dir, "mes-stuttgart.db")
			database = &PlantDatabase{Driver: "sqlite", LoaderDSN: "file:" + path + "?_pragma=busy_timeout(10000)", ReaderDSN: path}
		}
		dsnFile, err := w.keep("mes.dsn", database.ReaderDSN)
		if err != nil {
			return nil, err
		}
		return openPlantDB(ctx, *database, dsnFile)
	case fixtures.InSheffield:
		token := rand.Text()
		tokenFile, err := w.keep("wms.token", token)
		if err != nil {
			return nil, err
		}
		return startPlantWMS(ctx, token, tokenFile)
	case fixtures.InGliwice:
		return openPlantFile(filepath.Join(w.options.Dir, "gliwice"))
	}
	return nil, fmt.Errorf("the demo has no such plant")
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
	type account struct {
		persona *Persona
		name    string
		roles   []domain.RoleGrant
	}
	w.steward = &Persona{Login: "ana", Role: "steward"}
	w.approver = &Persona{Login: "bo", Role: "approver"}
	w.admin = &Persona{Login: "ivo", Role: "integration admin and auditor"}
	accounts := []account{
		{w.steward, "Ana Ruiz", everywhere("steward")},
		{w.approver, "Bo Lindqvist", everywhere("approver")},
		{w.admin, "Ivo Novak", everywhere("integration_admin", "auditor")},
	}
	leads := map[string]string{"STU1": "Petra Vogel", "SHF1": "Graham Shaw", "GLW1": "Kasia Nowak"}
	for _, p := range w.plants {
		first, _, _ := strings.Cut(leads[p.ID], " ")
		p.lead = &Persona{Login: strings.ToLower(first), Role: "plant lead of " + p.Name}
		role := []domain.RoleGrant{{Role: "plant_lead", Domain: domain.Anywhere, Plant: domain.PlantID(p.ID)}}
		accounts = append(accounts, account{p.lead, leads[p.ID], role})
	}
	by := access.CommandLine()
	for _, hired := range accounts {
		hired.persona.Password = rand.Text()[:16]
		add := access.NewUser{Login: hired.persona.Login, Name: hired.name, Password: hired.persona.Password, Roles: hired.roles}
		if err := w.app.Users.Add(ctx, by, add); err != nil {
			return fmt.Errorf("add user %s: %w", add.Login, err)
		}
	}
	return nil
}

// ParseFaults reads which kinds of fault are planted: all, none, or some by name with commas between them.
func ParseFaults(text string) ([]fixtures.FaultKind, error) {
	switch text {
	case "all":
		return fixtures.Kinds(), nil
	case "none":
		return nil, nil
	}
	var kinds []fixtures.FaultKind
	for name := range strings.SplitSeq(text, ",") {
		kind := fixtures.FaultKind(strings.TrimSpace(name))
		if !slices.Contains(fixtures.Kinds(), kind) {
			return nil, domain.Invalid(domain.CodeConfigInvalid, "there is no kind of fault %q; there are all, none and %v", kind, fixtures.Kinds())
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}
