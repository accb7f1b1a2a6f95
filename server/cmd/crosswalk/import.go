package main

import (
	"context"
	"fmt"
	"os"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// importState is an import as the command line tells of it.
type importState struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Message string `json:"message"`
	Counts  struct {
		New      int `json:"new"`
		Changed  int `json:"changed"`
		Same     int `json:"same"`
		Conflict int `json:"conflict"`
		Wrong    int `json:"wrong"`
	} `json:"counts"`
	Requests []string `json:"change_request_ids"`
	Run      string   `json:"run_id"`
}

// resting says that no worker has anything to do with it.
func (s importState) resting() bool {
	switch domain.ImportState(s.State) {
	case domain.ImportWaiting, domain.ImportReading, domain.ImportSubmitting:
		return false
	default:
		return true
	}
}

func stateOfImport(i domain.Import) importState {
	out := importState{ID: i.ID.String(), State: string(i.State), Message: i.Message}
	out.Counts.New, out.Counts.Changed, out.Counts.Same = i.Counts[domain.ImportNew], i.Counts[domain.ImportChanged], i.Counts[domain.ImportSame]
	out.Counts.Conflict, out.Counts.Wrong = i.Counts[domain.ImportConflict], i.Counts[domain.ImportWrong]
	for _, request := range i.Requests {
		out.Requests = append(out.Requests, request.String())
	}
	if !i.Run.IsZero() {
		out.Run = i.Run.String()
	}
	return out
}

func importFile(ctx context.Context, p *program, c *call) error {
	file, err := os.Open(c.args[0]) // #nosec G304 -- the file that the caller names
	if err != nil {
		return domain.Invalid(domain.CodeImportInvalid, "%s cannot be read: %v", c.args[0], err)
	}
	defer func() { _ = file.Close() }()
	return p.withWorker(ctx, c, func(w worker) error {
		made, err := w.upload(ctx, c, file)
		if err != nil {
			return err
		}
		previewed, err := restingImport(ctx, w, made)
		if err != nil {
			return err
		}
		counts := previewed.Counts
		_, _ = fmt.Fprintf(p.stdout, "%d new, %d changed, %d already so, %d in conflict, %d wrong\n", counts.New, counts.Changed, counts.Same, counts.Conflict, counts.Wrong)
		if previewed.State == string(domain.ImportPreviewed) && counts.New+counts.Changed == 0 {
			_, err = fmt.Fprintln(p.stdout, "there is nothing new to propose")
			return err
		}
		return p.handIn(ctx, c, w, previewed)
	})
}

// handIn submits a previewed import, or tells of one that was submitted before.
func (p *program) handIn(ctx context.Context, c *call, w worker, previewed importState) error {
	submitted := previewed
	if previewed.State != string(domain.ImportSubmitted) {
		err := w.submit(ctx, c, previewed.ID)
		if err != nil {
			return err
		}
		if submitted, err = w.imported(ctx, previewed.ID); err != nil {
			return err
		}
		if submitted, err = restingImport(ctx, w, submitted); err != nil {
			return err
		}
	}
	if submitted.Run != "" {
		_, _ = fmt.Fprintf(p.stdout, "run %s takes the records in\n", submitted.Run)
	}
	for _, id := range submitted.Requests {
		proposed, err := w.proposed(ctx, id)
		if err != nil {
			return err
		}
		if err := p.tellProposal(proposed); err != nil {
			return err
		}
	}
	return nil
}

// restingImport waits until no worker has anything to do with an import. One that failed, or of which a person must say how it is
// to be read, is an error.
func restingImport(ctx context.Context, w worker, state importState) (importState, error) {
	for !state.resting() {
		var err error
		if state, err = w.imported(ctx, state.ID); err != nil {
			return state, err
		}
		if !state.resting() {
			if err := pause(ctx); err != nil {
				return state, err
			}
		}
	}
	switch {
	case state.State == string(domain.ImportAsking):
		return state, domain.Invalid(domain.CodeImportInvalid, "it is not clear how the file is to be read: %s Say so in the workbench, under imports", state.Message)
	case state.Message != "" || state.State == string(domain.ImportFailed):
		return state, domain.Invalid(domain.CodeImportInvalid, "the import is %s: %s", state.State, state.Message)
	default:
		return state, nil
	}
}
