package intake

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	// batchRows are judged and stored together; what is kept in memory of a file is no more.
	batchRows = 1000
	// maxAttempts bounds how often the same work is begun: a file that ends its worker each time must not end it for ever.
	maxAttempts = 5
)

// Carry does what is to be done with a leased import: reads and judges it, or hands it in. A store that cannot be asked fails
// nothing: the work is taken up again. Anything else ends where people look, as a sentence. When ctx ends it stops without
// another word; CodeImportLost when another goes on.
func (n *Intake) Carry(ctx context.Context, imported domain.Import) error {
	err := n.attempt(ctx, imported)
	if err == nil || ctx.Err() != nil || domain.ErrorCode(err) == domain.CodeImportLost || domain.ErrorKind(err) == domain.KindUnavailable {
		return err
	}
	state, code := domain.ImportFailed, domain.ErrorCode(err)
	if imported.State == domain.ImportSubmitting {
		state = domain.ImportPreviewed // what was handed in stays so, and the rest can be handed in again
	}
	message := domain.ErrorMessage(err, "")
	if domain.ErrorKind(err) == domain.KindInternal || message == "" {
		code, message = domain.CodeInternal, "something went wrong inside Crosswalk; the log says what"
	}
	return errors.Join(err, n.end(ctx, imported, state, code, message))
}

// attempt is Carry, with a panic for an error: whatever a file makes of its reader, the next file is read.
func (n *Intake) attempt(ctx context.Context, imported domain.Import) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	switch {
	case imported.Attempt > maxAttempts:
		return domain.Conflict(domain.CodeImportInvalid, "%d attempts at the file came to no end; please upload it again, or a smaller part of it", maxAttempts)
	case imported.State == domain.ImportSubmitting:
		return n.handIn(ctx, imported)
	default:
		return n.read(ctx, imported)
	}
}

// end stores where the work ended. The import may have been changed by its worker's own steps.
func (n *Intake) end(ctx context.Context, imported domain.Import, state domain.ImportState, code, message string) error {
	return n.Store.Operate(ctx, func(ops domain.Ops) error {
		stored, err := held(ctx, ops, imported)
		if err != nil {
			return err
		}
		ended, err := stored.Ended(state, code, message)
		if err != nil {
			return err
		}
		tally, err := ops.Imports.Tally(ctx, imported.ID)
		if err != nil {
			return err
		}
		ended.Counts, ended.Noticed = tally.Counts, tally.Noticed
		return ops.Imports.Save(ctx, ended, stored.Version)
	})
}

// held returns an import as it is stored; CodeImportLost where its worker has lost it.
func held(ctx context.Context, ops domain.Ops, imported domain.Import) (domain.Import, error) {
	if err := ops.Imports.Progress(ctx, imported); err != nil {
		return imported, err
	}
	return ops.Imports.ByID(ctx, imported.ID)
}

// read reads an import's file from its beginning, and judges its rows.
func (n *Intake) read(ctx context.Context, imported domain.Import) error {
	return n.opened(ctx, imported, func(file File) error {
		ask, err := n.askOf(ctx, imported)
		if err != nil {
			return err
		}
		if len(imported.Layout.Columns) == 0 || imported.Guessed {
			guess, err := file.Guess(ctx, ask)
			if err != nil {
				return err
			}
			imported.Layout, imported.Profile, imported.Guessed = guess.Layout, guess.Profile, true
			if !guess.Sure {
				return n.asking(ctx, imported, guess.Why)
			}
		}
		return n.take(ctx, imported, file, ask)
	})
}

// askOf gathers the words by which an upload may be understood.
func (n *Intake) askOf(ctx context.Context, imported domain.Import) (Ask, error) {
	reads := n.Store.Read()
	ask := Ask{Kind: imported.Kind}
	var err error
	if ask.Definition, err = n.Desk.Governed(ctx, reads, imported.Domain); err != nil {
		return ask, err
	}
	where, err := n.placesOf(ctx, imported)
	if err != nil {
		return ask, err
	}
	ask.Plants = where.own()
	profiles, err := reads.Imports.Profiles(ctx, imported.System, imported.Domain, imported.Kind)
	for _, profile := range profiles {
		// The layout of a file of several plants names them: it is only for who used it.
		if imported.System != "" || profile.UsedBy == imported.CreatedBy {
			ask.Profiles = append(ask.Profiles, profile)
		}
	}
	return ask, err
}

// asking leaves an import to a person, who says which columns hold what.
func (n *Intake) asking(ctx context.Context, imported domain.Import, why string) error {
	return n.store(ctx, imported, func(stored domain.Import) (domain.Import, error) {
		return stored.Ended(domain.ImportAsking, "", why)
	})
}

// store saves what next makes of an import as it is stored, with the layout by which it is read.
func (n *Intake) store(ctx context.Context, imported domain.Import, next func(domain.Import) (domain.Import, error)) error {
	return n.Store.Operate(ctx, func(ops domain.Ops) error {
		stored, err := held(ctx, ops, imported)
		if err != nil {
			return err
		}
		version := stored.Version
		stored.Layout, stored.Profile, stored.Guessed = imported.Layout, imported.Profile, imported.Guessed
		if stored, err = next(stored); err != nil {
			return err
		}
		return ops.Imports.Save(ctx, stored, version)
	})
}

// take reads the rows below the heads, judges them, and leaves them as a preview.
func (n *Intake) take(ctx context.Context, imported domain.Import, file File, ask Ask) error {
	judge, err := n.judgeOf(ctx, imported)
	if err != nil {
		return err
	}
	imported.Done, imported.Total = 0, rowsOf(file, imported.Layout)
	err = n.Store.Operate(ctx, func(ops domain.Ops) error {
		if err := ops.Imports.Progress(ctx, imported); err != nil {
			return err
		}
		return ops.Imports.ClearRows(ctx, imported.ID)
	})
	if err != nil {
		return err
	}
	t := taking{n: n, judge: judge, imported: imported, leftOut: map[domain.NoteKind]int{}}
	if err := file.Take(ctx, ask, imported.Layout, func(entry domain.ImportEntry) error { return t.add(ctx, entry) }); err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	if t.imported.Done == 0 {
		return domain.Invalid(domain.CodeImportInvalid, "the file has no rows below its header")
	}
	if err := t.compare(ctx); err != nil {
		return err
	}
	return t.preview(ctx)
}

// rowsOf is how many rows a file says it has below its head, 0 where it does not.
func rowsOf(file File, layout domain.ImportLayout) int {
	rows := 0
	for _, sheet := range file.Sheets() {
		if sheet.Name == layout.Sheet || (layout.EverySheet && !sheet.Hidden) {
			rows += max(0, sheet.Rows-max(1, layout.HeaderRow+layout.HeaderRows-1))
		}
	}
	return rows
}

// handIn makes change requests, or a run, of an import's rows, and remembers its layout.
func (n *Intake) handIn(ctx context.Context, imported domain.Import) error {
	judge, err := n.judgeOf(ctx, imported)
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = judge.submit(ctx, imported); err != nil {
			return fmt.Errorf("submit import %s: %w", imported.ID, err)
		}
	}
	err = n.Store.Operate(ctx, func(ops domain.Ops) error {
		return ops.Imports.PutProfile(ctx, domain.ImportProfile{
			ID: domain.NewID(), Name: profileName(imported), System: imported.System, Domain: imported.Domain, Kind: imported.Kind,
			Layout: imported.Layout, UsedAt: ops.Now, UsedBy: imported.CreatedBy, Version: 1,
		})
	})
	if err != nil {
		return err
	}
	return n.end(ctx, imported, domain.ImportSubmitted, "", "")
}

// profileName names a layout after its file, without what changes from week to week.
func profileName(imported domain.Import) string {
	name := strings.TrimSpace(strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(imported.FileName, ".xlsx"), ".csv"), "0123456789-_. ()"))
	if name == "" {
		return "a file without a name"
	}
	return name
}
