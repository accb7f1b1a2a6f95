package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/api"
)

// The most a file on the command line may measure.
const (
	maxConfigurationFile = 1 << 20
)

// worker does the work of commands: in this process or through a running server.
type worker interface {
	apply(ctx context.Context, file configurationFile) (proposal, error)
	configuration(ctx context.Context) (json.RawMessage, error)
	// upload hands a file in; imported tells how far it has come, and may do a part of the work; submit has it handed in.
	upload(ctx context.Context, c *call, file *os.File) (importState, error)
	imported(ctx context.Context, id string) (importState, error)
	submit(ctx context.Context, c *call, id string) error
	proposed(ctx context.Context, id string) (proposal, error)
	reconcile(ctx context.Context, c *call) (runState, error)
	check(ctx context.Context, system string) (systemCheck, error)
	systems(ctx context.Context) ([]string, error)
	close() error
}

// configurationFile is a file of `crosswalk apply`: as it is understood, and as it is sent.
type configurationFile struct {
	configuration api.Configuration
	content       []byte
}

// proposal is a change request that waits for a person.
type proposal struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Items int    `json:"item_count"`
}

type runState struct {
	ID, State, Message                  string
	Read, Raised, Verified, Quarantined int
}

type systemCheck struct {
	System string      `json:"system"`
	OK     bool        `json:"ok"`
	Steps  []checkStep `json:"steps"`
}

type checkStep struct {
	Name         string `json:"name"`
	OK           bool   `json:"ok"`
	Hint         string `json:"hint"`
	Milliseconds int    `json:"milliseconds"`
}

// withWorker does work through the server that was named, or in this process.
func (p *program) withWorker(ctx context.Context, c *call, do func(worker) error) (err error) {
	var w worker
	if c.server != "" {
		w, err = p.signIn(ctx, c)
	} else {
		opened, failed := p.open(ctx, c, true)
		w, err = local{opened}, failed
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return do(w)
}

func apply(ctx context.Context, p *program, c *call) error {
	file, err := readConfiguration(c.args[0], c.reason)
	if err != nil {
		return err
	}
	return p.withWorker(ctx, c, func(w worker) error {
		proposed, err := w.apply(ctx, file)
		if err != nil {
			return err
		}
		return p.tellProposal(proposed)
	})
}

// export writes all that is configured as the YAML that apply takes.
func export(ctx context.Context, p *program, c *call) error {
	return p.withWorker(ctx, c, func(w worker) error {
		told, err := w.configuration(ctx)
		if err != nil {
			return err
		}
		var all map[string]any
		if err := yaml.Unmarshal(told, &all); err != nil { // JSON is YAML, and this way a whole number stays one
			return err
		}
		delete(all, "reason") // apply asks for one of its own
		content, err := yaml.Marshal(all)
		if err != nil {
			return err
		}
		_, err = p.stdout.Write(content)
		return err
	})
}

// readConfiguration reads the YAML file by the same keys as the API takes.
func readConfiguration(path, reason string) (configurationFile, error) {
	content, err := readFile(path, maxConfigurationFile)
	if err != nil {
		return configurationFile{}, err
	}
	var document map[string]any
	if err := yaml.Unmarshal(content, &document); err != nil {
		return configurationFile{}, domain.Invalid(domain.CodeConfigInvalid, "%s is not YAML: %v", path, err)
	}
	if reason != "" || document["reason"] == nil {
		if reason == "" {
			reason = "crosswalk apply " + filepath.Base(path)
		}
		if document == nil {
			document = map[string]any{}
		}
		document["reason"] = reason
	}
	file := configurationFile{}
	if file.content, err = json.Marshal(document); err != nil {
		return file, domain.Invalid(domain.CodeConfigInvalid, "%s holds what a configuration cannot: %v", path, err)
	}
	strict := json.NewDecoder(bytes.NewReader(file.content))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&file.configuration); err != nil {
		return file, domain.Invalid(domain.CodeConfigInvalid, "%s does not fit: %v", path, err)
	}
	return file, nil
}

func (p *program) tellProposal(proposed proposal) error {
	_, err := fmt.Fprintf(p.stdout, "change request %s waits for approval: %s (%d changes)\n", proposed.ID, proposed.Title, proposed.Items)
	return err
}

func reconcilePlan(ctx context.Context, p *program, c *call) error {
	if c.mode != string(domain.RunComplete) && c.mode != string(domain.RunIncremental) {
		return usageError{"--mode is complete or incremental"}
	}
	return p.withWorker(ctx, c, func(w worker) error {
		run, err := w.reconcile(ctx, c)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.stdout, "run %s: %s; %d rows read, %d findings raised, %d verified, %d in quarantine\n",
			run.ID, run.State, run.Read, run.Raised, run.Verified, run.Quarantined)
		if c.wait && run.State != string(domain.RunDone) {
			return fmt.Errorf("the run is %s: %s", run.State, run.Message)
		}
		return nil
	})
}

func check(ctx context.Context, p *program, c *call) error {
	return p.withWorker(ctx, c, func(w worker) error {
		systems := c.args
		if len(systems) == 0 {
			var err error
			if systems, err = w.systems(ctx); err != nil {
				return err
			}
		}
		failed := 0
		for _, system := range systems {
			found, err := w.check(ctx, system)
			if err != nil {
				return err
			}
			p.tellCheck(found)
			if !found.OK {
				failed++
			}
		}
		if failed > 0 {
			return fmt.Errorf("%d of %d systems cannot be used as they are", failed, len(systems))
		}
		return nil
	})
}

func (p *program) tellCheck(found systemCheck) {
	_, _ = fmt.Fprintln(p.stdout, found.System)
	for _, step := range found.Steps {
		mark := "ok"
		if !step.OK {
			mark = "FAILED"
		}
		_, _ = fmt.Fprintf(p.stdout, "  %-16s %-6s %5d ms  %s\n", step.Name, mark, step.Milliseconds, step.Hint)
	}
}
