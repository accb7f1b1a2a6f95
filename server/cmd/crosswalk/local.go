package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
	"github.com/crosswalk-mdm/crosswalk/server/access"
	"github.com/crosswalk-mdm/crosswalk/server/api"
	"github.com/crosswalk-mdm/crosswalk/server/app"
	"github.com/crosswalk-mdm/crosswalk/server/config"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

// lookEvery is how often a waiting command looks at its run.
const lookEvery = 200 * time.Millisecond

// open makes a Crosswalk of the configuration. Commands log only what is wrong: they answer on standard output.
func (p *program) open(ctx context.Context, c *call, quiet bool) (*app.App, error) {
	settings, err := config.Load(c.config, p.env)
	if err != nil {
		return nil, err
	}
	level := settings.LogLevel
	if quiet {
		level = "error"
	}
	return app.New(ctx, settings, app.Options{
		Log: telemetry.NewLogger(p.stderr, level, settings.LogFormat), Version: version(), Secret: config.Secrets{Env: p.env}.Resolve,
	})
}

// with opens a Crosswalk for one piece of work and closes it.
func (p *program) with(ctx context.Context, c *call, do func(*app.App) error) (err error) {
	opened, err := p.open(ctx, c, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }() //nolint:contextcheck // closing goes on after an interrupt
	return do(opened)
}

func serve(ctx context.Context, p *program, c *call) (err error) {
	opened, err := p.open(ctx, c, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }() //nolint:contextcheck // closing goes on after an interrupt
	if err := opened.Start(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.stdout, "Crosswalk is at %s\n", opened.URL())
	return opened.Wait(ctx)
}

func migrate(ctx context.Context, p *program, c *call) error {
	return p.with(ctx, c, func(*app.App) error { // opening it brings the schema up to date
		_, err := fmt.Fprintln(p.stdout, "the schema is up to date")
		return err
	})
}

func verifyAudit(ctx context.Context, p *program, c *call) error {
	return p.with(ctx, c, func(a *app.App) error {
		proved, err := a.Desk.VerifyAudit(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "the audit trail is whole: %d entries proved\n", proved)
		return err
	})
}

func installGuard(ctx context.Context, p *program, c *call) error {
	if c.adminKey == "" || c.writerGroup == "" {
		return usageError{"name the administrator's key with --admin-key and the writers' group with --writer-group"}
	}
	return p.with(ctx, c, func(a *app.App) error {
		if err := a.InstallGuard(ctx, domain.SystemID(c.args[0]), c.adminKey, c.writerGroup); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "the write guard is installed in %s\n", c.args[0])
		return err
	})
}

// local does the work of commands in this process, on the database itself, as the command line.
type local struct{ app *app.App }

func (l local) close() error { return l.app.Close() }

func (l local) apply(ctx context.Context, file configurationFile) (proposal, error) {
	wanted, err := file.configuration.Domain()
	if err != nil {
		return proposal{}, err
	}
	request, err := l.app.Catalog.ProposeConfiguration(ctx, access.CommandLine(), wanted, file.configuration.Reason)
	return proposal{ID: request.ID.String(), Title: request.Title, Items: request.ItemCount}, err
}

func (l local) configuration(ctx context.Context) (json.RawMessage, error) {
	found, err := l.app.Catalog.Configuration(ctx, access.CommandLine())
	if err != nil {
		return nil, err
	}
	return json.Marshal(api.ConfigurationOf(found))
}

func (l local) upload(ctx context.Context, c *call, file *os.File) (importState, error) {
	made, err := l.app.Intake.Receive(ctx, access.CommandLine(), intake.Upload{
		Kind: domain.ImportKind(c.kind), System: domain.SystemID(c.system), Plant: domain.PlantID(c.plant), Domain: domain.DomainName(c.domain),
		FileName: filepath.Base(c.args[0]), Body: file,
	})
	return stateOfImport(made), err
}

func (l local) imported(ctx context.Context, id string) (importState, error) {
	parsed, err := domain.ParseID(id)
	if err != nil {
		return importState{}, err
	}
	found, err := l.app.Intake.Import(ctx, access.CommandLine(), parsed)
	if err != nil || stateOfImport(found).resting() {
		return stateOfImport(found), err
	}
	if _, err := l.app.ImportTurn(ctx); err != nil {
		return importState{}, err
	}
	found, err = l.app.Intake.Import(ctx, access.CommandLine(), parsed)
	return stateOfImport(found), err
}

func (l local) submit(ctx context.Context, c *call, id string) error {
	parsed, err := domain.ParseID(id)
	if err != nil {
		return err
	}
	_, err = l.app.Intake.Submit(ctx, access.CommandLine(), parsed, c.reason, c.strict)
	return err
}

func (l local) proposed(ctx context.Context, id string) (proposal, error) {
	parsed, err := domain.ParseID(id)
	if err != nil {
		return proposal{}, err
	}
	found, err := l.app.Desk.Request(ctx, access.CommandLine(), parsed)
	return proposal{ID: id, Title: found.Request.Title, Items: found.Request.ItemCount}, err
}

func (l local) reconcile(ctx context.Context, c *call) (runState, error) {
	by := access.CommandLine()
	run, err := l.app.Desk.StartRun(ctx, by, c.args[0], domain.RunMode(c.mode))
	if err != nil || !c.wait {
		return stateOf(run), err
	}
	l.app.StartJobs() //nolint:contextcheck // jobs end with Close
	for !run.Finished() && run.State != domain.RunHeld {
		if err := pause(ctx); err != nil {
			return stateOf(run), err
		}
		if run, err = l.app.Desk.Run(ctx, by, run.ID); err != nil {
			return stateOf(run), err
		}
	}
	return stateOf(run), nil
}

func (l local) check(ctx context.Context, system string) (systemCheck, error) {
	steps, err := l.app.Check(ctx, access.CommandLine(), domain.SystemID(system))
	found := systemCheck{System: system, OK: err == nil}
	for _, step := range steps {
		found.OK = found.OK && step.OK
		found.Steps = append(found.Steps, checkStep{Name: step.Name, OK: step.OK, Hint: step.Hint, Milliseconds: int(step.Took.Milliseconds())})
	}
	return found, err
}

func (l local) systems(ctx context.Context) ([]string, error) {
	systems, err := l.app.Catalog.Systems(ctx, access.CommandLine())
	var ids []string
	for _, view := range systems {
		ids = append(ids, string(view.System.ID))
	}
	return ids, err
}

func stateOf(run domain.Run) runState {
	return runState{
		ID: run.ID.String(), State: string(run.State), Message: run.Message, Read: run.Counts.Read, Raised: run.Counts.Raised,
		Verified: run.Counts.Verified, Quarantined: run.Counts.Quarantined,
	}
}

// pause waits a moment, or until ctx ends.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return errors.New("interrupted; the run goes on when the service does")
	case <-time.After(lookEvery):
		return nil
	}
}

// readFile reads a file that was named on the command line, of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return nil, fmt.Errorf("the file %s cannot be read", path)
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("the file %s is larger than %d MB", path, limit>>20)
	}
	content, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("the file %s cannot be read", path)
	}
	return content, nil
}
