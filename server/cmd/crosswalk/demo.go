package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/demo"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

// checkTimeout bounds a whole `demo --check`.
const checkTimeout = 10 * time.Minute

func demoFlags(flags *flag.FlagSet, c *call) {
	flags.BoolVar(&c.check, "check", false, "walk the whole loop without a browser and report one JSON object")
	flags.StringVar(&c.database, "database", "", "postgres:// URL; the demo gets a schema of its own there (default: a temporary SQLite file)")
	flags.Uint64Var(&c.seed, "seed", 1, "which company is made, and where its faults are")
	flags.StringVar(&c.faults, "faults", "all", "all, none, or kinds of fault with commas between them")
	flags.StringVar(&c.listen, "listen", "", "address and port to serve on (default 127.0.0.1:8080; with --check any free port)")
}

// runDemo starts the demo company in a temporary place, and takes everything away at the end.
func runDemo(ctx context.Context, p *program, c *call) (err error) {
	kinds, err := demo.ParseFaults(c.faults)
	if err != nil {
		return usageError{"--faults: " + err.Error()}
	}
	place, err := demo.NewPlace(ctx, c.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Remove()) }()
	settings, err := p.demoSettings(c, place)
	if err != nil {
		return err
	}
	log := telemetry.NewLogger(p.stderr, settings.LogLevel, settings.LogFormat)
	return p.playDemo(ctx, c, demo.Options{
		Seed: c.seed, Faults: kinds, Config: settings, Dir: place.Dir, Version: version(), Log: log,
	})
}

// demoSettings are the defaults, without a file and without the environment: the demo must not touch what is set up here.
func (p *program) demoSettings(c *call, place demo.Place) (config.Config, error) {
	settings, err := config.Load("", func(string) (string, bool) { return "", false })
	settings.Database, settings.DataDir, settings.Environment = place.Database, place.Dir, "demo"
	settings.LogLevel = "error"
	settings.PollEvery, settings.MatchEvery = 200*time.Millisecond, 2*time.Second
	if c.check {
		settings.Listen = "127.0.0.1:0"
	}
	if c.listen != "" {
		settings.Listen = c.listen
	}
	return settings, err
}

func (p *program) playDemo(ctx context.Context, c *call, options demo.Options) (err error) {
	world, err := demo.Start(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	if c.check {
		return p.checkDemo(ctx, world)
	}
	if err := world.Prepare(ctx); err != nil {
		return err
	}
	if err := world.Unsettle(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.stdout, "Crosswalk's demo is at %s\n\nSign in as one of these:\n", world.URL())
	for _, persona := range world.Personas() {
		_, _ = fmt.Fprintf(p.stdout, "  %-6s %-18s %s\n", persona.Login, persona.Password, persona.Role)
	}
	_, _ = fmt.Fprintln(p.stdout, "\nCtrl-C ends it and removes everything it made.")
	return world.Wait(ctx)
}

// checkDemo prints the report; a check that found anything wrong fails.
func (p *program) checkDemo(ctx context.Context, world *demo.World) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	report, err := world.Check(ctx)
	if err != nil {
		report.Faults = append(report.Faults, err.Error())
	}
	if printed := json.NewEncoder(p.stdout).Encode(report); printed != nil {
		return errors.Join(err, printed)
	}
	if len(report.Faults) > 0 {
		return fmt.Errorf("the check found %d faults: %s", len(report.Faults), report.Faults[0])
	}
	return nil
}
